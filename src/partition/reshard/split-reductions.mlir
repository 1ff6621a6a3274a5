// The largest two of a cut dimension: two candidates of each half, then the best two of four.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<3x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}) -> (tensor<3x2xf32>, tensor<3x2xi32>) {
  %0, %1 = chlo.top_k(%a, k = 2) : tensor<3x8xf32> -> (tensor<3x2xf32>, tensor<3x2xi32>)
  return %0, %1 : tensor<3x2xf32>, tensor<3x2xi32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<3x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}) -> (tensor<3x2xf32>, tensor<3x2xi32>) {
    %0 = stablehlo.reshape %arg0 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {"x"}, {}]>]>} : (tensor<3x8xf32>) -> tensor<3x2x4xf32>
    %values, %indices = chlo.top_k(%0, k = 2) {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {"x"}, {}]>, <@mesh, [{}, {"x"}, {}]>]>} : tensor<3x2x4xf32> -> (tensor<3x2x2xf32>, tensor<3x2x2xi32>)
    %1 = stablehlo.iota dim = 1 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {"x"}, {}]>]>} : tensor<3x2x2xi32>
    %c = stablehlo.constant dense<4> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {"x"}, {}]>]>} : (tensor<i32>) -> tensor<3x2x2xi32>
    %3 = stablehlo.multiply %1, %2 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {"x"}, {}]>]>} : tensor<3x2x2xi32>
    %4 = stablehlo.add %indices, %3 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {"x"}, {}]>]>} : tensor<3x2x2xi32>
    %5 = stablehlo.reshape %values {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {"x"}]>]>} : (tensor<3x2x2xf32>) -> tensor<3x4xf32>
    %6 = sdy.reshard %5 <@mesh, [{}, {}]> : tensor<3x4xf32>
    %7 = stablehlo.reshape %4 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {"x"}]>]>} : (tensor<3x2x2xi32>) -> tensor<3x4xi32>
    %values_0, %indices_1 = chlo.top_k(%6, k = 2) {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}]>, <@mesh, [{}, {}]>]>} : tensor<3x4xf32> -> (tensor<3x2xf32>, tensor<3x2xi32>)
    %8 = "stablehlo.gather"(%7, %indices_1) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1>}> {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>} : (tensor<3x4xi32>, tensor<3x2xi32>) -> tensor<3x2xi32>
    return %values_0, %8 : tensor<3x2xf32>, tensor<3x2xi32>
  }
}
// -----
// The place of the largest value: one candidate of each shard, then the best of them. Five values are padded to six.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<5xf32>) -> tensor<i32> {
  %0 = sdy.reshard %a <@mesh, [{"x"}]> : tensor<5xf32>
  %1 = stablehlo.iota dim = 0 : tensor<5xi32>
  %2 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %3 = stablehlo.constant dense<0> : tensor<i32>
  %4:2 = stablehlo.reduce(%0 init: %2), (%1 init: %3) across dimensions = [0] : (tensor<5xf32>, tensor<5xi32>, tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>)
   reducer(%v: tensor<f32>, %w: tensor<f32>) (%i: tensor<i32>, %j: tensor<i32>) {
    %5 = stablehlo.compare GE, %v, %w : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %6 = stablehlo.select %5, %v, %w : tensor<i1>, tensor<f32>
    %7 = stablehlo.select %5, %i, %j : tensor<i1>, tensor<i32>
    stablehlo.return %6, %7 : tensor<f32>, tensor<i32>
  }
  return %4#1 : tensor<i32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<5xf32>) -> tensor<i32> {
    %0 = sdy.reshard %arg0 <@mesh, [{"x"}]> : tensor<5xf32>
    %1 = stablehlo.iota dim = 0 : tensor<5xi32>
    %cst = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.pad %0, %cst, low = [0], high = [1], interior = [0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : (tensor<5xf32>, tensor<f32>) -> tensor<6xf32>
    %3 = stablehlo.reshape %2 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}, {}]>]>} : (tensor<6xf32>) -> tensor<2x3xf32>
    %4 = stablehlo.pad %1, %c, low = [0], high = [1], interior = [0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : (tensor<5xi32>, tensor<i32>) -> tensor<6xi32>
    %5 = stablehlo.reshape %4 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}, {}]>]>} : (tensor<6xi32>) -> tensor<2x3xi32>
    %6:2 = stablehlo.reduce(%3 init: %cst), (%5 init: %c) across dimensions = [1] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>, <@mesh, [{"x"}]>]>} : (tensor<2x3xf32>, tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>)
     reducer(%arg1: tensor<f32>, %arg3: tensor<f32>) (%arg2: tensor<i32>, %arg4: tensor<i32>) {
      %10 = stablehlo.compare GE, %arg1, %arg3 : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %11 = stablehlo.select %10, %arg1, %arg3 : tensor<i1>, tensor<f32>
      %12 = stablehlo.select %10, %arg2, %arg4 : tensor<i1>, tensor<i32>
      stablehlo.return %11, %12 : tensor<f32>, tensor<i32>
    }
    %7 = sdy.reshard %6#0 <@mesh, [{}]> : tensor<2xf32>
    %8 = sdy.reshard %6#1 <@mesh, [{}]> : tensor<2xi32>
    %9:2 = stablehlo.reduce(%7 init: %cst), (%8 init: %c) across dimensions = [0] : (tensor<2xf32>, tensor<2xi32>, tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>)
     reducer(%arg5: tensor<f32>, %arg7: tensor<f32>) (%arg6: tensor<i32>, %arg8: tensor<i32>) {
      %10 = stablehlo.compare GE, %arg5, %arg7 : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %11 = stablehlo.select %10, %arg5, %arg7 : tensor<i1>, tensor<f32>
      %12 = stablehlo.select %10, %arg6, %arg8 : tensor<i1>, tensor<i32>
      stablehlo.return %11, %12 : tensor<f32>, tensor<i32>
    }
    return %9#1 : tensor<i32>
  }
}
