/*
 * restore-constants: turns the constants that `split-constants` set apart back into plain ones.
 *
 * Before: propagation is done. After: no `sdy.constant`.
 *
 *   sdy.constant dense<0.0>   =>   stablehlo.constant dense<0.0>
 */
import { type Module, Op } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { rewriteModule } from '../rewrite.ts';

export function restoreConstants(module: Module, { registry }: PassContext): Module {
  const plain = registry.get('stablehlo.constant');
  return rewriteModule(module, registry, (op, rewriter) => {
    if (op.name !== 'sdy.constant') rewriter.copy(op);
    else
      rewriter.map.setAll(
        op.results,
        rewriter.append(
          new Op(
            plain,
            [],
            op.attributes,
            op.results.map((r) => r.type),
            [],
            op.discardable,
            op.location,
          ),
        ).results,
      );
  });
}

export const restoreConstantsPass: Pass = {
  name: 'restore-constants',
  doc: 'Turn separate constants back into plain ones.',
  run: restoreConstants,
};
