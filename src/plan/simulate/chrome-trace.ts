import type { Simulation, Stream, Work } from './simulator.ts';

/** A simulation as Chrome trace events, for chrome://tracing or ui.perfetto.dev: a process per device, a row per stream, memory as a counter. */
export function simulationTrace(
  streams: readonly Stream[],
  work: readonly Work[],
  { spans, devices }: Simulation,
): object {
  const numbers = new Map<number, number>();
  const threads = streams.map((s) => {
    const n = numbers.get(s.device) ?? 0;
    numbers.set(s.device, n + 1);
    return n;
  });
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      ...[...numbers.keys()].map((pid) => ({ ph: 'M', pid, name: 'process_name', args: { name: `device ${pid}` } })),
      ...streams.map((s, i) => ({
        ph: 'M',
        pid: s.device,
        tid: threads[i],
        name: 'thread_name',
        args: { name: s.name },
      })),
      ...work.flatMap((w, id) =>
        w.streams.map((s) => ({
          ph: 'X',
          pid: streams[s].device,
          tid: threads[s],
          name: w.name,
          cat: w.category ?? (w.link === undefined ? 'compute' : 'transfer'),
          ts: spans[id].startUs,
          dur: spans[id].endUs - spans[id].startUs,
        })),
      ),
      ...devices.flatMap((d, pid) =>
        d.memory.map(({ atUs, bytes }) => ({ ph: 'C', pid, name: 'memory', ts: atUs, args: { bytes } })),
      ),
    ],
  };
}
