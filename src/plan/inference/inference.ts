import { UserError } from '../../base/index.ts';
import { type Chip, peakFlops } from '../cluster/chip.ts';
import { usableBytes } from '../cluster/cluster.ts';
import { palmInference } from '../training/calibrations.ts';
import { kvBytesPerToken } from '../transformer/memory.ts';
import { inferenceFlopsPerToken, numParams, numProductParams, type TransformerShape } from '../transformer/shape.ts';

/*
 * Inference of large Transformers over many chips (Pope et al. 2022): where weights stand still and where they travel, how the cache is
 * cut, and what a step takes at least.
 */

/** How the cache is cut: by heads, by sequences, or not at all. */
export type CacheCut = 'heads' | 'batch' | 'replicated';

/** Bytes of the cache of one position of all sequences, on one chip. */
export function cacheBytesPerPosition(
  s: TransformerShape,
  batch: number,
  chips: number,
  cut: CacheCut,
  bytesPerElement = 2,
): number {
  const whole = kvBytesPerToken(s, bytesPerElement) * batch;
  const ways =
    cut === 'replicated' ? 1 : cut === 'batch' ? Math.min(chips, batch) : Math.min(chips, s.kvHeads ?? s.heads);
  return whole / ways;
}

/** The longest context whose cache fits into a share of the memory. */
export function maxContext(
  s: TransformerShape,
  o: {
    readonly batch: number;
    readonly chips: number;
    readonly cut: CacheCut;
    readonly memoryBytes: number;
    readonly share: number;
  },
): number {
  return Math.floor((o.memoryBytes * o.share) / cacheBytesPerPosition(s, o.batch, o.chips, o.cut));
}

/** Where the weights of the MLP are during a pass: cut one way, cut two ways, or gathered over the chips of some axes. */
export type WeightLayout =
  | { readonly kind: '1-D weight-stationary' }
  /** Inputs of products cut so many ways, outputs by the other chips; default: the best, ½√n where F = 4E. */
  | { readonly kind: '2-D weight-stationary'; readonly inputWays?: number }
  | { readonly kind: 'weight-gathered'; readonly over: number };

export const layoutText = (l: WeightLayout): string =>
  l.kind === 'weight-gathered' ? `weights gathered over ${l.over}` : l.kind;

/** Elements that a chip sends and receives in one layer. */
export function layerTraffic(s: TransformerShape, tokens: number, chips: number, layout: WeightLayout): number {
  const [e, f] = [s.width, s.mlpWidth * (s.gated ? 1.5 : 1)];
  switch (layout.kind) {
    case '1-D weight-stationary':
      return chips === 1 ? 0 : 2 * tokens * e;
    case '2-D weight-stationary':
      if (chips === 1) return 0;
      if (layout.inputWays === undefined) return (8 * tokens * e) / Math.sqrt(chips);
      return 2 * tokens * (e / layout.inputWays + (f * layout.inputWays) / chips);
    case 'weight-gathered':
      return chips === 1 ? 0 : (2 * e * f * layout.over) / chips + (2 * tokens * e) / layout.over;
  }
}

export interface InferenceMachine {
  readonly chip: Chip;
  readonly chips: number;
  /** Bytes per second of all links of a chip. */
  readonly linksGBPerSec: number;
  readonly weightBytes: 1 | 2;
  /** Share of the peak that large products reach. */
  readonly matmul?: number;
  /** What a layer takes in decoding besides its bound. */
  readonly layerOverheadUs?: number;
}

export interface PhasePlan {
  readonly phase: 'prefill' | 'decode';
  readonly layout: WeightLayout;
  readonly cut: CacheCut;
  readonly batch: number;
  readonly chips: number;
  readonly computeUs: number;
  readonly memoryUs: number;
  readonly trafficUs: number;
  readonly overheadUs: number;
  /** Of one pass: of all tokens of a prefill, of one token of a decode. */
  readonly latencyUs: number;
  readonly chipSecondsPerToken: number;
  readonly utilization: number;
  readonly bytesPerChip: number;
  readonly fits: boolean;
}

/** One pass over `tokensPerSequence` new tokens of each of `batch` sequences, with `context` positions in the cache. */
export function inferencePass(
  s: TransformerShape,
  m: InferenceMachine,
  o: {
    readonly phase: 'prefill' | 'decode';
    readonly batch: number;
    readonly tokensPerSequence: number;
    readonly context: number;
    readonly layout: WeightLayout;
    readonly cut: CacheCut;
  },
): PhasePlan {
  const { chip, chips, weightBytes } = m;
  const tokens = o.batch * o.tokensPerSequence;
  const flops = tokens * inferenceFlopsPerToken(s, o.context, o.phase === 'prefill' ? 'causal' : 'all');
  const peak = peakFlops(chip, 'bf16') * chips;
  const computeUs = (flops / (peak * (m.matmul ?? palmInference.prefillMatmul))) * 1e6;
  const cacheBytes = cacheBytesPerPosition(s, o.batch, chips, o.cut) * (o.context + o.tokensPerSequence);
  const weights = (numParams(s) * weightBytes) / chips;
  const memoryUs = (weights + (o.phase === 'decode' ? cacheBytes : 0)) / (chip.hbmGBPerSec * 1e3);
  // Activations travel as 16-bit values, weights as they are.
  const trafficUs =
    (s.layers * layerTraffic(s, tokens, chips, o.layout) * (o.layout.kind === 'weight-gathered' ? weightBytes : 2)) /
    (m.linksGBPerSec * 1e3);
  const overheadUs = o.phase === 'decode' ? s.layers * (m.layerOverheadUs ?? 0) : 0;
  const latencyUs = Math.max(computeUs, memoryUs) + trafficUs + overheadUs;
  const bytesPerChip = weights + cacheBytes;
  return {
    phase: o.phase,
    layout: o.layout,
    cut: o.cut,
    batch: o.batch,
    chips,
    computeUs,
    memoryUs,
    trafficUs,
    overheadUs,
    latencyUs,
    chipSecondsPerToken: (chips * latencyUs) / 1e6 / tokens,
    utilization: passUtilization(numProductParams(s), tokens, chips, peakFlops(chip, 'bf16'), latencyUs / 1e6),
    bytesPerChip,
    fits: bytesPerChip <= usableBytes(chip),
  };
}

/** Share of the peak of a pass, 2 operations per parameter and token. */
export const passUtilization = (
  params: number,
  tokens: number,
  chips: number,
  peakFlopsPerChip: number,
  seconds: number,
): number => (2 * params * tokens) / (chips * peakFlopsPerChip * seconds);

/** Layouts of weights worth a look on so many chips: gathering over a third, two thirds or all of the torus' axes. */
export function weightLayouts(chips: number): WeightLayout[] {
  const overs = [...new Set([chips ** (1 / 3), chips ** (2 / 3), chips].map((n) => Math.round(n)))].filter(
    (n) => n > 1,
  );
  return [
    { kind: '1-D weight-stationary' },
    { kind: '2-D weight-stationary' },
    ...overs.map((over): WeightLayout => ({ kind: 'weight-gathered', over })),
  ];
}

/** For every layout of weights and cache the same pass, the fastest that fits first. */
export function inferencePlans(
  s: TransformerShape,
  m: InferenceMachine,
  o: {
    readonly phase: 'prefill' | 'decode';
    readonly batch: number;
    readonly tokensPerSequence: number;
    readonly context: number;
  },
): PhasePlan[] {
  const cuts: CacheCut[] = ['heads', ...(o.batch >= m.chips ? (['batch'] as const) : [])];
  return weightLayouts(m.chips)
    .flatMap((layout) => cuts.map((cut) => inferencePass(s, m, { ...o, layout, cut })))
    .sort((a, b) => Number(b.fits) - Number(a.fits) || a.latencyUs - b.latencyUs);
}

/** The plans that no other beats in both latency and chip-seconds per token, fastest first. Throws `plan/inference` where none fits. */
export function inferenceFrontier(
  s: TransformerShape,
  machine: Omit<InferenceMachine, 'chips'>,
  o: {
    readonly phase: 'prefill' | 'decode';
    readonly chips: readonly number[];
    readonly batches: readonly number[];
    readonly tokensPerSequence: number;
    readonly context: number;
  },
): PhasePlan[] {
  const all = o.chips.flatMap((chips) =>
    o.batches.map((batch) => inferencePlans(s, { ...machine, chips }, { ...o, batch })[0]),
  );
  const fitting = all
    .filter((p) => p.fits)
    .sort((a, b) => a.latencyUs - b.latencyUs || a.chipSecondsPerToken - b.chipSecondsPerToken);
  if (fitting.length === 0)
    throw new UserError('plan/inference', 'weights and cache fit on none of the numbers of chips', {
      expected: `at most ${(usableBytes(machine.chip) / 1e9).toFixed(1)} GB a chip`,
      given: `at least ${(Math.min(...all.map((p) => p.bytesPerChip)) / 1e9).toFixed(1)} GB`,
      advice: 'more chips, a smaller batch, a shorter context, or int8 weights',
    });
  let best = Number.POSITIVE_INFINITY;
  return fitting.filter((p) => {
    const isBetter = p.chipSecondsPerToken < best;
    if (isBetter) best = p.chipSecondsPerToken;
    return isBetter;
  });
}

/** Tokens from which a product is bound by computation, not by reading its weights. */
export const criticalBatch = (chip: Chip, weightBytes: number): number =>
  (peakFlops(chip, 'bf16') * weightBytes) / 2 / (chip.hbmGBPerSec * 1e9);
