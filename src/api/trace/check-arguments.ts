import { type Shape, UserError } from '../../base/index.ts';

/*
 * What callers of `np`, `lax` and `random` get wrong without types, told in their words. Functions check where what they are given
 * first matters: sizes where a shape is made, positions where a dimension is named.
 */

/** How a value looks in a message. */
export function describeValue(x: unknown): string {
  if (typeof x === 'string') return JSON.stringify(x);
  if (typeof x === 'function') return 'a function';
  if (typeof x === 'bigint') return `${x}n`;
  if (typeof x !== 'object' || x === null) return String(x);
  if (Array.isArray(x)) return `[${x.slice(0, 8).map(describeValue).join(', ')}${x.length > 8 ? ', …' : ''}]`;
  const proto = Object.getPrototypeOf(x) as object | null;
  if (proto === Object.prototype || proto === null) return `the object { ${Object.keys(x).join(', ')} }`;
  const text = String(x);
  return text.startsWith('[object') ? `a ${x.constructor.name}` : text;
}

/** A shape: non-negative integers. Throws `api/shape`. */
export function requireSizes(shape: Shape, what = 'a shape'): Shape {
  if (!Array.isArray(shape))
    throw new UserError('api/shape', `${what} is a list of sizes`, {
      given: describeValue(shape),
      ...(typeof shape === 'number' ? { advice: `write [${shape}]` } : {}),
    });
  for (const d of shape)
    if (!Number.isSafeInteger(d) || d < 0)
      throw new UserError('api/shape', `${what} is made of sizes`, {
        expected: 'non-negative integers',
        given: describeValue(shape),
      });
  return shape;
}

/** A number of things: a non-negative integer. Throws `api/argument`. */
export function requireCount(n: number, what: string): number {
  if (!Number.isSafeInteger(n) || n < 0)
    throw new UserError('api/argument', `${what} is a count`, {
      expected: 'a non-negative integer',
      given: describeValue(n),
      ...optionsAdvice(n),
    });
  return n;
}

/** An integer. Throws `api/argument`. */
export function requireInteger(n: number, what: string): number {
  if (!Number.isSafeInteger(n))
    throw new UserError('api/argument', `${what} is an integer`, { given: describeValue(n), ...optionsAdvice(n) });
  return n;
}

/** A finite number. Throws `api/argument`. */
export function requireNumber(x: number, what: string): number {
  if (typeof x !== 'number' || !Number.isFinite(x))
    throw new UserError('api/argument', `${what} is a number`, {
      expected: 'a finite number',
      given: describeValue(x),
      ...optionsAdvice(x),
    });
  return x;
}

/** A list. Throws `api/argument`, and tells those who left out the brackets. */
export function requireList<T>(xs: readonly T[], what: string): readonly T[] {
  if (!Array.isArray(xs))
    throw new UserError('api/argument', `${what} come as one list`, {
      given: describeValue(xs),
      advice: 'put them in brackets: [a, b]',
    });
  return xs;
}

/** One axis or several, as a list. Throws `api/axis`. */
export function axisList(axis: number | readonly number[]): readonly number[] {
  if (Array.isArray(axis)) return axis;
  if (typeof axis === 'number') return [axis];
  throw new UserError('api/axis', 'an axis is missing, or is none', {
    expected: 'a number or a list of numbers',
    given: describeValue(axis),
    ...optionsAdvice(axis),
  });
}

/** An options object with known keys only. Throws `api/options`. */
export function requireOptions<O extends object>(o: O, known: readonly (keyof O & string)[], what: string): O {
  if (typeof o !== 'object' || o === null || Array.isArray(o))
    throw new UserError('api/options', `${what} takes its options as an object`, {
      expected: `{ ${known.join(', ')} }`,
      given: describeValue(o),
    });
  for (const key of Object.keys(o))
    if (!known.includes(key as keyof O & string))
      throw new UserError('api/options', `${what} has no option "${key}"`, {
        expected: known.join(', ') || 'none',
        ...respelled(key, known),
      });
  return o;
}

/** Options with the size of a result that depends on values. Throws `api/options`. */
export function requireSizeOption<O extends { readonly size: number }>(o: O, what: string): O {
  if (typeof o === 'object' && o !== null && Number.isSafeInteger(o.size) && o.size >= 0) return o;
  throw new UserError('api/options', `${what} needs to be told how many elements its result has`, {
    given: describeValue(typeof o === 'object' && o !== null && 'size' in o ? o.size : o),
    advice: 'write { size: 3 }: shapes do not depend on values; fewer elements are padded, more are cut off',
  });
}

/** What somebody meant who wrote `in_axes` or `argNums`. */
function respelled(key: string, known: readonly string[]): { advice?: string } {
  const plain = (k: string): string => k.replaceAll('_', '').toLowerCase();
  const meant = known.find((k) => plain(k) === plain(key));
  return meant === undefined ? {} : { advice: `write ${meant}` };
}

/**
 * What a transformation like `grad` is given: a function, and an object of options. Throws `api/argument` for `grad(f(x))`, and
 * `api/options` for `grad(f, 1)` and options that it does not know: none is ignored in silence.
 */
export function requireTransformation<O extends object>(
  f: unknown,
  options: O | undefined,
  known: readonly (keyof O & string)[],
  what: string,
): void {
  if (typeof f !== 'function')
    throw new UserError('api/argument', `${what} takes a function`, {
      given: describeValue(f),
      advice: `give it the function itself, not its result: ${what}(f)(x)`,
    });
  if (options !== undefined) requireOptions(options, known, what);
}

/** Positions of arguments: a list of non-negative integers. Throws `api/options`. */
export function requirePositions(xs: readonly number[] | undefined, what: string): void {
  if (xs === undefined || (Array.isArray(xs) && xs.every((x) => Number.isInteger(x) && x >= 0))) return;
  throw new UserError('api/options', `${what} lists positions of arguments`, {
    expected: 'non-negative integers in a list, like [0]',
    given: describeValue(xs),
    ...(typeof xs === 'number' ? { advice: `write [${xs}]` } : {}),
  });
}

const optionsAdvice = (x: unknown): { advice?: string } =>
  typeof x === 'object' && x !== null && !Array.isArray(x) ? { advice: 'give the number itself, not an object' } : {};

/** Throws `api/argument` for anything but a function. */
export function requireFunction<F>(f: F, what: string): F {
  if (typeof f !== 'function')
    throw new UserError('api/argument', `${what} is a function`, { given: describeValue(f) });
  return f;
}
