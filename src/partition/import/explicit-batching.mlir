// The first component of the indices counts rows: rows are a batch dimension.
func.func @main(%a: tensor<4x8xf32>, %i: tensor<4x2x1xi32>) -> tensor<4x2xf32> {
  %0 = stablehlo.iota dim = 0 : tensor<4x2x1xi32>
  %1 = stablehlo.concatenate %0, %i, dim = 2 : (tensor<4x2x1xi32>, tensor<4x2x1xi32>) -> tensor<4x2x2xi32>
  %2 = "stablehlo.gather"(%a, %1) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1>}> : (tensor<4x8xf32>, tensor<4x2x2xi32>) -> tensor<4x2xf32>
  return %2 : tensor<4x2xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<4x2x1xi32>) -> tensor<4x2xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<4x2x1xi32>
    %1 = stablehlo.concatenate %0, %arg1, dim = 2 : (tensor<4x2x1xi32>, tensor<4x2x1xi32>) -> tensor<4x2x2xi32>
    %2 = "stablehlo.gather"(%arg0, %arg1) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1>}> : (tensor<4x8xf32>, tensor<4x2x1xi32>) -> tensor<4x2xf32>
    return %2 : tensor<4x2xf32>
  }
}
// -----
// Counting is seen through a broadcast and JAX's treatment of negative indices.
func.func @main(%a: tensor<4x8xf32>, %i: tensor<4x1xi32>, %u: tensor<4xf32>) -> tensor<4x8xf32> {
  %0 = stablehlo.iota dim = 0 : tensor<4xi32>
  %z = stablehlo.constant dense<0> : tensor<4xi32>
  %n = stablehlo.constant dense<4> : tensor<4xi32>
  %1 = stablehlo.compare LT, %0, %z : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
  %2 = stablehlo.add %0, %n : tensor<4xi32>
  %3 = stablehlo.select %1, %2, %0 : tensor<4xi1>, tensor<4xi32>
  %4 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<4xi32>) -> tensor<4x1xi32>
  %5 = stablehlo.concatenate %4, %i, dim = 1 : (tensor<4x1xi32>, tensor<4x1xi32>) -> tensor<4x2xi32>
  %6 = "stablehlo.scatter"(%a, %5, %u) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>}> ({
  ^bb0(%x: tensor<f32>, %y: tensor<f32>):
    %s = stablehlo.add %x, %y : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x8xf32>, tensor<4x2xi32>, tensor<4xf32>) -> tensor<4x8xf32>
  return %6 : tensor<4x8xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<4x1xi32>, %arg2: tensor<4xf32>) -> tensor<4x8xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<4xi32>
    %c = stablehlo.constant dense<0> : tensor<4xi32>
    %c_0 = stablehlo.constant dense<4> : tensor<4xi32>
    %1 = stablehlo.compare LT, %0, %c : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %2 = stablehlo.add %0, %c_0 : tensor<4xi32>
    %3 = stablehlo.select %1, %2, %0 : tensor<4xi1>, tensor<4xi32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<4xi32>) -> tensor<4x1xi32>
    %5 = stablehlo.concatenate %4, %arg1, dim = 1 : (tensor<4x1xi32>, tensor<4x1xi32>) -> tensor<4x2xi32>
    %6 = "stablehlo.scatter"(%arg0, %arg1, %arg2) <{scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 1>}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %7 = stablehlo.add %arg3, %arg4 : tensor<f32>
      stablehlo.return %7 : tensor<f32>
    }) : (tensor<4x8xf32>, tensor<4x1xi32>, tensor<4xf32>) -> tensor<4x8xf32>
    return %6 : tensor<4x8xf32>
  }
}
