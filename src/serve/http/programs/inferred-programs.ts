import { randomBytes } from 'node:crypto';
import { extendPageNames } from '../../scheduler/index.ts';

/** A prompt that was seen: what lies behind its last whole block, and whose it was. */
interface Seen {
  readonly tail: readonly number[];
  readonly program: string;
  lastMs: number;
}

const BLOCK = 16;
/** Tokens at the end of a prompt that a template may write otherwise when the answer is there. */
const NUM_LOOSE = 2;
/** Where prompts of so many programs end, a prompt says nothing of whose it is. */
const MAX_PROGRAMS_AT_END = 3;
const MAX_ENDS = 10_000;

/**
 * Programs of calls that name none: a prompt that goes on from a whole earlier one, of the same key and not long ago, is the next turn of its program, as
 * chats and agents send them. Having the same beginning is not enough: that may be what all are told.
 */
export class InferredPrograms {
  /** By the hash of all whole blocks of a prompt, in the order in which they were last used. */
  readonly #ends = new Map<string, Seen[]>();
  readonly #idleMs: number;

  /** `idleMs`: so long a program is remembered without a call. */
  constructor(idleMs = 60_000) {
    this.#idleMs = idleMs;
  }

  get size(): number {
    return this.#ends.size;
  }

  /** The program of a prompt; undefined for one that is too short to tell. `scope`: whom it can belong to. */
  programOf(scope: string, prompt: readonly number[], nowMs: number): string | undefined {
    const names: string[] = [];
    extendPageNames(names, prompt, BLOCK, JSON.stringify(['program', scope]));
    if (names.length === 0) return undefined;
    this.#forget(nowMs);
    const program = this.#find(names, prompt) ?? `inferred-${randomBytes(8).toString('hex')}`;
    this.#remember(names[names.length - 1], { tail: prompt.slice(names.length * BLOCK), program, lastMs: nowMs });
    return program;
  }

  /** The one whose prompt is the longest beginning of this one. */
  #find(names: readonly string[], prompt: readonly number[]): string | undefined {
    for (let i = names.length - 1; i >= 0; i--) {
      const seen = this.#ends.get(names[i]) ?? [];
      if (new Set(seen.map((s) => s.program)).size >= MAX_PROGRAMS_AT_END) return undefined;
      const rest = prompt.slice((i + 1) * BLOCK, (i + 2) * BLOCK);
      const found = seen.findLast(({ tail }) => tail.slice(0, -NUM_LOOSE).every((t, j) => t === rest[j]));
      if (found) return found.program;
    }
    return undefined;
  }

  #remember(end: string, seen: Seen): void {
    const others = (this.#ends.get(end) ?? []).filter((s) => s.tail.join() !== seen.tail.join());
    this.#ends.delete(end);
    this.#ends.set(end, [...others, seen].slice(-MAX_PROGRAMS_AT_END));
  }

  #forget(nowMs: number): void {
    for (const [end, seen] of this.#ends) {
      const isOld = seen.every((s) => s.lastMs + this.#idleMs <= nowMs);
      if (!isOld && this.#ends.size < MAX_ENDS) return;
      this.#ends.delete(end);
    }
  }
}
