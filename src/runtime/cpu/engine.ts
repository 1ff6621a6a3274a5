import { availableParallelism, totalmem } from 'node:os';
import { HostArray } from '../../base/index.ts';
import { compileToC, type NativeModule, printKernels, printMemory } from '../../compile/index.ts';
import { bytesOf, type Module, type TensorType, tensorType } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { adaptTo } from '../../program/index.ts';
import type { Precision } from '../../transform/index.ts';
import { type CallbackMemory, runCallback } from '../callbacks.ts';
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
  KernelEvent,
  LocalShards,
  Profiler,
  ProgramCache,
  Recalled,
} from '../engine.ts';
import { Gangs } from '../gangs.ts';
import { deletedError, requireArguments, requireBuffer } from '../require-buffer.ts';
import { type Account, NativeBuffer } from './buffer.ts';
import { compileShared } from './compile-cache.ts';
import { findCompiler } from './compiler.ts';
import { type EventLog, eventLogOf } from './events.ts';
import { clearHeads, type KeptLayout, layoutsWorthKeeping, PackedCopies } from './kept-operands.ts';
import { type ExecuteRequest, NativeLibrary, type NativeProgram } from './library.ts';
import { measureMachine } from './peak.ts';
import {
  hasObject,
  type ProgramDescription,
  programRecordPath,
  readProgramRecord,
  recordProgram,
} from './program-records.ts';

/** One device: a native thread while programs run, an account of memory, and the arena its programs share. */
interface CpuDevice {
  readonly id: number;
  readonly account: Account;
  /** Of packed copies, which count beside the buffers they belong to. */
  readonly packed: Account;
  arena: NativeBuffer | undefined;
}

/** A tensor in a cpu device's memory. Host data stays where it is until a program needs it. */
class CpuBuffer implements DeviceBuffer {
  readonly type: TensorType;
  readonly device: number;
  private host: HostArray | undefined;
  private native: NativeBuffer | undefined;
  /** What programs that only read this buffer keep of it. */
  readonly packed = new PackedCopies();

  constructor(type: TensorType, device: number, content: HostArray | NativeBuffer) {
    this.type = type;
    this.device = device;
    if (content instanceof HostArray) this.host = content;
    else this.native = content;
  }

  /** The memory, filled from the host now if it was not yet. Throws `runtime/deleted`. */
  memory(library: NativeLibrary, account: Account): NativeBuffer {
    if (!this.native) {
      if (!this.host) throw deletedError();
      this.native = NativeBuffer.from(library, this.host.bytes, account);
      this.host = undefined;
    }
    return this.native;
  }

  /** The same contents on another device: host data is shared until that device needs it. */
  copyTo(device: number, account: Account): CpuBuffer {
    if (this.host) return new CpuBuffer(this.type, device, this.host);
    if (!this.native) throw deletedError();
    const { library } = this.native;
    const copy = new NativeBuffer(library, this.native.bytes, account);
    library.copy(copy.address, this.native.address, copy.bytes);
    return new CpuBuffer(this.type, device, copy);
  }

  /** Hands the memory to a result; this buffer is deleted. */
  surrender(library: NativeLibrary, account: Account): NativeBuffer {
    const native = this.memory(library, account);
    const moved = new NativeBuffer(library, native.bytes, account, native.release());
    this.native = undefined;
    this.packed.dispose();
    return moved;
  }

  async read(): Promise<HostArray> {
    return this.readNow();
  }

  readNow(): HostArray {
    if (this.host) return this.host.clone();
    if (!this.native) throw deletedError();
    const out = HostArray.zeros(this.type.dtype, this.type.shape);
    this.native.read(out.data);
    return out;
  }

  view(): HostArray {
    if (this.host) return this.host;
    if (!this.native) throw deletedError();
    const { library, address } = this.native;
    const { dtype, shape } = this.type;
    const numBytes = bytesOf(this.type);
    if (numBytes === 0) return HostArray.zeros(dtype, shape);
    return HostArray.fromBytes(dtype, shape, new Uint8Array(library.view(address, numBytes)));
  }

  dispose(): void {
    this.native?.dispose();
    this.native = undefined;
    this.host = undefined;
    this.packed.dispose();
  }

  get isDeleted(): boolean {
    return this.native === undefined && this.host === undefined;
  }
}

/** Unloads the code of programs nobody can run any more. A run holds its executable. */
const unloader = new FinalizationRegistry<{ library: NativeLibrary; program: NativeProgram; callbackProgram: number }>(
  ({ library, program, callbackProgram }) => {
    library.unload(program);
    library.releaseCallbacks(callbackProgram);
  },
);

/**
 * Programs of one device that took less than this the last time block Node's loop: handing them to another thread and back costs
 * some tenths of a millisecond. Before the first run the estimate decides, which is five to ten times what they take.
 */
const BRIEF_MS = 6;

export class CpuExecutable implements Executable {
  readonly argTypes: readonly TensorType[];
  readonly resultTypes: readonly TensorType[];
  readonly devices: DeviceSet;
  readonly stats: ExecutableStats;
  private readonly engine: CpuEngine;
  private readonly library: NativeLibrary;
  private readonly program: NativeProgram;
  private readonly module: ProgramDescription;
  private readonly donated: readonly number[];
  private readonly constants: NativeBuffer | undefined;
  /** Rows of addresses, reused by every run. */
  private readonly table: NativeBuffer;
  private readonly addresses: BigUint64Array;
  private readonly callbackProgram: number;
  private readonly kept: readonly KeptLayout[];
  private readonly events: EventLog;
  /** Time of the last run. */
  private timeMs: number | undefined;

  constructor(
    engine: CpuEngine,
    library: NativeLibrary,
    program: NativeProgram,
    module: ProgramDescription,
    devices: DeviceSet,
    donatedArgs: readonly number[],
    stats: ExecutableStats,
    callbackProgram: number,
  ) {
    this.engine = engine;
    this.library = library;
    this.program = program;
    this.module = module;
    this.donated = donatedArgs;
    this.argTypes = module.argTypes;
    this.resultTypes = module.resultTypes;
    this.devices = devices;
    this.stats = stats;
    this.constants = module.constants.length > 0 ? NativeBuffer.from(library, module.constants) : undefined;
    this.kept = layoutsWorthKeeping(library, module.kept);
    this.table = new NativeBuffer(library, 8 * this.rowLength * devices.size);
    this.addresses = new BigUint64Array(library.view(this.table.address, this.table.bytes));
    this.callbackProgram = callbackProgram;
    this.events = eventLogOf(library, program);
    unloader.register(this, { library, program, callbackProgram: this.callbackProgram });
  }

  /** Words of a device's row in the table: its number, arguments, results, arena, packed operands. */
  private get rowLength(): number {
    return 2 + this.argTypes.length + this.resultTypes.length + this.module.kept.length;
  }

  execute(args: LocalShards): Promise<DeviceBuffer[][]> {
    const { devices, engine } = this;
    return engine.queues.enqueue(devices.localIds, () =>
      devices.isWhole ? this.run(args) : engine.gangs.join(this.program.path, devices, args, (all) => this.run(all)),
    );
  }

  executeNow(args: LocalShards): DeviceBuffer[][] | undefined {
    if (!this.isBrief || this.engine.queues.isBusy(this.devices.ids) || deviceMemory.isHigh) return undefined;
    const call = this.prepare(args);
    this.runHere(call.request);
    return call.finish();
  }

  private get isBrief(): boolean {
    const timeMs = this.timeMs ?? (this.module.timeUs ?? Number.POSITIVE_INFINITY) / 1000;
    return this.devices.size === 1 && timeMs < BRIEF_MS;
  }

  private runHere(request: ExecuteRequest): void {
    const start = performance.now();
    this.library.executeSync(request);
    this.timeMs = performance.now() - start;
  }

  private async run(args: LocalShards): Promise<DeviceBuffer[][]> {
    if (deviceMemory.isHigh) await deviceMemory.relieve();
    const call = this.prepare(args);
    if (this.isBrief) this.runHere(call.request);
    else {
      const start = performance.now();
      await this.library.execute(call.request);
      this.timeMs = performance.now() - start;
    }
    return call.finish();
  }

  /** Fills the call's table with the shards of all devices; `finish` gives the results once it has run. */
  private prepare(args: LocalShards): {
    readonly request: ExecuteRequest;
    readonly finish: () => DeviceBuffer[][];
  } {
    const { library, module } = this;
    const { ids } = this.devices;
    const inputs = requireArguments(args, CpuBuffer, this.argTypes, ids);
    const row = this.rowLength;
    const outputs: NativeBuffer[][] = [];
    const keep: NativeBuffer[] = [];
    for (const [d, id] of ids.entries()) {
      const { account } = this.engine.device(id);
      const own = inputs[d];
      const memory = own.map((b) => b.memory(library, account));
      const results: NativeBuffer[] = this.resultTypes.map((t, r) => {
        const pair = module.aliases.find(([, result]) => result === r);
        if (!pair) return new NativeBuffer(library, bytesOf(t), account);
        const [a] = pair;
        // The same buffer given twice must keep its contents for the other use: work on a copy.
        if (own.some((b, i) => i !== a && b === own[a])) {
          const copy = new NativeBuffer(library, memory[a].bytes, account);
          library.copy(copy.address, memory[a].address, copy.bytes);
          memory[a] = copy;
          return copy;
        }
        return own[a].surrender(library, account);
      });
      for (const [a, r] of module.aliases) memory[a] = results[r];
      keep.push(...memory);
      outputs.push(results);
      const arena = this.engine.arena(library, id, module.arenaBytes);
      this.addresses[d * row] = BigInt(id);
      [...memory, ...results, arena].forEach((b, i) => {
        this.addresses[d * row + 1 + i] = BigInt(b.address);
      });
      const keptAt = (d + 1) * row - module.kept.length;
      this.addresses.fill(0n, keptAt, (d + 1) * row);
      for (const k of this.kept) {
        const packed = own[k.arg].packed.take(k.layout, () => this.engine.packedMemory(library, id, k));
        if (!packed) continue;
        keep.push(packed);
        for (const i of k.numbers) this.addresses[keptAt + i] = BigInt(packed.address);
      }
    }
    const request = {
      entry: this.program.entry,
      devices: ids.length,
      argCount: this.argTypes.length,
      resultCount: this.resultTypes.length,
      keptCount: module.kept.length,
      table: this.table.address,
      constants: this.constants?.address ?? 0,
      barrierCount: module.barrierCount,
      callbackProgram: this.callbackProgram,
    };
    const finish = (): DeviceBuffer[][] => {
      // Held until here, so that the collector does not free what the program reads.
      keep.length = 0;
      for (const own of inputs) for (const i of this.donated) own[i].dispose();
      return outputs.map((own, d) => own.map((b, r) => new CpuBuffer(this.resultTypes[r], ids[d], b)));
    };
    return { request, finish };
  }

  /** What ran on its devices since the last call. */
  takeEvents(): KernelEvent[] {
    const { points } = this.module;
    if (points.length === 0) return [];
    return this.events.take(this.devices.ids, this.engine.isBusy).map(([point, device, startNs, endNs]) => {
      return { point: points[point], device, startUs: startNs / 1000, timeUs: (endNs - startNs) / 1000 };
    });
  }
}

/**
 * Programs that take less, in microseconds, are compiled with few optimizations, a third faster: calling them takes as long as
 * running them, and none of these optimizations rounds otherwise.
 */
const BRIEF_US = 20;

/**
 * Compiles each program to one native function and runs it on native threads, one per device, in this process.
 * Needs a C compiler (see `findCompiler`).
 */
export class CpuEngine implements Engine {
  readonly name = 'cpu';
  readonly maxDevices: number;
  private readonly all: CpuDevice[] = [];
  readonly queues = new DeviceQueues();
  readonly gangs = new Gangs();
  private readonly profile: boolean;
  private readonly precision: Precision | undefined;
  private readonly packedWeightBytes: number;

  constructor(options: EngineOptions = {}) {
    this.profile = options.profile ?? false;
    this.precision = options.precision;
    this.packedWeightBytes = options.packedWeightBytes ?? memoryBytes() / 8;
    this.maxDevices = options.maxDevices ?? Math.max(64, availableParallelism());
  }

  devices(): readonly Device[] {
    return Array.from({ length: this.maxDevices }, (_, id) => ({
      id,
      name: `cpu:${id}`,
      kind: 'cpu',
      description: `native thread on ${availableParallelism()} cores`,
      memoryBytes: memoryBytes(),
      bytesInUse: this.all[id] ? bytesOn(this.all[id]) : 0,
    }));
  }

  async open(): Promise<void> {
    await NativeLibrary.open();
  }

  async compile(module: Module, options: CompileOptions = {}): Promise<Executable> {
    const devices = options.devices ?? firstDevices(this);
    const donatedArgs = options.donatedArgs ?? [];
    const started = performance.now();
    const library = await NativeLibrary.open();
    const native = compileToC(adaptTo({ engine: 'cpu', precision: this.precision }, module), {
      registry,
      numDevices: devices.size,
      numReplicas: options.numReplicas,
      donatedArgs,
      vectorLanes: findCompiler()?.vectorLanes ?? 4,
      profile: this.profile,
    });
    options.dump?.('kernels.txt', () => printKernels(native.kernels));
    options.dump?.('memory.txt', () => printMemory(native.kernels, native.memory));
    for (const unit of native.units) options.dump?.(`${unit.name}.c`, () => unit.text);
    const built = await compileShared({
      name: fileStem(native.name),
      units: native.units,
      flags: native.timeUs !== undefined && native.timeUs < BRIEF_US ? ['-Og'] : [],
    });
    const program = library.loadProgram(built.path);
    // callback steps evaluate ops of the module, which a record does not hold.
    if (options.keep && native.callbackSteps.length === 0)
      recordProgram(this.recordPath(options.keep.key), built.path, native, options.keep.boundary);
    const stats: ExecutableStats = {
      peakBytesPerDevice: peakBytes(native),
      compileTimeMs: performance.now() - started,
      fromCache: built.cached,
      callbackOps: native.callbackSteps.map((s) => s.op.name),
    };
    const callbackProgram = callbackProgramOf(library, native, devices.size);
    return new CpuExecutable(this, library, program, native, devices, donatedArgs, stats, callbackProgram);
  }

  readonly cache: ProgramCache = {
    recall: (key, devices, donatedArgs) => this.recall(key, devices, donatedArgs),
  };

  readonly profiler: Profiler = {
    measureMachine,
    takeEvents: (executable) => (executable as CpuExecutable).takeEvents(),
  };

  private recall(key: string, devices: DeviceSet, donatedArgs: readonly number[]): Recalled | undefined {
    const started = performance.now();
    const record = readProgramRecord(this.recordPath(key));
    if (!record) return undefined;
    const load = async (): Promise<Executable | undefined> => {
      const [library, isThere] = await Promise.all([NativeLibrary.open(), hasObject(record)]);
      if (!isThere) return undefined;
      const { description } = record;
      const stats: ExecutableStats = {
        peakBytesPerDevice: peakBytes(description),
        compileTimeMs: performance.now() - started,
        fromCache: true,
        callbackOps: [],
      };
      const program = library.loadProgram(record.path);
      return new CpuExecutable(this, library, program, description, devices, donatedArgs, stats, 0);
    };
    return { boundary: record.boundary, load };
  }

  private recordPath(key: string): string {
    return programRecordPath(`${this.precision ?? 'default'} ${this.profile}\n${key}`);
  }

  put(array: HostArray, device: number): DeviceBuffer {
    return new CpuBuffer(tensorType(array.dtype, array.shape), device, array);
  }

  fill(type: TensorType, device: number, write: (bytes: Uint8Array) => void): DeviceBuffer | undefined {
    const library = NativeLibrary.current;
    const numBytes = bytesOf(type);
    if (!library || numBytes === 0) return undefined;
    const native = new NativeBuffer(library, numBytes, this.device(device).account);
    try {
      write(new Uint8Array(library.view(native.address, numBytes)));
    } catch (error) {
      native.dispose();
      throw error;
    }
    return new CpuBuffer(type, device, native);
  }

  transfer(buffer: DeviceBuffer, device: number): DeviceBuffer {
    const own = requireBuffer(buffer, CpuBuffer, buffer.type, buffer.device, () => 'the buffer to copy');
    return own.copyTo(device, this.device(device).account);
  }

  async close(): Promise<void> {
    await this.queues.idle();
    for (const d of this.all) {
      d?.arena?.dispose();
      if (d) d.arena = undefined;
    }
    (await NativeLibrary.open().catch(() => undefined))?.trim(0);
  }

  /** Whether programs are running or waiting on any device. */
  get isBusy(): boolean {
    return this.queues.isBusy(this.all.keys());
  }

  device(id: number): CpuDevice {
    this.all[id] ??= { id, account: { bytes: 0 }, packed: { bytes: 0 }, arena: undefined };
    return this.all[id];
  }

  /** The device's scratch memory, at least this large; its programs run one at a time and share it. */
  arena(library: NativeLibrary, id: number, bytes: number): NativeBuffer {
    const d = this.device(id);
    if (!d.arena || d.arena.bytes < bytes) {
      d.arena?.dispose();
      d.arena = new NativeBuffer(library, Math.max(bytes, 64));
    }
    return d.arena;
  }

  /** Memory for packed weights, as far as the option allows. */
  packedMemory(library: NativeLibrary, id: number, kept: KeptLayout): NativeBuffer | undefined {
    const bytes = kept.matrices * kept.matrixBytes;
    const used = this.all.reduce((n, d) => n + (d?.packed.bytes ?? 0), 0);
    if (used + bytes > this.packedWeightBytes) return undefined;
    const memory = new NativeBuffer(library, bytes, this.device(id).packed);
    clearHeads(library, memory.address, kept);
    return memory;
  }
}

let knownMemoryBytes: number | undefined;
/** Of the machine, or of the container this runs in: read once, since that takes a millisecond. */
function memoryBytes(): number {
  knownMemoryBytes ??= Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return knownMemoryBytes;
}

const bytesOn = (d: CpuDevice): number => d.account.bytes + d.packed.bytes + (d.arena?.bytes ?? 0);

/** Arguments, results and temporaries of one device. */
function peakBytes(d: ProgramDescription): number {
  const own = [...d.argTypes, ...d.resultTypes].reduce((n, t) => n + bytesOf(t), 0);
  const shared = d.aliases.reduce((n, [a]) => n + bytesOf(d.argTypes[a]), 0);
  return own - shared + d.arenaBytes + d.constants.length;
}

const fileStem = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 60) || 'program';

/** Makes the program's callback steps callable; 0 when it has none. */
function callbackProgramOf(library: NativeLibrary, module: NativeModule, numDevices: number): number {
  const { callbackSteps } = module;
  if (callbackSteps.length === 0) return 0;
  return library.serveCallbacks((number, device, pointers) => {
    const step = callbackSteps[number];
    const addresses = new BigUint64Array(library.view(pointers, 8 * (step.reads.length + step.writes.length)));
    const memory: CallbackMemory = {
      read: (operand, to) => library.copyOut(to.data, Number(addresses[operand])),
      write: (result, from) => library.copyIn(Number(addresses[step.reads.length + result]), from.data),
    };
    runCallback(step, module.source, memory, device, numDevices);
  });
}
