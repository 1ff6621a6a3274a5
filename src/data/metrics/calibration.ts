import { UserError } from '../../base/index.ts';

/** Answers of about the same confidence. */
export interface ReliabilityBin {
  /** Confidences (from, to]; the first bin has 0, too. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Means over the bin; 0 where it is empty. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Calibration {
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error: mean of |accuracy − confidence| over answers, bin by bin. */
  readonly ece: number;
  /** The largest |accuracy − confidence| of a bin. */
  readonly mce: number;
  /** Mean of (confidence − is right)². */
  readonly brier: number;
}

/**
 * Whether answers are right as often as they are sure: `confidences[n]` in [0, 1], `isRight[n]`. Throws `data/calibration`.
 * Source: Guo et al. 2017, bins of equal width.
 */
export function calibration(
  confidences: readonly number[],
  isRight: readonly boolean[],
  { numBins = 10 }: { readonly numBins?: number } = {},
): Calibration {
  const wrong = confidences.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined || confidences.length !== isRight.length || confidences.length === 0)
    throw new UserError('data/calibration', 'these are no confidences of answers', {
      expected: 'numbers between 0 and 1, one per answer',
      given: wrong === undefined ? `${confidences.length} for ${isRight.length} answers` : String(wrong),
    });
  if (!Number.isInteger(numBins) || numBins < 1)
    throw new UserError('data/calibration', 'there are no such bins', {
      expected: 'an integer ≥ 1',
      given: String(numBins),
    });
  const sums = Array.from({ length: numBins }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (const [i, p] of confidences.entries()) {
    const bin = sums[Math.max(0, Math.ceil(p * numBins) - 1)];
    bin.count++;
    bin.confidence += p;
    bin.right += isRight[i] ? 1 : 0;
  }
  const bins = sums.map(({ count, confidence, right }, i) => ({
    from: i / numBins,
    to: (i + 1) / numBins,
    count,
    confidence: confidence / Math.max(1, count),
    accuracy: right / Math.max(1, count),
  }));
  const gap = (b: ReliabilityBin): number => Math.abs(b.accuracy - b.confidence);
  return {
    bins,
    ece: bins.reduce((sum, b) => sum + b.count * gap(b), 0) / confidences.length,
    mce: Math.max(...bins.map(gap)),
    brier: confidences.reduce((sum, p, i) => sum + (p - (isRight[i] ? 1 : 0)) ** 2, 0) / confidences.length,
  };
}
