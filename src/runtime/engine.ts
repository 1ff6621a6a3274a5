import type { HostArray } from '../base/index.ts';
import type { ProfilePoint } from '../compile/index.ts';
import type { Mesh, Module, TensorSharding, TensorType } from '../ir/index.ts';
import type { Precision } from '../transform/index.ts';

/** One tensor in one device's memory. Freed by the garbage collector or, earlier, by `dispose`. */
export interface DeviceBuffer {
  /** Per-device type. */
  readonly type: TensorType;
  readonly device: number;
  /** A copy on the host, the caller's own. Throws `runtime/deleted` after `dispose` or donation. */
  read(): Promise<HostArray>;
  /** The same at once, on engines whose memory is at hand. */
  readNow?(): HostArray;
  dispose(): void;
  readonly isDeleted: boolean;
}

export interface DeviceInfo {
  readonly id: number;
  /** e.g. `cpu:0`. */
  readonly name: string;
  /** Human description: core count, vector width. */
  readonly description: string;
  /** Bytes of this device's memory in use now, arenas included. */
  readonly bytesInUse: number;
}

/** What every engine understands. */
export interface EngineOptions {
  /** Precision of float32 products: see `docs/precision.md`. */
  readonly precision?: Precision | undefined;
  /** Compile programs that record the time of every kernel, on engines that can: see `takeEvents` of their executables. */
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

/** What this machine can do at best, measured with the instructions an engine has. */
export interface MachinePeak {
  /** float32 operations of one core in multiply-adds that never leave its registers. */
  readonly gflopPerSecPerCore: number;
  /** Bytes read and written per second by one core that copies a block larger than the caches. */
  readonly gbPerSecPerCore: number;
}

/** Takes the text of a stage, made only when somebody wants it. */
export type Dump = (file: string, text: () => string) => void;

export interface CompileOptions {
  /** Devices the program runs on, ids 0 … numDevices-1; `partition_id` is the device id. */
  readonly numDevices: number;
  /** Replicas of `numDevices / numReplicas` partitions each, replica by replica; default 1. */
  readonly numReplicas?: number | undefined;
  /** Arguments of @main whose buffers the program may overwrite; they are deleted by `execute`. */
  readonly donatedArgs?: readonly number[];
  /** Receives what the engine makes of the program on its way to the machine. */
  readonly dump?: Dump | undefined;
  /** Asks an engine that can `recall` to keep the program for later processes. */
  readonly keep?: KeepOptions | undefined;
}

export interface KeepOptions {
  /** All that the program was made from, as text: equal keys must mean equal programs and options. */
  readonly key: string;
  /** Given back with the program. */
  readonly note: string;
}

/** A program compiled before, perhaps by another process. */
export interface Recalled {
  readonly note: string;
  /** Undefined where its code has been deleted since: it must be compiled. */
  load(): Promise<Executable | undefined>;
}

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
  readonly numDevices: number;
  readonly stats: ExecutableStats;
  /**
   * Runs on all devices. `args[device][i]` must live on that device. Returns `results[device][i]`.
   * Executions of one engine run in the order they were requested.
   */
  execute(args: readonly (readonly DeviceBuffer[])[]): Promise<DeviceBuffer[][]>;
  /** The same without a promise, where nothing is waiting before it and starting it does not block; otherwise undefined, and nothing was done. */
  executeNow?(args: readonly (readonly DeviceBuffer[])[]): DeviceBuffer[][] | undefined;
  /**
   * What ran since the last call, in order of completion; empty unless the engine was made with `profile`. At most 131,072
   * events are kept between calls.
   */
  takeEvents?(): KernelEvent[];
}

/** A whole program with its shardings, for an engine that partitions by itself. */
export interface GlobalProgram {
  /** Arguments and results of `main` carry `sdy.sharding`; the mesh is declared. */
  readonly module: Module;
  readonly mesh: Mesh;
  /** Undefined: a whole copy on every device. */
  readonly inShardings: readonly (TensorSharding | undefined)[];
  readonly outShardings: readonly (TensorSharding | undefined)[];
}

/** Runs per-device StableHLO programs with explicit collectives on a set of devices. */
export interface Engine {
  readonly name: string;
  /** Devices it offers; may be more than the machine has cores. */
  readonly maxDevices: number;
  devices(): readonly DeviceInfo[];
  /** Finds the devices now rather than at the first compilation; engines that always know theirs have no such method. */
  open?(): Promise<void>;
  /** `module.main` is the per-device program. Throws `runtime/unsupported` naming the op. */
  compile(module: Module, options: CompileOptions): Promise<Executable>;
  /** Finds a program that was compiled with `keep` and this key. */
  recall?(key: string, numDevices: number, donatedArgs: readonly number[]): Recalled | undefined;
  /** Whether programs for several devices are better given whole, to `compileGlobal`. */
  readonly partitions?: boolean;
  /** Compiles a whole program, partitioning it over the devices of its mesh. Executables are called like those of `compile`. */
  compileGlobal?(program: GlobalProgram, options: CompileOptions): Promise<Executable>;
  /** Copies a host array to a device, at the latest when a program needs it: the array must not be changed any more. */
  put(array: HostArray, device: number): DeviceBuffer;
  /** Measures the machine for some tenths of a second; engines that record kernels have it. */
  measurePeak?(): Promise<MachinePeak>;
  /** Stops threads and frees device memory. */
  close(): Promise<void>;
}
