import { type DType, product, type Shape, UserError } from '../../base/index.ts';
import * as np from '../numpy/index.ts';
import * as random from '../random/keys.ts';
import type { Tensor } from '../trace/tensor.ts';

/** Makes an initial parameter of a shape from a key. */
export type Initializer = (key: random.Key, shape: Shape, dtype?: DType) => Tensor;

/**
 * Zeros.
 * @example nn.initializers.zeros(random.key(0), [2]) // => [0, 0]
 */
export const zeros: Initializer = (_, shape, dtype) => np.zeros(shape, dtype);
/**
 * Ones.
 * @example nn.initializers.ones(random.key(0), [2]) // => [1, 1]
 */
export const ones: Initializer = (_, shape, dtype) => np.ones(shape, dtype);
/**
 * The same value everywhere.
 * @example nn.initializers.constant(3)(random.key(0), [2]) // => [3, 3]
 */
export const constant =
  (value: number): Initializer =>
  (_, shape, dtype) =>
    np.full(shape, value, dtype);
/**
 * Uniform in [0, scale).
 * @example nn.initializers.uniform(1)(random.key(0), [2]) // => [0.94767, 0.97858]
 */
export const uniform =
  (scale = 0.01): Initializer =>
  (key, shape, dtype) =>
    np.astype(np.multiply(random.uniform(key, shape), scale), dtype ?? 'f32');
/**
 * Normal with the given standard deviation.
 * @example nn.initializers.normal(1)(random.key(0), [2]) // => [1.6226, 2.0253]
 */
export const normal =
  (stddev = 0.01): Initializer =>
  (key, shape, dtype) =>
    np.astype(np.multiply(random.normal(key, shape), stddev), dtype ?? 'f32');
/**
 * Normal, cut at `lower` and `upper` standard deviations.
 * @example nn.initializers.truncatedNormal(1)(random.key(0), [2]) // => [1.456, 1.7147]
 */
export const truncatedNormal =
  (stddev = 0.01, lower = -2, upper = 2): Initializer =>
  (key, shape, dtype) =>
    np.astype(np.multiply(random.truncatedNormal(key, lower, upper, shape), stddev), dtype ?? 'f32');

export interface VarianceScalingOptions {
  /** Dimension of inputs; default -2. */
  readonly inAxis?: number;
  /** Dimension of outputs; default -1. */
  readonly outAxis?: number;
}
/**
 * Variance `scale / fan`, the fan counted over inputs, outputs or their mean. Source: JAX's `variance_scaling`.
 * @example nn.initializers.varianceScaling(1, 'fan_in', 'normal')(random.key(0), [2, 2]) // => [[1.1474, 1.4321], [-0.3066, -0.055591]]
 */
export const varianceScaling =
  (
    scale: number,
    mode: 'fan_in' | 'fan_out' | 'fan_avg',
    distribution: 'truncated_normal' | 'normal' | 'uniform',
    o: VarianceScalingOptions = {},
  ): Initializer =>
  (key, shape, dtype = 'f32') => {
    if (shape.length < 2)
      throw new UserError('api/initializer', 'variance scaling needs at least two dimensions', { given: `[${shape}]` });
    const [i, q] = [np.normalizeAxis(o.inAxis ?? -2, shape.length), np.normalizeAxis(o.outAxis ?? -1, shape.length)];
    const receptive = product(shape) / (shape[i] * shape[q]);
    const [fanIn, fanOut] = [shape[i] * receptive, shape[q] * receptive];
    const fan = mode === 'fan_in' ? fanIn : mode === 'fan_out' ? fanOut : (fanIn + fanOut) / 2;
    const variance = Math.fround(scale / fan);
    const scaled = (t: Tensor, by: number): Tensor => np.astype(np.multiply(t, by), dtype);
    if (distribution === 'normal') return scaled(random.normal(key, shape), Math.sqrt(variance));
    if (distribution === 'uniform')
      return scaled(random.uniform(key, shape, { low: -1, high: 1 }), Math.sqrt(3 * variance));
    return scaled(random.truncatedNormal(key, -2, 2, shape), Math.sqrt(variance) / 0.87962566103423978);
  };
/**
 * `varianceScaling(1, 'fan_avg', 'uniform')`. Source: Glorot & Bengio 2010.
 * @example nn.initializers.glorotUniform()(random.key(0), [2, 2]) // => [[1.0966, 1.1723], [-0.4108, -0.076746]]
 */
export const glorotUniform = (o?: VarianceScalingOptions): Initializer => varianceScaling(1, 'fan_avg', 'uniform', o);
/**
 * `varianceScaling(1, 'fan_avg', 'truncated_normal')`. Source: Glorot & Bengio 2010.
 * @example nn.initializers.glorotNormal()(random.key(0), [2, 2]) // => [[1.1704, 1.3784], [-0.33174, -0.060317]]
 */
export const glorotNormal = (o?: VarianceScalingOptions): Initializer =>
  varianceScaling(1, 'fan_avg', 'truncated_normal', o);
/**
 * `varianceScaling(2, 'fan_in', 'uniform')`. Source: He et al. 2015.
 * @example nn.initializers.heUniform()(random.key(0), [2, 2]) // => [[1.5508, 1.6578], [-0.58096, -0.10854]]
 */
export const heUniform = (o?: VarianceScalingOptions): Initializer => varianceScaling(2, 'fan_in', 'uniform', o);
/**
 * `varianceScaling(2, 'fan_in', 'truncated_normal')`. Source: He et al. 2015.
 * @example nn.initializers.heNormal()(random.key(0), [2, 2]) // => [[1.6552, 1.9494], [-0.46915, -0.085302]]
 */
export const heNormal = (o?: VarianceScalingOptions): Initializer =>
  varianceScaling(2, 'fan_in', 'truncated_normal', o);
/**
 * `varianceScaling(1, 'fan_in', 'uniform')`. Source: LeCun et al. 1998.
 * @example nn.initializers.lecunUniform()(random.key(0), [2, 2]) // => [[1.0966, 1.1723], [-0.4108, -0.076746]]
 */
export const lecunUniform = (o?: VarianceScalingOptions): Initializer => varianceScaling(1, 'fan_in', 'uniform', o);
/**
 * `varianceScaling(1, 'fan_in', 'truncated_normal')`. Source: LeCun et al. 1998.
 * @example nn.initializers.lecunNormal()(random.key(0), [2, 2]) // => [[1.1704, 1.3784], [-0.33174, -0.060317]]
 */
export const lecunNormal = (o?: VarianceScalingOptions): Initializer =>
  varianceScaling(1, 'fan_in', 'truncated_normal', o);
export {
  glorotNormal as xavierNormal,
  glorotUniform as xavierUniform,
  heNormal as kaimingNormal,
  heUniform as kaimingUniform,
};
/**
 * Orthogonal columns (or rows, if wider than tall) times `scale`; the last dimension counts columns.
 * @example
 * const q = nn.initializers.orthogonal()(random.key(0), [2, 2]);
 * np.round(np.matmul(np.transpose(q), q), 4) // => [[1, 0], [0, 1]]
 */
export const orthogonal =
  (scale = 1): Initializer =>
  (key, shape, dtype = 'f32') => {
    if (shape.length < 2)
      throw new UserError('api/initializer', 'orthogonal needs at least a matrix', { given: `[${shape}]` });
    const columns = shape[shape.length - 1];
    const rows = product(shape) / columns;
    const tall = random.normal(key, rows >= columns ? [rows, columns] : [columns, rows]);
    const [raw, r] = np.linalg.qr(tall);
    const q = np.multiply(raw, np.sign(np.diagonal(r)));
    const matrix = np.reshape(rows >= columns ? q : np.transpose(q), shape);
    return np.astype(np.multiply(matrix, scale), dtype);
  };
/**
 * A convolution kernel `[…spatial, in, out]` that is an orthogonal matrix at its centre and zero elsewhere, so that stacks of
 * layers keep norms. Source: Xiao et al. 2018.
 * @example nn.initializers.deltaOrthogonal()(random.key(0), [3, 2, 2]).shape // => [3, 2, 2]
 */
export const deltaOrthogonal =
  (scale = 1): Initializer =>
  (key, shape, dtype = 'f32') => {
    if (shape.length < 3 || shape.length > 5)
      throw new UserError('api/initializer', 'deltaOrthogonal needs one to three spatial dimensions', {
        given: `[${shape}]`,
      });
    const [inputs, outputs] = shape.slice(-2);
    if (outputs < inputs)
      throw new UserError('api/initializer', 'deltaOrthogonal needs at least as many outputs as inputs', {
        given: `[${shape}]`,
      });
    const matrix = orthogonal(scale)(key, [inputs, outputs], dtype);
    const centre = shape.slice(0, -2).map((n) => Math.floor((n - 1) / 2));
    const pads = shape.map((n, d) =>
      d < centre.length ? ([centre[d], n - 1 - centre[d]] as const) : ([0, 0] as const),
    );
    return np.pad(np.reshape(matrix, [...centre.map(() => 1), inputs, outputs]), pads);
  };
