import { InternalError, product } from '../../../base/index.ts';
import type { Op } from '../../../ir/index.ts';
import type { Expr, Storage } from '../../kernels/kernel-ir.ts';
import {
  apply,
  type Index,
  index,
  type Memory,
  memory,
  plus,
  quotient,
  RoutineBuilder,
  remainder,
  times,
} from '../../kernels/routine.ts';
import { factorsOf, turn } from '../../prepare/fourier.ts';
import { literal } from '../constants.ts';
import type { KernelRules, Lowering } from '../lowering.ts';

/*
 * Complex Fourier transforms of lengths with small factors. Many lines are transformed side by side, one per lane, in passes over
 * a scratch that stays in the cache (Stockham's self-sorting form, radices up to 13: no bit reversal, all stores contiguous).
 * Lines along an inner dimension lie side by side already. A line along the last dimension, of length n1 · n2, is a matrix
 * whose n2 columns are transformed, multiplied by twiddles, and whose n1 rows are then transformed into the columns of the result.
 */

type Part = 'f32' | 'f64';
type Complex = readonly [re: Expr, im: Expr];
/** Points of the lines side by side: `point` of lane `lane`. */
type Load = (point: Index, lane: Expr) => Complex;
type Store = (point: Index, lane: Expr, value: Complex) => void;

/** Lines side by side: multiples of the lanes of all machines. */
const widest = 32;
/** Bytes of scratch that should stay in the second-level cache. */
const scratchBytes = 1 << 18;
/** Lines up to this length stay in the cache between their two halves. */
const longestInCache = 1 << 14;

/** Writes the statements of one transform: names intermediate values, so that each is computed once. */
class Butterflies {
  private readonly r: RoutineBuilder;
  private readonly dtype: Part;

  constructor(r: RoutineBuilder, dtype: Part) {
    this.r = r;
    this.dtype = dtype;
  }

  add = ([a, b]: Complex, [c, d]: Complex): Complex => this.named(apply('add', a, c), apply('add', b, d));
  sub = ([a, b]: Complex, [c, d]: Complex): Complex => this.named(apply('subtract', a, c), apply('subtract', b, d));
  mul = ([a, b]: Complex, [c, d]: Complex): Complex =>
    this.named(
      apply('subtract', apply('multiply', a, c), apply('multiply', b, d)),
      apply('add', apply('multiply', a, d), apply('multiply', b, c)),
    );
  scaled = ([a, b]: Complex, by: number): Complex => {
    const factor = literal(this.dtype, by);
    return this.named(apply('multiply', a, factor), apply('multiply', b, factor));
  };
  named(re: Expr, im: Expr): Complex {
    return [this.r.let(re), this.r.let(im)];
  }

  /** Outputs of the transform of a few numbers, forward. */
  transform(x: readonly Complex[]): Complex[] {
    const { add, sub } = this;
    switch (x.length) {
      case 1:
        return [...x];
      case 2:
        return [add(x[0], x[1]), sub(x[0], x[1])];
      case 4: {
        const [a, b, c, d] = [add(x[0], x[2]), sub(x[0], x[2]), add(x[1], x[3]), sub(x[1], x[3])];
        const turned: Complex = [d[1], apply('negate', d[0])];
        return [add(a, c), add(b, turned), sub(a, c), sub(b, turned)];
      }
      case 8: {
        const even = this.transform([x[0], x[2], x[4], x[6]]);
        const odd = this.transform([x[1], x[3], x[5], x[7]]);
        const [p, q] = [odd[1], odd[3]];
        const turned: Complex[] = [
          odd[0],
          this.scaled([apply('add', p[0], p[1]), apply('subtract', p[1], p[0])], Math.SQRT1_2),
          [odd[2][1], apply('negate', odd[2][0])],
          this.scaled([apply('subtract', q[1], q[0]), apply('negate', apply('add', q[0], q[1]))], Math.SQRT1_2),
        ];
        return [...turned.map((t, k) => add(even[k], t)), ...turned.map((t, k) => sub(even[k], t))];
      }
      default:
        return this.odd(x);
    }
  }

  /** An odd number of points: sums and differences of the pairs j and p - j meet cosines and sines only. */
  private odd(x: readonly Complex[]): Complex[] {
    const p = x.length;
    const half = (p - 1) / 2;
    const pairs = Array.from({ length: half }, (_, j) => [x[j + 1], x[p - 1 - j]] as const);
    const sums = pairs.map(([a, b]) => this.add(a, b));
    const differences = pairs.map(([a, b]) => this.sub(a, b));
    const out = new Array<Complex>(p);
    out[0] = sums.reduce((t, s) => this.add(t, s), x[0]);
    for (let k = 1; k <= half; k++) {
      let even = x[0];
      let odd: Complex | undefined;
      for (let j = 1; j <= half; j++) {
        const [c, s] = turn(j * k, p);
        even = this.add(even, this.scaled(sums[j - 1], c));
        const term = this.scaled(differences[j - 1], -s);
        odd = odd ? this.add(odd, term) : term;
      }
      const turned: Complex = [odd![1], apply('negate', odd![0])];
      out[k] = this.add(even, turned);
      out[p - k] = this.sub(even, turned);
    }
    return out;
  }
}

/** A piece of memory with real parts, then imaginary ones, `imaginary` elements behind. */
interface Planes {
  readonly memory: Memory;
  readonly offset: number;
  readonly imaginary: number;
}

class Transform {
  readonly dtype: Part;
  readonly inverse: boolean;
  private readonly lowering: Lowering;

  constructor(lowering: Lowering, dtype: Part, inverse: boolean) {
    this.lowering = lowering;
    this.dtype = dtype;
    this.inverse = inverse;
  }

  private table(key: string, make: () => number[]): Memory {
    const storage = this.lowering.constants.table(`fft ${key} ${this.inverse}`, this.dtype, make, this.lowering);
    return memory(storage, this.dtype);
  }

  /** How many lines of a length fit into the scratch side by side. */
  width(n: number, lines: number): number {
    const fitting = Math.floor(scratchBytes / (4 * n * (this.dtype === 'f64' ? 8 : 4)));
    return Math.min(lines, Math.max(8, Math.min(widest, fitting & ~7)));
  }
  /** Elements of scratch of lines side by side. */
  scratchOf = (n: number, width: number): number => 4 * n * width;

  /** Transforms `width` lines of n points. */
  lines(r: RoutineBuilder, n: number, width: number, scratch: Memory, at: number, load: Load, store: Store): void {
    const factors = factorsOf(n);
    if (!factors) throw new InternalError(`no transform of length ${n}`);
    const planes = [0, 1].map(
      (k): Planes => ({ memory: scratch, offset: at + 2 * k * n * width, imaginary: n * width }),
    );
    const b = new Butterflies(r, this.dtype);
    const loop = (count: number, body: (i: Index) => void): void => {
      if (count === 1) body(0);
      else r.for(0, count, body);
    };
    if (factors.length === 0)
      r.lanes(width, (lane) => {
        store(0, lane, load(0, lane));
      });
    let done = 1;
    factors.forEach((p, pass) => {
      const left = n / done / p;
      const isLast = pass === factors.length - 1;
      const [from, to] = pass % 2 === 0 ? [planes[1], planes[0]] : planes;
      const span = done;
      const twiddles = left > 1 ? this.passTwiddles(p, left) : undefined;
      loop(left, (q) => {
        const factor = (k: number): Complex => {
          const place = plus(times(q, 2 * (p - 1)), 2 * (k - 1));
          return b.named(r.load(twiddles!, place), r.load(twiddles!, plus(place, 1)));
        };
        const ws = twiddles ? Array.from({ length: p - 1 }, (_, k) => factor(k + 1)) : [];
        const butterfly = (x: readonly Complex[], put: (k: number, y: Complex) => void): void => {
          const y = b.transform(x);
          y.forEach((_, k) => {
            // Backwards is forwards with the outputs in the opposite order.
            const own = y[this.inverse ? (p - k) % p : k];
            put(k, k === 0 || !twiddles ? own : b.mul(own, ws[k - 1]));
          });
        };
        // Scratch is contiguous over what is done and the lanes: x[j, q, t] becomes y[q, k, t].
        const input = (j: number, t: Index): Expr => plus(times(plus(j * left, q), span * width), t, from.offset);
        const output = (k: number, t: Index): Expr => plus(times(plus(times(q, p), k), span * width), t, to.offset);
        const read = (place: Expr): Complex =>
          b.named(r.load(from.memory, place), r.load(from.memory, plus(place, from.imaginary)));
        const write = (place: Expr, [re, im]: Complex): void => {
          r.store(to.memory, place, re);
          r.store(to.memory, plus(place, to.imaginary), im);
        };
        const points = Array.from({ length: p }, (_, j) => j);
        if (pass > 0 && !isLast) {
          r.lanes(span * width, (t) =>
            butterfly(
              points.map((j) => read(input(j, t))),
              (k, y) => write(output(k, t), y),
            ),
          );
          return;
        }
        loop(span, (t) =>
          r.lanes(width, (lane) => {
            const inRow = plus(times(t, width), lane);
            const first = (j: number): Complex => b.named(...load(plus(times(plus(j * left, q), span), t), lane));
            const x = points.map((j) => (pass === 0 ? first(j) : read(input(j, inRow))));
            butterfly(x, (k, y) => {
              if (isLast) store(plus(t, k * span), lane, y);
              else write(output(k, inRow), y);
            });
          }),
        );
      });
      done *= p;
    });
  }

  /** For q < left and 0 < k < p: the (q · k)-th root of order p · left. */
  private passTwiddles(p: number, left: number): Memory {
    return this.table(`pass ${p} ${left}`, () =>
      Array.from({ length: left * (p - 1) }, (_, i) =>
        turn((1 + (i % (p - 1))) * Math.floor(i / (p - 1)), p * left, this.inverse),
      ).flat(),
    );
  }
  /** Roots between columns and rows: first all real parts, row k and column j at k · n2 + j; inverse ones are scaled by 1 / n. */
  betweenTwiddles(n1: number, n2: number): Memory {
    const n = n1 * n2;
    const scale = this.inverse ? 1 / n : 1;
    return this.table(`between ${n1} ${n2}`, () => {
      const out = new Array<number>(2 * n);
      for (let k = 0; k < n1; k++)
        for (let j = 0; j < n2; j++) {
          const [c, s] = turn(k * j, n, this.inverse);
          out[k * n2 + j] = c * scale;
          out[n + k * n2 + j] = s * scale;
        }
      return out;
    });
  }
  scratch(elements: number): Memory {
    const buffer = this.lowering.buffer(this.dtype, elements, { kind: 'local' });
    return memory({ buffer, offset: 0 }, this.dtype);
  }
  temporary(elements: number): Memory {
    return memory({ buffer: this.lowering.buffer(this.dtype, elements), offset: 0 }, this.dtype);
  }
}

/** Interleaved numbers at `place`. */
const interleaved = (r: RoutineBuilder, from: Memory, place: Expr): Complex => [
  r.load(from, times(place, 2)),
  r.load(from, plus(times(place, 2), 1)),
];

type Run = (outer: Expr, first: Expr, width: number) => void;
/** Runs of `width` of the `count` lines of each outer index, on threads; what is left over are runs of their own. */
function inRuns(r: RoutineBuilder, outer: number, count: number, width: number, work: number, body: Run): void {
  const full = Math.floor(count / width);
  if (full > 0)
    r.parallel(outer * full, work, (i) => {
      body(r.let(quotient(i, full)), r.let(times(remainder(i, full), width)), width);
    });
  if (count % width > 0) r.parallel(outer, work, (o) => body(o, index(full * width), count % width));
}
/** The same one after the other, inside a parallel loop. */
function oneByOne(r: RoutineBuilder, count: number, width: number, body: (first: Expr, width: number) => void): void {
  const full = Math.floor(count / width);
  if (full > 0) r.for(0, full, (i) => body(r.let(times(i, width)), width));
  if (count % width > 0) body(index(full * width), count % width);
}

/** Lines along a dimension with others inside it. */
function columns(t: Transform, from: Memory, to: Memory, outer: number, n: number, inner: number): RoutineBuilder {
  const r = new RoutineBuilder(`fft ${n}`);
  const b = new Butterflies(r, t.dtype);
  const widest = t.width(n, inner);
  const scratch = t.scratch(t.scratchOf(n, widest));
  inRuns(r, outer, inner, widest, workOf(outer * n * inner), (o, first, width) => {
    const at = (point: Index, lane: Expr): Expr => plus(times(o, n * inner), times(point, inner), first, lane);
    t.lines(
      r,
      n,
      width,
      scratch,
      0,
      (point, lane) => interleaved(r, from, at(point, lane)),
      (point, lane, y) => {
        const [re, im] = t.inverse ? b.scaled(y, 1 / n) : y;
        r.store(to, times(at(point, lane), 2), re, im);
      },
    );
  });
  return r;
}
/** A pass over an element costs about as much as several of a plain loop. */
const workOf = (elements: number): number => 8 * elements;

/** Lines along the last dimension, as matrices of n1 × n2. */
function rows(t: Transform, from: Memory, to: Memory, outer: number, n: number): RoutineBuilder[] {
  const [n1, n2] = split(n);
  const between = t.betweenTwiddles(n1, n2);
  const widths = [t.width(n1, n2), t.width(n2, n1)];
  const inCache = n <= longestInCache;
  const perRun = Math.max(t.scratchOf(n1, widths[0]), t.scratchOf(n2, widths[1]));
  const work = workOf(outer * n);
  const first = (r: RoutineBuilder, matrix: Planes, scratch: Memory, o: Expr, column: Expr, width: number): void => {
    const b = new Butterflies(r, t.dtype);
    t.lines(
      r,
      n1,
      width,
      scratch,
      0,
      (point, lane) => interleaved(r, from, plus(times(o, n), times(point, n2), column, lane)),
      (point, lane, y) => {
        const place = plus(times(point, n2), column, lane);
        const [re, im] = b.mul(y, [r.load(between, place), r.load(between, plus(place, n))]);
        const own = plus(inCache ? 0 : times(o, n), place, matrix.offset);
        r.store(matrix.memory, own, re);
        r.store(matrix.memory, plus(own, matrix.imaginary), im);
      },
    );
  };
  const second = (r: RoutineBuilder, matrix: Planes, scratch: Memory, o: Expr, row: Expr, width: number): void => {
    t.lines(
      r,
      n2,
      width,
      scratch,
      0,
      (point, lane) => {
        const place = plus(inCache ? 0 : times(o, n), times(plus(row, lane), n2), point, matrix.offset);
        return [r.load(matrix.memory, place), r.load(matrix.memory, plus(place, matrix.imaginary))];
      },
      (point, lane, [re, im]) => {
        r.store(to, times(plus(times(o, n), times(point, n1), row, lane), 2), re, im);
      },
    );
  };
  if (inCache) {
    const r = new RoutineBuilder(`fft ${n}`);
    const scratch = t.scratch(perRun + 2 * n);
    const matrix: Planes = { memory: scratch, offset: perRun, imaginary: n };
    r.parallel(outer, work, (o) => {
      oneByOne(r, n2, widths[0], (column, width) => first(r, matrix, scratch, o, column, width));
      oneByOne(r, n1, widths[1], (row, width) => second(r, matrix, scratch, o, row, width));
    });
    return [r];
  }
  const matrix: Planes = { memory: t.temporary(2 * outer * n), offset: 0, imaginary: outer * n };
  const halves = [new RoutineBuilder(`fft ${n} columns`), new RoutineBuilder(`fft ${n} rows`)];
  halves.forEach((r, k) => {
    const scratch = t.scratch(perRun);
    inRuns(r, outer, k === 0 ? n2 : n1, widths[k], work, (o, at, width) =>
      (k === 0 ? first : second)(r, matrix, scratch, o, at, width),
    );
  });
  return halves;
}

/** Two factors of about the same size that fill lanes well. */
function split(n: number): [n1: number, n2: number] {
  const full = (x: number): number => Math.ceil(x / 8) * 8;
  const cost = (a: number): number => full(a) * full(n / a) * (1 + 0.02 * Math.abs(Math.log2((a * a) / n)));
  let best = 1;
  for (let a = 1; a <= n; a++) if (n % a === 0 && cost(a) < cost(best)) best = a;
  return [best, n / best];
}

function lowerFft(op: Op, lowering: Lowering): void {
  const { fftType, fftLength } = op.attributes as { fftType: string; fftLength: readonly number[] };
  const { shape } = op.result;
  const dtype = op.result.dtype === 'c128' ? 'f64' : 'f32';
  const t = new Transform(lowering, dtype, fftType === 'IFFT');
  const rank = shape.length;
  let from: Storage = lowering.require(op.operands[0]);
  const dims = fftLength.map((_, i) => rank - 1 - i).filter((d) => shape[d] > 1);
  for (const d of dims) {
    const buffer = lowering.bufferFor(op.result);
    const outer = product(shape.slice(0, d));
    const inner = product(shape.slice(d + 1));
    const [source, target] = [memory(from, dtype), memory({ buffer, offset: 0 }, dtype)];
    const steps =
      inner === 1 ? rows(t, source, target, outer, shape[d]) : [columns(t, source, target, outer, shape[d], inner)];
    for (const r of steps) lowering.push(r.step([]));
    from = { buffer, offset: 0 };
  }
  lowering.setStorage(op.result, from);
}

export const fftRules = {
  'stablehlo.fft': { takesComplex: true, lower: lowerFft },
} as const satisfies KernelRules;
