import type { Tensor } from '../../api/index.ts';
import type { DeclaredTree, TensorsOf } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { Columns, DecoderState } from '../stack/cache.ts';
import type { DecoderConfig } from '../stack/config.ts';
import { decode, decoderLogits } from '../stack/decoder.ts';
import type { CacheState, StackOptions } from '../stack/stack.ts';
import { type DecoderTensors, decoderWeights } from '../stack/weights.ts';

/** What a model may be given; each family says which of them it needs. */
export interface ModelInputs {
  /** `i32[batch, seq]` */
  readonly tokens?: Tensor | undefined;
  /** Place of every token in its sequence, −1 for padding: `i32[batch, seq]`. */
  readonly positions?: Tensor | undefined;
  /** Tokens of one group (≥ 0) see each other both ways, −1: as usual. `i32[batch, seq]` */
  readonly groups?: Tensor | undefined;
  /** Several texts in a row: tokens see those of the same number only. `i32[batch, seq]` */
  readonly segments?: Tensor | undefined;
  /** What a decoder has written so far: `i32[batch, seq]`. */
  readonly decoderTokens?: Tensor | undefined;
  /** As `positions` and `segments`, of what a decoder has written. Default: one text from place 0 on. */
  readonly decoderPositions?: Tensor | undefined;
  readonly decoderSegments?: Tensor | undefined;
  /** Images, normalized: `f32[batch, channels, height, width]`. */
  readonly pixels?: Tensor | undefined;
  /** Log-mel features of sound: `f32[batch, mels, frames]`. */
  readonly features?: Tensor | undefined;
  /** Samples of sound: `f32[batch, samples]`. */
  readonly audio?: Tensor | undefined;
}

export interface ModelOutputs {
  /** `f32[batch, seq, vocab]`, of models that predict tokens. */
  readonly logits?: Tensor | undefined;
  /** Behind the last norm: `[batch, seq, embed]`. Of an encoder-decoder, the encoder's. */
  readonly hidden: Tensor;
  /** One vector per image: `[batch, embed]`. */
  readonly pooled?: Tensor | undefined;
  readonly state?: DecoderState | undefined;
}

/** What a decoder is given besides tokens, the same for a whole text. */
export interface WritingContext {
  /** Keys and values of an encoder, per layer. */
  readonly encoded?: readonly Columns[] | undefined;
  /** Vectors of images, in the order of their tokens: `[batch, vectors, embed]`. */
  readonly images?: Tensor | undefined;
  /** What another decoder has made of the tokens before: `[batch, n, embed]`. */
  readonly hidden?: Tensor | undefined;
}

/** How prompts hold images. */
export interface ImagePlaces {
  /** The token whose places their vectors take; it may be beyond the vocabulary. */
  readonly token: number;
  readonly perImage: number;
  /** Tokens before and behind those of an image; the first one alone stands for an image in a text. */
  readonly around?: { readonly begin: number; readonly end: number };
  /** Images come before the text, and all of a prompt is seen both ways. */
  readonly isPrefix?: boolean;
  /** Long images may be seen in parts too. */
  readonly isCut?: boolean;
}

/** How a model writes: one step after another, with a state. */
export interface Writing<C, W extends DeclaredTree> {
  readonly weights: (w: TensorsOf<W>) => DecoderTensors;
  /** Undefined: prompts are read by the decoder itself; else an encoder reads them, and the text begins with this token. */
  readonly startToken?: (config: C) => number;
  readonly images?: (config: C) => ImagePlaces;
  readonly context?: (w: TensorsOf<W>, config: C, inputs: ModelInputs, o: StackOptions) => WritingContext;
  /** `tokens, positions: i32[batch, n]`, the next columns of every sequence. */
  readonly write: <S extends CacheState = DecoderState>(
    w: TensorsOf<W>,
    config: C,
    input: { tokens: Tensor; positions: Tensor; groups?: Tensor | undefined; context: WritingContext },
    o: StackOptions<S>,
  ) => { readonly hidden: Tensor; readonly state: S | undefined };
}

/** How a model writes that keeps nothing of what it has read: it reads the whole text anew for every token. */
export interface Rereading {
  readonly vocabSize: number;
  readonly maxPositions: number;
  /** With how many columns a text is read: as many as it has tokens, or more. */
  readonly columns: (length: number) => number;
}

/** A model family: configuration, weights, names and computation, registered by `model_type`. */
export interface Family<C = unknown, W extends DeclaredTree = DeclaredTree> {
  /** `model_type` of its configuration files. */
  readonly modelTypes: readonly string[];
  /** The inputs that it needs. */
  readonly inputs: readonly (keyof ModelInputs)[];
  /** Throws `models/config` for what it cannot be. */
  readonly config: (c: ConfigReader) => C;
  readonly weights: (config: C) => W;
  readonly names: (config: C, c: ConfigReader) => readonly NameRule[];
  readonly apply: (w: TensorsOf<W>, config: C, inputs: ModelInputs, o: StackOptions) => ModelOutputs;
  /** Tensors that files may hold and nobody needs. */
  readonly ignored?: readonly RegExp[];
  /** Such as depend on the configuration. */
  readonly ignoredIn?: (c: ConfigReader) => readonly RegExp[];
  /** The decoder in it, for models that write. */
  readonly decoder?: (config: C) => DecoderConfig;
  /** How it writes. */
  readonly writing?: Writing<C, W>;
  /** How it writes where there is no decoder in it. */
  readonly rereading?: (config: C) => Rereading;
  /** The same with a head that is the embedding, or one of its own: files know it better than configurations. */
  readonly withHead?: (config: C, isTied: boolean) => C;
}

/** A decoder whose head is the embedding, or its own. */
export const withHead = (c: DecoderConfig, tied: boolean): DecoderConfig => ({ ...c, head: { ...c.head, tied } });

/** A family of decoder-only models: its configuration and names are all there is to say. */
export interface DecoderFamily {
  readonly modelTypes: readonly string[];
  readonly config: (c: ConfigReader) => DecoderConfig;
  readonly names: (config: DecoderConfig, c: ConfigReader) => readonly NameRule[];
  readonly ignored?: readonly RegExp[];
  readonly ignoredIn?: (c: ConfigReader) => readonly RegExp[];
}

/** The whole family of what a decoder family says. */
export const decoderFamily = (f: DecoderFamily): Family<DecoderConfig, ReturnType<typeof decoderWeights>> => ({
  ...f,
  inputs: ['tokens', 'positions'],
  weights: decoderWeights,
  apply: (w, config, { tokens, positions, groups, segments }, o) => {
    const { hidden, state } = decode(w, config, { tokens: tokens!, positions: positions!, groups, segments }, o);
    return { hidden, state, logits: decoderLogits(w, config, hidden) };
  },
  decoder: (config) => config,
  withHead,
  writing: {
    weights: (w) => w,
    write: (w, config, { tokens, positions, groups }, o) => decode(w, config, { tokens, positions, groups }, o),
  },
});
