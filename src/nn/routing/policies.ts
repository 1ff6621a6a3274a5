import type { RouterConfig } from './router.ts';

/** Of a policy what its paper fixes; numbers of experts, and where it differs from model to model topK, are the model's. */
type Policy = (sizes: { readonly numExperts: number; readonly topK?: number }) => RouterConfig;

const gshard: Policy = ({ numExperts }) => ({
  numExperts,
  topK: 2,
  score: 'softmax',
  renormalize: true,
  renormalizeEpsilon: 1e-9,
  second: { kind: 'random', threshold: 0.5 },
  capacity: { factor: 2, rounding: 'multipleOfFour' },
});

/** Published routers by name. Sources: each paper's own code or Hugging Face's. */
export const routerPolicies = {
  /** Noisy top-k of 2017 (tensor2tensor); with `importanceLoss` and `loadLoss`, 0.1 each. */
  noisyTopK: ({ numExperts, topK = 4 }) => ({
    numExperts,
    topK,
    score: 'softmax',
    renormalize: true,
    noise: { kind: 'trained', epsilon: 1e-2 },
  }),
  /** GShard (lingvo); with `balanceLoss` of first choices, 0.01. */
  gshard,
  /** Switch (flaxformer), a group per row; with jitter and `balanceLoss`, 0.01. At evaluation the factor is 2. */
  switch: ({ numExperts }) => ({
    numExperts,
    topK: 1,
    score: 'softmax',
    renormalize: false,
    capacity: { factor: 1.25, minimum: 4, rounding: 'halfEven' },
  }),
  /** GLaM (praxis): top two, all kept that fit; with `balanceLoss`, 0.01, and `routerZLoss`, 1e-4. */
  glam: (sizes) => ({ ...gshard(sizes), second: undefined }),
  /** ST-MoE: top two of factor 1.25; with `balanceLoss`, 0.01, and `routerZLoss`, 1e-3. */
  stMoe: ({ numExperts }) => ({
    numExperts,
    topK: 2,
    score: 'softmax',
    renormalize: true,
    renormalizeEpsilon: 1e-9,
    capacity: { factor: 1.25, minimum: 4, rounding: 'halfEven' },
  }),
  /** Experts choose `tokens · topK / experts` tokens each; balanced by construction. */
  expertChoice: ({ numExperts, topK = 2 }) => ({
    numExperts,
    topK,
    chooser: 'experts',
    score: 'softmax',
    renormalize: false,
  }),
  /** Mixtral and Qwen3-MoE. */
  mixtral: ({ numExperts, topK = 2 }) => ({ numExperts, topK, score: 'softmax', renormalize: true }),
  /** DeepSeek-V3: eight groups of which four are kept; with `updateBias`. */
  deepseekV3: ({ numExperts, topK = 8 }) => ({
    numExperts,
    topK,
    score: 'sigmoid',
    choiceBias: true,
    groups: { numGroups: 8, keep: 4, by: 'top2Sum', fill: 'negativeInfinity' },
    renormalize: true,
    renormalizeEpsilon: 1e-20,
    scale: 2.5,
  }),
  /** Hash layers: the caller's experts (`hashedExperts`), with weight 1. Source: Roller et al. 2021. */
  hash: ({ numExperts, topK = 1 }) => ({ numExperts, topK, chooser: 'caller', score: 'softmax', renormalize: true }),
  /** Two experts, doing nothing and doing something, drawn by Gumbel numbers in training (`executeGate`). Source: Zeng et al. 2023. */
  binarySkip: () => ({
    numExperts: 2,
    topK: 1,
    score: 'softmax',
    renormalize: false,
    noise: { kind: 'gumbel', temperature: 1 },
    straightThrough: true,
  }),
} as const satisfies Readonly<Record<string, Policy>>;
