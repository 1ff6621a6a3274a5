import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import {
  checkpoint,
  createEngine,
  grad,
  jit,
  np,
  random,
  scan,
  setDefaultEngine,
  type Tensor,
  tree,
} from '../../src/index.ts';
import { applyExperts, type ExpertMode, type ExpertWeights, type RouterConfig, route } from '../../src/nn/index.ts';
import { difference } from '../compare.ts';
import '../seed.ts';

setDefaultEngine(createEngine('reference'));

interface Case {
  readonly numTokens: number;
  readonly numExperts: number;
  readonly topK: number;
  readonly embedDim: number;
  readonly mlpDim: number;
  readonly isGated: boolean;
  readonly hasBiases: boolean;
  readonly seed: number;
}
const cases = fc
  .record({
    numTokens: fc.integer({ min: 1, max: 24 }),
    numExperts: fc.integer({ min: 1, max: 6 }),
    rank: fc.integer({ min: 1, max: 3 }),
    embedDim: fc.integer({ min: 1, max: 5 }),
    mlpDim: fc.integer({ min: 1, max: 5 }),
    isGated: fc.boolean(),
    hasBiases: fc.boolean(),
    seed: fc.nat(1000),
  })
  .map(({ rank, ...c }): Case => ({ ...c, topK: Math.min(rank, c.numExperts) }));

const configOf = (c: Pick<Case, 'numExperts' | 'topK'>): RouterConfig => ({
  numExperts: c.numExperts,
  topK: c.topK,
  score: 'softmax',
  // Of one expert the weight would be 1 whatever the logits, and their gradient nothing but rounding.
  renormalize: c.topK > 1,
});

/** Random inputs of a case. */
function inputsOf(c: Case) {
  const keys = random.splitKeys(random.key(c.seed), 8);
  const [x, m] = [c.embedDim, c.mlpDim];
  const w: ExpertWeights = {
    ...(c.isGated ? { gate: random.normal(keys[0], [c.numExperts, m, x]) } : {}),
    up: random.normal(keys[1], [c.numExperts, m, x]),
    down: random.normal(keys[2], [c.numExperts, x, m]),
    ...(c.hasBiases
      ? {
          biases: {
            ...(c.isGated ? { gate: random.normal(keys[3], [c.numExperts, m]) } : {}),
            up: random.normal(keys[4], [c.numExperts, m]),
            down: random.normal(keys[5], [c.numExperts, x]),
          },
        }
      : {}),
  };
  return {
    x: random.normal(keys[6], [c.numTokens, x]),
    logits: random.normal(keys[7], [c.numTokens, c.numExperts]),
    w,
  };
}
type Inputs = ReturnType<typeof inputsOf>;

const layer =
  (c: Case, mode: ExpertMode) =>
  ({ x, logits, w }: Inputs): Tensor =>
    applyExperts(x, route(logits, configOf(c)), w, { activation: np.square, mode });

type Matrix = readonly (readonly number[])[];
/** What the layer is, in plain numbers: each token through each of its experts. */
async function tokenByToken(c: Case, { x, logits, w }: Inputs): Promise<number[]> {
  const [tokens, scores] = [(await x.toArray()) as Matrix, (await logits.toArray()) as Matrix];
  const [gate, up, down] = await Promise.all([w.gate, w.up, w.down].map(async (t) => (await t?.toArray()) as Matrix[]));
  const [gateBias, upBias, downBias] = await Promise.all(
    [w.biases?.gate, w.biases?.up, w.biases?.down].map(async (t) => (await t?.toArray()) as Matrix | undefined),
  );
  const affine = (m: Matrix, bias: readonly number[] | undefined, h: readonly number[]): number[] =>
    m.map((row, i) => row.reduce((sum, v, k) => sum + v * h[k], bias?.[i] ?? 0));
  return tokens.flatMap((token, t) => {
    const p = scores[t].map((s) => Math.exp(s));
    const experts = p
      .map((_, e) => e)
      .sort((a, b) => p[b] - p[a] || a - b)
      .slice(0, c.topK);
    const total = (c.topK > 1 ? experts : p.map((_, e) => e)).reduce((sum, e) => sum + p[e], 0);
    const outputs = experts.map((e) => {
      const raised = affine(up[e], upBias?.[e], token);
      const h = gate ? affine(gate[e], gateBias?.[e], token).map((g, i) => square(g) * raised[i]) : raised.map(square);
      return affine(down[e], downBias?.[e], h).map((y) => (y * p[e]) / total);
    });
    return token.map((_, i) => outputs.reduce((sum, y) => sum + y[i], 0));
  });
}
const square = (x: number): number => x * x;

const modes: readonly ExpertMode[] = ['gathered', 'ragged', 'dense', 'dispatched'];

describe('a layer of experts', () => {
  it.each(modes)('%s is what every token by itself gives', async (mode) => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const inputs = inputsOf(c);
        const got = await jit(layer(c, mode))(inputs).toHost();
        const want = HostArray.from('f32', [...inputs.x.shape], await tokenByToken(c, inputs));
        expect(difference(got, want, 1e-5)).toBeLessThan(1);
      }),
      { numRuns: 8 },
    );
  });

  it.each(['gathered', 'ragged', 'dispatched'] as const)(
    '%s has the gradients of dense, also of biases and logits',
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(cases, async (c) => {
          const inputs = inputsOf(c);
          const gradients = async (m: ExpertMode): Promise<HostArray[]> => {
            const loss = (i: Inputs): Tensor => np.sum(np.multiply(layer(c, m)(i), i.x));
            return Promise.all((tree.leaves(jit(grad(loss))(inputs)) as Tensor[]).map((g) => g.toHost()));
          };
          const [got, want] = await Promise.all([gradients(mode), gradients('dense')]);
          expect(got.length).toBe(want.length);
          for (const [i, g] of got.entries()) expect(difference(g, want[i], 1e-4)).toBeLessThan(1);
        }),
        { numRuns: 5 },
      );
    },
  );
});

it.each(modes)('%s trains in a loop over layers that are computed again', async (mode) => {
  const [numLayers, numExperts, embedDim, mlpDim] = [3, 4, 3, 5];
  const keys = random.splitKeys(random.key(9), 5);
  const drawn = (k: number, ...shape: number[]): Tensor => np.multiply(random.normal(keys[k], shape), 0.5);
  const weights = {
    router: drawn(0, numLayers, numExperts, embedDim),
    gate: drawn(1, numLayers, numExperts, mlpDim, embedDim),
    up: drawn(2, numLayers, numExperts, mlpDim, embedDim),
    down: drawn(3, numLayers, numExperts, embedDim, mlpDim),
  };
  const config = configOf({ numExperts, topK: 2 });
  const loss = (m: ExpertMode, isLoop: boolean) => (w: typeof weights, x: Tensor) => {
    const block = checkpoint((h: Tensor, p: typeof weights) =>
      np.add(
        h,
        applyExperts(h, route(np.matmul(h, np.transpose(p.router)), config), p, { activation: np.tanh, mode: m }),
      ),
    );
    const layerOf = (l: number) => tree.map((t: Tensor) => np.index(t, 0, l), w) as typeof weights;
    const y = isLoop
      ? scan((h: Tensor, p: typeof weights) => [block(h, p), undefined] as const, x, w)[0]
      : [0, 1, 2].reduce((h, l) => block(h, layerOf(l)), x);
    return np.sum(np.square(y));
  };
  const x = drawn(4, 10, embedDim);
  const [got, want] = [loss(mode, true), loss('dense', false)].map(
    (f) => tree.leaves(jit(grad(f))(weights, x)) as Tensor[],
  );
  for (const [i, g] of got.entries())
    expect(difference(await g.toHost(), await want[i].toHost(), 1e-4)).toBeLessThan(1);
});

describe('what experts refuse and keep', () => {
  const c: Case = {
    numTokens: 3,
    numExperts: 4,
    topK: 2,
    embedDim: 2,
    mlpDim: 5,
    isGated: true,
    hasBiases: true,
    seed: 7,
  };
  const { x, logits, w } = inputsOf(c);
  const apply = (changes: Partial<ExpertWeights>, tokens = x, of = logits): Tensor =>
    applyExperts(tokens, route(of, configOf(c)), { ...w, ...changes }, { activation: np.square });

  it.each<[string, () => Tensor]>([
    ['tokens of another width', () => apply({}, np.ones([3, 3]))],
    ['a gate of another shape', () => apply({ gate: np.ones([4, 4, 2]) })],
    ['weights that lie [expert, in, out]', () => apply({ down: np.ones([4, 5, 2]) })],
    ['a routing of other tokens', () => apply({}, x, np.ones([2, 4]))],
    [
      'fewer experts than the routing knows',
      () => apply({ gate: undefined, up: np.ones([3, 5, 2]), down: np.ones([3, 2, 5]), biases: undefined }),
    ],
    ['a bias of another width', () => apply({ biases: { down: np.ones([4, 3]) } })],
  ])('%s', (_, f) => {
    expect(f).toThrow(expect.objectContaining({ code: 'nn/experts' }));
  });

  it.each(modes)('%s keeps dimensions of groups, and bfloat16', async (mode) => {
    const grouped = np.astype(np.reshape(np.concatenate([x, x]), [2, 3, 2]), 'bf16');
    const routing = route(np.reshape(np.concatenate([logits, logits]), [2, 3, 4]), configOf(c));
    const narrow = applyExperts(grouped, routing, w, { activation: np.square, mode });
    expect([narrow.dtype, ...narrow.shape]).toEqual(['bf16', 2, 3, 2]);
    const [one, two] = np.split(np.astype(narrow, 'f32'), 2);
    expect(await one.toArray()).toEqual(await two.toArray());
    const wide = await layer(c, mode)({ x, logits, w }).toHost();
    const got = HostArray.from('f32', [3, 2], (await one.toHost()).toNumbers());
    expect(difference(got, wide, 0.05)).toBeLessThan(1);
  });

  it.each(modes)('%s gives nothing for no tokens', (mode) => {
    const none = applyExperts(np.zeros([0, 2]), route(np.zeros([0, 4]), configOf(c)), w, {
      activation: np.square,
      mode,
    });
    expect(none.shape).toEqual([0, 2]);
  });
});
