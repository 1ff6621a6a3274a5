import { basename } from 'node:path';
import { UserError } from '../../base/index.ts';
import {
  type GgufFileType,
  type GgufModelTensor,
  ggufFileTypeId,
  ggufFileTypes,
  ggufTensorsOf,
  ggufVocabulary,
  type TensorSource,
  writeGguf,
} from '../../data/index.ts';
import { LoadedModel, type ModelFolder } from '../load-model.ts';
import type { GroupedAttention } from '../stack/config.ts';
import { ConfigReader } from './config-reader.ts';
import { ggufArchitecture, modelMetadata, requireSaysAll, ropeFactors } from './gguf-metadata.ts';
import { modelTensors } from './save.ts';

/** How a GGUF file is written. */
export interface SaveGgufOptions {
  /** What most weights are kept as. Default: bf16 for weights of bf16, else f16. */
  readonly type?: GgufFileType;
}

/** What was written. */
export interface SavedGguf {
  readonly type: GgufFileType;
  readonly tensors: readonly GgufModelTensor[];
  readonly hasTokenizer: boolean;
}

/**
 * Writes a model as one GGUF file that llama.cpp loads: weights, configuration, tokenizer and chat template. An opened folder goes from file to
 * file with one tensor in memory at a time; a loaded model is written with the weights it has now. Throws `models/gguf` for families and
 * settings that the format has no keys for, `data/tokenizer` for tokenizers it cannot hold, and what `writeGguf` throws.
 */
export async function saveGguf(
  model: LoadedModel | ModelFolder,
  path: string,
  o: SaveGgufOptions = {},
): Promise<SavedGguf> {
  if (o.type !== undefined && !ggufFileTypes.includes(o.type))
    throw new UserError('models/gguf', 'there is no such type of GGUF files', {
      expected: ggufFileTypes.join(', '),
      given: String(o.type),
    });
  const folder = model instanceof LoadedModel ? model.folder : model;
  const json = new ConfigReader(folder.json);
  const architecture = ggufArchitecture(json.modelType);
  const config = folder.family.decoder!(folder.config);
  const stored = model instanceof LoadedModel ? modelTensors(folder, model.weights) : filesOf(folder);
  const type = o.type ?? ([...stored.values()].some((t) => t.dtype === 'bf16') ? 'bf16' : 'f16');
  const tensors = ggufTensorsOf(architecture, published(folder, stored), {
    type,
    headDim: (config.layers[0].attention as GroupedAttention).headDim,
  });
  const factors = ropeFactors(config);
  if (factors)
    tensors.push({
      name: 'rope_freqs.weight',
      wanted: 'F32',
      type: 'F32',
      shape: factors.shape,
      data: () => factors,
    });
  const metadata = modelMetadata(architecture, config, json);
  requireSaysAll(config, metadata, tensors, factors);
  if (architecture === 'gemma2' && (config.layers[0].attention as GroupedAttention).softcap === undefined)
    throw new UserError('models/gguf', 'a Gemma 2 without soft caps cannot be written as GGUF', {
      given: 'attn_logit_softcapping null',
      advice: 'write a folder of safetensors instead (--output)',
    });
  const vocabulary = await ggufVocabulary(folder.dir, config.vocabSize, folder.json);
  await writeGguf(path, {
    metadata: {
      ...metadata,
      'general.type': 'model',
      'general.name': basename(folder.dir),
      'general.file_type': { type: 'u32', value: ggufFileTypeId(type) },
      'general.quantization_version': { type: 'u32', value: 2 },
      ...(vocabulary ?? { 'tokenizer.ggml.model': 'none' }),
    },
    tensors,
  });
  return { type, tensors, hasTokenizer: vocabulary !== undefined };
}

/** The tensors of the files that the model uses, read when they are written. */
function filesOf({ rules, store }: ModelFolder): Map<string, TensorSource> {
  const names = new Set(rules.flatMap((r) => r.names));
  return new Map(
    [...names].map((name) => [name, { ...store.tensors.get(name)!, read: () => store.read(name) }] as const),
  );
}

/** The same under the names that the family's own class gives them: prefixes of other classes are gone. */
function published(folder: ModelFolder, tensors: ReadonlyMap<string, TensorSource>): Map<string, TensorSource> {
  const { family, config, json, rules } = folder;
  const nameByStored = new Map<string, string>();
  for (const [i, r] of family.names(config, new ConfigReader(json)).entries())
    for (const [k, name] of r.names.entries()) nameByStored.set(rules[i].names[k], name);
  return new Map([...tensors].map(([name, source]) => [nameByStored.get(name) ?? name, source]));
}
