import { describe, expect, it } from 'vitest';
import {
  createEngine,
  foriLoop,
  grad,
  HostArray,
  hostTensor,
  jacfwd,
  jacrev,
  jit,
  lax,
  Mesh,
  nn,
  np,
  P,
  random,
  scan,
  type Tensor,
  tree,
  vmap,
  whileLoop,
} from '../../src/index.ts';

/*
 * Nothing: tensors without elements, loops without steps, batches of none, sums over no terms. What JAX gives, on every engine, whole
 * and cut over devices.
 */
const z = (dtype: 'f32' | 'i32', shape: number[]): Tensor => hostTensor(HostArray.zeros(dtype, shape));
const c = hostTensor(HostArray.from('f32', [], [5]));
const v2 = hostTensor(HostArray.from('f32', [2], [1, 2]));

interface Case {
  readonly args: readonly Tensor[];
  // biome-ignore lint/suspicious/noExplicitAny: each case takes its own arguments
  readonly run: (...args: any[]) => unknown;
  /** Types, shapes and elements of the results. */
  readonly expected: string;
}
const cases: Readonly<Record<string, Case>> = {
  sum: {
    args: [z('f32', [0, 3])],
    run: (x) => [np.sum(x), np.sum(x, { axis: 0 }), np.sum(x, { axis: 1 })],
    expected: 'f32[]=0 f32[3]=0,0,0 f32[0]',
  },
  mean: { args: [z('f32', [0, 3])], run: (x) => [np.mean(x), np.mean(x, { axis: 1 })], expected: 'f32[]=NaN f32[0]' },
  prod: { args: [z('i32', [0, 3])], run: (x) => [np.prod(x, { axis: 0 })], expected: 'i32[3]=1,1,1' },
  cumsum: { args: [z('f32', [0, 3])], run: (x) => [np.cumsum(x, 0), np.cumsum(x, 1)], expected: 'f32[0,3] f32[0,3]' },
  sort: {
    args: [z('f32', [0, 3])],
    run: (x) => [np.sort(x, 0), np.argsort(x, 1), np.argsort(x, 0)],
    expected: 'f32[0,3] i32[0,3] i32[0,3]',
  },
  matmul: {
    args: [z('f32', [2, 0]), z('f32', [0, 3])],
    run: (x, y) => [np.matmul(x, y)],
    expected: 'f32[2,3]=0,0,0,0,0,0',
  },
  matmul2: {
    args: [z('f32', [0, 2]), z('f32', [2, 3])],
    run: (x, y) => [np.matmul(x, y), grad((a: Tensor) => np.sum(np.matmul(a, y)))(x)],
    expected: 'f32[0,3] f32[0,2]',
  },
  einsum: {
    args: [z('f32', [2, 0]), z('f32', [0, 3])],
    run: (x, y) => [np.einsum('ab,bc->ca', x, y)],
    expected: 'f32[3,2]=0,0,0,0,0,0',
  },
  gradMatmul: {
    args: [z('f32', [2, 0]), z('f32', [0, 3])],
    run: (x, y) => grad((a: Tensor, b: Tensor) => np.sum(np.matmul(a, b)), { argnums: [0, 1] })(x, y),
    expected: 'f32[2,0] f32[0,3]',
  },
  concat: {
    args: [z('f32', [0, 3]), z('f32', [2, 3])],
    run: (x, y) => [np.concatenate([x, y], 0), np.concatenate([x, x], 0)],
    expected: 'f32[2,3]=0,0,0,0,0,0 f32[0,3]',
  },
  take: {
    args: [z('f32', [0, 3]), z('i32', [0])],
    run: (x, i) => [np.take(x, i), np.at(x, i).get(), np.at(x, i).set(1), np.takeAlongAxis(x, z('i32', [0, 3]), 0)],
    expected: 'f32[0,3] f32[0,3] f32[0,3] f32[0,3]',
  },
  take2: {
    args: [v2, z('i32', [0])],
    run: (x, i) => [
      np.take(x, i),
      np.at(x, i).get(),
      np.at(x, i).add(1),
      grad((a: Tensor) => np.sum(np.take(a, i)))(x),
    ],
    expected: 'f32[0] f32[0] f32[2]=1,2 f32[2]=0,0',
  },
  softmax: {
    args: [z('f32', [0, 3]), z('f32', [3, 0])],
    run: (x, y) => [nn.softmax(x), nn.softmax(y), nn.logSoftmax(y)],
    expected: 'f32[0,3] f32[3,0] f32[3,0]',
  },
  attention: {
    args: [z('f32', [1, 0, 1, 2]), z('f32', [1, 3, 1, 2])],
    run: (q, k) => [nn.dotProductAttention(q, k, k), nn.dotProductAttention(k, q, q)],
    expected: 'f32[1,0,1,2] f32[1,3,1,2]=0,0,0,0,0,0',
  },
  vmap0: {
    args: [z('f32', [0, 3])],
    run: (x) => [vmap((a: Tensor) => np.sum(np.square(a)))(x), vmap((a: Tensor) => np.sort(a))(x)],
    expected: 'f32[0] f32[0,3]',
  },
  vmapGrad0: {
    args: [z('f32', [0, 3])],
    run: (x) => [vmap(grad((a: Tensor) => np.sum(np.sin(a))))(x)],
    expected: 'f32[0,3]',
  },
  vmapScan0: {
    args: [z('f32', [2, 0])],
    run: (x) => [vmap((a: Tensor) => scan((q: Tensor, y: Tensor) => [np.add(q, y), q] as const, np.array(1), a)[0])(x)],
    expected: 'f32[2]=1,1',
  },
  scan0: {
    args: [z('f32', [0, 2]), v2],
    run: (xs, q) => [...scan((a: Tensor, x: Tensor) => [np.add(a, x), np.multiply(a, x)] as const, q, xs)],
    expected: 'f32[2]=1,2 f32[0,2]',
  },
  scan0rev: {
    args: [z('f32', [0, 2]), v2],
    run: (xs, q) => [
      ...scan((a: Tensor, x: Tensor) => [np.add(a, x), np.multiply(a, x)] as const, q, xs, { reverse: true }),
    ],
    expected: 'f32[2]=1,2 f32[0,2]',
  },
  scanGradXs: {
    args: [z('f32', [0, 2]), v2],
    run: (xs, q) =>
      grad((a: Tensor, b: Tensor) => np.sum(scan((s: Tensor, x: Tensor) => [np.multiply(s, x), s] as const, b, a)[0]), {
        argnums: [0, 1],
      })(xs, q),
    expected: 'f32[0,2] f32[2]=1,1',
  },
  scanHess: {
    args: [z('f32', [0]), c],
    run: (xs, q) => [
      grad((t: Tensor) =>
        grad((b: Tensor) => {
          const [s, ys] = scan((s: Tensor, x: Tensor) => [np.multiply(np.multiply(s, s), x), s] as const, b, xs);
          return np.add(np.multiply(s, s), np.sum(ys));
        })(t),
      )(q),
    ],
    expected: 'f32[]=2',
  },
  while0: {
    args: [c],
    run: (q) => [
      whileLoop(
        (s: Tensor) => lax.lt(s, 0),
        (s: Tensor) => np.add(s, 1),
        q,
      ),
    ],
    expected: 'f32[]=5',
  },
  fori0: {
    args: [c],
    run: (q) => [
      foriLoop(0, 0, (_: Tensor, s: Tensor) => np.multiply(s, 2), q),
      foriLoop(3, 1, (_: Tensor, s: Tensor) => np.multiply(s, 2), q),
      grad((t: Tensor) => foriLoop(0, 0, (_: Tensor, s: Tensor) => np.multiply(s, 2), t))(q),
    ],
    expected: 'f32[]=5 f32[]=5 f32[]=1',
  },
  fori0b: {
    args: [c],
    run: (q) => [grad((t: Tensor) => foriLoop(2, 0, (_: Tensor, s: Tensor) => np.multiply(s, 2), t))(q)],
    expected: 'f32[]=1',
  },
  jac: {
    args: [z('f32', [0]), v2],
    run: (x, y) => [
      jacfwd((a: Tensor) => np.multiply(a, 2))(x),
      jacrev((a: Tensor) => np.multiply(a, 2))(x),
      jacrev((a: Tensor) => lax.slice(a, [0], [0]))(y),
      jacfwd((a: Tensor) => lax.slice(a, [0], [0]))(y),
    ],
    expected: 'f32[0,0] f32[0,0] f32[0,2] f32[0,2]',
  },
  pad: {
    args: [z('f32', [0])],
    run: (x) => [
      np.pad(x, [[1, 2]]),
      lax.rev(x, [0]),
      np.roll(x, 1, 0),
      np.tile(x, [3]),
      np.repeat(x, 2, 0),
      np.flip(x, 0),
    ],
    expected: 'f32[3]=0,0,0 f32[0] f32[0] f32[0] f32[0] f32[0]',
  },
  shapes: {
    args: [z('f32', [0, 3])],
    run: (x) => [
      np.reshape(x, [3, 0]),
      np.transpose(x),
      np.expandDims(x, 0),
      np.ravel(x),
      np.broadcastTo(x, [2, 0, 3]),
      np.stack([x, x], 0),
    ],
    expected: 'f32[3,0] f32[3,0] f32[1,0,3] f32[0] f32[2,0,3] f32[2,0,3]',
  },
  where: {
    args: [z('f32', [0])],
    run: (x) => [np.where(lax.lt(x, 0), x, 1), np.clip(x, 0, 1), np.astype(x, 'i32')],
    expected: 'f32[0] f32[0] i32[0]',
  },
  conv: {
    args: [z('f32', [0, 4, 2]), z('f32', [2, 2, 3])],
    run: (x, k) => [lax.convGeneralDilated(x, k, [1], 'SAME', { dimensionNumbers: ['NHC', 'HIO', 'NHC'] })],
    expected: 'f32[0,4,3]',
  },
  unique: {
    args: [z('i32', [0])],
    run: (x) => [np.bincount(x, 3), np.searchsorted(x, x), np.isin(x, x)],
    expected: 'i32[3]=0,0,0 i32[0] bool[0]',
  },
  oneHot: { args: [z('i32', [0])], run: (x) => [nn.oneHot(x, 3)], expected: 'f32[0,3]' },
  linalg: {
    args: [z('f32', [0, 2, 2])],
    run: (x) => [np.linalg.cholesky(x), np.linalg.inv(x), np.linalg.det(x)],
    expected: 'f32[0,2,2] f32[0,2,2] f32[0]',
  },
  random: {
    args: [],
    run: () => [random.normal(random.key(0), [0, 3]), random.permutation(random.key(0), z('f32', [0]))],
    expected: 'f32[0,3] f32[0]',
  },
  topk: { args: [z('f32', [0, 3])], run: (x) => lax.topK(x, 2), expected: 'f32[0,2] i32[0,2]' },
  argmax: {
    args: [z('f32', [0, 3])],
    run: (x) => [np.argmax(x, 1), np.max(x, { axis: 1 }), np.min(x, { axis: 1 })],
    expected: 'i32[0] f32[0] f32[0]',
  },
};

/** Engines, and devices that every argument with dimensions is cut over. */
const places = [
  ['reference', 1],
  ['cpu', 1],
  ['wasm', 1],
  ['reference', 2],
  ['cpu', 2],
] as const;

describe.each(places)('on %s, devices: %i', (name, devices) => {
  const engine = createEngine(name);
  it.each(Object.entries(cases))('%s', async (_name, { args, run, expected }) => {
    const layout = {
      mesh: new Mesh({ x: devices }),
      inShardings: args.map((a) => (a.ndim > 0 ? P('x') : P())),
    };
    const f = jit(run as (...all: Tensor[]) => unknown, { engine, ...(devices > 1 && layout) } as never);
    const leaves = tree.leaves(f(...args)) as Tensor[];
    const texts = leaves.map(async (leaf) => {
      const host = await leaf.toHost();
      return `${host.dtype}[${host.shape}]${host.size > 0 ? `=${[...host.toNumbers()]}` : ''}`;
    });
    expect((await Promise.all(texts)).join(' ')).toBe(expected);
  });
});
