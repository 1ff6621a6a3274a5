import { UserError } from '../../base/index.ts';
import { deepseekV2, deepseekV3, deepseekV32 } from './deepseek.ts';
import { falcon } from './falcon.ts';
import type { DecoderFamily } from './family.ts';
import { gemma, gemma2, gemma3 } from './gemma.ts';
import { gemma4 } from './gemma4.ts';
import { gpt2, gptj } from './gpt2.ts';
import { llama, mistral, mixtral } from './llama.ts';
import { qwen2, qwen2Moe, qwen3, qwen3Moe } from './qwen.ts';

/** Every family, once. */
export const families: readonly DecoderFamily[] = [
  gpt2,
  gptj,
  llama,
  mistral,
  mixtral,
  qwen2,
  qwen2Moe,
  qwen3,
  qwen3Moe,
  gemma,
  gemma2,
  gemma3,
  gemma4,
  deepseekV2,
  deepseekV3,
  deepseekV32,
  falcon,
];

const familyByModelType = new Map(families.flatMap((f) => f.modelTypes.map((t) => [t, f] as const)));

/** The family of a `model_type`. Throws `models/family`, which lists those there are. */
export function familyOf(modelType: string): DecoderFamily {
  const family = familyByModelType.get(modelType);
  if (family) return family;
  throw new UserError('models/family', `no model family is called ${JSON.stringify(modelType)}`, {
    expected: `a model_type among ${[...familyByModelType.keys()].join(', ')}`,
    given: modelType === '' ? 'a config.json without model_type' : modelType,
  });
}

export type { DecoderFamily } from './family.ts';
