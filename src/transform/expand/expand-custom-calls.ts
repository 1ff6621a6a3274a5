import { Block, Builder, cloneOp, type Module, type Op, type Registry, ValueMap } from '../../ir/index.ts';
import { asCustomCall, type CallOp, customCallTargets, expandCustomCall } from '../../ops/index.ts';
import type { Pass } from '../pass.ts';

/*
 * Replaces custom calls that are known (LAPACK's and cuSOLVER's routines, top-k, mhlo.* …) by ops, also inside regions.
 * Precondition: functions that calls name are still there (before `inline`). Postcondition: the calls that remain have no expansion,
 * or speak to the partitioner (`Sharding` …) and `markers` is false.
 * Example: `custom_call @mhlo.erf(%a)` becomes `chlo.erf %a`.
 */
export function expandCustomCalls(module: Module, registry: Registry, options: { markers?: boolean } = {}): Module {
  const expandable = (op: Op): CallOp | undefined => {
    const call = asCustomCall(op);
    const target = call && customCallTargets.get(call.attributes.callTargetName);
    return target?.expand && (options.markers || !target.isPartitioning) ? call : undefined;
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

export const expandCustomCallsPass: Pass = {
  name: 'expand-custom-calls',
  doc: "Replaces known custom calls (LAPACK's routines, top-k, mhlo.*) by ops.",
  run: (module, registry) => expandCustomCalls(module, registry),
};
