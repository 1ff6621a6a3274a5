import { InternalError, rowMajorStrides, type Shape } from '../../base/index.ts';

/*
 * Index arithmetic of the loop IR: an index is an affine function of loop variables and of run-time scalars (start
 * indices of dynamic slices). Views (broadcast, transpose, reshape, slice) become substitutions of such functions, so
 * that a chain of them costs nothing but the final address.
 */

/** A loop variable running over 0 … extent-1. */
export interface LoopVar {
  readonly kind: 'loop';
  readonly id: number;
  readonly extent: number;
  /**
   * How often it runs, where that is known only then: a multiple of {@link COUNT_UNIT}, or by a multiple of it less often than
   * `extent`.
   */
  readonly count?: RuntimeIndex;
}
/** See {@link LoopVar}: loops of vectors of this many lanes, or a divisor of it, need no other last vector than one of `extent`. */
export const COUNT_UNIT = 16;

/** A run-time integer in 0 … max, known before the loop starts. */
export interface RuntimeIndex {
  readonly kind: 'symbol';
  readonly id: number;
  readonly max: number;
  /** What distinguishes it from other symbols. */
  readonly key: string;
}

export type Term = LoopVar | RuntimeIndex;

/** `constant + Σ coefficient · term`, terms with a zero coefficient left out. */
export interface Affine {
  readonly constant: number;
  readonly terms: ReadonlyMap<Term, number>;
}

let nextId = 0;
export const loopVar = (extent: number, count?: RuntimeIndex): LoopVar => ({
  kind: 'loop',
  id: nextId++,
  extent,
  ...(count ? { count } : {}),
});
export const symbol = (key: string, max: number): RuntimeIndex => ({ kind: 'symbol', id: nextId++, max, key });

export const constantIndex = (constant: number): Affine => ({ constant, terms: new Map() });
export const zero: Affine = constantIndex(0);
export const termIndex = (term: Term, coefficient = 1): Affine => ({
  constant: 0,
  terms: new Map(coefficient === 0 ? [] : [[term, coefficient]]),
});

/** `a + b · scale`. */
export function addScaled(a: Affine, b: Affine, scale = 1): Affine {
  if (scale === 0) return a;
  const terms = new Map(a.terms);
  for (const [term, c] of b.terms) {
    const sum = (terms.get(term) ?? 0) + c * scale;
    if (sum === 0) terms.delete(term);
    else terms.set(term, sum);
  }
  return { constant: a.constant + b.constant * scale, terms };
}

export const shifted = (a: Affine, by: number): Affine => ({ constant: a.constant + by, terms: a.terms });
export const coefficientOf = (a: Affine, term: Term): number => a.terms.get(term) ?? 0;

/** Canonical text, for memo keys. */
export function affineKey(a: Affine): string {
  const parts = [...a.terms].map(([t, c]) => [t.id, c] as const).sort((x, y) => x[0] - y[0]);
  return `${a.constant}${parts.map(([id, c]) => `+${c}v${id}`).join('')}`;
}

export function affineEquals(a: Affine, b: Affine): boolean {
  if (a.constant !== b.constant || a.terms.size !== b.terms.size) return false;
  for (const [t, c] of a.terms) if (b.terms.get(t) !== c) return false;
  return true;
}

const extentOf = (t: Term): number => (t.kind === 'loop' ? t.extent : t.max + 1);

/** Smallest and largest value. */
export function boundsOf(a: Affine): readonly [number, number] {
  let lo = a.constant;
  let hi = a.constant;
  for (const [t, c] of a.terms) {
    const span = c * (extentOf(t) - 1);
    if (span < 0) lo += span;
    else hi += span;
  }
  return [lo, hi];
}

/** Replaces terms by other affine functions. */
export function substitute(a: Affine, by: ReadonlyMap<Term, Affine>): Affine {
  let out: Affine = constantIndex(a.constant);
  for (const [t, c] of a.terms) out = addScaled(out, by.get(t) ?? termIndex(t), c);
  return out;
}

/** Row-major flat position of a multi-index. */
export function linearize(index: readonly Affine[], shape: Shape): Affine {
  const strides = rowMajorStrides(shape);
  return index.reduce((sum, x, d) => addScaled(sum, x, strides[d]), zero);
}

/** Asks for a loop variable to be split into (outer, inner) with inner extent `inner`. */
export class SplitRequest extends Error {
  readonly variable: LoopVar;
  readonly inner: number;
  constructor(variable: LoopVar, inner: number) {
    super('split');
    this.variable = variable;
    this.inner = inner;
  }
}

/**
 * The multi-index in `shape` at flat position `flat`: inverse of {@link linearize} for affine functions. Returns
 * undefined when it is not affine; throws {@link SplitRequest} when it becomes so after splitting a loop variable.
 */
export function delinearize(flat: Affine, shape: Shape): Affine[] | undefined {
  const strides = rowMajorStrides(shape);
  const out: Affine[] = [];
  let rest = flat;
  for (let d = 0; d < shape.length; d++) {
    const stride = strides[d];
    if (shape[d] === 1) {
      out.push(zero);
      continue;
    }
    if (d === shape.length - 1 || stride === 1) {
      out.push(rest);
      rest = zero;
      continue;
    }
    const high = new Map<Term, number>();
    const low = new Map<Term, number>();
    for (const [t, c] of rest.terms) {
      if (c % stride === 0) high.set(t, c / stride);
      else low.set(t, c);
    }
    const constant = Math.floor(rest.constant / stride);
    const remainder: Affine = { constant: rest.constant - constant * stride, terms: low };
    const [lo, hi] = boundsOf(remainder);
    if (lo < 0 || hi >= stride) {
      for (const [t, c] of low) {
        const inner = stride / c;
        if (t.kind === 'loop' && c > 0 && Number.isInteger(inner) && inner < t.extent && t.extent % inner === 0)
          throw new SplitRequest(t, inner);
      }
      return undefined;
    }
    out.push({ constant, terms: high });
    rest = remainder;
  }
  if (shape.length > 0 && (rest.constant !== 0 || rest.terms.size > 0)) return undefined;
  for (let d = 0; d < shape.length; d++) {
    const [lo, hi] = boundsOf(out[d]);
    if (lo < 0 || hi >= shape[d]) return undefined;
  }
  return out;
}

/**
 * Loop variables for the dimensions of a shape, each dimension possibly cut into factors (outermost first).
 * `factors[d]` multiplies to `shape[d]`.
 */
export function domainOf(factors: readonly (readonly number[])[]): { vars: LoopVar[]; index: Affine[] } {
  const vars: LoopVar[] = [];
  const index = factors.map((parts) => {
    const own = parts.map((extent) => loopVar(extent));
    vars.push(...own);
    const strides = rowMajorStrides(parts);
    return own.reduce((sum, v, i) => (v.extent === 1 ? sum : addScaled(sum, termIndex(v), strides[i])), zero);
  });
  return { vars, index };
}

/** The factor lists with variable number `position` (in domain order) cut so that its inner part is `inner`. */
export function splitFactors(factors: readonly (readonly number[])[], position: number, inner: number): number[][] {
  let at = 0;
  return factors.map((parts) =>
    parts.flatMap((extent) => {
      if (at++ !== position) return [extent];
      if (extent % inner !== 0) throw new InternalError(`cannot split ${extent} by ${inner}`);
      return [extent / inner, inner];
    }),
  );
}
