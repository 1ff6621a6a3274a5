import type { AxisName, RunsEvent, RunText } from '../../src/dashboard/protocol.ts';
import { decodeSeries, type LoadedSeries } from './decode-series.ts';

/* What the page asks the server. */

export interface SeriesQuery {
  readonly key: string;
  readonly x: AxisName;
  readonly smooth: number;
  readonly points: number;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly runs: readonly string[];
}

/** Series by run. */
export async function loadSeries(q: SeriesQuery): Promise<Map<string, LoadedSeries>> {
  const query = new URLSearchParams({ key: q.key, x: q.x, smooth: String(q.smooth), points: String(q.points) });
  if (q.from !== undefined) query.set('from', String(q.from));
  if (q.to !== undefined) query.set('to', String(q.to));
  for (const run of q.runs) query.append('run', run);
  const response = await fetch(`/api/series?${query}`);
  if (!response.ok) throw new Error(`series: ${response.status}`);
  return decodeSeries(await response.arrayBuffer());
}

export async function loadTexts(run: string): Promise<readonly RunText[]> {
  const response = await fetch(`/api/texts?${new URLSearchParams({ run })}`);
  return response.ok ? ((await response.json()) as readonly RunText[]) : [];
}

/** Follows the runs; after a break the stream begins again with all of them. */
export function followRuns(onRuns: (event: RunsEvent) => void, onState: (isOpen: boolean) => void): void {
  const source = new EventSource('/api/events');
  source.addEventListener('open', () => onState(true));
  source.addEventListener('error', () => onState(false));
  source.addEventListener('runs', (event) => onRuns(JSON.parse((event as MessageEvent<string>).data) as RunsEvent));
}
