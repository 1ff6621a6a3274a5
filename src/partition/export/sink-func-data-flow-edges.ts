/*
 * sink-func-data-flow-edges: removes the edges of calls, leaves their shardings on arguments, calls and functions' results, and
 * reshards where calls differ.
 *
 * Before: `add-func-data-flow-edges` has run, and propagation. After: no `sdy.func_data_flow_edge`.
 *
 *   %0 = call @f(%a) ; %1 = sdy.func_data_flow_edge %0 {[{"x"}]} ; use %1    =>    %0 = call @f(%a) {[{"x"}]} ; use %0
 */
import { type Module, SHARDING_ATTRIBUTE, type Value } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { FUNC_EDGE } from '../program.ts';
import { mainFuncs } from '../propagate/propagation-round.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings, withAttribute, withShardings } from '../shardings.ts';
import { reshardResults } from './call-results.ts';

export function sinkFuncDataFlowEdges(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  const mains = new Set(mainFuncs(module));
  const held = (v: Value): Value => {
    const [use, ...others] = program.usesOf(v);
    return others.length === 0 && use?.op.name === FUNC_EDGE ? use.op.results[0] : v;
  };
  const sunk = rewriteModule(
    module,
    registry,
    (op, rewriter) => {
      if (op.name === FUNC_EDGE) {
        rewriter.map.set(op.results[0], rewriter.get(op.operands[0]));
        return;
      }
      if (!op.definition.traits.call) {
        rewriter.copy(op);
        return;
      }
      const found = op.results.map((r) => shardings.get(held(r)));
      const { [SHARDING_ATTRIBUTE]: _, ...rest } = op.discardable;
      rewriter.copy(op, { discardable: withShardings(rest, op.results, found) });
    },
    (f) =>
      mains.has(f)
        ? {}
        : {
            argAttributes: f.argAttributes.map((d, i) => withAttribute(d, shardings.get(held(f.args[i])))),
            resultAttributes: f.resultAttributes.map((d, i) => withAttribute(d, shardings.get(f.results[i]))),
          },
  );
  return reshardResults(sunk, registry);
}

export const sinkFuncDataFlowEdgesPass: Pass = {
  name: 'sink-func-data-flow-edges',
  doc: 'Move the shardings of calls’ edges onto functions and calls.',
  run: sinkFuncDataFlowEdges,
};
