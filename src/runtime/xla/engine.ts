import { cpus } from 'node:os';
import { EspalierError, type HostArray } from '../../base/index.ts';
import { asTensor, type Module, type TensorType, tensorType } from '../../ir/index.ts';
import { adaptTo, type GlobalProgram } from '../../program/index.ts';
import { deviceMemory } from '../device-memory.ts';
import { DeviceQueues } from '../device-queues.ts';
import { type Device, type DeviceSet, firstDevices } from '../devices.ts';
import type {
  CompileOptions,
  DeviceBuffer,
  Engine,
  EngineOptions,
  Executable,
  ExecutableStats,
  LocalShards,
  Partitioner,
} from '../engine.ts';
import { deletedError, requireArguments, requireBuffer } from '../require-buffer.ts';
import type { PjrtBuffer } from './buffer.ts';
import { type ClientOptions, PjrtClient } from './client.ts';
import type { PjrtExecutable } from './executable.ts';
import { type FoundPlugin, requirePlugin } from './find-plugin.ts';
import { globalText, localTypes, perDeviceText } from './program.ts';

/** A tensor of the xla engine. Host data stays where it is until a program needs it. */
class XlaBuffer implements DeviceBuffer {
  readonly type: TensorType;
  readonly device: number;
  private host: HostArray | undefined;
  private native: PjrtBuffer | undefined;

  constructor(type: TensorType, device: number, content: { host?: HostArray; native?: PjrtBuffer }) {
    this.type = type;
    this.device = device;
    this.host = content.host;
    this.native = content.native;
  }

  /** The buffer on this client, moved there now if it is not. Throws `runtime/deleted`. */
  on(client: PjrtClient): PjrtBuffer | Promise<PjrtBuffer> {
    if (this.native?.client === client) return this.native;
    if (this.host) {
      this.native = client.put(this.host, this.device);
      this.host = undefined;
      return this.native;
    }
    const other = this.native;
    if (!other) throw deletedError();
    return other.read().then((array) => {
      other.dispose();
      this.native = client.put(array, this.device);
      return this.native;
    });
  }

  async read(): Promise<HostArray> {
    if (this.host) return this.host.clone();
    if (!this.native) throw deletedError();
    return this.native.read();
  }

  /** XLA's memory is not ours to read. */
  readNow(): undefined {
    return undefined;
  }

  /** The same contents on another device: host data is shared until that device needs it. */
  async copyTo(client: PjrtClient, device: number): Promise<XlaBuffer> {
    if (this.host) return new XlaBuffer(this.type, device, { host: this.host });
    const native = await this.on(client);
    // PJRT copies between different devices only.
    if (device === this.device) return new XlaBuffer(this.type, device, { host: await native.read() });
    return new XlaBuffer(this.type, device, { native: await native.copyTo(device) });
  }

  dispose(): void {
    this.native?.dispose();
    this.native = undefined;
    this.host = undefined;
  }

  get isDeleted(): boolean {
    return this.native === undefined && this.host === undefined;
  }
}

class XlaExecutable implements Executable {
  readonly argTypes: readonly TensorType[];
  readonly resultTypes: readonly TensorType[];
  readonly devices: DeviceSet;
  readonly stats: ExecutableStats;
  /** The executable of the PJRT client: costs, memory, serialization. */
  readonly pjrt: PjrtExecutable;
  private readonly engine: XlaEngine;
  private readonly donated: readonly number[];

  constructor(
    engine: XlaEngine,
    pjrt: PjrtExecutable,
    argTypes: readonly TensorType[],
    resultTypes: readonly TensorType[],
    devices: DeviceSet,
    donatedArgs: readonly number[],
    compileTimeMs: number,
  ) {
    this.engine = engine;
    this.pjrt = pjrt;
    this.argTypes = argTypes;
    this.resultTypes = resultTypes;
    this.devices = devices;
    this.donated = donatedArgs;
    this.stats = { peakBytesPerDevice: peakBytes(pjrt), compileTimeMs, fromCache: false, callbackOps: [] };
  }

  execute(args: LocalShards): Promise<DeviceBuffer[][]> {
    return this.engine.enqueue(() => this.run(args));
  }

  executeNow(args: LocalShards): DeviceBuffer[][] | undefined {
    if (this.engine.isBusy || !this.pjrt.isBrief || this.donated.length > 0 || deviceMemory.isHigh) return undefined;
    const given = requireArguments(args, XlaBuffer, this.argTypes, this.devices.ids);
    const native: PjrtBuffer[][] = [];
    for (const own of given) {
      const row = own.map((b) => b.on(this.pjrt.client));
      if (row.some((b) => b instanceof Promise)) return undefined;
      native.push(row as PjrtBuffer[]);
    }
    return this.wrap(this.pjrt.launchNow(native, this.resultTypes));
  }

  private wrap(results: readonly (readonly PjrtBuffer[])[]): XlaBuffer[][] {
    return results.map((own, d) =>
      own.map((b, r) => new XlaBuffer(this.resultTypes[r], this.devices.ids[d], { native: b })),
    );
  }

  private async run(args: LocalShards): Promise<DeviceBuffer[][]> {
    if (deviceMemory.isHigh) await deviceMemory.relieve();
    const given = requireArguments(args, XlaBuffer, this.argTypes, this.devices.ids);
    const { client } = this.pjrt;
    const native: PjrtBuffer[][] = [];
    for (const own of given) {
      const row = own.map((b) => b.on(client));
      native.push(row.some((b) => b instanceof Promise) ? await Promise.all(row) : (row as PjrtBuffer[]));
    }
    // The same buffer given twice must keep its contents for the other use.
    const keep = this.donated.filter((i) => given.some((own) => own.some((b, k) => k !== i && b === own[i])));
    const results = await this.pjrt.launch(native, this.resultTypes, keep);
    for (const own of given) for (const i of this.donated) own[i].dispose();
    return this.wrap(results);
  }
}

function peakBytes(pjrt: PjrtExecutable): number {
  try {
    const m = pjrt.memory();
    return m.arguments + m.outputs - m.aliased + m.temporaries;
  } catch {
    return 0; // the platform does not say
  }
}

export interface XlaEngineOptions extends EngineOptions {
  /** Who partitions: `espalier` (a per-device program with explicit collectives) or `xla` (the global program with `sdy` shardings). */
  readonly partitioner?: 'espalier' | 'xla';
  /** Further options of the plugin's client. */
  readonly clientOptions?: ClientOptions;
}

const MAX_CPU_DEVICES = 64;

/**
 * Runs programs on any PJRT plugin: XLA on CPUs, GPUs and TPUs. Without a plugin every compilation throws `runtime/no-plugin`,
 * which says what to type.
 */
export class XlaEngine implements Engine {
  readonly name: string;
  readonly partitioner?: Partitioner;
  readonly maxDevices: number;
  private readonly options: XlaEngineOptions;
  private found: FoundPlugin | undefined;
  /** The last is in use; earlier ones had fewer CPU devices and live on for the buffers they hold. */
  private readonly clients: PjrtClient[] = [];
  private opening: Promise<unknown> = Promise.resolve();
  readonly queues = new DeviceQueues();

  constructor(options: XlaEngineOptions = {}) {
    this.options = options;
    const isPartitioner = options.partitioner === 'xla';
    if (isPartitioner) this.partitioner = { compile: (program, o) => this.compileGlobal(program, o) };
    this.name = isPartitioner ? 'xla:global' : 'xla';
    this.maxDevices = options.maxDevices ?? MAX_CPU_DEVICES;
  }

  devices(): readonly Device[] {
    const client = this.clients.at(-1);
    return (client?.devices ?? []).map((d, id) => ({
      id,
      name: `${client!.platform}:${id}`,
      kind: client!.platform,
      memoryBytes: undefined,
      description: `${d.text}, ${client!.platformVersion.split('\n')[0]}`,
      bytesInUse: client!.bytesInUse(id),
    }));
  }

  async open(): Promise<void> {
    await this.client();
  }

  /** The client with at least so many devices, opened when first asked for. Throws `runtime/no-plugin`, `runtime/devices`. */
  client(numDevices = 1): Promise<PjrtClient> {
    const next = this.opening.then(() => this.clientOf(numDevices));
    this.opening = next.catch(() => undefined);
    return next;
  }

  private async clientOf(numDevices: number): Promise<PjrtClient> {
    const current = this.clients.at(-1);
    if (current && current.devices.length >= numDevices) return current;
    this.found ??= requirePlugin(this.options.plugin);
    const isCpu = this.found.kind === 'cpu';
    const enough = numDevices <= (isCpu ? this.maxDevices : (current?.devices.length ?? numDevices));
    if (!enough) throw tooFew(numDevices, isCpu ? this.maxDevices : (current?.devices.length ?? 0));
    const count = this.options.maxDevices ?? Math.max(numDevices, Math.min(cpus().length, MAX_CPU_DEVICES));
    const client = await PjrtClient.create(this.found.path, {
      ...(isCpu ? { cpu_device_count: count } : {}),
      ...this.options.clientOptions,
    });
    this.clients.push(client);
    if (client.devices.length < numDevices) throw tooFew(numDevices, client.devices.length);
    return client;
  }

  async compile(module: Module, options: CompileOptions = {}): Promise<Executable> {
    const devices = requireWhole(options.devices ?? firstDevices(this));
    const client = await this.client(Math.max(...devices.ids) + 1);
    const started = performance.now();
    const ids = devices.ids.map((id) => client.devices[id].id);
    const numReplicas = options.numReplicas ?? 1;
    const grid = { numReplicas, numPartitions: devices.size / numReplicas };
    const text = perDeviceText(
      adaptTo({ engine: 'xla', precision: this.options.precision }, module),
      grid,
      options.donatedArgs ?? [],
    );
    options.dump?.('xla.mlir', () => text);
    const pjrt = await client.compile(text, {
      numReplicas: devices.size,
      numPartitions: 1,
      deviceAssignment: ids.map((id) => [id]),
      partition: false,
      overrides: this.overrides(client),
    });
    const types = (all: readonly (typeof module.main.argTypes)[number][]): TensorType[] => all.map((t) => asTensor(t));
    const elapsed = performance.now() - started;
    const [args, results] = [types(module.main.argTypes), types(module.main.resultTypes)];
    return new XlaExecutable(this, pjrt, args, results, devices, options.donatedArgs ?? [], elapsed);
  }

  /** Lets XLA's Shardy partition a whole program over the devices of its mesh. */
  private async compileGlobal(program: GlobalProgram, options: CompileOptions): Promise<Executable> {
    const devices = requireWhole(options.devices ?? firstDevices(this));
    const client = await this.client(Math.max(...devices.ids) + 1);
    const started = performance.now();
    const ids = devices.ids.map((id) => client.devices[id].id);
    const text = globalText(
      adaptTo({ engine: 'xla', precision: this.options.precision }, program.module),
      options.donatedArgs ?? [],
    );
    options.dump?.('xla.mlir', () => text);
    const pjrt = await client.compile(text, {
      numReplicas: 1,
      numPartitions: devices.size,
      deviceAssignment: [ids],
      partition: true,
      overrides: this.overrides(client),
    });
    const { main } = program.module;
    const argTypes = localTypes(main.argTypes, program.inShardings, program.mesh);
    const resultTypes = localTypes(main.resultTypes, program.outShardings, program.mesh);
    const elapsed = performance.now() - started;
    return new XlaExecutable(this, pjrt, argTypes, resultTypes, devices, options.donatedArgs ?? [], elapsed);
  }

  /** On CPUs XLA's `max` and `min` lose NaNs unless told not to. */
  private overrides(client: PjrtClient): Readonly<Record<string, string | number | boolean>> {
    return client.platform === 'cpu' ? { xla_cpu_enable_fast_min_max: false } : {};
  }

  put(array: HostArray, device: number): DeviceBuffer {
    return new XlaBuffer(tensorType(array.dtype, array.shape), device, { host: array });
  }

  /**
   * Launches one after the other, whatever their devices: programs of one client that meet must reach all devices in one order. A
   * launch ends when the work is enqueued; XLA runs what is on different devices at the same time.
   */
  enqueue<T>(launch: () => Promise<T>): Promise<T> {
    return this.queues.enqueue([this.maxDevices], launch);
  }

  /** Whether launches wait for their turn. */
  get isBusy(): boolean {
    return this.queues.isBusy([this.maxDevices]);
  }

  async transfer(buffer: DeviceBuffer, device: number): Promise<DeviceBuffer> {
    const client = await this.client(device + 1);
    const own = requireBuffer(buffer, XlaBuffer, buffer.type, buffer.device, () => 'the buffer to copy');
    return own.copyTo(client, device);
  }

  async close(): Promise<void> {
    await this.queues.idle();
    await this.opening;
    for (const client of this.clients.splice(0)) client.close();
  }
}

/** One PJRT client sees all devices of its process: gangs of processes need a distributed client. */
function requireWhole(devices: DeviceSet): DeviceSet {
  if (devices.isWhole) return devices;
  throw new EspalierError('runtime/unsupported', 'the xla engine runs programs on devices of one process', {
    given: `${devices}`,
  });
}

const tooFew = (wanted: number, given: number): EspalierError =>
  new EspalierError('runtime/devices', 'not enough devices', {
    expected: `at least ${wanted}`,
    given: `${given}`,
    advice: 'use a smaller mesh, or a plugin for more devices (see "espalier engine list")',
  });
