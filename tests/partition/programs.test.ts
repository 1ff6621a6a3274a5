import { describe, expect, test } from 'vitest';
import { parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { meshesOf, partitionModule } from '../../src/partition/index.ts';
import { evaluateOnDevices } from '../../src/runtime/index.ts';
import { seededArgs } from '../golden.ts';
import { cut, difference, join, runBoth } from './run.ts';

const mesh = 'sdy.mesh @mesh = <["x"=2, "y"=2]>';
const on = (dims: string): string => `{sdy.sharding = #sdy.sharding<@mesh, [${dims}]>}`;

/** Programs whose partitioned result must equal the whole one. */
const programs: Record<string, string> = {
  'a function called with different shardings': `${mesh}
func.func @main(%a: tensor<8x4xf32> ${on('{"x"}, {}')}, %b: tensor<8x4xf32> ${on('{}, {"y"}')}) -> (tensor<8x4xf32>, tensor<8x4xf32>) {
  %0 = call @f(%a) : (tensor<8x4xf32>) -> tensor<8x4xf32>
  %1 = call @f(%b) : (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0, %1 : tensor<8x4xf32>, tensor<8x4xf32>
}
func.func private @f(%a: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %0 = stablehlo.tanh %a : tensor<8x4xf32>
  %1 = stablehlo.add %0, %a : tensor<8x4xf32>
  return %1 : tensor<8x4xf32>
}`,
  'branches that communicate': `${mesh}
func.func @main(%p: tensor<i1>, %a: tensor<8x4xf32> ${on('{"x"}, {}')}, %w: tensor<4x4xf32> ${on('{"y"}, {}')}) -> tensor<8x4xf32> {
  %0 = "stablehlo.if"(%p) ({
    %1 = stablehlo.dot_general %a, %w, contracting_dims = [1] x [0] : (tensor<8x4xf32>, tensor<4x4xf32>) -> tensor<8x4xf32>
    stablehlo.return %1 : tensor<8x4xf32>
  }, {
    %2 = stablehlo.tanh %a : tensor<8x4xf32>
    stablehlo.return %2 : tensor<8x4xf32>
  }) : (tensor<i1>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}`,
  'argmax along a sharded dimension': `${mesh}
func.func @main(%a: tensor<8x6xf32> ${on('{"x"}, {"y"}')}) -> tensor<8xi32> {
  %i = stablehlo.iota dim = 1 : tensor<8x6xi32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %0:2 = stablehlo.reduce(%a init: %low), (%i init: %zero) across dimensions = [1] : (tensor<8x6xf32>, tensor<8x6xi32>, tensor<f32>, tensor<i32>) -> (tensor<8xf32>, tensor<8xi32>)
    reducer(%x: tensor<f32>, %y: tensor<f32>) (%k: tensor<i32>, %l: tensor<i32>) {
      %1 = stablehlo.compare GT, %x, %y : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %2 = stablehlo.select %1, %x, %y : tensor<i1>, tensor<f32>
      %3 = stablehlo.select %1, %k, %l : tensor<i1>, tensor<i32>
      stablehlo.return %2, %3 : tensor<f32>, tensor<i32>
    }
  return %0#1 : tensor<8xi32>
}`,
  'a lookup in a table cut by rows that do not divide': `${mesh}
func.func @main(%t: tensor<7x4xf32>, %i: tensor<5xi32>) -> tensor<5x4xf32> {
  %0 = sdy.sharding_constraint %t <@mesh, [{"x", "y"}, {}]> : tensor<7x4xf32>
  %1 = stablehlo.reshape %i : (tensor<5xi32>) -> tensor<5x1xi32>
  %2 = "stablehlo.gather"(%0, %1) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 4>}> : (tensor<7x4xf32>, tensor<5x1xi32>) -> tensor<5x4xf32>
  return %2 : tensor<5x4xf32>
}`,
  'a cache updated at a position on a sharded dimension': `${mesh}
func.func @main(%c: tensor<8x4xf32> ${on('{"x", "y"}, {}')}, %u: tensor<3x4xf32>, %at: tensor<i32>) -> (tensor<8x4xf32> ${on('{"x", "y"}, {}')}) {
  %z = stablehlo.constant dense<0> : tensor<i32>
  %0 = stablehlo.dynamic_update_slice %c, %u, %at, %z : (tensor<8x4xf32>, tensor<3x4xf32>, tensor<i32>, tensor<i32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}`,
  'random bits cut over devices': `${mesh}
func.func @main(%s: tensor<2xui64>) -> (tensor<2xui64>, tensor<8x4xui32> ${on('{"x"}, {"y"}')}) {
  %0, %1 = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<8x4xui32>)
  return %0, %1 : tensor<2xui64>, tensor<8x4xui32>
}`,
  'grouped values and a barrier': `${mesh}
func.func @main(%a: tensor<8x4xf32> ${on('{"x"}, {}')}, %b: tensor<8x4xf32>) -> tensor<8x4xf32> {
  sdy.sharding_group %a group_id=0 : tensor<8x4xf32>
  sdy.sharding_group %b group_id=0 : tensor<8x4xf32>
  %0:2 = stablehlo.optimization_barrier %a, %b : tensor<8x4xf32>, tensor<8x4xf32>
  %1 = stablehlo.add %0#0, %0#1 : tensor<8x4xf32>
  return %1 : tensor<8x4xf32>
}`,
};

describe('programs', () => {
  test.each(Object.entries(programs))('%s', (_name, text) => {
    const module = parseModule(text, registry);
    const { whole, joined } = runBoth(module, seededArgs(module));
    whole.forEach((x, i) => {
      expect(difference(x, joined[i])).toBeLessThan(1e-5);
    });
  });

  test('a manual computation keeps its own collectives', () => {
    const module = parseModule(
      `${mesh}
func.func @main(%a: tensor<8x4xf32>) -> tensor<4x4xf32> {
  %0 = sdy.manual_computation(%a) in_shardings=[<@mesh, [{"x"}, {}]>] out_shardings=[<@mesh, [{}, {}]>] manual_axes={"x"} (%p: tensor<4x4xf32>) {
    %1 = "stablehlo.all_reduce"(%p) <{replica_groups = dense<[[0, 2], [1, 3]]> : tensor<2x2xi64>, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids}> ({
    ^bb0(%x: tensor<f32>, %y: tensor<f32>):
      %2 = stablehlo.add %x, %y : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<4x4xf32>) -> tensor<4x4xf32>
    sdy.return %1 : tensor<4x4xf32>
  } : (tensor<8x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}`,
      registry,
    );
    const [a] = seededArgs(module);
    const { module: local, inShardings, outShardings } = partitionModule(module);
    const grid = [...meshesOf(module).values()][0];
    const parts = evaluateOnDevices(
      local,
      [0, 1, 2, 3].map((device) => [cut(a, inShardings[0], grid, device)]),
    );
    const out = join(
      parts.map((p) => p[0]),
      [4, 4],
      outShardings[0],
      grid,
    );
    out.toNumbers().forEach((x, i) => {
      expect(x).toBeCloseTo(a.number(i) + a.number(16 + i), 5);
    });
  });
});
