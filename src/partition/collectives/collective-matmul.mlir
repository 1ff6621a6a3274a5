// Shards of the weights go around the ring while the product with the one in hand is computed.
func.func @main(%x: tensor<4x8xf32>, %w: tensor<2x6xf32>) -> tensor<4x6xf32> {
  %0 = "stablehlo.all_gather"(%w) <{all_gather_dim = 0 : i64, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<[[0, 1, 2, 3]]> : tensor<1x4xi64>, use_global_device_ids}> : (tensor<2x6xf32>) -> tensor<8x6xf32>
  %1 = stablehlo.dot_general %x, %0, contracting_dims = [1] x [0] : (tensor<4x8xf32>, tensor<8x6xf32>) -> tensor<4x6xf32>
  return %1 : tensor<4x6xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<2x6xf32>) -> tensor<4x6xf32> {
    %0 = stablehlo.partition_id : tensor<ui32>
    %1 = stablehlo.convert %0 : (tensor<ui32>) -> tensor<i32>
    %c = stablehlo.constant dense<[0, 1, 2, 3]> : tensor<4xi32>
    %2 = stablehlo.dynamic_slice %c, %1, sizes = [1] : (tensor<4xi32>, tensor<i32>) -> tensor<1xi32>
    %3 = stablehlo.reshape %2 : (tensor<1xi32>) -> tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<4x6xf32>
    %4:3 = stablehlo.while(%iterArg = %c_0, %iterArg_4 = %arg1, %iterArg_5 = %cst) : tensor<i32>, tensor<2x6xf32>, tensor<4x6xf32>
    cond {
      %c_6 = stablehlo.constant dense<3> : tensor<i32>
      %11 = stablehlo.compare LT, %iterArg, %c_6 : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %11 : tensor<i1>
    } do {
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %11 = stablehlo.add %iterArg, %c_6 : tensor<i32>
      %12 = "stablehlo.collective_permute"(%iterArg_4) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, source_target_pairs = dense<[[0, 3], [1, 0], [2, 1], [3, 2]]> : tensor<4x2xi64>}> : (tensor<2x6xf32>) -> tensor<2x6xf32>
      %13 = stablehlo.add %3, %iterArg : tensor<i32>
      %c_7 = stablehlo.constant dense<4> : tensor<i32>
      %14 = stablehlo.remainder %13, %c_7 : tensor<i32>
      %c_8 = stablehlo.constant dense<0> : tensor<i32>
      %c_9 = stablehlo.constant dense<2> : tensor<i32>
      %15 = stablehlo.multiply %14, %c_9 : tensor<i32>
      %16 = stablehlo.dynamic_slice %arg0, %c_8, %15, sizes = [4, 2] : (tensor<4x8xf32>, tensor<i32>, tensor<i32>) -> tensor<4x2xf32>
      %17 = stablehlo.dot_general %16, %iterArg_4, contracting_dims = [1] x [0] : (tensor<4x2xf32>, tensor<2x6xf32>) -> tensor<4x6xf32>
      %18 = stablehlo.add %iterArg_5, %17 : tensor<4x6xf32>
      stablehlo.return %11, %12, %18 : tensor<i32>, tensor<2x6xf32>, tensor<4x6xf32>
    }
    %5 = stablehlo.add %3, %4#0 : tensor<i32>
    %c_1 = stablehlo.constant dense<4> : tensor<i32>
    %6 = stablehlo.remainder %5, %c_1 : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %c_3 = stablehlo.constant dense<2> : tensor<i32>
    %7 = stablehlo.multiply %6, %c_3 : tensor<i32>
    %8 = stablehlo.dynamic_slice %arg0, %c_2, %7, sizes = [4, 2] : (tensor<4x8xf32>, tensor<i32>, tensor<i32>) -> tensor<4x2xf32>
    %9 = stablehlo.dot_general %8, %4#1, contracting_dims = [1] x [0] : (tensor<4x2xf32>, tensor<2x6xf32>) -> tensor<4x6xf32>
    %10 = stablehlo.add %4#2, %9 : tensor<4x6xf32>
    return %10 : tensor<4x6xf32>
  }
}
// -----
// Sums that are scattered go around the ring while the next part of the product is computed.
func.func @main(%x: tensor<4x2xf32>, %w: tensor<2x6xf32>) -> tensor<2x6xf32> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<4x2xf32>, tensor<2x6xf32>) -> tensor<4x6xf32>
  %1 = "stablehlo.reduce_scatter"(%0) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, scatter_dimension = 0 : i64, use_global_device_ids}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<4x6xf32>) -> tensor<2x6xf32>
  return %1 : tensor<2x6xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<4x2xf32>, %arg1: tensor<2x6xf32>) -> tensor<2x6xf32> {
    %0 = stablehlo.partition_id : tensor<ui32>
    %1 = stablehlo.convert %0 : (tensor<ui32>) -> tensor<i32>
    %c = stablehlo.constant dense<[0, 1]> : tensor<2xi32>
    %2 = stablehlo.dynamic_slice %c, %1, sizes = [1] : (tensor<2xi32>, tensor<i32>) -> tensor<1xi32>
    %3 = stablehlo.reshape %2 : (tensor<1xi32>) -> tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<2x6xf32>
    %4:2 = stablehlo.while(%iterArg = %c_0, %iterArg_5 = %cst) : tensor<i32>, tensor<2x6xf32>
    cond {
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %12 = stablehlo.compare LT, %iterArg, %c_6 : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %12 : tensor<i1>
    } do {
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %12 = stablehlo.add %iterArg, %c_6 : tensor<i32>
      %c_7 = stablehlo.constant dense<1> : tensor<i32>
      %13 = stablehlo.add %3, %c_7 : tensor<i32>
      %14 = stablehlo.subtract %13, %iterArg : tensor<i32>
      %c_8 = stablehlo.constant dense<2> : tensor<i32>
      %15 = stablehlo.remainder %14, %c_8 : tensor<i32>
      %c_9 = stablehlo.constant dense<2> : tensor<i32>
      %16 = stablehlo.multiply %15, %c_9 : tensor<i32>
      %c_10 = stablehlo.constant dense<0> : tensor<i32>
      %17 = stablehlo.dynamic_slice %arg0, %16, %c_10, sizes = [2, 2] : (tensor<4x2xf32>, tensor<i32>, tensor<i32>) -> tensor<2x2xf32>
      %18 = stablehlo.dot_general %17, %arg1, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2x6xf32>) -> tensor<2x6xf32>
      %19 = stablehlo.add %iterArg_5, %18 : tensor<2x6xf32>
      %20 = "stablehlo.collective_permute"(%19) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, source_target_pairs = dense<[[0, 1], [1, 0]]> : tensor<2x2xi64>}> : (tensor<2x6xf32>) -> tensor<2x6xf32>
      stablehlo.return %12, %20 : tensor<i32>, tensor<2x6xf32>
    }
    %c_1 = stablehlo.constant dense<1> : tensor<i32>
    %5 = stablehlo.add %3, %c_1 : tensor<i32>
    %6 = stablehlo.subtract %5, %4#0 : tensor<i32>
    %c_2 = stablehlo.constant dense<2> : tensor<i32>
    %7 = stablehlo.remainder %6, %c_2 : tensor<i32>
    %c_3 = stablehlo.constant dense<2> : tensor<i32>
    %8 = stablehlo.multiply %7, %c_3 : tensor<i32>
    %c_4 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.dynamic_slice %arg0, %8, %c_4, sizes = [2, 2] : (tensor<4x2xf32>, tensor<i32>, tensor<i32>) -> tensor<2x2xf32>
    %10 = stablehlo.dot_general %9, %arg1, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2x6xf32>) -> tensor<2x6xf32>
    %11 = stablehlo.add %4#1, %10 : tensor<2x6xf32>
    return %11 : tensor<2x6xf32>
  }
}
// -----
// An operand that somebody else needs too is gathered at once.
func.func @main(%x: tensor<4x8xf32>, %w: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<8x6xf32>) {
  %0 = "stablehlo.all_gather"(%w) <{all_gather_dim = 0 : i64, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, use_global_device_ids}> : (tensor<4x6xf32>) -> tensor<8x6xf32>
  %1 = stablehlo.dot_general %x, %0, contracting_dims = [1] x [0] : (tensor<4x8xf32>, tensor<8x6xf32>) -> tensor<4x6xf32>
  return %1, %0 : tensor<4x6xf32>, tensor<8x6xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<4x8xf32>, %arg1: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<8x6xf32>) {
    %0 = "stablehlo.all_gather"(%arg1) <{all_gather_dim = 0 : i64, channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>, use_global_device_ids}> : (tensor<4x6xf32>) -> tensor<8x6xf32>
    %1 = stablehlo.dot_general %arg0, %0, contracting_dims = [1] x [0] : (tensor<4x8xf32>, tensor<8x6xf32>) -> tensor<4x6xf32>
    return %1, %0 : tensor<4x6xf32>, tensor<8x6xf32>
  }
}
