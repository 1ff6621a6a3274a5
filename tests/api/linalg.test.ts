import { afterAll, describe, expect, it } from 'vitest';
import { grad, HostArray, hostTensor, jit, lax, np, setDefaultEngine, type Tensor, vmap } from '../../src/index.ts';

/* Decompositions on random and on awkward matrices: what defines them holds. f64, so that tolerances are tight. */

const eps = 1e-10;
afterAll(() => setDefaultEngine('reference'));

/** Deterministic numbers in [-1, 1). */
function randomMatrix(seed: number, ...shape: number[]): Tensor {
  let s = (seed * 2654435761) >>> 0;
  const next = (): number => {
    s = (Math.imul(s ^ (s >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (s / 2 ** 32) * 2 - 1;
  };
  const n = shape.reduce((a, b) => a * b, 1);
  return hostTensor(HostArray.from('f64', shape, Array.from({ length: n }, next)));
}
const t = np.matrixTranspose;
const largest = (x: Tensor): Tensor => np.max(np.abs(x));
const identity = (n: number): Tensor => np.eye(n, n, 0, 'f64');
const number = async (x: Tensor): Promise<number> => Number(await x.item());

async function checkSvd(a: Tensor): Promise<void> {
  const errors = jit((m: Tensor) => {
    const [u, s, vh] = np.linalg.svd(m);
    const k = s.shape[s.ndim - 1];
    const thin = np.multiply(np.slice(u, -1, 0, k), np.expandDims(s, -2));
    const size = np.add(1, largest(m));
    return [
      np.divide(largest(np.subtract(np.matmul(thin, np.slice(vh, -2, 0, k)), m)), size),
      largest(np.subtract(np.matmul(t(u), u), identity(u.shape[u.ndim - 1]))),
      largest(np.subtract(np.matmul(vh, t(vh)), identity(vh.shape[vh.ndim - 1]))),
      np.max(np.maximum(0, np.diff(s, 1, -1))),
      np.maximum(0, np.negative(np.min(s))),
    ];
  })(a);
  for (const e of errors) expect(await number(e)).toBeLessThan(eps);
}
async function checkEigh(a: Tensor): Promise<void> {
  const errors = jit((m: Tensor) => {
    const symmetric = np.add(m, t(m));
    const [w, v] = np.linalg.eigh(symmetric);
    const size = np.add(1, largest(m));
    return [
      np.divide(largest(np.subtract(np.matmul(symmetric, v), np.multiply(v, np.expandDims(w, -2)))), size),
      largest(np.subtract(np.matmul(t(v), v), identity(m.shape[m.ndim - 1]))),
      np.max(np.maximum(0, np.negative(np.diff(w, 1, -1)))),
    ];
  })(a);
  for (const e of errors) expect(await number(e)).toBeLessThan(eps);
}

const zeros = (m: number, n: number): Tensor => np.zeros([m, n], 'f64');
const awkward: Readonly<Record<string, () => Tensor>> = {
  'a zero matrix': () => zeros(4, 4),
  'the identity, all values equal': () => identity(5),
  'rank one': () => np.outer(randomMatrix(3, 5), randomMatrix(4, 5)),
  'a repeated column': () => np.concatenate([randomMatrix(5, 4, 2), randomMatrix(5, 4, 2)], 1),
  'tiny numbers': () => np.multiply(randomMatrix(6, 4, 4), 1e-120),
  'huge numbers': () => np.multiply(randomMatrix(7, 4, 4), 1e120),
  'columns of very different sizes': () => np.multiply(randomMatrix(8, 4, 4), np.array([1e-8, 1, 1e8, 1e-3], 'f64')),
  'small beside large matrices': () =>
    np.multiply(randomMatrix(9, 3, 4, 4), np.array([[[1e-9]], [[1]], [[1e9]]], 'f64')),
  'one element': () => randomMatrix(10, 1, 1),
};

for (const engine of ['reference', 'cpu']) {
  describe(`decompositions on ${engine}`, () => {
    const sizes = [[1, 1], [2, 2], [3, 3], [5, 5], [4, 2], [2, 5], [7, 6], ...(engine === 'cpu' ? [[40, 40]] : [])];
    for (const [m, n] of sizes)
      it(`${m} × ${n}`, async () => {
        setDefaultEngine(engine);
        await checkSvd(randomMatrix(m * 10 + n, 2, m, n));
        if (m === n) await checkEigh(randomMatrix(m, 2, n, n));
      });
    for (const [name, make] of Object.entries(awkward))
      it(name, async () => {
        setDefaultEngine(engine);
        const a = make();
        await checkSvd(a);
        await checkEigh(a);
      });
  });
}

describe('linear algebra', () => {
  it('ends on NaN', async () => {
    setDefaultEngine('reference');
    const a = np.multiply(np.ones([3, 3]), Number.NaN);
    for (const f of [np.linalg.svdvals, np.linalg.eigvalsh, (x: Tensor) => np.real(np.linalg.eigvals(x))])
      expect(Number.isNaN(await number(np.max(jit(f)(a))))).toBe(true);
  });
  it('general eigenvalues and vectors, in batches and with equal values', async () => {
    for (const a of [randomMatrix(1, 2, 5, 5), np.stack([identity(5), randomMatrix(2, 5, 5)])]) {
      const [error] = jit((m: Tensor) => {
        const [w, v] = np.linalg.eig(m);
        const left = np.matmul(lax.convertElementType(m, 'c128'), v);
        return [largest(lax.abs(lax.sub(left, np.multiply(v, np.expandDims(w, -2)))))];
      })(a);
      expect(await number(error)).toBeLessThan(1e-8);
    }
  });
  it('Hermitian matrices', async () => {
    const [error, orthogonality] = jit((x: Tensor, y: Tensor) => {
      const a = lax.complex(np.add(x, t(x)), np.subtract(y, t(y)));
      const [w, v] = np.linalg.eigh(a);
      const scaled = np.multiply(v, np.expandDims(w, -2));
      const product = np.matmul(lax.conj(t(v)), v);
      return [largest(lax.abs(lax.sub(np.matmul(a, v), scaled))), largest(np.subtract(np.real(product), identity(5)))];
    })(randomMatrix(1, 5, 5), randomMatrix(2, 5, 5));
    expect(await number(error)).toBeLessThan(1e-8);
    expect(await number(orthogonality)).toBeLessThan(1e-8);
  });
  it('vmap agrees with batches', async () => {
    const a = randomMatrix(4, 3, 4, 3);
    const [x, y] = jit((m: Tensor) => [np.linalg.svdvals(m), vmap(np.linalg.svdvals)(m)])(a);
    expect(await number(largest(np.subtract(x, y)))).toBeLessThan(eps);
  });
  it('derivatives of what singular vectors span agree with finite differences', async () => {
    const direction = randomMatrix(6, 4, 3);
    const loss = (a: Tensor): Tensor => {
      const [u, s, vh] = np.linalg.svd(a);
      return np.add(
        np.sum(np.power(np.abs(np.matmul(u, np.matmul(t(u), a))), 3)),
        np.sum(np.multiply(np.square(vh), np.expandDims(s, -1))),
      );
    };
    const a = randomMatrix(5, 4, 3);
    const h = 1e-6;
    const at = async (by: number): Promise<number> => number(jit(loss)(np.add(a, np.multiply(direction, by))));
    const slope = ((await at(h)) - (await at(-h))) / (2 * h);
    expect(await number(np.vdot(grad(loss)(a), direction))).toBeCloseTo(slope, 5);
  });
});
