import { nearestName, product, UserError } from '../../base/index.ts';
import { type Chip, chipNamed } from './chip.ts';
import type { Cluster, ClusterDim } from './cluster.ts';
import { measuredLinks } from './links.ts';

/* Clusters that have a name: a family with a size, as `tpu-v4:4x4x8`, `dgx-h100:16` (hosts) or `cpu:4` (devices). */

interface Family {
  readonly name: string;
  /** How the size is written, and the one without a size. */
  readonly sizes: string;
  readonly usual: string;
  make(name: string, size: readonly number[]): Cluster;
}

interface TpuLine {
  readonly chip: string;
  readonly rank: 2 | 3;
  readonly most: readonly number[];
  readonly linkGBPerSec: number;
  readonly wrap: 'multipleOf4' | 'at16' | true;
  readonly chipsPerHost: number;
  readonly pcieGBPerSec: number;
  readonly power: Cluster['power'];
  readonly usual: string;
}

const tpus: Readonly<Record<string, TpuLine>> = {
  'tpu-v2': {
    chip: 'TPU v2',
    rank: 2,
    most: [16, 16],
    linkGBPerSec: 62,
    wrap: true,
    chipsPerHost: 4,
    pcieGBPerSec: 15,
    power: { chipWatts: 221, idleWatts: 90, pue: 1.1 },
    usual: '16x16',
  },
  'tpu-v3': {
    chip: 'TPU v3',
    rank: 2,
    most: [32, 32],
    linkGBPerSec: 100,
    wrap: true,
    chipsPerHost: 4,
    pcieGBPerSec: 15,
    power: { chipWatts: 283, idleWatts: 110, pue: 1.1 },
    usual: '32x32',
  },
  'tpu-v4': {
    chip: 'TPU v4',
    rank: 3,
    most: [16, 16, 16],
    linkGBPerSec: 45,
    wrap: 'multipleOf4',
    chipsPerHost: 4,
    pcieGBPerSec: 15,
    power: { chipWatts: 353, idleWatts: 140, pue: 1.1 },
    usual: '4x4x4',
  },
  'tpu-v5e': {
    chip: 'TPU v5e',
    rank: 2,
    most: [16, 16],
    linkGBPerSec: 45,
    wrap: 'at16',
    chipsPerHost: 8,
    pcieGBPerSec: 15,
    power: undefined,
    usual: '16x16',
  },
  'tpu-v5p': {
    chip: 'TPU v5p',
    rank: 3,
    most: [16, 20, 28],
    linkGBPerSec: 90,
    wrap: 'multipleOf4',
    chipsPerHost: 4,
    pcieGBPerSec: 15,
    power: undefined,
    usual: '8x8x8',
  },
  'tpu-v6e': {
    chip: 'TPU v6e',
    rank: 2,
    most: [16, 16],
    linkGBPerSec: 90,
    wrap: 'at16',
    chipsPerHost: 8,
    pcieGBPerSec: 32,
    power: undefined,
    usual: '16x16',
  },
};

function tpu(family: string, line: TpuLine): Family {
  return {
    name: family,
    sizes: Array.from({ length: line.rank }, (_, i) => 'XYZ'[i]).join('x'),
    usual: line.usual,
    make(name, size) {
      if (size.length !== line.rank) throw wrongSize(name, `${line.rank} sizes, as ${family}:${line.usual}`);
      // Sizes are of any order; the largest slice bounds them in order of size.
      const sorted = [...size].sort((a, b) => a - b);
      if (sorted.some((n, i) => n > line.most[i])) throw wrongSize(name, `at most ${line.most.join('x')} chips`);
      const chips = size.reduce((a, b) => a * b, 1);
      const chipsPerHost = Math.min(chips, line.chipsPerHost);
      return {
        name,
        chip: chipNamed(line.chip),
        ...(chips % chipsPerHost === 0 ? { hosts: chips / chipsPerHost, chipsPerHost } : {}),
        dims: size.map(
          (n, i): ClusterDim => ({
            name: 'xyz'[i],
            size: n,
            kind: 'ring',
            linkGBPerSec: line.linkGBPerSec,
            linksPerChip: 2,
            alphaUs: 1,
            wrap: line.wrap,
          }),
        ),
        hostLink: { pcieGBPerSec: line.pcieGBPerSec, networkGBPerSecPerHost: 25, networkAlphaUs: 50 },
        ...(line.power ? { power: line.power } : {}),
        source: 'scaling-book, tpus',
      };
    },
  };
}

interface GpuLine {
  readonly chip: string;
  readonly perHost: number;
  readonly usual: string;
  readonly node: Partial<ClusterDim> & { readonly linkGBPerSec: number };
  /** Of one chip, or of the host if `sharedBelow`. */
  readonly network: Partial<ClusterDim> & { readonly linkGBPerSec: number };
  readonly pcieGBPerSec: number;
  readonly power: Cluster['power'];
  readonly measured?: Cluster['measured'];
  readonly source: string;
}

const gpus: Readonly<Record<string, GpuLine>> = {
  'dgx-a100': {
    chip: 'A100-80GB',
    perHost: 8,
    usual: '4',
    node: { linkGBPerSec: 250, alphaUs: 8 },
    network: { linkGBPerSec: 23, alphaUs: 15 },
    pcieGBPerSec: 25,
    power: { chipWatts: 320, idleWatts: 120, pue: 1.1 },
    measured: measuredLinks['dgx-a100'],
    source: "links as measured by vidur's authors",
  },
  'dgx-h100': {
    chip: 'H100-SXM',
    perHost: 8,
    usual: '8',
    node: { linkGBPerSec: 380, alphaUs: 5 },
    network: { linkGBPerSec: 45, alphaUs: 12 },
    pcieGBPerSec: 50,
    power: { chipWatts: 600, idleWatts: 200, pue: 1.1 },
    measured: measuredLinks['dgx-h100'],
    source: "links as measured by vidur's authors; across hosts 400 Gbit/s a chip",
  },
  'p3.16xlarge': {
    chip: 'V100-16GB',
    perHost: 8,
    usual: '8',
    node: { linkGBPerSec: 110, alphaUs: 8 },
    network: { linkGBPerSec: 3.1, alphaUs: 40, sharedBelow: true },
    pcieGBPerSec: 12,
    power: { chipWatts: 325, idleWatts: 120, pue: 1.1 },
    source: 'AlpaServe and Alpa: 25 Gbit/s a host',
  },
};

const gpu = (family: string, line: GpuLine): Family => ({
  name: family,
  sizes: 'hosts',
  usual: line.usual,
  make(name, size) {
    if (size.length !== 1) throw wrongSize(name, `hosts, as ${family}:${line.usual}`);
    const [hosts] = size;
    const network: ClusterDim = { name: 'network', size: hosts, kind: 'fatTree', ...line.network };
    return {
      name,
      chip: chipNamed(line.chip),
      hosts,
      chipsPerHost: line.perHost,
      dims: [{ name: 'node', size: line.perHost, kind: 'switch', ...line.node }, ...(hosts > 1 ? [network] : [])],
      hostLink: { pcieGBPerSec: line.pcieGBPerSec },
      power: line.power,
      ...(line.measured ? { measured: line.measured } : {}),
      source: line.source,
    };
  },
});

const cpu: Family = {
  name: 'cpu',
  sizes: 'devices',
  usual: '4',
  make(name, size) {
    if (size.length !== 1) throw wrongSize(name, 'devices, as cpu:4');
    return {
      name,
      chip: chipNamed('CPU core'),
      hosts: 1,
      chipsPerHost: size[0],
      dims: [{ name: 'memory', size: size[0], kind: 'switch', linkGBPerSec: 5, alphaUs: 5 }],
      source: 'assumed; `espalier cluster measure` has this machine',
    };
  },
};

const families: readonly Family[] = [
  ...Object.entries(tpus).map(([name, line]) => tpu(name, line)),
  ...Object.entries(gpus).map(([name, line]) => gpu(name, line)),
  cpu,
];

const wrongSize = (name: string, expected: string): UserError =>
  new UserError('plan/cluster', `there is no cluster ${name}`, { expected });

/** Every family with one member. */
export const clusterFamilies: readonly { readonly name: string; readonly sizes: string; readonly example: Cluster }[] =
  families.map((f) => ({
    name: f.name,
    sizes: f.sizes,
    example: f.make(`${f.name}:${f.usual}`, f.usual.split('x').map(Number)),
  }));

/** Hosts or chips of the largest cluster: layouts of more are not counted in any time. */
const MOST = 1_000_000;

/** The cluster of a name such as `tpu-v4:4x4x8`, `dgx-h100:16` or `p3.16xlarge` (its usual size). Throws `plan/cluster` with the nearest. */
export function clusterNamed(name: string): Cluster {
  const [base, size, ...rest] = name.split(':');
  const family = families.find((f) => f.name === base);
  if (!family || rest.length > 0) {
    const near = nearestName(
      base,
      families.map((f) => f.name),
    );
    throw new UserError('plan/cluster', `there is no cluster "${name}"`, {
      expected: families.map((f) => `${f.name}:${f.usual}`).join(', '),
      advice: near === undefined ? 'give a size, or a JSON file that describes it' : `perhaps "${near}" is meant`,
    });
  }
  const sizes = (size ?? family.usual).split('x').map(Number);
  if (sizes.some((n) => !Number.isSafeInteger(n) || n < 1))
    throw wrongSize(`"${name}"`, `sizes as ${family.name}:${family.usual}`);
  if (product(sizes) > MOST) throw wrongSize(`"${name}"`, `at most ${MOST} ${family.sizes}`);
  return family.make(name.includes(':') ? name : `${name}:${family.usual}`, sizes);
}

/** The same cluster with another chip. */
export const withChip = (cluster: Cluster, chip: Chip): Cluster => ({ ...cluster, chip });
