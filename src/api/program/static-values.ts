import { isPlainObject, requireDepth } from '../trace/plain-object.ts';

/*
 * JavaScript values that a traced function sees as they are: booleans, numbers, bigints, strings, symbols, functions, `null` and
 * `undefined`. They are part of what a program was made from, so they are part of its key. Keys are structural: equal values
 * give equal texts, different values never do.
 */

/** Whether a leaf of an argument tree is seen by the traced function as it is. */
export const isStaticLeaf = (x: unknown): boolean => typeof x !== 'object';

const identityByObject = new WeakMap<object, number>();
const identityBySymbol = new Map<symbol, number>();
let nextIdentity = 0;

/** A number of its own for every object. */
export function identityOf(x: object): number {
  let id = identityByObject.get(x);
  if (id === undefined) {
    id = nextIdentity++;
    identityByObject.set(x, id);
  }
  return id;
}

function symbolIdentity(x: symbol): number {
  let id = identityBySymbol.get(x);
  if (id === undefined) {
    id = nextIdentity++;
    identityBySymbol.set(x, id);
  }
  return id;
}

/** Text with its length before it, so that no text can be taken for two. */
export const textKey = (text: string): string => `${text.length}:${text}`;

/**
 * A text equal for equal values only: arrays and plain objects by content, functions and instances of classes by identity,
 * numbers as `Object.is` compares them.
 */
export const staticKey = (x: unknown): string => keyAt(x, 0);

function keyAt(x: unknown, depth: number): string {
  switch (typeof x) {
    case 'string':
      return `s${textKey(x)}`;
    case 'number':
      return Object.is(x, -0) ? 'n-0' : `n${x}`;
    case 'bigint':
      return `i${x}`;
    case 'boolean':
    case 'undefined':
      return `${x}`;
    case 'symbol':
      return `y${symbolIdentity(x)}`;
    case 'function':
      return `f${identityOf(x)}`;
    case 'object':
      break;
  }
  if (x === null) return 'null';
  requireDepth(depth);
  if (Array.isArray(x)) return `[${Array.from(x, (c) => keyAt(c, depth + 1)).join()}]`;
  if (!isPlainObject(x)) return `#${identityOf(x)}`;
  return `{${Object.keys(x)
    .sort()
    .map((k) => `${textKey(k)}=${keyAt(x[k], depth + 1)}`)
    .join()}}`;
}
