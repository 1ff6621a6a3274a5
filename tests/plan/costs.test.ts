import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  bestConvStages,
  type Cluster,
  chipNamed,
  chips,
  clusterFamilies,
  clusterNamed,
  collectiveTimeUs,
  convParams,
  convTrainingFlops,
  fitAlphaBeta,
  interpolatedTimeUs,
  joinGroups,
  kvBytesPerToken,
  matmulTimeUs,
  modelTimeUs,
  ncclChoices,
  ncclTime,
  numChips,
  opTimeUs,
  placeMesh,
  readCluster,
  recomputedShare,
  rematPolicies,
  sentBytes,
  stepEnergyJoules,
  trainingMemory,
  trainingStep,
  valueBytesPerToken,
  wholeCluster,
} from '../../src/plan/index.ts';

const kinds = ['all_reduce', 'all_gather', 'reduce_scatter', 'all_to_all', 'collective_permute'] as const;
const clusters = ['tpu-v4:4x4x8', 'tpu-v5e:4x8', 'dgx-h100:4', 'p3.16xlarge:2', 'cpu:4'];

describe('clusters', () => {
  it('are read back from what they print', () => {
    for (const { example } of clusterFamilies) {
      const text = JSON.stringify(example);
      expect(readCluster(JSON.parse(text))).toEqual(JSON.parse(text));
      expect(readCluster({ ...example, chip: example.chip.name }).chip).toEqual(example.chip);
    }
    expect(chips.size).toBeGreaterThan(20);
  });

  it('have the sizes of their names, and rings that close where the hardware closes them', () => {
    expect(numChips(clusterNamed('tpu-v4:4x4x8'))).toBe(128);
    expect(numChips(clusterNamed('dgx-a100:3'))).toBe(24);
    const closed = (name: string): boolean[] =>
      placeMesh(clusterNamed(name), [{ name: 'a', size: numChips(clusterNamed(name)) }])
        .get('a')!
        .parts.map((p) => p.wraps);
    expect(closed('tpu-v4:2x4x8')).toEqual([false, true, true]);
    expect(closed('tpu-v5e:8x16')).toEqual([false, true]);
  });

  it('tell what is not there, with the nearest', () => {
    expect(() => chipNamed('H100')).toThrow('there is no chip "H100"');
    expect(() => chipNamed('TPU v5f')).toThrow('Perhaps "TPU v5e" is meant');
    expect(() => clusterNamed('dgx-h200:2')).toThrow('Perhaps "dgx-h100" is meant');
    expect(() => clusterNamed('dgx-h100:99999999')).toThrow('expected at most 1000000 hosts');
    expect(() => clusterNamed('tpu-v4:4x4')).toThrow('3 sizes');
    expect(() => clusterNamed('tpu-v5e:32x32')).toThrow('at most 16x16');
    expect(() => clusterNamed('cpu:0')).toThrow('there is no cluster "cpu:0"');
    const cluster = clusterNamed('cpu:4');
    expect(() => readCluster({ ...cluster, dimms: [] })).toThrow(/unknown field "dimms".*Perhaps "dims" is meant/);
    expect(() => readCluster({ ...cluster, dims: [{ name: 'x', size: 2, kind: 'rings', linkGBPerSec: 1 }] })).toThrow(
      'Perhaps "ring" is meant',
    );
    expect(() => readCluster({ ...cluster, dims: [{ name: 'x', size: 0, kind: 'ring', linkGBPerSec: 1 }] })).toThrow(
      'cluster.dims[0].size cannot be read: expected an integer of at least 1, got 0',
    );
    expect(() => readCluster({ ...cluster, hosts: 3 })).toThrow('dimensions that do not fit its hosts');
  });

  it('tell meshes that do not fit', () => {
    expect(() => placeMesh(clusterNamed('cpu:4'), [{ name: 'a', size: 3 }])).toThrow('the mesh does not fit cpu:4');
    expect(() => placeMesh(clusterNamed('cpu:4'), [{ name: 'a', size: 8 }])).toThrow('a=8, 8 devices');
  });

  it('hold a mesh so that no link is used twice', () => {
    const mesh = fc.array(fc.constantFrom(1, 2, 4), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom('tpu-v4:4x4x8', 'dgx-h100:4'), mesh, (name, sizes) => {
        const cluster = clusterNamed(name);
        fc.pre(sizes.reduce<number>((a, b) => a * b, 1) <= numChips(cluster));
        const groups = placeMesh(
          cluster,
          sizes.map((size, i) => ({ name: 'abc'[i], size })),
        );
        for (const dim of cluster.dims) {
          const used = [...groups.values()].flatMap((g) => g.parts.filter((p) => p.dim === dim));
          expect(dim.size % used.reduce((n, p) => n * p.size, 1)).toBe(0);
        }
        sizes.forEach((size, i) => {
          expect(groups.get('abc'[i])!.parts.reduce((n, p) => n * p.size, 1)).toBe(size);
        });
        expect(joinGroups([...groups.values()]).size).toBe(sizes.reduce<number>((a, b) => a * b, 1));
      }),
    );
  });
});

describe('collectives', () => {
  it('take longer for more bytes, and no time alone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...clusters),
        fc.constantFrom(...kinds),
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 0, max: 1e9 }),
        (name, kind, bytes, more) => {
          const cluster = clusterNamed(name);
          const all = wholeCluster(cluster);
          const few = collectiveTimeUs(cluster, kind, bytes, all);
          expect(few).toBeGreaterThan(0);
          expect(collectiveTimeUs(cluster, kind, bytes + more, all)).toBeGreaterThanOrEqual(few * (1 - 1e-9));
          expect(collectiveTimeUs(cluster, kind, bytes, { size: 1, parts: [] })).toBe(0);
        },
      ),
    );
  });

  it('are made of one another: an all-reduce is a reduce-scatter and an all-gather', () => {
    fc.assert(
      fc.property(fc.constantFrom(...clusters), fc.integer({ min: 1e3, max: 1e9 }), (name, bytes) => {
        const { parts } = wholeCluster(clusterNamed(name));
        const of = (kind: (typeof kinds)[number]): number => modelTimeUs(kind, bytes, parts);
        expect(of('all_gather')).toBeCloseTo(of('reduce_scatter'), 6);
        expect(of('all_reduce') / (of('reduce_scatter') + of('all_gather'))).toBeCloseTo(1, 9);
        expect(sentBytes('all_reduce', bytes, 8)).toBe(
          sentBytes('reduce_scatter', bytes, 8) + sentBytes('all_gather', bytes, 8),
        );
      }),
    );
  });

  it('take half as long with links twice as wide, but for the latency', () => {
    const wide = (c: Cluster, by: number): Cluster => ({
      ...c,
      measured: undefined,
      dims: c.dims.map((d) => ({ ...d, linkGBPerSec: d.linkGBPerSec * by })),
    });
    for (const name of clusters)
      for (const kind of kinds) {
        const time = (by: number): number =>
          collectiveTimeUs(wide(clusterNamed(name), by), kind, 1e10, wholeCluster(wide(clusterNamed(name), by)));
        expect(time(2) / time(1)).toBeGreaterThan(0.49);
        expect(time(2) / time(1)).toBeLessThan(0.55);
      }
  });

  it('of tori exchange over the cuts that halve them', () => {
    // Every chip of a closed ring sends half of its bytes, a quarter each way, over the two cuts; of an open one over one.
    const time = (name: string, size: number): number =>
      collectiveTimeUs(
        clusterNamed(name),
        'all_to_all',
        1e8,
        placeMesh(clusterNamed(name), [{ name: 'a', size }]).get('a')!,
      );
    expect(time('tpu-v4:16x1x1', 16)).toBeCloseTo((1e8 * 16) / 2 / 2 / (2 * 45e3), 3);
    expect(time('tpu-v4:6x1x1', 6)).toBeCloseTo((1e8 * 6) / 2 / 2 / 45e3, 3);
    expect(time('tpu-v4:4x4x4', 64)).toBeCloseTo((3 * 1e8 * 4) / 4 / 90e3, 3);
  });

  it('take their time from measurements where there are some', () => {
    const cluster = clusterNamed('dgx-h100:1');
    const row = cluster.measured!.find(
      (m) => m.op === 'all_reduce' && m.perNode === 8 && m.nodes === 1 && m.bytes > 1e7,
    )!;
    expect(collectiveTimeUs(cluster, 'all_reduce', row.bytes, wholeCluster(cluster))).toBe(row.us);
    const rows = [1e6, 2e6, 4e6, 8e6, 16e6].map((bytes) => ({ bytes, us: 20 + bytes / 1e5 }));
    expect(interpolatedTimeUs(rows, 1)).toBe(30);
    expect(interpolatedTimeUs(rows, 32e6)).toBe(2 * (20 + 160));
    const fit = fitAlphaBeta(rows, 0);
    expect([fit.alphaUs, fit.bytesPerUs]).toEqual([expect.closeTo(20, 6), expect.closeTo(1e5, 3)]);
  });

  it('of H100 are as its tuned table has them: latency in µs, rate of the tensor in GB/s', () => {
    const table: readonly (readonly [
      kind: 'all_gather' | 'all_reduce',
      algorithm: string,
      nodes: number,
      perNode: number,
      us: number,
      rate: number,
    ])[] = [
      ['all_gather', 'ring, Simple', 2, 1, 22, 96],
      ['all_gather', 'ring, Simple', 2, 8, 70, 410],
      ['all_gather', 'ring, Simple', 32, 8, 1204, 386],
      ['all_reduce', 'ring, Simple', 2, 8, 132, 205],
      ['all_reduce', 'ring, Simple', 16, 8, 1190, 194],
      ['all_reduce', 'tree, Simple', 2, 8, 92, 141],
      ['all_reduce', 'tree, Simple', 32, 8, 204, 122],
      ['all_reduce', 'NVLS', 2, 8, 53, 267],
      ['all_reduce', 'NVLS', 16, 8, 137, 160],
    ];
    for (const [kind, algorithm, nodes, perNode, us, rate] of table) {
      const found = ncclChoices(kind, { nodes, perNode, system: 'H100' }).find((c) => c.algorithm === algorithm)!;
      expect(Math.abs(found.latencyUs / us - 1)).toBeLessThan(0.02);
      expect(Math.abs(found.bytesPerUs / 1e3 / rate - 1)).toBeLessThan(0.05);
    }
  });

  it('of GPUs over several hosts are slower than within one, and small ones take trees', () => {
    const one = ncclTime('all_reduce', 1e9, { nodes: 1, perNode: 8, system: 'H100' });
    const four = ncclTime('all_reduce', 1e9, { nodes: 4, perNode: 8, system: 'H100', outGBPerSec: 25 });
    expect(four.timeUs).toBeGreaterThan(one.timeUs);
    expect(ncclTime('all_reduce', 1e4, { nodes: 16, perNode: 8, system: 'A100' }).algorithm).toContain('tree');
  });
});

test('ops take the larger of computation and memory, and at least the floor', () => {
  const chip = chipNamed('A100-80GB');
  expect(opTimeUs({ productFlops: 0, bytes: 0 }, chip, 'bf16')).toBe(5);
  expect(opTimeUs({ productFlops: 312e12 * 0.7, bytes: 1 }, chip, 'bf16')).toBeCloseTo(1e6 + 5, 3);
  expect(matmulTimeUs({ m: 1, k: 4096, n: 4096 }, chip, 'bf16', 2)).toBe(
    matmulTimeUs({ m: 1, k: 4096, n: 4096 }, chip, 'fp16', 2),
  );
  expect(() => opTimeUs({ productFlops: 1, bytes: 1 }, chip, 'fp8')).toThrow('no rate for products of fp8');
});

const gpt = { layers: 4, width: 512, heads: 8, mlpWidth: 2048, vocab: 32000 };

describe('memory of training', () => {
  it('keeps 34 bytes per token and column, 10 of which only sequence parallelism cuts', () => {
    const sum = (tensor: number, sequenceParallel: boolean): number =>
      Object.values(valueBytesPerToken(gpt, 1024, { tensor, sequenceParallel, dropout: true }, false)).reduce(
        (a, b) => a + b,
        0,
      ) / gpt.width;
    expect(sum(1, false)).toBe(34);
    expect(sum(8, true)).toBe(34 / 8);
    expect(sum(8, false)).toBe(10 + 24 / 8);
  });

  it('is as the table of states says', () => {
    const perParam = (o: object): number => {
      const [m] = trainingMemory(gpt, 128, { ...o });
      const [plain] = trainingMemory(gpt, 128, { state: 'fp32' });
      return (16 * m.staticBytes) / plain.staticBytes;
    };
    expect(perParam({ state: 'mixed' })).toBeCloseTo(18, 9);
    expect(perParam({ state: 'mixed', zero: 1, data: 4 })).toBeCloseTo(6 + 12 / 4, 9);
    expect(perParam({ state: 'mixed', zero: 2, data: 4 })).toBeCloseTo(2 + 16 / 4, 9);
    expect(perParam({ state: 'mixed', zero: 3, data: 4 })).toBeCloseTo(18 / 4, 9);
    expect(perParam({ state: 'adafactor' })).toBeCloseTo(10, 9);
  });

  it('shrinks with every remat policy of the list, while more is computed again', () => {
    const names = Object.keys(rematPolicies) as (keyof typeof rematPolicies)[];
    const bytes = names.map((remat) => trainingMemory(gpt, 1024, { remat })[0].activationBytes);
    const again = names.map((n) => recomputedShare(gpt, 1024, rematPolicies[n]));
    for (let i = 1; i < names.length; i++) {
      expect(bytes[i]).toBeLessThanOrEqual(bytes[i - 1]);
      if (names[i] !== 'save out') expect(again[i]).toBeGreaterThanOrEqual(again[i - 1]);
    }
    expect([again[0], again[again.length - 1]]).toEqual([0, 1]);
  });

  it('is counted per stage: the embedding in the first, the head in the last, uneven layers as they are', () => {
    const stages = trainingMemory(gpt, 1024, { pipeline: 2, stageLayers: [1, 3], microBatches: 8 });
    expect(stages.map((s) => s.logitBytes > 0)).toEqual([false, true]);
    expect(stages[1].activationBytes / stages[0].activationBytes).toBeCloseTo(3 / 2, 9);
    expect(() => trainingMemory(gpt, 1024, { pipeline: 2, stageLayers: [1, 2] })).toThrow(
      '2 stages with 4 layers in all',
    );
    expect(() => trainingMemory(gpt, 1024, { pipeline: 8 })).toThrow('more stages than layers');
  });

  it('spreads experts over data ways, and their optimizer over the copies that are left', () => {
    const moe = { ...gpt, experts: { count: 8, active: 2 } };
    const of = (o: object) => trainingMemory(moe, 128, { data: 8, zero: 1, ...o })[0];
    const [whole, spread] = [of({}), of({ expert: 8 })];
    const experts = 4 * 8 * 2 * 512 * 2048;
    expect(whole.weightBytes - spread.weightBytes).toBeCloseTo((2 * experts * 7) / 8, 3);
    // An eighth of the experts, not cut any further, is what an eighth of the optimizer of all of them is.
    expect(spread.optimizerBytes).toBeCloseTo(whole.optimizerBytes, 3);
  });

  it('counts keys and values', () => {
    expect(kvBytesPerToken({ ...gpt, kvHeads: 2 })).toBe(2 * 4 * 2 * 64 * 2);
  });
});

test('a step gets no slower with faster chips or links, and has no bubble without stages', () => {
  const machine = (by: number) => ({
    peakFlops: 1e14 * by,
    hbmGBPerSec: 1000 * by,
    matmul: 0.7,
    elementwiseBytes: 400,
    logitBytes: 20,
    collectiveUs: (_: string, __: string, bytes: number) => bytes / (1e5 * by),
  });
  const step = (by: number, o: object) => trainingStep(gpt, 1024, 64, o, machine(by));
  for (const o of [
    { data: 8 },
    { data: 2, tensor: 4 },
    { data: 2, pipeline: 4, zero: 1 as const },
    { data: 8, zero: 3 as const },
  ]) {
    expect(step(2, o).stepUs / step(1, o).stepUs).toBeCloseTo(0.5, 6);
    const {
      stepUs,
      computeUs,
      elementwiseUs,
      tensorUs,
      expertUs,
      transferUs,
      bubbleUs,
      gradientUs,
      gatherUs,
      updateUs,
    } = step(1, o);
    expect(
      computeUs + elementwiseUs + tensorUs + expertUs + transferUs + bubbleUs + gradientUs + gatherUs + updateUs,
    ).toBeCloseTo(stepUs, 6);
  }
  expect(step(1, { data: 8 }).bubbleUs).toBe(0);
  expect(() => step(1, { data: 7 })).toThrow('a batch of 64 does not fit the layout');
});

test('wide residual networks have the parameters that their names say, and cost more on fewer devices', () => {
  const network = (channels: number) => ({ image: 224, classes: 1000, channels, blocks: [3, 4, 6, 3], widthFactor: 2 });
  expect(convParams(network(160)) / 1e6).toBeCloseTo(254, 0);
  expect(convParams(network(448)) / 1e9).toBeCloseTo(1.96, 2);
  // A ResNet-50 has 25.6 million and takes 4.1 billion multiply-adds an image.
  const resnet = { image: 224, classes: 1000, channels: 64, blocks: [3, 4, 6, 3] };
  expect(convParams(resnet) / 1e6).toBeCloseTo(25.5, 0);
  expect(convTrainingFlops(resnet) / 6e9).toBeCloseTo(4.1, 1);
  const constants = { peakFlops: 15.7e12, hbmGBPerSec: 900, matmul: 0.6, elementwiseBytes: 0, logitBytes: 0 };
  const [one, two] = [1, 2].map(
    (hosts) => bestConvStages(network(160), 1536, clusterNamed(`p3.16xlarge:${hosts}`), constants)!.cost,
  );
  expect(two.stepUs).toBeLessThan(one.stepUs);
  expect(two.stepUs).toBeGreaterThan(one.stepUs / 2);
});

test('devices that wait draw power too', () => {
  const power = { busyWatts: 300, idleWatts: 100, pue: 1.1 };
  expect(stepEnergyJoules([{ busyUs: 1e6, idleUs: 0 }], power)).toBeCloseTo(330, 9);
  expect(stepEnergyJoules([{ busyUs: 5e5, idleUs: 5e5 }], power)).toBeCloseTo(220, 9);
});
