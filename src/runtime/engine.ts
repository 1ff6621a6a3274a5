import type { HostArray, Machine } from '../base/index.ts';
import type { ProfilePoint } from '../compile/index.ts';
import type { Module, TensorType } from '../ir/index.ts';
import type { Dump, GlobalProgram, KeepOptions, Recalled as RecalledProgram } from '../program/index.ts';
import type { Precision } from '../transform/index.ts';
import type { Device, DeviceSet } from './devices.ts';

/** One tensor in one device's memory. Freed by the garbage collector or, earlier, by `dispose`. */
export interface DeviceBuffer {
  /** Per-device type. */
  readonly type: TensorType;
  /** Number of the device in its engine. */
  readonly device: number;
  /** A copy on the host, the caller's own. Throws `runtime/deleted` after `dispose` or donation. */
  read(): Promise<HostArray>;
  /** The same at once; undefined on engines whose memory is not at hand. */
  readNow(): HostArray | undefined;
  /** The memory itself, only to be read and only while the buffer lives; absent where it is not at hand. */
  view?(): HostArray | undefined;
  dispose(): void;
  readonly isDeleted: boolean;
}

/** What this process holds of arguments or results of a program: `shards[k][i]` lies on device `devices.local[k]`. */
export type LocalShards = readonly (readonly DeviceBuffer[])[];

/** What every engine understands. */
export interface EngineOptions {
  /** Precision of float32 products: see `docs/precision.md`. */
  readonly precision?: Precision | undefined;
  /** Compile programs that record the time of every kernel, on engines with a `profiler`. */
  readonly profile?: boolean | undefined;
  /**
   * Most bytes of packed copies of weights, all devices together (cpu engine): see `docs/engines.md`. Default: an eighth of the
   * machine's memory; 0: none.
   */
  readonly packedWeightBytes?: number | undefined;
  /** Devices offered (cpu: 64 or the number of cores, wasm: 64; xla: its CPU platform's, as many as programs ask for up to 64). */
  readonly maxDevices?: number | undefined;
  /** Threads that work on a device's kernels (wasm engine); default: one per core. Results do not depend on it. */
  readonly threads?: number | undefined;
  /** Compiled programs kept for the next time their text is compiled, in bytes of module (wasm engine); default 64 MiB. */
  readonly cacheBytes?: number | undefined;
  /**
   * Path of a PJRT plugin, or the name of an installed one: `cpu`, `cuda12`, `cuda13`, `tpu` (xla engine); default:
   * `$ESPALIER_PJRT_PLUGIN`, then the best one found.
   */
  readonly plugin?: string | undefined;
}

/** One run of one kernel on one device. */
export interface KernelEvent {
  readonly point: ProfilePoint;
  readonly device: number;
  /** On the machine's clock; only differences mean anything. */
  readonly startUs: number;
  readonly timeUs: number;
}

export interface CompileOptions {
  /** Devices the program runs on; `partition_id` is the position in the set. Default: the engine's first device. */
  readonly devices?: DeviceSet | undefined;
  /** Replicas of `devices.size / numReplicas` partitions each, replica by replica; default 1. */
  readonly numReplicas?: number | undefined;
  /** Arguments of @main whose buffers the program may overwrite; they are deleted by `execute`. */
  readonly donatedArgs?: readonly number[];
  /** Receives what the engine makes of the program on its way to the machine. */
  readonly dump?: Dump | undefined;
  /** Asks an engine with a `cache` to keep the program for later processes. */
  readonly keep?: KeepOptions | undefined;
}

/** A program compiled before, perhaps by another process. */
export type Recalled = RecalledProgram<Executable>;

export interface ExecutableStats {
  /** Bytes per device while running: arguments, results and temporaries. */
  readonly peakBytesPerDevice: number;
  readonly compileTimeMs: number;
  /** Whether the compiled code came from a cache. */
  readonly fromCache: boolean;
  /** Ops the engine has no kernel for, one entry for each place in the program: callbacks evaluate them, slowly. */
  readonly callbackOps: readonly string[];
}

/** A compiled per-device program. */
export interface Executable {
  readonly argTypes: readonly TensorType[];
  readonly resultTypes: readonly TensorType[];
  readonly devices: DeviceSet;
  readonly stats: ExecutableStats;
  /**
   * Runs on all devices of its set: `args` are the shards of this process, the result is its shards of the results. Programs that
   * share a device run in the order they were requested, others at the same time.
   */
  execute(args: LocalShards): Promise<DeviceBuffer[][]>;
  /** The same without a promise, where nothing is waiting before it and starting it does not block; otherwise undefined, and nothing was done. */
  executeNow(args: LocalShards): DeviceBuffer[][] | undefined;
}

/** Programs that outlive the process that compiled them. */
export interface ProgramCache {
  /** Finds a program that was compiled with `keep` and this key. */
  recall(key: string, devices: DeviceSet, donatedArgs: readonly number[]): Recalled | undefined;
}

/** How long things take. */
export interface Profiler {
  /** The machine at best: its rates measured for some tenths of a second with the instructions that the engine has. */
  measureMachine(): Promise<Machine>;
  /**
   * What ran of a program since the last call, in order of completion; empty unless the engine was made with `profile`. At most
   * 131,072 events are kept between calls. `device` is the number in the engine, so events of programs on different devices are one
   * timeline.
   */
  takeEvents(executable: Executable): KernelEvent[];
}

/** An engine's own partitioner. */
export interface Partitioner {
  /** Compiles a whole program, partitioning it over the devices of its mesh. Executables are called like those of `compile`. */
  compile(program: GlobalProgram, options: CompileOptions): Promise<Executable>;
}

/** Runs per-device StableHLO programs with explicit collectives on sets of its devices. */
export interface Engine {
  readonly name: string;
  /** Devices it offers; may be more than the machine has cores. */
  readonly maxDevices: number;
  /** Those it knows of: engines that must be opened first know of none before. */
  devices(): readonly Device[];
  /** Finds the devices now rather than at the first compilation. */
  open(): Promise<void>;
  /** `module.main` is the per-device program. Throws `runtime/unsupported` naming the op. */
  compile(module: Module, options?: CompileOptions): Promise<Executable>;
  /** Copies a host array to a device, at the latest when a program needs it: the array must not be changed any more. */
  put(array: HostArray, device: number): DeviceBuffer;
  /**
   * A buffer that `write` fills, before this returns, with the bytes a `HostArray` of its type would have: no copy of them is on the host. Undefined,
   * and nothing was written, where a device's memory is not at hand; absent on engines where it never is.
   */
  fill?(type: TensorType, device: number, write: (bytes: Uint8Array) => void): DeviceBuffer | undefined;
  /** Copies a buffer of this engine to another of its devices. */
  transfer(buffer: DeviceBuffer, device: number): DeviceBuffer | Promise<DeviceBuffer>;
  /** Where it keeps programs for later processes. */
  readonly cache?: ProgramCache;
  /** Where it can time kernels. */
  readonly profiler?: Profiler;
  /** Where programs for several devices are better given to it whole. */
  readonly partitioner?: Partitioner;
  /** Stops threads and frees device memory. */
  close(): Promise<void>;
}
