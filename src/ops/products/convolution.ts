import { EspalierError, numElements, product } from '../../base/index.ts';
import {
  type AttributeCodec,
  asTensor,
  type Builder,
  codecs,
  dialectAttr,
  isTensor,
  type TensorType,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { productCost } from '../define/cost.ts';
import { broadcastLeading, moveDim, reshape, reverse } from '../define/emit.ts';
import { defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { checkConvolution } from './convolution-constraints.ts';
import { convolutionGeometry, convolve, resultShape } from './convolution-evaluate.ts';
import { convolutionSyntax, dimensionsText, parseDimensionsText } from './convolution-syntax.ts';
import { type Precision, precisionCodec } from './dot-general.ts';

/** Where batch, feature and spatial dimensions are in each tensor. */
export interface ConvolutionDimensions {
  readonly inputBatch: number;
  readonly inputFeature: number;
  readonly inputSpatial: readonly number[];
  readonly kernelInput: number;
  readonly kernelOutput: number;
  readonly kernelSpatial: readonly number[];
  readonly outputBatch: number;
  readonly outputFeature: number;
  readonly outputSpatial: readonly number[];
}
export interface ConvolutionAttributes {
  readonly dimensionNumbers: ConvolutionDimensions;
  readonly windowStrides: readonly number[] | undefined;
  readonly padding: readonly (readonly number[])[] | undefined;
  readonly lhsDilation: readonly number[] | undefined;
  readonly rhsDilation: readonly number[] | undefined;
  readonly windowReversal: readonly boolean[] | undefined;
  readonly featureGroupCount: number;
  readonly batchGroupCount: number;
  readonly precisionConfig: readonly Precision[] | undefined;
}

const dimensionsCodec: AttributeCodec<ConvolutionDimensions> = {
  read: (a) => {
    if (a.kind !== 'dialect' || a.name !== 'stablehlo.conv')
      throw new EspalierError('ir/attribute-form', 'attribute has the wrong form', {
        expected: '#stablehlo.conv<…>',
        given: a.kind,
      });
    return parseDimensionsText(a.body ?? '');
  },
  write: (d) => dialectAttr('stablehlo.conv', dimensionsText(d)),
};

const dilated = (n: number, by: number): number => (n === 0 ? 0 : (n - 1) * by + 1);

function emitConvolution(b: Builder, x: Value, y: Value, a: ConvolutionAttributes, dtype: TensorType['dtype']): Value {
  const shape = resultShape(x.shape, y.shape, convolutionGeometry(a));
  return b.emit('stablehlo.convolution', [x, y], a, { resultTypes: [tensorType(dtype, shape)] });
}

/** Splits dimension d into [n, size / n]. */
function splitDim(b: Builder, x: Value, d: number, n: number): Value {
  return reshape(b, x, [...x.shape.slice(0, d), n, x.shape[d] / n, ...x.shape.slice(d + 1)]);
}
/** Moves dimension `from` just before `to` (numbered after its removal) and merges the two. */
function mergeInto(b: Builder, x: Value, from: number, to: number): Value {
  const moved = moveDim(b, x, from, to);
  return reshape(b, moved, [
    ...moved.shape.slice(0, to),
    moved.shape[to] * moved.shape[to + 1],
    ...moved.shape.slice(to + 2),
  ]);
}

/** Cotangent of the input: a convolution of the cotangent with the mirrored kernel. */
function transposeLhs(b: Builder, ct: Value, rhs: Value, lhs: TensorType, a: ConvolutionAttributes): Value {
  const g = convolutionGeometry(a);
  const d = g.dims;
  const groups = Math.max(g.featureGroups, g.batchGroups);
  let kernel = rhs;
  if (groups > 1) kernel = mergeInto(b, splitDim(b, kernel, d.kernelOutput, groups), d.kernelOutput, d.kernelInput);
  const size = (dims: readonly number[], s: readonly number[]): number[] => dims.map((k) => s[k]);
  const [xs, ks, os] = [
    size(d.inputSpatial, lhs.shape),
    size(d.kernelSpatial, rhs.shape),
    size(d.outputSpatial, ct.shape),
  ];
  const padding = xs.map((n, i) => {
    const w = dilated(ks[i], g.rhsDilation[i]);
    const before = w - g.padding[i][0] - 1;
    return [before, dilated(n, g.lhsDilation[i]) + w - 1 - dilated(os[i], g.strides[i]) - before];
  });
  const out = emitConvolution(
    b,
    ct,
    reverse(b, kernel, d.kernelSpatial),
    {
      ...a,
      dimensionNumbers: {
        inputBatch: d.outputBatch,
        inputFeature: d.outputFeature,
        inputSpatial: d.outputSpatial,
        kernelInput: d.kernelOutput,
        kernelOutput: d.kernelInput,
        kernelSpatial: d.kernelSpatial,
        outputBatch: d.inputBatch,
        outputFeature: d.inputFeature,
        outputSpatial: d.inputSpatial,
      },
      windowStrides: g.lhsDilation,
      padding,
      lhsDilation: g.strides,
      rhsDilation: g.rhsDilation,
      windowReversal: undefined,
      featureGroupCount: groups,
      batchGroupCount: 1,
    },
    lhs.dtype,
  );
  if (g.batchGroups === 1) return out;
  return mergeInto(b, splitDim(b, out, d.inputFeature, g.batchGroups), d.inputFeature, d.inputBatch);
}

/** Cotangent of the kernel: a convolution of the input with the cotangent, batches contracted. */
function transposeRhs(b: Builder, ct: Value, lhs: Value, rhs: TensorType, a: ConvolutionAttributes): Value {
  const g = convolutionGeometry(a);
  const d = g.dims;
  const padding = d.inputSpatial.map((k, i) => {
    const base = dilated(lhs.shape[k], g.lhsDilation[i]);
    const w = dilated(rhs.shape[d.kernelSpatial[i]], g.rhsDilation[i]);
    const out = dilated(ct.shape[d.outputSpatial[i]], g.strides[i]);
    return [g.padding[i][0], out - base + w - g.padding[i][0] - 1];
  });
  return emitConvolution(
    b,
    lhs,
    ct,
    {
      ...a,
      dimensionNumbers: {
        inputBatch: d.inputFeature,
        inputFeature: d.inputBatch,
        inputSpatial: d.inputSpatial,
        kernelInput: d.outputBatch,
        kernelOutput: d.outputFeature,
        kernelSpatial: d.outputSpatial,
        outputBatch: d.kernelInput,
        outputFeature: d.kernelOutput,
        outputSpatial: d.kernelSpatial,
      },
      windowStrides: g.rhsDilation,
      padding,
      lhsDilation: g.lhsDilation,
      rhsDilation: g.strides,
      windowReversal: undefined,
      featureGroupCount: g.batchGroups,
      batchGroupCount: g.featureGroups,
    },
    rhs.dtype,
  );
}

function noReversal(a: ConvolutionAttributes): void {
  if (a.windowReversal?.some(Boolean))
    throw new EspalierError('ops/not-differentiable', 'cannot differentiate a convolution with window_reversal', {
      advice: 'reverse the kernel with stablehlo.reverse instead',
    });
}

export const convolution = defineShapeOp<ConvolutionAttributes>({
  name: 'stablehlo.convolution',
  doc: 'Slides a kernel over the spatial dimensions of the input, summing products over window and features.',
  operands: [{ name: 'lhs' }, { name: 'rhs' }],
  attributes: {
    dimensionNumbers: dimensionsCodec,
    windowStrides: codecs.optional(codecs.i64Array),
    padding: codecs.optional(codecs.i64Matrix),
    lhsDilation: codecs.optional(codecs.i64Array),
    rhsDilation: codecs.optional(codecs.i64Array),
    windowReversal: codecs.optional(codecs.boolArray),
    featureGroupCount: codecs.i64,
    batchGroupCount: codecs.i64,
    precisionConfig: precisionCodec,
  },
  traits: { accumulates: () => 'natively' },
  inferTypes: ({ operands: [l, r], attributes, checker, given }) => {
    const [x, k] = [asTensor(l, 'lhs'), asTensor(r, 'rhs')];
    checkConvolution(x, k, given?.[0], attributes, checker);
    const g = convolutionGeometry(attributes);
    const t = given?.[0];
    return [tensorType(t && isTensor(t) ? t.dtype : x.dtype, resultShape(x.shape, k.shape, g))];
  },
  resultLabels: { any: 'C25', rank: 'C26', dtype: 'C27' },
  verify: () => {},
  syntax: convolutionSyntax,
  evaluate: ([x, k], op) => [convolve(x, k, op.attributes, op.results[0].dtype)],
  linearize: ({ op, operands: [x, k], tangents: [tx, tk], tangent }) => {
    noReversal(op.attributes);
    const dtype = op.results[0].dtype;
    const left = tx && emitConvolution(tangent, tx, k, op.attributes, dtype);
    const right = tk && emitConvolution(tangent, x, tk, op.attributes, dtype);
    return { tangents: [left && right ? tangent.emit('stablehlo.add', [left, right]) : (left ?? right)] };
  },
  transpose: ({ op, operands: [x, k], linear, cotangents: [given], builder: b }) => {
    // A convolution without results depends on nothing; its transpose would have a window of size 0, which StableHLO forbids.
    const ct = given?.shape.includes(0) ? undefined : given;
    return [
      linear[0] && ct && k ? transposeLhs(b, ct, k, op.operands[0].tensor, op.attributes) : undefined,
      linear[1] && ct && x ? transposeRhs(b, ct, x, op.operands[1].tensor, op.attributes) : undefined,
    ];
  },
  batch: ({ op, operands, batched, batchSize, builder: b }) => {
    const a = op.attributes;
    const d = a.dimensionNumbers;
    const dtype = op.results[0].dtype;
    if (batched[0] && !batched[1] && a.batchGroupCount === 1) {
      // The new batch joins the input's batch dimension.
      const out = emitConvolution(b, mergeInto(b, operands[0], 0, d.inputBatch), operands[1], a, dtype);
      return { results: [moveDim(b, splitDim(b, out, d.outputBatch, batchSize), d.outputBatch, 0)], batched: [true] };
    }
    // Otherwise each batch element is one more group.
    const [x, k] = operands.map((v, i) => (batched[i] ? v : broadcastLeading(b, v, batchSize)));
    const byBatch = a.batchGroupCount > 1;
    const wideX = mergeInto(b, x, 0, byBatch ? d.inputBatch : d.inputFeature);
    const wideK = mergeInto(b, k, 0, d.kernelOutput);
    const attributes = {
      ...a,
      featureGroupCount: byBatch ? 1 : a.featureGroupCount * batchSize,
      batchGroupCount: byBatch ? a.batchGroupCount * batchSize : 1,
    };
    const out = emitConvolution(b, wideX, wideK, attributes, dtype);
    return { results: [moveDim(b, splitDim(b, out, d.outputFeature, batchSize), d.outputFeature, 0)], batched: [true] };
  },
  sharding: (op, { conservative }) => {
    const g = convolutionGeometry(op.attributes);
    const d = g.dims;
    const [x, k] = [op.operands[0].shape, op.operands[1].shape];
    const out = op.results[0].shape;
    const b = new ShardingRuleBuilder(op);
    if (g.batchGroups > 1) b.factor([d.inputBatch, d.kernelOutput], [d.outputFeature], g.batchGroups);
    b.factor([d.inputBatch], [d.outputBatch], x[d.inputBatch] / g.batchGroups);
    if (!conservative)
      d.inputSpatial.forEach((s, i) => {
        let left = x[s];
        const windows = out[d.outputSpatial[i]];
        const size = k[d.kernelSpatial[i]];
        const add = (kind: 'permutation' | 'reduction', n: number): void => {
          const own = Math.min(n, left);
          if (own <= 1) return;
          left = Math.floor(left / own);
          if (kind === 'permutation') b.factor([s], [d.outputSpatial[i]], own, { kind });
          else b.factor([s, d.kernelSpatial[i]], [], own, { kind });
        };
        if (windows >= size) {
          add('permutation', windows);
          add('reduction', size);
        } else {
          add('reduction', size);
          add('permutation', windows);
        }
      });
    if (g.featureGroups > 1) b.factor([d.inputFeature, d.kernelOutput], [d.outputFeature], g.featureGroups);
    b.factor([d.inputFeature, d.kernelInput], [], x[d.inputFeature] / g.featureGroups, { kind: 'reduction' });
    const outputs = k[d.kernelOutput] / g.featureGroups / g.batchGroups;
    if (outputs > 1) b.factor([undefined, d.kernelOutput], [d.outputFeature], outputs);
    return b.build();
  },
  localize: (op, local) => {
    const a = op.attributes;
    const d = a.dimensionNumbers;
    const [x, k] = [asTensor(local.operands[0]).shape, asTensor(local.operands[1]).shape];
    const featureGroupCount = a.featureGroupCount > 1 ? x[d.inputFeature] / k[d.kernelInput] : 1;
    const batchGroupCount =
      a.batchGroupCount > 1 ? x[d.inputBatch] / asTensor(local.results[0]).shape[d.outputBatch] : 1;
    return { ...a, featureGroupCount, batchGroupCount };
  },
  cost: (op) => {
    const d = op.attributes.dimensionNumbers;
    const k = op.operands[1].shape;
    const perOutput = 2 * product(k) * (1 / k[d.kernelOutput]);
    return productCost(op, perOutput * numElements(op.results[0].shape));
  },
  samples: [
    sample('plain', [2, 5, 3], [3, 3, 2], {}),
    sample('strided, padded, dilated', [1, 5, 2], [2, 2, 3], {
      windowStrides: [2],
      padding: [[2, 1]],
      lhsDilation: [2],
      rhsDilation: [3],
    }),
    sample('feature groups', [2, 5, 4], [3, 2, 6], { featureGroupCount: 2, padding: [[1, 1]] }),
    sample('batch groups', [4, 5, 3], [2, 3, 6], { batchGroupCount: 2 }),
    {
      ...sample('two dimensions, channels first', [2, 3, 4, 5], [2, 3, 2, 2], {
        padding: [
          [0, 1],
          [1, 0],
        ],
      }),
      attributes: attributesOf({
        padding: [
          [0, 1],
          [1, 0],
        ],
        dimensionNumbers: {
          inputBatch: 0,
          inputFeature: 1,
          inputSpatial: [2, 3],
          kernelInput: 1,
          kernelOutput: 0,
          kernelSpatial: [2, 3],
          outputBatch: 0,
          outputFeature: 1,
          outputSpatial: [2, 3],
        },
      }),
    },
  ],
});

function attributesOf(a: Partial<ConvolutionAttributes>): ConvolutionAttributes {
  return {
    dimensionNumbers: {
      inputBatch: 0,
      inputFeature: 2,
      inputSpatial: [1],
      kernelInput: 1,
      kernelOutput: 2,
      kernelSpatial: [0],
      outputBatch: 0,
      outputFeature: 2,
      outputSpatial: [1],
    },
    windowStrides: undefined,
    padding: undefined,
    lhsDilation: undefined,
    rhsDilation: undefined,
    windowReversal: undefined,
    featureGroupCount: 1,
    batchGroupCount: 1,
    precisionConfig: undefined,
    ...a,
  };
}

function sample(name: string, x: number[], k: number[], a: Partial<ConvolutionAttributes>) {
  return {
    name,
    operands: [{ dtype: 'f64', shape: x } as const, { dtype: 'f64', shape: k } as const],
    attributes: attributesOf(a),
  };
}
