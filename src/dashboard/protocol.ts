/* What the server of the dashboard tells its page. */

/** By what runs are laid beside each other: steps, tokens seen so far, seconds of steps so far. */
export const axisNames = ['step', 'tokens', 'time'] as const;
export type AxisName = (typeof axisNames)[number];

/** A run as the list of runs has it; its series are asked for by key. */
export interface RunInfo {
  /** Its folder, as it was named. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Whether a process works in its folder. */
  readonly isLive: boolean;
  /** Lines of metrics read so far. */
  readonly count: number;
  /** What its lines have numbers of, in the order of their first appearance. */
  readonly keys: readonly string[];
  /** Newest number of each key. */
  readonly latest: Readonly<Record<string, number>>;
  /** Settings that it was started with. */
  readonly config: Readonly<Record<string, string>>;
  /** Whether it has a Chrome trace. */
  readonly hasTrace: boolean;
  /** Texts among its metrics. */
  readonly textCount: number;
}

/** A text that a run wrote into its metrics. */
export interface RunText {
  readonly step: number;
  readonly key: string;
  readonly text: string;
}

/** An event of the stream: runs that are new or changed, and those that are gone. */
export interface RunsEvent {
  readonly runs: readonly RunInfo[];
  readonly gone: readonly string[];
}

/** One entry of the header of an answer with series; their numbers follow it. */
export interface SeriesHeader {
  readonly id: string;
  readonly count: number;
}
