import type { DecodeOptions, Tokenizer } from './tokenizer.ts';

/** Tokens of the prompt that are decoded with what follows: with at least a byte each, they hold the last character as a whole. */
const NUM_CONTEXT_TOKENS = 5;
/** A character has at most four bytes, so at most three of them can wait for the last. */
const MAX_WAITING = 3;
/** A window that text without meaning keeps from being settled is cut at this length. */
const MAX_WINDOW_TOKENS = 64;
const NUM_CUT_TOKENS = 8;
const REPLACEMENT = '\ufffd';

/**
 * The text of a stream of tokens, as it comes. What `push` returns is final: all of it together, with `finish`, is the decoded text of
 * prompt and stream without that of the prompt. Bytes whose character is not complete, the prompt's last ones too, wait for the rest.
 * Each call decodes only the last few tokens.
 * Source: the windows of vLLM's and text-generation-inference's detokenizers.
 */
export class IncrementalDetokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #options: DecodeOptions;
  /** The last tokens: their text is decoded together, since some decoders treat the first token of a text differently. */
  #window: number[] = [];
  /** The beginning of the window's text that was returned already, or belongs to the prompt. */
  #sent: string;
  /** Tokens of the window after which nothing waited: the rest decodes to the same text without them. */
  #numSettled: number;

  constructor(tokenizer: Tokenizer, promptIds: readonly number[] | Int32Array = [], options: DecodeOptions = {}) {
    this.#tokenizer = tokenizer;
    this.#options = options;
    for (let i = promptIds.length - 1; i >= 0 && this.#window.length < NUM_CONTEXT_TOKENS; i--)
      if (this.#isVisible(promptIds[i])) this.#window.unshift(promptIds[i]);
    const text = this.#decode(this.#window);
    this.#sent = withoutWaiting(text);
    this.#numSettled = this.#sent === text ? this.#window.length : 0;
  }

  /** The text that one more token completes. */
  push(id: number): string {
    if (!this.#isVisible(id)) return '';
    this.#window.push(id);
    const text = this.#decode(this.#window);
    const ready = withoutWaiting(text);
    const fresh = ready.slice(this.#sent.length);
    if (fresh !== '') this.#sent = ready;
    if (fresh !== '' && ready === text) {
      this.#window = this.#window.slice(this.#numSettled);
      this.#sent = this.#decode(this.#window);
      this.#numSettled = this.#window.length;
    } else if (this.#window.length > MAX_WINDOW_TOKENS) this.#cut(text);
    return fresh;
  }

  /** What still waits: bytes whose character stays incomplete are U+FFFD. */
  finish(): string {
    const text = this.#decode(this.#window);
    const rest = text.slice(this.#sent.length);
    this.#sent = text;
    return rest;
  }

  #cut(text: string): void {
    const last = this.#window.slice(-NUM_CUT_TOKENS);
    const lastText = this.#decode(last);
    const numWaiting = text.length - this.#sent.length;
    if (lastText.length <= numWaiting || !text.endsWith(lastText)) return;
    this.#window = last;
    this.#sent = lastText.slice(0, lastText.length - numWaiting);
    this.#numSettled = 0;
  }

  #isVisible(id: number): boolean {
    if (this.#tokenizer.tokenOf(id) === undefined) return false;
    const { skipSpecialTokens, keptTokens } = this.#options;
    return !(skipSpecialTokens && this.#tokenizer.special.all.has(id) && !keptTokens?.has(id));
  }

  #decode(ids: readonly number[]): string {
    return this.#tokenizer.decode(ids, this.#options);
  }
}

/** Text up to bytes at its end that may become a character. */
function withoutWaiting(text: string): string {
  let end = text.length;
  while (end > 0 && text.length - end < MAX_WAITING && text[end - 1] === REPLACEMENT) end -= 1;
  return text.slice(0, end);
}
