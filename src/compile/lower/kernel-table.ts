import { isAbsent, type OpDefinition } from '../../ir/index.ts';
import type { OpName } from '../../ops/index.ts';
import type { KernelRule, KernelTable } from './lowering.ts';
import { collectiveRules } from './rules/collectives.ts';
import { complexRules } from './rules/complex.ts';
import { controlRules } from './rules/control.ts';
import { convolutionRules } from './rules/convolution.ts';
import { dataRules } from './rules/data.ts';
import { dotRules } from './rules/dot.ts';
import { elementwiseRules } from './rules/elementwise.ts';
import { fftRules } from './rules/fft.ts';
import { gatherRules } from './rules/gather.ts';
import { linalgRules } from './rules/linalg.ts';
import { pagedAttentionRules } from './rules/paged-attention.ts';
import { reduceRules } from './rules/reduce.ts';
import { sortRules } from './rules/sort.ts';
import { viewRules } from './rules/views.ts';
import { windowRules } from './rules/window.ts';

/** Ops that never reach the kernels. */
const gone = (reason: string): KernelRule => ({ absent: reason });

/** What the compiler does with each op. An op of the `ops` room that is in no table is a type error here. */
export const kernelTable: KernelTable = {
  ...elementwiseRules,
  ...viewRules,
  ...windowRules,
  ...convolutionRules,
  ...linalgRules,
  ...sortRules,
  ...reduceRules,
  ...dotRules,
  ...dataRules,
  ...controlRules,
  ...gatherRules,
  ...collectiveRules,
  ...complexRules,
  ...fftRules,
  ...pagedAttentionRules,
  'func.call': gone('calls are inlined first'),
  'func.return': {},
  'stablehlo.return': {},
  'espalier.axis_index': gone('it is decomposed first'),
  'espalier.named_all_gather': gone('it is decomposed first'),
  'espalier.named_all_reduce': gone('it is decomposed first'),
  'espalier.named_all_to_all': gone('it is decomposed first'),
  'espalier.named_permute': gone('it is decomposed first'),
  'espalier.named_reduce_scatter': gone('it is decomposed first'),
  'espalier.lu': gone('factorizations run in callbacks'),
  'espalier.permutation_of_pivots': gone('factorizations run in callbacks'),
  'espalier.householder_qr': gone('factorizations run in callbacks'),
  'espalier.householder_product': gone('factorizations run in callbacks'),
  'espalier.householder_multiply': gone('factorizations run in callbacks'),
  'espalier.pivoted_qr': gone('factorizations run in callbacks'),
  'espalier.eigh': gone('factorizations run in callbacks'),
  'espalier.tridiagonalize': gone('factorizations run in callbacks'),
  'espalier.svd': gone('factorizations run in callbacks'),
  'espalier.eig': gone('factorizations run in callbacks'),
  'espalier.schur': gone('factorizations run in callbacks'),
  'espalier.hessenberg': gone('factorizations run in callbacks'),
  'espalier.tridiagonal_solve': gone('factorizations run in callbacks'),
  'espalier.stop_gradient': gone('it is decomposed first'),
  'espalier.call': gone('it is decomposed first'),
  'espalier.checkpoint': gone('it is decomposed first'),
  'espalier.custom_jvp': gone('it is decomposed first'),
  'espalier.custom_vjp': gone('it is decomposed first'),
  'espalier.custom_vjp_linear': gone('it is decomposed first'),
  'chlo.scan': gone('it is decomposed first'),
  'chlo.top_k': gone('it is decomposed first'),
  'stablehlo.custom_call': gone('a call of foreign code'),
  'stablehlo.create_token': { lower: () => {} },
  'stablehlo.after_all': { lower: () => {} },
  'stablehlo.tuple': gone('tuples have no memory; flatten them'),
  'stablehlo.get_tuple_element': gone('tuples have no memory; flatten them'),
  'stablehlo.rng_bit_generator': gone('random bits are written as threefry in integer ops'),
} satisfies Record<OpName, KernelRule>;

/**
 * Why programs call back for an op on element types that kernels compute with; undefined for one that has a kernel or is taken
 * apart into ops that do.
 */
export function callbackReasonOf(definition: OpDefinition): string | undefined {
  const rule = kernelTable[definition.name];
  if (rule?.absent === undefined || definition.traits.call || definition.name.startsWith('chlo.')) return undefined;
  return isAbsent(definition.decompose) ? rule.absent : undefined;
}
