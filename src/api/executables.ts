import { type Module, printModule } from '../ir/index.ts';
import type { Engine, Executable } from '../runtime/index.ts';
import { dumpStages } from './dump.ts';

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

/** Equal programs (by their whole text) are compiled once per engine. */
export function compileCached(
  engine: Engine,
  module: Module,
  numDevices: number,
  donatedArgs: readonly number[],
  compile = (): Promise<Executable> => {
    const dump = dumpStages(module.name ?? module.main.name, new Map([['program', module]]));
    return engine.compile(module, { numDevices, donatedArgs, dump });
  },
): Promise<Executable> {
  let byText = executablesByEngine.get(engine);
  if (!byText) {
    byText = new Map();
    executablesByEngine.set(engine, byText);
  }
  const key = `${numDevices};${donatedArgs.join()};${printModule(module)}`;
  const known = byText.get(key);
  if (known) {
    byText.delete(key);
    byText.set(key, known);
    return known;
  }
  compilations++;
  const executable = compile();
  executable.catch(() => undefined); // reported where a result is awaited
  byText.set(key, executable);
  if (byText.size > MAX_SHARED) byText.delete(byText.keys().next().value!);
  return executable;
}
