import { describe, expect, it } from 'vitest';
import {
  checkpoint,
  createEngine,
  customJvp,
  customVjp,
  grad,
  HostArray,
  hostTensor,
  jacrev,
  jit,
  jvp,
  lax,
  Mesh,
  np,
  P,
  scan,
  shard,
  shardMap,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
  withMesh,
} from '../../src/index.ts';
import { printModule } from '../../src/ir/index.ts';
import { errorOf } from './error-of.ts';

/* Where JavaScript values and traced values meet: what you pass is what the function sees. */

const x = np.array([1, 2]);
const text = (module: Parameters<typeof printModule>[0]): string => printModule(module);
describe('plain values are seen as they are', () => {
  const signed = (t: Tensor, negate: boolean): Tensor => (negate ? np.negative(np.sum(t)) : np.sum(t));
  it('booleans, under jit, grad, checkpoint and vmap', async () => {
    expect(await jit(signed)(x, false).item()).toBe(3);
    expect(await jit(signed)(x, true).item()).toBe(-3);
    expect(await grad(signed)(x, false).toArray()).toEqual([1, 1]);
    expect(await grad(signed)(x, true).toArray()).toEqual([-1, -1]);
    const inside = jit((t: Tensor) => checkpoint(signed)(t, false));
    expect(await inside(x).item()).toBe(3);
    const rows = np.array([
      [1, 2],
      [3, 4],
    ]);
    expect(await vmap(signed, { inAxes: [0, null] })(rows, false).toArray()).toEqual([3, 7]);
    expect(await vmap(signed)(rows, true).toArray()).toEqual([-3, -7]);
  });
  it('numbers compared by ===', async () => {
    const power = (t: Tensor, n: number): Tensor => (n === 2 ? np.multiply(t, t) : t);
    expect(await jit(power)(x, 2).toArray()).toEqual([1, 4]);
    expect(await jit(power)(x, 1).toArray()).toEqual([1, 2]);
    const [, pullback] = vjp(power, x, 2);
    expect(await pullback(np.ones([2]))[0].toArray()).toEqual([2, 4]);
    expect(await (pullback(np.ones([2]))[1] as unknown as Tensor).item()).toBe(0);
  });
  it('options objects, strings, functions and null', async () => {
    interface Options {
      readonly causal: boolean;
      readonly kind: string;
      readonly act: ((t: Tensor) => Tensor) | null;
    }
    const f = (t: Tensor, o: Options): Tensor => {
      const y = o.causal ? np.cumsum(t, 0) : t;
      const z = o.kind === 'double' ? np.multiply(y, 2) : y;
      return o.act === null ? z : o.act(z);
    };
    for (const [o, want] of [
      [{ causal: false, kind: 'double', act: null }, [2, 4]],
      [{ causal: true, kind: 'single', act: np.negative }, [-1, -3]],
    ] as const) {
      expect(await f(x, o).toArray()).toEqual(want);
      expect(await jit(f)(x, o).toArray()).toEqual(want);
      expect(await vmap(f)(np.stack([x, x]), o).toArray()).toEqual([want, want]);
      expect(await jacrev((t: Tensor) => f(t, o))(x).toArray()).toHaveLength(2);
    }
  });
  it('in rules of derivatives, with tangents that are 0 or null', async () => {
    const seen: unknown[] = [];
    const f = customJvp(
      (t: Tensor, n: number, mode: string) => (mode === 'times' ? np.multiply(t, n) : t),
      ([t, n, mode], [dt, dn, dmode]) => {
        seen.push(n, mode, dn, dmode);
        return [np.multiply(t, n), np.multiply(dt, n)];
      },
    );
    expect(await jit((t: Tensor) => grad((s: Tensor) => np.sum(f(s, 3, 'times')))(t))(x).toArray()).toEqual([3, 3]);
    expect(seen).toEqual([3, 'times', 0, null]);
    const g = customVjp(
      (t: Tensor, on: boolean) => (on ? np.multiply(t, 2) : t),
      (t, on) => [on ? np.multiply(t, 2) : t, t] as const,
      (_, ct) => [np.multiply(ct, 5), null],
    );
    expect(await grad((t: Tensor) => np.sum(g(t, true)))(x).toArray()).toEqual([5, 5]);
  });
  it('differentiation by position takes numbers as tensors; constants have no derivative', async () => {
    const square = (t: Tensor | number): Tensor => np.multiply(t, t);
    expect(await (grad(square)(3) as Tensor).item()).toBe(6);
    const [value, slope] = jvp((t: Tensor | number, n: number) => np.multiply(t, n === 2 ? 10 : 1), [3, 2], [1, 0]);
    expect([await value.item(), await slope.item()]).toEqual([30, 10]);
    expect(errorOf(() => vjp(square, 3)).advice).toMatch(/np\.array/);
    expect(errorOf(() => grad((p: { w: Tensor; on: boolean }) => np.sum(p.w))({ w: x, on: true })).code).toBe(
      'api/grad',
    );
  });
  it('a number that changes is named', async () => {
    const warnings: string[] = [];
    const listen = (w: Error): void => {
      warnings.push(w.message);
    };
    process.on('warning', listen);
    const f = jit(function scaled(t: Tensor, n: number) {
      return np.multiply(t, n);
    });
    for (let n = 0; n < 12; n++) f.lower(x, n);
    // One value again and again is no mistake, even where the function is traced anew for the tensors it closes over.
    const w = np.array([3, 5]);
    const g = (t: Tensor, n: number): Tensor => np.sum(np.multiply(np.power(t, n), w));
    for (let n = 0; n < 12; n++) expect(grad(g)(x, 2).shape).toEqual([2]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('warning', listen);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/scaled .*np\.array\(n\)/);
  });
});

describe('what a program is kept by', () => {
  it('the mesh around the call', () => {
    const f = jit((t: Tensor) => shard(np.add(t, 1), P('d')));
    const meshOf = (n: number): string =>
      text(withMesh(new Mesh({ d: n }), () => f.lower(np.ones([4])).stages.get('traced')!));
    expect(meshOf(2)).toMatch(/"d"=2/);
    expect(meshOf(4)).toMatch(/"d"=4/);
    expect(text(f.lower(np.ones([4])).stages.get('traced')!)).not.toMatch(/sdy/);
  });
  it('strings by their length, zeros by their sign', async () => {
    const f = jit((t: Tensor, a: string, b: string) => np.multiply(t, a.length * 10 + b.length), {
      staticArgnums: [1, 2],
    });
    const one = np.array(1);
    expect(await f(one, 'a;static string:b', 'c').item()).toBe(171);
    expect(await f(one, 'a', 'b;static string:c').item()).toBe(27);
    const sign = jit((t: Tensor, n: number) => np.multiply(t, Object.is(n, -0) ? -1 : 1));
    expect([await sign(one, 0).item(), await sign(one, -0).item()]).toEqual([1, -1]);
  });
  it('equal configurations, whatever their order and identity', async () => {
    let traces = 0;
    const f = jit(
      (t: Tensor, o: { readonly k: number; readonly name: string }) => {
        traces++;
        return np.multiply(t, o.k);
      },
      { staticArgnums: [1] },
    );
    for (const o of [
      { k: 2, name: 'a' },
      { name: 'a', k: 2 },
      { k: 2, name: 'a' },
    ])
      f(x, o);
    expect(traces).toBe(1);
    f(x, { k: 2, name: 'b' });
    expect(traces).toBe(2);
  });
  it('no more than so many', () => {
    let traces = 0;
    const f = jit((t: Tensor, s: string) => {
      traces++;
      return np.add(t, s.length);
    });
    for (let i = 0; i < 300; i++) f.lower(x, `${i}`);
    expect(traces).toBe(300);
    f.lower(x, '299');
    expect(traces).toBe(300); // the last ones are kept
    f.lower(x, '0');
    expect(traces).toBe(301); // the first ones are not
  });
  it('a transformation of one function is traced once per signature', async () => {
    let traces = 0;
    const f = (t: Tensor): Tensor => {
      traces++;
      return np.sum(np.square(t));
    };
    for (let i = 1; i <= 5; i++) expect(await grad(f)(np.multiply(x, i)).toArray()).toEqual([2 * i, 4 * i]);
    expect(traces).toBe(1);
    for (let i = 0; i < 5; i++) valueAndGrad(f)(x);
    expect(traces).toBe(2);
    grad(f)(np.ones([3]));
    expect(traces).toBe(3);
  });
  it('tensors that a transformed function closes over are looked up in every call', async () => {
    let scale = np.array(2);
    const f = (t: Tensor): Tensor => np.sum(np.multiply(t, scale));
    expect(await grad(f)(x).toArray()).toEqual([2, 2]);
    scale = np.array(5);
    expect(await grad(f)(x).toArray()).toEqual([5, 5]);
  });
});

describe('jit inside a traced function', () => {
  it('is traced once per signature and called', async () => {
    let traces = 0;
    const layer = jit(function layer(t: Tensor) {
      traces++;
      return np.sin(t);
    });
    const f = jit((t: Tensor) => layer(layer(layer(t))));
    const traced = text(f.lower(x).stages.get('traced')!);
    expect(traces).toBe(1);
    expect(traced.match(/func\.func/g)).toHaveLength(2);
    expect(traced.match(/call @layer/g)).toHaveLength(3);
    const sin3 = [1, 2].map((v) => Math.sin(Math.sin(Math.sin(v))));
    (await f(x).data()).forEach((v, i) => {
      expect(Number(v)).toBeCloseTo(sin3[i], 6);
    });
  });
  it('takes part in derivatives, batches and loops, and closes over tensors', async () => {
    const w = np.array([3, 5]);
    const f = jit((t: Tensor, n: number) => np.sum(np.multiply(np.power(t, n), w)));
    const outer = jit((t: Tensor) => {
      const inner = jit((s: Tensor) => np.add(f(s, 2), np.sum(np.multiply(s, t))));
      return inner(t);
    });
    expect(await outer(x).item()).toBe(28);
    expect(await grad(outer)(x).toArray()).toEqual([8, 24]);
    expect(await vmap(outer)(np.stack([x, x])).toArray()).toEqual([28, 28]);
    const looped = jit(
      (t: Tensor) => scan((c: Tensor, s: Tensor) => [np.add(c, outer(s)), c] as const, np.array(0), t)[0],
    );
    expect(await looped(np.stack([x, x, x])).item()).toBe(84);
    expect(await grad(looped)(np.stack([x, x])).toArray()).toEqual([
      [8, 24],
      [8, 24],
    ]);
  });
  it('keeps its shardings, and refuses another mesh or engine', async () => {
    const mesh = new Mesh({ d: 2 });
    const inner = jit((t: Tensor) => np.add(t, 1), { mesh, inShardings: [P('d')], outShardings: P() });
    const outer = jit((t: Tensor) => inner(t), { mesh });
    expect(text(outer.lower(np.ones([4])).stages.get('traced')!).match(/sdy\.sharding_constraint/g)).toHaveLength(2);
    expect(await outer(np.ones([4])).toArray()).toEqual([2, 2, 2, 2]);
    const other = jit((t: Tensor) => inner(t), { mesh: new Mesh({ d: 4 }) });
    expect(errorOf(() => other.lower(np.ones([4]))).code).toBe('api/mesh');
    const elsewhere = jit((t: Tensor) => t, { engine: createEngine('reference') });
    expect(errorOf(() => jit((t: Tensor) => elsewhere(t), { engine: createEngine('reference') }).lower(x)).code).toBe(
      'api/engine',
    );
  });
});

describe('tensors cannot be changed from outside', () => {
  it('through what was read', async () => {
    const t = np.array([1, 2]);
    (await t.data())[0] = 1234;
    (await t.toHost()).data[1] = 99;
    expect(await t.toArray()).toEqual([1, 2]);
    const y = jit((s: Tensor) => np.multiply(s, 2))(t);
    (await y.data())[0] = 1234;
    expect(await y.toArray()).toEqual([2, 4]);
    (await np.add(t, 1).data())[0] = 7;
    expect(await np.add(t, 1).toArray()).toEqual([2, 3]);
  });
  it.each(['reference', 'cpu', 'wasm'])('through what it was made of, on %s', async (name) => {
    const engine = createEngine(name);
    const storage = new Float32Array([1, 2]);
    const array = new HostArray('f32', [2], storage);
    const t = hostTensor(array);
    const f = jit((s: Tensor) => np.multiply(s, 3), { engine });
    const y = f(t);
    const z = f(array as unknown as Tensor);
    const w = f(storage as unknown as Tensor);
    storage.fill(-1);
    for (const r of [y, z, w]) expect(await r.toArray()).toEqual([3, 6]);
    expect(await t.toArray()).toEqual([1, 2]);
  });
  it('unless asked', async () => {
    const t = np.array([1, 2]);
    expect(await t.data({ copy: false })).toBe(await t.data({ copy: false }));
    expect(await t.data()).not.toBe(await t.data());
  });
});

describe('shardings and axes of trees', () => {
  const mesh = new Mesh({ d: 2 });
  it('keys with dots are keys', () => {
    const f = jit((p: Record<string, Tensor>) => p['model.layers.0.w'], {
      mesh,
      inShardings: [{ 'model.layers.0.w': P('d') }],
    });
    const traced = text(f.lower({ 'model.layers.0.w': np.ones([4]) }).stages.get('traced')!);
    expect(traced).toMatch(/\{"d"\}/);
  });
  it('unknown keys and entries are refused', () => {
    const lower = (inShardings: never) =>
      errorOf(() => jit((p: { w: Tensor }) => p.w, { mesh, inShardings }).lower({ w: np.ones([4]) }));
    expect(lower([{ v: P('d') }] as never)).toMatchObject({ code: 'api/tree' });
    expect(lower([{ v: P('d') }] as never).message).toMatch(/"v"/);
    expect(lower([{ w: [P('d')] }] as never).code).toBe('api/tree');
    expect(lower([P('d'), P()] as never).code).toMatch(/api\/(tree|sharding)/);
    const out = jit((t: Tensor) => ({ y: t }), { mesh, outShardings: { z: P('d') } });
    expect(errorOf(() => out.lower(np.ones([4]))).message).toMatch(/outShardings.*"z"/);
    const mapped = shardMap((p: { w: Tensor }) => p.w, { mesh, inSpecs: [{ u: P('d') } as never], outSpecs: P('d') });
    expect(errorOf(() => jit(mapped, { mesh }).lower({ w: np.ones([4]) })).code).toBe('api/tree');
    const batched = vmap((p: { w: Tensor }) => p.w, { inAxes: [{ w: 0, v: 0 }] });
    expect(errorOf(() => batched({ w: np.ones([4]) })).message).toMatch(/"v"/);
  });
});

describe('smaller silent losses', () => {
  it('integers that f32 cannot hold', async () => {
    const error = errorOf(() => np.array([1, 16777217]));
    expect(error.code).toBe('api/inexact');
    expect(error.advice).toMatch(/'i32'/);
    expect(errorOf(() => np.array(1700000000001)).code).toBe('api/inexact');
    expect(await np.array([16777217], 'i32').item()).toBe(16777217);
    expect(await np.array([1e20, 0.5]).toArray()).toEqual([Math.fround(1e20), 0.5]);
    expect(await np.array([16777217], 'f32').item()).toBe(16777216);
  });
  it('item of a complex number', async () => {
    expect(await lax.complex(np.array(1), np.array(2)).item()).toEqual([1, 2]);
  });
});
