import { HostArray, UserError } from '../../base/index.ts';

/*
 * What tasks give becomes what models take, with one example in a row or several. Padding is 0 and has weight 0; several examples of a row are told
 * apart by segments, counted from 1, and have positions of their own. Source: seqio, `feature_converters.py`.
 */

/** Tokens of one example by feature: `inputs`, `targets`. */
export type Example = Readonly<Record<string, ArrayLike<number>>>;
/** Lengths of features in the model's rows. */
export type FeatureLengths = Readonly<Record<string, number>>;
/** Tensors of the model's features: `i32[rows, length]`. */
export type ModelFeatures = Readonly<Record<string, HostArray>>;

export interface ConverterOptions {
  /** Token before the first of a segment. Default 0, the padding. */
  readonly bosId?: number;
  /** Adds `…_segment_ids` and `…_positions`: needed where rows hold several examples. Default true. */
  readonly packed?: boolean;
}

/** Rows of examples become tensors. */
export interface FeatureConverter {
  /** Features of the task that count, and how long a row is in each of them. */
  rowLengths(lengths: FeatureLengths): FeatureLengths;
  /** Of one example: how much of a row it takes, in each feature of `rowLengths`. */
  lengthsOf(example: Example): FeatureLengths;
  convert(rows: readonly (readonly Example[])[], lengths: FeatureLengths, o?: ConverterOptions): ModelFeatures;
}

interface Row {
  readonly tokens: Int32Array;
  readonly segments: Int32Array;
  readonly positions: Int32Array;
  /** Where each segment begins and ends. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** Lays pieces one after another into a row. */
function layOut(pieces: readonly ArrayLike<number>[], length: number, feature: string): Row {
  const [tokens, segments, positions] = [0, 0, 0].map(() => new Int32Array(length)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const spans: [number, number][] = [];
  let at = 0;
  pieces.forEach((piece, s) => {
    const start = at;
    if (start + piece.length > length)
      throw new UserError('data/feature-length', `examples are longer than a row of ${feature}`, {
        expected: `at most ${length} tokens`,
        given: `${start + piece.length}`,
        advice: 'cut examples to the lengths of their features first',
      });
    for (let i = 0; i < piece.length; i++, at++) {
      tokens[at] = piece[i];
      segments[at] = s + 1;
      positions[at] = i;
    }
    spans.push([start, at]);
  });
  return { tokens, segments, positions, spans };
}

/** Targets one place later, with `bosId` before each segment's first. */
function shifted(row: Row, bosId: number): Int32Array {
  const out = new Int32Array(row.tokens.length);
  out[0] = bosId;
  out.set(row.tokens.subarray(0, -1), 1);
  for (const [start, end] of row.spans) if (end > start) out[start] = bosId;
  // Behind the last segment is padding, not its last token.
  const end = row.spans.at(-1)?.[1] ?? 0;
  if (end < out.length) out[end] = 0;
  return out;
}

const stacked = (rows: readonly Int32Array[], length: number): HostArray => {
  const out = new Int32Array(rows.length * length);
  rows.forEach((row, i) => {
    out.set(row, i * length);
  });
  return new HostArray('i32', [rows.length, length], out);
};
const isReal = (row: Row): Int32Array => row.segments.map((s) => (s > 0 ? 1 : 0));
/** Which targets count: those that examples say, or all. */
const targetWeights = (laid: Row, examples: readonly Example[]): Int32Array =>
  examples.some((e) => e.targets_weights)
    ? layOut(
        examples.map((e) => e.targets_weights ?? new Int32Array(feature(e, 'targets').length).fill(1)),
        laid.tokens.length,
        'targets_weights',
      ).tokens
    : isReal(laid);

/** Segments and positions of rows, under the names of a side of the model. */
function packingOf(side: string, rows: readonly Row[], length: number, packed: boolean): ModelFeatures {
  if (!packed) return {};
  return {
    [`${side}_segment_ids`]: stacked(
      rows.map((r) => r.segments),
      length,
    ),
    [`${side}_positions`]: stacked(
      rows.map((r) => r.positions),
      length,
    ),
  };
}
/** What a decoder takes: inputs, targets, weights. */
const decoderFeatures = (
  rows: readonly Row[],
  length: number,
  weights: readonly Int32Array[],
  o: ConverterOptions,
): ModelFeatures => ({
  decoder_input_tokens: stacked(
    rows.map((r) => shifted(r, o.bosId ?? 0)),
    length,
  ),
  decoder_target_tokens: stacked(
    rows.map((r) => r.tokens),
    length,
  ),
  decoder_loss_weights: stacked(weights, length),
  ...packingOf('decoder', rows, length, o.packed ?? true),
});

function feature(example: Example, name: string): ArrayLike<number> {
  const own = example[name];
  if (own === undefined)
    throw new UserError('data/feature', `an example has no ${name}`, { given: Object.keys(example).join(', ') });
  return own;
}

/** An encoder reads `inputs`, a decoder writes `targets`. */
export const encoderDecoder: FeatureConverter = {
  rowLengths: ({ inputs, targets }) => ({ inputs, targets }),
  lengthsOf: (e) => ({ inputs: feature(e, 'inputs').length, targets: feature(e, 'targets').length }),
  convert(rows, { inputs, targets }, o = {}) {
    const lay = (name: string, length: number): Row[] =>
      rows.map((row) =>
        layOut(
          row.map((e) => feature(e, name)),
          length,
          name,
        ),
      );
    const [read, written] = [lay('inputs', inputs), lay('targets', targets)];
    return {
      encoder_input_tokens: stacked(
        read.map((r) => r.tokens),
        inputs,
      ),
      ...packingOf('encoder', read, inputs, o.packed ?? true),
      ...decoderFeatures(
        written,
        targets,
        written.map((r, i) => targetWeights(r, rows[i])),
        o,
      ),
    };
  },
};

/** A decoder writes `targets`. */
export const languageModel: FeatureConverter = {
  rowLengths: ({ targets }) => ({ targets }),
  lengthsOf: (e) => ({ targets: feature(e, 'targets').length }),
  convert(rows, { targets }, o = {}) {
    const written = rows.map((row) =>
      layOut(
        row.map((e) => feature(e, 'targets')),
        targets,
        'targets',
      ),
    );
    return decoderFeatures(
      written,
      targets,
      written.map((r, i) => targetWeights(r, rows[i])),
      o,
    );
  },
};

/**
 * A decoder sees all of `inputs` at once, then writes `targets`. `decoder_causal_attention` marks the places that all of their segment may
 * see: one more than there are inputs, for the last input's place predicts the first target.
 */
export const prefixLanguageModel = (lossOnTargetsOnly = true): FeatureConverter => {
  const whole = (e: Example): number[] => [...Array.from(feature(e, 'inputs')), ...Array.from(feature(e, 'targets'))];
  return {
    rowLengths: ({ inputs, targets }) => ({ tokens: inputs + targets }),
    lengthsOf: (e) => ({ tokens: feature(e, 'inputs').length + feature(e, 'targets').length }),
    convert(rows, { inputs, targets }, o = {}) {
      const length = inputs + targets;
      const laid = rows.map((row) => layOut(row.map(whole), length, 'inputs and targets'));
      const prefixes = laid.map((r, i) => {
        const mask = new Int32Array(length);
        const weights = new Int32Array(length);
        r.spans.forEach(([start, end], s) => {
          const width = feature(rows[i][s], 'inputs').length;
          for (let at = start; at < end; at++) {
            if (at - start < width + 1) mask[at] = 1;
            if (at - start >= width || !lossOnTargetsOnly) weights[at] = 1;
          }
        });
        return { mask, weights };
      });
      return {
        ...decoderFeatures(
          laid,
          length,
          prefixes.map((p) => p.weights),
          o,
        ),
        decoder_causal_attention: stacked(
          prefixes.map((p) => p.mask),
          length,
        ),
      };
    },
  };
};

/** An encoder says what was under the masks: `inputs` with `maskId` where `targets` are asked for. Source: BERT. */
export const maskedEncoder = (maskId: number): FeatureConverter => ({
  rowLengths: ({ inputs }) => ({ inputs }),
  lengthsOf: (e) => ({ inputs: feature(e, 'inputs').length }),
  convert(rows, { inputs }, o = {}) {
    const lay = (name: string): Row[] =>
      rows.map((row) =>
        layOut(
          row.map((e) => feature(e, name)),
          inputs,
          name,
        ),
      );
    const [read, wanted] = [lay('inputs'), lay('targets')];
    return {
      encoder_input_tokens: stacked(
        read.map((r) => r.tokens),
        inputs,
      ),
      encoder_target_tokens: stacked(
        wanted.map((r) => r.tokens),
        inputs,
      ),
      encoder_loss_weights: stacked(
        read.map((r) => r.tokens.map((t, i) => (t === maskId && r.segments[i] > 0 ? 1 : 0))),
        inputs,
      ),
      ...packingOf('encoder', read, inputs, o.packed ?? true),
    };
  },
});
