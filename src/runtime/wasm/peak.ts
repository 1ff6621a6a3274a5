import { defaultMachine, type Machine } from '../../base/index.ts';
import { BOUND_FLOPS, emitBounds } from '../../compile/index.ts';
import { webAssembly } from './web-assembly.ts';

/** Rounds of multiplications in one measurement: some milliseconds. */
const rounds = 500_000;

/** What bounds any product in WebAssembly on this machine, measured on one core. */
export interface WasmBounds {
  /** Multiplications and additions on v128 in registers, without memory, in GFLOP/s. */
  peak(): number;
  /** Time to read `bytes` once, in milliseconds. */
  readTimeMs(bytes: number): number;
  /** Time to copy `bytes`, at most half of the largest, in milliseconds. */
  copyTimeMs(bytes: number): number;
}

/** `relaxed`: with `f32x4.relaxed_madd`. `largestBytes`: of what is read. */
export async function wasmBounds(relaxed: boolean, largestBytes: number): Promise<WasmBounds> {
  const pages = Math.ceil(largestBytes / 65536) + 1;
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: false });
  new Uint8Array(memory.buffer).fill(1);
  const code = await webAssembly.compile(emitBounds(relaxed, pages));
  const { exports } = await webAssembly.instantiate(code, { env: { memory } });
  const { peak, read, copy } = exports as {
    peak(rounds: number): number;
    read(bytes: number): number;
    copy(to: number, from: number, bytes: number): void;
  };
  const timeMs = (run: () => void): number => {
    const started = performance.now();
    run();
    return performance.now() - started;
  };
  for (let warm = 0; warm < 100; warm++) {
    peak(1000);
    read(65536);
  }
  return {
    peak: () => (rounds * BOUND_FLOPS) / timeMs(() => peak(rounds)) / 1e6,
    readTimeMs: (bytes) => timeMs(() => read(bytes)),
    copyTimeMs: (bytes) => timeMs(() => copy(largestBytes / 2, 0, bytes)),
  };
}

/** Measures the machine for some tenths of a second. */
export async function measureWasmMachine(relaxed: boolean): Promise<Machine> {
  const bytes = 1 << 27;
  const bounds = await wasmBounds(relaxed, 2 * bytes);
  const best = (measure: () => number): number => Math.max(...Array.from({ length: 8 }, measure));
  const gbPerSecPerCore = best(() => (2 * bytes) / bounds.copyTimeMs(bytes) / 1e6);
  return {
    ...defaultMachine,
    gflopPerSecPerCore: best(() => bounds.peak()),
    gbPerSecPerCore,
    linkGbPerSec: gbPerSecPerCore / 2,
  };
}
