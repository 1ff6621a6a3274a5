import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join as joinPath, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DType, EspalierError, HostArray, isFloat, isInteger, numElements } from '../src/base/index.ts';
import {
  type AttrDict,
  asTensor,
  fullyClosed,
  isAbsent,
  type Module,
  type Op,
  parseModule,
  printModule,
  type Registry,
  readShardings,
  SHARDING_ATTRIBUTE,
  type TensorSharding,
  type Type,
  verifyModule,
  walk,
} from '../src/ir/index.ts';
import { meshesOf, partitionModule } from '../src/partition/index.ts';
import { evaluateModule, evaluateOnDevices } from '../src/runtime/index.ts';
import { decomposeOps, type Pass, passContext } from '../src/transform/index.ts';
import { cut, join } from './partition/run.ts';

/*
 * Golden cases of a pass: `<pass>.mlir` beside `<pass>.ts`, cases separated by `// -----`, each
 *
 *   // One English sentence.
 *   input
 *   // =>
 *   expected            (or: // error: the/code)
 *
 * Both sides are printed anew before they are compared, so value names do not matter, and run on the same seeded inputs: on as
 * many devices as they name, or, where a pass makes the program of one device, on all devices of its mesh.
 */

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
    .map((f) => [f.split('/').pop()!.slice(0, -'.mlir'.length), joinPath(src, f)]),
);

/** Text of the golden cases of a pass: `<name>.mlir`, wherever it lies in `src`. Throws when there are none. */
export function goldenText(name: string): string {
  const path = goldenPaths.get(name);
  if (path === undefined) throw new Error(`no golden cases: ${name}.mlir is nowhere in src`);
  return readFileSync(path, 'utf8');
}

/** Where a pass and its golden cases lie, without ending; undefined unless both are there, side by side. */
export function placeOf(name: string): string | undefined {
  const path = goldenPaths.get(name)?.slice(0, -'.mlir'.length);
  return path !== undefined && existsSync(`${path}.ts`) ? path : undefined;
}

/** Declares one test per golden case of a pass. */
export function goldenTests(pass: Pass, registry: Registry): void {
  const text = goldenText(pass.name);
  describe(pass.textOnly === undefined ? pass.name : `${pass.name} (only text: ${pass.textOnly})`, () => {
    const cases = readCases(text);
    test('has at least two cases', () => {
      expect(cases.length).toBeGreaterThanOrEqual(2);
    });
    for (const c of cases)
      test(c.sentence, () => {
        checkCase(c, pass, registry);
      });
  });
}

function checkCase(c: Case, pass: Pass, registry: Registry): void {
  const run = (m: Module): Module => pass.run(m, passContext({ registry }));
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
  if (pass.textOnly !== undefined) return;
  const args = Array.from({ length: numDevicesOf(input) }, (_, device) => seededArgs(input, device + 1));
  const before = resultsOf(input, args, registry);
  requireEqual(before, pass.makesPerDevice ? resultsOnMesh(output, input, args[0]) : resultsOf(output, args, registry));
}

/** Results on all devices; every device has its own arguments. What the reference engine cannot run is lowered first. */
function resultsOf(given: Module, args: readonly HostArray[][], registry: Registry): HostArray[] {
  const decomposes = (op: Op): boolean => isAbsent(op.definition.evaluate);
  const module = decomposeOps(given, passContext({ registry, target: { decomposes } }));
  if (!hasManualComputation(module)) return evaluateOnDevices(module, args).flat();
  const { module: local, sharded } = partitionModule(module);
  return resultsOnMesh(local, sharded, args[0]);
}

function hasManualComputation(module: Module): boolean {
  let found = false;
  for (const f of module.funcs)
    walk(f.body, (op) => {
      found ||= op.name === 'sdy.manual_computation';
    });
  return found;
}

/** Results of a per-device program, put together from all devices; the whole program says how arguments and results are cut. */
function resultsOnMesh(perDevice: Module, whole: Module, args: readonly HostArray[]): HostArray[] {
  const mesh = [...meshesOf(whole).values()].find((m) => !m.isMaximal);
  if (!mesh) return evaluateModule(perDevice, args);
  const { argAttributes, resultTypes, resultAttributes } = whole.main;
  const shardingOf = (d: AttrDict, rank: number): TensorSharding =>
    d[SHARDING_ATTRIBUTE] ? readShardings(d[SHARDING_ATTRIBUTE])[0] : fullyClosed('mesh', rank);
  const parts = evaluateOnDevices(
    perDevice,
    Array.from({ length: mesh.size }, (_, device) =>
      args.map((x, i) => cut(x, shardingOf(argAttributes[i], x.shape.length), mesh, device)),
    ),
  );
  return resultTypes.map((type, i) => {
    const { shape } = asTensor(type);
    const own = parts.map((p) => p[i]);
    return join(own, shape, shardingOf(resultAttributes[i], shape.length), mesh);
  });
}

/** One more than the largest device that a collective names. */
function numDevicesOf(module: Module): number {
  let most = 0;
  for (const f of module.funcs)
    walk(f.body, ({ attributes }) => {
      const { replicaGroups = [], sourceTargetPairs = [] } = attributes as Record<
        string,
        readonly number[][] | undefined
      >;
      for (const id of [...replicaGroups, ...sourceTargetPairs].flat()) most = Math.max(most, id);
    });
  return most + 1;
}

/** Decimal digits that must agree: narrow floats may be rounded otherwise. */
const digitsOf = (dtype: DType): number => (dtype === 'bf16' ? 1 : dtype === 'f16' ? 2 : 4);

function requireEqual(before: readonly HostArray[], after: readonly HostArray[]): void {
  expect(after.map((x) => [x.dtype, x.shape])).toEqual(before.map((x) => [x.dtype, x.shape]));
  before.forEach((x, i) => {
    for (let k = 0; k < x.size; k++) expect(after[i].number(k)).toBeCloseTo(x.number(k), digitsOf(x.dtype));
  });
}

/** The same small numbers for the same types and seed, every time. */
export function seededArgs(module: Module, seed = 1): HostArray[] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const leaves = (t: Type): readonly Type[] => (t.kind === 'tuple' ? t.types.flatMap(leaves) : [t]);
  return module.main.argTypes.flatMap(leaves).map((t) => {
    const { dtype, shape } = asTensor(t);
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
