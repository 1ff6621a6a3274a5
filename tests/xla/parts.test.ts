import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine, findPlugin } from '../../src/runtime/index.ts';
import { encodeCompileOptions } from '../../src/runtime/xla/compile-options.ts';
import { argumentStructs, functionTable, layoutOf } from '../../src/runtime/xla/layouts.ts';
import { perDeviceText } from '../../src/runtime/xla/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'espalier-xla-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what XLA is told', () => {
  it("writes compile options as protobuf's wire format (bytes of jaxlib 0.10.2 for the fields we set)", () => {
    const options = { numReplicas: 2, numPartitions: 1, deviceAssignment: [[5], [6]], partition: false };
    const hex = Buffer.from(encodeCompileOptions(options)).toString('hex');
    expect(hex).toContain('08ffffffffffffffffff01'); // device_ordinal = -1
    expect(hex).toContain('20022801'); // num_replicas, num_partitions
    expect(hex).toContain('4a0a080210011a040a020506'); // device_assignment
    const overrides = Buffer.from(encodeCompileOptions({ ...options, overrides: { xla_bar: 's', xla_foo: true } }));
    expect(overrides.toString('hex')).toContain('3a0e0a07786c615f62617212030a01733a0d0a07786c615f666f6f12021001');
  });

  it('lays argument structs out as C does', () => {
    const stats = layoutOf(argumentStructs.Device_MemoryStats);
    expect(stats.fields.get('peakBytesInUseIsSet')?.offset).toBe(40);
    expect(stats.fields.get('numAllocs')?.offset).toBe(48);
    expect(layoutOf(argumentStructs.Event_IsReady).size).toBe(25);
    expect(functionTable.indexOf('LoadedExecutable_Execute')).toBe(55);
  });

  it('names replicas in collectives and takes the partition from the replica', () => {
    const text = `func.func @main(%x: tensor<4xf32>) -> (tensor<8xf32>, tensor<ui32>) {
      %0 = "stablehlo.all_gather"(%x) <{all_gather_dim = 0 : i64, replica_groups = dense<[[0], [1]]> : tensor<2x1xi64>,
        channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>}> : (tensor<4xf32>) -> tensor<8xf32>
      %1 = stablehlo.partition_id : tensor<ui32>
      return %0, %1 : tensor<8xf32>, tensor<ui32>
    }`;
    const out = perDeviceText(
      parseModule(text, registry, { verify: false }),
      { numReplicas: 2, numPartitions: 2 },
      [0],
    );
    expect(out).toContain('replica_groups = dense<[[0, 1], [2, 3]]>');
    expect(out).not.toContain('channel_handle');
    expect(out).toContain('stablehlo.replica_id');
    expect(out).toContain('jax.buffer_donor = true');
  });
});

describe('without a plugin', () => {
  it('says what to type', async () => {
    expect(findPlugin('nowhere')).toBeUndefined();
    const saved = process.env.ESPALIER_PJRT_PLUGIN;
    process.env.ESPALIER_PJRT_PLUGIN = 'nowhere';
    try {
      const module = parseModule('func.func @main() { return }', registry);
      await expect(createEngine('xla').compile(module)).rejects.toThrow(/espalier engine add xla-cpu/);
    } finally {
      if (saved === undefined) delete process.env.ESPALIER_PJRT_PLUGIN;
      else process.env.ESPALIER_PJRT_PLUGIN = saved;
    }
  });
});
