/**
 * A layer of gated experts on the cpu engine in every mode, measured in turns: median and least time in ms, forward or with the
 * gradients of its weights. `npx tsx bench/experts.ts [--tokens 1,8,128] [--sizes 8x1024x3584] [--topK 2] [--capacity 1.25] [--gradient]
 * [--rounds 15]`, sizes as experts × embed × mlp, the capacity as a factor (default: none).
 */
import { parseArgs } from 'node:util';
import { createEngine, grad, jit, nn, np, random, setDefaultEngine, type Tensor } from '../src/index.ts';
import { applyExperts, type ExpertMode, type ExpertWeights, type RouterConfig, route } from '../src/nn/index.ts';
import { median } from './measure.ts';

const { values } = parseArgs({
  options: {
    tokens: { type: 'string', default: '1,8,128' },
    sizes: { type: 'string', default: '8x1024x3584' },
    topK: { type: 'string', default: '2' },
    capacity: { type: 'string' },
    gradient: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '15' },
  },
});
setDefaultEngine(createEngine('cpu'));

const [numExperts, embedDim, mlpDim] = values.sizes.split('x').map(Number);
const topK = Number(values.topK);
const config: RouterConfig = {
  numExperts,
  topK,
  score: 'softmax',
  renormalize: true,
  ...(values.capacity
    ? { capacity: { factor: Number(values.capacity) * topK, minimum: 1, rounding: 'halfEven' } }
    : {}),
};
const keys = random.splitKeys(random.key(0), 5);
const small = (key: Tensor, ...shape: number[]): Tensor => np.multiply(random.normal(key, shape), 0.02);
const weights = {
  gate: small(keys[0], numExperts, mlpDim, embedDim),
  up: small(keys[1], numExperts, mlpDim, embedDim),
  down: small(keys[2], numExperts, embedDim, mlpDim),
};

/** Time of one run in ms. */
function runner(mode: ExpertMode, x: Tensor, logits: Tensor): () => Promise<number> {
  const layer = (w: ExpertWeights, tokens: Tensor, l: Tensor): Tensor =>
    applyExperts(tokens, route(l, config), w, { activation: nn.silu, mode });
  const loss = (w: ExpertWeights, tokens: Tensor, l: Tensor): Tensor => np.sum(np.square(layer(w, tokens, l)));
  const gradients = jit(grad(loss));
  const forward = jit(layer);
  return async () => {
    const start = performance.now();
    await (values.gradient ? gradients(weights, x, logits).up : forward(weights, x, logits)).data();
    return performance.now() - start;
  };
}

for (const numTokens of values.tokens.split(',').map(Number)) {
  const [x, logits] = [random.normal(keys[3], [numTokens, embedDim]), random.normal(keys[4], [numTokens, numExperts])];
  await Promise.all([x.data(), logits.data()]);
  const runs = (['gathered', 'ragged', 'dense', 'dispatched'] as const).map((mode) => ({
    mode,
    run: runner(mode, x, logits),
  }));
  const times = runs.map((): number[] => []);
  for (let round = -1; round < Number(values.rounds); round++)
    for (const [i, { run }] of runs.entries()) {
      const timeMs = await run();
      if (round >= 0) times[i].push(timeMs);
    }
  const shown = runs.map(
    ({ mode }, i) => `${mode} ${median(times[i]).toFixed(1)} (${Math.min(...times[i]).toFixed(1)})`,
  );
  console.log(`${numTokens} tokens: ${shown.join('  ')}`);
}
process.exit(0);
