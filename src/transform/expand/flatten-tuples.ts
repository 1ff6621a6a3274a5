import { type AttrDict, Block, type Module, Op, type Type, Value } from '../../ir/index.ts';
import type { Pass } from '../pass.ts';

/*
 * Takes tuples apart: what takes, gives or passes a tuple does so with its elements, in order.
 * Precondition: none. Postcondition: no value is a tuple.
 * Example: `%t = tuple %a, %b ; %c = get_tuple_element %t[1] ; use %c` becomes `use %b`.
 */
export function flattenTuples(module: Module): Module {
  if (!hasTuples(module)) return module;
  return module.with({
    funcs: module.funcs.map((f) =>
      f.with({
        body: flattened(f.body, new Map()),
        argAttributes: spread(f.argTypes, f.argAttributes),
        resultAttributes: spread(f.resultTypes, f.resultAttributes),
      }),
    ),
  });
}

export const flattenTuplesPass: Pass = {
  name: 'flatten-tuples',
  doc: 'Takes tuples apart.',
  run: flattenTuples,
};

function hasTuples(module: Module): boolean {
  const inBlock = (block: Block): boolean =>
    block.args.some((a) => a.type.kind === 'tuple') ||
    block.ops.some((op) => op.results.some((r) => r.type.kind === 'tuple') || op.regions.some(inBlock));
  return module.funcs.some((f) => inBlock(f.body));
}

const leaves = (t: Type): readonly Type[] => (t.kind === 'tuple' ? t.types.flatMap(leaves) : [t]);

/** One dictionary per element: what is said of a tuple is said of none of them. */
const spread = (types: readonly Type[], dictionaries: readonly AttrDict[]): AttrDict[] =>
  types.flatMap((t, i) => (t.kind === 'tuple' ? leaves(t).map(() => ({})) : [dictionaries[i]]));

type Elements = ReadonlyMap<Value, readonly Value[]>;

function flattened(block: Block, outer: Elements): Block {
  const known = new Map(outer);
  const of = (v: Value): readonly Value[] => known.get(v) ?? [v];
  const args: Value[] = [];
  for (const a of block.args) {
    const own = leaves(a.type).map((t, i) => new Value(t, undefined, args.length + i));
    args.push(...own);
    known.set(a, own);
  }
  const ops: Op[] = [];
  for (const op of block.ops) {
    if (op.name === 'stablehlo.tuple') {
      known.set(op.results[0], op.operands.flatMap(of));
      continue;
    }
    if (op.name === 'stablehlo.get_tuple_element') {
      const [t] = op.operands;
      const { index } = op.attributes as { index: number };
      const sizes = (t.type as Type & { kind: 'tuple' }).types.map((e) => leaves(e).length);
      const start = sizes.slice(0, index).reduce((a, b) => a + b, 0);
      known.set(op.results[0], of(t).slice(start, start + sizes[index]));
      continue;
    }
    const types = op.results.flatMap((r) => leaves(r.type));
    const regions = op.regions.map((r) => flattened(r, known));
    const operands = op.operands.flatMap(of);
    const copy = new Op(op.definition, operands, op.attributes, types, regions, op.discardable, op.location);
    ops.push(copy);
    let next = 0;
    for (const r of op.results) {
      const n = leaves(r.type).length;
      known.set(r, copy.results.slice(next, next + n));
      next += n;
    }
  }
  return new Block(args, ops);
}
