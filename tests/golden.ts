import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EspalierError, HostArray, isFloat, isInteger, numElements } from '../src/base/index.ts';
import { type Module, parseModule, printModule, type Registry, verifyModule } from '../src/ir/index.ts';
import { evaluateModule } from '../src/runtime/index.ts';

/*
 * Golden cases of a pass: `<pass>.mlir` beside `<pass>.ts`, cases separated by `// -----`, each
 *
 *   // One English sentence.
 *   input
 *   // =>
 *   expected            (or: // error: the/code)
 *
 * Both sides are printed anew before they are compared, so value names do not matter, and run on the same seeded inputs.
 */

export interface GoldenOptions {
  readonly registry: Registry;
  readonly run: (module: Module) => Module;
  /** The pass changes shapes (or the number of devices): compare text only. */
  readonly textOnly?: boolean;
}

interface Case {
  readonly sentence: string;
  readonly input: string;
  readonly expected: string;
  readonly error: string | undefined;
}

/** Splits a file of golden cases. Throws when a case has no `// =>`. */
export function readCases(text: string): Case[] {
  return text
    .split(/^\/\/ -----.*$/m)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [input, expected] = part.split(/^\/\/ =>.*$/m);
      if (expected === undefined) throw new Error(`golden case without "// =>": ${part.slice(0, 80)}`);
      const sentence = /^\/\/ (.*)$/m.exec(input)?.[1] ?? '(no sentence)';
      return { sentence, input, expected, error: /^\/\/ error: (\S+)/m.exec(expected)?.[1] };
    });
}

const src = resolve(import.meta.dirname, '../src');
const goldenPaths = new Map(
  (readdirSync(src, { recursive: true }) as string[])
    .filter((f) => f.endsWith('.mlir'))
    .map((f) => [f.split('/').pop()!.slice(0, -'.mlir'.length), join(src, f)]),
);

/** Text of the golden cases of a pass: `<name>.mlir`, wherever it lies in `src`. Throws when there are none. */
export function goldenText(name: string): string {
  const path = goldenPaths.get(name);
  if (path === undefined) throw new Error(`no golden cases: ${name}.mlir is nowhere in src`);
  return readFileSync(path, 'utf8');
}

/** Declares one test per golden case of a pass. */
export function goldenTests(name: string, options: GoldenOptions): void {
  const text = goldenText(name);
  describe(name, () => {
    for (const c of readCases(text))
      test(c.sentence, () => {
        checkCase(c, options);
      });
  });
}

function checkCase(c: Case, { registry, run, textOnly }: GoldenOptions): void {
  const input = parseModule(c.input, registry);
  verifyModule(input, 'parsing');
  if (c.error !== undefined) {
    let code = 'no error';
    try {
      run(input);
    } catch (error) {
      if (!(error instanceof EspalierError)) throw error;
      code = error.code;
    }
    expect(code).toBe(c.error);
    return;
  }
  const output = run(input);
  verifyModule(output, 'the pass');
  requireStable(input, registry);
  requireStable(output, registry);
  expect(printModule(output)).toBe(printModule(parseModule(c.expected, registry)));
  if (textOnly) return;
  const args = seededArgs(input);
  const [before, after] = [evaluateModule(input, args), evaluateModule(output, args)];
  before.forEach((x, i) => {
    for (let k = 0; k < x.size; k++) expect(after[i].number(k)).toBeCloseTo(x.number(k), 4);
  });
}

/** The same small numbers for the same types, every time. */
export function seededArgs(module: Module): HostArray[] {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  return module.main.args.map((a) => {
    const { dtype, shape } = a.tensor;
    const values = Array.from({ length: numElements(shape) }, () =>
      isFloat(dtype) ? next() * 2 - 1 : isInteger(dtype) ? Math.floor(next() * 4) : next() < 0.5,
    );
    return HostArray.from(dtype, shape, values);
  });
}

/** print ∘ parse is the identity on printed text. */
export function requireStable(module: Module, registry: Registry): void {
  const text = printModule(module);
  expect(printModule(parseModule(text, registry))).toBe(text);
}
