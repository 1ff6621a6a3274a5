import { expect, it } from 'vitest';
import { DeviceQueues } from '../../src/runtime/device-queues.ts';

/** Work that ends when it is told to. */
function task(log: string[], name: string) {
  let end!: (error?: Error) => void;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  return {
    end,
    work: async (): Promise<string> => {
      log.push(name);
      await ended;
      return name;
    },
  };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('work waits for all that its devices do, and for nothing else', async () => {
  const queues = new DeviceQueues();
  const log: string[] = [];
  const [a, b, c, d] = ['a on 0', 'b on 1', 'c on 0 and 1', 'd on 2'].map((name) => task(log, name));
  queues.enqueue([0], a.work);
  queues.enqueue([1], b.work);
  const both = queues.enqueue([0, 1], c.work);
  queues.enqueue([2], d.work);
  await settle();
  expect(log).toEqual(['a on 0', 'b on 1', 'd on 2']);
  a.end();
  await settle();
  expect(log).toHaveLength(3); // device 1 is not free yet
  expect(queues.isBusy([0])).toBe(true);
  b.end();
  await settle();
  expect(log.at(-1)).toBe('c on 0 and 1');
  c.end();
  expect(await both).toBe('c on 0 and 1');
  expect([queues.isBusy([0, 1]), queues.isBusy([2])]).toEqual([false, true]);
  d.end();
  await queues.idle();
  expect(queues.isBusy([0, 1, 2])).toBe(false);
});

it('work runs after work that failed', async () => {
  const queues = new DeviceQueues();
  const failing = queues.enqueue([0, 1], () => Promise.reject(new Error('no')));
  const next = queues.enqueue([1], async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
  expect(queues.isBusy([0, 1])).toBe(false);
});
