import {
  type CallRequest,
  type Drafter,
  type PagedDecoder,
  type Progress,
  Scheduler,
  type SchedulerOptions,
} from '../../src/serve/index.ts';

/** A scheduler and a decoder in virtual time: a step takes `fixedMs + perTokenMs · tokens`. */
export class Simulation {
  readonly scheduler: Scheduler;
  readonly decoder: PagedDecoder;
  readonly #cost: { readonly fixedMs: number; readonly perTokenMs: number };
  nowMs = 0;
  /** Added to the time of a step, by its number. */
  readonly delaysMs = new Map<number, number>();
  #numSteps = 0;
  /** Of every call: tokens of its sequences, and when and why they ended. */
  readonly outputs = new Map<string, number[][]>();
  readonly ended = new Map<string, { readonly atMs: number; readonly finish: string }>();
  readonly scores = new Map<string, number[]>();
  /** Of every call: log-probabilities of what its sequences wrote. */
  readonly logprobs = new Map<string, (number | undefined)[][]>();
  /** Guesses what comes next. */
  drafter: Drafter | undefined;

  constructor(decoder: PagedDecoder, options: SchedulerOptions = {}, cost = { fixedMs: 10, perTokenMs: 1 }) {
    this.decoder = decoder;
    this.#cost = cost;
    const { pageSize, numPages, maxTokensPerStep, maxSequences, maxScoredTokens, maxDrafts, maxPositions } = decoder;
    const canCopyPages = decoder.copyPage !== undefined;
    this.scheduler = new Scheduler(
      { pageSize, numPages, maxTokensPerStep, maxSequences, maxScoredTokens, maxDrafts, maxPositions, canCopyPages },
      { stepCost: cost, ...options },
    );
  }

  submit(request: CallRequest): void {
    this.scheduler.submit(request, this.nowMs);
    for (const made of [this.outputs, this.logprobs])
      made.set(
        request.id,
        Array.from({ length: request.n ?? 1 }, () => []),
      );
  }

  /** One step; false when nothing could be computed. */
  async step(): Promise<boolean> {
    this.#note(this.scheduler.expire(this.nowMs));
    const plan = this.scheduler.plan(this.nowMs, await this.#proposals());
    if (plan.sequences.length === 0) return false;
    for (const [from, to] of plan.copies) this.decoder.copyPage!(from, to);
    const results = await this.decoder.step(plan.sequences);
    this.drafter?.observe?.(plan.sequences, results);
    const delayMs = this.delaysMs.get(this.#numSteps++) ?? 0;
    const tookMs = this.#cost.fixedMs + this.#cost.perTokenMs * plan.numTokens + delayMs;
    this.nowMs += tookMs;
    this.#note(this.scheduler.commit(plan, results, tookMs, this.nowMs));
    return true;
  }

  async #proposals() {
    const requests = this.drafter ? this.scheduler.draftRequests(this.drafter.source) : [];
    return requests.length > 0 ? this.drafter!.draft(requests) : [];
  }

  #note(progress: readonly Progress[]): void {
    for (const { call, index, sampled, scores, finish } of progress) {
      if (sampled) this.outputs.get(call)![index].push(sampled.token);
      if (sampled) this.logprobs.get(call)![index].push(sampled.logprob);
      if (scores) {
        const all = this.scores.get(call) ?? [];
        for (const [i, { logprob }] of scores.tokens.entries()) all[scores.from + i] = logprob;
        this.scores.set(call, all);
      }
      if (finish) this.ended.set(`${call}/${index}`, { atMs: this.nowMs, finish });
    }
  }

  /** Steps until nothing is left. */
  async run(maxSteps = 10_000): Promise<void> {
    for (let i = 0; this.scheduler.hasWork; i++) {
      const isStuck = !(await this.step()) && this.scheduler.hasWork;
      if (i === maxSteps || isStuck) throw new Error(`stuck after ${i} steps`);
      this.scheduler.check();
    }
  }
}
