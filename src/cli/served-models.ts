import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../base/index.ts';
import type { QuantizeHow } from '../nn/index.ts';
import { activationsOption, quantizeOption } from './model-options.ts';

/* Which models a server is told of: by options, by a folder of models, by a file. */

/** A model as a server is told of it; what it does not say is as the options of the command say. */
export interface ModelSpec {
  readonly name: string;
  readonly path: string;
  readonly quantize?: QuantizeHow | undefined;
  readonly activations?: 'i8' | undefined;
  /** Memory for keys and values. */
  readonly cacheMiB?: number | undefined;
  /** Adapters as `name=DIR`, each a model to clients. */
  readonly adapters?: readonly string[] | undefined;
  /** It is loaded before anybody asks for it. */
  readonly preload?: boolean | undefined;
}

/** The name of a model that nobody named: that of its folder or file. */
export const nameOfPath = (path: string): string => basename(resolve(path)).replace(/\.gguf$/, '');

/** Reads `PATH` or `name=PATH`. */
export function modelSpec(text: string): ModelSpec {
  const [, name, path] = (existsSync(text) ? undefined : /^([\w.:-]+)=(.+)$/.exec(text)) ?? [];
  return name === undefined ? { name: nameOfPath(text), path: text } : { name, path };
}

const wrong = (summary: string, details: { expected?: string; given?: string } = {}): UserError =>
  new UserError('cli/models', summary, details);

/** The models of a folder: its folders with a `config.json`, and its GGUF files, by name. Throws `cli/models`. */
export function modelsIn(dir: string): readonly ModelSpec[] {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) throw wrong(`${dir} is no folder`);
  const paths = readdirSync(dir)
    .sort()
    .map((name) => join(dir, name))
    .filter((path) => path.endsWith('.gguf') || existsSync(join(path, 'config.json')));
  if (paths.length === 0)
    throw wrong(`there are no models in ${dir}`, { expected: 'folders with a config.json, or .gguf files' });
  return paths.map((path) => ({ name: nameOfPath(path), path }));
}

const known = ['name', 'path', 'quantize', 'activations', 'cacheMiB', 'adapters', 'preload'];

/**
 * Reads a file of models, `[{ name, path, quantize, activations, cacheMiB, adapters, preload }]`, of which `path` alone is needed; paths begin at the
 * file. Throws `cli/models` with the place of what is wrong.
 */
export function readModelsFile(file: string): readonly ModelSpec[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UserError('cli/models', `cannot read the models in ${file}`, {
      expected: 'a list as JSON',
      given: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
  if (!Array.isArray(json) || json.length === 0)
    throw wrong(`${file} is no list of models`, { expected: '[{ "name": "a", "path": "./a" }, …]' });
  return json.map((entry: unknown, i) => specOf(entry, `${file}: [${i}]`, dirname(file)));
}

type JsonFields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is JsonFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function specOf(entry: unknown, at: string, base: string): ModelSpec {
  if (!isFields(entry)) throw wrong(`${at} is no model`, { expected: 'an object with a path' });
  const unknown = Object.keys(entry).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw wrong(`${at}.${unknown}: there is no such field`, { expected: known.join(', '), given: unknown });
  const field = <T>(name: string, expected: string, isRight: (value: unknown) => value is T): T | undefined => {
    const value = entry[name];
    if (value === undefined || isRight(value)) return value;
    throw wrong(`${at}.${name} is wrong`, { expected, given: JSON.stringify(value).slice(0, 100) });
  };
  const isText = (v: unknown): v is string => typeof v === 'string' && v !== '';
  const path = field('path', 'a folder or a .gguf file', isText);
  if (path === undefined) throw wrong(`${at} has no path`, { expected: 'a folder or a .gguf file' });
  const quantize = field('quantize', 'q8, q4, …, as --quantize has them', isText);
  const activations = field('activations', 'i8', isText);
  const adapters = field(
    'adapters',
    'names with their folders: { "poet": "./poet" }',
    (v): v is Readonly<Record<string, string>> =>
      isFields(v) && Object.entries(v).every(([name, dir]) => /^[\w.-]+$/.test(name) && isText(dir)),
  );
  return {
    name: field('name', 'a text', isText) ?? nameOfPath(path),
    path: resolve(base, path),
    quantize: quantize === undefined ? undefined : quantizeOption(quantize),
    activations: activations === undefined ? undefined : activationsOption(activations),
    cacheMiB: field('cacheMiB', 'a positive number', (v): v is number => typeof v === 'number' && v > 0),
    adapters: adapters && Object.entries(adapters).map(([name, dir]) => `${name}=${resolve(base, dir)}`),
    preload: field('preload', 'true or false', (v): v is boolean => typeof v === 'boolean'),
  };
}
