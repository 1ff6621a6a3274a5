import { describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/base/index.ts';
import { parseModule, verifyModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { moduleOf, violated } from './case.ts';
import { allCases } from './cases.ts';

/** What composites may call. */
const callee = 'func.func private @g(%a: tensor<f32>) -> tensor<f32> { func.return %a : tensor<f32> }\n';

function check(text: string): void {
  verifyModule(parseModule(callee + text, registry));
}
function errorOf(text: string): EspalierError {
  try {
    check(text);
  } catch (error) {
    if (error instanceof EspalierError) return error;
    throw error;
  }
  throw new Error('verified');
}

for (const [op, cases] of Object.entries(allCases)) {
  describe(op, () => {
    it(`${op} is accepted when valid`, () => {
      expect(() => check(moduleOf(op, cases.ok))).not.toThrow();
    });
    for (const [title, change] of Object.entries(cases)) {
      if (title === 'ok' || change === undefined) continue;
      it(`${op} ${title}`, () => {
        const label = title.split(' ')[0];
        const error = errorOf(moduleOf(op, violated(cases.ok, change)));
        expect([error.code, error.fields.op, error.fields.constraint], error.message).toEqual([
          'ir/verify',
          `stablehlo.${op}`,
          label,
        ]);
        // Positioned, unless only the whole module shows it.
        if (error.message.includes(' violates ')) {
          expect(error.fields).toMatchObject({ file: '<text>', line: 3, column: 3 });
          expect(error.message).toMatch(/^<text>:3:3: .* \(stablehlo\.\w+ violates C\d+/);
        }
      });
    }
  });
}
