import type { ForkableConstraint, Grammar, SamplingOptions } from '../../models/index.ts';
import { type Control, type Held, tokensToChoice } from './control.ts';
import type { Acceptance } from './draft-gain.ts';
import { type PromptImage, type Span, spansOf } from './images.ts';

/** One call of a client, as the scheduler knows it. */
export interface CallRequest {
  readonly id: string;
  readonly prompt: readonly number[];
  /** At most so many new tokens of each sequence; 0 only beside `promptLogprobs`. */
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
  /** Sequences that continue the prompt. Each draws with a seed of its own. */
  readonly n?: number;
  /** Any of them ends a sequence. */
  readonly stopTokens?: ReadonlySet<number>;
  /** So many tokens come before one of `stopTokens`. */
  readonly minTokens?: number;
  /** See `SampleRequest`. */
  readonly topLogprobs?: number;
  readonly allowed?: Uint32Array;
  /** Only its texts are written. */
  readonly grammar?: Pick<Grammar, 'begin'>;
  /** Log-probabilities of the prompt's tokens are wanted, with so many of the likeliest. */
  readonly promptLogprobs?: number;
  readonly adapter?: string;
  /** Who asks: work is shared out fairly between them. */
  readonly key?: string;
  /** Lower comes first; counts where the scheduler trusts it. */
  readonly priority?: number;
  readonly program?: string;
  /** The call that this one follows in its program. */
  readonly parent?: string;
  /** After this time (ms) nobody wants the answer. */
  readonly deadlineMs?: number;
  /** Pages are shared only with requests of the same salt. */
  readonly cacheSalt?: string;
  /** Guesses of what comes next that a step checks, at most; default: as many as the scheduler likes. */
  readonly maxDrafts?: number;
  /** Somebody chooses among texts while they are written. */
  readonly control?: Control;
  /** Tokens are chosen by what makes them likelier than behind another prompt. */
  readonly guidance?: Guidance;
  /** What is to be seen in the prompt, in order. */
  readonly images?: readonly PromptImage[];
  /** A prompt with images is seen both ways. */
  readonly seesWhole?: boolean;
}

/** log p = log p(other) + scale · (log p(own) − log p(other)). Source: Sanchez et al. 2023, "Stay on topic with Classifier-Free Guidance". */
export interface Guidance {
  /** The other prompt. */
  readonly prompt: readonly number[];
  /** 1: as without it. */
  readonly scale: number;
}

export type FinishReason = 'stop' | 'length' | 'abort' | 'deadline';

/** One sequence of a call, while it lives. */
export class Sequence {
  /** Another one where it goes on from another text. */
  id: number;
  readonly call: Call;
  /** Among those of its call. */
  readonly index: number;
  /** The prompt and what came behind it. */
  tokens: number[];
  /** Tokens whose keys and values lie in pages. */
  numComputed = 0;
  pages: number[] = [];
  /** Names of the full pages of `tokens`. */
  pageNames: string[] = [];
  /** Has pages, so that steps can compute it. */
  isResident = false;
  /** The last time that it got pages it was the so many-th to get some. */
  admission: number | undefined;
  /** Tokens of its prompt that were found in pages when it began. */
  numCached = 0;
  /** How often guesses of what it writes next were right. */
  readonly acceptance: Acceptance = new Map();
  hasEnded = false;
  readonly held: Held = { tokens: [], finish: undefined, isWaiting: false, isTold: false };
  /** Where it stands in the grammar of its call. */
  constraint: ForkableConstraint | undefined;

  /** It reads the other prompt of a guided call, and what is written behind the own one. */
  readonly isGuide: boolean;
  /** The two of a guided call go together: the one that is written, and its guide. */
  mate: Sequence | undefined;
  readonly numPrompt: number;
  readonly images: readonly PromptImage[];
  /** Tokens that are computed together. */
  readonly spans: readonly Span[];

  constructor(id: number, call: Call, index: number, guided?: Sequence) {
    const { prompt, grammar, guidance, images = [], seesWhole = false } = call.request;
    this.id = id;
    this.call = call;
    this.index = index;
    this.isGuide = guided !== undefined;
    this.mate = guided;
    if (guided) guided.mate = this;
    this.tokens = [...(guided ? guidance!.prompt : prompt)];
    this.numPrompt = this.tokens.length;
    this.images = guided ? [] : images;
    this.spans = spansOf(this.images, this.numPrompt, seesWhole);
    this.constraint = guided ? undefined : grammar?.begin();
  }

  /** Of its call, the one that reads the same prompt first. */
  get first(): Sequence {
    const [first] = this.call.sequences;
    return this.isGuide ? first.mate! : first;
  }

  get numRemaining(): number {
    return this.tokens.length - this.numComputed;
  }

  /** Nothing came behind the prompt yet. */
  get isUnwritten(): boolean {
    return this.tokens.length === this.numPrompt;
  }

  /** Its next step computes one token, which it wrote. */
  get isWriting(): boolean {
    return this.isResident && this.numRemaining === 1 && !this.isUnwritten;
  }

  /** Guesses that can be of use: the token behind the last one is the last that is wanted. */
  numDraftsWanted(most: number): number {
    // Who guesses sees nothing.
    if (this.mate || this.images.length > 0) return 0;
    const { maxTokens, maxDrafts = most } = this.call.request;
    const numToCome = Math.min(maxTokens - (this.tokens.length - this.numPrompt), tokensToChoice(this) ?? maxTokens);
    return Math.max(0, Math.min(most, maxDrafts, numToCome - 1));
  }

  /** Log-probabilities of its prompt are wanted, so all of it is computed. */
  get isScored(): boolean {
    return this.call.request.promptLogprobs !== undefined && this.index === 0 && this.isUnwritten;
  }

  /** Tokens of the prompt that nothing is wanted behind: of a prompt that is only scored, the last. */
  get numUnread(): number {
    return this.call.request.maxTokens === 0 && this.numPrompt > 1 ? 1 : 0;
  }

  /** Sequences of one call wait until the first has read the prompt, and go on from its pages. */
  get isReady(): boolean {
    return !this.held.isWaiting && this.canBegin && (this.mate?.canBegin ?? true);
  }

  /** What it begins with was read, or nobody reads it before. */
  get canBegin(): boolean {
    const { first } = this;
    return (
      this === first || this.isResident || first.hasEnded || first.numComputed >= this.numPrompt || !this.isUnwritten
    );
  }
}

/** Where a call stands among others. */
export interface CallPlace {
  readonly arrivalMs: number;
  /** It was the so many-th to come. */
  readonly arrival: number;
  /** Its turn as far as fairness between keys goes. */
  readonly tag: number;
  /** Service that its level counts before its own, in tokens. */
  readonly base: number;
  /** Longest chain of calls before it, in tokens. */
  readonly path: number;
}

/** A call that has not ended. */
export class Call {
  readonly request: CallRequest;
  readonly place: CallPlace;
  readonly sequences: readonly Sequence[];
  readonly live: Set<Sequence>;
  base: number;
  /** Tokens computed for it. */
  service = 0;
  /** Time since it came, or since it came first because it starved. */
  waitedMs = 0;
  servedMs = 0;
  /** The last step computed something of it. */
  isServed = false;

  constructor(request: CallRequest, place: CallPlace, nextId: () => number) {
    this.request = request;
    this.place = place;
    this.base = place.base;
    this.sequences = Array.from({ length: request.n ?? 1 }, (_, i) => new Sequence(nextId(), this, i));
    const guides = request.guidance ? this.sequences.map((s, i) => new Sequence(nextId(), this, i, s)) : [];
    this.live = new Set([...this.sequences, ...guides]);
  }
}
