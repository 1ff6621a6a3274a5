import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jit, np, scan, type Tensor } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { compileToC } from '../../src/compile/index.ts';
import { type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';
import { CpuEngine, type DeviceBuffer, type Executable, firstDevices } from '../../src/runtime/index.ts';
import { inputs } from './product-programs.ts';

/* Weights that the engine keeps packed: the same bits as without, memory of their own, freed with their buffer. */

const engines: CpuEngine[] = [];
// Whoever comes first builds the library.
beforeAll(() => NativeLibrary.open(), 240_000);
afterAll(async () => {
  for (const e of engines) await e.close();
});
function engineWith(packedWeightBytes?: number): CpuEngine {
  const engine = new CpuEngine({ packedWeightBytes });
  engines.push(engine);
  return engine;
}
const bytesOf = (engine: CpuEngine): number => engine.devices()[0].bytesInUse;
const bits = async (b: DeviceBuffer): Promise<Buffer> => Buffer.from((await b.read()).bytes);

/** x[m, 128] · w[128, 256], or with both turned round. */
const product = (m: number, weightsFirst = false, type = 'f32'): Module =>
  parseModule(
    weightsFirst
      ? `func.func @main(%x: tensor<${m}x128x${type}>, %w: tensor<256x128x${type}>) -> tensor<${m}x256xf32> {
    %y = stablehlo.dot_general %w, %x, contracting_dims = [1] x [1] : (tensor<256x128x${type}>, tensor<${m}x128x${type}>) -> tensor<256x${m}xf32>
    %z = stablehlo.transpose %y, dims = [1, 0] : (tensor<256x${m}xf32>) -> tensor<${m}x256xf32>
    return %z : tensor<${m}x256xf32>
  }`
      : `func.func @main(%x: tensor<${m}x128x${type}>, %w: tensor<128x256x${type}>) -> tensor<${m}x256xf32> {
    %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<${m}x128x${type}>, tensor<128x256x${type}>) -> tensor<${m}x256xf32>
    return %y : tensor<${m}x256xf32>
  }`,
    registry,
  );
/** What a packed copy of the weights above takes in float32. */
const copyBytes = 128 * 256 * 4;

const host = (shape: readonly number[], seed: number): HostArray =>
  new HostArray(
    'f32',
    shape,
    Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(seed + 1.7 * i)),
  );
const compiled = (engine: CpuEngine, module: Module, donatedArgs: readonly number[] = []): Promise<Executable> =>
  engine.compile(module, { donatedArgs });

async function resultOf(executable: Executable, ...args: DeviceBuffer[]): Promise<Buffer> {
  const [[out]] = await executable.execute([args]);
  const result = await bits(out);
  out.dispose();
  return result;
}

test('a copy is made at the second run with a buffer, and freed with it', async () => {
  const engine = engineWith();
  const f = await compiled(engine, product(32));
  const [x, w] = [engine.put(host([32, 128], 1), 0), engine.put(host([128, 256], 2), 0)];
  const first = await resultOf(f, x, w);
  const before = bytesOf(engine);
  expect((await resultOf(f, x, w)).equals(first)).toBe(true);
  const packed = bytesOf(engine) - before;
  expect(packed).toBeGreaterThanOrEqual(copyBytes);
  expect(packed).toBeLessThan(copyBytes * 1.1);
  expect((await resultOf(f, x, w)).equals(first)).toBe(true);
  expect(bytesOf(engine) - before).toBe(packed);
  // Other numbers of rows share it.
  const g = await compiled(engine, product(64));
  const other = engine.put(host([64, 128], 3), 0);
  const more = await resultOf(g, other, w);
  other.dispose();
  expect(bytesOf(engine) - before).toBe(packed);
  expect(more.subarray(0, 16).equals(Buffer.alloc(16))).toBe(false);
  w.dispose();
  x.dispose();
  expect(bytesOf(engine)).toBe(before - 4 * (32 * 128 + 128 * 256));
});

test('other weights are other results', async () => {
  const [engine, plain] = [engineWith(), engineWith(0)];
  const [f, g] = [await compiled(engine, product(40)), await compiled(plain, product(40))];
  const x = host([40, 128], 1);
  const input = engine.put(x, 0);
  for (const seed of [2, 3, 4]) {
    const w = engine.put(host([128, 256], seed), 0);
    const want = await resultOf(g, plain.put(x, 0), plain.put(host([128, 256], seed), 0));
    for (let run = 0; run < 3; run++) expect((await resultOf(f, input, w)).equals(want)).toBe(true);
    w.dispose();
  }
});

test('weights that are read as they are and turned round have a copy for each', async () => {
  const reads = (contracted: number): Module =>
    parseModule(
      `func.func @main(%x: tensor<32x128xf32>, %w: tensor<128x128xf32>) -> tensor<32x128xf32> {
    %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [${contracted}] : (tensor<32x128xf32>, tensor<128x128xf32>) -> tensor<32x128xf32>
    return %y : tensor<32x128xf32>
  }`,
      registry,
    );
  const [engine, plain] = [engineWith(), engineWith(0)];
  const args = [host([32, 128], 1), host([128, 128], 2)];
  const [own, others] = [engine, plain].map((e) => args.map((a) => e.put(a, 0)));
  const programs = await Promise.all(
    [0, 1].map(async (d) => [await compiled(engine, reads(d)), await compiled(plain, reads(d))] as const),
  );
  const before = bytesOf(engine);
  for (let run = 0; run < 3; run++)
    for (const [f, g] of programs) expect((await resultOf(f, ...own)).equals(await resultOf(g, ...others))).toBe(true);
  expect(bytesOf(engine) - before).toBeGreaterThanOrEqual(copyBytes);
});

test('no copies beyond the bound, and none at 0', async () => {
  const runs = async (bound: number): Promise<number> => {
    const engine = engineWith(bound);
    const f = await compiled(engine, product(32));
    const x = engine.put(host([32, 128], 1), 0);
    const weights = [2, 3, 4].map((seed) => engine.put(host([128, 256], seed), 0));
    for (const w of weights) await resultOf(f, x, w);
    const before = bytesOf(engine);
    for (let run = 0; run < 2; run++) for (const w of weights) await resultOf(f, x, w);
    return bytesOf(engine) - before;
  };
  expect(await runs(0)).toBe(0);
  const two = await runs(2.5 * copyBytes);
  expect(two).toBeGreaterThanOrEqual(2 * copyBytes);
  expect(two).toBeLessThanOrEqual(2.5 * copyBytes);
});

test('donated weights are not kept, and giving weights away frees their copy', async () => {
  const engine = engineWith();
  const [keeping, donating] = [await compiled(engine, product(32)), await compiled(engine, product(32), [1])];
  const x = engine.put(host([32, 128], 1), 0);
  const start = bytesOf(engine);
  for (let run = 0; run < 3; run++) {
    await resultOf(donating, x, engine.put(host([128, 256], 2), 0));
    expect(bytesOf(engine) - start).toBeLessThan(copyBytes);
  }
  const after = bytesOf(engine);
  const w = engine.put(host([128, 256], 2), 0);
  const want = await resultOf(keeping, x, w);
  await resultOf(keeping, x, w);
  expect(bytesOf(engine) - after).toBeGreaterThanOrEqual(2 * copyBytes);
  expect((await resultOf(donating, x, w)).equals(want)).toBe(true);
  expect(w.isDeleted).toBe(true);
  expect(bytesOf(engine)).toBe(after);
  expect(compileToC(product(32), { registry, numDevices: 1, vectorLanes: 8 }).kept).toHaveLength(1);
  expect(compileToC(product(32), { registry, numDevices: 1, vectorLanes: 8, donatedArgs: [1] }).kept).toEqual([]);
});

test('the layers of a loop: each matrix of a stack is packed, and shared by runs that overlap', async () => {
  const f = jit((x: Tensor, w: { readonly up: Tensor; readonly down: Tensor }) =>
    scan(
      (h: Tensor, l: typeof w) => {
        const next = np.matmul(np.tanh(np.matmul(h, l.up)), np.transpose(l.down));
        return [next, np.sum(next)] as const;
      },
      x,
      w,
    ),
  );
  const args = [host([24, 96], 1), host([5, 96, 200], 2), host([5, 96, 200], 3)];
  const { perDevice } = f.lower(np.array(args[0]), { up: np.array(args[1]), down: np.array(args[2]) });
  const kept = compileToC(perDevice, { registry, numDevices: 1, vectorLanes: 8 }).kept;
  expect(kept.map((k) => k.matrices)).toEqual([5, 5]);
  const [engine, plain] = [engineWith(), engineWith(0)];
  const [ours, theirs] = [await compiled(engine, perDevice), await compiled(plain, perDevice)];
  const buffers = args.map((a) => engine.put(a, 0));
  const want = await Promise.all((await theirs.execute([args.map((a) => plain.put(a, 0))]))[0].map(bits));
  const runs = await Promise.all(Array.from({ length: 6 }, () => ours.execute([buffers])));
  for (const [results] of runs) {
    const got = await Promise.all(results.map(bits));
    got.forEach((r, i) => {
      expect(r.equals(want[i])).toBe(true);
    });
  }
  const used = bytesOf(engine);
  buffers[1].dispose();
  expect(used - bytesOf(engine)).toBeGreaterThanOrEqual(2 * 5 * 96 * 200 * 4);
});

test('every device keeps its own', async () => {
  const engine = engineWith();
  const f = await engine.compile(product(32), { devices: firstDevices(engine, 2) });
  const args = [0, 1].map((d) => [engine.put(host([32, 128], 5 + d), d), engine.put(host([128, 256], 7 + d), d)]);
  const results: Buffer[][] = [];
  for (let run = 0; run < 3; run++) {
    const out = await f.execute(args);
    results.push(await Promise.all(out.map(([r]) => bits(r))));
    for (const [r] of out) r.dispose();
  }
  for (const r of results) for (const d of [0, 1]) expect(r[d].equals(results[0][d])).toBe(true);
  expect(results[0][0].equals(results[0][1])).toBe(false);
  const used = engine.devices().slice(0, 2);
  for (const d of [0, 1]) args[d][1].dispose();
  engine
    .devices()
    .slice(0, 2)
    .forEach(({ bytesInUse }, d) => {
      expect(used[d].bytesInUse - bytesInUse).toBeGreaterThanOrEqual(2 * copyBytes);
    });
});

test('arguments that a program overwrites, and windows that overlap, are left alone', () => {
  const windows = parseModule(
    `func.func @main(%x: tensor<32x128xf32>, %w: tensor<1000x256xf32>, %i: tensor<i32>) -> tensor<32x256xf32> {
    %z = stablehlo.constant dense<0> : tensor<i32>
    %s = stablehlo.dynamic_slice %w, %i, %z, sizes = [128, 256] : (tensor<1000x256xf32>, tensor<i32>, tensor<i32>) -> tensor<128x256xf32>
    %y = stablehlo.dot_general %x, %s, contracting_dims = [1] x [0] : (tensor<32x128xf32>, tensor<128x256xf32>) -> tensor<32x256xf32>
    return %y : tensor<32x256xf32>
  }`,
    registry,
  );
  expect(compileToC(windows, { registry, numDevices: 1, vectorLanes: 8 }).kept).toEqual([]);
});

test('packed copies change no bit: rows, types, either operand', async () => {
  const [engine, plain] = [engineWith(), engineWith(0)];
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        rows: fc.constantFrom(9, 33, 256, 257),
        type: fc.constantFrom('f32', 'bf16'),
        weightsFirst: fc.boolean(),
        seed: fc.nat(),
      }),
      async ({ rows, type, weightsFirst, seed }) => {
        const module = product(rows, weightsFirst, type);
        const args = inputs(module, seed);
        const runs = await Promise.all(
          [plain, engine].map(async (e) => {
            const f = await compiled(e, module);
            const own = args.map((a) => e.put(a, 0));
            const out: Buffer[] = [];
            for (let run = 0; run < 3; run++) out.push(await resultOf(f, ...own));
            for (const b of own) b.dispose();
            return out;
          }),
        );
        for (const r of runs.flat()) expect(r.equals(runs[0][0])).toBe(true);
      },
    ),
    { numRuns: 8 },
  );
}, 120_000);
