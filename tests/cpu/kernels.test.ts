import { afterAll, expect, test } from 'vitest';
import { compileToC, isNativeDType } from '../../src/compile/index.ts';
import { callbackReasonOf } from '../../src/compile/lower/kernel-table.ts';
import { isAbsent, isTensor, type OpDefinition } from '../../src/ir/index.ts';
import { opDefinitions, registry } from '../../src/ops/index.ts';
import { createEngine, firstDevices } from '../../src/runtime/index.ts';
import { sampleModule } from './programs.ts';

/* Where FEATURES.md claims a kernel, one runs: no program of an op's samples on types that kernels compute with calls back. */

const wasm = createEngine('wasm');
afterAll(() => wasm.close());

const claimed = (Object.values(opDefinitions) as OpDefinition[]).filter(
  (d) => !d.traits.terminator && !d.traits.call && !isAbsent(d.evaluate) && callbackReasonOf(d) === undefined,
);

test('most ops have kernels', () => {
  expect(claimed.length).toBeGreaterThan(100);
});

for (const definition of claimed) {
  const samples = definition.samples.filter((s) =>
    [...s.operands, ...(s.resultTypes ?? []).filter(isTensor)].every((t) => isNativeDType(t.dtype)),
  );
  for (const numDevices of new Set(samples.map((s) => s.numDevices ?? 1)))
    test(`${definition.name} on ${numDevices} device${numDevices > 1 ? 's' : ''}`, async () => {
      const { module } = sampleModule(
        definition,
        samples.filter((s) => (s.numDevices ?? 1) === numDevices),
      );
      const native = compileToC(module, { registry, numDevices, donatedArgs: [], vectorLanes: 8 });
      expect(native.callbackSteps.map((s) => s.op.name)).toEqual([]);
      expect((await wasm.compile(module, { devices: firstDevices(wasm, numDevices) })).stats.callbackOps).toEqual([]);
    });
}
