import { lax, np, type Tensor } from '../api/index.ts';
import { Declared } from './declared.ts';

/** A normalization over the last dimension. */
export interface NormConfig {
  readonly kind: 'rms' | 'layer';
  /** Added to the mean of squares, inside the root. */
  readonly epsilon: number;
  /** The stored weight is what is added to 1 (Gemma 1–3). */
  readonly plusOne?: boolean;
  /** Rounds to the type of `x` before multiplying by the weight (Llama), not after (Gemma). */
  readonly castsFirst?: boolean;
  readonly bias?: boolean;
  /** Without a weight it only normalizes (Gemma's values). Default true. */
  readonly weight?: boolean;
}

export type NormWeights = {
  readonly weight?: Declared | undefined;
  readonly bias?: Declared | undefined;
};

/** The weights of a normalization of `size` elements. */
export function normWeights(c: NormConfig, size: number, axis = 'embed'): NormWeights {
  const constant = (value: number): Declared => new Declared([size], [axis], { init: { constant: value }, tags: [] });
  return {
    ...(c.weight === false ? {} : { weight: constant(c.plusOne ? 0 : 1) }),
    ...(c.bias ? { bias: constant(0) } : {}),
  };
}

/**
 * `x: f32 or bf16[…, size]` → the same; statistics in float32. Sources: Zhang & Sennrich 2019 (RMS), Ba et al. 2016 (layer).
 */
export function normalize(
  x: Tensor,
  w: { readonly weight?: Tensor | undefined; readonly bias?: Tensor | undefined },
  c: NormConfig,
): Tensor {
  const wide = np.astype(x, 'f32');
  const centered = c.kind === 'layer' ? np.subtract(wide, np.mean(wide, { axis: -1, keepdims: true })) : wide;
  const meanSquare = np.mean(np.square(centered), { axis: -1, keepdims: true });
  let y = np.multiply(centered, lax.rsqrt(np.add(meanSquare, c.epsilon)));
  if (c.castsFirst) y = np.astype(y, x.dtype);
  if (w.weight) {
    const weight = np.astype(w.weight, y.dtype);
    y = np.multiply(y, c.plusOne ? np.add(weight, 1) : weight);
  }
  if (w.bias) y = np.add(y, np.astype(w.bias, y.dtype));
  return np.astype(y, x.dtype);
}
