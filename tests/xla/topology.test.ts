import { describe, expect, it } from 'vitest';
import { compileModule, hostTensor, Mesh, random } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { transformerConfig } from '../../src/nn/index.ts';
import { registry } from '../../src/ops/index.ts';
import { findPlugin, TopologyEngine, type TopologyExecutable } from '../../src/runtime/index.ts';
import { trainPrograms } from '../../src/train/index.ts';
import { plugin } from './plugin.ts';

/* Programs compiled for devices that are not here. */

const tpu = findPlugin('tpu');
if (!tpu) console.log('skipped: no TPU plugin is here; "npx espalier engine add tpu" adds one (no TPU is needed)');

describe.skipIf(!tpu)('compiling for TPUs', () => {
  const compileStep = async (partitioner: 'espalier' | 'xla'): Promise<TopologyExecutable> => {
    const engine = new TopologyEngine({ topology: 'v5e:2x2', plugin: 'tpu', partitioner });
    const config = transformerConfig('tiny', { numLayers: 2 });
    const mesh = Mesh.parse('data=2,model=2');
    const programs = trainPrograms({ config, mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 10);
    const tokens = hostTensor(HostArray.zeros('i32', [8, config.maxSeqLen + 1]));
    return (await programs.step.compile(programs.init.evalShape(random.key(0)), tokens)) as TopologyExecutable;
  };

  it('a training step on four chips, partitioned by us and by XLA, needs the same arguments and about the same work', async () => {
    const [ours, theirs] = [await compileStep('espalier'), await compileStep('xla')];
    expect(ours.compiled.memory().arguments).toBe(theirs.compiled.memory().arguments);
    const flops = [ours, theirs].map((e) => e.compiled.cost().get('flops') as number);
    expect(flops[0] / flops[1]).toBeGreaterThan(0.9);
    expect(flops[0] / flops[1]).toBeLessThan(1.1);
    expect(ours.compiled.serialize().length).toBeGreaterThan(10_000);
    await expect(ours.execute()).rejects.toMatchObject({ code: 'runtime/not-here' });
  }, 240_000);

  it('names the devices, and refuses what they cannot be', async () => {
    const engine = new TopologyEngine({ topology: 'v5e:2x2', plugin: 'tpu' });
    await engine.open();
    expect(engine.devices()).toHaveLength(4);
    const five = parseModule(
      `module { sdy.mesh @mesh = <["x"=5]> func.func @main(%a: tensor<5xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<5xf32> { return %a : tensor<5xf32> } }`,
      registry,
    );
    await expect(compileModule(five, { engine })).rejects.toMatchObject({ code: 'runtime/devices' });
    await engine.close();
    await expect(new TopologyEngine({ topology: 'nonsense', plugin: 'tpu' }).open()).rejects.toThrow(/topology/i);
  }, 60_000);
});

describe.skipIf(plugin?.kind !== 'cpu')('a plugin without topologies', () => {
  it('says so', async () => {
    await expect(new TopologyEngine({ topology: 'any', plugin: 'cpu' }).open()).rejects.toMatchObject({
      code: 'runtime/xla-unimplemented',
    });
  });
});
