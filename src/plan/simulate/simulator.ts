import { UserError } from '../../base/index.ts';

/*
 * One simulator of discrete events for schedules, per-device programs and queues. Work runs on streams: what stands in the order of a
 * stream starts when all before it are done, when what it waits for is done, and, if it takes several streams, when all of them have come
 * to it. Transfers over one link share it fairly; what computes beside a transfer is slowed, as is the transfer.
 * Times stay exact: a finish is set when something starts and changed only if its rate changes.
 */

/** A stream of one device: its compute units, or one of its network dimensions. */
export interface Stream {
  readonly device: number;
  readonly name: string;
}

export interface Work {
  readonly name: string;
  /** Streams that it takes, as numbers of the list of streams. */
  readonly streams: readonly number[];
  readonly us: number;
  /** Work that must be done before, as numbers of the list of work. */
  readonly after?: readonly number[];
  /** Transfers over the same link share it; work without a link is computation. */
  readonly link?: string;
  /** Bytes allotted on devices when it starts, and freed when it ends. */
  readonly allocates?: readonly { readonly device: number; readonly bytes: number }[];
  readonly frees?: readonly { readonly device: number; readonly bytes: number }[];
  /** For the trace. */
  readonly category?: string;
  /** It does not start before. */
  readonly notBeforeUs?: number;
}

export interface SimulationOptions {
  /** How much longer both take when a transfer runs beside computation on a device: 1 not at all; measured values are 1.1 to 1.3. */
  readonly overlapSlowdown?: number;
  /** Bytes that devices hold from the beginning. */
  readonly heldBytes?: readonly number[];
}

export interface Span {
  readonly startUs: number;
  readonly endUs: number;
}

export interface DeviceUse {
  readonly peakBytes: number;
  readonly peakAtUs: number;
  /** Work that runs when the peak is reached. */
  readonly peakDuring: string | undefined;
  /** When its memory changed, and to what. */
  readonly memory: readonly { readonly atUs: number; readonly bytes: number }[];
  readonly firstUs: number;
  readonly lastUs: number;
}

export interface Simulation {
  readonly makespanUs: number;
  readonly spans: readonly Span[];
  /** Time that each stream works. */
  readonly busyUs: readonly number[];
  readonly devices: readonly DeviceUse[];
  /** Work that the end waited for, from first to last. */
  readonly criticalPath: readonly number[];
}

interface Active {
  readonly id: number;
  /** Time it still needs at rate 1, as of `sinceUs`. */
  leftUs: number;
  sinceUs: number;
  rate: number;
  endUs: number;
}

/** Runs all work. Throws `plan/deadlock` where none can go on. */
export function simulate(streams: readonly Stream[], work: readonly Work[], o: SimulationOptions = {}): Simulation {
  const slowdown = o.overlapSlowdown ?? 1;
  const queues = streams.map((): number[] => []);
  work.forEach((w, id) => {
    for (const s of w.streams) queues[s].push(id);
  });
  const position = streams.map(() => 0);
  const waitsFor = work.map((w) => w.after?.length ?? 0);
  const behind = work.map((): number[] => []);
  work.forEach((w, id) => {
    for (const a of w.after ?? []) behind[a].push(id);
  });
  const spans = work.map(() => ({ startUs: -1, endUs: -1 }));
  const cause = work.map(() => -1);
  const numDevices = Math.max(0, ...streams.map((s) => s.device)) + 1;
  const memory = new MemoryTrack(numDevices, o.heldBytes ?? []);
  const deviceOf = (w: Work): number[] => [...new Set(w.streams.map((s) => streams[s].device))];
  const devicesOfWork = work.map(deviceOf);
  const active: Active[] = [];
  let numDone = 0;
  let now = 0;

  const isAtHead = (id: number): boolean => work[id].streams.every((s) => queues[s][position[s]] === id);
  const canStart = (id: number): boolean =>
    spans[id].startUs < 0 && waitsFor[id] === 0 && isAtHead(id) && (work[id].notBeforeUs ?? 0) <= now;
  const starting: number[] = [];
  const consider = (id: number): void => {
    if (canStart(id) && !starting.includes(id)) starting.push(id);
  };
  const considerHeads = (list: readonly number[]): void => {
    for (const s of list) if (position[s] < queues[s].length) consider(queues[s][position[s]]);
  };

  const setRates = (): void => {
    const sharing = new Map<string, number>();
    const computes = new Set<number>();
    const transfers = new Set<number>();
    for (const { id } of active) {
      const { link } = work[id];
      if (link !== undefined) sharing.set(link, (sharing.get(link) ?? 0) + 1);
      for (const d of devicesOfWork[id]) (link === undefined ? computes : transfers).add(d);
    }
    for (const a of active) {
      const { link } = work[a.id];
      const beside = link === undefined ? transfers : computes;
      const overlaps = slowdown !== 1 && devicesOfWork[a.id].some((d) => beside.has(d));
      const rate = 1 / (link === undefined ? 1 : sharing.get(link)!) / (overlaps ? slowdown : 1);
      if (rate === a.rate) continue;
      a.leftUs = Math.max(0, a.leftUs - (now - a.sinceUs) * a.rate);
      a.sinceUs = now;
      a.rate = rate;
      a.endUs = now + a.leftUs / rate;
    }
  };

  considerHeads(streams.map((_, s) => s));
  work.forEach((w, id) => {
    if (w.streams.length === 0) consider(id);
  });
  while (numDone < work.length) {
    for (const id of starting.splice(0)) {
      const w = work[id];
      spans[id].startUs = now;
      memory.change(now, w.allocates, 1, w.name);
      active.push({ id, leftUs: w.us, sinceUs: now, rate: 1, endUs: now + w.us });
    }
    setRates();
    const delayed = queues.flatMap((q, s) => {
      const id = q[position[s]];
      const at = id === undefined ? undefined : work[id].notBeforeUs;
      return at !== undefined && at > now && spans[id].startUs < 0 ? [at] : [];
    });
    const next = Math.min(...active.map((a) => a.endUs), ...delayed);
    if (!Number.isFinite(next)) throw deadlock(streams, work, queues, position, spans);
    now = next;
    const done = active.filter((a) => a.endUs <= now);
    for (const a of done) {
      active.splice(active.indexOf(a), 1);
      spans[a.id].endUs = now;
      numDone++;
      memory.change(now, work[a.id].frees, -1, work[a.id].name);
      for (const s of work[a.id].streams) position[s]++;
      for (const b of behind[a.id]) waitsFor[b]--;
    }
    for (const a of done) {
      const before = starting.length;
      considerHeads(work[a.id].streams);
      for (const b of behind[a.id]) consider(b);
      for (const id of starting.slice(before)) cause[id] = a.id;
    }
    considerHeads(streams.map((_, s) => s));
  }
  const makespanUs = Math.max(0, ...spans.map((s) => s.endUs));
  const busyUs = streams.map((_, s) => queues[s].reduce((sum, id) => sum + spans[id].endUs - spans[id].startUs, 0));
  const criticalPath: number[] = [];
  for (let id = spans.findIndex((s) => s.endUs === makespanUs); id >= 0; id = cause[id]) criticalPath.unshift(id);
  const uses = Array.from({ length: numDevices }, (_, d) => {
    const own = work.flatMap((_, id) => (devicesOfWork[id].includes(d) ? [spans[id]] : []));
    return {
      ...memory.of(d),
      firstUs: own.length > 0 ? Math.min(...own.map((s) => s.startUs)) : 0,
      lastUs: Math.max(0, ...own.map((s) => s.endUs)),
    };
  });
  return { makespanUs, spans, busyUs, devices: uses, criticalPath };
}

/** Bytes of every device over time. */
class MemoryTrack {
  private readonly held: number[];
  private readonly steps: { atUs: number; bytes: number }[][];
  private readonly peaks: { bytes: number; atUs: number; during: string | undefined }[];

  constructor(numDevices: number, held: readonly number[]) {
    this.held = Array.from({ length: numDevices }, (_, d) => held[d] ?? 0);
    this.steps = this.held.map((bytes) => [{ atUs: 0, bytes }]);
    this.peaks = this.held.map((bytes) => ({ bytes, atUs: 0, during: undefined }));
  }

  change(atUs: number, list: Work['allocates'], sign: 1 | -1, name: string): void {
    for (const { device, bytes } of list ?? []) {
      this.held[device] += sign * bytes;
      this.steps[device].push({ atUs, bytes: this.held[device] });
      if (this.held[device] > this.peaks[device].bytes)
        this.peaks[device] = { bytes: this.held[device], atUs, during: name };
    }
  }

  of(device: number): Pick<DeviceUse, 'peakBytes' | 'peakAtUs' | 'peakDuring' | 'memory'> {
    const { bytes, atUs, during } = this.peaks[device];
    return { peakBytes: bytes, peakAtUs: atUs, peakDuring: during, memory: this.steps[device] };
  }
}

function deadlock(
  streams: readonly Stream[],
  work: readonly Work[],
  queues: readonly (readonly number[])[],
  position: readonly number[],
  spans: readonly Span[],
): UserError {
  const heads = streams.flatMap((s, i) => {
    const id = queues[i][position[i]];
    return id === undefined || spans[id].startUs >= 0 ? [] : [`device ${s.device} ${s.name} at ${work[id].name}`];
  });
  return new UserError('plan/deadlock', 'nothing can go on', {
    expected: 'an order in which all that take part come to the same work',
    given: heads.slice(0, 6).join('; '),
    advice: 'order collectives alike on all devices, and producers before consumers',
  });
}
