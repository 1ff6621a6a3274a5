import { UserError } from '../../base/index.ts';
import {
  gigabytesText,
  type PlanReport,
  percentText,
  type ReportTable,
  type TimePart,
  timeText,
} from '../report/report.ts';
import type { PlanFile } from './read.ts';

/** A plan with the name by which a comparison calls it. */
export interface NamedPlan {
  readonly name: string;
  readonly plan: PlanFile;
}

interface Predicted {
  readonly stepS?: number;
  readonly passesS?: number;
  readonly peakBytesPerDevice?: number;
  readonly parts?: readonly TimePart[];
}

const predictedOf = ({
  name,
  plan,
}: NamedPlan): { readonly stepUs: number; readonly peakBytes: number; readonly parts: readonly TimePart[] } => {
  const p = (plan.predicted ?? {}) as Predicted;
  const stepS = p.stepS ?? p.passesS;
  if (typeof stepS !== 'number' || !Number.isFinite(stepS) || !Array.isArray(p.parts))
    throw new UserError('plan/compare', `${name} predicts nothing that could be compared`, {
      advice: 'make it anew with this version: `espalier plan … --output` or `espalier estimate … --output`',
    });
  return { stepUs: stepS * 1e6, peakBytes: p.peakBytesPerDevice ?? 0, parts: p.parts };
};

const meshText = ({ mesh }: PlanFile): string =>
  Object.entries(mesh)
    .map(([n, s]) => `${n}=${s}`)
    .join(',');
const clusterOf = ({ inputs }: PlanFile): string =>
  String((inputs as { readonly cluster?: { readonly name?: string } } | undefined)?.cluster?.name ?? 'unknown');
const pipelineText = ({ pipeline: p }: PlanFile): string =>
  p ? `${p.schedule}, ${p.microBatches} micro-batches, layers ${p.layers.join('+')}` : 'none';

/** Two plans side by side: what differs, and in which part of the time one of them wins. Throws `plan/compare` for a plan without predictions. */
export function comparePlans(a: NamedPlan, b: NamedPlan): PlanReport {
  const [pa, pb] = [predictedOf(a), predictedOf(b)];
  const [fast, slow] = pa.stepUs <= pb.stepUs ? [a, b] : [b, a];
  const [pf, ps] = pa.stepUs <= pb.stepUs ? [pa, pb] : [pb, pa];
  const names = [...new Set([...pa.parts, ...pb.parts].map((p) => p.name))];
  const of = (parts: readonly TimePart[], name: string): number => parts.find((p) => p.name === name)?.us ?? 0;
  const gains = names
    .map((name) => ({ name, us: of(ps.parts, name) - of(pf.parts, name) }))
    .filter((g) => g.us !== 0)
    .sort((x, y) => y.us - x.us);
  const listed = (list: typeof gains): string => list.map((g) => `${g.name} ${timeText(Math.abs(g.us))}`).join(', ');
  const why = [
    ...(gains.some((g) => g.us > 0) ? [`it saves ${listed(gains.filter((g) => g.us > 0).slice(0, 3))}`] : []),
    ...(gains.some((g) => g.us < 0)
      ? [
          `it pays ${listed(
            gains
              .filter((g) => g.us < 0)
              .reverse()
              .slice(0, 3),
          )}`,
        ]
      : []),
  ].join('; ');
  const isSame = pf.stepUs === ps.stepUs;
  const facts: [string, string, string][] = [
    ['program', a.plan.program, b.plan.program],
    ['mesh', meshText(a.plan), meshText(b.plan)],
    ['cluster', clusterOf(a.plan), clusterOf(b.plan)],
    ['layout', a.plan.layout ?? '', b.plan.layout ?? ''],
    ['pipeline', pipelineText(a.plan), pipelineText(b.plan)],
  ];
  const unlike = facts
    .filter(([what, x, y]) => x !== y && (what === 'program' || what === 'cluster'))
    .map(([what]) => what);
  const difference = (x: number, y: number): string =>
    x === y ? 'the same' : `${y > x ? '+' : '−'}${timeText(Math.abs(y - x))}`;
  return {
    title: `${a.name} beside ${b.name}`,
    subject: `${a.plan.program} on ${meshText(a.plan)} beside ${b.plan.program} on ${meshText(b.plan)}`,
    fits: true,
    verdict: [
      isSame
        ? `both take ${timeText(pf.stepUs)} a step`
        : `${fast.name} is ${(ps.stepUs / pf.stepUs).toFixed(3)} times as fast as ${slow.name}: ${why}`,
      pa.peakBytes === pb.peakBytes
        ? `both need ${gigabytesText(pa.peakBytes)} a device`
        : `  ${pa.peakBytes < pb.peakBytes ? a.name : b.name} needs ${percentText(1 - Math.min(pa.peakBytes, pb.peakBytes) / Math.max(pa.peakBytes, pb.peakBytes))} less memory`,
      ...(unlike.length > 0
        ? [`  they are not for the same ${unlike.join(' and ')}: the difference is not the plan's alone`]
        : []),
    ],
    time: [],
    memory: [],
    limitBytes: 0,
    tables: [
      {
        title: 'side by side',
        header: ['', a.name, b.name, 'difference'],
        rows: [
          ...facts
            .filter(([, x, y]) => x !== '' || y !== '')
            .map(([what, x, y]) => [what, x, y, x === y ? 'the same' : '']),
          ...[
            ...names.map((n): [string, number, number] => [n, of(pa.parts, n), of(pb.parts, n)]),
            ['step', pa.stepUs, pb.stepUs] as [string, number, number],
          ].map(([n, x, y]) => [n, timeText(x), timeText(y), difference(x, y)]),
          [
            'memory a device',
            gigabytesText(pa.peakBytes),
            gigabytesText(pb.peakBytes),
            percentText(pb.peakBytes / pa.peakBytes - 1),
          ],
        ],
      },
      ...cutDifferences(a, b),
    ],
    sensitivities: [],
    alternatives: [],
    assumed: ['Times and bytes are those that the plans predict of themselves.'],
  };
}

/** Arguments that the two cut otherwise. */
function cutDifferences(a: NamedPlan, b: NamedPlan): ReportTable[] {
  const cutOf = (axes: readonly (readonly string[])[]): string =>
    axes.every((d) => d.length === 0) ? 'whole' : `[${axes.map((d) => d.join('+') || '–').join(', ')}]`;
  const others = new Map((b.plan.arguments ?? []).map((x) => [x.name, cutOf(x.axes)]));
  const rows = (a.plan.arguments ?? []).flatMap((x) => {
    const [own, other] = [cutOf(x.axes), others.get(x.name) ?? 'not there'];
    return own === other ? [] : [[x.name, own, other]];
  });
  return rows.length === 0
    ? []
    : [{ title: 'arguments that are cut otherwise', header: ['argument', a.name, b.name], rows }];
}
