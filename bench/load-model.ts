import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addressableShards, Mesh, type Tensor, tree } from '../src/api/index.ts';
import { type DType, dtypeInfo, HostArray, numElements } from '../src/base/index.ts';
import { type TensorSource, writeTensorFolder } from '../src/data/index.ts';
import { ConfigReader, familyOf, loadModel } from '../src/models/index.ts';
import { createEngine } from '../src/runtime/index.ts';

/*
 * Loading a sharded folder of generated weights onto devices: the most memory the process held, the bytes its devices hold, and the time until the weights lie there.
 * With --generate also the time until the first token is there (in a process of its own, after one that compiled its programs). Prints JSON.
 *   npx tsx bench/load-model.ts [--gib 2] [--devices 4] [--dtype bf16] [--as bf16] [--generate] [--rounds 3] [--keep DIR]
 */

const { values: o } = parseArgs({
  options: {
    gib: { type: 'string', default: '2' },
    devices: { type: 'string', default: '4' },
    dtype: { type: 'string', default: 'bf16' },
    as: { type: 'string' },
    generate: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    keep: { type: 'string' },
    /** Of the process that measures: the folder. */
    measure: { type: 'string' },
  },
});

if (o.measure !== undefined) await measure(o.measure);
else await run();

/** Makes the folder and measures it in processes of their own, which have a peak of their own. */
async function run(): Promise<void> {
  const dir = o.keep ?? mkdtempSync(join(tmpdir(), 'espalier-load-'));
  try {
    await makeFolder(dir, Number(o.gib) * 2 ** 30, o.dtype as DType);
    const own = process.argv.slice(2);
    const rounds = Number(o.rounds) + (o.generate ? 1 : 0);
    const all = Array.from({ length: rounds }, () => {
      const args = [...process.execArgv, fileURLToPath(import.meta.url), ...own, '--measure', dir];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as object;
    });
    // The first process has compiled what the others find.
    for (const measured of o.generate ? all.slice(1) : all) console.log(JSON.stringify(measured));
  } finally {
    if (o.keep === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(dir: string): Promise<void> {
  const numDevices = Number(o.devices);
  const engine = createEngine('cpu', { maxDevices: Math.max(numDevices, 1) });
  await engine.open();
  const cpuBefore = cpuSeconds();
  const start = performance.now();
  const model = loadModel(dir, {
    engine,
    ...(numDevices > 1 ? { mesh: new Mesh({ model: numDevices }) } : {}),
    ...(o.as ? { dtype: o.as as DType } : {}),
  });
  const secondsLoaded = seconds(start);
  const cpuLoaded = cpuSeconds();
  let secondsToToken: number | undefined;
  if (o.generate) {
    await model.generate([[1, 2, 3, 4, 5, 6, 7, 8]], { maxNewTokens: 1 });
    secondsToToken = seconds(start);
  }
  const leaves = tree.flatten(model.weights).leaves as Tensor[];
  const shards = leaves.flatMap((t) => addressableShards(t).map(({ shape }) => ({ dtype: t.dtype, shape })));
  const bytes = shards.reduce((n, t) => n + (numElements(t.shape) * dtypeInfo(t.dtype).bits) / 8, 0);
  console.log(
    JSON.stringify({
      peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      bytesOnDevices: bytes,
      seconds: secondsLoaded,
      cpuSecondsLoaded: Number((cpuLoaded - cpuBefore).toFixed(2)),
      cpuSeconds: Number((cpuSeconds() - cpuBefore).toFixed(2)),
      load: Number(loadavg()[0].toFixed(1)),
      ...(secondsToToken === undefined ? {} : { secondsToFirstToken: secondsToToken }),
    }),
  );
  await engine.close();
}

function seconds(start: number): number {
  return Number(((performance.now() - start) / 1000).toFixed(2));
}

/** Folder of a Llama with about so many bytes of weights, in files of 256 MiB. */
async function makeFolder(dir: string, numBytes: number, dtype: DType): Promise<void> {
  const bytesPerNumber = dtypeInfo(dtype).bits / 8;
  const of = (numLayers: number): Record<string, unknown> => ({
    model_type: 'llama',
    vocab_size: 32000,
    hidden_size: 2048,
    intermediate_size: 5632,
    num_hidden_layers: numLayers,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 4096,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: true,
  });
  const shapesOf = (json: Record<string, unknown>): (readonly [string, readonly number[]])[] => {
    const c = new ConfigReader(json);
    const family = familyOf(c.modelType);
    return family.names(family.config(c), c).flatMap((r) => r.names.map((name) => [name, r.fileShape] as const));
  };
  const size = (n: number): number =>
    shapesOf(of(n)).reduce((sum, [, shape]) => sum + numElements(shape), 0) * bytesPerNumber;
  const perLayer = size(2) - size(1);
  const json = of(Math.max(1, Math.round((numBytes - size(1)) / perLayer) + 1));
  const sources = shapesOf(json).map(([name, shape]): [string, TensorSource] => [
    name,
    { dtype, shape, read: () => noise(dtype, shape) },
  ]);
  await writeTensorFolder(dir, sources, { maxShardBytes: 2 ** 28 });
  writeFileSync(join(dir, 'config.json'), JSON.stringify(json));
}

/** Small numbers, the same few over and over. */
function noise(dtype: DType, shape: readonly number[]): HostArray {
  const few = HostArray.from(
    dtype,
    [4096],
    Array.from({ length: 4096 }, (_, i) => ((((i * 2654435761) >>> 0) % 2001) / 1000 - 1) / 32),
  );
  const out = HostArray.zeros(dtype, shape);
  const bytes = out.bytes;
  for (let at = 0; at < bytes.length; at += few.bytes.length)
    bytes.set(few.bytes.subarray(0, Math.min(few.bytes.length, bytes.length - at)), at);
  return out;
}

/** Of all threads of this process so far: unlike the clock's, it hardly depends on what else runs. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return Number(((user + system) / 1e6).toFixed(2));
}
