import { nearestName, UserError } from '../../base/index.ts';
import { type Cluster, numChips } from '../cluster/cluster.ts';
import { type ReportTable, timeText } from './report.ts';

/*
 * Questions of the form "and with twice the bandwidth?". `bandwidth=2x,batch=0.5x` are two questions, each for itself; a plus
 * joins changes to one: `chips=2x+batch=2x`. A value is a factor (`2x`) or a quantity with its unit (`100GB/s`).
 */

/** What a plan is made for, as far as questions can change it. */
export interface PlannedInputs {
  readonly cluster: Cluster;
  /** Sequences of a step. */
  readonly batch?: number;
  readonly seqLen?: number;
}

interface Change {
  readonly name: string;
  readonly factor?: number;
  /** In the unit of the quantity. */
  readonly value?: number;
}

/** One question: as it was written, and the inputs that it asks about. */
export interface WhatIf {
  readonly text: string;
  apply(inputs: PlannedInputs): PlannedInputs;
}

type Rate = (x: number) => number;
interface Quantity {
  readonly units: Readonly<Record<string, number>>;
  readonly says: string;
  change(inputs: PlannedInputs, of: Rate, name: string): PlannedInputs;
}

const bytesPerSec = { 'MB/s': 1e-3, 'GB/s': 1, 'TB/s': 1e3 };
const withChip = (i: PlannedInputs, chip: Partial<Cluster['chip']>): PlannedInputs => ({
  ...i,
  cluster: { ...i.cluster, chip: { ...i.cluster.chip, ...chip } },
});
const wholeNumber = (name: string, n: number): number => {
  if (!Number.isInteger(n) || n < 1)
    throw new UserError('plan/what-if', `${name} would be no whole number`, {
      expected: 'a positive integer',
      given: `${n}`,
    });
  return n;
};
const need = (name: string, value: number | undefined): number => {
  if (value === undefined)
    throw new UserError('plan/what-if', `there is no ${name} to change`, {
      advice: 'a program has the sizes that are written in it',
    });
  return value;
};

const quantities: Readonly<Record<string, Quantity>> = {
  bandwidth: {
    units: bytesPerSec,
    says: 'of all links, or with a dimension as bandwidth.network',
    change(i, of, name) {
      const [, dim] = name.split('.');
      const { dims } = i.cluster;
      if (dim !== undefined && !dims.some((d) => d.name === dim))
        throw new UserError('plan/what-if', `the cluster has no dimension "${dim}"`, {
          expected: dims.map((d) => d.name).join(', '),
        });
      // Measured times are of the links as they are.
      const { measured: _, ...cluster } = i.cluster;
      return {
        ...i,
        cluster: {
          ...cluster,
          dims: dims.map((d) => (dim === undefined || d.name === dim ? { ...d, linkGBPerSec: of(d.linkGBPerSec) } : d)),
        },
      };
    },
  },
  peak: {
    units: { 'TFLOP/s': 1 },
    says: 'of products',
    change: (i, of) =>
      withChip(i, {
        peakTflops: Object.fromEntries(Object.entries(i.cluster.chip.peakTflops).map(([t, x]) => [t, of(x)])),
      }),
  },
  'memory-bandwidth': {
    units: bytesPerSec,
    says: 'of a chip',
    change: (i, of) => withChip(i, { hbmGBPerSec: of(i.cluster.chip.hbmGBPerSec) }),
  },
  memory: {
    units: { GB: 1, GiB: 2 ** 30 / 1e9 },
    says: 'of a chip',
    change: (i, of) => withChip(i, { hbmGB: of(i.cluster.chip.hbmGB) }),
  },
  chips: {
    units: { '': 1 },
    says: 'along the slowest dimension',
    change: (i, of) => ({ ...i, cluster: resizedCluster(i.cluster, of(numChips(i.cluster))) }),
  },
  batch: {
    units: { '': 1 },
    says: 'sequences of a step',
    change: (i, of) => ({ ...i, batch: wholeNumber('the batch', of(need('batch', i.batch))) }),
  },
  'seq-len': {
    units: { '': 1 },
    says: 'tokens of a sequence',
    change: (i, of) => ({ ...i, seqLen: wholeNumber('the sequence', of(need('sequence length', i.seqLen))) }),
  },
};

/** The cluster with so many chips: its slowest dimension is longer or shorter. Throws `plan/what-if` where it cannot be. */
export function resizedCluster(cluster: Cluster, chips: number): Cluster {
  const { dims } = cluster;
  const inner = numChips(cluster) / dims[dims.length - 1].size;
  const size = chips / inner;
  if (!Number.isInteger(size) || size < 1)
    throw new UserError('plan/what-if', `${cluster.name} cannot have ${chips} chips`, {
      expected: `a multiple of ${inner}`,
    });
  const { hosts: _, measured: __, ...rest } = cluster;
  return {
    ...rest,
    name: `${cluster.name}, with ${chips} chips`,
    dims: dims.map((d, i) => (i === dims.length - 1 ? { ...d, size } : d)),
  };
}

export const whatIfHelp = `such as bandwidth=2x,batch=0.5x: each for itself, joined with +; of ${Object.keys(quantities).join(', ')}, a factor or a quantity with its unit`;

/** Reads questions. Throws `plan/what-if`, naming the one that cannot be read. */
export const whatIfs = (source: string): WhatIf[] =>
  source.split(',').map((text) => {
    const changes = text.split('+').map(changeOf);
    return {
      text: text.trim(),
      apply: (inputs) =>
        changes.reduce(
          (i, c) =>
            quantities[c.name.split('.')[0]].change(
              i,
              (x) => (c.factor === undefined ? c.value! : x * c.factor),
              c.name,
            ),
          inputs,
        ),
    };
  });

function changeOf(source: string): Change {
  const [, name, digits, unit] =
    /^\s*([a-z-]+(?:\.[\w-]+)?)\s*=\s*(\d+(?:\.\d+)?(?:e\d+)?)\s*(\S*)\s*$/.exec(source) ?? [];
  if (name === undefined)
    throw new UserError('plan/what-if', `"${source.trim()}" is no change`, {
      expected: 'a name, =, and a factor or a quantity, as bandwidth=2x',
    });
  const base = name.split('.')[0];
  const quantity = Object.hasOwn(quantities, base) ? quantities[base] : undefined;
  if (!quantity || (base !== name && base !== 'bandwidth')) {
    const near = nearestName(name, Object.keys(quantities));
    throw new UserError('plan/what-if', `there is no "${name}" to change`, {
      expected: Object.entries(quantities)
        .map(([n, q]) => `${n} (${q.says})`)
        .join(', '),
      advice: near === undefined ? undefined : `perhaps "${near}" is meant`,
    });
  }
  const number = Number(digits);
  if (!(number > 0 && Number.isFinite(number)))
    throw new UserError('plan/what-if', `${name} cannot be ${digits}`, { expected: 'more than 0' });
  if (unit === 'x') return { name, factor: number };
  if (!Object.hasOwn(quantity.units, unit))
    throw new UserError('plan/what-if', `${name}=${digits}${unit} has no unit of ${base}`, {
      expected: ['x', ...Object.keys(quantity.units)].map((u) => `${digits}${u}`).join(' or '),
    });
  return { name, value: number * quantity.units[unit] };
}

/** What planning found: what a step takes and costs, and which plan. */
export interface Outcome {
  readonly stepUs: number;
  /** Sequences or tokens that a step gets done, so that steps of other batches can be compared. */
  readonly work: number;
  readonly peakBytes: number;
  /** Price of a step. */
  readonly usd?: number;
  readonly plan: string;
}

/** The answers as rows. A question whose plan cannot be says why. */
export function whatIfTable(
  questions: readonly WhatIf[],
  inputs: PlannedInputs,
  before: Outcome,
  after: readonly (Outcome | string)[],
): ReportTable {
  const change = (now: number, was: number): string =>
    `${now >= was ? '+' : '−'}${Math.abs(100 * (now / was - 1)).toFixed(1)} %`;
  const hasPrice = before.usd !== undefined && inputs.cluster.price !== undefined;
  return {
    title: 'what if',
    header: ['change', 'step', 'time of the same work', 'memory', ...(hasPrice ? ['cost of it'] : []), 'best plan'],
    rows: questions.map(({ text }, i) => {
      const found = after[i];
      if (typeof found === 'string') return [text, '–', '–', '–', ...(hasPrice ? ['–'] : []), found];
      return [
        text,
        timeText(found.stepUs),
        change(found.stepUs / found.work, before.stepUs / before.work),
        change(found.peakBytes, before.peakBytes),
        ...(hasPrice ? [change((found.usd ?? 0) / found.work, before.usd! / before.work)] : []),
        found.plan === before.plan ? 'the same' : found.plan,
      ];
    }),
  };
}
