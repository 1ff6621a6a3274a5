import { join } from 'node:path';
import { type HostArray, isFloat, UserError } from '../../../base/index.ts';
import { readJsonFile } from '../json-file.ts';
import { openSafetensors } from '../safetensors.ts';
import type { TensorStore } from '../tensor-store.ts';
import { type AdapterConfig, decodeAdapterConfig, matchPatterns } from './adapter-config.ts';

export const CONFIG_FILE = 'adapter_config.json';
export const WEIGHTS_FILE = 'adapter_model.safetensors';
/** What PEFT's wrapper puts before the names of the model. */
export const PREFIX = 'base_model.model.';

/**
 * Two factors of what is added to a weight: ΔW = scale · b · a, of shape [out, in]. For an embedding [vocabulary, width] it is transposed:
 * a is [rank, vocabulary], b [width, rank].
 */
export interface LoraPair {
  /** [rank, in] */
  readonly a: HostArray;
  /** [out, rank] */
  readonly b: HostArray;
  readonly scale: number;
  /** The module is an embedding. */
  readonly isEmbedding: boolean;
}

/** A LoRA adapter in PEFT's format. */
export interface Adapter {
  readonly config: AdapterConfig;
  /** By the module's name in the model, without PEFT's prefix. */
  readonly pairs: ReadonlyMap<string, LoraPair>;
  /** Tensors that take the place of the model's (`modules_to_save`, biases), by their names in the model. */
  readonly replaced: ReadonlyMap<string, HostArray>;
}

/** Between a module's name and its adapter's name, which PEFT leaves out in files. */
const FACTOR = /^(.*)\.lora_(embedding_)?([AB])(?:\.default)?(?:\.weight)?$/;
const MAX_CONFIG_BYTES = 10_000_000;

/**
 * Reads an adapter folder: `adapter_config.json` and `adapter_model.safetensors`. Scales are alpha/rank, or alpha/√rank with `use_rslora`, with each
 * module's own rank and alpha. Throws `data/adapter` for DoRA and other variants, factors without their partner, ranks that do not agree with the
 * configuration, and tensors it does not understand; `data/safetensors` for a damaged file.
 * Source: PEFT, `LoraConfig` and `LoraLayer.update_layer`.
 */
export function readAdapter(dir: string): Adapter {
  const config = decodeAdapterConfig(readJsonFile(join(dir, CONFIG_FILE), 'data/adapter', MAX_CONFIG_BYTES));
  const store = openSafetensors(join(dir, WEIGHTS_FILE));
  try {
    return decodeAdapter(config, store);
  } finally {
    store.close();
  }
}

interface Factors {
  a?: string;
  b?: string;
  isEmbedding: boolean;
}

function decodeAdapter(config: AdapterConfig, store: TensorStore): Adapter {
  const factorsByModule = new Map<string, Factors>();
  const replaced = new Map<string, HostArray>();
  for (const name of store.tensors.keys()) {
    const inModel = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
    const match = FACTOR.exec(inModel);
    if (match) {
      const isEmbedding = match[2] !== undefined;
      const factors = factorsByModule.get(match[1]) ?? { isEmbedding };
      if (factors.isEmbedding !== isEmbedding || factors[match[3] === 'A' ? 'a' : 'b'] !== undefined)
        throw wrong(`module ${match[1]} has two adapters`, name);
      factors[match[3] === 'A' ? 'a' : 'b'] = name;
      factorsByModule.set(match[1], factors);
    } else if (/\.lora_/.test(inModel) || !/\.(weight|bias)$/.test(inModel))
      throw wrong('the adapter holds a tensor that is not understood', name);
    else replaced.set(inModel.replace('.modules_to_save.default.', '.').replace('.base_layer.', '.'), store.read(name));
  }
  const modules = [...factorsByModule.keys()];
  const ranks = matchPatterns(config.rankPattern, modules, config.rank);
  const alphas = matchPatterns(config.alphaPattern, modules, config.alpha);
  const pairs = new Map<string, LoraPair>();
  for (const [module, factors] of factorsByModule)
    pairs.set(module, readPair(store, module, factors, ranks.get(module)!, alphas.get(module)!, config.useRslora));
  return { config, pairs, replaced };
}

function readPair(
  store: TensorStore,
  module: string,
  { a, b, isEmbedding }: Factors,
  rank: number,
  alpha: number,
  useRslora: boolean,
): LoraPair {
  if (a === undefined || b === undefined)
    throw wrong(
      `module ${module} has one factor of two`,
      a ?? b ?? '',
      'the adapter is incomplete: save or download it again',
    );
  for (const name of [a, b]) {
    const { dtype, shape } = store.tensors.get(name)!;
    if (shape.length !== 2 || !isFloat(dtype))
      throw wrong(`tensor ${name} is no matrix of floats`, `${dtype}[${shape.join(',')}]`);
  }
  const [found, inner] = [store.tensors.get(a)!.shape[0], store.tensors.get(b)!.shape[1]];
  if (found !== rank || inner !== rank)
    throw wrong(
      `the factors of module ${module} have another rank than ${CONFIG_FILE} says (${rank})`,
      `${found} and ${inner}`,
    );
  const scale = alpha / (useRslora ? Math.sqrt(rank) : rank);
  return { a: store.read(a), b: store.read(b), scale, isEmbedding };
}

const wrong = (summary: string, given: string, advice?: string): UserError =>
  new UserError('data/adapter', summary, { given, ...(advice === undefined ? {} : { advice }) });
