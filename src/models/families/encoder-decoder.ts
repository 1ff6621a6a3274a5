import { np, type Tensor } from '../../api/index.ts';
import { type DeclaredTree, rowsOf, type TensorsOf } from '../../nn/index.ts';
import type { ConfigReader } from '../folder/config-reader.ts';
import type { NameRule } from '../folder/name-rules.ts';
import type { DecoderConfig, StackConfig } from '../stack/config.ts';
import { decode, decoderLogits } from '../stack/decoder.ts';
import { crossColumns, runStack, type StackOptions } from '../stack/stack.ts';
import { type DecoderTensors, decoderWeights, stackWeights } from '../stack/weights.ts';
import { type Family, type ModelInputs, withHead } from './family.ts';

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

/** What the encoder makes of tokens. */
export function encodeTokens(
  w: EncoderDecoderTensors,
  c: EncoderDecoderConfig,
  { tokens, positions, segments }: ModelInputs,
  o: StackOptions,
): { readonly hidden: Tensor; readonly positions: Tensor } {
  const embedded = np.astype(rowsOf(w.decoder.embedding, tokens!), o.numerics?.compute ?? 'f32');
  return {
    hidden: runStack(w.encoder, c.encoder, embedded, { positions: positions!, segments }, o).hidden,
    positions: positions!,
  };
}

/** What every model has whose decoder attends to an encoder, whatever the encoder takes. */
export const encoderDecoder = <
  C extends Pick<EncoderDecoderConfig, 'decoder' | 'startToken'>,
  W extends DeclaredTree & { readonly decoder: ReturnType<typeof decoderWeights> },
>(f: {
  readonly modelTypes: readonly string[];
  readonly ignored?: readonly RegExp[];
  /** Of the encoder. */
  readonly inputs: readonly (keyof ModelInputs)[];
  readonly config: (c: ConfigReader) => C;
  readonly weights: (c: C) => W;
  readonly names: (c: C) => readonly NameRule[];
  /** `hidden: [batch, seq, embed]` and where its vectors are, `i32[batch, seq]`. */
  readonly encode: (
    w: TensorsOf<W>,
    c: C,
    inputs: ModelInputs,
    o: StackOptions,
  ) => { readonly hidden: Tensor; readonly positions: Tensor };
}): Family<C, W> => {
  // What a tree with these weights has, TypeScript does not see through the type parameter.
  const decoderOf = (w: TensorsOf<W>): DecoderTensors => (w as unknown as { readonly decoder: DecoderTensors }).decoder;
  return {
    ...f,
    inputs: [...f.inputs, 'decoderTokens'],
    apply: (w, c, inputs, o) => {
      const { hidden, positions } = f.encode(w, c, inputs, o);
      const own = decoderOf(w);
      const tokens = inputs.decoderTokens!;
      const encoded = crossColumns(own, c.decoder, hidden, positions, inputs.segments);
      const at = { positions: inputs.decoderPositions ?? placesOf(tokens), segments: inputs.decoderSegments };
      const out = decode(own, c.decoder, { tokens, ...at, encoded }, o);
      return { hidden, logits: decoderLogits(own, c.decoder, out.hidden), state: out.state };
    },
    decoder: (c) => c.decoder,
    writing: {
      weights: decoderOf,
      startToken: (c) => c.startToken,
      context: (w, c, inputs, o) => {
        const { hidden, positions } = f.encode(w, c, inputs, o);
        return { encoded: crossColumns(decoderOf(w), c.decoder, hidden, positions) };
      },
      write: (w, c, { tokens, positions, context }, o) =>
        decode(decoderOf(w), c.decoder, { tokens, positions, encoded: context.encoded }, o),
    },
    withHead: (c, isTied) => ({ ...c, decoder: withHead(c.decoder, isTied) }),
  };
};

/** Every vector at its place: `[batch, seq, …]` → `i32[batch, seq]`. */
export const placesOf = (x: Tensor): Tensor => np.broadcastTo(np.arange(x.shape[1]), [x.shape[0], x.shape[1]]);
