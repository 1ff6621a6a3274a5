import { type DType, foriLoop, HostArray, hostTensor, lax, np, scan, type Tensor } from '../../src/index.ts';

/*
 * Steps of random compositions that read and write at positions: of every integer type, negative, out of range, huge, repeated;
 * and steps that do nothing, on tensors without elements.
 */
type Step = (x: Tensor) => Tensor;

const types: readonly DType[] = ['i4', 'i8', 'i16', 'i32', 'i64', 'u4', 'u8', 'u16', 'u32', 'u64'];

function rangeOf(dtype: DType): [bigint, bigint] {
  const bits = BigInt(dtype.slice(1));
  return dtype[0] === 'u' ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}

const points = { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 };
const vectors = (i: Tensor): Tensor => lax.reshape(i, [...i.shape, 1]);
const half = (x: Tensor): Tensor => np.multiply(x, 0.5);

/** What to do at three positions of a vector of three numbers; its result is one again. */
const kinds: Readonly<Record<string, (x: Tensor, i: Tensor) => Tensor>> = {
  take: (x, i) => np.take(x, i),
  takeClip: (x, i) => np.take(x, i, 0, { mode: 'clip' }),
  takeWrap: (x, i) => np.take(x, i, 0, { mode: 'wrap' }),
  takeFill: (x, i) => np.take(x, i, 0, { mode: 'fill', fillValue: 0.5 }),
  takeAlong: (x, i) => np.takeAlongAxis(x, i, 0),
  get: (x, i) => np.at(x, i).get(),
  set: (x, i) => np.at(x, i).set(np.sin(x)),
  add: (x, i) => np.at(x, i).add(half(x)),
  max: (x, i) => np.at(x, i).max(np.sin(np.flip(x, 0))),
  min: (x, i) => np.at(x, i).min(np.cos(x)),
  multiply: (x, i) => np.at(x, i).multiply(np.cos(x)),
  gather: (x, i) => lax.gather(x, vectors(i), { collapsedSliceDims: [0], startIndexMap: [0], indexVectorDim: 1 }, [1]),
  gatherUnnamed: (x, i) =>
    lax.gather(
      np.reshape(np.concatenate([x, np.sin(x)], 0), [2, 3]),
      vectors(i),
      { collapsedSliceDims: [0, 1], startIndexMap: [1], indexVectorDim: 1 },
      [1, 1],
    ),
  scatterAdd: (x, i) => lax.scatterAdd(x, vectors(i), np.sin(x), points),
  scatterMul: (x, i) => lax.scatterMul(x, vectors(i), np.cos(x), points),
  put: (x, i) => np.put(x, i, np.sin(x)),
  dynamicSlice: (x, i) =>
    lax.dynamicSlice(np.concatenate([x, half(x)], 0), [lax.reshape(lax.slice(i, [0], [1]), [])], [3]),
  dynamicUpdateSlice: (x, i) =>
    lax.dynamicUpdateSlice(x, np.sin(lax.slice(x, [1], [3])), [lax.reshape(lax.slice(i, [0], [1]), [])]),
};

const nothing = (x: Tensor): Tensor => lax.slice(x, [1], [1]);

export const emptySteps: Readonly<Record<string, Step>> = {
  concatenateNothing: (x) => np.concatenate([nothing(x), x, nothing(x)], 0),
  sumOfNothing: (x) => np.add(x, np.sum(np.sin(nothing(x)))),
  productOverNothing: (x) => np.add(x, np.sum(np.outer(x, nothing(x)), { axis: 1 })),
  takeNothing: (x) => np.add(x, np.sum(np.take(x, np.zeros([0], 'i32')))),
  addNothing: (x) => np.at(x, np.zeros([0], 'i32')).add(nothing(x)),
  scanNothing: (x) => scan((c: Tensor, v: Tensor) => [np.multiply(c, v), c] as const, x, nothing(x))[0],
  loopNothing: (x) => foriLoop(2, 2, (_, c: Tensor) => np.square(c), x),
};

/** One step for each kind of access and some drawn positions. */
export function indexingSteps(random: () => number, perKind = 3): Readonly<Record<string, Step>> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const out: Record<string, Step> = {};
  for (const [kind, run] of Object.entries(kinds))
    for (let k = 0; k < perKind; k++) {
      const dtype = pick(types);
      const [low, high] = rangeOf(dtype);
      const pool = [low, high, -4n, -3n, -2n, -1n, 0n, 1n, 2n, 3n, 4n, 2n ** 31n, 2n ** 32n + 1n, 2n ** 63n + 1n];
      const fits = pool.filter((v) => v >= low && v <= high);
      const inside = fits.filter((v) => v >= -3n && v <= 2n);
      const at = Array.from({ length: 3 }, () => pick(random() < 0.6 ? inside : fits));
      const host = HostArray.from(dtype, [3], dtype.endsWith('64') ? at : at.map(Number));
      out[`${kind} at ${dtype}[${at.join()}]`] = (x) => run(x, hostTensor(host));
    }
  return out;
}
