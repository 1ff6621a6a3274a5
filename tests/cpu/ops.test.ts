import { expect, test } from 'vitest';
import { isAbsent, type OpDefinition } from '../../src/ir/index.ts';
import { opDefinitions } from '../../src/ops/index.ts';
import { difference } from '../compare.ts';
import { cpu, reference, run, sampleModule } from './programs.ts';

/* Every sample of every op: the cpu engine must agree with the op's reference evaluation. */

for (const definition of Object.values(opDefinitions) as OpDefinition[]) {
  if (definition.traits.terminator || definition.traits.call || isAbsent(definition.evaluate)) continue;
  // Refused by name: foreign code belongs to the engine it was written for.
  if (definition.name === 'stablehlo.custom_call') continue;
  const { samples } = definition;
  for (const devices of new Set(samples.map((s) => s.numDevices ?? 1))) {
    const own = samples.filter((s) => (s.numDevices ?? 1) === devices);
    test(`${definition.name}: ${own.length} samples on ${devices} device${devices > 1 ? 's' : ''}`, async () => {
      const { module, args, owners } = sampleModule(definition, own);
      const all = Array.from({ length: devices }, () => args);
      const want = await run(reference, module, all);
      const got = await run(cpu, module, all);
      got.forEach((results, d) => {
        results.forEach((r, i) => {
          expect(
            difference(r, want[d][i]),
            `${owners[i]}, device ${d}: ${r} instead of ${want[d][i]}`,
          ).toBeLessThanOrEqual(1);
        });
      });
    });
  }
}
