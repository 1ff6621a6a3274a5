import { parseArgs } from 'node:util';
import { textTable } from '../src/base/index.ts';
import { Participant } from './participants/participant.ts';

/*
 * Two devices of one core each beside one device of one core: a data-parallel training step on twice the batch (weak scaling) and
 * on the same batch (strong scaling), in interleaved runs. Prints JSON lines, then a table.
 *
 *   npx tsx bench/scaling.ts [--rounds 9] [--dtype f32]
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, dtype: { type: 'string', default: 'f32' } },
});
const sizes = { vocabSize: 256, embedDim: 256, numLayers: 4, numHeads: 8, headDim: 32, mlpDim: 768, maxSeqLen: 128 };
const cases = [
  { name: 'one device', mesh: undefined, batchSize: 8, cores: 1 },
  { name: 'two devices, twice the batch', mesh: 'data=2', batchSize: 16, cores: 2 },
  { name: 'two devices, the same batch', mesh: 'data=2', batchSize: 8, cores: 2 },
] as const;
const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)];

interface Started {
  readonly name: string;
  readonly batchSize: number;
  readonly participant: Participant;
  readonly times: number[];
}
const started: Started[] = [];
for (const c of cases) {
  const options = JSON.stringify({
    ...sizes,
    dtype: values.dtype,
    batchSize: c.batchSize,
    ...(c.mesh ? { mesh: c.mesh } : {}),
  });
  const p = await Participant.start(['npx', 'tsx', 'bench/participants/espalier.ts', 'transformer', options], c.cores);
  if (!p) throw new Error('the participant did not start');
  started.push({ name: c.name, batchSize: c.batchSize, participant: p, times: [] });
}
for (let round = 0; round < Number(values.rounds); round++)
  for (const s of started) s.times.push(await s.participant.run());
const speedOf = (s: Started, by: (xs: readonly number[]) => number): number => s.batchSize / by(s.times);
const best = (xs: readonly number[]): number => Math.min(...xs);
const rows = started.map((s) => {
  const speedup = speedOf(s, median) / speedOf(started[0], median);
  const bestSpeedup = speedOf(s, best) / speedOf(started[0], best);
  const timeMs = median(s.times);
  console.log(
    JSON.stringify({
      ...{ benchmark: 'scaling', case: s.name, dtype: values.dtype, batchSize: s.batchSize },
      medianTimeMs: Number(timeMs.toPrecision(4)),
      sequencesPerSec: Number((1000 * speedOf(s, median)).toPrecision(4)),
      speedup: Number(speedup.toFixed(2)),
      bestSpeedup: Number(bestSpeedup.toFixed(2)),
    }),
  );
  s.participant.stop();
  return [s.name, `${s.batchSize}`, `${timeMs.toFixed(1)} ms`, `${speedup.toFixed(2)}×`, `${bestSpeedup.toFixed(2)}×`];
});
console.log(`\n${textTable(['case', 'batch', 'median', 'of one device', 'at best'], rows)}`);
