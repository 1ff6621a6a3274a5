import { np, type Tensor } from '../../api/index.ts';
import { UserError } from '../../base/index.ts';
import { Declared, linear, type NormConfig, normalize, normWeights, type TensorsOf, weight } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { DecoderState } from '../stack/cache.ts';
import type { DecoderConfig } from '../stack/config.ts';
import { decode, decoderLogits } from '../stack/decoder.ts';
import type { CacheState, StackInput, StackOptions } from '../stack/stack.ts';
import { decoderWeights } from '../stack/weights.ts';
import { decoderRules } from './decoder-rules.ts';
import { type Family, withHead } from './family.ts';
import { gemma, gemma2, gemma3Config } from './gemma.ts';
import { see, type VisionConfig, visionConfig, visionNames, visionWeights } from './vision.ts';

/* Models that see and write: vectors of an image's patches take the places of marked tokens. */

export interface MultimodalConfig {
  readonly kind: 'gemma3' | 'paligemma';
  readonly text: DecoderConfig;
  readonly vision: VisionConfig;
  /** The token whose places images take. */
  readonly imageToken: number;
  /** Vectors per image. */
  readonly tokensPerImage: number;
  /** Tokens before and behind an image. */
  readonly around?: { readonly begin: number; readonly end: number };
}

function readGemma3(c: ConfigReader): MultimodalConfig {
  const vision = visionConfig(c.nested('vision_config'), 'siglip');
  return {
    kind: 'gemma3',
    text: gemma3Config(c.nested('text_config'), false),
    vision: { ...vision, hasHead: false },
    imageToken: c.number('image_token_index', c.number('image_token_id', 262144)),
    tokensPerImage: c.size('mm_tokens_per_image', 256),
    around: {
      begin: c.number('boi_token_index', c.number('boi_token_id', 255999)),
      end: c.number('eoi_token_index', c.number('eoi_token_id', 256000)),
    },
  };
}

function readPaliGemma(c: ConfigReader): MultimodalConfig {
  const vision = visionConfig(c.nested('vision_config'), 'siglip');
  const text = c.nested('text_config');
  const family = text.text('model_type', 'gemma') === 'gemma2' ? gemma2 : gemma;
  return {
    kind: 'paligemma',
    text: { ...family.config(text), groupsWithin: 'everything' },
    vision: { ...vision, hasHead: false },
    imageToken: c.number('image_token_index', c.number('image_token_id', 256000)),
    tokensPerImage: Math.floor(vision.imageSize / vision.patchSize) ** 2,
  };
}

const softNorm = (c: MultimodalConfig): NormConfig => ({
  kind: 'rms',
  plusOne: true,
  epsilon: c.vision.stack.norm.epsilon,
});

function multimodalWeights(c: MultimodalConfig) {
  const [from, to] = [c.vision.stack.embedDim, c.text.embedDim];
  const into = { init: { normal: from ** -0.5 } };
  return {
    text: decoderWeights(c.text),
    vision: visionWeights(c.vision),
    softNorm: c.kind === 'gemma3' ? normWeights(softNorm(c), from, 'visionEmbed') : undefined,
    project: new Declared([to, from], ['embed', 'visionEmbed'], into),
    projectBias:
      c.kind === 'paligemma' ? weight({ embed: to }, ['embed'], { init: { constant: 0 }, tags: [] }) : undefined,
  };
}
type MultimodalTensors = TensorsOf<ReturnType<typeof multimodalWeights>>;

/** Vectors that take the places of image tokens: `pixels: f32[images, channels, height, width]` → `[images, tokens, embed]`. */
export function imageVectors(w: MultimodalTensors, c: MultimodalConfig, pixels: Tensor, o: StackOptions): Tensor {
  let x = see(w.vision, c.vision, pixels, o);
  if (c.kind === 'gemma3') {
    const [images, patches, embed] = x.shape;
    const side = Math.round(Math.sqrt(patches));
    const grid = Math.round(Math.sqrt(c.tokensPerImage));
    const each = side / grid;
    if (!Number.isInteger(each))
      throw new UserError('models/config', 'the patches of an image do not make its tokens', {
        expected: `a side of ${grid} tokens dividing that of ${side} patches`,
      });
    const squares = np.reshape(x, [images, grid, each, grid, each, embed]);
    x = np.reshape(np.mean(np.astype(squares, 'f32'), { axis: [2, 4] }), [images, grid * grid, embed]);
    x = normalize(np.astype(x, o.numerics?.compute ?? 'f32'), w.softNorm!, softNorm(c));
  }
  return linear(x, w.project, w.projectBias);
}

/** The image's vectors at the places of its tokens: `vectors: [batch, seq, embed]`, in order of the tokens. */
function insertedAt(tokens: Tensor, images: Tensor, imageToken: number): { vectors: Tensor; where: Tensor } {
  const where = np.equal(tokens, imageToken);
  const [batch, seq] = tokens.shape;
  const embed = images.shape[2];
  const perRow = np.reshape(images, [batch, -1, embed]);
  const order = np.clip(np.subtract(np.cumsum(np.astype(where, 'i32'), 1), 1), 0, perRow.shape[1] - 1);
  const index = np.broadcastTo(np.expandDims(order, -1), [batch, seq, embed]);
  return { vectors: np.takeAlongAxis(perRow, index, 1), where };
}

/** The decoder on tokens of which some are those of images: `images: [batch, vectors, embed]`. */
function write<S extends CacheState = DecoderState>(
  w: MultimodalTensors,
  c: MultimodalConfig,
  {
    tokens,
    positions,
    groups,
    segments,
    images,
  }: Pick<StackInput, 'positions' | 'groups' | 'segments'> & { tokens: Tensor; images?: Tensor | undefined },
  o: StackOptions<S>,
) {
  const inserted = images && insertedAt(tokens, images, c.imageToken);
  const together = groups ?? (c.kind === 'gemma3' && inserted ? blocksOf(inserted.where) : undefined);
  // A table may have no row for a token that only marks a place; where it has one, the token may also be written.
  const hasRow = c.imageToken < c.text.vocabSize;
  const known = hasRow ? tokens : np.where(np.equal(tokens, c.imageToken), 0, tokens);
  const isThere = np.greaterEqual(positions, 0);
  const at = c.kind === 'paligemma' ? np.where(isThere, np.add(positions, 1), positions) : positions;
  return decode(w.text, c.text, { tokens: known, positions: at, groups: together, segments, inserted }, o);
}

/** Numbers of the runs of true elements, −1 elsewhere: `bool[batch, seq]` → `i32[batch, seq]`. */
function blocksOf(where: Tensor): Tensor {
  const on = np.astype(where, 'i32');
  const before = np.concatenate([np.zerosLike(np.slice(on, 1, 0, 1)), np.slice(on, 1, 0, -1)], 1);
  const starts = np.multiply(on, np.subtract(1, before));
  return np.where(where, np.subtract(np.cumsum(starts, 1), 1), -1);
}

function names(c: MultimodalConfig): NameRule[] {
  const list = visionNames(c.vision, 'vision_tower.', 'vision.');
  for (const r of decoderRules(c.text, { outer: 'language_model.' })) list.rules.push({ ...r, path: `text.${r.path}` });
  const [from, to] = [c.vision.stack.embedDim, c.text.embedDim];
  const at = 'multi_modal_projector.';
  if (c.kind === 'gemma3') {
    list.norm('softNorm', `${at}mm_soft_emb_norm`, from, softNorm(c));
    // A bare parameter, inputs before outputs.
    list.add('project', `${at}mm_input_projection_weight`, [from, to], { order: [1, 0] });
  } else {
    list.add('project', `${at}linear.weight`, [to, from]);
    list.add('projectBias', `${at}linear.bias`, [to]);
  }
  return list.rules;
}

const multimodal = (
  modelType: string,
  config: (c: ConfigReader) => MultimodalConfig,
): Family<MultimodalConfig, ReturnType<typeof multimodalWeights>> => ({
  modelTypes: [modelType],
  inputs: ['tokens', 'positions'],
  config,
  weights: multimodalWeights,
  names,
  apply: (w, c, { tokens, positions, groups, segments, pixels }, o) => {
    const images = pixels && imageVectors(w, c, pixels, o);
    const { hidden, state } = write(w, c, { tokens: tokens!, positions: positions!, groups, segments, images }, o);
    return { hidden, state, logits: decoderLogits(w.text, c.text, hidden) };
  },
  decoder: (c) => c.text,
  writing: {
    weights: (w) => w.text,
    images: ({ imageToken: token, tokensPerImage: perImage, around }) =>
      around ? { token, perImage, around, isCut: true } : { token, perImage, isPrefix: true },
    context: (w, c, { pixels }, o) => (pixels ? { images: imageVectors(w, c, pixels, o) } : {}),
    write: (w, c, { tokens, positions, groups, context }, o) =>
      // Once the prompt is read, no image is left to be seen.
      write(w, c, { tokens, positions, groups, images: tokens.shape[1] > 1 ? context.images : undefined }, o),
  },
  withHead: (c, isTied) => ({ ...c, text: withHead(c.text, isTied) }),
});

export const gemma3Multimodal = multimodal('gemma3', readGemma3);
export const paliGemma = multimodal('paligemma', readPaliGemma);
