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
    throw new UserError('cli/file', `cannot read ${file}`, {
      given: (cause as NodeJS.ErrnoException).code ?? String(cause),
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
  return parseModule(new TextDecoder().decode(bytes), registry, { fileName });
}
