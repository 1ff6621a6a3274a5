/**
 * Matrix products of the cpu engine's library beside the machine's peak of multiply-adds in registers, measured between the
 * runs. Prints JSON: GFLOP/s (median and best), and the medians' share of the peak.
 * `npx tsx bench/gemm.ts [--dtype f32|bf16|f16|i8] [--threads 1] [--rounds 9]`
 */
import { parseArgs } from 'node:util';
import type { DType } from '../src/base/index.ts';
import { findCompiler } from '../src/runtime/cpu/compiler.ts';
import { NativeLibrary } from '../src/runtime/cpu/library.ts';
import { median } from './measure.ts';

const { values } = parseArgs({
  options: {
    dtype: { type: 'string', default: 'f32' },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '9' },
  },
});
interface Shape {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}
const shapes: readonly Shape[] = [
  { batch: 1, m: 512, n: 512, k: 512 },
  { batch: 1, m: 2048, n: 2048, k: 2048 },
  { batch: 1, m: 512, n: 3072, k: 768 },
  { batch: 1, m: 512, n: 768, k: 3072, transposeB: true },
  { batch: 1, m: 4096, n: 256, k: 1024, transposeB: true },
  { batch: 1, m: 256, n: 1024, k: 4096, transposeA: true },
  { batch: 1, m: 128, n: 1024, k: 784 },
  { batch: 1, m: 128, n: 10, k: 1024 },
  { batch: 48, m: 128, n: 128, k: 64, transposeB: true },
  { batch: 48, m: 128, n: 64, k: 128 },
  { batch: 64, m: 256, n: 256, k: 32, transposeB: true },
  { batch: 1, m: 1, n: 3072, k: 768, transposeB: true },
  { batch: 1, m: 1, n: 3072, k: 768 },
  { batch: 1, m: 8, n: 3072, k: 768, transposeB: true },
  { batch: 1, m: 8, n: 3072, k: 768 },
];
const dtype = values.dtype as DType;
const threads = Number(values.threads);
const elementBytes = dtype === 'f32' ? 4 : dtype === 'i8' ? 1 : 2;

const library = await NativeLibrary.open();
const compiler = findCompiler();
const peakRounds = 50_000;
const peakFlops = library.multiplyAdds(1) * peakRounds;
const timed = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};
const results = shapes.map(({ batch, m, n, k, transposeA = false, transposeB = false }) => {
  const sizes = [m * k, k * n].map((x) => batch * x * elementBytes);
  const [a, b] = sizes.map((bytes) => library.alloc(bytes));
  const cBytes = batch * m * n * 4;
  const c = library.alloc(cBytes);
  // Small positive numbers in any of the types: 0x3c3c is 0.0115 in bf16, 1.06 in f16, and 60 in i8.
  [a, b].forEach((address, i) => {
    const fill = new Uint8Array(sizes[i]).fill(0x3c);
    library.copyIn(address, fill);
  });
  const request = {
    dtypes: [dtype, dtype, dtype === 'i8' ? 'i32' : dtype] as [DType, DType, DType],
    ...{ batch, m, n, k, a, b, c, threads },
    aStrides: (transposeA ? [m * k, 1, m] : [m * k, k, 1]) as [number, number, number],
    bStrides: (transposeB ? [k * n, 1, k] : [k * n, n, 1]) as [number, number, number],
    cStrides: [m * n, n, 1] as [number, number, number],
  };
  const flops = 2 * batch * m * n * k;
  const repeats = Math.max(1, Math.ceil(2e8 / flops));
  const times: number[] = [];
  const peaks: number[] = [];
  library.gemm(request);
  for (let round = 0; round < Number(values.rounds); round++) {
    peaks.push(timed(() => library.multiplyAdds(peakRounds)));
    for (let i = 0; i < repeats; i++) times.push(timed(() => library.gemm(request)));
  }
  for (const [address, bytes] of [...[a, b].map((x, i) => [x, sizes[i]]), [c, cBytes]]) library.free(address, bytes);
  const speed = (timeMs: number, operations: number): number => operations / timeMs / 1e6;
  const peak = threads * speed(median(peaks), peakFlops);
  return {
    ...{ batch, m, n, k, form: `${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'}` },
    gflopPerSec: Number(speed(median(times), flops).toPrecision(4)),
    bestGflopPerSec: Number(speed(Math.min(...times), flops).toPrecision(4)),
    peakGflopPerSec: Number(peak.toPrecision(4)),
    ofPeak: Number((speed(median(times), flops) / peak).toFixed(2)),
    bestOfBestPeak: Number(
      (speed(Math.min(...times), flops) / threads / speed(Math.min(...peaks), peakFlops)).toFixed(2),
    ),
  };
});
console.log(
  JSON.stringify({ dtype, threads, compiler: compiler?.version, vectorLanes: compiler?.vectorLanes, results }, null, 1),
);
