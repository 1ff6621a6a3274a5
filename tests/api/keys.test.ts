import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addressableShards,
  devicePut,
  deviceSet,
  jit,
  Mesh,
  np,
  setDefaultEngine,
  type Tensor,
  withMesh,
} from '../../src/api/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/* What makes a call of a compiled function a call of another program. */

describe.each(['reference', 'cpu'])('on %s', (name) => {
  const engine = createEngine(name);
  beforeAll(() => setDefaultEngine(engine));
  afterAll(() => engine.close());

  /** A function that counts its traces. */
  function counted<A extends readonly unknown[]>(
    f: (...args: A) => Tensor,
  ): { f: (...args: A) => Tensor; traces: () => number } {
    let traces = 0;
    return {
      f: (...args) => {
        traces++;
        return f(...args);
      },
      traces: () => traces,
    };
  }

  test('the devices of the mesh around it, not only their number', () => {
    const { f, traces } = counted((x: Tensor) => np.multiply(x, 2));
    const twice = jit(f);
    const idsOn = (from: number): number[] => {
      const mesh = new Mesh({ d: 2 }, deviceSet(engine).slice(from, from + 2));
      return addressableShards(withMesh(mesh, () => twice(np.arange(4)))).map((s) => s.device.id);
    };
    expect([idsOn(0), idsOn(2), idsOn(0)]).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
    ]);
    expect(traces()).toBe(2);
  });

  test('static numbers as Object.is tells them apart, texts as they are, objects by content', async () => {
    const { f, traces } = counted((x: Tensor, scale: unknown) => np.divide(x, typeof scale === 'number' ? scale : 1));
    const g = jit(f, { staticArgnums: [1] });
    const quotients = await Promise.all([0, -0, 0].map((zero) => g(np.array([1]), zero).toArray()));
    expect(quotients).toEqual([[Infinity], [-Infinity], [Infinity]]);
    expect(traces()).toBe(2);
    for (const other of ['0', ['a', 'b'], ['a,b'], { k: 1, l: 2 }, null, true, 'true']) g(np.array([1]), other);
    expect(traces()).toBe(9);
    g(np.array([1]), { l: 2, k: 1 });
    g(np.array([1]), ['a', 'b']);
    expect(traces()).toBe(9);
  });

  test('what it may overwrite', async () => {
    const f = (x: Tensor): Tensor => np.multiply(np.add(x, 3), 5);
    const [taking, leaving] = [jit(f, { donateArgnums: [0] }), jit(f)];
    const [taken, left] = await Promise.all([1, 2].map((v) => devicePut(np.array([v, v])).ready()));
    expect(await taking(taken).toArray()).toEqual([20, 20]);
    expect(() => taking(taken)).toThrow(/donated/);
    for (let run = 0; run < 3; run++) expect(await leaving(left).toArray()).toEqual([25, 25]);
    expect(await left.toArray()).toEqual([2, 2]);
  });
});
