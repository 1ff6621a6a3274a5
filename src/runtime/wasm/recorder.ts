import type { ProfilePoint } from '../../compile/index.ts';
import type { KernelEvent } from '../engine.ts';

/** One run of one kernel, as threads report it. */
export interface RecordedEvent {
  /** Number of the profile point. */
  readonly point: number;
  readonly startMs: number;
  readonly endMs: number;
}

const mostEvents = 1 << 17;

/** Milliseconds on a clock that threads have in common; workerSource has the same. */
export const timeMs = (): number => performance.timeOrigin + performance.now();

/** What a profiled program records. */
export class Recorder {
  private readonly points: readonly ProfilePoint[];
  private events: KernelEvent[] = [];

  constructor(points: readonly ProfilePoint[]) {
    this.points = points;
  }
  add(device: number, { point, startMs, endMs }: RecordedEvent): void {
    if (this.events.length < mostEvents)
      this.events.push({
        point: this.points[point],
        device,
        startUs: startMs * 1000,
        timeUs: (endMs - startMs) * 1000,
      });
  }
  /** What was recorded since the last call. */
  take(): KernelEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}
