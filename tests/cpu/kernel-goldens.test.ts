import { describe, expect, test } from 'vitest';
import { HostArray, numElements } from '../../src/base/index.ts';
import { asTensor, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { goldenText, readCases } from '../golden.ts';
import { kernelPasses, textAfter } from './kernel-text.ts';
import { cpu, difference, reference, run } from './programs.ts';

/*
 * Golden cases of the passes on kernel lists: `<pass>.mlir` beside the pass, StableHLO before `// =>` and the kernel list after it.
 * The program is run too, and must agree with the reference.
 */

for (const pass of kernelPasses)
  describe(pass, () => {
    const text = goldenText(pass);
    for (const c of readCases(text))
      test(c.sentence, async () => {
        const module = parseModule(c.input, registry);
        expect(textAfter(pass, module)).toBe(c.expected.trim());
        const args = module.main.argTypes.map((type, k) => {
          const t = asTensor(type);
          const values = Array.from({ length: numElements(t.shape) }, (_, i) => ((i * 7 + k * 3) % 11) / 4 - 1);
          return HostArray.from(t.dtype, t.shape, values);
        });
        const [want] = await run(reference, module, [args]);
        const [got] = await run(cpu, module, [args]);
        got.forEach((g, i) => {
          expect(difference(g, want[i])).toBeLessThanOrEqual(1);
        });
      });
  });
