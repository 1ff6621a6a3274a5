import { EspalierError, type HostArray, sameShape } from '../../base/index.ts';
import { asTensor, bytesOf, type Module, type TensorType, tensorType, typeText } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import {
  atPrecision,
  dropPartitioningCalls,
  expandCustomCalls,
  type Precision,
  passContext,
  widenSums,
} from '../../transform/index.ts';
import type { CompileOptions, DeviceBuffer, DeviceInfo, Engine, Executable, ExecutableStats } from '../engine.ts';
import { deletedError } from '../require-buffer.ts';
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
  readonly numDevices: number;
  readonly stats: ExecutableStats;
  readonly #module: Module;
  readonly #donated: readonly number[];
  readonly #numReplicas: number;

  constructor(module: Module, options: CompileOptions) {
    this.#numReplicas = options.numReplicas ?? 1;
    this.#module = module;
    this.#donated = options.donatedArgs ?? [];
    this.numDevices = options.numDevices;
    this.argTypes = module.main.argTypes.map((t) => asTensor(t));
    this.resultTypes = module.main.resultTypes.map((t) => asTensor(t));
    const peakBytesPerDevice = [...this.argTypes, ...this.resultTypes].reduce((n, t) => n + bytesOf(t), 0);
    this.stats = { peakBytesPerDevice, compileTimeMs: 0, fromCache: false, callbackOps: [] };
  }

  async execute(args: readonly (readonly DeviceBuffer[])[]): Promise<DeviceBuffer[][]> {
    if (args.length !== this.numDevices)
      throw new EspalierError('runtime/arguments', 'wrong number of devices', {
        expected: `arguments for ${this.numDevices} devices`,
        given: `${args.length}`,
      });
    const arrays = args.map((own, device) => own.map((b, i) => this.#argument(b, device, i)));
    const results = evaluateOnDevices(this.#module, arrays, {
      numDevices: this.numDevices,
      numReplicas: this.#numReplicas,
    });
    for (const own of args) for (const i of this.#donated) own[i].dispose();
    return results.map((own, device) => own.map((a) => new ReferenceBuffer(a, device)));
  }

  #argument(buffer: DeviceBuffer, device: number, i: number): HostArray {
    const expected = this.argTypes[i];
    const fits =
      buffer instanceof ReferenceBuffer &&
      buffer.device === device &&
      buffer.type.dtype === expected?.dtype &&
      sameShape(buffer.type.shape, expected.shape);
    if (!fits)
      throw new EspalierError('runtime/arguments', `argument ${i} of device ${device} does not fit`, {
        expected: expected ? `${typeText(expected)} on device ${device}` : `${this.argTypes.length} arguments`,
        given: `${typeText(buffer.type)} on device ${buffer.device}`,
      });
    return buffer.array;
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
  readonly name = 'reference';
  readonly maxDevices: number;
  readonly #precision: Precision | undefined;

  constructor(options: ReferenceEngineOptions = {}) {
    this.#precision = options.precision;
    this.maxDevices = options.maxDevices ?? 64;
  }

  devices(): readonly DeviceInfo[] {
    return Array.from({ length: this.maxDevices }, (_, id) => ({
      id,
      name: `reference:${id}`,
      description: 'simulated device of the reference engine',
      bytesInUse: 0,
    }));
  }

  async compile(module: Module, options: CompileOptions): Promise<Executable> {
    if (options.numDevices > this.maxDevices)
      throw new EspalierError('runtime/devices', 'not enough devices', {
        expected: `at most ${this.maxDevices}`,
        given: `${options.numDevices}`,
      });
    const ctx = passContext({ registry, target: { precision: this.#precision } });
    const expanded = dropPartitioningCalls(expandCustomCalls(module, ctx), ctx);
    return new ReferenceExecutable(widenSums(atPrecision(expanded, ctx), ctx), options);
  }

  put(array: HostArray, device: number): DeviceBuffer {
    return new ReferenceBuffer(array, device);
  }

  async close(): Promise<void> {}
}
