import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runModule } from '../../src/api/index.ts';
import { type DType, EspalierError, HostArray, isInexact, parseDType } from '../../src/base/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine, findCompiler } from '../../src/runtime/index.ts';

/*
 * Programs exported by JAX (tests/oracles/gallery.py) with JAX's own inputs and outputs, on every engine.
 */

interface Listed {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const folder = join(dirname(fileURLToPath(import.meta.url)), '../gallery');
const shortNames: readonly (readonly [RegExp, string])[] = [
  [/^float/, 'f'],
  [/^uint/, 'u'],
  [/^int/, 'i'],
  [/^bfloat/, 'bf'],
];
const dtypeOf = (numpy: string): DType =>
  parseDType(shortNames.reduce((name, [from, to]) => name.replace(from, to), numpy));

function arrayOf({ dtype, shape, data }: Listed): HostArray {
  const d = dtypeOf(dtype);
  return HostArray.from(d, shape, d === 'i64' || d === 'u64' ? data.map(BigInt) : data);
}

/** Integers exactly; floats within 1e-5 of the largest magnitude. */
function expectSame(actual: HostArray, expected: HostArray, what: string): void {
  expect(`${actual.dtype}[${actual.shape}]`, what).toBe(`${expected.dtype}[${expected.shape}]`);
  const [a, b] = [actual.toNumbers(), expected.toNumbers()];
  if (!isInexact(expected.dtype)) {
    expect(a, what).toEqual(b);
    return;
  }
  const largest = b.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  const worst = a.reduce((m, x, i) => Math.max(m, Object.is(x, b[i]) ? 0 : Math.abs(x - b[i])), 0);
  expect(worst, `${what}: largest difference, of values up to ${largest}`).toBeLessThanOrEqual(1e-5 * largest);
}

const names = readdirSync(folder)
  .filter((f) => f.endsWith('.mlir'))
  .map((f) => f.slice(0, -'.mlir'.length));

for (const engineName of ['reference', 'cpu'] as const) {
  describe.skipIf(engineName === 'cpu' && !findCompiler())(`gallery on ${engineName}`, () => {
    const engine = createEngine(engineName);
    afterAll(() => engine.close());
    for (const name of names) {
      it(name, { timeout: 60_000 }, async (context) => {
        const { inputs, outputs } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
          inputs: Listed[];
          outputs: Listed[];
        };
        const module = parseModule(readFileSync(join(folder, `${name}.mlir`), 'utf8'), registry);
        let results: HostArray[];
        try {
          results = await runModule(module, inputs.map(arrayOf), { engine });
        } catch (error) {
          if (engineName === 'cpu' && error instanceof EspalierError && error.code === 'runtime/unsupported') {
            console.log(`skipped ${name} on cpu: ${error.summary}`);
            context.skip();
          }
          throw error;
        }
        expect(results.length).toBe(outputs.length);
        results.forEach((r, i) => {
          expectSame(r, arrayOf(outputs[i]), `result ${i}`);
        });
      });
    }
  });
}
