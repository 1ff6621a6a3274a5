import { readFileSync } from 'node:fs';
import { UserError } from '../base/index.ts';
import { exportedModule, isBytecode, type Module, parseModule, readBytecode, verifyModule } from '../ir/index.ts';
import { registry } from '../ops/index.ts';

/**
 * Reads and verifies a StableHLO program: MLIR text, a portable artifact (bytecode), or what `jax.export(…).serialize()` wrote. `-` or
 * nothing reads standard input. Throws `cli/file`, `ir/parse`, `ir/bytecode`, `ir/verify`.
 */
export function loadModule(file: string | undefined): Module {
  const isStdin = file === undefined || file === '-';
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(isStdin ? 0 : file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError('cli/file', `cannot read ${file}`, {
      given: code ?? String(cause),
      ...(code === 'EISDIR' ? { advice: 'this is a folder: name the file in it' } : {}),
      ...(code === 'ENOENT' ? { advice: 'there is no such file: check the path' } : {}),
      cause,
    });
  }
  const module = readProgram(bytes, isStdin ? '<stdin>' : file);
  verifyModule(module);
  return module;
}

function readProgram(bytes: Uint8Array, fileName: string): Module {
  const artifact = isBytecode(bytes) ? bytes : exportedModule(bytes, fileName);
  if (artifact && isBytecode(artifact)) return readBytecode(artifact, registry, { fileName });
  const text = new TextDecoder().decode(bytes);
  // Text has none of these: what has them would only clutter a terminal with its own bytes.
  if (/[\0\ufffd]/.test(text))
    throw new UserError('cli/file', `${fileName} is no StableHLO program`, {
      expected: 'MLIR text, MLIR bytecode, or what jax.export serialized',
      given: 'other binary data',
    });
  return parseModule(text, registry, { fileName });
}
