import { type Module, printModule } from '../ir/index.ts';
import type { Engine, Executable } from '../runtime/index.ts';

const executablesByEngine = new WeakMap<Engine, Map<string, Promise<Executable>>>();
let compilations = 0;

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
  compile = (): Promise<Executable> => engine.compile(module, { numDevices, donatedArgs }),
): Promise<Executable> {
  let byText = executablesByEngine.get(engine);
  if (!byText) {
    byText = new Map();
    executablesByEngine.set(engine, byText);
  }
  const key = `${numDevices};${donatedArgs.join()};${printModule(module)}`;
  const known = byText.get(key);
  if (known) return known;
  compilations++;
  const executable = compile();
  executable.catch(() => undefined); // reported where a result is awaited
  byText.set(key, executable);
  return executable;
}
