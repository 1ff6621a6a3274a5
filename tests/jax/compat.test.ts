import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runModule } from '../../src/api/index.ts';
import type { HostArray } from '../../src/base/index.ts';
import { parseModule, printModule, readBytecode, writeBytecode } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { decode, difference, type Encoded } from './exported.ts';

/*
 * Portable artifacts of StableHLO 0.9 to 1.15 with the custom calls that JAX keeps stable, for CPUs, GPUs and TPUs
 * (tests/oracles/jax_compat.py): read, run, compared with what JAX recorded, written and read again.
 */

interface Artifact {
  readonly name: string;
  readonly artifact: string;
  readonly inputs: readonly Encoded[];
  readonly results: readonly Encoded[];
}
const all = JSON.parse(readFileSync(new URL('../oracles/jax-compat.json', import.meta.url), 'utf8')) as Artifact[];

/** Not run, with the reason; they are read. */
const notRun: readonly (readonly [RegExp, string])[] = [
  [/^stablehlo_dynamic|^tpu_stablehlo_dynamic/, 'shapes that are not static are refused'],
  [/hipsolver_syev/, 'a form with opaque bytes that JAX stopped writing in 2024'],
];
/** Results that are vectors of a matrix with repeated eigenvalues, which are not unique: they have unit columns. */
const notUnique: readonly (readonly [RegExp, readonly number[]])[] = [
  [/_eig_/, [1, 2]],
  [/_[eE]igh[_/]/, [0]],
  [/_schur_.*\/f32/, [0, 1]],
  [/_schur_/, [1]],
];

/** TPUs multiplied in bfloat16 when these results were recorded. */
const toleranceOf = (name: string): number => (/^tpu_Eigh/.test(name) ? 2e-3 : 2e-4);

function columnsAreUnit(x: HostArray): boolean {
  const n = x.shape[x.shape.length - 1];
  const size = (i: number): number => {
    const v = x.get(i);
    return typeof v === 'object' ? v[0] ** 2 + v[1] ** 2 : Number(v) ** 2;
  };
  return Array.from({ length: n }, (_, j) => j).every((j) => {
    const sum = Array.from({ length: n }, (_, i) => size(i * n + j)).reduce((a, b) => a + b);
    return Math.abs(sum - 1) < 1e-4;
  });
}

const engine = createEngine('reference');

describe('artifacts of all versions', () => {
  it.each(all.map((a) => [a.name, a] as const))('%s', async (name, a) => {
    const module = readBytecode(new Uint8Array(Buffer.from(a.artifact, 'base64')), registry, { fileName: name });
    const text = printModule(module);
    expect(printModule(parseModule(text, registry))).toBe(text);
    const skipped = notRun.find(([pattern]) => pattern.test(name));
    if (skipped) {
      console.log(`${name} is not run: ${skipped[1]}`);
      return;
    }
    expect(printModule(readBytecode(writeBytecode(module), registry))).toBe(text);
    const out = await runModule(module, a.inputs.map(decode), { engine });
    const free = notUnique.find(([pattern]) => pattern.test(name))?.[1] ?? [];
    a.results.forEach((r, i) => {
      if (!free.includes(i))
        expect(difference(out[i], decode(r)), `result ${i}`).toBeLessThanOrEqual(toleranceOf(name));
      else if (!/_schur_.*f32/.test(name) || i === 1) expect(columnsAreUnit(out[i]), `result ${i}`).toBe(true);
    });
  });
});
