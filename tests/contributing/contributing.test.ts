import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { applied, workedExamples } from './examples.ts';

/*
 * Every worked example of docs/contributing.md, applied to a copy of the tree: it lacks nothing that the type-checker asks for, and
 * the tests it names find the new thing and pass.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const examples = workedExamples(readFileSync(join(root, 'docs/contributing.md'), 'utf8'));
const work = mkdtempSync(join(tmpdir(), 'espalier-contributing-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A copy of what git tracks or would track. */
function copyOfTree(name: string): string {
  const to = join(work, name);
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.trim().split('\n')) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(root, file), join(to, file));
  }
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
  return to;
}

function run(command: string, cwd: string): string {
  try {
    return execFileSync('bash', ['-c', `${command} 2>&1`], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
  } catch (error) {
    const { stdout } = error as { stdout: string };
    throw new Error(`${command} failed:\n${stdout.slice(-4000)}`);
  }
}

test('there is one for each kind of thing that one adds', () => {
  expect(examples.map((e) => e.heading)).toEqual([
    'Add an op',
    'Add a kernel rule',
    'Add a pass',
    'Add an engine',
    'Add an element type',
    'Add a command',
    'Add a model family',
  ]);
  for (const e of examples) expect(e.files.size + e.edits.length, e.heading).toBeGreaterThan(0);
  for (const e of examples) expect(e.commands.length, e.heading).toBeGreaterThan(0);
});

test.each(examples)('$heading', ({ heading, files, edits, commands }) => {
  const tree = copyOfTree(heading.replaceAll(' ', '-'));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  for (const edit of edits) {
    const path = join(tree, edit.path);
    writeFileSync(path, applied(readFileSync(path, 'utf8'), edit));
  }
  run('npx tsc -p tsconfig.json --noEmit', tree);
  for (const command of commands) {
    const output = run(command, tree);
    const passed = Number(/Tests\s+(\d+) passed/.exec(output)?.[1] ?? 0);
    expect(passed, output.slice(-2000)).toBeGreaterThan(0);
  }
});
