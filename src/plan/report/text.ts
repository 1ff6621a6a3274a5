import { textTable } from '../../base/index.ts';
import { gigabytesText, type PlanReport, percentText, type ReportTable, timeText } from './report.ts';

/** A table below its title. */
export const textOfTable = (t: ReportTable): string => `${t.title}:\n${textTable(t.header, t.rows)}`;

/** A report for the terminal. */
export function reportText(r: PlanReport): string {
  const total = r.time.reduce((n, p) => n + p.us, 0);
  const named = r.memory[0]?.parts.map((p) => p.name) ?? [];
  const shown = r.memory.length > 4 ? [r.memory[0], r.memory[1], r.memory[r.memory.length - 1]] : r.memory;
  const blocks: (readonly string[])[] = [
    [r.subject, ...r.verdict],
    r.time.length === 0
      ? []
      : [
          textTable(
            ['time', 'of a step', 'share', 'kind'],
            r.time.map((p) => [p.name, timeText(p.us), percentText(p.us / total), p.kind]),
          ),
        ],
    r.memory.length === 0
      ? []
      : [
          textTable(
            ['memory', ...named, 'peak', `of ${gigabytesText(r.limitBytes)}`],
            shown.map((m) => [
              m.name,
              ...m.parts.map((p) => gigabytesText(p.bytes)),
              gigabytesText(m.peakBytes),
              percentText(m.peakBytes / r.limitBytes),
            ]),
          ),
        ],
    ...r.tables.map((t) => [textOfTable(t)]),
    r.bottleneck === undefined ? [] : [`bottleneck: ${r.bottleneck}`],
    r.sensitivities.length === 0
      ? []
      : ['what would make it faster:', ...r.sensitivities.map((s) => `  ${s.change}: ${s.speedup.toFixed(2)}×`)],
    r.alternatives.length === 0
      ? []
      : ['other layouts:', ...r.alternatives.map((a) => `  +${percentText(a.slower)}  ${a.plan}: ${a.why}`)],
    r.whatIfs ? [textOfTable(r.whatIfs)] : [],
    r.assumed,
  ];
  return blocks
    .filter((b) => b.length > 0)
    .map((b) => b.join('\n'))
    .join('\n\n');
}
