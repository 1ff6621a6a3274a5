import { UserError } from '../../base/index.ts';
import { clusterNamed } from '../cluster/catalogue.ts';
import { type Cluster, numChips, usableBytes } from '../cluster/cluster.ts';
import { count, list, object, positive, type ReadBy } from '../reading/reader.ts';
import { type MachineConstants, type PlannedStages, type StagesCost, stageMachine } from './uneven-stages.ts';

/* Wide residual networks as sizes, trained in float32 in a pipeline whose stages are cut their own way; every block is computed again in its backward pass. */

export const convNetworkReader = object(
  { image: count, classes: count, channels: count, blocks: list(count, { min: 1 }) },
  {
    /** How much wider the 3 × 3 convolutions give than what they take. */
    widthFactor: positive,
  },
);
/** Bottleneck blocks in groups; each group has twice the channels and half the rows of the one before. */
export type ConvNetwork = ReadBy<typeof convNetworkReader>;

/** One block: what it costs per image, forward. */
export interface ConvBlock {
  readonly params: number;
  readonly flops: number;
  /** Elements that its convolutions give, and that it hands on. */
  readonly elements: number;
  readonly outElements: number;
}

/** The blocks, the first with the stem, the last with the classifier. */
export function convBlocks({ image, classes, channels, blocks, widthFactor = 1 }: ConvNetwork): ConvBlock[] {
  let [rows, taken] = [Math.ceil(image / 4), channels];
  const found: ConvBlock[] = [];
  blocks.forEach((n, group) => {
    const inner = channels * 2 ** group;
    for (let i = 0; i < n; i++) {
      const stride = group > 0 && i === 0 ? 2 : 1;
      const before = rows;
      rows = Math.ceil(rows / stride);
      const given = 4 * inner;
      const wide = inner * widthFactor;
      const convs: readonly (readonly [rows: number, from: number, to: number, kernel: number])[] = [
        [before, taken, inner, 1],
        [rows, inner, wide, 3],
        [rows, wide, given, 1],
        ...(taken === given && stride === 1 ? [] : [[rows, taken, given, 1] as const]),
      ];
      found.push({
        params: convs.reduce((sum, [, from, to, k]) => sum + k * k * from * to + 2 * to, 0),
        flops: convs.reduce((sum, [r, from, to, k]) => sum + 2 * r * r * k * k * from * to, 0),
        elements: convs.reduce((sum, [r, , to]) => sum + r * r * to, 0),
        outElements: rows * rows * given,
      });
      taken = given;
    }
  });
  const stem = {
    params: 147 * channels,
    flops: 2 * (image / 2) ** 2 * 147 * channels,
    elements: (image / 2) ** 2 * channels,
  };
  const first = found[0];
  found[0] = {
    ...first,
    params: first.params + stem.params,
    flops: first.flops + stem.flops,
    elements: first.elements + stem.elements,
  };
  const last = found[found.length - 1];
  found[found.length - 1] = { ...last, params: last.params + taken * classes, flops: last.flops + 2 * taken * classes };
  return found;
}

export const convParams = (n: ConvNetwork): number => convBlocks(n).reduce((sum, b) => sum + b.params, 0);

/** Operations of one image, forward and backward, nothing counted that is computed again. */
export const convTrainingFlops = (n: ConvNetwork): number => 3 * convBlocks(n).reduce((sum, b) => sum + b.flops, 0);

const bytesPerElement = 4;
/** Weights, gradients and Adam's moments in float32. */
const stateBytes = { kept: 8, moments: 8 };
/** What batch norm and activations move per element that a convolution gives: read and written some four times forward, six backward. */
const trafficBytes = 10 * 2 * bytesPerElement;

/** Time and memory of a pipeline; `layers` of a stage counts blocks. Throws `plan/layout` where it does not fit. */
export function convStagesCost(
  n: ConvNetwork,
  batch: number,
  p: PlannedStages,
  cluster: Cluster,
  constants: MachineConstants,
): StagesCost {
  const all = convBlocks(n);
  const used = p.stages.reduce((sum, s) => sum + s.data * s.tensor, 0);
  if (used > numChips(cluster) || p.stages.reduce((sum, s) => sum + s.layers, 0) !== all.length)
    throw new UserError('plan/layout', 'the stages do not fit', {
      expected: `${all.length} blocks on at most ${numChips(cluster)} chips`,
      given: `${p.stages.map((s) => s.layers).join(' + ')} blocks on ${used}`,
    });
  const images = batch / p.microBatches;
  let next = 0;
  const parts = p.stages.map(({ layers, data, tensor }, stage) => {
    const blocks = all.slice(next, next + layers);
    next += layers;
    const machine = stageMachine(cluster, constants, data, tensor);
    const sum = (of: keyof ConvBlock): number => blocks.reduce((total, b) => total + b[of], 0);
    const local = images / data;
    const computeUs = ((local / tensor) * 4 * sum('flops') * 1e6) / (constants.peakFlops * constants.matmul);
    const elementwiseUs = ((local / tensor) * sum('elements') * trafficBytes) / (constants.hbmGBPerSec * 1e3);
    // Channels are cut: what a convolution gives is gathered for the next, and its gradient scattered; forward, again, and back.
    const tensorUs =
      tensor === 1 ? 0 : 4 * machine.collectiveUs('tensor', 'all_gather', local * sum('elements') * bytesPerElement);
    const outBytes = (local / tensor) * blocks[blocks.length - 1].outElements * bytesPerElement;
    const transferUs = p.stages.length === 1 ? 0 : 2 * machine.transferUs!(outBytes);
    const params = sum('params') / tensor;
    const onceUs =
      data === 1
        ? 0
        : machine.collectiveUs('data', 'reduce_scatter', 4 * params) +
          machine.collectiveUs('data', 'all_gather', 4 * params);
    const updateUs = ((params / data) * (2 * stateBytes.moments + 8)) / (constants.hbmGBPerSec * 1e3);
    const inFlight = Math.min(p.microBatches, p.stages.length - stage);
    const inputs = blocks.reduce((total, b) => total + b.outElements, 0);
    const inside = Math.max(...blocks.map((b) => b.elements));
    const peakBytes =
      params * (stateBytes.kept + stateBytes.moments / data) +
      (local / tensor) * bytesPerElement * (inFlight * inputs + 2 * inside);
    return { stageUs: computeUs + elementwiseUs + tensorUs + transferUs, onceUs: onceUs + updateUs, peakBytes };
  });
  const stageUs = parts.map((s) => s.stageUs);
  const stepUs =
    stageUs.reduce((a, b) => a + b, 0) +
    (p.microBatches - 1) * Math.max(...stageUs) +
    Math.max(...parts.map((s) => s.onceUs));
  const peakBytes = parts.map((s) => s.peakBytes);
  return {
    stepUs,
    stageUs,
    peakBytes,
    petaflops: (batch * convTrainingFlops(n)) / stepUs / 1e9,
    fits: Math.max(...peakBytes) <= usableBytes(cluster.chip),
  };
}

/** The share of the peak with which a network takes the measured time on one device. Throws `plan/calibrate` where nothing is left for products. */
export function calibrateConvMatmul(
  n: ConvNetwork,
  batch: number,
  microBatches: number,
  petaflops: number,
  constants: MachineConstants,
): number {
  const alone = { stages: [{ layers: convBlocks(n).length, data: 1, tensor: 1 }], microBatches };
  const cost = convStagesCost(n, batch, alone, clusterNamed('p3.16xlarge:1'), { ...constants, matmul: 1 });
  const productUs = ((4 / 3) * convTrainingFlops(n) * batch * 1e6) / constants.peakFlops;
  const leftUs = (convTrainingFlops(n) * batch) / (petaflops * 1e9) - (cost.stepUs - productUs);
  const share = productUs / leftUs;
  if (!(share > 0 && share <= 1))
    throw new UserError('plan/calibrate', 'the measured throughput leaves no time for products', {
      expected: 'a share of the peak from 0 to 1',
      given: share.toFixed(2),
    });
  return share;
}

/** The best of plans of equal devices, with stages balanced by their operations. Undefined if none fits. */
export function bestConvStages(
  n: ConvNetwork,
  batch: number,
  cluster: Cluster,
  constants: MachineConstants,
): { readonly plan: PlannedStages; readonly cost: StagesCost } | undefined {
  const all = convBlocks(n);
  const chips = numChips(cluster);
  const divisors = (x: number): number[] => Array.from({ length: x }, (_, i) => i + 1).filter((d) => x % d === 0);
  let best: { plan: PlannedStages; cost: StagesCost } | undefined;
  for (const pipeline of divisors(chips)) {
    if (pipeline > all.length) continue;
    const layers = balanced(
      all.map((b) => b.flops),
      pipeline,
    );
    const each = chips / pipeline;
    for (const cuts of meshesOf(divisors(each), pipeline))
      for (const microBatches of divisors(batch)) {
        const stages = layers.map((l, i) => ({ layers: l, tensor: cuts[i], data: each / cuts[i] }));
        if (stages.some((s) => (batch / microBatches) % s.data !== 0)) continue;
        const plan = { stages, microBatches };
        const cost = convStagesCost(n, batch, plan, cluster, constants);
        if (cost.fits && (!best || cost.stepUs < best.cost.stepUs)) best = { plan, cost };
      }
  }
  return best;
}

/** Tensor ways of each stage: all alike, or few in front and more behind, where images are small and weights large. */
function meshesOf(ways: readonly number[], stages: number): number[][] {
  return ways.flatMap((front) =>
    ways
      .filter((back) => back >= front)
      .flatMap((back) =>
        (front === back ? [stages] : Array.from({ length: stages - 1 }, (_, i) => i + 1)).map((at) =>
          Array.from({ length: stages }, (_, i) => (i < at ? front : back)),
        ),
      ),
  );
}

/** Cuts a list into so many runs whose largest sum is the least. */
function balanced(costs: readonly number[], parts: number): number[] {
  const total = costs.reduce((a, b) => a + b, 0);
  let [low, high] = [Math.max(...costs), total];
  const cut = (limit: number): number[] => {
    const runs: number[] = [0];
    let sum = 0;
    costs.forEach((c, i) => {
      const mustStart = costs.length - i <= parts - runs.length && runs[runs.length - 1] > 0;
      if (runs[runs.length - 1] > 0 && (sum + c > limit || mustStart)) {
        runs.push(0);
        sum = 0;
      }
      runs[runs.length - 1]++;
      sum += c;
    });
    return runs;
  };
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (cut(middle).length <= parts) high = middle;
    else low = middle;
  }
  return cut(high);
}
