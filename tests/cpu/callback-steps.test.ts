import { expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { cpu, run } from './programs.ts';

/* Ops without a kernel are evaluated in JavaScript, called back by the running program. */

const squares = parseModule(
  `func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
    %c = stablehlo.convert %a : (tensor<4xf32>) -> tensor<4xf8E4M3FN>
    %d = stablehlo.multiply %c, %c : tensor<4xf8E4M3FN>
    %e = stablehlo.convert %d : (tensor<4xf8E4M3FN>) -> tensor<4xf32>
    %f = stablehlo.add %e, %b : tensor<4xf32>
    return %f : tensor<4xf32>
  }`,
  registry,
);
const vector = (...values: number[]): HostArray => HostArray.from('f32', [values.length], values);

test.each([1, 2, 5])('floats of eight bits on %i devices', async (devices) => {
  const args = Array.from({ length: devices }, (_, d) => [vector(d, 1, 2, 3), vector(0, 1, 0, d)]);
  const out = await run(cpu, squares, args);
  out.forEach(([y], d) => {
    expect([...y.data]).toEqual([d * d, 2, 4, 9 + d]);
  });
});

test('the executable names them', async () => {
  const { stats } = await cpu.compile(squares);
  expect(stats.callbackOps).toEqual(['stablehlo.convert', 'stablehlo.multiply', 'stablehlo.convert']);
});

test('in a loop, with a body that captures values', async () => {
  const module = parseModule(
    `func.func @main(%x: tensor<3xf8E4M3FN>, %scale: tensor<f8E4M3FN>) -> tensor<f8E4M3FN> {
      %zero = stablehlo.constant dense<0.0> : tensor<f8E4M3FN>
      %i0 = stablehlo.constant dense<0> : tensor<i32>
      %r:2 = stablehlo.while(%i = %i0, %sum = %zero) : tensor<i32>, tensor<f8E4M3FN>
      cond {
        %n = stablehlo.constant dense<2> : tensor<i32>
        %t = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %t : tensor<i1>
      } do {
        %one = stablehlo.constant dense<1> : tensor<i32>
        %next = stablehlo.add %i, %one : tensor<i32>
        %y = "stablehlo.reduce"(%x, %sum) ({
        ^bb0(%a: tensor<f8E4M3FN>, %b: tensor<f8E4M3FN>):
          %p = stablehlo.multiply %b, %scale : tensor<f8E4M3FN>
          %s = stablehlo.add %a, %p : tensor<f8E4M3FN>
          stablehlo.return %s : tensor<f8E4M3FN>
        }) {dimensions = array<i64: 0>} : (tensor<3xf8E4M3FN>, tensor<f8E4M3FN>) -> tensor<f8E4M3FN>
        stablehlo.return %next, %y : tensor<i32>, tensor<f8E4M3FN>
      }
      return %r#1 : tensor<f8E4M3FN>
    }`,
    registry,
  );
  const x = HostArray.from('f8E4M3FN', [3], [1, 0.5, 2]);
  const [[y]] = await run(cpu, module, [[x, HostArray.from('f8E4M3FN', [], [2])]]);
  // Twice the sum, two times.
  expect(y.number(0)).toBe(14);
});

test('a body that asks which device it runs on', async () => {
  const module = parseModule(
    `func.func @main(%x: tensor<3xf8E4M3FN>) -> tensor<f8E4M3FN> {
      %zero = stablehlo.constant dense<0.0> : tensor<f8E4M3FN>
      %y = "stablehlo.reduce"(%x, %zero) ({
      ^bb0(%a: tensor<f8E4M3FN>, %b: tensor<f8E4M3FN>):
        %id = stablehlo.partition_id : tensor<ui32>
        %d = stablehlo.convert %id : (tensor<ui32>) -> tensor<f8E4M3FN>
        %p = stablehlo.multiply %b, %d : tensor<f8E4M3FN>
        %s = stablehlo.add %a, %p : tensor<f8E4M3FN>
        stablehlo.return %s : tensor<f8E4M3FN>
      }) {dimensions = array<i64: 0>} : (tensor<3xf8E4M3FN>, tensor<f8E4M3FN>) -> tensor<f8E4M3FN>
      return %y : tensor<f8E4M3FN>
    }`,
    registry,
  );
  const x = HostArray.from('f8E4M3FN', [3], [1, 0.5, 2]);
  const out = await run(cpu, module, [[x], [x], [x]]);
  expect(out.map(([y]) => y.number(0))).toEqual([0, 3.5, 7]);
});
