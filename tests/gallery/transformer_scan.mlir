module @jit__lambda attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x12x8xf32>, %arg1: tensor<2x8x2x4xf32>, %arg2: tensor<2x2x4x8xf32>, %arg3: tensor<2x8x2x4xf32>, %arg4: tensor<2x8x12xf32>, %arg5: tensor<2x8x2x4xf32>, %arg6: tensor<2x5x8xf32>) -> (tensor<f32> {jax.result_info = "result[0]"}, tensor<2x12x8xf32> {jax.result_info = "result[1]['d']"}, tensor<2x8x2x4xf32> {jax.result_info = "result[1]['k']"}, tensor<2x2x4x8xf32> {jax.result_info = "result[1]['o']"}, tensor<2x8x2x4xf32> {jax.result_info = "result[1]['q']"}, tensor<2x8x12xf32> {jax.result_info = "result[1]['u']"}, tensor<2x8x2x4xf32> {jax.result_info = "result[1]['v']"}) {
    %c = stablehlo.constant dense<true> : tensor<i1>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i1>) -> tensor<5x5xi1>
    %1 = call @tril(%0) : (tensor<5x5xi1>) -> tensor<5x5xi1>
    %cst = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %2:2 = call @_where(%1, %cst) : (tensor<5x5xi1>, tensor<f32>) -> (tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>)
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %3:3 = call @_var(%c_0) : (tensor<i32>) -> (tensor<f32>, tensor<i1>, tensor<2x5x1xf32>)
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x2x5x8xf32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %5:14 = stablehlo.while(%iterArg = %arg0, %iterArg_15 = %arg1, %iterArg_16 = %arg2, %iterArg_17 = %arg3, %iterArg_18 = %arg4, %iterArg_19 = %arg5, %iterArg_20 = %2#0, %iterArg_21 = %2#1, %iterArg_22 = %3#0, %iterArg_23 = %3#1, %iterArg_24 = %3#2, %iterArg_25 = %c_2, %iterArg_26 = %arg6, %iterArg_27 = %4) : tensor<2x12x8xf32>, tensor<2x8x2x4xf32>, tensor<2x2x4x8xf32>, tensor<2x8x2x4xf32>, tensor<2x8x12xf32>, tensor<2x8x2x4xf32>, tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>, tensor<f32>, tensor<i1>, tensor<2x5x1xf32>, tensor<i32>, tensor<2x5x8xf32>, tensor<2x2x5x8xf32>
    cond {
      %c_28 = stablehlo.constant dense<2> : tensor<i32>
      %21 = stablehlo.compare LT, %iterArg_25, %c_28, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %21 : tensor<i1>
    } do {
      %21 = func.call @dynamic_index_in_dim(%iterArg, %iterArg_25) : (tensor<2x12x8xf32>, tensor<i32>) -> tensor<12x8xf32>
      %22 = func.call @dynamic_index_in_dim_1(%iterArg_15, %iterArg_25) : (tensor<2x8x2x4xf32>, tensor<i32>) -> tensor<8x2x4xf32>
      %23 = func.call @dynamic_index_in_dim_2(%iterArg_16, %iterArg_25) : (tensor<2x2x4x8xf32>, tensor<i32>) -> tensor<2x4x8xf32>
      %24 = func.call @dynamic_index_in_dim_1(%iterArg_17, %iterArg_25) : (tensor<2x8x2x4xf32>, tensor<i32>) -> tensor<8x2x4xf32>
      %25 = func.call @dynamic_index_in_dim_3(%iterArg_18, %iterArg_25) : (tensor<2x8x12xf32>, tensor<i32>) -> tensor<8x12xf32>
      %26 = func.call @dynamic_index_in_dim_1(%iterArg_19, %iterArg_25) : (tensor<2x8x2x4xf32>, tensor<i32>) -> tensor<8x2x4xf32>
      %27:2 = func.call @closed_call(%iterArg_20, %iterArg_21, %iterArg_22, %iterArg_23, %iterArg_24, %iterArg_26, %21, %22, %23, %24, %25, %26) : (tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>, tensor<f32>, tensor<i1>, tensor<2x5x1xf32>, tensor<2x5x8xf32>, tensor<12x8xf32>, tensor<8x2x4xf32>, tensor<2x4x8xf32>, tensor<8x2x4xf32>, tensor<8x12xf32>, tensor<8x2x4xf32>) -> (tensor<2x5x8xf32>, tensor<2x5x8xf32>)
      %28 = func.call @dynamic_update_index_in_dim(%iterArg_27, %27#1, %iterArg_25) : (tensor<2x2x5x8xf32>, tensor<2x5x8xf32>, tensor<i32>) -> tensor<2x2x5x8xf32>
      %c_28 = stablehlo.constant dense<1> : tensor<i32>
      %29 = stablehlo.add %iterArg_25, %c_28 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_15, %iterArg_16, %iterArg_17, %iterArg_18, %iterArg_19, %iterArg_20, %iterArg_21, %iterArg_22, %iterArg_23, %iterArg_24, %29, %27#0, %28 : tensor<2x12x8xf32>, tensor<2x8x2x4xf32>, tensor<2x2x4x8xf32>, tensor<2x8x2x4xf32>, tensor<2x8x12xf32>, tensor<2x8x2x4xf32>, tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>, tensor<f32>, tensor<i1>, tensor<2x5x1xf32>, tensor<i32>, tensor<2x5x8xf32>, tensor<2x2x5x8xf32>
    }
    %6 = stablehlo.multiply %5#12, %5#12 : tensor<2x5x8xf32>
    %cst_3 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %7 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<2x5x8xf32>
    %8 = stablehlo.multiply %7, %5#12 : tensor<2x5x8xf32>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %9 = stablehlo.reduce(%6 init: %cst_4) applies stablehlo.add across dimensions = [0, 1, 2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_5 = stablehlo.constant dense<8.000000e+01> : tensor<f32>
    %10 = stablehlo.divide %9, %cst_5 : tensor<f32>
    %cst_6 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_7 = stablehlo.constant dense<8.000000e+01> : tensor<f32>
    %11 = stablehlo.divide %cst_6, %cst_7 : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [] : (tensor<f32>) -> tensor<2x5x8xf32>
    %13 = stablehlo.multiply %12, %8 : tensor<2x5x8xf32>
    %cst_8 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %14 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<2x12x8xf32>
    %cst_9 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<2x8x2x4xf32>
    %cst_10 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %16 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<f32>) -> tensor<2x2x4x8xf32>
    %cst_11 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<2x8x2x4xf32>
    %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %18 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<f32>) -> tensor<2x8x12xf32>
    %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %19 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<f32>) -> tensor<2x8x2x4xf32>
    %c_14 = stablehlo.constant dense<0> : tensor<i32>
    %20:15 = stablehlo.while(%iterArg = %5#13, %iterArg_15 = %arg0, %iterArg_16 = %arg1, %iterArg_17 = %arg2, %iterArg_18 = %arg3, %iterArg_19 = %arg4, %iterArg_20 = %arg5, %iterArg_21 = %c_14, %iterArg_22 = %13, %iterArg_23 = %14, %iterArg_24 = %15, %iterArg_25 = %16, %iterArg_26 = %17, %iterArg_27 = %18, %iterArg_28 = %19) : tensor<2x2x5x8xf32>, tensor<2x12x8xf32>, tensor<2x8x2x4xf32>, tensor<2x2x4x8xf32>, tensor<2x8x2x4xf32>, tensor<2x8x12xf32>, tensor<2x8x2x4xf32>, tensor<i32>, tensor<2x5x8xf32>, tensor<2x12x8xf32>, tensor<2x8x2x4xf32>, tensor<2x2x4x8xf32>, tensor<2x8x2x4xf32>, tensor<2x8x12xf32>, tensor<2x8x2x4xf32>
    cond {
      %c_29 = stablehlo.constant dense<2> : tensor<i32>
      %21 = stablehlo.compare LT, %iterArg_21, %c_29, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %21 : tensor<i1>
    } do {
      %c_29 = stablehlo.constant dense<2> : tensor<i32>
      %21 = stablehlo.subtract %c_29, %iterArg_21 : tensor<i32>
      %c_30 = stablehlo.constant dense<1> : tensor<i32>
      %22 = stablehlo.subtract %21, %c_30 : tensor<i32>
      %23 = func.call @dynamic_index_in_dim_7(%iterArg, %22) : (tensor<2x2x5x8xf32>, tensor<i32>) -> tensor<2x5x8xf32>
      %24 = func.call @dynamic_index_in_dim(%iterArg_15, %22) : (tensor<2x12x8xf32>, tensor<i32>) -> tensor<12x8xf32>
      %25 = func.call @dynamic_index_in_dim_1(%iterArg_16, %22) : (tensor<2x8x2x4xf32>, tensor<i32>) -> tensor<8x2x4xf32>
      %26 = func.call @dynamic_index_in_dim_2(%iterArg_17, %22) : (tensor<2x2x4x8xf32>, tensor<i32>) -> tensor<2x4x8xf32>
      %27 = func.call @dynamic_index_in_dim_1(%iterArg_18, %22) : (tensor<2x8x2x4xf32>, tensor<i32>) -> tensor<8x2x4xf32>
      %28 = func.call @dynamic_index_in_dim_3(%iterArg_19, %22) : (tensor<2x8x12xf32>, tensor<i32>) -> tensor<8x12xf32>
      %29 = func.call @dynamic_index_in_dim_1(%iterArg_20, %22) : (tensor<2x8x2x4xf32>, tensor<i32>) -> tensor<8x2x4xf32>
      %30:7 = func.call @closed_call_8(%iterArg_22, %23, %24, %25, %26, %27, %28, %29) : (tensor<2x5x8xf32>, tensor<2x5x8xf32>, tensor<12x8xf32>, tensor<8x2x4xf32>, tensor<2x4x8xf32>, tensor<8x2x4xf32>, tensor<8x12xf32>, tensor<8x2x4xf32>) -> (tensor<2x5x8xf32>, tensor<12x8xf32>, tensor<8x2x4xf32>, tensor<2x4x8xf32>, tensor<8x2x4xf32>, tensor<8x12xf32>, tensor<8x2x4xf32>)
      %31 = func.call @dynamic_update_index_in_dim_18(%iterArg_23, %30#1, %22) : (tensor<2x12x8xf32>, tensor<12x8xf32>, tensor<i32>) -> tensor<2x12x8xf32>
      %32 = func.call @dynamic_update_index_in_dim_19(%iterArg_24, %30#2, %22) : (tensor<2x8x2x4xf32>, tensor<8x2x4xf32>, tensor<i32>) -> tensor<2x8x2x4xf32>
      %33 = func.call @dynamic_update_index_in_dim_20(%iterArg_25, %30#3, %22) : (tensor<2x2x4x8xf32>, tensor<2x4x8xf32>, tensor<i32>) -> tensor<2x2x4x8xf32>
      %34 = func.call @dynamic_update_index_in_dim_19(%iterArg_26, %30#4, %22) : (tensor<2x8x2x4xf32>, tensor<8x2x4xf32>, tensor<i32>) -> tensor<2x8x2x4xf32>
      %35 = func.call @dynamic_update_index_in_dim_21(%iterArg_27, %30#5, %22) : (tensor<2x8x12xf32>, tensor<8x12xf32>, tensor<i32>) -> tensor<2x8x12xf32>
      %36 = func.call @dynamic_update_index_in_dim_19(%iterArg_28, %30#6, %22) : (tensor<2x8x2x4xf32>, tensor<8x2x4xf32>, tensor<i32>) -> tensor<2x8x2x4xf32>
      %c_31 = stablehlo.constant dense<1> : tensor<i32>
      %37 = stablehlo.add %iterArg_21, %c_31 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_15, %iterArg_16, %iterArg_17, %iterArg_18, %iterArg_19, %iterArg_20, %37, %30#0, %31, %32, %33, %34, %35, %36 : tensor<2x2x5x8xf32>, tensor<2x12x8xf32>, tensor<2x8x2x4xf32>, tensor<2x2x4x8xf32>, tensor<2x8x2x4xf32>, tensor<2x8x12xf32>, tensor<2x8x2x4xf32>, tensor<i32>, tensor<2x5x8xf32>, tensor<2x12x8xf32>, tensor<2x8x2x4xf32>, tensor<2x2x4x8xf32>, tensor<2x8x2x4xf32>, tensor<2x8x12xf32>, tensor<2x8x2x4xf32>
    }
    return %10, %20#9, %20#10, %20#11, %20#12, %20#13, %20#14 : tensor<f32>, tensor<2x12x8xf32>, tensor<2x8x2x4xf32>, tensor<2x2x4x8xf32>, tensor<2x8x2x4xf32>, tensor<2x8x12xf32>, tensor<2x8x2x4xf32>
  }
  func.func private @tril(%arg0: tensor<5x5xi1>) -> tensor<5x5xi1> {
    %0 = stablehlo.iota dim = 0 : tensor<5x5xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<5x5xi32>
    %2 = stablehlo.add %0, %1 : tensor<5x5xi32>
    %3 = stablehlo.iota dim = 1 : tensor<5x5xi32>
    %4 = stablehlo.compare GE, %2, %3, SIGNED : (tensor<5x5xi32>, tensor<5x5xi32>) -> tensor<5x5xi1>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %5 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i1>) -> tensor<5x5xi1>
    %6 = stablehlo.select %4, %arg0, %5 : tensor<5x5xi1>, tensor<5x5xi1>
    return %6 : tensor<5x5xi1>
  }
  func.func private @_where(%arg0: tensor<5x5xi1>, %arg1: tensor<f32>) -> (tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>) {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [2, 3] : (tensor<5x5xi1>) -> tensor<2x2x5x5xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x2x5x5xf32>
    return %1, %2 : tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>
  }
  func.func private @_var(%arg0: tensor<i32>) -> (tensor<f32>, tensor<i1>, tensor<2x5x1xf32>) {
    %0 = stablehlo.convert %arg0 : (tensor<i32>) -> tensor<f32>
    %cst = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %1 = stablehlo.subtract %cst, %0 : tensor<f32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.compare GT, %1, %cst_0, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_1 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %3 = call @_where_0(%cst_1) : (tensor<f32>) -> tensor<2x5x1xf32>
    return %1, %2, %3 : tensor<f32>, tensor<i1>, tensor<2x5x1xf32>
  }
  func.func private @_where_0(%arg0: tensor<f32>) -> tensor<2x5x1xf32> {
    %0 = stablehlo.convert %arg0 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    return %1 : tensor<2x5x1xf32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<2x12x8xf32>, %arg1: tensor<i32>) -> tensor<12x8xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, %c_0, sizes = [1, 12, 8] : (tensor<2x12x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x12x8xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x12x8xf32>) -> tensor<12x8xf32>
    return %1 : tensor<12x8xf32>
  }
  func.func private @dynamic_index_in_dim_1(%arg0: tensor<2x8x2x4xf32>, %arg1: tensor<i32>) -> tensor<8x2x4xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, %c_0, %c_1, sizes = [1, 8, 2, 4] : (tensor<2x8x2x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x8x2x4xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x8x2x4xf32>) -> tensor<8x2x4xf32>
    return %1 : tensor<8x2x4xf32>
  }
  func.func private @dynamic_index_in_dim_2(%arg0: tensor<2x2x4x8xf32>, %arg1: tensor<i32>) -> tensor<2x4x8xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, %c_0, %c_1, sizes = [1, 2, 4, 8] : (tensor<2x2x4x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x2x4x8xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x2x4x8xf32>) -> tensor<2x4x8xf32>
    return %1 : tensor<2x4x8xf32>
  }
  func.func private @dynamic_index_in_dim_3(%arg0: tensor<2x8x12xf32>, %arg1: tensor<i32>) -> tensor<8x12xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, %c_0, sizes = [1, 8, 12] : (tensor<2x8x12xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x8x12xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x8x12xf32>) -> tensor<8x12xf32>
    return %1 : tensor<8x12xf32>
  }
  func.func private @closed_call(%arg0: tensor<2x2x5x5xi1>, %arg1: tensor<2x2x5x5xf32>, %arg2: tensor<f32>, %arg3: tensor<i1>, %arg4: tensor<2x5x1xf32>, %arg5: tensor<2x5x8xf32>, %arg6: tensor<12x8xf32>, %arg7: tensor<8x2x4xf32>, %arg8: tensor<2x4x8xf32>, %arg9: tensor<8x2x4xf32>, %arg10: tensor<8x12xf32>, %arg11: tensor<8x2x4xf32>) -> (tensor<2x5x8xf32>, tensor<2x5x8xf32>) {
    %0 = stablehlo.dot_general %arg5, %arg9, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<8x2x4xf32>) -> tensor<2x5x2x4xf32>
    %1 = stablehlo.dot_general %arg5, %arg7, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<8x2x4xf32>) -> tensor<2x5x2x4xf32>
    %2 = stablehlo.dot_general %arg5, %arg11, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<8x2x4xf32>) -> tensor<2x5x2x4xf32>
    %3 = stablehlo.dot_general %0, %1, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<2x5x2x4xf32>) -> tensor<2x2x5x5xf32>
    %cst = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x5x5xf32>
    %5 = stablehlo.divide %3, %4 : tensor<2x2x5x5xf32>
    %6 = call @_where_4(%5, %arg0, %arg1) : (tensor<2x2x5x5xf32>, tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>) -> tensor<2x2x5x5xf32>
    %cst_0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %7 = stablehlo.reduce(%6 init: %cst_0) applies stablehlo.maximum across dimensions = [3] : (tensor<2x2x5x5xf32>, tensor<f32>) -> tensor<2x2x5xf32>
    %cst_1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x2x5xf32>
    %9 = stablehlo.maximum %8, %7 : tensor<2x2x5xf32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0, 1, 2] : (tensor<2x2x5xf32>) -> tensor<2x2x5x1xf32>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1, 2, 3] : (tensor<2x2x5x1xf32>) -> tensor<2x2x5x5xf32>
    %12 = stablehlo.subtract %6, %11 : tensor<2x2x5x5xf32>
    %13 = stablehlo.exponential %12 : tensor<2x2x5x5xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %14 = stablehlo.reduce(%13 init: %cst_2) applies stablehlo.add across dimensions = [3] : (tensor<2x2x5x5xf32>, tensor<f32>) -> tensor<2x2x5xf32>
    %15 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2] : (tensor<2x2x5xf32>) -> tensor<2x2x5x1xf32>
    %16 = stablehlo.broadcast_in_dim %15, dims = [0, 1, 2, 3] : (tensor<2x2x5x1xf32>) -> tensor<2x2x5x5xf32>
    %17 = stablehlo.divide %13, %16 : tensor<2x2x5x5xf32>
    %18 = stablehlo.dot_general %2, %17, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<2x2x5x5xf32>) -> tensor<2x2x4x5xf32>
    %19 = stablehlo.dot_general %18, %arg8, contracting_dims = [2, 1] x [1, 0], precision = [HIGHEST, HIGHEST] : (tensor<2x2x4x5xf32>, tensor<2x4x8xf32>) -> tensor<2x5x8xf32>
    %20 = stablehlo.add %arg5, %19 : tensor<2x5x8xf32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %21 = stablehlo.reduce(%20 init: %cst_3) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %cst_4 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %23 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %24 = stablehlo.divide %22, %23 : tensor<2x5x1xf32>
    %25 = stablehlo.broadcast_in_dim %24, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %26 = stablehlo.subtract %20, %25 : tensor<2x5x8xf32>
    %27 = call @_var_5(%20, %arg2, %arg3, %arg4) : (tensor<2x5x8xf32>, tensor<f32>, tensor<i1>, tensor<2x5x1xf32>) -> tensor<2x5x1xf32>
    %cst_5 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %28 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %29 = stablehlo.add %27, %28 : tensor<2x5x1xf32>
    %30 = stablehlo.rsqrt %29 : tensor<2x5x1xf32>
    %31 = stablehlo.broadcast_in_dim %30, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %32 = stablehlo.multiply %26, %31 : tensor<2x5x8xf32>
    %33 = stablehlo.dot_general %32, %arg10, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<8x12xf32>) -> tensor<2x5x12xf32>
    %34 = call @silu(%33) : (tensor<2x5x12xf32>) -> tensor<2x5x12xf32>
    %35 = stablehlo.dot_general %34, %arg6, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x12xf32>, tensor<12x8xf32>) -> tensor<2x5x8xf32>
    %36 = stablehlo.add %20, %35 : tensor<2x5x8xf32>
    return %36, %arg5 : tensor<2x5x8xf32>, tensor<2x5x8xf32>
  }
  func.func private @_where_4(%arg0: tensor<2x2x5x5xf32>, %arg1: tensor<2x2x5x5xi1>, %arg2: tensor<2x2x5x5xf32>) -> tensor<2x2x5x5xf32> {
    %0 = stablehlo.select %arg1, %arg0, %arg2 : tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>
    return %0 : tensor<2x2x5x5xf32>
  }
  func.func private @_var_5(%arg0: tensor<2x5x8xf32>, %arg1: tensor<f32>, %arg2: tensor<i1>, %arg3: tensor<2x5x1xf32>) -> tensor<2x5x1xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.reduce(%arg0 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %cst_0 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %3 = stablehlo.divide %1, %2 : tensor<2x5x1xf32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %5 = stablehlo.subtract %arg0, %4 : tensor<2x5x8xf32>
    %6 = chlo.square %5 : tensor<2x5x8xf32> -> tensor<2x5x8xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %7 = stablehlo.reduce(%6 init: %cst_1) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %8 = stablehlo.broadcast_in_dim %7, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %9 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %10 = stablehlo.divide %8, %9 : tensor<2x5x1xf32>
    %11 = call @_where_6(%10, %arg2, %arg3) : (tensor<2x5x1xf32>, tensor<i1>, tensor<2x5x1xf32>) -> tensor<2x5x1xf32>
    return %11 : tensor<2x5x1xf32>
  }
  func.func private @_where_6(%arg0: tensor<2x5x1xf32>, %arg1: tensor<i1>, %arg2: tensor<2x5x1xf32>) -> tensor<2x5x1xf32> {
    %0 = stablehlo.select %arg1, %arg0, %arg2 : tensor<i1>, tensor<2x5x1xf32>
    return %0 : tensor<2x5x1xf32>
  }
  func.func private @silu(%arg0: tensor<2x5x12xf32>) -> tensor<2x5x12xf32> {
    %0 = stablehlo.negate %arg0 : tensor<2x5x12xf32>
    %1 = stablehlo.exponential %0 : tensor<2x5x12xf32>
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x5x12xf32>
    %3 = stablehlo.add %2, %1 : tensor<2x5x12xf32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x5x12xf32>
    %5 = stablehlo.divide %4, %3 : tensor<2x5x12xf32>
    %6 = stablehlo.multiply %arg0, %5 : tensor<2x5x12xf32>
    return %6 : tensor<2x5x12xf32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<2x2x5x8xf32>, %arg1: tensor<2x5x8xf32>, %arg2: tensor<i32>) -> tensor<2x2x5x8xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1, 2, 3] : (tensor<2x5x8xf32>) -> tensor<1x2x5x8xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c, %c_0, %c_1 : (tensor<2x2x5x8xf32>, tensor<1x2x5x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x2x5x8xf32>
    return %1 : tensor<2x2x5x8xf32>
  }
  func.func private @dynamic_index_in_dim_7(%arg0: tensor<2x2x5x8xf32>, %arg1: tensor<i32>) -> tensor<2x5x8xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, %c_0, %c_1, sizes = [1, 2, 5, 8] : (tensor<2x2x5x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x2x5x8xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x2x5x8xf32>) -> tensor<2x5x8xf32>
    return %1 : tensor<2x5x8xf32>
  }
  func.func private @closed_call_8(%arg0: tensor<2x5x8xf32>, %arg1: tensor<2x5x8xf32>, %arg2: tensor<12x8xf32>, %arg3: tensor<8x2x4xf32>, %arg4: tensor<2x4x8xf32>, %arg5: tensor<8x2x4xf32>, %arg6: tensor<8x12xf32>, %arg7: tensor<8x2x4xf32>) -> (tensor<2x5x8xf32>, tensor<12x8xf32>, tensor<8x2x4xf32>, tensor<2x4x8xf32>, tensor<8x2x4xf32>, tensor<8x12xf32>, tensor<8x2x4xf32>) {
    %0:8 = stablehlo.optimization_barrier %arg1, %arg2, %arg3, %arg4, %arg5, %arg6, %arg7, %arg0 : tensor<2x5x8xf32>, tensor<12x8xf32>, tensor<8x2x4xf32>, tensor<2x4x8xf32>, tensor<8x2x4xf32>, tensor<8x12xf32>, tensor<8x2x4xf32>, tensor<2x5x8xf32>
    %1 = stablehlo.dot_general %0#0, %0#4, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<8x2x4xf32>) -> tensor<2x5x2x4xf32>
    %2 = stablehlo.dot_general %0#0, %0#2, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<8x2x4xf32>) -> tensor<2x5x2x4xf32>
    %3 = stablehlo.dot_general %0#0, %0#6, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<8x2x4xf32>) -> tensor<2x5x2x4xf32>
    %4 = stablehlo.dot_general %1, %2, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<2x5x2x4xf32>) -> tensor<2x2x5x5xf32>
    %cst = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x5x5xf32>
    %6 = stablehlo.divide %4, %5 : tensor<2x2x5x5xf32>
    %c = stablehlo.constant dense<true> : tensor<i1>
    %7 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i1>) -> tensor<5x5xi1>
    %8 = call @tril_9(%7) : (tensor<5x5xi1>) -> tensor<5x5xi1>
    %cst_0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %9:2 = call @_where_10(%8, %6, %cst_0) : (tensor<5x5xi1>, tensor<2x2x5x5xf32>, tensor<f32>) -> (tensor<2x2x5x5xf32>, tensor<2x2x5x5xi1>)
    %cst_1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %10 = stablehlo.reduce(%9#0 init: %cst_1) applies stablehlo.maximum across dimensions = [3] : (tensor<2x2x5x5xf32>, tensor<f32>) -> tensor<2x2x5xf32>
    %cst_2 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %11 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<2x2x5xf32>
    %12 = stablehlo.maximum %11, %10 : tensor<2x2x5xf32>
    %13 = stablehlo.broadcast_in_dim %12, dims = [0, 1, 2] : (tensor<2x2x5xf32>) -> tensor<2x2x5x1xf32>
    %14 = stablehlo.broadcast_in_dim %13, dims = [0, 1, 2, 3] : (tensor<2x2x5x1xf32>) -> tensor<2x2x5x5xf32>
    %15 = stablehlo.subtract %9#0, %14 : tensor<2x2x5x5xf32>
    %16 = stablehlo.exponential %15 : tensor<2x2x5x5xf32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %17 = stablehlo.reduce(%16 init: %cst_3) applies stablehlo.add across dimensions = [3] : (tensor<2x2x5x5xf32>, tensor<f32>) -> tensor<2x2x5xf32>
    %18 = stablehlo.broadcast_in_dim %17, dims = [0, 1, 2] : (tensor<2x2x5xf32>) -> tensor<2x2x5x1xf32>
    %19 = stablehlo.broadcast_in_dim %18, dims = [0, 1, 2, 3] : (tensor<2x2x5x1xf32>) -> tensor<2x2x5x5xf32>
    %20 = stablehlo.divide %16, %19 : tensor<2x2x5x5xf32>
    %21 = stablehlo.multiply %18, %18 : tensor<2x2x5x1xf32>
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %22 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<2x2x5x1xf32>
    %23 = stablehlo.divide %22, %21 : tensor<2x2x5x1xf32>
    %24 = stablehlo.dot_general %3, %20, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<2x2x5x5xf32>) -> tensor<2x2x4x5xf32>
    %25 = stablehlo.dot_general %24, %0#3, contracting_dims = [2, 1] x [1, 0], precision = [HIGHEST, HIGHEST] : (tensor<2x2x4x5xf32>, tensor<2x4x8xf32>) -> tensor<2x5x8xf32>
    %26 = stablehlo.add %0#0, %25 : tensor<2x5x8xf32>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %27 = stablehlo.reduce(%26 init: %cst_5) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %28 = stablehlo.broadcast_in_dim %27, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %cst_6 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %29 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %30 = stablehlo.divide %28, %29 : tensor<2x5x1xf32>
    %31 = stablehlo.broadcast_in_dim %30, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %32 = stablehlo.subtract %26, %31 : tensor<2x5x8xf32>
    %c_7 = stablehlo.constant dense<0> : tensor<i32>
    %33:4 = call @_var_11(%26, %c_7) : (tensor<2x5x8xf32>, tensor<i32>) -> (tensor<2x5x1xf32>, tensor<2x5x8xf32>, tensor<f32>, tensor<i1>)
    %cst_8 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %34 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %35 = stablehlo.add %33#0, %34 : tensor<2x5x1xf32>
    %36 = stablehlo.rsqrt %35 : tensor<2x5x1xf32>
    %37 = stablehlo.divide %36, %35 : tensor<2x5x1xf32>
    %cst_9 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %38 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %39 = stablehlo.multiply %38, %37 : tensor<2x5x1xf32>
    %40 = stablehlo.broadcast_in_dim %36, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %41 = stablehlo.multiply %32, %40 : tensor<2x5x8xf32>
    %42 = stablehlo.dot_general %41, %0#5, contracting_dims = [2] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<8x12xf32>) -> tensor<2x5x12xf32>
    %43:3 = call @silu_13(%42) : (tensor<2x5x12xf32>) -> (tensor<2x5x12xf32>, tensor<2x5x12xf32>, tensor<2x5x12xf32>)
    %44 = stablehlo.dot_general %0#7, %43#0, contracting_dims = [0, 1] x [0, 1], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<2x5x12xf32>) -> tensor<8x12xf32>
    %45 = stablehlo.transpose %44, dims = [1, 0] : (tensor<8x12xf32>) -> tensor<12x8xf32>
    %46 = stablehlo.dot_general %0#7, %0#1, contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<12x8xf32>) -> tensor<2x5x12xf32>
    %47 = call @silu_14(%43#1, %42, %43#2, %46) : (tensor<2x5x12xf32>, tensor<2x5x12xf32>, tensor<2x5x12xf32>, tensor<2x5x12xf32>) -> tensor<2x5x12xf32>
    %48 = stablehlo.dot_general %47, %41, contracting_dims = [0, 1] x [0, 1], precision = [HIGHEST, HIGHEST] : (tensor<2x5x12xf32>, tensor<2x5x8xf32>) -> tensor<12x8xf32>
    %49 = stablehlo.transpose %48, dims = [1, 0] : (tensor<12x8xf32>) -> tensor<8x12xf32>
    %50 = stablehlo.dot_general %47, %0#5, contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x5x12xf32>, tensor<8x12xf32>) -> tensor<2x5x8xf32>
    %51 = stablehlo.multiply %32, %50 : tensor<2x5x8xf32>
    %cst_10 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %52 = stablehlo.reduce(%51 init: %cst_10) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %53 = stablehlo.reshape %52 : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %54 = stablehlo.broadcast_in_dim %36, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %55 = stablehlo.multiply %50, %54 : tensor<2x5x8xf32>
    %56 = stablehlo.multiply %53, %39 : tensor<2x5x1xf32>
    %57 = call @_var_15(%33#1, %33#2, %33#3, %56) : (tensor<2x5x8xf32>, tensor<f32>, tensor<i1>, tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %58 = stablehlo.add %0#7, %57 : tensor<2x5x8xf32>
    %59 = stablehlo.negate %55 : tensor<2x5x8xf32>
    %cst_11 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %60 = stablehlo.reduce(%59 init: %cst_11) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %61 = stablehlo.reshape %60 : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %62 = stablehlo.add %58, %55 : tensor<2x5x8xf32>
    %cst_12 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %63 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %64 = stablehlo.divide %61, %63 : tensor<2x5x1xf32>
    %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %65 = stablehlo.reduce(%64 init: %cst_13) applies stablehlo.add across dimensions = [2] : (tensor<2x5x1xf32>, tensor<f32>) -> tensor<2x5xf32>
    %66 = stablehlo.broadcast_in_dim %65, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x8xf32>
    %67 = stablehlo.add %62, %66 : tensor<2x5x8xf32>
    %68 = stablehlo.dot_general %67, %24, contracting_dims = [0, 1] x [0, 3], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<2x2x4x5xf32>) -> tensor<8x2x4xf32>
    %69 = stablehlo.transpose %68, dims = [1, 2, 0] : (tensor<8x2x4xf32>) -> tensor<2x4x8xf32>
    %70 = stablehlo.dot_general %67, %0#3, contracting_dims = [2] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x5x8xf32>, tensor<2x4x8xf32>) -> tensor<2x5x2x4xf32>
    %71 = stablehlo.transpose %70, dims = [0, 2, 3, 1] : (tensor<2x5x2x4xf32>) -> tensor<2x2x4x5xf32>
    %72 = stablehlo.dot_general %71, %3, batching_dims = [0, 1] x [0, 2], contracting_dims = [2] x [3], precision = [HIGHEST, HIGHEST] : (tensor<2x2x4x5xf32>, tensor<2x5x2x4xf32>) -> tensor<2x2x5x5xf32>
    %73 = stablehlo.dot_general %71, %20, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x4x5xf32>, tensor<2x2x5x5xf32>) -> tensor<2x2x4x5xf32>
    %74 = stablehlo.transpose %73, dims = [0, 3, 1, 2] : (tensor<2x2x4x5xf32>) -> tensor<2x5x2x4xf32>
    %75 = stablehlo.broadcast_in_dim %23, dims = [0, 1, 2, 3] : (tensor<2x2x5x1xf32>) -> tensor<2x2x5x5xf32>
    %76 = stablehlo.multiply %72, %75 : tensor<2x2x5x5xf32>
    %77 = stablehlo.multiply %76, %16 : tensor<2x2x5x5xf32>
    %cst_14 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %78 = stablehlo.reduce(%77 init: %cst_14) applies stablehlo.add across dimensions = [3] : (tensor<2x2x5x5xf32>, tensor<f32>) -> tensor<2x2x5xf32>
    %79 = stablehlo.reshape %78 : (tensor<2x2x5xf32>) -> tensor<2x2x5x1xf32>
    %80 = stablehlo.negate %79 : tensor<2x2x5x1xf32>
    %81 = stablehlo.broadcast_in_dim %18, dims = [0, 1, 2, 3] : (tensor<2x2x5x1xf32>) -> tensor<2x2x5x5xf32>
    %82 = stablehlo.divide %72, %81 : tensor<2x2x5x5xf32>
    %cst_15 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %83 = stablehlo.reduce(%80 init: %cst_15) applies stablehlo.add across dimensions = [3] : (tensor<2x2x5x1xf32>, tensor<f32>) -> tensor<2x2x5xf32>
    %84 = stablehlo.broadcast_in_dim %83, dims = [0, 1, 2] : (tensor<2x2x5xf32>) -> tensor<2x2x5x5xf32>
    %85 = stablehlo.add %82, %84 : tensor<2x2x5x5xf32>
    %86 = stablehlo.multiply %85, %16 : tensor<2x2x5x5xf32>
    %87 = call @_where_17(%9#1, %86) : (tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>) -> tensor<2x2x5x5xf32>
    %cst_16 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %88 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<f32>) -> tensor<2x2x5x5xf32>
    %89 = stablehlo.divide %87, %88 : tensor<2x2x5x5xf32>
    %90 = stablehlo.dot_general %89, %1, batching_dims = [0, 1] x [0, 2], contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x2x5x5xf32>, tensor<2x5x2x4xf32>) -> tensor<2x2x5x4xf32>
    %91 = stablehlo.transpose %90, dims = [0, 2, 1, 3] : (tensor<2x2x5x4xf32>) -> tensor<2x5x2x4xf32>
    %92 = stablehlo.dot_general %89, %2, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x2x5x5xf32>, tensor<2x5x2x4xf32>) -> tensor<2x2x5x4xf32>
    %93 = stablehlo.transpose %92, dims = [0, 2, 1, 3] : (tensor<2x2x5x4xf32>) -> tensor<2x5x2x4xf32>
    %94 = stablehlo.dot_general %74, %0#0, contracting_dims = [0, 1] x [0, 1], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<2x5x8xf32>) -> tensor<2x4x8xf32>
    %95 = stablehlo.transpose %94, dims = [2, 0, 1] : (tensor<2x4x8xf32>) -> tensor<8x2x4xf32>
    %96 = stablehlo.dot_general %74, %0#6, contracting_dims = [2, 3] x [1, 2], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<8x2x4xf32>) -> tensor<2x5x8xf32>
    %97 = stablehlo.add %67, %96 : tensor<2x5x8xf32>
    %98 = stablehlo.dot_general %91, %0#0, contracting_dims = [0, 1] x [0, 1], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<2x5x8xf32>) -> tensor<2x4x8xf32>
    %99 = stablehlo.transpose %98, dims = [2, 0, 1] : (tensor<2x4x8xf32>) -> tensor<8x2x4xf32>
    %100 = stablehlo.dot_general %91, %0#2, contracting_dims = [2, 3] x [1, 2], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<8x2x4xf32>) -> tensor<2x5x8xf32>
    %101 = stablehlo.add %97, %100 : tensor<2x5x8xf32>
    %102 = stablehlo.dot_general %93, %0#0, contracting_dims = [0, 1] x [0, 1], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<2x5x8xf32>) -> tensor<2x4x8xf32>
    %103 = stablehlo.transpose %102, dims = [2, 0, 1] : (tensor<2x4x8xf32>) -> tensor<8x2x4xf32>
    %104 = stablehlo.dot_general %93, %0#4, contracting_dims = [2, 3] x [1, 2], precision = [HIGHEST, HIGHEST] : (tensor<2x5x2x4xf32>, tensor<8x2x4xf32>) -> tensor<2x5x8xf32>
    %105 = stablehlo.add %101, %104 : tensor<2x5x8xf32>
    return %105, %45, %99, %69, %103, %49, %95 : tensor<2x5x8xf32>, tensor<12x8xf32>, tensor<8x2x4xf32>, tensor<2x4x8xf32>, tensor<8x2x4xf32>, tensor<8x12xf32>, tensor<8x2x4xf32>
  }
  func.func private @tril_9(%arg0: tensor<5x5xi1>) -> tensor<5x5xi1> {
    %0 = stablehlo.iota dim = 0 : tensor<5x5xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<5x5xi32>
    %2 = stablehlo.add %0, %1 : tensor<5x5xi32>
    %3 = stablehlo.iota dim = 1 : tensor<5x5xi32>
    %4 = stablehlo.compare GE, %2, %3, SIGNED : (tensor<5x5xi32>, tensor<5x5xi32>) -> tensor<5x5xi1>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %5 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i1>) -> tensor<5x5xi1>
    %6 = stablehlo.select %4, %arg0, %5 : tensor<5x5xi1>, tensor<5x5xi1>
    return %6 : tensor<5x5xi1>
  }
  func.func private @_where_10(%arg0: tensor<5x5xi1>, %arg1: tensor<2x2x5x5xf32>, %arg2: tensor<f32>) -> (tensor<2x2x5x5xf32>, tensor<2x2x5x5xi1>) {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [2, 3] : (tensor<5x5xi1>) -> tensor<2x2x5x5xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x2x5x5xf32>
    %3 = stablehlo.select %1, %arg1, %2 : tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>
    return %3, %1 : tensor<2x2x5x5xf32>, tensor<2x2x5x5xi1>
  }
  func.func private @_var_11(%arg0: tensor<2x5x8xf32>, %arg1: tensor<i32>) -> (tensor<2x5x1xf32>, tensor<2x5x8xf32>, tensor<f32>, tensor<i1>) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.reduce(%arg0 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %cst_0 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %3 = stablehlo.divide %1, %2 : tensor<2x5x1xf32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0, 1, 2] : (tensor<2x5x1xf32>) -> tensor<2x5x8xf32>
    %5 = stablehlo.subtract %arg0, %4 : tensor<2x5x8xf32>
    %6 = chlo.square %5 : tensor<2x5x8xf32> -> tensor<2x5x8xf32>
    %cst_1 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %7 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x5x8xf32>
    %8 = stablehlo.multiply %7, %5 : tensor<2x5x8xf32>
    %9 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<f32>
    %cst_2 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %10 = stablehlo.subtract %cst_2, %9 : tensor<f32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %11 = stablehlo.reduce(%6 init: %cst_3) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %13 = stablehlo.broadcast_in_dim %10, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %14 = stablehlo.divide %12, %13 : tensor<2x5x1xf32>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %15 = stablehlo.compare GT, %10, %cst_4, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_5 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %16 = call @_where_12(%15, %14, %cst_5) : (tensor<i1>, tensor<2x5x1xf32>, tensor<f32>) -> tensor<2x5x1xf32>
    return %16, %8, %10, %15 : tensor<2x5x1xf32>, tensor<2x5x8xf32>, tensor<f32>, tensor<i1>
  }
  func.func private @_where_12(%arg0: tensor<i1>, %arg1: tensor<2x5x1xf32>, %arg2: tensor<f32>) -> tensor<2x5x1xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %2 = stablehlo.select %arg0, %arg1, %1 : tensor<i1>, tensor<2x5x1xf32>
    return %2 : tensor<2x5x1xf32>
  }
  func.func private @silu_13(%arg0: tensor<2x5x12xf32>) -> (tensor<2x5x12xf32>, tensor<2x5x12xf32>, tensor<2x5x12xf32>) {
    %0 = stablehlo.negate %arg0 : tensor<2x5x12xf32>
    %1 = stablehlo.exponential %0 : tensor<2x5x12xf32>
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x5x12xf32>
    %3 = stablehlo.add %2, %1 : tensor<2x5x12xf32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x5x12xf32>
    %5 = stablehlo.divide %4, %3 : tensor<2x5x12xf32>
    %cst_1 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x5x12xf32>
    %7 = stablehlo.subtract %6, %5 : tensor<2x5x12xf32>
    %8 = stablehlo.multiply %5, %7 : tensor<2x5x12xf32>
    %9 = stablehlo.multiply %arg0, %5 : tensor<2x5x12xf32>
    return %9, %5, %8 : tensor<2x5x12xf32>, tensor<2x5x12xf32>, tensor<2x5x12xf32>
  }
  func.func private @silu_14(%arg0: tensor<2x5x12xf32>, %arg1: tensor<2x5x12xf32>, %arg2: tensor<2x5x12xf32>, %arg3: tensor<2x5x12xf32>) -> tensor<2x5x12xf32> {
    %0 = stablehlo.multiply %arg1, %arg3 : tensor<2x5x12xf32>
    %1 = stablehlo.multiply %arg3, %arg0 : tensor<2x5x12xf32>
    %2 = stablehlo.multiply %0, %arg2 : tensor<2x5x12xf32>
    %3 = stablehlo.add %1, %2 : tensor<2x5x12xf32>
    return %3 : tensor<2x5x12xf32>
  }
  func.func private @_var_15(%arg0: tensor<2x5x8xf32>, %arg1: tensor<f32>, %arg2: tensor<i1>, %arg3: tensor<2x5x1xf32>) -> tensor<2x5x8xf32> {
    %0 = call @_where_16(%arg2, %arg3) : (tensor<i1>, tensor<2x5x1xf32>) -> tensor<2x5x1xf32>
    %1 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %2 = stablehlo.divide %0, %1 : tensor<2x5x1xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.reduce(%2 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x5x1xf32>, tensor<f32>) -> tensor<2x5xf32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x8xf32>
    %5 = stablehlo.multiply %4, %arg0 : tensor<2x5x8xf32>
    %6 = stablehlo.negate %5 : tensor<2x5x8xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %7 = stablehlo.reduce(%6 init: %cst_0) applies stablehlo.add across dimensions = [2] : (tensor<2x5x8xf32>, tensor<f32>) -> tensor<2x5xf32>
    %8 = stablehlo.reshape %7 : (tensor<2x5xf32>) -> tensor<2x5x1xf32>
    %cst_1 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %9 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %10 = stablehlo.divide %8, %9 : tensor<2x5x1xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %11 = stablehlo.reduce(%10 init: %cst_2) applies stablehlo.add across dimensions = [2] : (tensor<2x5x1xf32>, tensor<f32>) -> tensor<2x5xf32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [0, 1] : (tensor<2x5xf32>) -> tensor<2x5x8xf32>
    %13 = stablehlo.add %5, %12 : tensor<2x5x8xf32>
    return %13 : tensor<2x5x8xf32>
  }
  func.func private @_where_16(%arg0: tensor<i1>, %arg1: tensor<2x5x1xf32>) -> tensor<2x5x1xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x5x1xf32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<i1>, tensor<2x5x1xf32>
    return %1 : tensor<2x5x1xf32>
  }
  func.func private @_where_17(%arg0: tensor<2x2x5x5xi1>, %arg1: tensor<2x2x5x5xf32>) -> tensor<2x2x5x5xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x5x5xf32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<2x2x5x5xi1>, tensor<2x2x5x5xf32>
    return %1 : tensor<2x2x5x5xf32>
  }
  func.func private @dynamic_update_index_in_dim_18(%arg0: tensor<2x12x8xf32>, %arg1: tensor<12x8xf32>, %arg2: tensor<i32>) -> tensor<2x12x8xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1, 2] : (tensor<12x8xf32>) -> tensor<1x12x8xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c, %c_0 : (tensor<2x12x8xf32>, tensor<1x12x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x12x8xf32>
    return %1 : tensor<2x12x8xf32>
  }
  func.func private @dynamic_update_index_in_dim_19(%arg0: tensor<2x8x2x4xf32>, %arg1: tensor<8x2x4xf32>, %arg2: tensor<i32>) -> tensor<2x8x2x4xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1, 2, 3] : (tensor<8x2x4xf32>) -> tensor<1x8x2x4xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c, %c_0, %c_1 : (tensor<2x8x2x4xf32>, tensor<1x8x2x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x8x2x4xf32>
    return %1 : tensor<2x8x2x4xf32>
  }
  func.func private @dynamic_update_index_in_dim_20(%arg0: tensor<2x2x4x8xf32>, %arg1: tensor<2x4x8xf32>, %arg2: tensor<i32>) -> tensor<2x2x4x8xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1, 2, 3] : (tensor<2x4x8xf32>) -> tensor<1x2x4x8xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c, %c_0, %c_1 : (tensor<2x2x4x8xf32>, tensor<1x2x4x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x2x4x8xf32>
    return %1 : tensor<2x2x4x8xf32>
  }
  func.func private @dynamic_update_index_in_dim_21(%arg0: tensor<2x8x12xf32>, %arg1: tensor<8x12xf32>, %arg2: tensor<i32>) -> tensor<2x8x12xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1, 2] : (tensor<8x12xf32>) -> tensor<1x8x12xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c, %c_0 : (tensor<2x8x12xf32>, tensor<1x8x12xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x8x12xf32>
    return %1 : tensor<2x8x12xf32>
  }
}
