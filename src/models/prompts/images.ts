import { np, type Tensor } from '../../api/index.ts';
import { type HostArray, UserError } from '../../base/index.ts';
import { type ChatMessage, type ChatTemplate, encodeChat, type Tokenizer } from '../../data/index.ts';
import type { ImagePlaces, ModelInputs } from '../families/index.ts';
import { ConfigReader } from '../folder/config-reader.ts';
import { imageFor } from '../folder/processor.ts';
import type { ModelFolder } from '../load-model.ts';

/* Prompts with images in them, as the processors of transformers make them. */

/** A prompt as a model is given it. */
export interface PromptInputs {
  readonly ids: Int32Array;
  readonly inputs: ModelInputs;
}

/** How a model's prompts hold images; undefined: it sees nothing. */
export const imagePlacesOf = ({ family, config }: ModelFolder): ImagePlaces | undefined =>
  family.writing?.images?.(config);

/** What is said to a model: a text to continue, or a conversation for its template. */
export type Said = string | { readonly template: ChatTemplate; readonly messages: readonly ChatMessage[] };

export interface ImageOptions {
  /**
   * Long images are also seen in parts ("pan and scan"), as `preprocessor_config.json` says; default: where `do_pan_and_scan` is true there. Each part takes as many
   * tokens as an image.
   */
  readonly panAndScan?: boolean | undefined;
}

/** Images, files or their bytes, as the model takes them, each with its parts behind it: `f32[images, 3, height, width]`. Throws `data/image`, `models/config`, `models/prompt`. */
export async function pixelsOf(
  folder: ModelFolder,
  sources: readonly (string | Uint8Array)[],
  options: ImageOptions = {},
): Promise<Tensor> {
  return joined(await imagesOf(folder, sources, options));
}

const joined = (images: readonly HostArray[]): Tensor => np.concatenate(images.map((image) => np.array(image)));

/** Of each, the image and its parts: `f32[1 + parts, 3, height, width]`. */
async function imagesOf(
  folder: ModelFolder,
  sources: readonly (string | Uint8Array)[],
  { panAndScan }: ImageOptions,
): Promise<HostArray[]> {
  const canCut = imagePlacesOf(folder)?.isCut ?? false;
  if (panAndScan && !canCut)
    throw new UserError('models/prompt', `models of type ${folder.family.modelTypes[0]} see images only whole`, {
      given: 'panAndScan',
      advice: 'leave it out',
    });
  const own = new ConfigReader(folder.json);
  const vision = own.has('vision_config') ? own.nested('vision_config') : own;
  const size = vision.size('image_size', 224);
  const cuts = canCut && (panAndScan ?? 'file');
  return Promise.all(sources.map((source) => imageFor(folder.dir, source, size, cuts)));
}

/** A conversation whose first message of the user has so many images before its text. */
export function withImages(messages: readonly ChatMessage[], numImages: number): ChatMessage[] {
  const first = messages.findIndex((m) => m.role === 'user');
  const places = Array.from({ length: numImages }, () => ({ type: 'image' }));
  return messages.map((m, i) => (i === first ? { ...m, content: [...places, { type: 'text', text: m.content }] } : m));
}

/**
 * A prompt with the images of some files. In a text, the token that begins an image marks its place; without any, images come first. In a
 * conversation the template writes them (`withImages`). Throws `models/prompt` for models that see nothing, and where places are not as many as images.
 * Source: `Gemma3Processor`, `PaliGemmaProcessor` of transformers.
 */
export async function promptWithImages(
  folder: ModelFolder,
  tokenizer: Tokenizer,
  said: Said,
  paths: readonly string[],
  options: ImageOptions = {},
): Promise<PromptInputs> {
  const places = imagePlacesOf(folder);
  if (!places)
    throw new UserError('models/prompt', `models of type ${folder.family.modelTypes[0]} see no images in prompts`);
  const images = await imagesOf(folder, paths, options);
  const counts = images.map((image) => image.shape[0]);
  const numImages = counts.reduce((a, b) => a + b, 0);
  const ids = places.isPrefix
    ? behindImages(tokenizer, textAlone(said), places, numImages)
    : await expanded(tokenizer, said, places, counts);
  const numMarks = ids.filter((id) => id === places.token).length;
  if (numMarks !== numImages * places.perImage)
    throw new UserError('models/prompt', 'the prompt has not as many places for images as there are images', {
      expected: `${numImages} images of ${places.perImage} tokens`,
      given: `${numMarks} tokens`,
    });
  return {
    ids,
    inputs: { pixels: joined(images), ...(places.isPrefix ? { groups: np.zeros([1, ids.length], 'i32') } : {}) },
  };
}

/** The text of a token that a prompt with images needs. */
function textOf(tokenizer: Tokenizer, id: number | undefined): string {
  const text = id === undefined ? undefined : tokenizer.tokenOf(id);
  if (text === undefined)
    throw new UserError('models/prompt', 'the tokenizer has no token for the places of images', {
      given: `token ${id}`,
      advice: 'check that the tokenizer and config.json come from the same model',
    });
  return text;
}

function textAlone(said: Said): string {
  if (typeof said === 'string') return said;
  throw new UserError('models/prompt', 'this model takes images before a text, not in a conversation', {
    advice: 'use --raw',
  });
}

/** A prompt that is seen both ways: images, the first token of texts, the text, and a line break that ends it. */
export function behindImages(
  tokenizer: Tokenizer,
  said: string,
  { token, perImage }: ImagePlaces,
  numImages: number,
): Int32Array {
  const image = textOf(tokenizer, token).repeat(perImage * numImages);
  const before = tokenizer.encode(image + textOf(tokenizer, tokenizer.special.bos), { addSpecialTokens: false });
  // What somebody says is text, though it may look like a token of images.
  const text = tokenizer.encode(`${said}\n`, { addSpecialTokens: false, allowSpecial: false, continuesText: true });
  return Int32Array.of(...before, ...text);
}

/** What stands for an image in a text, and all that is read in its so many-th place; `counts`: each image with its parts. */
export function imageMark(
  tokenizer: Tokenizer,
  { token, perImage, around }: ImagePlaces,
  counts: readonly number[],
): { readonly mark: string; readonly at: (place: number) => string } {
  const mark = textOf(tokenizer, around?.begin ?? token);
  const image = textOf(tokenizer, token).repeat(perImage);
  const whole = around ? `\n\n${mark}${image}${textOf(tokenizer, around.end)}\n\n` : image;
  // Marks beyond the images are counted afterwards.
  return { mark, at: (place) => withParts(whole, counts[Math.min(place, counts.length - 1)] - 1) };
}

/** The text with whole images in place of their marks, and their parts behind them; `counts`: each with its parts. */
async function expanded(
  tokenizer: Tokenizer,
  said: Said,
  places: ImagePlaces,
  counts: readonly number[],
): Promise<Int32Array> {
  const { mark, at } = imageMark(tokenizer, places, counts);
  if (typeof said === 'string') {
    const text = said.includes(mark) ? said : mark.repeat(counts.length) + said;
    let place = 0;
    return tokenizer.encode(text.replaceAll(mark, () => at(place++)));
  }
  const expand = new Map([[mark, at]]);
  return encodeChat(tokenizer, said.template, said.messages, { addGenerationPrompt: true, expand });
}

/** What stands for an image that is also seen in parts: the words that Gemma 3 was trained with. */
function withParts(whole: string, numParts: number): string {
  if (numParts === 0) return whole;
  const parts = Array<string>(numParts).fill(whole).join(' ');
  return `Here is the original image ${whole} and here are some crops to help you see better ${parts}`;
}
