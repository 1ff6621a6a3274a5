import { EspalierError, type HostArray } from '../../base/index.ts';
import { asTensor, type Module, type TensorType } from '../../ir/index.ts';
import type { GlobalProgram } from '../../program/index.ts';
import { type Device, type DeviceSet, firstDevices } from '../devices.ts';
import type { CompileOptions, DeviceBuffer, Engine, Executable, ExecutableStats, Partitioner } from '../engine.ts';
import { requirePlugin } from './find-plugin.ts';
import { globalText, localTypes, perDeviceText } from './program.ts';
import { type AheadOfTime, PjrtTopology } from './topology.ts';

export interface TopologyEngineOptions {
  /** As the plugin names it: `v5e:2x2`. */
  readonly topology: string;
  /** As for `XlaEngine`. */
  readonly plugin?: string | undefined;
  readonly partitioner?: 'espalier' | 'xla';
}

/** A program for a machine that is not here. */
export class TopologyExecutable implements Executable {
  readonly argTypes: readonly TensorType[];
  readonly resultTypes: readonly TensorType[];
  readonly devices: DeviceSet;
  readonly stats: ExecutableStats;
  /** Costs, memory, and the bytes to carry to the machine. */
  readonly compiled: AheadOfTime;

  constructor(
    compiled: AheadOfTime,
    argTypes: readonly TensorType[],
    resultTypes: readonly TensorType[],
    devices: DeviceSet,
    compileTimeMs: number,
  ) {
    this.compiled = compiled;
    this.argTypes = argTypes;
    this.resultTypes = resultTypes;
    this.devices = devices;
    const m = compiled.memory();
    const peakBytesPerDevice = m.arguments + m.outputs - m.aliased + m.temporaries;
    this.stats = { peakBytesPerDevice, compileTimeMs, fromCache: false, callbackOps: [] };
  }

  execute(): Promise<DeviceBuffer[][]> {
    return Promise.reject(absent());
  }

  executeNow(): undefined {
    return undefined;
  }
}

const absent = (): EspalierError =>
  new EspalierError('runtime/not-here', 'a program compiled for a topology cannot run: its devices are not here', {
    advice: 'run it with --engine xla on that machine',
  });

/**
 * Compiles for devices described by a topology, through a PJRT plugin and without the hardware. Throws `runtime/no-plugin` and
 * what `PjrtTopology.create` throws.
 */
export class TopologyEngine implements Engine {
  readonly name: string;
  readonly partitioner?: Partitioner;
  maxDevices = Number.MAX_SAFE_INTEGER;
  private readonly options: TopologyEngineOptions;
  private opened: Promise<PjrtTopology> | undefined;
  private known: PjrtTopology | undefined;

  constructor(options: TopologyEngineOptions) {
    this.options = options;
    if (options.partitioner === 'xla') this.partitioner = { compile: (program, o) => this.compileGlobal(program, o) };
    this.name = `topology ${options.topology}`;
  }

  topology(): Promise<PjrtTopology> {
    this.opened ??= (async () => {
      const { path } = requirePlugin(this.options.plugin);
      this.known = await PjrtTopology.create(path, this.options.topology);
      this.maxDevices = this.known.devices.length;
      return this.known;
    })();
    return this.opened;
  }

  async open(): Promise<void> {
    await this.topology();
  }

  devices(): readonly Device[] {
    return (this.known?.devices ?? []).map((description, id) => ({
      id,
      name: `${this.known!.platform}:${id}`,
      kind: this.known!.platform,
      description,
      memoryBytes: undefined,
      bytesInUse: 0,
    }));
  }

  async compile(module: Module, options: CompileOptions = {}): Promise<Executable> {
    const devices = options.devices ?? firstDevices(this);
    const topology = await this.sized(devices.size);
    const started = performance.now();
    const numReplicas = options.numReplicas ?? 1;
    const grid = { numReplicas, numPartitions: devices.size / numReplicas };
    const text = perDeviceText(module, grid, options.donatedArgs ?? []);
    options.dump?.('xla.mlir', () => text);
    const compiled = await topology.compile(text, {
      numReplicas: devices.size,
      numPartitions: 1,
      deviceAssignment: Array.from({ length: devices.size }, (_, id) => [id]),
      partition: false,
    });
    const types = (all: readonly (typeof module.main.argTypes)[number][]): TensorType[] => all.map((t) => asTensor(t));
    const [args, results] = [types(module.main.argTypes), types(module.main.resultTypes)];
    return new TopologyExecutable(compiled, args, results, devices, performance.now() - started);
  }

  private async compileGlobal(program: GlobalProgram, options: CompileOptions): Promise<Executable> {
    const devices = options.devices ?? firstDevices(this);
    const topology = await this.sized(devices.size);
    const started = performance.now();
    const text = globalText(program.module, options.donatedArgs ?? []);
    options.dump?.('xla.mlir', () => text);
    const compiled = await topology.compile(text, {
      numReplicas: 1,
      numPartitions: devices.size,
      deviceAssignment: [Array.from({ length: devices.size }, (_, id) => id)],
      partition: true,
    });
    const { main } = program.module;
    const [args, results] = [
      localTypes(main.argTypes, program.inShardings, program.mesh),
      localTypes(main.resultTypes, program.outShardings, program.mesh),
    ];
    return new TopologyExecutable(compiled, args, results, devices, performance.now() - started);
  }

  private async sized(numDevices: number): Promise<PjrtTopology> {
    const topology = await this.topology();
    if (topology.devices.length < numDevices)
      throw new EspalierError('runtime/devices', 'the topology has too few devices', {
        expected: `at least ${numDevices}`,
        given: `${topology.devices.length} in ${this.options.topology}`,
        advice: 'use a smaller mesh or a larger topology',
      });
    return topology;
  }

  transfer(): DeviceBuffer {
    throw absent();
  }

  put(_array: HostArray, _device: number): DeviceBuffer {
    throw absent();
  }

  async close(): Promise<void> {
    (await this.opened?.catch(() => undefined))?.close();
  }
}
