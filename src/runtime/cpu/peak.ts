import { defaultMachine, type Machine } from '../../base/index.ts';
import { findCompiler } from './compiler.ts';
import { NativeLibrary } from './library.ts';

/** Rounds of multiply-adds in one measurement: some milliseconds. */
const rounds = 100_000;

/** Measures the machine for about a fifth of a second. */
export async function measureMachine(): Promise<Machine> {
  const library = await NativeLibrary.open();
  const best = (run: () => void): number => {
    let timeMs = Number.POSITIVE_INFINITY;
    const end = performance.now() + 100;
    while (performance.now() < end) {
      const start = performance.now();
      run();
      timeMs = Math.min(timeMs, performance.now() - start);
    }
    return timeMs;
  };
  const operations = library.multiplyAdds(1);
  const fmaMs = best(() => library.multiplyAdds(rounds));
  const bytes = 1 << 27;
  const [from, to] = [library.alloc(bytes), library.alloc(bytes)];
  library.copy(to, from, bytes);
  const copyMs = best(() => library.copy(to, from, bytes));
  for (const block of [from, to]) library.free(block, bytes);
  const gbPerSecPerCore = (2 * bytes) / copyMs / 1e6;
  return {
    ...defaultMachine,
    vectorLanes: findCompiler()?.vectorLanes ?? defaultMachine.vectorLanes,
    gflopPerSecPerCore: (operations * rounds) / fmaMs / 1e6,
    gbPerSecPerCore,
    // Devices are threads: what one sends another copies, byte for byte read and written.
    linkGbPerSec: gbPerSecPerCore / 2,
  };
}
