import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { dtypeInfo, EspalierError, HostArray, numElements, type Scalar } from '../src/base/index.ts';
import {
  functionTypeText,
  type Module,
  parseModule,
  printModule,
  type TensorType,
  verifyModule,
} from '../src/ir/index.ts';
import { registry } from '../src/ops/index.ts';
import { evaluateModule } from '../src/runtime/index.ts';
import type { Pass } from '../src/transform/index.ts';

/*
 * Golden cases of passes: `<pass>.mlir` beside `<pass>.ts`. Cases are separated by `// -----`; each is one English sentence as a
 * comment, the input, `// =>`, and the expected output (or `// error: code`). `// passes: a, b` on the first line names other
 * passes to run first.
 */
export interface GoldenCase {
  readonly file: string;
  readonly pass: string;
  /** Passes that prepare the input. */
  readonly before: readonly string[];
  readonly sentence: string;
  readonly input: string;
  readonly expected: string;
}

export function goldenCases(root: string): GoldenCase[] {
  return filesUnder(root).flatMap((path) => {
    const pass = path.replace(/^.*\//, '').replace(/\.mlir$/, '');
    return readFileSync(path, 'utf8')
      .split(/^\/\/ -----.*$/m)
      .map((text) => {
        const [input, expected] = text.split(/^\/\/ =>\s*$/m);
        const sentence = /^\s*\/\/ (.*)$/m.exec(input)?.[1] ?? '';
        const before = /^\/\/ passes: (.*)$/m.exec(text)?.[1].split(/,\s*/) ?? [];
        if (expected === undefined || sentence === '') throw new Error(`${path}: a case needs a sentence and "// =>"`);
        return { file: relative(root, path), pass, before, sentence, input, expected };
      });
  });
}

function filesUnder(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesUnder(path) : path.endsWith('.mlir') ? [path] : [];
  });
}

export interface GoldenResult {
  /** What the pass printed, or `error: code`. */
  readonly actual: string;
  readonly expected: string;
  /** Largest difference of results between input and output on seeded inputs; undefined where they cannot be compared. */
  readonly difference: number | undefined;
}

/** Runs one case: parse, print again (must be stable), pass, verify, compare as text and by value. */
export function runGolden(c: GoldenCase, passes: readonly Pass[]): GoldenResult {
  const find = (name: string): Pass => {
    const found = passes.find((p) => p.name === name);
    if (!found) throw new Error(`${c.file}: no pass named ${name}`);
    return found;
  };
  const error = /^\/\/ error: (\S+)/m.exec(c.expected)?.[1];
  let input: Module;
  let output: Module;
  try {
    input = parseModule(c.input, registry, { fileName: c.file });
    verifyModule(input);
    requireStable(input);
    const prepared = c.before.reduce((m, name) => find(name).run(m, registry), input);
    output = find(c.pass).run(prepared, registry);
    verifyModule(output, c.pass);
  } catch (e) {
    if (error === undefined || !(e instanceof EspalierError)) throw e;
    return { actual: `error: ${e.code}`, expected: `error: ${error}`, difference: undefined };
  }
  requireStable(output);
  return {
    actual: printModule(output),
    expected: printModule(parseModule(c.expected, registry, { fileName: `${c.file} (expected)` })),
    difference: sameSignature(input, output) ? largestDifference(input, output) : undefined,
  };
}

/** print ∘ parse is the identity on printed text. */
export function requireStable(module: Module): void {
  const text = printModule(module);
  const again = printModule(parseModule(text, registry));
  if (again !== text) throw new Error(`printing is not stable:\n${text}\nbecame\n${again}`);
}

/** Whether both can be run on the same inputs: not so after the program became that of one device of several. */
function sameSignature(a: Module, b: Module): boolean {
  const types = (m: Module) => functionTypeText(m.main.argTypes, m.main.resultTypes);
  return types(a) === types(b);
}

function largestDifference(a: Module, b: Module): number {
  const args = seededArgs(a);
  const [x, y] = [a, b].map((m) => evaluateModule(m, args));
  let worst = 0;
  x.forEach((array, i) => {
    for (let k = 0; k < array.size; k++) {
      const d = Math.abs(array.number(k) - y[i].number(k));
      worst = Math.max(worst, Number.isNaN(d) ? Number.POSITIVE_INFINITY : d);
    }
  });
  return worst;
}

/** Arguments of @main: the same every time. */
export function seededArgs(module: Module): HostArray[] {
  return module.main.argTypes.map((t, i) => seeded(t as TensorType, i));
}

/** Fixed values that differ between positions and arguments. */
function seeded(t: TensorType, salt: number): HostArray {
  const values = Array.from({ length: numElements(t.shape) }, (_, i): Scalar => {
    const x = Math.sin(1 + i * 1.3 + salt * 7.1);
    const { kind } = dtypeInfo(t.dtype);
    return kind === 'bool' ? x > 0 : kind === 'float' || kind === 'complex' ? x : Math.floor(Math.abs(x) * 3);
  });
  return HostArray.from(t.dtype, t.shape, values);
}
