/*
 * add-func-data-flow-edges / sink-func-data-flow-edges: let all calls of a function share its shardings, instead of giving each
 * call a copy of it (import-calls).
 *
 * After adding: each argument of a called function, and each result of a call, is used only by one
 *   `sdy.func_data_flow_edge`, through which propagation joins it with what the callers pass or the function returns.
 *   Sinking removes them again, leaves their shardings on arguments, calls and functions' results, and reshards where calls differ.
 *
 *   %0 = call @f(%a) ; use %0    =>    %0 = call @f(%a) ; %1 = sdy.func_data_flow_edge %0 ; use %1
 */
import { calleeOf, type Module, SHARDING_ATTRIBUTE, type Value } from '../../ir/index.ts';
import type { PassContext } from '../../transform/index.ts';
import { FUNC_EDGE } from '../program.ts';
import { mainFuncs } from '../propagate/propagate.ts';
import { rewriteModule, type Scope } from '../rewrite.ts';
import { Shardings, withAttribute, withShardings } from '../shardings.ts';
import { reshardResults, shardingsOf } from './calls.ts';

export function addFuncDataFlowEdges(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const mains = new Set(mainFuncs(module));
  const edge = (v: Value, scope: Scope, sharding = shardings.get(v)): void => {
    if (v.type.kind !== 'tensor') return;
    const discardable = withShardings({}, [v], [sharding]);
    scope.map.set(v, scope.value(FUNC_EDGE, [scope.get(v)], {}, { discardable }));
  };
  return rewriteModule(
    module,
    registry,
    (op, scope) => {
      scope.copy(op);
      if (!op.definition.traits.call) return;
      const callee = module.func(calleeOf(op));
      const isOwn = SHARDING_ATTRIBUTE in op.discardable;
      const returned = callee && !isOwn ? shardingsOf(callee.resultAttributes, op.results) : undefined;
      for (const [i, r] of op.results.entries()) edge(r, scope, returned?.[i]);
    },
    (f) => ({
      prepare: (scope) => {
        if (!mains.has(f)) for (const a of f.args) edge(a, scope);
      },
    }),
  );
}

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
    (op, scope) => {
      if (op.name === FUNC_EDGE) {
        scope.map.set(op.results[0], scope.get(op.operands[0]));
        return;
      }
      if (!op.definition.traits.call) {
        scope.copy(op);
        return;
      }
      const found = op.results.map((r) => shardings.get(held(r)));
      const { [SHARDING_ATTRIBUTE]: _, ...rest } = op.discardable;
      scope.copy(op, { discardable: withShardings(rest, op.results, found) });
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
