module @jit_segments_and_scatters attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<9x3xf32>, %arg1: tensor<9xi32>, %arg2: tensor<4x3xf32>) -> (tensor<4x3xf32> {jax.result_info = "result[0]"}, tensor<4x3xf32> {jax.result_info = "result[1]"}, tensor<4x3xf32> {jax.result_info = "result[2]"}, tensor<4x3xf32> {jax.result_info = "result[3]"}, tensor<4x3xf32> {jax.result_info = "result[4]"}, tensor<4x3xf32> {jax.result_info = "result[5]"}, tensor<4x3xf32> {jax.result_info = "result[6]"}, tensor<4x3xf32> {jax.result_info = "result[7]"}, tensor<5xi32> {jax.result_info = "result[8]"}, tensor<4xf32> {jax.result_info = "result[9]"}) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
    %1 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<9xi32>) -> tensor<9x1xi32>
    %2 = "stablehlo.scatter"(%0, %1, %arg0) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %92 = stablehlo.add %arg3, %arg4 : tensor<f32>
      stablehlo.return %92 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<9x1xi32>, tensor<9x3xf32>) -> tensor<4x3xf32>
    %cst_0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
    %4 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<9xi32>) -> tensor<9x1xi32>
    %5 = "stablehlo.scatter"(%3, %4, %arg0) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %92 = stablehlo.maximum %arg3, %arg4 : tensor<f32>
      stablehlo.return %92 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<9x1xi32>, tensor<9x3xf32>) -> tensor<4x3xf32>
    %cst_1 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
    %7 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<9xi32>) -> tensor<9x1xi32>
    %8 = "stablehlo.scatter"(%6, %7, %arg0) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %92 = stablehlo.minimum %arg3, %arg4 : tensor<f32>
      stablehlo.return %92 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<9x1xi32>, tensor<9x3xf32>) -> tensor<4x3xf32>
    %cst_2 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %9 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
    %10 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<9xi32>) -> tensor<9x1xi32>
    %11 = "stablehlo.scatter"(%9, %10, %arg0) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %92 = stablehlo.multiply %arg3, %arg4 : tensor<f32>
      stablehlo.return %92 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<9x1xi32>, tensor<9x3xf32>) -> tensor<4x3xf32>
    %12 = stablehlo.slice %arg1 [0:3] : (tensor<9xi32>) -> tensor<3xi32>
    %13 = stablehlo.slice %arg0 [0:3, 0:3] : (tensor<9x3xf32>) -> tensor<3x3xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %14 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %15 = stablehlo.compare LT, %12, %14, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_3 = stablehlo.constant dense<4> : tensor<i32>
    %16 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %17 = stablehlo.add %12, %16 : tensor<3xi32>
    %18 = stablehlo.select %15, %17, %12 : tensor<3xi1>, tensor<3xi32>
    %19 = stablehlo.broadcast_in_dim %18, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %20 = "stablehlo.scatter"(%arg2, %19, %13) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      stablehlo.return %arg4 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<3x1xi32>, tensor<3x3xf32>) -> tensor<4x3xf32>
    %c_4 = stablehlo.constant dense<0> : tensor<i32>
    %21 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %22 = stablehlo.compare LT, %arg1, %21, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_5 = stablehlo.constant dense<4> : tensor<i32>
    %23 = stablehlo.broadcast_in_dim %c_5, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %24 = stablehlo.add %arg1, %23 : tensor<9xi32>
    %25 = stablehlo.select %22, %24, %arg1 : tensor<9xi1>, tensor<9xi32>
    %26 = stablehlo.broadcast_in_dim %25, dims = [0] : (tensor<9xi32>) -> tensor<9x1xi32>
    %27 = "stablehlo.scatter"(%arg2, %26, %arg0) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %92 = stablehlo.add %arg3, %arg4 : tensor<f32>
      stablehlo.return %92 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<9x1xi32>, tensor<9x3xf32>) -> tensor<4x3xf32>
    %c_6 = stablehlo.constant dense<1> : tensor<i32>
    %28 = stablehlo.broadcast_in_dim %c_6, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %cst_7 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %29 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %30 = "stablehlo.scatter"(%arg2, %28, %29) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [1], scatter_dims_to_operand_dims = [1]>, unique_indices = true}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %92 = stablehlo.multiply %arg3, %arg4 : tensor<f32>
      stablehlo.return %92 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<1xi32>, tensor<4xf32>) -> tensor<4x3xf32>
    %31 = stablehlo.slice %arg1 [0:2] : (tensor<9xi32>) -> tensor<2xi32>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %32 = stablehlo.broadcast_in_dim %c_8, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %33 = stablehlo.compare LT, %31, %32, SIGNED : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %c_9 = stablehlo.constant dense<4> : tensor<i32>
    %34 = stablehlo.broadcast_in_dim %c_9, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %35 = stablehlo.add %31, %34 : tensor<2xi32>
    %36 = stablehlo.select %33, %35, %31 : tensor<2xi1>, tensor<2xi32>
    %c_10 = stablehlo.constant dense<1> : tensor<i32>
    %37 = stablehlo.broadcast_in_dim %c_10, dims = [] : (tensor<i32>) -> tensor<2xi32>
    %38 = stablehlo.convert %37 : tensor<2xi32>
    %39 = stablehlo.broadcast_in_dim %36, dims = [0] : (tensor<2xi32>) -> tensor<2x1xi32>
    %40 = stablehlo.broadcast_in_dim %38, dims = [0] : (tensor<2xi32>) -> tensor<2x1xi32>
    %41 = stablehlo.concatenate %39, %40, dim = 1 : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x2xi32>
    %cst_11 = stablehlo.constant dense<9.000000e+00> : tensor<f32>
    %42 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %43 = "stablehlo.scatter"(%arg2, %41, %42) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %92 = stablehlo.maximum %arg3, %arg4 : tensor<f32>
      stablehlo.return %92 : tensor<f32>
    }) : (tensor<4x3xf32>, tensor<2x2xi32>, tensor<2xf32>) -> tensor<4x3xf32>
    %c_12 = stablehlo.constant dense<0> : tensor<i32>
    %44 = stablehlo.broadcast_in_dim %c_12, dims = [] : (tensor<i32>) -> tensor<5xi32>
    %c_13 = stablehlo.constant dense<0> : tensor<i32>
    %45 = call @clip(%arg1, %c_13) : (tensor<9xi32>, tensor<i32>) -> tensor<9xi32>
    %c_14 = stablehlo.constant dense<0> : tensor<i32>
    %46 = stablehlo.broadcast_in_dim %c_14, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %47 = stablehlo.compare LT, %45, %46, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_15 = stablehlo.constant dense<5> : tensor<i32>
    %48 = stablehlo.broadcast_in_dim %c_15, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %49 = stablehlo.add %45, %48 : tensor<9xi32>
    %50 = stablehlo.select %47, %49, %45 : tensor<9xi1>, tensor<9xi32>
    %51 = stablehlo.broadcast_in_dim %50, dims = [0] : (tensor<9xi32>) -> tensor<9x1xi32>
    %c_16 = stablehlo.constant dense<1> : tensor<i32>
    %52 = stablehlo.broadcast_in_dim %c_16, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %53 = "stablehlo.scatter"(%44, %51, %52) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<i32>, %arg4: tensor<i32>):
      %92 = stablehlo.add %arg3, %arg4 : tensor<i32>
      stablehlo.return %92 : tensor<i32>
    }) : (tensor<5xi32>, tensor<9x1xi32>, tensor<9xi32>) -> tensor<5xi32>
    %cst_17 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %54 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<f32>) -> tensor<9x3xf32>
    %cst_18 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %55 = stablehlo.reduce(%arg0 init: %cst_18) applies stablehlo.minimum across dimensions = [0, 1] : (tensor<9x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_19 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %56 = stablehlo.reduce(%arg0 init: %cst_19) applies stablehlo.maximum across dimensions = [0, 1] : (tensor<9x3xf32>, tensor<f32>) -> tensor<f32>
    %57 = stablehlo.broadcast_in_dim %55, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %58 = stablehlo.broadcast_in_dim %56, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %59 = stablehlo.concatenate %57, %58, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
    %60 = call @_ptp(%59) : (tensor<2xf32>) -> tensor<f32>
    %cst_20 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %61 = stablehlo.compare EQ, %60, %cst_20, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %62 = stablehlo.slice %59 [0:1] : (tensor<2xf32>) -> tensor<1xf32>
    %63 = stablehlo.reshape %62 : (tensor<1xf32>) -> tensor<f32>
    %cst_21 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %64 = stablehlo.subtract %63, %cst_21 : tensor<f32>
    %65 = stablehlo.slice %59 [0:1] : (tensor<2xf32>) -> tensor<1xf32>
    %66 = stablehlo.reshape %65 : (tensor<1xf32>) -> tensor<f32>
    %67 = call @_where(%61, %64, %66) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %68 = call @_ptp(%59) : (tensor<2xf32>) -> tensor<f32>
    %cst_22 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %69 = stablehlo.compare EQ, %68, %cst_22, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %70 = stablehlo.slice %59 [1:2] : (tensor<2xf32>) -> tensor<1xf32>
    %71 = stablehlo.reshape %70 : (tensor<1xf32>) -> tensor<f32>
    %cst_23 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %72 = stablehlo.add %71, %cst_23 : tensor<f32>
    %73 = stablehlo.slice %59 [1:2] : (tensor<2xf32>) -> tensor<1xf32>
    %74 = stablehlo.reshape %73 : (tensor<1xf32>) -> tensor<f32>
    %75 = call @_where(%69, %72, %74) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %76 = call @_linspace(%67, %75) : (tensor<f32>, tensor<f32>) -> tensor<5xf32>
    %77 = call @searchsorted(%76, %arg0) : (tensor<5xf32>, tensor<9x3xf32>) -> tensor<9x3xi32>
    %78 = stablehlo.slice %76 [4:5] : (tensor<5xf32>) -> tensor<1xf32>
    %79 = stablehlo.reshape %78 : (tensor<1xf32>) -> tensor<f32>
    %80 = stablehlo.broadcast_in_dim %79, dims = [] : (tensor<f32>) -> tensor<9x3xf32>
    %81 = stablehlo.compare EQ, %arg0, %80, FLOAT : (tensor<9x3xf32>, tensor<9x3xf32>) -> tensor<9x3xi1>
    %c_24 = stablehlo.constant dense<4> : tensor<i32>
    %82 = call @_where_2(%81, %c_24, %77) : (tensor<9x3xi1>, tensor<i32>, tensor<9x3xi32>) -> tensor<9x3xi32>
    %cst_25 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %83 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %c_26 = stablehlo.constant dense<0> : tensor<i32>
    %84 = stablehlo.broadcast_in_dim %c_26, dims = [] : (tensor<i32>) -> tensor<9x3xi32>
    %85 = stablehlo.compare LT, %82, %84, SIGNED : (tensor<9x3xi32>, tensor<9x3xi32>) -> tensor<9x3xi1>
    %c_27 = stablehlo.constant dense<5> : tensor<i32>
    %86 = stablehlo.broadcast_in_dim %c_27, dims = [] : (tensor<i32>) -> tensor<9x3xi32>
    %87 = stablehlo.add %82, %86 : tensor<9x3xi32>
    %88 = stablehlo.select %85, %87, %82 : tensor<9x3xi1>, tensor<9x3xi32>
    %89 = stablehlo.broadcast_in_dim %88, dims = [0, 1] : (tensor<9x3xi32>) -> tensor<9x3x1xi32>
    %90 = "stablehlo.scatter"(%83, %89, %54) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 2>, unique_indices = false}> ({
    ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
      %92 = stablehlo.add %arg3, %arg4 : tensor<f32>
      stablehlo.return %92 : tensor<f32>
    }) : (tensor<5xf32>, tensor<9x3x1xi32>, tensor<9x3xf32>) -> tensor<5xf32>
    %91 = stablehlo.slice %90 [1:5] : (tensor<5xf32>) -> tensor<4xf32>
    return %2, %5, %8, %11, %20, %27, %30, %43, %53, %91 : tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<5xi32>, tensor<4xf32>
  }
  func.func private @clip(%arg0: tensor<9xi32>, %arg1: tensor<i32>) -> tensor<9xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<9xi32>
    return %2 : tensor<9xi32>
  }
  func.func private @_ptp(%arg0: tensor<2xf32>) -> tensor<f32> {
    %cst = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %0 = stablehlo.reduce(%arg0 init: %cst) applies stablehlo.maximum across dimensions = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
    %cst_0 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %1 = stablehlo.reduce(%arg0 init: %cst_0) applies stablehlo.minimum across dimensions = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
    %2 = stablehlo.subtract %0, %1 : tensor<f32>
    return %2 : tensor<f32>
  }
  func.func private @_where(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @_linspace(%arg0: tensor<f32>, %arg1: tensor<f32>) -> tensor<5xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<4xf32>
    %cst = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %2 = stablehlo.divide %0, %1 : tensor<4xf32>
    %3 = stablehlo.reshape %arg0 : (tensor<f32>) -> tensor<1xf32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %5 = stablehlo.subtract %4, %2 : tensor<4xf32>
    %6 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<1xf32>) -> tensor<4xf32>
    %7 = stablehlo.multiply %6, %5 : tensor<4xf32>
    %8 = stablehlo.reshape %arg1 : (tensor<f32>) -> tensor<1xf32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [0] : (tensor<1xf32>) -> tensor<4xf32>
    %10 = stablehlo.multiply %9, %2 : tensor<4xf32>
    %11 = stablehlo.add %7, %10 : tensor<4xf32>
    %12 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %13 = stablehlo.concatenate %11, %12, dim = 0 : (tensor<4xf32>, tensor<1xf32>) -> tensor<5xf32>
    return %13 : tensor<5xf32>
  }
  func.func private @searchsorted(%arg0: tensor<5xf32>, %arg1: tensor<9x3xf32>) -> tensor<9x3xi32> {
    %0 = call @_searchsorted_scan_impl(%arg0, %arg1) : (tensor<5xf32>, tensor<9x3xf32>) -> tensor<9x3xi32>
    return %0 : tensor<9x3xi32>
  }
  func.func private @_searchsorted_scan_impl(%arg0: tensor<5xf32>, %arg1: tensor<9x3xf32>) -> tensor<9x3xi32> {
    %0 = call @_searchsorted_scan_impl_0(%arg0, %arg1) : (tensor<5xf32>, tensor<9x3xf32>) -> tensor<9x3xi32>
    return %0 : tensor<9x3xi32>
  }
  func.func private @_searchsorted_scan_impl_0(%arg0: tensor<5xf32>, %arg1: tensor<9x3xf32>) -> tensor<9x3xi32> {
    %0 = call @_searchsorted_scan_impl_1(%arg0, %arg1) : (tensor<5xf32>, tensor<9x3xf32>) -> tensor<9x3xi32>
    return %0 : tensor<9x3xi32>
  }
  func.func private @_searchsorted_scan_impl_1(%arg0: tensor<5xf32>, %arg1: tensor<9x3xf32>) -> tensor<9x3xi32> {
    %c = stablehlo.constant dense<0> : tensor<ui32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<ui32>) -> tensor<3xui32>
    %c_0 = stablehlo.constant dense<5> : tensor<ui32>
    %1 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<ui32>) -> tensor<3xui32>
    %2 = stablehlo.broadcast_in_dim %0, dims = [1] : (tensor<3xui32>) -> tensor<9x3xui32>
    %3 = stablehlo.broadcast_in_dim %1, dims = [1] : (tensor<3xui32>) -> tensor<9x3xui32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %4:5 = stablehlo.while(%iterArg = %arg0, %iterArg_2 = %arg1, %iterArg_3 = %c_1, %iterArg_4 = %2, %iterArg_5 = %3) : tensor<5xf32>, tensor<9x3xf32>, tensor<i32>, tensor<9x3xui32>, tensor<9x3xui32>
    cond {
      %c_6 = stablehlo.constant dense<3> : tensor<i32>
      %6 = stablehlo.compare LT, %iterArg_3, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %6 : tensor<i1>
    } do {
      %6:2 = func.call @closed_call(%iterArg, %iterArg_2, %iterArg_4, %iterArg_5) : (tensor<5xf32>, tensor<9x3xf32>, tensor<9x3xui32>, tensor<9x3xui32>) -> (tensor<9x3xui32>, tensor<9x3xui32>)
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %7 = stablehlo.add %iterArg_3, %c_6 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_2, %7, %6#0, %6#1 : tensor<5xf32>, tensor<9x3xf32>, tensor<i32>, tensor<9x3xui32>, tensor<9x3xui32>
    }
    %5 = stablehlo.convert %4#4 : (tensor<9x3xui32>) -> tensor<9x3xi32>
    return %5 : tensor<9x3xi32>
  }
  func.func private @closed_call(%arg0: tensor<5xf32>, %arg1: tensor<9x3xf32>, %arg2: tensor<9x3xui32>, %arg3: tensor<9x3xui32>) -> (tensor<9x3xui32>, tensor<9x3xui32>) {
    %0 = stablehlo.subtract %arg3, %arg2 : tensor<9x3xui32>
    %c = stablehlo.constant dense<2> : tensor<i32>
    %1 = call @floor_divide(%0, %c) : (tensor<9x3xui32>, tensor<i32>) -> tensor<9x3xui32>
    %2 = stablehlo.add %arg2, %1 : tensor<9x3xui32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<9x3xui32>) -> tensor<9x3x1xui32>
    %4 = "stablehlo.gather"(%arg0, %3) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], start_index_map = [0], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1>}> : (tensor<5xf32>, tensor<9x3x1xui32>) -> tensor<9x3x1xf32>
    %5 = stablehlo.reshape %4 : (tensor<9x3x1xf32>) -> tensor<9x3xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<9x3xf32>
    %7 = stablehlo.compare EQ, %arg1, %6, FLOAT : (tensor<9x3xf32>, tensor<9x3xf32>) -> tensor<9x3xi1>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [1] : (tensor<3xf32>) -> tensor<9x3xf32>
    %10 = stablehlo.select %7, %9, %arg1 : tensor<9x3xi1>, tensor<9x3xf32>
    %11 = stablehlo.compare NE, %arg1, %arg1, FLOAT : (tensor<9x3xf32>, tensor<9x3xf32>) -> tensor<9x3xi1>
    %cst_1 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %13 = stablehlo.broadcast_in_dim %12, dims = [1] : (tensor<3xf32>) -> tensor<9x3xf32>
    %14 = stablehlo.select %11, %13, %10 : tensor<9x3xi1>, tensor<9x3xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<9x3xf32>
    %16 = stablehlo.compare EQ, %5, %15, FLOAT : (tensor<9x3xf32>, tensor<9x3xf32>) -> tensor<9x3xi1>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %18 = stablehlo.broadcast_in_dim %17, dims = [1] : (tensor<3xf32>) -> tensor<9x3xf32>
    %19 = stablehlo.select %16, %18, %5 : tensor<9x3xi1>, tensor<9x3xf32>
    %20 = stablehlo.compare NE, %5, %5, FLOAT : (tensor<9x3xf32>, tensor<9x3xf32>) -> tensor<9x3xi1>
    %cst_4 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %21 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [1] : (tensor<3xf32>) -> tensor<9x3xf32>
    %23 = stablehlo.select %20, %22, %19 : tensor<9x3xi1>, tensor<9x3xf32>
    %24 = stablehlo.compare LT, %14, %23, TOTALORDER : (tensor<9x3xf32>, tensor<9x3xf32>) -> tensor<9x3xi1>
    %25 = stablehlo.select %24, %arg2, %2 : tensor<9x3xi1>, tensor<9x3xui32>
    %26 = stablehlo.select %24, %2, %arg3 : tensor<9x3xi1>, tensor<9x3xui32>
    return %25, %26 : tensor<9x3xui32>, tensor<9x3xui32>
  }
  func.func private @floor_divide(%arg0: tensor<9x3xui32>, %arg1: tensor<i32>) -> tensor<9x3xui32> {
    %0 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<ui32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<ui32>) -> tensor<9x3xui32>
    %2 = stablehlo.divide %arg0, %1 : tensor<9x3xui32>
    return %2 : tensor<9x3xui32>
  }
  func.func private @_where_2(%arg0: tensor<9x3xi1>, %arg1: tensor<i32>, %arg2: tensor<9x3xi32>) -> tensor<9x3xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<i32>) -> tensor<9x3xi32>
    %2 = stablehlo.select %arg0, %1, %arg2 : tensor<9x3xi1>, tensor<9x3xi32>
    return %2 : tensor<9x3xi32>
  }
}
