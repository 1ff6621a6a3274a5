import type { SampledToken, ScheduledSequence } from '../models/index.ts';

/** What the server asks of a model, which `LoadedModel.paged()` gives: a step of many sequences, whose keys and values it keeps in pages. */
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
