module @jit_attention_by_einsum_with_rotary attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x6x16xf32>, %arg1: tensor<16x4x4xf32>, %arg2: tensor<16x2x4xf32>, %arg3: tensor<16x2x4xf32>, %arg4: tensor<4x4x16xf32>) -> (tensor<2x6x16xf32> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x6x16xf32>, tensor<16x4x4xf32>) -> tensor<2x6x4x4xf32>
    %1 = stablehlo.dot_general %arg0, %arg2, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x6x16xf32>, tensor<16x2x4xf32>) -> tensor<2x6x2x4xf32>
    %2 = stablehlo.dot_general %arg0, %arg3, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x6x16xf32>, tensor<16x2x4xf32>) -> tensor<2x6x2x4xf32>
    %3 = stablehlo.iota dim = 0 : tensor<6xi32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %5 = stablehlo.iota dim = 0 : tensor<2xi32>
    %c = stablehlo.constant dense<2> : tensor<i32>
    %6 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %7 = stablehlo.multiply %6, %5 : tensor<2xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %9 = stablehlo.add %8, %7 : tensor<2xi32>
    %10 = stablehlo.convert %9 : (tensor<2xi32>) -> tensor<2xf32>
    %cst = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %11 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %12 = stablehlo.divide %10, %11 : tensor<2xf32>
    %cst_1 = stablehlo.constant dense<1.000000e+04> : tensor<f32>
    %13 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %14 = stablehlo.power %13, %12 : tensor<2xf32>
    %15 = stablehlo.convert %4 : (tensor<6x1xi32>) -> tensor<6x1xf32>
    %16 = stablehlo.broadcast_in_dim %14, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %17 = stablehlo.broadcast_in_dim %15, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x2xf32>
    %18 = stablehlo.broadcast_in_dim %16, dims = [0, 1] : (tensor<1x2xf32>) -> tensor<6x2xf32>
    %19 = stablehlo.divide %17, %18 : tensor<6x2xf32>
    %20 = stablehlo.sine %19 : tensor<6x2xf32>
    %21 = stablehlo.broadcast_in_dim %20, dims = [1, 3] : (tensor<6x2xf32>) -> tensor<1x6x1x2xf32>
    %22 = stablehlo.cosine %19 : tensor<6x2xf32>
    %23 = stablehlo.broadcast_in_dim %22, dims = [1, 3] : (tensor<6x2xf32>) -> tensor<1x6x1x2xf32>
    %24 = stablehlo.slice %0 [0:2, 0:6, 0:4, 0:2] : (tensor<2x6x4x4xf32>) -> tensor<2x6x4x2xf32>
    %25 = stablehlo.slice %0 [0:2, 0:6, 0:4, 2:4] : (tensor<2x6x4x4xf32>) -> tensor<2x6x4x2xf32>
    %26 = stablehlo.broadcast_in_dim %23, dims = [0, 1, 2, 3] : (tensor<1x6x1x2xf32>) -> tensor<2x6x4x2xf32>
    %27 = stablehlo.multiply %24, %26 : tensor<2x6x4x2xf32>
    %28 = stablehlo.broadcast_in_dim %21, dims = [0, 1, 2, 3] : (tensor<1x6x1x2xf32>) -> tensor<2x6x4x2xf32>
    %29 = stablehlo.multiply %25, %28 : tensor<2x6x4x2xf32>
    %30 = stablehlo.subtract %27, %29 : tensor<2x6x4x2xf32>
    %31 = stablehlo.broadcast_in_dim %21, dims = [0, 1, 2, 3] : (tensor<1x6x1x2xf32>) -> tensor<2x6x4x2xf32>
    %32 = stablehlo.multiply %24, %31 : tensor<2x6x4x2xf32>
    %33 = stablehlo.broadcast_in_dim %23, dims = [0, 1, 2, 3] : (tensor<1x6x1x2xf32>) -> tensor<2x6x4x2xf32>
    %34 = stablehlo.multiply %25, %33 : tensor<2x6x4x2xf32>
    %35 = stablehlo.add %32, %34 : tensor<2x6x4x2xf32>
    %36 = stablehlo.concatenate %30, %35, dim = 3 : (tensor<2x6x4x2xf32>, tensor<2x6x4x2xf32>) -> tensor<2x6x4x4xf32>
    %37 = stablehlo.iota dim = 0 : tensor<6xi32>
    %38 = stablehlo.broadcast_in_dim %37, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %39 = stablehlo.iota dim = 0 : tensor<2xi32>
    %c_2 = stablehlo.constant dense<2> : tensor<i32>
    %40 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %41 = stablehlo.multiply %40, %39 : tensor<2xi32>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %42 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %43 = stablehlo.add %42, %41 : tensor<2xi32>
    %44 = stablehlo.convert %43 : (tensor<2xi32>) -> tensor<2xf32>
    %cst_4 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %45 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %46 = stablehlo.divide %44, %45 : tensor<2xf32>
    %cst_5 = stablehlo.constant dense<1.000000e+04> : tensor<f32>
    %47 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %48 = stablehlo.power %47, %46 : tensor<2xf32>
    %49 = stablehlo.convert %38 : (tensor<6x1xi32>) -> tensor<6x1xf32>
    %50 = stablehlo.broadcast_in_dim %48, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %51 = stablehlo.broadcast_in_dim %49, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x2xf32>
    %52 = stablehlo.broadcast_in_dim %50, dims = [0, 1] : (tensor<1x2xf32>) -> tensor<6x2xf32>
    %53 = stablehlo.divide %51, %52 : tensor<6x2xf32>
    %54 = stablehlo.sine %53 : tensor<6x2xf32>
    %55 = stablehlo.broadcast_in_dim %54, dims = [1, 3] : (tensor<6x2xf32>) -> tensor<1x6x1x2xf32>
    %56 = stablehlo.cosine %53 : tensor<6x2xf32>
    %57 = stablehlo.broadcast_in_dim %56, dims = [1, 3] : (tensor<6x2xf32>) -> tensor<1x6x1x2xf32>
    %58 = stablehlo.slice %1 [0:2, 0:6, 0:2, 0:2] : (tensor<2x6x2x4xf32>) -> tensor<2x6x2x2xf32>
    %59 = stablehlo.slice %1 [0:2, 0:6, 0:2, 2:4] : (tensor<2x6x2x4xf32>) -> tensor<2x6x2x2xf32>
    %60 = stablehlo.broadcast_in_dim %57, dims = [0, 1, 2, 3] : (tensor<1x6x1x2xf32>) -> tensor<2x6x2x2xf32>
    %61 = stablehlo.multiply %58, %60 : tensor<2x6x2x2xf32>
    %62 = stablehlo.broadcast_in_dim %55, dims = [0, 1, 2, 3] : (tensor<1x6x1x2xf32>) -> tensor<2x6x2x2xf32>
    %63 = stablehlo.multiply %59, %62 : tensor<2x6x2x2xf32>
    %64 = stablehlo.subtract %61, %63 : tensor<2x6x2x2xf32>
    %65 = stablehlo.broadcast_in_dim %55, dims = [0, 1, 2, 3] : (tensor<1x6x1x2xf32>) -> tensor<2x6x2x2xf32>
    %66 = stablehlo.multiply %58, %65 : tensor<2x6x2x2xf32>
    %67 = stablehlo.broadcast_in_dim %57, dims = [0, 1, 2, 3] : (tensor<1x6x1x2xf32>) -> tensor<2x6x2x2xf32>
    %68 = stablehlo.multiply %59, %67 : tensor<2x6x2x2xf32>
    %69 = stablehlo.add %66, %68 : tensor<2x6x2x2xf32>
    %70 = stablehlo.concatenate %64, %69, dim = 3 : (tensor<2x6x2x2xf32>, tensor<2x6x2x2xf32>) -> tensor<2x6x2x4xf32>
    %71 = stablehlo.reshape %36 : (tensor<2x6x4x4xf32>) -> tensor<2x6x2x2x4xf32>
    %72 = stablehlo.dot_general %70, %71, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [4], precision = [DEFAULT, DEFAULT] : (tensor<2x6x2x4xf32>, tensor<2x6x2x2x4xf32>) -> tensor<2x2x6x6x2xf32>
    %73 = stablehlo.transpose %72, dims = [0, 1, 4, 3, 2] : (tensor<2x2x6x6x2xf32>) -> tensor<2x2x2x6x6xf32>
    %cst_6 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %74 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<2x2x2x6x6xf32>
    %75 = stablehlo.divide %73, %74 : tensor<2x2x2x6x6xf32>
    %c_7 = stablehlo.constant dense<true> : tensor<i1>
    %76 = stablehlo.broadcast_in_dim %c_7, dims = [] : (tensor<i1>) -> tensor<6x6xi1>
    %77 = call @tril(%76) : (tensor<6x6xi1>) -> tensor<6x6xi1>
    %cst_8 = stablehlo.constant dense<-1.000000e+30> : tensor<f32>
    %78 = call @_where(%77, %75, %cst_8) : (tensor<6x6xi1>, tensor<2x2x2x6x6xf32>, tensor<f32>) -> tensor<2x2x2x6x6xf32>
    %cst_9 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %79 = stablehlo.reduce(%78 init: %cst_9) applies stablehlo.maximum across dimensions = [4] : (tensor<2x2x2x6x6xf32>, tensor<f32>) -> tensor<2x2x2x6xf32>
    %cst_10 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %80 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<f32>) -> tensor<2x2x2x6xf32>
    %81 = stablehlo.maximum %80, %79 : tensor<2x2x2x6xf32>
    %82 = stablehlo.broadcast_in_dim %81, dims = [0, 1, 2, 3] : (tensor<2x2x2x6xf32>) -> tensor<2x2x2x6x1xf32>
    %83 = stablehlo.broadcast_in_dim %82, dims = [0, 1, 2, 3, 4] : (tensor<2x2x2x6x1xf32>) -> tensor<2x2x2x6x6xf32>
    %84 = stablehlo.subtract %78, %83 : tensor<2x2x2x6x6xf32>
    %85 = stablehlo.exponential %84 : tensor<2x2x2x6x6xf32>
    %cst_11 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %86 = stablehlo.reduce(%85 init: %cst_11) applies stablehlo.add across dimensions = [4] : (tensor<2x2x2x6x6xf32>, tensor<f32>) -> tensor<2x2x2x6xf32>
    %87 = stablehlo.broadcast_in_dim %86, dims = [0, 1, 2, 3] : (tensor<2x2x2x6xf32>) -> tensor<2x2x2x6x1xf32>
    %88 = stablehlo.broadcast_in_dim %87, dims = [0, 1, 2, 3, 4] : (tensor<2x2x2x6x1xf32>) -> tensor<2x2x2x6x6xf32>
    %89 = stablehlo.divide %85, %88 : tensor<2x2x2x6x6xf32>
    %90 = stablehlo.dot_general %2, %89, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [4], precision = [DEFAULT, DEFAULT] : (tensor<2x6x2x4xf32>, tensor<2x2x2x6x6xf32>) -> tensor<2x2x4x2x6xf32>
    %91 = stablehlo.transpose %90, dims = [0, 4, 1, 3, 2] : (tensor<2x2x4x2x6xf32>) -> tensor<2x6x2x2x4xf32>
    %92 = stablehlo.reshape %91 : (tensor<2x6x2x2x4xf32>) -> tensor<2x6x4x4xf32>
    %93 = stablehlo.dot_general %92, %arg4, contracting_dims = [2, 3] x [0, 1], precision = [DEFAULT, DEFAULT] : (tensor<2x6x4x4xf32>, tensor<4x4x16xf32>) -> tensor<2x6x16xf32>
    return %93 : tensor<2x6x16xf32>
  }
  func.func private @tril(%arg0: tensor<6x6xi1>) -> tensor<6x6xi1> {
    %0 = stablehlo.iota dim = 0 : tensor<6x6xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<6x6xi32>
    %2 = stablehlo.add %0, %1 : tensor<6x6xi32>
    %3 = stablehlo.iota dim = 1 : tensor<6x6xi32>
    %4 = stablehlo.compare GE, %2, %3, SIGNED : (tensor<6x6xi32>, tensor<6x6xi32>) -> tensor<6x6xi1>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %5 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i1>) -> tensor<6x6xi1>
    %6 = stablehlo.select %4, %arg0, %5 : tensor<6x6xi1>, tensor<6x6xi1>
    return %6 : tensor<6x6xi1>
  }
  func.func private @_where(%arg0: tensor<6x6xi1>, %arg1: tensor<2x2x2x6x6xf32>, %arg2: tensor<f32>) -> tensor<2x2x2x6x6xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [3, 4] : (tensor<6x6xi1>) -> tensor<2x2x2x6x6xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x2x2x6x6xf32>
    %3 = stablehlo.select %1, %arg1, %2 : tensor<2x2x2x6x6xi1>, tensor<2x2x2x6x6xf32>
    return %3 : tensor<2x2x2x6x6xf32>
  }
}
