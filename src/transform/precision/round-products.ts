import { Block, Builder, cloneOp, type Module, type Op, type Registry, type Value, ValueMap } from '../../ir/index.ts';
import { convert } from '../../ops/index.ts';
import type { Pass, PassContext } from '../pass.ts';

/*
 * Rounds float32 operands of products (ops with a precision_config) to bf16, unless they ask for HIGHEST; products are still
 * summed in float32. Rounding twice is rounding once.
 * Precondition: none. Postcondition: float32 operands of products are conversions from bf16, or their product asks for HIGHEST.
 * Example: `dot_general %a, %b` becomes `dot_general (convert (convert %a to bf16) to f32), …`.
 */
export function roundProducts(module: Module, { registry }: PassContext): Module {
  return module.with({
    funcs: module.funcs.map((f) => f.with({ body: roundBlock(f.body, new ValueMap(), registry) })),
  });
}

/** The program at the target's precision: `highest` and `default` are float32 as it stands. */
export function atPrecision(module: Module, ctx: PassContext): Module {
  return ctx.target.precision === 'bf16' ? roundProducts(module, ctx) : module;
}

export const roundProductsPass: Pass = {
  name: 'round-products',
  doc: 'Rounds float32 operands of products to bf16, unless they ask for the highest precision.',
  run: roundProducts,
  textOnly: 'rounding changes results',
};

function roundBlock(block: Block, outer: ValueMap, registry: Registry): Block {
  const map = new ValueMap(outer);
  const ops: Op[] = [];
  const rounded = new Map<Value, Value>();
  for (const op of block.ops) {
    let operands = map.all(op.operands);
    if (rounds(op)) {
      const b = new Builder(registry);
      b.location = op.location;
      operands = operands.map((v) => {
        if (v.type.kind !== 'tensor' || v.dtype !== 'f32') return v;
        const narrow = rounded.get(v) ?? convert(b, convert(b, v, 'bf16'), 'f32');
        rounded.set(v, narrow);
        return narrow;
      });
      ops.push(...b.ops);
    }
    ops.push(cloneOp(op, map, { operands, regions: op.regions.map((r) => roundBlock(r, map, registry)) }));
  }
  return new Block(block.args, ops);
}

function rounds(op: Op): boolean {
  const { precisionConfig } = op.attributes as { precisionConfig?: readonly string[] };
  return 'precisionConfig' in (op.attributes as object) && !precisionConfig?.includes('HIGHEST');
}
