import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';
import type { EvaluatedModel } from './evaluated-model.ts';
import { PythonRandom } from './harness/python-random.ts';

/* A sentence somewhere in a long text, which is asked for behind it. Source: Kamradt 2023, "Needle in a haystack". */

export interface NeedleOptions {
  /** Tokens of what is read, question and answer included. */
  readonly lengths: readonly number[];
  /** Where the sentence stands: 0 at the beginning of the text, 1 at its end. */
  readonly depths: readonly number[];
  /** Sentences per length and depth. Default 4. */
  readonly trials?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** What was found at one length and depth. */
export interface NeedleCell {
  readonly length: number;
  readonly depth: number;
  readonly trials: number;
  /** Share of answers each of whose tokens was the likeliest. */
  readonly found: number;
  /** Mean log-likelihood of an answer, in nats. */
  readonly logLikelihood: number;
}

const places = ['Lisbon', 'Oslo', 'Quito', 'Hanoi', 'Dakar', 'Perth', 'Turin', 'Omaha'] as const;

/**
 * What a model finds in a text by length and depth. A text that is too short for a length is repeated. Throws `models/needle` for a length that has no room for
 * sentence and question.
 */
export async function needleInHaystack(
  model: EvaluatedModel,
  tokenizer: Tokenizer,
  haystack: string,
  { lengths, depths, trials = 4, seed = 0 }: NeedleOptions,
): Promise<NeedleCell[]> {
  const wrong = depths.find((d) => !(d >= 0 && d <= 1));
  if (wrong !== undefined)
    throw new UserError('models/needle', 'there is no such depth', { expected: '0 to 1', given: String(wrong) });
  const count = (text: string): number => tokenizer.encode(text).length;
  if (count(haystack.trim()) === 0) throw new UserError('models/needle', 'the text is empty');
  const random = new PythonRandom(seed);
  const cells: NeedleCell[] = [];
  for (const length of lengths)
    for (const depth of depths) {
      const pairs = Array.from({ length: trials }, () => {
        const [place] = random.sample(places, 1);
        const code = ` ${Math.floor(1000 + 9000 * random.random())}`;
        const sentence = `The code of ${place} is${code}.`;
        const question = `\n\nThe code of ${place} is`;
        // Pieces that are joined may have a few tokens more than by themselves.
        const room = length - count(` ${sentence} `) - count(question) - count(code) - 4;
        if (room < 1)
          throw new UserError('models/needle', 'the length has no room for sentence and question', {
            expected: `at least ${length - room + 1} tokens`,
            given: String(length),
          });
        return [`${hidden(textOf(tokenizer, haystack, room), sentence, depth)}${question}`, code] as const;
      });
      const scores = await model.logLikelihoods(pairs);
      cells.push({
        length,
        depth,
        trials,
        found: scores.filter((s) => s.isGreedy).length / trials,
        logLikelihood: scores.reduce((sum, s) => sum + s.logLikelihood, 0) / trials,
      });
    }
  return cells;
}

/** The first `numTokens` tokens of a text that goes on for ever. */
function textOf(tokenizer: Tokenizer, haystack: string, numTokens: number): string {
  const plain = haystack.trim();
  // One copy more than by its own count: tokens may join across the places where copies meet.
  const own = tokenizer.encode(plain, { addSpecialTokens: false }).length;
  const copies = Array.from({ length: Math.ceil(numTokens / own) + 1 }, () => plain).join('\n');
  return tokenizer.decode(tokenizer.encode(copies, { addSpecialTokens: false }).subarray(0, numTokens)).trim();
}

/** A text with a sentence between two of its words. */
function hidden(text: string, sentence: string, depth: number): string {
  const at = Math.round(depth * text.length);
  const gap = depth === 0 ? 0 : text.indexOf(' ', at);
  const cut = gap < 0 ? text.length : gap;
  return [text.slice(0, cut).trim(), sentence, text.slice(cut).trim()].filter((t) => t !== '').join(' ');
}
