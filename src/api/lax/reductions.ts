import { type DType, highestValue, isComplex, isFloat, isSigned, lowestValue, range } from '../../base/index.ts';
import { Builder, DenseElements, tensorType, type Value } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { requireList } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind, bind1, requireTensor, splat } from '../trace/trace.ts';
import type { ComparisonDirection } from './elementwise.ts';

/* `lax`: contractions, reductions and sorts. */

export interface DotDimensionNumbers {
  readonly lhsContractingDimensions: readonly number[];
  readonly rhsContractingDimensions: readonly number[];
  readonly lhsBatchingDimensions?: readonly number[];
  readonly rhsBatchingDimensions?: readonly number[];
}

/**
 * General contraction. Result dimensions: batch, free dimensions of `lhs`, free dimensions of `rhs`.
 * `preferredElementType` sets the accumulation and result dtype (default: the operands').
 * @example lax.dotGeneral(np.ones([2, 3]), np.ones([2, 3]), { lhsContractingDimensions: [1], rhsContractingDimensions: [1] }) // => [[3, 3], [3, 3]]
 */
export function dotGeneral(
  lhs: Tensor,
  rhs: Tensor,
  dims: DotDimensionNumbers,
  options: { preferredElementType?: DType } = {},
): Tensor {
  const lhsBatch = dims.lhsBatchingDimensions ?? [];
  const rhsBatch = dims.rhsBatchingDimensions ?? [];
  const free = (t: Tensor, batch: readonly number[], contracting: readonly number[]): number[] =>
    range(t.ndim).filter((d) => !batch.includes(d) && !contracting.includes(d));
  const shape = [
    ...lhsBatch.map((d) => lhs.shape[d]),
    ...free(lhs, lhsBatch, dims.lhsContractingDimensions).map((d) => lhs.shape[d]),
    ...free(rhs, rhsBatch, dims.rhsContractingDimensions).map((d) => rhs.shape[d]),
  ];
  return bind1(
    'stablehlo.dot_general',
    [lhs, rhs],
    {
      dotDimensionNumbers: {
        lhsBatching: lhsBatch,
        rhsBatching: rhsBatch,
        lhsContracting: dims.lhsContractingDimensions,
        rhsContracting: dims.rhsContractingDimensions,
      },
    },
    { resultTypes: [tensorType(options.preferredElementType ?? lhs.dtype, shape)] },
  );
}

const reducers = {
  sum: ['stablehlo.add', (d: DType) => (d === 'bool' ? false : 0)],
  prod: ['stablehlo.multiply', () => 1],
  max: ['stablehlo.maximum', lowestValue],
  min: ['stablehlo.minimum', highestValue],
  and: ['stablehlo.and', (d: DType) => (isSigned(d) ? -1 : highestValue(d))],
  or: ['stablehlo.or', () => 0],
  xor: ['stablehlo.xor', () => 0],
} as const;

/**
 * Reduces dimensions with a named combiner.
 * @example lax.reduce(np.array([[1, 2], [3, 4]]), 'sum', [0]) // => [4, 6]
 */
export function reduce(x: Tensor, kind: keyof typeof reducers, dimensions: readonly number[]): Tensor {
  requireTensor(x, 'what is reduced');
  requireList(dimensions, 'the dimensions of a reduction');
  if (dimensions.length === 0) return x;
  const [opName, initOf] = reducers[kind];
  const init = splat(x.dtype, [], initOf(x.dtype));
  const scalar = tensorType(x.dtype, []);
  return bind1(
    'stablehlo.reduce',
    [x, init],
    { dimensions: [...dimensions].sort((a, b) => a - b) },
    { regions: [emptyBuilder().block([scalar, scalar], (b, [p, q]) => [b.emit(opName, [p, q])])] },
  );
}

/**
 * Sorts several tensors of one shape together by the first, ascending: zeros of both signs are equal and NaNs, of any sign, come
 * last, as in JAX; complex numbers by their real, then by their imaginary parts.
 * @example lax.sort([np.array([3, 1, 2]), np.array([30, 10, 20])]) // => [[1, 2, 3], [10, 20, 30]]
 */
export function sort(operands: readonly Tensor[], dimension = -1, isStable = true): Tensor[] {
  const [keys, ...others] = operands;
  const d = dimension < 0 ? dimension + keys.ndim : dimension;
  const isPair = isComplex(keys.dtype);
  const sorted = isPair ? [bind1('stablehlo.real', [keys]), bind1('stablehlo.imag', [keys]), ...others] : operands;
  const types = sorted.flatMap((t) => [tensorType(t.dtype, []), tensorType(t.dtype, [])]);
  const block = emptyBuilder().block(types, (b, args) => {
    const ordered = args.slice(0, isPair ? 4 : 2).map((x) => (isFloat(x.dtype) ? sortKey(b, x) : x));
    const test = (comparisonDirection: ComparisonDirection, i: number): Value =>
      b.emit('stablehlo.compare', ordered.slice(i, i + 2), {
        comparisonDirection,
        ...(isFloat(ordered[0].dtype) ? { compareType: 'TOTALORDER' } : {}),
      });
    if (!isPair) return [test('LT', 0)];
    return [b.emit('stablehlo.or', [test('LT', 0), b.emit('stablehlo.and', [test('EQ', 0), test('LT', 2)])])];
  });
  const out = bind('stablehlo.sort', sorted, { dimension: d, isStable }, { regions: [block] });
  return isPair ? [bind1('stablehlo.complex', out.slice(0, 2)), ...out.slice(2)] : out;
}

/** A float that has the total order of JAX's sorts: one zero, one NaN. */
function sortKey(b: Builder, x: Value): Value {
  const constantOf = (value: number): Value =>
    b.emit('stablehlo.constant', [], { value: DenseElements.splat(x.tensor, value) }, { resultTypes: [x.type] });
  const zero = constantOf(0);
  const isZero = b.emit('stablehlo.compare', [x, zero], { comparisonDirection: 'EQ' });
  const oneZero = b.emit('stablehlo.select', [isZero, zero, x]);
  const isNone = b.emit('stablehlo.compare', [oneZero, oneZero], { comparisonDirection: 'NE' });
  return b.emit('stablehlo.select', [isNone, constantOf(Number.NaN), oneZero]);
}

const emptyBuilder = (): Builder => new Builder(registry);
