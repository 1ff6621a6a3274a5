import { currentTrace } from '../trace/trace.ts';
import { type Jitted, jit, jitWith } from './jit.ts';
import { staticKey } from './static-values.ts';

/*
 * Outside any trace, transformations and control flow are compiled like jitted functions.
 */

/** Runs a function of tensors right away, compiled. */
export const runConcrete = <A extends readonly unknown[], R>(f: (args: A) => R, args: A): R =>
  jit((a: A) => f(a))(args);

type AnyFunction = (...args: never[]) => unknown;
const transformedByFunction = new WeakMap<AnyFunction, Map<string, AnyFunction>>();
/** Transformations of one function that are kept, the least recently made is dropped first. */
const MAX_KEPT = 64;

/**
 * A function made of `f` in the way that `how` says, by value. The same transformation of the same function is one function, so
 * that it is traced once per signature, whether a program makes it once or for every call. Inside a trace `traced` is called;
 * outside it is compiled, where tensors that `f` closes over are looked up again in every call.
 */
export function transformed<A extends unknown[], R>(
  f: AnyFunction,
  how: readonly unknown[],
  traced: (...args: A) => R,
  prepare: (args: A) => A = (args) => args,
): (...args: A) => R {
  let byKey = transformedByFunction.get(f);
  if (!byKey) {
    byKey = new Map();
    transformedByFunction.set(f, byKey);
  }
  const key = staticKey(how);
  const known = byKey.get(key);
  if (known) return known as unknown as (...args: A) => R;
  let jitted: Jitted<A, R> | undefined;
  const made = (...args: A): R => {
    if (currentTrace()) return traced(...prepare(args));
    jitted ??= jitWith(traced, {}, { keepsCaptures: false });
    return jitted(...prepare(args));
  };
  byKey.set(key, made as unknown as AnyFunction);
  if (byKey.size > MAX_KEPT) byKey.delete(byKey.keys().next().value!);
  return made;
}
