import { lax, nn, np, type Tensor } from '../../api/index.ts';

/** Experts in consecutive groups of equal size (devices, in DeepSeek's case), of which the best are eligible. */
export interface ExpertGroups {
  readonly numGroups: number;
  /** How many groups a token may choose from. */
  readonly keep: number;
  /** Score of a group: its best expert, or the sum of its two best. */
  readonly by: 'max' | 'top2Sum';
  /** What the others' scores become. Zero lets an expert of theirs win over negative ones; DeepSeek-V2 has it so. */
  readonly fill: 'zero' | 'negativeInfinity';
}

/** Scores with those outside the best groups filled. `scores: f32[…, experts]` → the same. Source: DeepSeek-V2 §2.2.2, V3 §2.1.2. */
export function keepGroups(scores: Tensor, g: ExpertGroups): Tensor {
  const lead = scores.shape.slice(0, -1);
  const size = scores.shape[scores.ndim - 1] / g.numGroups;
  const grouped = np.reshape(scores, [...lead, g.numGroups, size]);
  const best = lax.topK(grouped, g.by === 'max' ? 1 : 2)[0];
  const [, kept] = lax.topK(np.sum(best, { axis: -1 }), g.keep);
  const isKept = np.any(nn.oneHot(kept, g.numGroups, { dtype: 'bool' }), { axis: -2 });
  const fill = g.fill === 'zero' ? 0 : Number.NEGATIVE_INFINITY;
  return np.reshape(np.where(np.expandDims(isKept, -1), grouped, fill), scores.shape);
}
