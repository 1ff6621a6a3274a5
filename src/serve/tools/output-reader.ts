import { Cursor, type Reading } from './cursor.ts';
import type { ToolFormat } from './formats.ts';
import type { Piece, PieceReader } from './pieces.ts';
import { type ReasoningFormat, readReasoning } from './reasoning.ts';

export interface OutputOptions {
  /** Undefined: calls of tools are text. */
  readonly tools?: ToolFormat | undefined;
  /** Undefined: reasoning is text. */
  readonly reasoning?: ReasoningFormat | undefined;
  /** The prompt ends within reasoning. */
  readonly isReasoning?: boolean;
  /** More calls than these are left out. */
  readonly maxCalls?: number;
}

/** Reads what a model writes: reasoning, text, calls of tools. */
export class OutputReader implements PieceReader {
  readonly #cursor = new Cursor();
  readonly #reading: Reading<void>;
  readonly #maxCalls: number;

  constructor(o: OutputOptions) {
    this.#maxCalls = o.maxCalls ?? Number.POSITIVE_INFINITY;
    this.#reading = read(this.#cursor, o);
  }

  push(text: string): Piece[] {
    if (text === '') return [];
    this.#cursor.text += text;
    return this.#go();
  }

  finish(): Piece[] {
    this.#cursor.isEnded = true;
    return this.#go();
  }

  #go(): Piece[] {
    this.#reading.next();
    const { pieces } = this.#cursor;
    this.#cursor.pieces = [];
    return pieces.filter((p) => !('call' in p) || p.call < this.#maxCalls);
  }
}

function* read(c: Cursor, { tools, reasoning, isReasoning = false }: OutputOptions): Reading<void> {
  // Before the first text there is nothing to look at.
  if (c.text === '' && !c.isEnded) yield;
  if (reasoning) yield* readReasoning(c, reasoning, isReasoning);
  if (tools) yield* tools.read(c);
  // Whatever the format has left is text.
  yield* c.until([], (t) => c.tell(t));
  c.endText();
}
