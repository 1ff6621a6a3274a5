module @jit_quantized_product attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x8xf32>, %arg1: tensor<8x6xf32>) -> (tensor<4x6xf32> {jax.result_info = "result"}) {
    %0 = stablehlo.abs %arg1 : tensor<8x6xf32>
    %cst = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.maximum across dimensions = [0] : (tensor<8x6xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_0 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %3 = stablehlo.divide %1, %2 : tensor<6xf32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [1] : (tensor<6xf32>) -> tensor<1x6xf32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<1x6xf32>) -> tensor<8x6xf32>
    %6 = stablehlo.divide %arg1, %5 : tensor<8x6xf32>
    %7 = call @round(%6) : (tensor<8x6xf32>) -> tensor<8x6xf32>
    %8 = stablehlo.convert %7 : (tensor<8x6xf32>) -> tensor<8x6xi8>
    %9 = stablehlo.abs %arg0 : tensor<4x8xf32>
    %cst_1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %10 = stablehlo.reduce(%9 init: %cst_1) applies stablehlo.maximum across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0] : (tensor<4xf32>) -> tensor<4x1xf32>
    %cst_2 = stablehlo.constant dense<1.270000e+02> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<4x1xf32>
    %13 = stablehlo.divide %11, %12 : tensor<4x1xf32>
    %14 = stablehlo.broadcast_in_dim %13, dims = [0, 1] : (tensor<4x1xf32>) -> tensor<4x8xf32>
    %15 = stablehlo.divide %arg0, %14 : tensor<4x8xf32>
    %16 = call @round_0(%15) : (tensor<4x8xf32>) -> tensor<4x8xf32>
    %17 = stablehlo.convert %16 : (tensor<4x8xf32>) -> tensor<4x8xi8>
    %18 = stablehlo.dot_general %17, %8, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<4x8xi8>, tensor<8x6xi8>) -> tensor<4x6xi32>
    %19 = stablehlo.convert %18 : (tensor<4x6xi32>) -> tensor<4x6xf32>
    %20 = stablehlo.broadcast_in_dim %13, dims = [0, 1] : (tensor<4x1xf32>) -> tensor<4x6xf32>
    %21 = stablehlo.multiply %19, %20 : tensor<4x6xf32>
    %22 = stablehlo.broadcast_in_dim %3, dims = [1] : (tensor<6xf32>) -> tensor<1x6xf32>
    %23 = stablehlo.broadcast_in_dim %22, dims = [0, 1] : (tensor<1x6xf32>) -> tensor<4x6xf32>
    %24 = stablehlo.multiply %21, %23 : tensor<4x6xf32>
    return %24 : tensor<4x6xf32>
  }
  func.func private @round(%arg0: tensor<8x6xf32>) -> tensor<8x6xf32> {
    %0 = stablehlo.round_nearest_even %arg0 : tensor<8x6xf32>
    return %0 : tensor<8x6xf32>
  }
  func.func private @round_0(%arg0: tensor<4x8xf32>) -> tensor<4x8xf32> {
    %0 = stablehlo.round_nearest_even %arg0 : tensor<4x8xf32>
    return %0 : tensor<4x8xf32>
  }
}
