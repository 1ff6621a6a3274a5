import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { textTable } from '../src/base/index.ts';
import { Participant } from './participants/participant.ts';

/*
 * The wasm engine beside jax-js and TensorFlow.js (XNNPACK), all on WebAssembly in Node, in interleaved runs: every round each
 * participant does a task once; medians over the rounds, and the ratio of the peer's median to ours. Prints JSON lines, then a
 * table. Peers start no threads in Node, so the comparison is on one core.
 *
 *   npx tsx bench/wasm.ts [--rounds 9] [--case block]
 *
 * Needs `npm install --prefix bench/peers`; peers that cannot run are named and left out.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, case: { type: 'string', default: '' } },
});

interface Case {
  readonly task: 'gemm' | 'block';
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly flops?: number;
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
    return { task: 'gemm', name, options, flops: 2 * batch * m * n * k, repeats: 20 };
  }),
  ...blocks.map(
    (options): Case => ({
      task: 'block',
      name: `Transformer block d=${options.embedDim}, forward and backward`,
      options,
      repeats: 3,
    }),
  ),
];

/** Node 20 has relaxed SIMD behind a flag; our engine sets it itself. */
const relaxedSimd = Number.parseInt(process.versions.node, 10) < 22 ? ['--experimental-wasm-relaxed-simd'] : [];
const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)];
const rounds = Number(values.rounds);
const rows: string[][] = [];
console.log(JSON.stringify({ machine: cpus()[0].model, node: process.version, rounds }));
for (const c of cases) {
  if (!`${c.task} ${c.name}`.includes(values.case)) continue;
  const json = JSON.stringify(c.options);
  const commands = [
    ['env', 'ESPALIER_ENGINE=wasm', 'node', '--import', 'tsx', 'bench/participants/espalier.ts', c.task, json],
    ['node', ...relaxedSimd, 'bench/peers/jaxjs_peer.mjs', c.task, json],
    ...(c.task === 'gemm' ? [['node', ...relaxedSimd, 'bench/peers/tfjs_peer.mjs', c.task, json]] : []),
  ];
  const started: Participant[] = [];
  for (const command of commands) {
    const p = await Participant.start(command, 1);
    if (p) started.push(p);
  }
  const times = new Map(started.map((p) => [p, [] as number[]]));
  // The first round is for the host's optimising compiler.
  for (let round = -1; round < rounds; round++)
    for (const p of started) {
      const own: number[] = [];
      for (let i = 0; i < c.repeats; i++) own.push(await p.run());
      if (round >= 0) times.get(p)!.push(median(own));
    }
  const ours = median(times.get(started[0])!);
  for (const p of started) {
    const timeMs = median(times.get(p)!);
    const gflops = c.flops === undefined ? undefined : c.flops / timeMs / 1e6;
    const numbers = { medianTimeMs: Number(timeMs.toPrecision(4)), timesOurs: Number((timeMs / ours).toPrecision(3)) };
    console.log(JSON.stringify({ task: c.task, case: c.name, participant: p.name, ...numbers }));
    const speed = gflops === undefined ? '' : `${gflops.toFixed(1)} GFLOP/s`;
    rows.push([c.task, c.name, p.name, `${timeMs.toPrecision(3)} ms`, speed, `${(timeMs / ours).toFixed(2)}×`]);
    p.stop();
  }
}
console.log(`\n${textTable(['task', 'case', 'participant', 'median', 'speed', 'of our time'], rows)}`);
