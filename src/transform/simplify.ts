import type { Scalar } from '../base/index.ts';
import { Block, cloneOp, type DenseElements, type Module, type Op, type Value, ValueMap } from '../ir/index.ts';
import type { Pass } from './pass.ts';

/*
 * Local algebraic clean-up that needs no analysis: ops that return an operand unchanged disappear.
 * Precondition: none. Postcondition: no identity reshape, broadcast, transpose, convert; no `x + 0`, `x · 1`, `x / 1`, `x - 0`.
 * Example: `%0 = constant 0; %1 = add %a, %0; return %1` becomes `return %a`.
 */
export function simplify(module: Module): Module {
  return module.with({ funcs: module.funcs.map((f) => f.with({ body: simplifyBlock(f.body, new ValueMap()) })) });
}

export const simplifyPass: Pass = {
  name: 'simplify',
  doc: 'Removes ops that return an operand unchanged.',
  run: simplify,
};

function simplifyBlock(block: Block, outer: ValueMap): Block {
  const map = new ValueMap(outer);
  const ops: Op[] = [];
  for (const op of block.ops) {
    const same = unchangedOperand(op, map);
    if (same) {
      map.set(op.result, same);
      continue;
    }
    ops.push(cloneOp(op, map, { regions: op.regions.map((r) => simplifyBlock(r, map)) }));
  }
  return new Block(block.args, ops);
}

/** The operand an op returns unchanged, if its definition says it does. */
function unchangedOperand(op: Op, map: ValueMap): Value | undefined {
  const index = op.definition.traits.fold?.(op, splatOf);
  return index === undefined ? undefined : map.get(op.operands[index]);
}

function splatOf(v: Value): Scalar | undefined {
  if (!v.op?.definition.traits.constant) return undefined;
  return (v.op.attributes as { value?: DenseElements }).value?.splatValue();
}
