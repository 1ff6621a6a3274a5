import { expect, it } from 'vitest';
import { DeviceMemory } from '../../src/runtime/device-memory.ts';

const MIB = 2 ** 20;

/** Memory whose collector frees the garbage that it is told of. */
function memoryWithGarbage(): { memory: DeviceMemory; addGarbage: (bytes: number) => void; collections: () => number } {
  const memory = new DeviceMemory();
  let [garbage, collections] = [0, 0];
  memory.use(() => {
    collections++;
    memory.remove(garbage);
    garbage = 0;
  });
  return {
    memory,
    addGarbage: (bytes) => {
      memory.add(bytes);
      garbage += bytes;
    },
    collections: () => collections,
  };
}

it('a little garbage is left alone, more is collected', async () => {
  const { memory, addGarbage, collections } = memoryWithGarbage();
  addGarbage(128 * MIB);
  await memory.relieve();
  expect([collections(), memory.heldBytes]).toEqual([0, 128 * MIB]);
  addGarbage(1);
  expect(memory.isHigh).toBe(true);
  await Promise.all([memory.relieve(), memory.relieve()]);
  expect([collections(), memory.heldBytes, memory.isHigh]).toEqual([1, 0, false]);
});

it('memory that is in use is not looked through again for every program', async () => {
  const { memory, addGarbage, collections } = memoryWithGarbage();
  memory.add(600 * MIB);
  await memory.relieve();
  expect(collections()).toBe(1);
  await memory.relieve();
  expect(collections()).toBe(1);
  // Half as much garbage as is in use is tolerated, up to a gigabyte.
  addGarbage(300 * MIB);
  await memory.relieve();
  expect(collections()).toBe(1);
  addGarbage(MIB);
  await memory.relieve();
  expect([collections(), memory.heldBytes]).toEqual([2, 600 * MIB]);
  memory.add(8192 * MIB);
  await memory.relieve();
  addGarbage(1025 * MIB);
  expect(memory.isHigh).toBe(true);
});

it('what is freed without a collection counts as never in use', async () => {
  const { memory } = memoryWithGarbage();
  memory.add(600 * MIB);
  await memory.relieve();
  memory.remove(600 * MIB);
  memory.add(129 * MIB);
  expect(memory.isHigh).toBe(true);
});
