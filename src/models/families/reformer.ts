import { lax, np, type Tensor } from '../../api/index.ts';
import { product, UserError } from '../../base/index.ts';
import {
  type Activation,
  activate,
  Declared,
  linear,
  matrix,
  type NormConfig,
  normalize,
  normWeights,
  project,
  rowsOf,
  type TensorsOf,
  weight,
} from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { StackOptions } from '../stack/stack.ts';
import { RuleList } from './decoder-rules.ts';
import type { Family, ModelInputs } from './family.ts';
import { type ChunkedAttention, type LshAttention, localAttention, lshAttention } from './reformer-attention.ts';

/*
 * Reformer (Kitaev et al. 2020): attention in chunks, of neighbours in the text or of neighbours by hash, and two residual streams of which each layer's
 * parts change one by what they make of the other, so that inputs could be had back from outputs. Positions are those of a grid: a vector of the row
 * beside one of the column.
 */

export interface ReformerConfig {
  readonly vocabSize: number;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly headDim: number;
  readonly mlpDim: number;
  readonly activation: Activation;
  readonly norm: NormConfig;
  readonly layers: readonly ('local' | 'lsh')[];
  readonly local: ChunkedAttention;
  readonly lsh: LshAttention;
  /** Rows and columns of positions, with the sizes of their vectors; undefined: a vector for each of `maxPositions`. */
  readonly axial: { readonly shape: readonly number[]; readonly dims: readonly number[] } | undefined;
  readonly maxPositions: number;
  readonly padToken: number;
}

/** More than any model has: neighbours that a chunk sees on one side, rounds of hashes, buckets of a round. */
const [MAX_CHUNKS, MAX_HASHES, MAX_BUCKETS] = [64, 64, 2 ** 16];

function readReformer(c: ConfigReader): ReformerConfig {
  const layers = c.texts('attn_layers') ?? ['local', 'lsh', 'local', 'lsh', 'local', 'lsh'];
  const isKind = (kind: string): kind is 'local' | 'lsh' => kind === 'local' || kind === 'lsh';
  if (layers.length === 0 || layers.length > 4096 || !layers.every(isKind))
    throw c.wrong('attn_layers', 'a list of "local" and "lsh"');
  if (!c.flag('is_decoder', false))
    throw c.wrong('is_decoder', 'true: only models that predict the next token are known');
  const embedDim = c.size('hidden_size', 256);
  const isAxial = c.flag('axial_pos_embds', true);
  const axial = { shape: c.sizes('axial_pos_shape') ?? [64, 64], dims: c.sizes('axial_pos_embds_dim') ?? [64, 192] };
  if (isAxial && (axial.shape.length !== 2 || axial.dims.length !== 2 || axial.dims[0] + axial.dims[1] !== embedDim))
    throw c.wrong('axial_pos_embds_dim', `two sizes that make ${embedDim}, for the two of axial_pos_shape`);
  const maxPositions = c.size('max_position_embeddings', 4096);
  const chunks = (kind: 'local' | 'lsh'): ChunkedAttention => ({
    chunkLength: c.size(`${kind}_attn_chunk_length`, 64),
    chunksBefore: countFrom0(c, `${kind}_num_chunks_before`, 1, MAX_CHUNKS),
    chunksAfter: countFrom0(c, `${kind}_num_chunks_after`, 0, MAX_CHUNKS),
  });
  const numHashes = c.size('num_hashes', 1);
  if (numHashes > MAX_HASHES) throw c.wrong('num_hashes', `at most ${MAX_HASHES}`);
  const buckets = typeof c.json.num_buckets === 'number' ? [c.size('num_buckets', 2)] : c.sizes('num_buckets');
  if (buckets?.some((n) => n % 2 !== 0) || product(buckets ?? []) > MAX_BUCKETS)
    throw c.wrong('num_buckets', `an even number, or a list of them whose product is at most ${MAX_BUCKETS}`);
  return {
    vocabSize: c.size('vocab_size', 320),
    embedDim,
    numHeads: c.count('num_attention_heads', 12),
    headDim: c.size('attention_head_size', 64),
    mlpDim: c.size('feed_forward_size', 512),
    activation: c.activation('hidden_act', 'relu'),
    norm: { kind: 'layer', epsilon: c.number('layer_norm_eps', 1e-12), bias: true },
    layers,
    local: chunks('local'),
    lsh: {
      ...chunks('lsh'),
      numHashes,
      buckets,
      // Published classes draw anew in every call where no seed is given; here it is always the same.
      seed: countFrom0(c, 'hash_seed', 0),
      maxPositions,
    },
    axial: isAxial ? axial : undefined,
    maxPositions: isAxial ? Math.min(maxPositions, product(axial.shape)) : maxPositions,
    padToken: countFrom0(c, 'pad_token_id', 0),
  };
}

function countFrom0(c: ConfigReader, key: string, fallback: number, most = 2 ** 32 - 1): number {
  const value = c.number(key, fallback);
  if (!Number.isInteger(value) || value < 0 || value > most) throw c.wrong(key, `an integer from 0 to ${most}`);
  return value;
}

const zero = { init: { constant: 0 }, tags: [] } as const;

function layerWeights(c: ReformerConfig, kind: 'local' | 'lsh') {
  const sizes = { embed: c.embedDim, heads: c.numHeads, headDim: c.headDim, mlp: c.mlpDim };
  const into = { init: { normal: c.embedDim ** -0.5 } };
  const heads = () => matrix(sizes, ['heads', 'headDim'], ['embed'], into);
  return {
    attentionNorm: normWeights(c.norm, c.embedDim),
    queryKey: kind === 'lsh' ? heads() : undefined,
    query: kind === 'local' ? heads() : undefined,
    key: kind === 'local' ? heads() : undefined,
    value: heads(),
    out: matrix(sizes, ['embed'], ['heads', 'headDim'], { init: { normal: (c.numHeads * c.headDim) ** -0.5 } }),
    mlpNorm: normWeights(c.norm, c.embedDim),
    up: matrix(sizes, ['mlp'], ['embed'], into),
    upBias: weight(sizes, ['mlp'], zero),
    down: matrix(sizes, ['embed'], ['mlp'], { init: { normal: c.mlpDim ** -0.5 } }),
    downBias: weight(sizes, ['embed'], zero),
  };
}

function reformerWeights(c: ReformerConfig) {
  const sizes = { vocab: c.vocabSize, embed: c.embedDim, position: c.maxPositions };
  return {
    embedding: weight(sizes, ['vocab', 'embed']),
    positions: c.axial ? undefined : weight(sizes, ['position', 'embed']),
    rows: c.axial && new Declared([c.axial.shape[0], c.axial.dims[0]], ['position', 'rowEmbed']),
    columns: c.axial && new Declared([c.axial.shape[1], c.axial.dims[1]], ['position', 'columnEmbed']),
    layers: c.layers.map((kind) => layerWeights(c, kind)),
    /** Of both streams side by side, as the head. */
    finalNorm: normWeights(c.norm, 2 * c.embedDim, 'streams'),
    head: matrix({ vocab: c.vocabSize, streams: 2 * c.embedDim }, ['vocab'], ['streams']),
    headBias: weight(sizes, ['vocab'], zero),
  };
}
type ReformerTensors = TensorsOf<ReturnType<typeof reformerWeights>>;

/** `x: [batch, length, embed]`, `isThere: bool[batch, length]` → like `x`. */
function attention(x: Tensor, w: ReformerTensors['layers'][number], isThere: Tensor, c: ReformerConfig): Tensor {
  const heads = (y: Tensor): Tensor => np.astype(np.transpose(y, [0, 2, 1, 3]), 'f32');
  const value = heads(project(x, w.value));
  const made = w.queryKey
    ? lshAttention(heads(project(x, w.queryKey)), value, isThere, c.lsh)
    : localAttention(heads(project(x, w.query!)), heads(project(x, w.key!)), value, isThere, c.local);
  return project(np.astype(np.transpose(made, [0, 2, 1, 3]), x.dtype), w.out, 2);
}

const chunkLengths = (c: ReformerConfig): number[] => [...new Set(c.layers)].map((kind) => c[kind].chunkLength);
const shortestChunk = (c: ReformerConfig): number => Math.min(...chunkLengths(c), c.maxPositions);

/** The length of a text with padding behind it, such that chunks divide it: of texts longer than a chunk. */
function paddedLength(length: number, c: ReformerConfig): number {
  if (length <= shortestChunk(c)) return length;
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  const multiple = chunkLengths(c).reduce((a, b) => (a / gcd(a, b)) * b);
  return Math.ceil(length / multiple) * multiple;
}

function reform(w: ReformerTensors, c: ReformerConfig, inputs: ModelInputs, o: StackOptions): Tensor {
  const [, length] = inputs.tokens!.shape;
  const padded = paddedLength(length, c);
  if (padded > c.maxPositions)
    throw new UserError('models/inputs', 'the text is longer than the model can take', {
      expected: `at most ${c.maxPositions} tokens, padding to whole chunks included`,
      given: `${padded}`,
    });
  const behind = (x: Tensor, value: number): Tensor =>
    padded === length
      ? x
      : lax.pad(x, value, [
          [0, 0, 0],
          [0, padded - length, 0],
        ]);
  const positions = behind(inputs.positions!, -1);
  const isThere = np.greaterEqual(positions, 0);
  const at = np.maximum(positions, 0);
  const compute = o.numerics?.compute ?? 'f32';
  const place = c.axial
    ? np.concatenate(
        [
          np.take(w.rows!, np.floorDivide(at, c.axial.shape[1]), 0),
          np.take(w.columns!, np.remainder(at, c.axial.shape[1]), 0),
        ],
        -1,
      )
    : np.take(w.positions!, at, 0);
  const x = np.astype(np.add(rowsOf(w.embedding, behind(inputs.tokens!, c.padToken)), place), compute);
  // One stream is changed by what attention makes of the other, that by what the MLP makes of the first.
  let [first, second] = [x, x];
  for (const layer of w.layers) {
    first = np.add(first, attention(normalize(second, layer.attentionNorm, c.norm), layer, isThere, c));
    const up = activate(linear(normalize(first, layer.mlpNorm, c.norm), layer.up, layer.upBias), c.activation);
    second = np.add(second, linear(up, layer.down, layer.downBias));
  }
  const both = normalize(np.concatenate([first, second], -1), w.finalNorm, c.norm);
  return padded === length ? both : np.slice(both, 1, 0, length);
}

function names(c: ReformerConfig): NameRule[] {
  const list = new RuleList();
  const { embedDim: embed, numHeads, headDim, mlpDim: mlp } = c;
  const e = 'reformer.embeddings.';
  list.add('embedding', `${e}word_embeddings.weight`, [c.vocabSize, embed]);
  if (c.axial) {
    const { shape, dims } = c.axial;
    list.add('rows', `${e}position_embeddings.weights.0`, [shape[0], 1, dims[0]], { view: [shape[0], dims[0]] });
    list.add('columns', `${e}position_embeddings.weights.1`, [1, shape[1], dims[1]], { view: [shape[1], dims[1]] });
  } else list.add('positions', `${e}position_embeddings.embedding.weight`, [c.maxPositions, embed]);
  for (const [i, kind] of c.layers.entries()) {
    const [path, at] = [`layers[${i}].`, `reformer.encoder.layers.${i}.`];
    const heads = (our: string, name: string): void =>
      list.add(path + our, `${at}attention.self_attention.${name}.weight`, [numHeads * headDim, embed], {
        view: [numHeads, headDim, embed],
      });
    list.norm(`${path}attentionNorm`, `${at}attention.layer_norm`, embed, c.norm);
    if (kind === 'lsh') heads('queryKey', 'query_key');
    else for (const name of ['query', 'key']) heads(name, name);
    heads('value', 'value');
    list.add(`${path}out`, `${at}attention.output.dense.weight`, [embed, numHeads * headDim], {
      view: [embed, numHeads, headDim],
    });
    list.norm(`${path}mlpNorm`, `${at}feed_forward.layer_norm`, embed, c.norm);
    list.add(`${path}up`, `${at}feed_forward.dense.dense.weight`, [mlp, embed]);
    list.add(`${path}upBias`, `${at}feed_forward.dense.dense.bias`, [mlp]);
    list.add(`${path}down`, `${at}feed_forward.output.dense.weight`, [embed, mlp]);
    list.add(`${path}downBias`, `${at}feed_forward.output.dense.bias`, [embed]);
  }
  list.norm('finalNorm', 'reformer.encoder.layer_norm', 2 * embed, c.norm);
  list.add('head', 'lm_head.decoder.weight', [c.vocabSize, 2 * embed]);
  list.add('headBias', 'lm_head.bias', [c.vocabSize]);
  return list.rules;
}

export const reformer: Family<ReformerConfig, ReturnType<typeof reformerWeights>> = {
  modelTypes: ['reformer'],
  inputs: ['tokens', 'positions'],
  config: readReformer,
  weights: reformerWeights,
  names,
  // What could be kept depends on where chunks begin.
  rereading: (c) => ({
    vocabSize: c.vocabSize,
    maxPositions: c.maxPositions,
    // Up to a chunk it makes no difference how much is padded.
    columns: (length) => paddedLength(Math.max(length, shortestChunk(c)), c),
  }),
  // Stored once more, and numbers that are no weights.
  ignored: [/^lm_head\.decoder\.bias$/, /\.(self_)?mask_value_float(16|32)$/],
  apply: (w, c, inputs, o) => {
    if (inputs.segments)
      throw new UserError('models/inputs', 'Reformer cannot tell texts of a row apart', { advice: 'do not pack them' });
    const hidden = reform(w, c, inputs, o);
    const logits = np.add(project(np.astype(hidden, 'f32'), w.head), np.astype(w.headBias, 'f32'));
    return { hidden, logits };
  },
};
