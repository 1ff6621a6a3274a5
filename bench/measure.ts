import type { NativeLibrary } from '../src/runtime/cpu/library.ts';

/* What several benchmarks measure with. */

export const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)];

/** Native memory with every byte the same; it lives as long as the process. */
export function filled(library: NativeLibrary, bytes: number, byte: number): number {
  const address = library.alloc(bytes);
  library.copyIn(address, new Uint8Array(bytes).fill(byte));
  return address;
}
