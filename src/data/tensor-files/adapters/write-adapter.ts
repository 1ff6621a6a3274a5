import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type HostArray, UserError } from '../../../base/index.ts';
import { writeSafetensors } from '../safetensors.ts';
import { changeFolder, syncFolder, writeAll, writeThrough } from '../write-file.ts';
import { CONFIG_FILE, type LoraPair, PREFIX, WEIGHTS_FILE } from './read-adapter.ts';

/** A LoRA adapter to write. */
export interface AdapterContent {
  readonly pairs: ReadonlyMap<string, LoraPair>;
  /** Tensors that take the place of the model's, by their names in the model; none by default. */
  readonly replaced?: ReadonlyMap<string, HostArray>;
  /** Name or path of the base model. */
  readonly baseModel?: string;
  /** PEFT's task; `CAUSAL_LM` by default. */
  readonly taskType?: string;
  readonly useRslora?: boolean;
  readonly fanInFanOut?: boolean;
  /** Endings of names of modules, or one regular expression; by default the last part of each module's name. */
  readonly targetModules?: readonly string[] | string;
}

/**
 * Writes an adapter folder that PEFT, vLLM and `readAdapter` read. Files get their names when both are on disk, the configuration last: a crash
 * leaves the adapter that was there, the new one, or none. Throws `data/adapter` for factors that do not fit each other, `data/write` when the
 * system refuses; then what was there remains.
 */
export async function writeAdapter(dir: string, content: AdapterContent): Promise<void> {
  const tensors = new Map<string, HostArray>();
  for (const [module, pair] of content.pairs) {
    requirePair(module, pair);
    const [before, after] = pair.isEmbedding ? ['lora_embedding_', ''] : ['lora_', '.weight'];
    tensors.set(`${PREFIX}${module}.${before}A${after}`, pair.a);
    tensors.set(`${PREFIX}${module}.${before}B${after}`, pair.b);
  }
  for (const [name, tensor] of content.replaced ?? []) {
    const [module, last] = splitLast(name);
    tensors.set(`${PREFIX}${content.pairs.has(module) ? `${module}.base_layer.${last}` : name}`, tensor);
  }
  const config = Buffer.from(`${JSON.stringify(configOf(content), null, 2)}\n`);
  changeFolder(dir, () => mkdirSync(dir, { recursive: true }));
  const [weightsPath, configPath] = [join(dir, WEIGHTS_FILE), join(dir, CONFIG_FILE)];
  try {
    changeFolder(dir, () => writeSafetensors(`${weightsPath}.partial`, tensors, { format: 'pt' }));
    await writeThrough(`${configPath}.partial`, (fd) => writeAll(fd, config));
  } catch (error) {
    for (const path of [weightsPath, configPath]) rmSync(`${path}.partial`, { force: true });
    throw error;
  }
  changeFolder(dir, () => {
    if (existsSync(configPath)) {
      rmSync(configPath);
      syncFolder(dir);
    }
    for (const path of [weightsPath, configPath]) {
      renameSync(`${path}.partial`, path);
      syncFolder(dir);
    }
  });
}

function requirePair(module: string, { a, b, scale }: LoraPair): void {
  const isRight = a.shape.length === 2 && b.shape.length === 2 && a.shape[0] === b.shape[1] && a.shape[0] > 0;
  if (isRight && scale > 0 && Number.isFinite(scale)) return;
  throw new UserError('data/adapter', `the factors of module ${module} do not fit each other`, {
    expected: '[rank, in], [out, rank], and a positive scale',
    given: `[${a.shape.join(',')}], [${b.shape.join(',')}], and ${scale}`,
  });
}

/** `adapter_config.json`: the most frequent rank and alpha, and those of other modules by their whole names. */
function configOf(content: AdapterContent): Record<string, unknown> {
  const ranks = new Map<string, number>();
  const alphas = new Map<string, number>();
  for (const [module, { a, scale }] of content.pairs) {
    const rank = a.shape[0];
    const alpha = scale * (content.useRslora ? Math.sqrt(rank) : rank);
    ranks.set(module, rank);
    // Nearly all alphas are whole: what multiplication lost is given back.
    alphas.set(module, Math.abs(alpha - Math.round(alpha)) < 1e-9 * alpha ? Math.round(alpha) : alpha);
  }
  const [rank, alpha] = [mostFrequent(ranks) ?? 8, mostFrequent(alphas) ?? 8];
  return {
    peft_type: 'LORA',
    task_type: content.taskType ?? 'CAUSAL_LM',
    base_model_name_or_path: content.baseModel ?? null,
    r: rank,
    lora_alpha: alpha,
    rank_pattern: othersByPattern(ranks, rank),
    alpha_pattern: othersByPattern(alphas, alpha),
    target_modules: content.targetModules ?? lastParts([...content.pairs.keys()]),
    modules_to_save: savedModules(content),
    use_rslora: content.useRslora ?? false,
    use_dora: false,
    fan_in_fan_out: content.fanInFanOut ?? false,
    bias: 'none',
    lora_dropout: 0,
    init_lora_weights: true,
    layers_to_transform: null,
    layers_pattern: null,
    inference_mode: true,
  };
}

function mostFrequent(values: ReadonlyMap<string, number>): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values.values()) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function othersByPattern(values: ReadonlyMap<string, number>, common: number): Record<string, number> {
  const others = [...values].filter(([, value]) => value !== common);
  return Object.fromEntries(
    others.map(([module, value]) => [`^${module.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, value]),
  );
}

/** A name without its last part, and that part. */
const splitLast = (name: string): readonly [string, string] => {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
};

const lastParts = (names: readonly string[]): string[] => [...new Set(names.map((name) => splitLast(name)[1]))];

/** Modules without factors that are replaced whole, as PEFT names them. */
function savedModules({ pairs, replaced }: AdapterContent): string[] | null {
  const modules = [...(replaced?.keys() ?? [])]
    .map((name) => splitLast(name)[0])
    .filter((module) => !pairs.has(module));
  return modules.length === 0 ? null : lastParts(modules);
}
