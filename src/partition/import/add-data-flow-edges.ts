/*
 * add-data-flow-edges: makes the values that a control-flow op passes around explicit for propagation.
 *
 * Before: any program. After: each owner of an edge (a while's result …) is used only by one `sdy.data_flow_edge`, whose result
 *   has the owner's other uses and its sharding.
 *
 *   %0 = while(…)  ; use %0    =>    %0 = while(…) ; %1 = sdy.data_flow_edge %0 ; use %1
 */
import type { Module, Value } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { EDGE } from '../program.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

export function addDataFlowEdges(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  const edge = (owner: Value, rewriter: Rewriter): void => {
    if (owner.type.kind !== 'tensor') return;
    const attributes = { sharding: shardings.get(owner) };
    rewriter.map.set(owner, rewriter.emit(EDGE, [rewriter.get(owner)], attributes));
  };
  return rewriteModule(module, registry, (op, rewriter) => {
    const edges = program.edgesOf(op).filter((e) => !program.edgeOp(e));
    if (edges.length === 0) {
      rewriter.copy(op);
      return;
    }
    const owners = edges.map((e) => e.owner);
    const regions = op.regions.map((r) =>
      rewriter.rewriteBlock(r, {
        prepare: (inner) => {
          for (const a of r.args) if (owners.includes(a)) edge(a, inner);
        },
      }),
    );
    rewriter.copy(op, { regions });
    for (const r of op.results) if (owners.includes(r)) edge(r, rewriter);
  });
}

export const addDataFlowEdgesPass: Pass = {
  name: 'add-data-flow-edges',
  doc: 'Make values that flow through control flow explicit.',
  run: addDataFlowEdges,
};
