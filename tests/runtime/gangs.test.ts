import { expect, it } from 'vitest';
import { Gangs } from '../../src/runtime/gangs.ts';
import { type DeviceBuffer, firstDevices, type LocalShards, ReferenceEngine } from '../../src/runtime/index.ts';

const whole = firstDevices(new ReferenceEngine(), 4);
const [left, right] = [whole.owning(0, 2), whole.owning(2, 4)];
const shard = (name: string): DeviceBuffer => ({ name }) as unknown as DeviceBuffer;
const shards = (...names: string[]): LocalShards => names.map((name) => [shard(name)]);
const echo = async (all: LocalShards): Promise<DeviceBuffer[][]> => all.map((row) => [...row]);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('the last process to join starts the run for all, and each gets the results of its own devices', async () => {
  const gangs = new Gangs();
  let runs = 0;
  const run = (all: LocalShards): Promise<DeviceBuffer[][]> => {
    runs++;
    return echo(all);
  };
  const second = gangs.join('p', right, shards('c', 'd'), run);
  await settle();
  expect(runs).toBe(0);
  const first = gangs.join('p', left, shards('a', 'b'), run);
  expect(await first).toEqual(shards('a', 'b'));
  expect(await second).toEqual(shards('c', 'd'));
  expect(runs).toBe(1);
});

it('only processes that run the same program on the same devices meet', async () => {
  const gangs = new Gangs();
  const names: string[] = [];
  const join = (key: string, devices = left): Promise<DeviceBuffer[][]> =>
    gangs.join(key, devices, shards('x', 'y'), (all) => {
      names.push(`${key} on ${devices.ids.join()}`);
      return echo(all);
    });
  const other = firstDevices(whole.engine, 8).slice(4, 8);
  const waiting = [join('p'), join('p', other.owning(0, 2))];
  await settle();
  expect(names).toEqual([]);
  await Promise.all([join('p', right), join('p', other.owning(2, 4)), ...waiting]);
  await Promise.all([join('q', right), join('q')]);
  expect(names.sort()).toEqual(['p on 0,1,2,3', 'p on 4,5,6,7', 'q on 0,1,2,3']);
});

it('a set whose devices all wait, in different programs, is told so', async () => {
  const gangs = new Gangs();
  const waiting = [gangs.join('p', left, shards('a', 'b'), echo), gangs.join('q', right, shards('c', 'd'), echo)];
  for (const w of await Promise.allSettled(waiting))
    expect(w).toMatchObject({ status: 'rejected', reason: { code: 'runtime/devices' } });
  const again = [gangs.join('p', left, shards('a', 'b'), echo), gangs.join('p', right, shards('c', 'd'), echo)];
  expect(await Promise.all(again)).toEqual([shards('a', 'b'), shards('c', 'd')]);
});

it('two processes that claim one device are told, and a run that fails fails for all', async () => {
  const gangs = new Gangs();
  const first = gangs.join('p', left, shards('a', 'b'), echo);
  await expect(gangs.join('p', left, shards('a', 'b'), echo)).rejects.toMatchObject({ code: 'runtime/devices' });
  const second = gangs.join('p', right, shards('c', 'd'), () => Promise.reject(new Error('no')));
  await expect(first).rejects.toThrow('no');
  await expect(second).rejects.toThrow('no');
});
