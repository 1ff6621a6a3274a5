import { numElements } from '../../../base/index.ts';
import { addScaled, constantIndex } from '../../kernels/affine.ts';
import type { Buffer, Expr, MatrixView, Stage } from '../../kernels/kernel-ir.ts';
import {
  compare,
  least,
  type Memory,
  minus,
  placed,
  plus,
  RoutineBuilder,
  times,
  whole,
} from '../../kernels/routine.ts';
import type { Lowering } from '../lowering.ts';

/*
 * Convolutions as matrix products. Where input rows and sums are each one stride, the product reads the input itself; else
 * blocks of the matrix of windows are copied to scratch that fits the second-level cache, and multiplied from there.
 */

/** A dimension of the computation, with its steps in the padded input, the kernel and the result. */
export interface Axis {
  readonly extent: number;
  readonly x: number;
  readonly k: number;
  readonly r: number;
}

/** result[group, rows, f] = Σ over `sums` of x[group, rows, sums] · kernel[group, sums, f] */
export interface Plan {
  readonly x: Memory;
  readonly kernel: Memory;
  readonly result: Memory;
  readonly group: Axis;
  readonly rows: readonly Axis[];
  readonly feature: Axis;
  readonly sums: readonly Axis[];
}

/** Elements of a block of the matrix of windows: less than half of a small second-level cache. */
const blockElements = 49152;
/** Runs shorter than this are copied by vectors rather than by a call. */
const shortRun = 256;

const total = (axes: readonly Axis[]): number => numElements(axes.map((s) => s.extent));
const stridesOf = (axes: readonly Axis[], by: 'x' | 'k' | 'r'): number[] => axes.map((s) => s[by]);

/** Neighbouring axes that step like one, joined. */
function joined(axes: readonly Axis[], by: readonly ('x' | 'k' | 'r')[]): Axis[] {
  const out: Axis[] = [];
  for (const s of axes) {
    const last = out[out.length - 1];
    if (last && by.every((m) => last[m] === s[m] * s.extent))
      out[out.length - 1] = { ...s, extent: last.extent * s.extent };
    else out.push(s);
  }
  return out;
}
const single: Axis = { extent: 1, x: 0, k: 0, r: 0 };
const longer = (axes: readonly Axis[]): Axis[] => axes.filter((s) => s.extent !== 1);

export function lowerProducts(lowering: Lowering, given: Plan): void {
  const plan = withPlainKernel(lowering, given);
  const sums = longer(plan.sums);
  const rows = longer(plan.rows).sort((p, q) => q.r - p.r);
  // The last rows whose results lie one stride apart are the rows of one product; the others are loops around it.
  let first = rows.length - 1;
  while (first > 0 && rows[first - 1].r === rows[first].r * rows[first].extent) first--;
  const around = rows.slice(0, Math.max(0, first));
  const inside = joined(rows.slice(Math.max(0, first)), ['x', 'r']);
  const inner = joined(sums, ['x', 'k']);
  if (inside.length <= 1 && inner.length <= 1)
    directProduct(lowering, plan, around, inside[0] ?? single, inner[0] ?? single);
  else blockedProduct(lowering, plan, around, inside, inner);
}

/** The kernel with its sums one stride apart, copied if need be; `sums` come in the order they lie there. */
function withPlainKernel(lowering: Lowering, plan: Plan): Plan {
  const sums = longer(plan.sums).sort((p, q) => Math.abs(q.k) - Math.abs(p.k));
  if (joined(sums, ['k']).length <= 1) return { ...plan, sums };
  const { group, feature, kernel } = plan;
  const size = total(sums);
  const buffer = lowering.buffer(kernel.dtype, group.extent * size * feature.extent);
  const axes = [group, ...sums, feature];
  const shape = axes.map((s) => s.extent);
  lowering.push(
    lowering.loops(shape, 'all', 'kernel', (_outer, vars, at): Stage[] => {
      const from = at.reduce((sum, i, n) => addScaled(sum, i, axes[n].k), constantIndex(kernel.offset));
      let stride = 1;
      const to = [...at.keys()].reverse().reduce((sum, n) => {
        const next = addScaled(sum, at[n], stride);
        stride *= shape[n];
        return next;
      }, constantIndex(0));
      const value: Expr = { kind: 'load', dtype: kernel.dtype, buffer: kernel.buffer, index: from };
      return [{ kind: 'nest', vars, stores: [{ buffer, index: to, dtype: kernel.dtype, value }], folds: [] }];
    }),
  );
  let stride = feature.extent;
  const packed = [...sums].reverse().map((s): Axis => {
    const own = { ...s, k: stride };
    stride *= s.extent;
    return own;
  });
  return {
    ...plan,
    kernel: whole(buffer),
    group: { ...group, k: stride },
    feature: { ...feature, k: 1 },
    sums: packed.reverse(),
  };
}

function directProduct(lowering: Lowering, plan: Plan, around: readonly Axis[], row: Axis, sum: Axis): void {
  const { x, kernel, result, group, feature } = plan;
  const view = (m: Memory, by: 'x' | 'k' | 'r', rows: number, column: number): MatrixView => ({
    storage: { buffer: m.buffer, offset: m.offset },
    offset: constantIndex(0),
    outer: stridesOf(around, by),
    batch: group[by],
    row: rows,
    column,
  });
  lowering.push({
    kind: 'gemm',
    outer: around.map((s) => s.extent),
    summed: 0,
    batch: group.extent,
    m: row.extent,
    n: feature.extent,
    k: sum.extent,
    a: view(x, 'x', row.x, sum.x),
    b: view(kernel, 'k', sum.k, feature.k),
    c: view(result, 'r', row.r, feature.r),
    dtypes: [x.dtype, kernel.dtype, result.dtype],
    symbols: [],
  });
}

/** How much of an axis list goes into a block: so many of the last axis, times so many points of those before it. */
interface Cut {
  readonly outer: readonly Axis[];
  readonly last: Axis;
  /** Points of the outer axes, in all and in a block. */
  readonly points: number;
  readonly perBlock: number;
  readonly run: number;
}
function cut(axes: readonly Axis[], elements: number): Cut {
  const last = axes[axes.length - 1] ?? single;
  const outer = axes.slice(0, -1);
  const points = total(outer);
  const run = Math.min(last.extent, Math.max(1, elements));
  const perBlock = run === last.extent ? Math.min(points, Math.max(1, Math.floor(elements / run))) : 1;
  return { outer, last, points, perBlock, run };
}

function blockedProduct(
  lowering: Lowering,
  plan: Plan,
  around: readonly Axis[],
  rows: readonly Axis[],
  sums: readonly Axis[],
): void {
  const { x, kernel, result, group, feature } = plan;
  const depth = Math.max(256, Math.floor(blockElements / Math.min(total(rows), 384)));
  const k = cut(sums, Math.min(total(sums), depth));
  const m = cut(rows, Math.floor(blockElements / (k.perBlock * k.run)));
  const [height, width] = [m.perBlock * m.run, k.perBlock * k.run];
  const scratch: Buffer = lowering.buffer(x.dtype, height * width, { kind: 'local' });
  const block = whole(scratch);
  // The side along which the input is contiguous is the side along which the block is: the longer one, where both are.
  const byRows = k.last.x !== 1 || (m.last.x === 1 && m.run > k.run);
  const tiles = [
    group.extent,
    ...around.map((s) => s.extent),
    Math.ceil(m.points / m.perBlock),
    Math.ceil(m.last.extent / m.run),
  ];
  const r = new RoutineBuilder('convolution');
  const work = numElements(tiles) * height * total(sums) * feature.extent;
  r.parallel(numElements(tiles), work / 16, (tile) => {
    const [g, ...rest] = r.unflatten(tile, tiles);
    const outside = rest.slice(0, around.length);
    const point = r.let(times(rest[around.length], m.perBlock));
    const start = r.let(times(rest[around.length + 1], m.run));
    const points = r.let(least(m.perBlock, minus(m.points, point)));
    const run = m.run === m.last.extent ? plus(m.run) : r.let(least(m.run, minus(m.last.extent, start)));
    const at = (by: 'x' | 'r', offset: number): Expr =>
      plus(times(g, group[by]), placed(outside, stridesOf(around, by)), times(start, m.last[by]), offset);
    const from = r.let(at('x', x.offset));
    // Rows are one stride apart in the result: `point` counts runs of the last axis.
    const to = r.let(plus(at('r', 0), times(point, m.last.extent * m.last.r)));
    const kernelAt = r.let(plus(times(g, group.k), kernel.offset));
    r.for(
      0,
      k.points,
      (sumPoint) =>
        r.for(
          0,
          k.last.extent,
          (sumStart) => {
            const sumPoints = r.let(least(k.perBlock, minus(k.points, sumPoint)));
            const sumRun =
              k.last.extent % k.run === 0 ? plus(k.run) : r.let(least(k.run, minus(k.last.extent, sumStart)));
            const source = (q: Expr, s: Expr): Expr => {
              const row = placed(r.unflatten(plus(point, q), extents(m.outer)), stridesOf(m.outer, 'x'));
              const sum = placed(r.unflatten(plus(sumPoint, s), extents(k.outer)), stridesOf(k.outer, 'x'));
              return r.let(plus(from, row, sum, times(sumStart, k.last.x)));
            };
            const copy = (into: Expr, place: Expr, step: number, count: Expr): void => {
              const plain: Memory = { ...x, offset: 0 };
              if (step === 1 && !(x.dtype === 'f32' && count.kind === 'literal' && Number(count.value) < shortRun))
                r.move(block, into, plain, place, count);
              else r.lanes(count, (i) => r.store(block, plus(into, i), r.load(plain, plus(place, times(i, step)))));
            };
            if (byRows)
              r.for(0, sumPoints, (s) =>
                r.for(0, points, (q) => {
                  const base = source(q, s);
                  r.for(0, sumRun, (j) => {
                    const into = plus(times(plus(times(s, sumRun), j), height), times(q, run));
                    copy(into, plus(base, times(j, k.last.x)), m.last.x, run);
                  });
                }),
              );
            else
              r.for(0, points, (q) =>
                r.for(0, sumPoints, (s) => {
                  const base = source(q, s);
                  r.for(0, run, (i) => {
                    const into = plus(times(plus(times(q, run), i), width), times(s, sumRun));
                    copy(into, plus(base, times(i, m.last.x)), k.last.x, sumRun);
                  });
                }),
              );
            const place = plus(times(sumPoint, k.last.extent), sumStart);
            r.product({
              m: times(points, run),
              n: feature.extent,
              k: times(sumPoints, sumRun),
              a: { buffer: scratch, dtype: x.dtype, at: plus(0), row: byRows ? 1 : width, column: byRows ? height : 1 },
              b: {
                buffer: kernel.buffer,
                dtype: kernel.dtype,
                at: plus(kernelAt, times(place, k.last.k)),
                row: k.last.k,
                column: feature.k,
              },
              c: { buffer: result.buffer, dtype: result.dtype, at: to, row: m.last.r, column: feature.r },
              accumulate: compare(place, 'GT', 0),
            });
          },
          { step: k.run },
        ),
      { step: k.perBlock },
    );
  });
  lowering.push(r.step([result.buffer]));
}

const extents = (axes: readonly Axis[]): number[] => axes.map((s) => s.extent);
