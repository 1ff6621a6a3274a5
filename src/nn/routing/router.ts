import { lax, nn, np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { type ExpertGroups, keepGroups } from './groups.ts';

/**
 * How tokens find their experts; a published router is a value of this. Sources: Shazeer et al. 2017; Lepikhin et al. 2020 (GShard);
 * Fedus et al. 2021 (Switch); DeepSeek-AI 2024.
 */
export interface RouterConfig {
  readonly numExperts: number;
  /** Experts per token. */
  readonly topK: number;
  /** What logits become, over the experts of a token or each by itself; float32 whatever the model computes in. */
  readonly score: 'softmax' | 'sigmoid';
  /** A bias per expert is added to scores for choosing only, never to weights. Source: DeepSeek-V3 §2.1.2. */
  readonly choiceBias?: boolean;
  /** Experts are chosen from the best groups only. Source: DeepSeek-V2 §2.2.2. */
  readonly groups?: ExpertGroups;
  /** Weights of a token's experts are divided by their sum. */
  readonly renormalize: boolean;
  /** Added to that sum. Default 0. */
  readonly renormalizeEpsilon?: number;
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
}

/** Which experts serve which token. */
export interface Routing {
  /** `i32[…, tokens, topK]` */
  readonly experts: Tensor;
  /** Factors of the experts' outputs: `f32[…, tokens, topK]`. */
  readonly weights: Tensor;
  /** Scores of all experts: `f32[…, tokens, experts]`. */
  readonly probabilities: Tensor;
  /** What the scores were made of: `f32[…, tokens, experts]`. */
  readonly logits: Tensor;
}

/**
 * Chooses the experts of every token. `logits: f32|bf16[tokens, experts]`, or with dimensions of groups before them. Of equal scores
 * the expert with the lowest number wins. Gradients flow through the weights, not through the choice.
 * Throws `nn/routing` for configs that contradict themselves, shapes that do not fit, and inputs that are missing or of no use.
 */
export function route(logits: Tensor, config: RouterConfig, inputs: RouterInputs = {}): Routing {
  checkConfig(logits, config);
  checkPerExpert('bias', inputs.bias, config.choiceBias ?? false, config);
  checkPerExpert('perExpertScale', inputs.perExpertScale, config.perExpertScale ?? false, config);
  const wide = np.astype(logits, 'f32');
  const probabilities = config.score === 'softmax' ? nn.softmax(wide) : nn.sigmoid(wide);
  const choice = lax.stopGradient(inputs.bias ? np.add(probabilities, inputs.bias) : probabilities);
  const eligible = config.groups ? keepGroups(choice, config.groups) : choice;
  const [, experts] = lax.topK(eligible, config.topK);
  const scores = np.takeAlongAxis(probabilities, experts, -1);
  return { experts, weights: weightsOf(scores, experts, config, inputs), probabilities, logits: wide };
}

/** Scores of the chosen experts → factors of their outputs. */
function weightsOf(scores: Tensor, experts: Tensor, c: RouterConfig, inputs: RouterInputs): Tensor {
  const sum = (): Tensor => np.sum(scores, { axis: -1, keepdims: true });
  const normalized = c.renormalize ? np.divide(scores, np.add(sum(), c.renormalizeEpsilon ?? 0)) : scores;
  const scaled = inputs.perExpertScale
    ? np.multiply(normalized, np.take(np.astype(inputs.perExpertScale, 'f32'), experts))
    : normalized;
  return c.scale === undefined ? scaled : np.multiply(scaled, c.scale);
}

function checkConfig(logits: Tensor, c: RouterConfig): void {
  const wrong = (message: string, given: unknown): UserError =>
    new UserError('nn/routing', message, { given: String(given) });
  if (logits.ndim < 2 || logits.shape[logits.ndim - 1] !== c.numExperts)
    throw new UserError('nn/routing', 'logits need one number per token and expert', {
      expected: `[…, tokens, ${c.numExperts}]`,
      given: `${logits}`,
    });
  if (!Number.isInteger(c.topK) || c.topK < 1 || c.topK > c.numExperts)
    throw wrong(`topK must be a whole number of the ${c.numExperts} experts`, c.topK);
  const g = c.groups;
  if (!g) return;
  const size = c.numExperts / g.numGroups;
  if (!Number.isInteger(size) || g.numGroups < 1)
    throw wrong(`numGroups must divide the ${c.numExperts} experts`, g.numGroups);
  if (!Number.isInteger(g.keep) || g.keep < 1 || g.keep > g.numGroups || g.keep * size < c.topK)
    throw wrong(`the groups kept must hold topK = ${c.topK} experts and be among ${g.numGroups}`, `keep ${g.keep}`);
  if (g.by === 'top2Sum' && size < 2) throw wrong('groups of one expert have no two best', `${g.numGroups} groups`);
}

function checkPerExpert(name: keyof RouterInputs, x: Tensor | undefined, isWanted: boolean, c: RouterConfig): void {
  if (isWanted === (x !== undefined) && (!x || (x.ndim === 1 && x.shape[0] === c.numExperts))) return;
  throw new UserError('nn/routing', `${name} of a router does not fit its config`, {
    expected: isWanted ? `f32[${c.numExperts}]` : 'none',
    given: x ? `${x}` : 'none',
  });
}
