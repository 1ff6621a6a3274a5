import { expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { cpu, run } from './programs.ts';

/* Ops without a kernel are evaluated on the host, called back by the running program. */

const squares = parseModule(
  `func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
    %c = stablehlo.complex %a, %b : tensor<4xcomplex<f32>>
    %d = stablehlo.multiply %c, %c : tensor<4xcomplex<f32>>
    %e = stablehlo.real %d : (tensor<4xcomplex<f32>>) -> tensor<4xf32>
    %f = stablehlo.add %e, %a : tensor<4xf32>
    return %f : tensor<4xf32>
  }`,
  registry,
);
const vector = (...values: number[]): HostArray => HostArray.from('f32', [values.length], values);

test.each([1, 2, 5])('complex numbers on %i devices', async (devices) => {
  const args = Array.from({ length: devices }, (_, d) => [vector(d, 1, 2, 3), vector(0, 1, 0, d)]);
  const out = await run(cpu, squares, args);
  out.forEach(([y], d) => {
    expect([...y.data]).toEqual([d * d + d, 1, 6, 12 - d * d]);
  });
});

test('the executable names them', async () => {
  const { stats } = await cpu.compile(squares, { numDevices: 1 });
  expect(stats.hostOps).toEqual(['stablehlo.complex', 'stablehlo.multiply', 'stablehlo.real']);
});

test('in a loop, with a body that captures values', async () => {
  const module = parseModule(
    `func.func @main(%x: tensor<3xcomplex<f32>>, %scale: tensor<complex<f32>>) -> tensor<complex<f32>> {
      %zero = stablehlo.constant dense<(0.0, 0.0)> : tensor<complex<f32>>
      %i0 = stablehlo.constant dense<0> : tensor<i32>
      %r:2 = stablehlo.while(%i = %i0, %sum = %zero) : tensor<i32>, tensor<complex<f32>>
      cond {
        %n = stablehlo.constant dense<2> : tensor<i32>
        %t = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %t : tensor<i1>
      } do {
        %one = stablehlo.constant dense<1> : tensor<i32>
        %next = stablehlo.add %i, %one : tensor<i32>
        %y = "stablehlo.reduce"(%x, %sum) ({
        ^bb0(%a: tensor<complex<f32>>, %b: tensor<complex<f32>>):
          %p = stablehlo.multiply %b, %scale : tensor<complex<f32>>
          %s = stablehlo.add %a, %p : tensor<complex<f32>>
          stablehlo.return %s : tensor<complex<f32>>
        }) {dimensions = array<i64: 0>} : (tensor<3xcomplex<f32>>, tensor<complex<f32>>) -> tensor<complex<f32>>
        stablehlo.return %next, %y : tensor<i32>, tensor<complex<f32>>
      }
      return %r#1 : tensor<complex<f32>>
    }`,
    registry,
  );
  const x = HostArray.from(
    'c64',
    [3],
    [
      [1, 0],
      [0, 1],
      [2, 2],
    ],
  );
  const [[y]] = await run(cpu, module, [[x, HostArray.from('c64', [], [[0, 1]])]]);
  // 2 · i · (3 + 3i)
  expect(y.get(0)).toEqual([-6, 6]);
});
