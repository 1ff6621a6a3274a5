import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
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

/** That a file can be written where an option says, before any work is done for it. Throws `cli/file`. */
export function requireFilePlace(path: string, option: string): void {
  const isFolder = (at: string): boolean | undefined => statSync(at, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder(path))
    throw new UserError('cli/file', `${option} ${path} is a folder`, { expected: 'the name of a file' });
  if (!isFolder(dirname(path)))
    throw new UserError('cli/file', `${option} ${path}: there is no folder ${dirname(path)}`, {
      advice: 'make it first',
    });
}
