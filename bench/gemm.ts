/**
 * float32 matrix products of the cpu engine's library on one thread. Prints JSON: GFLOP/s (best of several runs).
 * `npx tsx bench/gemm.ts`
 */
import { findCompiler } from '../src/runtime/cpu/compiler.ts';
import { NativeLibrary } from '../src/runtime/cpu/library.ts';

const F32 = 11;
const shapes: { batch: number; m: number; n: number; k: number; transposeB?: boolean; transposeA?: boolean }[] = [
  { batch: 1, m: 512, n: 512, k: 512 },
  { batch: 1, m: 2048, n: 2048, k: 2048 },
  { batch: 1, m: 512, n: 3072, k: 768 },
  { batch: 1, m: 4096, n: 256, k: 1024, transposeB: true },
  { batch: 1, m: 256, n: 1024, k: 4096, transposeA: true },
  { batch: 12, m: 128, n: 128, k: 64, transposeB: true },
  { batch: 12, m: 128, n: 64, k: 128 },
  { batch: 1, m: 1, n: 3072, k: 768, transposeB: true },
  { batch: 1, m: 1, n: 3072, k: 768 },
];

const library = await NativeLibrary.open();
const compiler = await findCompiler();
const results = shapes.map(({ batch, m, n, k, transposeA, transposeB }) => {
  const [a, b, c] = [m * k, k * n, m * n].map((size) => library.alloc(4 * batch * size));
  library.copyIn(
    a,
    Float32Array.from({ length: batch * m * k }, (_, i) => Math.sin(i)),
  );
  library.copyIn(
    b,
    Float32Array.from({ length: batch * k * n }, (_, i) => Math.cos(i)),
  );
  const [ars, acs] = transposeA ? [1, m] : [k, 1];
  const [brs, bcs] = transposeB ? [1, k] : [n, 1];
  const sizes = [batch, m, n, k, m * k, ars, acs, k * n, brs, bcs, m * n, n, 1, 0];
  const flops = 2 * batch * m * n * k;
  let best = Number.POSITIVE_INFINITY;
  for (let spent = 0, runs = 0; runs < 5 || (spent < 300 && runs < 2000); runs++) {
    const start = performance.now();
    library.gemm([F32, F32, F32], sizes, a, b, c);
    const time = performance.now() - start;
    best = Math.min(best, time);
    spent += time;
  }
  library.free(a, 4 * batch * m * k);
  library.free(b, 4 * batch * k * n);
  library.free(c, 4 * batch * m * n);
  const form = `${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'}`;
  return { batch, m, n, k, form, gflops: Math.round(flops / best / 1e5) / 10 };
});
console.log(
  JSON.stringify(
    { unit: 'GFLOP/s, one thread', compiler: compiler?.version, vectorLanes: compiler?.vectorLanes, results },
    null,
    1,
  ),
);
