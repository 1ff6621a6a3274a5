import { UserError } from '../../base/index.ts';

/** No tree that anybody means is nested deeper; one that contains itself goes on for ever. */
const MAX_DEPTH = 1000;

/** Throws `api/tree` where a walk has gone too deep. */
export function requireDepth(depth: number): void {
  if (depth > MAX_DEPTH)
    throw new UserError('api/tree', 'a tree contains itself', {
      expected: `arrays and plain objects, nested at most ${MAX_DEPTH} deep`,
      advice: 'leave out references back to what is around: pass only what the function needs',
    });
}

/** A copy of what lists and plain objects say now: their owner may write other things into them. What else there is stays itself. */
export function snapshot<T>(x: T): T {
  if (typeof x !== 'object' || x === null) return x;
  if (Array.isArray(x)) return x.map(snapshot) as T;
  if (!isPlainObject(x)) return x;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(x)) copy[key] = snapshot(x[key]);
  return copy as T;
}

/** Whether `x` is structure rather than a leaf. */
export function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== 'object' || x === null) return false;
  const proto = Object.getPrototypeOf(x);
  return proto === Object.prototype || proto === null;
}
