/*
 * Compiled programs of this process, by the engine that compiled them and by their whole text: equal programs are compiled once.
 */

/** Programs kept for others to find, the least recently used is dropped first; whoever uses one keeps it in any case. */
const MAX_SHARED = 512;

const executablesByEngine = new WeakMap<object, Map<string, Promise<unknown>>>();
let compilations = 0;

/** How many programs have been compiled, or recalled from an earlier process. */
export const numCompilations = (): number => compilations;

/** The executable of that key, or the one that `make` begins to make. */
export function sharedExecutable<E>(engine: object, key: string, make: () => Promise<E>): Promise<E> {
  const byKey = executablesByEngine.get(engine) ?? new Map<string, Promise<unknown>>();
  executablesByEngine.set(engine, byKey);
  const known = byKey.get(key) as Promise<E> | undefined;
  if (known) {
    byKey.delete(key);
    byKey.set(key, known);
    return known;
  }
  compilations++;
  const executable = make();
  executable.catch(() => undefined); // reported where a result is awaited
  byKey.set(key, executable);
  if (byKey.size > MAX_SHARED) byKey.delete(byKey.keys().next().value!);
  return executable;
}
