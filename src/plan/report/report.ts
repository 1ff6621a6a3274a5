/*
 * What is said of a plan, as data: the terminal and the page print the same report. Every number in it is a prediction.
 */

/** What a device does in a part of its time. */
export type TimeKind = 'compute' | 'communication' | 'bubble' | 'other';

export interface TimePart {
  readonly name: string;
  /** Communication is what is waited for: what runs beside computation is in no part. */
  readonly kind: TimeKind;
  readonly us: number;
}

/** Memory of one device, or of all that are alike. */
export interface DeviceBar {
  readonly name: string;
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  readonly peakBytes: number;
}

/** Memory of devices over time. */
export interface MemoryTimeline {
  readonly note: string;
  readonly endUs: number;
  readonly devices: readonly {
    readonly name: string;
    /** At a time, in order; a step is two points at one time. */
    readonly points: readonly (readonly [us: number, bytes: number])[];
  }[];
}

export interface ReportTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface PlanReport {
  readonly title: string;
  /** Sizes of the program, and where it runs. */
  readonly subject: string;
  readonly fits: boolean;
  /** The first line is the verdict, then the layout, then what a whole run takes. */
  readonly verdict: readonly string[];
  /** Parts that sum to one step. */
  readonly time: readonly TimePart[];
  readonly memory: readonly DeviceBar[];
  readonly limitBytes: number;
  readonly timeline?: MemoryTimeline;
  /** Stages, shardings, collectives, frontiers. */
  readonly tables: readonly ReportTable[];
  readonly bottleneck?: string;
  readonly sensitivities: readonly { readonly change: string; readonly speedup: number }[];
  /** The next best, and the part in which each loses. */
  readonly alternatives: readonly { readonly plan: string; readonly slower: number; readonly why: string }[];
  readonly whatIfs?: ReportTable;
  readonly assumed: readonly string[];
}

/** Decimal bytes, in GB but where that would say nothing. */
export const gigabytesText = (bytes: number): string =>
  bytes > 0 && bytes < 1e8 ? `${(bytes / 1e6).toPrecision(3)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
export const percentText = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A time with a unit that suits it. */
export function timeText(us: number): string {
  if (us >= 1e6) return `${(us / 1e6).toFixed(2)} s`;
  return us >= 100 ? `${(us / 1e3).toFixed(us < 1e4 ? 2 : 1)} ms` : us === 0 ? '0 ms' : `${us.toPrecision(3)} µs`;
}

/** What takes most of the time, in a sentence. */
export function bottleneckOf(time: readonly TimePart[]): string {
  const total = time.reduce((n, p) => n + p.us, 0);
  const most = time.reduce((a, b) => (b.us > a.us ? b : a));
  const share = (kind: TimeKind): number => time.reduce((n, p) => n + (p.kind === kind ? p.us : 0), 0) / total;
  const kinds = (['compute', 'communication', 'bubble', 'other'] as const).filter((k) => share(k) > 0);
  return `${most.name} take${most.name.endsWith('s') ? '' : 's'} ${percentText(most.us / total)} of a step (${kinds.map((k) => `${k} ${percentText(share(k))}`).join(', ')})`;
}

/** The part that grew most from one plan to another. */
export function whySlower(best: readonly TimePart[], other: readonly TimePart[]): string {
  const was = new Map(best.map((p) => [p.name, p.us]));
  const [name, more] = other
    .map((p) => [p.name, p.us - (was.get(p.name) ?? 0)] as const)
    .reduce((a, b) => (b[1] > a[1] ? b : a));
  return `${name} +${timeText(more)}`;
}
