import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { grad, nn, np, setDefaultEngine, type Tensor } from '../../src/api/index.ts';
import { product } from '../../src/base/index.ts';
import type { LossSum } from '../../src/models/index.ts';
import {
  type Component,
  gradDrop,
  gradDropped,
  groupAdvantages,
  interlockingGradients,
  meanOf,
  type PolicyOptions,
  type PreferenceOptions,
  policyLoss,
  preferenceLosses,
  softTargetLoss,
  topTargetLoss,
} from '../../src/train/index.ts';

beforeAll(() => {
  setDefaultEngine('reference');
});

/** sin(start + i), as `tests/oracles/trl_losses.py` makes numbers. */
const wave = (start: number, ...shape: number[]): Tensor =>
  np.reshape(np.array(Array.from({ length: product(shape) }, (_, i) => Math.sin(start + i))), shape);
const numbers = async (x: Tensor): Promise<number[]> => (await x.toHost()).toNumbers();
const farthest = (a: readonly number[], b: readonly number[]): number => {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((x, i) => Math.abs(x - b[i])));
};

interface TrlCase {
  readonly loss: number;
  readonly gradient: readonly number[];
}
const trl = JSON.parse(readFileSync(join(import.meta.dirname, '../oracles/trl-losses.json'), 'utf8')) as {
  readonly dpo: readonly (TrlCase & { kind: string; beta: number; smoothing: number })[];
  readonly grpo: readonly (TrlCase & {
    average: string;
    beta: number;
    unbiased: boolean;
    threshold: number | null;
    moved: boolean;
    advantages: readonly number[];
  })[];
};

describe('preferences', () => {
  it.each(trl.dpo)(
    'lose what TRL loses, with its gradients: $kind',
    async ({ kind, beta, smoothing, loss, gradient }) => {
      const mask = np.array([
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 1],
        [0, 0, 1, 1, 0],
      ]);
      const counts = np.concatenate([mask, mask], 0);
      const reference = wave(50, 6);
      const o: PreferenceOptions = {
        beta,
        kind: kind === 'robust' ? 'sigmoid' : (kind as 'sigmoid' | 'hinge' | 'ipo'),
        labelSmoothing: smoothing,
      };
      const own = (logProbs: Tensor): Tensor => {
        const sums = np.sum(np.multiply(logProbs, counts), { axis: -1 });
        const tokens = np.sum(mask, { axis: -1 });
        const half = (x: Tensor, k: number): Tensor => np.slice(x, 0, 3 * k, 3 * k + 3);
        const losses = preferenceLosses(
          {
            chosen: half(sums, 0),
            rejected: half(sums, 1),
            referenceChosen: half(reference, 0),
            referenceRejected: half(reference, 1),
            chosenTokens: tokens,
            rejectedTokens: tokens,
          },
          o,
        );
        return np.mean(losses);
      };
      const logProbs = wave(1, 6, 5);
      expect(Math.abs(Number(await own(logProbs).item()) - loss)).toBeLessThan(1e-5);
      expect(farthest(await numbers(grad(own)(logProbs)), gradient)).toBeLessThan(1e-5);
    },
  );
});

describe('policies', () => {
  const averages = { grpo: 'grpo', bnpo: 'tokens', dapo: 'tokens', dr_grpo: 'constant' } as const;
  it.each(trl.grpo)('lose what TRL loses, with its gradients: $average, beta $beta', async (c) => {
    const minusTwo = (x: Tensor): Tensor => np.subtract(x, 2);
    const logProbs = minusTwo(wave(1, 4, 5));
    const mask = np.array([
      [1, 1, 1, 0, 0],
      [1, 1, 1, 1, 1],
      [1, 0, 0, 0, 0],
      [1, 1, 1, 1, 0],
    ]);
    const advantages = groupAdvantages([1, 0, 0.25, 1], 4);
    expect(farthest(advantages, c.advantages)).toBeLessThan(1e-8);
    const o: PolicyOptions = {
      beta: c.beta,
      epsilonHigh: 0.28,
      average: averages[c.average as keyof typeof averages],
      maxLength: 8,
      unbiasedDivergence: c.unbiased,
      ...(c.threshold === null ? {} : { offPolicyThreshold: c.threshold }),
    };
    const old = c.moved ? np.subtract(logProbs, np.multiply(wave(7, 4, 5), 0.3)) : undefined;
    const own = (x: Tensor): Tensor => {
      const { sum, count } = policyLoss(
        {
          logProbs: x,
          oldLogProbs: old,
          referenceLogProbs: minusTwo(wave(90, 4, 5)),
          advantages: np.array(advantages),
          mask,
        },
        o,
      ).loss;
      return np.divide(sum, count);
    };
    expect(Math.abs(Number(await own(logProbs).item()) - c.loss)).toBeLessThan(1e-5);
    expect(farthest(await numbers(grad(own)(logProbs)), c.gradient)).toBeLessThan(1e-5);
  });

  it('have advantages by group, of the paper and of TRL', () => {
    expect(groupAdvantages([1, 0, 0, 1], 4, { deviation: 'population' })).toEqual([1, -1, -1, 1]);
    expect(farthest(groupAdvantages([1, 0, 0, 1, 2, 2], 2, { scale: 'none' }), [0.5, -0.5, -0.5, 0.5, 0, 0])).toBe(0);
    expect(farthest(groupAdvantages([1, 0, 0, 1], 4), [0.865875, -0.865875, -0.865875, 0.865875])).toBeLessThan(1e-6);
    expect(groupAdvantages([3, 3], 2, { deviation: 'population' })).toEqual([0, 0]);
    expect(() => groupAdvantages([1, 2, 3], 2)).toThrow(/rewards come in groups/);
  });

  it('count the divergence so that it is never negative', async () => {
    const one = np.ones([1, 1]);
    const { metrics } = policyLoss(
      { logProbs: np.zeros([1, 1]), referenceLogProbs: np.full([1, 1], 0.1), advantages: np.zeros([1]), mask: one },
      { beta: 1 },
    );
    expect(Number(await metrics.divergence.sum.item())).toBeCloseTo(0.005170918, 6);
  });
});

describe('distillation', () => {
  const ones = np.ones([2, 3]);
  const sumOf = (pair: LossSum): Tensor => pair.sum;
  it('has the gradients of its formula, and none for the teacher', async () => {
    const [student, teacher] = [wave(1, 2, 3, 7), wave(40, 2, 3, 7)];
    for (const t of [1, 4]) {
      const slopes = await numbers(grad((z: Tensor) => sumOf(softTargetLoss(z, teacher, ones, t)))(student));
      const warm = (z: Tensor): Tensor => nn.softmax(np.divide(z, t));
      const expected = await numbers(np.multiply(np.subtract(warm(student), warm(teacher)), t));
      expect(farthest(slopes, expected)).toBeLessThan(1e-5);
    }
    const ofTeacher = await numbers(grad((z: Tensor) => sumOf(softTargetLoss(student, z, ones, 2)))(teacher));
    expect(ofTeacher.every((x) => x === 0)).toBe(true);
    expect(Number(await sumOf(softTargetLoss(teacher, teacher, ones, 3)).item())).toBeCloseTo(0, 5);
    // Hot, it compares logits: T² KL tends to the squares of their differences, centred, over twice their number.
    const hot = await numbers(grad((z: Tensor) => sumOf(softTargetLoss(z, teacher, ones, 100)))(student));
    const difference = np.subtract(student, teacher);
    const centred = np.subtract(difference, np.mean(difference, { axis: -1, keepdims: true }));
    const limit = await numbers(np.divide(centred, 7));
    expect(farthest(hot, limit) / Math.max(...limit.map(Math.abs))).toBeLessThan(0.02);
  });
  it('of the k likeliest tokens is that of all where k is all', async () => {
    const [student, teacher] = [wave(1, 2, 3, 7), wave(40, 2, 3, 7)];
    const ids = np.broadcastTo(np.array([6, 5, 4, 3, 2, 1, 0], 'i32'), [2, 3, 7]);
    const said = np.takeAlongAxis(teacher, ids, -1);
    const some = Number(await sumOf(topTargetLoss(student, ids, said, ones)).item());
    const entropy = np.negative(np.sum(np.multiply(nn.softmax(teacher), nn.logSoftmax(teacher))));
    const all = Number(await np.add(sumOf(softTargetLoss(student, teacher, ones)), entropy).item());
    expect(Math.abs(some - all)).toBeLessThan(1e-4);
    expect(Number(await meanOf({ sum: np.ones([]), count: np.zeros([]) }).item())).toBe(1);
  });
});

describe('GradDrop', () => {
  const x = np.array([
    [1, -1],
    [2, 0.5],
  ]);
  const g1 = [0.3, -0.2, 0.1, 0.4];
  const g2 = [-0.1, -0.3, 0.2, -0.5];
  const grid = (g: readonly number[]): Tensor => np.reshape(np.array([...g]), [2, 2]);
  const drop = (u: number, o = {}): Promise<number[]> =>
    numbers(gradDrop(x, [grid(g1), grid(g2)], np.full([2], u, 'f32'), { keepNorm: false, ...o }));
  it('keeps one sign by chance where losses disagree', async () => {
    const sum = g1.map((a, i) => a + g2[i]);
    // At the second place P is 3/4: below, the first loss passes, above, the second.
    expect(farthest(await drop(0.5), [sum[0], g1[1], sum[2], g1[3]])).toBeLessThan(1e-6);
    expect(farthest(await drop(0.9), [sum[0], g2[1], sum[2], g2[3]])).toBeLessThan(1e-6);
    expect(farthest(await drop(0.9, { leaks: [1, 1] }), sum)).toBeLessThan(1e-6);
    const norm = (v: readonly number[]): number => Math.hypot(...v);
    expect(norm(await drop(0.5, { keepNorm: true }))).toBeCloseTo(norm(sum), 5);
    expect(() => gradDrop(x, [x], x, { leaks: [] })).toThrow(/not a leak for every loss/);
  });
  it('gives the trunk what is left, which is its gradient where losses agree', async () => {
    const trunk = (p: Tensor): Tensor => np.multiply(x, p);
    const losses = [(h: Tensor) => np.sum(np.square(h)), (h: Tensor) => np.multiply(np.sum(np.square(h)), 2)];
    const p = np.array([0.5, 2]);
    const { gradient } = gradDropped(trunk, losses, p, np.full([2], 0.5, 'f32'), { keepNorm: false });
    const plain = grad((q: Tensor) => np.multiply(np.sum(np.square(trunk(q))), 3))(p);
    expect(farthest(await numbers(gradient), await numbers(plain))).toBeLessThan(1e-5);
  });
});

describe('interlocking backpropagation', () => {
  type P = { readonly w: Tensor };
  const components: Component<P, P>[] = [0, 1, 2].map(() => ({
    net: (p, x) => np.tanh(np.matmul(x, p.w)),
    local: (h, x) => np.sum(np.square(np.subtract(np.matmul(x, h.w), 1))),
  }));
  const params = {
    nets: [1, 2, 3].map((s) => ({ w: wave(s, 3, 3) })),
    heads: [4, 5, 6].map((s) => ({ w: wave(s, 3, 2) })),
  };
  const x = wave(20, 2, 3);
  const lossAt = (nets: readonly P[], k: number): Tensor => {
    const out = nets.slice(0, k + 1).reduce((h, p, i) => components[i].net(p, h), x);
    return components[k].local(params.heads[k], out);
  };
  /** The gradient of loss `k` for component `i`. */
  const expected = async (i: number, k: number): Promise<number[]> =>
    numbers(
      grad((w: Tensor) =>
        lossAt(
          params.nets.map((p, j) => (j === i ? { w } : p)),
          k,
        ),
      )(params.nets[i].w),
    );

  it.each([1, 2, 3])('with n = %i follows the farthest loss that it hears of: its own, or the network’s', async (n) => {
    const { nets, heads, losses } = interlockingGradients(components, params, x, n);
    for (const [i, { w }] of nets.entries())
      expect(farthest(await numbers(w), await expected(i, Math.min(2, i + n - 1)))).toBeLessThan(1e-5);
    for (const [k, { w }] of heads.entries()) {
      const out = params.nets.slice(0, k + 1).reduce((h, p, i) => components[i].net(p, h), x);
      const own = grad((q: Tensor) => components[k].local({ w: q }, out))(params.heads[k].w);
      expect(farthest(await numbers(w), await numbers(own))).toBeLessThan(1e-5);
      expect(Number(await losses[k].item())).toBeCloseTo(Number(await lossAt(params.nets, k).item()), 5);
    }
  });
  it('refuses other numbers', () => {
    for (const n of [0, 4, 1.5]) expect(() => interlockingGradients(components, params, x, n)).toThrow(/1 to 3/);
  });
});
