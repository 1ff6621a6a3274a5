/*
 * collective-matmul: takes the gathering of an operand, or the scattering of a result, of a matrix product apart into steps
 * around a ring, so that each step's message travels while a part of the product is computed. As many bytes move as before.
 *
 * Before: the program of one device. After: an all_gather used only by a dot_general, or a dot_general used only by a
 *   reduce_scatter of sums, of at least `target.collectiveMatmulBytes`, is a `while` over collective_permutes and partial products.
 *   Each device adds in the order in which shards pass it: where several devices compute copies of one inexact sum, the copies
 *   may differ in their last bits.
 *   Source: Wang et al. 2023, "Overlap communication with dependent computation via decomposition"; XLA's windowed einsum.
 *
 *   dot (all_gather %x), %w   =>   while: part ← dot %x, %w ; %x ← collective_permute %x
 */
import { bytesOf, type Module, type Op, tensorType, type Value } from '../../ir/index.ts';
import type { DotGeneralAttributes } from '../../ops/index.ts';
import type { Pass, PassContext } from '../../transform/index.ts';
import { Program } from '../program.ts';
import { reducerKinds } from '../reshard/reductions.ts';
import { type Rewriter, rewriteModule } from '../rewrite.ts';
import { emitRing, type Ring } from './ring.ts';

export function collectiveMatmul(module: Module, { registry, target }: PassContext): Module {
  const program = Program.of(module);
  const minBytes = target.collectiveMatmulBytes;
  const gathers = new Map<Op, { gather: Op; side: 0 | 1 }>();
  const scatters = new Map<Op, Op>();
  const replaced = new Set<Op>();
  const onlyUse = (v: Value): Op | undefined => {
    const uses = program.usesOf(v);
    return uses.length === 1 ? uses[0].op : undefined;
  };
  for (const op of program.ops) {
    if (op.name !== 'stablehlo.dot_general') continue;
    const user = onlyUse(op.results[0]);
    if (user?.name === 'stablehlo.reduce_scatter' && canScatter(op, user) && bytesOf(op.results[0].type) >= minBytes) {
      scatters.set(user, op);
      replaced.add(op);
      continue;
    }
    for (const side of [0, 1] as const) {
      const v = op.operands[side];
      if (v.op?.name !== 'stablehlo.all_gather' || onlyUse(v) !== op || !canGather(op, v.op, side)) continue;
      if (bytesOf(v.type) < minBytes) continue;
      gathers.set(op, { gather: v.op, side });
      replaced.add(v.op);
      break;
    }
  }
  return rewriteModule(module, registry, (op, rewriter) => {
    if (replaced.has(op)) return;
    const gathered = gathers.get(op);
    const scattered = scatters.get(op);
    if (gathered) rewriter.map.set(op.results[0], gatherLoop(op, gathered.gather, gathered.side, rewriter));
    else if (scattered) rewriter.map.set(op.results[0], scatterLoop(scattered, op, rewriter));
    else rewriter.copy(op);
  });
}

export const collectiveMatmulPass: Pass = {
  name: 'collective-matmul',
  doc: 'Overlap gathers and scatters with matrix products.',
  run: collectiveMatmul,
};

const numbersOf = (dot: Op): DotGeneralAttributes['dotDimensionNumbers'] =>
  (dot.attributes as unknown as DotGeneralAttributes).dotDimensionNumbers;

/** What a dimension of an operand is to the product, and where it is in the other operand or the result. */
function roleOf(dot: Op, side: 0 | 1, dim: number): { role: 'batch' | 'contracting' | 'free'; at: number } {
  const n = numbersOf(dot);
  const [batch, otherBatch] = side === 0 ? [n.lhsBatching, n.rhsBatching] : [n.rhsBatching, n.lhsBatching];
  const [own, other] = side === 0 ? [n.lhsContracting, n.rhsContracting] : [n.rhsContracting, n.lhsContracting];
  if (batch.includes(dim)) return { role: 'batch', at: otherBatch[batch.indexOf(dim)] };
  if (own.includes(dim)) return { role: 'contracting', at: other[own.indexOf(dim)] };
  const free = (s: 0 | 1): number[] => {
    const [b, c] = s === 0 ? [n.lhsBatching, n.lhsContracting] : [n.rhsBatching, n.rhsContracting];
    return [...dot.operands[s].shape.keys()].filter((d) => !b.includes(d) && !c.includes(d));
  };
  const before = n.lhsBatching.length + (side === 1 ? free(0).length : 0);
  return { role: 'free', at: before + free(side).indexOf(dim) };
}

interface Groups {
  readonly replicaGroups: readonly (readonly number[])[];
  readonly useGlobalDeviceIds?: boolean;
  readonly channelHandle?: { readonly handle: number; readonly type: number };
}

const isRing = (op: Op): boolean => {
  const a = op.attributes as unknown as Groups;
  return a.useGlobalDeviceIds === true && a.channelHandle !== undefined && a.replicaGroups[0].length > 1;
};

function canGather(dot: Op, gather: Op, side: 0 | 1): boolean {
  const { allGatherDim } = gather.attributes as { allGatherDim: number };
  return gather.operands.length === 1 && isRing(gather) && roleOf(dot, side, allGatherDim).role !== 'batch';
}

/** The operand and its dimension that a dimension of the result comes from. */
function sourceOf(dot: Op, dim: number): { side: 0 | 1; dim: number } | undefined {
  for (const side of [0, 1] as const)
    for (const d of dot.operands[side].shape.keys()) {
      const { role, at } = roleOf(dot, side, d);
      if (role === 'free' && at === dim) return { side, dim: d };
    }
  return undefined;
}

function canScatter(dot: Op, scatter: Op): boolean {
  const { scatterDimension } = scatter.attributes as { scatterDimension: number };
  const isSum = scatter.operands.length === 1 && reducerKinds(scatter.regions[0])?.[0] === 'sum';
  return isSum && isRing(scatter) && sourceOf(dot, scatterDimension) !== undefined;
}

function gatherLoop(dot: Op, gather: Op, side: 0 | 1, rewriter: Rewriter): Value {
  const { allGatherDim: dim } = gather.attributes as { allGatherDim: number };
  const { role, at } = roleOf(dot, side, dim);
  const shard = rewriter.get(gather.operands[0]);
  const other = rewriter.get(dot.operands[1 - side]);
  const size = shard.shape[dim];
  const result = dot.results[0].tensor;
  const partShape = role === 'free' ? result.shape.map((n, d) => (d === at ? size : n)) : result.shape;
  const product = (ring: Ring, x: Value, y: Value): Value =>
    ring.builder.emit(dot.name, side === 0 ? [x, y] : [y, x], dot.attributes, {
      resultTypes: [tensorType(result.dtype, partShape)],
    });
  /** The result with the part that the shard in hand contributes. */
  const add = (ring: Ring, sum: Value, x: Value): Value => {
    const block = ring.plus(ring.step);
    if (role === 'free') return ring.place(sum, product(ring, x, other), at, block);
    return ring.builder.emit('stablehlo.add', [sum, product(ring, x, ring.block(other, at, block, size))]);
  };
  const [, total] = emitRing(rewriter, gather, {
    start: (ring) => [shard, ring.zeros(result)],
    // The next shard comes while the product with this one is computed.
    step: (ring, [x, sum]) => [ring.shift(x, -1), add(ring, sum, x)],
    last: (ring, [x, sum]) => [x, add(ring, sum, x)],
  });
  return total;
}

function scatterLoop(dot: Op, scatter: Op, rewriter: Rewriter): Value {
  const { scatterDimension } = scatter.attributes as { scatterDimension: number };
  const { side, dim } = sourceOf(dot, scatterDimension)!;
  const [x, y] = [rewriter.get(dot.operands[side]), rewriter.get(dot.operands[1 - side])];
  const { dtype, shape } = scatter.results[0].tensor;
  const size = shape[scatterDimension];
  /** The part of the product that goes to the device that is `n - 1 - step` places further. */
  const part = (ring: Ring): Value => {
    const own = ring.block(x, dim, ring.minus(ring.step), size);
    return ring.builder.emit(dot.name, side === 0 ? [own, y] : [y, own], dot.attributes, {
      resultTypes: [tensorType(dtype, shape)],
    });
  };
  const [total] = emitRing(rewriter, scatter, {
    start: (ring) => [ring.zeros(scatter.results[0].tensor)],
    step: (ring, [sum]) => [ring.shift(ring.builder.emit('stablehlo.add', [sum, part(ring)]), 1)],
    last: (ring, [sum]) => [ring.builder.emit('stablehlo.add', [sum, part(ring)])],
  });
  return total;
}
