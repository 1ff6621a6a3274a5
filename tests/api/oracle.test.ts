import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type DType,
  grad,
  HostArray,
  hostTensor,
  jvp,
  np,
  setDefaultEngine,
  type Tensor,
  vmap,
} from '../../src/index.ts';
import { oracleFunctions } from './oracle-functions.ts';

setDefaultEngine('reference');

/* Values, gradients, vmapped values and Hessian-vector products as JAX computes them (tests/oracles/api.py). */

interface Plain {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean | string)[];
}
interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly kind: 'v' | 'g' | 'b' | 'h';
  readonly results: readonly Plain[];
}
const file = JSON.parse(readFileSync(new URL('../oracles/api.json', import.meta.url), 'utf8')) as {
  readonly inputs: Readonly<Record<string, Plain>>;
  readonly cases: readonly Case[];
};
const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };
const numberOf = (v: number | boolean | string): number => (typeof v === 'string' ? special[v] : Number(v));
const inputs = Object.fromEntries(
  Object.entries(file.inputs).map(([name, p]) => [
    name,
    hostTensor(HostArray.from(p.dtype, [...p.shape], p.data.map(numberOf))),
  ]),
);
const isFloatTensor = (t: Tensor): boolean => t.dtype === 'f32';
const wave = (t: Tensor, by: number): Tensor =>
  hostTensor(
    HostArray.from(
      'f32',
      [...t.shape],
      Array.from({ length: t.size }, (_, i) => Math.cos(i + by)),
    ),
  );

/**
 * f32: relative to 1 + |expected|, per kind, since derivatives lose digits (all cases are in f32). i32 and bool: equal. Random bits are
 * compared one by one in random.test.ts.
 */
const tolerance = { v: 1e-5, g: 5e-5, b: 1e-5, h: 5e-4 } as const;

async function compute(c: Case): Promise<readonly Tensor[]> {
  const f = oracleFunctions[c.name];
  const args = c.args.map((a) => inputs[a]);
  if (c.kind === 'v') return [f(...args)];
  if (c.kind === 'b') return [vmap(f)(...args.map((t) => np.stack([t, isFloatTensor(t) ? np.multiply(t, 0.9) : t])))];
  const floats = args.flatMap((t, i) => (isFloatTensor(t) ? [i] : []));
  const loss = (...values: Tensor[]): Tensor => {
    const out = f(...values);
    return np.sum(np.multiply(out, wave(out, 0)));
  };
  const gradient = (...values: Tensor[]): Tensor[] => {
    const all = [...args];
    floats.forEach((i, k) => {
      all[i] = values[k];
    });
    return grad(loss, { argnums: floats })(...all) as unknown as Tensor[];
  };
  const primal = floats.map((i) => args[i]);
  return c.kind === 'g'
    ? gradient(...primal)
    : jvp(
        gradient,
        primal,
        primal.map((t) => wave(t, 1)),
      )[1];
}

describe('JAX agrees', () => {
  it('on enough cases of every kind', () => {
    const words = { v: 'values', g: 'gradients', b: 'vmapped values', h: 'Hessian-vector products' } as const;
    const counts = Object.entries(words).map(([kind, word]) => ({
      word,
      n: file.cases.filter((c) => c.kind === kind).length,
    }));
    const names = new Set(file.cases.map((c) => c.name)).size;
    console.info(
      `JAX oracle: ${file.cases.length} cases of ${names} functions: ${counts.map((c) => `${c.n} ${c.word}`).join(', ')}`,
    );
    expect(file.cases.length).toBeGreaterThanOrEqual(800);
    for (const c of counts) expect(c.n, c.word).toBeGreaterThanOrEqual(80);
  });
  for (const c of file.cases)
    it(`${c.name} (${c.kind})`, async () => {
      const results = await compute(c);
      expect(results.length).toBe(c.results.length);
      for (const [k, expected] of c.results.entries()) {
        expect(`${results[k].dtype}[${results[k].shape}]`).toBe(`${expected.dtype}[${expected.shape}]`);
        const given = [...((await results[k].data()) as Float32Array)].map(Number);
        expected.data.map(numberOf).forEach((e, i) => {
          const close =
            given[i] === e ||
            (Number.isNaN(e) && Number.isNaN(given[i])) ||
            (expected.dtype === 'f32' && Math.abs(given[i] - e) <= tolerance[c.kind] * (1 + Math.abs(e)));
          expect(close, `result ${k} element ${i}: ${given[i]}, JAX ${e}`).toBe(true);
        });
      }
    });
});
