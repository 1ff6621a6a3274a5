import { complexDType, type DType, HostArray, isComplex, numElements, range, realDType } from '../../base/index.ts';
import {
  type AttributeSchema,
  absent,
  asTensor,
  codecs,
  defineOp,
  type OpDefinition,
  type SampleTensor,
  tensorType,
} from '../../ir/index.ts';
import { vectorCost } from '../define/cost.ts';
import { indicesOf } from '../define/elements.ts';
import { batchAll } from '../define/elementwise.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { generalEigen, schurForm } from './factorizations/general-eigen.ts';
import { hessenbergForm } from './factorizations/hessenberg.ts';
import { householderProduct, householderQr, multiplyByQ, pivotedQr } from './factorizations/householder.ts';
import { type Matrix, matrixOf, type Part, precisionOf, stackedParts } from './factorizations/matrix.ts';
import { singularValues } from './factorizations/singular.ts';
import { luFactors, permutationOfSwaps, tridiagonalSolve } from './factorizations/solve.ts';
import { hermitianEigen, tridiagonalReduction } from './factorizations/symmetric.ts';

/*
 * Factorizations of dense matrices: what programs of JAX and PyTorch call LAPACK (or cuSOLVER) for. Matrices are the last two
 * dimensions (vectors the last), all others are batches. They are computed on the host, in double precision, on every engine.
 */

/** Rank of an operand or result without its batch. */
type CoreRank = 0 | 1 | 2;
type Core = readonly number[];

interface Factorization<A extends object> {
  readonly name: string;
  readonly doc: string;
  readonly operands: readonly { readonly name: string; readonly rank: CoreRank; readonly integer?: true }[];
  readonly attributes?: AttributeSchema<A>;
  /** Shapes and types of the results of one matrix; undefined when the operands do not fit. */
  readonly results: (
    cores: readonly Core[],
    dtype: DType,
    attributes: A,
  ) => readonly (readonly [Core, DType])[] | undefined;
  /** Integer operands come as 1 × n matrices too. */
  readonly compute: (operands: readonly Matrix[], attributes: A, of: ElementKind) => readonly Part[];
  readonly samples: readonly {
    readonly name: string;
    readonly operands: readonly SampleTensor[];
    readonly attributes?: A;
  }[];
}
interface ElementKind {
  readonly isComplex: boolean;
  readonly epsilon: number;
}

const notDerived = absent(
  'factorizations of imported programs have no derivative here; differentiate before exporting',
);

function defineFactorization<A extends object = Record<never, never>>(f: Factorization<A>): OpDefinition {
  const rankOf = (i: number): number => f.operands[i].rank;
  const batchOf = (shape: readonly number[], i: number): readonly number[] => shape.slice(0, shape.length - rankOf(i));
  return defineOp<A>({
    name: f.name,
    doc: f.doc,
    spec: 'Espalier; LAPACK Users’ Guide',
    operands: f.operands.map(({ name }) => ({ name })),
    attributes: f.attributes ?? ({} as AttributeSchema<A>),
    numRegions: 0,
    traits: {},
    inferTypes: ({ operands, attributes, checker: { check } }) => {
      const xs = operands.map((t) => asTensor(t));
      xs.forEach((x, i) => {
        const { name, rank, integer } = f.operands[i];
        check('rank', x.shape.length >= rank, `${name} needs at least ${rank} dimensions`);
        const batch = batchOf(x.shape, i);
        check(
          'batch',
          batch.join() === batchOf(xs[0].shape, 0).join(),
          `the batch dimensions of ${name} differ from those of ${f.operands[0].name}`,
        );
        check('type', integer || x.dtype === xs[0].dtype, `${name} has another element type`);
      });
      const cores = xs.map((x, i) => x.shape.slice(x.shape.length - rankOf(i)));
      const results = f.results(cores, xs[0].dtype, attributes);
      check('shape', results !== undefined, `the operands do not fit together: [${cores.join('], [')}]`);
      const batch = batchOf(xs[0].shape, 0);
      return results!.map(([core, dtype]) => tensorType(dtype, [...batch, ...core]));
    },
    verify: () => {},
    syntax: 'generic',
    evaluate: (operands, op) => {
      const batch = numElements(batchOf(operands[0].shape, 0));
      const { dtype } = operands[0];
      const kind = { isComplex: isComplex(dtype), epsilon: isFloatKind(dtype) ? precisionOf(dtype) : 0 };
      const asMatrices = operands.map((x, i) => {
        const core = x.shape.slice(x.shape.length - rankOf(i));
        const rows = rankOf(i) === 2 ? core[0] : 1;
        const columns = core[core.length - 1] ?? 1;
        const shape = [batch, rows, columns];
        return f.operands[i].integer ? HostArray.from('f64', shape, indicesOf(x)) : x.reshape(shape);
      });
      const parts = range(batch).map((k) =>
        f.compute(
          asMatrices.map((x) => matrixOf(x, k)),
          op.attributes,
          kind,
        ),
      );
      return op.results.map((r, i) =>
        stackedParts(
          parts.map((p) => p[i]),
          r.dtype,
          r.shape,
        ),
      );
    },
    decompose: absent('computed on the host'),
    linearize: notDerived,
    transpose: absent('not linear'),
    batch: ({ op, operands, batched, batchSize, builder }) => {
      const out = builder.create(op.name, batchAll(operands, batched, batchSize, builder), op.attributes);
      return { results: out.results, batched: out.results.map(() => true) };
    },
    sharding: (op) => {
      const b = new ShardingRuleBuilder(op);
      const batch = batchOf(op.operands[0].shape, 0);
      batch.forEach((n, d) => {
        b.everywhere(d, n);
      });
      const whole = { kind: 'needReplication' } as const;
      const only = <T>(list: readonly T[], i: number, d: number): (number | undefined)[] =>
        list.map((_, k) => (k === i ? d : undefined));
      op.operands.forEach((v, i) => {
        for (let d = batch.length; d < v.shape.length; d++) b.factor(only(op.operands, i, d), [], v.shape[d], whole);
      });
      op.results.forEach((v, i) => {
        for (let d = batch.length; d < v.shape.length; d++) b.factor([], only(op.results, i, d), v.shape[d], whole);
      });
      return b.build();
    },
    localize: (op) => op.attributes,
    cost: (op) => {
      const [rows, columns] = [op.operands[0].shape.at(-2) ?? 1, op.operands[0].shape.at(-1) ?? 1];
      return vectorCost(op, 4 * numElements(op.operands[0].shape) * Math.min(rows, columns));
    },
    samples: f.samples.map((s) => ({ ...s, attributes: s.attributes ?? ({} as A) })),
  });
}

const isFloatKind = (dtype: DType): boolean => dtype !== 'i32' && dtype !== 'i64';
const matrix = { name: 'a', rank: 2 } as const;
const square = (core: Core): boolean => core[0] === core[1];
const info = [[], 'i32'] as const;
const sample = (shape: number[], dtype: DType = 'f64'): SampleTensor => ({ dtype, shape, low: -2, high: 2 });

export const lu = defineFactorization({
  name: 'espalier.lu',
  doc: 'LU with partial pivoting: the factors in one matrix, the row (from 0) each was swapped with, the first zero pivot (from 1) or 0.',
  operands: [matrix],
  results: ([a], dtype) => [[a, dtype], [[Math.min(a[0], a[1])], 'i32'], info],
  compute: ([a]) => {
    const [factors, pivots, zero] = luFactors(a);
    return [factors, pivots.map((p) => p - 1), zero];
  },
  samples: [
    { name: 'square', operands: [sample([2, 3, 3])] },
    { name: 'tall complex', operands: [sample([4, 2], 'c128')] },
  ],
});

export const permutationOfPivots = defineFactorization<{ readonly size: number }>({
  name: 'espalier.permutation_of_pivots',
  doc: 'The permutation that swapping row i with row `pivots[i]`, in order, makes of `size` rows.',
  operands: [{ name: 'pivots', rank: 1, integer: true }],
  attributes: { size: codecs.i64 },
  results: ([[k]], dtype, { size }) => (k <= size ? [[[size], dtype]] : undefined),
  compute: ([pivots], { size }) => [permutationOfSwaps(pivots.re, size)],
  samples: [
    { name: 'batched', operands: [{ dtype: 'i32', shape: [2, 2], values: [1, 2, 2, 1] }], attributes: { size: 3 } },
  ],
});

export const householderQrOp = defineFactorization({
  name: 'espalier.householder_qr',
  doc: 'QR: R in the upper triangle and the reflectors of Q below it, and the factor of each reflector.',
  operands: [matrix],
  results: ([a], dtype) => [
    [a, dtype],
    [[Math.min(a[0], a[1])], dtype],
  ],
  compute: ([a]) => householderQr(a),
  samples: [
    { name: 'tall', operands: [sample([2, 4, 3])] },
    { name: 'wide complex', operands: [sample([2, 3], 'c128')] },
  ],
});

export const householderProductOp = defineFactorization({
  name: 'espalier.householder_product',
  doc: 'The first columns of the product of the reflectors that a QR left below the diagonal.',
  operands: [matrix, { name: 'taus', rank: 1 }],
  results: ([a, [k]], dtype) => (k <= Math.min(a[0], a[1]) ? [[a, dtype]] : undefined),
  compute: ([a, taus]) => [householderProduct(a, taus)],
  samples: [
    { name: 'tall', operands: [sample([2, 4, 3]), sample([2, 3])] },
    { name: 'complex', operands: [sample([3, 3], 'c128'), sample([2], 'c128')] },
  ],
});

export const householderMultiply = defineFactorization<{ readonly left: boolean; readonly adjoint: boolean }>({
  name: 'espalier.householder_multiply',
  doc: 'A matrix times Q (or its adjoint) of a QR, from the left or the right, without forming Q.',
  operands: [matrix, { name: 'taus', rank: 1 }, { name: 'c', rank: 2 }],
  attributes: { left: codecs.bool, adjoint: codecs.bool },
  results: ([a, [k], c], dtype, { left }) =>
    a[0] === c[left ? 0 : 1] && k <= Math.min(a[0], a[1]) ? [[c, dtype]] : undefined,
  compute: ([a, taus, c], { left, adjoint }) => [multiplyByQ(a, taus, c, left, adjoint)],
  samples: [
    {
      name: 'left',
      operands: [sample([2, 4, 3]), sample([2, 3]), sample([2, 4, 2])],
      attributes: { left: true, adjoint: true },
    },
    {
      name: 'right complex',
      operands: [sample([3, 2], 'c128'), sample([2], 'c128'), sample([2, 3], 'c128')],
      attributes: { left: false, adjoint: false },
    },
  ],
});

export const pivotedQrOp = defineFactorization({
  name: 'espalier.pivoted_qr',
  doc: 'QR with column pivoting: as householder_qr, and the column (from 1) that came to each place; columns with a nonzero mark go first.',
  operands: [matrix, { name: 'marks', rank: 1, integer: true }],
  results: ([a, [n]], dtype) =>
    n === a[1]
      ? [
          [a, dtype],
          [[n], 'i32'],
          [[Math.min(a[0], a[1])], dtype],
        ]
      : undefined,
  compute: ([a, marks]) => pivotedQr(a, marks.re),
  samples: [
    { name: 'free', operands: [sample([2, 4, 3]), { dtype: 'i32', shape: [2, 3], values: [0, 0, 0, 0, 0, 0] }] },
    { name: 'one first', operands: [sample([3, 3]), { dtype: 'i32', shape: [3], values: [0, 0, 1] }] },
  ],
});

interface Triangle {
  /** Which triangle of the matrix is read. */
  readonly lower: boolean;
}

export const eigh = defineFactorization<Triangle>({
  name: 'espalier.eigh',
  doc: 'Eigenvectors (columns) and ascending eigenvalues of Hermitian matrices, and 0, or 1 where the steps do not converge.',
  operands: [matrix],
  attributes: { lower: codecs.bool },
  results: ([a], dtype) => (square(a) ? [[a, dtype], [[a[0]], realDType(dtype)], info] : undefined),
  compute: ([a], { lower }, { epsilon }) => hermitianEigen(a, lower, epsilon),
  samples: [
    { name: 'lower', operands: [sample([2, 3, 3])], attributes: { lower: true } },
    { name: 'upper complex', operands: [sample([3, 3], 'c128')], attributes: { lower: false } },
  ],
});

export const tridiagonalize = defineFactorization<Triangle>({
  name: 'espalier.tridiagonalize',
  doc: 'Tridiagonal form of Hermitian matrices: the matrix with the reflectors in its triangle, both diagonals, factors of the reflectors.',
  operands: [matrix],
  attributes: { lower: codecs.bool },
  results: ([a], dtype) =>
    square(a) && a[0] > 0
      ? [
          [a, dtype],
          [[a[0]], realDType(dtype)],
          [[a[0] - 1], realDType(dtype)],
          [[a[0] - 1], dtype],
        ]
      : undefined,
  compute: ([a], { lower }) => tridiagonalReduction(a, lower),
  samples: [
    { name: 'lower', operands: [sample([2, 4, 4])], attributes: { lower: true } },
    { name: 'upper complex', operands: [sample([3, 3], 'c128')], attributes: { lower: false } },
  ],
});

export const svd = defineFactorization<{ readonly full: boolean }>({
  name: 'espalier.svd',
  doc: 'Left singular vectors, descending singular values, adjoint of the right vectors (all of them, or as many as values), and 0, or 1 where the steps do not converge.',
  operands: [matrix],
  attributes: { full: codecs.bool },
  results: ([[m, n]], dtype, { full }) => {
    const k = Math.min(m, n);
    return [[[m, full ? m : k], dtype], [[k], realDType(dtype)], [[full ? n : k, n], dtype], info];
  },
  compute: ([a], { full }, kind) => singularValues(a, full, kind.epsilon, kind.isComplex),
  samples: [
    { name: 'tall', operands: [sample([2, 4, 3])], attributes: { full: true } },
    { name: 'wide complex', operands: [sample([2, 5], 'c128')], attributes: { full: false } },
  ],
});

export const eig = defineFactorization<{ readonly left: boolean; readonly right: boolean }>({
  name: 'espalier.eig',
  doc: 'Eigenvalues of general matrices and unit eigenvectors of both sides (zeros where not asked for), all complex, and 0, or 1 where the steps do not converge.',
  operands: [matrix],
  attributes: { left: codecs.bool, right: codecs.bool },
  results: ([a], dtype) => {
    const c = complexDType(dtype);
    return square(a) ? [[[a[0]], c], [a, c], [a, c], info] : undefined;
  },
  compute: ([a], wants, kind) => generalEigen(a, kind.isComplex, kind.epsilon, wants),
  samples: [
    { name: 'real', operands: [sample([2, 4, 4])], attributes: { left: true, right: true } },
    { name: 'complex', operands: [sample([3, 3], 'c128')], attributes: { left: false, right: true } },
  ],
});

export const schur = defineFactorization({
  name: 'espalier.schur',
  doc: 'Schur form (with 2 × 2 blocks for real matrices), Schur vectors, complex eigenvalues, and 0, or 1 where the steps do not converge.',
  operands: [matrix],
  results: ([a], dtype) => (square(a) ? [[a, dtype], [a, dtype], [[a[0]], complexDType(dtype)], info] : undefined),
  compute: ([a], _, kind) => {
    const s = schurForm(a, kind.isComplex, kind.epsilon);
    return [s.form, s.vectors, s.values, s.converged ? 0 : 1];
  },
  samples: [
    { name: 'real', operands: [sample([2, 4, 4])] },
    { name: 'complex', operands: [sample([3, 3], 'c128')] },
  ],
});

export const hessenberg = defineFactorization<{ readonly first: number; readonly last: number }>({
  name: 'espalier.hessenberg',
  doc: 'Hessenberg form of the rows first … last (from 0) with its reflectors below it, and the factor of each reflector.',
  operands: [matrix],
  attributes: { first: codecs.i64, last: codecs.i64 },
  results: ([a], dtype, { first, last }) =>
    square(a) && first >= 0 && last < Math.max(1, a[0])
      ? [
          [a, dtype],
          [[Math.max(0, a[0] - 1)], dtype],
        ]
      : undefined,
  compute: ([a], { first, last }) => hessenbergForm(a, first, last),
  samples: [
    { name: 'real', operands: [sample([2, 4, 4])], attributes: { first: 0, last: 3 } },
    { name: 'complex', operands: [sample([3, 3], 'c128')], attributes: { first: 0, last: 2 } },
  ],
});

export const tridiagonalSolveOp = defineFactorization<{ readonly perturb: boolean }>({
  name: 'espalier.tridiagonal_solve',
  doc: 'Solutions of tridiagonal systems (three diagonals of equal length), and the first zero pivot (from 1) or 0; with `perturb`, tiny pivots are moved away from zero.',
  operands: [
    { name: 'lower', rank: 1 },
    { name: 'diagonal', rank: 1 },
    { name: 'upper', rank: 1 },
    { name: 'b', rank: 2 },
  ],
  attributes: { perturb: codecs.bool },
  results: ([[p], [n], [q], b], dtype) => (p === n && q === n && b[0] === n ? [[b, dtype], info] : undefined),
  compute: ([lower, diagonal, upper, b], { perturb }, { epsilon }) => {
    const largest = Math.max(...[lower, diagonal, upper].flatMap((x) => [...x.re, ...x.im].map(Math.abs)));
    return tridiagonalSolve(lower, diagonal, upper, b, perturb ? epsilon * largest : undefined);
  },
  samples: [
    {
      name: 'real',
      operands: [sample([2, 3]), { ...sample([2, 3]), low: 3, high: 4 }, sample([2, 3]), sample([2, 3, 2])],
      attributes: { perturb: false },
    },
    {
      name: 'complex',
      operands: [sample([3], 'c128'), sample([3], 'c128'), sample([3], 'c128'), sample([3, 1], 'c128')],
      attributes: { perturb: true },
    },
  ],
});
