import { UserError } from '../../base/index.ts';
import type { DeclaredTree } from '../../nn/index.ts';
import { conformer } from './conformer.ts';
import { deepseekV2, deepseekV3, deepseekV32 } from './deepseek.ts';
import { falcon } from './falcon.ts';
import type { Family } from './family.ts';
import { gemma, gemma2, gemma3 } from './gemma.ts';
import { gemma3n } from './gemma3n.ts';
import { gemma4 } from './gemma4.ts';
import { gpt2, gptj } from './gpt2.ts';
import { llama, mistral, mixtral } from './llama.ts';
import { gemma3Multimodal, paliGemma } from './multimodal.ts';
import { phi3 } from './phi3.ts';
import { qwen2, qwen2Moe, qwen3, qwen3Moe } from './qwen.ts';
import { reformer } from './reformer.ts';
import { mt5, switchTransformers, t5, umt5 } from './t5.ts';
import { textPart } from './text-part.ts';
import { siglipVision, vit } from './vision.ts';
import { whisper } from './whisper.ts';

/** A family as those see it who hold any: its own types meet again in what its functions give and take. */
const erased = <C, W extends DeclaredTree>(f: Family<C, W>): Family => f as unknown as Family;

/** Every family, once. */
export const families: readonly Family[] = [
  erased(gpt2),
  erased(gptj),
  erased(llama),
  erased(mistral),
  erased(mixtral),
  erased(phi3),
  erased(qwen2),
  erased(qwen2Moe),
  erased(qwen3),
  erased(qwen3Moe),
  erased(gemma),
  erased(gemma2),
  erased(gemma3),
  erased(gemma3n),
  erased(gemma4),
  erased(deepseekV2),
  erased(deepseekV3),
  erased(deepseekV32),
  erased(falcon),
  erased(reformer),
  erased(t5),
  erased(mt5),
  erased(umt5),
  erased(switchTransformers),
  erased(vit),
  erased(siglipVision),
  erased(whisper),
  erased(conformer),
  erased(gemma3Multimodal),
  erased(paliGemma),
  erased(textPart('gemma3n', gemma3n)),
  erased(textPart('gemma4', gemma4)),
  erased(textPart('mistral3', mistral, llama)),
];

const familyByModelType = new Map(families.flatMap((f) => f.modelTypes.map((t) => [t, f] as const)));

/** The family of a `model_type`. Throws `models/family`, which lists those there are. */
export function familyOf(modelType: string): Family {
  const family = familyByModelType.get(modelType);
  if (family) return family;
  throw new UserError('models/family', `no model family is called ${JSON.stringify(modelType)}`, {
    expected: `a model_type among ${[...familyByModelType.keys()].join(', ')}`,
    given: modelType === '' ? 'a config.json without model_type' : modelType,
  });
}

export type { DecoderFamily, Family, ImagePlaces, ModelInputs, ModelOutputs, Rereading } from './family.ts';
