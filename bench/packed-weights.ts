/**
 * Products with weights that are packed anew by every call, and with weights that were packed once: the time of both, measured
 * in turns (who goes first changes every round). Every product reads the next of several weights, which together are larger
 * than the caches, as the layers of a model do. Prints JSON.
 * `npx tsx bench/packed-weights.ts [--rows 32,64,128,512] [--shapes 768x3072,3072x768] [--dtype f32] [--threads 1] [--rounds 15]`,
 * shapes as in×out.
 */
import { parseArgs } from 'node:util';
import { type DType, dtypeInfo } from '../src/base/index.ts';
import { type GemmRequest, NativeLibrary } from '../src/runtime/cpu/library.ts';
import { filled, median } from './measure.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '32,64,128,512' },
    shapes: { type: 'string', default: '768x3072,3072x768' },
    dtype: { type: 'string', default: 'f32' },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '15' },
  },
});
/** Enough that one's memory is no longer cached when its turn comes again. */
const layers = 8;
const dtype = values.dtype as DType;
const isFloat = dtypeInfo(dtype).kind === 'float';
const activations: DType = isFloat ? 'f32' : dtype;
const library = await NativeLibrary.open();

const results = values.shapes.split(',').flatMap((shape) => {
  const [k, n] = shape.split('x').map(Number);
  return (['out', 'in'] as const).flatMap((contiguous) => {
    const bytes = (k * n * dtypeInfo(dtype).bits) / 8;
    const weights = Array.from({ length: layers }, () => filled(library, bytes, 0x3c));
    const out = values.rows.split(',').map((text) => {
      const m = Number(text);
      const [aBytes, cBytes] = [(m * k * dtypeInfo(activations).bits) / 8, 4 * m * n];
      const [a, c] = [filled(library, aBytes, 0x3c), filled(library, cBytes, 0)];
      const request = {
        ...{ dtypes: [activations, dtype, isFloat ? 'f32' : 'i32'] as [DType, DType, DType], m, n, k, a, c },
        ...{
          aStrides: [0, k, 1] as const,
          bStrides: contiguous === 'in' ? ([0, 1, k] as const) : ([0, n, 1] as const),
        },
        ...{ cStrides: [0, n, 1] as const, threads: Number(values.threads) },
      };
      const { bytes: keptBytes } = library.keptBytes({ ...request, operand: 'b' });
      const kept = filled(library, Math.max(64, layers * keptBytes), 0);
      const pass = (packed: boolean): number => {
        const start = performance.now();
        weights.forEach((b, layer) => {
          const g: GemmRequest = { ...request, b };
          library.gemm(packed ? { ...g, kept: { operand: 'b', address: kept, first: layer } } : g);
        });
        return (performance.now() - start) / layers;
      };
      pass(true);
      const times = { anew: [] as number[], once: [] as number[] };
      for (let round = 0; round <= Number(values.rounds); round++)
        for (const which of round % 2 === 0 ? (['anew', 'once'] as const) : (['once', 'anew'] as const)) {
          const timeMs = pass(which === 'once');
          if (round > 0) times[which].push(timeMs);
        }
      library.free(a, aBytes);
      library.free(c, cBytes);
      library.free(kept, Math.max(64, layers * keptBytes));
      const [anew, once] = [median(times.anew), median(times.once)];
      return {
        ...{ rows: m, inputs: k, outputs: n, contiguous, keptBytes, weightBytes: bytes },
        timeMs: { packedAnew: Number(anew.toPrecision(4)), packedOnce: Number(once.toPrecision(4)) },
        faster: Number(median(times.anew.map((t, i) => t / times.once[i])).toPrecision(4)),
      };
    });
    for (const w of weights) library.free(w, bytes);
    return out;
  });
});
console.log(JSON.stringify({ dtype, threads: Number(values.threads), layers, results }, null, 1));
