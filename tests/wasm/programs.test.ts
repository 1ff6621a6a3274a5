import { afterAll, expect, test } from 'vitest';
import type { HostArray } from '../../src/base/index.ts';
import { compileToWasm } from '../../src/compile/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { firstDevices, WasmEngine } from '../../src/runtime/index.ts';
import { difference } from '../compare.ts';
import { reference, run, sampleArray } from '../cpu/programs.ts';
import { randomProgram } from '../cpu/random-programs.ts';

const engine = new WasmEngine();
afterAll(() => engine.close());

const f32 = (shape: number[], seed = 1): HostArray => sampleArray({ dtype: 'f32', shape, low: -2, high: 2 }, seed);

/** Large enough for its kernels and products to be dealt out to several threads. */
const large = parseModule(
  `func.func @main(%x: tensor<700x310xf32>, %w: tensor<310x256xf32>) -> (tensor<700x256xf32>, tensor<256xf32>, tensor<700xf32>, tensor<310x700xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %h = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<700x310xf32>, tensor<310x256xf32>) -> tensor<700x256xf32>
  %t = stablehlo.tanh %h : tensor<700x256xf32>
  %c = stablehlo.reduce(%t init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<700x256xf32>, tensor<f32>) -> tensor<256xf32>
  %r = stablehlo.reduce(%t init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<700x256xf32>, tensor<f32>) -> tensor<700xf32>
  %p = stablehlo.transpose %x, dims = [1, 0] : (tensor<700x310xf32>) -> tensor<310x700xf32>
  %s = stablehlo.sine %p : tensor<310x700xf32>
  return %t, %c, %r, %s : tensor<700x256xf32>, tensor<256xf32>, tensor<700xf32>, tensor<310x700xf32>
}`,
  registry,
);

test('random programs agree with the reference, arguments donated or not', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { module, args } = randomProgram(seed);
    const [want] = await run(reference, module, [args]);
    const [got] = await run(engine, module, [args], seed % 2 ? args.map((_, i) => i) : []);
    got.forEach((r, i) => {
      expect(difference(r, want[i], 1e-4), `seed ${seed}, result ${i}`).toBeLessThanOrEqual(1);
    });
  }
});

test('results do not depend on the number of threads, nor on whether memory is shared', async () => {
  const args = [f32([700, 310]), f32([310, 256], 2)];
  const [want] = await run(reference, large, [args]);
  let first: HostArray[] | undefined;
  for (const options of [{ threads: 1 }, { threads: 2 }, { threads: 4 }, { shared: false }]) {
    const own = new WasmEngine(options);
    // Helpers take a moment to come: later runs have them.
    for (let i = 0; i < 10; i++) {
      const [got] = await run(own, large, [args]);
      first ??= got;
      got.forEach((r, k) => {
        expect(r.equals(first![k]), `${JSON.stringify(options)}, run ${i}, result ${k}`).toBe(true);
        expect(difference(r, want[k], 1e-4)).toBeLessThanOrEqual(1);
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await own.close();
  }
});

test('the bytes of a program are the same every time', () => {
  const options = { registry, numDevices: 1, relaxed: true, shared: true, maximumPages: 65536 };
  expect(compileToWasm(large, options).bytes).toEqual(compileToWasm(large, options).bytes);
});

test('a program compiled before is not compiled again', async () => {
  const first = await engine.compile(large);
  const second = await engine.compile(large);
  expect([first.stats.fromCache, second.stats.fromCache]).toEqual([false, true]);
});

test('devices that exchange data', async () => {
  const text = `func.func @main(%x: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<16x6xf32>, tensor<1x6xf32>, tensor<4x6xf32>) {
  %r = "stablehlo.all_reduce"(%x) <{replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x6xf32>) -> tensor<4x6xf32>
  %g = "stablehlo.all_gather"(%x) <{all_gather_dim = 0 : i64, replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, channel_handle = #stablehlo.channel_handle<handle = 2, type = 1>, use_global_device_ids}> : (tensor<4x6xf32>) -> tensor<16x6xf32>
  %c = "stablehlo.reduce_scatter"(%x) <{scatter_dimension = 0 : i64, replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, channel_handle = #stablehlo.channel_handle<handle = 3, type = 1>, use_global_device_ids}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.maximum %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x6xf32>) -> tensor<1x6xf32>
  %p = "stablehlo.collective_permute"(%x) <{channel_handle = #stablehlo.channel_handle<handle = 4, type = 1>, source_target_pairs = dense<[[0, 1], [1, 2], [2, 3]]> : tensor<3x2xi64>}> : (tensor<4x6xf32>) -> tensor<4x6xf32>
  return %r, %g, %c, %p : tensor<4x6xf32>, tensor<16x6xf32>, tensor<1x6xf32>, tensor<4x6xf32>
}`;
  const module = parseModule(text, registry);
  const args = [1, 2, 3, 4].map((seed) => [f32([4, 6], seed)]);
  const want = await run(reference, module, args);
  for (let i = 0; i < 3; i++) {
    const got = await run(engine, module, args);
    got.forEach((own, d) => {
      own.forEach((r, k) => {
        expect(difference(r, want[d][k]), `device ${d}, result ${k}`).toBeLessThanOrEqual(1);
      });
    });
  }
});

test('a profiled program records its kernels, on the thread of every device', async () => {
  const text = `func.func @main(%x: tensor<8x64xf32>) -> (tensor<8x64xf32>, tensor<8x8xf32>) {
  %r = "stablehlo.all_reduce"(%x) <{replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<8x64xf32>) -> tensor<8x64xf32>
  %g = stablehlo.dot_general %r, %r, contracting_dims = [1] x [1] : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x8xf32>
  return %r, %g : tensor<8x64xf32>, tensor<8x8xf32>
}`;
  const own = new WasmEngine({ profile: true });
  const program = await own.compile(parseModule(text, registry), { devices: firstDevices(own, 2) });
  expect(own.profiler.takeEvents(program)).toEqual([]);
  await program.execute([1, 2].map((seed, d) => [own.put(f32([8, 64], seed), d)]));
  const events = own.profiler.takeEvents(program);
  for (const device of [0, 1]) {
    const mine = events.filter((e) => e.device === device);
    expect(mine.map((e) => e.point.kind)).toEqual(['collective', 'gemm']);
    expect(mine[1].point.productFlops).toBe(2 * 8 * 8 * 64);
    expect(mine.every((e, i) => e.timeUs >= 0 && (i === 0 || e.startUs >= mine[i - 1].startUs))).toBe(true);
  }
  expect(own.profiler.takeEvents(program)).toEqual([]);
  await own.close();
});

test('devices that exchange data need shared memory', async () => {
  const own = new WasmEngine({ shared: false });
  const text = `func.func @main(%x: tensor<2xf32>) -> tensor<4xf32> {
  %g = "stablehlo.all_gather"(%x) <{all_gather_dim = 0 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 2, type = 1>, use_global_device_ids}> : (tensor<2xf32>) -> tensor<4xf32>
  return %g : tensor<4xf32>
}`;
  const module = parseModule(text, registry);
  await expect(run(own, module, [[f32([2])], [f32([2], 2)]])).rejects.toMatchObject({ code: 'runtime/unsupported' });
  await own.close();
});

test('more memory than addresses reach is refused', async () => {
  const own = new WasmEngine({ threads: 1 });
  const text = `func.func @main(%x: tensor<f32>) -> tensor<1200000000xf32> {
  %b = stablehlo.broadcast_in_dim %x, dims = [] : (tensor<f32>) -> tensor<1200000000xf32>
  return %b : tensor<1200000000xf32>
}`;
  await expect(run(own, parseModule(text, registry), [[f32([])]])).rejects.toMatchObject({
    code: 'runtime/out-of-memory',
  });
  await own.close();
});

test('programs beyond the limit of the cache are compiled again, and still run when held', async () => {
  const own = new WasmEngine({ threads: 2, cacheBytes: 30_000 });
  const program = (size: number): ReturnType<typeof parseModule> =>
    parseModule(
      `func.func @main(%x: tensor<${size}x512xf32>) -> tensor<${size}x512xf32> {
  %y = stablehlo.tanh %x : tensor<${size}x512xf32>
  return %y : tensor<${size}x512xf32>
}`,
      registry,
    );
  const compile = (size: number) => own.compile(program(size));
  const value = async (e: Awaited<ReturnType<typeof compile>>, size: number): Promise<HostArray> => {
    const x = f32([size, 512]);
    const [[got]] = await e.execute([[own.put(x, 0)]]);
    const [want] = await run(reference, program(size), [[x]]).then(([r]) => r);
    const y = await got.read();
    expect(difference(y, want, 1e-4)).toBeLessThanOrEqual(1);
    return y;
  };
  const first = await compile(300);
  expect(first.stats.fromCache).toBe(false);
  const before = await value(first, 300);
  expect((await compile(300)).stats.fromCache).toBe(true);
  for (let size = 301; size < 330; size++) await value(await compile(size), size);
  expect((await value(first, 300)).equals(before)).toBe(true);
  const again = await compile(300);
  expect(again.stats.fromCache).toBe(false);
  expect((await value(again, 300)).equals(before)).toBe(true);
  await own.close();
});
