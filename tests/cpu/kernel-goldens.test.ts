import { describe, expect, test } from 'vitest';
import { HostArray, isFloat, numElements } from '../../src/base/index.ts';
import { asTensor, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { difference } from '../compare.ts';
import { goldenText, readCases } from '../golden.ts';
import { goldenTextOf, kernelGoldens } from './kernel-text.ts';
import { cpu, reference, run } from './programs.ts';

/*
 * Golden cases of the passes on kernel lists: `<pass>.mlir` beside the pass, StableHLO before `// =>` and behind it the kernel list
 * before the pass and, after `// becomes`, after it. The program is run too, and must agree with the reference.
 */

for (const golden of kernelGoldens)
  describe(golden.name, () => {
    const cases = readCases(goldenText(golden.name));
    test('has at least two cases', () => {
      expect(cases.length).toBeGreaterThanOrEqual(2);
    });
    for (const c of cases)
      test(c.sentence, async () => {
        const module = parseModule(c.input, registry);
        expect(goldenTextOf(golden, module)).toBe(c.expected.trim());
        const args = module.main.argTypes.map((type, k) => {
          const t = asTensor(type);
          const spread = (i: number): number => (i * 7 + k * 3) % 11;
          const values = Array.from({ length: numElements(t.shape) }, (_, i) =>
            isFloat(t.dtype) ? spread(i) / 4 - 1 : spread(i),
          );
          return HostArray.from(t.dtype, t.shape, values);
        });
        const [want] = await run(reference, module, [args]);
        const [got] = await run(cpu, module, [args]);
        got.forEach((g, i) => {
          expect(difference(g, want[i])).toBeLessThanOrEqual(1);
        });
      });
  });
