import { type DType, product, type Shape, UserError } from '../../base/index.ts';
import * as np from '../numpy/index.ts';
import * as random from '../random.ts';
import type { Tensor } from '../tensor.ts';

/** Makes an initial parameter of a shape from a key. */
export type Initializer = (key: random.Key, shape: Shape, dtype?: DType) => Tensor;

export const zeros: Initializer = (_, shape, dtype) => np.zeros(shape, dtype);
export const ones: Initializer = (_, shape, dtype) => np.ones(shape, dtype);
export const constant =
  (value: number): Initializer =>
  (_, shape, dtype) =>
    np.full(shape, value, dtype);
/** Uniform in [0, scale). */
export const uniform =
  (scale = 0.01): Initializer =>
  (key, shape, dtype) =>
    np.astype(np.multiply(random.uniform(key, shape), scale), dtype ?? 'f32');
export const normal =
  (stddev = 0.01): Initializer =>
  (key, shape, dtype) =>
    np.astype(np.multiply(random.normal(key, shape), stddev), dtype ?? 'f32');
/** Normal, cut at `lower` and `upper` standard deviations. */
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
/** Variance `scale / fan`, the fan counted over inputs, outputs or their mean. Source: JAX's `variance_scaling`. */
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
export const glorotUniform = (o?: VarianceScalingOptions): Initializer => varianceScaling(1, 'fan_avg', 'uniform', o);
export const glorotNormal = (o?: VarianceScalingOptions): Initializer =>
  varianceScaling(1, 'fan_avg', 'truncated_normal', o);
export const heUniform = (o?: VarianceScalingOptions): Initializer => varianceScaling(2, 'fan_in', 'uniform', o);
export const heNormal = (o?: VarianceScalingOptions): Initializer =>
  varianceScaling(2, 'fan_in', 'truncated_normal', o);
export const lecunUniform = (o?: VarianceScalingOptions): Initializer => varianceScaling(1, 'fan_in', 'uniform', o);
export const lecunNormal = (o?: VarianceScalingOptions): Initializer =>
  varianceScaling(1, 'fan_in', 'truncated_normal', o);
export {
  glorotNormal as xavierNormal,
  glorotUniform as xavierUniform,
  heNormal as kaimingNormal,
  heUniform as kaimingUniform,
};
/** Orthogonal columns (or rows, if wider than tall) times `scale`; the last dimension counts columns. */
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
