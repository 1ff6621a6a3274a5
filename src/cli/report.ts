import { UserError } from '../base/index.ts';

/** Prints an error as one clear line, those of the system as well (with the stack only for bugs of ours or `ESPALIER_DEBUG=1`); returns the exit code. */
export function reportError(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isOfSystem = /^E[A-Z]+$/.test(code) && 'syscall' in (error as object);
  const known = error instanceof UserError || code.includes('/') || isOfSystem;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${message}\n`);
  if ((!known || process.env.ESPALIER_DEBUG) && error instanceof Error && error.stack)
    process.stderr.write(`${error.stack}\n`);
  return 1;
}
