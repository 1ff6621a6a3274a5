import type { Counter, Histogram, Registry } from 'prom-client';
import type { CallSummary, EngineObserver, ServingEngine } from '../engine/index.ts';

/*
 * Metrics under the names that vLLM gives them, so that dashboards find them. Times in seconds.
 */

const secondsOfWaiting = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
];
const secondsPerToken = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const secondsOfCalls = [0.1, 0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 60, 120, 240, 480];
const tokenCounts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

type Labels = Readonly<Record<string, string>>;

/** What engines do, for Prometheus. */
export class ServingMetrics {
  readonly #prom: typeof import('prom-client');
  readonly #registry: Registry;
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #engines = new Map<string, ServingEngine>();

  private constructor(prom: typeof import('prom-client')) {
    this.#prom = prom;
    this.#registry = new prom.Registry();
    this.#gauge('num_requests_running', 'Sequences that have pages.', (e) => e.state.numRunning);
    this.#gauge('num_requests_waiting', 'Sequences that have none yet.', (e) => e.state.numWaiting);
    this.#gauge('kv_cache_usage_perc', 'Pages in use, 1 means all.', (e) => e.state.numUsedPages / e.state.numPages);
    this.#total('prefix_cache_queries', 'Tokens of prompts that were looked up.', (e) => e.state.numQueried);
    this.#total('prefix_cache_hits', 'Tokens of prompts that were found.', (e) => e.state.numHit);
    this.#total('num_preemptions', 'Sequences that lost their pages to others.', (e) => e.state.numPreemptions);
    this.#total('engine_faults', 'Decoders that failed.', (e) => e.numFaults);
    this.#total('spec_decode_num_drafts', 'Times that guesses were checked.', (e) => e.state.drafts.numDrafts);
    this.#total('spec_decode_num_draft_tokens', 'Guesses that were checked.', (e) => e.state.drafts.numTokens);
    this.#total('spec_decode_num_accepted_tokens', 'Guesses that were right.', (e) => e.state.drafts.numAccepted);
    this.#acceptedByPosition();
  }

  static async open(): Promise<ServingMetrics> {
    return new ServingMetrics(await import('prom-client'));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of them, as Prometheus reads them. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Numbers of the engine are read when somebody asks. */
  watch(modelName: string, engine: ServingEngine): void {
    this.#engines.set(modelName, engine);
  }

  /** The engine of a model is no more. */
  forget(modelName: string): void {
    this.#engines.delete(modelName);
  }

  /** Counts what the engine of a model does. */
  observer(modelName: string): EngineObserver {
    const count = (name: string, help: string, by: number, labels: Labels = {}): void =>
      this.#count(name, help, by, { model_name: modelName, ...labels });
    const observe = (name: string, help: string, buckets: number[], value: number): void =>
      this.#observe(name, help, buckets, value, modelName);
    const seconds = (name: string, help: string, ms: number): void => observe(name, help, secondsOfCalls, ms / 1000);
    return {
      onStep: (numTokens, _numSequences, ms) => {
        observe('iteration_tokens_total', 'Tokens of a step.', tokenCounts, numTokens);
        observe('iteration_seconds', 'Time of a step.', secondsPerToken, ms / 1000);
      },
      onFirstToken: (ms) =>
        observe('time_to_first_token_seconds', 'Until the first token.', secondsOfWaiting, ms / 1000),
      onNextToken: (ms) => observe('inter_token_latency_seconds', 'Between two tokens.', secondsPerToken, ms / 1000),
      onRefused: (code) => count('admission_rejections', 'Calls that were refused.', 1, { reason: code }),
      onEnd: (c: CallSummary) => {
        count('request_success', 'Calls that ended, by reason.', 1, { finished_reason: c.finishReason });
        count('prompt_tokens', 'Tokens of prompts.', c.numPromptTokens);
        count('generation_tokens', 'Tokens written.', c.numTokens);
        seconds('e2e_request_latency_seconds', 'Of a call, in all.', c.totalMs);
        seconds('request_queue_time_seconds', 'Until a call began.', c.queueMs);
        if (c.firstTokenMs !== undefined)
          seconds('request_prefill_time_seconds', 'From the beginning to the first token.', c.firstTokenMs - c.queueMs);
        if (c.decodeMs !== undefined) seconds('request_decode_time_seconds', 'Behind the first token.', c.decodeMs);
        if (c.decodeMs !== undefined && c.numTokens > 1) {
          const perToken = c.decodeMs / 1000 / (c.numTokens - 1);
          observe('request_time_per_output_token_seconds', 'Per token behind the first.', secondsPerToken, perToken);
        }
        observe('request_prompt_tokens', 'Tokens of a prompt.', tokenCounts, c.numPromptTokens);
        observe('request_generation_tokens', 'Tokens written for a call.', tokenCounts, c.numTokens);
        observe('request_params_n', 'Texts of a call.', [1, 2, 5, 10, 20], c.n);
      },
    };
  }

  #gauge(name: string, help: string, read: (engine: ServingEngine) => number): void {
    const engines = this.#engines;
    new this.#prom.Gauge({
      ...this.#named(name, help),
      collect() {
        for (const [model, engine] of engines) this.set({ model_name: model }, read(engine));
      },
    });
  }

  /** A counter whose value the engine has. */
  #total(name: string, help: string, read: (engine: ServingEngine) => number): void {
    const engines = this.#engines;
    new this.#prom.Counter({
      ...this.#named(`${name}_total`, help),
      collect() {
        this.reset();
        for (const [model, engine] of engines) this.inc({ model_name: model }, read(engine));
      },
    });
  }

  /** Guesses that were right, by their place among those of a step. */
  #acceptedByPosition(): void {
    const engines = this.#engines;
    const named = this.#named('spec_decode_num_accepted_tokens_per_pos_total', 'Guesses that were right, by place.');
    new this.#prom.Counter({
      ...named,
      labelNames: [...named.labelNames, 'position'],
      collect() {
        this.reset();
        for (const [model, engine] of engines)
          for (const [position, n] of engine.state.drafts.acceptedAt.entries())
            this.inc({ model_name: model, position }, n);
      },
    });
  }

  #count(name: string, help: string, by: number, labels: Labels): void {
    let counter = this.#counters.get(name);
    if (!counter) {
      counter = new this.#prom.Counter({ ...this.#named(`${name}_total`, help), labelNames: Object.keys(labels) });
      this.#counters.set(name, counter);
    }
    counter.inc(labels, by);
  }

  #observe(name: string, help: string, buckets: number[], value: number, modelName: string): void {
    let histogram = this.#histograms.get(name);
    if (!histogram) {
      histogram = new this.#prom.Histogram({ ...this.#named(name, help), buckets });
      this.#histograms.set(name, histogram);
    }
    histogram.observe({ model_name: modelName }, value);
  }

  #named(name: string, help: string) {
    return { name: `vllm:${name}`, help, labelNames: ['model_name'], registers: [this.#registry] };
  }
}
