import { readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jit, Mesh, np, P, runModule, type Tensor } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { type Module, parseModule, parseSharding } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { CpuEngine, type Engine, type Executable, firstDevices, type Recalled } from '../../src/runtime/index.ts';
import { cutShort, ownCache } from './own-cache.ts';

/* A program that was compiled before is found by what it was made from: nothing is optimized, partitioned or lowered again. */

const directory = ownCache();

const recordFiles = (): string[] => readdirSync(directory()).filter((f) => /^program-[0-9a-f]{32}\.json$/.test(f));

/** An engine that can only run what it recalls. */
class RecallingEngine extends CpuEngine {
  override compile(): Promise<Executable> {
    throw new Error('asked to compile');
  }
}

const program = parseModule(
  `func.func @main(%x: tensor<2x3xf32>, %y: tensor<3xi32>) -> (tensor<2x3xf32>, tensor<3xi32>) {
    %c = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
    %a = stablehlo.add %x, %c : tensor<2x3xf32>
    %b = stablehlo.add %y, %y : tensor<3xi32>
    return %a, %b : tensor<2x3xf32>, tensor<3xi32>
  }`,
  registry,
);

async function runOn(engine: Engine, executable: Executable): Promise<number[][]> {
  const args = [HostArray.from('f32', [2, 3], [0, 1, 2, 3, 4, 5]), HostArray.from('i32', [3], [7, 8, 9])];
  const [results] = await executable.execute([args.map((a) => engine.put(a, 0))]);
  const arrays = await Promise.all(results.map((r) => r.read()));
  return arrays.map((a) => [...a.data].map(Number));
}
const expected = [
  [1, 3, 5, 7, 9, 11],
  [14, 16, 18],
];

/** A cut argument and a whole one. */
const boundary = {
  inShardings: [parseSharding('<@mesh, [{"x", "y":(1)2}, {?}]>'), undefined],
  outShardings: [undefined, parseSharding('<@mesh, [{}], unreduced={"x"}>')],
};
const keep = (engine: Engine, module: Module = program): Promise<Executable> =>
  engine.compile(module, { donatedArgs: [0], keep: { key: 'a key', boundary } });

const recall = (engine: CpuEngine, key: string): Recalled | undefined =>
  engine.cache.recall(key, firstDevices(engine), [0]);

test('a kept program is recalled with its shardings, its types, its constants and its donated arguments', async () => {
  const compiled = await keep(new CpuEngine());
  const engine = new CpuEngine();
  const recalled = recall(engine, 'a key');
  expect(recalled?.boundary).toEqual(boundary);
  const executable = (await recalled!.load())!;
  expect(executable.stats.fromCache).toBe(true);
  expect(executable.stats.peakBytesPerDevice).toBe(compiled.stats.peakBytesPerDevice);
  expect(executable.argTypes).toEqual(compiled.argTypes);
  expect(executable.resultTypes).toEqual(compiled.resultTypes);
  expect(await runOn(engine, executable)).toEqual(expected);
});

test('another key, precision or way to measure is another program', async () => {
  await keep(new CpuEngine());
  expect(recall(new CpuEngine(), 'a key ')).toBeUndefined();
  expect(recall(new CpuEngine({ precision: 'bf16' }), 'a key')).toBeUndefined();
  expect(recall(new CpuEngine({ profile: true }), 'a key')).toBeUndefined();
});

test('a profiled program keeps what its events are about', async () => {
  await keep(new CpuEngine({ profile: true }));
  const engine = new CpuEngine({ profile: true });
  const executable = (await recall(engine, 'a key')!.load())!;
  await runOn(engine, executable);
  expect(engine.profiler.takeEvents(executable).map((e) => e.point.name)).toContain('add');
});

test('a damaged record counts as absent, and so does one whose code is gone', async () => {
  await keep(new CpuEngine());
  const code = readdirSync(directory()).filter((f) => /^main-.*\.so$/.test(f));
  expect(code).toHaveLength(1);
  cutShort(join(directory(), code[0]), 100);
  expect(await recall(new CpuEngine(), 'a key')!.load()).toBeUndefined();
  rmSync(join(directory(), code[0]));
  expect(await recall(new CpuEngine(), 'a key')!.load()).toBeUndefined();
  const [record] = recordFiles();
  cutShort(join(directory(), record), readFileSync(join(directory(), record)).length - 1);
  expect(recall(new CpuEngine(), 'a key')).toBeUndefined();
});

test('a program that calls back is not kept: its callback steps are ops of the module', async () => {
  const hosted = parseModule(
    `func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %c = stablehlo.convert %x : (tensor<2xf32>) -> tensor<2xf8E4M3FN>
      %r = stablehlo.convert %c : (tensor<2xf8E4M3FN>) -> tensor<2xf32>
      return %r : tensor<2xf32>
    }`,
    registry,
  );
  const engine = new CpuEngine();
  const { stats } = await engine.compile(hosted, {
    keep: { key: 'hosted', boundary: { inShardings: [], outShardings: [] } },
  });
  expect(stats.callbackOps.length).toBeGreaterThan(0);
  expect(recordFiles()).toEqual([]);
});

test('a record counts against the limit of the folder, like code', async () => {
  const saved = process.env.ESPALIER_CACHE_LIMIT_MB;
  await keep(new CpuEngine());
  const [record] = recordFiles();
  const old = new Date(Date.now() - 1e6);
  utimesSync(join(directory(), record), old, old);
  process.env.ESPALIER_CACHE_LIMIT_MB = '0';
  try {
    const other = parseModule('func.func @main(%x: tensor<f32>) -> tensor<f32> { return %x : tensor<f32> }', registry);
    await new CpuEngine().compile(other);
    expect(recordFiles()).toEqual([]);
  } finally {
    if (saved === undefined) delete process.env.ESPALIER_CACHE_LIMIT_MB;
    else process.env.ESPALIER_CACHE_LIMIT_MB = saved;
  }
});

test('a jitted function on a mesh runs as recalled: the same results, laid out the same way', async () => {
  const mesh = new Mesh({ data: 2 });
  const make = (engine: Engine) =>
    jit((x: Tensor, w: Tensor) => ({ y: np.dot(x, w), sum: np.sum(x) }), {
      mesh,
      engine,
      inShardings: [P('data'), P()],
      outShardings: { y: P('data'), sum: P() },
    });
  const x = np.array([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);
  const w = np.array([
    [1, 0],
    [1, 1],
  ]);
  const run = async (engine: Engine) => {
    const { y, sum } = make(engine)(x, w);
    return [await y.data(), await sum.data()].map((a) => [...a].map(Number));
  };
  const first = await run(new CpuEngine());
  expect(first).toEqual([[3, 2, 7, 4, 11, 6, 15, 8], [36]]);
  expect(await run(new RecallingEngine())).toEqual(first);
  const lowered = make(new RecallingEngine()).lower(x, w);
  expect(lowered.stages.has('partitioned')).toBe(true);
});

test('a jitted function whose code is gone is compiled again', async () => {
  const run = async (engine: Engine) => [
    ...(await jit((x: Tensor) => np.add(x, 1), { engine })(np.array([1, 2])).data()),
  ];
  expect(await run(new CpuEngine())).toEqual([2, 3]);
  for (const file of readdirSync(directory())) if (file.endsWith('.so')) rmSync(join(directory(), file));
  expect(await run(new CpuEngine())).toEqual([2, 3]);
  await expect(run(new RecallingEngine())).resolves.toEqual([2, 3]);
});

test('a recalled program packs its weights like the one that was compiled', async () => {
  const module = parseModule(
    `func.func @main(%x: tensor<32x128xf32>, %w: tensor<128x256xf32>) -> tensor<32x256xf32> {
    %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<32x128xf32>, tensor<128x256xf32>) -> tensor<32x256xf32>
    return %y : tensor<32x256xf32>
  }`,
    registry,
  );
  await new CpuEngine().compile(module, { keep: { key: 'weights', boundary: { inShardings: [], outShardings: [] } } });
  const engine = new CpuEngine();
  const recalled = await engine.cache.recall('weights', firstDevices(engine), [])!.load();
  const args = [HostArray.zeros('f32', [32, 128]), HostArray.zeros('f32', [128, 256])].map((a) => engine.put(a, 0));
  const bytes: number[] = [];
  for (let run = 0; run < 3; run++) {
    const [[out]] = await recalled!.execute([args]);
    out.dispose();
    bytes.push(engine.devices()[0].bytesInUse);
  }
  expect(bytes[1] - bytes[0]).toBeGreaterThanOrEqual(128 * 256 * 4);
  expect(bytes[2]).toBe(bytes[1]);
});

test('a module run again, as `espalier run` does, finds the program of an earlier process: on one device and on a mesh', async () => {
  const cut = parseModule(
    `sdy.mesh @rows = <["x"=2]>
    func.func @main(%x: tensor<4xf32> {sdy.sharding = #sdy.sharding<@rows, [{"x"}]>}) -> tensor<f32> {
      %c = stablehlo.constant dense<0.0> : tensor<f32>
      %s = stablehlo.reduce(%x init: %c) applies stablehlo.add across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
      return %s : tensor<f32>
    }`,
    registry,
  );
  const input = [HostArray.from('f32', [4], [1, 2, 3, 4])];
  expect((await runModule(cut, input, { engine: new CpuEngine() }))[0].toNumbers()).toEqual([10]);
  expect((await runModule(cut, input, { engine: new RecallingEngine() }))[0].toNumbers()).toEqual([10]);
  const inputs = [HostArray.from('f32', [2, 3], [0, 1, 2, 3, 4, 5]), HostArray.from('i32', [3], [7, 8, 9])];
  for (const engine of [new CpuEngine(), new RecallingEngine()])
    expect((await runModule(program, inputs, { engine })).map((a) => a.toNumbers())).toEqual(expected);
});
