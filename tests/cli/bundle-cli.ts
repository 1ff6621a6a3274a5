import { bundle } from '../../scripts/bundle.ts';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';
import { findCompiler } from '../../src/runtime/index.ts';

/**
 * Before all tests: the command line as it is installed, but from the sources, since loading those one by one takes seconds each time;
 * and the cpu engine's support library, which is compiled once per machine and says so to whoever waits for it.
 */
export async function setup(): Promise<void> {
  await bundle('build/test');
  if (await findCompiler()) await NativeLibrary.open();
}
