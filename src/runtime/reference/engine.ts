import type { HostArray } from '../../base/index.ts';
import { asTensor, bytesOf, type Module, printModule, type TensorType, tensorType } from '../../ir/index.ts';
import { adaptTo } from '../../program/index.ts';
import type { Precision } from '../../transform/index.ts';
import { DeviceQueues } from '../device-queues.ts';
import { type Device, type DeviceSet, firstDevices } from '../devices.ts';
import type { CompileOptions, DeviceBuffer, Engine, Executable, ExecutableStats, LocalShards } from '../engine.ts';
import { Gangs } from '../gangs.ts';
import { deletedError, requireArguments, requireBuffer } from '../require-buffer.ts';
import { evaluateOnDevices } from './interpreter.ts';

class ReferenceBuffer implements DeviceBuffer {
  readonly type: TensorType;
  readonly device: number;
  #array: HostArray | undefined;

  constructor(array: HostArray, device: number) {
    this.type = tensorType(array.dtype, array.shape);
    this.device = device;
    this.#array = array;
  }
  get array(): HostArray {
    if (!this.#array) throw deletedError();
    return this.#array;
  }
  async read(): Promise<HostArray> {
    return this.readNow();
  }
  readNow(): HostArray {
    return this.array.clone();
  }
  dispose(): void {
    this.#array = undefined;
  }
  get isDeleted(): boolean {
    return this.#array === undefined;
  }
}

class ReferenceExecutable implements Executable {
  readonly argTypes: readonly TensorType[];
  readonly resultTypes: readonly TensorType[];
  readonly devices: DeviceSet;
  readonly stats: ExecutableStats;
  readonly #engine: ReferenceEngine;
  readonly #module: Module;
  readonly #donated: readonly number[];
  readonly #numReplicas: number;

  constructor(engine: ReferenceEngine, module: Module, devices: DeviceSet, options: CompileOptions) {
    this.#engine = engine;
    this.#numReplicas = options.numReplicas ?? 1;
    this.#module = module;
    this.#donated = options.donatedArgs ?? [];
    this.devices = devices;
    this.argTypes = module.main.argTypes.map((t) => asTensor(t));
    this.resultTypes = module.main.resultTypes.map((t) => asTensor(t));
    const peakBytesPerDevice = [...this.argTypes, ...this.resultTypes].reduce((n, t) => n + bytesOf(t), 0);
    this.stats = { peakBytesPerDevice, compileTimeMs: 0, fromCache: false, callbackOps: [] };
  }

  execute(args: LocalShards): Promise<DeviceBuffer[][]> {
    const { devices } = this;
    return this.#engine.queues.enqueue(devices.localIds, async () =>
      devices.isWhole
        ? this.#run(args)
        : this.#engine.gangs.join(printModule(this.#module), devices, args, async (all) => this.#run(all)),
    );
  }

  executeNow(): undefined {
    return undefined;
  }

  #run(args: LocalShards): DeviceBuffer[][] {
    const { ids } = this.devices;
    const own = requireArguments(args, ReferenceBuffer, this.argTypes, ids);
    const arrays = own.map((row) => row.map((b) => b.array));
    const results = evaluateOnDevices(this.#module, arrays, {
      numDevices: ids.length,
      numReplicas: this.#numReplicas,
    });
    for (const row of own) for (const i of this.#donated) row[i].dispose();
    return results.map((row, k) => row.map((a) => new ReferenceBuffer(a, ids[k])));
  }
}

export interface ReferenceEngineOptions {
  /** Simulated devices; default 64. */
  readonly maxDevices?: number;
  /** Precision of float32 products; default `default`, which is float32. */
  readonly precision?: Precision;
}

/** Slow, exact, anywhere: runs every op by its `evaluate` facet on simulated devices. */
export class ReferenceEngine implements Engine {
  readonly name: string = 'reference';
  readonly maxDevices: number;
  readonly queues = new DeviceQueues();
  readonly gangs = new Gangs();
  readonly #precision: Precision | undefined;

  constructor(options: ReferenceEngineOptions = {}) {
    this.#precision = options.precision;
    this.maxDevices = options.maxDevices ?? 64;
  }

  devices(): readonly Device[] {
    return Array.from({ length: this.maxDevices }, (_, id) => ({
      id,
      name: `reference:${id}`,
      kind: 'reference',
      description: 'simulated device of the reference engine',
      memoryBytes: undefined,
      bytesInUse: 0,
    }));
  }

  async open(): Promise<void> {}

  async compile(module: Module, options: CompileOptions = {}): Promise<Executable> {
    const devices = options.devices ?? firstDevices(this);
    const adapted = adaptTo({ engine: 'reference', precision: this.#precision }, module);
    return new ReferenceExecutable(this, adapted, devices, options);
  }

  put(array: HostArray, device: number): DeviceBuffer {
    return new ReferenceBuffer(array, device);
  }

  transfer(buffer: DeviceBuffer, device: number): DeviceBuffer {
    const own = requireBuffer(buffer, ReferenceBuffer, buffer.type, buffer.device, () => 'the buffer to copy');
    return new ReferenceBuffer(own.array, device);
  }

  async close(): Promise<void> {
    await this.queues.idle();
  }
}
