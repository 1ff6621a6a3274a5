import { mkdirSync, statSync } from 'node:fs';
import { UserError } from '../base/index.ts';

/** Makes the folder that an option names, before any work is done for it. Throws `cli/folder`. */
export function makeFolder(path: string, option: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UserError('cli/folder', `${option} ${path} is a file`, { expected: 'a folder, or a name that is free' });
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new UserError('cli/folder', `${option}: cannot make the folder ${path}`, {
      given: (cause as NodeJS.ErrnoException).code ?? String(cause),
      cause,
    });
  }
}
