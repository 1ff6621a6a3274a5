import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { hostTensor, type Mesh, random } from '../../api/index.ts';
import { formatBytes, HostArray, type Machine, textTable, UserError } from '../../base/index.ts';
import type { Module } from '../../ir/index.ts';
import {
  type TransformerConfig,
  type TransformerPreset,
  transformerConfig,
  transformerPresets,
} from '../../nn/index.ts';
import { coresMachine, programKernels, programTime } from '../../plan/index.ts';
import { createEngine, type Engine, type KernelEvent } from '../../runtime/index.ts';
import { trainPrograms } from '../../train/index.ts';
import type { Precision } from '../../transform/index.ts';
import {
  dtypeHelp,
  dtypeOption,
  meshOption,
  positiveInteger,
  precisionHelp,
  precisionOption,
  presetOption,
} from '../options.ts';

interface Options {
  readonly engine: string;
  readonly mesh?: Mesh;
  readonly preset: TransformerPreset;
  readonly batchSize: number;
  readonly steps: number;
  readonly out: string;
  readonly dtype: TransformerConfig['dtype'];
  readonly precision?: Precision;
}

export function addProfileCommand(program: Command): void {
  program
    .command('profile')
    .description('Time every kernel of a training step and write a Chrome trace.')
    .option('--engine <name>', 'cpu or wasm', 'cpu')
    .option('--mesh <axes>', 'devices, e.g. data=2', meshOption)
    .option(
      '--preset <name>',
      `model size: ${Object.keys(transformerPresets).join(', ')}`,
      presetOption,
      'tiny' as TransformerPreset,
    )
    .option('--batch-size <n>', 'sequences per step, over all devices', positiveInteger, 32)
    .option('--steps <n>', 'steps to record', positiveInteger, 3)
    .option('--dtype <name>', dtypeHelp, dtypeOption, 'f32' as TransformerConfig['dtype'])
    .option('--precision <name>', precisionHelp, precisionOption)
    .option('--out <file>', 'the trace, for chrome://tracing or ui.perfetto.dev', 'profile.json')
    .action(async (o: Options) => {
      const engine = createEngine(o.engine, { profile: true, precision: o.precision });
      if (!engine.profiler) throw unableToProfile(o.engine);
      const peak = await engine.profiler.measureMachine();
      const { events, stepTimeMs, callbackOps, perDevice, peakBytes } = await record(engine, o);
      await engine.close();
      const numDevices = o.mesh?.size ?? 1;
      mkdirSync(dirname(o.out), { recursive: true });
      writeFileSync(o.out, JSON.stringify(chromeTrace(events, coresPerDevice(numDevices), peak)));
      const busyMs = events.reduce((n, e) => n + e.timeUs, 0) / 1000 / o.steps / numDevices;
      const perCore = `${Math.round(peak.gflopPerSecPerCore)} GFLOP/s and ${Math.round(peak.gbPerSecPerCore)} GB/s per core`;
      process.stdout.write(
        [
          `step ${stepTimeMs.toFixed(1)} ms, of which kernels ${busyMs.toFixed(1)} ms; measured peak ${perCore}`,
          predictedLine(perDevice, peak, coresPerDevice(numDevices), peakBytes),
          '',
          kernelTable(events, o.steps * numDevices, coresPerDevice(numDevices), peak),
          '',
          ...(callbackOps.length > 0
            ? [`in callbacks, for want of kernels: ${[...new Set(callbackOps)].join(', ')}`, '']
            : []),
          `${events.length} events in ${o.out}: open it in ui.perfetto.dev`,
          '',
        ].join('\n'),
      );
    });
}

/** What the planner would have said of the same program and machine. */
function predictedLine(perDevice: Module, machine: Machine, cores: number, peakBytes: number): string {
  // The state is given away to each step.
  const donatedArgs = perDevice.main.args.map((_, i) => i).slice(0, -1);
  const kernels = programKernels(perDevice, { donatedArgs });
  const { totalUs, collectiveUs } = programTime(kernels, coresMachine(machine, cores));
  const collectives = collectiveUs > 0 ? `, of which collectives ${(collectiveUs / 1e3).toFixed(1)} ms` : '';
  return `predicted ${(totalUs / 1e3).toFixed(1)} ms${collectives}; memory per device ${formatBytes(peakBytes)}, predicted ${formatBytes(kernels.peakBytes)}`;
}

const unableToProfile = (name: string): UserError =>
  new UserError('cli/profile', `the engine "${name}" does not record kernels`, { expected: 'cpu or wasm' });

const coresPerDevice = (numDevices: number): number => Math.max(1, Math.floor(availableParallelism() / numDevices));

async function record(
  engine: Engine,
  o: Options,
): Promise<{
  events: KernelEvent[];
  stepTimeMs: number;
  callbackOps: readonly string[];
  perDevice: Module;
  peakBytes: number;
}> {
  const config = transformerConfig(o.preset, { dtype: o.dtype });
  const programs = trainPrograms({ config, mesh: o.mesh, engine, learningRate: 1e-3, weightDecay: 0.1 }, 1000);
  const size = o.batchSize * (config.maxSeqLen + 1);
  const ids = Int32Array.from({ length: size }, (_, i) => (i * 31) % config.vocabSize);
  const tokens = hostTensor(new HostArray('i32', [o.batchSize, config.maxSeqLen + 1], ids));
  let state = programs.init(random.key(0));
  const executable = await programs.step.compile(state, tokens);
  const step = async (): Promise<void> => {
    const [next, out] = programs.step(state, tokens);
    state = next;
    await out.loss.item();
  };
  for (let i = 0; i < 2; i++) await step();
  engine.profiler!.takeEvents(executable);
  const start = performance.now();
  for (let i = 0; i < o.steps; i++) await step();
  const stepTimeMs = (performance.now() - start) / o.steps;
  const events = engine.profiler!.takeEvents(executable);
  const { perDevice } = programs.step.lower(state, tokens);
  const { callbackOps, peakBytesPerDevice: peakBytes } = executable.stats;
  return { events, stepTimeMs, callbackOps, perDevice, peakBytes };
}

const flopsOf = (p: KernelEvent['point']): number => p.productFlops + p.vectorFlops;

/** The time that the measured peak would allow, as a fraction of the time taken. */
function rooflineOf(flops: number, bytes: number, timeUs: number, cores: number, peak: Machine): number {
  const computeUs = flops / (peak.gflopPerSecPerCore * cores * 1e3);
  const memoryUs = bytes / (peak.gbPerSecPerCore * cores * 1e3);
  return Math.max(computeUs, memoryUs) / timeUs;
}

/** Trace events of the Chrome format: complete events with times in microseconds, a thread per device. */
function chromeTrace(events: readonly KernelEvent[], cores: number, peak: Machine): object {
  const origin = Math.min(...events.map((e) => e.startUs));
  const devices = [...new Set(events.map((e) => e.device))].sort((a, b) => a - b);
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      { ph: 'M', pid: 0, name: 'process_name', args: { name: 'espalier' } },
      ...devices.map((d) => ({ ph: 'M', pid: 0, tid: d, name: 'thread_name', args: { name: `device ${d}` } })),
      ...events.map(({ point, device, startUs, timeUs }) => ({
        ph: 'X',
        pid: 0,
        tid: device,
        name: point.name,
        cat: point.kind,
        ts: startUs - origin,
        dur: timeUs,
        args: {
          flops: flopsOf(point),
          bytes: point.bytes,
          gflopPerSec: flopsOf(point) / timeUs / 1e3,
          gbPerSec: point.bytes / timeUs / 1e3,
          fractionOfRoofline: rooflineOf(flopsOf(point), point.bytes, timeUs, cores, peak),
        },
      })),
    ],
  };
}

/** Kernels by their share of the time, the smallest together. */
function kernelTable(events: readonly KernelEvent[], runs: number, cores: number, peak: Machine): string {
  interface Group {
    name: string;
    count: number;
    timeUs: number;
    flops: number;
    bytes: number;
  }
  const groups = new Map<string, Group>();
  for (const { point, timeUs } of events) {
    const g = groups.get(point.name) ?? { name: point.name, count: 0, timeUs: 0, flops: 0, bytes: 0 };
    groups.set(point.name, {
      name: g.name,
      count: g.count + 1,
      timeUs: g.timeUs + timeUs,
      flops: g.flops + flopsOf(point),
      bytes: g.bytes + point.bytes,
    });
  }
  const total = events.reduce((n, e) => n + e.timeUs, 0);
  const sorted = [...groups.values()].sort((a, b) => b.timeUs - a.timeUs);
  const shown = sorted.slice(0, 20);
  const rest = sorted.slice(20);
  if (rest.length > 0)
    shown.push(
      rest.reduce(
        (sum, g) => ({
          name: sum.name,
          count: sum.count + g.count,
          timeUs: sum.timeUs + g.timeUs,
          flops: sum.flops + g.flops,
          bytes: sum.bytes + g.bytes,
        }),
        { name: `${rest.length} others`, count: 0, timeUs: 0, flops: 0, bytes: 0 },
      ),
    );
  const short = (name: string): string => (name.length > 60 ? `${name.slice(0, 57)}…` : name);
  return textTable(
    ['kernel', 'runs', 'ms per step', 'share', 'GFLOP/s', 'GB/s', 'bytes', 'of roofline'],
    shown.map((g) => [
      short(g.name),
      `${Math.round(g.count / runs)}`,
      (g.timeUs / 1000 / runs).toFixed(2),
      `${((100 * g.timeUs) / total).toFixed(1)} %`,
      (g.flops / g.timeUs / 1e3).toFixed(1),
      (g.bytes / g.timeUs / 1e3).toFixed(1),
      formatBytes(g.bytes / Math.max(1, g.count)),
      `${Math.round(100 * rooflineOf(g.flops, g.bytes, g.timeUs, cores, peak))} %`,
    ]),
  );
}
