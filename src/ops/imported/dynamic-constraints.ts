import { asTensor, type Checker, type Op, type Type } from '../../ir/index.ts';
import { checkCount, checkDistinct, checkInRange, checkShape, checkSorted, sizesFit } from '../define/constraints.ts';
import type { ConvolutionAttributes } from '../products/convolution.ts';
import { checkConvolution } from '../products/convolution-constraints.ts';
import type { GatherDimensionNumbers } from '../shape/gather.ts';

/*
 * Constraints of the ops whose shapes or amounts are operands. What depends on the operands' values is checked at run time, when
 * the static form is made.
 */

interface Fields {
  readonly broadcastDimensions?: readonly number[];
  readonly knownExpandingDimensions?: readonly number[] | undefined;
  readonly knownNonexpandingDimensions?: readonly number[] | undefined;
  readonly iotaDimension?: number;
  readonly dimensionNumbers?: GatherDimensionNumbers;
}

export function checkDynamic(op: Op<object>, c: Checker): void {
  const inputs = op.operands.map((v) => asTensor(v.type, 'operand'));
  const result = asTensor(op.results[0].type, 'result');
  const a = op.attributes as Fields;
  const [x] = inputs;
  const sameElementType = (label: string): void =>
    c.check(label, result.dtype === x.dtype, () => `result should have element type ${x.dtype}, got ${result.dtype}`);
  switch (op.name) {
    case 'stablehlo.dynamic_broadcast_in_dim': {
      const dims = a.broadcastDimensions ?? [];
      sameElementType('C1');
      checkCount(c, 'C2', 'broadcast_dimensions', dims.length, x.shape.length);
      checkInRange(c, 'C3', 'broadcast_dimensions', dims, result.shape.length);
      checkDistinct(c, 'C4', 'broadcast_dimensions', dims);
      x.shape.forEach((n, d) => {
        const m = result.shape[dims[d]];
        c.check('C5', n === 1 || sizesFit(n, m), () => `dimension ${d} of size ${n} does not broadcast to size ${m}`);
      });
      checkShape(c, 'C7', 'output_dimensions', inputs[1].shape, [result.shape.length]);
      const [grow, keep] = [a.knownExpandingDimensions ?? [], a.knownNonexpandingDimensions ?? []];
      checkDistinct(c, 'C8', 'known_expanding_dimensions and known_nonexpanding_dimensions', [...grow, ...keep]);
      checkInRange(c, 'C9', 'known_expanding_dimensions', grow, x.shape.length);
      checkInRange(c, 'C10', 'known_nonexpanding_dimensions', keep, x.shape.length);
      return;
    }
    case 'stablehlo.dynamic_reshape': {
      sameElementType('C1');
      const [n, m] = [x, result].map((t) => (t.shape.some((d) => d < 0) ? -1 : t.shape.reduce((p, d) => p * d, 1)));
      c.check('C2', sizesFit(n, m), () => `result should have ${n} elements, got ${m}`);
      checkShape(c, 'C4', 'output_shape', inputs[1].shape, [result.shape.length]);
      return;
    }
    case 'stablehlo.dynamic_iota': {
      const rank = x.shape[0] ?? -1;
      c.check(
        'C2',
        sizesFit(rank, result.shape.length),
        () => `result should have rank ${rank}, got [${result.shape}]`,
      );
      checkInRange(c, 'C1', 'iota_dimension', [a.iotaDimension ?? 0], result.shape.length);
      return;
    }
    case 'stablehlo.dynamic_pad': {
      sameElementType('C1');
      const given = inputs[1].dtype;
      c.check('C1', given === x.dtype, () => `padding value should have element type ${x.dtype}, got ${given}`);
      for (const i of [2, 3, 4]) checkShape(c, 'C2', op.definition.operands[i].name, inputs[i].shape, [x.shape.length]);
      c.check(
        'C4',
        result.shape.length === x.shape.length,
        () => `result should have rank ${x.shape.length}, got [${result.shape}]`,
      );
      return;
    }
    case 'stablehlo.dynamic_gather':
      if (a.dimensionNumbers) checkDynamicGather(op, a.dimensionNumbers, c);
      return;
    case 'stablehlo.dynamic_conv':
      checkDynamicConv(op, c);
      return;
    default:
      return;
  }
}

function checkDynamicGather(op: Op<object>, d: GatherDimensionNumbers, c: Checker): void {
  const [x, start, sizes] = op.operands.map((v) => asTensor(v.type));
  const result = asTensor(op.results[0].type);
  const rank = x.shape.length;
  const parts = d.offsetDims.length + d.collapsedSliceDims.length + d.operandBatchingDims.length;
  c.check('C1', rank === parts, () => `offset and collapsed dimensions should be ${rank}, got ${parts}`);
  const [at, n] = [d.indexVectorDim, start.shape.length];
  c.check('C2', at >= 0 && at <= n, () => `index_vector_dim should lie in [0, ${n}], got ${at}`);
  const vector = at < n ? start.shape[at] : 1;
  if (vector >= 0) checkCount(c, 'C3', 'start_index_map', d.startIndexMap.length, vector);
  checkDistinct(c, 'C4', 'offset_dims', d.offsetDims);
  checkSorted(c, 'C4', 'offset_dims', d.offsetDims);
  checkInRange(c, 'C5', 'offset_dims', d.offsetDims, result.shape.length);
  checkDistinct(c, 'C6', 'collapsed_slice_dims', d.collapsedSliceDims);
  checkSorted(c, 'C6', 'collapsed_slice_dims', d.collapsedSliceDims);
  checkInRange(c, 'C7', 'collapsed_slice_dims', d.collapsedSliceDims, rank);
  checkDistinct(c, 'C9', 'start_index_map', d.startIndexMap);
  checkInRange(c, 'C10', 'start_index_map', d.startIndexMap, rank);
  checkShape(c, 'C11', 'slice_sizes', sizes.shape, [rank]);
  const batch = start.shape.filter((_, k) => k !== at);
  const own = result.shape.filter((_, k) => !d.offsetDims.includes(k));
  checkShape(c, 'C13', 'the batch part of the result', own, batch);
  c.check('C14', result.dtype === x.dtype, () => `result should have element type ${x.dtype}, got ${result.dtype}`);
}

function checkDynamicConv(op: Op<object>, c: Checker): void {
  const [x, k, padding] = op.operands.map((v) => asTensor(v.type));
  const result: Type = op.results[0].type;
  const a = { ...(op.attributes as ConvolutionAttributes), padding: undefined };
  checkConvolution(x, k, result, a, c);
  const n = x.shape.length;
  checkShape(c, 'C4', 'padding', padding.shape, [n - 2, 2]);
  const { shape } = asTensor(result);
  c.check('C26', shape.length === n, () => `result should have rank ${n}, got [${shape}]`);
  const d = a.dimensionNumbers;
  const batch = x.shape[d.inputBatch];
  for (const [dim, size] of [
    [d.outputBatch, batch < 0 ? batch : batch / a.batchGroupCount],
    [d.outputFeature, k.shape[d.kernelOutput]],
  ])
    c.check(
      'C25',
      sizesFit(shape[dim], size),
      () => `dimension ${dim} of the result should be ${size}, got ${shape[dim]}`,
    );
}
