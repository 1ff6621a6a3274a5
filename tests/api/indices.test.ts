import { describe, expect, it } from 'vitest';
import {
  createEngine,
  type DType,
  HostArray,
  hostTensor,
  jit,
  lax,
  Mesh,
  nn,
  np,
  P,
  switchCase,
  type Tensor,
  tree,
  vmap,
} from '../../src/index.ts';

/*
 * Positions of every integer type, at and beyond every end: each function against what a model in big integers says, whole and
 * cut over devices, on every engine.
 */
const types: readonly DType[] = ['i4', 'i8', 'i16', 'i32', 'i64', 'u4', 'u8', 'u16', 'u32', 'u64'];
/** The narrowest, the usual and the widest: the others differ from them in numbers alone, which whole programs show. */
const typesOfCuts: readonly DType[] = ['i4', 'i8', 'i32', 'i64', 'u8', 'u64'];

function rangeOf(dtype: DType): [bigint, bigint] {
  const bits = BigInt(dtype.slice(1));
  return dtype[0] === 'u' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

/** Interesting positions in a dimension of size `n` that the type holds. */
function positions(dtype: DType, n: number): bigint[] {
  const [low, high] = rangeOf(dtype);
  const size = BigInt(n);
  const near = [-size - 1n, -size, 1n - size, -2n, -1n, 0n, 1n, 2n, size / 2n, size - 2n, size - 1n, size, size + 1n];
  const far = [2n ** 31n, 2n ** 31n + 3n, 2n ** 32n + 1n, 2n ** 53n + 1n, 2n ** 63n + 1n];
  return [low, low + 1n, ...near, ...far, ...far.map((x) => -x), high - 1n, high].filter((x) => x >= low && x <= high);
}

const clamp = (i: bigint, low: bigint, high: bigint): number => Number(i < low ? low : i > high ? high : i);
const isIn = (i: bigint, n: number): boolean => i >= 0n && i < BigInt(n);
/** Negative positions count from the end. */
const counted = (i: bigint, n: number): bigint => (i < 0n ? i + BigInt(n) : i);

interface Case {
  /** `x: f32[n]`, `i: dtype[k]` */
  readonly run: (x: Tensor, i: Tensor) => Tensor;
  readonly expected: (x: readonly number[], i: readonly bigint[]) => number[];
}

const each =
  (f: (x: readonly number[], i: bigint) => number) =>
  (x: readonly number[], is: readonly bigint[]): number[] =>
    is.map((i) => f(x, i));
const vectors = (i: Tensor): Tensor => lax.reshape(i, [...i.shape, 1]);
const points = { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 };
const written =
  (at: (i: bigint, n: number) => bigint, combine: (old: number, k: number) => number): Case['expected'] =>
  (x, is) => {
    const out = [...x];
    for (const [k, i] of is.entries())
      if (isIn(at(i, x.length), x.length)) out[Number(at(i, x.length))] = combine(out[Number(at(i, x.length))], k);
    return out;
  };
const same = (i: bigint): bigint => i;
const updates = (i: Tensor): Tensor => lax.iota('f32', i.shape[0]);

const cases: Readonly<Record<string, Case>> = {
  'lax.gather clamps': {
    run: (x, i) => lax.gather(x, vectors(i), { collapsedSliceDims: [0], startIndexMap: [0], indexVectorDim: 1 }, [1]),
    expected: each((x, i) => x[clamp(i, 0n, BigInt(x.length - 1))]),
  },
  'lax.gather of windows clamps': {
    run: (x, i) =>
      lax.reshape(lax.gather(x, vectors(i), { offsetDims: [1], startIndexMap: [0], indexVectorDim: 1 }, [2]), [
        2 * i.shape[0],
      ]),
    expected: (x, is) => is.flatMap((i) => [0, 1].map((k) => x[clamp(i, 0n, BigInt(x.length - 2)) + k])),
  },
  'lax.dynamicSlice clamps': {
    run: (x, i) =>
      lax.concatenate(
        Array.from({ length: i.shape[0] }, (_, k) =>
          lax.dynamicSlice(x, [lax.reshape(lax.slice(i, [k], [k + 1]), [])], [2]),
        ),
        0,
      ),
    expected: (x, is) => is.flatMap((i) => [0, 1].map((k) => x[clamp(i, 0n, BigInt(x.length - 2)) + k])),
  },
  'vmap of lax.dynamicSlice clamps': {
    run: (x, i) => lax.reshape(vmap((at: Tensor) => lax.dynamicSlice(x, [at], [1]))(i) as Tensor, [i.shape[0]]),
    expected: each((x, i) => x[clamp(i, 0n, BigInt(x.length - 1))]),
  },
  'lax.dynamicUpdateSlice clamps': {
    run: (x, i) =>
      Array.from({ length: i.shape[0] }).reduce(
        (out: Tensor, _, k) =>
          lax.dynamicUpdateSlice(out, np.array([100 + k, 200 + k]), [lax.reshape(lax.slice(i, [k], [k + 1]), [])]),
        x,
      ),
    expected: (x, is) => {
      const out = [...x];
      is.forEach((i, k) => {
        out.splice(clamp(i, 0n, BigInt(x.length - 2)), 2, 100 + k, 200 + k);
      });
      return out;
    },
  },
  'lax.scatter skips': {
    run: (x, i) => lax.scatter(x, vectors(i), updates(i), points),
    expected: written(same, (_, k) => k),
  },
  'lax.scatterAdd skips': {
    run: (x, i) => lax.scatterAdd(x, vectors(i), updates(i), points),
    expected: written(same, (o, k) => o + k),
  },
  'np.at(…).get': {
    run: (x, i) => np.at(x, i).get(),
    expected: each((x, i) => x[clamp(counted(i, x.length), 0n, BigInt(x.length - 1))]),
  },
  'np.at(…).set': { run: (x, i) => np.at(x, i).set(updates(i)), expected: written(counted, (_, k) => k) },
  'np.at(…).add': { run: (x, i) => np.at(x, i).add(updates(i)), expected: written(counted, (o, k) => o + k) },
  'np.at(…).max': { run: (x, i) => np.at(x, i).max(updates(i)), expected: written(counted, (o, k) => Math.max(o, k)) },
  'np.put': { run: (x, i) => np.put(x, i, updates(i)), expected: written(counted, (_, k) => k) },
  'np.take': {
    run: (x, i) => np.take(x, i),
    expected: each((x, i) => x[clamp(counted(i, x.length), 0n, BigInt(x.length - 1))]),
  },
  'np.take clip': {
    run: (x, i) => np.take(x, i, 0, { mode: 'clip' }),
    expected: each((x, i) => x[clamp(i, 0n, BigInt(x.length - 1))]),
  },
  'np.take wrap': {
    run: (x, i) => np.take(x, i, 0, { mode: 'wrap' }),
    expected: each((x, i) => x[Number(((i % BigInt(x.length)) + BigInt(x.length)) % BigInt(x.length))]),
  },
  'np.take fill': {
    run: (x, i) => np.take(x, i, 0, { mode: 'fill' }),
    expected: each((x, i) => (isIn(counted(i, x.length), x.length) ? x[Number(counted(i, x.length))] : Number.NaN)),
  },
  'np.takeAlongAxis': {
    run: (x, i) => np.takeAlongAxis(x, i, 0),
    expected: each((x, i) => x[clamp(counted(i, x.length), 0n, BigInt(x.length - 1))]),
  },
  'np.putAlongAxis': { run: (x, i) => np.putAlongAxis(x, i, updates(i), 0), expected: written(counted, (_, k) => k) },
  'lax.indexTake clamps': {
    run: (x, i) => lax.indexTake(np.stack([np.negative(x), x], 0), [np.full([i.shape[0]], 1, 'i64'), i], [0, 1]),
    expected: each((x, i) => x[clamp(i, 0n, BigInt(x.length - 1))]),
  },
  'switchCase runs the last branch out of range': {
    run: (_, i) =>
      np.stack(
        Array.from({ length: i.shape[0] }, (_, k) =>
          switchCase(lax.reshape(lax.slice(i, [k], [k + 1]), []), [
            () => np.array(10),
            () => np.array(20),
            () => np.array(30),
          ]),
        ),
      ),
    expected: (_, is) => is.map((i) => [10, 20][Number(i)] ?? 30),
  },
  'np.bincount': {
    run: (x, i) => np.astype(np.bincount(i, x.shape[0]), 'f32'),
    expected: (x, is) => x.map((_, k) => is.filter((i) => (i < 0n ? 0n : i) === BigInt(k)).length),
  },
  'nn.oneHot': {
    run: (x, i) => np.sum(nn.oneHot(i, x.shape[0]), { axis: 0 }),
    expected: (x, is) => x.map((_, k) => is.filter((i) => i === BigInt(k)).length),
  },
};

const layouts: readonly (readonly [string, object])[] = [
  ['whole', {}],
  ['over 2 devices', { mesh: new Mesh({ x: 2 }), inShardings: [P('x'), P()] }],
  ['over 4 devices, indices too', { mesh: new Mesh({ x: 2, y: 2 }), inShardings: [P('x'), P('y')] }],
];

describe.each(['reference', 'cpu', 'wasm'])('positions on %s', (name) => {
  const engine = createEngine(name);
  // How a program is cut does not depend on the engine: the others run the hardest cut alone.
  const tried = name === 'reference' ? layouts : [layouts[0], layouts[2]];
  describe.each(tried)('%s', (label, layout) => {
    it.each(label === 'whole' ? types : typesOfCuts)('of type %s', async (dtype) => {
      for (const n of name === 'reference'
        ? label === 'whole'
          ? [7, 8, 300]
          : [7, 300]
        : label === 'whole'
          ? [7, 200]
          : [200]) {
        const x = Array.from({ length: n }, (_, k) => k + 0.5);
        const i = positions(dtype, n);
        const args = [
          hostTensor(HostArray.from('f32', [n], x)),
          hostTensor(HostArray.from(dtype, [i.length], dtype.endsWith('64') ? i : i.map(Number))),
        ];
        const f = jit((a: Tensor, b: Tensor) => Object.values(cases).map((c) => c.run(a, b)), {
          engine,
          ...layout,
        } as object);
        const results = tree.leaves(f(...(args as [Tensor, Tensor]))) as Tensor[];
        for (const [k, [what, c]] of Object.entries(cases).entries()) {
          const got = (await results[k].toHost()).toNumbers();
          expect([...got], `${what}, size ${n}`).toEqual(c.expected(x, i));
        }
      }
    });
  });
});
