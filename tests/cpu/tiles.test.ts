import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grad, jit, np, type Tensor } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { compileToC, type TileStep } from '../../src/compile/index.ts';
import type { Module } from '../../src/ir/index.ts';
import { causalAttention } from '../../src/nn/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

/* Chains of batched products and loops, fused (form-tiles.ts): same numbers as the reference, and nothing of size seq² is left. */

interface Sizes {
  readonly batch: number;
  readonly seq: number;
  readonly heads: number;
  readonly headDim: number;
}

const kernelsOf = (module: Module): ReturnType<typeof compileToC> =>
  compileToC(module, { registry, numDevices: 1, vectorLanes: 8 });
const tilesOf = (module: Module): TileStep[] =>
  kernelsOf(module).kernels.body.steps.filter((s): s is TileStep => s.kind === 'tile');

function inputs(s: Sizes, seed: number): HostArray[] {
  let state = seed;
  const n = s.batch * s.seq * s.heads * s.headDim;
  return [0, 1, 2].map(() => {
    const data = Float32Array.from({ length: n }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    });
    return new HostArray('f32', [s.batch, s.seq, s.heads, s.headDim], data);
  });
}

async function run(module: Module, args: readonly HostArray[], name: string): Promise<Float32Array[]> {
  const engine = createEngine(name);
  const program = await engine.compile(module);
  const [out] = await program.execute([args.map((a) => engine.put(a, 0))]);
  return Promise.all(out.map(async (b) => (await b.read()).data as Float32Array));
}

async function expectSame(module: Module, args: readonly HostArray[]): Promise<void> {
  const reference = await run(module, args, 'reference');
  for (const name of ['cpu', 'wasm'])
    (await run(module, args, name)).forEach((ours, r) => {
      const scale = reference[r].reduce((m, x) => Math.max(m, Math.abs(x)), 1e-30);
      const worst = ours.reduce((m, x, i) => Math.max(m, Math.abs(x - reference[r][i])), 0);
      expect(worst / scale, `${name}, result ${r}`).toBeLessThan(2e-5);
    });
}

const gradients = (s: Sizes): Module => {
  const step = jit((q: Tensor, k: Tensor, v: Tensor) => {
    const g = grad((p: { q: Tensor; k: Tensor; v: Tensor }) => np.sum(np.square(causalAttention(p.q, p.k, p.v))))({
      q,
      k,
      v,
    });
    return [g.q, g.k, g.v] as const;
  });
  const [q, k, v] = inputs(s, 1);
  return step.lower(np.array(q), np.array(k), np.array(v)).perDevice;
};

test('attention and its gradients are tiles, cut into rounds, without a tensor of all scores', async () => {
  const sizes = { batch: 2, seq: 512, heads: 3, headDim: 16 };
  const module = gradients(sizes);
  const tiles = tilesOf(module);
  expect(tiles.length).toBeGreaterThan(0);
  expect(tiles.every((r) => r.points.reduce((n, p) => n * (p.max + 1), 1) === 6)).toBe(true);
  expect(tiles.some((r) => r.round !== undefined)).toBe(true);
  expect(tiles.some((r) => r.body.some((s) => s.kind === 'gemm' && s.accumulate !== undefined))).toBe(true);
  await expectSame(module, inputs(sizes, 7));
});

test('forward attention never holds all scores', () => {
  const sizes = { batch: 4, seq: 512, heads: 4, headDim: 32 };
  const [q, k, v] = inputs(sizes, 1).map((x) => np.array(x));
  const { perDevice } = jit(causalAttention).lower(q, k, v);
  const scoresBytes = 4 * sizes.batch * sizes.heads * sizes.seq ** 2;
  expect(tilesOf(perDevice)).toHaveLength(1);
  expect(kernelsOf(perDevice).arenaBytes).toBeLessThan(scoresBytes / 2);
});

test('random sizes agree with the reference', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        batch: fc.integer({ min: 1, max: 3 }),
        seq: fc.constantFrom(96, 130, 192, 257),
        heads: fc.integer({ min: 2, max: 4 }),
        headDim: fc.constantFrom(4, 7, 16),
      }),
      fc.integer({ min: 1, max: 1 << 30 }),
      async (sizes, seed) => expectSame(gradients(sizes), inputs(sizes, seed)),
    ),
    { numRuns: 6, seed: 3 },
  );
});

test('weights larger than the cache are not read again for every block of rows', () => {
  const mlp = (rows: number, mlpDim: number): TileStep[] => {
    const [x, up, down] = [np.ones([8, rows, 64]), np.ones([8, mlpDim, 64]), np.ones([8, 64, mlpDim])];
    const f = jit((t: Tensor, u: Tensor, d: Tensor) =>
      np.einsum('bem,brm->bre', d, np.tanh(np.einsum('bre,bme->brm', t, u))),
    );
    return tilesOf(f.lower(x, up, down).perDevice);
  };
  const [large, small, attention] = [mlp(32, 4096), mlp(512, 512), mlp(4096, 4096)];
  expect(large.filter((t) => t.round !== undefined)).toEqual([]);
  // Small weights stay in the cache; and where more passes between the products than weights hold, it is worth it.
  for (const tiles of [small, attention]) {
    expect(tiles).toHaveLength(1);
    expect(tiles[0].round).toBeDefined();
  }
});
