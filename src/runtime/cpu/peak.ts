import { NativeLibrary } from './library.ts';

/** What this machine can do at best, measured. */
export interface MachinePeak {
  /** float32 operations of one core in a matrix product that fits its cache. */
  readonly gflopPerSecPerCore: number;
  /** Bytes read and written per second by one core that copies a block larger than the caches. */
  readonly gbPerSecPerCore: number;
}

const F32 = 11;

/** Measures the machine for about a fifth of a second. */
export async function measurePeak(): Promise<MachinePeak> {
  const library = await NativeLibrary.open();
  const best = (run: () => void): number => {
    let timeMs = Number.POSITIVE_INFINITY;
    const end = performance.now() + 100;
    while (performance.now() < end) {
      const start = performance.now();
      run();
      timeMs = Math.min(timeMs, performance.now() - start);
    }
    return timeMs;
  };
  const n = 384;
  const matrices = [0, 1, 2].map(() => library.alloc(4 * n * n));
  const sizes = [1, n, n, n, 0, n, 1, 0, n, 1, 0, n, 1, 0];
  for (const m of matrices) library.copyIn(m, new Float32Array(n * n).fill(0.5));
  const gemmMs = best(() => library.gemm([F32, F32, F32], sizes, matrices[0], matrices[1], matrices[2]));
  for (const m of matrices) library.free(m, 4 * n * n);
  const bytes = 1 << 27;
  const [from, to] = [library.alloc(bytes), library.alloc(bytes)];
  library.copy(to, from, bytes);
  const copyMs = best(() => library.copy(to, from, bytes));
  for (const block of [from, to]) library.free(block, bytes);
  return { gflopPerSecPerCore: (2 * n ** 3) / gemmMs / 1e6, gbPerSecPerCore: (2 * bytes) / copyMs / 1e6 };
}
