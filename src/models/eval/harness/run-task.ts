import { UserError } from '../../../base/index.ts';
import type { EvaluatedModel, TextScore } from '../evaluated-model.ts';
import { type Doc, Documents, documentsOf, FewshotSampler } from './documents.ts';
import { filtered } from './filters.ts';
import { type Aggregated, aggregate, type DocumentScore, textScore } from './metrics.ts';
import type { HarnessTask } from './task-file.ts';

export interface HarnessOptions {
  /** At most so many documents of each task, from its first on. */
  readonly limit?: number;
  /** Examples in front of each document, instead of what tasks say. */
  readonly numFewshot?: number;
  /** For the choice of examples. Default 1234. */
  readonly fewshotSeed?: number;
  /** Resamplings for standard errors that have no formula, at most 100 where texts are compared. Default 100,000; 0: none. */
  readonly bootstrapIterations?: number;
}

/** A document, what was asked, and what came of it. */
export interface HarnessSample {
  readonly docId: number;
  readonly doc: Doc;
  readonly target: unknown;
  readonly context: string;
  readonly answer: unknown;
  readonly scores: Readonly<Record<string, DocumentScore>>;
}

/** What one task gave. */
export interface TaskResult {
  readonly task: HarnessTask;
  readonly numFewshot: number;
  /** By metric and filter: `acc,none`. */
  readonly metrics: Readonly<Record<string, Aggregated>>;
  readonly numDocuments: number;
  /** Those that were measured. */
  readonly numMeasured: number;
  readonly samples: readonly HarnessSample[];
}

/** A document with what stands before its answer. */
interface Asked {
  readonly doc: Doc;
  /** One; or, where choices are contexts, one of each. */
  readonly contexts: readonly string[];
}

/** By the name of a filter. */
type Scores = Readonly<Record<string, Readonly<Record<string, DocumentScore>>>>;
interface Answered {
  readonly answer: unknown;
  readonly scores: Scores;
}

/** Measures a model on a task. Throws `models/harness-task`, and what reading the data throws. */
export async function runTask(model: EvaluatedModel, task: HarnessTask, o: HarnessOptions = {}): Promise<TaskResult> {
  const { limit = Infinity, numFewshot = task.numFewshot, fewshotSeed = 1234, bootstrapIterations = 100_000 } = o;
  const all = await documentsOf(task, task.split);
  const poolSplit = task.fewshotSplit ?? task.fewshotPool;
  const pool =
    numFewshot === 0
      ? []
      : task.fewshotSplit === undefined && task.fewshotSamples
        ? task.fewshotSamples
        : poolSplit === task.split
          ? all
          : await documentsOf(task, poolSplit);
  const documents = new Documents(task, all);
  const sampler = new FewshotSampler(task, pool, fewshotSeed);
  const asked = all
    .slice(0, limit)
    .map((doc) => ({ doc, contexts: contextsOf(task, documents, doc, sampler.sample(numFewshot, doc)) }));
  const answered = await answers[task.outputType](model, task, documents, asked);
  const metrics: Record<string, Aggregated> = {};
  for (const { name } of task.filters)
    for (const { metric } of task.metrics) {
      const scores = answered.map((a) => a.scores[name][metric]);
      metrics[`${metric},${name}`] = aggregate(task.outputType, metric, scores, bootstrapIterations);
    }
  const samples = asked.map(({ doc, contexts }, i) => ({
    docId: i,
    doc,
    target: documents.target(doc),
    context: contexts[0],
    answer: answered[i].answer,
    scores: Object.fromEntries(
      Object.entries(answered[i].scores).flatMap(([f, own]) => Object.entries(own).map(([m, x]) => [`${m},${f}`, x])),
    ),
  }));
  return { task, numFewshot, metrics, numDocuments: all.length, numMeasured: asked.length, samples };
}

/** Description, examples with their answers, and the question. */
function contextsOf(task: HarnessTask, documents: Documents, doc: Doc, examples: readonly Doc[]): string[] {
  if (task.outputType === 'loglikelihood_rolling') return [''];
  const before = examples.map((e) => {
    const [text, target] = [documents.text(e), documents.target(e)];
    const question = typeof text === 'number' ? documents.choices(e)[text] : text;
    const first = typeof target === 'object' ? target[0] : target;
    // Where choices are contexts, the target is what follows all of them.
    const isIndex = typeof first === 'number' && typeof text !== 'number' && task.docToChoice !== undefined;
    const answer = isIndex ? documents.choices(e)[first] : String(first);
    return answer === '' ? question : `${question}${task.targetDelimiter}${answer}${task.fewshotDelimiter}`;
  });
  const start = documents.description(doc) + before.join('');
  const text = documents.text(doc);
  return (typeof text === 'number' ? documents.choices(doc) : [text]).map((question) => start + question);
}

const largest = (xs: readonly number[]): number => xs.reduce((best, x, i) => (x > xs[best] ? i : best), 0);

type Answer = (
  model: EvaluatedModel,
  task: HarnessTask,
  documents: Documents,
  asked: readonly Asked[],
) => Promise<Answered[]>;

const answers: Readonly<Record<HarnessTask['outputType'], Answer>> = {
  async loglikelihood(model, task, documents, asked) {
    const scores = await model.logLikelihoods(
      asked.map(({ doc, contexts }) => [contexts[0], String(documents.target(doc))] as const),
    );
    return scores.map((s) => forAll(task, s, { perplexity: s.logLikelihood, acc: s.isGreedy ? 1 : 0 }));
  },

  async loglikelihood_rolling(model, task, documents, asked) {
    const texts = asked.map(({ doc }) => String(documents.target(doc)));
    const sums = await model.rollingLogLikelihoods(texts);
    return sums.map((sum, i) => {
      const bytes = [sum, Buffer.byteLength(texts[i])] as const;
      const words = [sum, texts[i].split(/\s+/).length] as const;
      return forAll(task, sum, { word_perplexity: words, byte_perplexity: bytes, bits_per_byte: bytes });
    });
  },

  async multiple_choice(model, task, documents, asked) {
    const needsPlain = task.metrics.some((m) => m.metric === 'acc_mutual_info');
    const pairsOf = ({ doc, contexts }: Asked): [string, string][] => {
      const answersOf = (texts: readonly string[]) => texts.map((t) => `${task.targetDelimiter}${t}`);
      if (typeof documents.text(doc) === 'number')
        return contexts.map((c) => [c, answersOf([String(documents.target(doc))])[0]]);
      const choices = answersOf(documents.choices(doc));
      return [
        ...choices.map((c): [string, string] => [contexts[0], c]),
        ...(needsPlain ? choices.map((c): [string, string] => ['', c]) : []),
      ];
    };
    const pairs = asked.map(pairsOf);
    const scores = await model.logLikelihoods(pairs.flat());
    let at = 0;
    return asked.map(({ doc }, i) => {
      const own = scores.slice(at, at + pairs[i].length);
      at += pairs[i].length;
      return forAll(
        task,
        own.map((s) => s.logLikelihood),
        choiceScores(task, documents, doc, own),
      );
    });
  },

  async generate_until(model, task, documents, asked) {
    const { until, maxNewTokens, temperature } = task;
    const texts = await model.generate(
      asked.map(({ contexts }) => contexts[0]),
      { until, maxNewTokens, temperature },
    );
    return texts.map((text, i) => {
      const { doc } = asked[i];
      const target = documents.target(doc);
      const wanted = [target]
        .flat()
        .map((t) => (task.docToChoice !== undefined && typeof t === 'number' ? documents.choices(doc)[t] : String(t)));
      const scores = Object.fromEntries(
        task.filters.map(({ name, steps }) => {
          const prediction = filtered(text, steps);
          return [name, Object.fromEntries(task.metrics.map((m) => [m.metric, textScore(m, wanted, prediction)]))];
        }),
      );
      return { answer: text, scores };
    });
  },
};

/** Scores of what is no text: filters leave it alone. */
function forAll(task: HarnessTask, answer: unknown, scores: Readonly<Record<string, DocumentScore>>): Answered {
  return { answer, scores: Object.fromEntries(task.filters.map(({ name }) => [name, scores])) };
}

function choiceScores(
  task: HarnessTask,
  documents: Documents,
  doc: Doc,
  scores: readonly TextScore[],
): Record<string, DocumentScore> {
  const choices = documents.choices(doc);
  const likelihoods = scores.slice(0, choices.length).map((s) => s.logLikelihood);
  const text = documents.text(doc);
  const wanted = typeof text === 'number' ? text : documents.target(doc);
  const gold = [wanted].flat().map((g) => (typeof g === 'number' ? g : choices.indexOf(g)));
  if (gold.some((g) => g < 0 || g >= choices.length))
    throw new UserError('models/harness-task', `${task.name}: the right choice is none of them`, {
      expected: JSON.stringify(choices),
      given: JSON.stringify(wanted),
    });
  const by = (divisor: (choice: string) => number): number =>
    largest(likelihoods.map((l, i) => l / Math.max(1, divisor(choices[i]))));
  const isRight = (said: number): number => (gold.includes(said) ? 1 : 0);
  const said = largest(likelihoods);
  const most = Math.max(...likelihoods);
  const shares = likelihoods.map((l) => Math.exp(l - most));
  const sum = shares.reduce((a, b) => a + b, 0);
  return {
    acc: isRight(said),
    // lm-eval counts code points.
    acc_norm: isRight(by((c) => [...c].length)),
    acc_bytes: isRight(by((c) => Buffer.byteLength(c))),
    exact_match: gold.some((g) => scores[g].isGreedy) ? 1 : 0,
    f1: [gold[0], said],
    mcc: [gold[0], said],
    brier_score: shares.reduce((b, s, i) => b + (s / sum - (i === gold[0] ? 1 : 0)) ** 2, 0),
    ...(scores.length === 2 * choices.length
      ? { acc_mutual_info: isRight(largest(likelihoods.map((l, i) => l - scores[choices.length + i].logLikelihood))) }
      : {}),
  };
}
