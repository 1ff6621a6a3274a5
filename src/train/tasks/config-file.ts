import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../base/index.ts';
import type { TasksDeclaration } from './declaration.ts';

/* Files of settings: `espalier.config.ts` and others that say the same. */

/** Where settings and tasks are looked for, in the current folder. */
export const usualConfigFiles = [
  'espalier.config.ts',
  'espalier.config.mjs',
  'espalier.config.js',
  'espalier.config.json',
] as const;

/** What an option of a command is set to: as it would be typed, `true` for one without a value, a list for one that takes several. */
export type Setting = string | number | boolean | readonly (string | number)[];
/** Options of a command, by their names in camel case. */
export type Settings = Readonly<Record<string, Setting>>;

/** What a configuration file says. */
export interface ConfigDeclaration extends Partial<TasksDeclaration> {
  /** Configuration files that this one adds to, relative to it; later ones count more, and this one most. */
  readonly extends?: string | readonly string[];
  /** Settings of commands: `train`, `serve`, `eval.perplexity` … */
  readonly commands?: Readonly<Record<string, Settings>>;
}

/** The declaration itself, for its types: `export default defineConfig({ … })`. */
export const defineConfig = (config: ConfigDeclaration): ConfigDeclaration => config;

/** Keys of a configuration file that are not those of tasks. */
export const configKeys = ['extends', 'commands'] as const;

/** The configuration file of the current folder, if there is one. */
export const configFileHere = (): string | undefined => usualConfigFiles.find((file) => existsSync(file));

/** The default export of a module, or what a JSON file holds. Throws `train/tasks` for files that cannot be loaded. */
export async function contentsOfModule(file: string): Promise<unknown> {
  if (file.endsWith('.json')) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch (cause) {
      throw new UserError('train/tasks', `${file} is no JSON`, { given: (cause as Error).message, cause });
    }
  }
  try {
    return (await load(resolve(file))).default;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError('train/tasks', `${file} cannot be loaded`, { given: (cause as Error).message, cause });
  }
}

type Loaded = { readonly default?: unknown };

/** A module; TypeScript by Node itself where it can (from 22.18 on), else by the optional package `jiti`. */
async function load(path: string): Promise<Loaded> {
  try {
    return (await import(pathToFileURL(path).href)) as Loaded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
    return (await jitiFor(path, error))(path);
  }
}

async function jitiFor(path: string, cause: unknown): Promise<(path: string) => Promise<Loaded>> {
  const name: string = 'jiti';
  try {
    const { createJiti } = (await import(name)) as {
      createJiti(from: string): { import(path: string): Promise<Loaded> };
    };
    const jiti = createJiti(pathToFileURL(path).href);
    return (file) => jiti.import(file);
  } catch {
    throw new UserError('train/tasks', `${path} is TypeScript, which this Node does not read`, {
      advice: 'npm install jiti, write it as .mjs or .json, or run Node from 22.18 on',
      cause,
    });
  }
}

/** Paths of the files that a configuration adds to. */
export const extendedFiles = (file: string, { extends: of }: ConfigDeclaration): readonly string[] =>
  (of === undefined ? [] : typeof of === 'string' ? [of] : of).map((path) => join(dirname(file), path));
