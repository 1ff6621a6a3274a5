/*
 * add-func-data-flow-edges: lets all calls of a function share its shardings, instead of giving each call a copy of it
 * (`import-calls`).
 *
 * Before: calls are still calls. After: each argument of a called function, and each result of a call, is used only by one
 *   `sdy.func_data_flow_edge`, through which propagation joins it with what the callers pass or the function returns.
 *
 *   %0 = call @f(%a) ; use %0    =>    %0 = call @f(%a) ; %1 = sdy.func_data_flow_edge %0 ; use %1
 */
import { calleeOf, type Module, SHARDING_ATTRIBUTE, type Value } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { shardingsOf } from '../named-computations.ts';
import { FUNC_EDGE } from '../program.ts';
import { mainFuncs } from '../propagate/propagation-round.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings, withShardings } from '../shardings.ts';

export function addFuncDataFlowEdges(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const mains = new Set(mainFuncs(module));
  const edge = (v: Value, rewriter: Rewriter, sharding = shardings.get(v)): void => {
    if (v.type.kind !== 'tensor') return;
    const discardable = withShardings({}, [v], [sharding]);
    rewriter.map.set(v, rewriter.emit(FUNC_EDGE, [rewriter.get(v)], {}, { discardable }));
  };
  return rewriteModule(
    module,
    registry,
    (op, rewriter) => {
      rewriter.copy(op);
      if (!op.definition.traits.call) return;
      const callee = module.func(calleeOf(op));
      const isOwn = SHARDING_ATTRIBUTE in op.discardable;
      const returned = callee && !isOwn ? shardingsOf(callee.resultAttributes, op.results) : undefined;
      for (const [i, r] of op.results.entries()) edge(r, rewriter, returned?.[i]);
    },
    (f) => ({
      prepare: (rewriter) => {
        if (!mains.has(f)) for (const a of f.args) edge(a, rewriter);
      },
    }),
  );
}

export const addFuncDataFlowEdgesPass: Pass = {
  name: 'add-func-data-flow-edges',
  doc: 'Make values that flow through calls explicit.',
  run: addFuncDataFlowEdges,
};
