/**
 * Whether routers stay balanced in training: a layer of experts that predicts the next byte of a text from the eight before it, trained
 * once per way of balancing. Prints the loss and the load of the experts over the last tenth of the steps, and fails where a claim does:
 * that without losses few experts get all tokens (Shazeer et al. 2017, §4), that with the two losses of that paper or with the bias of
 * DeepSeek-V3 all get as many, and that this costs nothing.
 * `npx tsx bench/router-balance.ts tinyshakespeare.txt [--steps 1000] [--seed 0]`
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  createEngine,
  jit,
  lax,
  nn,
  np,
  random,
  setDefaultEngine,
  type Tensor,
  valueAndGradAux,
} from '../src/index.ts';
import {
  adamw,
  applyExperts,
  Declared,
  importanceLoss,
  initialize,
  loadLoss,
  type Params,
  type RouterConfig,
  route,
  routerLogits,
  routerPolicies,
  startState,
  updateBias,
  warmupDecay,
} from '../src/nn/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { steps: { type: 'string', default: '1000' }, seed: { type: 'string', default: '0' } },
});
setDefaultEngine(createEngine('cpu'));
const [numSteps, seed] = [Number(values.steps), Number(values.seed)];
const [numExperts, topK, context, embedDim, mlpDim, batch] = [8, 2, 8, 64, 128, 512];
const text = readFileSync(positionals[0]);

/** Routers start at zero: experts tie, and noise decides. */
const zero = { init: { constant: 0 } };
const declared = {
  embedding: new Declared([256, embedDim], ['vocab', 'embed'], { init: { normal: 1 } }),
  join: new Declared([context, embedDim, embedDim], ['length', 'embed', 'embed'], { init: { normal: 0.05 } }),
  router: new Declared([numExperts, embedDim], ['expert', 'embed'], zero),
  noise: new Declared([numExperts, embedDim], ['expert', 'embed'], zero),
  up: new Declared([numExperts, mlpDim, embedDim], ['expert', 'mlp', 'embed'], { init: { normal: 0.12 } }),
  down: new Declared([numExperts, embedDim, mlpDim], ['expert', 'embed', 'mlp'], { init: { normal: 0.09 } }),
  head: new Declared([256, embedDim], ['vocab', 'embed'], { init: { normal: 0.05 } }),
};
type Weights = ReturnType<typeof initialize<typeof declared>>;

interface Balance {
  readonly name: string;
  readonly config: RouterConfig;
  /** Coefficient of the losses of importance and load. */
  readonly coefficient: number;
  /** Rate of the bias for choosing. */
  readonly rate: number;
}
const noisy = routerPolicies.noisyTopK({ numExperts, topK });
const biased: RouterConfig = { numExperts, topK, score: 'sigmoid', choiceBias: true, renormalize: true };
const ways: readonly Balance[] = [
  { name: 'noisy top-k, no losses', config: noisy, coefficient: 0, rate: 0 },
  { name: 'noisy top-k, losses 0.1 and 0.1', config: noisy, coefficient: 0.1, rate: 0 },
  { name: 'sigmoid, no bias', config: { ...biased, choiceBias: false }, coefficient: 0, rate: 0 },
  { name: 'sigmoid, bias 1e-3', config: biased, coefficient: 0, rate: 1e-3 },
];

const optimizer = adamw({
  learningRate: warmupDecay({ peak: 3e-3, warmupSteps: 50, totalSteps: numSteps, finalFraction: 0.1 }),
  beta2: 0.99,
});

/** Loss in nats per byte, number of tokens of every expert, and the load over its mean. */
async function train(way: Balance): Promise<{ loss: number; variation: number; load: number[] }> {
  const loss = (p: Weights, tokens: Tensor, targets: Tensor, bias: Tensor, key: Tensor) => {
    const x = np.einsum('tcd,cde->te', np.take(p.embedding, tokens, 0), p.join);
    const isNoisy = way.config.noise !== undefined;
    const routing = route(routerLogits(x, p.router), way.config, {
      ...(isNoisy ? { key, noiseLogits: routerLogits(x, p.noise) } : {}),
      ...(way.config.choiceBias ? { bias } : {}),
    });
    const y = np.add(x, applyExperts(x, routing, p, { activation: nn.relu }));
    const logits = np.einsum('te,ve->tv', y, p.head);
    const likelihood = np.takeAlongAxis(nn.logSoftmax(logits), np.expandDims(targets, -1), -1);
    const entropy = np.negative(np.mean(likelihood));
    const balance = np.multiply(np.add(importanceLoss(routing), loadLoss(routing)), way.coefficient);
    const counts = np.sum(nn.oneHot(routing.experts, numExperts), { axis: [0, 1] });
    return [np.add(entropy, balance), { entropy, counts, bias: updateBias(bias, routing, way.rate) }] as const;
  };
  const step = jit((p: Weights, state: Params, bias: Tensor, i: Tensor, ids: Tensor) => {
    const key = random.foldIn(random.key(seed + 1), i);
    const [[, aux], gradients] = valueAndGradAux(loss)(
      p,
      lax.slice(ids, [0, 0], [batch, context]),
      np.index(ids, 1, context),
      bias,
      key,
    );
    const next = optimizer.update({ gradients, state, params: p, step: i, declared });
    return { params: next.params as Weights, state: next.state, ...aux };
  });
  let p = initialize(random.key(seed), declared);
  let state = startState(optimizer, declared);
  let bias = np.zeros([numExperts]);
  const [sums, kept]: [number[], number[]] = [Array(numExperts).fill(0), []];
  for (let i = 0; i < numSteps; i++) {
    const ids = new Int32Array(batch * (context + 1));
    for (let b = 0; b < batch; b++) {
      const at = Math.imul(i * batch + b + seed, 0x9e3779b1) >>> 0;
      const start = at % (text.length - context - 1);
      ids.set(text.subarray(start, start + context + 1), b * (context + 1));
    }
    const out = step(p, state, bias, np.full([], i, 'i32'), np.reshape(np.array(ids), [batch, context + 1]));
    ({ params: p, state, bias } = out);
    if (i < 0.9 * numSteps) continue;
    const counts = (await out.counts.data()) as Float32Array;
    counts.forEach((n, e) => {
      sums[e] += n;
    });
    kept.push(Number(await out.entropy.item()));
  }
  const mean = sums.reduce((a, b) => a + b) / numExperts;
  const variation = Math.sqrt(sums.reduce((a, n) => a + (n - mean) ** 2, 0) / numExperts) / mean;
  return { loss: kept.reduce((a, b) => a + b) / kept.length, variation, load: sums.map((n) => n / mean) };
}

const results = new Map<string, Awaited<ReturnType<typeof train>>>();
for (const way of ways) {
  const r = await train(way);
  results.set(way.name, r);
  const load = r.load.map((n) => n.toFixed(2)).join(' ');
  console.log(`${way.name}: loss ${r.loss.toFixed(3)}, CV ${r.variation.toFixed(3)}, load ${load}`);
}
const [free, balanced, unbiased, withBias] = ways.map(({ name }) => results.get(name)!);
const claims: readonly (readonly [string, boolean])[] = [
  ['without losses the load has a CV of at least 1', free.variation >= 1],
  ['with them at most 0.15', balanced.variation <= 0.15],
  ['at no cost in loss', balanced.loss <= free.loss + 0.01],
  ['the bias does the same without losses', unbiased.variation >= 1 && withBias.variation <= 0.15],
];
for (const [claim, holds] of claims) console.log(`${holds ? 'holds' : 'FAILS'}: ${claim}`);
process.exit(claims.every(([, holds]) => holds) ? 0 : 1);
