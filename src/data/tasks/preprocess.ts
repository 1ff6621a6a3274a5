import { type Row, rowError, textField } from '../sources/index.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import {
  corruptSpans,
  mixtureOfDenoisers,
  type SentinelOptions,
  type SpanNoise,
  spanCorruptionLengths,
  spanNoiseMask,
  splitPrefix,
  type Ul2Options,
} from './corrupt.ts';
import type { Preprocessor } from './task.ts';

/* The usual steps of tasks. All of them make one example of one row. */

/** A tokenizer, and what names it in fingerprints: a hash of its file. */
export interface NamedTokenizer {
  readonly tokenizer: Tokenizer;
  readonly name: string;
}

/** Texts become ids, without the tokens that are put around a text: `tokenize(t, { text: 'targets' })`. On the tokenizer's thread. */
export const tokenize = (t: NamedTokenizer, fields: Readonly<Record<string, string>>): Preprocessor => ({
  name: `tokenize ${t.name} ${JSON.stringify(fields)}`,
  async apply(own, { row }) {
    const made: Record<string, Int32Array> = {};
    for (const [from, to] of Object.entries(fields))
      made[to] = await t.tokenizer.encodeAsync(textField({ ...row, fields: own }, from), {
        addSpecialTokens: false,
        allowSpecial: false,
      });
    return { ...own, ...made };
  },
});

/** Fields by other names: `rekey({ inputs: 'question' })`. */
export const rekey = (from: Readonly<Record<string, string>>): Preprocessor => ({
  name: `rekey ${JSON.stringify(from)}`,
  apply: (fields) => Object.fromEntries(Object.entries(from).map(([to, name]) => [to, fields[name]])),
});

const tokensOf = (fields: Readonly<Record<string, unknown>>, name: string, row: Row): ArrayLike<number> => {
  const x = fields[name];
  if (Array.isArray(x) || x instanceof Int32Array) return x as ArrayLike<number>;
  throw rowError(row, `no tokens "${name}"`, Object.keys(fields).join(', '));
};

/** A part of a longer text, which one is drawn anew each epoch. Source: T5, `select_random_chunk`. */
export const randomChunk = (length: number, name = 'targets'): Preprocessor => ({
  name: `random chunk of ${length} ${name}`,
  apply(fields, { random, row }) {
    const tokens = tokensOf(fields, name, row);
    if (tokens.length <= length) return fields;
    const start = random.below(tokens.length - length + 1);
    return { ...fields, [name]: Array.from(tokens).slice(start, start + length) };
  },
});

/** Texts of fewer tokens are left out. */
export const atLeast = (length: number, name = 'targets'): Preprocessor => ({
  name: `at least ${length} ${name}`,
  apply: (fields, { row }) => (tokensOf(fields, name, row).length < length ? undefined : fields),
});

/** `targets` with spans left out become `inputs`, the spans `targets`; ends come from the task's features. Source: Raffel et al. 2020, §3.1.4. */
export const spanCorruption = (o: SpanNoise & Pick<SentinelOptions, 'firstSentinel'>): Preprocessor => ({
  name: `span corruption ${JSON.stringify([o.density, o.meanSpan, o.firstSentinel])}`,
  apply(fields, { random, row }) {
    const tokens = tokensOf(fields, 'targets', row);
    if (tokens.length < 2) return undefined;
    const mask = spanNoiseMask(tokens.length, o, random);
    return { ...corruptSpans(tokens, mask, { firstSentinel: o.firstSentinel, eosId: null }) };
  },
});

/** How long texts are for span corruption that fills `inputs` tokens, and what is written then, ends included. */
export const spanLengths = (inputs: number, noise: SpanNoise): { readonly chunk: number; readonly targets: number } => {
  const { tokensLength, targetsLength } = spanCorruptionLengths(inputs, noise);
  return { chunk: tokensLength, targets: targetsLength };
};

/** `targets` by one of UL2's denoisers, drawn for each example. Source: Tay et al. 2023. */
export const ul2 = (o: Omit<Ul2Options, 'eosId'>): Preprocessor => ({
  name: `ul2 ${JSON.stringify(o)}`,
  apply(fields, { random, row }) {
    const tokens = tokensOf(fields, 'targets', row);
    if (tokens.length < 2) return undefined;
    const { inputs, targets } = mixtureOfDenoisers(tokens, { ...o, eosId: null }, random);
    return { inputs, targets };
  },
});

/** `targets` cut somewhere: a beginning as `inputs`, the rest as `targets`. Source: T5, `prefix_lm`. */
export const prefixOfText = (density = 0.5): Preprocessor => ({
  name: `prefix ${density}`,
  apply(fields, { random, row }) {
    const tokens = tokensOf(fields, 'targets', row);
    return tokens.length < 2 ? undefined : { ...splitPrefix(tokens, random, density) };
  },
});
