/*
 * Sharding rules as the lowering can carry them out. Shardy's rules say how shardings propagate; where the lowering can keep an
 * op cut although its rule asks for whole dimensions, the rule used after propagation says so.
 */
import type { Op, OpShardingRule } from '../../ir/index.ts';
import {
  type ConcatenateAttributes,
  type ConvolutionAttributes,
  type DynamicSliceAttributes,
  ShardingRuleBuilder,
} from '../../ops/index.ts';
import { convolutionDim, needsOf } from '../local/windowed-needs.ts';
import type { Program } from '../program.ts';
import { ruleOf } from '../propagate/rules.ts';

const cache = new WeakMap<Op, OpShardingRule>();

/** The rule of an op once propagation is over. */
export function loweringRule(op: Op, program?: Program): OpShardingRule | undefined {
  const rule = ruleOf(op, { ...(program && { program }) });
  const change = changes[op.name];
  if (!rule || rule.isCustom || !change) return rule;
  const known = cache.get(op) ?? change(op, rule);
  cache.set(op, known);
  return known;
}

const changes: Readonly<Record<string, (op: Op, rule: OpShardingRule) => OpShardingRule>> = {
  'stablehlo.concatenate': (op, rule) => {
    const { dimension } = op.attributes as unknown as ConcatenateAttributes;
    const [factor] = rule.results[0][dimension];
    return { ...rule, factorKinds: rule.factorKinds.map((k, i) => (i === factor ? 'permutation' : k)) };
  },

  // The windows that touch a shard are evaluated where it is.
  'stablehlo.select_and_scatter': (op, rule) => {
    const b = new ShardingRuleBuilder(op);
    for (const [d, n] of op.operands[0].shape.entries()) {
      const needs = needsOf(op, { dim: d, count: 1 });
      if (!needs) return rule;
      b.factor([d, d], [d], n, needs.length > 0 ? { kind: 'permutation' } : {});
    }
    return b.build();
  },

  // A spatial dimension is cut by windows or, where the kernel is larger (gradients of kernels), by positions in the window.
  'stablehlo.convolution': (op) => {
    const a = op.attributes as unknown as ConvolutionAttributes;
    const d = a.dimensionNumbers;
    const [x, k] = [op.operands[0].shape, op.operands[1].shape];
    const out = op.results[0].shape;
    const b = new ShardingRuleBuilder(op);
    if (a.batchGroupCount > 1) b.factor([d.inputBatch, d.kernelOutput], [d.outputFeature], a.batchGroupCount);
    b.factor([d.inputBatch], [d.outputBatch], x[d.inputBatch] / a.batchGroupCount);
    d.inputSpatial.forEach((_, i) => {
      const { input, kernel, output } = convolutionDim(op, i);
      if (out[output] >= k[kernel]) {
        b.factor([input], [output], out[output], { kind: 'permutation' });
        b.factor([undefined, kernel], [], k[kernel], { kind: 'needReplication' });
      } else {
        b.factor([input, kernel], [], k[kernel], { kind: 'reduction' });
        b.factor([], [output], out[output], { kind: 'needReplication' });
      }
    });
    if (a.featureGroupCount > 1) b.factor([d.inputFeature, d.kernelOutput], [d.outputFeature], a.featureGroupCount);
    b.factor([d.inputFeature, d.kernelInput], [], x[d.inputFeature] / a.featureGroupCount, { kind: 'reduction' });
    const outputs = k[d.kernelOutput] / a.featureGroupCount / a.batchGroupCount;
    if (outputs > 1) b.factor([undefined, d.kernelOutput], [d.outputFeature], outputs);
    return b.build();
  },

  // Reading a small part of a cut dimension: whoever has it adds it to zeros.
  'stablehlo.dynamic_slice': (op) => {
    const { sliceSizes } = op.attributes as unknown as DynamicSliceAttributes;
    const b = new ShardingRuleBuilder(op);
    op.operands[0].shape.forEach((n, d) => {
      if (n === sliceSizes[d]) b.factor([d], [d], n);
      else if (2 * sliceSizes[d] < n) {
        b.factor([d], [], n, { kind: 'reduction' });
        b.factor([], [d], sliceSizes[d], { kind: 'needReplication' });
      } else b.factor([d], [d], n, { kind: 'needReplication' });
    });
    return b.build();
  },
};
