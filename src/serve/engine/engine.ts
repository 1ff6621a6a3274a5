import { randomUUID } from 'node:crypto';
import { EspalierError, UserError } from '../../base/index.ts';
import { IncrementalDetokenizer, type Tokenizer } from '../../data/index.ts';
import { checkSampling, type ScheduledSequence, type StepResult } from '../../models/index.ts';
import { bestOf, type ControlledDecoding, drawnOf, noiseAt, weightedScores } from '../control/index.ts';
import type { PagedDecoder } from '../decoder.ts';
import {
  type CallRequest,
  type Choice,
  type Progress,
  type Proposal,
  Scheduler,
  type SchedulerOptions,
  type SchedulerState,
} from '../scheduler/index.ts';
import type { Drafter } from '../speculation/index.ts';
import { Generation, TextInProgress } from './generation.ts';
import { StopStrings } from './stop-strings.ts';

/*
 * The loop: asks the scheduler for a step, has the decoder compute it, gives what came out to those who wait for it. A decoder that fails takes
 * the calls of its step with it, is replaced by a new one, and all other calls go on.
 */

export interface GenerationRequest extends Omit<CallRequest, 'id' | 'control'> {
  readonly id?: string;
  /** Its text is chosen while it is written. By blocks there is one text, whatever `n`. */
  readonly control?: ControlledDecoding;
  /** Texts end before any of these strings. */
  readonly stop?: readonly string[];
  /** They are part of the text. */
  readonly includesStop?: boolean;
  /** Of `stopTokens` those that the caller named; which of them ended a text is told. */
  readonly namedStopTokens?: ReadonlySet<number>;
  /** Special tokens are part of the text: all of them, or some. */
  readonly showsSpecial?: boolean;
  readonly shownTokens?: ReadonlySet<number>;
}

export type EngineStatus = 'ok' | 'restarting' | 'failed' | 'draining' | 'stuck' | 'closed';

/** What is told of a call when it is over. Times in ms. */
export interface CallSummary {
  readonly finishReason: string;
  readonly numPromptTokens: number;
  readonly numCached: number;
  readonly numTokens: number;
  readonly n: number;
  /** Guesses that were checked, and those that were right. */
  readonly numDrafted: number;
  readonly numAccepted: number;
  readonly totalMs: number;
  readonly queueMs: number;
  readonly firstTokenMs: number | undefined;
  readonly decodeMs: number | undefined;
}

/** Who watches an engine. */
export interface EngineObserver {
  onStep?(numTokens: number, numSequences: number, ms: number): void;
  onFirstToken?(ms: number): void;
  onNextToken?(ms: number): void;
  onEnd?(summary: CallSummary): void;
  onRefused?(code: string): void;
  onFault?(error: unknown): void;
}

export interface EngineOptions {
  /** Makes a decoder; called again when one has failed. */
  readonly open: () => Promise<PagedDecoder>;
  readonly tokenizer: Tokenizer;
  readonly scheduler?: SchedulerOptions;
  /** Who guesses what comes next for a decoder that was just made, with `scheduler.speculation`: the first first. Closed with it. Default: nobody. */
  readonly drafters?: (() => readonly Drafter[]) | undefined;
  /** Tokens of the longest call; default: what the decoder takes and its pages hold. */
  readonly maxLength?: number;
  readonly observer?: EngineObserver;
  /** While nobody has asked for anything for a quarter of a second, the decoder compiles programs that it may need. Default: it does not. */
  readonly compilesAhead?: boolean;
  /** A step that takes longer says that something is wrong, and one that takes twice as long is given up where it can be. Default 5 minutes, since programs may have to be compiled. */
  readonly stuckMs?: number;
  /** Waits before a decoder that could not be made is tried again. */
  readonly retryMs?: readonly number[];
}

interface Served {
  readonly generation: Generation;
  readonly request: GenerationRequest;
  readonly ownEnds: ReadonlySet<number>;
  beganMs: number | undefined;
  firstTokenMs: number | undefined;
  readonly lastTokenMs: (number | undefined)[];
  finishReason: string;
}

const defaultRetryMs = [0, 200, 1000, 5000];
/** Decoders that fail in a row without a step between them: the next one would, too. */
const MAX_FAULTS_IN_A_ROW = 4;
const IDLE_CHECK_MS = 250;
/** Who is sent away tries again so soon, and finds another server, or this one anew. */
const RETRY_ELSEWHERE_MS = 1000;

/** Serves calls with one decoder. */
export class ServingEngine {
  readonly tokenizer: Tokenizer;
  readonly vocabSize: number;
  readonly #scheduler: Scheduler;
  readonly #o: EngineOptions;
  readonly #served = new Map<string, Served>();
  #decoder: PagedDecoder;
  #drafters: readonly Drafter[] = [];
  /** Why the decoder ended by itself. */
  #lost: { readonly cause: unknown } | undefined;
  #status: 'ok' | 'restarting' | 'failed' | 'draining' | 'closed' = 'ok';
  #wake: (() => void) | undefined;
  /** Something happened since the loop last looked. */
  #isNotified = false;
  #stepBeganMs: number | undefined;
  #numFaultsInARow = 0;
  #numFaults = 0;
  /** The decoder compiles ahead. */
  #ahead: Promise<void> | undefined;
  readonly #loop: Promise<void>;

  private constructor(options: EngineOptions, decoder: PagedDecoder) {
    this.#o = options;
    this.#decoder = decoder;
    this.#use(decoder);
    this.tokenizer = options.tokenizer;
    this.vocabSize = decoder.vocabSize;
    const { pageSize, numPages, maxTokensPerStep, maxSequences, maxScoredTokens, maxDrafts, maxPositions } = decoder;
    const canCopyPages = decoder.copyPage !== undefined;
    this.#scheduler = new Scheduler(
      {
        pageSize,
        numPages,
        maxTokensPerStep,
        maxSequences,
        maxScoredTokens,
        maxDrafts,
        maxPositions: Math.min(maxPositions, options.maxLength ?? maxPositions),
        canCopyPages,
      },
      options.scheduler,
    );
    this.#loop = this.#run();
  }

  static async start(options: EngineOptions): Promise<ServingEngine> {
    const decoder = await options.open();
    try {
      return new ServingEngine(options, decoder);
    } catch (error) {
      await decoder.close?.();
      throw error;
    }
  }

  /** Tokens of the longest prompt with what comes behind it. */
  get maxLength(): number {
    return this.#scheduler.maxLength;
  }

  /** Calls that may wait. */
  get maxQueued(): number {
    return this.#scheduler.maxQueued;
  }

  /** Whether the engine, not only the process, is alive. */
  get status(): EngineStatus {
    const began = this.#stepBeganMs;
    if (this.#status === 'ok' && began !== undefined && now() - began > this.#stuckMs) return 'stuck';
    return this.#status;
  }

  get #stuckMs(): number {
    return this.#o.stuckMs ?? 300_000;
  }

  get numFaults(): number {
    return this.#numFaults;
  }

  get state(): SchedulerState {
    return this.#scheduler.state;
  }

  /**
   * Begins a call. Throws `serve/too-long`, `serve/request`, `serve/overloaded`, `serve/deadline` as the scheduler does, `models/sampling`, and
   * `serve/unavailable` when the engine takes none.
   */
  generate(request: GenerationRequest): Generation {
    if (this.#status === 'failed')
      throw new UserError('serve/unavailable', 'the engine failed again and again, and is not started any more', {
        advice: 'look into the log of the server, and start it anew',
      });
    if (this.#status !== 'ok' && this.#status !== 'restarting')
      throw new UserError('serve/unavailable', 'the engine takes no calls', {
        given: this.#status,
        advice: 'send the call again',
        fields: { retryAfterMs: RETRY_ELSEWHERE_MS },
      });
    checkSampling(request.sampling);
    this.#checkTokens(request);
    const id = request.id ?? randomUUID();
    const arrivalMs = now();
    const { control, prompt, stop = [], includesStop, stopTokens, namedStopTokens } = request;
    const n = control?.kind === 'blocks' ? 1 : (request.n ?? 1);
    try {
      this.#scheduler.submit(callOf(request, id), arrivalMs);
    } catch (error) {
      if (error instanceof EspalierError) this.#o.observer?.onRefused?.(error.code);
      throw error;
    }
    const options = { skipSpecialTokens: !request.showsSpecial, keptTokens: request.shownTokens };
    const texts = Array.from(
      { length: n },
      () =>
        new TextInProgress(
          new IncrementalDetokenizer(this.tokenizer, prompt, options),
          new StopStrings(stop, includesStop),
        ),
    );
    const generation = new Generation(id, prompt, arrivalMs, texts, () => this.#abort(id));
    this.#served.set(id, {
      generation,
      request,
      ownEnds: new Set([...(stopTokens ?? [])].filter((t) => !namedStopTokens?.has(t))),
      beganMs: undefined,
      firstTokenMs: undefined,
      lastTokenMs: new Array<undefined>(n).fill(undefined),
      finishReason: 'abort',
    });
    this.#notify();
    return generation;
  }

  /** Takes no more calls; resolves when those that it has are over, at the latest after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.#status === 'ok' || this.#status === 'restarting') this.#status = 'draining';
    const until = now() + timeoutMs;
    while (this.#served.size > 0 && now() < until) await sleep(10);
    this.#endAll();
  }

  /** Ends all calls, and the decoder. */
  async close(): Promise<void> {
    if (this.#status === 'closed') return;
    this.#status = 'closed';
    this.#endAll();
    this.#notify();
    await this.#loop;
    await this.#ahead;
    await this.#decoder.close?.();
    for (const d of this.#drafters) await d.close?.();
  }

  /** Goes on with a decoder that was just made. */
  #use(decoder: PagedDecoder): void {
    this.#decoder = decoder;
    this.#drafters = this.#o.drafters?.() ?? [];
    this.#lost = undefined;
    void decoder.lost?.then((cause) => {
      if (this.#decoder !== decoder) return;
      this.#lost = { cause };
      this.#notify();
    });
  }

  #checkTokens({ prompt, stopTokens, sampling, guidance }: GenerationRequest): void {
    const named = {
      prompt,
      guidance: guidance?.prompt ?? [],
      stopTokens: stopTokens ?? [],
      logitBias: sampling.logitBias?.keys() ?? [],
    };
    for (const [name, ids] of Object.entries(named))
      for (const t of ids)
        if (!(Number.isInteger(t) && t >= 0 && t < this.vocabSize))
          throw new UserError('serve/request', `${name} has a token that the model does not know`, {
            expected: `0 … ${this.vocabSize - 1}`,
            given: String(t),
            fields: { param: name },
          });
  }

  async #run(): Promise<void> {
    while (this.#status !== 'closed') {
      this.#isNotified = false;
      this.#tell(this.#scheduler.expire(now()));
      if (this.#lost && this.#status !== 'failed') {
        await this.#recover(this.#lost.cause);
        continue;
      }
      if (!this.#scheduler.hasWork || this.#status === 'failed') {
        const wasWoken = await this.#sleepUntilWoken();
        if (!wasWoken) this.#compileAhead();
        continue;
      }
      try {
        if (!(await this.#step())) await this.#sleepUntilWoken();
      } catch (error) {
        await this.#recover(error);
      }
      // Sockets and timers have their turn between steps.
      await new Promise((done) => setImmediate(done));
    }
  }

  async #step(): Promise<boolean> {
    const proposals = await this.#draft();
    const began = now();
    const plan = this.#scheduler.plan(began, proposals);
    if (plan.sequences.length === 0) return false;
    for (const id of plan.calls) {
      const served = this.#served.get(id);
      if (served) served.beganMs ??= began;
    }
    this.#stepBeganMs = began;
    for (const [from, to] of plan.copies) this.#decoder.copyPage?.(from, to);
    const results = await this.#computed(plan.sequences);
    const ended = now();
    this.#stepBeganMs = undefined;
    for (const d of this.#drafters) d.observe?.(plan.sequences, results);
    const progress = this.#scheduler.commit(plan, results, ended - began, ended);
    this.#numFaultsInARow = 0;
    this.#o.observer?.onStep?.(plan.numTokens, plan.sequences.length, ended - began);
    this.#tell(progress);
    this.#choose();
    return true;
  }

  /** What a step makes; one that takes twice as long as what is called stuck is given up, where the decoder can be. */
  async #computed(sequences: readonly ScheduledSequence[]): Promise<readonly StepResult[]> {
    const decoder = this.#decoder;
    const timer = setTimeout(() => decoder.abandon?.(), 2 * this.#stuckMs).unref();
    try {
      return await decoder.step(sequences);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Has scorers choose what waits for it, while others go on. */
  #choose(): void {
    for (const choice of this.#scheduler.choices()) void this.#chooseAmong(choice);
  }

  async #chooseAmong(choice: Choice): Promise<void> {
    const served = this.#served.get(choice.call);
    const control = served?.request.control;
    if (!control) return;
    const { prompt, sampling } = served.request;
    try {
      const texts = choice.candidates.map(({ output, isOver }) => {
        return { prompt, output, isOver, text: this.tokenizer.decode(output, { skipSpecialTokens: true }) };
      });
      const scores = await weightedScores(control.scorers, texts);
      if (scores.some(Number.isNaN)) throw new EspalierError('serve/scorer', 'a scorer gave no number for a text');
      const seed = (sampling.seed ?? 0) + choice.index;
      const place = choice.candidates[0].output.length;
      const picked =
        control.kind === 'blocks'
          ? bestOf(scores)
          : drawnOf(choice.candidates, scores, {
              strength: control.strength,
              temperature: sampling.temperature ?? 0,
              noise: (token) => noiseAt(seed, place, token),
            });
      this.#tell(this.#scheduler.choose(choice, picked, now()));
    } catch (error) {
      this.#scheduler.abort(choice.call, now());
      this.#fail(choice.call, error instanceof Error ? error : new EspalierError('serve/scorer', String(error)));
    }
    this.#notify();
  }

  /** Guesses of what comes next. Nobody needs them: who cannot make them is not asked again. */
  async #draft(): Promise<readonly Proposal[]> {
    const proposals: Proposal[] = [];
    for (const drafter of this.#drafters) {
      const requests = this.#scheduler.draftRequests(drafter.source, proposals);
      if (requests.length === 0) continue;
      const began = now();
      try {
        const made = await drafter.draft(requests);
        const depth = Math.max(...made.map((p) => p.tokens.length));
        if (drafter.source !== undefined && depth > 0)
          this.#scheduler.observeDrafting(requests.length, depth, now() - began);
        proposals.push(...made);
      } catch (error) {
        this.#drafters = this.#drafters.filter((d) => d !== drafter);
        this.#o.observer?.onFault?.(error);
        await drafter.close?.().catch(() => {});
      }
    }
    return proposals;
  }

  /** Hands progress to those who wait. */
  #tell(progress: readonly Progress[]): void {
    const at = now();
    for (const { call, index, sampled, scores, drafts, finish, numCached, failure } of progress) {
      const served = this.#served.get(call);
      if (!served) continue;
      const { generation } = served;
      // Those behind the first go on from its pages, which is nothing that was found.
      if (index === 0) generation.numCached = numCached;
      generation.numDrafted += drafts?.numTokens ?? 0;
      generation.numAccepted += drafts?.numAccepted ?? 0;
      // What a step made behind a string that ends the text is none of it.
      if (generation.isOverAt(index)) continue;
      if (finish === 'deadline') {
        served.finishReason = 'deadline';
        generation.fail(new UserError('serve/deadline', 'the deadline of the call is over'));
      } else if (failure) {
        this.#scheduler.abort(call, at);
        generation.fail(failure);
      } else if (sampled) {
        this.#observeToken(served, index, at);
        const isCut = generation.add(index, sampled, finish, served.ownEnds.has(sampled.token));
        // By blocks the scheduler has more texts than the call.
        if (isCut) this.#scheduler.abort(call, at, served.request.control?.kind === 'blocks' ? undefined : index);
        if (isCut || finish) served.finishReason = isCut ? 'stop' : finish!;
      } else {
        for (const [i, token] of scores?.tokens.entries() ?? []) generation.promptScores[scores!.from + i] = token;
        if (finish) {
          served.finishReason = finish;
          generation.end(index);
        }
      }
      if (generation.isOver) this.#over(call, served);
    }
  }

  #observeToken(served: Served, index: number, at: number): void {
    const last = served.lastTokenMs[index];
    served.lastTokenMs[index] = at;
    // Tokens that came together come once.
    if (last !== undefined && last !== at) this.#o.observer?.onNextToken?.(at - last);
    if (served.firstTokenMs !== undefined) return;
    served.firstTokenMs = at;
    this.#o.observer?.onFirstToken?.(at - served.generation.arrivalMs);
  }

  #over(id: string, served: Served): void {
    this.#served.delete(id);
    const { generation, firstTokenMs, beganMs, finishReason, request } = served;
    const at = now();
    this.#o.observer?.onEnd?.({
      finishReason,
      numPromptTokens: generation.prompt.length,
      numCached: generation.numCached,
      numTokens: generation.numTokens,
      numDrafted: generation.numDrafted,
      numAccepted: generation.numAccepted,
      n: request.control?.kind === 'blocks' ? 1 : (request.n ?? 1),
      totalMs: at - generation.arrivalMs,
      queueMs: (beganMs ?? at) - generation.arrivalMs,
      firstTokenMs: firstTokenMs === undefined ? undefined : firstTokenMs - generation.arrivalMs,
      decodeMs: firstTokenMs === undefined ? undefined : at - firstTokenMs,
    });
  }

  #abort(id: string): void {
    this.#scheduler.abort(id, now());
    this.#fail(id, new UserError('serve/aborted', 'the call was given up'));
  }

  #endAll(): void {
    for (const id of [...this.#served.keys()]) {
      this.#scheduler.abort(id, now());
      this.#fail(
        id,
        new UserError('serve/unavailable', 'the server stops', {
          advice: 'send the call again',
          fields: { retryAfterMs: RETRY_ELSEWHERE_MS },
        }),
      );
    }
  }

  #fail(id: string, error: Error): void {
    const served = this.#served.get(id);
    if (!served) return;
    served.generation.fail(error);
    this.#over(id, served);
  }

  /** The decoder has failed: a new one takes its place, if there is one. */
  async #recover(cause: unknown): Promise<void> {
    this.#stepBeganMs = undefined;
    this.#numFaults++;
    this.#numFaultsInARow++;
    this.#o.observer?.onFault?.(cause);
    const wasDraining = this.#status === 'draining';
    if (this.#status === 'ok') this.#status = 'restarting';
    const fault = (): EspalierError =>
      new EspalierError('serve/engine-fault', 'the engine failed while it computed this call', {
        advice: 'send it again',
        cause,
      });
    for (const id of this.#scheduler.fail(now())) this.#fail(id, fault());
    await this.#ahead;
    await this.#decoder.close?.().catch(() => {});
    for (const d of this.#drafters) await d.close?.().catch(() => {});
    // It may take long to make another one: deadlines hold meanwhile.
    const expiring = setInterval(() => this.#tell(this.#scheduler.expire(now())), IDLE_CHECK_MS);
    try {
      if (await this.#replace(wasDraining)) return;
    } finally {
      clearInterval(expiring);
    }
    if (this.#status === 'closed') return;
    this.#status = 'failed';
    for (const id of [...this.#served.keys()]) {
      this.#scheduler.abort(id, now());
      this.#fail(id, fault());
    }
  }

  /** Makes a new decoder; false: there is none. */
  async #replace(wasDraining: boolean): Promise<boolean> {
    for (const waitMs of this.#numFaultsInARow > MAX_FAULTS_IN_A_ROW ? [] : (this.#o.retryMs ?? defaultRetryMs)) {
      await sleep(waitMs);
      if (this.#status === 'closed') return false;
      try {
        this.#use(await this.#o.open());
        if (this.#status === 'restarting') this.#status = wasDraining ? 'draining' : 'ok';
        return true;
      } catch (error) {
        this.#o.observer?.onFault?.(error);
      }
    }
    return false;
  }

  /** One program, unless one is being compiled. What fails is told by the step that needs it. */
  #compileAhead(): void {
    const { compilesAhead = false } = this.#o;
    if (!compilesAhead || this.#ahead || this.#status !== 'ok') return;
    this.#ahead = this.#decoder
      .compileAhead?.()
      .catch(() => false)
      .then(() => {
        this.#ahead = undefined;
      });
  }

  /** Whether it was woken before its time. */
  async #sleepUntilWoken(): Promise<boolean> {
    if (this.#isNotified) return true;
    const wasWoken = await new Promise<boolean>((done) => {
      const timer = setTimeout(() => done(false), IDLE_CHECK_MS);
      this.#wake = () => {
        clearTimeout(timer);
        done(true);
      };
    });
    this.#wake = undefined;
    return wasWoken;
  }

  #notify(): void {
    this.#isNotified = true;
    this.#wake?.();
  }
}

/** What the scheduler is asked for. */
function callOf({ control, ...request }: GenerationRequest, id: string): CallRequest {
  if (!control) return { ...request, id };
  if (control.kind === 'tokens') return { ...request, id, control: { kind: 'tokens', top: control.top } };
  return { ...request, id, n: control.candidates, control: { kind: 'blocks', block: control.block } };
}

const now = (): number => performance.now();
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
