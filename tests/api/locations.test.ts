import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { jit, np, type Tensor } from '../../src/index.ts';
import { locationText } from '../../src/ir/index.ts';

/* Where ops say that they come from. */

const x = np.array([1, 2, 3]);
const { prepareStackTrace, stackTraceLimit } = Error;
afterEach(() => {
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
});

/** Locations of the ops of a name, as they were traced. */
const locationsOf = (f: (t: Tensor) => Tensor, name: string): (string | undefined)[] =>
  jit(f)
    .lower(x)
    .stages.get('traced')!
    .main.body.ops.filter((op) => op.name === name)
    .map((op) => locationText(op.location));

test('ops of one line are told apart by their columns, ops of a loop share one', () => {
  const [a, b] = locationsOf((t) => np.add(np.sin(t), np.sin(np.multiply(t, 2))), 'stablehlo.sine');
  expect(a).toMatch(/locations\.test\.ts:\d+:\d+$/);
  expect(b?.replace(/\d+$/, '')).toBe(a?.replace(/\d+$/, ''));
  expect(b).not.toBe(a);
  const loop = (t: Tensor): Tensor => {
    for (let i = 0; i < 3; i++) t = np.cos(t);
    return t;
  };
  expect(new Set(locationsOf(loop, 'stablehlo.cosine')).size).toBe(1);
});

test('code that was made from text has places of its own', () => {
  const made = new Function('np', 'return (t) => {\nt = np.sin(t);\nreturn np.sin(t);\n}') as (
    n: typeof np,
  ) => (t: Tensor) => Tensor;
  const [a, b] = locationsOf(made(np), 'stablehlo.sine');
  expect(a).toMatch(/:4:\d+$/);
  expect(b).toMatch(/:5:\d+$/);
});

test('stacks of the user are formed as before, whatever the user set', () => {
  const own = (error: Error): string => `mine: ${error.message}`;
  Error.prepareStackTrace = own;
  Error.stackTraceLimit = 3;
  const [location] = locationsOf((t) => np.tan(t), 'stablehlo.tan');
  expect(Error.prepareStackTrace).toBe(own);
  expect(Error.stackTraceLimit).toBe(3);
  expect(new Error('now').stack).toBe('mine: now');
  expect(location).toMatch(/:\d+:\d+$/);
});

test('the line is that of the call, however deep it is', () => {
  const deep = (t: Tensor, n: number): Tensor => (n === 0 ? np.tanh(t) : deep(t, n - 1));
  expect(locationsOf((t) => deep(t, 200), 'stablehlo.tanh')[0]).toMatch(/locations\.test\.ts/);
});

test('errors are ours, whatever the user makes of stacks, and ops trace where Error cannot be changed', () => {
  for (const own of [
    (_: Error, sites: unknown) => sites,
    () => 7,
    () => {
      throw new Error('mine');
    },
  ]) {
    Error.prepareStackTrace = own as typeof Error.prepareStackTrace;
    expect(() => jit((t: Tensor) => np.add(t, np.ones([7]))).lower(x)).toThrow(/broadcast/);
  }
  Error.prepareStackTrace = prepareStackTrace;
  Object.defineProperty(Error, 'stackTraceLimit', { writable: false });
  try {
    expect(locationsOf((t) => np.exp(t), 'stablehlo.exponential')).toEqual([undefined]);
  } finally {
    Object.defineProperty(Error, 'stackTraceLimit', { writable: true });
  }
});

const two = np.ones([2]);
test('ops of a composition have the place of its call, and what follows a refused one has its own', () => {
  const f = (t: Tensor): Tensor => {
    try {
      np.add(t, two);
    } catch {}
    return np.linalg.inv(np.add(np.outer(t, t), np.eye(3)));
  };
  const all = jit(f)
    .lower(x)
    .stages.get('traced')!
    .main.body.ops.map((op) => locationText(op.location));
  const own = new Set(all.filter((place) => place !== undefined));
  expect([...own].every((place) => /locations\.test\.ts:\d+:\d+$/.test(place!))).toBe(true);
  expect(all.length).toBeGreaterThan(10);
  // One line, and a column for each of the calls: inv, add, outer, eye.
  expect(new Set([...own].map((place) => place!.split(':').at(-2))).size).toBe(1);
  expect(own.size).toBe(4);
});

test("lines are the user's in folders with spaces and parentheses, too", () => {
  const folder = mkdtempSync(join(tmpdir(), 'a folder (1) '));
  try {
    cpSync('build/stripped', join(folder, 'src'), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const program = [
      "import { jit, np } from './src/index.js';",
      'const f = jit((x) =>',
      '  np.add(np.sin(x), np.ones([7])));',
      'try { f.lower(np.ones([3])); } catch (error) { console.log(error.message); }',
    ];
    writeFileSync(join(folder, 'mine.js'), program.join('\n'));
    const said = execFileSync(process.execPath, ['mine.js'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ESPALIER_ENGINE: 'wasm' },
    });
    expect(said).toContain('(at mine.js:3:6)');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
