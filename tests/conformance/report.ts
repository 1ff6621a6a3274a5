/*
 * What a conformance suite reports: one outcome per case, a table per group on the terminal, a JSON document.
 */

/** `failed` and `skipped` carry their reason. */
export interface Outcome {
  readonly file: string;
  /** Number of the case in a file split at `// -----`, and its function or op. */
  readonly case: string;
  readonly group: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly reason?: string;
}

export interface Tally {
  total: number;
  passed: number;
  failed: number;
  skipped: number;
}

export interface SuiteReport extends Tally {
  readonly suite: string;
  readonly groups: Readonly<Record<string, Tally>>;
  readonly failures: readonly { readonly file: string; readonly case: string; readonly reason: string }[];
  readonly skips: readonly { readonly file: string; readonly case: string; readonly reason: string }[];
}

const nothing = (): Tally => ({ total: 0, passed: 0, failed: 0, skipped: 0 });

/** Adds outcomes up by group. */
export function reportOf(suite: string, outcomes: readonly Outcome[]): SuiteReport {
  const all = nothing();
  const groups: Record<string, Tally> = {};
  for (const o of outcomes) {
    groups[o.group] ??= nothing();
    for (const tally of [all, groups[o.group]]) {
      tally.total++;
      tally[o.status]++;
    }
  }
  const listed = (status: Outcome['status']): SuiteReport['failures'] =>
    outcomes.filter((o) => o.status === status).map((o) => ({ file: o.file, case: o.case, reason: o.reason ?? '' }));
  return { suite, ...all, groups, failures: listed('failed'), skips: listed('skipped') };
}

/** The table on the terminal: a line per group, then every failure and the reasons of skips. */
export function printReport(report: SuiteReport, print: (line: string) => void = console.log): void {
  const names = Object.keys(report.groups).sort();
  const width = Math.max(5, ...names.map((n) => n.length));
  const line = (name: string, t: Tally): string =>
    `${name.padEnd(width)} ${[t.total, t.passed, t.failed, t.skipped].map((n) => String(n).padStart(7)).join(' ')}`;
  print(`${'group'.padEnd(width)}   total  passed  failed skipped`);
  for (const name of names) print(line(name, report.groups[name]));
  print(line(report.suite, report));
  for (const f of report.failures) print(`FAIL ${f.case === '' ? f.file : `${f.file} ${f.case}`}: ${f.reason}`);
  const reasons = new Map<string, number>();
  for (const s of report.skips) reasons.set(s.reason, (reasons.get(s.reason) ?? 0) + 1);
  for (const [reason, n] of reasons) print(`skip ${n} × ${reason}`);
}
