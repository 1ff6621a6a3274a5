import { afterAll, expect, test } from 'vitest';
import { isNativeDType } from '../../src/compile/index.ts';
import { kernelTable } from '../../src/compile/lower/kernel-table.ts';
import { isAbsent, isTensor, type OpDefinition } from '../../src/ir/index.ts';
import { opDefinitions } from '../../src/ops/index.ts';
import { WasmEngine } from '../../src/runtime/index.ts';
import { difference } from '../compare.ts';
import { reference, run, sampleModule } from '../cpu/programs.ts';

/* Every sample of every op: the wasm engine must agree with the op's reference evaluation, with relaxed SIMD and without. */

const engines = { relaxed: new WasmEngine(), strict: new WasmEngine({ relaxed: false, shared: false }) };
afterAll(() => Promise.all(Object.values(engines).map((e) => e.close())));

/** Ops the compiler refuses, and does not take apart either. */
const isRefused = (definition: OpDefinition): boolean => {
  const rule = kernelTable[definition.name];
  return rule?.absent !== undefined && (isAbsent(definition.decompose) || definition.name === 'stablehlo.custom_call');
};

for (const definition of Object.values(opDefinitions) as OpDefinition[]) {
  if (definition.traits.terminator || definition.traits.call || isAbsent(definition.evaluate)) continue;
  if (isRefused(definition)) continue;
  const samples = definition.samples.filter((s) =>
    [...s.operands, ...(s.resultTypes ?? []).filter(isTensor)].every((t) => isNativeDType(t.dtype)),
  );
  for (const devices of new Set(samples.map((s) => s.numDevices ?? 1))) {
    const own = samples.filter((s) => (s.numDevices ?? 1) === devices);
    test(`${definition.name}: ${own.length} samples on ${devices} device${devices > 1 ? 's' : ''}`, async () => {
      const { module, args, owners } = sampleModule(definition, own);
      const all = Array.from({ length: devices }, () => args);
      const want = await run(reference, module, all);
      for (const [name, engine] of Object.entries(engines)) {
        // Without shared memory there are no threads, and devices cannot exchange data.
        if (devices > 1 && !engine.memory.shared) continue;
        const got = await run(engine, module, all);
        got.forEach((results, d) => {
          results.forEach((r, i) => {
            expect(
              difference(r, want[d][i]),
              `${name}, ${owners[i]}, device ${d}: ${r} instead of ${want[d][i]}`,
            ).toBeLessThanOrEqual(1);
          });
        });
      }
    });
  }
}
