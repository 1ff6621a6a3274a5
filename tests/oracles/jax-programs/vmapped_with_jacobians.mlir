module @jit_vmapped_with_jacobians attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x4xf32>, %arg1: tensor<4x5xf32>, %arg2: tensor<3xf32>) -> (tensor<3x5x4xf32> {jax.result_info = "result[0]"}, tensor<3x3xf32> {jax.result_info = "result[1]"}, tensor<3x4x3xf32> {jax.result_info = "result[2]"}) {
    %0 = stablehlo.iota dim = 0 : tensor<4x4xi32>
    %1 = stablehlo.iota dim = 1 : tensor<4x4xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<4x4xi32>
    %3 = stablehlo.add %0, %2 : tensor<4x4xi32>
    %4 = stablehlo.compare EQ, %3, %1, SIGNED : (tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi1>
    %5 = stablehlo.convert %4 : (tensor<4x4xi1>) -> tensor<4x4xf32>
    %6 = stablehlo.slice %5 [0:4, 0:4] : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %7 = stablehlo.convert %6 : tensor<4x4xf32>
    %8 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x4xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
    %9 = stablehlo.dot_general %7, %arg1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<4x4xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
    %10 = stablehlo.tanh %8 : tensor<3x5xf32>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 2] : (tensor<3x5xf32>) -> tensor<3x1x5xf32>
    %12 = stablehlo.broadcast_in_dim %9, dims = [1, 2] : (tensor<4x5xf32>) -> tensor<1x4x5xf32>
    %13 = stablehlo.broadcast_in_dim %12, dims = [0, 1, 2] : (tensor<1x4x5xf32>) -> tensor<3x4x5xf32>
    %14 = stablehlo.broadcast_in_dim %11, dims = [0, 1, 2] : (tensor<3x1x5xf32>) -> tensor<3x4x5xf32>
    %15 = stablehlo.multiply %13, %14 : tensor<3x4x5xf32>
    %16 = stablehlo.broadcast_in_dim %9, dims = [1, 2] : (tensor<4x5xf32>) -> tensor<1x4x5xf32>
    %17 = stablehlo.broadcast_in_dim %16, dims = [0, 1, 2] : (tensor<1x4x5xf32>) -> tensor<3x4x5xf32>
    %18 = stablehlo.add %17, %15 : tensor<3x4x5xf32>
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %19 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<3x5xf32>
    %20 = stablehlo.subtract %19, %10 : tensor<3x5xf32>
    %21 = stablehlo.broadcast_in_dim %20, dims = [0, 2] : (tensor<3x5xf32>) -> tensor<3x1x5xf32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [0, 1, 2] : (tensor<3x1x5xf32>) -> tensor<3x4x5xf32>
    %23 = stablehlo.multiply %18, %22 : tensor<3x4x5xf32>
    %24 = stablehlo.transpose %23, dims = [0, 2, 1] : (tensor<3x4x5xf32>) -> tensor<3x5x4xf32>
    %25 = stablehlo.slice %24 [0:3, 0:5, 0:4] : (tensor<3x5x4xf32>) -> tensor<3x5x4xf32>
    %26 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %27 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %28 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %29 = stablehlo.add %26, %28 : tensor<3x3xi32>
    %30 = stablehlo.compare EQ, %29, %27, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %31 = stablehlo.convert %30 : (tensor<3x3xi1>) -> tensor<3x3xf32>
    %32 = stablehlo.slice %31 [0:3, 0:3] : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %33 = stablehlo.convert %32 : tensor<3x3xf32>
    %34 = stablehlo.cosine %arg2 : tensor<3xf32>
    %35 = stablehlo.broadcast_in_dim %34, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %36 = stablehlo.broadcast_in_dim %35, dims = [0, 1] : (tensor<1x3xf32>) -> tensor<3x3xf32>
    %37 = stablehlo.multiply %33, %36 : tensor<3x3xf32>
    %38 = stablehlo.cosine %arg2 : tensor<3xf32>
    %39 = stablehlo.sine %arg2 : tensor<3xf32>
    %40 = stablehlo.broadcast_in_dim %39, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %41 = stablehlo.broadcast_in_dim %40, dims = [0, 1] : (tensor<1x3xf32>) -> tensor<3x3xf32>
    %42 = stablehlo.multiply %33, %41 : tensor<3x3xf32>
    %43 = stablehlo.negate %42 : tensor<3x3xf32>
    %44 = stablehlo.iota dim = 0 : tensor<1x1xi32>
    %45 = stablehlo.iota dim = 1 : tensor<1x1xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %46 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<1x1xi32>
    %47 = stablehlo.add %44, %46 : tensor<1x1xi32>
    %48 = stablehlo.compare EQ, %47, %45, SIGNED : (tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x1xi1>
    %49 = stablehlo.convert %48 : (tensor<1x1xi1>) -> tensor<1x1xf32>
    %50 = stablehlo.slice %49 [0:1, 0:1] : (tensor<1x1xf32>) -> tensor<1x1xf32>
    %51 = stablehlo.reshape %50 : (tensor<1x1xf32>) -> tensor<1xf32>
    %52 = stablehlo.convert %51 : tensor<1xf32>
    %53 = stablehlo.broadcast_in_dim %52, dims = [0] : (tensor<1xf32>) -> tensor<1x3xf32>
    %54 = stablehlo.broadcast_in_dim %37, dims = [0, 2] : (tensor<3x3xf32>) -> tensor<3x1x3xf32>
    %55 = stablehlo.broadcast_in_dim %53, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %56 = stablehlo.broadcast_in_dim %55, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<3x1x3xf32>
    %57 = stablehlo.multiply %54, %56 : tensor<3x1x3xf32>
    %58 = stablehlo.broadcast_in_dim %arg2, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %59 = stablehlo.broadcast_in_dim %33, dims = [0, 2] : (tensor<3x3xf32>) -> tensor<3x1x3xf32>
    %60 = stablehlo.multiply %53, %58 : tensor<1x3xf32>
    %61 = stablehlo.broadcast_in_dim %53, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %62 = stablehlo.broadcast_in_dim %61, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<3x1x3xf32>
    %63 = stablehlo.multiply %62, %59 : tensor<3x1x3xf32>
    %64 = stablehlo.broadcast_in_dim %38, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %65 = stablehlo.broadcast_in_dim %43, dims = [0, 2] : (tensor<3x3xf32>) -> tensor<3x1x3xf32>
    %66 = stablehlo.broadcast_in_dim %64, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %67 = stablehlo.broadcast_in_dim %66, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<3x1x3xf32>
    %68 = stablehlo.multiply %63, %67 : tensor<3x1x3xf32>
    %69 = stablehlo.broadcast_in_dim %60, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %70 = stablehlo.broadcast_in_dim %69, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<3x1x3xf32>
    %71 = stablehlo.multiply %70, %65 : tensor<3x1x3xf32>
    %72 = stablehlo.add %68, %71 : tensor<3x1x3xf32>
    %73 = stablehlo.add %57, %72 : tensor<3x1x3xf32>
    %74 = stablehlo.slice %73 [0:3, 0:1, 0:3] : (tensor<3x1x3xf32>) -> tensor<3x1x3xf32>
    %75 = stablehlo.reshape %74 : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %76 = stablehlo.transpose %75, dims = [1, 0] : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %77 = stablehlo.slice %76 [0:3, 0:3] : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %78 = stablehlo.broadcast_in_dim %arg0, dims = [0, 1] : (tensor<3x4xf32>) -> tensor<3x4x1xf32>
    %79 = stablehlo.broadcast_in_dim %arg2, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %80 = stablehlo.broadcast_in_dim %79, dims = [1, 2] : (tensor<1x3xf32>) -> tensor<1x1x3xf32>
    %81 = stablehlo.broadcast_in_dim %78, dims = [0, 1, 2] : (tensor<3x4x1xf32>) -> tensor<3x4x3xf32>
    %82 = stablehlo.broadcast_in_dim %80, dims = [0, 1, 2] : (tensor<1x1x3xf32>) -> tensor<3x4x3xf32>
    %83 = stablehlo.multiply %81, %82 : tensor<3x4x3xf32>
    return %25, %77, %83 : tensor<3x5x4xf32>, tensor<3x3xf32>, tensor<3x4x3xf32>
  }
}
