/**
 * Products of a few rows with weights that are read once, an output's weights side by side: bytes of weights per second (scales not
 * counted) beside a loop that only reads the same memory, all measured in turns,
 * call by call: medians, and the best of all calls, which other work on the machine disturbs less. `f32×i8/32`: activations in float32, weights in
 * int8 with a scale for every 32 inputs; `i8/32×i8`: activations in int8 with such scales, weights with one per output. `--megabytes`
 * of weights are passed over in each round: more than the caches hold by default; 0: one matrix, again and again. Prints JSON.
 * `npx tsx bench/thin-products.ts [--rows 1,2,3,4,8] [--shape 4096x4096] [--megabytes 192] [--threads 1,2] [--rounds 7] [--forms f32×f32,…]`,
 * shape as in×out.
 */
import { parseArgs } from 'node:util';
import { type DType, dtypeInfo } from '../src/base/index.ts';
import { type GemmRequest, type GemmScale, NativeLibrary } from '../src/runtime/cpu/library.ts';
import { filled, median } from './measure.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1,2,3,4,8' },
    shape: { type: 'string', default: '4096x4096' },
    megabytes: { type: 'string', default: '192' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '7' },
    forms: {
      type: 'string',
      default: 'f32×f32,f32×bf16,f32×i8,f32×i8/32,f32×i4/32,i8×i8,i8/32×i8,i8/32×i8/32,i8/32×i4/32',
    },
  },
});
const [k, n] = values.shape.split('x').map(Number);
const library = await NativeLibrary.open();

/** An operand of a form: its type, and how many elements share a scale (all: one per row or output). */
interface Operand {
  readonly dtype: DType;
  readonly group: number;
  readonly scaled: boolean;
}
const operandOf = (text: string): Operand => {
  const [dtype, group] = text.split('/');
  return {
    dtype: dtype as DType,
    group: group ? Number(group) : k,
    scaled: dtypeInfo(dtype as DType).kind !== 'float',
  };
};
const bytesOf = (dtype: DType, elements: number): number => (elements * dtypeInfo(dtype).bits) / 8;
const scalesOf = ({ group, scaled }: Operand, rows: number): GemmScale | undefined =>
  scaled
    ? { address: filled(library, (4 * rows * k) / group, 0x3c), k: group === k ? 0 : 1, other: k / group, group }
    : undefined;

const timed = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};
const most = Math.max(...values.rows.split(',').map(Number));
const c = filled(library, 4 * most * n, 0);
const forms = values.forms.split(',').map((form) => {
  const [a, b] = form.split('×').map(operandOf);
  const bytes = bytesOf(b.dtype, k * n);
  const matrices = Math.max(1, Math.round((Number(values.megabytes) * 1e6) / bytes));
  // Small positive numbers in all the types: 0x3c3c is 0.0115 in bf16, and 60 in i8.
  const [x, w] = [filled(library, bytesOf(a.dtype, most * k), 0x3c), filled(library, matrices * bytes, 0x3c)];
  const [aScale, bScale] = [scalesOf(a, most), scalesOf(b, n)];
  const request = (m: number, threads: number, matrix: number): GemmRequest => ({
    ...{ dtypes: [a.dtype, b.dtype, 'f32'], m, n, k, a: x, b: w + matrix * bytes, c, threads },
    ...{ aStrides: [0, k, 1], bStrides: [0, 1, k], cStrides: [0, n, 1] },
    ...(aScale ? { aScale } : {}),
    ...(bScale ? { bScale } : {}),
  });
  return { form, bytes, matrices, w, request };
});

const results = values.threads.split(',').flatMap((threadsText) =>
  values.rows.split(',').flatMap((rowsText) => {
    const [threads, m] = [Number(threadsText), Number(rowsText)];
    const times = forms.map(() => ({ product: [] as number[], reading: [] as number[] }));
    for (let round = 0; round <= Number(values.rounds); round++)
      forms.forEach(({ bytes, matrices, w, request }, i) => {
        // Several calls where one would be too short to be timed.
        const calls = Math.ceil(2e6 / bytes);
        for (const [which, call] of [
          ['reading', (q: number) => library.readOnly(w + q * bytes, bytes, threads)],
          ['product', (q: number) => library.gemm(request(m, threads, q))],
        ] as const)
          for (let q = 0; q < matrices; q++) {
            const time = timed(() => {
              for (let p = 0; p < calls; p++) call(q);
            });
            if (round > 0) times[i][which].push(time / calls);
          }
      });
    return forms.map(({ form, bytes }, i) => {
      const speed = (timeMs: number): number => Number((bytes / timeMs / 1e6).toPrecision(3));
      const [product, reading] = [times[i].product, times[i].reading];
      return {
        ...{ threads, rows: m, form },
        ...{ gbPerSec: speed(median(product)), readGbPerSec: speed(median(reading)) },
        ...{ bestGbPerSec: speed(Math.min(...product)), bestReadGbPerSec: speed(Math.min(...reading)) },
        ofReading: Number((median(reading) / median(product)).toFixed(2)),
        bestOfBest: Number((Math.min(...reading) / Math.min(...product)).toFixed(2)),
      };
    });
  }),
);
console.log(`{"inputs": ${k}, "outputs": ${n}, "megabytes": ${values.megabytes}, "results": [`);
console.log(`${results.map((r) => JSON.stringify(r)).join(',\n')}\n]}`);
