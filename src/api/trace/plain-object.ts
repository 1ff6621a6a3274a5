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

/** Whether `x` is structure rather than a leaf. */
export function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== 'object' || x === null) return false;
  const proto = Object.getPrototypeOf(x);
  return proto === Object.prototype || proto === null;
}
