import { cpus } from 'node:os';
import { EspalierError, type HostArray } from '../../base/index.ts';
import { asTensor, type Module, type TensorType, tensorType } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { atPrecision, type PassContext, passContext } from '../../transform/index.ts';
import { deviceMemory } from '../device-memory.ts';
import type {
  CompileOptions,
  DeviceBuffer,
  DeviceInfo,
  Engine,
  EngineOptions,
  Executable,
  ExecutableStats,
  GlobalProgram,
} from '../engine.ts';
import { deletedError, requireArguments } from '../require-buffer.ts';
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
  readonly numDevices: number;
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
    options: CompileOptions,
    compileTimeMs: number,
  ) {
    this.engine = engine;
    this.pjrt = pjrt;
    this.argTypes = argTypes;
    this.resultTypes = resultTypes;
    this.numDevices = options.numDevices;
    this.donated = options.donatedArgs ?? [];
    this.stats = { peakBytesPerDevice: peakBytes(pjrt), compileTimeMs, fromCache: false, callbackOps: [] };
  }

  execute(args: readonly (readonly DeviceBuffer[])[]): Promise<DeviceBuffer[][]> {
    return this.engine.enqueue(() => this.run(args));
  }

  executeNow(args: readonly (readonly DeviceBuffer[])[]): DeviceBuffer[][] | undefined {
    if (this.engine.isBusy || !this.pjrt.isBrief || this.donated.length > 0 || deviceMemory.isHigh) return undefined;
    const given = requireArguments(args, XlaBuffer, this.argTypes, this.numDevices);
    const native: PjrtBuffer[][] = [];
    for (const own of given) {
      const row = own.map((b) => b.on(this.pjrt.client));
      if (row.some((b) => b instanceof Promise)) return undefined;
      native.push(row as PjrtBuffer[]);
    }
    return this.wrap(this.pjrt.launchNow(native, this.resultTypes));
  }

  private wrap(results: readonly (readonly PjrtBuffer[])[]): XlaBuffer[][] {
    return results.map((own, d) => own.map((b, r) => new XlaBuffer(this.resultTypes[r], d, { native: b })));
  }

  private async run(args: readonly (readonly DeviceBuffer[])[]): Promise<DeviceBuffer[][]> {
    if (deviceMemory.isHigh) await deviceMemory.relieve();
    const given = requireArguments(args, XlaBuffer, this.argTypes, this.numDevices);
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
  readonly partitions: boolean;
  readonly maxDevices: number;
  private readonly options: XlaEngineOptions;
  private found: FoundPlugin | undefined;
  /** The last is in use; earlier ones had fewer CPU devices and live on for the buffers they hold. */
  private readonly clients: PjrtClient[] = [];
  private opening: Promise<unknown> = Promise.resolve();
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private readonly context: PassContext;

  constructor(options: XlaEngineOptions = {}) {
    this.options = options;
    this.context = passContext({ registry, target: { precision: options.precision ?? 'default' } });
    this.partitions = options.partitioner === 'xla';
    this.name = this.partitions ? 'xla:global' : 'xla';
    this.maxDevices = options.maxDevices ?? MAX_CPU_DEVICES;
  }

  devices(): readonly DeviceInfo[] {
    const client = this.clients.at(-1);
    return (client?.devices ?? []).map((d, id) => ({
      id,
      name: `${client!.platform}:${id}`,
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

  async compile(module: Module, options: CompileOptions): Promise<Executable> {
    const client = await this.client(options.numDevices);
    const started = performance.now();
    const ids = client.devices.slice(0, options.numDevices).map((d) => d.id);
    const numReplicas = options.numReplicas ?? 1;
    const grid = { numReplicas, numPartitions: options.numDevices / numReplicas };
    const text = perDeviceText(atPrecision(module, this.context), grid, options.donatedArgs ?? []);
    options.dump?.('xla.mlir', () => text);
    const pjrt = await client.compile(text, {
      numReplicas: options.numDevices,
      numPartitions: 1,
      deviceAssignment: ids.map((id) => [id]),
      partition: false,
      overrides: this.overrides(client),
    });
    const types = (all: readonly (typeof module.main.argTypes)[number][]): TensorType[] => all.map((t) => asTensor(t));
    const elapsed = performance.now() - started;
    return new XlaExecutable(this, pjrt, types(module.main.argTypes), types(module.main.resultTypes), options, elapsed);
  }

  /** Lets XLA's Shardy partition a whole program over the devices of its mesh. */
  async compileGlobal(program: GlobalProgram, options: CompileOptions): Promise<Executable> {
    const client = await this.client(options.numDevices);
    const started = performance.now();
    const ids = client.devices.slice(0, options.numDevices).map((d) => d.id);
    const text = globalText(atPrecision(program.module, this.context), options.donatedArgs ?? []);
    options.dump?.('xla.mlir', () => text);
    const pjrt = await client.compile(text, {
      numReplicas: 1,
      numPartitions: options.numDevices,
      deviceAssignment: [ids],
      partition: true,
      overrides: this.overrides(client),
    });
    const { main } = program.module;
    const argTypes = localTypes(main.argTypes, program.inShardings, program.mesh);
    const resultTypes = localTypes(main.resultTypes, program.outShardings, program.mesh);
    return new XlaExecutable(this, pjrt, argTypes, resultTypes, options, performance.now() - started);
  }

  /** On CPUs XLA's `max` and `min` lose NaNs unless told not to. */
  private overrides(client: PjrtClient): Readonly<Record<string, string | number | boolean>> {
    return client.platform === 'cpu' ? { xla_cpu_enable_fast_min_max: false } : {};
  }

  put(array: HostArray, device: number): DeviceBuffer {
    return new XlaBuffer(tensorType(array.dtype, array.shape), device, { host: array });
  }

  /** Launches one after the other, in the order they were requested. */
  enqueue<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++;
    const next = this.last.then(work, work).finally(() => this.waiting--);
    this.last = next.catch(() => undefined);
    return next;
  }

  /** Whether launches are waiting for their turn. */
  get isBusy(): boolean {
    return this.waiting > 0;
  }

  async close(): Promise<void> {
    await this.last;
    await this.opening;
    for (const client of this.clients.splice(0)) client.close();
  }
}

const tooFew = (wanted: number, given: number): EspalierError =>
  new EspalierError('runtime/devices', 'not enough devices', {
    expected: `at least ${wanted}`,
    given: `${given}`,
    advice: 'use a smaller mesh, or a plugin for more devices (see "espalier engine list")',
  });
