import type { ScheduledSequence, StepResult } from '../models/index.ts';

/** What the server asks of a model, which `LoadedModel.paged()` gives: a step of many sequences, whose keys and values it keeps in pages. */
export interface PagedDecoder {
  readonly pageSize: number;
  /** Page 0 with them, which is nobody's. */
  readonly numPages: number;
  readonly maxTokensPerStep: number;
  readonly maxSequences: number;
  /** Tokens of one sequence in a step that asks for their scores. Default: as others. */
  readonly maxScoredTokens?: number;
  /** Guesses of one sequence that a step checks. Default: none. */
  readonly maxDrafts?: number;
  readonly vocabSize: number;
  /** Tokens of the longest sequence. */
  readonly maxPositions: number;
  /** Computes all of them; a result for each that asks for a token or for scores, in any order. The result for a sequence does not depend on the others. */
  step(sequences: readonly ScheduledSequence[]): Promise<readonly StepResult[]>;
  /** What the next step finds in page `to` is what page `from` holds. Without it partly filled pages are not shared but computed anew. */
  copyPage?(from: number, to: number): void;
  /** Compiles one program that is likely to be needed soon; false: there is none. Steps may be asked for meanwhile. */
  compileAhead?(): Promise<boolean>;
  /** Resolves where it has ended by itself, so that another one can take its place before a step needs it. */
  readonly lost?: Promise<unknown>;
  /** Ends it in the middle of a step, which then fails: nobody believes any more that it comes to an end. */
  abandon?(): void;
  close?(): Promise<void>;
}
