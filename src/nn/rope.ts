import { np, type Tensor } from '../api/index.ts';
import { HostArray, UserError } from '../base/index.ts';

/*
 * Rotary position embedding (Su et al. 2021) with the scalings that published models use; formulas as in transformers'
 * `modeling_rope_utils.py`, checked against it.
 */

export type RopeScaling =
  | { readonly kind: 'none' }
  | { readonly kind: 'linear'; readonly factor: number }
  /** Larger base for longer sequences, from the length of the call. */
  | { readonly kind: 'dynamic'; readonly factor: number; readonly maxPositions: number }
  | {
      readonly kind: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalMaxPositions: number;
    }
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalMaxPositions: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** Factor of cos and sin. */
      readonly attentionFactor: number;
      readonly truncate: boolean;
    }
  | {
      readonly kind: 'longrope';
      readonly shortFactors: readonly number[];
      readonly longFactors: readonly number[];
      readonly originalMaxPositions: number;
      readonly attentionFactor: number;
    }
  /** Frequencies of the whole head for a part of it; the rest does not turn (Gemma 4). */
  | { readonly kind: 'proportional'; readonly rotatedPairs: number };

export interface RopeConfig {
  /** Dimensions that turn, from the first on. */
  readonly dims: number;
  readonly theta: number;
  /** Pairs are neighbours `(2i, 2i+1)`; otherwise `(i, i + dims/2)`. */
  readonly interleaved?: boolean;
  readonly scaling: RopeScaling;
}

/** Angles of every position, `cos, sin: f32[batch, seq, dims / 2]`. */
export interface RopeAngles {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

const pairs = <T>(dims: number, f: (i: number) => T): T[] => Array.from({ length: dims / 2 }, (_, i) => f(i));

/** The factors of a rotation's frequencies that do not depend on the sequence, one per pair. */
export function ropeFrequencies({ dims, theta, scaling: s }: RopeConfig): number[] {
  const base = pairs(dims, (i) => theta ** ((-2 * i) / dims));
  switch (s.kind) {
    case 'none':
    case 'dynamic':
    case 'longrope':
      return base;
    case 'linear':
      return base.map((f) => f / s.factor);
    case 'llama3': {
      const longest = s.originalMaxPositions / s.lowFrequencyFactor;
      const shortest = s.originalMaxPositions / s.highFrequencyFactor;
      return base.map((f) => {
        const wavelength = (2 * Math.PI) / f;
        if (wavelength > longest) return f / s.factor;
        if (wavelength < shortest) return f;
        const smooth =
          (s.originalMaxPositions / wavelength - s.lowFrequencyFactor) / (s.highFrequencyFactor - s.lowFrequencyFactor);
        return ((1 - smooth) * f) / s.factor + smooth * f;
      });
    }
    case 'yarn': {
      const correction = (rotations: number): number =>
        (dims * Math.log(s.originalMaxPositions / (2 * Math.PI * rotations))) / (2 * Math.log(theta));
      const [rawLow, rawHigh] = [correction(s.betaFast), correction(s.betaSlow)];
      const low = Math.max(s.truncate ? Math.floor(rawLow) : rawLow, 0);
      const high = Math.min(s.truncate ? Math.ceil(rawHigh) : rawHigh, dims - 1);
      const width = high === low ? 0.001 : high - low;
      return base.map((f, i) => {
        const ramp = Math.min(1, Math.max(0, (i - low) / width));
        return (f / s.factor) * ramp + f * (1 - ramp);
      });
    }
    case 'proportional':
      return base.map((f, i) => (i < s.rotatedPairs ? f : 0));
  }
}

const row = (values: readonly number[]): Tensor => np.array(HostArray.from('f32', [values.length], values));

/** `positions: i32[batch, seq]`; negative ones (padding) count as 0. Computed in float32. */
export function ropeAnglesAt(positions: Tensor, c: RopeConfig): RopeAngles {
  if (c.dims % 2 !== 0)
    throw new UserError('nn/config', 'rotary position embedding turns pairs of dimensions', {
      expected: 'an even number',
      given: String(c.dims),
    });
  const at = np.astype(np.maximum(positions, 0), 'f32');
  const { scaling: s } = c;
  let inverse = row(ropeFrequencies(c));
  const factor = s.kind === 'yarn' || s.kind === 'longrope' ? s.attentionFactor : 1;
  if (s.kind === 'dynamic') {
    const length = np.maximum(np.add(np.max(at), 1), s.maxPositions);
    const grown = np.subtract(np.multiply(np.divide(length, s.maxPositions), s.factor), s.factor - 1);
    const theta = np.multiply(np.power(grown, c.dims / (c.dims - 2)), c.theta);
    inverse = np.power(theta, row(pairs(c.dims, (i) => (-2 * i) / c.dims)));
  }
  if (s.kind === 'longrope') {
    const isLong = np.greater(np.add(np.max(at), 1), s.originalMaxPositions);
    inverse = np.divide(inverse, np.where(isLong, row(s.longFactors), row(s.shortFactors)));
  }
  const angles = np.multiply(np.expandDims(at, -1), inverse);
  return { cos: np.multiply(np.cos(angles), factor), sin: np.multiply(np.sin(angles), factor) };
}

/**
 * Turns the first `dims` dimensions of every head. `x: f32 or bf16[batch, seq, …heads, headDim]` → the same. Angles are rounded to the
 * type of `x`, as published models do.
 */
export function rotate(x: Tensor, angles: RopeAngles, c: RopeConfig): Tensor {
  const heads = x.ndim - 3;
  const spread = (a: Tensor): Tensor =>
    np.astype(np.reshape(a, [a.shape[0], a.shape[1], ...Array<number>(heads).fill(1), a.shape[2]]), x.dtype);
  const [cos, sin] = [spread(angles.cos), spread(angles.sin)];
  const headDim = x.shape[x.ndim - 1];
  const turning = c.dims === headDim ? x : np.slice(x, -1, 0, c.dims);
  const half = c.dims / 2;
  const lead = x.shape.slice(0, -1);
  const [a, b] = c.interleaved
    ? [0, 1].map((k) => np.reshape(np.slice(np.reshape(turning, [...lead, half, 2]), -1, k, k + 1), [...lead, half]))
    : np.split(turning, 2, -1);
  const first = np.subtract(np.multiply(a, cos), np.multiply(b, sin));
  const second = np.add(np.multiply(b, cos), np.multiply(a, sin));
  const turned = c.interleaved
    ? np.reshape(np.stack([first, second], -1), [...lead, c.dims])
    : np.concatenate([first, second], -1);
  return c.dims === headDim ? turned : np.concatenate([turned, np.slice(x, -1, c.dims)], -1);
}
