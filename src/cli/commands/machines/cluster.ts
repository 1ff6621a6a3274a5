import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import type { Command } from 'commander';
import {
  allGather,
  allToAll,
  jit,
  Mesh,
  np,
  P,
  ppermute,
  psum,
  psumScatter,
  shardMap,
  type Tensor,
} from '../../../api/index.ts';
import { textTable, UserError } from '../../../base/index.ts';
import {
  type Cluster,
  type CollectiveKind,
  chips,
  clusterFamilies,
  clusterNamed,
  clusterReader,
  collectiveTimeUs,
  type MeasuredCollective,
  numChips,
  parseJson,
  placeMesh,
  readCluster,
} from '../../../plan/index.ts';
import { meshOption, positiveInteger, useEngine } from '../../options.ts';

/** A cluster by its name, or from a JSON file. */
export function openCluster(name: string): Cluster {
  return name.endsWith('.json')
    ? readCluster(parseJson(readFileSync(name, 'utf8'), name), name)
    : readCluster(clusterNamed(name));
}

export function addClusterCommand(program: Command): void {
  const out = (text: string): boolean => process.stdout.write(`${text}\n`);
  const command = program
    .command('cluster')
    .description('Clusters that plans are made for: chips, links, and what this machine measures.');
  command
    .command('list')
    .description('Show the clusters and chips that have a name.')
    .option('--json', 'as JSON')
    .action((o: { json?: boolean }) => {
      if (o.json)
        out(
          JSON.stringify({ clusters: clusterFamilies.map((f) => f.example), chips: [...chips.values()] }, undefined, 2),
        );
      else out(listText());
    });
  command
    .command('show <cluster>')
    .description('Print a cluster as JSON: dgx-h100:16, tpu-v4:4x4x8, cpu:4, or a JSON file, which is checked.')
    .option('--mesh <axes>', 'show how a mesh lies on it, and what collectives take', meshOption)
    .action((name: string, o: { mesh?: Mesh }) => {
      const cluster = openCluster(name);
      out(o.mesh ? meshText(cluster, o.mesh) : JSON.stringify(cluster, undefined, 2));
    });
  command
    .command('schema')
    .description('Print the JSON schema of a cluster.')
    .action(() => void out(JSON.stringify(clusterReader.schema, undefined, 2)));
  command
    .command('measure')
    .description(
      'Measure this machine: multiply-adds, memory, and collectives between its devices; writes a cluster as JSON.',
    )
    .option('--devices <n>', 'devices; default: one per core', positiveInteger)
    .option('--engine <name>', 'cpu or wasm', 'cpu')
    .option('--output <file>', 'write there instead of printing')
    .action(async (o: { devices?: number; engine: string; output?: string }) => {
      const text = JSON.stringify(await measureCluster(o), undefined, 2);
      if (o.output === undefined) out(text);
      else writeFileSync(o.output, `${text}\n`);
    });
}

function listText(): string {
  const peak = (c: Cluster['chip']): string =>
    Object.entries(c.peakTflops)
      .map(([t, n]) => `${t} ${n}`)
      .join(', ');
  const families = clusterFamilies.map(({ name, sizes, example }) => [
    name,
    `${name}:${sizes}`,
    example.name,
    `${numChips(example)} × ${example.chip.name}`,
    example.dims.map((d) => `${d.name} ${d.size} (${d.kind}, ${d.linkGBPerSec} GB/s)`).join(' × '),
    example.source ?? '',
  ]);
  const listed = [...chips.values()].map((c) => [
    c.name,
    peak(c),
    `${Math.round(c.hbmGB)} GB`,
    `${c.hbmGBPerSec} GB/s`,
    c.source ?? '',
  ]);
  return [
    textTable(['cluster', 'name', 'example', 'chips', 'dimensions', 'source'], families),
    '',
    textTable(['chip', 'peak, 1e12 operations/s', 'memory', 'bandwidth', 'source'], listed),
  ].join('\n');
}

const kinds: readonly CollectiveKind[] = [
  'all_reduce',
  'all_gather',
  'reduce_scatter',
  'all_to_all',
  'collective_permute',
];

function meshText(cluster: Cluster, mesh: Mesh): string {
  const axes = Object.entries(mesh.axes).map(([name, size]) => ({ name, size }));
  const groups = placeMesh(cluster, axes);
  const ms = (us: number): string => (us >= 1000 ? `${(us / 1000).toFixed(1)} ms` : `${us.toFixed(1)} µs`);
  const rows = axes.map(({ name, size }) => {
    const group = groups.get(name)!;
    const parts = group.parts.map(
      (p) =>
        `${p.size} along ${p.dim.name}${p.stride > 1 ? `, every ${p.stride}` : ''}${p.dim.kind === 'ring' ? (p.wraps ? ', closed' : ', open') : ''}`,
    );
    return [
      name,
      `${size}`,
      parts.join(' × ') || 'nothing',
      ...kinds.map((k) => ms(collectiveTimeUs(cluster, k, 64 * 2 ** 20, group))),
    ];
  });
  return [textTable(['axis', 'size', 'lies', ...kinds], rows), '', 'times are of tensors of 64 MiB'].join('\n');
}

/** Bytes of the tensors whose collectives are measured. */
const measuredBytes = [1 << 14, 1 << 18, 1 << 21, 1 << 24];
/** Collectives in a program, so that starting it counts little. */
const rounds = 8;

/** What returns a tensor as it came, and the collectives that it is made of: those of a pair are taken to last alike. */
const circuits: readonly { readonly ops: readonly CollectiveKind[]; run(x: Tensor, devices: number): Tensor }[] = [
  { ops: ['all_reduce'], run: (x) => psum(x, 'd') },
  {
    ops: ['reduce_scatter', 'all_gather'],
    run: (x) => allGather(psumScatter(x, 'd', { tiled: true }), 'd', { tiled: true }),
  },
  { ops: ['all_to_all'], run: (x) => allToAll(x, 'd', 0, 0, { tiled: true }) },
  {
    ops: ['collective_permute'],
    run: (x, n) =>
      ppermute(
        x,
        'd',
        Array.from({ length: n }, (_, i) => [i, (i + 1) % n] as const),
      ),
  },
];

/** The least times of several programs, in microseconds, run in turns so that what else the machine does meets all of them alike. */
async function bestUs(programs: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const best = programs.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < 12; turn++)
    for (const [i, run] of programs.entries()) {
      const start = performance.now();
      await run();
      if (turn > 0) best[i] = Math.min(best[i], (performance.now() - start) * 1e3);
    }
  return best;
}

/** Measures this machine as a cluster of so many devices of an engine. Throws `cli/cluster` for one without a profiler. */
async function measureCluster(o: { readonly devices?: number; readonly engine: string }): Promise<Cluster> {
  const devices = o.devices ?? availableParallelism();
  const engine = useEngine(o);
  if (!engine.profiler)
    throw new UserError('cli/cluster', `the engine "${o.engine}" measures nothing`, { expected: 'cpu or wasm' });
  const machine = await engine.profiler.measureMachine();
  const coresPerDevice = Math.max(1, Math.floor(availableParallelism() / devices));
  const mesh = new Mesh({ d: devices });
  const measured: MeasuredCollective[] = [];
  const programOf = async (x: Tensor, step: (y: Tensor) => Tensor): Promise<() => Promise<unknown>> => {
    const local = (y: Tensor): Tensor => {
      let z = y;
      // Between collectives something is computed, so that two are never made one.
      for (let i = 0; i < rounds; i++) z = np.add(np.multiply(step(z), 0.25), 1);
      return z;
    };
    const program = jit(shardMap(local, { mesh, inSpecs: [P('d')], outSpecs: P('d') }), { mesh });
    const placed = await program(x).ready();
    return () => program(placed).ready();
  };
  if (devices > 1)
    for (const bytes of measuredBytes) {
      const x = np.zeros([(devices * bytes) / 4]);
      const steps = [(y: Tensor) => y, ...circuits.map((c) => (y: Tensor) => c.run(y, devices))];
      const [baseUs, ...times] = await bestUs(await Promise.all(steps.map((step) => programOf(x, step))));
      circuits.forEach(({ ops }, i) => {
        const us = (times[i] - baseUs) / rounds / ops.length;
        // Where the machine is busy with other things, a difference can vanish: better no measurement than that one.
        if (us > 0)
          for (const op of ops) measured.push({ op, nodes: 1, perNode: devices, bytes, us: Number(us.toPrecision(3)) });
        else process.stderr.write(`${ops.join(' and ')} of ${bytes} bytes: lost in noise\n`);
      });
    }
  await engine.close();
  const round = (n: number): number => Number(n.toPrecision(4));
  const tflops = round((machine.gflopPerSecPerCore * coresPerDevice) / 1e3);
  return readCluster({
    name: `${hostname()}, ${devices} devices`,
    chip: {
      name: cpus()[0]?.model.trim() || 'unknown processor',
      peakTflops: { fp32: tflops, bf16: tflops },
      hbmGB: round(totalmem() / devices / 1e9),
      hbmGBPerSec: round(machine.gbPerSecPerCore * coresPerDevice),
      kernelFloorUs: machine.wakeUs,
      efficiency: { matmul: 0.8, memory: 0.8 },
      source: 'measured here; shares of the peaks are assumed',
    },
    hosts: 1,
    chipsPerHost: devices,
    dims: [
      {
        name: 'memory',
        size: devices,
        kind: 'switch',
        linkGBPerSec: round(machine.linkGbPerSec),
        alphaUs: machine.linkLatencyUs,
      },
    ],
    ...(measured.length > 0 ? { measured } : {}),
    source: `measured by \`espalier cluster measure\` with the engine ${engine.name}`,
  });
}
