/**
 * Products of float32 activations with weights of several types in the cpu engine's library: the time of each type, measured in
 * turns, and how it compares with float32. int8 and int4 have a scale for every 32 inputs of an output. Prints JSON.
 * `npx tsx bench/weights.ts [--rows 1,4,16,128] [--shapes 4096x4096,768x3072] [--threads 2] [--rounds 15]`, shapes as in×out.
 */
import { parseArgs } from 'node:util';
import { type DType, dtypeInfo } from '../src/base/index.ts';
import { type GemmRequest, NativeLibrary } from '../src/runtime/cpu/library.ts';
import { filled, median } from './measure.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1,4,16,128' },
    shapes: { type: 'string', default: '4096x4096,768x3072' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '15' },
  },
});
const group = 32;
const types: readonly DType[] = ['f32', 'bf16', 'i8', 'i4'];
const library = await NativeLibrary.open();
const timed = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

const results = values.shapes.split(',').flatMap((shape) => {
  const [k, n] = shape.split('x').map(Number);
  const weights = types.map((type) => ({ type, address: filled(library, (k * n * dtypeInfo(type).bits) / 8, 0x3c) }));
  const scales = filled(library, (4 * k * n) / group, 0x3c);
  const out = values.rows.split(',').flatMap((text) => {
    const m = Number(text);
    const [a, c] = [filled(library, 4 * m * k, 0x3c), filled(library, 4 * m * n, 0)];
    const results = (['out', 'in'] as const).map((contiguous) => {
      const requests = weights.map(({ type, address }): GemmRequest => {
        const scale = {
          address: scales,
          k: contiguous === 'in' ? 1 : n,
          other: contiguous === 'in' ? k / group : 1,
          group,
        };
        return {
          ...{ dtypes: ['f32', type, 'f32'], m, n, k, a, b: address, c },
          ...{ aStrides: [0, k, 1], bStrides: contiguous === 'in' ? [0, 1, k] : [0, n, 1], cStrides: [0, n, 1] },
          ...{ threads: Number(values.threads), ...(dtypeInfo(type).kind === 'float' ? {} : { bScale: scale }) },
        };
      });
      const times = requests.map((): number[] => []);
      for (let round = 0; round <= Number(values.rounds); round++)
        requests.forEach((r, i) => {
          const t = timed(() => library.gemm(r));
          if (round > 0) times[i].push(t);
        });
      const medians = times.map(median);
      return {
        ...{ rows: m, inputs: k, outputs: n, contiguous },
        timeMs: Object.fromEntries(types.map((t, i) => [t, Number(medians[i].toPrecision(3))])),
        fasterThanF32: Object.fromEntries(types.map((t, i) => [t, Number((medians[0] / medians[i]).toPrecision(3))])),
      };
    });
    library.free(a, 4 * m * k);
    library.free(c, 4 * m * n);
    return results;
  });
  for (const { type, address } of weights) library.free(address, (k * n * dtypeInfo(type).bits) / 8);
  library.free(scales, (4 * k * n) / group);
  return out;
});
console.log(JSON.stringify({ threads: Number(values.threads), group, results }, null, 1));
