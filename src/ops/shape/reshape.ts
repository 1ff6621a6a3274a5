import { gcd, numElements } from '../../base/index.ts';
import { asTensor, tensorType } from '../../ir/index.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { reshape as emitReshape } from '../define/emit.ts';
import { batchAttributes, defineShapeOp } from '../define/shape-op.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { functional } from '../define/syntaxes.ts';
import { operandOfSameType } from '../define/unchanged-operands.ts';

/**
 * Factors of a reshape: both shapes are walked from the left, splitting them into common factors by greatest common divisor
 * wherever the products of dimensions and of factors allow it (Shardy's algorithm).
 */
function reshapeFactors(b: ShardingRuleBuilder, input: readonly number[], output: readonly number[]): void {
  let i = 0;
  let o = 0;
  let inDims = 1;
  let outDims = 1;
  let inFactors = 1;
  let outFactors = 1;
  while (i < input.length || o < output.length) {
    // Size-1 dimensions (and whatever is left on one side) get their own factor when their side is aligned.
    const nextIn = i < input.length ? (inDims * input[i]) / inFactors : 1;
    const nextOut = o < output.length ? (outDims * output[o]) / outFactors : 1;
    if (i < input.length && nextIn === 1) {
      b.factor([i], [], 1);
      inDims *= input[i++];
      continue;
    }
    if (o < output.length && nextOut === 1) {
      b.factor([], [o], 1);
      outDims *= output[o++];
      continue;
    }
    if (inFactors === outFactors) {
      const common = gcd(nextIn, nextOut);
      if (common > 1) {
        b.factor([i], [o], common);
        inFactors *= common;
        outFactors *= common;
      } else {
        b.factor([i], [], nextIn);
        b.factor([], [o], nextOut);
        inFactors *= nextIn;
        outFactors *= nextOut;
      }
    } else if (inFactors < outFactors) {
      const size = lagging(nextIn, nextOut, outFactors / inFactors);
      b.factor([i], [], size);
      inFactors *= size;
    } else {
      const size = lagging(nextOut, nextIn, inFactors / outFactors);
      b.factor([], [o], size);
      outFactors *= size;
    }
    if (i < input.length && inDims * input[i] === inFactors) inDims *= input[i++];
    if (o < output.length && outDims * output[o] === outFactors) outDims *= output[o++];
  }
}

/** Factor of the side that is behind by `ratio`: catch up exactly when possible, else take what it does not share with the other. */
function lagging(next: number, other: number, ratio: number): number {
  if (Number.isInteger(ratio) && next % ratio === 0) return ratio;
  const common = gcd(next, other);
  return next / common > common ? next / common : next;
}

export const reshape = defineShapeOp<NoAttributes>({
  name: 'stablehlo.reshape',
  doc: 'The same elements in row-major order under another shape.',
  operands: [{ name: 'operand' }],
  attributes: {},
  traits: { view: true, keepsConstants: true, passesShardings: () => 'BOTH', unchangedOperand: operandOfSameType },
  inferTypes: 'explicit',
  numResults: 1,
  verify: (op, { check }) => {
    const [x, r] = [asTensor(op.operands[0].type), asTensor(op.results[0].type)];
    check('C1', x.dtype === r.dtype, () => `result should have element type ${x.dtype}, got ${r.dtype}`);
    const dynamic = [...x.shape, ...r.shape].some((d) => d < 0);
    check(
      'C2',
      dynamic || numElements(x.shape) === numElements(r.shape),
      () => `[${x.shape}] and [${r.shape}] hold different numbers of elements`,
    );
  },
  syntax: functional(1),
  evaluate: ([x], op) => [x.reshape(op.results[0].shape)],
  linearize: ({ op, tangents: [t], tangent }) => ({ tangents: [t && emitReshape(tangent, t, op.results[0].shape)] }),
  transpose: ({ op, cotangents: [ct], builder }) => [ct && emitReshape(builder, ct, op.operands[0].shape)],
  batch: batchAttributes(() => ({})),
  sharding: (op) => {
    const [x, r] = [op.operands[0].shape, op.results[0].shape];
    if (numElements(x) === 0) return { noRule: 'reshape without elements' };
    const b = new ShardingRuleBuilder(op);
    reshapeFactors(b, x, r);
    return b.build();
  },
  localize: () => ({}),
  samples: [
    {
      name: 'merge',
      operands: [{ dtype: 'f64', shape: [2, 3, 5] }],
      attributes: {},
      resultTypes: [tensorType('f64', [6, 5])],
    },
    {
      name: 'split',
      operands: [{ dtype: 'f32', shape: [6, 5] }],
      attributes: {},
      resultTypes: [tensorType('f32', [2, 3, 5])],
    },
    {
      name: 'unit dimensions',
      operands: [{ dtype: 'i32', shape: [1, 3] }],
      attributes: {},
      resultTypes: [tensorType('i32', [3, 1, 1])],
    },
    { name: 'scalar', operands: [{ dtype: 'f64', shape: [] }], attributes: {}, resultTypes: [tensorType('f64', [1])] },
  ],
});
