import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
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

/** What a model's engine did, for Prometheus. */
export class ServingMetrics implements EngineObserver {
  readonly #registry: Registry;
  readonly #modelName: string;
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();

  constructor(registry: Registry, modelName: string) {
    this.#registry = registry;
    this.#modelName = modelName;
  }

  /** Numbers that are read when somebody asks. */
  watch(engine: ServingEngine): void {
    const labels = { model_name: this.#modelName };
    const gauge = (name: string, help: string, read: () => number): void => {
      new Gauge({
        name: `vllm:${name}`,
        help,
        labelNames: ['model_name'],
        registers: [this.#registry],
        collect() {
          this.set(labels, read());
        },
      });
    };
    const total = (name: string, help: string, read: () => number): void => {
      new Counter({
        name: `vllm:${name}_total`,
        help,
        labelNames: ['model_name'],
        registers: [this.#registry],
        collect() {
          this.reset();
          this.inc(labels, read());
        },
      });
    };
    gauge('num_requests_running', 'Sequences that have pages.', () => engine.state.numRunning);
    gauge('num_requests_waiting', 'Sequences that have none yet.', () => engine.state.numWaiting);
    gauge('kv_cache_usage_perc', 'Pages in use, 1 means all.', () => engine.state.numUsedPages / engine.state.numPages);
    total('prefix_cache_queries', 'Tokens of prompts that were looked up.', () => engine.state.numQueried);
    total('prefix_cache_hits', 'Tokens of prompts that were found.', () => engine.state.numHit);
    total('num_preemptions', 'Sequences that lost their pages to others.', () => engine.state.numPreemptions);
    total('engine_faults', 'Decoders that failed.', () => engine.numFaults);
  }

  onStep(numTokens: number, _numSequences: number, ms: number): void {
    this.#observe('iteration_tokens_total', 'Tokens of a step.', tokenCounts, numTokens);
    this.#observe('iteration_seconds', 'Time of a step.', secondsPerToken, ms / 1000);
  }

  onFirstToken(ms: number): void {
    this.#observe('time_to_first_token_seconds', 'Until the first token.', secondsOfWaiting, ms / 1000);
  }

  onNextToken(ms: number): void {
    this.#observe('inter_token_latency_seconds', 'Between two tokens.', secondsPerToken, ms / 1000);
  }

  onRefused(code: string): void {
    this.#count('admission_rejections', 'Calls that were refused.', 1, { reason: code });
  }

  onEnd(c: CallSummary): void {
    this.#count('request_success', 'Calls that ended, by reason.', 1, { finished_reason: c.finishReason });
    this.#count('prompt_tokens', 'Tokens of prompts.', c.numPromptTokens);
    this.#count('generation_tokens', 'Tokens written.', c.numTokens);
    const seconds = (name: string, help: string, ms: number): void =>
      this.#observe(name, help, secondsOfCalls, ms / 1000);
    seconds('e2e_request_latency_seconds', 'Of a call, in all.', c.totalMs);
    seconds('request_queue_time_seconds', 'Until a call began.', c.queueMs);
    if (c.firstTokenMs !== undefined)
      seconds('request_prefill_time_seconds', 'From the beginning to the first token.', c.firstTokenMs - c.queueMs);
    if (c.decodeMs !== undefined) {
      seconds('request_decode_time_seconds', 'From the first token to the last.', c.decodeMs);
      if (c.numTokens > 1)
        this.#observe(
          'request_time_per_output_token_seconds',
          'Per token behind the first.',
          secondsPerToken,
          c.decodeMs / 1000 / (c.numTokens - 1),
        );
    }
    this.#observe('request_prompt_tokens', 'Tokens of a prompt.', tokenCounts, c.numPromptTokens);
    this.#observe('request_generation_tokens', 'Tokens written for a call.', tokenCounts, c.numTokens);
    this.#observe('request_params_n', 'Texts of a call.', [1, 2, 5, 10, 20], c.n);
  }

  #count(name: string, help: string, by: number, labels: Readonly<Record<string, string>> = {}): void {
    let counter = this.#counters.get(name);
    if (!counter) {
      const labelNames = ['model_name', ...Object.keys(labels)];
      counter = new Counter({ name: `vllm:${name}_total`, help, labelNames, registers: [this.#registry] });
      this.#counters.set(name, counter);
    }
    counter.inc({ model_name: this.#modelName, ...labels }, by);
  }

  #observe(name: string, help: string, buckets: number[], value: number): void {
    let histogram = this.#histograms.get(name);
    if (!histogram) {
      histogram = new Histogram({
        name: `vllm:${name}`,
        help,
        labelNames: ['model_name'],
        buckets,
        registers: [this.#registry],
      });
      this.#histograms.set(name, histogram);
    }
    histogram.observe({ model_name: this.#modelName }, value);
  }
}
