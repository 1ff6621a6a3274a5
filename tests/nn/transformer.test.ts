import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { hostTensor, jit, np, setDefaultEngine, type Tensor, tree, valueAndGrad } from '../../src/index.ts';
import {
  adamw,
  type Params,
  startState,
  type TransformerConfig,
  transformerLoss,
  transformerParams,
  warmupDecay,
} from '../../src/nn/index.ts';

setDefaultEngine('reference');

interface Listed {
  readonly shape: number[];
  readonly data: number[];
}
const oracle = JSON.parse(readFileSync(new URL('../oracles/transformer.json', import.meta.url), 'utf8')) as {
  config: TransformerConfig;
  adamw: {
    learningRate: number;
    finalFraction: number;
    warmupSteps: number;
    totalSteps: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    weightDecay: number;
    clipNorm: number;
  };
  params: unknown;
  batches: number[][][];
  loss: number;
  gradients: unknown;
  steps: { loss: number; gradientNorm: number }[];
  finalEmbedding: Listed;
};

const isListed = (x: unknown): x is Listed => typeof x === 'object' && x !== null && Array.isArray((x as Listed).data);
const load = (x: unknown): unknown =>
  isListed(x)
    ? hostTensor(HostArray.from('f32', x.shape, x.data))
    : Object.fromEntries(Object.entries(x as object).map(([k, v]) => [k, load(v)]));
const lists = (x: unknown): Listed[] =>
  isListed(x)
    ? [x]
    : Object.keys(x as object)
        .sort()
        .flatMap((k) => lists((x as Record<string, unknown>)[k]));

const params = load(oracle.params) as Params;
const batch = (i: number): Tensor => np.array(oracle.batches[i], 'i32');
const declarations = transformerParams(oracle.config);

/** Largest difference relative to the largest expected magnitude. */
function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((e, i) => Math.abs(Number(actual[i]) - e))) / scale;
}

describe('Transformer against JAX on the same weights (tests/oracles/transformer.py)', () => {
  it('loss and gradients', async () => {
    const step = jit((p: Params, tokens: Tensor) =>
      valueAndGrad((q: Params) => transformerLoss(q, tokens, oracle.config))(p),
    );
    const [loss, gradients] = step(params, batch(0));
    expect(Math.abs(Number(await loss.item()) / oracle.loss - 1)).toBeLessThan(1e-6);
    const expected = lists(oracle.gradients);
    const actual = tree.leaves(gradients) as Tensor[];
    expect(actual.length).toBe(expected.length);
    for (const [i, g] of actual.entries()) {
      expect(g.shape).toEqual(expected[i].shape);
      expect(relativeError((await g.data()) as Float32Array, expected[i].data)).toBeLessThan(1e-5);
    }
  });

  it('four AdamW steps with warm-up, cosine decay, clipping and decoupled decay', async () => {
    const { learningRate: peak, finalFraction, warmupSteps, totalSteps, ...rest } = oracle.adamw;
    const learningRate = warmupDecay({ peak, finalFraction, warmupSteps, totalSteps });
    const optimizer = adamw({ ...rest, learningRate });
    const step = jit((params: Params, state: Params, t: Tensor, tokens: Tensor) => {
      const [loss, gradients] = valueAndGrad((q: Params) => transformerLoss(q, tokens, oracle.config))(params);
      return { loss, ...optimizer.update({ gradients, state, params, step: t, declared: declarations }) };
    });
    let p = params;
    let state = startState(optimizer, declarations);
    for (const [i, expected] of oracle.steps.entries()) {
      const out = step(p, state, np.full([], i, 'i32'), batch(i));
      expect(Math.abs(Number(await out.loss.item()) / expected.loss - 1)).toBeLessThan(1e-5);
      expect(Math.abs(Number(await out.metrics.gradientNorm.item()) / expected.gradientNorm - 1)).toBeLessThan(1e-5);
      p = out.params;
      state = out.state;
    }
    const embedding = (await (p.embedding as Tensor).data()) as Float32Array;
    expect(relativeError(embedding, oracle.finalEmbedding.data)).toBeLessThan(1e-5);
  });

  it('gradients agree with finite differences', async () => {
    // Directional derivative along a fixed direction, central difference in float32 with a step that balances rounding.
    const loss = jit((p: Params, tokens: Tensor) => transformerLoss(p, tokens, oracle.config));
    const flat = tree.flatten(params);
    const direction = (flat.leaves as Tensor[]).map((t, k) => {
      const n = t.size;
      return HostArray.from(
        'f32',
        t.shape,
        Array.from({ length: n }, (_, i) => Math.sin(1 + i * 0.7 + k)),
      );
    });
    const shifted = (epsilon: number): Params =>
      tree.unflatten(
        flat.treedef,
        (flat.leaves as Tensor[]).map((t, k) => np.add(t, np.multiply(hostTensor(direction[k]), epsilon))),
      ) as Params;
    const epsilon = 2e-3;
    const up = Number(await loss(shifted(epsilon), batch(1)).item());
    const down = Number(await loss(shifted(-epsilon), batch(1)).item());
    const [, g] = jit((p: Params, tokens: Tensor) =>
      valueAndGrad((q: Params) => transformerLoss(q, tokens, oracle.config))(p),
    )(params, batch(1));
    let dot = 0;
    for (const [k, leaf] of (tree.leaves(g) as Tensor[]).entries()) {
      const data = (await leaf.data()) as Float32Array;
      for (let i = 0; i < data.length; i++) dot += data[i] * direction[k].number(i);
    }
    expect(Math.abs((up - down) / (2 * epsilon) / dot - 1)).toBeLessThan(5e-3);
  });
});
