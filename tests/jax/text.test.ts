import { describe, expect, it } from 'vitest';
import { parseModule, printModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';

describe('what JAX prints', () => {
  const stable = (text: string): string => {
    const once = printModule(parseModule(text, registry));
    expect(printModule(parseModule(once, registry))).toBe(once);
    return once;
  };
  it('locations of the arguments of regions, in the pretty and the generic form', () => {
    const text = stable(`#loc = loc(unknown)
#loc1 = loc("x")
#loc2 = loc("reduce:"(#loc1))
module {
  sdy.mesh @mesh = <["x"=2]> loc(#loc)
  func.func public @main(%arg0: tensor<4xf32> loc("x"), %arg1: tensor<4xi32> loc(#loc1)) -> (tensor<f32> {jax.result_info = "r"}, tensor<i32>) {
    %c = stablehlo.constant dense<0.0> : tensor<f32> loc(#loc)
    %i = stablehlo.constant dense<0> : tensor<i32> loc(#loc)
    %0 = sdy.manual_computation(%arg0) in_shardings=[<@mesh, [{"x"}]>] out_shardings=[<@mesh, [{"x"}]>] manual_axes={"x"} (%arg2: tensor<2xf32> loc("shard_map:"(#loc1))) {
      sdy.return %arg2 : tensor<2xf32> loc(#loc2)
    } : (tensor<4xf32>) -> tensor<4xf32> loc(#loc)
    %1:2 = stablehlo.reduce(%0 init: %c), (%arg1 init: %i) across dimensions = [0] : (tensor<4xf32>, tensor<4xi32>, tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>)
     reducer(%a: tensor<f32> loc("reduce:"(#loc2)), %b: tensor<f32> loc(fused[#loc1, "y":1:2])) (%d: tensor<i32> loc(callsite("f" at "g.py":1:2 to :9)), %e: tensor<i32> loc(#loc))  {
      %2 = stablehlo.add %a, %b : tensor<f32> loc(#loc2)
      %3 = stablehlo.add %d, %e : tensor<i32> loc(#loc2)
      stablehlo.return %2, %3 : tensor<f32>, tensor<i32> loc(#loc)
    } loc(#loc2)
    return %1#0, %1#1 : tensor<f32>, tensor<i32> loc(#loc)
  } loc(#loc)
} loc(#loc)`);
    expect(text).not.toContain('loc(');
  });
  it('attributes of foreign calls: layouts, aliases, dense data of types that are no tensors of ours', () => {
    const text = stable(`func.func @main(%a: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = stablehlo.custom_call @f(%a) {api_version = 4 : i32, backend_config = {x = 1 : ui8, y = dense<[1, 2]> : vector<2xi64>}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<> : tensor<0xindex>, dense<0> : tensor<1xindex>]} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}`);
    expect(text).toContain('operand_layouts = [dense<[0, 1]> : tensor<2xindex>]');
    expect(text).toContain('result_layouts = [dense<> : tensor<0xindex>, dense<0> : tensor<1xindex>]');
    expect(text).toContain('y = dense<[1, 2]> : vector<2xi64>');
  });
});
