import type { SamplingOptions } from '../models/index.ts';

/*
 * What the server asks of a model: one step over many sequences, whose keys and values lie in pages that the scheduler hands out.
 * A decoder knows nothing of requests; a scheduler knows nothing of tensors.
 */

/** How the token after a sequence is chosen. */
export interface SampleRequest {
  readonly options: SamplingOptions;
  /** Of the new token in its output: random numbers depend on it and the seed alone. */
  readonly index: number;
  /** What penalties count. */
  readonly prompt: readonly number[];
  readonly output: readonly number[];
  /** So many of the likeliest tokens are told with their log-probabilities, beside that of the token itself. Default: no log-probabilities. */
  readonly topLogprobs?: number;
  /** Bit t % 32 of word t / 32 is 1 where token t may be chosen. Default: all. */
  readonly allowed?: Uint32Array;
}

/** What one sequence computes in a step. */
export interface ScheduledSequence {
  readonly id: number;
  /** Computed now, at positions from `firstPosition` on. */
  readonly tokens: readonly number[];
  readonly firstPosition: number;
  /** Pages of all positions up to and with these, `pageSize` tokens each; page 0 is nobody's. */
  readonly pages: readonly number[];
  /** Present where the token after the last of `tokens` is wanted. */
  readonly sample?: SampleRequest;
  readonly adapter?: string;
}

/** A token that was asked for. Log-probabilities are natural, of the model's own logits, before penalties, bias, masks and temperature. */
export interface SampledToken {
  readonly id: number;
  readonly token: number;
  readonly logprob?: number;
  /** The likeliest first. */
  readonly top?: readonly (readonly [token: number, logprob: number])[];
}

/** A model that computes a step of many sequences, and keeps their keys and values in pages. */
export interface PagedDecoder {
  readonly pageSize: number;
  /** Page 0 with them, which is nobody's. */
  readonly numPages: number;
  readonly maxTokensPerStep: number;
  readonly maxSequences: number;
  readonly vocabSize: number;
  /** Tokens of the longest sequence. */
  readonly maxPositions: number;
  /** Computes all of them; a token for each that asks for one, in any order. The result for a sequence does not depend on the others. */
  step(sequences: readonly ScheduledSequence[]): Promise<readonly SampledToken[]>;
  /** What the next step finds in page `to` is what page `from` holds. Without it partly filled pages are not shared but computed anew. */
  copyPage?(from: number, to: number): void;
  close?(): Promise<void>;
}
