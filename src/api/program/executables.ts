import { type Module, printModule } from '../../ir/index.ts';
import type { Engine, Executable, Recalled } from '../../runtime/index.ts';
import { isDumping } from './dump.ts';

const executablesByEngine = new WeakMap<Engine, Map<string, Promise<Executable>>>();
let compilations = 0;
/** Programs kept for others to find, the least recently used is dropped first; a jitted function keeps its own in any case. */
const MAX_SHARED = 512;

/**
 * How many programs have been compiled in this process: if it grows with every step, something changes shape or type.
 * @example
 * const before = compilationCount();
 * jit((x: Tensor) => np.multiply(x, 3))(np.array(2));
 * compilationCount() - before <= 1 // => true
 */
export const compilationCount = (): number => compilations;

/** A program and how it is to be compiled, by its whole text. */
export interface ProgramKey {
  readonly text: string;
  readonly numDevices: number;
  readonly donatedArgs: readonly number[];
}

export const programKey = (module: Module, numDevices: number, donatedArgs: readonly number[]): ProgramKey => ({
  text: `${numDevices};${donatedArgs.join()};${printModule(module)}`,
  numDevices,
  donatedArgs,
});

/** The program as an earlier compilation left it, where the engine keeps them. Nothing is recalled while stages are dumped. */
export const recallProgram = (engine: Engine, { text, numDevices, donatedArgs }: ProgramKey): Recalled | undefined =>
  isDumping() ? undefined : engine.recall?.(text, numDevices, donatedArgs);

/** Equal programs are compiled once per engine; `recalled` is used instead where it is still there. */
export function compileCached(
  engine: Engine,
  key: ProgramKey,
  recalled: Recalled | undefined,
  compile: () => Promise<Executable>,
): Promise<Executable> {
  let byText = executablesByEngine.get(engine);
  if (!byText) {
    byText = new Map();
    executablesByEngine.set(engine, byText);
  }
  const known = byText.get(key.text);
  if (known) {
    byText.delete(key.text);
    byText.set(key.text, known);
    return known;
  }
  compilations++;
  const executable = recalled ? recalled.load().then((found) => found ?? compile()) : compile();
  executable.catch(() => undefined); // reported where a result is awaited
  byText.set(key.text, executable);
  if (byText.size > MAX_SHARED) byText.delete(byText.keys().next().value!);
  return executable;
}
