import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src/runtime/index.ts';
import { differences, readExported } from './exported.ts';

/* Programs exported by JAX, flax, equinox and optax (tests/oracles/jax_programs.py) compute what JAX computed, on every engine. */

const folder = new URL('../oracles/jax-programs/', import.meta.url);
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
