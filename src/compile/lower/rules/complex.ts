import { type DType, isComplex } from '../../../base/index.ts';
import { type Affine, addScaled, constantIndex, linearize } from '../../kernels/affine.ts';
import type { Expr } from '../../kernels/kernel-ir.ts';
import { literal } from '../constants.ts';
import type { KernelRule, KernelRules } from '../lowering.ts';

/*
 * Complex numbers in memory: parts side by side, a tensor of real numbers with one more dimension of two. Only these ops look
 * into it (see split-complex.ts).
 */

/** Where a part of the element at row-major position `flat` lies. */
const placeOf = (flat: Affine, part: 0 | 1): Affine => addScaled(constantIndex(part), flat, 2);

function partOf(part: 0 | 1): KernelRule {
  return {
    cost: 'view',
    takesComplex: true,
    uses: () => 'storage',
    fuse: (op, index, b): Expr => {
      const [x] = op.operands;
      const dtype: DType = op.result.dtype;
      if (!isComplex(x.dtype)) return part === 0 ? b.value(x, index) : literal(dtype, 0);
      const { buffer, offset } = b.lowering.require(x);
      const at = addScaled(placeOf(linearize(index, x.shape), part), constantIndex(offset), 1);
      return { kind: 'load', dtype, buffer, index: at };
    },
  };
}

export const complexRules = {
  'stablehlo.real': partOf(0),
  'stablehlo.imag': partOf(1),
  'stablehlo.complex': {
    takesComplex: true,
    uses: () => 'inline',
    lower: (op, lowering) => {
      const buffer = lowering.bufferFor(op.result);
      const { shape } = op.result;
      const step = lowering.loops(shape, 'all', 'complex', (_outer, inner, index, b) => {
        const stores = op.operands.map((v, i) => ({
          buffer,
          index: placeOf(linearize(index, shape), i as 0 | 1),
          dtype: v.dtype,
          value: b.value(v, index),
        }));
        return [{ kind: 'nest', vars: inner, stores, folds: [] }];
      });
      lowering.push(step);
      lowering.setStorage(op.result, { buffer, offset: 0 });
    },
  },
} as const satisfies KernelRules;
