import type { KeptOperand } from '../../compile/index.ts';
import type { NativeBuffer } from './buffer.ts';
import type { Address, NativeLibrary } from './library.ts';

/*
 * Memory for packed copies of arguments that programs only read (native/gemm/gemm-kept.inc). It belongs to the argument's buffer and
 * goes with it; programs that read the buffer alike share it.
 */

/** One packed copy: `memory` is there from the second run on that asks for it. */
interface Copy {
  memory: NativeBuffer | undefined;
}

/** The packed copies of one buffer, by layout. */
export class PackedCopies {
  private readonly copies = new Map<string, Copy>();

  /**
   * The memory for a copy; undefined the first time, for a buffer may not live to be read again, and where `make` makes none.
   */
  take(layout: string, make: () => NativeBuffer | undefined): NativeBuffer | undefined {
    const copy = this.copies.get(layout);
    if (copy) copy.memory ??= make();
    else this.copies.set(layout, { memory: undefined });
    return copy?.memory;
  }

  dispose(): void {
    for (const copy of this.copies.values()) copy.memory?.dispose();
    this.copies.clear();
  }
}

/** What a program would keep of one argument in one layout. */
export interface KeptLayout {
  readonly arg: number;
  readonly layout: string;
  /** Bytes of one matrix; each begins with a word that says whether it is packed. */
  readonly matrixBytes: number;
  readonly matrices: number;
  /** The numbers the program knows it by. */
  readonly numbers: readonly number[];
}

/** The operands whose packed copies make a product of the program faster, each layout of an argument once. */
export function layoutsWorthKeeping(library: NativeLibrary, operands: readonly KeptOperand[]): KeptLayout[] {
  const found = new Map<string, KeptLayout & { readonly numbers: number[] }>();
  operands.forEach(({ arg, key: view, matrices, product }, number) => {
    const { bytes: matrixBytes, form } = library.keptBytes(product);
    if (matrixBytes === 0) return;
    const layout = `${form} ${view}`;
    const key = `${arg} ${layout}`;
    const known = found.get(key);
    if (known) known.numbers.push(number);
    else found.set(key, { arg, layout, matrixBytes, matrices, numbers: [number] });
  });
  return [...found.values()];
}

/** Marks matrices as not packed yet. */
export function clearHeads(library: NativeLibrary, address: Address, { matrices, matrixBytes }: KeptLayout): void {
  const zero = new Uint32Array(1);
  for (let i = 0; i < matrices; i++) library.copyIn(address, zero, i * matrixBytes);
}
