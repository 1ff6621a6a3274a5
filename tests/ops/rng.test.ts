import { describe, expect, it } from 'vitest';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { evaluateModule } from '../../src/runtime/index.ts';

function draws(a: string, b: string, type: string, distribution: string): number[] {
  const text = `func.func @main() -> tensor<4000x${type}> {
    %a = stablehlo.constant dense<${a}> : tensor<${type}>
    %b = stablehlo.constant dense<${b}> : tensor<${type}>
    %s = stablehlo.constant dense<4000> : tensor<1xi64>
    %r = stablehlo.rng %a, %b, %s, distribution = ${distribution} : (tensor<${type}>, tensor<${type}>, tensor<1xi64>) -> tensor<4000x${type}>
    return %r : tensor<4000x${type}>
  }`;
  return evaluateModule(parseModule(text, registry), [])[0].toNumbers();
}
const mean = (x: readonly number[]): number => x.reduce((p, q) => p + q, 0) / x.length;
const deviation = (x: readonly number[]): number => Math.sqrt(mean(x.map((v) => (v - mean(x)) ** 2)));

describe('rng', () => {
  it('UNIFORM floats fill [a, b)', () => {
    const x = draws('-1.0', '3.0', 'f32', 'UNIFORM');
    expect(Math.min(...x)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...x)).toBeLessThan(3);
    expect(Math.abs(mean(x) - 1)).toBeLessThan(0.08);
    expect(Math.abs(deviation(x) - 4 / Math.sqrt(12))).toBeLessThan(0.05);
  });
  it('UNIFORM integers take every value below b', () => {
    expect(new Set(draws('2', '6', 'i32', 'UNIFORM'))).toEqual(new Set([2, 3, 4, 5]));
  });
  it('NORMAL has mean a and standard deviation b; two draws differ', () => {
    const x = draws('5.0', '2.0', 'f64', 'NORMAL');
    expect(Math.abs(mean(x) - 5)).toBeLessThan(0.15);
    expect(Math.abs(deviation(x) - 2)).toBeLessThan(0.1);
    expect(draws('5.0', '2.0', 'f64', 'NORMAL')).not.toEqual(x);
  });
});
