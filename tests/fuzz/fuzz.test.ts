import { describe, expect, it } from 'vitest';
import { corpus } from './corpus.ts';
import { fuzz, judge } from './fuzz.ts';

describe('parser fuzzing', () => {
  it('seeded mutations lead to a module or a positioned error', { timeout: 30_000 }, () => {
    const report = fuzz(corpus(), 20261120, { seconds: 5, executions: 20_000 });
    expect(report.findings.map((f) => `${f.kind}: ${f.message}\n${f.text.slice(0, 2000)}`)).toEqual([]);
    expect(report.executions).toBeGreaterThan(50);
  });

  const func = (body: string): string => `func.func @f(%p: tensor<i1>) {\n${body}\n  func.return\n}`;
  const deep = (open: string, close: string, inner = ''): string => open.repeat(20_000) + inner + close.repeat(20_000);
  const hard: readonly (readonly [title: string, text: string])[] = [
    ['a splat of a type too large for memory', func('%c = stablehlo.constant dense<0.0> : tensor<999999999999xf32>')],
    ['a list for a huge type', func('%c = stablehlo.constant dense<[0.0, 1.0]> : tensor<999999999999xf32>')],
    [
      'more elements than numbers can count',
      func('%c = stablehlo.constant dense<0> : tensor<4000000000x4000000000xi8>'),
    ],
    ['bytes for a huge type', func('%c = stablehlo.constant dense<"0x0000"> : tensor<999999999999xf32>')],
    [
      'a huge list attribute',
      func('"stablehlo.case"(%p) {x = array<i64: 1>, y = dense<0> : tensor<99999999999xi64>} : () -> ()'),
    ],
    [
      'huge replica groups',
      func(
        '"stablehlo.all_gather"(%p) {all_gather_dim = 0 : i64, replica_groups = dense<0> : tensor<99999x99999999xi64>} : (tensor<i1>) -> tensor<i1>',
      ),
    ],
    ['deep regions', func(deep('"stablehlo.if"(%p) ({', '}) : () -> ()'))],
    ['deep arrays', func(`%c = "stablehlo.constant"() {value = ${deep('[', ']')}} : () -> tensor<i1>`)],
    ['deep dictionaries', `module attributes ${deep('{a = ', '}', '1')} {}`],
    ['deep tuples', `func.func @f(%a: ${deep('tuple<', '>')}) { func.return }`],
    ['deep function types', `func.func @f(%a: ${deep('() -> (', ')')}) { func.return }`],
    ['deep dense lists', func(`%c = stablehlo.constant dense<${deep('[', ']')}> : tensor<1xf32>`)],
    ['deep locations', `${func('')} loc(${deep('callsite(', ' at unknown)', 'unknown')})`],
    ['an alias of itself', '#a = #a\nmodule attributes {x = #a} {}'],
    ['aliases of each other', '!a = !b\n!b = !a\nfunc.func @f(%x: !a) { func.return }'],
    ['an unterminated resource section', 'module {}\n{-# dialect_resources: {'],
    ['an attribute named like a property of objects', 'module attributes {__proto__ = 1, constructor = 2} {}'],
    ['hexadecimal without digits', func('%c = stablehlo.constant dense<0x> : tensor<i32>')],
    ['a real number in an integer tensor', func('%c = stablehlo.constant dense<1.5> : tensor<i64>')],
    [
      'an unknown word of an enumeration',
      func('%c = stablehlo.compare BETWEEN, %p, %p : (tensor<i1>, tensor<i1>) -> tensor<i1>'),
    ],
  ];
  for (const [title, text] of hard)
    it(`${title} is refused or read quickly and in little memory`, () => {
      const start = performance.now();
      const { finding } = judge(text);
      expect(finding?.message).toBeUndefined();
      expect(performance.now() - start).toBeLessThan(2000);
    });
});
