import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as api from '../src/api/index.ts';

/*
 * What the docstrings of the public API say. A function is found in its file by identity, so a name under which it is exported
 * again shares its documentation.
 */

const room = fileURLToPath(new URL('../src/api', import.meta.url));

/** Files of other rooms, relative to this one, whose classes users meet by name. */
const lent = ['../runtime/devices.ts'];

/** Namespaces of the API: prefix → exports. */
export const namespaces: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '': api,
  lax: api.lax,
  np: api.np,
  'np.linalg': api.np.linalg,
  'np.fft': api.np.fft,
  nn: api.nn,
  'nn.initializers': api.nn.initializers,
  random: api.random,
  tree: api.tree,
};

export interface PublicFunction {
  /** `np.linalg.svd` */
  readonly name: string;
  readonly namespace: string;
  /** Name and file (below `src/api`) of its declaration. */
  readonly declared: string;
  readonly file: string;
  /** Text of the docstring without stars; empty without one. */
  readonly doc: string;
  /** The name that was listed first, for another name of the same function. */
  readonly aliasOf: string | undefined;
}

/** The docstring right above a declaration. */
function docstringOf(text: string, name: string): string | undefined {
  const declaration = new RegExp(`^export (?:async )?(?:const|function|class) ${name}\\b`, 'm').exec(text);
  if (!declaration) return undefined;
  const before = text
    .slice(0, declaration.index)
    .replace(/\n\/\/ biome-ignore .*\n$/, '')
    .trimEnd();
  if (!before.endsWith('*/')) return '';
  const lines = before.slice(before.lastIndexOf('/**') + 3, -2).split('\n');
  return lines
    .map((l) => l.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}

/** All public functions and classes, namespace by namespace, names sorted. */
export async function publicFunctions(): Promise<readonly PublicFunction[]> {
  const own = (readdirSync(room, { recursive: true }) as string[]).filter((f) => f.endsWith('.ts')).sort();
  const files = [...own, ...lent];
  const declared = new Map<unknown, { file: string; name: string; doc: string }>();
  for (const file of files) {
    const text = readFileSync(join(room, file), 'utf8');
    const module = (await import(join(room, file))) as Record<string, unknown>;
    for (const name of Object.keys(module).sort()) {
      const value = module[name];
      const doc = typeof value === 'function' ? docstringOf(text, name) : undefined;
      // Of several names declared for one function, the one with the example is its home.
      if (
        doc !== undefined &&
        (!declared.has(value) || (doc.includes('@example') && !declared.get(value)!.doc.includes('@example')))
      )
        declared.set(value, { file, name, doc });
    }
  }
  const first = new Map<unknown, string>();
  return Object.entries(namespaces).flatMap(([namespace, exports]) =>
    Object.keys(exports)
      .sort()
      .flatMap((key): PublicFunction[] => {
        const value = exports[key];
        if (typeof value !== 'function') return [];
        const name = namespace === '' ? key : `${namespace}.${key}`;
        const aliasOf = first.get(value);
        if (aliasOf === undefined) first.set(value, name);
        const d = declared.get(value);
        return [{ name, namespace, declared: d?.name ?? key, file: d?.file ?? '', doc: d?.doc ?? '', aliasOf }];
      }),
  );
}

export interface Example {
  readonly name: string;
  /** TypeScript statements; the last is an expression. */
  readonly code: readonly string[];
  /** What its value prints as. */
  readonly expected: string;
}

/** The example of a docstring: `@example expression // => value`, or several lines whose last is such an expression. */
export function exampleOf(f: PublicFunction): Example | undefined {
  const text = /@example\s([\s\S]*?)(?:\n@|$)/.exec(f.doc)?.[1];
  if (text === undefined) return undefined;
  const lines = text
    .trim()
    .split('\n')
    .map((l) => l.trim());
  const [last, expected] = (lines.pop() ?? '').split(/\s*\/\/ => /);
  return { name: f.name, code: [...lines, last], expected: expected ?? '' };
}

/** The docstring without its example, as one line. */
export const sentenceOf = (doc: string): string => doc.split(/@\w/)[0].replace(/\s+/g, ' ').trim();
