export { RewardScorer } from './reward-scorer.ts';
export {
  bestOf,
  type ControlledDecoding,
  drawnOf,
  noiseAt,
  type ScoredText,
  type Scorer,
  type WeightedScorer,
  weightedScores,
} from './scorer.ts';
