import type { Op } from '../../../ir/index.ts';
import type { ElementFunctionName } from '../../kernels/element-functions.ts';
import type { KernelRule, KernelRules } from '../lowering.ts';
import { scalarBody } from '../scalar-body.ts';

/* Ops computed element by element. Their code is in the emitters' element-functions.ts. */

function element(fn: ElementFunctionName, cost: 'cheap' | 'expensive', parameter?: (op: Op) => string): KernelRule {
  return {
    cost,
    fuse: (op, index, b, result) => ({
      kind: 'apply',
      dtype: result.dtype,
      fn,
      // Rank-0 operands (bounds of clamp, predicate of select) hold for every element.
      args: op.operands.map((v) => b.value(v, v.shape.length === 0 ? [] : index)),
      ...(parameter ? { parameter: parameter(op) } : {}),
    }),
  };
}
const cheap = (fn: ElementFunctionName, parameter?: (op: Op) => string): KernelRule => element(fn, 'cheap', parameter);
const costly = (fn: ElementFunctionName, parameter?: (op: Op) => string): KernelRule =>
  element(fn, 'expensive', parameter);

export const elementwiseRules = {
  'stablehlo.abs': cheap('abs'),
  'stablehlo.add': cheap('add'),
  'stablehlo.and': cheap('and'),
  'stablehlo.atan2': costly('atan2'),
  'stablehlo.cbrt': costly('cbrt'),
  'stablehlo.ceil': cheap('ceil'),
  'stablehlo.clamp': cheap('clamp'),
  'stablehlo.compare': cheap('compare', (op) => {
    const a = op.attributes as { comparisonDirection: string; compareType?: string };
    return a.compareType === 'TOTALORDER' ? `${a.comparisonDirection}:TOTALORDER` : a.comparisonDirection;
  }),
  'stablehlo.convert': cheap('convert'),
  'stablehlo.cosine': costly('cosine'),
  'stablehlo.count_leading_zeros': cheap('count_leading_zeros'),
  'stablehlo.divide': costly('divide'),
  'stablehlo.exponential': costly('exponential'),
  'stablehlo.exponential_minus_one': costly('exponential_minus_one'),
  'stablehlo.floor': cheap('floor'),
  'stablehlo.is_finite': cheap('is_finite'),
  'stablehlo.log': costly('log'),
  'stablehlo.log_plus_one': costly('log_plus_one'),
  'stablehlo.logistic': costly('logistic'),
  'stablehlo.maximum': cheap('maximum'),
  'stablehlo.minimum': cheap('minimum'),
  'stablehlo.multiply': cheap('multiply'),
  'stablehlo.negate': cheap('negate'),
  'stablehlo.not': cheap('not'),
  'stablehlo.or': cheap('or'),
  'stablehlo.popcnt': cheap('popcnt'),
  'stablehlo.power': costly('power'),
  'stablehlo.reduce_precision': cheap('reduce_precision', (op) => {
    const a = op.attributes as { exponentBits: number; mantissaBits: number };
    return `${a.exponentBits}, ${a.mantissaBits}`;
  }),
  'stablehlo.remainder': costly('remainder'),
  'stablehlo.round_nearest_afz': cheap('round_nearest_afz'),
  'stablehlo.round_nearest_even': cheap('round_nearest_even'),
  'stablehlo.rsqrt': costly('rsqrt'),
  'stablehlo.select': cheap('select'),
  'stablehlo.shift_left': cheap('shift_left'),
  'stablehlo.shift_right_arithmetic': cheap('shift_right_arithmetic'),
  'stablehlo.shift_right_logical': cheap('shift_right_logical'),
  'stablehlo.sign': cheap('sign'),
  'stablehlo.sine': costly('sine'),
  'stablehlo.sqrt': costly('sqrt'),
  'stablehlo.subtract': cheap('subtract'),
  'stablehlo.tan': costly('tan'),
  'stablehlo.tanh': costly('tanh'),
  'stablehlo.xor': cheap('xor'),
  'chlo.acos': costly('acos'),
  'chlo.acosh': costly('acosh'),
  'chlo.asin': costly('asin'),
  'chlo.asinh': costly('asinh'),
  'chlo.atan': costly('atan'),
  'chlo.atanh': costly('atanh'),
  'chlo.cosh': costly('cosh'),
  'chlo.sinh': costly('sinh'),
  'chlo.erf': costly('erf'),
  'chlo.erf_inv': costly('erf_inv'),
  'chlo.erfc': costly('erfc'),
  'chlo.lgamma': costly('lgamma'),
  'chlo.bessel_i1e': costly('bessel_i1e'),
  'chlo.digamma': costly('digamma'),
  'chlo.mulhi': cheap('mulhi'),
  'chlo.next_after': cheap('next_after'),
  'chlo.tan': costly('tan'),
  'stablehlo.map': {
    cost: 'expensive',
    fuse: (op, index, b) =>
      scalarBody(
        b.lowering,
        op.regions[0],
        op.operands.map((v) => b.value(v, index)),
      )[0],
  },
} as const satisfies KernelRules;
