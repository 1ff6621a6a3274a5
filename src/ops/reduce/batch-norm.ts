import { isNarrowFloat, product } from '../../base/index.ts';
import {
  type AttributeCodec,
  asTensor,
  type Builder,
  codecs,
  type OpDefinition,
  type Sample,
  type TensorType,
  type Type,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { type ComposedOptions, composed } from '../define/composed.ts';
import { checkInRange, checkShape } from '../define/constraints.ts';
import { add, broadcastInDim, convert, div, mul, reduceSum, scale, splat, sqrt, sub } from '../define/emit.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';

/*
 * Batch normalization over all dimensions but the feature dimension, after the formulas of the specification.
 */

export interface BatchNormAttributes {
  readonly epsilon: number;
  readonly featureIndex: number;
}

const f32: AttributeCodec<number> = {
  read: (a) => (a.kind === 'float' ? a.value : codecs.i64.read(a)),
  write: (value) => ({ kind: 'float', value, type: 'f32' }),
};

function others(x: Value, feature: number): number[] {
  return x.shape.map((_, d) => d).filter((d) => d !== feature);
}

/** One value per feature, repeated over the operand. */
const spread = (b: Builder, v: Value, like: Value, feature: number): Value =>
  broadcastInDim(b, v, like.shape, [feature]);

function deviation(b: Builder, variance: Value, epsilon: number): Value {
  return sqrt(b, add(b, variance, splat(b, variance.type, epsilon)));
}

function normalize(b: Builder, xs: readonly Value[], { epsilon, featureIndex: f }: BatchNormAttributes): Value {
  const [x, gain, offset, mean, variance] = xs;
  const centered = sub(b, x, spread(b, mean, x, f));
  const unit = div(b, centered, spread(b, deviation(b, variance, epsilon), x, f));
  return add(b, mul(b, unit, spread(b, gain, x, f)), spread(b, offset, x, f));
}

/** Operands and results of the operand's shape; the others hold one value per feature. */
const wholeNames = new Set(['operand', 'grad_output', 'grad_operand', 'output', 'result']);

function family(
  name: string,
  doc: string,
  o: {
    readonly operands: readonly string[];
    readonly resultNames: readonly string[];
    /** Which constraint fixes the shape of an operand or result. */
    readonly labels: Readonly<Record<string, string>>;
    readonly results: (x: TensorType, perFeature: TensorType) => Type[];
    readonly decompose: ComposedOptions<BatchNormAttributes>['decompose'];
    readonly samples: readonly Sample<BatchNormAttributes>[];
  },
): OpDefinition {
  return composed<BatchNormAttributes>({
    name: `stablehlo.${name}`,
    doc,
    spec: `StableHLO spec, ${name}`,
    operands: o.operands.map((n) => ({ name: n })),
    attributes: { epsilon: f32, featureIndex: codecs.i64 },
    inferTypes: ({ operands, attributes: { featureIndex }, checker, given }) => {
      const x = asTensor(operands[0]);
      checkInRange(checker, 'C1', 'feature_index', [featureIndex], x.shape.length);
      const perFeature = tensorType(x.dtype, [x.shape[featureIndex]]);
      const each = (types: readonly Type[], names: readonly string[]): void =>
        types.forEach((type, i) => {
          const [t, name] = [asTensor(type), names[i]];
          const wanted = wholeNames.has(name) ? x.shape : perFeature.shape;
          const { dtype } = t;
          checker.check('C2', dtype === x.dtype, () => `${name} should have element type ${x.dtype}, got ${dtype}`);
          checkShape(checker, o.labels[name], name, t.shape, wanted);
        });
      each(operands, o.operands);
      if (given?.length === o.resultNames.length) each(given, o.resultNames);
      return o.results(x, perFeature);
    },
    syntax: 'generic',
    decompose: (input) => {
      // Narrow floats are computed with in float32: every sum and every quotient of sums would round otherwise.
      const { dtype } = input.operands[0];
      if (!isNarrowFloat(dtype)) return o.decompose(input);
      const b = input.builder;
      const operands = input.operands.map((v) => convert(b, v, 'f32'));
      return o.decompose({ ...input, operands }).map((v) => convert(b, v, dtype));
    },
    sharding: (op) => {
      const f = op.attributes.featureIndex;
      const b = new ShardingRuleBuilder(op);
      const x = op.operands[0].shape;
      const dim =
        (d: number) =>
        (v: Value): number | undefined =>
          v.shape.length === x.length && x.length > 1 ? d : d === f ? 0 : undefined;
      x.forEach((n, d) => {
        const kind = d === f || name === 'batch_norm_inference' ? {} : ({ kind: 'needReplication' } as const);
        b.factor(op.operands.map(dim(d)), op.results.map(dim(d)), n, kind);
      });
      return b.build();
    },
    samples: o.samples,
  });
}

const attributes: BatchNormAttributes = { epsilon: 0.1, featureIndex: 1 };
const whole = { dtype: 'f64', shape: [4, 2, 3] } as const;
const each = { dtype: 'f64', shape: [2], low: 0.5, high: 2 } as const;

export const batchNormInference = family('batch_norm_inference', 'Normalizes with given means and variances.', {
  operands: ['operand', 'scale', 'offset', 'mean', 'variance'],
  resultNames: ['result'],
  labels: { operand: 'C7', scale: 'C3', offset: 'C4', mean: 'C5', variance: 'C6', result: 'C7' },
  results: (x) => [x],
  decompose: ({ op, operands, builder }) => [normalize(builder, operands, op.attributes)],
  samples: [{ name: 'f64', operands: [whole, each, each, each, each], attributes }],
});

export const batchNormTraining = family('batch_norm_training', 'Normalizes with the batch’s own means and variances.', {
  operands: ['operand', 'scale', 'offset'],
  resultNames: ['output', 'batch_mean', 'batch_var'],
  labels: { operand: 'C7', scale: 'C3', offset: 'C4', output: 'C7', batch_mean: 'C5', batch_var: 'C6' },
  results: (x, p) => [x, p, p],
  decompose: ({ op, operands: [x, gain, offset], builder: b }) => {
    const { featureIndex: f } = op.attributes;
    const dims = others(x, f);
    const n = product(dims.map((d) => x.shape[d]));
    const mean = scale(b, reduceSum(b, x, dims), 1 / n);
    const centered = sub(b, x, spread(b, mean, x, f));
    const variance = scale(b, reduceSum(b, mul(b, centered, centered), dims), 1 / n);
    return [normalize(b, [x, gain, offset, mean, variance], op.attributes), mean, variance];
  },
  samples: [{ name: 'f64', operands: [whole, each, each], attributes }],
});

export const batchNormGrad = family('batch_norm_grad', 'Gradients of batch_norm_training.', {
  operands: ['operand', 'scale', 'mean', 'variance', 'grad_output'],
  resultNames: ['grad_operand', 'grad_scale', 'grad_offset'],
  labels: {
    ...{ operand: 'C3', grad_output: 'C3', grad_operand: 'C3', scale: 'C5' },
    ...{ mean: 'C4', variance: 'C4', grad_scale: 'C4', grad_offset: 'C4' },
  },
  results: (x, p) => [x, p, p],
  decompose: ({ op, operands: [x, gain, mean, variance, grad], builder: b }) => {
    const { epsilon, featureIndex: f } = op.attributes;
    const dims = others(x, f);
    const n = product(dims.map((d) => x.shape[d]));
    const centered = sub(b, x, spread(b, mean, x, f));
    const stddev = deviation(b, variance, epsilon);
    const gradOffset = reduceSum(b, grad, dims);
    const along = reduceSum(b, mul(b, grad, centered), dims);
    const projected = div(b, along, add(b, variance, splat(b, variance.type, epsilon)));
    const inner = sub(
      b,
      sub(b, scale(b, grad, n), spread(b, gradOffset, x, f)),
      mul(b, spread(b, projected, x, f), centered),
    );
    const factor = scale(b, div(b, gain, stddev), 1 / n);
    return [mul(b, spread(b, factor, x, f), inner), div(b, along, stddev), gradOffset];
  },
  samples: [{ name: 'f64', operands: [whole, each, each, each, whole], attributes }],
});
