import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DType, dtypeInfo, HostArray } from '../../src/base/index.ts';
import { NativeBuffer } from '../../src/runtime/cpu/buffer.ts';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';
import { scaled } from '../scale.ts';
import { builds, filled, isNibble, memoryOf, size } from './gemm-operands.ts';

/* Matrix products of the support library against a naive product in double precision, in every build of the kernels. */

interface Case {
  readonly dtypes: readonly [DType, DType, DType];
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Whether an operand is stored transposed. */
  readonly ta: boolean;
  readonly tb: boolean;
  readonly tc: boolean;
  /** Distance between neighbours in memory, in elements. */
  readonly spread: readonly [number, number, number];
  /** Whether all matrices of the batch share b. */
  readonly sharedB: boolean;
  readonly accumulate: boolean;
  readonly round: boolean;
  readonly threads: number;
  readonly seed: number;
}

const floats: readonly DType[] = ['f32', 'bf16', 'f16'];
const dtypes: fc.Arbitrary<readonly [DType, DType, DType]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(['f32', 'f32', 'f32'] as const) },
  fc.tuple(fc.constantFrom(...floats), fc.constantFrom(...floats), fc.constantFrom(...floats)),
  fc.tuple(fc.constantFrom<DType>('f32', 'bf16'), fc.constantFrom<DType>('i8', 'u8'), fc.constantFrom(...floats)),
  fc.tuple(fc.constantFrom<DType>('i8', 'u8'), fc.constantFrom<DType>('i8', 'u8'), fc.constantFrom<DType>('i32', 'i8')),
  fc.tuple(fc.constantFrom<DType>('f32', 'bf16', 'i8'), fc.constantFrom<DType>('i4', 'u4'), fc.constantFrom(...floats)),
  fc.constantFrom<readonly [DType, DType, DType]>(
    ['i8', 'i8', 'f32'],
    ['i4', 'f32', 'f32'],
    ['u4', 'i4', 'f32'],
    ['f64', 'i4', 'f64'],
    ['i16', 'i8', 'i32'],
    ['i16', 'i16', 'i32'],
    ['i32', 'i32', 'i32'],
    ['u32', 'u32', 'u32'],
    ['i32', 'i32', 'i16'],
    ['i64', 'i64', 'i64'],
    ['u16', 'u16', 'u32'],
    ['f64', 'f64', 'f64'],
    ['bool', 'bool', 'bool'],
  ),
);
/** Types whose operands may be kept packed. */
const kept = fc.constantFrom<readonly [DType, DType, DType]>(
  ['f32', 'f32', 'f32'],
  ['f32', 'bf16', 'f32'],
  ['bf16', 'bf16', 'bf16'],
  ['f16', 'f16', 'f32'],
  ['i8', 'i8', 'i32'],
  ['u8', 'i8', 'i32'],
  ['i8', 'u8', 'i8'],
  ['i32', 'i32', 'i32'],
);
const spread = fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.constantFrom(2, 3));
const anyCase: fc.Arbitrary<Case> = fc.record({
  dtypes,
  batch: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.constantFrom(2, 5)),
  m: size(1, 8, 16, 17, 193, 200),
  n: size(1, 16, 64, 130, 784, 800),
  k: size(0, 1, 256, 257, 600),
  ta: fc.boolean(),
  tb: fc.boolean(),
  tc: fc.boolean(),
  spread: fc.tuple(spread, spread, spread),
  sharedB: fc.boolean(),
  accumulate: fc.boolean(),
  round: fc.boolean(),
  threads: fc.constantFrom(1, 1, 3),
  seed: fc.nat(),
});

type Dot<T, S> = (a: T, b: T, x: number, y: number, stepA: number, stepB: number, k: number) => S;

/** The lower 32 bits of a sum of integer products: all that results of up to 32 bits depend on. */
const dot32: Dot<readonly number[], bigint> = (a, b, x, y, stepA, stepB, k) => {
  let sum = 0;
  for (let p = 0; p < k; p++) sum = (sum + Math.imul(a[x + p * stepA], b[y + p * stepB])) | 0;
  return BigInt(sum);
};
const dot64: Dot<HostArray, bigint> = (a, b, x, y, stepA, stepB, k) => {
  let sum = 0n;
  for (let p = 0; p < k; p++) sum += (a.get(x + p * stepA) as bigint) * (b.get(y + p * stepB) as bigint);
  return sum;
};

/** Largest difference from the definition, in units of what rounding may cost; integers must be equal. */
function check(library: NativeLibrary, c: Case): number {
  const {
    m,
    n,
    k,
    dtypes: [da, db, dc],
  } = c;
  const [sa, sb, sc] = c.spread;
  // One element more between matrices, where they would not begin with whole bytes.
  const between = (d: DType, elements: number): number => (isNibble(d) ? elements + (elements % 2) : elements);
  const [sizeA, sizeB] = [between(da, m * k * sa), between(db, k * n * sb)];
  const a = filled(da, Math.max(1, c.batch * sizeA), c.seed);
  const b = filled(db, Math.max(1, (c.sharedB ? 1 : c.batch) * sizeB), c.seed + 1);
  const before = filled(dc, c.batch * m * n * sc, c.seed + 2);
  const strides = (rows: number, columns: number, transposed: boolean, by: number): [number, number, number] =>
    transposed ? [rows * columns * by, by, rows * by] : [rows * columns * by, columns * by, by];
  const aStrides = strides(m, k, c.ta, sa);
  const bStrides = strides(k, n, c.tb, sb);
  aStrides[0] = sizeA;
  bStrides[0] = c.sharedB ? 0 : sizeB;
  const cStrides = strides(m, n, c.tc, sc);
  const buffers = [a, b, before].map((x) => NativeBuffer.from(library, memoryOf(x)));
  const [pa, pb, pc] = buffers.map((x) => x.address);
  const rest = { accumulate: c.accumulate, roundBf16: c.round, threads: c.threads };
  library.gemm({
    dtypes: c.dtypes,
    batch: c.batch,
    m,
    n,
    k,
    a: pa,
    b: pb,
    c: pc,
    aStrides,
    bStrides,
    cStrides,
    ...rest,
  });
  const got = HostArray.zeros(dc, before.shape);
  buffers[2].read(got.data);
  for (const x of buffers) x.dispose();
  const info = dtypeInfo(dc);
  const exact = info.kind !== 'float';
  const numbers = (x: HostArray, d: DType): number[] =>
    (c.round && d === 'f32' ? HostArray.from('bf16', x.shape, x.toNumbers()) : x).toNumbers();
  const [vc, out] = [values(before), values(got)];
  const [sameK, sameB] = [aStrides[2], bStrides[1]];
  const [fa, fb] = [numbers(a, da), numbers(b, db)];
  const rounding = dc === 'f64' ? 1e-14 : dc === 'bf16' ? 2 ** -8 : dc === 'f16' ? 2 ** -10 : 0;
  // Below its smallest normal number f16 rounds to multiples of 2^-24.
  const subnormal = dc === 'f16' ? 2 ** -25 : 0;
  // Every addition and product rounds once: the classical bound on a sum of k products.
  const sumError = (k + 2) * (dc === 'f64' ? 2 ** -53 : 2 ** -24);
  const touched = new Set<number>();
  let worst = 0;
  for (let q = 0; q < c.batch; q++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        const at = q * cStrides[0] + i * cStrides[1] + j * cStrides[2];
        touched.add(at);
        const [x, y] = [q * aStrides[0] + i * aStrides[1], q * bStrides[0] + j * bStrides[2]];
        if (exact) {
          const start = c.accumulate ? BigInt(vc[at] as number) : 0n;
          const sum =
            dc === 'i64' ? start + dot64(a, b, x, y, sameK, sameB, k) : start + dot32(fa, fb, x, y, sameK, sameB, k);
          const want =
            info.kind === 'bool'
              ? sum > 0n
                ? 1n
                : 0n
              : info.kind === 'signed'
                ? BigInt.asIntN(info.bits, sum)
                : BigInt.asUintN(info.bits, sum);
          if (BigInt(out[at] as number) !== want) return Number.POSITIVE_INFINITY;
          continue;
        }
        let sum = c.accumulate ? Number(vc[at]) : 0;
        let size = Math.abs(sum);
        for (let p = 0; p < k; p++) {
          const product = fa[x + p * sameK] * fb[y + p * sameB];
          sum += product;
          size += Math.abs(product);
        }
        const allowed = Math.max(Math.abs(sum) * rounding, subnormal) + size * sumError + 1e-30;
        worst = Math.max(worst, Math.abs(Number(out[at]) - sum) / allowed);
      }
  // Nothing else is written.
  for (let at = 0; at < vc.length; at++) if (!touched.has(at) && out[at] !== vc[at]) return Number.POSITIVE_INFINITY;
  return worst;
}
const values = (x: HostArray): readonly (number | bigint)[] =>
  Array.from({ length: x.size }, (_, i) => x.get(i) as number | bigint);

for (const build of builds)
  describe(build.name, () => {
    let library: NativeLibrary;
    beforeAll(async () => {
      library = await NativeLibrary.build(build.flags);
    }, 120_000);

    test('products equal the definition: any types, strides, batches, threads', () => {
      fc.assert(
        fc.property(anyCase, (c) => {
          expect(check(library, c)).toBeLessThanOrEqual(1);
        }),
        // Emulated, every product takes many times as long.
        { numRuns: scaled(build.flags.length === 0 ? 40 : 12) },
      );
    }, 120_000);

    // A in place, A packed once for all threads, and by every piece; the last panel of rows is a partial one. The last result is
    // larger than a cache: it is finished panel by panel.
    test.each([
      { m: 230, n: 520, k: 530, transposeA: false },
      { m: 509, n: 790, k: 300, transposeA: false },
      { m: 259, n: 70, k: 515, transposeA: true },
      { m: 700, n: 70, k: 515, transposeA: true },
      { m: 900, n: 70, k: 515, transposeA: true },
      { m: 500, n: 4300, k: 260, transposeA: false },
      { m: 300, n: 40, k: 8000, transposeA: true },
    ])('threads change no bit: $m x $n x $k', ({ m, n, k, transposeA }) => {
      const [a, b] = [filled('f32', m * k, 1), filled('f32', k * n, 2)].map((x) => NativeBuffer.from(library, x.bytes));
      const results = [1, 2, 5].map((threads) => {
        const c = new NativeBuffer(library, 4 * m * n);
        library.gemm({
          ...{ dtypes: ['f32', 'f32', 'f32'], batch: 1, m, n, k, threads, a: a.address, b: b.address, c: c.address },
          ...{ aStrides: transposeA ? [0, 1, m] : [0, k, 1], bStrides: [0, n, 1], cStrides: [0, n, 1] },
        });
        const out = new Float32Array(m * n);
        c.read(out);
        return Buffer.from(out.buffer);
      });
      expect(results[1].equals(results[0])).toBe(true);
      expect(results[2].equals(results[0])).toBe(true);
    });

    // Two products share what the first of them packs: of other rows, on other numbers of threads, one of them in batches.
    test('operands packed once change no bit', () => {
      let reused = 0;
      const numRuns = scaled(build.flags.length === 0 ? 12 : 6);
      fc.assert(
        fc.property(
          fc.record({
            dtypes: fc.oneof({ weight: 1, arbitrary: dtypes }, { weight: 4, arbitrary: kept }),
            rows: fc.tuple(size(1, 9, 17, 33, 130, 256), size(17, 40)),
            n: fc.constantFrom(64, 70, 130, 400),
            k: fc.constantFrom(256, 257, 600),
            layers: fc.constantFrom(1, 3),
            transposed: fc.boolean(),
            turned: fc.boolean(),
            accumulate: fc.boolean(),
            roundBf16: fc.constantFrom<0 | 1 | 2 | 3>(0, 2, 3),
            threads: fc.tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2, 3)),
          }),
          ({ dtypes: [dx, dw, dc], rows, n, k, layers, transposed, turned, accumulate, roundBf16, threads }) => {
            const w = NativeBuffer.from(library, memoryOf(filled(dw, layers * (k * n + ((k * n) % 2)), 1)));
            const wStrides: [number, number] = transposed ? [1, k] : [n, 1];
            const between = isNibble(dw) ? k * n + ((k * n) % 2) : k * n;
            let memory: { buffer: NativeBuffer; form: number; bytes: number } | undefined;
            rows.forEach((m, i) => {
              const x = NativeBuffer.from(library, memoryOf(filled(dx, m * (k + (k % 2)), 2)));
              const before = filled(dc, layers * m * n, 3);
              const shape = {
                ...{ batch: layers, k, accumulate, roundBf16, threads: threads[i] },
                ...(turned
                  ? {
                      ...{ dtypes: [dw, dx, dc] as const, m: n, n: m },
                      ...{
                        aStrides: [between, wStrides[1], wStrides[0]] as const,
                        bStrides: [0, 1, k + (k % 2)] as const,
                      },
                      cStrides: [m * n, 1, n] as const,
                    }
                  : {
                      ...{ dtypes: [dx, dw, dc] as const, m, n },
                      ...{ aStrides: [0, k + (k % 2), 1] as const, bStrides: [between, ...wStrides] as const },
                      cStrides: [m * n, n, 1] as const,
                    }),
              };
              const operand = turned ? 'a' : 'b';
              const { bytes, form } = library.keptBytes({ ...shape, operand });
              if (memory && (memory.form !== form || memory.bytes !== bytes)) {
                memory.buffer.dispose();
                memory = undefined;
              }
              if (bytes > 0 && !memory) {
                memory = { buffer: new NativeBuffer(library, layers * bytes), form, bytes };
                for (let q = 0; q < layers; q++) library.copyIn(memory.buffer.address, new Uint32Array(1), q * bytes);
              }
              const times = memory ? ['not', 'first', 'again'] : ['not'];
              const results = times.map((when) => {
                const c = NativeBuffer.from(library, before.bytes);
                const rest =
                  when === 'not' || !memory ? {} : { kept: { operand, address: memory.buffer.address } as const };
                const [a, b] = turned ? [w, x] : [x, w];
                library.gemm({ ...shape, a: a.address, b: b.address, c: c.address, ...rest });
                const out = new Uint8Array(before.bytes.length);
                c.read(out);
                c.dispose();
                return out;
              });
              for (const r of results) expect(Buffer.compare(r, results[0])).toBe(0);
              if (memory) {
                const heads = Array.from({ length: layers }, (_, q) => {
                  const head = new Uint32Array(1);
                  memory!.buffer.read(head, q * bytes);
                  return head[0];
                });
                expect(heads).toEqual(heads.map(() => 1));
                reused++;
              }
              x.dispose();
            });
            memory?.buffer.dispose();
            w.dispose();
          },
        ),
        { numRuns },
      );
      expect(reused).toBeGreaterThan(numRuns / 4);
    }, 120_000);
  });
