import { Block, Builder, cloneOp, type Module, type Op, ValueMap } from '../../ir/index.ts';
import {
  asCustomCall,
  type CallOp,
  type CustomCallTarget,
  customCallTargets,
  expandCustomCall,
} from '../../ops/index.ts';
import type { PassContext } from '../pass.ts';

/** Replaces custom calls of the known targets that `select` picks by what computes the same, also inside regions. */
export function expandKnownCalls(
  module: Module,
  { registry }: PassContext,
  select: (target: CustomCallTarget) => boolean,
): Module {
  const expandable = (op: Op): CallOp | undefined => {
    const call = asCustomCall(op);
    const target = call && customCallTargets.get(call.attributes.callTargetName);
    return target?.expand && select(target) ? call : undefined;
  };
  const inBlock = (block: Block): boolean =>
    block.ops.some((op) => expandable(op) !== undefined || op.regions.some(inBlock));
  const expandBlock = (block: Block, outer: ValueMap): Block => {
    const map = new ValueMap(outer);
    const ops: Op[] = [];
    for (const op of block.ops) {
      const call = expandable(op);
      if (!call) {
        ops.push(cloneOp(op, map, { regions: op.regions.map((r) => expandBlock(r, map)) }));
        continue;
      }
      const builder = new Builder(registry);
      builder.location = op.location;
      const results = expandCustomCall({ op: call, operands: map.all(op.operands), builder, module });
      ops.push(...builder.ops);
      map.setAll(op.results, results ?? []);
    }
    return new Block(block.args, ops);
  };
  if (!module.funcs.some((f) => inBlock(f.body))) return module;
  return module.with({ funcs: module.funcs.map((f) => f.with({ body: expandBlock(f.body, new ValueMap()) })) });
}
