/** One collective of the per-device program. */
export interface CollectiveRecord {
  readonly kind: 'all_reduce' | 'all_gather' | 'reduce_scatter' | 'all_to_all' | 'collective_permute';
  /** Mesh axes it works along: `{"model"}`. */
  readonly axes: string;
  /** Devices that take part together. */
  readonly groupSize: number;
  /** Bytes of the tensor on one device (for all_gather after, for the others before the collective). */
  readonly bytes: number;
  /** How often a run of the program does it; undefined inside a loop whose number of steps is known only at run time. */
  readonly executions: number | undefined;
  /** Op whose result it moves, and where that came from. */
  readonly cause: string;
  readonly location: string | undefined;
}

/** What the partitioner did. */
export interface PartitionReport {
  readonly numDevices: number;
  readonly collectives: readonly CollectiveRecord[];
  /** Ops that had to be replicated on some dimension because they cannot be cut there, and why. */
  readonly replicated: readonly {
    readonly op: string;
    readonly reason: string;
    readonly location: string | undefined;
  }[];
}

/** The report as lines of text: totals first, then one line per kind of collective. */
export function reportText(report: PartitionReport): string {
  const groups = new Map<string, { count: number; bytes: number }>();
  for (const c of report.collectives) {
    const key = `${c.kind} ${c.axes} after ${c.cause}`;
    const g = groups.get(key) ?? { count: 0, bytes: 0 };
    groups.set(key, { count: g.count + 1, bytes: g.bytes + c.bytes });
  }
  const lines = [...groups]
    .sort((a, b) => b[1].bytes - a[1].bytes)
    .map(([key, g]) => `  ${String(g.count).padStart(4)} × ${key}: ${g.bytes.toLocaleString('en')} bytes`);
  const total = report.collectives.reduce((n, c) => n + c.bytes, 0);
  return [
    `${report.numDevices} devices, ${report.collectives.length} collectives, ${total.toLocaleString('en')} bytes per device`,
    ...lines,
    ...report.replicated.map((r) => `  replicated: ${r.op} (${r.reason})${r.location ? ` at ${r.location}` : ''}`),
  ].join('\n');
}
