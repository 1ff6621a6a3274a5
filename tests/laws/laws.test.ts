import { describe, expect, it } from 'vitest';
import { HostArray, isComplex, isInexact, range } from '../../src/base/index.ts';
import { type Func, isAbsent, type OpDefinition } from '../../src/ir/index.ts';
import { importedOps, opDefinitions, registry } from '../../src/ops/index.ts';
import { batchFunc, jvpFunc, vjpFunc } from '../../src/transform/index.ts';
import { type AnySample, distance, epsilon, numbers, random, run, sampleInputs, sampleModule } from './samples.ts';
import { checkSharding } from './sharding-law.ts';

/*
 * Laws every op inherits from its samples: it evaluates to its inferred types; its linearization agrees with finite
 * differences; its transpose agrees with its linearization; its batching agrees with a loop; splitting along any factor that
 * its sharding rule allows and joining again agrees with the whole.
 */

const definitions = Object.values({ ...opDefinitions, ...importedOps }) as readonly OpDefinition[];
const devicesOf = (s: AnySample): number => s.numDevices ?? 1;
const inputsOf = (s: AnySample): HostArray[][] => range(devicesOf(s)).map((d) => sampleInputs(s, d + 1));

function randomLike(a: HostArray, seed: number): HostArray {
  const next = random(seed);
  const complex = isComplex(a.dtype);
  return HostArray.from(
    a.dtype,
    a.shape,
    range(a.size).map(() => (complex ? [next() - 0.5, next() - 0.5] : next() - 0.5)),
  );
}

/** `x + by · w` in double precision; complex numbers move in both parts. */
function shifted(x: HostArray, w: HostArray, by: number): HostArray {
  const [p, q] = [numbers(x), numbers(w)];
  const moved = p.map((v, e) => v + by * q[e]);
  if (!isComplex(x.dtype)) return HostArray.from('f64', x.shape, moved);
  return HostArray.from(
    'c128',
    x.shape,
    range(x.size).map((e) => [moved[2 * e], moved[2 * e + 1]] as const),
  );
}
const isDouble = (d: HostArray['dtype']): boolean => d === 'f64' || d === 'c128';

/** Σ Re(x · y), without conjugation: the pairing of tangents and cotangents. */
const inner = (xs: readonly HostArray[], ys: readonly HostArray[]): number =>
  xs.reduce((sum, x, i) => {
    const [p, q] = [numbers(x), numbers(ys[i])];
    const sign = (k: number): number => (isComplex(x.dtype) && k % 2 === 1 ? -1 : 1);
    return p.reduce((t, v, k) => t + sign(k) * v * q[k], sum);
  }, 0);

function forEverySample(law: (definition: OpDefinition, sample: AnySample, name: string) => void): void {
  for (const d of definitions) for (const s of d.samples) law(d, s, `${d.name}: ${s.name}`);
}

describe('evaluation', () => {
  it('every op that computes has a sample', () => {
    const own = (d: OpDefinition): boolean =>
      d.name in opDefinitions || (isAbsent(d.evaluate) && !isAbsent(d.decompose));
    const without = definitions.filter((d) => own(d) && d.samples.length === 0).map((d) => d.name);
    const structural = [
      'espalier.custom_vjp',
      'espalier.custom_vjp_linear',
      'func.call',
      'func.return',
      'stablehlo.after_all',
      'stablehlo.create_token',
    ];
    expect(without.sort()).toEqual([
      'chlo.constant',
      ...structural,
      'stablehlo.get_tuple_element',
      'stablehlo.return',
      'stablehlo.tuple',
    ]);
  });
  forEverySample((d, s, name) => {
    if (isAbsent(d.evaluate) && isAbsent(d.decompose)) return;
    it(name, () => {
      const { func } = sampleModule(d, s);
      run(func, inputsOf(s));
    });
  });
});

/** The function of a sample with the inexact operands active; undefined when nothing differentiable happens. */
function differentiable(d: OpDefinition, s: AnySample): { func: Func; active: boolean[] } | undefined {
  if (isAbsent(d.linearize)) return undefined;
  const { func } = sampleModule(d, s);
  const active = func.args.map((a, i) => isInexact(a.dtype) && s.operands[i].constant !== true);
  if (!active.some(Boolean) || !func.results.some((r) => isInexact(r.dtype))) return undefined;
  return { func, active };
}

const onlyActive = <T>(xs: readonly T[], active: readonly boolean[]): T[] => xs.filter((_, i) => active[i]);

describe('linearization agrees with finite differences', () => {
  forEverySample((d, s, name) => {
    if (s.operands.some((o) => isInexact(o.dtype) && !isDouble(o.dtype))) return;
    const setup = differentiable(d, s);
    if (!setup) return;
    it(name, () => {
      const { func, active } = setup;
      const inputs = inputsOf(s);
      const finite = inputs.map((own) => own.map((x) => (numbers(x).every(Number.isFinite) ? x : undefined)));
      const tangents = inputs.map((own, k) =>
        own.map((x, i) => (finite[k][i] ? randomLike(x, 100 * k + i + 1) : HostArray.zeros(x.dtype, x.shape))),
      );
      const n = func.results.length;
      const jvp = run(
        jvpFunc(func, active, registry),
        inputs.map((own, k) => [...own, ...onlyActive(tangents[k], active)]),
      );
      const h = 1e-6;
      const moved = (by: number): HostArray[][] =>
        run(
          func,
          inputs.map((own, k) => own.map((x, i) => (active[i] && finite[k][i] ? shifted(x, tangents[k][i], by) : x))),
        );
      const [plus, minus] = [moved(h), moved(-h)];
      const inexact = range(n).filter((r) => isInexact(func.results[r].dtype));
      jvp.forEach((own, k) => {
        inexact.forEach((r, t) => {
          const [up, down] = [numbers(plus[k][r]), numbers(minus[k][r])];
          const slope = up.map((v, e) => (v - down[e]) / (2 * h));
          const limit = s.tolerance?.relative ?? (isDouble(func.results[r].dtype) ? 1e-6 : 0.2);
          expect(distance(numbers(own[n + t]), slope)).toBeLessThan(limit);
        });
      });
    });
  });
});

describe('transpose agrees with linearization', () => {
  forEverySample((d, s, name) => {
    if (d.name === 'stablehlo.while') return;
    const setup = differentiable(d, s);
    if (!setup) return;
    if (d.name === 'stablehlo.collective_broadcast') return;
    it(name, () => {
      const { func, active } = setup;
      const inputs = inputsOf(s);
      const n = func.results.length;
      const inexact = range(n).filter((r) => isInexact(func.results[r].dtype));
      const tangents = inputs.map((own, k) => onlyActive(own, active).map((x, i) => randomLike(x, 100 * k + i + 1)));
      const jvp = run(
        jvpFunc(func, active, registry),
        inputs.map((own, k) => [...own, ...tangents[k]]),
      );
      const cotangents = jvp.map((own, k) => inexact.map((r) => randomLike(own[r], 1000 * k + r + 7)));
      const vjp = run(
        vjpFunc(func, active, registry),
        inputs.map((own, k) => [...own, ...cotangents[k]]),
      );
      let left = 0;
      let right = 0;
      let size = 1e-2;
      jvp.forEach((own, k) => {
        const part = inner(own.slice(n), cotangents[k]);
        left += part;
        size += Math.abs(part);
        right += inner(vjp[k].slice(n), tangents[k]);
      });
      const eps = Math.max(...inputs[0].map((x) => epsilon(x.dtype)), ...jvp[0].map((x) => epsilon(x.dtype)));
      if (Number.isNaN(left)) return;
      expect(Math.abs(left - right) / size).toBeLessThan(Math.max(1e-9, 8 * eps, s.tolerance?.relative ?? 0));
    });
  });
});

describe('second derivatives agree with finite differences of the first', () => {
  forEverySample((d, s, name) => {
    if (s.operands.some((o) => isInexact(o.dtype) && !isDouble(o.dtype))) return;
    const setup = differentiable(d, s);
    if (!setup) return;
    /** The first derivative along fixed tangents: `(inputs, tangents) → (results, their tangents)`. */
    const first = (): { func: Func; active: boolean[]; inputs: HostArray[][]; direction: HostArray[][] } => {
      const { func, active } = setup;
      const inputs = inputsOf(s);
      const randomized = (seed: number): HostArray[][] =>
        inputs.map((own, k) =>
          onlyActive(own, active).map((x, i) =>
            numbers(x).every(Number.isFinite) ? randomLike(x, seed + 100 * k + i) : HostArray.zeros(x.dtype, x.shape),
          ),
        );
      const [v, w] = [randomized(1), randomized(31)];
      return {
        func: jvpFunc(func, active, registry),
        active: [...active, ...v[0].map(() => false)],
        inputs: inputs.map((own, k) => [...own, ...v[k]]),
        direction: w,
      };
    };
    it(`${name} (forward over forward)`, () => {
      const { func, active, inputs, direction } = first();
      const n = func.results.length;
      const second = run(
        jvpFunc(func, active, registry),
        inputs.map((own, k) => [...own, ...direction[k]]),
      );
      const h = 1e-6;
      const moved = (by: number): HostArray[][] =>
        run(
          func,
          inputs.map((own, k) => {
            let next = 0;
            return own.map((x, i) => {
              if (!active[i]) return x;
              const w = direction[k][next++];
              return numbers(x).every(Number.isFinite) ? shifted(x, w, by) : x;
            });
          }),
        );
      const [plus, minus] = [moved(h), moved(-h)];
      const inexact = range(n).filter((r) => isInexact(func.results[r].dtype));
      second.forEach((own, k) => {
        inexact.forEach((r, t) => {
          const [up, down] = [numbers(plus[k][r]), numbers(minus[k][r])];
          const slope = up.map((v, e) => (v - down[e]) / (2 * h));
          const limit = s.tolerance?.relative ?? (isDouble(func.results[r].dtype) ? 1e-6 : 0.2);
          expect(distance(numbers(own[n + t]), slope)).toBeLessThan(limit);
        });
      });
    });
    if (d.name === 'stablehlo.while' || d.name === 'stablehlo.collective_broadcast') return;
    it(`${name} (reverse over forward)`, () => {
      const { func, active, inputs, direction } = first();
      const n = func.results.length;
      const inexact = range(n).filter((r) => isInexact(func.results[r].dtype));
      const second = run(
        jvpFunc(func, active, registry),
        inputs.map((own, k) => [...own, ...direction[k]]),
      );
      const cotangents = second.map((own, k) => inexact.map((r) => randomLike(own[r], 1000 * k + r + 7)));
      const back = run(
        vjpFunc(func, active, registry),
        inputs.map((own, k) => [...own, ...cotangents[k]]),
      );
      let [left, right, size] = [0, 0, 1e-2];
      second.forEach((own, k) => {
        const part = inner(own.slice(n), cotangents[k]);
        left += part;
        size += Math.abs(part);
        right += inner(back[k].slice(n), direction[k]);
      });
      if (Number.isNaN(left)) return;
      expect(Math.abs(left - right) / size).toBeLessThan(Math.max(1e-9, s.tolerance?.relative ?? 0));
    });
  });
});

describe('batching agrees with a loop', () => {
  forEverySample((d, s, name) => {
    if (isAbsent(d.batch) || s.operands.length === 0) return;
    const subsets = [
      s.operands.map((o) => o.constant !== true),
      ...s.operands.map((_, i) => s.operands.map((__, k) => k === i)),
    ];
    const distinct = subsets.filter((_x, i) => i === 0 || s.operands.length > 1);
    for (const flags of distinct) {
      const which = flags.every(Boolean) ? 'all' : `operand ${flags.indexOf(true)}`;
      it(`${name} (${which})`, (context) => {
        const { func } = sampleModule(d, s);
        const size = 2;
        const lanes = range(size).map((lane) =>
          inputsOf(s).map((own, device) => {
            const other = sampleInputs(s, 50 + 10 * device + lane);
            return own.map((x, i) => {
              if (!flags[i] || lane === 0) return x;
              return s.operands[i].values && !isInexact(x.dtype) ? rotated(x) : other[i];
            });
          }),
        );
        const stacked = lanes[0].map((own, device) =>
          own.map((x, i) => (flags[i] ? stack(lanes.map((l) => l[device][i])) : x)),
        );
        let batched: Func;
        try {
          batched = batchFunc(func, flags, size, registry);
        } catch (error) {
          if ((error as { code?: string }).code !== 'ops/not-batchable') throw error;
          context.skip();
          return;
        }
        const whole = run(batched, stacked);
        lanes.forEach((inputs, lane) => {
          const one = run(func, inputs);
          one.forEach((own, device) => {
            own.forEach((r, k) => {
              const part = lanePart(whole[device][k], lane, size);
              expect(part.shape).toEqual(r.shape);
              expect(distance(numbers(part), numbers(r))).toBeLessThanOrEqual(4 * epsilon(r.dtype));
            });
          });
        });
      });
    }
  });
});

/** The same values in another order: valid wherever the first order was. */
function rotated(x: HostArray): HostArray {
  const all = range(x.size).map((i) => x.get(i));
  if (x.size === 1 && x.dtype === 'bool') return HostArray.from(x.dtype, x.shape, [!all[0]]);
  if (x.size === 1) return HostArray.from(x.dtype, x.shape, [Number(all[0]) === 0 ? 1 : 0]);
  return HostArray.from(x.dtype, x.shape, [...all.slice(1), all[0]]);
}
function stack(xs: readonly HostArray[]): HostArray {
  const values = xs.flatMap((x) => range(x.size).map((i) => x.get(i)));
  return HostArray.from(xs[0].dtype, [xs.length, ...xs[0].shape], values);
}
function lanePart(x: HostArray, lane: number, n: number): HostArray {
  const size = x.size / n;
  return HostArray.from(
    x.dtype,
    x.shape.slice(1),
    range(size).map((i) => x.get(lane * size + i)),
  );
}

describe('split, run, join agrees with the whole', () => {
  forEverySample((d, s, name) => {
    if (devicesOf(s) > 1) return;
    const { op } = sampleModule(d, s);
    const rule = d.sharding(op, {});
    if ('noRule' in rule) return;
    rule.factorSizes.forEach((size, factor) => {
      if (size > 1) checkSharding(d, s, op, rule, factor, (what, test) => it(`${name}, ${what}`, test));
    });
  });
});
