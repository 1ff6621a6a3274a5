import {
  type Block as BlockType,
  Builder,
  DenseElements,
  type Module,
  type Op,
  type Registry,
  updateBlock,
  updateOp,
  type Value,
  ValueMap,
} from '../../ir/index.ts';
import type { Pass, PassContext } from '../pass.ts';

/*
 * join-pads: a sum of zero-padded pieces that lie side by side is their concatenation.
 *
 * Precondition: none. Postcondition: no sum of two zero pads of neighbouring pieces.
 * The gradient of a stack of weights of which every layer takes its slice is such a sum: without this, every layer's share
 * would be as large as the whole stack.
 *
 *   add (pad %a low=[0] high=[2]), (pad %b low=[2] high=[0])   =>   concatenate %a, %b
 */
export function joinPads(module: Module, { registry }: PassContext): Module {
  return module.with({
    funcs: module.funcs.map((f) => f.with({ body: joinIn(f.body, new ValueMap(), registry) })),
  });
}

export const joinPadsPass: Pass = {
  name: 'join-pads',
  doc: 'Turns sums of zero-padded neighbours into concatenations.',
  run: joinPads,
};

/** Pieces next to each other along `dimension`, with zeros around them up to the whole shape. */
interface Pieces {
  readonly values: readonly Value[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Undefined for a single piece. */
  readonly dimension: number | undefined;
}

function joinIn(block: BlockType, outer: ValueMap, registry: Registry): BlockType {
  const map = new ValueMap(outer);
  const ops: Op[] = [];
  const piecesOf = new Map<Value, Pieces>();
  for (const op of block.ops) {
    const joined =
      op.name === 'stablehlo.add' ? neighbours(piecesOf.get(op.operands[0]), piecesOf.get(op.operands[1])) : undefined;
    if (joined) {
      const b = new Builder(registry);
      b.location = op.location;
      map.set(op.results[0], emit(b, joined));
      ops.push(...b.ops);
      piecesOf.set(op.results[0], joined);
      continue;
    }
    ops.push(updateOp(op, map, { regions: op.regions.map((r) => joinIn(r, map, registry)) }));
    const pad = zeroPad(op, map);
    if (pad) piecesOf.set(op.results[0], pad);
  }
  return updateBlock(block, block.args, ops);
}

interface Padding {
  readonly edgePaddingLow: readonly number[];
  readonly edgePaddingHigh: readonly number[];
  readonly interiorPadding: readonly number[];
}

function zeroPad(op: Op, map: ValueMap): Pieces | undefined {
  if (op.name !== 'stablehlo.pad') return undefined;
  const { edgePaddingLow: low, edgePaddingHigh: high, interiorPadding } = op.attributes as unknown as Padding;
  const { value } = (op.operands[1].op?.attributes ?? {}) as { value?: unknown };
  const isZero = value instanceof DenseElements && value.splatValue() === 0;
  if (!isZero || [...low, ...high].some((n) => n < 0) || interiorPadding.some((n) => n !== 0)) return undefined;
  return { values: [map.get(op.operands[0])], low, high, dimension: undefined };
}

/** One row of pieces out of two, if they touch along one dimension and agree about all others. */
function neighbours(x: Pieces | undefined, y: Pieces | undefined): Pieces | undefined {
  if (!x || !y) return undefined;
  const differing = x.low.flatMap((n, d) => (n !== y.low[d] || x.high[d] !== y.high[d] ? [d] : []));
  if (differing.length !== 1) return undefined;
  const [d] = differing;
  const [first, second] = x.low[d] < y.low[d] ? [x, y] : [y, x];
  if ([x, y].some((p) => p.dimension !== undefined && p.dimension !== d)) return undefined;
  const length = first.values.reduce((n, v) => n + v.shape[d], 0);
  if (first.low[d] + length !== second.low[d]) return undefined;
  return {
    values: [...first.values, ...second.values],
    low: first.low,
    high: second.high,
    dimension: d,
  };
}

function emit(b: Builder, p: Pieces): Value {
  const row = b.emit('stablehlo.concatenate', p.values, { dimension: p.dimension });
  if ([...p.low, ...p.high].every((n) => n === 0)) return row;
  const zero = b.emit(
    'stablehlo.constant',
    [],
    { value: DenseElements.splat({ kind: 'tensor', dtype: row.dtype, shape: [] }, 0) },
    { resultTypes: [{ kind: 'tensor', dtype: row.dtype, shape: [] }] },
  );
  return b.emit('stablehlo.pad', [row, zero], {
    edgePaddingLow: p.low,
    edgePaddingHigh: p.high,
    interiorPadding: p.low.map(() => 0),
  });
}
