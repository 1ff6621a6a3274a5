import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { np } from '../src/api/index.ts';
import { loadModel } from '../src/models/index.ts';
import { createEngine } from '../src/runtime/index.ts';
import { fineTune } from '../src/train/index.ts';
import { randomModel } from '../tests/model-files.ts';

/*
 * Layers that repeat as one loop, beside layers one after the other: seconds to the first logits and to the first step of fine-tuning where no program is
 * known yet, and milliseconds of later ones. Each round is new processes with empty caches, in turn. Prints a line per measurement.
 *   npx tsx bench/scan-layers.ts [--layers 24] [--type llama|gemma3_text] [--length 128] [--rounds 3]
 */

const { values: o } = parseArgs({
  options: {
    layers: { type: 'string', default: '24' },
    type: { type: 'string', default: 'llama' },
    length: { type: 'string', default: '128' },
    rounds: { type: 'string', default: '3' },
    child: { type: 'string' },
    dir: { type: 'string', default: '' },
    scan: { type: 'boolean', default: false },
  },
});
const length = Number(o.length);

/** Seconds to the first result, and milliseconds of a later one. */
async function timed(run: (onDone: () => void) => Promise<void>): Promise<string> {
  const at = [performance.now()];
  await run(() => at.push(performance.now()));
  return `${((at[1] - at[0]) / 1000).toFixed(1)} s, then ${((at[at.length - 1] - at[1]) / (at.length - 2)).toFixed(0)} ms`;
}

async function child(what: string): Promise<string> {
  const engine = createEngine('cpu');
  const model = loadModel(o.dir, { engine, scan: o.scan });
  const ids = Array.from({ length }, (_, i) => (7 * i + 3) % 250);
  if (what === 'logits')
    return timed(async (onDone) => {
      const inputs = { tokens: np.array([ids], 'i32'), positions: np.expandDims(np.arange(length), 0) };
      for (let i = 0; i < 5; i++) {
        await model.apply(inputs).logits!.toHost();
        onDone();
      }
    });
  const example = { tokens: Int32Array.from(ids), isTarget: new Uint8Array(length).fill(1) };
  const common = { model, examples: [example, example], batchSize: 2, steps: 5, learningRate: 1e-4, seed: 1 };
  return timed(async (onDone) => {
    await fineTune({ ...common, outDir: join(o.dir, `${process.pid}`), onStep: onDone });
  });
}

if (o.child) {
  console.log(await child(o.child));
  process.exit(0);
}
const work = mkdtempSync(join(tmpdir(), 'espalier-scan-'));
const dir = await randomModel(join(work, 'model'), {
  model_type: o.type,
  vocab_size: 256,
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: Number(o.layers),
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 16,
  query_pre_attn_scalar: 16,
  sliding_window: o.type === 'llama' ? null : 16,
  max_position_embeddings: 512,
});
const start = (what: string, scan: boolean, cache: string): string =>
  execFileSync(
    process.execPath,
    [
      '--import',
      'tsx',
      fileURLToPath(import.meta.url),
      '--child',
      what,
      '--dir',
      dir,
      ...(scan ? ['--scan'] : []),
      '--length',
      o.length,
    ],
    { env: { ...process.env, ESPALIER_CACHE: cache }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  ).trim();
// The support library is compiled once per machine: it is there already.
const known = join(work, 'known');
process.env.ESPALIER_CACHE = known;
await np.add(np.ones([2]), 1).toHost();
for (let round = 1; round <= Number(o.rounds); round++)
  for (const what of ['logits', 'fine-tuning'])
    for (const scan of [false, true]) {
      const cache = join(work, 'cache');
      cpSync(known, cache, { recursive: true });
      console.log(`round ${round}  ${what}, ${scan ? 'one loop' : 'layer by layer'}: ${start(what, scan, cache)}`);
      rmSync(cache, { recursive: true });
    }
rmSync(work, { recursive: true });
