import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jit, np, random, setDefaultEngine, type Tensor, tree } from '../../src/index.ts';
import {
  adafactor,
  adamw,
  averageWeights,
  chain,
  clipByGlobalNorm,
  Declared,
  type DeclaredTree,
  descend,
  globalNorm,
  lamb,
  lars,
  lion,
  matrixView,
  meanOfWeights,
  muon,
  newtonSchulzCoefficients,
  type Optimizer,
  optimizerNamed,
  optimizerOf,
  optimizers,
  orthogonalize,
  type Params,
  roundStochastically,
  type Schedule,
  scheduleFree,
  scheduleFreeMean,
  sgd,
  shampoo,
  skipSpikes,
  soap,
  startState,
  t5Schedule,
  warmupDecay,
  warmupStableDecay,
} from '../../src/nn/index.ts';

setDefaultEngine('reference');

const number = async (t: Tensor): Promise<number> => Number(await t.item());
const at = (schedule: Schedule, step: number): Promise<number> => number(schedule(np.full([], step, 'i32')));
const zero = { init: { constant: 0 } };

describe('schedules', () => {
  const decay = { peak: 0.5, warmupSteps: 4, totalSteps: 12, finalFraction: 0.1 };
  it.each([
    [0, 0.125],
    [1, 0.25],
    [3, 0.5],
    [4, 0.5],
    // Half a cosine over the 8 steps that are left, from 0.5 down to 0.05.
    [6, 0.05 + 0.45 * 0.5 * (1 + Math.cos(Math.PI / 4))],
    [8, 0.275],
    [12, 0.05],
    [1000, 0.05],
  ])('warm-up and half a cosine, step %i: %f', async (step, rate) => {
    expect(await at(warmupDecay(decay), step)).toBeCloseTo(rate, 6);
  });
  it('begin at the peak where there is no warm-up', async () => {
    expect(await at(warmupDecay({ ...decay, warmupSteps: 0 }), 0)).toBeCloseTo(0.5, 6);
  });
  it.each([
    [1, 0.25],
    [4, 0.5],
    [20, 0.5],
    [25, 0.5 - 0.45 / 2],
    [30, 0.05],
  ])('warm-up, plateau, line down, step %i: %f', async (step, rate) => {
    expect(await at(warmupStableDecay({ ...decay, totalSteps: 30, decaySteps: 10 }), step)).toBeCloseTo(rate, 6);
  });
  // training-stack.md 2.3: T5's pretraining has 0.01 until 10,000 steps, 0.005 at 40,000 and 0.001 at a million.
  it.each([
    [0, 0.01],
    [10_000, 0.01],
    [40_000, 0.005],
    [1_000_000, 0.001],
  ])('in T5’s words, step %i: %f', async (step, rate) => {
    const t5 = t5Schedule('constant * rsqrt_decay', { baseLearningRate: 1, warmupSteps: 10_000 });
    expect((await at(t5, step)) / rate).toBeCloseTo(1, 5);
  });
  it('name the factor that nobody knows, and the nearest', () => {
    expect(() => t5Schedule('constant * rsqrt_decays')).toThrow(/"rsqrt_decays".*did you mean rsqrt_decay/is);
  });
});

/** Weights of every kind: matrices, stacked ones, of heads, vectors, a table. */
const declared = {
  bias: new Declared([6], ['embed'], { ...zero, tags: [] }),
  heads: new Declared([4, 2, 3], ['embed', 'heads', 'headDim'], zero),
  stack: new Declared([2, 4, 6], ['layers', 'embed', 'mlp'], zero),
  table: new Declared([5, 4], ['vocab', 'embed'], zero),
  wide: new Declared([4, 6], ['embed', 'mlp'], zero),
} satisfies DeclaredTree;
type Name = keyof typeof declared;

interface Oracle {
  readonly params: Readonly<Record<Name, number[]>>;
  readonly gradients: Readonly<Record<Name, number[]>>[];
  readonly after: Readonly<Record<string, Readonly<Record<Name, number[]>>>>;
}
const oracle = JSON.parse(readFileSync(new URL('../oracles/optimizers.json', import.meta.url), 'utf8')) as Oracle;
const given = (values: Readonly<Record<Name, number[]>>): Params =>
  Object.fromEntries(
    Object.entries(declared).map(([name, d]) => [name, np.reshape(np.array(values[name as Name]), d.shape)]),
  );

async function run(optimizer: Optimizer): Promise<{ params: Params; state: Params }> {
  let params = given(oracle.params);
  let state = startState(optimizer, declared);
  const update = jit((gradients: Params, kept: Params, p: Params, step: Tensor) =>
    optimizer.update({ gradients, state: kept, params: p, step, declared }),
  );
  for (const [i, g] of oracle.gradients.entries()) {
    const done = update(given(g), state, params, np.full([], i, 'i32'));
    [params, state] = [done.params, done.state];
  }
  return { params, state };
}
async function distance(params: Params, want: Readonly<Record<string, number[]>>): Promise<number> {
  let worst = 0;
  for (const [name, values] of Object.entries(want)) {
    const got = (await (params[name] as Tensor).data()) as Float32Array;
    const scale = Math.max(...values.map(Math.abs));
    values.forEach((v, i) => {
      worst = Math.max(worst, Math.abs(got[i] - v) / scale);
    });
  }
  return worst;
}

describe('twenty updates of optimizers against Optax, and T5X’s rules in numpy (tests/oracles/optimizers.py)', () => {
  const rate = 0.01;
  const bare = { learningRate: rate, clipNorm: null } as const;
  const cases: Readonly<Record<string, Optimizer>> = {
    adamw: adamw({ learningRate: rate, weightDecay: 0.1, clipNorm: 0.5, beta2: 0.95 }),
    lion: lion({ ...bare, weightDecay: 0.1 }),
    sgd: sgd({ ...bare, momentum: 0.9, nesterov: true }),
    lars: lars({ ...bare, weightDecay: 0.1 }),
    lamb: lamb({ ...bare, weightDecay: 0.1 }),
    muon: muon({ ...bare, weightDecay: 0.1, adamShare: 0.1 }),
    muonPolar: muon({ ...bare, coefficients: 'polar', nesterov: false, scale: 'rms', adamShare: 0.1 }),
    adafactor: adafactor({ learningRate: rate, minDimSizeToFactor: 4, weightDecayRate: 0.001 }),
    adafactorWhole: adafactor({ learningRate: rate, multiplyByParameterScale: false, clipThreshold: null, beta1: 0.9 }),
  };
  it.each(Object.keys(cases))('%s', async (name) => {
    const { params } = await run(cases[name]);
    expect(await distance(params, oracle.after[name])).toBeLessThan(1e-5);
  });
  it('scheduleFree, measured at its mean', async () => {
    const { params, state } = await run(
      scheduleFree({ learningRate: rate, warmupSteps: 5, weightDecay: 0.1, clipNorm: null }),
    );
    const own = (state as Record<string, Params>).free;
    expect(await distance(params, oracle.after.scheduleFree)).toBeLessThan(1e-5);
    expect(await distance(scheduleFreeMean(params, own), oracle.after.scheduleFreeMean)).toBeLessThan(1e-5);
    const plain = await run(scheduleFree({ learningRate: rate, clipNorm: null }));
    const mean = scheduleFreeMean(plain.params, (plain.state as Record<string, Params>).free);
    expect(await distance(mean, oracle.after.scheduleFreePlainMean)).toBeLessThan(1e-5);
  });
  // Far from singular: roots of nearly singular sides have few digits in float32.
  it('shampoo', async () => {
    const { params } = await run(shampoo({ ...bare, every: 4, damping: 0.1 }));
    expect(await distance(params, oracle.after.shampoo)).toBeLessThan(1e-5);
  });
});

// The bases of square sides are unique; those of others hold directions that no gradient had yet.
it('soap turns as its authors’ code does', async () => {
  const oracle = JSON.parse(readFileSync(new URL('../oracles/soap.json', import.meta.url), 'utf8'));
  const shapes: Record<string, [number[], ('embed' | 'mlp' | 'layers')[]]> = {
    one: [
      [5, 5],
      ['embed', 'mlp'],
    ],
    stack: [
      [2, 4, 4],
      ['layers', 'embed', 'mlp'],
    ],
  };
  const own = Object.fromEntries(
    Object.entries(shapes).map(([k, [shape, axes]]) => [k, new Declared(shape, axes, zero)]),
  );
  const tensors = (lists: Record<string, number[]>): Params =>
    Object.fromEntries(
      Object.entries(lists).map(([k, list]) => [k, np.reshape(np.array(list, 'f32'), shapes[k][0])]),
    ) as Params;
  const optimizer = soap({ learningRate: 0.01, clipNorm: null, weightDecay: 0, beta1: 0.9, beta2: 0.95, every: 3 });
  const next = jit((params: Params, state: Params, gradients: Params, step: Tensor) =>
    optimizer.update({ gradients, state, params, step, declared: own }),
  );
  let params = tensors(oracle.params);
  let state = startState(optimizer, own) as Params;
  for (const [i, gradients] of oracle.gradients.entries())
    ({ params, state } = next(params, state, tensors(gradients), np.full([], i, 'i32')) as never);
  for (const [name, list] of Object.entries(oracle.after as Record<string, number[]>)) {
    const got = [...((await (params[name] as Tensor).data()) as Float32Array)];
    expect(Math.max(...got.map((x, i) => Math.abs(x - list[i]))), name).toBeLessThan(1e-5);
  }
});

it('adafactor gives the golden numbers of T5X’s rule', async () => {
  const one = { w: new Declared([2, 2], ['embed', 'mlp'], zero) };
  const optimizer = adafactor({ learningRate: 0.01, minDimSizeToFactor: 1 });
  let params: Params = {
    w: np.array([
      [1, 2],
      [3, 4],
    ]),
  };
  let state = startState(optimizer, one);
  const want = [
    [0.9787868, 1.97, 2.9715395, 3.9731672],
    [0.9577672, 1.9402737, 2.9433387, 3.9465792],
  ];
  for (const [i, values] of want.entries()) {
    const gradients = {
      w: np.array([
        [0.1, 0.2],
        [0.3, 0.4],
      ]),
    };
    const done = optimizer.update({ gradients, state, params, step: np.full([], i, 'i32'), declared: one });
    [params, state] = [done.params, done.state];
    const got = (await (params.w as Tensor).data()) as Float32Array;
    values.forEach((v, j) => {
      expect(got[j]).toBeCloseTo(v, 6);
    });
  }
});

describe('orthogonalize', () => {
  it('gives the golden numbers of the standard set', async () => {
    const y = orthogonalize(
      np.array([
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ]),
    );
    const want = [-0.56829, 0.057742, 0.683774, 0.563355, 0.405613, 0.247871];
    ((await y.data()) as Float32Array).forEach((v, i) => {
      expect(v).toBeCloseTo(want[i], 4);
    });
  });
  it.each([
    ['standard', 0.682, 1.134],
    ['dion', 0.978, 1.032],
    ['polar', 0.859, 1.141],
  ] as const)('brings singular values of %s from [0.01, 1] into [%f, %f]', async (name, low, high) => {
    // Diagonal matrices of norm 1 in all: their values are the singular ones.
    const values = Array.from({ length: 200 }, (_, i) => 0.01 * 100 ** (i / 199));
    const rest = values.map((x) => Math.sqrt(Math.max(0, 1 - x * x)));
    const x = np.array(
      values.map((v, i) => [
        [v, 0],
        [0, rest[i]],
      ]),
    );
    const got = (await orthogonalize(x, newtonSchulzCoefficients[name]).data()) as Float32Array;
    values.forEach((_, i) => {
      expect(got[4 * i]).toBeGreaterThan(low - 2e-3);
      expect(got[4 * i]).toBeLessThan(high + 2e-3);
    });
  });
});

describe('what optimizers keep', () => {
  it('has the axes of the weights, so that rules cut it as them; Adafactor keeps rows and columns', () => {
    const paths = (o: Optimizer): string[] => tree.flatten(o.declare(declared)).paths;
    expect(paths(lion({ learningRate: 1 }))).toEqual(Object.keys(declared).map((name) => `lion.${name}.mu`));
    const kept = adafactor({ learningRate: 1 }).declare(declared) as unknown as {
      adafactor: Record<string, Record<string, Declared>>;
    };
    expect(kept.adafactor.heads.rows.axes).toEqual(['embed']);
    expect(kept.adafactor.heads.columns.axes).toEqual(['heads', 'headDim']);
    // Both sides are smaller than 128.
    expect(kept.adafactor.stack.squares.axes).toEqual(['layers', 'embed', 'mlp']);
  });
  it('is refused for weights whose axes have no two sides', () => {
    const odd = new Declared([2, 3, 4], ['mlp', 'embed', 'heads']);
    expect(() => matrixView(odd)).toThrow(/mlp, embed, heads has no two sides/);
  });
});

describe('stages', () => {
  const one = { weight: new Declared([2], ['embed'], zero), bias: new Declared([1], ['embed'], { ...zero, tags: [] }) };
  const params = { weight: np.array([2, -4]), bias: np.array([1]) };
  const step = np.full([], 3, 'i32');
  const schedule = warmupDecay({ peak: 0.5, warmupSteps: 4, totalSteps: 12, finalFraction: 0.1 });
  const optimizer = adamw({ learningRate: schedule, weightDecay: 0.25, beta2: 0.95 });
  const update = (gradients: typeof params) =>
    optimizer.update({ gradients, state: startState(optimizer, one), params, step, declared: one });

  it('decay takes the learning rate times a share away; what is declared without decay keeps it', async () => {
    const u = update({ weight: np.zeros([2]), bias: np.zeros([1]) });
    // No gradient, no direction: 2 - 0.5 · 0.25 · 2.
    expect(await (u.params.weight as Tensor).toArray()).toEqual([1.75, -3.5]);
    expect(await (u.params.bias as Tensor).toArray()).toEqual([1]);
  });
  it('clipping scales gradients down to the largest norm and tells the norm they had', async () => {
    const gradients = { weight: np.array([3, 0]), bias: np.array([4]) };
    expect(await number(globalNorm(gradients))).toBe(5);
    const u = update(gradients);
    expect(await number(u.metrics.gradientNorm)).toBe(5);
    expect(await number(u.metrics.learningRate)).toBeCloseTo(0.5, 6);
    // A fifth of the gradient, then (1 - β) of it or of its square.
    const { bias } = (u.state as Record<string, Record<string, Record<string, Tensor>>>).adam;
    expect(await number(np.index(bias.mu, 0, 0))).toBeCloseTo(0.08, 6);
    expect(await number(np.index(bias.nu, 0, 0))).toBeCloseTo(0.032, 6);
  });
  it('clipping leaves smaller gradients as they are', async () => {
    const u = update({ weight: np.array([0.5, 0]), bias: np.array([0]) });
    const { weight } = (u.state as Record<string, Record<string, Record<string, Tensor>>>).adam;
    expect(await number(np.index(weight.mu, 0, 0))).toBeCloseTo(0.05, 6);
  });
  it('what is frozen stays', async () => {
    const frozen = { weight: new Declared([2], ['embed'], { tags: ['decay', 'frozen'] }), bias: one.bias };
    const o = adamw({ learningRate: 0.5, weightDecay: 0.25 });
    const state = startState(o, frozen);
    const u = o.update({
      gradients: { weight: np.ones([2]), bias: np.ones([1]) },
      state,
      params,
      step,
      declared: frozen,
    });
    expect(await (u.params.weight as Tensor).toArray()).toEqual([2, -4]);
    expect(await number(np.index(u.params.bias as Tensor, 0, 0))).toBeLessThan(1);
  });
  it('a mean of weights follows them', async () => {
    const o = optimizerOf(chain({ rate: descend(1), mean: averageWeights(0.5, false) }));
    let now: Params = { weight: np.array([0, 0]), bias: np.array([0]) };
    let state = startState(o, one);
    for (let i = 0; i < 3; i++) {
      const gradients = { weight: np.array([-1, 0]), bias: np.array([0]) };
      const u = o.update({ gradients, state, params: now, step: np.full([], i, 'i32'), declared: one });
      [now, state] = [u.params, u.state];
    }
    // Weights 1, 2, 3; means 0.5, 1.25, 2.125.
    const mean = meanOfWeights(now, (state as Record<string, Params>).mean);
    expect(await (mean.weight as Tensor).toArray()).toEqual([2.125, 0]);
  });
  it('updates far above those before are left out, with all that is kept; so are those that are not numbers', async () => {
    const o = optimizerOf(skipSpikes(chain({ clip: clipByGlobalNorm(1e9), rate: descend(1) }), { window: 8 }));
    let [now, state]: [Params, Params] = [params, startState(o, one)];
    const losses = [1, 1.1, 0.9, 1, 1.05, 0.95, 30, 1, Number.NaN, 1];
    const skipped: number[] = [];
    for (const [i, loss] of losses.entries()) {
      const gradients = { weight: np.array([0.01 * (1 + (i % 3)), 0]), bias: np.array([0]) };
      const inputs = { gradients, state, params: now, step: np.full([], i, 'i32'), declared: one };
      const u = o.update({ ...inputs, loss: np.full([], loss, 'f32') });
      skipped.push(await number(u.metrics.skipped));
      if (skipped[i] === 1)
        expect(await (u.params.weight as Tensor).toArray()).toEqual(await (now.weight as Tensor).toArray());
      [now, state] = [u.params, u.state];
    }
    expect(skipped).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 1, 0]);
  });
});

it('rounding by chance is right on average, and the same for a key', async () => {
  const x = np.full([4096], 1 + 1 / 512, 'f32'); // a quarter of the way between two neighbours in bfloat16
  const rounded = np.astype(roundStochastically(x, 'bf16', random.key(1)), 'f32');
  const values = (await rounded.data()) as Float32Array;
  expect(new Set(values)).toEqual(new Set([1, 1 + 1 / 128]));
  const up = values.reduce((n, v) => n + (v > 1 ? 1 : 0), 0) / values.length;
  expect(Math.abs(up - 0.25)).toBeLessThan(0.03);
  const again = (await np.astype(roundStochastically(x, 'bf16', random.key(1)), 'f32').data()) as Float32Array;
  expect(again).toEqual(values);
});

it('optimizers go by name, and a name that nobody knows is told with the nearest', () => {
  for (const name of Object.keys(optimizers))
    expect(optimizerNamed(name, { learningRate: 0.1 })).toHaveProperty('update');
  expect(() => optimizerNamed('adamv', { learningRate: 0.1 })).toThrow(/"adamv".*did you mean adamw/is);
});
