import { assert, type EspalierError } from '../../base/index.ts';
import type { SampledToken, ScheduledSequence, ScoredToken, StepResult } from '../../models/index.ts';
import { checkLength, checkLoad, maxLengthWithin } from './admission.ts';
import { type Choice, choicesOf, finishWith, topOf } from './control.ts';
import { DraftGain } from './draft-gain.ts';
import { type DraftRequest, type Guess, guessesFor, type Proposal } from './drafts.ts';
import { FairShare } from './fair-share.ts';
import { imagesBetween, nextPart } from './images.ts';
import type { SchedulerLimits, SchedulerOptions, SchedulerState } from './options.ts';
import { type Policy, policyFor } from './policies.ts';
import { Programs } from './programs.ts';
import { Call, type CallRequest, type FinishReason, type Sequence } from './request.ts';
import { type PageCopy, Residency } from './residency.ts';
import { sampleRequestAt, sampleRequestBehind, scoreRequestAt } from './sample-request.ts';
import { StepCosts } from './step-costs.ts';

/*
 * Which sequences compute which tokens in the next step. There is no phase of reading and none of writing: a sequence has tokens, and
 * steps let it catch up with them; when it has, a new one is drawn. Time comes from outside, so that a run can be repeated exactly.
 * Source: the scheduler of vLLM (V1).
 */

/** What one step computes. */
export interface StepPlan {
  readonly sequences: readonly ScheduledSequence[];
  /** Pages to copy before it, in this order. */
  readonly copies: readonly PageCopy[];
  readonly numTokens: number;
  /** Calls that it computes something of. */
  readonly calls: ReadonlySet<string>;
}

/** What became of a sequence. */
export interface Progress {
  readonly call: string;
  /** Of the sequence in its call. */
  readonly index: number;
  /** Tokens of its prompt that were found in pages. */
  readonly numCached: number;
  /** A new token. */
  readonly sampled?: SampledToken;
  /** With the last of the tokens that a step made of a sequence: guesses that it checked, and those that were right. */
  readonly drafts?: { readonly numTokens: number; readonly numAccepted: number };
  /** Log-probabilities of tokens of the prompt, the first of which is the so many-th. */
  readonly scores?: { readonly from: number; readonly tokens: readonly ScoredToken[] };
  readonly finish?: FinishReason;
  /** The grammar of the call could not be followed any more. */
  readonly failure?: EspalierError;
}

/** A sequence of the step that is planned. */
interface Planned {
  readonly s: Sequence;
  readonly numTokens: number;
  readonly guesses: readonly Guess[];
}

/** Tokens of a prompt that a step takes however slow it is. */
const MIN_CHUNK = 16;
/** New tokens that a call is expected to make at most when its place in the queue is chosen. */
const EXPECTED_NEW = 256;
const EXPIRY_INTERVAL_MS = 250;
/** Less waiting than this is none. */
const STARVING_MS = 1000;
/** Part of the pages that stays free for those who run when others are let in. */
const RESERVE = 0.01;

/** Chooses steps; no I/O, no clock. */
export class Scheduler {
  readonly limits: SchedulerLimits;
  readonly policy: Policy;
  readonly #o: Required<Omit<SchedulerOptions, 'policy' | 'stepCost' | 'speculation'>>;
  readonly #gain: DraftGain;
  /** Guesses of one sequence, at most. */
  readonly #maxDrafts: number;
  readonly #residency: Residency;
  readonly #costs: StepCosts;
  readonly #programs: Programs;
  readonly #shares = new FairShare();
  readonly #calls = new Map<string, Call>();
  /** Sequences of the step that is being computed. */
  readonly #inFlight = new Map<number, Planned>();
  #nextId = 1;
  #nextArrival = 0;
  #lastExpiryMs = Number.NEGATIVE_INFINITY;
  #lastPlanMs: number | undefined;

  constructor(limits: SchedulerLimits, options: SchedulerOptions = {}) {
    this.limits = limits;
    this.policy = policyFor(options.policy ?? { name: 'fcfs' });
    const { maxQueued = 256 } = options;
    this.#o = {
      targetStepMs: options.targetStepMs ?? 150,
      maxQueued,
      maxQueuedPerKey: options.maxQueuedPerKey ?? maxQueued,
      maxQueueMs: options.maxQueueMs ?? 60_000,
      trustsPriorities: options.trustsPriorities ?? false,
      starvationRatio: options.starvationRatio ?? 8,
      holdMs: options.holdMs ?? 10_000,
      programIdleMs: options.programIdleMs ?? 60_000,
    };
    this.#residency = new Residency(limits.numPages, limits.pageSize, limits.canCopyPages);
    const { speculation } = options;
    this.#gain = new DraftGain(speculation?.adapts);
    const { maxDrafts = 0 } = limits;
    this.#maxDrafts = speculation ? Math.min(maxDrafts, speculation.maxDrafts ?? maxDrafts) : 0;
    this.#costs = new StepCosts(options.stepCost ?? { fixedMs: 20, perTokenMs: 1 });
    this.#programs = new Programs(this.#residency.pool, this.#o.programIdleMs, this.#o.holdMs);
  }

  /** Tokens of the longest sequence that there is room for. */
  get maxLength(): number {
    return maxLengthWithin(this.limits);
  }

  /** Calls that may wait. */
  get maxQueued(): number {
    return this.#o.maxQueued;
  }

  get hasWork(): boolean {
    return this.#calls.size > 0;
  }

  get state(): SchedulerState {
    const live = this.#live();
    const numRunning = live.filter((s) => s.isResident).length;
    const { pool, numPreemptions, numQueried, numHit } = this.#residency;
    return {
      numRunning,
      numWaiting: live.length - numRunning,
      numUsedPages: pool.numUsed,
      numPages: pool.numPages - 1,
      numPreemptions,
      numQueried,
      numHit,
      stepCost: this.#costs.cost,
      numPrograms: this.#programs.size,
      drafts: this.#gain.counts,
    };
  }

  /**
   * Takes a call. Throws `serve/too-long` where it can never be computed, `serve/overloaded` where too much waits already, and `serve/deadline`
   * where its deadline cannot be met; the last two tell `retryAfterMs` in their fields.
   */
  submit(request: CallRequest, nowMs: number): void {
    checkLength(request, this.limits);
    const load = { calls: [...this.#calls.values()], live: this.#live(), cost: this.#costs.cost };
    checkLoad(request, load, this.#o, nowMs);
    assert(!this.#calls.has(request.id), 'two calls have the same id');
    const before = this.#programs.begin(request.program, request.parent, nowMs);
    const { prompt, maxTokens, n = 1, key = '' } = request;
    const place = {
      arrivalMs: nowMs,
      arrival: this.#nextArrival++,
      tag: this.#shares.tag(key, prompt.length + n * Math.min(maxTokens, EXPECTED_NEW)),
      base: this.policy.initialService(before),
      path: before.longest,
    };
    this.#calls.set(request.id, new Call(request, place, () => this.#nextId++));
  }

  /** A call, or one of its sequences, is not wanted any more. Pages of what a step computes at the moment are let go when it is over. */
  abort(id: string, nowMs: number, index?: number): void {
    for (const s of [...(this.#calls.get(id)?.live ?? [])])
      if (index === undefined || s.index === index) this.#end(s, nowMs);
  }

  /** Ends calls whose deadline is over, and programs that nobody goes on with. */
  expire(nowMs: number): Progress[] {
    if (nowMs - this.#lastExpiryMs < EXPIRY_INTERVAL_MS) return [];
    this.#lastExpiryMs = nowMs;
    this.#programs.expire(nowMs);
    const late = [...this.#calls.values()].filter((c) => (c.request.deadlineMs ?? Number.POSITIVE_INFINITY) <= nowMs);
    return late.flatMap((call) =>
      [...call.live].flatMap((s): Progress[] => {
        this.#end(s, nowMs);
        if (s.isGuide) return [];
        return [{ call: call.request.id, index: s.index, numCached: s.numCached, finish: 'deadline' }];
      }),
    );
  }

  /**
   * Sequences that write next and how many guesses of each may be of use. `source`: where guesses come from that take time to make: none are wanted
   * where that does not pay, or where proposals that are there already are likelier to be right.
   */
  draftRequests(source?: string, proposals: readonly Proposal[] = []): DraftRequest[] {
    if (this.#maxDrafts === 0) return [];
    const sourceOf = new Map(proposals.map((p) => [p.id, p.source]));
    const isBetter = (s: Sequence): boolean => {
      const own = sourceOf.get(s.id);
      const chance = (from: string): number => this.#gain.chance(s.acceptance, from);
      return own === undefined || (source !== undefined && chance(source) > chance(own));
    };
    const writing = this.#live()
      .filter((s) => s.isWriting && s.numDraftsWanted(this.#maxDrafts) > 0 && isBetter(s))
      .slice(0, this.limits.maxSequences);
    const acceptances = writing.map((s) => s.acceptance);
    const depth =
      source === undefined ? this.#maxDrafts : this.#gain.depth(acceptances, source, this.#maxDrafts, this.#costs.cost);
    if (depth === 0) return [];
    return writing.map((s) => ({
      id: s.id,
      tokens: s.tokens,
      numPrompt: s.numPrompt,
      most: s.numDraftsWanted(depth),
      sampleBehind: (guesses) => {
        const constraint = s.constraint?.fork();
        for (const token of guesses) constraint?.accept(token);
        return sampleRequestBehind(s, guesses, constraint);
      },
    }));
  }

  /** To guess `depth` tokens of each of some sequences took so long. */
  observeDrafting(numSequences: number, depth: number, ms: number): void {
    this.#gain.observeDrafting(numSequences, depth, ms);
  }

  /** The next step; without sequences when nothing can be computed. One step at a time: `commit` or `fail` ends it. */
  plan(nowMs: number, proposals: readonly Proposal[] = []): StepPlan {
    assert(this.#inFlight.size === 0, 'a step is under way');
    this.#account(nowMs);
    const { maxSequences, maxTokensPerStep, maxScoredTokens = maxTokensPerStep } = this.limits;
    const order = this.#ordered();
    const isWriting = (s: Sequence): boolean => s.isResident && s.numRemaining === 1;
    const taken = new Set<Sequence>();
    let budget = maxTokensPerStep;
    let forPrompts = this.#promptTokensBeside(Math.min(order.filter(isWriting).length, maxSequences));
    let admits = true;
    const planned: Planned[] = [];
    const copies: PageCopy[] = [];
    for (const [at, s] of order.entries()) {
      if (planned.length === maxSequences || budget === 0) break;
      if (taken.has(s)) continue;
      const lower = order.slice(at + 1).filter((v) => !taken.has(v) && !(v.mate && taken.has(v.mate)));
      const writes = isWriting(s);
      // Who comes first waits for space; who comes later does not pass.
      if (!s.isResident && admits) admits = forPrompts > 0 && this.#admit(s, lower);
      // The last tokens of two that go together are computed in one step.
      const pair = s.numRemaining === 1 && s.mate ? [s, s.mate] : [s];
      const numLeft = s.numRemaining - s.numUnread - (s.mate && s.numRemaining > 1 ? 1 : 0);
      const part = nextPart(s);
      const most = part.isWhole
        ? part.numTokens
        : writes
          ? 1
          : Math.min(forPrompts, numLeft, part.numTokens, s.isScored ? maxScoredTokens : maxTokensPerStep);
      if (!s.isResident || most === 0 || (part.isWhole && (forPrompts <= 0 || most > budget))) continue;
      if (pair.length === 2 && (!pair.every(isWriting) || budget < 2 || planned.length + 2 > maxSequences)) continue;
      const numPreemptions = this.#residency.numPreemptions;
      const numTokens = this.#makeRoom(pair, Math.min(most, budget), lower);
      if (this.#residency.numPreemptions > numPreemptions) admits = false;
      if (numTokens === 0 || (part.isWhole && numTokens < most)) continue;
      for (const own of pair) {
        copies.push(...this.#residency.grow(own, numTokens));
        planned.push({ s: own, numTokens, guesses: [] });
        taken.add(own);
        budget -= numTokens;
      }
      if (!writes) forPrompts = Math.max(0, forPrompts - numTokens);
    }
    // Guesses have what is left of tokens and of pages.
    const all = this.#withGuesses(planned, proposals, budget);
    const sequences = all.map((p) => this.#scheduled(p));
    const numTokens = all.reduce((n, p) => n + p.numTokens + p.guesses.length, 0);
    for (const call of this.#calls.values()) call.isServed = call.sequences.some((s) => this.#inFlight.has(s.id));
    const calls = new Set(all.map(({ s }) => s.call.request.id));
    return { sequences, copies, numTokens, calls };
  }

  /** What a step has computed, and how long it took. */
  commit(plan: StepPlan, results: readonly StepResult[], tookMs: number, nowMs: number): Progress[] {
    this.#costs.observe(plan.numTokens, tookMs);
    if (plan.sequences.every((p) => p.tokens.length === 1)) this.#gain.observeStep(plan.numTokens, tookMs);
    const resultOf = new Map(results.map((r) => [r.id, r]));
    const progress: Progress[] = [];
    for (const { id, tokens, firstPosition, sample, scores } of plan.sequences) {
      const inFlight = this.#inFlight.get(id);
      assert(inFlight, 'a sequence was not part of the step');
      const { s, guesses } = inFlight;
      s.numComputed += tokens.length;
      s.call.service += tokens.length;
      const { scores: scored, token, drafted = [], hidden: _, ...rest } = resultOf.get(id) ?? { id };
      if (scores && !s.hasEnded) {
        assert(scored, 'the decoder gave no scores for a sequence', { fields: { id } });
        progress.push(...this.#scored(s, firstPosition + 1, scored, nowMs));
      }
      if (sample && !s.hasEnded) {
        assert(token !== undefined, 'the decoder gave no token for a sequence', { fields: { id } });
        assert(drafted.length === guesses.length, 'the decoder did not check all guesses', { fields: { id } });
        const chosen: SampledToken[] = [{ ...rest, token }, ...drafted.map(({ hidden: _, ...d }) => ({ ...d, id }))];
        progress.push(...this.#advanceAlong(s, guesses, chosen, nowMs));
      }
      this.#residency.publish(s);
      this.#inFlight.delete(id);
      if (s.hasEnded) this.#residency.release(s);
      else this.#residency.trim(s);
    }
    return progress;
  }

  /**
   * The decoder has failed in a step, and what lies in pages is lost. Calls with sequences in the step are over: their ids. All others begin anew when
   * there is a decoder again.
   */
  fail(nowMs: number): string[] {
    const inStep = [...this.#inFlight.values()].map((p) => p.s);
    this.#inFlight.clear();
    for (const s of [...inStep, ...this.#live()]) this.#residency.evict(s);
    this.#residency.pool.reset();
    this.#programs.forgetPages();
    const calls = new Set(inStep.map((s) => s.call));
    for (const call of calls) for (const s of [...call.live]) this.#end(s, nowMs);
    return [...calls].map((c) => c.request.id);
  }

  /** What somebody has to choose, each told once. */
  choices(): readonly Choice[] {
    return [...this.#calls.values()].flatMap((call) => {
      const choices = choicesOf(call);
      if (choices.length > 0) for (const { held } of call.live) held.isTold = held.isWaiting;
      return choices;
    });
  }

  /** Of a choice, the so many-th of its candidates was chosen; nothing where the call is over meanwhile. */
  choose({ call: id, index }: Pick<Choice, 'call' | 'index'>, picked: number, nowMs: number): Progress[] {
    const call = this.#calls.get(id);
    if (!call) return [];
    if (call.request.control?.kind === 'tokens') {
      const s = call.sequences[index];
      if (s.hasEnded) return [];
      const [token, logprob] = topOf(s)[picked];
      const { topLogprobs } = call.request;
      const [{ top = [] }] = s.held.tokens.splice(0);
      Object.assign(s.held, { isWaiting: false, isTold: false });
      const told = topLogprobs === undefined ? {} : { logprob, top: top.slice(0, topLogprobs) };
      return [this.#advance(s, { id: s.id, token, ...told }, nowMs)];
    }
    const live = [...call.live];
    const chosen = live[picked];
    const { finish } = chosen.held;
    const tokens = chosen.held.tokens.splice(0);
    const { numCached } = call.sequences[0];
    if (finish) for (const s of live) this.#end(s, nowMs);
    else for (const s of live) if (s !== chosen) this.#follow(s, chosen);
    for (const { held } of live)
      Object.assign(held, { finish: undefined, isWaiting: false, isTold: false }).tokens.splice(0);
    return tokens.map((sampled, i) => ({
      call: id,
      index: 0,
      numCached,
      sampled,
      ...(finish && i === tokens.length - 1 ? { finish } : {}),
    }));
  }

  #follow(s: Sequence, chosen: Sequence): void {
    this.#residency.follow(s, chosen);
    s.id = this.#nextId++;
    s.tokens = [...chosen.tokens];
    s.constraint = chosen.constraint?.fork();
  }

  /** Throws where pages are used by nobody, or by sequences that may not share them. */
  check(): void {
    const owners = new Map<number, Sequence[]>();
    for (const s of new Set([...this.#live(), ...[...this.#inFlight.values()].map((p) => p.s)]))
      for (const page of s.pages) owners.set(page, [...(owners.get(page) ?? []), s]);
    const { pool } = this.#residency;
    assert(owners.size === pool.numUsed, 'pages are used by nobody', {
      fields: { used: pool.numUsed, owned: owners.size },
    });
    assert(!owners.has(0), 'page 0 is nobody’s');
  }

  #live(): Sequence[] {
    return [...this.#calls.values()].flatMap((c) => [...c.live]);
  }

  /** Time since the last plan counts as service or as waiting; who starves comes first again. */
  #account(nowMs: number): void {
    const ms = nowMs - (this.#lastPlanMs ?? nowMs);
    this.#lastPlanMs = nowMs;
    if (!this.policy.isPreemptive) return;
    for (const call of this.#calls.values()) {
      if (call.isServed) call.servedMs += ms;
      else call.waitedMs += Math.min(ms, nowMs - call.place.arrivalMs);
      if (call.waitedMs < STARVING_MS || call.waitedMs < this.#o.starvationRatio * call.servedMs) continue;
      call.base = -call.service;
      call.waitedMs = 0;
      call.servedMs = 0;
    }
  }

  #levelOf({ call }: Sequence): number {
    return this.policy.level(call.base + call.service);
  }

  /** All that may be computed, the first first. */
  #ordered(): Sequence[] {
    const rank = (s: Sequence): readonly number[] => {
      const { place, request, isServed } = s.call;
      const priority = this.#o.trustsPriorities ? (request.priority ?? 0) : 0;
      const turn = [place.tag, place.arrival, s.index, s.isGuide ? 1 : 0];
      // Who runs goes on: always, or until somebody of a better level is there.
      if (this.policy.isPreemptive) return [priority, this.#levelOf(s), isServed ? 0 : 1, ...turn];
      return s.isResident ? [0, priority, s.admission!] : [1, priority, ...turn];
    };
    const ranked = this.#live().flatMap((s) => (s.isReady ? [{ s, rank: rank(s) }] : []));
    ranked.sort((a, b) => {
      const at = a.rank.findIndex((x, i) => x !== b.rank[i]);
      return at < 0 ? 0 : a.rank[at] - b.rank[at];
    });
    return ranked.map((r) => r.s);
  }

  /** Tokens of prompts that a step takes beside `numWriting` sequences that write. */
  #promptTokensBeside(numWriting: number): number {
    const left = this.limits.maxTokensPerStep - numWriting;
    if (numWriting === 0) return left;
    const within = this.#costs.tokensWithin(this.#o.targetStepMs) - numWriting;
    return Math.max(0, Math.min(left, Math.max(within, MIN_CHUNK)));
  }

  /**
   * Gives a sequence its beginning, if all of it fits behind that, with space for those who run to write on: what is let in is not thrown out
   * again at once. Where levels count, those of lower ones who do not run make room.
   */
  #admit(s: Sequence, lower: readonly Sequence[]): boolean {
    // Two that go together come and go together.
    const all = s.mate ? [s, s.mate] : [s];
    const beginnings = all.map((own) => this.#residency.beginning(own));
    const numRunning = this.#live().filter((r) => r.isResident).length;
    const reserve = numRunning === 0 ? 0 : Math.max(numRunning, Math.ceil(this.limits.numPages * RESERVE));
    const lacks = (): boolean => this.#residency.lackingToAdmit(all, beginnings, reserve) > 0;
    const victims = this.policy.isPreemptive
      ? lower.filter((v) => v.isResident && this.#levelOf(v) > this.#levelOf(s))
      : [];
    while (lacks()) {
      const victim = victims.pop();
      if (!victim) return false;
      this.#preempt(victim);
    }
    for (const [i, own] of all.entries()) this.#residency.admit(own, beginnings[i]);
    this.#shares.serve(s.call.place.tag);
    return true;
  }

  /** As many of the next tokens as there are pages for, after those that come last have given up theirs; of two all or none. */
  #makeRoom(all: readonly Sequence[], numTokens: number, lower: readonly Sequence[]): number {
    const victims = lower.filter((v) => v.isResident && !all.includes(v) && (all.length > 1 || v !== all[0].mate));
    while (this.#residency.lackingToGrow(all, numTokens) > 0) {
      const victim = victims.pop();
      if (!victim) return all.length > 1 ? 0 : this.#residency.tokensWithinPages(all[0], numTokens);
      if (victim.isResident) this.#preempt(victim);
    }
    return numTokens;
  }

  #preempt(s: Sequence): void {
    this.#residency.preempt(s);
    if (s.mate?.isResident) this.#residency.evict(s.mate);
  }

  /** Guesses for those who write, as many as pay. */
  #withGuesses(planned: readonly Planned[], proposals: readonly Proposal[], budget: number): readonly Planned[] {
    if (this.#maxDrafts === 0 || budget === 0) return planned;
    const proposalOf = new Map(proposals.map((p) => [p.id, p]));
    const writing = planned.filter((p) => p.s.isWriting);
    const candidates = writing.map(({ s }) => {
      // Those who write keep a page each for what they write next.
      const most = Math.min(
        s.numDraftsWanted(this.#maxDrafts),
        this.#residency.draftsWithinPages(s, planned.length),
        this.limits.maxPositions - s.tokens.length,
      );
      const chanceOf = (source: string): number => this.#gain.chance(s.acceptance, source);
      return { s, acceptance: s.acceptance, guesses: guessesFor(s, proposalOf.get(s.id), most, chanceOf) };
    });
    const promptTokens = planned.reduce((n, p) => n + (p.s.isWriting ? 0 : p.numTokens), 0);
    const { cost } = this.#costs;
    const counts = this.#gain.choose(candidates, {
      numWriting: writing.length,
      promptMs: promptTokens * cost.perTokenMs,
      most: budget,
      cost,
    });
    const chosen = new Map(candidates.map(({ s, guesses }, i) => [s, guesses.slice(0, counts[i])]));
    return planned.map((p) => {
      const guesses = chosen.get(p.s) ?? [];
      const within = guesses.slice(0, Math.max(0, this.#residency.draftsWithinPages(p.s, planned.length)));
      if (within.length > 0) this.#residency.grow(p.s, 1 + within.length);
      return { ...p, guesses: within };
    });
  }

  #scheduled(planned: Planned): ScheduledSequence {
    const { s, numTokens, guesses } = planned;
    this.#inFlight.set(s.id, planned);
    const end = s.numComputed + numTokens;
    const sample = sampleRequestAt(s, end);
    const scores = scoreRequestAt(s, end);
    const { adapter, guidance } = s.call.request;
    const images = imagesBetween(s, s.numComputed, end);
    return {
      id: s.id,
      tokens: s.tokens.slice(s.numComputed, end),
      firstPosition: s.numComputed,
      pages: [...s.pages],
      ...(sample ? { sample } : {}),
      ...(scores ? { scores } : {}),
      ...(sample && guidance && s.mate ? { guidance: { by: s.mate.id, scale: guidance.scale } } : {}),
      ...(images ? { images } : {}),
      ...(guesses.length > 0 ? { drafts: guesses.map((g) => g.draft) } : {}),
      ...(adapter === undefined ? {} : { adapter }),
    };
  }

  /** Tokens of a prompt have their scores; where no others are wanted all sequences of the call are over. */
  #scored(s: Sequence, from: number, tokens: readonly ScoredToken[], nowMs: number): Progress[] {
    const { id, maxTokens } = s.call.request;
    const progress: Progress = { call: id, index: s.index, numCached: s.numCached, scores: { from, tokens } };
    if (maxTokens > 0 || s.numComputed < s.numPrompt - s.numUnread) return [progress];
    return [...s.call.live].map((own) => {
      this.#end(own, nowMs);
      const { index, numCached } = own;
      return own === s ? { ...progress, finish: 'length' } : { call: id, index, numCached, finish: 'length' };
    });
  }

  /** Tokens were sampled behind what a sequence has computed and behind each guess: those are its next ones up to the first that was guessed wrongly. */
  #advanceAlong(s: Sequence, guesses: readonly Guess[], chosen: readonly SampledToken[], nowMs: number): Progress[] {
    const progress: Progress[] = [];
    let numAccepted = 0;
    for (const [i, sampled] of chosen.entries()) {
      progress.push(...(s.call.request.control ? this.#hold(s, sampled) : [this.#advance(s, sampled, nowMs)]));
      if (guesses[i]?.draft.token !== sampled.token) break;
      numAccepted++;
      if (s.hasEnded || s.held.isWaiting || s.constraint?.failure) break;
      s.numComputed++;
      s.call.service++;
    }
    if (guesses.length === 0) return progress;
    this.#gain.observeGuesses(s.acceptance, guesses, numAccepted);
    const last = progress.pop();
    return last ? [...progress, { ...last, drafts: { numTokens: guesses.length, numAccepted } }] : [];
  }

  /** A token was sampled behind what a sequence has computed. */
  #advance(s: Sequence, sampled: SampledToken, nowMs: number): Progress {
    const own = { call: s.call.request.id, index: s.index, numCached: s.numCached, sampled };
    const finish = finishWith(s, sampled.token);
    s.tokens.push(sampled.token);
    s.mate?.tokens.push(sampled.token);
    s.constraint?.accept(sampled.token);
    const failure = s.constraint?.failure;
    if (finish) this.#end(s, nowMs);
    return { ...own, ...(finish ? { finish } : {}), ...(failure ? { failure } : {}) };
  }

  /** A token was sampled of a sequence that somebody chooses among. */
  #hold(s: Sequence, sampled: SampledToken): Progress[] {
    const { id, control } = s.call.request;
    const { held } = s;
    held.tokens.push(sampled);
    held.isWaiting = true;
    if (control?.kind !== 'blocks') return [];
    held.finish = finishWith(s, sampled.token);
    s.tokens.push(sampled.token);
    s.constraint?.accept(sampled.token);
    held.isWaiting = held.finish !== undefined || held.tokens.length === control.block;
    const failure = s.constraint?.failure;
    return failure ? [{ call: id, index: 0, numCached: s.numCached, failure }] : [];
  }

  #end(s: Sequence, nowMs: number): void {
    const { call } = s;
    if (s.hasEnded) return;
    s.hasEnded = true;
    if (s.mate) this.#end(s.mate, nowMs);
    call.live.delete(s);
    const pageNames = this.#residency.filled(s);
    if (!this.#inFlight.has(s.id)) this.#residency.release(s);
    if (call.live.size > 0) return;
    const { id, program } = call.request;
    this.#calls.delete(id);
    this.#programs.end(program, { id, service: call.service, path: call.place.path + call.service, pageNames }, nowMs);
  }
}
