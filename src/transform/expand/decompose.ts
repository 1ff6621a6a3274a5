import { Block, Builder, cloneOp, isAbsent, type Module, type Op, type Registry, ValueMap } from '../../ir/index.ts';
import type { Pass, PassContext } from '../pass.ts';

/*
 * Expands composite ops by their own `decompose` rule (scan → while, …), also inside regions, until none is left
 * that the target wants taken apart.
 * Precondition: none. Postcondition: no op remains that has a rule and that `target.decomposes` names.
 * Example: `chlo.scan` becomes a `stablehlo.while` that slices its inputs and updates its outputs in place.
 */
export function decomposeOps(module: Module, { registry, target }: PassContext): Module {
  return module.with({
    funcs: module.funcs.map((f) => f.with({ body: expandBlock(f.body, new ValueMap(), registry, target.decomposes) })),
  });
}

export const decomposePass: Pass = {
  name: 'decompose',
  doc: 'Expands composite ops (scan, …) into primitive ones.',
  run: decomposeOps,
};

function expandBlock(block: Block, outer: ValueMap, registry: Registry, select: (op: Op) => boolean): Block {
  const map = new ValueMap(outer);
  const ops: Op[] = [];
  expandOps(block.ops, map, ops, registry, select);
  return new Block(block.args, ops);
}

/** Appends the expansion of `source` to `out`; `map` learns old value → new value. */
function expandOps(
  source: readonly Op[],
  map: ValueMap,
  out: Op[],
  registry: Registry,
  select: (op: Op) => boolean,
): void {
  for (const op of source) {
    const rule = op.definition.decompose;
    if (isAbsent(rule) || !select(op)) {
      out.push(cloneOp(op, map, { regions: op.regions.map((r) => expandBlock(r, map, registry, select)) }));
      continue;
    }
    const b = new Builder(registry);
    b.location = op.location;
    const results = rule({ op, operands: map.all(op.operands), builder: b });
    // The expansion may contain composites again; its values are already new ones, so it gets a map of its own.
    const inner = new ValueMap();
    expandOps(b.ops, inner, out, registry, select);
    map.setAll(op.results, inner.all(results));
  }
}
