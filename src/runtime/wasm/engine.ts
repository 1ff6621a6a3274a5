import { EspalierError, type HostArray } from '../../base/index.ts';
import {
  BARRIERS,
  CONTEXT,
  compileToWasm,
  DEVICE_BYTES,
  DEVICE_COUNT,
  DEVICE_ID,
  printKernels,
  printMemory,
  RUN,
  TABLES,
  THREADS,
  type WasmModule,
} from '../../compile/index.ts';
import { bytesOf, type Module, printModule, type TensorType, tensorType } from '../../ir/index.ts';
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
} from '../engine.ts';
import { Gangs } from '../gangs.ts';
import { requireArguments, requireBuffer } from '../require-buffer.ts';
import { type Account, Block, WasmBuffer } from './buffer.ts';
import { coreCount, hasRelaxedSimd, hasSharedMemory } from './features.ts';
import { MAXIMUM_PAGES, WasmMemory } from './memory.ts';
import { ModuleCache } from './module-cache.ts';
import { measureWasmMachine } from './peak.ts';
import { Recorder, timeMs } from './recorder.ts';
import { special } from './special-functions.ts';
import { type DeviceRun, DeviceThreads, Helpers, type ThreadProgram } from './team.ts';
import { webAssembly } from './web-assembly.ts';

interface WasmDevice {
  readonly id: number;
  readonly account: Account;
  /** Address of its block of control words. */
  readonly control: number;
  arena: Block | undefined;
}

const defaultCacheBytes = 64 << 20;

interface Exports {
  readonly init: (scratch: number) => void;
  readonly program: (device: number, table: number, arena: number, constants: number) => void;
}

export interface WasmEngineOptions extends EngineOptions {
  /** Whether memory is shared between threads; default: where that is allowed. */
  readonly shared?: boolean;
  /** Whether to use relaxed SIMD; default: where the host has it. */
  readonly relaxed?: boolean;
}

/** Programs that took less than this the last time run before the call returns: the thread they run on is the caller's anyway. */
const BRIEF_MS = 6;

class WasmExecutable implements Executable {
  readonly argTypes: readonly TensorType[];
  readonly resultTypes: readonly TensorType[];
  readonly devices: DeviceSet;
  readonly stats: ExecutableStats;
  private readonly engine: WasmEngine;
  private readonly module: WasmModule;
  private readonly exports: Exports;
  private readonly program: ThreadProgram;
  private readonly recorder: Recorder;
  /** Byte offset of the collectives' tables behind the constants. */
  private readonly tablesAt: number;
  private readonly donated: readonly number[];
  private readonly constants: Block | undefined;
  /** Addresses of arguments and results, rewritten by every run. */
  private readonly table: Block;
  /** Time of the last run on this thread. */
  private timeMs: number | undefined;

  constructor(
    engine: WasmEngine,
    module: WasmModule,
    exports: Exports,
    program: ThreadProgram,
    recorder: Recorder,
    devices: DeviceSet,
    donatedArgs: readonly number[],
    stats: ExecutableStats,
  ) {
    this.engine = engine;
    this.module = module;
    this.exports = exports;
    this.program = program;
    this.recorder = recorder;
    this.donated = donatedArgs;
    this.argTypes = module.argTypes;
    this.resultTypes = module.resultTypes;
    this.devices = devices;
    this.stats = stats;
    const { memory } = engine;
    const { account } = engine.device(devices.ids[0]);
    this.tablesAt = (module.constants.length + 63) & ~63;
    const bytes = this.tablesAt + 4 * module.tables.length;
    if (bytes > 0) {
      this.constants = new Block(memory, bytes, account);
      memory.bytes(this.constants.at, module.constants.length).set(module.constants);
      memory.words(this.constants.at + this.tablesAt, module.tables.length).set(module.tables);
    }
    const words = this.argTypes.length + this.resultTypes.length;
    this.table = new Block(memory, 4 * words * devices.size, account);
  }

  execute(args: LocalShards): Promise<DeviceBuffer[][]> {
    const { devices, engine } = this;
    if (devices.isWhole) return engine.enqueue(devices.ids, () => this.run(args));
    const key = `${this.program.id}`;
    return engine.queues.enqueue(devices.localIds, () =>
      engine.gangs.join(key, devices, args, (all) => engine.enqueue([], () => this.run(all))),
    );
  }

  executeNow(args: LocalShards): DeviceBuffer[][] | undefined {
    const isBrief = this.timeMs !== undefined && this.timeMs < BRIEF_MS;
    if (!isBrief || this.meets || !this.devices.isWhole || deviceMemory.isHigh) return undefined;
    if (this.engine.isBusy || this.engine.queues.isBusy(this.devices.ids)) return undefined;
    return this.runHere(args);
  }

  /** Whether its devices wait for each other, so that each needs a thread. */
  private get meets(): boolean {
    return this.devices.size > 1 && this.module.barrierCount > 0;
  }

  private async run(args: LocalShards): Promise<DeviceBuffer[][]> {
    if (deviceMemory.isHigh) await deviceMemory.relieve();
    if (!this.meets) return this.runHere(args);
    const call = this.begin(args);
    await this.engine.runOnDevices(this.program, call.runs);
    return call.finish();
  }

  /** Runs on this thread, which waits. */
  private runHere(args: LocalShards): DeviceBuffer[][] {
    const start = performance.now();
    const call = this.begin(args);
    for (const r of call.runs) {
      this.engine.enter(r.control, this.program);
      this.exports.program(r.control, r.table, r.arena, r.constants);
    }
    this.timeMs = performance.now() - start;
    return call.finish();
  }

  private begin(args: LocalShards): {
    readonly runs: DeviceRun[];
    readonly finish: () => DeviceBuffer[][];
  } {
    const { ids } = this.devices;
    const inputs = requireArguments(args, WasmBuffer, this.argTypes, ids);
    this.engine.running = { module: this.module, ids, recorder: this.recorder };
    const outputs = inputs.map((own, position) => this.prepare(position, own));
    const finish = (): DeviceBuffer[][] => {
      for (const own of inputs) for (const i of this.donated) own[i].dispose();
      return outputs.map(({ results }, d) =>
        results.map((b, r) => new WasmBuffer(this.resultTypes[r], ids[d], this.engine.memory, b)),
      );
    };
    return { runs: outputs.map(({ run }) => run), finish };
  }

  takeEvents(): KernelEvent[] {
    return this.recorder.take();
  }

  /** Memory of one device's arguments and results, and where the program finds it. */
  private prepare(position: number, own: readonly WasmBuffer[]): { results: Block[]; run: DeviceRun } {
    const { engine, module } = this;
    const { memory } = engine;
    const { ids } = this.devices;
    const device = engine.device(ids[position]);
    const { account } = device;
    const held = own.map((b) => b.block(account));
    const results = this.resultTypes.map((t, r) => {
      const pair = module.aliases.find(([, result]) => result === r);
      if (!pair) return new Block(memory, bytesOf(t), account);
      const [a] = pair;
      // The same buffer given twice must keep its contents for the other use: work on a copy.
      if (own.some((b, i) => i !== a && b === own[a])) {
        const copy = new Block(memory, held[a].bytes, account);
        memory.bytes(copy.at, copy.bytes).set(memory.bytes(held[a].at, copy.bytes));
        held[a] = copy;
        return copy;
      }
      return own[a].surrender(account);
    });
    for (const [a, r] of module.aliases) held[a] = results[r];
    const arena = engine.arena(device, module.arenaBytes);
    const words = held.length + results.length;
    const table = this.table.at + 4 * words * position;
    memory.words(table, words).set([...held, ...results].map((b) => b.at));
    // A program of one device runs on this thread, whichever the device, and with the helpers of this thread.
    const controlAt = ids.length === 1 ? engine.device(0).control : device.control;
    const control = memory.words(controlAt, 8);
    control[THREADS / 4] = 1;
    control[DEVICE_ID / 4] = position;
    control[DEVICE_COUNT / 4] = ids.length;
    control[RUN / 4] = engine.shared(module.barrierCount);
    control[TABLES / 4] = (this.constants?.at ?? 0) + this.tablesAt;
    const run = { control: controlAt, table, arena: arena.at, constants: this.constants?.at ?? 0 };
    return { results, run };
  }
}

/**
 * Compiles each program to one WebAssembly module and runs it in this process, on several threads where memory may be shared.
 * Needs no compiler and nothing of Node, so it runs in browsers.
 */
export class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly maxDevices: number;
  readonly memory: WasmMemory;
  private readonly relaxed: boolean;
  private readonly threads: number;
  private readonly all: WasmDevice[] = [];
  private readonly compiled: ModuleCache<Compiled>;
  private readonly scratchAccount: Account = { bytes: 0 };
  private scratch: Block | undefined;
  private helpers: Helpers | undefined;
  private threadsOfDevices: DeviceThreads | undefined;
  /** The program that runs, for those that call back. */
  running: { readonly module: WasmModule; readonly ids: readonly number[]; readonly recorder: Recorder } | undefined;
  private sharedBlock = 0;
  private sharedBarriers = 0;
  readonly queues = new DeviceQueues();
  readonly gangs = new Gangs();
  private programs = 0;
  private readonly precision: Precision | undefined;
  private readonly profile: boolean;

  constructor(options: WasmEngineOptions = {}) {
    this.maxDevices = options.maxDevices ?? 64;
    this.precision = options.precision;
    this.profile = options.profile ?? false;
    this.relaxed = options.relaxed ?? hasRelaxedSimd();
    this.memory = new WasmMemory(options.shared ?? hasSharedMemory());
    this.threads = this.memory.shared ? (options.threads ?? coreCount()) : 1;
    this.compiled = new ModuleCache(
      options.cacheBytes ?? defaultCacheBytes,
      ({ module }) => module.bytes.length + module.constants.length,
      ({ program }) => {
        this.helpers?.forget(program.id);
        this.threadsOfDevices?.forget(program.id);
      },
    );
  }

  devices(): readonly Device[] {
    return Array.from({ length: this.maxDevices }, (_, id) => ({
      id,
      name: `wasm:${id}`,
      kind: 'wasm',
      memoryBytes: MAXIMUM_PAGES * 65536,
      description: `WebAssembly, ${this.threads} thread${this.threads > 1 ? 's' : ''}${this.relaxed ? ', relaxed SIMD' : ''}`,
      bytesInUse: this.all[id] ? this.all[id].account.bytes + (this.all[id].arena?.bytes ?? 0) : 0,
    }));
  }

  async open(): Promise<void> {}

  async compile(module: Module, options: CompileOptions = {}): Promise<Executable> {
    const devices = options.devices ?? firstDevices(this);
    const started = performance.now();
    const key = `${devices.size}|${options.numReplicas ?? 1}|${options.donatedArgs ?? []}|${printModule(module)}`;
    const { value, known } = this.compiled.get(key, () => this.build(module, devices.size, options));
    const { module: wasm, exports, program, recorder } = await value;
    options.dump?.('kernels.txt', () => printKernels(wasm.kernels));
    options.dump?.('memory.txt', () => printMemory(wasm.kernels, wasm.memory));
    const own = [...wasm.argTypes, ...wasm.resultTypes].reduce((n, t) => n + bytesOf(t), 0);
    const shared = wasm.aliases.reduce((n, [a]) => n + bytesOf(wasm.argTypes[a]), 0);
    return new WasmExecutable(this, wasm, exports, program, recorder, devices, options.donatedArgs ?? [], {
      peakBytesPerDevice: own - shared + wasm.arenaBytes + wasm.constants.length,
      compileTimeMs: performance.now() - started,
      fromCache: known,
      callbackOps: wasm.callbackSteps.map((s) => s.op.name),
    });
  }

  private async build(module: Module, numDevices: number, options: CompileOptions): Promise<Compiled> {
    const wasm = compileToWasm(adaptTo({ engine: 'wasm', precision: this.precision }, module), {
      registry,
      numDevices,
      numReplicas: options.numReplicas,
      donatedArgs: options.donatedArgs ?? [],
      relaxed: this.relaxed,
      shared: this.memory.shared,
      maximumPages: MAXIMUM_PAGES,
      profile: this.profile,
    });
    const recorder = new Recorder(wasm.points);
    const id = this.programs++;
    const code = await webAssembly.compile(wasm.bytes);
    const instance = await webAssembly.instantiate(code, {
      env: {
        memory: this.memory.memory,
        callback: (control: number, step: number) => this.callBack(wasm, numDevices, step, control),
        now: timeMs,
        event: (control: number, point: number, startMs: number) =>
          recorder.add(this.numberOf(control), { point, startMs, endMs: timeMs() }),
      },
      math: Math,
      special,
    });
    const exports = instance.exports as unknown as Exports;
    this.reserveScratch(wasm.scratchBytes);
    exports.init(this.scratch!.at);
    return { module: wasm, exports, recorder, program: { id, code, scratchBytes: wasm.scratchBytes } };
  }

  private callBack(module: WasmModule, numDevices: number, step: number, control: number): void {
    const s = module.callbackSteps[step];
    const addresses = this.memory.words(control + CONTEXT, s.reads.length + s.writes.length);
    const device = this.memory.words(control, 3)[DEVICE_ID / 4];
    const bytesAt = (k: number, { bytes }: HostArray): Uint8Array =>
      this.memory.bytes(addresses[k] >>> 0, bytes.length);
    const memory: CallbackMemory = {
      read: (operand, to) => to.bytes.set(bytesAt(operand, to)),
      write: (result, from) => bytesAt(s.reads.length + result, from).set(from.bytes),
    };
    runCallback(s, module.source, memory, device, numDevices);
  }

  private reserveScratch(bytes: number): void {
    // Programs keep the address they were given: a larger block is added, the old one stays.
    if (this.scratch && this.scratch.bytes >= bytes) return;
    this.scratch = new Block(this.memory, Math.max(bytes, 1 << 20), this.scratchAccount);
    this.kept.push(this.scratch);
  }
  private readonly kept: Block[] = [];

  put(array: HostArray, device: number): DeviceBuffer {
    return new WasmBuffer(tensorType(array.dtype, array.shape), device, this.memory, array);
  }

  transfer(buffer: DeviceBuffer, device: number): DeviceBuffer {
    const own = requireBuffer(buffer, WasmBuffer, buffer.type, buffer.device, () => 'the buffer to copy');
    return own.copyTo(device, this.device(device).account);
  }

  readonly profiler: Profiler = {
    measureMachine: () => measureWasmMachine(this.relaxed),
    takeEvents: (executable) => (executable as WasmExecutable).takeEvents(),
  };

  async close(): Promise<void> {
    await this.queues.idle();
    this.helpers?.close();
    this.threadsOfDevices?.close();
    this.helpers = undefined;
    this.threadsOfDevices = undefined;
    for (const d of this.all) {
      d?.arena?.dispose();
      if (d) d.arena = undefined;
    }
  }

  /**
   * Runs when these devices are free and no program runs: the main thread takes part in most, and what threads share serves one
   * program at a time.
   */
  enqueue<T>(ids: readonly number[], work: () => Promise<T>): Promise<T> {
    const alone = (): Promise<T> => this.queues.enqueue([this.maxDevices], work);
    // Who waits for a device does not keep others from running: what it waits for may be one of them.
    return ids.length === 0 ? alone() : this.queues.enqueue(ids, alone);
  }

  /** Whether a program is running or waiting. */
  get isBusy(): boolean {
    return this.queues.isBusy([this.maxDevices]);
  }

  /** The engine's number of the device of the running program that has this block of control words. */
  private numberOf(control: number): number {
    return this.running!.ids[this.memory.words(control, 3)[DEVICE_ID / 4]];
  }

  device(id: number): WasmDevice {
    if (!this.all[id]) {
      const control = this.memory.alloc(DEVICE_BYTES);
      this.memory.bytes(control, DEVICE_BYTES).fill(0);
      this.all[id] = { id, account: { bytes: 0 }, control, arena: undefined };
    }
    return this.all[id];
  }

  /** The device's scratch memory, at least this large; its programs share it. */
  arena(device: WasmDevice, bytes: number): Block {
    if (!device.arena || device.arena.bytes < bytes) {
      device.arena?.dispose();
      device.arena = new Block(this.memory, Math.max(bytes, 64), { bytes: 0 });
    }
    return device.arena;
  }

  /** Address of what devices share during a run: room for collectives and barriers. */
  shared(barriers: number): number {
    if (this.sharedBlock === 0 || barriers > this.sharedBarriers) {
      this.sharedBarriers = Math.max(barriers, 16);
      const bytes = BARRIERS + 64 * this.sharedBarriers;
      this.sharedBlock = this.memory.alloc(bytes);
      this.memory.bytes(this.sharedBlock, bytes).fill(0);
    }
    return this.sharedBlock;
  }

  /** Prepares a device's helpers for a program. */
  enter(control: number, program: ThreadProgram): void {
    if (this.threads <= 1 || control !== this.device(0).control) return;
    this.helpers ??= new Helpers(this.memory, control, this.threads - 1);
    this.memory.words(control, 1)[THREADS / 4] = this.helpers.serve(program);
  }

  /** Runs a program whose devices exchange data. Throws `runtime/failed`, `runtime/unsupported`. */
  runOnDevices(program: ThreadProgram, runs: readonly DeviceRun[]): Promise<void> {
    return this.deviceThreads().run(program, runs);
  }

  private deviceThreads(): DeviceThreads {
    if (!this.memory.shared)
      throw new EspalierError('runtime/unsupported', 'devices that exchange data need shared memory', {
        advice: 'use one device; in a browser, serve the page with cross-origin isolation',
      });
    this.threadsOfDevices ??= new DeviceThreads(this.memory, {
      callBack: (step, control) => this.callBack(this.running!.module, this.running!.ids.length, step, control),
      special: (name, args) => special[name](...args),
      event: (control, e) => this.running!.recorder.add(this.numberOf(control), e),
    });
    return this.threadsOfDevices;
  }
}

interface Compiled {
  readonly module: WasmModule;
  readonly exports: Exports;
  readonly program: ThreadProgram;
  readonly recorder: Recorder;
}
