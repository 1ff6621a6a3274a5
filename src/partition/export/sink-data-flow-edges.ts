/*
 * sink-data-flow-edges: removes data-flow edges and leaves their shardings on the ops whose values they are.
 *
 * Before: `add-data-flow-edges` has run, and propagation. After: no `sdy.data_flow_edge`.
 *
 *   %0 = while(…) ; %1 = sdy.data_flow_edge %0 <[{"x"}]> ; use %1    =>    %0 = while(…) {[{"x"}]} ; use %0
 */
import type { Module } from '../../ir/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { EDGE } from '../program.ts';
import { rewriteModule } from '../rewrite.ts';
import { Shardings } from '../shardings.ts';

export function sinkDataFlowEdges(module: Module, { registry }: PassContext): Module {
  const shardings = new Shardings(module);
  const { program } = shardings;
  return rewriteModule(module, registry, (op, rewriter) => {
    if (op.name === EDGE) {
      rewriter.map.set(op.results[0], rewriter.get(op.operands[0]));
      return;
    }
    const edges = program.edgesOf(op);
    if (edges.length === 0) {
      rewriter.copy(op);
      return;
    }
    // The table answers with the edge's sharding for each owner; write that onto the op.
    const onlyOwners = edges.some((e) => program.edgeOp(e));
    rewriter.copy(op, onlyOwners ? shardings.ownerChanges(op) : {});
  });
}

export const sinkDataFlowEdgesPass: Pass = {
  name: 'sink-data-flow-edges',
  doc: 'Move the shardings of data-flow edges onto their ops.',
  run: sinkDataFlowEdges,
};
