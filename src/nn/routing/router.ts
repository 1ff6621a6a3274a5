import { nn, np, type Tensor } from '../../api/index.ts';
import type { Capacity } from './capacity.ts';
import { addNoise, type RouterNoise, type SecondChoice } from './chance.ts';
import { checkRouter } from './check-router.ts';
import { chooseTokens, type ExpertsPerToken } from './expert-choice.ts';
import type { ExpertGroups } from './groups.ts';
import { chooseExperts } from './token-choice.ts';
import { weightsOf } from './weights.ts';

/**
 * How tokens find their experts; a published router is a value of this (`routerPolicies`). Sources: Shazeer et al. 2017; Lepikhin et al.
 * 2020 (GShard); Fedus et al. 2021 (Switch); Zhou et al. 2022 (expert choice); DeepSeek-AI 2024.
 */
export interface RouterConfig {
  readonly numExperts: number;
  /** Experts per token; where experts choose, on average. */
  readonly topK: number;
  /** Who chooses: tokens their best experts (the default), experts their best tokens, or the caller (hash layers). */
  readonly chooser?: 'tokens' | 'experts' | 'caller';
  /** Logits become `logitCap · tanh(logits / logitCap)` first. */
  readonly logitCap?: number;
  /** Added to logits where the inputs have a key: in training. */
  readonly noise?: RouterNoise;
  /** What logits become, over the experts of a token or each by itself; float32 whatever the model computes in. */
  readonly score: 'softmax' | 'sigmoid';
  /** A bias per expert is added to scores for choosing only, never to weights. Source: DeepSeek-V3 §2.1.2. */
  readonly choiceBias?: boolean;
  /** Experts are chosen from the best groups only. Source: DeepSeek-V2 §2.2.2. */
  readonly groups?: ExpertGroups;
  /** The second expert is left to chance where the inputs have a key. Default: the second best, always. */
  readonly second?: SecondChoice;
  /** Most rows an expert has per group of tokens; what comes later is dropped. Default: as many as there are tokens. */
  readonly capacity?: Capacity;
  /** Most experts per token where experts choose. Default: all. */
  readonly perToken?: ExpertsPerToken;
  /** Weights of a token's experts are divided by their sum, before or after some are dropped. */
  readonly renormalize: boolean | 'afterDropping';
  /** Added to that sum. Default 0; after dropping 1e-9. */
  readonly renormalizeEpsilon?: number;
  /** Weights are 1 and have the gradient of the score. Source: Bengio et al. 2013. */
  readonly straightThrough?: boolean;
  /** Factor of all weights, last (`routed_scaling_factor`). Default 1. */
  readonly scale?: number;
  /** Weights are multiplied by a learned number per expert (Gemma 4). */
  readonly perExpertScale?: boolean;
}

/** What a router reads besides logits. */
export interface RouterInputs {
  /** `f32[experts]`, where the config says `choiceBias`. */
  readonly bias?: Tensor;
  /** `f32[experts]`, where the config says `perExpertScale`. */
  readonly perExpertScale?: Tensor;
  /** Experts of every token, where the caller chooses: `i32[…, tokens, topK]`. */
  readonly experts?: Tensor;
  /** False for padding, which gets no expert and counts nowhere: `bool[…, tokens]`. */
  readonly isToken?: Tensor;
  /** Logarithm-like scale of trained noise, before softplus: `f32[…, tokens, experts]`. */
  readonly noiseLogits?: Tensor;
  /** Makes the random numbers of `noise` and `second`; none at evaluation. */
  readonly key?: Tensor;
  /** Those numbers themselves: standard normal or Gumbel `f32[…, tokens, experts]`, or uniform `f32[…, tokens]`. */
  readonly draws?: Tensor;
}

/** Which experts serve which token. Leading dimensions are groups: capacity is counted, and losses are averaged, over each. */
export interface Routing {
  /** `i32[…, tokens, slots]`, of `topK` slots; where experts choose, a slot for every expert. */
  readonly experts: Tensor;
  /** Factors of the experts' outputs, 0 for what is not served: `f32[…, tokens, slots]`. */
  readonly weights: Tensor;
  /** Scores of all experts: `f32[…, tokens, experts]`. */
  readonly probabilities: Tensor;
  /** What the scores were made of: `f32[…, tokens, experts]`. */
  readonly logits: Tensor;
  /** Which slots are served: `bool[…, tokens, slots]`; all where there is none. */
  readonly isServed?: Tensor;
  /** Row of every slot among those of its expert and group: not served from `capacity` on, -1 where nobody asks for one: `i32[…, tokens, slots]`. */
  readonly rows?: Tensor;
  readonly capacity?: number;
  /** False for padding: `bool[…, tokens]`. */
  readonly isToken?: Tensor;
  /** Probability that noise leaves the expert among the chosen ones: `f32[…, tokens, experts]`. Source: Shazeer et al. 2017, A. */
  readonly load?: Tensor;
}

/**
 * Chooses the experts of every token. `logits: f32|bf16[tokens, experts]`, or with dimensions of groups before them. Of equal scores
 * the expert with the lowest number wins. Gradients flow through the weights, not through the choice.
 * Throws `nn/routing` for configs that contradict themselves, shapes that do not fit, and inputs that are missing or of no use.
 */
export function route(logits: Tensor, config: RouterConfig, inputs: RouterInputs = {}): Routing {
  checkRouter(logits, config, inputs);
  const wide = np.astype(logits, 'f32');
  const cap = config.logitCap;
  const clean = cap === undefined ? wide : np.multiply(np.tanh(np.divide(wide, cap)), cap);
  const { noisy, load } = addNoise(clean, config, inputs);
  const probabilities = config.score === 'softmax' ? nn.softmax(noisy) : nn.sigmoid(noisy);
  const choose = config.chooser === 'experts' ? chooseTokens : chooseExperts;
  const choices = choose({ probabilities, logits: noisy }, config, inputs);
  return {
    ...choices,
    weights: weightsOf(probabilities, choices, config, inputs),
    probabilities,
    logits: noisy,
    ...(inputs.isToken ? { isToken: inputs.isToken } : {}),
    ...(load ? { load } : {}),
  };
}
