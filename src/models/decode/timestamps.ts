import { lax, np, type Tensor } from '../../api/index.ts';
import type { TokenConstraint } from '../grammar/index.ts';

/*
 * Times that Whisper writes between its texts: a token for every so many seconds of the window. Source: Radford et al. 2022, §2.3; transformers,
 * `WhisperTimeStampLogitsProcessor` and `_retrieve_segment`.
 */

export interface TimestampRule {
  /** The token of the window's beginning; all above are times, too. */
  readonly first: number;
  /** The token that says that no times are written, which then is not. */
  readonly untimed: number;
  /** The token that ends a text. */
  readonly end: number;
  /** The first time is at most so many tokens behind the beginning. */
  readonly maxInitial?: number | undefined;
  /** Of the window, between a time and the next. */
  readonly secondsPerToken: number;
  /** Of the whole window. */
  readonly windowSeconds: number;
}

/** Which tokens may follow: a text begins with a time, times stand in pairs but for the last, and none is before an earlier one. */
export class TimestampConstraint implements TokenConstraint {
  readonly failure = undefined;
  readonly #rule: TimestampRule;
  readonly #vocabSize: number;
  readonly #written: number[] = [];

  constructor(rule: TimestampRule, vocabSize: number) {
    this.#rule = rule;
    this.#vocabSize = vocabSize;
  }

  allowed(): Uint32Array {
    const { first, untimed, end, maxInitial } = this.#rule;
    const bits = new Uint32Array(Math.ceil(this.#vocabSize / 32)).fill(0xffffffff);
    const forbid = (from: number, to: number): void => {
      for (let t = from; t < Math.min(to, this.#vocabSize); t++) bits[t >> 5] &= ~(1 << (t & 31));
    };
    const isTime = (t: number | undefined): boolean => t !== undefined && t >= first;
    const written = this.#written;
    const [before, last] = [written.at(-2), written.at(-1)];
    const endsText = isTime(last) && before !== undefined && !isTime(before);
    forbid(untimed, untimed + 1);
    if (last === undefined) {
      forbid(0, first);
      if (maxInitial !== undefined) forbid(first + maxInitial + 1, this.#vocabSize);
    } else if (endsText) forbid(0, end);
    else if (isTime(last)) forbid(first, this.#vocabSize);
    const latest = written.findLast(isTime);
    if (latest !== undefined) forbid(first, endsText ? latest : latest + 1);
    return bits;
  }

  accept(token: number): void {
    this.#written.push(token);
  }
}

/**
 * Logits without the tokens below `first` where the others together are likelier than any one of them: `f32[batch, vocab]` → the same.
 */
export function takenTogether(logits: Tensor, first: number): Tensor {
  const [batch, vocabSize] = logits.shape;
  const together = np.logsumexp(np.slice(logits, 1, first, vocabSize), { axis: -1, keepdims: true });
  const best = np.max(np.slice(logits, 1, 0, first), { axis: -1, keepdims: true });
  const isBelow = np.less(lax.iota('i32', [batch, vocabSize], 1), first);
  return np.where(np.logicalAnd(isBelow, np.greater(together, best)), Number.NEGATIVE_INFINITY, logits);
}

/** A text and when it was said, in seconds from the window's beginning. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  /** Of the text alone. */
  readonly tokens: readonly number[];
}

/**
 * What was written of a window, by times; `heardSeconds` are those from its beginning that are done with: a text whose end was not heard is left to the next
 * window. `tokens`: without the one that ended them; `soundSeconds`: of sound in the window.
 */
export function segmentsOf(
  tokens: readonly number[],
  rule: TimestampRule,
  soundSeconds: number,
): { readonly segments: readonly Segment[]; readonly heardSeconds: number } {
  const { first, secondsPerToken } = rule;
  const isTime = (t: number): boolean => t >= first;
  const seconds = (t: number): number => (t - first) * secondsPerToken;
  const segmentAt = (from: number, to: number): Segment => ({
    start: seconds(tokens[from]),
    end: seconds(tokens[to - 1]),
    tokens: tokens.slice(from, to).filter((t) => !isTime(t)),
  });
  // Where one text ends and the next begins.
  const cuts = tokens.flatMap((t, i) => (i > 0 && isTime(t) && isTime(tokens[i - 1]) ? [i] : []));
  if (cuts.length === 0) {
    const last = tokens.findLast(isTime);
    const end = last === undefined || last === first ? soundSeconds : seconds(last);
    return { segments: [{ start: 0, end, tokens: tokens.filter((t) => !isTime(t)) }], heardSeconds: soundSeconds };
  }
  const endsWithTime = isTime(tokens[tokens.length - 1]) && !isTime(tokens[tokens.length - 2]);
  const ends = endsWithTime ? [...cuts, tokens.length] : cuts;
  const segments = ends.map((end, i) => segmentAt(i === 0 ? 0 : ends[i - 1], end));
  return { segments, heardSeconds: endsWithTime ? soundSeconds : segments[segments.length - 1].end };
}
