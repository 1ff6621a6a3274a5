import type { PartitionReport } from '../partition/index.ts';
import { formatBytes } from './progress.ts';

/** Collectives of a partitioned program as aligned text, largest first, with the source lines that caused them. */
export function reportTable(report: PartitionReport): string {
  const rows = tableOf(report);
  const total = report.collectives.reduce((n, c) => n + c.bytes, 0);
  const header = ['collective', 'axes', 'group', 'bytes per device', 'after', 'from'];
  const cells = rows.map((r) => [
    r.count > 1 ? `${r.count} × ${r.kind}` : r.kind,
    r.axes,
    String(r.groupSize),
    formatBytes(r.bytes),
    r.cause.replace('stablehlo.', ''),
    r.location,
  ]);
  const widths = header.map((h, i) => Math.max(h.length, ...cells.map((c) => c[i].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((c, i) => c.padEnd(widths[i]))
      .join('  ')
      .trimEnd();
  return [
    `${report.numDevices} devices; ${report.collectives.length} collectives, ${formatBytes(total)} per device and pass over the program text`,
    '(a collective inside a layer loop is listed once and runs once per layer)',
    '',
    line(header),
    ...cells.map(line),
    ...report.replicated.map((r) => `replicated: ${r.op}, ${r.reason}${r.location ? ` (${r.location})` : ''}`),
    '',
  ].join('\n');
}

interface Row {
  readonly kind: string;
  readonly axes: string;
  readonly groupSize: number;
  readonly cause: string;
  readonly location: string;
  readonly count: number;
  readonly bytes: number;
}

/** Equal collectives of one source line together, largest first. */
function tableOf(report: PartitionReport): Row[] {
  const rowByKey = new Map<string, Row>();
  for (const c of report.collectives) {
    const location = c.location ?? '';
    const key = [c.kind, c.axes, c.cause, location].join('|');
    const known = rowByKey.get(key);
    rowByKey.set(key, {
      ...c,
      location,
      count: (known?.count ?? 0) + 1,
      bytes: (known?.bytes ?? 0) + c.bytes,
    });
  }
  return [...rowByKey.values()].sort((a, b) => b.bytes - a.bytes);
}
