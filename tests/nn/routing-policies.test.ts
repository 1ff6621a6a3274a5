import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine, grad, jit, nn, np, random, scan, setDefaultEngine, type Tensor, vmap } from '../../src/index.ts';
import {
  balanceLoss,
  type Capacity,
  capacityRows,
  densityLoss,
  executeGate,
  expertImportance,
  expertLoad,
  hashedExperts,
  importanceLoss,
  jitter,
  loadLoss,
  type RouterConfig,
  type RouterInputs,
  route,
  routerLogits,
  routerPolicies,
  routerZLoss,
  routingStatistics,
  sentenceMeans,
  updateBias,
} from '../../src/nn/index.ts';
import '../seed.ts';
import { combined, expectNumbers, sines } from './router-fixtures.ts';

setDefaultEngine(createEngine('reference'));

type Matrix = number[][];
const oracle = JSON.parse(readFileSync(new URL('../oracles/routing-policies.json', import.meta.url), 'utf8')) as {
  top2: {
    readonly policy: 'all' | 'sampling' | 'random';
    readonly before: boolean;
    readonly capacity: number;
    readonly prioritized: boolean;
    readonly logits: Matrix;
    readonly uniform?: number[];
    readonly gumbel?: Matrix;
    readonly padding?: boolean[];
    readonly first: Matrix;
    readonly combine: Matrix;
  }[];
  switch: { logits: Matrix[]; combine: Matrix[]; z: number; balance: number };
  mixtral: { logits: Matrix; isToken: boolean[]; balance: number; balanceOfTokens: number };
  noisyTopK: {
    logits: Matrix;
    noiseLogits: Matrix;
    draws: Matrix;
    combine: Matrix;
    importance: number[];
    load: number[];
    losses: number[];
    gradients: Matrix[][];
  };
  deepseek: { logits: Matrix[]; balance: number; ofDevices: number; numDevices: number };
  expertChoice: { logits: Matrix; factor: number; most: number; chosen: Matrix; affinity: number; best: number }[];
};

describe('GShard', () => {
  const config: RouterConfig = {
    numExperts: 4,
    topK: 2,
    score: 'softmax',
    renormalize: true,
    renormalizeEpsilon: 1e-9,
    capacity: { rows: 3 },
  };
  const routing = route(sines(8, 4), config);

  it('places first choices before second ones and drops what exceeds the capacity', async () => {
    expect(await np.transpose(routing.experts).toArray()).toEqual([
      [1, 3, 0, 1, 3, 0, 2, 3],
      [0, 2, 3, 2, 2, 1, 1, 2],
    ]);
    expect(await np.transpose(routing.rows!).toArray()).toEqual([
      [0, 0, 0, 1, 1, 1, 0, 2],
      [2, 1, 3, 2, 3, 2, 3, 4],
    ]);
    await expectNumbers(
      np.index(routing.weights, 1, 0),
      [0.533861, 0.660325, 0.869595, 0.663881, 0.82144, 0.844357, 0.595713, 0.871123],
    );
    const isDropped = await np.equal(np.index(routing.weights, 1, 1), 0).toArray();
    expect(isDropped).toEqual([false, false, true, false, true, false, true, true]);
  });

  it('renormalizes before or after dropping', async () => {
    const after = route(sines(8, 4), { ...config, renormalize: 'afterDropping' });
    const first = (await np.index(after.weights, 1, 0).toArray()) as number[];
    for (const t of [2, 4, 6, 7]) expect(first[t]).toBeCloseTo(1, 6);
    expect(first[0]).toBeCloseTo(0.533861, 6);
  });

  it('drops the least sure tokens where the surest come first', async () => {
    const { weights } = route(sines(8, 4), { ...config, capacity: { rows: 3, priority: 'score' } });
    const isKept = await np.greater(np.index(weights, 1, 1), 0).toArray();
    expect(isKept).toEqual([true, false, false, false, true, true, false, true]);
  });

  it('has the losses of Hugging Face', async () => {
    await expectNumbers(balanceLoss(routing, { choices: 'first' }), 1.0604831528448058);
    await expectNumbers(routerZLoss(routing), 4.679373785430879);
  });

  it.each(oracle.top2.map((c, i) => ({ ...c, name: `${i}: ${c.policy}, ${c.capacity} rows` })))(
    'routes as NLLB-MoE, case $name',
    async (c) => {
      const { probabilities } = route(np.array(c.logits), { ...config, capacity: undefined });
      // Transformers compares chance with twice the probability, not with twice the weight.
      const inputs: RouterInputs = {
        ...(c.gumbel ? { draws: np.array(c.gumbel) } : {}),
        ...(c.uniform ? { draws: np.divide(np.array(c.uniform), twoBest(probabilities)) } : {}),
        ...(c.padding ? { isToken: np.array(c.padding.map((isPadding) => !isPadding)) } : {}),
      };
      const r = route(
        np.array(c.logits),
        {
          ...config,
          renormalize: c.before ? true : 'afterDropping',
          capacity: { rows: c.capacity, priority: c.prioritized ? 'score' : 'position' },
          ...(c.policy === 'sampling' ? { second: { kind: 'sampled' } } : {}),
          ...(c.policy === 'random' ? { second: { kind: 'random', threshold: 0.5 } } : {}),
        },
        inputs,
      );
      await expectNumbers(combined(r), c.combine);
      const first = nn.oneHot(np.where(np.index(r.isServed!, 1, 0), np.index(r.experts, 1, 0), -1), 4);
      expect(await first.toArray()).toEqual(c.first);
    },
  );
});

/** Sum of the two best scores. */
const twoBest = (probabilities: Tensor): Tensor =>
  np.negative(np.sum(np.slice(np.sort(np.negative(probabilities), -1), -1, 0, 2), { axis: -1 }));

it('Switch: every row by itself, the first that come, weighed by probability', async () => {
  const c = oracle.switch;
  const r = route(np.array(c.logits), { ...routerPolicies.switch({ numExperts: 4 }), capacity: { rows: 3 } });
  await expectNumbers(combined(r), c.combine);
  await expectNumbers(routerZLoss(r), c.z);
  await expectNumbers(balanceLoss(r, { choices: 'first' }), c.balance);
});

it('Mixtral: the balance loss over all choices, padding left out', async () => {
  const c = oracle.mixtral;
  const policy = routerPolicies.mixtral({ numExperts: 5 });
  const of = (inputs: RouterInputs): Tensor => np.multiply(balanceLoss(route(np.array(c.logits), policy, inputs)), 2);
  await expectNumbers(of({}), c.balance);
  await expectNumbers(of({ isToken: np.array(c.isToken) }), c.balanceOfTokens);
});

it('DeepSeek: balance of sequences, and of devices', async () => {
  const c = oracle.deepseek;
  const config: RouterConfig = { numExperts: 6, topK: 2, score: 'sigmoid', renormalize: true };
  const r = route(np.array(c.logits), config);
  await expectNumbers(balanceLoss(r, { normalized: true }), c.balance);
  await expectNumbers(balanceLoss(r, { normalized: true, numDevices: c.numDevices }), c.ofDevices);
});

describe('noisy top-k of 2017', () => {
  const policy = routerPolicies.noisyTopK({ numExperts: 5, topK: 2 });
  const c = oracle.noisyTopK;
  const routed = (logits: Tensor, noiseLogits: Tensor) =>
    route(logits, policy, { noiseLogits, draws: np.array(c.draws) });

  it("weighs and loads experts as its authors' code", async () => {
    const r = routed(np.array(c.logits), np.array(c.noiseLogits));
    await expectNumbers(combined(r), c.combine);
    await expectNumbers(expertImportance(r), c.importance);
    await expectNumbers(expertLoad(r), c.load);
    await expectNumbers(importanceLoss(r), c.losses[0], 1e-5);
    await expectNumbers(loadLoss(r), c.losses[1], 1e-5);
  });

  it.each([
    ['importance', importanceLoss, 0],
    ['load', loadLoss, 1],
  ] as const)('has the gradients of the %s loss, in logits and in the scale of noise', async (_, loss, i) => {
    const f = jit(grad((x: Tensor, y: Tensor) => loss(routed(x, y)), { argnums: [0, 1] }));
    const got = f(np.array(c.logits), np.array(c.noiseLogits));
    for (const [k, g] of got.entries()) await expectNumbers(g, c.gradients[i][k], 1e-4);
  });

  it('chooses and loads the fixture as its formula does', async () => {
    const n = np.reshape(np.arange(30, undefined, undefined, 'f32'), [6, 5]);
    // softplus(noiseLogits) = log(1 + exp(cos(1 + n)))
    const r = route(np.multiply(np.sin(np.add(n, 1)), 2), policy, {
      noiseLogits: np.cos(np.add(n, 1)),
      draws: np.sin(np.add(np.multiply(n, 3), 2)),
    });
    const sets = (await np.sort(r.experts, -1).toArray()) as Matrix;
    expect(sets).toEqual([
      [0, 1],
      [1, 2],
      [3, 4],
      [3, 4],
      [0, 1],
      [0, 1],
    ]);
    await expectNumbers(expertLoad(r), [2.933682, 3.561391, 1.435703, 1.628389, 1.930957]);
    await expectNumbers(expertImportance(r), [2.306345, 1.408779, 0.284876, 0.691522, 1.308478]);
    await expectNumbers(loadLoss(r), 0.1259972, 1e-5);
    await expectNumbers(importanceLoss(r), 0.3299106, 1e-5);
  });

  it('has a load that is, on average, the number of tokens every expert gets', async () => {
    const [numTokens, numExperts, numDraws] = [64, 8, 4000];
    const keys = random.splitKeys(random.key(3), 3);
    const logits = random.normal(keys[0], [numTokens, numExperts]);
    const noiseLogits = random.normal(keys[1], [numTokens, numExperts]);
    const both = (key: Tensor): [Tensor, Tensor] => {
      const r = route(logits, routerPolicies.noisyTopK({ numExperts, topK: 2 }), { noiseLogits, key });
      return [expertLoad(r), np.sum(nn.oneHot(r.experts, numExperts), { axis: [0, 1] })];
    };
    const compared = jit(
      (draws: Tensor) => {
        const [expected, counted] = vmap(both)(draws);
        const difference = np.subtract(expected, counted);
        const error = np.divide(np.std(difference, { axis: 0 }), Math.sqrt(numDraws));
        return [np.divide(np.mean(difference, { axis: 0 }), error), error] as const;
      },
      { engine: createEngine('cpu') },
    );
    const [inErrors, error] = compared(random.split(keys[2], numDraws));
    // Tokens of the mean; an estimator that is off by a twentieth of a token would be seen.
    expect(Number(await np.max(error).item())).toBeLessThan(0.05);
    expect(Number(await np.max(np.abs(inErrors)).item())).toBeLessThan(4);
  });

  it('adds no noise without a key, and then counts', async () => {
    const r = route(np.array(c.logits), policy, { noiseLogits: np.array(c.noiseLogits) });
    expect(await r.logits.toArray()).toEqual(await np.array(c.logits).toArray());
    expect(await np.sum(expertLoad(r)).item()).toBe(20);
  });
});

describe('experts that choose', () => {
  const policy = routerPolicies.expertChoice({ numExperts: 4 });

  it('takes the best tokens of every expert', async () => {
    const r = route(sines(8, 4), policy);
    const tokens = await Promise.all(
      [0, 1, 2, 3].map(async (e) => {
        const served = (await np.index(r.isServed!, 1, e).toArray()) as boolean[];
        return served.flatMap((s, t) => (s ? [t] : []));
      }),
    );
    expect(tokens).toEqual([
      [0, 2, 3, 5],
      [0, 3, 5, 6],
      [1, 3, 4, 6],
      [1, 4, 6, 7],
    ]);
    const served = await np.sum(np.astype(r.isServed!, 'i32'), { axis: -1 }).toArray();
    expect(served).toEqual([2, 2, 1, 3, 2, 2, 3, 1]);
    await expectNumbers(combined(r), (await np.where(r.isServed!, r.probabilities, 0).toArray()) as Matrix);
    const { loadVariation, servedBy, capacityUsed } = routingStatistics(r);
    await expectNumbers(loadVariation, 0);
    await expectNumbers(servedBy, [0, 0.25, 0.5, 0.25, 0]);
    await expectNumbers(capacityUsed, 1);
  });

  it('never serves padding', async () => {
    const isToken = np.array([true, true, false, true, false, true, true, true]);
    const r = route(sines(8, 4), policy, { isToken });
    const alone = route(np.take(sines(8, 4), np.array([0, 1, 3, 5, 6, 7], 'i32'), 0), {
      ...policy,
      capacity: { rows: 4 },
    });
    expect(await np.take(combined(r), np.array([0, 1, 3, 5, 6, 7], 'i32'), 0).toArray()).toEqual(
      await combined(alone).toArray(),
    );
    expect(await np.take(combined(r), np.array([2, 4], 'i32'), 0).toArray()).toEqual(Array(2).fill([0, 0, 0, 0]));
  });

  it.each(oracle.expertChoice)('bounds the experts of a token at $most, near the best assignment', async (c) => {
    const [numTokens, numExperts] = [c.logits.length, c.logits[0].length];
    const config = { ...policy, numExperts, topK: c.factor };
    const affinity = (r: ReturnType<typeof route>): Promise<number> => np.sum(r.weights).item() as Promise<number>;
    const free = route(np.array(c.logits), config);
    expect(Math.abs((await affinity(free)) / c.affinity - 1)).toBeLessThan(1e-5);
    const bounded = jit((logits: Tensor) =>
      route(logits, { ...config, perToken: { most: c.most, entropyWeight: 1e-3, sweeps: 20 } }),
    )(np.array(c.logits));
    const served = np.astype(bounded.isServed!, 'i32');
    expect(await np.sum(served, { axis: 0 }).toArray()).toEqual(
      Array(numExperts).fill((numTokens * c.factor) / numExperts),
    );
    expect(Number(await np.max(np.sum(served, { axis: 1 })).item())).toBeLessThanOrEqual(c.most);
    expect((await affinity(bounded)) / c.best).toBeGreaterThan(0.98);
    expect((await affinity(bounded)) / c.best).toBeLessThan(1 + 1e-5);
  });

  it('refuses a bound under which there are too few choices', () => {
    const perToken = { most: 1, entropyWeight: 1e-3, sweeps: 5 };
    expect(() => route(sines(8, 4), { ...policy, perToken })).toThrow(expect.objectContaining({ code: 'nn/routing' }));
  });
});

describe('capacity', () => {
  it.each<[Capacity, number, number]>([
    [{ factor: 1, rounding: 'halfEven' }, 36, 4],
    [{ factor: 1, rounding: 'halfEven' }, 44, 6],
    [{ factor: 1, rounding: 'halfEven' }, 52, 6],
    [{ factor: 1, rounding: 'halfEven' }, 60, 8],
    [{ factor: 2, rounding: 'multipleOfFour' }, 36, 12],
    [{ factor: 1.25, minimum: 4, rounding: 'halfEven' }, 8, 4],
    [{ factor: 2, rounding: 'down' }, 15, 3],
    [{ rows: 64 }, 8, 64],
  ])('%j of %i tokens and eight experts: %i rows', (c, numTokens, rows) => {
    expect(capacityRows(c, numTokens, 8)).toBe(rows);
  });
  it.each<Capacity>([{ rows: 0 }, { rows: 1.5 }, { factor: 0.5, rounding: 'down' }])('refuses %j', (c) => {
    expect(() => capacityRows(c, 8, 8)).toThrow(expect.objectContaining({ code: 'nn/routing' }));
  });

  it('never serves more rows than there are, and no token with a row less than it would have alone', async () => {
    const cases = fc.record({
      numTokens: fc.integer({ min: 1, max: 20 }),
      numExperts: fc.integer({ min: 1, max: 5 }),
      rows: fc.integer({ min: 1, max: 6 }),
      priority: fc.constantFrom('position' as const, 'score' as const),
      seed: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ numTokens, numExperts, rows, priority, seed }) => {
        const topK = Math.min(2, numExperts);
        const config: RouterConfig = {
          numExperts,
          topK,
          score: 'softmax',
          renormalize: true,
          capacity: { rows, priority },
        };
        const [key, drawn] = random.splitKeys(random.key(seed));
        const isToken = random.bernoulli(drawn, 0.7, [2, numTokens]);
        const r = route(random.normal(key, [2, numTokens, numExperts]), config, { isToken });
        const [served, real, at, experts] = await Promise.all([
          r.isServed!.toArray() as Promise<boolean[][][]>,
          isToken.toArray() as Promise<boolean[][]>,
          r.rows!.toArray() as Promise<number[][][]>,
          r.experts.toArray() as Promise<number[][][]>,
        ]);
        for (const [g, group] of served.entries()) {
          const taken = new Set<string>();
          const asked = Array(numExperts).fill(0) as number[];
          for (const [t, slots] of group.entries())
            for (const [k, isServed] of slots.entries()) {
              if (real[g][t]) asked[experts[g][t][k]]++;
              if (!isServed) continue;
              expect(real[g][t]).toBe(true);
              expect(at[g][t][k]).toBeGreaterThanOrEqual(0);
              taken.add(`${experts[g][t][k]}:${at[g][t][k]}`);
            }
          const numServed = group.flat().filter(Boolean).length;
          expect(taken.size).toBe(numServed);
          expect(numServed).toBe(asked.reduce((sum, n) => sum + Math.min(n, rows), 0));
        }
      }),
      { numRuns: 15 },
    );
  });
});

it('statistics say what a routing does', async () => {
  const config: RouterConfig = { numExperts: 4, topK: 2, score: 'softmax', renormalize: true, capacity: { rows: 3 } };
  const s = routingStatistics(route(sines(8, 4), config));
  // Served: 3 by expert 0, 3 by 1, 3 by 2, 3 by 3; four seconds are dropped.
  await expectNumbers(s.load, [0.25, 0.25, 0.25, 0.25]);
  await expectNumbers(s.dropped, 0.25);
  await expectNumbers(s.servedBy, [0, 0.5, 0.5]);
  await expectNumbers(s.capacityUsed, 1);
  await expectNumbers(s.maxViolation, 0);
  const p = (await route(sines(8, 4), config).probabilities.toArray()) as Matrix;
  const entropy = p.map((row) => -row.reduce((sum, v) => sum + v * Math.log(v), 0)).reduce((a, b) => a + b) / 8;
  await expectNumbers(s.entropy, entropy);
  const balanced = routingStatistics(route(np.zeros([8, 4]), { ...config, capacity: undefined }));
  await expectNumbers(balanced.load, [0.5, 0.5, 0, 0]);
  await expectNumbers(balanced.maxViolation, 1);
  await expectNumbers(balanced.entropy, Math.log(4));
});

describe('the bias of DeepSeek-V3', () => {
  it('moves by the rate towards balance, without gradient', async () => {
    const config: RouterConfig = { numExperts: 3, topK: 1, score: 'sigmoid', choiceBias: true, renormalize: true };
    const bias = np.array([0.1, 0, 0]);
    const logits = np.array([
      [2, 0, 1],
      [3, 1, 0],
      [0, 1, 2],
    ]);
    const step = (b: Tensor): Tensor => updateBias(b, route(logits, config, { bias: b }), 0.01);
    await expectNumbers(step(bias), [0.09, 0.01, 0]);
    expect(
      await grad((l: Tensor) => np.sum(updateBias(bias, route(l, config, { bias }), 1)))(logits).toArray(),
    ).toEqual(Array(3).fill([0, 0, 0]));
  });

  it('balances experts of unequal appeal in 500 steps', async () => {
    const [numExperts, numTokens, numSteps] = [16, 2048, 500];
    const config: RouterConfig = { numExperts, topK: 2, score: 'sigmoid', choiceBias: true, renormalize: true };
    const [appeal, data] = random.splitKeys(random.key(0));
    const offset = random.normal(appeal, [numExperts]);
    const step = (b: Tensor, i: Tensor): [Tensor, Tensor] => {
      const logits = np.add(random.normal(random.foldIn(data, i), [numTokens, numExperts]), offset);
      const r = route(logits, config, { bias: b });
      return [updateBias(b, r, 1e-3), routingStatistics(r).maxViolation];
    };
    const run = jit((b: Tensor, steps: Tensor) => scan(step, b, steps)[1], { engine: createEngine('cpu') });
    const violations = (await run(np.zeros([numExperts]), np.arange(numSteps)).toArray()) as number[];
    const [first, last] = [violations[0], violations[numSteps - 1]];
    expect(first).toBeGreaterThan(1);
    expect(last).toBeLessThan(0.2);
  });
});

describe('other keys', () => {
  it('hash: the same expert for the same id, evenly, with weight 1', async () => {
    const ids = np.arange(4096);
    const policy = routerPolicies.hash({ numExperts: 8 });
    const r = route(np.zeros([4096, 8]), policy, { experts: hashedExperts(ids, 8) });
    expect(await np.max(np.abs(np.subtract(r.weights, 1))).item()).toBe(0);
    const { loadVariation } = routingStatistics(r);
    expect(Number(await loadVariation.item())).toBeLessThan(0.1);
    expect(await hashedExperts(np.array([7, 3, 7], 'i32'), 8, 2).toArray()).toEqual(
      await np.take(hashedExperts(np.array([7, 3], 'i32'), 8, 2), np.array([0, 1, 0], 'i32'), 0).toArray(),
    );
  });

  it('sentence: one choice for all tokens of a segment; task: one for the task', async () => {
    const [x, w] = [sines(6, 3), np.transpose(sines(3, 4))];
    const segments = np.array([0, 0, 1, 1, 1, 0], 'i32');
    const means = sentenceMeans(x, segments, 2);
    await expectNumbers(
      np.index(means, 0, 4),
      (await np.mean(np.take(x, np.array([2, 3, 4], 'i32'), 0), { axis: 0 }).toArray()) as number[],
    );
    const { experts } = route(routerLogits(means, w), routerPolicies.mixtral({ numExperts: 4 }));
    const chosen = (await experts.toArray()) as Matrix;
    expect(chosen[1]).toEqual(chosen[0]);
    expect(chosen[3]).toEqual(chosen[2]);
  });

  it('jitter scales by at most epsilon', async () => {
    const ratio = np.divide(jitter(sines(50, 4), random.key(1), 0.01), sines(50, 4));
    expect(Number(await np.max(np.abs(np.subtract(ratio, 1))).item())).toBeLessThanOrEqual(0.01 + 1e-6);
    expect(Number(await np.std(ratio).item())).toBeGreaterThan(0.004);
  });
});

describe('skipping', () => {
  const policy = routerPolicies.binarySkip();
  it('executes all of a token or nothing, with the gradient of the probability', async () => {
    const logits = np.array([
      [1, 0.5],
      [0.2, 0.9],
    ]);
    await expectNumbers(executeGate(route(logits, policy)), [0, 1]);
    const factors = np.array([3, 5]);
    const loss = (gate: (l: Tensor) => Tensor) => grad((l: Tensor) => np.sum(np.multiply(gate(l), factors)))(logits);
    const soft = loss((l) => np.index(nn.softmax(l), 1, 1));
    await expectNumbers(
      loss((l) => executeGate(route(l, policy))),
      (await soft.toArray()) as Matrix,
    );
    await expectNumbers(densityLoss(np.array([1, 0, 0, 0]), 0.5), 0.0625);
  });
  it('samples by probability in training', async () => {
    const logits = np.broadcastTo(np.array([0, Math.log(3)]), [4000, 2]);
    const gate = executeGate(route(logits, policy, { key: random.key(5) }));
    expect(Math.abs(Number(await np.mean(gate).item()) - 0.75)).toBeLessThan(0.03);
  });
});

describe('a router with contradictions', () => {
  const plain: RouterConfig = { numExperts: 4, topK: 2, score: 'softmax', renormalize: true };
  it.each<[string, Partial<RouterConfig>, RouterInputs]>([
    ['a second choice among three', { topK: 3, second: { kind: 'sampled' } }, {}],
    ['a key for nothing', {}, { key: random.key(0) }],
    ['trained noise without its scale', { noise: { kind: 'trained', epsilon: 0.01 } }, { key: random.key(0) }],
    ['noise where experts choose', { chooser: 'experts', noise: { kind: 'gumbel', temperature: 1 } }, {}],
    ['a bound per token where tokens choose', { perToken: { most: 1, entropyWeight: 1e-3, sweeps: 5 } }, {}],
    ["the caller's experts, missing", { chooser: 'caller' }, {}],
    ['experts of no use', {}, { experts: np.zeros([8, 2], 'i32') }],
    ['padding of other tokens', {}, { isToken: np.ones([7], 'bool') }],
  ])('is refused: %s', (_, changes, inputs) => {
    expect(() => route(sines(8, 4), { ...plain, ...changes }, inputs)).toThrow(
      expect.objectContaining({ code: 'nn/routing' }),
    );
  });
});
