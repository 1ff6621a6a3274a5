import { UserError } from '../../base/index.ts';
import * as lax from '../lax/index.ts';
import * as np from '../numpy/index.ts';
import type { Tensor } from '../trace/tensor.ts';

/*
 * Weights of 8 or 4 bits with float scales. What `dequantizeWeights` describes is never computed where only matrix products use
 * it: they read the small integers and scale them as they go.
 */

/** Weights `[…, in, out]` as small integers times scales; a tree, to be passed to programs like any other. */
export interface QuantizedWeights {
  /** 8 bits: `i8[…, in, out]`; 4 bits: `u8[…, in, out / 2]`, neighbours in `out` sharing a byte, the first in its lower half. */
  readonly values: Tensor;
  /** `f32[…, in / groupSize, out]`. */
  readonly scales: Tensor;
}

export interface QuantizeOptions {
  /** Bits per weight; default 8. */
  readonly bits?: 8 | 4;
  /** Rows along `in` that share a scale; it divides `in`. Default: all of them, one scale per output. */
  readonly groupSize?: number;
}

/**
 * Rounds weights `w: float[…, in, out]` to integers of 8 or 4 bits, with a scale for each output and group of inputs so that the
 * largest magnitude of a group becomes 127 or 7. A product `np.matmul(x, nn.dequantizeWeights(q))` reads 1 or ½ byte per weight.
 * Throws `api/quantize` for shapes that do not fit. Source: symmetric round-to-nearest, Dettmers et al. 2022, §2.
 * @example nn.quantizeWeights(np.array([[7, -3.2], [1, 7]]), { bits: 4 }).values // => [[215], [113]]
 */
export function quantizeWeights(w: Tensor, options: QuantizeOptions = {}): QuantizedWeights {
  const { bits = 8 } = options;
  const [inputs, outputs] = w.shape.slice(-2);
  const { groupSize = inputs } = options;
  const refuse = (expected: string, given: string): never => {
    throw new UserError('api/quantize', 'cannot quantize these weights', { expected, given });
  };
  if (w.shape.length < 2) refuse('weights of two or more dimensions: […, in, out]', `shape [${w.shape.join(', ')}]`);
  if (bits !== 8 && bits !== 4) refuse('bits: 8 or 4', `${bits}`);
  if (!(groupSize > 0) || inputs % groupSize !== 0) refuse(`a groupSize that divides ${inputs}`, `${groupSize}`);
  if (bits === 4 && outputs % 2 !== 0) refuse('an even number of outputs: two weights share a byte', `${outputs}`);
  const most = 2 ** (bits - 1) - 1;
  const before = w.shape.slice(0, -2);
  const groups = np.reshape(np.astype(w, 'f32'), [...before, inputs / groupSize, groupSize, outputs]);
  const largest = np.max(np.abs(groups), { axis: -2, keepdims: true });
  const scales = np.where(np.equal(largest, 0), 1, np.divide(largest, most));
  const rounded = np.clip(np.round(np.divide(groups, scales)), -most, most);
  const integers = np.reshape(np.astype(rounded, 'i32'), w.shape);
  return {
    values: bits === 8 ? np.astype(integers, 'i8') : packNibbles(integers),
    scales: np.squeeze(scales, -2),
  };
}

/** The lowest four bits of `x: i32[…, n]` as `u8[…, n / 2]`. */
function packNibbles(x: Tensor): Tensor {
  const pairs = np.bitwiseAnd(np.reshape(x, [...x.shape.slice(0, -1), x.shape[x.shape.length - 1] / 2, 2]), 15);
  const bytes = np.sum(np.multiply(pairs, np.array([1, 16], 'i32')), { axis: -1 });
  return np.astype(bytes, 'u8');
}

/**
 * The weights `f32[…, in, out]` that `quantizeWeights` rounded. The weights of a layer of a stack can be cut out of
 * `values` and `scales` first, as `scan` does.
 * @example nn.dequantizeWeights({ values: np.array([[215], [113]], 'u8'), scales: np.array([[1, 0.5]]) }) // => [[7, -1.5], [1, 3.5]]
 */
export function dequantizeWeights({ values, scales }: QuantizedWeights): Tensor {
  const isPacked = values.dtype === 'u8';
  if (!isPacked && values.dtype !== 'i8')
    throw new UserError('api/quantize', 'these are no quantized weights', {
      expected: 'values of i8, or of u8 with two weights to a byte',
      given: values.dtype,
    });
  const integers = isPacked ? lax.bitcastConvertType(values, 'i4') : values;
  const [inputs, stored] = values.shape.slice(-2);
  const shape = [...values.shape.slice(0, -2), inputs, isPacked ? 2 * stored : stored];
  const [groups, outputs] = scales.shape.slice(-2);
  if (inputs % groups !== 0 || outputs !== shape[shape.length - 1])
    throw new UserError('api/quantize', 'scales do not fit their weights', {
      expected: `[…, a divisor of ${inputs}, ${shape[shape.length - 1]}]`,
      given: `[${scales.shape.join(', ')}]`,
    });
  const wide = np.reshape(np.astype(integers, 'f32'), [...shape.slice(0, -2), groups, inputs / groups, outputs]);
  return np.reshape(np.multiply(wide, np.expandDims(scales, -2)), shape);
}
