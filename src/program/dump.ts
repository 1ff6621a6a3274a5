import { type Module, printModule } from '../ir/index.ts';

/** Where texts of programs go: `program` is `000-name` in order of compilation, `file` the name of a stage. */
export type DumpSink = (program: string, file: string, text: string) => void;

/** Takes the text of a stage, made only when somebody wants it. */
export type Dump = (file: string, text: () => string) => void;

let sink: DumpSink | undefined;
let programs = 0;

/** From now on, gives the text of every stage of every program that is compiled to `to`; `undefined` stops it. */
export function sendDumps(to: DumpSink | undefined): void {
  sink = to;
}

export const isDumping = (): boolean => sink !== undefined;

/** Writes the stages of a program that is about to be compiled; what remains for the engine to write goes to the result. */
export function dumpStages(name: string, stages: ReadonlyMap<string, Module>): Dump | undefined {
  const to = sink;
  if (!to) return undefined;
  const program = `${String(programs++).padStart(3, '0')}-${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;
  let order = 0;
  const dump: Dump = (file, text) => to(program, `${order++}-${file}`, text());
  for (const [stage, module] of stages) dump(`${stage}.mlir`, () => printModule(module));
  return dump;
}
