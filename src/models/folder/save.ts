import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Tensor, tree } from '../../api/index.ts';
import { castArray, type DType, HostArray, rowMajorStrides, UserError } from '../../base/index.ts';
import { type TensorSource, writeTensorFolder } from '../../data/index.ts';
import { type DeclaredTree, heldFor, isQuantized, type TensorsOf } from '../../nn/index.ts';
import type { LoadedModel, ModelFolder } from '../load-model.ts';
import { type NameRule, piecesOf } from './name-rules.ts';
import { copyStrided } from './read-region.ts';

/** How a model is written. */
export interface SaveModelOptions {
  /** Type of the written weights. Default: that they are kept in. */
  readonly dtype?: DType;
  /** Most bytes of weights in a file, unless one tensor alone has more; beyond, there are several and an index. Default 5e9. */
  readonly maxShardBytes?: number;
  /** Fields of `config.json` that the model did not come with, or no longer has (undefined). */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Files that belong to a model and are taken along as they are. */
const companions = [
  'generation_config.json',
  'tokenizer.json',
  'tokenizer.model',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'vocab.json',
  'merges.txt',
  'preprocessor_config.json',
  'processor_config.json',
];

/**
 * Writes a model as a folder that other libraries load: the weights under the names that they came with, `config.json` as it was but for
 * the type of weights, and tokenizer and templates beside. One tensor is in memory at a time. Throws `models/quantized` for weights in few bits.
 */
export async function saveModel(model: LoadedModel, dir: string, o: SaveModelOptions = {}): Promise<void> {
  const { folder } = model;
  const tensors = modelTensors(folder, model.weights, o.dtype);
  mkdirSync(dir, { recursive: true });
  await writeTensorFolder(dir, tensors, {
    ...(o.maxShardBytes === undefined ? {} : { maxShardBytes: o.maxShardBytes }),
  });
  const { quantization_config: _, ...json } = folder.json as Record<string, unknown>;
  const dtype = o.dtype ?? leavesOf(model.weights)[0].tensor.dtype;
  const named = dtypeNames[dtype];
  const typed = named ? { ...json, [json.torch_dtype === undefined ? 'dtype' : 'torch_dtype']: named } : json;
  writeFileSync(join(dir, 'config.json'), `${JSON.stringify({ ...typed, ...o.config }, null, 2)}\n`);
  for (const name of companions) {
    const from = join(folder.dir, name);
    if (existsSync(from) && from !== join(dir, name)) copyFileSync(from, join(dir, name));
  }
}

const dtypeNames: Partial<Record<DType, string>> = { f32: 'float32', bf16: 'bfloat16', f16: 'float16', f64: 'float64' };

const leavesOf = (weights: TensorsOf<DeclaredTree>): { path: string; tensor: Tensor }[] => {
  const { leaves, paths } = tree.flatten(weights);
  return leaves.map((leaf, i) => ({ path: paths[i], tensor: leaf as Tensor }));
};

/** The tensors of a model under the names of files, each made when it is read. Throws `models/quantized` for weights in few bits. */
export function modelTensors(
  folder: ModelFolder,
  weights: TensorsOf<DeclaredTree>,
  dtype?: DType,
): Map<string, TensorSource> {
  if (heldFor(folder.declared, weights).some((w) => isQuantized(w as object)))
    throw new UserError(
      'models/quantized',
      'a model in few bits is not written: its files would not be what it came from',
      {
        advice: 'load it without quantize, and save that',
      },
    );
  const tensorByPath = new Map(leavesOf(weights).map(({ path, tensor }) => [path, tensor]));
  const rulesByName = new Map<string, NameRule[]>();
  for (const r of folder.rules) {
    if (!tensorByPath.has(r.path)) throw new UserError('models/folder', `the model has no weight ${r.path}`);
    for (const name of new Set(r.names)) rulesByName.set(name, [...(rulesByName.get(name) ?? []), r]);
  }
  const sources = new Map<string, TensorSource>();
  for (const [name, rules] of rulesByName) {
    const [first] = rules;
    const type = dtype ?? tensorByPath.get(first.path)!.dtype;
    sources.set(name, {
      dtype: type,
      shape: first.fileShape,
      read: async () => {
        const out = HostArray.zeros(type, first.fileShape);
        for (const r of rules) copyBack(await tensorByPath.get(r.path)!.toHost({ copy: false }), r, name, out);
        return out;
      },
    });
  }
  return sources;
}

/** Puts the elements of one of our tensors to their places in a file's. */
function copyBack(ours: HostArray, r: NameRule, name: string, out: HostArray): void {
  const view = r.view ?? r.fileShape;
  const strides = rowMajorStrides(view);
  const from = castArray(ours, out.dtype);
  for (const p of piecesOf(r, ours.shape, { start: ours.shape.map(() => 0), shape: ours.shape })) {
    if (p.name !== name) continue;
    const at = p.region.start.reduce((sum, s, d) => sum + s * strides[d], 0);
    copyStrided(from, p.offset, p.strides, out, at, strides, p.region.shape);
  }
}
