import { UserError } from '../../base/index.ts';
import { Permutation } from './permutation.ts';

/** Weights of sources from one example on. */
export interface MixtureStage {
  /** The first example of the stage: a multiple of the block size; the first stage begins at 0. */
  readonly start: number;
  readonly weights: Readonly<Record<string, number>>;
}

export interface MixtureOptions {
  /** Examples of which each source has a fixed number. Default 2,048. */
  readonly blockSize?: number;
  readonly seed?: number;
}

interface Stage {
  readonly start: number;
  /** Examples of each source in a block, and where its places in the block begin. */
  readonly counts: readonly number[];
  readonly offsets: readonly number[];
  /** Examples of each source before the stage. */
  readonly before: readonly number[];
}

/**
 * Which example of which source the mixture has at any place, without going through those before: each block holds a fixed number of
 * each source's, in an order of its own. Sources are taken in turn from their first example on, without end.
 * Source: Levanter, `data/mixture.py`; seqio's rates in `ratesByExamples`.
 */
export class Mixture {
  readonly sources: readonly string[];
  readonly blockSize: number;
  /** As they were given. */
  readonly stages: readonly MixtureStage[];
  readonly #stages: readonly Stage[];
  readonly #seed: number;

  /** Throws `data/mixture` for weights that are none, stages off the blocks, and sources that get nothing of a block. */
  constructor(stages: readonly MixtureStage[] | Readonly<Record<string, number>>, o: MixtureOptions = {}) {
    const { blockSize = 2048, seed = 0 } = o;
    const list = Array.isArray(stages)
      ? (stages as readonly MixtureStage[])
      : [{ start: 0, weights: stages as Readonly<Record<string, number>> }];
    this.blockSize = blockSize;
    this.stages = list;
    this.#seed = seed;
    this.sources = [...new Set(list.flatMap((s) => Object.keys(s.weights)))];
    const wrong = (message: string, expected: string, given: string): UserError =>
      new UserError('data/mixture', message, { expected, given });
    if (!Number.isSafeInteger(blockSize) || blockSize < 1 || blockSize > 65_536)
      throw wrong('a block has a whole number of examples', '1 to 65,536', `${blockSize}`);
    const before = this.sources.map(() => 0);
    this.#stages = list.map(({ start, weights }, s) => {
      const last = list[s - 1];
      if (s === 0 ? start !== 0 : start <= last.start || start % blockSize !== 0)
        throw wrong(
          `stage ${s + 1} begins at example ${start}`,
          s === 0 ? '0' : `a multiple of ${blockSize} beyond ${last.start}`,
          `${start}`,
        );
      const counts = countsOf(weights, this.sources, blockSize);
      const offsets = counts.map((_, i) => counts.slice(0, i).reduce((a, b) => a + b, 0));
      const own = { start, counts, offsets, before: [...before] };
      const end = list[s + 1]?.start;
      if (end !== undefined) for (const i of before.keys()) before[i] += (counts[i] * (end - start)) / blockSize;
      return own;
    });
  }

  /** What is at a place of the whole order: example `index` of `source`, counted without end over its epochs. */
  at(place: number): { readonly source: string; readonly index: number } {
    if (!Number.isSafeInteger(place) || place < 0)
      throw new UserError('data/mixture', `there is no place ${place}`, { expected: 'a whole number from 0 on' });
    const stage = this.#stages.findLast((s) => s.start <= place)!;
    const block = Math.floor(place / this.blockSize);
    const slot = new Permutation(this.blockSize, this.#seed, block).at(place % this.blockSize);
    const i = stage.offsets.findLastIndex((offset, k) => offset <= slot && stage.counts[k] > 0);
    const blocks = block - stage.start / this.blockSize;
    const index = stage.before[i] + blocks * stage.counts[i] + slot - stage.offsets[i];
    return { source: this.sources[i], index };
  }

  /** Examples of each source in a block of the stage that has `place`. */
  countsAt(place: number): Readonly<Record<string, number>> {
    const stage = this.#stages.findLast((s) => s.start <= place)!;
    return Object.fromEntries(this.sources.map((name, i) => [name, stage.counts[i]]));
  }
}

/** Examples of each source in a block: whole shares of it, and what is left over to the largest. */
function countsOf(
  weights: Readonly<Record<string, number>>,
  sources: readonly string[],
  blockSize: number,
): readonly number[] {
  for (const [name, w] of Object.entries(weights))
    if (!(w >= 0 && Number.isFinite(w)))
      throw new UserError('data/mixture', `the weight of ${name} is ${w}`, { expected: 'a number from 0 on' });
  const total = Object.values(weights).reduce((a, b) => a + b, 0);
  if (!(total > 0)) throw new UserError('data/mixture', 'no source has a weight', { expected: 'one above 0' });
  const counts = sources.map((name) => Math.floor(((weights[name] ?? 0) / total) * blockSize));
  const largest = counts.indexOf(Math.max(...counts));
  counts[largest] += blockSize - counts.reduce((a, b) => a + b, 0);
  const none = sources.find((name, i) => (weights[name] ?? 0) > 0 && counts[i] === 0);
  if (none !== undefined)
    throw new UserError('data/mixture', `${none} gets no example of a block`, {
      given: `${(((weights[none] ?? 0) / total) * 100).toPrecision(2)} % of ${blockSize}`,
      advice: 'choose larger blocks or a larger weight',
    });
  return counts;
}

/**
 * Weights by numbers of examples: times `scale`, at most `maximum`, to the power 1 / `temperature`. T5 has a maximum of 2^21 and
 * temperatures of 1 to 2. Source: seqio, `mixing_rate_num_examples`.
 */
export function ratesByExamples(
  numExamples: Readonly<Record<string, number>>,
  o: { readonly scale?: number; readonly maximum?: number; readonly temperature?: number } = {},
): Readonly<Record<string, number>> {
  const { scale = 1, maximum = Infinity, temperature = 1 } = o;
  return Object.fromEntries(
    Object.entries(numExamples).map(([name, n]) => [name, Math.min(n * scale, maximum) ** (1 / temperature)]),
  );
}
