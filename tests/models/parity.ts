import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hostTensor, jit, type Mesh, np, type Tensor, tree, valueAndGrad } from '../../src/api/index.ts';
import { type DType, type HostArray, UserError } from '../../src/base/index.ts';
import { openSafetensors, type TensorSource, type TensorStore } from '../../src/data/index.ts';
import {
  type LoadedModel,
  loadModel,
  type ModelInputs,
  type ModelOutputs,
  modelTensors,
  type NameRule,
} from '../../src/models/index.ts';
import type { AxisRules, DeclaredTree, TensorsOf } from '../../src/nn/index.ts';
import type { Engine } from '../../src/runtime/index.ts';

/*
 * Models beside what another implementation computes with them: folders as on Hugging Face with `expected.safetensors` in them (inputs,
 * logits, greedy tokens, gradients of one parameter) and `expected.json` (the loss).
 */

/** Folders of tiny models beside this project; undefined where they are absent. */
export function oracleModels(): string | undefined {
  const root = resolve(import.meta.dirname, '../../../shared/oracles/hf-models');
  return existsSync(root) ? root : undefined;
}

/** Names of the models in a folder of models. */
export const modelsIn = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => existsSync(join(root, name, 'expected.safetensors')))
    .sort();

export interface ParityOptions {
  readonly engine?: Engine;
  readonly mesh?: Mesh;
  readonly rules?: AxisRules;
  readonly dtype?: DType;
  readonly scan?: boolean;
}

export interface Parity {
  readonly model: LoadedModel;
  readonly expected: TensorStore;
  readonly inputs: ModelInputs;
  /** 1 for every position that counts. */
  readonly mask: Tensor | undefined;
}

export function openParity(dir: string, o: ParityOptions = {}): Parity {
  const model = loadModel(dir, {
    ...(o.mesh ? { mesh: o.mesh } : {}),
    ...(o.rules ? { rules: o.rules } : {}),
    ...(o.engine ? { engine: o.engine } : {}),
    ...(o.dtype ? { dtype: o.dtype } : {}),
    ...(o.scan ? { scan: o.scan } : {}),
    compute: 'f32',
  });
  const expected = openSafetensors(join(dir, 'expected.safetensors'));
  return { model, expected, ...inputsOf(expected, model) };
}

function inputsOf(x: TensorStore, model: LoadedModel): { inputs: ModelInputs; mask: Tensor | undefined } {
  const has = (name: string): boolean => x.tensors.has(name);
  const integers = (name: string): Tensor => np.astype(hostTensor(x.read(name)), 'i32');
  const floats = (name: string): Tensor => hostTensor(x.read(name));
  const needs = model.folder.family.inputs;
  const inputs: { -readonly [K in keyof ModelInputs]: ModelInputs[K] } = {};
  let mask: Tensor | undefined;
  if (has('input_ids')) {
    const tokens = integers('input_ids');
    mask = has('attention_mask') ? integers('attention_mask') : np.onesLike(tokens);
    // Without positions the published models count from 0, padding included.
    const places = has('position_ids')
      ? integers('position_ids')
      : np.broadcastTo(np.arange(tokens.shape[1]), tokens.shape);
    inputs.tokens = tokens;
    inputs.positions = np.where(np.greater(mask, 0), places, -1);
  }
  if (has('decoder_input_ids')) inputs.decoderTokens = integers('decoder_input_ids');
  if (has('pixel_values')) inputs.pixels = floats('pixel_values');
  if (has('input_features')) inputs.features = floats('input_features');
  if (has('input_values')) inputs.audio = floats('input_values');
  // A prefix whose tokens see each other; image blocks are found by the model itself.
  if (has('token_type_ids') && model.folder.json.model_type === 'paligemma')
    inputs.groups = np.astype(np.where(np.equal(integers('token_type_ids'), 0), 0, -1), 'i32');
  return { inputs, mask: needs.includes('decoderTokens') ? undefined : mask };
}

/** What a model's result is called in the expected file. */
const resultOf = (out: ModelOutputs): Tensor => out.logits ?? out.hidden;

async function largest(x: Tensor): Promise<number> {
  return Number(await np.max(np.abs(x)).item());
}

/** The largest difference of logits, in units of max(1, their standard deviation). `expected`: of other weights than the folder's. */
export async function logitsDifference(p: Parity, expected: TensorStore = p.expected): Promise<number> {
  const got = resultOf(p.model.apply(p.inputs));
  const want = hostTensor(expected.read('logits'));
  if (got.shape.join() !== want.shape.join()) return Number.POSITIVE_INFINITY;
  const rows = p.mask ? np.expandDims(np.astype(p.mask, 'f32'), -1) : np.ones([]);
  const spread = Math.max(1, Number(await np.std(want).item()));
  // Of a tensor on a mesh the host gets the whole.
  const whole = hostTensor(await got.toHost({ copy: false }));
  return (await largest(np.multiply(np.subtract(whole, want), rows))) / spread;
}

/** Whether the rotation of a row depends on the longest of its batch, as published for LongRoPE and dynamic scaling. */
export function dependsOnBatch(p: Parity): boolean {
  const { family, config } = p.model.folder;
  const kinds = family.decoder?.(config).layers.map(({ attention: a }) => a.rope?.scaling.kind) ?? [];
  return kinds.some((k) => k === 'longrope' || k === 'dynamic');
}

/** Prompts of the rows without their padding. */
function promptsOf(p: Parity): number[][] {
  // What is heard has no text before it.
  if (!p.expected.tensors.has('input_ids')) return Array.from({ length: p.inputs.features?.shape[0] ?? 1 }, () => []);
  const ids = p.expected.read('input_ids');
  const mask = p.expected.read('attention_mask').toNumbers();
  const [rows, columns] = ids.shape;
  const all = ids.toNumbers();
  return Array.from({ length: rows }, (_, r) =>
    all.slice(r * columns, (r + 1) * columns).filter((_, i) => mask[r * columns + i] !== 0),
  );
}

/** How many greedy tokens are as expected, of how many: all rows at once, or one by one; of each the first `limit` new ones. */
export async function greedyAgreement(
  p: Parity,
  together: boolean,
  limit = Number.POSITIVE_INFINITY,
): Promise<{ equal: number; all: number }> {
  const want = p.expected.read('greedy');
  const [rows, columns] = want.shape;
  const numNew = Math.min(columns, limit);
  const prompts = promptsOf(p);
  const options = { maxNewTokens: numNew };
  const extra = prompts.map((_, r) => rowInputs(p, r));
  const got: number[][] = [];
  if (together) got.push(...(await p.model.generate(prompts, options, p.inputs)));
  else for (const [r, prompt] of prompts.entries()) got.push(...(await p.model.generate([prompt], options, extra[r])));
  const all = want.toNumbers();
  const equal = got.flatMap((row, r) => row.filter((t, i) => t === all[r * columns + i])).length;
  return { equal, all: rows * numNew };
}

/** Inputs besides tokens, of one row. */
function rowInputs(p: Parity, row: number): ModelInputs {
  const rows = p.inputs.tokens?.shape[0] ?? p.inputs.features?.shape[0] ?? 1;
  // A row may have several images.
  const one = (x: Tensor | undefined): Tensor | undefined => {
    const each = x ? x.shape[0] / rows : 1;
    return x && np.slice(x, 0, row * each, (row + 1) * each);
  };
  const { pixels, features, groups } = p.inputs;
  return { pixels: one(pixels), features: one(features), groups: one(groups) };
}

export interface GradientDifference {
  /** Of the loss, relative. */
  readonly loss: number;
  /** Of the one gradient that is recorded, relative to its largest element. */
  readonly gradient: number;
  /** Where all gradients are recorded: the one that differs most, relative to its largest element. */
  readonly worst?: { readonly name: string; readonly difference: number; readonly numCompared: number };
}

/**
 * The loss and its gradients beside those that are recorded: one in the expected file, all in `gradients.safetensors` there or in `gradientsDir`. An element
 * of a gradient is a sum with cancellations: of one whose elements are under a thousandth of the largest gradient (that of a key's bias is zero but for
 * rounding), the difference is relative to that thousandth.
 */
export async function gradientDifference(p: Parity, dir: string, gradientsDir = dir): Promise<GradientDifference> {
  const name = [...p.expected.tensors.keys()].find((n) => n.startsWith('grad.'))!;
  const file = fileOf(p.model.folder.rules, name.slice('grad.'.length));
  const { family, config } = p.model.folder;
  const isCausal = p.mask !== undefined && p.inputs.pixels === undefined;
  const loss = (w: TensorsOf<DeclaredTree>, inputs: ModelInputs): Tensor => {
    const o = { numerics: { compute: 'f32' }, plan: p.model.plan } as const;
    const result = resultOf(family.apply(w as never, config, inputs, o));
    return isCausal ? nextTokenLoss(result, inputs.tokens!) : np.mean(np.square(result));
  };
  const inputs = isCausal ? secondRow(p.inputs) : p.inputs;
  // A gradient has the type of its weight: compared in float32, whatever the file keeps.
  const wide = (w: TensorsOf<DeclaredTree>): TensorsOf<DeclaredTree> => tree.map((t: Tensor) => np.astype(t, 'f32'), w);
  const step = jit((w: TensorsOf<DeclaredTree>, x: ModelInputs) => valueAndGrad(loss)(wide(w), x), {
    ...(p.model.options.mesh ? { mesh: p.model.options.mesh } : {}),
    ...(p.model.options.engine ? { engine: p.model.options.engine } : {}),
  });
  const [value, gradients] = step(p.model.weights, inputs);
  const expectedLoss = (JSON.parse(readFileSync(join(dir, 'expected.json'), 'utf8')) as { loss: number }).loss;
  // Gradients lie where their weights would be written.
  const got = modelTensors(p.model.folder, gradients);
  const one = p.expected.read(name);
  const gradient = largestDifference(await got.get(file)!.read(), one) / largestOf(one);
  const all = join(gradientsDir, 'gradients.safetensors');
  return {
    loss: Math.abs(Number(await value.item()) / expectedLoss - 1),
    gradient,
    ...(existsSync(all) ? { worst: await worstGradient(openSafetensors(all), got) } : {}),
  };
}

async function worstGradient(
  store: TensorStore,
  got: ReadonlyMap<string, TensorSource>,
): Promise<NonNullable<GradientDifference['worst']>> {
  const wanted = [...store.tensors.keys()].map((name) => [name, store.read(name)] as const);
  const least = Math.max(...wanted.map(([, want]) => largestOf(want))) / 1000;
  let worst = { name: '', difference: 0 };
  for (const [name, want] of wanted) {
    const source = got.get(name);
    if (!source) throw new UserError('tests/parity', `no weight of the model is written as ${name}`);
    const difference = largestDifference(await source.read(), want) / Math.max(largestOf(want), least);
    // NaN is the worst.
    if (!(difference <= worst.difference)) worst = { name, difference };
  }
  return { ...worst, numCompared: wanted.length };
}

const largestOf = (x: HostArray): number => x.toNumbers().reduce((m, v) => Math.max(m, Math.abs(v)), 0);
const largestDifference = (a: HostArray, b: HostArray): number =>
  a.toNumbers().reduce((m, v, i) => Math.max(m, Math.abs(v - b.number(i))), 0);

const secondRow = (inputs: ModelInputs): ModelInputs => {
  const tokens = np.slice(inputs.tokens!, 0, 1, 2);
  return { tokens, positions: np.broadcastTo(np.arange(tokens.shape[1]), tokens.shape) };
};

/** Mean negative log-likelihood of every next token. */
function nextTokenLoss(logits: Tensor, tokens: Tensor): Tensor {
  const before = np.slice(logits, 1, 0, -1);
  const targets = np.expandDims(np.slice(tokens, 1, 1), -1);
  const chosen = np.squeeze(np.takeAlongAxis(before, targets, -1), -1);
  return np.mean(np.subtract(np.logsumexp(before, { axis: -1 }), chosen));
}

/** The name that a parameter has in the file, which is not always that in memory. */
function fileOf(rules: readonly NameRule[], name: string): string {
  const plain = (n: string): string =>
    n
      .replace(/^(model\.|language_model\.|vision_tower\.|transformer\.)+/, '')
      .replace('block_sparse_moe.', 'mlp.')
      .replace(/encoder\.layers?\./, 'layers.')
      .replace('attention.attention.key', 'attention.k_proj');
  const found = rules.flatMap((r) => r.names).find((n) => plain(n) === plain(name));
  if (found === undefined) throw new UserError('tests/parity', `no rule reads ${name}`);
  return found;
}
