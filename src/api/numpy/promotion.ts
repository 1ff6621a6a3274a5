import {
  type DType,
  dtypeInfo,
  isComplex,
  isInexact,
  isNarrowFloat,
  parseDType,
  type Shape,
  UserError,
} from '../../base/index.ts';
import { add, asTensor, broadcastInDim, convertElementType, type TensorLike } from '../lax/core.ts';
import { imag, real, square } from '../lax/special.ts';
import { requireSizes } from '../trace/check-arguments.ts';
import { Tensor } from '../trace/tensor.ts';

/**
 * The dtype two strongly typed operands are computed in: JAX's promotion lattice without 64-bit surprises.
 * @example np.promoteTypes('i32', 'bf16') // => 'bf16'
 */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const [x, y] = [dtypeInfo(parseDType(a)), dtypeInfo(parseDType(b))];
  if (x.kind === 'bool') return b;
  if (y.kind === 'bool') return a;
  if (x.kind === 'complex' || y.kind === 'complex') {
    const wide = [a, b].some((d) => d === 'c128' || d === 'f64');
    return wide ? 'c128' : 'c64';
  }
  if (x.kind === 'float' && y.kind === 'float') {
    if (x.bits === y.bits) return x.bits === 16 ? 'f32' : x.bits < 16 ? 'bf16' : a;
    return x.bits > y.bits ? a : b;
  }
  if (x.kind === 'float') return a;
  if (y.kind === 'float') return b;
  if (x.kind === y.kind) return x.bits > y.bits ? a : b;
  const [signed, unsigned] = x.kind === 'signed' ? [x, y] : [y, x];
  if (signed.bits > unsigned.bits) return signed.name;
  const bits = unsigned.bits * 2;
  return bits > 64 ? 'f32' : (`i${bits}` as DType);
}

/**
 * A tensor of floats or complex numbers: integers and booleans become f32.
 */
export const floats = (x: TensorLike): Tensor => {
  const t = asTensor(x);
  return isInexact(t.dtype) ? t : convertElementType(t, 'f32');
};

/**
 * A function of sums, in float32 for narrower floats: only its result is rounded.
 */
export function inSingle(x: TensorLike, f: (wide: Tensor) => Tensor): Tensor {
  const t = floats(x);
  return isNarrowFloat(t.dtype) ? convertElementType(f(convertElementType(t, 'f32')), t.dtype) : f(t);
}

/**
 * Booleans and integers narrower than 32 bits as i32 (u32): what sums and products are made in.
 */
export function countable(x: TensorLike): Tensor {
  const t = asTensor(x);
  const { kind, bits } = dtypeInfo(t.dtype);
  if (kind === 'float' || kind === 'complex' || bits >= 32) return t;
  return convertElementType(t, kind === 'unsigned' ? 'u32' : 'i32');
}

/**
 * `|x|²`, elementwise: real for complex numbers.
 */
export const squaredSize = (t: Tensor): Tensor =>
  isComplex(t.dtype) ? add(square(real(t)), square(imag(t))) : square(t);

/**
 * Numpy's broadcast of several shapes. Throws `api/broadcast` naming both shapes.
 * @example lax.broadcastShapes([2, 1], [3]) // => [2, 3]
 */
export function broadcastShapes(...shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => requireSizes(s).length));
  const out = new Array<number>(rank).fill(1);
  for (const s of shapes) {
    s.forEach((d, i) => {
      const at = rank - s.length + i;
      if (d === 1 || out[at] === d) return;
      if (out[at] !== 1)
        throw new UserError(
          'api/broadcast',
          `shapes ${shapes.map((x) => `[${x.join(',')}]`).join(' and ')} do not broadcast together`,
          {
            expected: `equal sizes or 1 in dimension ${at - rank}`,
            given: `${out[at]} and ${d}`,
          },
        );
      out[at] = d;
    });
  }
  return out;
}

/**
 * Repeats size-1 and missing leading dimensions to reach `shape`.
 * @example np.broadcastTo([1, 2], [2, 2]) // => [[1, 2], [1, 2]]
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const t = asTensor(x);
  requireSizes(shape, 'the shape of broadcastTo');
  if (t.ndim === shape.length && t.shape.every((d, i) => d === shape[i])) return t;
  broadcastShapes(t.shape, shape);
  const offset = shape.length - t.ndim;
  if (offset < 0 || t.shape.some((d, i) => d !== 1 && d !== shape[offset + i]))
    throw new UserError('api/broadcast', `cannot broadcast [${t.shape.join(',')}] to [${shape.join(',')}]`);
  return broadcastInDim(
    t,
    shape,
    t.shape.map((_, i) => offset + i),
  );
}

/** Brings operands to one dtype and shape. JavaScript numbers are weakly typed: they never widen a tensor's dtype. */
export function promote(...xs: TensorLike[]): Tensor[] {
  const strong = xs.filter((x): x is Tensor => x instanceof Tensor || typeof x === 'object').map((x) => asTensor(x));
  let dtype: DType | undefined;
  for (const t of strong) dtype = dtype ? promoteTypes(dtype, t.dtype) : t.dtype;
  const fractional = xs.some((x) => typeof x === 'number' && !Number.isInteger(x));
  if (dtype && fractional && !['float', 'complex'].includes(dtypeInfo(dtype).kind)) dtype = 'f32';
  if (dtype === 'bool' && xs.some((x) => typeof x === 'number')) dtype = fractional ? 'f32' : 'i32';
  const target = dtype ?? (xs.every((x) => typeof x === 'boolean') ? 'bool' : 'f32');
  const tensors = xs.map((x) =>
    typeof x === 'object' ? convertElementType(asTensor(x), target) : asTensor(x, target),
  );
  const shape = broadcastShapes(...tensors.map((t) => t.shape));
  return tensors.map((t) => broadcastTo(t, shape));
}
