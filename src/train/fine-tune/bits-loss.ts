import { np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { distillationLoss, type LoadedModel, type LossSum, nextTokenLogits, tokenLoss } from '../../models/index.ts';
import {
  type DeclaredTree,
  fakeQuantizedWeights,
  requireBits,
  type SliceOptions,
  type TensorsOf,
} from '../../nn/index.ts';

/* Losses of weights in several numbers of bits at once. Source: Nair et al. 2025 (MatQuant), §3.2 and §4.4. */

/** One of the losses of training for few bits. */
export interface BitsLoss extends SliceOptions {
  readonly weight: number;
  /** Learns half from the tokens, half from what so many first bits of the same codes expect (co-distillation). Default: from the tokens. */
  readonly from?: number | undefined;
}

/** Throws `nn/matquant` for bits that codes do not have, `train/matquant` for teachers that are no better than who learns from them. */
export function requireBitsLosses(losses: readonly BitsLoss[]): void {
  for (const { bits, of = 8, from } of losses) {
    requireBits(bits, of);
    if (from === undefined) continue;
    requireBits(from, of);
    if (from <= bits)
      throw new UserError('train/matquant', `${bits} bits cannot learn from ${from}`, {
        expected: `more than ${bits} bits to learn from`,
      });
  }
}

/**
 * The sum of all losses, each the mean over the tokens to learn times its weight: `tokens, positions: i32[batch, length]`,
 * `isTarget: f32[batch, length]` → `f32[]`. The model is computed once for every number of bits. Traceable.
 */
export function bitsLoss(
  losses: readonly BitsLoss[],
  model: LoadedModel,
  weights: TensorsOf<DeclaredTree>,
  tokens: Tensor,
  positions: Tensor,
  isTarget: Tensor,
): Tensor {
  const known = new Map<string, Tensor>();
  const logitsOf = (slice: SliceOptions): Tensor => {
    const { bits, of = 8, extraBit = false } = slice;
    const key = `${bits} of ${of} ${extraBit}`;
    const found = known.get(key);
    if (found) return found;
    const rounded = fakeQuantizedWeights(model.folder.declared, weights, { matquant: [bits], extraBit, of });
    const logits = nextTokenLogits(model, rounded, tokens, positions);
    known.set(key, logits);
    return logits;
  };
  const mean = ({ sum, count }: LossSum): Tensor => np.divide(sum, np.maximum(count, 1));
  return losses
    .map(({ bits, of, extraBit, from, weight }) => {
      const logits = logitsOf({ bits, of, extraBit });
      const truth = mean(tokenLoss(logits, tokens, isTarget));
      if (from === undefined) return np.multiply(truth, weight);
      const taught = mean(distillationLoss(logits, logitsOf({ bits: from, of }), isTarget));
      return np.multiply(np.add(truth, taught), weight / 2);
    })
    .reduce((x, y) => np.add(x, y));
}
