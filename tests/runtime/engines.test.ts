import { afterAll, describe, expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import {
  createEngine,
  type DeviceBuffer,
  DeviceSet,
  type Engine,
  engineNames,
  findCompiler,
  firstDevices,
} from '../../src/runtime/index.ts';
import { plugin } from '../xla/plugin.ts';

/*
 * What every engine promises, whichever it is (`src/runtime/engine.ts`). An engine that cannot run here, or lacks a capability, is
 * skipped with the reason.
 */

/** Why an engine cannot run on this machine. */
function absence(name: string): string | undefined {
  if (name === 'cpu' && !findCompiler()) return 'no C compiler';
  if (name.startsWith('xla') && !plugin) return 'no PJRT plugin (espalier engine add xla-cpu)';
  return undefined;
}

const parse = (text: string): Module => parseModule(text, registry);
const array = (...values: number[]): HostArray => HostArray.from('f32', [values.length], values);
const values = async (b: DeviceBuffer): Promise<unknown> => (await b.read()).toNumbers();

const addOne = parse(`func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %one = stablehlo.constant dense<1.0> : tensor<2xf32>
  %y = stablehlo.add %x, %one : tensor<2xf32>
  return %y : tensor<2xf32>
}`);
/** The sum over the devices, and which partition this is. */
const sumOf = (devices: number): Module =>
  parse(`func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<ui32>) {
  %y = "stablehlo.all_reduce"(%x) ({
    ^bb0(%a: tensor<f32>, %b: tensor<f32>):
      %s = stablehlo.add %a, %b : tensor<f32>
      stablehlo.return %s : tensor<f32>
  }) {channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids,
      replica_groups = dense<[[${Array.from({ length: devices }, (_, i) => i).join(', ')}]]> : tensor<1x${devices}xi64>}
    : (tensor<2xf32>) -> tensor<2xf32>
  %p = stablehlo.partition_id : tensor<ui32>
  return %y, %p : tensor<2xf32>, tensor<ui32>
}`);

for (const name of engineNames) {
  const reason = absence(name);
  describe.skipIf(reason)(`${name}${reason ? `: skipped, ${reason}` : ''}`, () => {
    const engine: Engine = createEngine(name, { maxDevices: 8 });
    afterAll(() => engine.close());
    /** Shards of the local devices of a set, `x` plus the number of the device. */
    const shards = (set: DeviceSet): DeviceBuffer[][] => set.localIds.map((id) => [engine.put(array(id, 10 * id), id)]);

    test('opens and lists devices by number, with kind and name', async () => {
      await engine.open();
      const all = engine.devices();
      expect(all.length).toBeGreaterThanOrEqual(2);
      expect(all.map((d) => d.id)).toEqual(all.map((_, i) => i));
      for (const d of all) expect(d.name).toMatch(new RegExp(`:${d.id}$`));
      expect(new Set(all.map((d) => d.kind)).size).toBe(1);
    });

    test('a buffer is a copy on its device, read as often as one likes, gone after dispose', async () => {
      const b = engine.put(array(1, 2), 1);
      expect(b.device).toBe(1);
      const first = await b.read();
      first.data[0] = 99;
      expect(await values(b)).toEqual([1, 2]);
      const now = b.readNow();
      if (now) expect(now.toNumbers()).toEqual([1, 2]);
      b.dispose();
      expect(b.isDeleted).toBe(true);
      await expect(b.read()).rejects.toMatchObject({ code: 'runtime/deleted' });
    });

    test('a transfer leaves the source as it is', async () => {
      const program = await engine.compile(addOne);
      const [[fresh]] = await program.execute([[engine.put(array(1, 2), 0)]]);
      for (const source of [engine.put(array(2, 3), 0), fresh]) {
        const copy = await engine.transfer(source, 1);
        expect(copy.device).toBe(1);
        expect(await values(copy)).toEqual([2, 3]);
        copy.dispose();
        expect(await values(source)).toEqual([2, 3]);
      }
    });

    test('a program runs on the first device unless told otherwise, and its results lie there', async () => {
      const program = await engine.compile(addOne);
      expect(program.devices.ids).toEqual([0]);
      const [[y]] = await program.execute([[engine.put(array(1, 2), 0)]]);
      expect([y.device, await values(y)]).toEqual([0, [2, 3]]);
      const onLast = await engine.compile(addOne, { devices: new DeviceSet(engine, [3]) });
      const [[z]] = await onLast.execute([[engine.put(array(5, 6), 3)]]);
      expect([z.device, await values(z)]).toEqual([3, [6, 7]]);
    });

    test('what runs at once gives the same, or nothing was done', async () => {
      const program = await engine.compile(addOne);
      await program.execute([[engine.put(array(1, 2), 0)]]);
      const results = program.executeNow([[engine.put(array(1, 2), 0)]]);
      if (results) expect(await values(results[0][0])).toEqual([2, 3]);
    });

    test('arguments of another device, type or number are refused', async () => {
      const program = await engine.compile(addOne);
      const refused = (args: DeviceBuffer[][]) =>
        expect(program.execute(args)).rejects.toMatchObject({ code: 'runtime/arguments' });
      await refused([[engine.put(array(1, 2), 1)]]);
      await refused([[engine.put(array(1, 2, 3), 0)]]);
      await refused([[]]);
      await refused([[engine.put(array(1, 2), 0)], [engine.put(array(1, 2), 1)]]);
    });

    test('a donated argument is gone, and one given twice keeps its other use right', async () => {
      const add = parse(`func.func @main(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xf32> {
        %y = stablehlo.add %a, %b : tensor<2xf32>
        return %y : tensor<2xf32>
      }`);
      const program = await engine.compile(add, { donatedArgs: [0] });
      const [a, b] = [engine.put(array(1, 2), 0), engine.put(array(10, 20), 0)];
      const [[y]] = await program.execute([[a, b]]);
      expect(await values(y)).toEqual([11, 22]);
      expect([a.isDeleted, b.isDeleted]).toEqual([true, false]);
      const c = engine.put(array(1, 2), 0);
      const [[twice]] = await program.execute([[c, c]]);
      expect(await values(twice)).toEqual([2, 4]);
    });

    test('partitions are positions in the set, whichever devices these are', async () => {
      for (const ids of [
        [0, 1],
        [3, 2],
      ]) {
        const devices = new DeviceSet(engine, ids);
        const program = await engine.compile(sumOf(2), { devices });
        const results = await program.execute(shards(devices));
        expect(await Promise.all(results.map(async ([y, p]) => [y.device, await values(y), await values(p)]))).toEqual(
          ids.map((id, k) => [id, [ids[0] + ids[1], 10 * (ids[0] + ids[1])], [k]]),
        );
      }
    });

    test('programs on the same and on other devices, all at once, give what they give alone', async () => {
      const sets = [firstDevices(engine, 2), new DeviceSet(engine, [2, 3]), new DeviceSet(engine, [1, 2])];
      const programs = await Promise.all(sets.map((devices) => engine.compile(sumOf(2), { devices })));
      const rounds = Array.from({ length: 6 }, (_, i) => i % sets.length);
      const all = await Promise.all(rounds.map((i) => programs[i].execute(shards(sets[i]))));
      for (const [n, results] of all.entries()) {
        const [a, b] = sets[rounds[n]].ids;
        for (const [y] of results) expect(await values(y)).toEqual([a + b, 10 * (a + b)]);
      }
    });

    test('copies of what programs are still making, and programs on those copies, all come to an end', async () => {
      const [here, there] = [new DeviceSet(engine, [0, 1]), new DeviceSet(engine, [1, 2])];
      const [first, second] = await Promise.all([here, there].map((devices) => engine.compile(sumOf(2), { devices })));
      const cycle = async (): Promise<unknown[]> => {
        const made = await first.execute(shards(here));
        const copies = await Promise.all(made.map(async ([y], i) => [await engine.transfer(y, there.ids[i])]));
        const results = await second.execute(copies);
        return Promise.all(results.map(([y]) => values(y)));
      };
      const all = await Promise.all(Array.from({ length: 20 }, cycle));
      for (const given of all)
        expect(given).toEqual([
          [2, 20],
          [2, 20],
        ]);
    });

    test('devices it does not have are refused', () => {
      expect(() => new DeviceSet(engine, [8])).toThrow(expect.objectContaining({ code: 'runtime/devices' }));
      expect(() => new DeviceSet(engine, [0, 0])).toThrow(expect.objectContaining({ code: 'runtime/devices' }));
      expect(() => firstDevices(engine, 9)).toThrow(expect.objectContaining({ code: 'runtime/devices' }));
    });

    const noGangs = name.startsWith('xla') ? ': skipped, a PJRT client of its own sees its own devices only' : '';
    test.skipIf(noGangs)(`two halves of a set run together, each with its own shards${noGangs}`, async () => {
      const whole = firstDevices(engine, 4);
      const halves = [whole.owning(0, 2), whole.owning(2, 4)];
      const programs = await Promise.all(halves.map((devices) => engine.compile(sumOf(4), { devices })));
      for (let round = 0; round < 3; round++) {
        const results = await Promise.all(programs.map((p, i) => p.execute(shards(halves[i]))));
        for (const [i, own] of results.entries()) {
          expect(own.map(([y]) => y.device)).toEqual(halves[i].localIds);
          for (const [y] of own) expect(await values(y)).toEqual([6, 60]);
        }
      }
    });

    test.skipIf(!engine.profiler)(
      `the profiler measures the machine${engine.profiler ? '' : ': skipped, has none'}`,
      async () => {
        const peak = await engine.profiler!.measureMachine();
        expect(peak.gflopPerSecPerCore).toBeGreaterThan(0);
        expect(peak.gbPerSecPerCore).toBeGreaterThan(0);
      },
    );

    test.skipIf(!engine.cache)(
      `a kept program is recalled for any devices${engine.cache ? '' : ': skipped, keeps none'}`,
      async () => {
        const boundary = { inShardings: [undefined], outShardings: [undefined] };
        const key = `engines.test ${process.pid} ${performance.now()}`;
        expect(engine.cache!.recall(key, firstDevices(engine), [])).toBeUndefined();
        await engine.compile(addOne, { keep: { key, boundary } });
        const recalled = engine.cache!.recall(key, new DeviceSet(engine, [2]), []);
        expect(recalled?.boundary).toEqual(boundary);
        const [[y]] = await (await recalled!.load())!.execute([[engine.put(array(1, 2), 2)]]);
        expect([y.device, await values(y)]).toEqual([2, [2, 3]]);
      },
    );
  });
}
