import { type DType, dtypeInfo, InternalError, numElements } from '../../../base/index.ts';
import type { Op, Value } from '../../../ir/index.ts';
import {
  type Affine,
  addScaled,
  affineEquals,
  coefficientOf,
  domainOf,
  type LoopVar,
  linearize,
  type RuntimeIndex,
  SplitRequest,
  splitFactors,
  termIndex,
} from '../../kernels/affine.ts';
import { isSingle } from '../../kernels/compute-types.ts';
import type { Buffer, GemmStep, MatrixView, ScaleView, Storage } from '../../kernels/kernel-ir.ts';
import { isNibble, memoryDType, showsNibbles } from '../../kernels/sub-byte.ts';
import { ExprBuilder, type KernelRules, type Lowering } from '../lowering.ts';
import { packedBy } from '../packed-operands.ts';

/*
 * dot_general as calls of the matrix product of native/gemm/gemm.c. Transposes, reshapes and slices of the operands, and
 * transposes of the result, become strides.
 */

export interface DotNumbers {
  readonly lhsBatching: readonly number[];
  readonly rhsBatching: readonly number[];
  readonly lhsContracting: readonly number[];
  readonly rhsContracting: readonly number[];
}

/** Memory of an operand's elements, and what packing does to them on the way. */
interface Access {
  readonly storage: Storage;
  readonly at: Affine;
  readonly dtype: DType;
  readonly roundBf16?: boolean;
  readonly scale?: { readonly storage: Storage; readonly at: Affine };
  /** Elements whose index `at` is not below `end` are zero. */
  readonly bound?: { readonly at: Affine; readonly end: RuntimeIndex };
}

/** What an access may look through. */
interface Through {
  /** What packing can do: only products that are summed in float32 do it. */
  readonly packing: boolean;
  /** 4-bit integers side by side in wider ones; offsets count half bytes from there on. */
  readonly nibbles: boolean;
  /** Zeros from a scalar position on, which the product leaves out. */
  readonly bounds: boolean;
}

const asItIs: Through = { packing: false, nibbles: false, bounds: false };

function boundOf(
  { dim, end }: { dim: number; end: Value },
  v: Value,
  index: readonly Affine[],
  b: ExprBuilder,
): Access['bound'] {
  const [term] = b.start(end, v.shape[dim]).terms.keys();
  return term?.kind === 'symbol' ? { at: index[dim], end: term } : undefined;
}

/** Where the element `index` of `v` lies, looking through views and through what packing can do, down to memory. */
function access(v: Value, index: readonly Affine[], b: ExprBuilder, through: Through): Access {
  const l = b.lowering;
  const dtype = memoryDType(v.dtype);
  const alias = l.aliasOf(v);
  if (alias) return { storage: alias, at: linearize(index, v.shape), dtype };
  const op = v.op;
  const rule = op && l.rule(op);
  if (op && !l.materialized.has(v)) {
    const inner = rule?.view?.(op, index, b);
    if (inner) return access(op.operands[v.index], inner, b, through);
    if (through.nibbles && showsNibbles(v)) {
      const whole = access(op.operands[0], index.slice(0, -1), b, through);
      const each = dtypeInfo(op.operands[0].dtype).bits / 4;
      return { ...whole, at: addScaled(index[index.length - 1], whole.at, each), dtype: v.dtype };
    }
    const packed = packedBy(v);
    if (packed && (packed.bound ? through.bounds : through.packing)) {
      const source = access(packed.source, index, b, through);
      const scale = packed.scale && access(packed.scale, index, b, asItIs);
      const bound = packed.bound && boundOf(packed.bound, v, index, b);
      return {
        ...source,
        ...(packed.roundBf16 ? { roundBf16: true } : {}),
        ...(scale ? { scale } : {}),
        ...(bound ? { bound } : {}),
      };
    }
  }
  return { storage: l.require(v), at: linearize(index, v.shape), dtype };
}

/**
 * The values whose memory the product may write: the result itself, and transposes or reshapes that are its only use
 * (and so on), which then cost nothing. Farthest first.
 */
function targets(result: Value, lowering: Lowering): Value[] {
  const list = [result];
  for (;;) {
    const uses = lowering.uses.get(list[0]);
    if (uses?.length !== 1) return list;
    const { op } = uses[0];
    if (op.name !== 'stablehlo.transpose' && op.name !== 'stablehlo.reshape') return list;
    list.unshift(op.result);
  }
}

/** Position in `result` of the element `index` of `v`, a view of it (see {@link target}). */
function through(v: Value, index: readonly Affine[], result: Value, b: ExprBuilder): readonly Affine[] | undefined {
  if (v === result) return index;
  const op = v.op;
  const inner = op && b.lowering.rule(op).view?.(op, index, b);
  return inner && op ? through(op.operands[0], inner, result, b) : undefined;
}

interface Axis {
  readonly extent: number;
  /** Strides in a, b, c and the scales of a and b. */
  readonly strides: readonly number[];
  /** Steps that share an element of the scales of a and b. */
  readonly groups?: readonly [number, number];
  /** What lies behind it is zero in an operand. */
  readonly end?: RuntimeIndex;
}
const noStrides: readonly number[] = [0, 0, 0, 0, 0];

/** Joins axes (outer first) that only the scales keep apart: each of these moves once for a whole number of steps. */
function joinGroups(axes: readonly Axis[]): Axis[] {
  const rest = [...axes];
  let joined = rest.pop();
  while (joined && rest.length > 0) {
    const inner: Axis = joined;
    const { strides, extent } = inner;
    const outer = rest[rest.length - 1];
    if (inner.end || outer.end) break;
    const groupOf = (scale: 0 | 1): number => (strides[3 + scale] === 0 ? extent : (inner.groups?.[scale] ?? 1));
    const groups: readonly [number, number] = [groupOf(0), groupOf(1)];
    const fits = [0, 1].every((i) => outer.strides[i] === strides[i] * extent);
    const follows = ([0, 1] as const).every(
      (s) => strides[3 + s] === 0 || outer.strides[3 + s] === (strides[3 + s] * extent) / groups[s],
    );
    if (!fits || !follows) break;
    const scaleStrides = ([0, 1] as const).map((s) => strides[3 + s] || outer.strides[3 + s]);
    joined = { extent: outer.extent * extent, strides: [...strides.slice(0, 3), ...scaleStrides], groups };
    rest.pop();
  }
  return joined ? [...rest, joined] : rest;
}

/** Joins neighbouring axes (outer first) that step alike in all three arrays. */
function collapse(axes: readonly Axis[], ignore: readonly boolean[]): Axis[] {
  const out: Axis[] = [];
  for (const axis of axes) {
    const last = out[out.length - 1];
    if (
      last &&
      !last.end &&
      !axis.end &&
      last.strides.every((s, i) => ignore[i] || s === axis.strides[i] * axis.extent)
    )
      out[out.length - 1] = { extent: last.extent * axis.extent, strides: axis.strides };
    else out.push(axis);
  }
  return out;
}

/** How often the product is called: long axes that step alike are one call, whatever their number. */
const callsOf = (g: GemmStep): number => g.outer.reduce((n, extent) => n * extent, 1);

function lowerDot(op: Op, lowering: Lowering, d: DotNumbers): void {
  const result = op.result;
  let best: { written: Value; buffer: Buffer; step: GemmStep } | undefined;
  const chain = targets(result, lowering);
  for (const written of chain) {
    const buffer = lowering.bufferFor(written);
    const plan = (nibbles: boolean, bounds: boolean): GemmStep | undefined =>
      planDot(op, written, buffer, lowering, d, { packing: isSingle(op.result.dtype), nibbles, bounds });
    const step = plan(true, true) ?? plan(false, true) ?? plan(true, false) ?? plan(false, false);
    if (step && (!best || callsOf(step) < callsOf(best.step))) best = { written, buffer, step };
  }
  if (!best) throw new InternalError('could not lower a dot_general');
  const { counts } = best.step;
  if (counts?.m || counts?.n) {
    // What the product leaves out is zero.
    const zeros = lowering.fill(best.written);
    lowering.push({ kind: 'update', targets: [{ operand: zeros, result: best.buffer }], write: best.step });
  } else lowering.push(best.step);
  lowering.setStorage(best.written, { buffer: best.buffer, offset: 0 });
  for (const between of chain.slice(chain.indexOf(best.written) + 1)) lowering.bypass(between);
}

/**
 * The product into `buffer`, which holds `written`; undefined when `written` is no plain permutation of the result, or when
 * nibbles may be read in place but a matrix of them begins with half a byte, or zeros left out but not along rows, columns or what is summed.
 */
function planDot(
  { operands: [lhs, rhs], result }: Op,
  written: Value,
  buffer: Buffer,
  lowering: Lowering,
  d: DotNumbers,
  allowed: Through,
): GemmStep | undefined {
  const free = (v: Value, batch: readonly number[], contract: readonly number[]): number[] =>
    v.shape.map((_, i) => i).filter((i) => !batch.includes(i) && !contract.includes(i));
  const lhsFree = free(lhs, d.lhsBatching, d.lhsContracting);
  const rhsFree = free(rhs, d.rhsBatching, d.rhsContracting);
  const nb = d.lhsBatching.length;
  const rank = written.shape.length;
  let factors: (readonly number[])[] = [...written.shape, ...d.lhsContracting.map((i) => lhs.shape[i])].map((x) => [x]);
  for (;;) {
    const { vars, index } = domainOf(factors);
    const b = new ExprBuilder(lowering);
    try {
      const cIndex = index.slice(0, rank);
      const kIndex = index.slice(rank);
      const outIndex = through(written, cIndex, result, b);
      if (!outIndex) return undefined;
      const operandIndex = (
        v: Value,
        batch: readonly number[],
        contract: readonly number[],
        frees: number[],
        from: number,
      ) => {
        const at = new Array<Affine>(v.shape.length);
        batch.forEach((dim, i) => {
          at[dim] = outIndex[i];
        });
        contract.forEach((dim, i) => {
          at[dim] = kIndex[i];
        });
        frees.forEach((dim, i) => {
          at[dim] = outIndex[from + i];
        });
        return at;
      };
      const aAt = operandIndex(lhs, d.lhsBatching, d.lhsContracting, lhsFree, nb);
      const bAt = operandIndex(rhs, d.rhsBatching, d.rhsContracting, rhsFree, nb + lhsFree.length);
      const a = access(lhs, aAt, b, allowed);
      const bb = access(rhs, bAt, b, allowed);
      const c = linearize(cIndex, written.shape);
      // Sort the variables by what they index.
      const mention = (list: readonly Affine[]): Set<unknown> => new Set(list.flatMap((x) => [...x.terms.keys()]));
      const inBatch = mention(outIndex.slice(0, nb));
      const inM = mention(outIndex.slice(nb, nb + lhsFree.length));
      const inN = mention(outIndex.slice(nb + lhsFree.length));
      const inK = mention(kIndex);
      const real = vars.filter((v) => v.extent !== 1);
      if (real.some((v) => [inBatch, inM, inN, inK].filter((s) => s.has(v)).length !== 1)) return undefined;
      const bound = a.bound ?? bb.bound;
      if (a.bound && bb.bound) return undefined;
      const axis = (v: LoopVar): Axis => ({
        extent: v.extent,
        strides: [a.at, bb.at, c, a.scale?.at, bb.scale?.at].map((x) => (x ? coefficientOf(x, v) : 0)),
        ...(bound && affineEquals(bound.at, termIndex(v)) ? { end: bound.end } : {}),
      });
      const order = (set: ReadonlySet<unknown>, by: 0 | 1 | 2): Axis[] =>
        real
          .filter((v) => set.has(v))
          .map(axis)
          .sort((x, y) => Math.abs(y.strides[by]) - Math.abs(x.strides[by]));
      const ks = joinGroups(collapse(order(inK, 0), [false, false, true]));
      const ms = collapse(order(inM, 0), [false, true, false]);
      const ns = collapse(order(inN, 1), [true, false, false]);
      const batches = collapse(order(inBatch, 2), [false, false, false]);
      const take = (axes: Axis[]): Axis => {
        if (axes.length === 0) return { extent: 1, strides: noStrides };
        const largest = axes.reduce((best, x, i) => (x.extent > axes[best].extent ? i : best), 0);
        const ending = axes.findIndex((x) => x.end);
        return axes.splice(ending < 0 ? largest : ending, 1)[0];
      };
      const k = take(ks);
      const m = take(ms);
      const n = take(ns);
      if (bound && !k.end && !m.end && !n.end) return undefined;
      const batch = take(batches);
      const outer = [...batches, ...ms, ...ns, ...ks];
      const symbolsOnly = (x: Affine): Affine =>
        [...x.terms]
          .filter(([t]) => t.kind === 'symbol')
          .reduce((s, [t, co]) => addScaled(s, termIndex(t), co), {
            constant: x.constant,
            terms: new Map(),
          } as Affine);
      const halves = (x: Affine, which: 0 | 1): boolean =>
        [
          symbolsOnly(x).constant,
          ...symbolsOnly(x).terms.values(),
          ...outer.map((o) => o.strides[which]),
          batch.strides[which],
        ].some((s) => s % 2 !== 0);
      if ((isNibble(a.dtype) && halves(a.at, 0)) || (isNibble(bb.dtype) && halves(bb.at, 1))) return undefined;
      const view = (which: 0 | 1 | 2, storage: Storage, at: Affine, row: Axis, column: Axis): MatrixView => ({
        storage,
        offset: symbolsOnly(at),
        outer: outer.map((x) => x.strides[which]),
        batch: batch.strides[which],
        row: row.strides[which],
        column: column.strides[which],
      });
      const scaleView = (which: 3 | 4, s: NonNullable<Access['scale']>, other: Axis): ScaleView => ({
        storage: s.storage,
        offset: symbolsOnly(s.at),
        outer: outer.map((x) => x.strides[which]),
        batch: batch.strides[which],
        k: k.strides[which],
        other: other.strides[which],
        group: k.groups?.[which - 3] ?? 1,
      });
      const round = ((a.roundBf16 ? 1 : 0) + (bb.roundBf16 ? 2 : 0)) as 0 | 1 | 2 | 3;
      return {
        kind: 'gemm',
        outer: outer.map((x) => x.extent),
        summed: ks.length,
        batch: batch.extent,
        m: m.extent,
        n: n.extent,
        k: numElements(d.lhsContracting.map((i) => lhs.shape[i])) === 0 ? 0 : k.extent,
        a: view(0, a.storage, a.at, m, k),
        b: view(1, bb.storage, bb.at, k, n),
        c: view(2, { buffer, offset: 0 }, c, m, n),
        dtypes: [a.dtype, bb.dtype, result.dtype],
        ...(round === 0 ? {} : { roundBf16: round }),
        ...(a.scale ? { aScale: scaleView(3, a.scale, m) } : {}),
        ...(bb.scale ? { bScale: scaleView(4, bb.scale, n) } : {}),
        symbols: [...b.symbols.values()],
        ...(bound ? { counts: { ...(m.end ? { m: m.end } : n.end ? { n: n.end } : { k: k.end! }) } } : {}),
      };
    } catch (e) {
      if (!(e instanceof SplitRequest)) throw e;
      const position = vars.indexOf(e.variable);
      if (position < 0) throw new InternalError('split of a foreign loop variable');
      factors = splitFactors(factors, position, e.inner);
    }
  }
}

export const dotRules = {
  'stablehlo.dot_general': {
    uses: () => 'packed',
    lower: (op, lowering) =>
      lowerDot(op, lowering, (op.attributes as { dotDimensionNumbers: DotNumbers }).dotDimensionNumbers),
  },
  'stablehlo.dot': {
    uses: () => 'packed',
    lower: (op, lowering) =>
      lowerDot(op, lowering, {
        lhsBatching: [],
        rhsBatching: [],
        lhsContracting: [op.operands[0].shape.length - 1],
        rhsContracting: [0],
      }),
  },
} as const satisfies KernelRules;
