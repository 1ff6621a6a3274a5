import { readFileSync } from 'node:fs';
import { UserError } from '../base/index.ts';
import { type Module, parseModule, verifyModule } from '../ir/index.ts';
import { registry } from '../ops/index.ts';

/** Reads and verifies a StableHLO file; `-` or nothing reads standard input. Throws `cli/file`, `ir/parse`, `ir/verify`. */
export function loadModule(file: string | undefined): Module {
  const isStdin = file === undefined || file === '-';
  let text: string;
  try {
    text = readFileSync(isStdin ? 0 : file, 'utf8');
  } catch (cause) {
    throw new UserError('cli/file', `cannot read ${file}`, {
      given: (cause as NodeJS.ErrnoException).code ?? String(cause),
      cause,
    });
  }
  const module = parseModule(text, registry, { fileName: isStdin ? '<stdin>' : file });
  verifyModule(module);
  return module;
}
