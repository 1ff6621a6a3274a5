import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  addressableShards,
  type DeviceSet,
  devicePut,
  deviceSet,
  jit,
  lax,
  lowerDevicePut,
  Mesh,
  makeArrayFromCallback,
  np,
  P,
  type PartitionSpec,
  setDefaultEngine,
  shardingOf,
  type Tensor,
} from '../../src/api/index.ts';
import { HostArray, product } from '../../src/base/index.ts';
import { createEngine, type Engine } from '../../src/runtime/index.ts';

const idsOf = (t: Tensor): number[] => addressableShards(t).map((s) => s.device.id);
const count = (...shape: number[]): Tensor => np.reshape(np.arange(product(shape)), shape);

describe.each(['reference', 'cpu', 'wasm'])('on %s', (name) => {
  const engine = createEngine(name);
  let four: DeviceSet;
  beforeAll(() => {
    setDefaultEngine(engine);
    four = deviceSet(engine).slice(0, 4);
  });
  afterAll(() => engine.close());

  test('a callback fills memory of devices where it is at hand, and gives the same tensor where it is not', async () => {
    await engine.open();
    const rows = (start: number, n: number): number[] => Array.from({ length: 3 * n }, (_, i) => 3 * start + i);
    const mesh = new Mesh({ x: 2, y: 2 }, four);
    // Five rows are no two even shards: what reaches beyond them comes through the host.
    for (const numRows of [4, 5]) {
      const made: string[] = [];
      const read = ([start]: readonly number[], [n]: readonly number[]): HostArray => {
        made.push(`read ${start}`);
        return HostArray.from('f32', [n, 3], rows(start, n));
      };
      const readInto = ([start]: readonly number[], [n]: readonly number[], bytes: Uint8Array): void => {
        made.push(`into ${start}`);
        bytes.set(new Uint8Array(Float32Array.from(rows(start, n)).buffer));
      };
      const t = makeArrayFromCallback([numRows, 3], 'f32', read, { to: mesh, spec: P('x'), engine, readInto });
      const [first, second] = [0, Math.ceil(numRows / 2)];
      const direct = name === 'cpu' ? 'into' : 'read';
      expect(made).toEqual([`${direct} ${first}`, `${numRows === 4 ? direct : 'read'} ${second}`]);
      expect([...((await t.data()) as Float32Array)]).toEqual(rows(0, numRows));
      expect([...((await np.add(t, 1).data()) as Float32Array)]).toEqual(rows(0, numRows).map((v) => v + 1));
    }
  });

  test('a callback that fails leaves no memory behind', async () => {
    await engine.open();
    const fail = (): never => {
      throw new Error('no such file');
    };
    expect(() => makeArrayFromCallback([4], 'f32', fail, { engine, readInto: fail })).toThrow('no such file');
  });

  /** Nothing but scalars may come from the host while `f` runs. */
  async function withoutHost<T>(f: () => Promise<T>): Promise<T> {
    const put = vi.spyOn(engine, 'put');
    try {
      const result = await f();
      // Constants of the program's text are made on the host.
      expect(put.mock.calls.filter(([array]) => array.size > 1)).toEqual([]);
      return result;
    } finally {
      put.mockRestore();
    }
  }

  test('an eager operation on a sharded tensor stays sharded', async () => {
    const mesh = new Mesh({ data: 2, model: 2 });
    const x = await devicePut(count(8, 4), mesh, P('data', 'model')).ready();
    await withoutHost(async () => {
      const y = np.tanh(np.add(x, x));
      await y.ready();
      expect(shardingOf(y)?.spec).toEqual(P('data', 'model'));
      expect(addressableShards(y).map((s) => s.offset)).toEqual(addressableShards(x).map((s) => s.offset));
      expect(shardingOf(np.sum(y, { axis: 1 }))?.spec).toEqual(P('data'));
      expect(shardingOf(y.matmul(x.T))?.spec.entries[0]).toBe('data');
    });
    const plain = np.tanh(np.add(count(8, 4), count(8, 4)));
    expect(await np.tanh(np.add(x, x)).toArray()).toEqual(await plain.toArray());
  });

  test('operations on several layouts run where most devices are', async () => {
    const x = devicePut(count(8), new Mesh({ a: 4 }), P('a'));
    const y = devicePut(count(8), new Mesh({ b: 2 }, four.slice(2, 4)), P('b'));
    const z = np.add(x, np.add(y, 1));
    expect(idsOf(z)).toEqual([0, 1, 2, 3]);
    expect(await z.toArray()).toEqual([1, 3, 5, 7, 9, 11, 13, 15]);
  });

  test('a function without a mesh runs where its arguments are', async () => {
    const f = jit((x: Tensor) => np.multiply(x, 2));
    const mesh = new Mesh({ d: 2 }, four.slice(2, 4));
    const sharded = f(devicePut(count(4), mesh, P('d')));
    expect([idsOf(sharded), shardingOf(sharded)?.spec]).toEqual([[2, 3], P('d')]);
    expect(await sharded.toArray()).toEqual([0, 2, 4, 6]);
    const single = f(devicePut(count(4), four.slice(3, 4)));
    expect(idsOf(single)).toEqual([3]);
    expect(idsOf(np.add(single, 1))).toEqual([3]);
    expect(idsOf(f(count(4)))).toEqual([0]);
    expect(await single.toArray()).toEqual([0, 2, 4, 6]);
  });

  test('one function on two meshes of the same shape has a program for each', async () => {
    const f = jit((x: Tensor) => np.sum(x), {});
    const values = four.split(2).map((half) => f(devicePut(count(6), new Mesh({ d: 2 }, half), P('d'))));
    expect(values.map(idsOf)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    for (const v of values) expect(await v.item()).toBe(15);
  });

  test('a change of layout between two meshes of the same devices is one program, whose collectives are counted', async () => {
    const x = await devicePut(count(8, 4), new Mesh({ a: 4 }), P('a')).ready();
    const to = new Mesh({ p: 2, q: 2 });
    const kinds = (spec: PartitionSpec): string[] =>
      lowerDevicePut(x, to, spec)!.report!.collectives.map((c) => c.kind);
    expect(kinds(P(['p', 'q']))).toEqual([]);
    expect(kinds(P('p'))).toEqual(['all_gather']);
    expect(kinds(P())).toEqual(['all_gather']);
    expect(kinds(P(null, ['p', 'q']))).toEqual(['all_to_all']);
    await withoutHost(async () => {
      const y = await devicePut(x, to, P(null, ['p', 'q'])).ready();
      expect(addressableShards(y).map((s) => s.offset)).toEqual([
        [0, 0],
        [0, 1],
        [0, 2],
        [0, 3],
      ]);
    });
    expect(await devicePut(x, to, P(null, 'q')).toArray()).toEqual(await count(8, 4).toArray());
  });

  test('any layout to any other, between any devices, never by way of the host', async () => {
    const sizes = [[1], [2], [4], [3], [2, 2], [2, 3], [3, 2], [4, 2]];
    const layout = fc
      .record({
        axes: fc.constantFrom(...sizes),
        from: fc.integer({ min: 0, max: 2 }),
        cut: fc.infiniteStream(fc.integer({ min: -1, max: 1 })),
      })
      .map(({ axes, from, cut }) => {
        const mesh = new Mesh(
          Object.fromEntries(axes.map((n, i) => [`x${i}`, n])),
          deviceSet(engine).slice(from, from + product(axes)),
        );
        // Each axis cuts one of the two dimensions, or none.
        const entries: string[][] = [[], []];
        for (const a of Object.keys(mesh.axes)) {
          const d = cut.next().value as number;
          if (d >= 0) entries[d].push(a);
        }
        return { mesh, spec: P(...entries) };
      });
    const shape = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 }));
    await fc.assert(
      fc.asyncProperty(shape, layout, layout, async (s, a, b) => {
        const x = await devicePut(count(...s), a.mesh, a.spec).ready();
        const y = await withoutHost(() => devicePut(x, b.mesh, b.spec).ready());
        expect(idsOf(y)).toEqual(b.mesh.devices!.ids);
        expect(await y.toArray()).toEqual(await count(...s).toArray());
        for (const shard of addressableShards(y)) {
          const [[r, c], [h, w]] = [shard.offset, shard.shape];
          const want = Array.from({ length: h * w }, (_, i) => (r + Math.floor(i / w)) * s[1] + c + (i % w));
          expect((await shard.data()).toNumbers()).toEqual(want);
        }
      }),
      { seed: 16, numRuns: name === 'reference' ? 60 : 15 },
    );
  });

  test('a process that owns half of the devices holds and makes only its own shards', async () => {
    const x = new Float32Array(1024).map((_, i) => i);
    const halves = [four.owning(0, 2), four.owning(2, 4)].map((own) => new Mesh({ d: 4 }, own));
    const bytesInUse = (): number[] =>
      engine
        .devices()
        .slice(0, 4)
        .map((d) => d.bytesInUse);
    const before = bytesInUse();
    // `+ 0` makes the engine copy what it was given.
    const f = jit((t: Tensor) => np.add(t, 0), { mesh: halves[0], outShardings: P('d') });
    const g = jit((t: Tensor) => np.add(t, 0), { mesh: halves[1], outShardings: P('d') });
    const mine = f(devicePut(np.array(x), halves[0], P('d')));
    const theirs = g(devicePut(np.array(x), halves[1], P('d')));
    await Promise.all([mine.ready(), theirs.ready()]);
    expect([idsOf(mine), idsOf(theirs)]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(addressableShards(theirs).map((s) => s.offset)).toEqual([[512], [768]]);
    expect((await addressableShards(theirs)[1].data()).toNumbers()).toEqual([...x.slice(768)]);
    if (name !== 'reference')
      for (const [id, used] of bytesInUse().entries()) expect(used - before[id]).toBeLessThan(4096);
    await expect(mine.toArray()).rejects.toMatchObject({ code: 'api/not-here' });
    // A program over all four devices: each process launches it, gives its shards and gets the sum.
    const sums = halves.map((mesh) => jit((t: Tensor) => np.sum(t), { mesh, outShardings: P() }));
    const values = [sums[0](mine), sums[1](theirs)];
    expect(await Promise.all(values.map((v) => v.item()))).toEqual([523776, 523776]);
  });

  test('a tensor may be disposed of or donated as soon as what reads it has been called', async () => {
    const [m, all] = [new Mesh({ d: 2 }, four.slice(0, 2)), new Mesh({ d: 4 }, four)];
    const fresh = (): Promise<Tensor> => devicePut(count(8), m, P('d')).ready();
    const want = [...Array(8).keys()];
    // Not compiled yet, a move, a recorded op, a read.
    const readers: ((x: Tensor) => Tensor | Promise<unknown>)[] = [
      (x) => jit((t: Tensor) => np.add(t, 0))(x),
      (x) => devicePut(x, all, P('d')),
      (x) => np.add(x, 0),
      (x) => x.toArray(),
    ];
    const step = jit((t: Tensor) => np.multiply(t, 2), { donateArgnums: [0] });
    await step(await fresh()).ready();
    for (const reader of readers)
      for (const end of [(x: Tensor) => x.dispose(), (x: Tensor) => step(x)]) {
        const x = await fresh();
        const y = reader(x);
        end(x);
        expect(await (y instanceof Promise ? y : y.toArray())).toEqual(want);
        await expect(x.toArray()).rejects.toMatchObject({ code: 'api/deleted' });
      }
  });

  test('a move makes memory of its own, also where both layouts have a device', async () => {
    const [one, two, all] = [four.slice(0, 1), new Mesh({ d: 2 }, four.slice(0, 2)), new Mesh({ d: 4 }, four)];
    const places = [
      (x: Tensor) => devicePut(x, one),
      (x: Tensor) => devicePut(x, two, P('d')),
      (x: Tensor) => devicePut(x, all),
    ];
    for (const from of places)
      for (const to of places) {
        if (from === to) continue;
        const x = await from(np.add(count(4), 0)).ready();
        const y = await to(x).ready();
        x.dispose();
        expect(await y.toArray()).toEqual([0, 1, 2, 3]);
      }
    const x = places[1](count(4));
    expect(places[1](x)).toBe(x);
  });

  test('memory is in use as long as a program runs that reads it', async () => {
    const [left, right] = four.split(2).map((half) => new Mesh({ d: 2 }, half));
    const slow = jit(
      (a: Tensor) =>
        lax.foriLoop(
          0,
          name === 'reference' ? 2 : 60,
          (_i: Tensor, y: Tensor) => np.add(np.matmul(y, a), 0.5),
          a,
        ) as Tensor,
      { mesh: left, inShardings: [P()], outShardings: P() },
    );
    const other = jit((a: Tensor) => np.add(np.multiply(a, 0), 7), {
      mesh: right,
      inShardings: [P()],
      outShardings: P(),
    });
    const n = name === 'reference' ? 8 : 160;
    const input = (mesh: Mesh): Promise<Tensor> => devicePut(np.add(np.full([n, n], 0.001), 0), mesh, P()).ready();
    const [want, b] = [await slow(await input(left)).toHost(), await input(right)];
    await other(b).ready();
    const x = await input(left);
    const y = slow(x);
    await new Promise((resolve) => setTimeout(resolve, 1));
    x.dispose();
    const later: Tensor[] = [];
    for (let i = 0; i < 8; i++) later.push(await other(b).ready());
    expect((await y.toHost()).equals(want)).toBe(true);
  });

  describe('two processes', () => {
    const owners = (): Mesh[] =>
      [four.slice(0, 2).owning(0, 1), four.slice(0, 2).owning(1, 2)].map((own) => new Mesh({ d: 2 }, own));
    const put = (mesh: Mesh, ...values: number[]): Tensor => devicePut(np.array(values), mesh, P('d'));
    const scaled = (mesh: Mesh, by: number) =>
      jit((t: Tensor) => np.sum(np.multiply(t, by)), { mesh, outShardings: P() });

    test('start their programs in the order of calls, whichever is compiled first', async () => {
      const [a, b] = owners();
      const [x, y] = [put(a, 1, 2), put(b, 1, 2)];
      const [f, g] = [2, 3].map((by) => [scaled(a, by), scaled(b, by)]);
      await Promise.all([g[0](x).ready(), g[1](y).ready()]);
      const mine = [f[0](x), g[0](x)];
      await f[1].compile(y);
      const theirs = [f[1](y), g[1](y)];
      expect(await Promise.all([...mine, ...theirs].map((t) => t.item()))).toEqual([6, 9, 6, 9]);
    });

    test('wait for each other with programs of their own in between', async () => {
      const [a, b] = owners();
      const [x, y] = [put(a, 1, 2), put(b, 1, 2)];
      const [f, g] = [scaled(a, 5), scaled(b, 5)];
      const alone = jit((t: Tensor) => np.add(t, 1));
      await Promise.all([f(x).ready(), g(y).ready()]);
      await alone(np.array([1])).ready();
      const mine = f(x);
      await new Promise((resolve) => setTimeout(resolve, 2));
      const own = alone(np.array([1]));
      await new Promise((resolve) => setTimeout(resolve, 2));
      expect(await Promise.all([mine, g(y), own].map((t) => t.toArray()))).toEqual([15, 15, [2]]);
    });

    test('learn that they run different programs, and their devices are free afterwards', async () => {
      const [a, b] = owners();
      const results = [scaled(a, 1)(put(a, 1, 2)), scaled(b, 1)(put(b, 1, 2, 3, 4))];
      for (const r of results) await expect(r.item()).rejects.toMatchObject({ code: 'runtime/devices' });
      expect(await np.add(devicePut(np.array([1]), four.slice(1, 2)), 1).toArray()).toEqual([2]);
    });
  });

  test('mistakes are told', () => {
    expect(() => new Mesh({ d: 3 }, four)).toThrow(expect.objectContaining({ code: 'api/mesh' }));
    expect(() => new Mesh({ d: 2 }, [0, 1] as never)).toThrow(expect.objectContaining({ code: 'api/mesh' }));
    expect(() => four.split(3)).toThrow(expect.objectContaining({ code: 'runtime/devices' }));
    expect(() => four.slice(2, 5)).toThrow(expect.objectContaining({ code: 'runtime/devices' }));
    expect(() => devicePut([1, 2], four)).toThrow(expect.objectContaining({ code: 'api/mesh' }));
    const other: Engine = createEngine('reference');
    const mesh = new Mesh({ d: 2 }, deviceSet(other).slice(0, 2));
    expect(() => jit((x: Tensor) => x, { mesh, engine })(np.ones([2]))).toThrow(
      expect.objectContaining({ code: 'api/engine' }),
    );
    expect(() => jit((x: Tensor) => x, { mesh: new Mesh({ d: engine.maxDevices + 1 }) })(np.ones([2]))).toThrow(
      expect.objectContaining({ code: 'runtime/devices' }),
    );
  });
});

test('programs on disjoint halves of four cpu devices run at the same time', async () => {
  const engine = createEngine('cpu', { profile: true });
  const halves = deviceSet(engine).slice(0, 4).split(2);
  const work = (x: Tensor): Tensor =>
    lax.foriLoop(0, 60, (_i: Tensor, y: Tensor) => np.tanh(np.matmul(y, y)), x) as Tensor;
  const runs = await Promise.all(
    halves.map(async (half) => {
      const mesh = new Mesh({ d: 2 }, half);
      const x = devicePut(np.full([256, 256], 0.001), mesh, P('d'), engine);
      const f = jit(work, { mesh });
      await f(x).ready();
      return { f, x, executable: await f.compile(x) };
    }),
  );
  const take = () => runs.map(({ executable }) => engine.profiler!.takeEvents(executable));
  take();
  await Promise.all(runs.map(({ f, x }) => f(x).ready()));
  const [a, b] = take().map((events) => ({
    devices: [...new Set(events.map((e) => e.device))].sort(),
    startUs: Math.min(...events.map((e) => e.startUs)),
    endUs: Math.max(...events.map((e) => e.startUs + e.timeUs)),
  }));
  expect([a.devices, b.devices]).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(Math.max(a.startUs, b.startUs)).toBeLessThan(Math.min(a.endUs, b.endUs));
  // One after the other on the same devices: the second begins when the first has ended.
  const [{ f, x }] = runs;
  const [first, second] = [f(x), f(x)];
  await Promise.all([first.ready(), second.ready()]);
  expect((await first.toHost()).equals(await second.toHost())).toBe(true);
  await engine.close();
});

test('a program that cannot be compiled fails where its result is awaited, and nowhere else', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const engine = createEngine('reference');
  vi.spyOn(engine, 'compile').mockRejectedValue(new Error('no such luck'));
  // The argument comes from the host, so that the program waits for it.
  const x = np.array([1, 2]);
  await expect(jit((t: Tensor) => np.add(t, 1), { engine })(x).toArray()).rejects.toThrow('no such luck');
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
