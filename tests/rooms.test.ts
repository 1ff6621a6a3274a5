import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which rooms a room may import, through their `index.ts`; `base` is open to all. DESIGN's rooms; a new edge is a decision. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  ir: [],
  ops: ['ir'],
  transform: ['ir', 'ops'],
  partition: ['ir', 'ops', 'transform'],
  plan: ['ir', 'ops', 'partition'],
  compile: ['ir', 'ops', 'transform'],
  program: ['ir', 'ops', 'transform', 'partition', 'compile'],
  runtime: ['ir', 'ops', 'transform', 'partition', 'compile', 'program'],
  api: ['ir', 'ops', 'transform', 'partition', 'program', 'runtime'],
  nn: ['api'],
  data: [],
  models: ['api', 'nn', 'data'],
  train: ['api', 'runtime', 'nn', 'data', 'models', 'plan'],
  serve: ['api', 'nn', 'data', 'models', 'plan'],
  dashboard: [],
  cli: [
    'ir',
    'ops',
    'transform',
    'partition',
    'plan',
    'compile',
    'program',
    'runtime',
    'api',
    'nn',
    'data',
    'models',
    'train',
    'serve',
    'dashboard',
  ],
};
const MAX_LINES = 600;
const MAX_FILES = 25;
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
const files = filesUnder(src);
const folders = [src, ...new Set(files.map((f) => dirname(f)).filter((d) => d !== src))];
const imports = files.flatMap(importsOf);

describe('rooms', () => {
  it('every file lies in a known room', () => {
    const unknown = files.map((f) => relative(src, f)).filter((f) => f !== 'index.ts' && !(roomOf(f) in allowed));
    expect(unknown).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('a room imports only from the rooms it may', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      return from !== 'index.ts' && room !== other && other !== 'base' && !allowed[room].includes(other);
    });
    expect(wrong.map((i) => `${i.from} → ${i.to}`)).toEqual([]);
  });

  it('the table of rooms has no circle', () => {
    const below = (room: string, path: readonly string[]): void => {
      expect(path).not.toContain(room);
      for (const next of allowed[room]) below(next, [...path, room]);
    };
    for (const room of Object.keys(allowed)) below(room, []);
  });

  it(`no file is longer than ${MAX_LINES} lines, no folder holds more than ${MAX_FILES} files`, () => {
    const long = files.filter((f) => readFileSync(f, 'utf8').split('\n').length > MAX_LINES + 1);
    expect(long.map((f) => relative(src, f))).toEqual([]);
    const full = folders.filter((d) => readdirSync(d).filter((n) => statSync(join(d, n)).isFile()).length > MAX_FILES);
    expect(full.map((d) => relative(src, d))).toEqual([]);
  });

  it('files and folders are named in kebab-case', () => {
    const names = [...files, ...folders.slice(1)].map((f) => relative(src, f));
    expect(names.filter((f) => !/^[a-z0-9-]+$/.test(f.split('/').pop()!.replace(/\.ts$/, '')))).toEqual([]);
  });

  it('a neighbour is entered through its index.ts', () => {
    // `base` has two: pure mathematics is not loaded with the rest.
    const doors = [...Object.keys(allowed), 'base/math'].map((room) => `${room}/index.ts`);
    const wrong = imports.filter((i) => roomOf(i.from) !== roomOf(i.to) && !doors.includes(i.to));
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
