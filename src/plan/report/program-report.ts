import type { Alternative } from '../search/strategies/alternatives.ts';
import type { IntraOpPlan } from '../search/strategies/intra-op.ts';
import { bytesPerDevice, cutText } from '../search/strategies/plan-json.ts';
import { programTimeParts } from '../search/strategies/time-parts.ts';
import {
  bottleneckOf,
  type DeviceBar,
  gigabytesText,
  type MemoryTimeline,
  type PlanReport,
  percentText,
  type ReportTable,
  timeText,
  whySlower,
} from './report.ts';

/** How the runner-up differs, and the part in which it loses. */
export function alternativeOf(
  plan: IntraOpPlan,
  { argument, plan: other }: Alternative,
): PlanReport['alternatives'][number] {
  const { name, strategies } = plan.graph.nodes[argument];
  const cut = cutText(strategies[other.solution.choice[argument]].results[0], plan.graph.mesh);
  return {
    plan: `${name} ${cut}`,
    slower: other.solution.objective / plan.solution.objective - 1,
    why: whySlower(programTimeParts(plan), programTimeParts(other)),
  };
}

/** Arguments by their bytes on a device, the largest first. */
export function argumentTable({ graph, solution }: IntraOpPlan, most: number): ReportTable {
  const rows = graph.nodes.flatMap(({ kind, name, values, strategies }, i) => {
    if (kind !== 'argument' || values[0].type.kind !== 'tensor') return [];
    const [layout] = strategies[solution.choice[i]].results;
    const { dtype, shape } = values[0].type;
    const bytes = bytesPerDevice(values[0], layout, graph.mesh);
    return [
      {
        bytes,
        row: [name, `${dtype}[${shape.join(', ')}]`, cutText(layout, graph.mesh), gigabytesText(bytes)],
      },
    ];
  });
  return {
    title: `shardings of the ${Math.min(most, rows.length)} largest arguments`,
    header: ['argument', 'type', 'cut', 'on a device'],
    rows: rows
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, most)
      .map(({ row }) => row),
  };
}

interface Alive {
  readonly points: readonly (readonly [time: number, bytes: number])[];
  readonly bar: DeviceBar;
}

/** What is alive while the program runs, on one device. */
function memoryOf({ graph, solution }: IntraOpPlan): Alive {
  const parts = ['arguments', 'values', 'results'] as const;
  const partOf = { argument: 0, op: 1, flow: 1, result: 2 };
  const changes = new Map<number, number[]>();
  const change = (at: number, part: number, bytes: number): void => {
    const known = changes.get(at) ?? [0, 0, 0];
    known[part] += bytes;
    changes.set(at, known);
  };
  graph.problem.nodes.forEach(({ memory }, i) => {
    for (const m of memory) {
      const [bytes, part] = [m.usages[solution.choice[i]], partOf[graph.nodes[i].kind]];
      change(m.start, part, bytes);
      change(m.end, part, -bytes);
    }
  });
  const alive = [0, 0, 0];
  const points: [number, number][] = [];
  let [peak, atPeak, before] = [0, [0, 0, 0], 0];
  for (const [time, by] of [...changes].sort((a, b) => a[0] - b[0])) {
    by.forEach((bytes, part) => {
      alive[part] += bytes;
    });
    const now = alive.reduce((a, b) => a + b, 0);
    points.push([time, before], [time, now]);
    before = now;
    if (now > peak) [peak, atPeak] = [now, [...alive]];
  }
  return {
    points,
    bar: { name: 'every device', parts: parts.map((name, i) => ({ name, bytes: atPeak[i] })), peakBytes: peak },
  };
}

/** Alive while the program runs; ops are taken to last alike. */
function timelineOf({ points, bar }: Alive, stepUs: number): MemoryTimeline {
  const last = points[points.length - 1]?.[0] || 1;
  return {
    note: 'ops in the order of the program, each taken to last as long as the others',
    endUs: stepUs,
    devices: [{ name: bar.name, points: points.map(([at, bytes]) => [(stepUs * at) / last, bytes] as const) }],
  };
}

/** The report of a program whose ops have shardings. */
export function programReport(
  plan: IntraOpPlan,
  second: Alternative | undefined,
  o: { readonly name: string; readonly mesh: string; readonly cluster: string; readonly limitBytes: number },
): PlanReport {
  const { graph, solution, computeCost, communicationCost, collectives } = plan;
  const stepUs = (computeCost + communicationCost) * 1e6;
  const time = programTimeParts(plan);
  const alive = memoryOf(plan);
  return {
    title: `${o.name} on ${o.mesh}`,
    subject: `${graph.nodes.length} choices, ${graph.uses.length} values passed on, on ${o.cluster}`,
    fits: true,
    verdict: [
      `fits: ${timeText(stepUs)} a step`,
      `  ${timeText(computeCost * 1e6)} computing, ${timeText(communicationCost * 1e6)} in collectives, none hidden behind the other`,
      `  no plan of this model costs ${percentText(solution.gap)} less${plan.numClasses === undefined ? '' : ', if repeated layers are cut alike'} (${solution.method})`,
    ],
    time,
    memory: [alive.bar],
    limitBytes: o.limitBytes,
    timeline: timelineOf(alive, stepUs),
    tables: [
      argumentTable(plan, 24),
      {
        title: `the ${Math.min(24, collectives.length)} longest collectives`,
        header: ['collective', 'axes', 'times', 'bytes on a device', 'for', 'time'],
        rows: [...collectives]
          .sort((a, b) => b.cost - a.cost)
          .slice(0, 24)
          .map((c) => [
            c.kind,
            c.axes.map((a) => graph.mesh.axes[a].name).join(', '),
            `${c.rounds}`,
            gigabytesText(c.bytesPerDevice),
            c.cause,
            timeText(c.cost * 1e6),
          ]),
      },
    ],
    bottleneck: bottleneckOf(time),
    sensitivities: [
      { change: 'computing twice as fast', speedup: 1 / (1 - computeCost / (2 * (computeCost + communicationCost))) },
      {
        change: 'collectives twice as fast',
        speedup: 1 / (1 - communicationCost / (2 * (computeCost + communicationCost))),
      },
    ].sort((a, b) => b.speedup - a.speedup),
    alternatives: second ? [alternativeOf(plan, second)] : [],
    assumed: [
      'assumed: every op takes the longer of its operations at the rate of the chip and its bytes at the rate of memory; nothing runs beside anything else. Memory is that of values that are not computed where they are read; the runner-up has one of the three largest arguments cut otherwise.',
      'Not modelled: other jobs, reading of data, memory in pieces, dimensions that do not divide.',
    ],
  };
}
