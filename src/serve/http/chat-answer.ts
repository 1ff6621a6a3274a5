import type { Generation, GenerationEvent, WrittenToken } from '../engine/index.ts';
import type { OutputReader, Piece } from '../tools/index.ts';
import type { ChatPlan } from './chat-plan.ts';

/** A call of a tool in an answer. */
export interface AnswerCall {
  readonly id: string;
  readonly name: string;
  arguments: string;
}

/** What an event adds to an answer. */
export type AnswerPiece =
  | Exclude<Piece, { readonly kind: 'call' }>
  | (Extract<Piece, { readonly kind: 'call' }> & { readonly id: string });

/** One of the answers of a chat, as it grows. */
export class AnswerInProgress {
  text = '';
  reasoning = '';
  readonly calls: AnswerCall[] = [];
  readonly tokens: WrittenToken[] = [];
  numReasoningTokens = 0;
  finish: 'stop' | 'length' | 'tool_calls' | undefined;
  stop: string | number | null = null;
  readonly #plan: ChatPlan;
  readonly #reader: OutputReader | undefined;

  constructor(plan: ChatPlan) {
    this.#plan = plan;
    this.#reader = plan.newReader?.();
  }

  /** Takes an event of the call; what it adds. */
  add({ text, tokens, finishReason, stopReason }: Omit<GenerationEvent, 'index'>): AnswerPiece[] {
    this.tokens.push(...tokens);
    const found: Piece[] = this.#reader?.push(text) ?? (text === '' ? [] : [{ kind: 'text', text }]);
    if (finishReason && this.#reader) found.push(...this.#reader.finish());
    if (found.some((p) => p.kind === 'reasoning')) this.numReasoningTokens += tokens.length;
    const pieces = found.map((p) => this.#take(p));
    if (finishReason) {
      // A call that a stop string has cut in two is none to be made.
      const isCut = typeof stopReason === 'string' && !isJson(this.calls.at(-1)?.arguments);
      const isCalling = this.calls.length > 0 && finishReason === 'stop' && !this.#plan.isNamed && !isCut;
      this.finish = isCalling ? 'tool_calls' : finishReason;
      this.stop = stopReason ?? null;
    }
    return pieces;
  }

  #take(piece: Piece): AnswerPiece {
    if (piece.kind === 'text') this.text += piece.text;
    else if (piece.kind === 'reasoning') this.reasoning += piece.text;
    else if (piece.kind === 'arguments') this.calls[piece.call].arguments += piece.text;
    else {
      const id = this.#plan.newCallId();
      this.calls.push({ id, name: piece.name, arguments: '' });
      return { ...piece, id };
    }
    return piece;
  }
}

function isJson(text: string | undefined): boolean {
  try {
    JSON.parse(text ?? '');
    return true;
  } catch {
    return false;
  }
}

/** All of the answers of a call, when they are whole. */
export async function wholeAnswers(call: Generation, plan: ChatPlan, n: number): Promise<readonly AnswerInProgress[]> {
  const answers = Array.from({ length: n }, () => new AnswerInProgress(plan));
  for await (const { index, ...event } of call) answers[index].add(event);
  return answers;
}
