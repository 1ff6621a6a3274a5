import { expect, test } from 'vitest';
import { HostArray } from '../../src/base/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { CpuEngine, ReferenceEngine } from '../../src/runtime/index.ts';
import { opened, run } from './product-programs.ts';

const engines = [opened(new ReferenceEngine()), opened(new CpuEngine())];
const infinity = Number.POSITIVE_INFINITY;
// More than two registers of sixteen lanes, and a part of one.
const special = [0, -0, 0.5, -0.5, 1.5, 126.99, 127, 127.5, 128, -127.5, -128, -128.5, -129, 254.99, 255, 255.5, 256];
const wide = [32767, 32768, -32768, -32769, 65534.5, 65535, 65536, 1e9, -1e9, 3e38, -3e38, infinity, -infinity];
const values = [...special, ...wide, Number.NaN, 1e-30, -1e-30, 17.25, -99.75, 42, 3];

test('floats become narrow integers: cut towards zero, the nearest one where outside, 0 for NaN', async () => {
  const n = values.length;
  const types = ['i8', 'ui8', 'i16', 'ui16'];
  const module = parseModule(
    `func.func @main(%x: tensor<${n}xf32>) -> (${types.map((t) => `tensor<${n}x${t}>`).join(', ')}) {
${types.map((t, i) => `%r${i} = stablehlo.convert %x : (tensor<${n}xf32>) -> tensor<${n}x${t}>`).join('\n')}
  return ${types.map((_, i) => `%r${i}`).join(', ')} : ${types.map((t) => `tensor<${n}x${t}>`).join(', ')}
}`,
    registry,
  );
  const args = [HostArray.from('f32', [n], values)];
  const [want, got] = await Promise.all(engines.map((e) => run(e, module, args)));
  expect(got).toEqual(want);
  expect(got[0].slice(0, 13)).toEqual([0, 0, 0, 0, 1, 126, 127, 127, 127, -127, -128, -128, -128]);
});

test('lanes of every type are folded: sums, largest, smallest, bits', async () => {
  const n = 75;
  const folds = [
    ...['add', 'multiply', 'maximum', 'minimum'].flatMap((op) => ['f32', 'i32', 'ui32'].map((t) => [op, t] as const)),
    ...['and', 'or', 'xor'].flatMap((op) => ['i32', 'i1'].map((t) => [op, t] as const)),
  ];
  const lines = folds.flatMap(([op, t], i) => [
    `%z${i} = stablehlo.constant dense<${t === 'f32' ? '1.0' : t === 'i1' ? 'true' : '1'}> : tensor<${t}>`,
    `%c${i} = stablehlo.convert %x : (tensor<${n}xi32>) -> tensor<${n}x${t}>`,
    `%r${i} = stablehlo.reduce(%c${i} init: %z${i}) applies stablehlo.${op} across dimensions = [0] : (tensor<${n}x${t}>, tensor<${t}>) -> tensor<${t}>`,
  ]);
  const module = parseModule(
    `func.func @main(%x: tensor<${n}xi32>) -> (${folds.map(([, t]) => `tensor<${t}>`).join(', ')}) {
${lines.join('\n')}
  return ${folds.map((_, i) => `%r${i}`).join(', ')} : ${folds.map(([, t]) => `tensor<${t}>`).join(', ')}
}`,
    registry,
  );
  // The largest and the smallest stand in lanes of their own; ±1 and ±2, for products that are exact.
  const x = Array.from({ length: n }, (_, i) =>
    i === 37 ? 8 : i === 54 ? -8 : i % 3 === 0 ? -1 : i % 7 === 0 ? 2 : 1,
  );
  const [want, got] = await Promise.all(engines.map((e) => run(e, module, [HostArray.from('i32', [n], x)])));
  expect(got).toEqual(want);
});
