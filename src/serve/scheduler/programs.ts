import type { ProgramService } from './policies.ts';

/** Calls that belong together, such as the turns of an agent. */
interface Program {
  total: number;
  longest: number;
  /** Chain of calls up to and with each that has ended, in computed tokens. */
  readonly pathByCall: Map<string, number>;
  numLive: number;
  lastActiveMs: number;
  /** Names of the pages that the last call left, and until when they are held. */
  held: readonly string[];
  heldUntilMs: number;
}

const MAX_CALLS_KEPT = 256;
const MAX_PROGRAMS = 10_000;
const none: ProgramService = { total: 0, longest: 0 };

/** What holds pages for a program that may come back. */
export interface Holder {
  hold(name: string): void;
  unhold(name: string, isSuperseded?: boolean): void;
}

/** Programs that are alive: they have a call, or had one not long ago. */
export class Programs {
  readonly #programs = new Map<string, Program>();
  readonly #holder: Holder;
  readonly #idleMs: number;
  readonly #holdMs: number;

  /** `idleMs`: without a call for so long a program has ended; `holdMs`: so long its pages are held. */
  constructor(holder: Holder, idleMs: number, holdMs: number) {
    this.#holder = holder;
    this.#idleMs = idleMs;
    this.#holdMs = holdMs;
  }

  get size(): number {
    return this.#programs.size;
  }

  /** A call begins; what its program had up to it. `parent`: the call that it follows; default: any chain of calls before it. */
  begin(id: string | undefined, parent: string | undefined, nowMs: number): ProgramService {
    if (id === undefined) return none;
    let p = this.#programs.get(id);
    if (!p) {
      p = { total: 0, longest: 0, pathByCall: new Map(), numLive: 0, lastActiveMs: nowMs, held: [], heldUntilMs: 0 };
      this.#programs.set(id, p);
      if (this.#programs.size > MAX_PROGRAMS) this.#forgetOldest();
    }
    p.numLive++;
    p.lastActiveMs = nowMs;
    const path = parent === undefined ? undefined : p.pathByCall.get(parent);
    return { total: p.total, longest: path ?? p.longest };
  }

  /** A call ends: `service` it was given itself, `path` with the calls before it; its pages, by name, are held for a while. */
  end(
    id: string | undefined,
    call: {
      readonly id: string;
      readonly service: number;
      readonly path: number;
      readonly pageNames: readonly string[];
    },
    nowMs: number,
  ): void {
    const p = id === undefined ? undefined : this.#programs.get(id);
    if (!p) return;
    p.numLive--;
    p.lastActiveMs = nowMs;
    p.total += call.service;
    p.longest = Math.max(p.longest, call.path);
    p.pathByCall.set(call.id, call.path);
    if (p.pathByCall.size > MAX_CALLS_KEPT)
      for (const [first] of p.pathByCall) {
        p.pathByCall.delete(first);
        break;
      }
    if (this.#holdMs <= 0 || call.pageNames.length === 0) return;
    const before = p.held;
    for (const name of call.pageNames) this.#holder.hold(name);
    // What the new call does not go on from is not asked for again.
    const kept = new Set(call.pageNames);
    for (const name of before) this.#holder.unhold(name, !kept.has(name));
    p.held = call.pageNames;
    p.heldUntilMs = nowMs + this.#holdMs;
  }

  /** Ends what has been idle for too long. */
  expire(nowMs: number): void {
    for (const [id, p] of this.#programs) {
      if (p.held.length > 0 && p.heldUntilMs <= nowMs) this.#letGo(p);
      if (p.numLive === 0 && p.lastActiveMs + this.#idleMs <= nowMs) this.#remove(id, p);
    }
  }

  /** The pages are gone. */
  forgetPages(): void {
    for (const p of this.#programs.values()) p.held = [];
  }

  #letGo(p: Program): void {
    for (const name of p.held) this.#holder.unhold(name);
    p.held = [];
  }

  #remove(id: string, p: Program): void {
    this.#letGo(p);
    this.#programs.delete(id);
  }

  #forgetOldest(): void {
    for (const [id, p] of this.#programs)
      if (p.numLive === 0) {
        this.#remove(id, p);
        return;
      }
  }
}
