import { add, minimum, mul, or, sub } from './addresses.ts';
import { type Callee, FunctionBuilder, get, i32, load, op, tableIndex, type Value } from './function-builder.ts';
import { gemmOne, KC, MC, stripScratch } from './gemm.ts';
import { packA, packB } from './gemm-pack.ts';
import { MR, NR, panels } from './gemm-tile.ts';
import type { WasmLibrary } from './library.ts';
import { CONTEXT, parallel } from './parallel.ts';

/*
 * Products on all threads of a device. Of a batch each thread takes whole matrices. A large product has two rounds: together all
 * threads pack the shorter operand into the device's memory, once; then each takes strips of the longer side, packs them for
 * itself and multiplies. How a product is cut depends on its shape only, and so do results.
 */

/** A matrix of a product; strides in bytes. */
export interface Matrix {
  readonly at: Value;
  readonly batch: number;
  /** In half bytes where two elements share a byte. */
  readonly row: number;
  readonly column: number;
  /** Two elements to a byte. */
  readonly nibbles?: boolean;
  readonly scale?: Scale;
}
/** float32 factors of an operand, as `ScaleView` has them; strides in bytes. */
export interface Scale {
  readonly at: Value;
  readonly batch: number;
  readonly k: number;
  readonly other: number;
  readonly group: number;
}
/** c[m × n] (+)= a[m × k] · b[k × n], `batch` times. */
export interface Product {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** i32: sizes of this run, where they depend on the round of a tile or on a scalar in memory. */
  readonly counts?: { readonly m?: Value; readonly n?: Value; readonly k?: Value };
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  /** i32: whether to add to what is in c. */
  readonly accumulate: Value;
}

/** Floating-point operations below which a product is not worth waking anybody, and about those of one piece. */
const PIECE_FLOPS = 2e6;
/** Matrices of a batch with more operations than this are done one after the other by all threads. */
const LARGE_FLOPS = 16 * PIECE_FLOPS;
/** Rows or columns of a strip, so that it stays in a thread's second-level cache. */
const STRIP = MC;
/** The packed operand is made in rounds over k so that it has about this many bytes. */
const mostShared = 8 << 20;

const flopsOf = ({ m, n, k }: Product): number => 2 * m * n * k;

/** Bytes of the device's memory that the product needs, if done by `one`; 0: threads work without any. */
export function sharedBytes(lib: WasmLibrary, one: Callee, p: Product): number {
  if (one !== gemmOne(lib) || p.counts) return 0;
  const isThin = p.m < 3 || p.n < 3;
  if (isThin || flopsOf(p) < (p.batch > 1 ? LARGE_FLOPS : 2 * PIECE_FLOPS)) return 0;
  const { padded, depth } = shapeOf(p);
  return 4 * padded * depth;
}

/** How a product is cut: what is packed by all, and along what strips are dealt out. */
interface Shape {
  readonly sharesA: boolean;
  /** Rows or columns of the shared operand, those of whole panels, and of strips. */
  readonly common: number;
  readonly padded: number;
  readonly cut: number;
  readonly units: readonly [common: number, cut: number];
  /** Depth of a round. */
  readonly depth: number;
}
function shapeOf({ m, n, k }: Product): Shape {
  const sharesA = n >= m;
  const [common, cut] = sharesA ? [m, n] : [n, m];
  const units = sharesA ? ([MR, NR] as const) : ([NR, MR] as const);
  const padded = Math.ceil(common / units[0]) * units[0];
  const blocks = Math.max(1, Math.floor(mostShared / (4 * padded * KC)));
  return { sharesA, common, padded, cut, units, depth: Math.min(k, blocks * KC) };
}

const roundUp = (x: number, unit: number): number => Math.ceil(x / unit) * unit;

/** A product on all threads, done by `one` (arguments as of `gemmOne`) where whole matrices are dealt out; `shared` has {@link sharedBytes}. */
export function emitGemm(
  lib: WasmLibrary,
  one: Callee,
  f: FunctionBuilder,
  device: Value,
  p: Product,
  shared: Value,
): void {
  if (sharedBytes(lib, one, p) === 0) emitBatch(lib, one, f, device, p);
  else if (p.batch === 1) emitLarge(lib, f, device, p, shared);
  else {
    const q = f.local('i32');
    f.for(q, i32(0), i32(p.batch), 1, () => emitLarge(lib, f, device, moved(f, p, get(q), 'batch'), shared));
  }
}

/** The same on the calling thread. */
export function emitGemmHere(one: Callee, f: FunctionBuilder, p: Product): void {
  const q = f.local('i32');
  if (p.batch === 1) callOne(one, f, p);
  else f.for(q, i32(0), i32(p.batch), 1, () => callOne(one, f, moved(f, p, get(q), 'batch')));
}

/** One product of whole matrices. */
function callOne(one: Callee, f: FunctionBuilder, p: Product, rows?: Value, columns?: Value): void {
  const [m, n, k] = [rows ?? p.counts?.m ?? i32(p.m), columns ?? p.counts?.n ?? i32(p.n), p.counts?.k ?? i32(p.k)];
  const view = ({ at, row, column }: Matrix): Value[] => [at, i32(row), i32(column)];
  const scales = [p.a, p.b].flatMap((x) => (x.scale ? [x.scale.at] : []));
  f.call(one, m, n, k, ...view(p.a), ...view(p.b), ...view(p.c), p.accumulate, ...scales);
}

/** The same product from the matrix, row or column number `by` on. */
function moved(f: FunctionBuilder, p: Product, by: Value, along: Along): Product {
  // Pieces begin at even rows and columns.
  const bytesTo = (x: Matrix, stride: number): Value => {
    const steps = mul(by, i32(stride));
    return x.nibbles && along !== 'batch' ? op('i32.shr_s', steps, i32(1)) : steps;
  };
  const move = (x: Matrix, stride: number, other: number): Matrix => ({
    ...x,
    at: f.keep(add(x.at, bytesTo(x, stride))),
    ...(x.scale ? { scale: { ...x.scale, at: f.keep(add(x.scale.at, mul(by, i32(other)))) } } : {}),
  });
  const { a, b, c } = p;
  switch (along) {
    case 'batch':
      return {
        ...p,
        a: move(a, a.batch, a.scale?.batch ?? 0),
        b: move(b, b.batch, b.scale?.batch ?? 0),
        c: move(c, c.batch, 0),
      };
    case 'rows':
      return { ...p, a: move(a, a.row, a.scale?.other ?? 0), c: move(c, c.row, 0) };
    case 'columns':
      return { ...p, b: move(b, b.column, b.scale?.other ?? 0), c: move(c, c.column, 0) };
  }
}

// ---- a large product ----

const [M, N, K, A, ARS, ACS, B, BRS, BCS, C, CRS, CCS, ACCUMULATE, SHARED, SIZE] = Array.from(
  { length: 15 },
  (_, i) => i,
);

function emitLarge(lib: WasmLibrary, f: FunctionBuilder, device: Value, product: Product, shared: Value): void {
  const { a: a0, b: b0, c: c0 } = product;
  const turned = (x: Matrix): Matrix => ({ ...x, row: x.column, column: x.row });
  // Results with contiguous columns: the transposed product.
  const isTurned = c0.row === 4 && c0.column !== 4;
  const p: Product = isTurned
    ? { ...product, m: product.n, n: product.m, a: turned(b0), b: turned(a0), c: turned(c0) }
    : product;
  const { sharesA, common, padded, cut, units, depth } = shapeOf(p);
  const set = (word: number, v: Value): void => f.store('i32.store', device, v, CONTEXT + 4 * word);
  const { a, b, c, m, n, k } = p;
  for (const [word, x] of [[M, m], [N, n], [SIZE, padded]]) set(word, i32(x)); // biome-ignore format: pairs
  [a, b, c].forEach((x, i) => {
    set([A, B, C][i] + 1, i32(x.row));
    set([A, B, C][i] + 2, i32(x.column));
  });
  set(C, c.at);
  set(SHARED, shared);
  const deal = (piece: Callee, count: number, grain: number): void =>
    f.call(parallel(lib), device, tableIndex(piece), i32(count), i32(grain));
  const packGrain = roundUp(PIECE_FLOPS / 64 / depth, 4 * units[0]);
  const leastFlops = PIECE_FLOPS / (2 * common * depth);
  const stripGrain = roundUp(Math.max(leastFlops, 2 * units[1]), units[1]);
  const p0 = f.local('i32');
  f.for(p0, i32(0), i32(k), depth, () => {
    set(A, add(a.at, mul(get(p0), i32(a.column))));
    set(B, add(b.at, mul(get(p0), i32(b.row))));
    set(K, minimum(f, sub(i32(k), get(p0)), i32(depth)));
    set(ACCUMULATE, or(p.accumulate, get(p0)));
    deal(packShared(lib, sharesA), common, packGrain);
    deal(multiplyStrips(lib, sharesA), cut, stripGrain);
  });
}

const words = (f: FunctionBuilder): Value[] =>
  Array.from({ length: SIZE + 1 }, (_, i) => f.keep(load('i32.load', f.arguments[0], 4 * i)));

/** Rows of A, or columns of B, from `begin` to `end`, a multiple of whole panels, into the memory that all read. */
function packShared(lib: WasmLibrary, isA: boolean): Callee {
  return lib.module.sharedFunction(isA ? 'packSharedA' : 'packSharedB', ['i32', 'i32', 'i32'], undefined, (f) => {
    const [, begin, end] = f.arguments;
    const w = words(f);
    const [at, row, column] = isA ? [A, ARS, ACS] : [B, BCS, BRS];
    const size = f.keep(sub(end, begin));
    const first = f.keep(add(w[at], mul(begin, w[row])));
    const p0 = f.local('i32');
    f.for(p0, i32(0), w[K], KC, () => {
      const kb = minimum(f, sub(w[K], get(p0)), i32(KC));
      const from = add(first, mul(get(p0), w[column]));
      const to = add(w[SHARED], mul(i32(4), add(mul(get(p0), w[SIZE]), mul(begin, kb))));
      if (isA) f.call(packA(lib), size, kb, from, w[ARS], w[ACS], to);
      else f.call(packB(lib), kb, size, from, w[BRS], w[BCS], to);
    });
  });
}

/** Columns of B from `begin` to `end` times all of A, which is packed; or rows of A times all of B. */
function multiplyStrips(lib: WasmLibrary, sharesA: boolean): Callee {
  return lib.module.sharedFunction(sharesA ? 'columnStrips' : 'rowStrips', ['i32', 'i32', 'i32'], undefined, (f) => {
    const [, begin, end] = f.arguments;
    const w = words(f);
    const { strip, aside } = stripScratch(lib, f);
    const [s0, p0, i0] = [0, 0, 0].map(() => f.local('i32'));
    f.for(s0, begin, end, STRIP, () => {
      const size = minimum(f, sub(end, get(s0)), i32(STRIP));
      f.for(p0, i32(0), w[K], KC, () => {
        const kb = minimum(f, sub(w[K], get(p0)), i32(KC));
        const keeps = f.keep(or(w[ACCUMULATE], get(p0)));
        const block = f.keep(add(w[SHARED], mul(i32(4), mul(get(p0), w[SIZE]))));
        if (sharesA) {
          const from = add(w[B], add(mul(get(p0), w[BRS]), mul(get(s0), w[BCS])));
          f.call(packB(lib), kb, size, from, w[BRS], w[BCS], strip);
          f.for(i0, i32(0), w[M], MC, () => {
            const mb = minimum(f, sub(w[M], get(i0)), i32(MC));
            const rows = add(block, mul(get(i0), mul(kb, i32(4))));
            const to = add(w[C], add(mul(get(i0), w[CRS]), mul(get(s0), w[CCS])));
            f.call(panels(lib), mb, size, kb, rows, strip, to, w[CRS], w[CCS], keeps, aside);
          });
        } else {
          const from = add(w[A], add(mul(get(s0), w[ARS]), mul(get(p0), w[ACS])));
          f.call(packA(lib), size, kb, from, w[ARS], w[ACS], strip);
          const to = add(w[C], mul(get(s0), w[CRS]));
          f.call(panels(lib), size, w[N], kb, strip, block, to, w[CRS], w[CCS], keeps, aside);
        }
      });
    });
  });
}

// ---- batches and small products ----

function emitBatch(lib: WasmLibrary, one: Callee, f: FunctionBuilder, device: Value, p: Product): void {
  const { along, count, grain } = piecesOf(p);
  const scales = [p.a, p.b].flatMap((x) => (x.scale ? [x.scale.at] : []));
  const counts = Object.values(p.counts ?? {}).filter((v) => v !== undefined);
  [p.a.at, p.b.at, p.c.at, p.accumulate, ...scales, ...counts].forEach((w, i) => {
    f.store('i32.store', device, w, CONTEXT + 4 * i);
  });
  f.call(parallel(lib), device, tableIndex(batchPiece(lib, one, p, along)), i32(count), i32(grain));
}

type Along = 'batch' | 'rows' | 'columns';
function piecesOf(p: Product): { along: Along; count: number; grain: number } {
  const { batch, m, n } = p;
  const one = flopsOf(p);
  if (p.counts || batch > 1 || one < 2 * PIECE_FLOPS)
    return { along: 'batch', count: batch, grain: one > 0 ? Math.floor(PIECE_FLOPS / one) + 1 : Math.max(1, batch) };
  // Every piece reads the whole of the operand that is not cut: cut the longer side, into few pieces of one size.
  const along = m >= n ? 'rows' : 'columns';
  const [size, unit] = along === 'rows' ? [m, MR] : [n, NR];
  const pieces = size >= 16 * MC ? 16 : 8;
  const least = Math.max(size / pieces, MC / 2, PIECE_FLOPS / (one / size));
  return { along, count: size, grain: roundUp(least, unit) };
}

/** A piece of a batch of products; the context holds addresses of a, b and c, whether to add to c, addresses of scales, and counts. */
function batchPiece(lib: WasmLibrary, one: Callee, p: Product, along: Along): Callee {
  const f = new FunctionBuilder(`${one.name}Piece`, ['i32', 'i32', 'i32']);
  const [context, begin, end] = f.arguments;
  let next = 0;
  const word = (): Value => f.keep(load('i32.load', context, 4 * next++));
  const [a, b, c] = [p.a, p.b, p.c].map((x) => ({ ...x, at: word() }));
  const accumulate = word();
  const scaled = (x: Matrix): Matrix => (x.scale ? { ...x, scale: { ...x.scale, at: word() } } : x);
  const [ownA, ownB] = [scaled(a), scaled(b)];
  const counts = p.counts && Object.fromEntries(Object.entries(p.counts).map(([axis, v]) => [axis, v && word()]));
  const here: Product = { ...p, a: ownA, b: ownB, c, accumulate, ...(counts ? { counts } : {}) };
  const size = f.keep(sub(end, begin));
  if (along === 'rows') callOne(one, f, moved(f, here, begin, 'rows'), size);
  else if (along === 'columns') callOne(one, f, moved(f, here, begin, 'columns'), undefined, size);
  else {
    const q = f.local('i32');
    f.for(q, begin, end, 1, () => callOne(one, f, moved(f, here, get(q), 'batch')));
  }
  return lib.module.add(f);
}
