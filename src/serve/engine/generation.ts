import type { IncrementalDetokenizer } from '../../data/index.ts';
import type { SampledToken } from '../../models/index.ts';
import type { FinishReason } from '../scheduler/index.ts';
import type { StopStrings } from './stop-strings.ts';

/** A token that was written. */
export interface WrittenToken {
  readonly token: number;
  readonly logprob?: number;
  /** The likeliest first. */
  readonly top?: readonly (readonly [token: number, logprob: number])[];
}

/** More of one of a call's texts. */
export interface GenerationEvent {
  /** Which of them. */
  readonly index: number;
  /** Text that is final. */
  readonly text: string;
  /** Tokens since the last event, those that end the text among them. */
  readonly tokens: readonly WrittenToken[];
  readonly finishReason?: Exclude<FinishReason, 'abort' | 'deadline'>;
  /** The string or the token that ended it, other than the model's own. */
  readonly stopReason?: string | number;
}

/** One text of a call, as it is made. */
export class TextInProgress {
  readonly detokenizer: IncrementalDetokenizer;
  readonly stops: StopStrings;
  /** Tokens whose text has not been told yet. */
  untold: WrittenToken[] = [];
  numTokens = 0;
  isOver = false;

  constructor(detokenizer: IncrementalDetokenizer, stops: StopStrings) {
    this.detokenizer = detokenizer;
    this.stops = stops;
  }
}

const writtenToken = ({ token, logprob, top }: SampledToken): WrittenToken => ({
  token,
  ...(logprob === undefined ? {} : { logprob }),
  ...(top ? { top } : {}),
});

/** What a call made, as it comes: read it once, with `for await`. It throws what ended the call before its time. */
export class Generation implements AsyncIterable<GenerationEvent> {
  readonly id: string;
  readonly prompt: readonly number[];
  readonly arrivalMs: number;
  /** Tokens of the prompt that did not have to be computed. */
  numCached = 0;
  /** Guesses that were checked of its next tokens, and those that were right. */
  numDrafted = 0;
  numAccepted = 0;
  /** Of the prompt's tokens, where they were asked for; the first has none. */
  readonly promptScores: WrittenToken[] = [];
  readonly #texts: readonly TextInProgress[];
  readonly #onAbort: () => void;
  #events: GenerationEvent[] = [];
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(
    id: string,
    prompt: readonly number[],
    arrivalMs: number,
    texts: readonly TextInProgress[],
    onAbort: () => void,
  ) {
    this.id = id;
    this.prompt = prompt;
    this.arrivalMs = arrivalMs;
    this.#texts = texts;
    this.#onAbort = onAbort;
  }

  /** Tokens written, of all texts together. */
  get numTokens(): number {
    return this.#texts.reduce((n, t) => n + t.numTokens, 0);
  }

  get isOver(): boolean {
    return this.#error !== undefined || this.#texts.every((t) => t.isOver);
  }

  /** For the engine: one of its texts has ended. */
  isOverAt(index: number): boolean {
    return this.#texts[index].isOver;
  }

  /** Nobody wants the rest. */
  abort(): void {
    if (!this.isOver) this.#onAbort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GenerationEvent> {
    for (;;) {
      const events = this.#events;
      this.#events = [];
      yield* events;
      if (this.#events.length > 0) continue;
      if (this.#error) throw this.#error;
      if (this.isOver) return;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  /** For the engine: one more token of a text. Says whether a string ends the text here. */
  add(index: number, sampled: SampledToken, finish: FinishReason | undefined, isOwnEnd: boolean): boolean {
    const t = this.#texts[index];
    if (t.isOver) return false;
    t.untold.push(writtenToken(sampled));
    t.numTokens++;
    // A token that ends a text is none of it.
    let { text, stop } = t.stops.push(finish === 'stop' ? '' : t.detokenizer.push(sampled.token));
    if (finish && stop === undefined) {
      const rest = t.stops.push(t.detokenizer.finish());
      stop = rest.stop;
      text += rest.text + (stop === undefined ? t.stops.finish() : '');
    }
    const isOver = finish !== undefined || stop !== undefined;
    if (!isOver && text === '') return false;
    t.isOver = isOver;
    const stopReason = stop ?? (finish === 'stop' && !isOwnEnd ? sampled.token : undefined);
    this.#events.push({
      index,
      text,
      tokens: t.untold,
      ...(isOver ? { finishReason: stop !== undefined || finish === 'stop' ? 'stop' : 'length' } : {}),
      ...(stopReason === undefined ? {} : { stopReason }),
    });
    t.untold = [];
    this.#notify();
    return stop !== undefined && finish === undefined;
  }

  /** For the engine: a text of no tokens is over. */
  end(index: number): void {
    this.#texts[index].isOver = true;
    this.#events.push({ index, text: '', tokens: [], finishReason: 'length' });
    this.#notify();
  }

  /** For the engine: the call ends with an error. */
  fail(error: Error): void {
    if (this.isOver) return;
    this.#error = error;
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
