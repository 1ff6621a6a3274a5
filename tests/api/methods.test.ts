import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createEngine, jit, lax, Mesh, np, P, random, type Tensor, vmap } from '../../src/index.ts';

/* What one does with a tensor by hand: methods, rows, a look at its values. */

const m = np.array([
  [1, 2],
  [3, 4],
]);

describe('methods', () => {
  it('are the functions of np', async () => {
    expect(await m.matmul(m).add(1).toArray()).toEqual([
      [8, 11],
      [16, 23],
    ]);
    expect(await m.T.reshape([4]).mul(2).sum().item()).toBe(20);
    expect(await m.gt(2).where(m, m.neg()).toArray()).toEqual([
      [-1, -2],
      [3, 4],
    ]);
    expect(await m.at(0).set(9).index(1, 0).toArray()).toEqual([9, 3]);
    expect(m.astype('bf16').dtype).toBe('bf16');
    expect(await m.matmul(m.astype('i32')).toArray()).toEqual(await m.matmul(m).toArray());
  });
  it('have their types', () => {
    expectTypeOf(m.add).toBeCallableWith(2);
    expectTypeOf(m.sum).returns.toEqualTypeOf<Tensor>();
    expectTypeOf(m.split(2)).toEqualTypeOf<Tensor[]>();
    // @ts-expect-error a shape is a list
    expectTypeOf(m.reshape).toBeCallableWith('2');
  });
  it('trace like the functions', async () => {
    const f = jit((x: Tensor) => x.mul(x).sum().add(x.max()));
    expect(await f(m).item()).toBe(34);
    expect(await vmap((row: Tensor) => row.cumsum(0))(m).toArray()).toEqual([
      [1, 3],
      [3, 7],
    ]);
  });
});

describe('rows', () => {
  it('are iterated over, traced or not', async () => {
    const [a, b] = m;
    expect(await np.subtract(b, a).toArray()).toEqual([2, 2]);
    const [k1, k2] = random.split(random.key(0));
    expect(k1.shape).toEqual(k2.shape);
    const total = jit((x: Tensor) => {
      let sum: Tensor = np.zeros([2]);
      for (const row of x) sum = sum.add(row);
      return sum;
    });
    expect(await total(m).toArray()).toEqual([4, 6]);
  });
  it('a scalar has none', () => {
    expect(() => [...np.array(1)]).toThrow(/scalar and has no rows/);
  });
});

describe('values', () => {
  it('are shown where they are there', async () => {
    expect(inspect(np.array([1, 2.5]))).toBe('Tensor<f32[2]> [  1, 2.5]');
    expect(inspect(np.array(3))).toBe('Tensor<f32[]> 3');
    expect(inspect(m)).toBe('Tensor<f32[2,2]>\n[[1, 2],\n [3, 4]]');
    expect(inspect(np.zeros([0, 3]))).toBe('Tensor<f32[0,3]> []');
    expect(inspect(lax.complex(np.array([1]), np.array([-2])))).toMatch(/^Tensor<c64\[1\]>/);
    const sum = await np.add(m, 1).ready();
    expect(inspect(sum)).toBe('Tensor<f32[2,2]>\n[[2, 3],\n [4, 5]]');
    expect(inspect(np.zeros([2000]))).toBe('Tensor<f32[2000]> [0, 0, 0, …, 0, 0, 0]');
    let traced = '';
    jit((x: Tensor) => {
      traced = inspect(x);
      return x;
    }).lower(m);
    expect(traced).toBe('Traced<f32[2,2]>');
    const gone = jit((x: Tensor) => x, { engine: createEngine('cpu') })(m);
    await gone.ready();
    gone.dispose();
    expect(inspect(gone)).toBe('Tensor<f32[2,2]> (disposed)');
  });
  it.each(['reference', 'cpu', 'wasm'])('are read without waiting on %s', async (name) => {
    const engine = createEngine(name);
    const f = jit((x: Tensor) => x.mul(2), { engine });
    expect(() => f(m).dataSync()).toThrow(/not there yet/);
    const y = await f(m).ready();
    expect(y.toArraySync()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect([...(y.dataSync() as Float32Array)]).toEqual([2, 4, 6, 8]);
    const s = await jit((x: Tensor) => x.sum(), { engine })(m).ready();
    expect(s.itemSync()).toBe(10);
    expect(() => y.itemSync()).toThrow(/one element/);
    await engine.close();
  });
  it('of a tensor in shards are joined', async () => {
    const mesh = new Mesh({ d: 2 });
    const y = jit((x: Tensor) => x.add(1), { mesh, inShardings: [P('d')], outShardings: P('d') })(m);
    await y.ready();
    expect([...(y.dataSync() as Float32Array)]).toEqual([2, 3, 4, 5]);
    expect(inspect(y)).toContain('5');
  });
});
