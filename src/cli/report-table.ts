import type { PartitionReport } from '../partition/index.ts';
import { formatBytes } from './progress.ts';

/** Collectives of a partitioned program as aligned text, largest first, with the source lines that caused them. */
export function reportTable(report: PartitionReport): string {
  const rows = tableOf(report);
  const total = report.collectives.reduce((n, c) => n + c.bytes * (c.executions ?? 1), 0);
  const runs = report.collectives.reduce((n, c) => n + (c.executions ?? 1), 0);
  const isOpen = report.collectives.some((c) => c.executions === undefined);
  const header = ['collective', 'axes', 'group', 'bytes per device', 'after', 'from'];
  const cells = rows.map((r) => [
    `${r.count > 1 ? `${r.count} × ` : ''}${r.kind}${r.isOpen ? ' *' : ''}`,
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
    `${report.numDevices} devices; ${runs} collectives, ${formatBytes(total)} per device and run${isOpen ? ' (* at least: the number of steps is known only at run time)' : ''}`,
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
  readonly isOpen: boolean;
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
      count: (known?.count ?? 0) + (c.executions ?? 1),
      isOpen: known?.isOpen === true || c.executions === undefined,
      bytes: (known?.bytes ?? 0) + c.bytes * (c.executions ?? 1),
    });
  }
  return [...rowByKey.values()].sort((a, b) => b.bytes - a.bytes);
}
