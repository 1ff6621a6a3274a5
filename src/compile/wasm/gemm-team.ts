import { add, eq, minimum, mul, or, sub } from './addresses.ts';
import {
  type Callee,
  type FunctionBuilder,
  get,
  i32,
  type Local,
  load,
  op,
  tableIndex,
  type Value,
} from './function-builder.ts';
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
  readonly row: number;
  readonly column: number;
}
/** c[m × n] (+)= a[m × k] · b[k × n], `batch` times. */
export interface Product {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
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

/** Bytes of the device's memory that the product needs; 0: threads work without any. */
export function sharedBytes(p: Product): number {
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
  const large = one === gemmOne(lib) && sharedBytes(p) > 0;
  if (!large) emitBatch(lib, one, f, device, p);
  else if (p.batch === 1) emitLarge(lib, f, device, p, shared);
  else {
    const q = f.local('i32');
    const moved = (x: Matrix): Matrix => ({ ...x, at: f.keep(add(x.at, mul(get(q), i32(x.batch)))) });
    f.for(q, i32(0), i32(p.batch), 1, () =>
      emitLarge(lib, f, device, { ...p, a: moved(p.a), b: moved(p.b), c: moved(p.c) }, shared),
    );
  }
}

/** The same on the calling thread. */
export function emitGemmHere(one: Callee, f: FunctionBuilder, p: Product): void {
  const product = (q: Value | undefined): void => {
    const view = ({ at, batch, row, column }: Matrix): Value[] => [
      q ? add(at, mul(q, i32(batch))) : at,
      i32(row),
      i32(column),
    ];
    f.call(one, i32(p.m), i32(p.n), i32(p.k), ...view(p.a), ...view(p.b), ...view(p.c), p.accumulate);
  };
  if (p.batch === 1) product(undefined);
  else {
    const q = f.local('i32');
    f.for(q, i32(0), i32(p.batch), 1, () => product(get(q)));
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
  const cut = piecesOf(p);
  const along = { batch: 0, rows: 1, columns: 2 }[cut.along];
  const view = ({ at, batch, row, column }: Matrix): Value[] => [at, i32(batch), i32(row), i32(column)];
  const sizes = [i32(p.m), i32(p.n), i32(p.k)];
  [...sizes, ...view(p.a), ...view(p.b), ...view(p.c), p.accumulate, i32(along)].forEach((w, i) => {
    f.store('i32.store', device, w, CONTEXT + 4 * i);
  });
  f.call(parallel(lib), device, tableIndex(batchPiece(lib, one)), i32(cut.count), i32(cut.grain));
}

interface Pieces {
  readonly along: 'batch' | 'rows' | 'columns';
  readonly count: number;
  readonly grain: number;
}
function piecesOf(p: Product): Pieces {
  const { batch, m, n } = p;
  const one = flopsOf(p);
  if (batch > 1 || one < 2 * PIECE_FLOPS)
    return { along: 'batch', count: batch, grain: one > 0 ? Math.floor(PIECE_FLOPS / one) + 1 : Math.max(1, batch) };
  // Every piece reads the whole of the operand that is not cut: cut the longer side, into few pieces of one size.
  const along = m >= n ? 'rows' : 'columns';
  const [size, unit] = along === 'rows' ? [m, MR] : [n, NR];
  const pieces = size >= 16 * MC ? 16 : 8;
  const least = Math.max(size / pieces, MC / 2, PIECE_FLOPS / (one / size));
  return { along, count: size, grain: roundUp(least, unit) };
}

const FIELDS = 17;

/**
 * A piece of a batch of products, on a context of 17 words: m n k, then address, batch, row and column stride of a, b and c,
 * whether to add to c, and along what it is cut (0: batch, 1: rows, 2: columns).
 */
function batchPiece(lib: WasmLibrary, one: Callee): Callee {
  return lib.module.sharedFunction(`${one.name}Piece`, ['i32', 'i32', 'i32'], undefined, (f) => {
    const [context, begin, end] = f.arguments;
    const word = (i: number): Local => {
      const l = f.local('i32');
      f.set(l, load('i32.load', context, 4 * i));
      return l;
    };
    const [m, n, k, a, aBatch, ars, acs, b, bBatch, brs, bcs, c, cBatch, crs, ccs, accumulate, along] = Array.from(
      { length: FIELDS },
      (_, i) => word(i),
    );
    const size = f.keep(sub(end, begin));
    const move = (l: Local, stride: Local): void => f.set(l, add(get(l), mul(begin, get(stride))));
    const product = (): void => f.call(one, ...[m, n, k, a, ars, acs, b, brs, bcs, c, crs, ccs, accumulate].map(get));
    f.if(
      op('i32.eqz', get(along)),
      () => {
        move(a, aBatch);
        move(b, bBatch);
        move(c, cBatch);
        const q = f.local('i32');
        f.for(q, i32(0), size, 1, () => {
          product();
          f.set(a, add(get(a), get(aBatch)));
          f.set(b, add(get(b), get(bBatch)));
          f.set(c, add(get(c), get(cBatch)));
        });
      },
      () => {
        f.if(
          eq(get(along), i32(1)),
          () => {
            move(a, ars);
            move(c, crs);
            f.set(m, size);
          },
          () => {
            move(b, bcs);
            move(c, ccs);
            f.set(n, size);
          },
        );
        product();
      },
    );
  });
}
