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
