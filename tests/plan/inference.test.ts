import { describe, expect, it, test } from 'vitest';
import {
  bandwidthGbps,
  chipNamed,
  computeShare,
  criticalBatch,
  gradientSumUs,
  inferenceFrontier,
  inferencePass,
  inferencePlans,
  layerTraffic,
  spatialEfficiency,
  updateShardingSpeedup,
} from '../../src/plan/index.ts';

const palm = {
  layers: 118,
  width: 18432,
  heads: 48,
  headDim: 256,
  kvHeads: 1,
  mlpWidth: 73728,
  vocab: 256000,
  gated: true,
  tied: true,
};
const machine = { chip: chipNamed('TPU v4'), linksGBPerSec: 270, weightBytes: 2 as const };

describe('inference', () => {
  it('cuts weights one way on few chips and two ways on many', () => {
    const traffic = (chips: number, kind: '1-D weight-stationary' | '2-D weight-stationary'): number =>
      layerTraffic({ ...palm, gated: false }, 512, chips, { kind });
    expect(traffic(8, '1-D weight-stationary')).toBeLessThan(traffic(8, '2-D weight-stationary'));
    expect(traffic(64, '1-D weight-stationary')).toBeGreaterThan(traffic(64, '2-D weight-stationary'));
    expect(traffic(16, '1-D weight-stationary')).toBe(traffic(16, '2-D weight-stationary'));
  });

  it('gathers weights for large prefills, leaves them in decoding', () => {
    const best = (phase: 'prefill' | 'decode', batch: number, tokensPerSequence: number) =>
      inferencePlans(palm, { ...machine, chips: 64 }, { phase, batch, tokensPerSequence, context: 128 })[0].layout.kind;
    expect(best('prefill', 512, 2048)).toBe('weight-gathered');
    expect(best('decode', 64, 1)).toBe('2-D weight-stationary');
  });

  it('gives a frontier on which nothing is better in both', () => {
    const found = inferenceFrontier(palm, machine, {
      phase: 'decode',
      chips: [64, 128, 256],
      batches: [1, 16, 64, 256, 512],
      tokensPerSequence: 1,
      context: 2048,
    });
    expect(found.length).toBeGreaterThan(2);
    for (let i = 1; i < found.length; i++) {
      expect(found[i].latencyUs).toBeGreaterThan(found[i - 1].latencyUs);
      expect(found[i].chipSecondsPerToken).toBeLessThan(found[i - 1].chipSecondsPerToken);
    }
    expect(found.every((p) => p.fits)).toBe(true);
    const ask = () =>
      inferenceFrontier(palm, machine, {
        phase: 'decode',
        chips: [8],
        batches: [1],
        tokensPerSequence: 1,
        context: 2048,
      });
    expect(ask).toThrow('weights and cache fit on none');
  });

  it('is bound by memory below the critical batch', () => {
    expect(criticalBatch(chipNamed('TPU v5e'), 2)).toBeCloseTo(243, 0);
    const at = (batch: number) =>
      inferencePass(
        palm,
        { ...machine, chips: 64, matmul: 1 },
        {
          phase: 'decode',
          batch,
          tokensPerSequence: 1,
          context: 1,
          layout: { kind: '2-D weight-stationary' },
          cut: 'heads',
        },
      );
    expect(at(64).memoryUs).toBeGreaterThan(at(64).computeUs);
    expect(at(1024).memoryUs).toBeLessThan(at(1024).computeUs);
  });
});

test('levers of pods', () => {
  expect(updateShardingSpeedup(0.45, 2048)).toBeCloseTo(1 / (1 - 0.45 * (2047 / 2048)), 12);
  expect(spatialEfficiency(224, 4, 3)).toBeCloseTo(56 / 58, 12);
  // Latency decides for small gradients, bandwidth for large ones.
  const small = gradientSumUs(1e4, 32, 32, 100, 1);
  expect(small.ringUs / small.twoAxesUs).toBeGreaterThan(10);
  const large = gradientSumUs(1e10, 32, 32, 100, 1);
  expect(large.ringUs / large.twoAxesUs).toBeCloseTo(1, 2);
});

test('the bandwidth between replicas is the smallest of the grid that suffices', () => {
  for (const share of [0.3, 0.5, 0.8, 0.95]) {
    const gbps = bandwidthGbps(10e9, 0.8, share);
    expect(computeShare(10e9, 0.8, gbps)).toBeGreaterThanOrEqual(share - 1e-9);
    expect(computeShare(10e9, 0.8, gbps / 1.207)).toBeLessThan(share);
  }
});
