import { type ArrayTarget, type Jitted, jit, type Mesh, Tensor, tree } from '../api/index.ts';
import { type DType, dtypeInfo, numElements, UserError } from '../base/index.ts';
import type { TensorStore } from '../data/index.ts';
import {
  type AxisRules,
  countElements,
  type DeclaredTree,
  type QuantizeHow,
  quantizeOptions,
  type TensorsOf,
} from '../nn/index.ts';
import { chosenAdapters, weightsFor } from './adapter-choice.ts';
import type { Beam, BeamOptions } from './decode/beams.ts';
import { Generator } from './decode/generator.ts';
import { hasMtp, loadMtp } from './decode/mtp.ts';
import { PagedDecoder, type PagedDecoderOptions } from './decode/paged-decoder.ts';
import type { GeneratedToken, GenerateOptions } from './decode/requests.ts';
import { reread } from './decode/reread.ts';
import type { Writer } from './decode/writer.ts';
import { type Family, familyOf, type ModelInputs, type ModelOutputs, type Rereading } from './families/index.ts';
import type { ConfigReader, Json } from './folder/config-reader.ts';
import { checkTensors, loadTensors, resolveNames } from './folder/load.ts';
import type { NameRule } from './folder/name-rules.ts';
import { openSource } from './folder/source.ts';
import { defaultLayouts, layoutKept, layoutNamed, type PhaseLayouts } from './stack/layout.ts';
import { type ExecutionPlan, forNumerics, type Numerics } from './stack/stack.ts';

/** How a model is loaded. */
export interface LoadModelOptions {
  /** Weights are cut over it by the rules; default one device. */
  readonly mesh?: Mesh | undefined;
  readonly rules?: AxisRules | undefined;
  /**
   * Where weights and vectors are in programs that read prompts and in those that write, on a mesh of `model` and `embed`, instead of `rules`: weights are
   * kept cut over both. Default: `auto` for a mesh with `embed`.
   */
  readonly layouts?: PhaseLayouts | undefined;
  /** What the backward pass may keep of each layer; see `ExecutionPlan`. */
  readonly remat?: ExecutionPlan['remat'];
  /** Layers that repeat are computed in a loop, in passes over whole sequences; see `ExecutionPlan`. */
  readonly scan?: boolean | undefined;
  /** Type that weights are kept in. Default: that of the files. */
  readonly dtype?: DType | undefined;
  /** Type that is computed in. Default: bf16 for weights of bf16, else f32. */
  readonly compute?: DType | undefined;
  readonly engine?: ArrayTarget['engine'];
  /** Weights that products read in few bits, rounded while they are read; everything else as without. Default: none. */
  readonly quantize?: 'q8' | 'q4' | QuantizeHow | undefined;
  /** `i8`: what is multiplied with weights in few bits is rounded to 8 bits, too, in groups of 32. Default: it is not. */
  readonly activations?: Numerics['activations'];
  /** Type of what `generate` remembers of earlier tokens; half the bytes, read with every token, in bf16 or f16. Default: `compute`. */
  readonly cache?: (typeof cacheTypes)[number] | undefined;
}

/** Types that keys and values may be kept in. */
export const cacheTypes = ['f32', 'bf16', 'f16'] as const;

/** Throws `models/layout` for layouts that mean nothing on the mesh. */
function layoutsOf({ layouts, mesh, rules, quantize }: LoadModelOptions): PhaseLayouts | undefined {
  if (layouts && rules) throw new UserError('models/layout', 'layouts are rules: give one of the two');
  if (layouts && !mesh)
    throw new UserError('models/layout', 'there is one device: nothing is cut', { expected: 'a mesh' });
  for (const name of Object.values(layouts ?? {})) if (name !== 'auto') layoutNamed(name, mesh!);
  if (quantize && Object.values(layouts ?? {}).includes('gathered'))
    throw new UserError('models/layout', 'only plain weights are gathered', {
      given: 'weights in few bits',
      advice: 'take another layout, or none of few bits',
    });
  return layouts ?? (mesh && !rules ? defaultLayouts(mesh) : undefined);
}

/** What files and configuration say of a model, before any weight is read. */
export interface ModelFolder {
  readonly dir: string;
  /** `config.json`, as it is. */
  readonly json: Json;
  readonly family: Family;
  readonly config: unknown;
  readonly declared: DeclaredTree;
  readonly rules: readonly NameRule[];
  readonly store: TensorStore;
}

/**
 * Opens a model folder as on Hugging Face, or a GGUF file, and checks that its files hold what its configuration tells of; nothing is loaded yet.
 * Throws `models/folder`, `models/config`, `models/family`, `models/tensors`, and what reading the files throws.
 */
export function openModel(dir: string): ModelFolder {
  const { config: c, tensors: store } = openSource(dir);
  try {
    const family = familyOf(c.modelType);
    const config = withKnownHead(family, family.config(c), c, store);
    const declared = family.weights(config);
    const rules = resolveNames(family.names(config, c), store);
    const ignored = [...headNames, ...otherHeads(c), ...(family.ignored ?? []), ...(family.ignoredIn?.(c) ?? [])];
    checkTensors(declared, rules, store, ignored);
    return { dir, json: c.json, family, config, declared, rules, store };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Bytes that the weights of a folder will take, about: what few bits take depends on their groups. */
export function foretoldBytes(folder: ModelFolder, o: Pick<LoadModelOptions, 'dtype' | 'quantize'> = {}): number {
  const how = o.quantize === undefined ? undefined : quantizeOptions(o.quantize);
  const plain = dtypeInfo(storedType(folder, o.dtype)).bytes;
  const bytes = !how ? plain : 'matquant' in how ? 1 : how.bits / 8 + (how.group === undefined ? 0 : 4 / how.group);
  return Math.ceil(countElements(folder.declared) * bytes);
}

const storedType = (folder: ModelFolder, dtype: DType | undefined): DType =>
  dtype ?? folder.store.tensors.get(folder.rules[0].names[0])?.dtype ?? 'f32';

/** A head that equals the embedding may be stored once more. */
const headNames = [/^(language_model\.)?lm_head\.weight$/];

/** The head of a model that judges texts is none of its decoder. */
const otherHeads = ({ json }: ConfigReader): readonly RegExp[] =>
  String(json.architectures).endsWith('ForSequenceClassification') ? [/^score\.weight$/] : [];

/** The configuration with the head that the files have: absent, or equal to the embedding, means tied. */
function withKnownHead(family: Family, config: unknown, c: ConfigReader, store: TensorStore): unknown {
  const decoder = family.decoder?.(config);
  if (!decoder || !family.withHead) return config;
  const stored = [...store.tensors.keys()].find((name) => headNames.some((h) => h.test(name)));
  if (stored === undefined) return decoder.head.tied ? config : family.withHead(config, true);
  if (!decoder.head.tied) return config;
  const embedding = resolveNames(family.names(config, c), store).find((r) => /(^|\.)embedding$/.test(r.path));
  const name = embedding?.names[0];
  const isSame = name !== undefined && store.tensors.has(name) && store.read(stored).equals(store.read(name));
  return isSame ? config : family.withHead(config, false);
}

/** How many tokens a model knows, and up to which length it can read and write; undefined for models that predict none. */
export const limitsOf = ({ family, config }: ModelFolder): Pick<Rereading, 'vocabSize' | 'maxPositions'> | undefined =>
  family.decoder?.(config) ?? family.rereading?.(config);

/** Inputs that prompts give. */
const writtenInputs: ReadonlySet<string> = new Set(['tokens', 'positions', 'decoderTokens']);

/** A model with its weights on devices. */
export class LoadedModel {
  readonly folder: ModelFolder;
  readonly weights: TensorsOf<DeclaredTree>;
  readonly compute: DType;
  readonly numerics: Numerics;
  readonly plan: ExecutionPlan;
  readonly options: LoadModelOptions;
  /** Adapters that sequences may name (`withAdapterChoice`). */
  readonly adapterNames: readonly string[];
  readonly #apply: Jitted<[TensorsOf<DeclaredTree>, ModelInputs], ModelOutputs>;
  #generator: Generator | undefined;

  constructor(
    folder: ModelFolder,
    weights: TensorsOf<DeclaredTree>,
    compute: DType,
    options: LoadModelOptions,
    adapterNames: readonly string[] = [],
  ) {
    this.adapterNames = adapterNames;
    this.folder = folder;
    this.weights = weights;
    this.compute = compute;
    this.options = options;
    const { family, config } = folder;
    const numerics = { compute, activations: options.activations, cache: options.cache };
    this.numerics = numerics;
    const { remat, scan } = options;
    const layouts = layoutsOf(options);
    const rules = layouts ? layoutKept : options.rules;
    const plan = {
      ...(layouts ? { layouts } : {}),
      ...(rules ? { rules } : {}),
      ...(remat ? { remat } : {}),
      ...(scan ? { scan } : {}),
    };
    this.plan = plan;
    this.#apply = jit(
      (w: TensorsOf<DeclaredTree>, inputs: ModelInputs) =>
        family.apply(forNumerics(w, numerics), config, inputs, { numerics, plan }),
      {
        ...(options.mesh ? { mesh: options.mesh } : {}),
        ...(options.engine ? { engine: options.engine } : {}),
      },
    );
  }

  get config(): unknown {
    return this.folder.config;
  }

  /** Bytes of its weights, as they are kept, all parts of them together. */
  get bytes(): number {
    return this.#tensors.reduce((n, t) => n + numElements(t.shape) * dtypeInfo(t.dtype).bytes, 0);
  }

  /** Frees its weights; nothing can be computed any more. */
  dispose(): void {
    for (const t of this.#tensors) t.dispose();
  }

  get #tensors(): readonly Tensor[] {
    return tree.leaves(this.weights).filter((leaf): leaf is Tensor => leaf instanceof Tensor);
  }

  /**
   * One pass over whole sequences; `adapters` are those that they name, of a model with a choice. Throws `models/inputs` where the family needs an input
   * that is not given, `models/adapter` for names that there are not.
   */
  apply(inputs: ModelInputs, adapters?: readonly (string | undefined)[]): ModelOutputs {
    const missing = this.folder.family.inputs.filter((name) => inputs[name] === undefined);
    if (missing.length > 0)
      throw new UserError('models/inputs', `this model needs ${missing.join(' and ')}`, {
        expected: this.folder.family.inputs.join(', '),
        given: Object.keys(inputs).join(', ') || 'nothing',
      });
    const [batch] = Object.values(inputs).find((x) => x !== undefined)?.shape ?? [0];
    if (adapters && adapters.length !== batch)
      throw new UserError('models/adapter', 'there is no adapter named for every sequence', {
        expected: `${batch} names, undefined for none`,
        given: `${adapters.length}`,
      });
    const rows = chosenAdapters(this.adapterNames, adapters ?? Array<undefined>(batch).fill(undefined));
    return this.#apply(weightsFor(this.weights, rows), inputs);
  }

  /** New tokens of every prompt, as they are made. Throws `models/generate` for models that write nothing. */
  stream(
    prompts: readonly (readonly number[] | Int32Array)[],
    options: GenerateOptions | readonly GenerateOptions[],
    inputs: ModelInputs = {},
  ): AsyncGenerator<GeneratedToken> {
    const { family, config } = this.folder;
    const rereading = family.rereading?.(config);
    if (rereading)
      return reread(
        (tokens, positions, adapter) =>
          this.apply({ tokens, positions }, this.adapterNames.length > 0 ? [adapter] : undefined).logits!,
        rereading,
        prompts,
        options,
      );
    const writer = this.#writer();
    this.#checkInputs(prompts.length, inputs);
    return writer.stream(prompts, options, inputs);
  }

  /** All new tokens of every prompt. */
  async generate(
    prompts: readonly (readonly number[] | Int32Array)[],
    options: GenerateOptions | readonly GenerateOptions[],
    inputs: ModelInputs = {},
  ): Promise<number[][]> {
    const out = prompts.map((): number[] => []);
    for await (const { sequence, token } of this.stream(prompts, options, inputs)) out[sequence].push(token);
    return out;
  }

  /** The best continuations of every prompt that beam search finds, the best first. */
  async beams(
    prompts: readonly (readonly number[] | Int32Array)[],
    options: BeamOptions,
    inputs: ModelInputs = {},
  ): Promise<Beam[][]> {
    const writer = this.#writer();
    this.#checkInputs(prompts.length, inputs);
    return writer.beams(prompts, options, inputs);
  }

  /** Besides prompts: what the family needs is there, and for every prompt. */
  #checkInputs(numPrompts: number, inputs: ModelInputs): void {
    const { family } = this.folder;
    const missing = family.inputs.filter((n) => !writtenInputs.has(n) && inputs[n] === undefined);
    if (missing.length > 0)
      throw new UserError('models/inputs', `this model needs ${missing.join(' and ')} to write`, {
        given: Object.keys(inputs).join(', ') || 'nothing besides prompts',
      });
    for (const name of ['pixels', 'features', 'audio', 'groups'] as const) {
      const x = inputs[name];
      if (x && (x.ndim === 0 || x.shape[0] === 0 || x.shape[0] % numPrompts !== 0))
        throw new UserError('models/inputs', `${name} are not those of the prompts`, {
          expected: `as many for each of ${numPrompts} prompts`,
          given: `${x}`,
        });
    }
  }

  /** A decoder of this model whose sequences come and go, with pages for a scheduler to give out. Throws `models/generate`, `models/paged`. */
  paged(options: PagedDecoderOptions = {}): PagedDecoder {
    return new PagedDecoder(this.#writing(), options);
  }

  /**
   * A decoder of the layer that guesses what comes after the next token, of models that have one (DeepSeek-V3): it goes on from what this model makes of tokens
   * (`givesHidden`). Reads its weights. Throws `models/mtp` where there is none.
   */
  pagedMtp(options: PagedDecoderOptions = {}): PagedDecoder {
    const folder = openModel(this.folder.dir);
    try {
      const { dtype, quantize } = this.options;
      const how = { dtype, quantize: quantize === undefined ? undefined : quantizeOptions(quantize) };
      return new PagedDecoder(loadMtp(folder, this.#writing(), how), {
        ...options,
        takesHidden: true,
        givesHidden: true,
      });
    } finally {
      folder.store.close();
    }
  }

  /** Whether `pagedMtp` has a layer to read. */
  get hasMtp(): boolean {
    return hasMtp(this.folder);
  }

  #writer(): Generator {
    this.#generator ??= new Generator(this.#writing());
    return this.#generator;
  }

  #writing(): Writer {
    const { family, config } = this.folder;
    const decoder = family.decoder?.(config);
    if (!decoder || !family.writing || decoder.mask === 'full')
      throw new UserError(
        'models/generate',
        family.rereading
          ? `models of type ${family.modelTypes[0]} keep nothing of what they have read, and write one text after the other`
          : `models of type ${family.modelTypes[0]} do not write text`,
        { advice: family.rereading ? 'use generate() or stream()' : 'use apply() for what they compute' },
      );
    return {
      config,
      decoder,
      writing: family.writing,
      weights: this.weights,
      adapterNames: this.adapterNames,
      numerics: this.numerics,
      mesh: this.options.mesh,
      plan: this.plan,
      engine: this.options.engine,
    };
  }
}

/**
 * Loads a model folder: each device reads the part of every weight that it holds.
 * Throws what `openModel` throws, and `nn/divisibility` for a mesh that does not fit.
 */
export function loadModel(dir: string, options: LoadModelOptions = {}): LoadedModel {
  const folder = openModel(dir);
  try {
    const { mesh, dtype, engine } = options;
    const rules = layoutsOf(options) ? layoutKept : options.rules;
    const weights = loadTensors(folder.declared, folder.rules, folder.store, {
      mesh,
      dtype,
      engine,
      quantize: options.quantize === undefined ? undefined : quantizeOptions(options.quantize),
      ...(rules ? { rules } : {}),
    });
    if (options.activations !== undefined && (options.activations !== 'i8' || options.quantize === undefined))
      throw new UserError('nn/quantize', 'activations cannot be rounded so', {
        expected: 'i8, beside weights in few bits (quantize)',
        given: options.quantize === undefined ? 'weights in floats' : String(options.activations),
      });
    if (options.cache !== undefined && !cacheTypes.includes(options.cache))
      throw new UserError('models/cache', `keys and values cannot be kept in ${options.cache}`, {
        expected: cacheTypes.join(', '),
      });
    const stored = storedType(folder, dtype);
    const compute = options.compute ?? (stored === 'bf16' ? 'bf16' : 'f32');
    if (dtypeInfo(compute).kind !== 'float')
      throw new UserError('models/dtype', `a model cannot compute in ${compute}`, { expected: 'f32 or bf16' });
    return new LoadedModel(folder, weights, compute, options);
  } finally {
    folder.store.close();
  }
}
