import { describe, expect, it } from 'vitest';
import { runModule } from '../../src/api/index.ts';
import { HostArray } from '../../src/base/index.ts';
import { parseModule } from '../../src/ir/index.ts';
import { customCallTargets, registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';

const run = (text: string, inputs: readonly HostArray[], engine: string): Promise<HostArray[]> =>
  runModule(parseModule(text, registry), inputs, { engine: createEngine(engine) });
const call = (target: string, config = ''): string => `func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = stablehlo.custom_call @${target}(%x) {${config}} : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}`;
const three = HostArray.from('f32', [3], [0.25, -0.5, 0.75]);

describe.each(['reference', 'cpu', 'wasm'])('custom calls on %s', (engine) => {
  it.each([
    ['Sharding', (x: number) => x],
    ['annotate_device_placement', (x: number) => x],
    ['mhlo.asin', Math.asin],
    ['mhlo.sinh', Math.sinh],
    ['mhlo.atanh', Math.atanh],
  ] as const)('@%s', async (target, f) => {
    const [y] = await run(call(target), [three], engine);
    three.toNumbers().forEach((x, i) => {
      expect(y.number(i)).toBeCloseTo(f(x), 5);
    });
  });

  it('the smallest and the largest elements', async () => {
    const text = (
      largest: boolean,
    ): string => `func.func @main(%x: tensor<2x4xf32>) -> (tensor<2x2xf32>, tensor<2x2xi32>) {
  %0:2 = stablehlo.custom_call @mhlo.topk(%x) {mhlo.attributes = {k = 2 : i64, largest = ${largest}}} : (tensor<2x4xf32>) -> (tensor<2x2xf32>, tensor<2x2xi32>)
  return %0#0, %0#1 : tensor<2x2xf32>, tensor<2x2xi32>
}`;
    const x = HostArray.from('f32', [2, 4], [3, 1, 2, 0, -1, 5, 5, 4]);
    const [high, highAt] = await run(text(true), [x], engine);
    expect([high.toNumbers(), highAt.toNumbers()]).toEqual([
      [3, 2, 5, 5],
      [0, 2, 1, 2],
    ]);
    const [low, lowAt] = await run(text(false), [x], engine);
    expect([low.toNumbers(), lowAt.toNumbers()]).toEqual([
      [0, 1, -1, 4],
      [3, 1, 0, 3],
    ]);
  });

  it.each([
    ['tpu_custom_call', /@tpu_custom_call: got a Pallas kernel compiled for TPUs/],
    ['xla_ffi_python_cpu_callback', /@xla_ffi_python_cpu_callback: got it calls back into the Python process/],
    ['stablehlo.dynamic_top_k', /shapes must be static/],
    ['never_heard_of', /@never_heard_of.*customCallTargets/s],
  ])('@%s is refused by name', async (target, message) => {
    await expect(run(call(target), [three], engine)).rejects.toThrow(message);
  });
});

it('every target says what it computes, how it is cut, or why it is refused', () => {
  const silent = [...customCallTargets].filter(([, t]) => !t.expand && !t.evaluate && !t.sharding && !t.refused);
  expect(silent.map(([name]) => name)).toEqual([]);
});
