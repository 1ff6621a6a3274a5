import { UserError } from '../../base/index.ts';
import { Block, calleeOf, cloneOp, type Module, type Op, type Value, ValueMap } from '../../ir/index.ts';
import type { Pass } from '../pass.ts';

/*
 * Replaces every call by the callee's body and drops the private functions that remain unused.
 * Precondition: no recursion. Postcondition: no op with the `call` trait.
 * Example: `%0 = call @f(%a)` with `@f(%x) { %1 = sine %x; return %1 }` becomes `%0 = sine %a`.
 */
export function inlineCalls(module: Module): Module {
  const funcs = module.funcs.filter((f) => f.visibility === 'public' || f === module.main);
  return module.with({
    funcs: funcs.map((f) => {
      const map = new ValueMap();
      return f.with({ body: new Block(f.args, inlineOps(f.body.ops, map, module, [f.name])) });
    }),
  });
}

export const inlinePass: Pass = {
  name: 'inline',
  doc: 'Replaces calls by the bodies of their callees.',
  run: inlineCalls,
};

function inlineOps(ops: readonly Op[], map: ValueMap, module: Module, stack: readonly string[]): Op[] {
  const out: Op[] = [];
  for (const op of ops) {
    if (op.definition.traits.call) {
      const callee = calleeOf(op);
      if (stack.includes(callee))
        throw new UserError('transform/recursive-call', `@${callee} calls itself`, {
          given: [...stack, callee].map((n) => `@${n}`).join(' → '),
          advice: 'StableHLO has no recursion; use a while loop',
        });
      const target = module.func(callee)!;
      const inner = new ValueMap();
      inner.setAll(target.args, map.all(op.operands));
      out.push(...inlineOps(target.body.ops.slice(0, -1), inner, module, [...stack, callee]));
      map.setAll(op.results, inner.all(target.results as Value[]));
      continue;
    }
    const regions = op.regions.map((r) => inlineRegion(r, map, module, stack));
    out.push(cloneOp(op, map, { regions }));
  }
  return out;
}

function inlineRegion(block: Block, map: ValueMap, module: Module, stack: readonly string[]): Block {
  return new Block(block.args, inlineOps(block.ops, new ValueMap(map), module, stack));
}
