import { memoryChart, timeChart, timelineChart } from './charts.ts';
import { escapeHtml as text } from './escape.ts';
import { gigabytesText, type PlanReport, percentText, type ReportTable, type TimeKind, timeText } from './report.ts';

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5c6774; --page: #fbfaf7; --card: #fff; --rule: #e2dfd8; --good: #2e7d4f; --bad: #b3382c;
  --compute: #4a7fb5; --communication: #d08a3c; --bubble: #b9b4aa; --other: #8a79ab; --limit: #b3382c;
  --p0: #4a7fb5; --p1: #74a9cf; --p2: #8a79ab; --p3: #5fa37a; --p4: #d08a3c; --p5: #c9b458; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e4df; --dim: #9aa3ad; --page: #15181c; --card: #1d2126; --rule: #343a41; --good: #6cc08b; --bad: #ef8a7d;
  --compute: #5b93cc; --communication: #d6954c; --bubble: #6f6d68; --other: #9d8cc0; --limit: #ef8a7d;
  --p0: #5b93cc; --p1: #3f6f9b; --p2: #9d8cc0; --p3: #5fa37a; --p4: #d6954c; --p5: #a8964a; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1020px; margin: 0 auto; padding: 32px 24px 64px }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px } h2 { font-size: 17px; margin: 0 0 12px }
p { margin: 0 0 6px } .dim, .axis { color: var(--dim); fill: var(--dim) }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 18px 20px; margin-top: 18px }
.verdict { font-size: 18px; font-weight: 600 } .fits { color: var(--good) } .lacks { color: var(--bad) }
.scroll { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100% }
th { text-align: left; color: var(--dim); font-weight: 500; font-size: 13px } th, td { padding: 4px 14px 4px 0; border-bottom: 1px solid var(--rule); vertical-align: top }
tr:last-child td { border-bottom: 0 }
svg { width: 100%; height: auto; display: block; margin: 4px 0 10px; font: 13px system-ui, sans-serif } svg .small { font-size: 11px }
.time { border-radius: 5px } .time text { fill: #fff }
.compute rect { fill: var(--compute) } .communication rect { fill: var(--communication) } .bubble rect { fill: var(--bubble) } .other rect { fill: var(--other) }
.time g + g rect { stroke: var(--card) }
${[0, 1, 2, 3, 4, 5].map((i) => `.part${i} { fill: var(--p${i}) }`).join(' ')}
.limit { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 5 4 } .area { fill: var(--p3); fill-opacity: .55; stroke: var(--p3) }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--dim) } .key i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere }
@media print { body { background: none } section { break-inside: avoid } }
`;

const kinds: readonly (readonly [kind: TimeKind, name: string])[] = [
  ['compute', 'compute'],
  ['communication', 'exposed communication'],
  ['bubble', 'bubble'],
  ['other', 'other'],
];

const key = (entries: readonly (readonly [colour: string, name: string])[]): string =>
  `<div class="key">${entries.map(([colour, name]) => `<span><i style="background: var(--${colour})"></i>${text(name)}</span>`).join('')}</div>`;

const cells = (tag: 'td' | 'th', row: readonly string[]): string =>
  `<tr>${row.map((c) => `<${tag}>${text(c)}</${tag}>`).join('')}</tr>`;
const table = ({ header, rows }: Pick<ReportTable, 'header' | 'rows'>): string =>
  `<div class="scroll"><table><thead>${cells('th', header)}</thead><tbody>${rows.map((r) => cells('td', r)).join('')}</tbody></table></div>`;
const section = (title: string, ...parts: readonly string[]): string =>
  `<section><h2>${text(title.charAt(0).toUpperCase() + title.slice(1))}</h2>${parts.join('\n')}</section>`;

/** A report as one page that needs nothing from elsewhere; `command` is how it was made. */
export function reportPage(r: PlanReport, command?: string): string {
  const [verdict, ...more] = r.verdict;
  const total = r.time.reduce((n, p) => n + p.us, 0);
  const ofKind = (kind: TimeKind): number => r.time.reduce((n, p) => n + (p.kind === kind ? p.us : 0), 0);
  const body = [
    `<h1>${text(r.title)}</h1><p class="dim">${text(r.subject)}</p>`,
    `<section><p class="verdict ${r.fits ? 'fits' : 'lacks'}">${text(verdict)}</p>${more.map((l) => `<p>${text(l.trim())}</p>`).join('')}${
      r.bottleneck === undefined ? '' : `<p><b>Bottleneck:</b> ${text(r.bottleneck)}.</p>`
    }</section>`,
    r.time.length === 0
      ? ''
      : section(
          'where the time goes',
          timeChart(r.time),
          key(kinds.map(([k, name]) => [k, `${name} ${timeText(ofKind(k))}, ${percentText(ofKind(k) / total)}`])),
          table({
            header: ['part', 'time', 'share', 'kind'],
            rows: [
              ...r.time.map((p) => [p.name, timeText(p.us), percentText(p.us / total), p.kind]),
              ['all', timeText(total), percentText(1), ''],
            ],
          }),
        ),
    r.memory.length === 0
      ? ''
      : section(
          'memory of a device',
          memoryChart(r.memory, r.limitBytes),
          key(r.memory[0].parts.map((p, i) => [`p${i}`, p.name])),
          table({
            header: ['device', ...r.memory[0].parts.map((p) => p.name), 'peak', `of ${gigabytesText(r.limitBytes)}`],
            rows: r.memory.map((m) => [
              m.name,
              ...m.parts.map((p) => gigabytesText(p.bytes)),
              gigabytesText(m.peakBytes),
              percentText(m.peakBytes / r.limitBytes),
            ]),
          }),
        ),
    r.timeline
      ? section(
          'memory over time',
          timelineChart(r.timeline, r.limitBytes),
          `<p class="dim">${text(r.timeline.note)}</p>`,
        )
      : '',
    ...r.tables.map((t) => section(t.title, table(t))),
    r.sensitivities.length === 0
      ? ''
      : section(
          'what would make it faster',
          table({
            header: ['change', 'faster by'],
            rows: r.sensitivities.map((s) => [s.change, `${s.speedup.toFixed(2)}×`]),
          }),
        ),
    r.alternatives.length === 0
      ? ''
      : section(
          'the runners-up, and why they lose',
          table({
            header: ['plan', 'worse by', 'why'],
            rows: r.alternatives.map((a) => [a.plan, percentText(a.slower), a.why]),
          }),
        ),
    r.whatIfs ? section(r.whatIfs.title, table(r.whatIfs)) : '',
    section(
      'what was assumed',
      ...r.assumed.map((a) => `<p>${text(a)}</p>`),
      '<p class="dim">Everything here is predicted; nothing was run.</p>',
      command === undefined ? '' : `<p><code>${text(command)}</code></p>`,
    ),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(r.title)}</title><style>${style}</style></head>
<body><main>
${body.filter(Boolean).join('\n')}
</main></body></html>
`;
}
