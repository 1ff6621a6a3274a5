import { lax, np, type Tensor } from '../../api/index.ts';
import { capacityRows, rowsOf } from './capacity.ts';
import { keepsSecond, sampledSecond } from './chance.ts';
import { keepGroups } from './groups.ts';
import type { RouterConfig, RouterInputs, Routing } from './router.ts';
import { normalize } from './weights.ts';

/** Who goes where, without how much it counts. */
export type Choices = Pick<Routing, 'experts' | 'isServed' | 'rows' | 'capacity'>;
/** Both `f32[…, tokens, experts]`. */
export type Scores = Pick<Routing, 'probabilities' | 'logits'>;

/** Every token chooses its experts, or the caller has; what exceeds the capacity is dropped. */
export function chooseExperts(scores: Scores, c: RouterConfig, inputs: RouterInputs): Choices {
  const [probabilities, logits] = [scores.probabilities, scores.logits].map((t) => lax.stopGradient(t));
  const experts = expertsOf(probabilities, logits, c, inputs);
  const isWanted = wantedOf(probabilities, experts, c, inputs);
  if (!c.capacity) return isWanted ? { experts, isServed: isWanted } : { experts };
  const [numTokens] = experts.shape.slice(-2);
  const capacity = Math.min(numTokens, capacityRows(c.capacity, numTokens, c.numExperts));
  const priority = c.capacity.priority === 'score' ? np.max(probabilities, { axis: -1 }) : undefined;
  const isCounted = isWanted ?? np.ones(experts.shape, 'bool');
  const rows = rowsOf(experts, isCounted, c.numExperts, priority);
  return { experts, isServed: np.logicalAnd(np.greaterEqual(rows, 0), np.less(rows, capacity)), rows, capacity };
}

/** `i32[…, tokens, topK]` */
function expertsOf(probabilities: Tensor, logits: Tensor, c: RouterConfig, inputs: RouterInputs): Tensor {
  if (c.chooser === 'caller') return inputs.experts!;
  const choice = inputs.bias ? np.add(probabilities, lax.stopGradient(inputs.bias)) : probabilities;
  const [, experts] = lax.topK(c.groups ? keepGroups(choice, c.groups) : choice, c.topK);
  if (c.second?.kind !== 'sampled' || !(inputs.key || inputs.draws)) return experts;
  const first = np.index(experts, -1, 0);
  return np.stack([first, sampledSecond(logits, first, inputs)], -1);
}

/** Choices that neither padding nor chance takes back: `bool[…, tokens, topK]`, undefined where all stand. */
function wantedOf(probabilities: Tensor, experts: Tensor, c: RouterConfig, inputs: RouterInputs): Tensor | undefined {
  const isToken = inputs.isToken && np.broadcastTo(np.expandDims(inputs.isToken, -1), experts.shape);
  if (c.second?.kind !== 'random' || !(inputs.key || inputs.draws)) return isToken;
  const scores = np.takeAlongAxis(probabilities, experts, -1);
  const second = np.index(c.renormalize ? normalize(scores, c) : scores, -1, 1);
  const isKept = keepsSecond(second, c.second.threshold, inputs);
  const kept = np.stack([np.ones(isKept.shape, 'bool'), isKept], -1);
  return isToken ? np.logicalAnd(isToken, kept) : kept;
}
