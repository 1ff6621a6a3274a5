import { parseArgs } from 'node:util';
import { textTable } from '../src/base/index.ts';
import { median } from './measure.ts';
import { Participant } from './participants/participant.ts';

/*
 * Two devices of one core each beside one device of one core: a data-parallel training step on twice the batch (weak scaling) and
 * on the same batch (strong scaling), in interleaved runs. Cores of a virtual machine share more than its manual says, so two
 * processes of one device each, which have nothing to do with one another, run beside: what they reach together is what the machine
 * has to give. Prints JSON lines, then a table.
 *
 *   npx tsx bench/scaling.ts [--rounds 9] [--dtype f32]
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, dtype: { type: 'string', default: 'f32' } },
});
const sizes = { vocabSize: 256, embedDim: 256, numLayers: 4, numHeads: 8, headDim: 32, mlpDim: 768, maxSeqLen: 128 };

async function start(batchSize: number, mesh: string | undefined, firstCore: number): Promise<Participant> {
  const options = JSON.stringify({ ...sizes, dtype: values.dtype, batchSize, ...(mesh ? { mesh } : {}) });
  const command = ['node', '--import', 'tsx', 'bench/participants/espalier.ts', 'transformer', options];
  const p = await Participant.start(command, mesh ? 2 : 1, firstCore);
  if (!p) throw new Error('the participant did not start');
  return p;
}
const alone = await start(8, undefined, 0);
const beside = await start(8, undefined, 1);
const twice = await start(16, 'data=2', 0);
const same = await start(8, 'data=2', 0);
/** `run`: time of one round in ms. */
const cases = [
  { name: 'one device', batchSize: 8, run: () => alone.run() },
  {
    name: 'two processes of one device',
    batchSize: 16,
    run: async () => Math.max(...(await Promise.all([alone.run(), beside.run()]))),
  },
  { name: 'two devices, twice the batch', batchSize: 16, run: () => twice.run() },
  { name: 'two devices, the same batch', batchSize: 8, run: () => same.run() },
].map((c) => ({ ...c, times: [] as number[] }));
for (let round = 0; round < Number(values.rounds); round++) for (const c of cases) c.times.push(await c.run());
for (const p of [alone, beside, twice, same]) p.stop();

type Case = (typeof cases)[number];
const speedOf = (c: Case, by: (xs: readonly number[]) => number): number => c.batchSize / by(c.times);
const best = (xs: readonly number[]): number => Math.min(...xs);
const ratio = (a: Case, b: Case, by: (xs: readonly number[]) => number): number =>
  Number((speedOf(a, by) / speedOf(b, by)).toFixed(2));
const [one, machine] = cases;
const rows = cases.map((c) => {
  const figures = {
    medianTimeMs: Number(median(c.times).toPrecision(4)),
    sequencesPerSec: Number((1000 * speedOf(c, median)).toPrecision(4)),
    speedup: ratio(c, one, median),
    bestSpeedup: ratio(c, one, best),
    ofMachine: ratio(c, machine, median),
  };
  console.log(
    JSON.stringify({ benchmark: 'scaling', case: c.name, dtype: values.dtype, batchSize: c.batchSize, ...figures }),
  );
  const { medianTimeMs, speedup, bestSpeedup, ofMachine } = figures;
  return [c.name, `${c.batchSize}`, `${medianTimeMs} ms`, `${speedup}×`, `${bestSpeedup}×`, `${ofMachine}×`];
});
const header = ['case', 'batch', 'median', 'of one device', 'at best', 'of two processes'];
console.log(`\n${textTable(header, rows)}`);
