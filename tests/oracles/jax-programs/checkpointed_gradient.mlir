module @jit_checkpointed_gradient attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<5x4xf32>, %arg1: tensor<4x3xf32>) -> (tensor<4x3xf32> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x4xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
    %1 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
    %2 = stablehlo.dot_general %0, %1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
    %3 = stablehlo.tanh %2 : tensor<5x4xf32>
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<5x4xf32>
    %5:3 = stablehlo.optimization_barrier %arg1, %3, %4 : tensor<4x3xf32>, tensor<5x4xf32>, tensor<5x4xf32>
    %6 = stablehlo.dot_general %5#1, %5#0, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x4xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
    %7 = stablehlo.transpose %5#0, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
    %8 = stablehlo.dot_general %6, %7, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
    %9 = stablehlo.tanh %8 : tensor<5x4xf32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %10 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<5x4xf32>
    %11 = stablehlo.subtract %10, %9 : tensor<5x4xf32>
    %12 = stablehlo.multiply %5#2, %11 : tensor<5x4xf32>
    %13 = stablehlo.multiply %12, %9 : tensor<5x4xf32>
    %14 = stablehlo.add %12, %13 : tensor<5x4xf32>
    %15 = stablehlo.dot_general %14, %6, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x4xf32>, tensor<5x3xf32>) -> tensor<4x3xf32>
    %16 = stablehlo.transpose %15, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
    %17 = stablehlo.dot_general %14, %7, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<5x4xf32>, tensor<3x4xf32>) -> tensor<5x3xf32>
    %18 = stablehlo.transpose %16, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>
    %19 = stablehlo.dot_general %17, %5#1, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<5x4xf32>) -> tensor<3x4xf32>
    %20 = stablehlo.transpose %19, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>
    %21 = stablehlo.add %18, %20 : tensor<4x3xf32>
    %22 = stablehlo.dot_general %17, %5#0, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<4x3xf32>) -> tensor<5x4xf32>
    %23:3 = stablehlo.optimization_barrier %arg1, %arg0, %22 : tensor<4x3xf32>, tensor<5x4xf32>, tensor<5x4xf32>
    %24 = stablehlo.dot_general %23#1, %23#0, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x4xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
    %25 = stablehlo.transpose %23#0, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
    %26 = stablehlo.dot_general %24, %25, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3x4xf32>) -> tensor<5x4xf32>
    %27 = stablehlo.tanh %26 : tensor<5x4xf32>
    %cst_1 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %28 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<5x4xf32>
    %29 = stablehlo.subtract %28, %27 : tensor<5x4xf32>
    %30 = stablehlo.multiply %23#2, %29 : tensor<5x4xf32>
    %31 = stablehlo.multiply %30, %27 : tensor<5x4xf32>
    %32 = stablehlo.add %30, %31 : tensor<5x4xf32>
    %33 = stablehlo.dot_general %32, %24, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x4xf32>, tensor<5x3xf32>) -> tensor<4x3xf32>
    %34 = stablehlo.transpose %33, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
    %35 = stablehlo.dot_general %32, %25, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<5x4xf32>, tensor<3x4xf32>) -> tensor<5x3xf32>
    %36 = stablehlo.transpose %34, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>
    %37 = stablehlo.dot_general %35, %23#1, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<5x4xf32>) -> tensor<3x4xf32>
    %38 = stablehlo.transpose %37, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>
    %39 = stablehlo.add %36, %38 : tensor<4x3xf32>
    %40 = stablehlo.add %21, %39 : tensor<4x3xf32>
    return %40 : tensor<4x3xf32>
  }
}
