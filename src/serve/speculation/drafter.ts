import type { ScheduledSequence, StepResult } from '../../models/index.ts';
import type { DraftRequest, Proposal } from '../scheduler/index.ts';

/** Guesses how sequences go on. Wrong guesses cost time, never tokens. */
export interface Drafter {
  /** Where its guesses come from, if making them takes time that has to pay; undefined: it takes none. */
  readonly source?: string | undefined;
  /** At most `most` tokens behind each sequence, for as many of them as it has guesses of. */
  draft(requests: readonly DraftRequest[]): readonly Proposal[] | Promise<readonly Proposal[]>;
  /** What a step has made, for those who guess from it. */
  observe?(sequences: readonly ScheduledSequence[], results: readonly StepResult[]): void;
  close?(): Promise<void>;
}
