import { bleu, chrf, rouge } from '../../../data/index.ts';
import { PythonRandom } from './python-random.ts';
import type { MetricChoice, OutputType } from './task-file.ts';

/* Metrics of lm-eval: what a document gives, and how documents become one number with its standard error. */

/** What one document gives: a number, or what only all documents together make a number of. */
export type DocumentScore =
  | number
  | readonly [sum: number, weight: number]
  | { readonly references: readonly string[]; readonly prediction: string };

interface Aggregation {
  readonly compute: (scores: readonly DocumentScore[]) => number;
  /** Resamplings for the standard error; `exact`: from the formula of a mean; else there is none. */
  readonly stderr?: 'exact' | number;
}

const numbers = (scores: readonly DocumentScore[]): readonly number[] => scores as readonly number[];
const pairs = (scores: readonly DocumentScore[]): readonly (readonly [number, number])[] =>
  scores as readonly (readonly [number, number])[];
const texts = (
  scores: readonly DocumentScore[],
): { references: readonly string[][]; predictions: readonly string[] } => {
  const all = scores as readonly { references: string[]; prediction: string }[];
  return { references: all.map((s) => s.references), predictions: all.map((s) => s.prediction) };
};
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
const weighted = (scores: readonly DocumentScore[]): number =>
  pairs(scores).reduce((s, [x]) => s + x, 0) / pairs(scores).reduce((s, [, w]) => s + w, 0);
const ofTexts = (score: (references: readonly string[][], predictions: readonly string[]) => number): Aggregation => ({
  compute: (scores) => {
    const { references, predictions } = texts(scores);
    return score(references, predictions);
  },
  stderr: 100,
});

/** Of pairs (wanted, said) of the classes 0 and 1. */
function counts(scores: readonly DocumentScore[]): { tp: number; fp: number; fn: number; tn: number } {
  const count = (wanted: boolean, said: boolean): number =>
    pairs(scores).filter(([w, s]) => (w === 1) === wanted && (s === 1) === said).length;
  return { tp: count(true, true), fp: count(false, true), fn: count(true, false), tn: count(false, false) };
}

const aggregations = {
  mean: { compute: (s) => mean(numbers(s)), stderr: 'exact' },
  perplexity: { compute: (s) => Math.exp(-mean(numbers(s))), stderr: 100_000 },
  weighted_perplexity: { compute: (s) => Math.exp(-weighted(s)) },
  bits_per_byte: { compute: (s) => -weighted(s) / Math.LN2 },
  brier_score: { compute: (s) => mean(numbers(s)) },
  f1: {
    compute: (s) => {
      const { tp, fp, fn } = counts(s);
      return tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
    },
    stderr: 100_000,
  },
  matthews_corrcoef: {
    compute: (s) => {
      const { tp, fp, fn, tn } = counts(s);
      const root = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
      return root === 0 ? 0 : (tp * tn - fp * fn) / root;
    },
    stderr: 100_000,
  },
  bleu: ofTexts(bleu),
  chrf: ofTexts(chrf),
  'chrf++': ofTexts((references, predictions) => chrf(references, predictions, { wordOrder: 2 })),
} as const satisfies Readonly<Record<string, Aggregation>>;

interface MetricFacts {
  readonly aggregation: keyof typeof aggregations;
  readonly higherIsBetter: boolean;
  readonly options?: readonly string[];
}

const higher = { higherIsBetter: true } as const;
const lower = { higherIsBetter: false } as const;
const metrics: Readonly<Record<OutputType, Readonly<Record<string, MetricFacts>>>> = {
  loglikelihood: { perplexity: { aggregation: 'perplexity', ...lower }, acc: { aggregation: 'mean', ...higher } },
  loglikelihood_rolling: {
    word_perplexity: { aggregation: 'weighted_perplexity', ...lower },
    byte_perplexity: { aggregation: 'weighted_perplexity', ...lower },
    bits_per_byte: { aggregation: 'bits_per_byte', ...lower },
  },
  multiple_choice: {
    acc: { aggregation: 'mean', ...higher },
    acc_norm: { aggregation: 'mean', ...higher },
    acc_bytes: { aggregation: 'mean', ...higher },
    acc_mutual_info: { aggregation: 'mean', ...higher },
    exact_match: { aggregation: 'mean', ...higher },
    f1: { aggregation: 'f1', ...higher },
    mcc: { aggregation: 'matthews_corrcoef', ...higher },
    brier_score: { aggregation: 'brier_score', ...lower },
  },
  generate_until: {
    exact_match: {
      aggregation: 'mean',
      ...higher,
      options: ['ignore_case', 'ignore_punctuation', 'ignore_numbers', 'regexes_to_ignore'],
    },
    bleu: { aggregation: 'bleu', ...higher },
    chrf: { aggregation: 'chrf', ...higher },
    'chrf++': { aggregation: 'chrf++', ...higher },
    // Not in lm-eval, which takes them from another package.
    rouge1: { aggregation: 'mean', ...higher },
    rouge2: { aggregation: 'mean', ...higher },
    rougeL: { aggregation: 'mean', ...higher },
  },
};
const defaults: Readonly<Record<OutputType, readonly string[]>> = {
  loglikelihood: ['perplexity', 'acc'],
  loglikelihood_rolling: ['word_perplexity', 'byte_perplexity', 'bits_per_byte'],
  multiple_choice: ['acc', 'acc_norm'],
  generate_until: ['exact_match'],
};

export const metricsOf = (type: OutputType): Readonly<Record<string, MetricFacts>> => metrics[type];
export const isMetric = (name: string, type: OutputType): boolean => Object.hasOwn(metrics[type], name);
export const metricsByDefault = (type: OutputType): MetricChoice[] =>
  defaults[type].map((metric) => ({ metric, higherIsBetter: metrics[type][metric].higherIsBetter, options: {} }));

/** What a written text gives, beside those that were wanted. */
export function textScore(
  { metric, options }: MetricChoice,
  references: readonly string[],
  prediction: string,
): DocumentScore {
  if (metric === 'exact_match')
    return references.some((r) => compared(r, options) === compared(prediction, options)) ? 1 : 0;
  const [, n] = /^rouge([12L])$/.exec(metric) ?? [];
  if (n !== undefined) return Math.max(...references.map((r) => rouge(r, prediction, n === 'L' ? n : Number(n))));
  return { references, prediction };
}

function compared(text: string, o: MetricChoice['options']): string {
  let out = text;
  for (const pattern of [o.regexes_to_ignore ?? []].flat()) out = out.replace(new RegExp(String(pattern), 'gu'), '');
  if (o.ignore_case === true) out = out.toLowerCase();
  if (o.ignore_punctuation === true) out = out.replace(/[!-/:-@[-`{-~]/g, '');
  return o.ignore_numbers === true ? out.replace(/[0-9]/g, '') : out;
}

/** A number for all documents. */
export interface Aggregated {
  readonly value: number;
  /** Undefined where lm-eval has none, too. */
  readonly stderr: number | undefined;
}

/** `bootstrapIterations`: at most so many resamplings; 0: no standard errors. */
export function aggregate(
  type: OutputType,
  metric: string,
  scores: readonly DocumentScore[],
  bootstrapIterations: number,
): Aggregated {
  const { compute, stderr }: Aggregation = aggregations[metrics[type][metric].aggregation];
  const value = compute(scores);
  if (stderr === undefined || bootstrapIterations === 0) return { value, stderr: undefined };
  if (stderr === 'exact') return { value, stderr: deviation(numbers(scores)) / Math.sqrt(scores.length) };
  const iterations = Math.min(stderr, bootstrapIterations);
  const chunk = Math.min(1000, iterations);
  const values: number[] = [];
  for (let i = 0; i < Math.floor(iterations / chunk); i++) {
    const random = new PythonRandom(i);
    for (let k = 0; k < chunk; k++) values.push(compute(random.resample(scores)));
  }
  return { value, stderr: deviation(values) };
}

/** Standard deviation of a sample, which a single one has not: 0. */
function deviation(xs: readonly number[]): number {
  const center = mean(xs);
  return Math.sqrt(xs.reduce((s, x) => s + (x - center) ** 2, 0) / Math.max(1, xs.length - 1));
}
