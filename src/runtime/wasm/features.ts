import { webAssembly } from './web-assembly.ts';

/* What the WebAssembly of this JavaScript engine can do. Nothing here imports from Node: the same code runs in browsers. */

interface NodeProcess {
  readonly getBuiltinModule?: (name: string) => unknown;
  readonly versions?: { readonly node?: string };
}
const nodeProcess = (globalThis as { process?: NodeProcess }).process;

/** A module of Node, or undefined in a browser (and in Node before 20.16). */
export function nodeModule<T>(name: string): T | undefined {
  return nodeProcess?.versions?.node === undefined
    ? undefined
    : (nodeProcess.getBuiltinModule?.(name) as T | undefined);
}

/** A module with one function (v128, v128, v128) → v128 whose body ends in these bytes. */
const withVectors = (end: readonly number[]): Uint8Array =>
  new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b, 3, 2, 1, 0],
    ...[10, 4 + end.length, 1, 2 + end.length, 0, ...end, 0x0b],
  ]);
/** f32x4.relaxed_madd of the three, f32x4.add of the first two. */
const multiplyAdd = withVectors([0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 2]);
const addition = withVectors([0x20, 0, 0x20, 1, 0xfd, 0xe4, 1]);

let relaxed: boolean | undefined;
/** Whether `f32x4.relaxed_madd` is there; Node 20 has it behind a flag, which is set here. */
export function hasRelaxedSimd(): boolean {
  if (relaxed === undefined) {
    const validates = (): boolean => webAssembly.validate(multiplyAdd);
    if (!validates())
      nodeModule<{ setFlagsFromString(flag: string): void }>('node:v8')?.setFlagsFromString(
        '--experimental-wasm-relaxed-simd',
      );
    relaxed = validates();
  }
  return relaxed;
}

/** Whether memory can be shared with other threads; a page needs cross-origin isolation for that. */
export function hasSharedMemory(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer !== 'undefined' && crossOriginIsolated !== false;
}

/** Logical cores. */
export function coreCount(): number {
  const os = nodeModule<{ availableParallelism(): number }>('node:os');
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return os?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
}

/** Whether there is WebAssembly with the vectors that every program uses. */
export function hasWebAssembly(): boolean {
  return webAssembly?.validate(addition) ?? false;
}
