import { expect, test } from 'vitest';
import { NativeBuffer } from '../../src/runtime/cpu/buffer.ts';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';

const F32 = 11;
const BF16 = 9;
const I32 = 3;

interface Case {
  batch?: number;
  m: number;
  n: number;
  k: number;
  /** Whether an operand is stored transposed. */
  ta?: boolean;
  tb?: boolean;
  tc?: boolean;
  accumulate?: boolean;
  /** Distance between columns of c, to make it non-contiguous both ways. */
  spread?: number;
}

const cases: Case[] = [];
for (const m of [1, 2, 5, 6, 13, 70])
  for (const n of [1, 7, 16, 33, 64, 130])
    for (const k of [1, 3, 40, 300]) {
      const i = cases.length;
      cases.push({ m, n, k, ta: i % 2 === 1, tb: i % 3 === 1, tc: i % 5 === 1, accumulate: i % 7 === 1 });
    }
cases.push({ batch: 5, m: 17, n: 32, k: 24, tb: true });
cases.push({ batch: 3, m: 65, n: 65, k: 65, ta: true, tb: true, tc: true });
cases.push({ m: 9, n: 11, k: 13, spread: 3 }, { m: 9, n: 11, k: 13, spread: 3, accumulate: true });
cases.push({ m: 200, n: 2100, k: 20 }, { m: 200, n: 20, k: 600, ta: true }, { m: 3, n: 3, k: 0 });

test('float32 products of awkward shapes equal the definition', async () => {
  const library = await NativeLibrary.open();
  for (const c of cases) {
    const { batch = 1, m, n, k, spread = 1 } = c;
    const a = random(batch * m * k, 1);
    const b = random(batch * k * n, 2);
    const before = random(batch * m * n * spread, 3);
    const [ars, acs] = c.ta ? [1, m] : [k, 1];
    const [brs, bcs] = c.tb ? [1, k] : [n, 1];
    const [crs, ccs] = c.tc ? [spread, m * spread] : [n * spread, spread];
    const want = Float64Array.from(before);
    for (let q = 0; q < batch; q++)
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let s = 0;
          for (let p = 0; p < k; p++) s += a[q * m * k + i * ars + p * acs] * b[q * k * n + p * brs + j * bcs];
          const at = q * m * n * spread + i * crs + j * ccs;
          want[at] = c.accumulate ? want[at] + s : s;
        }
    const buffers = [a, b, before].map((x) => NativeBuffer.from(library, x));
    const sizes = [batch, m, n, k, m * k, ars, acs, k * n, brs, bcs, m * n * spread, crs, ccs, c.accumulate ? 1 : 0];
    library.gemm([F32, F32, F32], sizes, buffers[0].address, buffers[1].address, buffers[2].address);
    const got = new Float32Array(before.length);
    buffers[2].read(got);
    for (const buffer of buffers) buffer.dispose();
    const worst = got.reduce((w, x, i) => Math.max(w, Math.abs(x - want[i])), 0);
    expect(worst, JSON.stringify(c)).toBeLessThan(1e-6 * (k + 1));
  }
});

test('bfloat16 and integer products', async () => {
  const library = await NativeLibrary.open();
  const [m, n, k] = [5, 6, 7];
  const sizes = [1, m, n, k, 0, k, 1, 0, n, 1, 0, n, 1, 0];
  const ai = Int32Array.from({ length: m * k }, (_, i) => (i * 37) % 11);
  const bi = Int32Array.from({ length: k * n }, (_, i) => ((i * 53) % 7) - 3);
  const want = Array.from({ length: m * n }, (_, o) => {
    let s = 0;
    for (let p = 0; p < k; p++) s += ai[Math.floor(o / n) * k + p] * bi[p * n + (o % n)];
    return s;
  });
  const run = <T extends ArrayBufferView>(d: number, a: ArrayBufferView, b: ArrayBufferView, out: T): T => {
    const buffers = [a, b, out].map((x) => NativeBuffer.from(library, x));
    library.gemm([d, d, d], sizes, buffers[0].address, buffers[1].address, buffers[2].address);
    buffers[2].read(out);
    for (const buffer of buffers) buffer.dispose();
    return out;
  };
  expect([...run(I32, ai, bi, new Int32Array(m * n))]).toEqual(want);
  // These integers are exact in bfloat16.
  const narrow = (x: Int32Array): Uint16Array =>
    Uint16Array.from(new Uint32Array(Float32Array.from(x).buffer), (u) => u >>> 16);
  const got = run(BF16, narrow(ai), narrow(bi), new Uint16Array(m * n));
  const wide = new Float32Array(Uint32Array.from(got, (u) => u << 16).buffer);
  expect([...wide]).toEqual(want);
});

function random(count: number, seed: number): Float32Array {
  let s = seed * 7919;
  return Float32Array.from({ length: count }, () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 31 - 1;
  });
}
