import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type DType, EspalierError, InternalError, warn } from '../../base/index.ts';
import { ABI_VERSION, operandNumber, outcomeNumber, outcomeText, packProduct } from '../../compile/index.ts';
import { loadKoffi, nativeDirectory } from '../package-files.ts';
import { compileShared } from './compile-cache.ts';
import { platformFlags } from './platform-flags.ts';

/** Sources of the support library, the longest to compile first. */
const supportUnits = [
  'gemm/gemm',
  'gemm/gemm-thin',
  'gemm/gemm-codes',
  'run/runtime',
  'run/collectives',
  'run/team',
  'run/peak',
] as const;

/** Address in native memory (below 2^53 on every platform Node runs on); 0 is null. */
export type Address = number;

/** Bytes of native memory: in use by buffers now, at most so far, and kept for reuse after being freed. */
export interface MemoryUse {
  readonly live: number;
  readonly peak: number;
  readonly kept: number;
}

/** A loaded program: `handle` for {@link NativeLibrary.unload}, `entry` for {@link NativeLibrary.execute}. */
export interface NativeProgram {
  readonly path: string;
  readonly handle: Address;
  readonly entry: Address;
}

/** One run of a program on N devices; see `esp_execute` in native/run/runtime.c. */
export interface ExecuteRequest {
  readonly entry: Address;
  readonly devices: number;
  readonly argCount: number;
  readonly resultCount: number;
  /** Memory for operands that the program may keep packed. */
  readonly keptCount: number;
  /** Address of `devices` rows: the device's number, then addresses: arguments, results, the arena, memory for packed operands (or 0). */
  readonly table: Address;
  readonly constants: Address;
  readonly barrierCount: number;
  /** What {@link NativeLibrary.serveCallbacks} returned; 0 for programs without callback steps. */
  readonly callbackProgram: number;
}

/** Factors of an operand's elements, f32: element p of k in row or column r times `[p / group · k + r · other]`. */
export interface GemmScale {
  readonly address: Address;
  readonly batch?: number;
  readonly k: number;
  readonly other: number;
  readonly group: number;
}

/** `struct esp_gemm` (native/espalier.h): strides in elements, of batches, rows and columns. */
export interface GemmRequest {
  readonly dtypes: readonly [DType, DType, DType];
  readonly batch?: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Address;
  readonly b: Address;
  readonly c: Address;
  readonly aStrides: readonly [number, number, number];
  readonly bStrides: readonly [number, number, number];
  readonly cStrides: readonly [number, number, number];
  readonly accumulate?: boolean;
  /** Which float32 operands are rounded to bf16: 1: a, 2: b, 3 or true: both. */
  readonly roundBf16?: boolean | 0 | 1 | 2 | 3;
  readonly aScale?: GemmScale;
  readonly bScale?: GemmScale;
  readonly kept?: KeptOperand;
  /** Default 1. */
  readonly threads?: number;
}

/** Memory for an operand that never changes, packed by the first product that reads it: see {@link NativeLibrary.keptBytes}. */
export interface KeptOperand {
  readonly operand: 'a' | 'b';
  readonly address: Address;
  /** Number of the product's (first) matrix among those in the memory. */
  readonly first?: number;
}

/** A product without its memory: what packing depends on. */
export type KeptRequest = Omit<GemmRequest, 'a' | 'b' | 'c' | 'kept'> & Pick<KeptOperand, 'operand'>;

/** What a product is, in the integers of the interface. */
function integersOf(g: Omit<GemmRequest, 'a' | 'b' | 'c'>): BigInt64Array {
  const { aScale, bScale, kept } = g;
  return packProduct({
    ...{ batch: g.batch ?? 1, m: g.m, n: g.n, k: g.k },
    ...{ a_batch: g.aStrides[0], a_row: g.aStrides[1], a_col: g.aStrides[2] },
    ...{ b_batch: g.bStrides[0], b_row: g.bStrides[1], b_col: g.bStrides[2] },
    ...{ c_batch: g.cStrides[0], c_row: g.cStrides[1], c_col: g.cStrides[2] },
    accumulate: g.accumulate ? 1 : 0,
    round_bf16: g.roundBf16 === true ? 3 : Number(g.roundBf16 ?? 0),
    ...{ a_scale: aScale?.address ?? 0, a_scale_batch: aScale?.batch ?? 0, a_scale_k: aScale?.k ?? 0 },
    ...{ a_scale_other: aScale?.other ?? 0, a_scale_group: aScale?.group ?? 1 },
    ...{ b_scale: bScale?.address ?? 0, b_scale_batch: bScale?.batch ?? 0, b_scale_k: bScale?.k ?? 0 },
    ...{ b_scale_other: bScale?.other ?? 0, b_scale_group: bScale?.group ?? 1 },
    ...{ kept: kept?.address ?? 0, kept_first: kept?.first ?? 0 },
    kept_operand: kept ? (kept.operand === 'a' ? 1 : 2) : 0,
  });
}

/** Evaluates step `number` of a program on a device; `pointers` is the address of the addresses of operands and results. */
export type Callback = (number: number, device: number, pointers: Address) => void;

const CALLBACK_FAILED = outcomeNumber('CALLBACK_FAILED');

/** Functions bound by koffi; numbers cross as 64-bit integers. */
interface Bindings {
  alloc(bytes: number): number;
  free(address: number, bytes: number): void;
  trim(keep: number): void;
  memory(out: BigUint64Array): void;
  copyIn(to: number, offset: number, from: ArrayBufferView, bytes: number): void;
  copyOut(to: ArrayBufferView, from: number, offset: number, bytes: number): void;
  copy(to: number, from: number, bytes: number): void;
  load(path: string, error: Uint8Array, errorBytes: number): number;
  symbol(handle: number, name: string): number;
  unload(handle: number): void;
  gemm(threads: number, a: number, b: number, c: number, v: BigInt64Array, pa: number, pb: number, pc: number): number;
  keptBytes(a: number, b: number, c: number, v: BigInt64Array, form: Int32Array): number;
  peakFma(rounds: number): number;
  peakRead(threads: number, address: number, bytes: number): void;
  execute: {
    (...args: number[]): number;
    async(...args: [...number[], (error: unknown, rc: number) => void]): void;
  };
  view(address: number, bytes: number): ArrayBuffer;
  /** Address of a C function that calls `f` on the main thread, for the life of the process. */
  callback(f: (program: number, number: number, device: number, pointers: number) => number): number;
}

/**
 * The C support library of the cpu engine: native memory, device threads, program loading. One per process;
 * {@link NativeLibrary.open} compiles it on first use.
 */
export class NativeLibrary {
  private static opened: Promise<NativeLibrary> | undefined;
  private static now: NativeLibrary | undefined;
  private readonly c: Bindings;

  private readonly callbacks = new Map<number, Callback>();
  private readonly callbackErrors = new Map<number, unknown>();
  private callbackAddress: Address = 0;
  private nextCallback = 1;

  private constructor(bindings: Bindings) {
    this.c = bindings;
  }

  /** Throws `runtime/no-compiler`, `runtime/compile-failed` or `runtime/no-koffi`. */
  static open(): Promise<NativeLibrary> {
    NativeLibrary.opened ??= NativeLibrary.load().then(
      (library) => {
        NativeLibrary.now = library;
        return library;
      },
      (error: unknown) => {
        NativeLibrary.opened = undefined;
        throw error;
      },
    );
    return NativeLibrary.opened;
  }

  /** The library, if it is open by now. */
  static get current(): NativeLibrary | undefined {
    return NativeLibrary.now;
  }

  /** Another build of the library, with more compiler flags: for tests of paths this machine would not take. */
  static build(flags: readonly string[]): Promise<NativeLibrary> {
    return NativeLibrary.load(flags);
  }

  private static async load(flags: readonly string[] = []): Promise<NativeLibrary> {
    const units = supportUnits.map((path) => ({
      name: basename(path),
      text: readFileSync(join(nativeDirectory(), `${path}.c`), 'utf8'),
    }));
    const onBuild = (): void =>
      warn('compiling the support library of the cpu engine, once per machine: the first operation takes some seconds');
    const { path } = await compileShared({
      name: 'support',
      units,
      flags,
      libraries: platformFlags().support,
      onBuild,
    });
    return new NativeLibrary(bind(path));
  }

  /** A 64-byte aligned block, contents undefined. Throws `runtime/out-of-memory`. */
  alloc(bytes: number): Address {
    const address = this.c.alloc(bytes);
    if (address === 0)
      throw new EspalierError('runtime/out-of-memory', `could not allocate ${bytes} bytes of device memory`, {
        given: `${this.memory().live} bytes in use`,
        advice: 'use a smaller batch, more devices, or rematerialisation',
      });
    return address;
  }

  /** `bytes` must be what {@link alloc} was given. */
  free(address: Address, bytes: number): void {
    this.c.free(address, bytes);
  }

  /** Returns memory kept for reuse to the system, and keeps at most `keep` bytes from now on. */
  trim(keep: number): void {
    this.c.trim(keep);
  }

  memory(): MemoryUse {
    const out = new BigUint64Array(3);
    this.c.memory(out);
    return { live: Number(out[0]), peak: Number(out[1]), kept: Number(out[2]) };
  }

  /** Copies host bytes to `to + offset`. */
  copyIn(to: Address, from: ArrayBufferView, offset = 0): void {
    if (from.byteLength > 0) this.c.copyIn(to, offset, from, from.byteLength);
  }

  /** Fills `to` from `from + offset`. */
  copyOut(to: ArrayBufferView, from: Address, offset = 0): void {
    if (to.byteLength > 0) this.c.copyOut(to, from, offset, to.byteLength);
  }

  copy(to: Address, from: Address, bytes: number): void {
    this.c.copy(to, from, bytes);
  }

  /** The memory itself, without copying. The caller keeps the block alive. */
  view(address: Address, bytes: number): ArrayBuffer {
    return this.c.view(address, bytes);
  }

  /** Loads a compiled program. Throws `runtime/load-failed`. */
  loadProgram(path: string, symbol = 'program'): NativeProgram {
    const message = new Uint8Array(1024);
    const handle = this.c.load(path, message, message.length);
    if (handle === 0)
      throw new EspalierError('runtime/load-failed', `could not load ${path}`, {
        given: Buffer.from(message).toString('utf8').split('\0')[0],
      });
    const entry = this.c.symbol(handle, symbol);
    if (entry === 0) throw new InternalError(`${path} has no function "${symbol}"`);
    return { path, handle, entry };
  }

  /** Address of something a program exports; throws for one it does not. */
  symbol(program: NativeProgram, name: string): Address {
    const address = this.c.symbol(program.handle, name);
    if (address === 0) throw new InternalError(`a program has no symbol "${name}"`);
    return address;
  }

  unload(program: NativeProgram): void {
    this.c.unload(program.handle);
  }

  /** Lets programs call back; gives the number to execute them with. */
  serveCallbacks(evaluate: Callback): number {
    this.callbacks.set(this.nextCallback, evaluate);
    return this.nextCallback++;
  }

  /** Forgets a program that {@link serveCallbacks} numbered. */
  releaseCallbacks(program: number): void {
    this.callbacks.delete(program);
    this.callbackErrors.delete(program);
  }

  /** One function serves all programs, for the number of callbacks is limited. Device threads wait while Node's loop runs it. */
  private callbackFunction(): Address {
    this.callbackAddress ||= this.c.callback((program, number, device, pointers) => {
      try {
        const evaluate = this.callbacks.get(program);
        if (!evaluate) throw new InternalError('an unknown program calls back');
        evaluate(number, device, pointers);
        return 0;
      } catch (error) {
        this.callbackErrors.set(program, error);
        return CALLBACK_FAILED;
      }
    });
    return this.callbackAddress;
  }

  private failure(rc: number, program: number): unknown {
    const cause = rc === CALLBACK_FAILED ? this.callbackErrors.get(program) : undefined;
    this.callbackErrors.delete(program);
    return cause ?? executionError(rc);
  }

  /** Runs a program on its device threads; Node's loop stays free. Throws `runtime/execution-failed`. */
  execute(r: ExecuteRequest): Promise<void> {
    const callback = r.callbackProgram === 0 ? 0 : this.callbackFunction();
    return new Promise((resolve, reject) => {
      const done = (error: unknown, rc: number): void => {
        if (error) reject(error);
        else if (rc !== 0) reject(this.failure(rc, r.callbackProgram));
        else resolve();
      };
      this.c.execute.async(
        r.entry,
        r.devices,
        r.argCount,
        r.resultCount,
        r.keptCount,
        r.table,
        r.constants,
        r.barrierCount,
        callback,
        r.callbackProgram,
        done,
      );
    });
  }

  /** The same, blocking the caller: for programs shorter than the 26 µs an asynchronous call costs. */
  executeSync(r: ExecuteRequest): void {
    const callback = r.callbackProgram === 0 ? 0 : this.callbackFunction();
    const rc = this.c.execute(
      r.entry,
      r.devices,
      r.argCount,
      r.resultCount,
      r.keptCount,
      r.table,
      r.constants,
      r.barrierCount,
      callback,
      r.callbackProgram,
    );
    if (rc !== 0) throw this.failure(rc, r.callbackProgram);
  }

  /** One matrix product (tests, benchmarks). */
  gemm(g: GemmRequest): void {
    const [ta, tb, tc] = g.dtypes.map(operandNumber);
    const rc = this.c.gemm(g.threads ?? 1, ta, tb, tc, integersOf(g), g.a, g.b, g.c);
    if (rc !== 0) throw executionError(rc);
  }

  /**
   * Bytes of a matrix of an operand, packed for this product; 0 where keeping it gains nothing. Memory for several begins as
   * many bytes apart, the first 4 of each 0: "not packed yet". Products of equal form may share it.
   */
  keptBytes(g: KeptRequest): { readonly bytes: number; readonly form: number } {
    const [ta, tb, tc] = g.dtypes.map(operandNumber);
    const form = new Int32Array(1);
    const bytes = this.c.keptBytes(ta, tb, tc, integersOf({ ...g, kept: { operand: g.operand, address: 0 } }), form);
    return { bytes, form: form[0] };
  }

  /** Multiply-adds that stay in registers, on the calling thread: operations done (two each) in `rounds` rounds. */
  multiplyAdds(rounds: number): number {
    return this.c.peakFma(rounds);
  }

  /** Reads memory once and does nothing else. */
  readOnly(address: Address, bytes: number, threads: number): void {
    this.c.peakRead(threads, address, bytes);
  }
}

function executionError(rc: number): EspalierError {
  return new EspalierError('runtime/execution-failed', 'a program failed on the cpu engine', {
    given: outcomeText(rc),
    fields: { code: rc },
  });
}

function bind(path: string): Bindings {
  const koffi = loadKoffi();
  const lib = koffi.load(path);
  const f = (signature: string): unknown => lib.func(signature);
  const abi = f('int esp_abi()') as () => number;
  if (abi() !== ABI_VERSION) throw new InternalError('the support library has another ABI version');
  return {
    alloc: f('uint64_t esp_alloc(uint64_t)'),
    free: f('void esp_free(uint64_t, uint64_t)'),
    trim: f('void esp_trim(uint64_t)'),
    memory: f('void esp_memory(void *)'),
    copyIn: f('void esp_copy_in(uint64_t, uint64_t, const void *, uint64_t)'),
    copyOut: f('void esp_copy_out(void *, uint64_t, uint64_t, uint64_t)'),
    copy: f('void esp_copy(uint64_t, uint64_t, uint64_t)'),
    load: f('uint64_t esp_load(const char *, void *, uint64_t)'),
    symbol: f('uint64_t esp_symbol(uint64_t, const char *)'),
    unload: f('void esp_unload(uint64_t)'),
    gemm: f('int esp_gemm_once(int, int, int, int, const void *, uint64_t, uint64_t, uint64_t)'),
    keptBytes: f('int64_t esp_kept_bytes(int, int, int, const void *, void *)'),
    peakFma: f('double esp_peak_fma(int64_t)'),
    peakRead: f('void esp_peak_read(int, uint64_t, int64_t)'),

    execute: f('int esp_execute(uint64_t, int, int, int, int, uint64_t, uint64_t, int, uint64_t, uint64_t)'),
    view: (address, bytes) => koffi.view(address, bytes),
    callback: (callback) => {
      const type = koffi.proto('int esp_callback(uint64_t, int, int, uint64_t)');
      return Number(koffi.address(koffi.register(callback, koffi.pointer(type))));
    },
  } as Bindings;
}
