import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HostArray, numElements } from '../src/base/index.ts';
import { writeTensorFolder } from '../src/data/index.ts';
import { ConfigReader, familyOf, type LoadModelOptions, loadModel, perplexity } from '../src/models/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { type BitsLoss, type Example, fineTune } from '../src/train/index.ts';

/*
 * MatQuant on a small model of bytes: trained in floats, then further in several ways — for 8, 4 and 2 bits at once, also with 8 bits as the teacher of 2, for the first 2 bits of 8, for
 * 2, 4 and 8 bits by themselves — each served from its one folder at 8, 6, 4, 3 and 2 bits. Also what rounding the float model costs. Prints JSON, in nats per byte of the last tenth.
 *   npx tsx bench/matquant.ts --data FILE [--steps 400] [--more 200] [--only 'two alone' --only 'eight, four and two'] [--engine cpu] [--seed 0] [--keep DIR: floats that are there are not trained again]
 */

const { values: o } = parseArgs({
  options: {
    data: { type: 'string' },
    steps: { type: 'string', default: '400' },
    more: { type: 'string', default: '200' },
    seed: { type: 'string', default: '0' },
    only: { type: 'string', multiple: true },
    keep: { type: 'string' },
    engine: { type: 'string', default: 'cpu' },
  },
});
if (o.data === undefined) throw new Error('--data: a file of text');
const seed = Number(o.seed);

const config = {
  model_type: 'llama',
  hidden_size: 128,
  intermediate_size: 384,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 4,
  vocab_size: 256,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};
const length = 128;

/** Normal numbers (Box–Muller of a linear congruential generator). */
function normalArray(shape: readonly number[], deviation: number, start: number): HostArray {
  let s = (start * 2654435761 + 12345) >>> 0;
  const next = (): number => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return (s + 0.5) / 2 ** 32;
  };
  const value = (): number => deviation * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  return HostArray.from('f32', shape, Array.from({ length: numElements(shape) }, value));
}

const work = o.keep ?? mkdtempSync(join(tmpdir(), 'espalier-matquant-'));
const begun = join(work, 'begun');
const reader = new ConfigReader(config);
const family = familyOf('llama');
await writeTensorFolder(
  begun,
  family.names(family.config(reader), reader).map((r, i) => {
    const fanIn = r.fileShape[r.fileShape.length - 1];
    const read = (): HostArray =>
      r.fileShape.length === 1
        ? HostArray.full('f32', r.fileShape, 1)
        : normalArray(r.fileShape, fanIn ** -0.5, seed + i);
    return [r.names[0], { dtype: 'f32', shape: r.fileShape, read }];
  }),
);
writeFileSync(join(begun, 'config.json'), JSON.stringify(config));

const text = readFileSync(o.data);
const split = Math.floor(text.length * 0.9);
const examples: Example[] = [];
for (let at = 0; at + length <= split; at += length)
  examples.push({ tokens: Int32Array.from(text.subarray(at, at + length)), isTarget: new Uint8Array(length).fill(1) });
const validation = text.subarray(split, split + 128 * length);

const engine = createEngine(o.engine);
await engine.open();
const note = (line: string): boolean => process.stderr.write(`${line}\n`);

async function train(from: string, name: string, steps: number, learningRate: number, matquant?: readonly BitsLoss[]) {
  const start = performance.now();
  const { written, loss } = await fineTune({
    model: loadModel(from, { engine }),
    examples,
    outDir: join(work, name),
    matquant,
    batchSize: 16,
    steps,
    learningRate,
    warmupSteps: Math.min(50, steps >> 2),
    beta2: 0.95,
    weightDecay: 0.1,
    seed,
    onStep: (m) => {
      if (m.step % 50 === 0) note(`${name} step ${m.step} loss ${m.loss.toFixed(4)} ${Math.round(m.timeMs)} ms`);
    },
  });
  note(`${name}: loss ${loss.toFixed(4)}, ${Math.round((performance.now() - start) / 1000)} s`);
  return written!;
}

/** Nats per byte of a folder, loaded so. */
async function nats(dir: string, options: LoadModelOptions): Promise<number> {
  const { natsPerToken } = await perplexity(loadModel(dir, { engine, ...options }), validation, { length });
  return Number(natsPerToken.toFixed(4));
}

const kept = join(work, 'floats', 'model');
const floats = existsSync(kept) ? kept : await train(begun, 'floats', Number(o.steps), 3e-3);
const rounded = {
  floats: await nats(floats, {}),
  q8: await nats(floats, { quantize: 'q8' }),
  q8i8: await nats(floats, { quantize: 'q8', activations: 'i8' }),
  q4: await nats(floats, { quantize: 'q4' }),
  q4i8: await nats(floats, { quantize: 'q4', activations: 'i8' }),
};
note(JSON.stringify(rounded));
const ways: Readonly<Record<string, readonly BitsLoss[]>> = {
  'eight, four and two': [
    { bits: 8, weight: 0.1 },
    { bits: 4, weight: 0.1 },
    { bits: 2, weight: 1 },
  ],
  'in equal parts': [8, 4, 2].map((bits) => ({ bits, weight: 1 })),
  'eight teaches two': [
    { bits: 8, weight: 1 },
    { bits: 4, weight: 1 },
    { bits: 2, from: 8, weight: 1 },
  ],
  'two of eight alone': [{ bits: 2, weight: 1 }],
  'two alone': [{ bits: 2, of: 2, weight: 1 }],
  'four alone': [{ bits: 4, weight: 1 }],
  'eight alone': [{ bits: 8, weight: 1 }],
};
const served: Record<string, Record<string, number>> = {};
for (const [name, matquant] of Object.entries(ways)) {
  if (o.only !== undefined && !o.only.includes(name)) continue;
  const dir = await train(floats, name, Number(o.more), 1e-3, matquant);
  const row: Record<string, number> = {};
  if (matquant[0].of === 2) row[2] = await nats(dir, { quantize: { matquant: [2], of: 2 } });
  else {
    for (const bits of [8, 6, 4, 3, 2]) row[bits] = await nats(dir, { quantize: { matquant: [bits] } });
    row['2+'] = await nats(dir, { quantize: { matquant: [2], extraBit: true } });
    row['8,4,2'] = await nats(dir, { quantize: { matquant: [8, 4, 2] } });
  }
  served[name] = row;
  note(`${name} ${JSON.stringify(row)}`);
}
const two = (name: string): number => served[name]?.[2] ?? Number.NaN;
const holds = two('eight, four and two') < two('two alone') && two('two alone') < two('eight alone');
console.log(JSON.stringify({ steps: o.steps, more: o.more, seed, natsPerByte: { rounded, served }, holds }, null, 1));
await engine.close();
if (o.keep === undefined) rmSync(work, { recursive: true });
process.exit(holds ? 0 : 1);
