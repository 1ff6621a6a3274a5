import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { runModule } from '../../src/api/index.ts';
import { type DType, dtypeInfo, HostArray, isComplex, isFloat } from '../../src/base/index.ts';
import { type Module, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine, type Engine } from '../../src/runtime/index.ts';

/* Programs exported by JAX or PyTorch with their inputs and results: `<name>.mlir` and `<name>.json`, written by tests/oracles. */

export interface Encoded {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Little-endian row-major bytes. */
  readonly data: string;
}
export interface Exported {
  readonly name: string;
  readonly module: Module;
  readonly inputs: readonly HostArray[];
  readonly results: readonly HostArray[];
}

const dtypeOf = (name: string): DType =>
  name === 'bool'
    ? 'bool'
    : name === 'complex64'
      ? 'c64'
      : name === 'complex128'
        ? 'c128'
        : name === 'bfloat16'
          ? 'bf16'
          : (name
              .replace(/^float/, 'f')
              .replace(/^uint/, 'u')
              .replace(/^int/, 'i') as DType);

export const decode = ({ dtype, shape, data }: Encoded): HostArray =>
  HostArray.fromBytes(dtypeOf(dtype), shape, new Uint8Array(Buffer.from(data, 'base64')));

export function readExported(folder: URL, name: string): Exported {
  const module = parseModule(readFileSync(new URL(`${name}.mlir`, folder), 'utf8'), registry, {
    fileName: `${name}.mlir`,
  });
  const values = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as {
    inputs: Encoded[];
    results: Encoded[];
  };
  return { name, module, inputs: values.inputs.map(decode), results: values.results.map(decode) };
}

/** Largest |got − want| / (1 + |want|) of a result; integers and bools must be equal; NaN and infinities where they are expected. */
export function difference(got: HostArray, want: HostArray): number {
  if (got.dtype !== want.dtype || got.shape.join() !== want.shape.join()) return Number.POSITIVE_INFINITY;
  const parts = (x: HostArray): readonly number[] => {
    if (isComplex(x.dtype)) return Array.from(x.data as Float32Array, Number);
    return Array.from({ length: x.size }, (_, i) => Number(x.get(i)));
  };
  const [a, b] = [parts(got), parts(want)];
  const exact = !isFloat(want.dtype) && !isComplex(want.dtype);
  // Narrow floats: a few units of their last place.
  const unit = isFloat(want.dtype) && dtypeInfo(want.dtype).bits < 32 ? 2e-4 / 2e-2 : 1;
  let worst = 0;
  b.forEach((w, i) => {
    if (Object.is(a[i], w) || a[i] === w || (Number.isNaN(w) && Number.isNaN(a[i]))) return;
    const d = exact ? Number.POSITIVE_INFINITY : (unit * Math.abs(a[i] - w)) / (1 + Math.abs(w));
    worst = Math.max(worst, Number.isNaN(d) ? Number.POSITIVE_INFINITY : d);
  });
  return worst;
}

/** Differences of all results on an engine. */
export async function differences(program: Exported, engine: Engine): Promise<number[]> {
  const got = await runModule(program.module, program.inputs, { engine });
  return program.results.map((want, i) => difference(got[i], want));
}

/** Declares a test per exported program of a folder and engine: it gives what was computed where it was exported. */
export function testExported(folder: URL): void {
  const names = readdirSync(folder).flatMap((f) => (f.endsWith('.mlir') ? [f.slice(0, -'.mlir'.length)] : []));
  describe.each(['reference', 'cpu', 'wasm'])('on %s', (name) => {
    let engine: Engine | undefined;
    afterAll(() => engine?.close());
    it.each(names)('%s', async (program) => {
      engine ??= createEngine(name);
      const apart = await differences(readExported(folder, program), engine);
      const wrong = apart.flatMap((d, i) => (d <= 2e-4 ? [] : [`result ${i} differs by ${d}`]));
      expect(wrong).toEqual([]);
    });
  });
}
