import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { textTable } from '../src/base/index.ts';
import { hasRelaxedSimd } from '../src/runtime/wasm/features.ts';
import { wasmBounds } from '../src/runtime/wasm/peak.ts';
import { median } from './measure.ts';
import { Participant } from './participants/participant.ts';

/*
 * The wasm engine beside jax-js and TensorFlow.js (XNNPACK), all on WebAssembly in Node, in interleaved runs: every round each
 * participant does a task once; medians over the rounds, and the ratio of the peer's median to ours. Prints JSON lines, then a
 * table. Peers start no threads in Node: they have one core and so have we, and we run once more on two. In between, the peak
 * of one core on v128 registers is measured, and speeds are given as a share of it, per core; for products with a vector, the
 * time to read the matrix once.
 *
 *   npx tsx bench/wasm.ts [--rounds 5] [--case block]
 *
 * Needs `npm install --prefix bench/peers`; peers that cannot run are named and left out.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, case: { type: 'string', default: '' } },
});

interface Case {
  readonly task: 'gemm' | 'block';
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly flops: number;
  /** Bytes that must be read however fast the product is, where that bounds it. */
  readonly readBytes?: number;
  /** Runs of a participant in a row, of which the median counts. */
  readonly repeats: number;
}

const products: readonly (readonly [batch: number, m: number, n: number, k: number, transposeB: boolean])[] = [
  [1, 512, 512, 512, false],
  [1, 512, 768, 768, false],
  [1, 512, 3072, 768, false],
  [1, 2048, 256, 256, false],
  [1, 1, 3072, 768, false],
  [48, 128, 128, 64, true],
  [48, 128, 64, 128, false],
];
const blocks = [
  { embedDim: 256, numHeads: 8, seqLen: 256, batchSize: 4 },
  { embedDim: 768, numHeads: 12, seqLen: 256, batchSize: 1 },
];
const cases: readonly Case[] = [
  ...products.map(([batch, m, n, k, transposeB]): Case => {
    const name = `${batch > 1 ? `${batch}×` : ''}${m}×${n}×${k}${transposeB ? ' B transposed' : ''}`;
    const options = { batch, m, n, k, transposeB, dtype: 'f32' };
    const reads = m === 1 ? { readBytes: 4 * n * k } : {};
    return { task: 'gemm', name, options, flops: 2 * batch * m * n * k, repeats: 20, ...reads };
  }),
  ...blocks.map(
    (options): Case => ({
      task: 'block',
      name: `block d=${options.embedDim}, forward and backward`,
      options,
      flops: blockFlops(options),
      repeats: 3,
    }),
  ),
];

/** Of the products of a block, forward and backward; its input needs no gradient. */
function blockFlops({ embedDim: d, seqLen, batchSize }: (typeof blocks)[number]): number {
  const tokens = batchSize * seqLen;
  const weights = 2 * tokens * d * d * (3 * 12 - 3);
  return weights + 6 * (2 * tokens * seqLen * d);
}

/** Node 20 has relaxed SIMD behind a flag; our engine sets it itself. jax-js uses it where it is, XNNPACK's build does not. */
const relaxedSimd = Number.parseInt(process.versions.node, 10) < 22 ? ['--experimental-wasm-relaxed-simd'] : [];
const rounds = Number(values.rounds);
const relaxed = hasRelaxedSimd();
const bounds = await wasmBounds(relaxed, 1 << 24);

/** A participant, the cores it has, and its times in milliseconds. */
interface Entry {
  readonly name: string;
  readonly cores: number;
  readonly process: Participant;
  readonly timesMs: number[];
}
async function start(c: Case): Promise<Entry[]> {
  const json = JSON.stringify(c.options);
  const own = [
    'env',
    'ESPALIER_ENGINE=wasm',
    'node',
    '--import',
    'tsx',
    'bench/participants/espalier.ts',
    c.task,
    json,
  ];
  const peer = (file: string): string[] => ['node', ...relaxedSimd, `bench/peers/${file}`, c.task, json];
  const commands: [command: string[], cores: number][] = [[own, 1]];
  if (cpus().length > 1) commands.push([own, 2]);
  commands.push([peer('jaxjs_peer.mjs'), 1]);
  if (c.task === 'gemm') commands.push([peer('tfjs_peer.mjs'), 1]);
  const out: Entry[] = [];
  for (const [command, cores] of commands) {
    const process = await Participant.start(command, cores);
    if (process) out.push({ name: process.name, cores, process, timesMs: [] });
  }
  return out;
}

const rows: string[][] = [];
console.log(JSON.stringify({ machine: cpus()[0].model, node: process.version, rounds, relaxedSimd: relaxed }));
for (const c of cases) {
  if (!`${c.task} ${c.name}`.includes(values.case)) continue;
  const entries = await start(c);
  const peaks: number[] = [];
  const readTimesMs: number[] = [];
  // The first round is for the host's optimising compiler.
  for (let round = -1; round < rounds; round++) {
    peaks.push(bounds.peak());
    if (c.readBytes) readTimesMs.push(bounds.readTimeMs(c.readBytes));
    for (const e of entries) {
      const own: number[] = [];
      for (let i = 0; i < c.repeats; i++) own.push(await e.process.run());
      if (round >= 0) e.timesMs.push(median(own));
    }
  }
  const ours = entries.filter((e) => e.name === 'espalier').map((e) => median(e.timesMs));
  for (const e of entries) {
    const timeMs = median(e.timesMs);
    const gflops = c.flops / timeMs / 1e6;
    const share = gflops / e.cores / median(peaks);
    const timesOurs = ours.map((t) => Number((timeMs / t).toPrecision(3)));
    const numbers = { medianTimeMs: Number(timeMs.toPrecision(4)), gflops, shareOfPeak: share, timesOurs };
    console.log(JSON.stringify({ task: c.task, case: c.name, participant: e.name, cores: e.cores, ...numbers }));
    rows.push([
      c.name,
      e.name,
      String(e.cores),
      `${timeMs.toPrecision(3)} ms`,
      gflops.toFixed(1),
      share.toFixed(2),
      ...timesOurs.map((t) => `${t.toFixed(2)}×`),
    ]);
    e.process.stop();
  }
  if (readTimesMs.length > 0) {
    const timeMs = median(readTimesMs);
    console.log(JSON.stringify({ task: c.task, case: c.name, readBytes: c.readBytes, medianTimeMs: timeMs }));
    const shares = ours.map((t) => `${(timeMs / t).toFixed(2)}×`);
    rows.push([c.name, '(reading B once)', '1', `${timeMs.toPrecision(3)} ms`, '', '', ...shares]);
  }
}
const header = ['case', 'participant', 'cores', 'median', 'GFLOP/s', 'of peak', 'of ours, 1 core', 'of ours, 2 cores'];
console.log(`\n${textTable(header.slice(0, rows[0]?.length), rows)}`);
process.exit(0);
