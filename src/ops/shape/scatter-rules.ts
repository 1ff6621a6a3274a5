import { EspalierError, numElements } from '../../base/index.ts';
import {
  type Builder,
  type LinearizeInput,
  type LinearizeRule,
  type Op,
  type TensorType,
  type TransposeRule,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { add, combiner, compare, div, iota, mul, onesLike, reshape, select, zerosLike } from '../define/emit.ts';
import { combinerOf, isOverwrite } from '../define/region.ts';
import { insideMask } from './index-windows.ts';
import type { ScatterAttributes } from './scatter.ts';
import { windowDims, windowShape } from './scatter-evaluate.ts';

/* Derivatives of scatter. Updates that do not fit are dropped, and get no cotangent. */

type ScatterOp = Op<ScatterAttributes>;

/** The gather that reads where this scatter writes. */
function gatherBack(b: Builder, x: Value, indices: Value, op: ScatterOp, update: TensorType): Value {
  const d = op.attributes.scatterDimensionNumbers;
  return b.emit('stablehlo.gather', [x, indices], {
    dimensionNumbers: {
      offsetDims: d.updateWindowDims,
      collapsedSliceDims: d.insertedWindowDims,
      operandBatchingDims: d.inputBatchingDims,
      startIndicesBatchingDims: d.scatterIndicesBatchingDims,
      startIndexMap: d.scatterDimsToOperandDims,
      indexVectorDim: d.indexVectorDim,
    },
    sliceSizes: windowShape(d, x.shape.length, update.shape),
  });
}

/** Which update each operand element finally holds: scatters serial numbers and reads them back. */
function survivors(b: Builder, indices: Value, op: ScatterOp): Value {
  const update = op.operands[2].tensor;
  const flat = iota(b, tensorType('i32', [numElements(update.shape)]), 0);
  const one = add(b, flat, onesLike(b, flat.type));
  const ids = reshape(b, one, update.shape);
  const blank = zerosLike(b, tensorType('i32', op.operands[0].shape));
  const t = tensorType('i32', []);
  const written = b.emit('stablehlo.scatter', [blank, indices, ids], op.attributes, {
    regions: [b.block([t, t], (_, [, y]) => [y])],
  });
  return compare(b, 'EQ', gatherBack(b, written, indices, op, update), ids);
}

/** A scatter of the same places that combines with another op. */
function scatterAs(b: Builder, name: string, x: Value, indices: Value, updates: Value, op: ScatterOp): Value {
  return b.emit('stablehlo.scatter', [x, indices, updates], op.attributes, { regions: [combiner(b, name, x.dtype)] });
}

interface Coefficients {
  /** Derivative of each result element by the operand's. */
  readonly operand: Value;
  /** Derivative of the element that an update falls on by the update. */
  readonly updates: Value;
}

/** Of a maximum or minimum: equal shares for all that attain it, as in JAX. */
function extremalCoefficients({
  op,
  operands: [x, indices, u],
  results: [y],
  primal: b,
}: LinearizeInput<ScatterAttributes>): Coefficients {
  const shares = (mask: Value): Value => select(b, mask, onesLike(b, type(mask)), zerosLike(b, type(mask)));
  const type = (mask: Value): TensorType => tensorType(x.dtype, mask.shape);
  const isKept = compare(b, 'EQ', x, y);
  const isTaken = compare(b, 'EQ', u, gatherBack(b, y, indices, op, u.tensor));
  const total = scatterAs(b, 'stablehlo.add', shares(isKept), indices, shares(isTaken), op);
  const share = div(b, onesLike(b, x.type), total);
  return {
    operand: select(b, isKept, share, zerosLike(b, x.type)),
    updates: select(b, isTaken, gatherBack(b, share, indices, op, u.tensor), zerosLike(b, u.type)),
  };
}

/** Of a product: of the other factors. */
function productCoefficients({
  op,
  operands: [x, indices, u],
  primal: b,
}: LinearizeInput<ScatterAttributes>): Coefficients {
  const at = (v: Value): Value => gatherBack(b, v, indices, op, u.tensor);
  const operand = scatterAs(b, 'stablehlo.multiply', onesLike(b, x.type), indices, u, op);
  if (op.attributes.uniqueIndices) return { operand, updates: at(x) };
  // Several updates may meet: what they give without one of them is a quotient, with zeros counted apart.
  const [zero, one] = [zerosLike(b, u.type), onesLike(b, u.type)];
  const isZero = compare(b, 'EQ', u, zero);
  const zeros = at(scatterAs(b, 'stablehlo.add', zerosLike(b, x.type), indices, select(b, isZero, one, zero), op));
  const factors = select(b, isZero, one, u);
  const rest = div(b, at(scatterAs(b, 'stablehlo.multiply', x, indices, factors, op)), factors);
  // One that is the only zero keeps the rest; beside another zero nothing is left.
  return { operand, updates: select(b, compare(b, 'EQ', zeros, select(b, isZero, one, zero)), rest, zero) };
}

const notLinear = (op: ScatterOp): EspalierError =>
  new EspalierError('ops/not-differentiable', 'cannot differentiate this scatter', {
    expected: 'one input and an add, multiply, maximum or minimum body, or one that returns the update',
    given: `${op.results.length} inputs, body ${combinerOf(op.regions[0]) ?? 'of several ops'}`,
  });

const coefficientsOf: Readonly<Record<string, (input: LinearizeInput<ScatterAttributes>) => Coefficients>> = {
  'stablehlo.maximum': extremalCoefficients,
  'stablehlo.minimum': extremalCoefficients,
  'stablehlo.multiply': productCoefficients,
};

export const linearizeScatter: LinearizeRule<ScatterAttributes> = (input) => {
  const {
    op,
    operands: [, indices],
    tangents: [tx, , tu],
    tangent: b,
  } = input;
  const [body] = op.regions;
  const name = combinerOf(body);
  const isLinear = name === 'stablehlo.add' || isOverwrite(body);
  const coefficients = name ? coefficientsOf[name]?.(input) : undefined;
  if (op.results.length !== 1 || !(isLinear || coefficients)) throw notLinear(op);
  const x = tx ?? zerosLike(b, op.operands[0].type);
  const u = tu ?? zerosLike(b, op.operands[2].type);
  if (!coefficients) return { tangents: [b.emit(op.name, [x, indices, u], op.attributes, { regions: op.regions })] };
  const scaled = mul(b, x, coefficients.operand);
  return {
    tangents: [tu ? scatterAs(b, 'stablehlo.add', scaled, indices, mul(b, u, coefficients.updates), op) : scaled],
  };
};

export const transposeScatter: TransposeRule<ScatterAttributes> = ({
  op,
  operands: [, indices],
  linear,
  cotangents: [ct],
  builder: b,
}) => {
  if (!ct || !indices) return op.operands.map(() => undefined);
  const d = op.attributes.scatterDimensionNumbers;
  const update = op.operands[2].tensor;
  const [body] = op.regions;
  const back = (): Value => gatherBack(b, ct, indices, op, update);
  const zero = (): Value => zerosLike(b, update);
  if (combinerOf(body) === 'stablehlo.add') {
    const shape = windowShape(d, op.operands[0].shape.length, update.shape);
    const mask = (): Value => insideMask(b, indices, windowDims(d), op.operands[0].shape, shape, update.shape);
    return [linear[0] ? ct : undefined, undefined, linear[2] ? select(b, mask(), back(), zero()) : undefined];
  }
  // Overwritten places lose their cotangent; of several updates to one place only the last one counts.
  const cleared = (): Value => b.emit(op.name, [ct, indices, zero()], op.attributes, { regions: op.regions });
  return [
    linear[0] ? cleared() : undefined,
    undefined,
    linear[2] ? select(b, survivors(b, indices, op), back(), zero()) : undefined,
  ];
};
