import { NativeBuffer } from '../../src/runtime/cpu/buffer.ts';
import { compileShared } from '../../src/runtime/cpu/compile-cache.ts';
import { NativeLibrary } from '../../src/runtime/cpu/library.ts';

/**
 * Compiles a C text that defines `program`, runs it on `args.length` devices and returns each device's results, read
 * into arrays like `like`.
 */
export async function runProgram<T extends ArrayBufferView>(
  text: string,
  args: readonly (readonly ArrayBufferView[])[],
  like: readonly (() => T)[],
  barrierCount = 0,
): Promise<T[][]> {
  const library = await NativeLibrary.open();
  const { path } = await compileShared({ name: 'test', units: [{ name: 'program', text }] });
  const program = library.loadProgram(path);
  const inputs = args.map((row) => row.map((data) => NativeBuffer.from(library, data)));
  const outputs = args.map(() => like.map((make) => new NativeBuffer(library, make().byteLength)));
  // Its number, arguments, results, and an arena it has no need of.
  const row = 1 + args[0].length + like.length + 1;
  const table = new NativeBuffer(library, 8 * row * args.length);
  const addresses = new BigUint64Array(library.view(table.address, table.bytes));
  args.forEach((_, d) => {
    addresses[d * row] = BigInt(d);
    [...inputs[d], ...outputs[d]].forEach((buffer, i) => {
      addresses[d * row + 1 + i] = BigInt(buffer.address);
    });
  });
  try {
    await library.execute({
      entry: program.entry,
      devices: args.length,
      argCount: args[0].length,
      resultCount: like.length,
      keptCount: 0,
      table: table.address,
      constants: 0,
      barrierCount,
      callbackProgram: 0,
    });
    return outputs.map((buffers) =>
      buffers.map((buffer, i) => {
        const out = like[i]();
        buffer.read(out);
        return out;
      }),
    );
  } finally {
    for (const buffer of [...inputs.flat(), ...outputs.flat(), table]) buffer.dispose();
    library.unload(program);
  }
}
