import { type HostArray, isComplex, numElements, range } from '../../base/index.ts';
import { absent, asTensor, type Builder, codecs, tensorType, type Value } from '../../ir/index.ts';
import { checkShape } from '../define/constraints.ts';
import { fromNumbers, numbersOf } from '../define/elements.ts';
import { batchAll } from '../define/elementwise.ts';
import { compare, dotGeneral, iota, neg, scale, select, sub, transpose, zerosLike } from '../define/emit.ts';
import { defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { assembly, boolPart } from '../define/syntaxes.ts';

/*
 * Factorizations and triangular systems over the last two dimensions; the others are batch.
 */

export type TransposeKind = 'NO_TRANSPOSE' | 'TRANSPOSE' | 'ADJOINT';
export interface TriangularSolveAttributes {
  readonly leftSide: boolean;
  readonly lower: boolean;
  readonly unitDiagonal: boolean;
  readonly transposeA: TransposeKind;
}

/** Complex matrix stored as two planes, so that real and complex share one algorithm. */
interface Matrix {
  readonly n: number;
  readonly m: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

function matrixOf(x: HostArray, batch: number): Matrix {
  const [n, m] = x.shape.slice(-2);
  const all = numbersOf(x);
  const width = isComplex(x.dtype) ? 2 : 1;
  const re = new Float64Array(n * m);
  const im = new Float64Array(n * m);
  for (let i = 0; i < n * m; i++) {
    re[i] = all[(batch * n * m + i) * width];
    if (width === 2) im[i] = all[(batch * n * m + i) * width + 1];
  }
  return { n, m, re, im };
}

function flipped(a: Matrix, conjugate: boolean): Matrix {
  const re = new Float64Array(a.n * a.m);
  const im = new Float64Array(a.n * a.m);
  for (let i = 0; i < a.n; i++)
    for (let j = 0; j < a.m; j++) {
      re[j * a.n + i] = a.re[i * a.m + j];
      im[j * a.n + i] = conjugate ? -a.im[i * a.m + j] : a.im[i * a.m + j];
    }
  return { n: a.m, m: a.n, re, im };
}

type Round = (x: number) => number;
/** Rounding of every step: the triangles amplify it, so f32 must not be computed in double. */
const roundingOf = (x: HostArray): Round => (x.dtype === 'f32' || x.dtype === 'c64' ? Math.fround : (v) => v);

/** x with a·x = b by substitution, in place of b. */
function substitute(a: Matrix, b: Matrix, lower: boolean, unit: boolean, round: Round): Matrix {
  const n = a.n;
  for (let c = 0; c < b.m; c++)
    for (let step = 0; step < n; step++) {
      const i = lower ? step : n - 1 - step;
      let re = b.re[i * b.m + c];
      let im = b.im[i * b.m + c];
      for (let other = 0; other < step; other++) {
        const k = lower ? other : n - 1 - other;
        const [p, q] = [a.re[i * n + k], a.im[i * n + k]];
        const [u, v] = [b.re[k * b.m + c], b.im[k * b.m + c]];
        re = round(re - round(round(p * u) - round(q * v)));
        im = round(im - round(round(p * v) + round(q * u)));
      }
      if (!unit) {
        const [p, q] = [a.re[i * n + i], a.im[i * n + i]];
        const d = p * p + q * q;
        [re, im] = q === 0 ? [re / p, im / p] : [(re * p + im * q) / d, (im * p - re * q) / d];
      }
      b.re[i * b.m + c] = round(re);
      b.im[i * b.m + c] = round(im);
    }
  return b;
}

function stacked(matrices: readonly Matrix[], like: HostArray, shape: readonly number[]): HostArray {
  const width = isComplex(like.dtype) ? 2 : 1;
  const out = new Float64Array(numElements(shape) * width);
  let at = 0;
  for (const x of matrices)
    for (let i = 0; i < x.re.length; i++) {
      out[at++] = x.re[i];
      if (width === 2) out[at++] = x.im[i];
    }
  return fromNumbers(like.dtype, shape, out);
}

function solve(a: HostArray, b: HostArray, o: TriangularSolveAttributes): HostArray {
  const batch = numElements(a.shape.slice(0, -2));
  const round = roundingOf(a);
  const results = range(batch).map((k) => {
    let [m, x] = [matrixOf(a, k), matrixOf(b, k)];
    let { lower } = o;
    if (o.transposeA !== 'NO_TRANSPOSE') {
      m = flipped(m, o.transposeA === 'ADJOINT');
      lower = !lower;
    }
    if (o.leftSide) return substitute(m, x, lower, o.unitDiagonal, round);
    // x·a = b is aᵀ·xᵀ = bᵀ.
    x = substitute(flipped(m, false), flipped(x, false), !lower, o.unitDiagonal, round);
    return flipped(x, false);
  });
  return stacked(results, b, b.shape);
}

function emitSolve(b: Builder, a: Value, y: Value, o: TriangularSolveAttributes): Value {
  return b.emit('stablehlo.triangular_solve', [a, y], o);
}

/** The triangle of a matrix, without the diagonal when it is taken to be ones. */
function triangle(b: Builder, x: Value, lower: boolean, strict: boolean, factorOnDiagonal = 1): Value {
  const rank = x.shape.length;
  const t = tensorType('i32', x.shape);
  const [row, column] = [iota(b, t, rank - 2), iota(b, t, rank - 1)];
  const inside = compare(b, lower ? (strict ? 'GT' : 'GE') : strict ? 'LT' : 'LE', row, column);
  const kept = select(b, inside, x, zerosLike(b, x.type));
  if (factorOnDiagonal === 1) return kept;
  return select(b, compare(b, 'EQ', row, column), scale(b, kept, factorOnDiagonal), kept);
}

/** Product over the last two dimensions. */
function matmul(b: Builder, x: Value, y: Value): Value {
  const rank = x.shape.length;
  const batch = range(rank - 2);
  return dotGeneral(b, x, y, {
    lhsBatching: batch,
    rhsBatching: batch,
    lhsContracting: [rank - 1],
    rhsContracting: [rank - 2],
  });
}
const swap = (b: Builder, x: Value): Value => {
  const r = x.shape.length;
  return transpose(b, x, [...range(r - 2), r - 1, r - 2]);
};

const flipKind: Record<TransposeKind, TransposeKind> = {
  NO_TRANSPOSE: 'TRANSPOSE',
  TRANSPOSE: 'NO_TRANSPOSE',
  ADJOINT: 'NO_TRANSPOSE',
};

export const triangularSolve = defineShapeOp<TriangularSolveAttributes>({
  name: 'stablehlo.triangular_solve',
  doc: 'Solves op(a)·x = b or x·op(a) = b for a triangular a.',
  operands: [{ name: 'a' }, { name: 'b' }],
  attributes: {
    leftSide: codecs.bool,
    lower: codecs.bool,
    unitDiagonal: codecs.bool,
    transposeA: codecs.enumOf('transpose', ['NO_TRANSPOSE', 'TRANSPOSE', 'ADJOINT'] as const),
  },
  inferTypes: ({ operands: [s, t], attributes: { leftSide }, checker }) => {
    const { check } = checker;
    const [a, b] = [asTensor(s, 'a'), asTensor(t, 'b')];
    const rank = a.shape.length;
    check('C1', a.dtype === b.dtype, () => `element types ${a.dtype} and ${b.dtype} differ`);
    check(
      'C2',
      rank >= 2 && rank === b.shape.length,
      () => `ranks should be equal and at least 2, got ${rank} and ${b.shape.length}`,
    );
    checkShape(checker, 'C3', 'the batch part of b', b.shape.slice(0, -2), a.shape.slice(0, -2));
    check('C3', a.shape[rank - 1] === a.shape[rank - 2] || a.shape[rank - 1] < 0, 'a must be square');
    check(
      'C3',
      a.shape[rank - 1] === b.shape[leftSide ? rank - 2 : rank - 1] || a.shape[rank - 1] < 0,
      'sizes of a and b do not fit',
    );
    return [b];
  },
  resultLabels: { any: 'C4' },
  verify: () => {},
  syntax: 'generic',
  evaluate: ([a, b], op) => [solve(a, b, op.attributes)],
  linearize: ({ op, operands: [a], results: [x], tangents: [ta, tb], tangent: b }) => {
    const o = op.attributes;
    let right = tb;
    if (ta) {
      // op(a)·dx = db − op(da)·x, with da restricted to the triangle that is read.
      const da = triangle(b, ta, o.lower, o.unitDiagonal);
      const opDa = o.transposeA === 'NO_TRANSPOSE' ? da : swap(b, da);
      const product = o.leftSide ? matmul(b, opDa, x) : matmul(b, x, opDa);
      right = right ? sub(b, right, product) : neg(b, product);
    }
    return { tangents: [right && emitSolve(b, a, right, o)] };
  },
  transpose: ({ op, operands: [a], cotangents: [ct], builder }) => [
    undefined,
    ct && a
      ? emitSolve(builder, a, ct, { ...op.attributes, transposeA: flipKind[op.attributes.transposeA] })
      : undefined,
  ],
  batch: ({ op, operands, batched, batchSize, builder }) => {
    const [a, b] = batchAll(operands, batched, batchSize, builder);
    return { results: [emitSolve(builder, a, b, op.attributes)], batched: [true] };
  },
  sharding: (op) => {
    const [a, x] = [op.operands[0].shape, op.operands[1].shape];
    const rank = a.length;
    const b = new ShardingRuleBuilder(op);
    for (let d = 0; d < rank - 2; d++) b.everywhere(d, a[d]);
    const whole = { kind: 'needReplication' } as const;
    const { leftSide, transposeA } = op.attributes;
    const [r, c] = [rank - 2, rank - 1];
    // Dimension of a that meets b, and the one that meets the result.
    const plain = transposeA === 'NO_TRANSPOSE';
    const meetsB = leftSide === plain ? r : c;
    const meetsX = meetsB === r ? c : r;
    if (leftSide) {
      b.factor([meetsB, r], [], a[r], whole);
      b.factor([undefined, c], [c], x[c], whole);
      b.factor([meetsX], [r], a[r], whole);
    } else {
      b.factor([undefined, r], [r], x[r], whole);
      b.factor([meetsB, c], [], a[r], whole);
      b.factor([meetsX], [c], a[r], whole);
    }
    return b.build();
  },
  localize: (op) => op.attributes,
  samples: [
    sample('left lower', true, true, false, 'NO_TRANSPOSE', [2, 3, 3], [2, 3, 2]),
    sample('right upper transposed', false, false, false, 'TRANSPOSE', [3, 3], [2, 3]),
    sample('left upper unit', true, false, true, 'NO_TRANSPOSE', [3, 3], [3, 2]),
    sample('left lower transposed', true, true, false, 'TRANSPOSE', [3, 3], [3, 2]),
  ],
});

function sample(
  name: string,
  leftSide: boolean,
  lower: boolean,
  unitDiagonal: boolean,
  transposeA: TransposeKind,
  a: number[],
  b: number[],
) {
  return {
    name,
    operands: [{ dtype: 'f64', shape: a, low: 0.7, high: 2 } as const, { dtype: 'f64', shape: b } as const],
    attributes: { leftSide, lower, unitDiagonal, transposeA },
  };
}

export interface CholeskyAttributes {
  readonly lower: boolean;
}

/** l·lᴴ = a for the lower triangle of a; NaN where a is not positive definite. */
function factor(a: Matrix): Matrix {
  const n = a.n;
  const re = new Float64Array(n * n);
  const im = new Float64Array(n * n);
  for (let j = 0; j < n; j++)
    for (let i = j; i < n; i++) {
      let [p, q] = [a.re[i * n + j], i === j ? 0 : a.im[i * n + j]];
      for (let k = 0; k < j; k++) {
        const [u, v, s, t] = [re[i * n + k], im[i * n + k], re[j * n + k], -im[j * n + k]];
        p -= u * s - v * t;
        q -= u * t + v * s;
      }
      if (i === j) re[i * n + i] = Math.sqrt(p);
      else {
        re[i * n + j] = p / re[j * n + j];
        im[i * n + j] = q / re[j * n + j];
      }
    }
  return { n, m: n, re, im };
}

export const cholesky = defineShapeOp<CholeskyAttributes>({
  name: 'stablehlo.cholesky',
  doc: 'Cholesky factor of positive definite matrices.',
  operands: [{ name: 'a' }],
  attributes: { lower: codecs.withDefault(codecs.bool, false) },
  inferTypes: ({ operands: [t], checker: { check } }) => {
    const a = asTensor(t);
    const rank = a.shape.length;
    check('C2', rank >= 2, 'needs at least two dimensions');
    check('C3', a.shape[rank - 1] === a.shape[rank - 2] || a.shape[rank - 1] < 0, 'the matrices must be square');
    return [a];
  },
  resultLabels: { any: 'C1' },
  verify: () => {},
  syntax: assembly({ operands: 1, parts: [boolPart('lower', 'lower')], types: 'same' }),
  evaluate: ([a], op) => {
    const { lower } = op.attributes;
    const batch = numElements(a.shape.slice(0, -2));
    const results = range(batch).map((k) => {
      const m = matrixOf(a, k);
      const l = factor(lower ? m : flipped(m, true));
      return lower ? l : flipped(l, true);
    });
    return [stacked(results, a, a.shape)];
  },
  linearize: ({ op, results: [l], tangents: [t], tangent: b }) => {
    // dl = l·Φ(l⁻¹·da·l⁻ᵀ), Φ the lower triangle with half the diagonal (Iain Murray, 2016); upper factors are mirrored.
    const { lower } = op.attributes;
    const [factorL, da] = lower ? [l, t!] : [swap(b, l), swap(b, t!)];
    // Only one triangle of a is read: mirror it.
    const strict = triangle(b, da, true, true);
    const symmetric = b.emit('stablehlo.add', [triangle(b, da, true, false), swap(b, strict)]);
    const o = { leftSide: true, lower: true, unitDiagonal: false, transposeA: 'NO_TRANSPOSE' } as const;
    const half = emitSolve(b, factorL, symmetric, o);
    const middle = emitSolve(b, factorL, half, { ...o, leftSide: false, transposeA: 'TRANSPOSE' });
    const dl = matmul(b, factorL, triangle(b, middle, true, false, 0.5));
    return { tangents: [lower ? dl : swap(b, dl)] };
  },
  transpose: absent('not linear'),
  batch: ({ op, operands: [a], builder }) => ({
    results: [builder.emit(op.name, [a], op.attributes)],
    batched: [true],
  }),
  sharding: (op) => {
    const rank = op.operands[0].shape.length;
    return new ShardingRuleBuilder(op)
      .pointwise(op.operands[0].shape, (d) => (d >= rank - 2 ? { kind: 'needReplication' } : {}))
      .build();
  },
  localize: (op) => op.attributes,
  samples: [
    {
      name: 'lower',
      operands: [{ dtype: 'f64', shape: [2, 2, 2], values: [4, 1, 1, 3, 2, 0.5, 0.5, 5] }],
      attributes: { lower: true },
    },
    {
      name: 'upper',
      operands: [{ dtype: 'f64', shape: [3, 3], values: [4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 2] }],
      attributes: { lower: false },
    },
  ],
});
