import type { DraftCounts } from './draft-gain.ts';
import type { PolicyOptions } from './policies.ts';
import type { StepCost } from './step-costs.ts';

export interface SchedulerLimits {
  readonly pageSize: number;
  /** Page 0 with them, which is nobody's. */
  readonly numPages: number;
  readonly maxTokensPerStep: number;
  /** Sequences of a step. */
  readonly maxSequences: number;
  /** Tokens of one sequence in a step that scores them. Default: `maxTokensPerStep`. */
  readonly maxScoredTokens?: number | undefined;
  /** Guesses of one sequence that a step checks. Default: none. */
  readonly maxDrafts?: number | undefined;
  readonly maxPositions: number;
  /** Whether the decoder copies pages. */
  readonly canCopyPages: boolean;
}

export interface SchedulerOptions {
  readonly policy?: PolicyOptions;
  /** A step with sequences that write takes about so long; prompts are cut accordingly. Default 150 ms. */
  readonly targetStepMs?: number;
  /** What steps cost before any was measured. Default 20 ms and 1 ms a token. */
  readonly stepCost?: StepCost;
  /** Calls that have not begun, at most. Default 256. */
  readonly maxQueued?: number;
  /** Of one key. Default: `maxQueued`. */
  readonly maxQueuedPerKey?: number;
  /** Work before a new call that would take longer than this is too much. Default 60 s. */
  readonly maxQueueMs?: number;
  /** Priorities that clients state count between keys, too. Default: they do not count. */
  readonly trustsPriorities?: boolean;
  /** A call that has waited so many times as long as it was served comes first again. Default 8. */
  readonly starvationRatio?: number;
  /** So long pages of a program are held behind its last call. Default 10 s. */
  readonly holdMs?: number;
  /** Without a call for so long a program has ended. Default 60 s. */
  readonly programIdleMs?: number;
  /** Guesses of what comes next are checked in steps. Default: none are. */
  readonly speculation?: SpeculationOptions;
}

export interface SpeculationOptions {
  /** Guesses of one sequence in a step, at most; default: as many as the decoder checks. */
  readonly maxDrafts?: number;
  /** As many as pay, by what steps were measured to cost and guesses to be right; false: all. Default true. */
  readonly adapts?: boolean;
}

export interface SchedulerState {
  readonly numRunning: number;
  readonly numWaiting: number;
  readonly numUsedPages: number;
  readonly numPages: number;
  readonly numPreemptions: number;
  /** Tokens of prompts that were looked up among pages, and found. */
  readonly numQueried: number;
  readonly numHit: number;
  readonly stepCost: StepCost;
  readonly numPrograms: number;
  /** Guesses of what comes next, since the beginning. */
  readonly drafts: DraftCounts;
}
