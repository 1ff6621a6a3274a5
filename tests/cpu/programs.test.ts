import { describe, expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { compileToC } from '../../src/compile/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { difference } from '../compare.ts';
import { cpu, reference, run, sampleArray } from './programs.ts';
import { randomProgram } from './random-programs.ts';

/** Runs text on both engines, on one device or several, and compares. */
async function check(text: string, args: HostArray[][], donated: readonly number[] = []): Promise<HostArray[][]> {
  const module = parseModule(text, registry);
  const want = await run(reference, module, args);
  const got = await run(cpu, module, args, donated);
  got.forEach((own, d) => {
    own.forEach((r, i) => {
      expect(difference(r, want[d][i]), `device ${d}, result ${i}: ${r} instead of ${want[d][i]}`).toBeLessThanOrEqual(
        1,
      );
    });
  });
  return got;
}
const f32 = (shape: number[], seed = 1): HostArray => sampleArray({ dtype: 'f32', shape, low: -2, high: 2 }, seed);

const softmax = `func.func @main(%x: tensor<6x40xf32>) -> tensor<6x40xf32> {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<6x40xf32>, tensor<f32>) -> tensor<6xf32>
  %mb = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<6xf32>) -> tensor<6x40xf32>
  %d = stablehlo.subtract %x, %mb : tensor<6x40xf32>
  %e = stablehlo.exponential %d : tensor<6x40xf32>
  %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<6x40xf32>, tensor<f32>) -> tensor<6xf32>
  %sb = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<6xf32>) -> tensor<6x40xf32>
  %r = stablehlo.divide %e, %sb : tensor<6x40xf32>
  return %r : tensor<6x40xf32>
}`;

describe('whole programs equal the reference engine', () => {
  test('softmax', async () => {
    await check(softmax, [[f32([6, 40])]]);
  });

  test('a loop that updates a carried tensor, swaps two others, and passes one through', async () => {
    await check(
      `func.func @main(%x: tensor<5x3xf32>, %y: tensor<5x3xf32>, %w: tensor<3xf32>) -> (tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>) {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %n = stablehlo.constant dense<5> : tensor<i32>
  %blank = stablehlo.constant dense<0.0> : tensor<5x3xf32>
  %r:5 = stablehlo.while(%i = %zero, %a = %x, %b = %y, %out = %blank, %c = %w) : tensor<i32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<3xf32>
  cond {
    %p = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %p : tensor<i1>
  } do {
    %row = stablehlo.dynamic_slice %a, %i, %zero, sizes = [1, 3] : (tensor<5x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
    %cb = stablehlo.reshape %c : (tensor<3xf32>) -> tensor<1x3xf32>
    %v = stablehlo.multiply %row, %cb : tensor<1x3xf32>
    %next = stablehlo.dynamic_update_slice %out, %v, %i, %zero : (tensor<5x3xf32>, tensor<1x3xf32>, tensor<i32>, tensor<i32>) -> tensor<5x3xf32>
    %one = stablehlo.constant dense<1> : tensor<i32>
    %j = stablehlo.add %i, %one : tensor<i32>
    stablehlo.return %j, %b, %a, %next, %c : tensor<i32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>, tensor<3xf32>
  }
  return %r#1, %r#2, %r#3 : tensor<5x3xf32>, tensor<5x3xf32>, tensor<5x3xf32>
}`,
      [[f32([5, 3]), f32([5, 3], 2), f32([3], 3)]],
    );
  });

  test('branches', async () => {
    const text = `func.func @main(%i: tensor<i32>, %x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %p = stablehlo.compare GT, %i, %zero : (tensor<i32>, tensor<i32>) -> tensor<i1>
  %a = "stablehlo.if"(%p) ({
    %y = stablehlo.tanh %x : tensor<4xf32>
    stablehlo.return %y : tensor<4xf32>
  }, {
    stablehlo.return %x : tensor<4xf32>
  }) : (tensor<i1>) -> tensor<4xf32>
  %b = "stablehlo.case"(%i) ({
    %y = stablehlo.negate %a : tensor<4xf32>
    stablehlo.return %y : tensor<4xf32>
  }, {
    %y = stablehlo.add %a, %x : tensor<4xf32>
    stablehlo.return %y : tensor<4xf32>
  }, {
    stablehlo.return %a : tensor<4xf32>
  }) : (tensor<i32>) -> tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}`;
    for (const i of [-1, 0, 1, 2, 7]) await check(text, [[HostArray.from('i32', [], [i]), f32([4])]]);
  });

  test('donated arguments are overwritten, also when given twice', async () => {
    const text = `func.func @main(%x: tensor<100xf32>, %y: tensor<100xf32>) -> (tensor<100xf32>, tensor<100xf32>) {
  %a = stablehlo.add %x, %y : tensor<100xf32>
  %b = stablehlo.multiply %a, %y : tensor<100xf32>
  return %a, %b : tensor<100xf32>, tensor<100xf32>
}`;
    const [x, y] = [f32([100]), f32([100], 2)];
    await check(text, [[x, y]], [0, 1]);
    const executable = await cpu.compile(parseModule(text, registry), { donatedArgs: [0] });
    const buffer = cpu.put(x, 0);
    const [[a, b]] = await executable.execute([[buffer, buffer]]);
    expect(buffer.isDeleted).toBe(true);
    const twice = HostArray.from(
      'f32',
      [100],
      x.toNumbers().map((v) => v + v),
    );
    const product = HostArray.from(
      'f32',
      [100],
      x.toNumbers().map((v) => 2 * v * v),
    );
    expect(difference(await a.read(), twice)).toBeLessThanOrEqual(1);
    expect(difference(await b.read(), product)).toBeLessThanOrEqual(1);
    await expect(executable.execute([[buffer, buffer]])).rejects.toMatchObject({ code: 'runtime/deleted' });
  });

  test('four devices: gather, reduce, scatter and rotate in groups', async () => {
    const text = `func.func @main(%x: tensor<4x6xf32>) -> (tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<4x6xf32>) {
  %g = "stablehlo.all_gather"(%x) <{all_gather_dim = 0 : i64, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<[[0, 2], [3, 1]]> : tensor<2x2xi64>, use_global_device_ids}> : (tensor<4x6xf32>) -> tensor<8x6xf32>
  %r = "stablehlo.all_reduce"(%x) <{channel_handle = #stablehlo.channel_handle<handle = 2, type = 1>, replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, use_global_device_ids}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x6xf32>) -> tensor<4x6xf32>
  %c = "stablehlo.reduce_scatter"(%r) <{scatter_dimension = 0 : i64, channel_handle = #stablehlo.channel_handle<handle = 3, type = 1>, replica_groups = dense<[[0, 1], [2, 3]]> : tensor<2x2xi64>, use_global_device_ids}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.maximum %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x6xf32>) -> tensor<2x6xf32>
  %p = "stablehlo.collective_permute"(%x) <{channel_handle = #stablehlo.channel_handle<handle = 4, type = 1>, source_target_pairs = dense<[[0, 1], [1, 2], [2, 3]]> : tensor<3x2xi64>}> : (tensor<4x6xf32>) -> tensor<4x6xf32>
  return %g, %r, %c, %p : tensor<8x6xf32>, tensor<4x6xf32>, tensor<2x6xf32>, tensor<4x6xf32>
}`;
    await check(
      text,
      [1, 2, 3, 4].map((seed) => [f32([4, 6], seed)]),
    );
  });

  test('tensors without elements', async () => {
    const text = `func.func @main(%x: tensor<0x3xf32>, %y: tensor<3x2xf32>, %z: tensor<4x0xf32>) -> (tensor<0x2xf32>, tensor<3xf32>, tensor<4x3xf32>, tensor<2x3xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %a = stablehlo.tanh %x : tensor<0x3xf32>
  %d = stablehlo.dot_general %a, %y, contracting_dims = [1] x [0] : (tensor<0x3xf32>, tensor<3x2xf32>) -> tensor<0x2xf32>
  %s = stablehlo.reduce(%a init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<0x3xf32>, tensor<f32>) -> tensor<3xf32>
  %e = stablehlo.dot_general %z, %x, contracting_dims = [1] x [0] : (tensor<4x0xf32>, tensor<0x3xf32>) -> tensor<4x3xf32>
  %t = stablehlo.transpose %y, dims = [1, 0] : (tensor<3x2xf32>) -> tensor<2x3xf32>
  %c = stablehlo.concatenate %a, %t, dim = 0 : (tensor<0x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return %d, %s, %e, %c : tensor<0x2xf32>, tensor<3xf32>, tensor<4x3xf32>, tensor<2x3xf32>
}`;
    await check(text, [[f32([0, 3]), f32([3, 2]), f32([4, 0])]]);
  });

  test('kernels and products large enough to be dealt out to several threads', async () => {
    const text = `func.func @main(%x: tensor<700x310xf32>, %w: tensor<310x256xf32>) -> (tensor<700x256xf32>, tensor<256xf32>, tensor<700xf32>, tensor<217000xf32>, tensor<310x700xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %h = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<700x310xf32>, tensor<310x256xf32>) -> tensor<700x256xf32>
  %t = stablehlo.tanh %h : tensor<700x256xf32>
  %c = stablehlo.reduce(%t init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<700x256xf32>, tensor<f32>) -> tensor<256xf32>
  %r = stablehlo.reduce(%t init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<700x256xf32>, tensor<f32>) -> tensor<700xf32>
  %f = stablehlo.reshape %x : (tensor<700x310xf32>) -> tensor<217000xf32>
  %n = stablehlo.negate %f : tensor<217000xf32>
  %p = stablehlo.transpose %x, dims = [1, 0] : (tensor<700x310xf32>) -> tensor<310x700xf32>
  %s = stablehlo.sine %p : tensor<310x700xf32>
  return %t, %c, %r, %n, %s : tensor<700x256xf32>, tensor<256xf32>, tensor<700xf32>, tensor<217000xf32>, tensor<310x700xf32>
}`;
    const module = parseModule(text, registry);
    const args = [f32([700, 310]), f32([310, 256], 2)];
    const [want] = await run(reference, module, [args]);
    const [got] = await run(cpu, module, [args]);
    got.forEach((r, i) => {
      expect(difference(r, want[i], 1e-4), `result ${i}`).toBeLessThanOrEqual(1);
    });
    // Two devices compute the same bits as one, whatever threads helped.
    const two = await run(cpu, module, [args, args]);
    for (const own of two) for (const [i, r] of own.entries()) expect(r.equals(got[i])).toBe(true);
  });

  test('random programs', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const { module, args } = randomProgram(seed);
      const [want] = await run(reference, module, [args]);
      const [got] = await run(cpu, module, [args], seed % 2 ? args.map((_, i) => i) : []);
      got.forEach((r, i) => {
        expect(difference(r, want[i], 1e-4), `seed ${seed}, result ${i}`).toBeLessThanOrEqual(1);
      });
    }
  });
});

describe('what the compiler makes of programs', () => {
  test('a softmax is one kernel', async () => {
    const { kernels } = compileToC(parseModule(softmax, registry), { registry, numDevices: 1, vectorLanes: 8 });
    expect(kernels.body.steps.map((s) => s.kind)).toEqual(['loops', 'copy']);
  });

  test('an unknown custom call is refused by name when compiling', async () => {
    const text = `func.func @main(%x: tensor<4xui64>) -> tensor<4xui64> {
  %r = stablehlo.custom_call @nothing(%x) : (tensor<4xui64>) -> tensor<4xui64>
  return %r : tensor<4xui64>
}`;
    await expect(cpu.compile(parseModule(text, registry))).rejects.toMatchObject({
      code: 'runtime/unknown-custom-call',
      message: expect.stringContaining('@nothing'),
    });
  });
});
