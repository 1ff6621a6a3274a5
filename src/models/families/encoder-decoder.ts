import { np, type Tensor } from '../../api/index.ts';
import type { TensorsOf } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { DecoderConfig, StackConfig } from '../stack/config.ts';
import { decode, decoderLogits } from '../stack/decoder.ts';
import { crossColumns, runStack, type StackOptions } from '../stack/stack.ts';
import { decoderWeights, stackWeights } from '../stack/weights.ts';
import { type Family, withHead } from './family.ts';

/** An encoder of tokens and a decoder that attends to what it made; both share the embedding. */
export interface EncoderDecoderConfig {
  readonly encoder: StackConfig;
  readonly decoder: DecoderConfig;
  /** What a decoder's text begins with. */
  readonly startToken: number;
}

export const encoderDecoderWeights = (c: EncoderDecoderConfig) => ({
  encoder: stackWeights(c.encoder),
  decoder: decoderWeights(c.decoder),
});

export type EncoderDecoderTensors = TensorsOf<ReturnType<typeof encoderDecoderWeights>>;

/** What the encoder makes of tokens: `[batch, seq, embed]`. */
export function encode(
  w: EncoderDecoderTensors,
  c: EncoderDecoderConfig,
  tokens: Tensor,
  positions: Tensor,
  o: StackOptions,
): Tensor {
  const embedded = np.astype(np.take(w.decoder.embedding, tokens, 0), o.numerics?.compute ?? 'f32');
  return runStack(w.encoder, c.encoder, embedded, { positions }, o).hidden;
}

/** The family of such models. */
export const encoderDecoder = (f: {
  readonly modelTypes: readonly string[];
  readonly ignored?: readonly RegExp[];
  readonly config: (c: ConfigReader) => EncoderDecoderConfig;
  readonly names: (c: EncoderDecoderConfig) => readonly NameRule[];
}): Family<EncoderDecoderConfig, ReturnType<typeof encoderDecoderWeights>> => ({
  ...f,
  inputs: ['tokens', 'positions', 'decoderTokens'],
  weights: encoderDecoderWeights,
  apply: (w, c, { tokens, positions, decoderTokens }, o) => {
    const hidden = encode(w, c, tokens!, positions!, o);
    const [batch, seq] = decoderTokens!.shape;
    const encoded = crossColumns(w.decoder, c.decoder, hidden, positions!);
    const own = np.broadcastTo(np.arange(seq), [batch, seq]);
    const out = decode(w.decoder, c.decoder, { tokens: decoderTokens!, positions: own, encoded }, o);
    return { hidden, logits: decoderLogits(w.decoder, c.decoder, out.hidden), state: out.state };
  },
  decoder: (c) => c.decoder,
  writing: {
    weights: (w) => w.decoder,
    startToken: (c) => c.startToken,
    context: (w, c, { tokens, positions }, o) => ({
      encoded: crossColumns(w.decoder, c.decoder, encode(w, c, tokens!, positions!, o), positions!),
    }),
    write: (w, c, { tokens, positions, context }, o) =>
      decode(w.decoder, c.decoder, { tokens, positions, encoded: context.encoded }, o),
  },
  withHead: (c, isTied) => ({ ...c, decoder: withHead(c.decoder, isTied) }),
});
