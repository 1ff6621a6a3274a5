import {
  type PassTimes,
  type Schedule,
  type ScheduleName,
  type ScheduleSizes,
  type StageTask,
  type Step,
  task,
} from './schedule.ts';

/*
 * Zero-bubble schedules (Qi et al. 2023): gradients of weights fill the gaps. The order of H1 is a rule; H2 and V are found by list
 * scheduling, as the authors do: eight sets of preferences are tried, and the one with the shortest longest span of a device wins.
 */

interface Preferences {
  /** Wait for the first backward pass rather than run a further forward pass ahead of it. */
  readonly waitsForFirst: boolean;
  /** Backward passes before forward ones. */
  readonly backwardFirst: boolean;
  /** Gradients of weights as soon as nothing else is ready, even if that delays what comes at once. */
  readonly eagerWeights: boolean;
}

/** Where stages lie: in a row, or out and back. */
const placements = {
  row: (p: number) => ({ numStages: p, deviceOf: (s: number) => s }),
  vee: (p: number) => ({ numStages: 2 * p, deviceOf: (s: number) => (s < p ? s : 2 * p - 1 - s) }),
};

/** Activations of whole devices that one may hold. */
const limits: Readonly<Record<'zb-h2' | 'zb-v', (p: number) => number>> = {
  'zb-h2': (p) => 2 * p - 1,
  'zb-v': (p) => p,
};

export function zeroBubble(name: 'zb-h1' | 'zb-h2' | 'zb-v', sizes: ScheduleSizes, times: PassTimes): Schedule {
  const place = name === 'zb-v' ? 'vee' : 'row';
  // The authors' own order needs no search.
  if (name === 'zb-h1') return { ...sizes, name, numStages: sizes.stages, devices: handmade(sizes) };
  let best: { spanUs: number; devices: Step[][] } | undefined;
  for (const waitsForFirst of [true, false])
    for (const backwardFirst of [true, false])
      for (const eagerWeights of [true, false]) {
        const found = listSchedule(sizes, times, place, limits[name](sizes.stages), {
          waitsForFirst,
          backwardFirst,
          eagerWeights,
        });
        if (found && (!best || found.spanUs < best.spanUs)) best = found;
      }
  if (!best) throw new Error('list scheduling found no order');
  const { numStages } = placements[place](sizes.stages);
  return {
    ...sizes,
    ...(place === 'vee' ? { chunks: 2 } : {}),
    name: name as ScheduleName,
    numStages,
    devices: best.devices,
  };
}

/** 1F1B whose gradients of weights come as many micro-batches later as there are stages before: all devices hold alike. */
function handmade({ stages: p, microBatches: m }: ScheduleSizes): Step[][] {
  return Array.from({ length: p }, (_, i) => {
    const steps: Step[] = [];
    const warmUp = Math.min(p - 1 - i, m);
    let [backwards, weights] = [0, 0];
    const add = (kind: 'F' | 'I' | 'W', k: number): number => steps.push([task(kind, i, k)]);
    for (let k = 0; k < warmUp; k++) add('F', k);
    for (let k = warmUp; k < m; k++) {
      add('F', k);
      add('I', backwards++);
      if (backwards - weights > i) add('W', weights++);
    }
    while (backwards < m) {
      add('I', backwards++);
      add('W', weights++);
    }
    while (weights < m) add('W', weights++);
    return steps;
  });
}

interface State {
  readonly steps: Step[];
  readonly ready: {
    readonly forwards: { at: number; t: StageTask }[];
    readonly backwards: { at: number; t: StageTask }[];
    readonly weights: StageTask[];
  };
  freeAt: number;
  firstAt: number | undefined;
  held: number;
  hadBackward: boolean;
}

function listSchedule(
  { stages: p, microBatches: m }: ScheduleSizes,
  times: PassTimes,
  place: keyof typeof placements,
  limit: number,
  o: Preferences,
): { spanUs: number; devices: Step[][] } | undefined {
  const { numStages, deviceOf } = placements[place](p);
  const perDevice = numStages / p;
  const us = {
    F: times.forwardUs / perDevice,
    I: times.inputGradientUs / perDevice,
    W: times.weightGradientUs / perDevice,
    B: 0,
  };
  const share = 1 / perDevice;
  const devices = Array.from(
    { length: p },
    (): State => ({
      steps: [],
      ready: { forwards: [], backwards: [], weights: [] },
      freeAt: 0,
      firstAt: undefined,
      held: 0,
      hadBackward: false,
    }),
  );
  for (let k = 0; k < m; k++) devices[deviceOf(0)].ready.forwards.push({ at: 0, t: task('F', 0, k) });
  let left = 3 * numStages * m;
  const take = <T extends { at: number }>(list: T[], now: number): T | undefined =>
    list.filter((r) => r.at <= now).sort((a, b) => a.at - b.at)[0];
  const start = (d: State, t: StageTask, now: number): void => {
    const end = now + us[t.kind];
    d.steps.push([t]);
    d.firstAt ??= now;
    d.freeAt = end;
    left--;
    if (t.kind === 'F') {
      d.held += share;
      const isLast = t.stage === numStages - 1;
      const next = devices[deviceOf(isLast ? t.stage : t.stage + 1)].ready;
      if (isLast) next.backwards.push({ at: end, t: task('I', t.stage, t.microBatch) });
      else next.forwards.push({ at: end, t: task('F', t.stage + 1, t.microBatch) });
    } else if (t.kind === 'I') {
      d.hadBackward = true;
      d.ready.weights.push(task('W', t.stage, t.microBatch));
      if (t.stage > 0)
        devices[deviceOf(t.stage - 1)].ready.backwards.push({ at: end, t: task('I', t.stage - 1, t.microBatch) });
    } else d.held -= share;
  };
  for (let now = 0; left > 0; ) {
    for (const d of devices) {
      if (d.freeAt > now) continue;
      const backward = take(d.ready.backwards, now);
      const fits = d.held + share <= limit + 1e-9;
      // With two stages per device, the later one goes first: it brings the backward pass nearer.
      const forward = fits
        ? d.ready.forwards
            .filter((r) => r.at <= now)
            .sort((a, b) => b.t.stage - a.t.stage || a.t.microBatch - b.t.microBatch)[0]
        : undefined;
      const mayForward =
        forward &&
        !(
          o.waitsForFirst &&
          !d.hadBackward &&
          d.held + share > Math.ceil(limit / 2) + 1e-9 &&
          place === 'row' &&
          limit > p
        );
      const soon = Math.min(
        ...d.ready.backwards.map((r) => r.at),
        ...(fits ? d.ready.forwards.map((r) => r.at) : []),
        Number.POSITIVE_INFINITY,
      );
      const weight = d.ready.weights[0];
      const remove = <T>(list: T[], item: T): void => void list.splice(list.indexOf(item), 1);
      if (backward && (o.backwardFirst || !mayForward)) {
        remove(d.ready.backwards, backward);
        start(d, backward.t, now);
      } else if (mayForward) {
        remove(d.ready.forwards, forward);
        start(d, forward.t, now);
      } else if (weight && (o.eagerWeights || !fits || soon >= now + us.W)) {
        d.ready.weights.shift();
        start(d, weight, now);
      }
    }
    const later = devices.flatMap((d) => [
      ...(d.freeAt > now ? [d.freeAt] : []),
      ...d.ready.backwards.map((r) => r.at).filter((at) => at > now),
      ...d.ready.forwards.map((r) => r.at).filter((at) => at > now),
    ]);
    if (left === 0) break;
    if (later.length === 0) return undefined;
    now = Math.min(...later);
  }
  const spanUs = Math.max(...devices.map((d) => d.freeAt - (d.firstAt ?? 0)));
  return { spanUs, devices: devices.map((d) => d.steps) };
}
