import {
  DenseElements,
  type Op,
  type ReductionKind,
  type TensorSharding,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import type { Rewriter } from '../rewrite.ts';
import { withShardings } from '../shardings.ts';
import { isNeutralElement, neutralElement } from './reductions.ts';

/** Inits that are not identities must not be counted once per device: reduce from the identity, combine with them after. */
export function lateInits(
  op: Op,
  operands: readonly Value[],
  kinds: readonly ReductionKind[],
  rewriter: Rewriter,
): { operands: Value[]; combine: (v: Value, i: number, s: TensorSharding) => Value | undefined } | undefined {
  const n = op.results.length;
  const late = op.operands.slice(n).map((init, i) => !isNeutralElement(init, kinds[i]));
  if (!late.includes(true)) return undefined;
  const replaced = operands.map((v, i) => {
    if (i < n || !late[i - n] || v.type.kind !== 'tensor') return v;
    const value = DenseElements.splat(v.type, neutralElement(kinds[i - n], v.type));
    return rewriter.emit('stablehlo.constant', [], { value }, { resultTypes: [v.type] });
  });
  return {
    operands: replaced,
    combine: (v, i, sharding) => {
      if (!late[i] || v.type.kind !== 'tensor') return undefined;
      const discardable = withShardings({}, [v], [sharding]);
      const init = operands[n + i];
      const spread = rewriter.emit(
        'stablehlo.broadcast_in_dim',
        [init],
        { broadcastDimensions: [] },
        { resultTypes: [tensorType(v.type.dtype, v.type.shape)], discardable },
      );
      const body = op.regions[0].yielded[i].op!;
      return rewriter.emit(body.name, [spread, v], {}, { discardable });
    },
  };
}
