import { type DType, dtypeInfo } from '../../base/index.ts';
import { type Block, type Checker, isTensor, type Type, typeEquals, typeText } from '../../ir/index.ts';

/*
 * Pieces that the constraints of several ops share. Every message names what was expected and what was given.
 */

/** Each entry is a dimension: 0 ≤ d < rank. */
export function checkInRange(c: Checker, label: string, name: string, dims: readonly number[], rank: number): void {
  const bad = dims.findIndex((d) => !(d >= 0 && d < rank));
  c.check(label, bad < 0, () => `${name} should lie in [0, ${rank}), got ${dims[bad]} at position ${bad} of [${dims}]`);
}

export function checkDistinct(c: Checker, label: string, name: string, dims: readonly number[]): void {
  c.check(label, new Set(dims).size === dims.length, () => `${name} should not repeat, got [${dims}]`);
}

export function checkSorted(c: Checker, label: string, name: string, dims: readonly number[]): void {
  c.check(
    label,
    dims.every((d, i) => i === 0 || dims[i - 1] <= d),
    () => `${name} should be sorted, got [${dims}]`,
  );
}

export function checkCount(c: Checker, label: string, name: string, given: number, expected: number): void {
  c.check(label, given === expected, () => `${name} should have ${expected} entries, got ${given}`);
}

/** Every entry is greater than zero. */
export function checkPositive(c: Checker, label: string, name: string, values: readonly number[]): void {
  const bad = values.findIndex((v) => !(v > 0));
  c.check(label, bad < 0, () => `${name} should be positive, got ${values[bad]} for dimension ${bad}`);
}

/** Every entry is zero or more. */
export function checkNotNegative(c: Checker, label: string, name: string, values: readonly number[]): void {
  const bad = values.findIndex((v) => !(v >= 0));
  c.check(label, bad < 0, () => `${name} should not be negative, got ${values[bad]} at position ${bad}`);
}

/** Sizes agree; a dynamic one agrees with all. */
export const sizesFit = (a: number, b: number): boolean => a === b || a < 0 || b < 0;

export const shapesFit = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, d) => sizesFit(n, b[d]));

export function checkShape(
  c: Checker,
  label: string,
  name: string,
  given: readonly number[],
  expected: readonly number[],
): void {
  c.check(label, shapesFit(given, expected), () => {
    const d = given.length === expected.length ? given.findIndex((n, i) => !sizesFit(n, expected[i])) : -1;
    return `${name} should have shape [${expected}], got [${given}]${d < 0 ? '' : ` (dimension ${d})`}`;
  });
}

/** Entries along each listed dimension fit in pairs. */
export function checkPairedSizes(
  c: Checker,
  label: string,
  left: { readonly name: string; readonly shape: readonly number[]; readonly dims: readonly number[] },
  right: { readonly name: string; readonly shape: readonly number[]; readonly dims: readonly number[] },
): void {
  left.dims.forEach((l, i) => {
    const r = right.dims[i];
    const [m, n] = [left.shape[l], right.shape[r]];
    c.check(
      label,
      sizesFit(m, n),
      () => `dimension ${l} of ${left.name} has size ${m}, dimension ${r} of ${right.name} has size ${n}`,
    );
  });
}

/** Whether values of one type may be combined in the other: same kind, at least as many bits. */
function isPromotable(from: DType, to: DType): boolean {
  const [f, t] = [dtypeInfo(from), dtypeInfo(to)];
  return f.kind === t.kind && f.bits <= t.bits;
}

const isScalar = (t: Type, dtype?: DType): boolean =>
  isTensor(t) && t.shape.length === 0 && (dtype === undefined || t.dtype === dtype);

/** Equal types, where a dynamic dimension matches anything. */
export const typesFit = (a: readonly Type[], b: readonly Type[]): boolean =>
  a.length === b.length &&
  a.every((t, i) => {
    const u = b[i];
    if (t.kind === 'tensor' && u.kind === 'tensor') return t.dtype === u.dtype && shapesFit(t.shape, u.shape);
    return typeEquals(t, u);
  });

export const signature = (b: Block): string =>
  `(${b.args.map((a) => typeText(a.type)).join(', ')}) -> (${b.yielded.map((v) => typeText(v.type)).join(', ')})`;

/**
 * A combiner over scalars: takes the accumulated values, then as many new ones, and returns values of types to which the
 * inputs' element types can be promoted.
 */
export function checkCombiner(c: Checker, label: string, body: Block, inputs: readonly DType[]): void {
  const n = inputs.length;
  c.check(
    label,
    body.args.length === 2 * n && body.yielded.length === n,
    () => `the body should take ${2 * n} scalars and return ${n}, it is ${signature(body)}`,
  );
  body.yielded.forEach((v, i) => {
    const t = v.type;
    const fits =
      isTensor(t) &&
      isScalar(t) &&
      isScalar(body.args[i].type, t.dtype) &&
      isScalar(body.args[n + i].type, t.dtype) &&
      isPromotable(inputs[i], t.dtype);
    c.check(
      label,
      fits,
      () => `value ${i} of the body should be a scalar to which ${inputs[i]} promotes, it is ${signature(body)}`,
    );
  });
}

/** A predicate over pairs of scalars: `(a0, b0, a1, b1, …) -> i1`. */
export function checkPredicate(c: Checker, label: string, body: Block, inputs: readonly DType[]): void {
  const expected = inputs.flatMap((d) => [d, d]);
  const fits =
    body.args.length === expected.length &&
    body.args.every((a, i) => isScalar(a.type, expected[i])) &&
    body.yielded.length === 1 &&
    isScalar(body.yielded[0].type, 'bool');
  c.check(
    label,
    fits,
    () => `the body should take scalars (${expected.join(', ')}) and return i1, it is ${signature(body)}`,
  );
}

/** A function of one scalar per input that returns one scalar. */
export function checkMapBody(c: Checker, label: string, body: Block, inputs: readonly DType[]): void {
  const fits =
    body.args.length === inputs.length &&
    body.args.every((a, i) => isScalar(a.type, inputs[i])) &&
    body.yielded.length === 1 &&
    isScalar(body.yielded[0].type);
  c.check(
    label,
    fits,
    () => `the body should take scalars (${inputs.join(', ')}) and return one, it is ${signature(body)}`,
  );
}
