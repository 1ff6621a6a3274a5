import { bleu, chrf, rouge } from '../metrics/index.ts';

/* How good texts are that a model wrote, beside those that were wanted. */

/** A number for all examples of a task. */
export interface TaskMetric {
  readonly name: string;
  /** Texts in the order of the examples. */
  readonly compute: (targets: readonly string[], predictions: readonly string[]) => number;
}

const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / Math.max(1, xs.length);

/** Lower case, without punctuation and articles, one space between words. Source: SQuAD's evaluation script. */
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .replace(/\b(a|an|the)\b/g, ' ')
    .split(/\s+/)
    .filter((w) => w !== '');

function overlap(target: string, prediction: string): number {
  const [wanted, said] = [wordsOf(target), wordsOf(prediction)];
  if (wanted.length === 0 || said.length === 0) return wanted.length === said.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const w of wanted) left.set(w, (left.get(w) ?? 0) + 1);
  let same = 0;
  for (const w of said) {
    const n = left.get(w) ?? 0;
    if (n > 0) same++;
    left.set(w, n - 1);
  }
  return (2 * same) / (wanted.length + said.length);
}

/** Share of texts that are the wanted one, but for spaces around it. */
export const exactMatch: TaskMetric = {
  name: 'exactMatch',
  compute: (targets, predictions) => mean(targets.map((t, i) => (t.trim() === predictions[i].trim() ? 1 : 0))),
};

/** Words that both texts have: 2 · both / (wanted + said), on average. Source: Rajpurkar et al. 2016 (SQuAD). */
export const wordF1: TaskMetric = {
  name: 'wordF1',
  compute: (targets, predictions) => mean(targets.map((t, i) => overlap(t, predictions[i]))),
};

const alone = (texts: readonly string[]): string[][] => texts.map((t) => [t]);
const meanRouge = (name: string, n: number | 'L'): TaskMetric => ({
  name,
  compute: (targets, predictions) => mean(targets.map((t, i) => rouge(t, predictions[i], n))),
});

/** Metrics by name, for task files. */
export const taskMetrics: Readonly<Record<string, TaskMetric>> = {
  exactMatch,
  wordF1,
  bleu: { name: 'bleu', compute: (targets, predictions) => bleu(alone(targets), predictions) },
  chrf: { name: 'chrf', compute: (targets, predictions) => chrf(alone(targets), predictions) },
  rouge1: meanRouge('rouge1', 1),
  rouge2: meanRouge('rouge2', 2),
  rougeL: meanRouge('rougeL', 'L'),
};
