import { range, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { gather, type ScatterKind, scatterWith } from '../lax/indexing.ts';
import { isTensor, type Tensor } from '../trace/tensor.ts';
import { asPositions, fromTheEnd } from './positions.ts';
import { broadcastShapes, broadcastTo } from './promotion.ts';

/** A range of a dimension: `{ start, stop, step }`, all optional; negative bounds count from the end; steps are positive. */
export interface SliceIndex {
  readonly start?: number;
  readonly stop?: number;
  readonly step?: number;
}
/**
 * What indexes one dimension: an integer (drops the dimension), a range (`{}` = all), integer tensors or lists (their shapes
 * broadcast together), `null` (a new dimension), or `'...'` (all dimensions not named).
 */
export type Index = number | SliceIndex | Tensor | readonly number[] | null | '...';

interface Plan {
  /** Per dimension of `x`: integer positions `[broadcast batch]`, a range, or all of it. */
  readonly dims: readonly (
    | { kind: 'at'; index: Tensor | number }
    | { kind: 'range'; start: number; size: number; step: number }
  )[];
  /** Result dimensions in order. */
  readonly out: readonly ('batch' | 'new' | { dim: number })[];
  readonly batch: readonly number[];
}

const isInt = (t: Tensor): boolean => /^[iu]\d+$/.test(t.dtype);

function planOf(x: Tensor, index: readonly Index[]): Plan {
  const named = index.filter((i) => i !== null && i !== '...').length;
  if (named > x.ndim || index.filter((i) => i === '...').length > 1)
    throw new UserError('api/index', `too many indices for ${x}`, { expected: `at most ${x.ndim}`, given: `${named}` });
  const expanded = [...index];
  const dots = expanded.indexOf('...');
  const all = range(x.ndim - named).map((): Index => ({}));
  if (dots < 0) expanded.push(...all);
  else expanded.splice(dots, 1, ...all);
  const dims: Plan['dims'][number][] = [];
  const out: Plan['out'][number][] = [];
  const shapes: (readonly number[])[] = [];
  const advancedAt: number[] = [];
  for (const i of expanded) {
    const d = dims.length;
    const n = x.shape[d];
    if (i === null) out.push('new');
    else if (typeof i === 'number') {
      const at = i < 0 ? i + n : i;
      if (!Number.isInteger(i) || at < 0 || at >= n)
        throw new UserError('api/index', `index ${i} is out of range for dimension ${d} of ${x}`);
      dims.push({ kind: 'at', index: at });
    } else if (isTensor(i) || Array.isArray(i)) {
      const t = asPositions(i as TensorLike);
      if (!isInt(t))
        throw new UserError('api/index', `cannot index with ${t}`, {
          expected: 'integers',
          advice:
            t.dtype === 'bool'
              ? 'the size of a boolean selection is not known when tracing: use np.where(mask, new, old)'
              : 'convert it with np.astype',
        });
      shapes.push(t.shape);
      advancedAt.push(out.length);
      if (advancedAt.length === 1) out.push('batch');
      dims.push({ kind: 'at', index: fromTheEnd(t, n) });
    } else if (typeof i === 'object') {
      const s = i as SliceIndex;
      const step = s.step ?? 1;
      if (!Number.isInteger(step) || step <= 0)
        throw new UserError('api/slice', `step ${step} is not positive`, {
          advice: 'use np.flip to reverse a dimension',
        });
      const clamp = (v: number): number => Math.min(n, Math.max(0, v < 0 ? v + n : v));
      const start = clamp(s.start ?? 0);
      const size = Math.max(0, Math.ceil((clamp(s.stop ?? n) - start) / step));
      out.push({ dim: d });
      dims.push({ kind: 'range', start, size, step });
    } else throw new UserError('api/index', `cannot index with ${String(i)}`);
  }
  // Index tensors apart from each other: their dimensions come first, as in numpy.
  const apart = advancedAt.some((p, k) => k > 0 && p > advancedAt[0] + 1);
  if (apart) {
    out.splice(out.indexOf('batch'), 1);
    out.unshift('batch');
  }
  return { dims, out, batch: shapes.length === 0 ? [] : broadcastShapes(...shapes) };
}

const isWhole = (x: Tensor, dim: Plan['dims'][number], d: number): boolean =>
  dim.kind === 'range' && dim.start === 0 && dim.step === 1 && dim.size === x.shape[d];

/** `x[index]`; integers in tensors that are out of range are clamped. */
function get(x: Tensor, plan: Plan): Tensor {
  // Ranges and plain integers first, as slices.
  const starts = plan.dims.map((p) => (p.kind === 'range' ? p.start : typeof p.index === 'number' ? p.index : 0));
  const limits = plan.dims.map((p, d) =>
    p.kind === 'range'
      ? Math.max(p.start, Math.min(x.shape[d], p.start + (p.size - 1) * p.step + 1))
      : typeof p.index === 'number'
        ? p.index + 1
        : x.shape[d],
  );
  const steps = plan.dims.map((p) => (p.kind === 'range' ? p.step : 1));
  const whole = limits.every((l, d) => l === x.shape[d] && starts[d] === 0 && steps[d] === 1);
  const cut = whole ? x : lax.slice(x, starts, limits, steps);
  const advanced = range(x.ndim).filter(
    (d) => plan.dims[d].kind === 'at' && typeof (plan.dims[d] as { index: unknown }).index !== 'number',
  );
  const isDropped = (d: number): boolean => plan.dims[d].kind === 'at';
  const kept = range(x.ndim).filter((d) => !isDropped(d));
  let result: Tensor;
  if (advanced.length === 0)
    result = lax.reshape(
      cut,
      kept.map((d) => cut.shape[d]),
    );
  else {
    const plain = range(x.ndim).filter((d) => isDropped(d) && !advanced.includes(d));
    const table = lax.reshape(
      cut,
      cut.shape.filter((_, d) => !plain.includes(d)),
    );
    const remaining = range(x.ndim).filter((d) => !plain.includes(d));
    const vectors = advanced.map((d) =>
      lax.reshape(broadcastTo((plan.dims[d] as { index: Tensor }).index, plan.batch), [...plan.batch, 1]),
    );
    const indexed = advanced.map((d) => remaining.indexOf(d));
    const b = plan.batch.length;
    result = gather(
      table,
      lax.concatenate(vectors, b),
      {
        offsetDims: kept.map((_, i) => b + i),
        collapsedSliceDims: indexed,
        startIndexMap: indexed,
        indexVectorDim: b,
      },
      table.shape.map((n, d) => (indexed.includes(d) ? 1 : n)),
    );
  }
  return arrange(result, plan, kept);
}

/** From `[batch…, kept dimensions…]` to the order of the result, with new dimensions. */
function arrange(t: Tensor, plan: Plan, kept: readonly number[]): Tensor {
  const b = plan.batch.length;
  const order = plan.out.flatMap((o) => (o === 'batch' ? range(b) : o === 'new' ? [] : [b + kept.indexOf(o.dim)]));
  const moved = lax.transpose(t, order);
  let next = 0;
  return lax.reshape(
    moved,
    plan.out.flatMap((o) =>
      o === 'new' ? [1] : o === 'batch' ? range(b).map(() => moved.shape[next++]) : [moved.shape[next++]],
    ),
  );
}

function update(kind: ScatterKind, x: Tensor, plan: Plan, value: TensorLike): Tensor {
  const v = lax.convertElementType(lax.asTensor(value, x.dtype), x.dtype);
  const b = plan.batch.length;
  const ranges = range(x.ndim).filter((d) => plan.dims[d].kind === 'range');
  const sizeOf = (d: number): number => (plan.dims[d] as { size: number }).size;
  const windows = ranges.filter((d) => isWhole(x, plan.dims[d], d));
  const partial = ranges.filter((d) => !windows.includes(d));
  const shape = plan.out.flatMap((o) => (o === 'batch' ? plan.batch : o === 'new' ? [1] : [sizeOf(o.dim)]));
  const full = broadcastTo(v, shape);
  const noNew = lax.reshape(
    full,
    plan.out.flatMap((o) => (o === 'new' ? [] : o === 'batch' ? plan.batch : [sizeOf(o.dim)])),
  );
  // [batch…, partial ranges…, windows…]
  const source: (number | string)[] = plan.out.flatMap((o): (number | string)[] =>
    o === 'new' ? [] : o === 'batch' ? range(b).map((i) => `b${i}`) : [o.dim],
  );
  const target: (number | string)[] = [...range(b).map((i) => `b${i}`), ...partial, ...windows];
  const updates = lax.transpose(
    noNew,
    target.map((t) => source.indexOf(t)),
  );
  const grid = [...plan.batch, ...partial.map(sizeOf)];
  const indexed = range(x.ndim).filter((d) => !windows.includes(d));
  if (indexed.length === 0 && kind === 'set') return updates;
  const vectors = indexed.map((d) => {
    const dim = plan.dims[d];
    const at =
      dim.kind === 'range'
        ? lax.broadcastInDim(lax.add(lax.mul(lax.iota('i32', dim.size), dim.step), dim.start), grid, [
            b + partial.indexOf(d),
          ])
        : typeof dim.index === 'number'
          ? broadcastTo(lax.asTensor(dim.index, 'i32'), grid)
          : lax.broadcastInDim(broadcastTo(dim.index, plan.batch), grid, range(b));
    return lax.reshape(at, [...grid, 1]);
  });
  const indices = vectors.length === 0 ? lax.iota('i32', [...grid, 0]) : lax.concatenate(vectors, grid.length);
  return scatterWith(kind, x, indices, updates, {
    updateWindowDims: windows.map((_, i) => grid.length + i),
    insertedWindowDims: indexed,
    scatterDimsToOperandDims: indexed,
    indexVectorDim: grid.length,
  });
}

/** Reads and functional updates at an index: every update returns a new tensor. */
export interface At {
  /** The elements there; index tensors out of range are clamped. */
  get(): Tensor;
  /** `x` with the elements replaced; of equal indices the last wins. Out of range is dropped, as in all updates. */
  set(value: TensorLike): Tensor;
  add(value: TensorLike): Tensor;
  subtract(value: TensorLike): Tensor;
  multiply(value: TensorLike): Tensor;
  divide(value: TensorLike): Tensor;
  min(value: TensorLike): Tensor;
  max(value: TensorLike): Tensor;
  /** `f` of the elements there; equal indices must not occur. */
  apply(f: (x: Tensor) => Tensor): Tensor;
}

/**
 * JAX's `x.at[index]`: `np.at(x, 0, { start: 1 }).set(v)`, `np.at(x, rows, '...').add(v)`. Values broadcast to the shape of
 * `np.at(x, …).get()`.
 * @example np.at(np.array([1, 2, 3]), 1).set(9) // => [1, 9, 3]
 */
export function at(x: TensorLike, ...index: readonly Index[]): At {
  const t = lax.asTensor(x);
  const plan = planOf(t, index);
  const doing = (kind: ScatterKind) => (value: TensorLike) => update(kind, t, plan, value);
  return {
    get: () => get(t, plan),
    set: doing('set'),
    add: doing('add'),
    subtract: (value) => update('add', t, plan, lax.neg(lax.asTensor(value, t.dtype))),
    multiply: doing('mul'),
    divide: (value) => update('mul', t, plan, lax.div(1, lax.asTensor(value, t.dtype))),
    min: doing('min'),
    max: doing('max'),
    apply: (f) => update('set', t, plan, f(get(t, plan))),
  };
}

/**
 * `x[index]`, as `np.at(x, ...index).get()`.
 * @example np.getItem(np.array([[1, 2], [3, 4]]), 1) // => [3, 4]
 */
export const getItem = (x: TensorLike, ...index: readonly Index[]): Tensor => at(x, ...index).get();
