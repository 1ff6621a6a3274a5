/*
 * constraints-to-reshards: what is left of constraints after propagation are changes of sharding.
 *
 * Before: propagation is done. After: no `sdy.sharding_constraint`.
 *
 *   sdy.sharding_constraint %0 <[{"x"}, {}]>   =>   sdy.reshard %0 <[{"x"}, {}]>
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { rewriteModule } from '../rewrite.ts';

export function constraintsToReshards(module: Module, { registry }: PassContext): Module {
  return rewriteModule(module, registry, (op, rewriter) => {
    if (op.name !== 'sdy.sharding_constraint') {
      rewriter.copy(op);
      return;
    }
    const made = rewriter.emit('sdy.reshard', [rewriter.get(op.operands[0])], op.attributes, {
      discardable: op.discardable,
      location: op.location,
    });
    rewriter.map.set(op.results[0], made);
  });
}

export const constraintsToReshardsPass: Pass = {
  name: 'constraints-to-reshards',
  doc: 'Turn sharding constraints into reshards.',
  run: constraintsToReshards,
};
