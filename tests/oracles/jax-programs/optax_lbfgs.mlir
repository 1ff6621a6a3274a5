module @jit_optax_lbfgs attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<6x5xf32>, %arg1: tensor<6xi32>, %arg2: tensor<5x8xf32>, %arg3: tensor<8xf32>, %arg4: tensor<8x3xf32>) -> (tensor<f32> {jax.result_info = "result"}) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<10x5x8xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<10x8xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<10x8x3xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %7 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_7 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %cst_8 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %9 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<10xf32>
    %10 = stablehlo.dot_general %arg0, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
    %11 = stablehlo.broadcast_in_dim %arg3, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
    %13 = stablehlo.add %10, %12 : tensor<6x8xf32>
    %14 = call @relu(%13) : (tensor<6x8xf32>) -> tensor<6x8xf32>
    %cst_9 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %16 = stablehlo.compare GT, %13, %15, FLOAT : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xi1>
    %17 = stablehlo.dot_general %14, %arg4, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
    %18 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %19:2 = call @take_along_axis(%17, %18) : (tensor<6x3xf32>, tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>)
    %c = stablehlo.constant dense<0> : tensor<i32>
    %20:2 = call @_take(%19#0, %c) : (tensor<6x1xf32>, tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>)
    %cst_10 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %21 = stablehlo.reduce(%17 init: %cst_10) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_11 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %22 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %23 = stablehlo.maximum %22, %21 : tensor<6xf32>
    %24 = stablehlo.is_finite %23 : (tensor<6xf32>) -> tensor<6xi1>
    %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %25 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %26 = stablehlo.select %24, %23, %25 : tensor<6xi1>, tensor<6xf32>
    %27 = stablehlo.broadcast_in_dim %26, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %28 = stablehlo.broadcast_in_dim %27, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
    %29 = stablehlo.subtract %17, %28 : tensor<6x3xf32>
    %30 = stablehlo.exponential %29 : tensor<6x3xf32>
    %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %31 = stablehlo.reduce(%30 init: %cst_13) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %32 = stablehlo.abs %31 : tensor<6xf32>
    %cst_14 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %33 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %34 = stablehlo.compare GE, %31, %33, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %35 = stablehlo.log %32 : tensor<6xf32>
    %36 = stablehlo.add %35, %26 : tensor<6xf32>
    %37 = stablehlo.subtract %36, %20#0 : tensor<6xf32>
    %cst_15 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %38 = stablehlo.reduce(%37 init: %cst_15) applies stablehlo.add across dimensions = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<f32>
    %cst_16 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %39 = stablehlo.divide %38, %cst_16 : tensor<f32>
    %cst_17 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_18 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %40 = stablehlo.divide %cst_17, %cst_18 : tensor<f32>
    %41 = stablehlo.broadcast_in_dim %40, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %42 = stablehlo.negate %41 : tensor<6xf32>
    %43 = stablehlo.divide %41, %32 : tensor<6xf32>
    %cst_19 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %44 = stablehlo.broadcast_in_dim %cst_19, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %45 = stablehlo.select %34, %44, %43 : tensor<6xi1>, tensor<6xf32>
    %46 = stablehlo.select %34, %43, %44 : tensor<6xi1>, tensor<6xf32>
    %47 = stablehlo.negate %45 : tensor<6xf32>
    %48 = stablehlo.add %46, %47 : tensor<6xf32>
    %49 = stablehlo.broadcast_in_dim %48, dims = [0] : (tensor<6xf32>) -> tensor<6x3xf32>
    %50 = stablehlo.multiply %49, %30 : tensor<6x3xf32>
    %51 = call @_take_0(%20#1, %42) : (tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
    %52 = call @take_along_axis_1(%19#1, %51) : (tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
    %53 = stablehlo.add %50, %52 : tensor<6x3xf32>
    %54 = stablehlo.dot_general %53, %14, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>
    %55 = stablehlo.transpose %54, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
    %56 = stablehlo.dot_general %53, %arg4, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<8x3xf32>) -> tensor<6x8xf32>
    %cst_20 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %57 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %58 = stablehlo.select %16, %56, %57 : tensor<6x8xi1>, tensor<6x8xf32>
    %cst_21 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %59 = stablehlo.reduce(%58 init: %cst_21) applies stablehlo.add across dimensions = [0] : (tensor<6x8xf32>, tensor<f32>) -> tensor<8xf32>
    %60 = stablehlo.reshape %59 : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst_22 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %61 = stablehlo.reduce(%60 init: %cst_22) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %62 = stablehlo.dot_general %58, %arg0, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<6x5xf32>) -> tensor<8x5xf32>
    %63 = stablehlo.transpose %62, dims = [1, 0] : (tensor<8x5xf32>) -> tensor<5x8xf32>
    %c_23 = stablehlo.constant dense<0> : tensor<i32>
    %c_24 = stablehlo.constant dense<10> : tensor<i32>
    %64 = call @remainder(%c_23, %c_24) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %c_25 = stablehlo.constant dense<0> : tensor<i32>
    %c_26 = stablehlo.constant dense<1> : tensor<i32>
    %65 = stablehlo.subtract %c_25, %c_26 : tensor<i32>
    %c_27 = stablehlo.constant dense<10> : tensor<i32>
    %66 = call @remainder(%65, %c_27) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %67 = stablehlo.subtract %arg2, %3 : tensor<5x8xf32>
    %68 = stablehlo.subtract %arg3, %4 : tensor<8xf32>
    %69 = stablehlo.subtract %arg4, %5 : tensor<8x3xf32>
    %70 = stablehlo.subtract %63, %6 : tensor<5x8xf32>
    %71 = stablehlo.subtract %61, %7 : tensor<8xf32>
    %72 = stablehlo.subtract %55, %8 : tensor<8x3xf32>
    %73 = stablehlo.reshape %70 : (tensor<5x8xf32>) -> tensor<40xf32>
    %74 = stablehlo.reshape %67 : (tensor<5x8xf32>) -> tensor<40xf32>
    %75 = stablehlo.dot_general %73, %74, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<40xf32>, tensor<40xf32>) -> tensor<f32>
    %76 = stablehlo.dot_general %71, %68, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
    %77 = stablehlo.reshape %72 : (tensor<8x3xf32>) -> tensor<24xf32>
    %78 = stablehlo.reshape %69 : (tensor<8x3xf32>) -> tensor<24xf32>
    %79 = stablehlo.dot_general %77, %78, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<24xf32>, tensor<24xf32>) -> tensor<f32>
    %cst_28 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %80 = stablehlo.add %cst_28, %75 : tensor<f32>
    %81 = stablehlo.add %80, %76 : tensor<f32>
    %82 = stablehlo.add %81, %79 : tensor<f32>
    %cst_29 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %83 = stablehlo.compare EQ, %82, %cst_29, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_30 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %84 = stablehlo.divide %cst_30, %82 : tensor<f32>
    %cst_31 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %85 = call @_where_3(%83, %cst_31, %84) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %c_32 = stablehlo.constant dense<0> : tensor<i32>
    %c_33 = stablehlo.constant dense<0> : tensor<i32>
    %86 = stablehlo.compare GT, %c_32, %c_33, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %cst_34 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %87 = stablehlo.broadcast_in_dim %cst_34, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %88 = call @_where_4(%86, %67, %87) : (tensor<i1>, tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %c_35 = stablehlo.constant dense<0> : tensor<i32>
    %c_36 = stablehlo.constant dense<0> : tensor<i32>
    %89 = stablehlo.compare GT, %c_35, %c_36, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %cst_37 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %90 = stablehlo.broadcast_in_dim %cst_37, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %91 = call @_where_5(%89, %68, %90) : (tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %c_38 = stablehlo.constant dense<0> : tensor<i32>
    %c_39 = stablehlo.constant dense<0> : tensor<i32>
    %92 = stablehlo.compare GT, %c_38, %c_39, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %cst_40 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %93 = stablehlo.broadcast_in_dim %cst_40, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %94 = call @_where_6(%92, %69, %93) : (tensor<i1>, tensor<8x3xf32>, tensor<8x3xf32>) -> tensor<8x3xf32>
    %c_41 = stablehlo.constant dense<0> : tensor<i32>
    %c_42 = stablehlo.constant dense<0> : tensor<i32>
    %95 = stablehlo.compare GT, %c_41, %c_42, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %cst_43 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %96 = stablehlo.broadcast_in_dim %cst_43, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %97 = call @_where_4(%95, %70, %96) : (tensor<i1>, tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %c_44 = stablehlo.constant dense<0> : tensor<i32>
    %c_45 = stablehlo.constant dense<0> : tensor<i32>
    %98 = stablehlo.compare GT, %c_44, %c_45, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %cst_46 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %99 = stablehlo.broadcast_in_dim %cst_46, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %100 = call @_where_5(%98, %71, %99) : (tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %c_47 = stablehlo.constant dense<0> : tensor<i32>
    %c_48 = stablehlo.constant dense<0> : tensor<i32>
    %101 = stablehlo.compare GT, %c_47, %c_48, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %cst_49 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %102 = stablehlo.broadcast_in_dim %cst_49, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %103 = call @_where_6(%101, %72, %102) : (tensor<i1>, tensor<8x3xf32>, tensor<8x3xf32>) -> tensor<8x3xf32>
    %c_50 = stablehlo.constant dense<0> : tensor<i32>
    %c_51 = stablehlo.constant dense<0> : tensor<i32>
    %104 = stablehlo.compare GT, %c_50, %c_51, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %cst_52 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %105 = call @_where_7(%104, %85, %cst_52) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %c_53 = stablehlo.constant dense<0> : tensor<i32>
    %106 = stablehlo.compare LT, %66, %c_53, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_54 = stablehlo.constant dense<10> : tensor<i32>
    %107 = stablehlo.add %66, %c_54 : tensor<i32>
    %108 = stablehlo.select %106, %107, %66 : tensor<i1>, tensor<i32>
    %109 = stablehlo.broadcast_in_dim %108, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %110 = "stablehlo.scatter"(%0, %109, %88) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0, 1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg5: tensor<f32>, %arg6: tensor<f32>):
      stablehlo.return %arg6 : tensor<f32>
    }) : (tensor<10x5x8xf32>, tensor<1xi32>, tensor<5x8xf32>) -> tensor<10x5x8xf32>
    %c_55 = stablehlo.constant dense<0> : tensor<i32>
    %111 = stablehlo.compare LT, %66, %c_55, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_56 = stablehlo.constant dense<10> : tensor<i32>
    %112 = stablehlo.add %66, %c_56 : tensor<i32>
    %113 = stablehlo.select %111, %112, %66 : tensor<i1>, tensor<i32>
    %114 = stablehlo.broadcast_in_dim %113, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %115 = "stablehlo.scatter"(%1, %114, %91) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg5: tensor<f32>, %arg6: tensor<f32>):
      stablehlo.return %arg6 : tensor<f32>
    }) : (tensor<10x8xf32>, tensor<1xi32>, tensor<8xf32>) -> tensor<10x8xf32>
    %c_57 = stablehlo.constant dense<0> : tensor<i32>
    %116 = stablehlo.compare LT, %66, %c_57, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_58 = stablehlo.constant dense<10> : tensor<i32>
    %117 = stablehlo.add %66, %c_58 : tensor<i32>
    %118 = stablehlo.select %116, %117, %66 : tensor<i1>, tensor<i32>
    %119 = stablehlo.broadcast_in_dim %118, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %120 = "stablehlo.scatter"(%2, %119, %94) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0, 1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg5: tensor<f32>, %arg6: tensor<f32>):
      stablehlo.return %arg6 : tensor<f32>
    }) : (tensor<10x8x3xf32>, tensor<1xi32>, tensor<8x3xf32>) -> tensor<10x8x3xf32>
    %c_59 = stablehlo.constant dense<0> : tensor<i32>
    %121 = stablehlo.compare LT, %66, %c_59, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_60 = stablehlo.constant dense<10> : tensor<i32>
    %122 = stablehlo.add %66, %c_60 : tensor<i32>
    %123 = stablehlo.select %121, %122, %66 : tensor<i1>, tensor<i32>
    %124 = stablehlo.broadcast_in_dim %123, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %125 = "stablehlo.scatter"(%0, %124, %97) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0, 1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg5: tensor<f32>, %arg6: tensor<f32>):
      stablehlo.return %arg6 : tensor<f32>
    }) : (tensor<10x5x8xf32>, tensor<1xi32>, tensor<5x8xf32>) -> tensor<10x5x8xf32>
    %c_61 = stablehlo.constant dense<0> : tensor<i32>
    %126 = stablehlo.compare LT, %66, %c_61, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_62 = stablehlo.constant dense<10> : tensor<i32>
    %127 = stablehlo.add %66, %c_62 : tensor<i32>
    %128 = stablehlo.select %126, %127, %66 : tensor<i1>, tensor<i32>
    %129 = stablehlo.broadcast_in_dim %128, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %130 = "stablehlo.scatter"(%1, %129, %100) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg5: tensor<f32>, %arg6: tensor<f32>):
      stablehlo.return %arg6 : tensor<f32>
    }) : (tensor<10x8xf32>, tensor<1xi32>, tensor<8xf32>) -> tensor<10x8xf32>
    %c_63 = stablehlo.constant dense<0> : tensor<i32>
    %131 = stablehlo.compare LT, %66, %c_63, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_64 = stablehlo.constant dense<10> : tensor<i32>
    %132 = stablehlo.add %66, %c_64 : tensor<i32>
    %133 = stablehlo.select %131, %132, %66 : tensor<i1>, tensor<i32>
    %134 = stablehlo.broadcast_in_dim %133, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %135 = "stablehlo.scatter"(%2, %134, %103) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0, 1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg5: tensor<f32>, %arg6: tensor<f32>):
      stablehlo.return %arg6 : tensor<f32>
    }) : (tensor<10x8x3xf32>, tensor<1xi32>, tensor<8x3xf32>) -> tensor<10x8x3xf32>
    %c_65 = stablehlo.constant dense<0> : tensor<i32>
    %136 = stablehlo.compare LT, %66, %c_65, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_66 = stablehlo.constant dense<10> : tensor<i32>
    %137 = stablehlo.add %66, %c_66 : tensor<i32>
    %138 = stablehlo.select %136, %137, %66 : tensor<i1>, tensor<i32>
    %139 = stablehlo.broadcast_in_dim %138, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %140 = "stablehlo.scatter"(%9, %139, %105) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg5: tensor<f32>, %arg6: tensor<f32>):
      stablehlo.return %arg6 : tensor<f32>
    }) : (tensor<10xf32>, tensor<1xi32>, tensor<f32>) -> tensor<10xf32>
    %141 = stablehlo.reshape %97 : (tensor<5x8xf32>) -> tensor<40xf32>
    %142 = stablehlo.reshape %88 : (tensor<5x8xf32>) -> tensor<40xf32>
    %143 = stablehlo.dot_general %141, %142, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<40xf32>, tensor<40xf32>) -> tensor<f32>
    %144 = stablehlo.dot_general %100, %91, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
    %145 = stablehlo.reshape %103 : (tensor<8x3xf32>) -> tensor<24xf32>
    %146 = stablehlo.reshape %94 : (tensor<8x3xf32>) -> tensor<24xf32>
    %147 = stablehlo.dot_general %145, %146, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<24xf32>, tensor<24xf32>) -> tensor<f32>
    %cst_67 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %148 = stablehlo.add %cst_67, %143 : tensor<f32>
    %149 = stablehlo.add %148, %144 : tensor<f32>
    %150 = stablehlo.add %149, %147 : tensor<f32>
    %151 = chlo.square %97 : tensor<5x8xf32> -> tensor<5x8xf32>
    %cst_68 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %152 = stablehlo.broadcast_in_dim %cst_68, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %153 = chlo.square %152 : tensor<5x8xf32> -> tensor<5x8xf32>
    %154 = stablehlo.add %151, %153 : tensor<5x8xf32>
    %155 = chlo.square %100 : tensor<8xf32> -> tensor<8xf32>
    %cst_69 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %156 = stablehlo.broadcast_in_dim %cst_69, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %157 = chlo.square %156 : tensor<8xf32> -> tensor<8xf32>
    %158 = stablehlo.add %155, %157 : tensor<8xf32>
    %159 = chlo.square %103 : tensor<8x3xf32> -> tensor<8x3xf32>
    %cst_70 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %160 = stablehlo.broadcast_in_dim %cst_70, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %161 = chlo.square %160 : tensor<8x3xf32> -> tensor<8x3xf32>
    %162 = stablehlo.add %159, %161 : tensor<8x3xf32>
    %cst_71 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %163 = stablehlo.reduce(%154 init: %cst_71) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_72 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %164 = stablehlo.reduce(%158 init: %cst_72) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_73 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %165 = stablehlo.reduce(%162 init: %cst_73) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_74 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %166 = stablehlo.add %cst_74, %163 : tensor<f32>
    %167 = stablehlo.add %166, %164 : tensor<f32>
    %168 = stablehlo.add %167, %165 : tensor<f32>
    %cst_75 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %169 = stablehlo.compare GT, %168, %cst_75, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %170 = stablehlo.divide %150, %168 : tensor<f32>
    %cst_76 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %171 = call @_where_8(%169, %170, %cst_76) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %172 = chlo.square %63 : tensor<5x8xf32> -> tensor<5x8xf32>
    %cst_77 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %173 = stablehlo.broadcast_in_dim %cst_77, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %174 = chlo.square %173 : tensor<5x8xf32> -> tensor<5x8xf32>
    %175 = stablehlo.add %172, %174 : tensor<5x8xf32>
    %176 = chlo.square %61 : tensor<8xf32> -> tensor<8xf32>
    %cst_78 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %177 = stablehlo.broadcast_in_dim %cst_78, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %178 = chlo.square %177 : tensor<8xf32> -> tensor<8xf32>
    %179 = stablehlo.add %176, %178 : tensor<8xf32>
    %180 = chlo.square %55 : tensor<8x3xf32> -> tensor<8x3xf32>
    %cst_79 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %181 = stablehlo.broadcast_in_dim %cst_79, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %182 = chlo.square %181 : tensor<8x3xf32> -> tensor<8x3xf32>
    %183 = stablehlo.add %180, %182 : tensor<8x3xf32>
    %cst_80 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %184 = stablehlo.reduce(%175 init: %cst_80) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_81 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %185 = stablehlo.reduce(%179 init: %cst_81) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_82 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %186 = stablehlo.reduce(%183 init: %cst_82) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_83 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %187 = stablehlo.add %cst_83, %184 : tensor<f32>
    %188 = stablehlo.add %187, %185 : tensor<f32>
    %189 = stablehlo.add %188, %186 : tensor<f32>
    %190 = stablehlo.sqrt %189 : tensor<f32>
    %cst_84 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %191 = stablehlo.divide %cst_84, %190 : tensor<f32>
    %cst_85 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %192 = stablehlo.minimum %cst_85, %191 : tensor<f32>
    %c_86 = stablehlo.constant dense<0> : tensor<i32>
    %c_87 = stablehlo.constant dense<0> : tensor<i32>
    %193 = stablehlo.compare GT, %c_86, %c_87, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %194 = call @_where_7(%193, %171, %192) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %195 = stablehlo.iota dim = 0 : tensor<10xi32>
    %196 = stablehlo.broadcast_in_dim %64, dims = [] : (tensor<i32>) -> tensor<10xi32>
    %197 = stablehlo.add %196, %195 : tensor<10xi32>
    %c_88 = stablehlo.constant dense<10> : tensor<i32>
    %198 = call @remainder_9(%197, %c_88) : (tensor<10xi32>, tensor<i32>) -> tensor<10xi32>
    %cst_89 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %199 = stablehlo.broadcast_in_dim %cst_89, dims = [] : (tensor<f32>) -> tensor<10xf32>
    %c_90 = stablehlo.constant dense<0> : tensor<i32>
    %200:13 = stablehlo.while(%iterArg = %198, %iterArg_116 = %110, %iterArg_117 = %115, %iterArg_118 = %120, %iterArg_119 = %125, %iterArg_120 = %130, %iterArg_121 = %135, %iterArg_122 = %140, %iterArg_123 = %c_90, %iterArg_124 = %63, %iterArg_125 = %61, %iterArg_126 = %55, %iterArg_127 = %199) : tensor<10xi32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10xf32>, tensor<i32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<10xf32>
    cond {
      %c_128 = stablehlo.constant dense<10> : tensor<i32>
      %260 = stablehlo.compare LT, %iterArg_123, %c_128, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %260 : tensor<i1>
    } do {
      %c_128 = stablehlo.constant dense<10> : tensor<i32>
      %260 = stablehlo.subtract %c_128, %iterArg_123 : tensor<i32>
      %c_129 = stablehlo.constant dense<1> : tensor<i32>
      %261 = stablehlo.subtract %260, %c_129 : tensor<i32>
      %262 = func.call @dynamic_index_in_dim(%iterArg, %261) : (tensor<10xi32>, tensor<i32>) -> tensor<i32>
      %263:4 = func.call @closed_call(%iterArg_116, %iterArg_117, %iterArg_118, %iterArg_119, %iterArg_120, %iterArg_121, %iterArg_122, %iterArg_124, %iterArg_125, %iterArg_126, %262) : (tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10xf32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<i32>) -> (tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>)
      %264 = func.call @dynamic_update_index_in_dim(%iterArg_127, %263#3, %261) : (tensor<10xf32>, tensor<f32>, tensor<i32>) -> tensor<10xf32>
      %c_130 = stablehlo.constant dense<1> : tensor<i32>
      %265 = stablehlo.add %iterArg_123, %c_130 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_116, %iterArg_117, %iterArg_118, %iterArg_119, %iterArg_120, %iterArg_121, %iterArg_122, %265, %263#0, %263#1, %263#2, %264 : tensor<10xi32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10xf32>, tensor<i32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<10xf32>
    }
    %201 = stablehlo.broadcast_in_dim %194, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %202 = stablehlo.multiply %201, %200#9 : tensor<5x8xf32>
    %203 = stablehlo.broadcast_in_dim %194, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %204 = stablehlo.multiply %203, %200#10 : tensor<8xf32>
    %205 = stablehlo.broadcast_in_dim %194, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %206 = stablehlo.multiply %205, %200#11 : tensor<8x3xf32>
    %c_91 = stablehlo.constant dense<0> : tensor<i32>
    %207:13 = stablehlo.while(%iterArg = %198, %iterArg_116 = %200#12, %iterArg_117 = %110, %iterArg_118 = %115, %iterArg_119 = %120, %iterArg_120 = %125, %iterArg_121 = %130, %iterArg_122 = %135, %iterArg_123 = %140, %iterArg_124 = %c_91, %iterArg_125 = %202, %iterArg_126 = %204, %iterArg_127 = %206) : tensor<10xi32>, tensor<10xf32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10xf32>, tensor<i32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
    cond {
      %c_128 = stablehlo.constant dense<10> : tensor<i32>
      %260 = stablehlo.compare LT, %iterArg_124, %c_128, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %260 : tensor<i1>
    } do {
      %260 = func.call @dynamic_index_in_dim(%iterArg, %iterArg_124) : (tensor<10xi32>, tensor<i32>) -> tensor<i32>
      %261 = func.call @dynamic_index_in_dim_10(%iterArg_116, %iterArg_124) : (tensor<10xf32>, tensor<i32>) -> tensor<f32>
      %262:3 = func.call @closed_call_11(%iterArg_117, %iterArg_118, %iterArg_119, %iterArg_120, %iterArg_121, %iterArg_122, %iterArg_123, %iterArg_125, %iterArg_126, %iterArg_127, %260, %261) : (tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10xf32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<i32>, tensor<f32>) -> (tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>)
      %c_128 = stablehlo.constant dense<1> : tensor<i32>
      %263 = stablehlo.add %iterArg_124, %c_128 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_116, %iterArg_117, %iterArg_118, %iterArg_119, %iterArg_120, %iterArg_121, %iterArg_122, %iterArg_123, %263, %262#0, %262#1, %262#2 : tensor<10xi32>, tensor<10xf32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10x5x8xf32>, tensor<10x8xf32>, tensor<10x8x3xf32>, tensor<10xf32>, tensor<i32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
    }
    %cst_92 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %208 = stablehlo.broadcast_in_dim %cst_92, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %209 = stablehlo.multiply %208, %207#10 : tensor<5x8xf32>
    %cst_93 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %210 = stablehlo.broadcast_in_dim %cst_93, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %211 = stablehlo.multiply %210, %207#11 : tensor<8xf32>
    %cst_94 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %212 = stablehlo.broadcast_in_dim %cst_94, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %213 = stablehlo.multiply %212, %207#12 : tensor<8x3xf32>
    %214 = stablehlo.reshape %209 : (tensor<5x8xf32>) -> tensor<40xf32>
    %215 = stablehlo.reshape %63 : (tensor<5x8xf32>) -> tensor<40xf32>
    %216 = stablehlo.dot_general %214, %215, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<40xf32>, tensor<40xf32>) -> tensor<f32>
    %217 = stablehlo.dot_general %211, %61, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
    %218 = stablehlo.reshape %213 : (tensor<8x3xf32>) -> tensor<24xf32>
    %219 = stablehlo.reshape %55 : (tensor<8x3xf32>) -> tensor<24xf32>
    %220 = stablehlo.dot_general %218, %219, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<24xf32>, tensor<24xf32>) -> tensor<f32>
    %cst_95 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %221 = stablehlo.add %cst_95, %216 : tensor<f32>
    %222 = stablehlo.add %221, %217 : tensor<f32>
    %223 = stablehlo.add %222, %220 : tensor<f32>
    %c_96 = stablehlo.constant dense<0> : tensor<i32>
    %cst_97 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_98 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_99 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %cst_100 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %cst_101 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %c_102 = stablehlo.constant dense<false> : tensor<i1>
    %c_103 = stablehlo.constant dense<false> : tensor<i1>
    %c_104 = stablehlo.constant dense<false> : tensor<i1>
    %cst_105 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_106 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_107 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_108 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %224:37 = stablehlo.while(%iterArg = %arg2, %iterArg_116 = %arg3, %iterArg_117 = %arg4, %iterArg_118 = %209, %iterArg_119 = %211, %iterArg_120 = %213, %iterArg_121 = %39, %iterArg_122 = %223, %iterArg_123 = %arg0, %iterArg_124 = %arg1, %iterArg_125 = %c_96, %iterArg_126 = %cst_97, %iterArg_127 = %cst_98, %iterArg_128 = %39, %iterArg_129 = %63, %iterArg_130 = %61, %iterArg_131 = %55, %iterArg_132 = %223, %iterArg_133 = %cst_99, %iterArg_134 = %cst_100, %iterArg_135 = %cst_101, %iterArg_136 = %c_102, %iterArg_137 = %c_103, %iterArg_138 = %c_104, %iterArg_139 = %cst_105, %iterArg_140 = %39, %iterArg_141 = %223, %iterArg_142 = %cst_106, %iterArg_143 = %39, %iterArg_144 = %223, %iterArg_145 = %cst_107, %iterArg_146 = %39, %iterArg_147 = %cst_108, %iterArg_148 = %39, %iterArg_149 = %63, %iterArg_150 = %61, %iterArg_151 = %55) : tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>, tensor<f32>, tensor<6x5xf32>, tensor<6xi32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i1>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
    cond {
      %260 = stablehlo.or %iterArg_137, %iterArg_138 : tensor<i1>
      %261 = stablehlo.not %260 : tensor<i1>
      stablehlo.return %261 : tensor<i1>
    } do {
      %260 = stablehlo.convert %iterArg_136 : (tensor<i1>) -> tensor<i32>
      %261:27 = "stablehlo.case"(%260) ({
        %cst_152 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %264 = stablehlo.multiply %cst_152, %iterArg_127 : tensor<f32>
        %c_153 = stablehlo.constant dense<0> : tensor<i32>
        %265 = stablehlo.compare EQ, %iterArg_125, %c_153, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %266 = func.call @_where_12(%265, %iterArg_126, %264) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %267 = stablehlo.broadcast_in_dim %266, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
        %268 = stablehlo.multiply %267, %iterArg_118 : tensor<5x8xf32>
        %269 = stablehlo.add %iterArg, %268 : tensor<5x8xf32>
        %270 = stablehlo.broadcast_in_dim %266, dims = [] : (tensor<f32>) -> tensor<8xf32>
        %271 = stablehlo.multiply %270, %iterArg_119 : tensor<8xf32>
        %272 = stablehlo.add %iterArg_116, %271 : tensor<8xf32>
        %273 = stablehlo.broadcast_in_dim %266, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
        %274 = stablehlo.multiply %273, %iterArg_120 : tensor<8x3xf32>
        %275 = stablehlo.add %iterArg_117, %274 : tensor<8x3xf32>
        %276 = stablehlo.dot_general %iterArg_123, %269, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
        %277 = stablehlo.broadcast_in_dim %272, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
        %278 = stablehlo.broadcast_in_dim %277, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
        %279 = stablehlo.add %276, %278 : tensor<6x8xf32>
        %280 = func.call @relu_13(%279) : (tensor<6x8xf32>) -> tensor<6x8xf32>
        %cst_154 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %281 = stablehlo.broadcast_in_dim %cst_154, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
        %282 = stablehlo.compare GT, %279, %281, FLOAT : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xi1>
        %cst_155 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %283 = stablehlo.broadcast_in_dim %cst_155, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
        %284 = stablehlo.dot_general %280, %275, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
        %285 = stablehlo.broadcast_in_dim %iterArg_124, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
        %286:2 = func.call @take_along_axis_14(%284, %285) : (tensor<6x3xf32>, tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>)
        %c_156 = stablehlo.constant dense<0> : tensor<i32>
        %287:2 = func.call @_take_15(%286#0, %c_156) : (tensor<6x1xf32>, tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>)
        %cst_157 = stablehlo.constant dense<0xFF800000> : tensor<f32>
        %288 = stablehlo.reduce(%284 init: %cst_157) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
        %289 = stablehlo.reshape %288 : (tensor<6xf32>) -> tensor<6x1xf32>
        %290 = stablehlo.broadcast_in_dim %289, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
        %291 = stablehlo.compare EQ, %284, %290, FLOAT : (tensor<6x3xf32>, tensor<6x3xf32>) -> tensor<6x3xi1>
        %292 = stablehlo.convert %291 : (tensor<6x3xi1>) -> tensor<6x3xf32>
        %cst_158 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %293 = stablehlo.reduce(%292 init: %cst_158) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
        %cst_159 = stablehlo.constant dense<0xFF800000> : tensor<f32>
        %294 = stablehlo.broadcast_in_dim %cst_159, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %295 = stablehlo.maximum %294, %288 : tensor<6xf32>
        %296 = stablehlo.compare EQ, %288, %295, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
        %cst_160 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %297 = stablehlo.broadcast_in_dim %cst_160, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %cst_161 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %298 = stablehlo.broadcast_in_dim %cst_161, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %299 = stablehlo.select %296, %297, %298 : tensor<6xi1>, tensor<6xf32>
        %cst_162 = stablehlo.constant dense<0xFF800000> : tensor<f32>
        %300 = stablehlo.broadcast_in_dim %cst_162, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %301 = stablehlo.compare EQ, %300, %295, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
        %cst_163 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %302 = stablehlo.broadcast_in_dim %cst_163, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %cst_164 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %303 = stablehlo.broadcast_in_dim %cst_164, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %304 = stablehlo.select %301, %302, %303 : tensor<6xi1>, tensor<6xf32>
        %305 = stablehlo.divide %299, %304 : tensor<6xf32>
        %306 = stablehlo.is_finite %295 : (tensor<6xf32>) -> tensor<6xi1>
        %cst_165 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %307 = stablehlo.broadcast_in_dim %cst_165, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %308 = stablehlo.select %306, %295, %307 : tensor<6xi1>, tensor<6xf32>
        %cst_166 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %309 = stablehlo.broadcast_in_dim %cst_166, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %310 = stablehlo.broadcast_in_dim %308, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
        %311 = stablehlo.broadcast_in_dim %310, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
        %312 = stablehlo.subtract %284, %311 : tensor<6x3xf32>
        %313 = stablehlo.exponential %312 : tensor<6x3xf32>
        %cst_167 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %314 = stablehlo.reduce(%313 init: %cst_167) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
        %315 = stablehlo.sign %314 : tensor<6xf32>
        %316 = stablehlo.abs %314 : tensor<6xf32>
        %cst_168 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %317 = stablehlo.broadcast_in_dim %cst_168, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %318 = stablehlo.compare GE, %314, %317, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
        %319 = stablehlo.log %316 : tensor<6xf32>
        %320 = stablehlo.add %319, %308 : tensor<6xf32>
        %321 = stablehlo.subtract %320, %287#0 : tensor<6xf32>
        %cst_169 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %322 = stablehlo.reduce(%321 init: %cst_169) applies stablehlo.add across dimensions = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<f32>
        %cst_170 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
        %323 = stablehlo.divide %322, %cst_170 : tensor<f32>
        %cst_171 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %cst_172 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
        %324 = stablehlo.divide %cst_171, %cst_172 : tensor<f32>
        %325 = stablehlo.broadcast_in_dim %324, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %326 = stablehlo.negate %325 : tensor<6xf32>
        %327 = stablehlo.divide %325, %316 : tensor<6xf32>
        %cst_173 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %328 = stablehlo.broadcast_in_dim %cst_173, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %329 = stablehlo.select %318, %328, %327 : tensor<6xi1>, tensor<6xf32>
        %330 = stablehlo.select %318, %327, %328 : tensor<6xi1>, tensor<6xf32>
        %331 = stablehlo.negate %329 : tensor<6xf32>
        %332 = stablehlo.add %330, %331 : tensor<6xf32>
        %333 = stablehlo.broadcast_in_dim %332, dims = [0] : (tensor<6xf32>) -> tensor<6x3xf32>
        %334 = stablehlo.multiply %333, %313 : tensor<6x3xf32>
        %335 = func.call @_take_17(%287#1, %326) : (tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
        %336 = func.call @take_along_axis_18(%286#1, %335) : (tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
        %337 = stablehlo.add %334, %336 : tensor<6x3xf32>
        %338 = stablehlo.dot_general %337, %280, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>
        %339 = stablehlo.transpose %338, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
        %340 = stablehlo.dot_general %337, %275, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<8x3xf32>) -> tensor<6x8xf32>
        %cst_174 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %341 = stablehlo.broadcast_in_dim %cst_174, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
        %342 = stablehlo.select %282, %340, %341 : tensor<6x8xi1>, tensor<6x8xf32>
        %cst_175 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %343 = stablehlo.reduce(%342 init: %cst_175) applies stablehlo.add across dimensions = [0] : (tensor<6x8xf32>, tensor<f32>) -> tensor<8xf32>
        %344 = stablehlo.reshape %343 : (tensor<8xf32>) -> tensor<1x8xf32>
        %cst_176 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %345 = stablehlo.reduce(%344 init: %cst_176) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
        %346 = stablehlo.dot_general %342, %iterArg_123, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<6x5xf32>) -> tensor<8x5xf32>
        %347 = stablehlo.transpose %346, dims = [1, 0] : (tensor<8x5xf32>) -> tensor<5x8xf32>
        %348 = stablehlo.reshape %347 : (tensor<5x8xf32>) -> tensor<40xf32>
        %349 = stablehlo.reshape %iterArg_118 : (tensor<5x8xf32>) -> tensor<40xf32>
        %350 = stablehlo.dot_general %348, %349, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<40xf32>, tensor<40xf32>) -> tensor<f32>
        %351 = stablehlo.dot_general %345, %iterArg_119, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
        %352 = stablehlo.reshape %339 : (tensor<8x3xf32>) -> tensor<24xf32>
        %353 = stablehlo.reshape %iterArg_120 : (tensor<8x3xf32>) -> tensor<24xf32>
        %354 = stablehlo.dot_general %352, %353, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<24xf32>, tensor<24xf32>) -> tensor<f32>
        %cst_177 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %355 = stablehlo.add %cst_177, %350 : tensor<f32>
        %356 = stablehlo.add %355, %351 : tensor<f32>
        %357 = stablehlo.add %356, %354 : tensor<f32>
        %358 = stablehlo.subtract %323, %iterArg_121 : tensor<f32>
        %cst_178 = stablehlo.constant dense<9.99999974E-5> : tensor<f32>
        %359 = stablehlo.multiply %cst_178, %266 : tensor<f32>
        %360 = stablehlo.multiply %359, %iterArg_122 : tensor<f32>
        %361 = stablehlo.subtract %358, %360 : tensor<f32>
        %cst_179 = stablehlo.constant dense<-9.998000e-01> : tensor<f32>
        %362 = stablehlo.multiply %cst_179, %iterArg_122 : tensor<f32>
        %363 = stablehlo.subtract %357, %362 : tensor<f32>
        %364 = stablehlo.subtract %323, %iterArg_121 : tensor<f32>
        %365 = stablehlo.abs %iterArg_121 : tensor<f32>
        %cst_180 = stablehlo.constant dense<9.99999997E-7> : tensor<f32>
        %366 = stablehlo.multiply %cst_180, %365 : tensor<f32>
        %367 = stablehlo.subtract %364, %366 : tensor<f32>
        %368 = stablehlo.maximum %363, %367 : tensor<f32>
        %369 = stablehlo.minimum %368, %361 : tensor<f32>
        %cst_181 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %370 = stablehlo.maximum %369, %cst_181 : tensor<f32>
        %371 = stablehlo.compare NE, %370, %370, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_182 = stablehlo.constant dense<0x7F800000> : tensor<f32>
        %372 = func.call @_where_19(%371, %cst_182, %370) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %373 = stablehlo.abs %357 : tensor<f32>
        %374 = stablehlo.abs %iterArg_122 : tensor<f32>
        %cst_183 = stablehlo.constant dense<0.899999976> : tensor<f32>
        %375 = stablehlo.multiply %cst_183, %374 : tensor<f32>
        %376 = stablehlo.subtract %373, %375 : tensor<f32>
        %cst_184 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %377 = stablehlo.maximum %376, %cst_184 : tensor<f32>
        %378 = stablehlo.compare NE, %377, %377, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_185 = stablehlo.constant dense<0x7F800000> : tensor<f32>
        %379 = func.call @_where_19(%378, %cst_185, %377) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %380 = stablehlo.maximum %372, %379 : tensor<f32>
        %cst_186 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %381 = stablehlo.compare LE, %372, %cst_186, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %382 = func.call @_where_20(%381, %266, %iterArg_147) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %383 = func.call @_where_21(%381, %323, %iterArg_148) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %384 = func.call @_where_22(%381, %347, %iterArg_149) : (tensor<i1>, tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
        %385 = func.call @_where_23(%381, %345, %iterArg_150) : (tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
        %386 = func.call @_where_24(%381, %339, %iterArg_151) : (tensor<i1>, tensor<8x3xf32>, tensor<8x3xf32>) -> tensor<8x3xf32>
        %cst_187 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %387 = stablehlo.compare GT, %372, %cst_187, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %388 = stablehlo.compare GE, %323, %iterArg_128, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %c_188 = stablehlo.constant dense<0> : tensor<i32>
        %389 = stablehlo.compare GT, %iterArg_125, %c_188, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %c_189 = stablehlo.constant dense<false> : tensor<i1>
        %390 = stablehlo.broadcast_in_dim %c_189, dims = [] : (tensor<i1>) -> tensor<i1>
        %391 = stablehlo.compare NE, %389, %390, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
        %392 = stablehlo.convert %391 : tensor<i1>
        %393 = stablehlo.and %388, %392 : tensor<i1>
        %394 = stablehlo.or %387, %393 : tensor<i1>
        %cst_190 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %395 = stablehlo.compare GE, %357, %cst_190, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %396 = stablehlo.not %394 : tensor<i1>
        %397 = stablehlo.and %395, %396 : tensor<i1>
        %398 = func.call @_where_21(%397, %266, %iterArg_127) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %399 = func.call @_where_21(%397, %323, %iterArg_128) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %400 = func.call @_where_21(%397, %357, %iterArg_132) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %401 = func.call @_where_21(%397, %iterArg_127, %266) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %402 = func.call @_where_21(%397, %iterArg_128, %323) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %403 = func.call @_where_21(%397, %iterArg_132, %357) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %404 = stablehlo.or %394, %397 : tensor<i1>
        %cst_191 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %405 = stablehlo.compare LE, %380, %cst_191, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %406 = stablehlo.or %404, %405 : tensor<i1>
        %cst_192 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %407 = stablehlo.compare LE, %380, %cst_192, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %408 = stablehlo.not %406 : tensor<i1>
        %c_193 = stablehlo.constant dense<false> : tensor<i1>
        %409 = stablehlo.and %c_193, %408 : tensor<i1>
        %410 = stablehlo.or %407, %409 : tensor<i1>
        %c_194 = stablehlo.constant dense<1> : tensor<i32>
        %411 = stablehlo.add %iterArg_125, %c_194 : tensor<i32>
        %c_195 = stablehlo.constant dense<20> : tensor<i32>
        %412 = stablehlo.compare GE, %411, %c_195, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %413 = stablehlo.not %410 : tensor<i1>
        %c_196 = stablehlo.constant dense<false> : tensor<i1>
        %414 = stablehlo.broadcast_in_dim %c_196, dims = [] : (tensor<i1>) -> tensor<i1>
        %415 = stablehlo.compare NE, %412, %414, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
        %416 = stablehlo.convert %415 : tensor<i1>
        %417 = stablehlo.and %416, %413 : tensor<i1>
        %418 = stablehlo.convert %iterArg_125 : tensor<i32>
        %c_197 = stablehlo.constant dense<2147483647> : tensor<i32>
        %419 = stablehlo.compare LT, %418, %c_197, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %420 = stablehlo.convert %iterArg_125 : tensor<i32>
        %c_198 = stablehlo.constant dense<1> : tensor<i32>
        %421 = stablehlo.add %420, %c_198 : tensor<i32>
        %c_199 = stablehlo.constant dense<2147483647> : tensor<i32>
        %422 = func.call @_where_25(%419, %421, %c_199) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
        %423 = stablehlo.convert %iterArg_126 : tensor<f32>
        stablehlo.return %422, %423, %266, %323, %347, %345, %339, %357, %372, %379, %380, %406, %410, %417, %398, %399, %400, %401, %402, %403, %398, %399, %382, %383, %384, %385, %386 : tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i1>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
      }, {
        %264 = stablehlo.subtract %iterArg_142, %iterArg_139 : tensor<f32>
        %265 = stablehlo.abs %264 : tensor<f32>
        %266 = stablehlo.minimum %iterArg_142, %iterArg_139 : tensor<f32>
        %267 = stablehlo.maximum %iterArg_142, %iterArg_139 : tensor<f32>
        %cst_152 = stablehlo.constant dense<2.000000e-01> : tensor<f32>
        %268 = stablehlo.multiply %cst_152, %265 : tensor<f32>
        %cst_153 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
        %269 = stablehlo.multiply %cst_153, %265 : tensor<f32>
        %cst_154 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
        %270 = stablehlo.compare LE, %265, %cst_154, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %271 = stablehlo.subtract %iterArg_142, %iterArg_139 : tensor<f32>
        %272 = stablehlo.subtract %iterArg_145, %iterArg_139 : tensor<f32>
        %273 = stablehlo.multiply %271, %272 : tensor<f32>
        %274 = stablehlo.multiply %273, %273 : tensor<f32>
        %275 = stablehlo.subtract %271, %272 : tensor<f32>
        %276 = stablehlo.multiply %274, %275 : tensor<f32>
        %277 = stablehlo.multiply %272, %272 : tensor<f32>
        %278 = stablehlo.multiply %271, %271 : tensor<f32>
        %279 = stablehlo.negate %278 : tensor<f32>
        %280 = stablehlo.multiply %272, %272 : tensor<f32>
        %281 = stablehlo.multiply %280, %272 : tensor<f32>
        %282 = stablehlo.negate %281 : tensor<f32>
        %283 = stablehlo.multiply %271, %271 : tensor<f32>
        %284 = stablehlo.multiply %283, %271 : tensor<f32>
        %285 = stablehlo.convert %277 : tensor<f32>
        %286 = stablehlo.broadcast_in_dim %285, dims = [] : (tensor<f32>) -> tensor<1xf32>
        %287 = stablehlo.convert %279 : tensor<f32>
        %288 = stablehlo.broadcast_in_dim %287, dims = [] : (tensor<f32>) -> tensor<1xf32>
        %289 = stablehlo.concatenate %286, %288, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
        %290 = stablehlo.broadcast_in_dim %289, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
        %291 = stablehlo.convert %282 : tensor<f32>
        %292 = stablehlo.broadcast_in_dim %291, dims = [] : (tensor<f32>) -> tensor<1xf32>
        %293 = stablehlo.convert %284 : tensor<f32>
        %294 = stablehlo.broadcast_in_dim %293, dims = [] : (tensor<f32>) -> tensor<1xf32>
        %295 = stablehlo.concatenate %292, %294, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
        %296 = stablehlo.broadcast_in_dim %295, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
        %297 = stablehlo.concatenate %290, %296, dim = 0 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
        %298 = stablehlo.subtract %iterArg_143, %iterArg_140 : tensor<f32>
        %299 = stablehlo.convert %271 : tensor<f32>
        %300 = stablehlo.multiply %iterArg_141, %299 : tensor<f32>
        %301 = stablehlo.subtract %298, %300 : tensor<f32>
        %302 = stablehlo.subtract %iterArg_146, %iterArg_140 : tensor<f32>
        %303 = stablehlo.convert %272 : tensor<f32>
        %304 = stablehlo.multiply %iterArg_141, %303 : tensor<f32>
        %305 = stablehlo.subtract %302, %304 : tensor<f32>
        %306 = stablehlo.broadcast_in_dim %301, dims = [] : (tensor<f32>) -> tensor<1xf32>
        %307 = stablehlo.broadcast_in_dim %305, dims = [] : (tensor<f32>) -> tensor<1xf32>
        %308 = stablehlo.concatenate %306, %307, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
        %309 = stablehlo.dot_general %297, %308, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2xf32>
        %310 = stablehlo.convert %276 : tensor<f32>
        %311 = stablehlo.broadcast_in_dim %310, dims = [] : (tensor<f32>) -> tensor<2xf32>
        %312 = stablehlo.divide %309, %311 : tensor<2xf32>
        %313 = stablehlo.slice %312 [0:1] : (tensor<2xf32>) -> tensor<1xf32>
        %314 = stablehlo.reshape %313 : (tensor<1xf32>) -> tensor<f32>
        %315 = stablehlo.slice %312 [1:2] : (tensor<2xf32>) -> tensor<1xf32>
        %316 = stablehlo.reshape %315 : (tensor<1xf32>) -> tensor<f32>
        %317 = stablehlo.multiply %316, %316 : tensor<f32>
        %cst_155 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
        %318 = stablehlo.multiply %cst_155, %314 : tensor<f32>
        %319 = stablehlo.multiply %318, %iterArg_141 : tensor<f32>
        %320 = stablehlo.subtract %317, %319 : tensor<f32>
        %321 = stablehlo.negate %316 : tensor<f32>
        %322 = stablehlo.sqrt %320 : tensor<f32>
        %323 = stablehlo.add %321, %322 : tensor<f32>
        %cst_156 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
        %324 = stablehlo.multiply %cst_156, %314 : tensor<f32>
        %325 = stablehlo.divide %323, %324 : tensor<f32>
        %326 = stablehlo.convert %iterArg_139 : tensor<f32>
        %327 = stablehlo.add %326, %325 : tensor<f32>
        %328 = stablehlo.add %266, %268 : tensor<f32>
        %329 = stablehlo.convert %328 : tensor<f32>
        %330 = stablehlo.compare GT, %327, %329, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %331 = stablehlo.subtract %267, %268 : tensor<f32>
        %332 = stablehlo.convert %331 : tensor<f32>
        %333 = stablehlo.compare LT, %327, %332, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %334 = stablehlo.and %330, %333 : tensor<i1>
        %335 = stablehlo.subtract %iterArg_142, %iterArg_139 : tensor<f32>
        %336 = stablehlo.subtract %iterArg_143, %iterArg_140 : tensor<f32>
        %337 = stablehlo.convert %335 : tensor<f32>
        %338 = stablehlo.multiply %iterArg_141, %337 : tensor<f32>
        %339 = stablehlo.subtract %336, %338 : tensor<f32>
        %340 = stablehlo.multiply %335, %335 : tensor<f32>
        %341 = stablehlo.convert %340 : tensor<f32>
        %342 = stablehlo.divide %339, %341 : tensor<f32>
        %cst_157 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %343 = stablehlo.multiply %cst_157, %342 : tensor<f32>
        %344 = stablehlo.divide %iterArg_141, %343 : tensor<f32>
        %345 = stablehlo.convert %iterArg_139 : tensor<f32>
        %346 = stablehlo.subtract %345, %344 : tensor<f32>
        %347 = stablehlo.add %266, %269 : tensor<f32>
        %348 = stablehlo.convert %347 : tensor<f32>
        %349 = stablehlo.compare GT, %346, %348, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %350 = stablehlo.subtract %267, %269 : tensor<f32>
        %351 = stablehlo.convert %350 : tensor<f32>
        %352 = stablehlo.compare LT, %346, %351, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %353 = stablehlo.and %349, %352 : tensor<i1>
        %354 = stablehlo.not %334 : tensor<i1>
        %355 = stablehlo.and %354, %353 : tensor<i1>
        %356 = stablehlo.add %iterArg_139, %iterArg_142 : tensor<f32>
        %cst_158 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %357 = stablehlo.divide %356, %cst_158 : tensor<f32>
        %358 = stablehlo.not %334 : tensor<i1>
        %359 = stablehlo.not %355 : tensor<i1>
        %360 = stablehlo.and %358, %359 : tensor<i1>
        %361 = func.call @_where_20(%334, %327, %iterArg_145) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %362 = func.call @_where_21(%355, %346, %361) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %363 = func.call @_where_19(%360, %357, %362) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %364 = stablehlo.broadcast_in_dim %363, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
        %365 = stablehlo.multiply %364, %iterArg_118 : tensor<5x8xf32>
        %366 = stablehlo.add %iterArg, %365 : tensor<5x8xf32>
        %367 = stablehlo.broadcast_in_dim %363, dims = [] : (tensor<f32>) -> tensor<8xf32>
        %368 = stablehlo.multiply %367, %iterArg_119 : tensor<8xf32>
        %369 = stablehlo.add %iterArg_116, %368 : tensor<8xf32>
        %370 = stablehlo.broadcast_in_dim %363, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
        %371 = stablehlo.multiply %370, %iterArg_120 : tensor<8x3xf32>
        %372 = stablehlo.add %iterArg_117, %371 : tensor<8x3xf32>
        %373 = stablehlo.dot_general %iterArg_123, %366, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
        %374 = stablehlo.broadcast_in_dim %369, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
        %375 = stablehlo.broadcast_in_dim %374, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
        %376 = stablehlo.add %373, %375 : tensor<6x8xf32>
        %377 = func.call @relu_13(%376) : (tensor<6x8xf32>) -> tensor<6x8xf32>
        %cst_159 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %378 = stablehlo.broadcast_in_dim %cst_159, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
        %379 = stablehlo.compare GT, %376, %378, FLOAT : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xi1>
        %cst_160 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %380 = stablehlo.broadcast_in_dim %cst_160, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
        %381 = stablehlo.dot_general %377, %372, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
        %382 = stablehlo.broadcast_in_dim %iterArg_124, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
        %383:2 = func.call @take_along_axis_14(%381, %382) : (tensor<6x3xf32>, tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>)
        %c_161 = stablehlo.constant dense<0> : tensor<i32>
        %384:2 = func.call @_take_15(%383#0, %c_161) : (tensor<6x1xf32>, tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>)
        %cst_162 = stablehlo.constant dense<0xFF800000> : tensor<f32>
        %385 = stablehlo.reduce(%381 init: %cst_162) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
        %386 = stablehlo.reshape %385 : (tensor<6xf32>) -> tensor<6x1xf32>
        %387 = stablehlo.broadcast_in_dim %386, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
        %388 = stablehlo.compare EQ, %381, %387, FLOAT : (tensor<6x3xf32>, tensor<6x3xf32>) -> tensor<6x3xi1>
        %389 = stablehlo.convert %388 : (tensor<6x3xi1>) -> tensor<6x3xf32>
        %cst_163 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %390 = stablehlo.reduce(%389 init: %cst_163) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
        %cst_164 = stablehlo.constant dense<0xFF800000> : tensor<f32>
        %391 = stablehlo.broadcast_in_dim %cst_164, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %392 = stablehlo.maximum %391, %385 : tensor<6xf32>
        %393 = stablehlo.compare EQ, %385, %392, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
        %cst_165 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %394 = stablehlo.broadcast_in_dim %cst_165, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %cst_166 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %395 = stablehlo.broadcast_in_dim %cst_166, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %396 = stablehlo.select %393, %394, %395 : tensor<6xi1>, tensor<6xf32>
        %cst_167 = stablehlo.constant dense<0xFF800000> : tensor<f32>
        %397 = stablehlo.broadcast_in_dim %cst_167, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %398 = stablehlo.compare EQ, %397, %392, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
        %cst_168 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %399 = stablehlo.broadcast_in_dim %cst_168, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %cst_169 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %400 = stablehlo.broadcast_in_dim %cst_169, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %401 = stablehlo.select %398, %399, %400 : tensor<6xi1>, tensor<6xf32>
        %402 = stablehlo.divide %396, %401 : tensor<6xf32>
        %403 = stablehlo.is_finite %392 : (tensor<6xf32>) -> tensor<6xi1>
        %cst_170 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %404 = stablehlo.broadcast_in_dim %cst_170, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %405 = stablehlo.select %403, %392, %404 : tensor<6xi1>, tensor<6xf32>
        %cst_171 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %406 = stablehlo.broadcast_in_dim %cst_171, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %407 = stablehlo.broadcast_in_dim %405, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
        %408 = stablehlo.broadcast_in_dim %407, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
        %409 = stablehlo.subtract %381, %408 : tensor<6x3xf32>
        %410 = stablehlo.exponential %409 : tensor<6x3xf32>
        %cst_172 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %411 = stablehlo.reduce(%410 init: %cst_172) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
        %412 = stablehlo.sign %411 : tensor<6xf32>
        %413 = stablehlo.abs %411 : tensor<6xf32>
        %cst_173 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %414 = stablehlo.broadcast_in_dim %cst_173, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %415 = stablehlo.compare GE, %411, %414, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
        %416 = stablehlo.log %413 : tensor<6xf32>
        %417 = stablehlo.add %416, %405 : tensor<6xf32>
        %418 = stablehlo.subtract %417, %384#0 : tensor<6xf32>
        %cst_174 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %419 = stablehlo.reduce(%418 init: %cst_174) applies stablehlo.add across dimensions = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<f32>
        %cst_175 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
        %420 = stablehlo.divide %419, %cst_175 : tensor<f32>
        %cst_176 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %cst_177 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
        %421 = stablehlo.divide %cst_176, %cst_177 : tensor<f32>
        %422 = stablehlo.broadcast_in_dim %421, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %423 = stablehlo.negate %422 : tensor<6xf32>
        %424 = stablehlo.divide %422, %413 : tensor<6xf32>
        %cst_178 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %425 = stablehlo.broadcast_in_dim %cst_178, dims = [] : (tensor<f32>) -> tensor<6xf32>
        %426 = stablehlo.select %415, %425, %424 : tensor<6xi1>, tensor<6xf32>
        %427 = stablehlo.select %415, %424, %425 : tensor<6xi1>, tensor<6xf32>
        %428 = stablehlo.negate %426 : tensor<6xf32>
        %429 = stablehlo.add %427, %428 : tensor<6xf32>
        %430 = stablehlo.broadcast_in_dim %429, dims = [0] : (tensor<6xf32>) -> tensor<6x3xf32>
        %431 = stablehlo.multiply %430, %410 : tensor<6x3xf32>
        %432 = func.call @_take_17(%384#1, %423) : (tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
        %433 = func.call @take_along_axis_18(%383#1, %432) : (tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
        %434 = stablehlo.add %431, %433 : tensor<6x3xf32>
        %435 = stablehlo.dot_general %434, %377, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>
        %436 = stablehlo.transpose %435, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
        %437 = stablehlo.dot_general %434, %372, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<8x3xf32>) -> tensor<6x8xf32>
        %cst_179 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %438 = stablehlo.broadcast_in_dim %cst_179, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
        %439 = stablehlo.select %379, %437, %438 : tensor<6x8xi1>, tensor<6x8xf32>
        %cst_180 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %440 = stablehlo.reduce(%439 init: %cst_180) applies stablehlo.add across dimensions = [0] : (tensor<6x8xf32>, tensor<f32>) -> tensor<8xf32>
        %441 = stablehlo.reshape %440 : (tensor<8xf32>) -> tensor<1x8xf32>
        %cst_181 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %442 = stablehlo.reduce(%441 init: %cst_181) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
        %443 = stablehlo.dot_general %439, %iterArg_123, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<6x5xf32>) -> tensor<8x5xf32>
        %444 = stablehlo.transpose %443, dims = [1, 0] : (tensor<8x5xf32>) -> tensor<5x8xf32>
        %445 = stablehlo.reshape %444 : (tensor<5x8xf32>) -> tensor<40xf32>
        %446 = stablehlo.reshape %iterArg_118 : (tensor<5x8xf32>) -> tensor<40xf32>
        %447 = stablehlo.dot_general %445, %446, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<40xf32>, tensor<40xf32>) -> tensor<f32>
        %448 = stablehlo.dot_general %442, %iterArg_119, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
        %449 = stablehlo.reshape %436 : (tensor<8x3xf32>) -> tensor<24xf32>
        %450 = stablehlo.reshape %iterArg_120 : (tensor<8x3xf32>) -> tensor<24xf32>
        %451 = stablehlo.dot_general %449, %450, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<24xf32>, tensor<24xf32>) -> tensor<f32>
        %cst_182 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %452 = stablehlo.add %cst_182, %447 : tensor<f32>
        %453 = stablehlo.add %452, %448 : tensor<f32>
        %454 = stablehlo.add %453, %451 : tensor<f32>
        %455 = stablehlo.subtract %420, %iterArg_121 : tensor<f32>
        %cst_183 = stablehlo.constant dense<9.99999974E-5> : tensor<f32>
        %456 = stablehlo.multiply %cst_183, %363 : tensor<f32>
        %457 = stablehlo.multiply %456, %iterArg_122 : tensor<f32>
        %458 = stablehlo.subtract %455, %457 : tensor<f32>
        %cst_184 = stablehlo.constant dense<-9.998000e-01> : tensor<f32>
        %459 = stablehlo.multiply %cst_184, %iterArg_122 : tensor<f32>
        %460 = stablehlo.subtract %454, %459 : tensor<f32>
        %461 = stablehlo.subtract %420, %iterArg_121 : tensor<f32>
        %462 = stablehlo.abs %iterArg_121 : tensor<f32>
        %cst_185 = stablehlo.constant dense<9.99999997E-7> : tensor<f32>
        %463 = stablehlo.multiply %cst_185, %462 : tensor<f32>
        %464 = stablehlo.subtract %461, %463 : tensor<f32>
        %465 = stablehlo.maximum %460, %464 : tensor<f32>
        %466 = stablehlo.minimum %465, %458 : tensor<f32>
        %cst_186 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %467 = stablehlo.maximum %466, %cst_186 : tensor<f32>
        %468 = stablehlo.compare NE, %467, %467, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_187 = stablehlo.constant dense<0x7F800000> : tensor<f32>
        %469 = func.call @_where_19(%468, %cst_187, %467) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %470 = stablehlo.abs %454 : tensor<f32>
        %471 = stablehlo.abs %iterArg_122 : tensor<f32>
        %cst_188 = stablehlo.constant dense<0.899999976> : tensor<f32>
        %472 = stablehlo.multiply %cst_188, %471 : tensor<f32>
        %473 = stablehlo.subtract %470, %472 : tensor<f32>
        %cst_189 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %474 = stablehlo.maximum %473, %cst_189 : tensor<f32>
        %475 = stablehlo.compare NE, %474, %474, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_190 = stablehlo.constant dense<0x7F800000> : tensor<f32>
        %476 = func.call @_where_19(%475, %cst_190, %474) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %477 = stablehlo.maximum %469, %476 : tensor<f32>
        %cst_191 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %478 = stablehlo.compare LE, %469, %cst_191, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %479 = stablehlo.compare LT, %420, %iterArg_148, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %480 = stablehlo.and %478, %479 : tensor<i1>
        %481 = func.call @_where_20(%480, %363, %iterArg_147) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %482 = func.call @_where_21(%480, %420, %iterArg_148) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %483 = func.call @_where_22(%480, %444, %iterArg_149) : (tensor<i1>, tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
        %484 = func.call @_where_23(%480, %442, %iterArg_150) : (tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
        %485 = func.call @_where_24(%480, %436, %iterArg_151) : (tensor<i1>, tensor<8x3xf32>, tensor<8x3xf32>) -> tensor<8x3xf32>
        %cst_192 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %486 = stablehlo.compare LE, %477, %cst_192, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_193 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %487 = stablehlo.compare GT, %469, %cst_193, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %488 = stablehlo.compare GE, %420, %iterArg_140, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %489 = stablehlo.or %487, %488 : tensor<i1>
        %490 = stablehlo.subtract %iterArg_142, %iterArg_139 : tensor<f32>
        %491 = stablehlo.convert %490 : tensor<f32>
        %492 = stablehlo.multiply %454, %491 : tensor<f32>
        %cst_194 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %493 = stablehlo.compare GE, %492, %cst_194, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %494 = stablehlo.not %489 : tensor<i1>
        %495 = stablehlo.and %493, %494 : tensor<i1>
        %496 = stablehlo.not %489 : tensor<i1>
        %497 = func.call @_where_20(%489, %363, %iterArg_142) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %498 = func.call @_where_21(%489, %420, %iterArg_143) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %499 = func.call @_where_21(%489, %454, %iterArg_144) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %500 = func.call @_where_19(%495, %iterArg_139, %497) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %501 = func.call @_where_21(%495, %iterArg_140, %498) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %502 = func.call @_where_21(%495, %iterArg_141, %499) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %503 = func.call @_where_20(%496, %363, %iterArg_139) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %504 = func.call @_where_21(%496, %420, %iterArg_140) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %505 = func.call @_where_21(%496, %454, %iterArg_141) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %506 = stablehlo.or %489, %495 : tensor<i1>
        %507 = func.call @_where_26(%506, %iterArg_142, %iterArg_139) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %508 = func.call @_where_21(%506, %iterArg_143, %iterArg_140) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %c_195 = stablehlo.constant dense<1> : tensor<i32>
        %509 = stablehlo.add %iterArg_125, %c_195 : tensor<i32>
        %c_196 = stablehlo.constant dense<20> : tensor<i32>
        %510 = stablehlo.compare GE, %509, %c_196, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %cst_197 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %511 = stablehlo.compare GT, %481, %cst_197, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %c_198 = stablehlo.constant dense<false> : tensor<i1>
        %512 = stablehlo.broadcast_in_dim %c_198, dims = [] : (tensor<i1>) -> tensor<i1>
        %513 = stablehlo.compare NE, %270, %512, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
        %514 = stablehlo.convert %513 : tensor<i1>
        %515 = stablehlo.and %514, %511 : tensor<i1>
        %c_199 = stablehlo.constant dense<false> : tensor<i1>
        %516 = stablehlo.broadcast_in_dim %c_199, dims = [] : (tensor<i1>) -> tensor<i1>
        %517 = stablehlo.compare NE, %510, %516, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
        %518 = stablehlo.convert %517 : tensor<i1>
        %519 = stablehlo.or %518, %515 : tensor<i1>
        %520 = stablehlo.not %486 : tensor<i1>
        %521 = stablehlo.and %519, %520 : tensor<i1>
        %522 = stablehlo.convert %iterArg_125 : tensor<i32>
        %c_200 = stablehlo.constant dense<2147483647> : tensor<i32>
        %523 = stablehlo.compare LT, %522, %c_200, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %524 = stablehlo.convert %iterArg_125 : tensor<i32>
        %c_201 = stablehlo.constant dense<1> : tensor<i32>
        %525 = stablehlo.add %524, %c_201 : tensor<i32>
        %c_202 = stablehlo.constant dense<2147483647> : tensor<i32>
        %526 = func.call @_where_25(%523, %525, %c_202) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
        %527 = stablehlo.convert %iterArg_126 : tensor<f32>
        %528 = stablehlo.convert %507 : tensor<f32>
        stablehlo.return %526, %527, %363, %420, %444, %442, %436, %454, %469, %476, %477, %iterArg_136, %486, %521, %503, %504, %505, %500, %501, %502, %528, %508, %481, %482, %483, %484, %485 : tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i1>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
      }) : (tensor<i32>) -> (tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i1>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>)
      %262 = stablehlo.convert %261#13 : (tensor<i1>) -> tensor<i32>
      %263:5 = "stablehlo.case"(%262) ({
        stablehlo.return %261#2, %261#3, %261#4, %261#5, %261#6 : tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
      }, {
        %264 = func.call @isinf(%261#8) : (tensor<f32>) -> tensor<i1>
        %cst_152 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %265 = stablehlo.compare GT, %261#22, %cst_152, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %266 = stablehlo.or %265, %264 : tensor<i1>
        %267 = func.call @_where_21(%266, %261#22, %261#2) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %268 = func.call @_where_21(%266, %261#23, %261#3) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %269 = func.call @_where_22(%266, %261#24, %261#4) : (tensor<i1>, tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
        %270 = func.call @_where_23(%266, %261#25, %261#5) : (tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
        %271 = func.call @_where_24(%266, %261#26, %261#6) : (tensor<i1>, tensor<8x3xf32>, tensor<8x3xf32>) -> tensor<8x3xf32>
        stablehlo.return %267, %268, %269, %270, %271 : tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
      }) : (tensor<i32>) -> (tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>)
      stablehlo.return %iterArg, %iterArg_116, %iterArg_117, %iterArg_118, %iterArg_119, %iterArg_120, %iterArg_121, %iterArg_122, %iterArg_123, %iterArg_124, %261#0, %261#1, %263#0, %263#1, %263#2, %263#3, %263#4, %261#7, %261#8, %261#9, %261#10, %261#11, %261#12, %261#13, %261#14, %261#15, %261#16, %261#17, %261#18, %261#19, %261#20, %261#21, %261#22, %261#23, %261#24, %261#25, %261#26 : tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>, tensor<f32>, tensor<6x5xf32>, tensor<6xi32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i1>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
    }
    %225 = stablehlo.broadcast_in_dim %224#12, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %226 = stablehlo.multiply %225, %209 : tensor<5x8xf32>
    %227 = stablehlo.broadcast_in_dim %224#12, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %228 = stablehlo.multiply %227, %211 : tensor<8xf32>
    %229 = stablehlo.broadcast_in_dim %224#12, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %230 = stablehlo.multiply %229, %213 : tensor<8x3xf32>
    %231 = stablehlo.add %arg2, %226 : tensor<5x8xf32>
    %232 = stablehlo.add %arg3, %228 : tensor<8xf32>
    %233 = stablehlo.add %arg4, %230 : tensor<8x3xf32>
    %234 = stablehlo.dot_general %arg0, %231, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
    %235 = stablehlo.broadcast_in_dim %232, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %236 = stablehlo.broadcast_in_dim %235, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
    %237 = stablehlo.add %234, %236 : tensor<6x8xf32>
    %238 = call @relu(%237) : (tensor<6x8xf32>) -> tensor<6x8xf32>
    %239 = stablehlo.dot_general %238, %233, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
    %240 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %241 = call @take_along_axis_27(%239, %240) : (tensor<6x3xf32>, tensor<6x1xi32>) -> tensor<6x1xf32>
    %c_109 = stablehlo.constant dense<0> : tensor<i32>
    %242 = call @_take_28(%241, %c_109) : (tensor<6x1xf32>, tensor<i32>) -> tensor<6xf32>
    %cst_110 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %243 = stablehlo.reduce(%239 init: %cst_110) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_111 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %244 = stablehlo.broadcast_in_dim %cst_111, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %245 = stablehlo.maximum %244, %243 : tensor<6xf32>
    %246 = stablehlo.is_finite %245 : (tensor<6xf32>) -> tensor<6xi1>
    %cst_112 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %247 = stablehlo.broadcast_in_dim %cst_112, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %248 = stablehlo.select %246, %245, %247 : tensor<6xi1>, tensor<6xf32>
    %249 = stablehlo.broadcast_in_dim %248, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %250 = stablehlo.broadcast_in_dim %249, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
    %251 = stablehlo.subtract %239, %250 : tensor<6x3xf32>
    %252 = stablehlo.exponential %251 : tensor<6x3xf32>
    %cst_113 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %253 = stablehlo.reduce(%252 init: %cst_113) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %254 = stablehlo.abs %253 : tensor<6xf32>
    %255 = stablehlo.log %254 : tensor<6xf32>
    %256 = stablehlo.add %255, %248 : tensor<6xf32>
    %257 = stablehlo.subtract %256, %242 : tensor<6xf32>
    %cst_114 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %258 = stablehlo.reduce(%257 init: %cst_114) applies stablehlo.add across dimensions = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<f32>
    %cst_115 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %259 = stablehlo.divide %258, %cst_115 : tensor<f32>
    return %259 : tensor<f32>
  }
  func.func private @relu(%arg0: tensor<6x8xf32>) -> tensor<6x8xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<6x8xf32>
    return %1 : tensor<6x8xf32>
  }
  func.func private @take_along_axis(%arg0: tensor<6x3xf32>, %arg1: tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<6x1xi32>
    %1 = stablehlo.compare LT, %arg1, %0, SIGNED : (tensor<6x1xi32>, tensor<6x1xi32>) -> tensor<6x1xi1>
    %c_0 = stablehlo.constant dense<3> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<6x1xi32>
    %3 = stablehlo.add %arg1, %2 : tensor<6x1xi32>
    %4 = stablehlo.select %1, %3, %arg1 : tensor<6x1xi1>, tensor<6x1xi32>
    %5 = stablehlo.reshape %4 : (tensor<6x1xi32>) -> tensor<6x1x1xi32>
    %c_1 = stablehlo.constant dense<2> : tensor<1xi32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %6 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<6x1x1xi32>
    %7 = stablehlo.compare GE, %5, %6, SIGNED : (tensor<6x1x1xi32>, tensor<6x1x1xi32>) -> tensor<6x1x1xi1>
    %8 = stablehlo.broadcast_in_dim %c_1, dims = [2] : (tensor<1xi32>) -> tensor<1x1x1xi32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [0, 1, 2] : (tensor<1x1x1xi32>) -> tensor<6x1x1xi32>
    %10 = stablehlo.compare LE, %5, %9, SIGNED : (tensor<6x1x1xi32>, tensor<6x1x1xi32>) -> tensor<6x1x1xi1>
    %11 = stablehlo.and %7, %10 : tensor<6x1x1xi1>
    %c_3 = stablehlo.constant dense<true> : tensor<i1>
    %12 = stablehlo.reduce(%11 init: %c_3) applies stablehlo.and across dimensions = [2] : (tensor<6x1x1xi1>, tensor<i1>) -> tensor<6x1xi1>
    %13 = "stablehlo.gather"(%arg0, %5) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<6x3xf32>, tensor<6x1x1xi32>) -> tensor<6x1xf32>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %14 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x1xf32>
    %15 = stablehlo.select %12, %13, %14 : tensor<6x1xi1>, tensor<6x1xf32>
    return %15, %5 : tensor<6x1xf32>, tensor<6x1x1xi32>
  }
  func.func private @_take(%arg0: tensor<6x1xf32>, %arg1: tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.compare LT, %arg1, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.add %arg1, %c_0 : tensor<i32>
    %2 = call @_where(%0, %1, %arg1) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<1xi32>
    %4 = stablehlo.convert %3 : tensor<1xi32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %6 = stablehlo.compare GE, %4, %5, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %7 = stablehlo.compare LE, %4, %c_1, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %8 = stablehlo.and %6, %7 : tensor<1xi1>
    %c_3 = stablehlo.constant dense<true> : tensor<i1>
    %9 = stablehlo.reduce(%8 init: %c_3) applies stablehlo.and across dimensions = [0] : (tensor<1xi1>, tensor<i1>) -> tensor<i1>
    %10 = "stablehlo.gather"(%arg0, %4) <{dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [1], start_index_map = [1]>, indices_are_sorted = false, slice_sizes = array<i64: 6, 1>}> : (tensor<6x1xf32>, tensor<1xi32>) -> tensor<6xf32>
    %11 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<6xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %13 = stablehlo.select %11, %10, %12 : tensor<6xi1>, tensor<6xf32>
    return %13, %3 : tensor<6xf32>, tensor<1xi32>
  }
  func.func private @_where(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @_take_0(%arg0: tensor<1xi32>, %arg1: tensor<6xf32>) -> tensor<6x1xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x1xf32>
    %1 = "stablehlo.scatter"(%0, %arg0, %arg1) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [1], scatter_dims_to_operand_dims = [1]>, unique_indices = false}> ({
    ^bb0(%arg2: tensor<f32>, %arg3: tensor<f32>):
      %2 = stablehlo.add %arg2, %arg3 : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<6x1xf32>, tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
    return %1 : tensor<6x1xf32>
  }
  func.func private @take_along_axis_1(%arg0: tensor<6x1x1xi32>, %arg1: tensor<6x1xf32>) -> tensor<6x3xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x3xf32>
    %1 = "stablehlo.scatter"(%0, %arg0, %arg1) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>, unique_indices = false}> ({
    ^bb0(%arg2: tensor<f32>, %arg3: tensor<f32>):
      %2 = stablehlo.add %arg2, %arg3 : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<6x3xf32>, tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
    return %1 : tensor<6x3xf32>
  }
  func.func private @remainder(%arg0: tensor<i32>, %arg1: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare EQ, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %2 = call @_where_2(%1, %c_0, %0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.remainder %arg0, %2 : tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %4 = stablehlo.compare NE, %3, %c_1, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.compare LT, %3, %c_2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %6 = stablehlo.compare LT, %2, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %7 = stablehlo.compare NE, %5, %6, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
    %8 = stablehlo.and %7, %4 : tensor<i1>
    %9 = stablehlo.add %3, %2 : tensor<i32>
    %10 = stablehlo.select %8, %9, %3 : tensor<i1>, tensor<i32>
    return %10 : tensor<i32>
  }
  func.func private @_where_2(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @_where_3(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.select %arg0, %0, %arg2 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @_where_4(%arg0: tensor<i1>, %arg1: tensor<5x8xf32>, %arg2: tensor<5x8xf32>) -> tensor<5x8xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<5x8xf32>
    return %0 : tensor<5x8xf32>
  }
  func.func private @_where_5(%arg0: tensor<i1>, %arg1: tensor<8xf32>, %arg2: tensor<8xf32>) -> tensor<8xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<8xf32>
    return %0 : tensor<8xf32>
  }
  func.func private @_where_6(%arg0: tensor<i1>, %arg1: tensor<8x3xf32>, %arg2: tensor<8x3xf32>) -> tensor<8x3xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<8x3xf32>
    return %0 : tensor<8x3xf32>
  }
  func.func private @_where_7(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @_where_8(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @remainder_9(%arg0: tensor<10xi32>, %arg1: tensor<i32>) -> tensor<10xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare EQ, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %2 = call @_where_2(%1, %c_0, %0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<10xi32>
    %4 = stablehlo.remainder %arg0, %3 : tensor<10xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<10xi32>
    %6 = stablehlo.compare NE, %4, %5, SIGNED : (tensor<10xi32>, tensor<10xi32>) -> tensor<10xi1>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<10xi32>
    %8 = stablehlo.compare LT, %4, %7, SIGNED : (tensor<10xi32>, tensor<10xi32>) -> tensor<10xi1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.compare LT, %2, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %10 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<10xi1>
    %11 = stablehlo.compare NE, %8, %10, UNSIGNED : (tensor<10xi1>, tensor<10xi1>) -> tensor<10xi1>
    %12 = stablehlo.and %11, %6 : tensor<10xi1>
    %13 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<10xi32>
    %14 = stablehlo.add %4, %13 : tensor<10xi32>
    %15 = stablehlo.select %12, %14, %4 : tensor<10xi1>, tensor<10xi32>
    return %15 : tensor<10xi32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<10xi32>, %arg1: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.dynamic_slice %arg0, %arg1, sizes = [1] : (tensor<10xi32>, tensor<i32>) -> tensor<1xi32>
    %1 = stablehlo.reshape %0 : (tensor<1xi32>) -> tensor<i32>
    return %1 : tensor<i32>
  }
  func.func private @closed_call(%arg0: tensor<10x5x8xf32>, %arg1: tensor<10x8xf32>, %arg2: tensor<10x8x3xf32>, %arg3: tensor<10x5x8xf32>, %arg4: tensor<10x8xf32>, %arg5: tensor<10x8x3xf32>, %arg6: tensor<10xf32>, %arg7: tensor<5x8xf32>, %arg8: tensor<8xf32>, %arg9: tensor<8x3xf32>, %arg10: tensor<i32>) -> (tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.compare LT, %arg10, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<10> : tensor<i32>
    %1 = stablehlo.add %arg10, %c_0 : tensor<i32>
    %2 = stablehlo.select %0, %1, %arg10 : tensor<i1>, tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.compare LT, %c_1, %c_2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %c_4 = stablehlo.constant dense<5> : tensor<i32>
    %4 = stablehlo.add %c_3, %c_4 : tensor<i32>
    %c_5 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.select %3, %4, %c_5 : tensor<i1>, tensor<i32>
    %c_6 = stablehlo.constant dense<0> : tensor<i32>
    %c_7 = stablehlo.constant dense<0> : tensor<i32>
    %6 = stablehlo.compare LT, %c_6, %c_7, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %c_9 = stablehlo.constant dense<8> : tensor<i32>
    %7 = stablehlo.add %c_8, %c_9 : tensor<i32>
    %c_10 = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.select %6, %7, %c_10 : tensor<i1>, tensor<i32>
    %9 = stablehlo.dynamic_slice %arg0, %2, %5, %8, sizes = [1, 5, 8] : (tensor<10x5x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x5x8xf32>
    %10 = stablehlo.reshape %9 : (tensor<1x5x8xf32>) -> tensor<5x8xf32>
    %c_11 = stablehlo.constant dense<0> : tensor<i32>
    %11 = stablehlo.compare LT, %arg10, %c_11, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_12 = stablehlo.constant dense<10> : tensor<i32>
    %12 = stablehlo.add %arg10, %c_12 : tensor<i32>
    %13 = stablehlo.select %11, %12, %arg10 : tensor<i1>, tensor<i32>
    %c_13 = stablehlo.constant dense<0> : tensor<i32>
    %c_14 = stablehlo.constant dense<0> : tensor<i32>
    %14 = stablehlo.compare LT, %c_13, %c_14, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_15 = stablehlo.constant dense<0> : tensor<i32>
    %c_16 = stablehlo.constant dense<8> : tensor<i32>
    %15 = stablehlo.add %c_15, %c_16 : tensor<i32>
    %c_17 = stablehlo.constant dense<0> : tensor<i32>
    %16 = stablehlo.select %14, %15, %c_17 : tensor<i1>, tensor<i32>
    %17 = stablehlo.dynamic_slice %arg1, %13, %16, sizes = [1, 8] : (tensor<10x8xf32>, tensor<i32>, tensor<i32>) -> tensor<1x8xf32>
    %18 = stablehlo.reshape %17 : (tensor<1x8xf32>) -> tensor<8xf32>
    %c_18 = stablehlo.constant dense<0> : tensor<i32>
    %19 = stablehlo.compare LT, %arg10, %c_18, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_19 = stablehlo.constant dense<10> : tensor<i32>
    %20 = stablehlo.add %arg10, %c_19 : tensor<i32>
    %21 = stablehlo.select %19, %20, %arg10 : tensor<i1>, tensor<i32>
    %c_20 = stablehlo.constant dense<0> : tensor<i32>
    %c_21 = stablehlo.constant dense<0> : tensor<i32>
    %22 = stablehlo.compare LT, %c_20, %c_21, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_22 = stablehlo.constant dense<0> : tensor<i32>
    %c_23 = stablehlo.constant dense<8> : tensor<i32>
    %23 = stablehlo.add %c_22, %c_23 : tensor<i32>
    %c_24 = stablehlo.constant dense<0> : tensor<i32>
    %24 = stablehlo.select %22, %23, %c_24 : tensor<i1>, tensor<i32>
    %c_25 = stablehlo.constant dense<0> : tensor<i32>
    %c_26 = stablehlo.constant dense<0> : tensor<i32>
    %25 = stablehlo.compare LT, %c_25, %c_26, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_27 = stablehlo.constant dense<0> : tensor<i32>
    %c_28 = stablehlo.constant dense<3> : tensor<i32>
    %26 = stablehlo.add %c_27, %c_28 : tensor<i32>
    %c_29 = stablehlo.constant dense<0> : tensor<i32>
    %27 = stablehlo.select %25, %26, %c_29 : tensor<i1>, tensor<i32>
    %28 = stablehlo.dynamic_slice %arg2, %21, %24, %27, sizes = [1, 8, 3] : (tensor<10x8x3xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x8x3xf32>
    %29 = stablehlo.reshape %28 : (tensor<1x8x3xf32>) -> tensor<8x3xf32>
    %c_30 = stablehlo.constant dense<0> : tensor<i32>
    %30 = stablehlo.compare LT, %arg10, %c_30, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_31 = stablehlo.constant dense<10> : tensor<i32>
    %31 = stablehlo.add %arg10, %c_31 : tensor<i32>
    %32 = stablehlo.select %30, %31, %arg10 : tensor<i1>, tensor<i32>
    %c_32 = stablehlo.constant dense<0> : tensor<i32>
    %c_33 = stablehlo.constant dense<0> : tensor<i32>
    %33 = stablehlo.compare LT, %c_32, %c_33, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_34 = stablehlo.constant dense<0> : tensor<i32>
    %c_35 = stablehlo.constant dense<5> : tensor<i32>
    %34 = stablehlo.add %c_34, %c_35 : tensor<i32>
    %c_36 = stablehlo.constant dense<0> : tensor<i32>
    %35 = stablehlo.select %33, %34, %c_36 : tensor<i1>, tensor<i32>
    %c_37 = stablehlo.constant dense<0> : tensor<i32>
    %c_38 = stablehlo.constant dense<0> : tensor<i32>
    %36 = stablehlo.compare LT, %c_37, %c_38, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_39 = stablehlo.constant dense<0> : tensor<i32>
    %c_40 = stablehlo.constant dense<8> : tensor<i32>
    %37 = stablehlo.add %c_39, %c_40 : tensor<i32>
    %c_41 = stablehlo.constant dense<0> : tensor<i32>
    %38 = stablehlo.select %36, %37, %c_41 : tensor<i1>, tensor<i32>
    %39 = stablehlo.dynamic_slice %arg3, %32, %35, %38, sizes = [1, 5, 8] : (tensor<10x5x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x5x8xf32>
    %40 = stablehlo.reshape %39 : (tensor<1x5x8xf32>) -> tensor<5x8xf32>
    %c_42 = stablehlo.constant dense<0> : tensor<i32>
    %41 = stablehlo.compare LT, %arg10, %c_42, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_43 = stablehlo.constant dense<10> : tensor<i32>
    %42 = stablehlo.add %arg10, %c_43 : tensor<i32>
    %43 = stablehlo.select %41, %42, %arg10 : tensor<i1>, tensor<i32>
    %c_44 = stablehlo.constant dense<0> : tensor<i32>
    %c_45 = stablehlo.constant dense<0> : tensor<i32>
    %44 = stablehlo.compare LT, %c_44, %c_45, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_46 = stablehlo.constant dense<0> : tensor<i32>
    %c_47 = stablehlo.constant dense<8> : tensor<i32>
    %45 = stablehlo.add %c_46, %c_47 : tensor<i32>
    %c_48 = stablehlo.constant dense<0> : tensor<i32>
    %46 = stablehlo.select %44, %45, %c_48 : tensor<i1>, tensor<i32>
    %47 = stablehlo.dynamic_slice %arg4, %43, %46, sizes = [1, 8] : (tensor<10x8xf32>, tensor<i32>, tensor<i32>) -> tensor<1x8xf32>
    %48 = stablehlo.reshape %47 : (tensor<1x8xf32>) -> tensor<8xf32>
    %c_49 = stablehlo.constant dense<0> : tensor<i32>
    %49 = stablehlo.compare LT, %arg10, %c_49, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_50 = stablehlo.constant dense<10> : tensor<i32>
    %50 = stablehlo.add %arg10, %c_50 : tensor<i32>
    %51 = stablehlo.select %49, %50, %arg10 : tensor<i1>, tensor<i32>
    %c_51 = stablehlo.constant dense<0> : tensor<i32>
    %c_52 = stablehlo.constant dense<0> : tensor<i32>
    %52 = stablehlo.compare LT, %c_51, %c_52, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_53 = stablehlo.constant dense<0> : tensor<i32>
    %c_54 = stablehlo.constant dense<8> : tensor<i32>
    %53 = stablehlo.add %c_53, %c_54 : tensor<i32>
    %c_55 = stablehlo.constant dense<0> : tensor<i32>
    %54 = stablehlo.select %52, %53, %c_55 : tensor<i1>, tensor<i32>
    %c_56 = stablehlo.constant dense<0> : tensor<i32>
    %c_57 = stablehlo.constant dense<0> : tensor<i32>
    %55 = stablehlo.compare LT, %c_56, %c_57, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_58 = stablehlo.constant dense<0> : tensor<i32>
    %c_59 = stablehlo.constant dense<3> : tensor<i32>
    %56 = stablehlo.add %c_58, %c_59 : tensor<i32>
    %c_60 = stablehlo.constant dense<0> : tensor<i32>
    %57 = stablehlo.select %55, %56, %c_60 : tensor<i1>, tensor<i32>
    %58 = stablehlo.dynamic_slice %arg5, %51, %54, %57, sizes = [1, 8, 3] : (tensor<10x8x3xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x8x3xf32>
    %59 = stablehlo.reshape %58 : (tensor<1x8x3xf32>) -> tensor<8x3xf32>
    %c_61 = stablehlo.constant dense<0> : tensor<i32>
    %60 = stablehlo.compare LT, %arg10, %c_61, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_62 = stablehlo.constant dense<10> : tensor<i32>
    %61 = stablehlo.add %arg10, %c_62 : tensor<i32>
    %62 = stablehlo.select %60, %61, %arg10 : tensor<i1>, tensor<i32>
    %63 = stablehlo.dynamic_slice %arg6, %62, sizes = [1] : (tensor<10xf32>, tensor<i32>) -> tensor<1xf32>
    %64 = stablehlo.reshape %63 : (tensor<1xf32>) -> tensor<f32>
    %65 = stablehlo.reshape %10 : (tensor<5x8xf32>) -> tensor<40xf32>
    %66 = stablehlo.reshape %arg7 : (tensor<5x8xf32>) -> tensor<40xf32>
    %67 = stablehlo.dot_general %65, %66, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<40xf32>, tensor<40xf32>) -> tensor<f32>
    %68 = stablehlo.dot_general %18, %arg8, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
    %69 = stablehlo.reshape %29 : (tensor<8x3xf32>) -> tensor<24xf32>
    %70 = stablehlo.reshape %arg9 : (tensor<8x3xf32>) -> tensor<24xf32>
    %71 = stablehlo.dot_general %69, %70, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<24xf32>, tensor<24xf32>) -> tensor<f32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %72 = stablehlo.add %cst, %67 : tensor<f32>
    %73 = stablehlo.add %72, %68 : tensor<f32>
    %74 = stablehlo.add %73, %71 : tensor<f32>
    %75 = stablehlo.multiply %64, %74 : tensor<f32>
    %76 = stablehlo.negate %75 : tensor<f32>
    %77 = stablehlo.broadcast_in_dim %76, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %78 = stablehlo.multiply %77, %40 : tensor<5x8xf32>
    %79 = stablehlo.add %arg7, %78 : tensor<5x8xf32>
    %80 = stablehlo.broadcast_in_dim %76, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %81 = stablehlo.multiply %80, %48 : tensor<8xf32>
    %82 = stablehlo.add %arg8, %81 : tensor<8xf32>
    %83 = stablehlo.broadcast_in_dim %76, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %84 = stablehlo.multiply %83, %59 : tensor<8x3xf32>
    %85 = stablehlo.add %arg9, %84 : tensor<8x3xf32>
    return %79, %82, %85, %75 : tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<10xf32>, %arg1: tensor<f32>, %arg2: tensor<i32>) -> tensor<10xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2 : (tensor<10xf32>, tensor<1xf32>, tensor<i32>) -> tensor<10xf32>
    return %1 : tensor<10xf32>
  }
  func.func private @dynamic_index_in_dim_10(%arg0: tensor<10xf32>, %arg1: tensor<i32>) -> tensor<f32> {
    %0 = stablehlo.dynamic_slice %arg0, %arg1, sizes = [1] : (tensor<10xf32>, tensor<i32>) -> tensor<1xf32>
    %1 = stablehlo.reshape %0 : (tensor<1xf32>) -> tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @closed_call_11(%arg0: tensor<10x5x8xf32>, %arg1: tensor<10x8xf32>, %arg2: tensor<10x8x3xf32>, %arg3: tensor<10x5x8xf32>, %arg4: tensor<10x8xf32>, %arg5: tensor<10x8x3xf32>, %arg6: tensor<10xf32>, %arg7: tensor<5x8xf32>, %arg8: tensor<8xf32>, %arg9: tensor<8x3xf32>, %arg10: tensor<i32>, %arg11: tensor<f32>) -> (tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.compare LT, %arg10, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<10> : tensor<i32>
    %1 = stablehlo.add %arg10, %c_0 : tensor<i32>
    %2 = stablehlo.select %0, %1, %arg10 : tensor<i1>, tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.compare LT, %c_1, %c_2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %c_4 = stablehlo.constant dense<5> : tensor<i32>
    %4 = stablehlo.add %c_3, %c_4 : tensor<i32>
    %c_5 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.select %3, %4, %c_5 : tensor<i1>, tensor<i32>
    %c_6 = stablehlo.constant dense<0> : tensor<i32>
    %c_7 = stablehlo.constant dense<0> : tensor<i32>
    %6 = stablehlo.compare LT, %c_6, %c_7, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %c_9 = stablehlo.constant dense<8> : tensor<i32>
    %7 = stablehlo.add %c_8, %c_9 : tensor<i32>
    %c_10 = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.select %6, %7, %c_10 : tensor<i1>, tensor<i32>
    %9 = stablehlo.dynamic_slice %arg0, %2, %5, %8, sizes = [1, 5, 8] : (tensor<10x5x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x5x8xf32>
    %10 = stablehlo.reshape %9 : (tensor<1x5x8xf32>) -> tensor<5x8xf32>
    %c_11 = stablehlo.constant dense<0> : tensor<i32>
    %11 = stablehlo.compare LT, %arg10, %c_11, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_12 = stablehlo.constant dense<10> : tensor<i32>
    %12 = stablehlo.add %arg10, %c_12 : tensor<i32>
    %13 = stablehlo.select %11, %12, %arg10 : tensor<i1>, tensor<i32>
    %c_13 = stablehlo.constant dense<0> : tensor<i32>
    %c_14 = stablehlo.constant dense<0> : tensor<i32>
    %14 = stablehlo.compare LT, %c_13, %c_14, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_15 = stablehlo.constant dense<0> : tensor<i32>
    %c_16 = stablehlo.constant dense<8> : tensor<i32>
    %15 = stablehlo.add %c_15, %c_16 : tensor<i32>
    %c_17 = stablehlo.constant dense<0> : tensor<i32>
    %16 = stablehlo.select %14, %15, %c_17 : tensor<i1>, tensor<i32>
    %17 = stablehlo.dynamic_slice %arg1, %13, %16, sizes = [1, 8] : (tensor<10x8xf32>, tensor<i32>, tensor<i32>) -> tensor<1x8xf32>
    %18 = stablehlo.reshape %17 : (tensor<1x8xf32>) -> tensor<8xf32>
    %c_18 = stablehlo.constant dense<0> : tensor<i32>
    %19 = stablehlo.compare LT, %arg10, %c_18, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_19 = stablehlo.constant dense<10> : tensor<i32>
    %20 = stablehlo.add %arg10, %c_19 : tensor<i32>
    %21 = stablehlo.select %19, %20, %arg10 : tensor<i1>, tensor<i32>
    %c_20 = stablehlo.constant dense<0> : tensor<i32>
    %c_21 = stablehlo.constant dense<0> : tensor<i32>
    %22 = stablehlo.compare LT, %c_20, %c_21, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_22 = stablehlo.constant dense<0> : tensor<i32>
    %c_23 = stablehlo.constant dense<8> : tensor<i32>
    %23 = stablehlo.add %c_22, %c_23 : tensor<i32>
    %c_24 = stablehlo.constant dense<0> : tensor<i32>
    %24 = stablehlo.select %22, %23, %c_24 : tensor<i1>, tensor<i32>
    %c_25 = stablehlo.constant dense<0> : tensor<i32>
    %c_26 = stablehlo.constant dense<0> : tensor<i32>
    %25 = stablehlo.compare LT, %c_25, %c_26, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_27 = stablehlo.constant dense<0> : tensor<i32>
    %c_28 = stablehlo.constant dense<3> : tensor<i32>
    %26 = stablehlo.add %c_27, %c_28 : tensor<i32>
    %c_29 = stablehlo.constant dense<0> : tensor<i32>
    %27 = stablehlo.select %25, %26, %c_29 : tensor<i1>, tensor<i32>
    %28 = stablehlo.dynamic_slice %arg2, %21, %24, %27, sizes = [1, 8, 3] : (tensor<10x8x3xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x8x3xf32>
    %29 = stablehlo.reshape %28 : (tensor<1x8x3xf32>) -> tensor<8x3xf32>
    %c_30 = stablehlo.constant dense<0> : tensor<i32>
    %30 = stablehlo.compare LT, %arg10, %c_30, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_31 = stablehlo.constant dense<10> : tensor<i32>
    %31 = stablehlo.add %arg10, %c_31 : tensor<i32>
    %32 = stablehlo.select %30, %31, %arg10 : tensor<i1>, tensor<i32>
    %c_32 = stablehlo.constant dense<0> : tensor<i32>
    %c_33 = stablehlo.constant dense<0> : tensor<i32>
    %33 = stablehlo.compare LT, %c_32, %c_33, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_34 = stablehlo.constant dense<0> : tensor<i32>
    %c_35 = stablehlo.constant dense<5> : tensor<i32>
    %34 = stablehlo.add %c_34, %c_35 : tensor<i32>
    %c_36 = stablehlo.constant dense<0> : tensor<i32>
    %35 = stablehlo.select %33, %34, %c_36 : tensor<i1>, tensor<i32>
    %c_37 = stablehlo.constant dense<0> : tensor<i32>
    %c_38 = stablehlo.constant dense<0> : tensor<i32>
    %36 = stablehlo.compare LT, %c_37, %c_38, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_39 = stablehlo.constant dense<0> : tensor<i32>
    %c_40 = stablehlo.constant dense<8> : tensor<i32>
    %37 = stablehlo.add %c_39, %c_40 : tensor<i32>
    %c_41 = stablehlo.constant dense<0> : tensor<i32>
    %38 = stablehlo.select %36, %37, %c_41 : tensor<i1>, tensor<i32>
    %39 = stablehlo.dynamic_slice %arg3, %32, %35, %38, sizes = [1, 5, 8] : (tensor<10x5x8xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x5x8xf32>
    %40 = stablehlo.reshape %39 : (tensor<1x5x8xf32>) -> tensor<5x8xf32>
    %c_42 = stablehlo.constant dense<0> : tensor<i32>
    %41 = stablehlo.compare LT, %arg10, %c_42, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_43 = stablehlo.constant dense<10> : tensor<i32>
    %42 = stablehlo.add %arg10, %c_43 : tensor<i32>
    %43 = stablehlo.select %41, %42, %arg10 : tensor<i1>, tensor<i32>
    %c_44 = stablehlo.constant dense<0> : tensor<i32>
    %c_45 = stablehlo.constant dense<0> : tensor<i32>
    %44 = stablehlo.compare LT, %c_44, %c_45, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_46 = stablehlo.constant dense<0> : tensor<i32>
    %c_47 = stablehlo.constant dense<8> : tensor<i32>
    %45 = stablehlo.add %c_46, %c_47 : tensor<i32>
    %c_48 = stablehlo.constant dense<0> : tensor<i32>
    %46 = stablehlo.select %44, %45, %c_48 : tensor<i1>, tensor<i32>
    %47 = stablehlo.dynamic_slice %arg4, %43, %46, sizes = [1, 8] : (tensor<10x8xf32>, tensor<i32>, tensor<i32>) -> tensor<1x8xf32>
    %48 = stablehlo.reshape %47 : (tensor<1x8xf32>) -> tensor<8xf32>
    %c_49 = stablehlo.constant dense<0> : tensor<i32>
    %49 = stablehlo.compare LT, %arg10, %c_49, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_50 = stablehlo.constant dense<10> : tensor<i32>
    %50 = stablehlo.add %arg10, %c_50 : tensor<i32>
    %51 = stablehlo.select %49, %50, %arg10 : tensor<i1>, tensor<i32>
    %c_51 = stablehlo.constant dense<0> : tensor<i32>
    %c_52 = stablehlo.constant dense<0> : tensor<i32>
    %52 = stablehlo.compare LT, %c_51, %c_52, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_53 = stablehlo.constant dense<0> : tensor<i32>
    %c_54 = stablehlo.constant dense<8> : tensor<i32>
    %53 = stablehlo.add %c_53, %c_54 : tensor<i32>
    %c_55 = stablehlo.constant dense<0> : tensor<i32>
    %54 = stablehlo.select %52, %53, %c_55 : tensor<i1>, tensor<i32>
    %c_56 = stablehlo.constant dense<0> : tensor<i32>
    %c_57 = stablehlo.constant dense<0> : tensor<i32>
    %55 = stablehlo.compare LT, %c_56, %c_57, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_58 = stablehlo.constant dense<0> : tensor<i32>
    %c_59 = stablehlo.constant dense<3> : tensor<i32>
    %56 = stablehlo.add %c_58, %c_59 : tensor<i32>
    %c_60 = stablehlo.constant dense<0> : tensor<i32>
    %57 = stablehlo.select %55, %56, %c_60 : tensor<i1>, tensor<i32>
    %58 = stablehlo.dynamic_slice %arg5, %51, %54, %57, sizes = [1, 8, 3] : (tensor<10x8x3xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x8x3xf32>
    %59 = stablehlo.reshape %58 : (tensor<1x8x3xf32>) -> tensor<8x3xf32>
    %c_61 = stablehlo.constant dense<0> : tensor<i32>
    %60 = stablehlo.compare LT, %arg10, %c_61, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_62 = stablehlo.constant dense<10> : tensor<i32>
    %61 = stablehlo.add %arg10, %c_62 : tensor<i32>
    %62 = stablehlo.select %60, %61, %arg10 : tensor<i1>, tensor<i32>
    %63 = stablehlo.dynamic_slice %arg6, %62, sizes = [1] : (tensor<10xf32>, tensor<i32>) -> tensor<1xf32>
    %64 = stablehlo.reshape %63 : (tensor<1xf32>) -> tensor<f32>
    %65 = stablehlo.reshape %40 : (tensor<5x8xf32>) -> tensor<40xf32>
    %66 = stablehlo.reshape %arg7 : (tensor<5x8xf32>) -> tensor<40xf32>
    %67 = stablehlo.dot_general %65, %66, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<40xf32>, tensor<40xf32>) -> tensor<f32>
    %68 = stablehlo.dot_general %48, %arg8, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<8xf32>, tensor<8xf32>) -> tensor<f32>
    %69 = stablehlo.reshape %59 : (tensor<8x3xf32>) -> tensor<24xf32>
    %70 = stablehlo.reshape %arg9 : (tensor<8x3xf32>) -> tensor<24xf32>
    %71 = stablehlo.dot_general %69, %70, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<24xf32>, tensor<24xf32>) -> tensor<f32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %72 = stablehlo.add %cst, %67 : tensor<f32>
    %73 = stablehlo.add %72, %68 : tensor<f32>
    %74 = stablehlo.add %73, %71 : tensor<f32>
    %75 = stablehlo.multiply %64, %74 : tensor<f32>
    %76 = stablehlo.subtract %arg11, %75 : tensor<f32>
    %77 = stablehlo.broadcast_in_dim %76, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %78 = stablehlo.multiply %77, %10 : tensor<5x8xf32>
    %79 = stablehlo.add %arg7, %78 : tensor<5x8xf32>
    %80 = stablehlo.broadcast_in_dim %76, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %81 = stablehlo.multiply %80, %18 : tensor<8xf32>
    %82 = stablehlo.add %arg8, %81 : tensor<8xf32>
    %83 = stablehlo.broadcast_in_dim %76, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %84 = stablehlo.multiply %83, %29 : tensor<8x3xf32>
    %85 = stablehlo.add %arg9, %84 : tensor<8x3xf32>
    return %79, %82, %85 : tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
  }
  func.func private @_where_12(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.select %arg0, %0, %arg2 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @relu_13(%arg0: tensor<6x8xf32>) -> tensor<6x8xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<6x8xf32>
    return %1 : tensor<6x8xf32>
  }
  func.func private @take_along_axis_14(%arg0: tensor<6x3xf32>, %arg1: tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<6x1xi32>
    %1 = stablehlo.compare LT, %arg1, %0, SIGNED : (tensor<6x1xi32>, tensor<6x1xi32>) -> tensor<6x1xi1>
    %c_0 = stablehlo.constant dense<3> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<6x1xi32>
    %3 = stablehlo.add %arg1, %2 : tensor<6x1xi32>
    %4 = stablehlo.select %1, %3, %arg1 : tensor<6x1xi1>, tensor<6x1xi32>
    %5 = stablehlo.reshape %4 : (tensor<6x1xi32>) -> tensor<6x1x1xi32>
    %c_1 = stablehlo.constant dense<2> : tensor<1xi32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %6 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<6x1x1xi32>
    %7 = stablehlo.compare GE, %5, %6, SIGNED : (tensor<6x1x1xi32>, tensor<6x1x1xi32>) -> tensor<6x1x1xi1>
    %8 = stablehlo.broadcast_in_dim %c_1, dims = [2] : (tensor<1xi32>) -> tensor<1x1x1xi32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [0, 1, 2] : (tensor<1x1x1xi32>) -> tensor<6x1x1xi32>
    %10 = stablehlo.compare LE, %5, %9, SIGNED : (tensor<6x1x1xi32>, tensor<6x1x1xi32>) -> tensor<6x1x1xi1>
    %11 = stablehlo.and %7, %10 : tensor<6x1x1xi1>
    %c_3 = stablehlo.constant dense<true> : tensor<i1>
    %12 = stablehlo.reduce(%11 init: %c_3) applies stablehlo.and across dimensions = [2] : (tensor<6x1x1xi1>, tensor<i1>) -> tensor<6x1xi1>
    %13 = "stablehlo.gather"(%arg0, %5) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<6x3xf32>, tensor<6x1x1xi32>) -> tensor<6x1xf32>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %14 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x1xf32>
    %15 = stablehlo.select %12, %13, %14 : tensor<6x1xi1>, tensor<6x1xf32>
    return %15, %5 : tensor<6x1xf32>, tensor<6x1x1xi32>
  }
  func.func private @_take_15(%arg0: tensor<6x1xf32>, %arg1: tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.compare LT, %arg1, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.add %arg1, %c_0 : tensor<i32>
    %2 = call @_where_16(%0, %1, %arg1) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<1xi32>
    %4 = stablehlo.convert %3 : tensor<1xi32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %6 = stablehlo.compare GE, %4, %5, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %7 = stablehlo.compare LE, %4, %c_1, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %8 = stablehlo.and %6, %7 : tensor<1xi1>
    %c_3 = stablehlo.constant dense<true> : tensor<i1>
    %9 = stablehlo.reduce(%8 init: %c_3) applies stablehlo.and across dimensions = [0] : (tensor<1xi1>, tensor<i1>) -> tensor<i1>
    %10 = "stablehlo.gather"(%arg0, %4) <{dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [1], start_index_map = [1]>, indices_are_sorted = false, slice_sizes = array<i64: 6, 1>}> : (tensor<6x1xf32>, tensor<1xi32>) -> tensor<6xf32>
    %11 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<6xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %13 = stablehlo.select %11, %10, %12 : tensor<6xi1>, tensor<6xf32>
    return %13, %3 : tensor<6xf32>, tensor<1xi32>
  }
  func.func private @_where_16(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @_take_17(%arg0: tensor<1xi32>, %arg1: tensor<6xf32>) -> tensor<6x1xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x1xf32>
    %1 = "stablehlo.scatter"(%0, %arg0, %arg1) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [1], scatter_dims_to_operand_dims = [1]>, unique_indices = false}> ({
    ^bb0(%arg2: tensor<f32>, %arg3: tensor<f32>):
      %2 = stablehlo.add %arg2, %arg3 : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<6x1xf32>, tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
    return %1 : tensor<6x1xf32>
  }
  func.func private @take_along_axis_18(%arg0: tensor<6x1x1xi32>, %arg1: tensor<6x1xf32>) -> tensor<6x3xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x3xf32>
    %1 = "stablehlo.scatter"(%0, %arg0, %arg1) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>, unique_indices = false}> ({
    ^bb0(%arg2: tensor<f32>, %arg3: tensor<f32>):
      %2 = stablehlo.add %arg2, %arg3 : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<6x3xf32>, tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
    return %1 : tensor<6x3xf32>
  }
  func.func private @_where_19(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.select %arg0, %0, %arg2 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @_where_20(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @_where_21(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @_where_22(%arg0: tensor<i1>, %arg1: tensor<5x8xf32>, %arg2: tensor<5x8xf32>) -> tensor<5x8xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<5x8xf32>
    return %0 : tensor<5x8xf32>
  }
  func.func private @_where_23(%arg0: tensor<i1>, %arg1: tensor<8xf32>, %arg2: tensor<8xf32>) -> tensor<8xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<8xf32>
    return %0 : tensor<8xf32>
  }
  func.func private @_where_24(%arg0: tensor<i1>, %arg1: tensor<8x3xf32>, %arg2: tensor<8x3xf32>) -> tensor<8x3xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<8x3xf32>
    return %0 : tensor<8x3xf32>
  }
  func.func private @_where_25(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @_where_26(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @isinf(%arg0: tensor<f32>) -> tensor<i1> {
    %0 = stablehlo.abs %arg0 : tensor<f32>
    %cst = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %1 = stablehlo.compare EQ, %0, %cst, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    return %1 : tensor<i1>
  }
  func.func private @take_along_axis_27(%arg0: tensor<6x3xf32>, %arg1: tensor<6x1xi32>) -> tensor<6x1xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<6x1xi32>
    %1 = stablehlo.compare LT, %arg1, %0, SIGNED : (tensor<6x1xi32>, tensor<6x1xi32>) -> tensor<6x1xi1>
    %c_0 = stablehlo.constant dense<3> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<6x1xi32>
    %3 = stablehlo.add %arg1, %2 : tensor<6x1xi32>
    %4 = stablehlo.select %1, %3, %arg1 : tensor<6x1xi1>, tensor<6x1xi32>
    %5 = stablehlo.reshape %4 : (tensor<6x1xi32>) -> tensor<6x1x1xi32>
    %c_1 = stablehlo.constant dense<2> : tensor<1xi32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %6 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<6x1x1xi32>
    %7 = stablehlo.compare GE, %5, %6, SIGNED : (tensor<6x1x1xi32>, tensor<6x1x1xi32>) -> tensor<6x1x1xi1>
    %8 = stablehlo.broadcast_in_dim %c_1, dims = [2] : (tensor<1xi32>) -> tensor<1x1x1xi32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [0, 1, 2] : (tensor<1x1x1xi32>) -> tensor<6x1x1xi32>
    %10 = stablehlo.compare LE, %5, %9, SIGNED : (tensor<6x1x1xi32>, tensor<6x1x1xi32>) -> tensor<6x1x1xi1>
    %11 = stablehlo.and %7, %10 : tensor<6x1x1xi1>
    %c_3 = stablehlo.constant dense<true> : tensor<i1>
    %12 = stablehlo.reduce(%11 init: %c_3) applies stablehlo.and across dimensions = [2] : (tensor<6x1x1xi1>, tensor<i1>) -> tensor<6x1xi1>
    %13 = "stablehlo.gather"(%arg0, %5) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<6x3xf32>, tensor<6x1x1xi32>) -> tensor<6x1xf32>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %14 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x1xf32>
    %15 = stablehlo.select %12, %13, %14 : tensor<6x1xi1>, tensor<6x1xf32>
    return %15 : tensor<6x1xf32>
  }
  func.func private @_take_28(%arg0: tensor<6x1xf32>, %arg1: tensor<i32>) -> tensor<6xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.compare LT, %arg1, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.add %arg1, %c_0 : tensor<i32>
    %2 = call @_where_16(%0, %1, %arg1) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<1xi32>
    %4 = stablehlo.convert %3 : tensor<1xi32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %6 = stablehlo.compare GE, %4, %5, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %7 = stablehlo.compare LE, %4, %c_1, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %8 = stablehlo.and %6, %7 : tensor<1xi1>
    %c_3 = stablehlo.constant dense<true> : tensor<i1>
    %9 = stablehlo.reduce(%8 init: %c_3) applies stablehlo.and across dimensions = [0] : (tensor<1xi1>, tensor<i1>) -> tensor<i1>
    %10 = "stablehlo.gather"(%arg0, %4) <{dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [1], start_index_map = [1]>, indices_are_sorted = false, slice_sizes = array<i64: 6, 1>}> : (tensor<6x1xf32>, tensor<1xi32>) -> tensor<6xf32>
    %11 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<6xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %13 = stablehlo.select %11, %10, %12 : tensor<6xi1>, tensor<6xf32>
    return %13 : tensor<6xf32>
  }
}
