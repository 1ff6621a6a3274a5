import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { nearestName, UserError } from '../../base/index.ts';
import { configFileHere, configKeys, contentsOfModule, usualConfigFiles } from './config-file.ts';
import { checkTasks, type TasksDeclaration } from './declaration.ts';

export interface FoundTasks {
  readonly declaration: TasksDeclaration;
  readonly file: string;
  /** The task or mixture that was asked for. */
  readonly name: string;
}

/**
 * Finds a task: `FILE` (`.json`, or a module with a default export), `FILE#name`, or a name in `espalier.config.*` of the current folder. Paths in it are relative to its
 * folder. Throws `train/tasks`.
 */
export async function findTasks(asked: string): Promise<FoundTasks> {
  const [path, part] = asked.split('#', 2);
  const isFile = /\.(json|[cm]?[jt]s)$/.test(path);
  const file = isFile ? path : configFileHere();
  if (!file || !existsSync(file))
    throw new UserError('train/tasks', isFile ? `there is no ${path}` : `there is no task ${asked} to be found`, {
      expected: isFile ? 'a task file' : `a task file, or ${usualConfigFiles.join(', ')} in this folder`,
    });
  const ownName = basename(file).replace(/\.[^.]+$/, '');
  const declared = checkTasks(withoutSettings(await contentsOfModule(file)), file, ownName);
  const declaration = withPaths(declared, dirname(resolve(file)));
  const names = [...Object.keys(declaration.mixtures ?? {}), ...Object.keys(declaration.tasks)];
  const name = part ?? (isFile ? names[0] : asked);
  if (!names.includes(name)) {
    const near = nearestName(name, names);
    throw new UserError('train/tasks', `${file} has no task ${name}`, {
      expected: names.join(', '),
      ...(near ? { advice: `did you mean ${near}` } : {}),
    });
  }
  if (part === undefined && isFile && names.length > 1 && Object.keys(declaration.mixtures ?? {}).length !== 1)
    throw new UserError('train/tasks', `${file} has several tasks`, {
      expected: names.map((n) => `${asked}#${n}`).join(', '),
      given: asked,
    });
  return { declaration, file, name };
}

/** What a configuration file says of tasks. */
function withoutSettings(contents: unknown): unknown {
  if (typeof contents !== 'object' || contents === null || 'files' in contents) return contents;
  return Object.fromEntries(
    Object.entries(contents).filter(([key]) => !(configKeys as readonly string[]).includes(key)),
  );
}

function withPaths(d: TasksDeclaration, folder: string): TasksDeclaration {
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const tasks = Object.entries(d.tasks).map(([name, t]) => {
    const all = (paths: string | readonly string[]) => (typeof paths === 'string' ? at(paths) : paths.map(at));
    const validation = t.validation === undefined ? {} : { validation: all(t.validation) };
    return [name, { ...t, files: all(t.files), ...validation }] as const;
  });
  const { tokenizer } = d;
  return {
    ...d,
    ...(tokenizer === undefined || tokenizer === 'bytes' ? {} : { tokenizer: at(tokenizer) }),
    tasks: Object.fromEntries(tasks),
  };
}
