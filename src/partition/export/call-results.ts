import { calleeOf, fullyClosed, type Module, type Registry } from '../../ir/index.ts';
import { shardingsOf } from '../named-computations.ts';
import { equivalent } from '../reshard/placement.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings, withShardings } from '../shardings.ts';

/** Where a call's results should be otherwise than its function returns them, they are resharded. */
export function reshardResults(module: Module, registry: Registry): Module {
  const shardings = new Shardings(module);
  return rewriteModule(module, registry, (op, rewriter) => {
    const callee = op.definition.traits.call ? module.func(calleeOf(op)) : undefined;
    if (!callee) {
      rewriter.copy(op);
      return;
    }
    const wanted = op.results.map((r) => shardings.get(r));
    const returned = shardingsOf(callee.resultAttributes, op.results);
    const closed = wanted.map((s) => s && fullyClosed(s.mesh, s.dims.length));
    const given = returned ?? closed;
    rewriter.copy(op, { discardable: withShardings(op.discardable, op.results, given) });
    for (const [i, r] of [...op.results.entries()].reverse()) {
      const from = given[i];
      if (!from || equivalent(from, wanted[i])) continue;
      const sharding = wanted[i] ?? fullyClosed(from.mesh, from.dims.length);
      rewriter.map.set(r, rewriter.emit('sdy.reshard', [rewriter.get(r)], { sharding }));
    }
  });
}
