import { type Module, printModule } from '../../ir/index.ts';
import type { DeviceSet, Engine, Executable, Recalled } from '../../runtime/index.ts';
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

/** A program by its whole text, and what it is to be compiled for. */
export interface ProgramKey {
  readonly text: string;
  readonly devices: DeviceSet;
  readonly donatedArgs: readonly number[];
}

export const programKey = (module: Module, devices: DeviceSet, donatedArgs: readonly number[]): ProgramKey => ({
  text: `${devices.size};${donatedArgs.join()};${printModule(module)}`,
  devices,
  donatedArgs,
});

/** The program as an earlier compilation left it, where the engine keeps them. Nothing is recalled while stages are dumped. */
export const recallProgram = ({ text, devices, donatedArgs }: ProgramKey): Recalled | undefined =>
  isDumping() ? undefined : devices.engine.cache?.recall(text, devices, donatedArgs);

/** Equal programs are compiled once per set of devices; `recalled` is used instead where it is still there. */
export function compileCached(
  { text, devices }: ProgramKey,
  recalled: Recalled | undefined,
  compile: () => Promise<Executable>,
): Promise<Executable> {
  let byText = executablesByEngine.get(devices.engine);
  if (!byText) {
    byText = new Map();
    executablesByEngine.set(devices.engine, byText);
  }
  const key = `${devices.key};${text}`;
  const known = byText.get(key);
  if (known) {
    byText.delete(key);
    byText.set(key, known);
    return known;
  }
  compilations++;
  const executable = recalled ? recalled.load().then((found) => found ?? compile()) : compile();
  executable.catch(() => undefined); // reported where a result is awaited
  byText.set(key, executable);
  if (byText.size > MAX_SHARED) byText.delete(byText.keys().next().value!);
  return executable;
}
