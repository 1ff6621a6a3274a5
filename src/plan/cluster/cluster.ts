import { UserError } from '../../base/index.ts';
import {
  choice,
  count,
  either,
  flag,
  list,
  notNegative,
  object,
  positive,
  type ReadBy,
  real,
  text,
} from '../reading/reader.ts';
import { type Chip, chipNamed, chipReader } from './chip.ts';

/*
 * A cluster as data: chips along dimensions, each with its own kind of links, from the fastest to the slowest. JSON of this form is
 * what `espalier cluster show` prints, `cluster measure` writes and every planner reads.
 */

const dimReader = object(
  {
    name: text,
    size: count,
    kind: choice('ring', 'switch', 'fatTree'),
    /** Of one link in one direction. */ linkGBPerSec: positive,
  },
  {
    /** Links of one chip along the dimension: of a ring 2, one to each side. */
    linksPerChip: positive,
    /** Latency of one hop. */
    alphaUs: notNegative,
    /** Whether the ends of a ring are joined: always, or only where its length allows it. */
    wrap: either(flag, choice('multipleOf4', 'at16')),
    /** Of a fat tree: how much less its upper levels carry than its leaves, and how many members a leaf has. */
    oversubscription: real({ min: 1 }),
    leafSize: count,
    /** Whether the links belong to the members of the dimension below together: one network card per host, not per chip. */
    sharedBelow: flag,
  },
);
export type ClusterDim = ReadBy<typeof dimReader>;

const collectives = ['all_reduce', 'all_gather', 'reduce_scatter', 'all_to_all', 'collective_permute'] as const;
export type CollectiveKind = (typeof collectives)[number];

const measuredReader = object(
  { op: choice(...collectives), nodes: count, perNode: count, bytes: positive, us: positive },
  {},
);
/** One measured collective: `bytes` as in `collectiveTimeUs`. */
export type MeasuredCollective = ReadBy<typeof measuredReader>;

export const clusterReader = object(
  { name: text, chip: either(text, chipReader), dims: list(dimReader, { min: 1 }) },
  {
    hosts: count,
    chipsPerHost: count,
    hostLink: object({}, { pcieGBPerSec: positive, networkGBPerSecPerHost: positive, networkAlphaUs: notNegative }),
    power: object({ chipWatts: positive }, { idleWatts: notNegative, pue: real({ min: 1 }) }),
    price: object({ usdPerChipHour: notNegative }, { spotUsdPerChipHour: notNegative }),
    grid: object({ kgPerKWh: notNegative }, {}),
    mtbfChipHours: positive,
    measured: list(measuredReader),
    source: text,
  },
);
type ClusterData = ReadBy<typeof clusterReader>;

/** A cluster whose chip is described, not only named. */
export interface Cluster extends Omit<ClusterData, 'chip'> {
  readonly chip: Chip;
}

/** Reads a cluster from JSON. Throws `plan/data` naming the field, and `plan/chip`. */
export function readCluster(value: unknown, at = 'cluster'): Cluster {
  const data = clusterReader.read(value, at);
  const cluster = { ...data, chip: typeof data.chip === 'string' ? chipNamed(data.chip) : data.chip };
  const { hosts, chipsPerHost } = data;
  if (hosts !== undefined && chipsPerHost !== undefined && hosts * chipsPerHost !== numChips(cluster))
    throw new UserError('plan/data', `${at} has dimensions that do not fit its hosts`, {
      expected: `${hosts} hosts × ${chipsPerHost} chips`,
      given: data.dims.map((d) => `${d.name} ${d.size}`).join(' × '),
    });
  return cluster;
}

export const numChips = ({ dims }: Pick<Cluster, 'dims'>): number => dims.reduce((n, d) => n * d.size, 1);

/** Bytes of memory of one chip, and what a program can have of it. */
export const hbmBytes = ({ hbmGB }: Chip): number => hbmGB * 1e9;
export const usableBytes = (chip: Chip): number => hbmBytes(chip) * (chip.usable ?? 1);

/** Whether a ring along a dimension is closed. */
export function wraps({ kind, size, wrap = true }: ClusterDim): boolean {
  if (kind !== 'ring') return false;
  if (wrap === 'multipleOf4') return size % 4 === 0;
  return wrap === 'at16' ? size === 16 : wrap;
}
