import { expect, it } from 'vitest';
import { grad, jit, Mesh, np, random, setDefaultEngine, type Tensor } from '../../src/index.ts';
import { pipeline } from '../../src/nn/index.ts';

setDefaultEngine('reference');

const stage = (w: Tensor, x: Tensor): Tensor => np.tanh(np.matmul(x, w));
const weights = random.normal(random.key(0), [4, 3, 3]);
const inputs = random.normal(random.key(1), [5, 2, 3]);
const chain = (w: Tensor, x: Tensor): Tensor => [0, 1, 2, 3].reduce((y, s) => stage(np.index(w, 0, s), y), x);
const piped = pipeline(stage, { axis: 'stage' });

it('gives what the chain of its stages gives, value and gradient, on one device and on a mesh of stages', async () => {
  const loss = (f: typeof chain) => (w: Tensor, x: Tensor) => np.sum(np.multiply(f(w, x), x));
  const want = await jit(chain)(weights, inputs).toHost();
  const wantGradient = await jit(grad(loss(chain)))(weights, inputs).toHost();
  for (const mesh of [undefined, new Mesh({ stage: 2 }), new Mesh({ stage: 4 })]) {
    const got = await jit(piped, { mesh })(weights, inputs).toHost();
    const gradient = await jit(grad(loss(piped)), { mesh })(weights, inputs).toHost();
    got.toNumbers().forEach((x, i) => {
      expect(x).toBeCloseTo(want.number(i), 5);
    });
    gradient.toNumbers().forEach((x, i) => {
      expect(x).toBeCloseTo(wantGradient.number(i), 4);
    });
  }
});

it('sends one microbatch to the next stage per tick', () => {
  const mesh = new Mesh({ stage: 4 });
  const { report } = jit(piped, { mesh }).lower(weights, inputs);
  const permutes = report!.collectives.filter((c) => c.kind === 'collective_permute');
  expect(permutes.map((c) => c.bytes)).toEqual([4 * 2 * 3]);
});

it('says when stages disagree about their number', () => {
  const both = pipeline((p: { a: Tensor; b: Tensor }, x) => np.multiply(np.multiply(x, p.a), p.b), { axis: 'stage' });
  expect(() => both({ a: np.ones([4]), b: np.ones([3]) }, np.ones([2, 1]))).toThrow(
    expect.objectContaining({ code: 'nn/pipeline' }),
  );
});
