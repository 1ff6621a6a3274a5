import { NativeLibrary } from '../src/runtime/cpu/library.ts';
import { findCompiler } from '../src/runtime/index.ts';

/** Before all tests: the cpu engine's support library, which is compiled once per machine and says so to whoever waits for it. */
export async function setup(): Promise<void> {
  if (findCompiler()) await NativeLibrary.open();
}
