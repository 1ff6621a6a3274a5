import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  allGather,
  allToAll,
  axisIndex,
  axisSize,
  checkpoint,
  cond,
  grad,
  jit,
  lax,
  Mesh,
  np,
  P,
  pmax,
  pmean,
  pmin,
  ppermute,
  psum,
  psumScatter,
  type ShardMapOptions,
  scan,
  setDefaultEngine,
  shardMap,
  type Tensor,
  vmap,
} from '../../src/index.ts';

setDefaultEngine('reference');

/* Collectives over named axes against JAX's (tests/oracles/collectives.py), and what users get wrong. */

interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
const oracle = JSON.parse(readFileSync(new URL('../oracles/collectives.json', import.meta.url), 'utf8')) as {
  readonly vmap: Readonly<Record<string, { shape: number[]; value: Plain; grad?: Plain }>>;
  readonly shardMap: Readonly<Record<string, { x: number[]; w: number[]; value: Plain; grad: Plain; gradW: Plain }>>;
};

const count = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);
const wave = (shape: readonly number[], f = Math.sin, offset = 0): Tensor =>
  np.reshape(np.array(Array.from({ length: count(shape) }, (_, i) => f(i + offset))), [...shape]);
const weighted = (r: Tensor): Tensor => np.sum(np.multiply(r, wave(r.shape, Math.sin, 1)));
const square = (x: Tensor): Tensor => np.multiply(x, x);

async function expectClose(given: Tensor, expected: Plain): Promise<void> {
  expect(given.shape).toEqual(expected.shape);
  const data = (await given.data()) as Float32Array;
  expected.data.forEach((v, i) => {
    expect(Math.abs(data[i] - v), `element ${i}: ${data[i]} for ${v}`).toBeLessThan(2e-5 * (1 + Math.abs(v)));
  });
}

const ring: [number, number][] = [0, 1, 2, 3].map((i) => [i, (i + 1) % 4]);
const mapped: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  psum: (x) => np.divide(x, psum(square(x), 'i')),
  'psum constant': (x) => np.multiply(x, psum(1, 'i') as unknown as Tensor),
  pmean: (x) => np.subtract(x, pmean(x, 'i')),
  'psum out': (x) => psum(square(x), 'i'),
  all_gather: (x) => allGather(np.multiply(x, 2), 'i', { axis: 1 }),
  'all_gather tiled': (x) => allGather(np.multiply(x, 2), 'i', { axis: 1, tiled: true }),
  psum_scatter: (x) => psumScatter(square(x), 'i', { scatterDimension: 1 }),
  'psum_scatter tiled': (x) => psumScatter(square(x), 'i', { scatterDimension: 1, tiled: true }),
  all_to_all: (x) => allToAll(square(x), 'i', 0, 1),
  'all_to_all back': (x) => allToAll(square(x), 'i', 2, 0),
  'all_to_all tiled': (x) => allToAll(square(x), 'i', 1, 0, { tiled: true }),
  'ppermute ring': (x) => ppermute(square(x), 'i', ring),
  axis_index: (x) => np.multiply(x, np.astype(axisIndex('i'), 'f32')),
  scan: (x) => scan((c: Tensor, a: Tensor) => [np.add(c, psum(a, 'i')), np.multiply(c, a)], np.array(1), x)[1],
  cond: (x) => cond(np.greater(axisIndex('i'), 1), square, (a: Tensor) => np.sin(a), x),
  nested: (x) =>
    vmap((a: Tensor) => np.add(np.multiply(a, psum(a, ['i', 'j'])), psum(square(a), 'j')), { axisName: 'j' })(x),
  'grad inside': (x) => grad((a: Tensor) => psum(np.sum(np.multiply(a, square(a))), 'i'))(x),
  pmax: (x) => np.subtract(x, pmax(x, 'i')),
  pmin: (x) => np.subtract(x, pmin(x, 'i')),
};

describe('collectives under vmap equal JAX', () => {
  for (const [name, c] of Object.entries(oracle.vmap))
    it(name, async () => {
      const f = vmap(mapped[name], { axisName: 'i', outAxes: name === 'psum out' ? null : 0 });
      const x = wave(c.shape);
      await expectClose(f(x), c.value);
      if (c.grad) await expectClose(grad((a: Tensor) => weighted(f(a)))(x), c.grad);
    });
});

const mesh = new Mesh({ a: 4, b: 2 });
type Binary = (x: Tensor, w: Tensor) => Tensor;
const over = (f: Binary, inSpecs: ShardMapOptions['inSpecs'], outSpecs: ShardMapOptions['outSpecs']): Binary =>
  shardMap(f, { mesh, inSpecs, outSpecs, checkVma: false });
const layer = (x: Tensor, w: Tensor): Tensor => np.matmul(np.tanh(np.matmul(x, w)), np.transpose(w));
const sharded: Readonly<Record<string, Binary>> = {
  'column then row': over((x, w) => psum(layer(x, w), 'b'), [P('a'), P(null, 'b')], P('a')),
  'data parallel': over(
    (x, w) => pmean(np.sum(np.tanh(np.matmul(x, w)), { axis: 0 }), ['a', 'b']),
    [P(['a', 'b']), P()],
    P(),
  ),
  'gather weights': over((x, w) => np.matmul(x, allGather(w, 'a', { axis: 0, tiled: true })), [P('a'), P('a')], P('a')),
  'reduce scatter': over(
    (x, w) => psumScatter(np.matmul(x, w), 'a', { scatterDimension: 0, tiled: true }),
    [P(null, 'a'), P('a')],
    P('a'),
  ),
  ring: over((x, w) => np.multiply(x, ppermute(w, 'a', ring)), [P('a'), P('a')], P('a')),
  'one way': over(
    (x, w) =>
      np.multiply(
        x,
        ppermute(w, 'a', [
          [0, 2],
          [3, 1],
        ]),
      ),
    [P('a'), P('a')],
    P('a'),
  ),
  'all to all': over((x, w) => allToAll(np.multiply(x, w), 'a', 1, 0, { tiled: true }), [P('a'), P('a')], P(null, 'a')),
  'axis index': over(
    (x, w) => np.multiply(np.multiply(x, w), np.astype(np.add(axisIndex(['a', 'b']), 1), 'f32')),
    [P('a', 'b'), P('a', 'b')],
    P('a', 'b'),
  ),
  'index of b': over(
    (x, w) => psum(np.multiply(np.multiply(x, w), np.astype(axisIndex('b'), 'f32')), 'b'),
    [P('a'), P('a')],
    P('a'),
  ),
  scan: over(
    (x, w) =>
      scan(
        (h: Tensor, m: Tensor) => [np.divide(psum(layer(h, m), 'b'), 4), null],
        x,
        np.stack([w, np.multiply(w, 0.5)]),
      )[0],
    [P('a'), P(null, 'b')],
    P('a'),
  ),
  remat: over(
    checkpoint((x: Tensor, w: Tensor) => psum(np.sin(np.sin(np.matmul(x, w))), 'b')),
    [P('a', 'b'), P('b')],
    P('a'),
  ),
  'vmap inside': over(
    (x, w) => vmap((r: Tensor) => np.multiply(psum(np.matmul(r, w), 'a'), np.sum(r)))(x),
    [P('b', 'a'), P('a')],
    P('b'),
  ),
  'vmap around': (x, w) =>
    vmap(
      over((r, m) => psum(np.multiply(r, m), 'a'), [P('a'), P('a')], P()),
      { inAxes: [0, null] },
    )(x, w),
  'two in one': (x, w) =>
    shardMap((r: Tensor) => psum(r, 'a'), { mesh, inSpecs: [P(null, 'a')], outSpecs: P(), checkVma: false })(
      over((r, m) => np.matmul(r, m), [P('a'), P(null, 'b')], P('a', 'b'))(x, w),
    ),
  'grad inside': over(
    (x, w) => grad((m: Tensor) => np.sum(np.tanh(np.matmul(x, m))))(w),
    [P('a'), P('a', 'b')],
    P('a', 'b'),
  ),
  closure: (x, w) =>
    shardMap((r: Tensor) => psum(np.matmul(r, w), 'a'), { mesh, inSpecs: [P(null, 'a')], outSpecs: P() })(
      np.multiply(x, 2),
    ),
  'replicated in': over((x, w) => np.sum(np.multiply(x, w), { axis: 1 }), [P(), P('a')], P('a')),
};

describe('shardMap equals JAX', () => {
  for (const [name, c] of Object.entries(oracle.shardMap))
    it(name, async () => {
      const f = sharded[name];
      const [x, w] = [wave(c.x), wave(c.w, Math.cos)];
      await expectClose(f(x, w), c.value);
      const [gx, gw] = grad((a: Tensor, b: Tensor) => weighted(f(a, b)), { argnums: [0, 1] })(x, w);
      await expectClose(gx, c.grad);
      await expectClose(gw, c.gradW);
    });

  it('leaves other axes to the compiler', async () => {
    const f = jit(
      shardMap((x: Tensor, w: Tensor) => psum(np.matmul(x, w), 'b'), {
        mesh,
        inSpecs: [P(null, 'b'), P('b')],
        outSpecs: P(),
        axisNames: ['b'],
      }),
      { mesh, inShardings: [P('a', 'b'), P('b')], outShardings: P('a') },
    );
    const [x, w] = [wave([8, 6]), wave([6, 3], Math.cos)];
    const whole = np.matmul(x, w);
    await expectClose(f(x, w), { shape: [8, 3], data: [...((await whole.data()) as Float32Array)] });
    const local = f.lower(x, w).perDevice.main;
    expect(local.args.map((a) => a.shape)).toEqual([
      [2, 3],
      [3, 3],
    ]);
  });

  it('reduces once in each direction', () => {
    const f = shardMap((x: Tensor, w: Tensor) => np.tanh(psum(np.matmul(x, w), 'b')), {
      mesh,
      inSpecs: [P('a', 'b'), P('b')],
      outSpecs: P('a'),
    });
    const g = jit(grad((x: Tensor, w: Tensor) => np.sum(f(x, w))));
    const { report } = g.lower(wave([8, 6]), wave([6, 4]));
    const names = g
      .lower(wave([8, 6]), wave([6, 4]))
      .perDevice.main.body.ops.filter((op) => op.definition.traits.collective)
      .map((op) => op.name);
    expect(names).toEqual(['stablehlo.all_reduce']);
    expect(report?.numDevices).toBe(8);
  });

  it('runs on a mesh of one device', async () => {
    const f = shardMap((x: Tensor) => psum(x, 'a'), { mesh: new Mesh({ a: 1 }), inSpecs: [P('a')], outSpecs: P() });
    expect(await f(np.array([1, 2])).toArray()).toEqual([1, 2]);
  });
});

describe('vmap axes', () => {
  const params = { w: wave([3, 4]), b: wave([4]) };
  it('takes trees of axes', async () => {
    const f = vmap(({ w, b }: typeof params, s: Tensor) => ({ y: np.add(np.multiply(w, s), b), b }), {
      inAxes: [{ w: 1, b: 0 }, null],
      outAxes: { y: 1, b: 0 },
    });
    const out = f(params, np.array(2));
    expect(out.y.shape).toEqual([3, 4]);
    const w = (await params.w.toArray()) as number[][];
    const b = (await params.b.toArray()) as number[];
    const y = (await out.y.toArray()) as number[][];
    expect(y[1][2]).toBeCloseTo(w[1][2] * 2 + b[2], 6);
  });
  it('needs no batched argument with axisSize', async () => {
    const f = vmap(() => np.multiply(axisIndex('i'), axisSize('i')), { axisName: 'i', axisSize: 3 });
    expect(await f().toArray()).toEqual([0, 3, 6]);
  });
});

describe('mistakes', () => {
  const x = wave([8, 3]);
  const sum = (spec: Partial<ShardMapOptions> = {}) =>
    shardMap((a: Tensor) => psum(a, 'a'), { mesh, inSpecs: [P('a')], outSpecs: P(), ...spec });
  const cases: Readonly<Record<string, readonly [string, RegExp, () => unknown]>> = {
    'an unknown axis': [
      'api/axis-name',
      /"batch".*one of i/s,
      () => vmap((a: Tensor) => psum(a, 'batch'), { axisName: 'i' })(x),
    ],
    'a collective outside': ['api/axis-name', /shardMap/, () => psum(x, 'a')],
    'a mesh axis that is not there': ['api/sharding', /"c"/, () => sum({ inSpecs: [P('c')] })(x)],
    'uneven dimensions': ['api/shard-map', /multiple of 4/, () => sum()(wave([6, 3]))],
    'results that differ': [
      'api/shard-map',
      /may differ between devices along "a"/,
      () => shardMap((a: Tensor) => a, { mesh, inSpecs: [P('a')], outSpecs: P() })(x),
    ],
    'results that differ after a loop': [
      'api/shard-map',
      /along "b"/,
      () =>
        shardMap(
          (a: Tensor) =>
            scan((c: Tensor, r: Tensor) => [np.add(c, np.multiply(r, axisIndex('b'))), null], a, np.stack([a, a]))[0],
          {
            mesh,
            inSpecs: [P('a')],
            outSpecs: P('a'),
          },
        )(x),
    ],
    'two meshes': ['api/mesh', /one program runs on one mesh/, () => jit(sum(), { mesh: new Mesh({ a: 2 }) })(x)],
    'an argument too many': ['api/shard-map', /inSpecs/, () => sum({ inSpecs: [P('a'), P()] })(x)],
    'a target twice': [
      'api/permutation',
      /target 1/,
      () =>
        vmap(
          (a: Tensor) =>
            ppermute(a, 'i', [
              [0, 1],
              [2, 1],
            ]),
          { axisName: 'i' },
        )(x),
    ],
    'outAxes null for a batched result': [
      'api/vmap',
      /outAxes says null/,
      () => vmap((a: Tensor) => a, { outAxes: null })(x),
    ],
    'a dimension that is not there': ['api/vmap', /no dimension 2/, () => vmap((a: Tensor) => a, { inAxes: [2] })(x)],
    'an odd tiled scatter': [
      'api/shape',
      /multiple of 8/,
      () => vmap((a: Tensor) => psumScatter(a, 'i', { tiled: true }), { axisName: 'i' })(x),
    ],
  };
  for (const [name, [code, message, f]] of Object.entries(cases))
    it(name, () => {
      let error: unknown;
      try {
        f();
      } catch (e) {
        error = e;
      }
      expect(error).toMatchObject({ code });
      expect(String(error)).toMatch(message);
    });

  it('are the same functions in lax', () => {
    expect(lax.psum).toBe(psum);
  });
});
