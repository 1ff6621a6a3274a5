import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Rooms in order; each may import only from rooms to its left, through their `index.ts`. Rooms in one group never meet. */
const order: readonly (readonly string[])[] = [
  ['base'],
  ['ir'],
  ['ops'],
  ['transform'],
  ['partition'],
  ['plan'],
  ['compile'],
  ['runtime'],
  ['api'],
  ['nn'],
  ['data'],
  ['train', 'serve'],
  ['cli'],
];
const src = resolve(import.meta.dirname, '../src');

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

function filesUnder(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory()
      ? filesUnder(path)
      : path.endsWith('.ts') && !path.endsWith('.test.ts')
        ? [path]
        : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?from\s+)?'(\.[^']+)'/gms;
  return [...text.matchAll(pattern)].map((m) => ({
    from: relative(src, file),
    to: relative(src, resolve(dirname(file), m[2])),
    isTypeOnly: m[1] !== undefined,
  }));
}

const roomOf = (path: string): string => path.split('/')[0];
const rank = (room: string): number => order.findIndex((group) => group.includes(room));
const files = filesUnder(src);
const imports = files.flatMap(importsOf);

describe('rooms', () => {
  it('every file lies in a known room', () => {
    const unknown = files.map((f) => relative(src, f)).filter((f) => f !== 'index.ts' && rank(roomOf(f)) < 0);
    expect(unknown).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('imports go leftwards only', () => {
    const wrong = imports.filter(
      (i) => i.from !== 'index.ts' && roomOf(i.from) !== roomOf(i.to) && rank(roomOf(i.to)) >= rank(roomOf(i.from)),
    );
    expect(wrong.map((i) => `${i.from} → ${i.to}`)).toEqual([]);
  });

  it('a neighbour is entered through its index.ts', () => {
    const wrong = imports.filter((i) => roomOf(i.from) !== roomOf(i.to) && i.to !== `${roomOf(i.to)}/index.ts`);
    expect(wrong.map((i) => `${i.from} → ${i.to}`)).toEqual([]);
  });

  it('has no cycle of value imports between files', () => {
    const targetsByFile = new Map<string, string[]>();
    for (const i of imports) if (!i.isTypeOnly) targetsByFile.set(i.from, [...(targetsByFile.get(i.from) ?? []), i.to]);
    const cycles: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const next of targetsByFile.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of targetsByFile.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });
});
