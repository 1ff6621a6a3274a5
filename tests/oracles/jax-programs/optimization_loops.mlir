module @jit_optimization_loops attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3xf32>, %arg1: tensor<5x3xf32>, %arg2: tensor<5xf32>) -> (tensor<3xf32> {jax.result_info = "result[0]"}, tensor<3xf32> {jax.result_info = "result[1]"}, tensor<3xf32> {jax.result_info = "result[2]"}, tensor<3xf32> {jax.result_info = "result[3]"}) {
    %0 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
    %1 = stablehlo.dot_general %0, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %3 = stablehlo.dot_general %1, %1, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %4 = stablehlo.add %cst_0, %3 : tensor<f32>
    %cst_1 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %5 = chlo.square %cst_1 : tensor<f32> -> tensor<f32>
    %6 = stablehlo.convert %5 : tensor<f32>
    %7 = stablehlo.multiply %6, %4 : tensor<f32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = chlo.square %cst_2 : tensor<f32> -> tensor<f32>
    %9 = stablehlo.convert %8 : tensor<f32>
    %10 = stablehlo.maximum %7, %9 : tensor<f32>
    %11 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
    %12 = stablehlo.dot_general %arg1, %2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
    %13 = stablehlo.dot_general %11, %12, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
    %cst_3 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %14 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %15 = stablehlo.multiply %14, %2 : tensor<3xf32>
    %16 = stablehlo.add %13, %15 : tensor<3xf32>
    %17 = stablehlo.subtract %1, %16 : tensor<3xf32>
    %18 = stablehlo.dot_general %17, %17, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %19 = stablehlo.add %cst_4, %18 : tensor<f32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %20:7 = stablehlo.while(%iterArg = %10, %iterArg_35 = %arg1, %iterArg_36 = %2, %iterArg_37 = %17, %iterArg_38 = %19, %iterArg_39 = %17, %iterArg_40 = %c) : tensor<f32>, tensor<5x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<i32>
    cond {
      %83 = stablehlo.compare GT, %iterArg_38, %iterArg, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_41 = stablehlo.constant dense<30> : tensor<i32>
      %84 = stablehlo.compare LT, %iterArg_40, %c_41, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %c_42 = stablehlo.constant dense<false> : tensor<i1>
      %85 = stablehlo.broadcast_in_dim %c_42, dims = [] : (tensor<i1>) -> tensor<i1>
      %86 = stablehlo.compare NE, %84, %85, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %87 = stablehlo.convert %86 : tensor<i1>
      %88 = stablehlo.and %83, %87 : tensor<i1>
      stablehlo.return %88 : tensor<i1>
    } do {
      %83 = stablehlo.transpose %iterArg_35, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
      %84 = stablehlo.dot_general %iterArg_35, %iterArg_39, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
      %85 = stablehlo.dot_general %83, %84, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
      %cst_41 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
      %86 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %87 = stablehlo.multiply %86, %iterArg_39 : tensor<3xf32>
      %88 = stablehlo.add %85, %87 : tensor<3xf32>
      %89 = stablehlo.dot_general %iterArg_39, %88, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_42 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %90 = stablehlo.add %cst_42, %89 : tensor<f32>
      %91 = stablehlo.divide %iterArg_38, %90 : tensor<f32>
      %92 = stablehlo.broadcast_in_dim %91, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %93 = stablehlo.multiply %92, %iterArg_39 : tensor<3xf32>
      %94 = stablehlo.add %iterArg_36, %93 : tensor<3xf32>
      %95 = stablehlo.broadcast_in_dim %91, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %96 = stablehlo.multiply %95, %88 : tensor<3xf32>
      %97 = stablehlo.subtract %iterArg_37, %96 : tensor<3xf32>
      %98 = stablehlo.dot_general %97, %97, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_43 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %99 = stablehlo.add %cst_43, %98 : tensor<f32>
      %100 = stablehlo.divide %99, %iterArg_38 : tensor<f32>
      %101 = stablehlo.broadcast_in_dim %100, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %102 = stablehlo.multiply %101, %iterArg_39 : tensor<3xf32>
      %103 = stablehlo.add %97, %102 : tensor<3xf32>
      %c_44 = stablehlo.constant dense<1> : tensor<i32>
      %104 = stablehlo.add %iterArg_40, %c_44 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_35, %94, %97, %99, %103, %104 : tensor<f32>, tensor<5x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<i32>
    }
    %21 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
    %22 = stablehlo.dot_general %21, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %23 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %24 = stablehlo.dot_general %22, %22, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %25 = stablehlo.add %cst_6, %24 : tensor<f32>
    %26 = stablehlo.sqrt %25 : tensor<f32>
    %cst_7 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %27 = stablehlo.multiply %cst_7, %26 : tensor<f32>
    %cst_8 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %28 = stablehlo.maximum %27, %cst_8 : tensor<f32>
    %29 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
    %30 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
    %31 = stablehlo.dot_general %arg1, %23, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
    %32 = stablehlo.dot_general %30, %31, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
    %33 = stablehlo.add %32, %23 : tensor<3xf32>
    %34 = stablehlo.subtract %22, %33 : tensor<3xf32>
    %35 = stablehlo.dot_general %34, %34, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
    %cst_9 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %36 = stablehlo.add %cst_9, %35 : tensor<f32>
    %37 = stablehlo.sqrt %36 : tensor<f32>
    %cst_10 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
    %38 = stablehlo.compare GT, %37, %cst_10, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %39 = stablehlo.broadcast_in_dim %37, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %40 = stablehlo.divide %34, %39 : tensor<3xf32>
    %cst_11 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %41 = call @_where(%38, %40, %cst_11) : (tensor<i1>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
    %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %42 = call @_where_0(%38, %37, %cst_12) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %c_13 = stablehlo.constant dense<0> : tensor<i32>
    %43:7 = stablehlo.while(%iterArg = %28, %iterArg_35 = %arg1, %iterArg_36 = %22, %iterArg_37 = %23, %iterArg_38 = %c_13, %iterArg_39 = %41, %iterArg_40 = %42) : tensor<f32>, tensor<5x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<3xf32>, tensor<f32>
    cond {
      %c_41 = stablehlo.constant dense<30> : tensor<i32>
      %83 = stablehlo.compare LT, %iterArg_38, %c_41, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %84 = stablehlo.compare GT, %iterArg_40, %iterArg, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_42 = stablehlo.constant dense<false> : tensor<i1>
      %85 = stablehlo.broadcast_in_dim %c_42, dims = [] : (tensor<i1>) -> tensor<i1>
      %86 = stablehlo.compare NE, %83, %85, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %87 = stablehlo.convert %86 : tensor<i1>
      %88 = stablehlo.and %87, %84 : tensor<i1>
      stablehlo.return %88 : tensor<i1>
    } do {
      %83 = stablehlo.broadcast_in_dim %iterArg_39, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
      %c_41 = stablehlo.constant dense<0> : tensor<i32>
      %84 = func.call @_pad(%83, %c_41) : (tensor<3x1xf32>, tensor<i32>) -> tensor<3x4xf32>
      %85 = stablehlo.iota dim = 0 : tensor<3x4xi32>
      %86 = stablehlo.iota dim = 1 : tensor<3x4xi32>
      %c_42 = stablehlo.constant dense<0> : tensor<i32>
      %87 = stablehlo.broadcast_in_dim %c_42, dims = [] : (tensor<i32>) -> tensor<3x4xi32>
      %88 = stablehlo.add %85, %87 : tensor<3x4xi32>
      %89 = stablehlo.compare EQ, %88, %86, SIGNED : (tensor<3x4xi32>, tensor<3x4xi32>) -> tensor<3x4xi1>
      %90 = stablehlo.convert %89 : (tensor<3x4xi1>) -> tensor<3x4xf32>
      %c_43 = stablehlo.constant dense<false> : tensor<i1>
      %c_44 = stablehlo.constant dense<0> : tensor<i32>
      %91:5 = stablehlo.while(%iterArg_52 = %iterArg_35, %iterArg_53 = %84, %iterArg_54 = %90, %iterArg_55 = %c_43, %iterArg_56 = %c_44) : tensor<5x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<i1>, tensor<i32>
      cond {
        %c_57 = stablehlo.constant dense<3> : tensor<i32>
        %118 = stablehlo.compare LT, %iterArg_56, %c_57, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %119 = stablehlo.not %iterArg_55 : tensor<i1>
        %c_58 = stablehlo.constant dense<false> : tensor<i1>
        %120 = stablehlo.broadcast_in_dim %c_58, dims = [] : (tensor<i1>) -> tensor<i1>
        %121 = stablehlo.compare NE, %118, %120, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
        %122 = stablehlo.convert %121 : tensor<i1>
        %123 = stablehlo.and %122, %119 : tensor<i1>
        stablehlo.return %123 : tensor<i1>
      } do {
        %118 = stablehlo.convert %iterArg_56 : tensor<i32>
        %c_57 = stablehlo.constant dense<0> : tensor<i32>
        %c_58 = stablehlo.constant dense<0> : tensor<i32>
        %119 = stablehlo.compare LT, %c_57, %c_58, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %c_59 = stablehlo.constant dense<0> : tensor<i32>
        %c_60 = stablehlo.constant dense<3> : tensor<i32>
        %120 = stablehlo.add %c_59, %c_60 : tensor<i32>
        %c_61 = stablehlo.constant dense<0> : tensor<i32>
        %121 = stablehlo.select %119, %120, %c_61 : tensor<i1>, tensor<i32>
        %c_62 = stablehlo.constant dense<0> : tensor<i32>
        %122 = stablehlo.compare LT, %118, %c_62, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %c_63 = stablehlo.constant dense<4> : tensor<i32>
        %123 = stablehlo.add %118, %c_63 : tensor<i32>
        %124 = stablehlo.select %122, %123, %118 : tensor<i1>, tensor<i32>
        %125 = stablehlo.dynamic_slice %iterArg_53, %121, %124, sizes = [3, 1] : (tensor<3x4xf32>, tensor<i32>, tensor<i32>) -> tensor<3x1xf32>
        %126 = stablehlo.reshape %125 : (tensor<3x1xf32>) -> tensor<3xf32>
        %127 = stablehlo.transpose %iterArg_52, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
        %128 = stablehlo.dot_general %iterArg_52, %126, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
        %129 = stablehlo.dot_general %127, %128, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
        %130 = stablehlo.add %129, %126 : tensor<3xf32>
        %131 = stablehlo.dot_general %130, %130, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
        %cst_64 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %132 = stablehlo.add %cst_64, %131 : tensor<f32>
        %133 = stablehlo.sqrt %132 : tensor<f32>
        %cst_65 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
        %134 = stablehlo.compare GT, %133, %cst_65, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %135 = stablehlo.broadcast_in_dim %133, dims = [] : (tensor<f32>) -> tensor<3xf32>
        %136 = stablehlo.divide %130, %135 : tensor<3xf32>
        %cst_66 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %137 = func.call @_where(%134, %136, %cst_66) : (tensor<i1>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
        %cst_67 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %138 = func.call @_where_0(%134, %133, %cst_67) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %cst_68 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %139 = stablehlo.broadcast_in_dim %cst_68, dims = [] : (tensor<f32>) -> tensor<4xf32>
        %cst_69 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %140 = stablehlo.sqrt %cst_69 : tensor<f32>
        %141 = stablehlo.convert %140 : tensor<f32>
        %142 = stablehlo.divide %138, %141 : tensor<f32>
        %143 = stablehlo.dot_general %iterArg_53, %130, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x4xf32>, tensor<3xf32>) -> tensor<4xf32>
        %144 = stablehlo.dot_general %iterArg_53, %143, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3xf32>
        %145 = stablehlo.subtract %130, %144 : tensor<3xf32>
        %146 = stablehlo.add %139, %143 : tensor<4xf32>
        %c_70 = stablehlo.constant dense<0> : tensor<i32>
        %c_71 = stablehlo.constant dense<true> : tensor<i1>
        %147:4 = stablehlo.while(%iterArg_87 = %145, %iterArg_88 = %c_70, %iterArg_89 = %c_71, %iterArg_90 = %142) : tensor<3xf32>, tensor<i32>, tensor<i1>, tensor<f32>
        cond {
          %c_91 = stablehlo.constant dense<1> : tensor<i32>
          %180 = stablehlo.compare LT, %iterArg_88, %c_91, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
          %c_92 = stablehlo.constant dense<false> : tensor<i1>
          %181 = stablehlo.broadcast_in_dim %c_92, dims = [] : (tensor<i1>) -> tensor<i1>
          %182 = stablehlo.compare NE, %180, %181, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
          %183 = stablehlo.convert %182 : tensor<i1>
          %184 = stablehlo.and %iterArg_89, %183 : tensor<i1>
          stablehlo.return %184 : tensor<i1>
        } do {
          %180 = stablehlo.dot_general %iterArg_87, %iterArg_87, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
          %cst_91 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %181 = stablehlo.add %cst_91, %180 : tensor<f32>
          %182 = stablehlo.sqrt %181 : tensor<f32>
          %cst_92 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
          %183 = stablehlo.compare GT, %182, %cst_92, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %184 = stablehlo.broadcast_in_dim %182, dims = [] : (tensor<f32>) -> tensor<3xf32>
          %185 = stablehlo.divide %iterArg_87, %184 : tensor<3xf32>
          %cst_93 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %186 = func.call @_where(%183, %185, %cst_93) : (tensor<i1>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
          %cst_94 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %187 = func.call @_where_0(%183, %182, %cst_94) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %cst_95 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
          %188 = stablehlo.sqrt %cst_95 : tensor<f32>
          %189 = stablehlo.convert %188 : tensor<f32>
          %190 = stablehlo.divide %187, %189 : tensor<f32>
          %c_96 = stablehlo.constant dense<false> : tensor<i1>
          stablehlo.return %iterArg_87, %iterArg_88, %c_96, %190 : tensor<3xf32>, tensor<i32>, tensor<i1>, tensor<f32>
        }
        %c_72 = stablehlo.constant dense<1> : tensor<i32>
        %148:5 = stablehlo.while(%iterArg_87 = %iterArg_53, %iterArg_88 = %c_72, %iterArg_89 = %145, %iterArg_90 = %146, %iterArg_91 = %147#3) : tensor<3x4xf32>, tensor<i32>, tensor<3xf32>, tensor<4xf32>, tensor<f32>
        cond {
          %180 = stablehlo.dot_general %iterArg_90, %iterArg_90, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
          %cst_92 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %181 = stablehlo.add %cst_92, %180 : tensor<f32>
          %182 = stablehlo.sqrt %181 : tensor<f32>
          %cst_93 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
          %183 = stablehlo.compare GT, %182, %cst_93, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %184 = stablehlo.broadcast_in_dim %182, dims = [] : (tensor<f32>) -> tensor<4xf32>
          %185 = stablehlo.divide %iterArg_90, %184 : tensor<4xf32>
          %cst_94 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %186 = func.call @_where_1(%183, %185, %cst_94) : (tensor<i1>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
          %cst_95 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %187 = func.call @_where_0(%183, %182, %cst_95) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %c_96 = stablehlo.constant dense<1> : tensor<i32>
          %188 = stablehlo.compare LT, %iterArg_88, %c_96, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
          %189 = stablehlo.compare LT, %187, %iterArg_91, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %c_97 = stablehlo.constant dense<false> : tensor<i1>
          %190 = stablehlo.broadcast_in_dim %c_97, dims = [] : (tensor<i1>) -> tensor<i1>
          %191 = stablehlo.compare NE, %188, %190, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
          %192 = stablehlo.convert %191 : tensor<i1>
          %193 = stablehlo.and %192, %189 : tensor<i1>
          stablehlo.return %193 : tensor<i1>
        } do {
          %180 = stablehlo.dot_general %iterArg_87, %iterArg_89, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x4xf32>, tensor<3xf32>) -> tensor<4xf32>
          %181 = stablehlo.dot_general %iterArg_87, %180, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3xf32>
          %182 = stablehlo.subtract %iterArg_89, %181 : tensor<3xf32>
          %183 = stablehlo.add %iterArg_90, %180 : tensor<4xf32>
          %c_92 = stablehlo.constant dense<true> : tensor<i1>
          %184:4 = stablehlo.while(%iterArg_94 = %182, %iterArg_95 = %iterArg_88, %iterArg_96 = %c_92, %iterArg_97 = %iterArg_91) : tensor<3xf32>, tensor<i32>, tensor<i1>, tensor<f32>
          cond {
            %c_98 = stablehlo.constant dense<1> : tensor<i32>
            %186 = stablehlo.compare LT, %iterArg_95, %c_98, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
            %c_99 = stablehlo.constant dense<false> : tensor<i1>
            %187 = stablehlo.broadcast_in_dim %c_99, dims = [] : (tensor<i1>) -> tensor<i1>
            %188 = stablehlo.compare NE, %186, %187, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
            %189 = stablehlo.convert %188 : tensor<i1>
            %190 = stablehlo.and %iterArg_96, %189 : tensor<i1>
            stablehlo.return %190 : tensor<i1>
          } do {
            %186 = stablehlo.dot_general %iterArg_94, %iterArg_94, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
            %cst_98 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
            %187 = stablehlo.add %cst_98, %186 : tensor<f32>
            %188 = stablehlo.sqrt %187 : tensor<f32>
            %cst_99 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
            %189 = stablehlo.compare GT, %188, %cst_99, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
            %190 = stablehlo.broadcast_in_dim %188, dims = [] : (tensor<f32>) -> tensor<3xf32>
            %191 = stablehlo.divide %iterArg_94, %190 : tensor<3xf32>
            %cst_100 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
            %192 = func.call @_where(%189, %191, %cst_100) : (tensor<i1>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
            %cst_101 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
            %193 = func.call @_where_0(%189, %188, %cst_101) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
            %cst_102 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
            %194 = stablehlo.sqrt %cst_102 : tensor<f32>
            %195 = stablehlo.convert %194 : tensor<f32>
            %196 = stablehlo.divide %193, %195 : tensor<f32>
            %c_103 = stablehlo.constant dense<false> : tensor<i1>
            stablehlo.return %iterArg_94, %iterArg_95, %c_103, %196 : tensor<3xf32>, tensor<i32>, tensor<i1>, tensor<f32>
          }
          %c_93 = stablehlo.constant dense<1> : tensor<i32>
          %185 = stablehlo.add %iterArg_88, %c_93 : tensor<i32>
          stablehlo.return %iterArg_87, %185, %182, %183, %184#3 : tensor<3x4xf32>, tensor<i32>, tensor<3xf32>, tensor<4xf32>, tensor<f32>
        }
        %cst_73 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
        %149 = stablehlo.multiply %cst_73, %138 : tensor<f32>
        %150 = stablehlo.dot_general %148#2, %148#2, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
        %cst_74 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %151 = stablehlo.add %cst_74, %150 : tensor<f32>
        %152 = stablehlo.sqrt %151 : tensor<f32>
        %153 = stablehlo.compare GT, %152, %149, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %154 = stablehlo.broadcast_in_dim %152, dims = [] : (tensor<f32>) -> tensor<3xf32>
        %155 = stablehlo.divide %148#2, %154 : tensor<3xf32>
        %cst_75 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %156 = func.call @_where(%153, %155, %cst_75) : (tensor<i1>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
        %cst_76 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %157 = func.call @_where_0(%153, %152, %cst_76) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %c_77 = stablehlo.constant dense<1> : tensor<i32>
        %158 = stablehlo.add %iterArg_56, %c_77 : tensor<i32>
        %c_78 = stablehlo.constant dense<0> : tensor<i32>
        %159 = stablehlo.compare LT, %158, %c_78, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %c_79 = stablehlo.constant dense<4> : tensor<i32>
        %160 = stablehlo.add %158, %c_79 : tensor<i32>
        %161 = stablehlo.select %159, %160, %158 : tensor<i1>, tensor<i32>
        %162 = stablehlo.convert %161 : tensor<i32>
        %163 = stablehlo.broadcast_in_dim %162, dims = [] : (tensor<i32>) -> tensor<1xi32>
        %164 = "stablehlo.scatter"(%iterArg_53, %163, %156) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [1], scatter_dims_to_operand_dims = [1]>, unique_indices = true}> ({
        ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
          stablehlo.return %arg4 : tensor<f32>
        }) : (tensor<3x4xf32>, tensor<1xi32>, tensor<3xf32>) -> tensor<3x4xf32>
        %c_80 = stablehlo.constant dense<1> : tensor<i32>
        %165 = stablehlo.add %iterArg_56, %c_80 : tensor<i32>
        %c_81 = stablehlo.constant dense<0> : tensor<i32>
        %166 = stablehlo.compare LT, %165, %c_81, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %c_82 = stablehlo.constant dense<4> : tensor<i32>
        %167 = stablehlo.add %165, %c_82 : tensor<i32>
        %168 = stablehlo.select %166, %167, %165 : tensor<i1>, tensor<i32>
        %169 = stablehlo.convert %168 : tensor<i32>
        %170 = stablehlo.broadcast_in_dim %169, dims = [] : (tensor<i32>) -> tensor<1xi32>
        %171 = "stablehlo.scatter"(%148#3, %170, %157) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
        ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
          stablehlo.return %arg4 : tensor<f32>
        }) : (tensor<4xf32>, tensor<1xi32>, tensor<f32>) -> tensor<4xf32>
        %c_83 = stablehlo.constant dense<0> : tensor<i32>
        %172 = stablehlo.compare LT, %iterArg_56, %c_83, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %c_84 = stablehlo.constant dense<3> : tensor<i32>
        %173 = stablehlo.add %iterArg_56, %c_84 : tensor<i32>
        %174 = stablehlo.select %172, %173, %iterArg_56 : tensor<i1>, tensor<i32>
        %175 = stablehlo.convert %174 : tensor<i32>
        %176 = stablehlo.broadcast_in_dim %175, dims = [] : (tensor<i32>) -> tensor<1xi32>
        %177 = "stablehlo.scatter"(%iterArg_54, %176, %171) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
        ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
          stablehlo.return %arg4 : tensor<f32>
        }) : (tensor<3x4xf32>, tensor<1xi32>, tensor<4xf32>) -> tensor<3x4xf32>
        %cst_85 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %178 = stablehlo.compare EQ, %157, %cst_85, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %c_86 = stablehlo.constant dense<1> : tensor<i32>
        %179 = stablehlo.add %iterArg_56, %c_86 : tensor<i32>
        stablehlo.return %iterArg_52, %164, %177, %178, %179 : tensor<5x3xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<i1>, tensor<i32>
      }
      %cst_45 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %92 = stablehlo.broadcast_in_dim %cst_45, dims = [] : (tensor<f32>) -> tensor<4xf32>
      %c_46 = stablehlo.constant dense<0> : tensor<i32>
      %93 = stablehlo.broadcast_in_dim %c_46, dims = [] : (tensor<i32>) -> tensor<1xi32>
      %94 = "stablehlo.scatter"(%92, %93, %iterArg_40) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
      ^bb0(%arg3: tensor<f32>, %arg4: tensor<f32>):
        stablehlo.return %arg4 : tensor<f32>
      }) : (tensor<4xf32>, tensor<1xi32>, tensor<f32>) -> tensor<4xf32>
      %95 = stablehlo.transpose %91#2, dims = [1, 0] : (tensor<3x4xf32>) -> tensor<4x3xf32>
      %96 = stablehlo.transpose %95, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
      %97 = stablehlo.dot_general %96, %95, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x4xf32>, tensor<4x3xf32>) -> tensor<3x3xf32>
      %98 = stablehlo.transpose %95, dims = [1, 0] : (tensor<4x3xf32>) -> tensor<3x4xf32>
      %99 = stablehlo.dot_general %98, %94, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3xf32>
      %100 = func.call @_solve(%97, %99) : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3xf32>
      %101 = stablehlo.slice %91#1 [0:3, 0:3] : (tensor<3x4xf32>) -> tensor<3x3xf32>
      %102 = stablehlo.dot_general %101, %100, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3xf32>
      %103 = stablehlo.add %iterArg_37, %102 : tensor<3xf32>
      %104 = stablehlo.transpose %iterArg_35, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
      %105 = stablehlo.dot_general %iterArg_35, %103, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
      %106 = stablehlo.dot_general %104, %105, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
      %107 = stablehlo.add %106, %103 : tensor<3xf32>
      %108 = stablehlo.subtract %iterArg_36, %107 : tensor<3xf32>
      %109 = stablehlo.dot_general %108, %108, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_47 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %110 = stablehlo.add %cst_47, %109 : tensor<f32>
      %111 = stablehlo.sqrt %110 : tensor<f32>
      %cst_48 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %112 = stablehlo.compare GT, %111, %cst_48, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %113 = stablehlo.broadcast_in_dim %111, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %114 = stablehlo.divide %108, %113 : tensor<3xf32>
      %cst_49 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %115 = func.call @_where(%112, %114, %cst_49) : (tensor<i1>, tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
      %cst_50 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %116 = func.call @_where_0(%112, %111, %cst_50) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
      %c_51 = stablehlo.constant dense<1> : tensor<i32>
      %117 = stablehlo.add %iterArg_38, %c_51 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_35, %iterArg_36, %103, %117, %115, %116 : tensor<f32>, tensor<5x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>, tensor<3xf32>, tensor<f32>
    }
    %44 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %45 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %c_14 = stablehlo.constant dense<0> : tensor<i32>
    %46 = stablehlo.broadcast_in_dim %c_14, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %47 = stablehlo.add %44, %46 : tensor<3x3xi32>
    %48 = stablehlo.compare EQ, %47, %45, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %49 = stablehlo.convert %48 : (tensor<3x3xi1>) -> tensor<3x3xf32>
    %50 = stablehlo.dot_general %arg1, %arg0, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
    %51 = stablehlo.subtract %50, %arg2 : tensor<5xf32>
    %52 = stablehlo.multiply %51, %51 : tensor<5xf32>
    %cst_15 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %53 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %54 = stablehlo.multiply %53, %51 : tensor<5xf32>
    %cst_16 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %55 = stablehlo.reduce(%52 init: %cst_16) applies stablehlo.add across dimensions = [0] : (tensor<5xf32>, tensor<f32>) -> tensor<f32>
    %cst_17 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %56 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %57 = stablehlo.multiply %56, %54 : tensor<5xf32>
    %58 = stablehlo.dot_general %57, %arg1, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5xf32>, tensor<5x3xf32>) -> tensor<3xf32>
    %59 = call @norm(%58) : (tensor<3xf32>) -> tensor<f32>
    %cst_18 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %60 = stablehlo.compare LT, %59, %cst_18, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %61 = call @norm_2(%58) : (tensor<3xf32>) -> tensor<f32>
    %cst_19 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %62 = stablehlo.divide %61, %cst_19 : tensor<f32>
    %63 = stablehlo.add %55, %62 : tensor<f32>
    %c_20 = stablehlo.constant dense<0> : tensor<i32>
    %c_21 = stablehlo.constant dense<0> : tensor<i32>
    %c_22 = stablehlo.constant dense<false> : tensor<i1>
    %c_23 = stablehlo.constant dense<0> : tensor<i32>
    %c_24 = stablehlo.constant dense<1> : tensor<i32>
    %c_25 = stablehlo.constant dense<1> : tensor<i32>
    %c_26 = stablehlo.constant dense<0> : tensor<i32>
    %64:15 = stablehlo.while(%iterArg = %c_20, %iterArg_35 = %c_21, %iterArg_36 = %arg1, %iterArg_37 = %arg2, %iterArg_38 = %60, %iterArg_39 = %c_22, %iterArg_40 = %c_23, %iterArg_41 = %c_24, %iterArg_42 = %c_25, %iterArg_43 = %arg0, %iterArg_44 = %55, %iterArg_45 = %58, %iterArg_46 = %49, %iterArg_47 = %63, %iterArg_48 = %c_26) : tensor<i32>, tensor<i32>, tensor<5x3xf32>, tensor<5xf32>, tensor<i1>, tensor<i1>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3x3xf32>, tensor<f32>, tensor<i32>
    cond {
      %83 = stablehlo.not %iterArg_38 : tensor<i1>
      %84 = stablehlo.not %iterArg_39 : tensor<i1>
      %85 = stablehlo.and %83, %84 : tensor<i1>
      %c_49 = stablehlo.constant dense<600> : tensor<i32>
      %86 = stablehlo.compare LT, %iterArg_40, %c_49, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %c_50 = stablehlo.constant dense<false> : tensor<i1>
      %87 = stablehlo.broadcast_in_dim %c_50, dims = [] : (tensor<i1>) -> tensor<i1>
      %88 = stablehlo.compare NE, %86, %87, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %89 = stablehlo.convert %88 : tensor<i1>
      %90 = stablehlo.and %85, %89 : tensor<i1>
      stablehlo.return %90 : tensor<i1>
    } do {
      %83 = stablehlo.dot_general %iterArg_46, %iterArg_45, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3xf32>
      %84 = stablehlo.negate %83 : tensor<3xf32>
      %85 = stablehlo.dot_general %iterArg_45, %84, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %86 = stablehlo.subtract %iterArg_44, %iterArg_47 : tensor<f32>
      %cst_49 = stablehlo.constant dense<2.020000e+00> : tensor<f32>
      %87 = stablehlo.multiply %cst_49, %86 : tensor<f32>
      %88 = stablehlo.divide %87, %85 : tensor<f32>
      %cst_50 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %89 = stablehlo.compare GT, %88, %cst_50, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_51 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %90 = func.call @_where_3(%89, %cst_51, %88) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
      %c_52 = stablehlo.constant dense<false> : tensor<i1>
      %c_53 = stablehlo.constant dense<false> : tensor<i1>
      %c_54 = stablehlo.constant dense<1> : tensor<i32>
      %cst_55 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %c_56 = stablehlo.constant dense<0> : tensor<i32>
      %c_57 = stablehlo.constant dense<0> : tensor<i32>
      %cst_58 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %91:20 = stablehlo.while(%iterArg_71 = %90, %iterArg_72 = %84, %iterArg_73 = %iterArg_43, %iterArg_74 = %iterArg_36, %iterArg_75 = %iterArg_37, %iterArg_76 = %85, %iterArg_77 = %iterArg_44, %iterArg_78 = %iterArg_45, %iterArg_79 = %c_52, %iterArg_80 = %c_53, %iterArg_81 = %c_54, %iterArg_82 = %cst_55, %iterArg_83 = %iterArg_44, %iterArg_84 = %85, %iterArg_85 = %c_56, %iterArg_86 = %c_57, %iterArg_87 = %cst_58, %iterArg_88 = %iterArg_44, %iterArg_89 = %85, %iterArg_90 = %iterArg_45) : tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<f32>, tensor<f32>, tensor<3xf32>, tensor<i1>, tensor<i1>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<3xf32>
      cond {
        %142 = stablehlo.not %iterArg_79 : tensor<i1>
        %c_91 = stablehlo.constant dense<10> : tensor<i32>
        %143 = stablehlo.compare LE, %iterArg_81, %c_91, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %c_92 = stablehlo.constant dense<false> : tensor<i1>
        %144 = stablehlo.broadcast_in_dim %c_92, dims = [] : (tensor<i1>) -> tensor<i1>
        %145 = stablehlo.compare NE, %143, %144, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
        %146 = stablehlo.convert %145 : tensor<i1>
        %147 = stablehlo.and %142, %146 : tensor<i1>
        %148 = stablehlo.not %iterArg_80 : tensor<i1>
        %149 = stablehlo.and %147, %148 : tensor<i1>
        stablehlo.return %149 : tensor<i1>
      } do {
        %c_91 = stablehlo.constant dense<1> : tensor<i32>
        %142 = stablehlo.compare EQ, %iterArg_81, %c_91, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %cst_92 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %143 = stablehlo.multiply %iterArg_82, %cst_92 : tensor<f32>
        %144 = func.call @_where_4(%142, %iterArg_71, %143) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %145 = stablehlo.broadcast_in_dim %144, dims = [] : (tensor<f32>) -> tensor<3xf32>
        %146 = stablehlo.multiply %145, %iterArg_72 : tensor<3xf32>
        %147 = stablehlo.add %iterArg_73, %146 : tensor<3xf32>
        %148 = stablehlo.dot_general %iterArg_74, %147, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
        %149 = stablehlo.subtract %148, %iterArg_75 : tensor<5xf32>
        %150 = stablehlo.multiply %149, %149 : tensor<5xf32>
        %cst_93 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %151 = stablehlo.broadcast_in_dim %cst_93, dims = [] : (tensor<f32>) -> tensor<5xf32>
        %152 = stablehlo.multiply %151, %149 : tensor<5xf32>
        %cst_94 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %153 = stablehlo.reduce(%150 init: %cst_94) applies stablehlo.add across dimensions = [0] : (tensor<5xf32>, tensor<f32>) -> tensor<f32>
        %cst_95 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %154 = stablehlo.broadcast_in_dim %cst_95, dims = [] : (tensor<f32>) -> tensor<5xf32>
        %155 = stablehlo.multiply %154, %152 : tensor<5xf32>
        %156 = stablehlo.dot_general %155, %iterArg_74, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5xf32>, tensor<5x3xf32>) -> tensor<3xf32>
        %157 = stablehlo.dot_general %156, %iterArg_72, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
        %c_96 = stablehlo.constant dense<1> : tensor<i32>
        %158 = stablehlo.add %iterArg_85, %c_96 : tensor<i32>
        %c_97 = stablehlo.constant dense<1> : tensor<i32>
        %159 = stablehlo.add %iterArg_86, %c_97 : tensor<i32>
        %cst_98 = stablehlo.constant dense<9.99999974E-5> : tensor<f32>
        %160 = stablehlo.multiply %cst_98, %144 : tensor<f32>
        %161 = stablehlo.multiply %160, %iterArg_76 : tensor<f32>
        %162 = stablehlo.add %iterArg_77, %161 : tensor<f32>
        %163 = stablehlo.compare GT, %153, %162, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %164 = stablehlo.compare GE, %153, %iterArg_83, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %c_99 = stablehlo.constant dense<1> : tensor<i32>
        %165 = stablehlo.compare GT, %iterArg_81, %c_99, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        %c_100 = stablehlo.constant dense<false> : tensor<i1>
        %166 = stablehlo.broadcast_in_dim %c_100, dims = [] : (tensor<i1>) -> tensor<i1>
        %167 = stablehlo.compare NE, %165, %166, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
        %168 = stablehlo.convert %167 : tensor<i1>
        %169 = stablehlo.and %164, %168 : tensor<i1>
        %170 = stablehlo.or %163, %169 : tensor<i1>
        %171 = stablehlo.abs %157 : tensor<f32>
        %cst_101 = stablehlo.constant dense<-0.899999976> : tensor<f32>
        %172 = stablehlo.multiply %cst_101, %iterArg_76 : tensor<f32>
        %173 = stablehlo.compare LE, %171, %172, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %174 = stablehlo.not %170 : tensor<i1>
        %175 = stablehlo.and %173, %174 : tensor<i1>
        %cst_102 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %176 = stablehlo.compare GE, %157, %cst_102, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %177 = stablehlo.not %170 : tensor<i1>
        %178 = stablehlo.and %176, %177 : tensor<i1>
        %179 = stablehlo.not %175 : tensor<i1>
        %180 = stablehlo.and %178, %179 : tensor<i1>
        %181 = stablehlo.not %170 : tensor<i1>
        %182 = stablehlo.convert %iterArg_82 : tensor<f32>
        %183 = stablehlo.add %182, %144 : tensor<f32>
        %cst_103 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %184 = stablehlo.divide %183, %cst_103 : tensor<f32>
        %185 = stablehlo.add %iterArg_83, %153 : tensor<f32>
        %cst_104 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %186 = stablehlo.divide %185, %cst_104 : tensor<f32>
        %c_105 = stablehlo.constant dense<false> : tensor<i1>
        %c_106 = stablehlo.constant dense<false> : tensor<i1>
        %c_107 = stablehlo.constant dense<0> : tensor<i32>
        %cst_108 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %c_109 = stablehlo.constant dense<0> : tensor<i32>
        %c_110 = stablehlo.constant dense<0> : tensor<i32>
        %187:24 = stablehlo.while(%iterArg_120 = %181, %iterArg_121 = %iterArg_72, %iterArg_122 = %iterArg_73, %iterArg_123 = %iterArg_74, %iterArg_124 = %iterArg_75, %iterArg_125 = %iterArg_76, %iterArg_126 = %iterArg_77, %iterArg_127 = %c_105, %iterArg_128 = %c_106, %iterArg_129 = %c_107, %iterArg_130 = %iterArg_82, %iterArg_131 = %iterArg_83, %iterArg_132 = %iterArg_84, %iterArg_133 = %144, %iterArg_134 = %153, %iterArg_135 = %157, %iterArg_136 = %184, %iterArg_137 = %186, %iterArg_138 = %cst_108, %iterArg_139 = %iterArg_83, %iterArg_140 = %iterArg_84, %iterArg_141 = %iterArg_78, %iterArg_142 = %c_109, %iterArg_143 = %c_110) : tensor<i1>, tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<3xf32>, tensor<i32>, tensor<i32>
        cond {
          %219 = stablehlo.not %iterArg_127 : tensor<i1>
          %220 = stablehlo.not %iterArg_120 : tensor<i1>
          %221 = stablehlo.and %219, %220 : tensor<i1>
          %222 = stablehlo.not %iterArg_128 : tensor<i1>
          %223 = stablehlo.and %221, %222 : tensor<i1>
          stablehlo.return %223 : tensor<i1>
        } do {
          %219 = stablehlo.convert %iterArg_130 : tensor<f32>
          %220 = stablehlo.subtract %iterArg_133, %219 : tensor<f32>
          %221 = stablehlo.convert %iterArg_130 : tensor<f32>
          %222 = stablehlo.minimum %iterArg_133, %221 : tensor<f32>
          %223 = stablehlo.convert %iterArg_130 : tensor<f32>
          %224 = stablehlo.maximum %iterArg_133, %223 : tensor<f32>
          %cst_144 = stablehlo.constant dense<2.000000e-01> : tensor<f32>
          %225 = stablehlo.multiply %cst_144, %220 : tensor<f32>
          %cst_145 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
          %226 = stablehlo.multiply %cst_145, %220 : tensor<f32>
          %c_146 = stablehlo.constant dense<true> : tensor<i1>
          %cst_147 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
          %cst_148 = stablehlo.constant dense<1.000000e-10> : tensor<f32>
          %227 = func.call @_where_5(%c_146, %cst_147, %cst_148) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %228 = stablehlo.convert %227 : tensor<f32>
          %229 = stablehlo.compare LE, %220, %228, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %230 = stablehlo.or %iterArg_128, %229 : tensor<i1>
          %231 = stablehlo.convert %iterArg_130 : tensor<f32>
          %232 = stablehlo.subtract %iterArg_133, %231 : tensor<f32>
          %233 = stablehlo.convert %iterArg_130 : tensor<f32>
          %234 = stablehlo.subtract %iterArg_136, %233 : tensor<f32>
          %235 = stablehlo.multiply %232, %234 : tensor<f32>
          %236 = stablehlo.multiply %235, %235 : tensor<f32>
          %237 = stablehlo.subtract %232, %234 : tensor<f32>
          %238 = stablehlo.multiply %236, %237 : tensor<f32>
          %239 = stablehlo.multiply %234, %234 : tensor<f32>
          %240 = stablehlo.multiply %232, %232 : tensor<f32>
          %241 = stablehlo.negate %240 : tensor<f32>
          %242 = stablehlo.multiply %234, %234 : tensor<f32>
          %243 = stablehlo.multiply %242, %234 : tensor<f32>
          %244 = stablehlo.negate %243 : tensor<f32>
          %245 = stablehlo.multiply %232, %232 : tensor<f32>
          %246 = stablehlo.multiply %245, %232 : tensor<f32>
          %247 = stablehlo.broadcast_in_dim %239, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %248 = stablehlo.broadcast_in_dim %241, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %249 = stablehlo.concatenate %247, %248, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
          %250 = stablehlo.broadcast_in_dim %249, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
          %251 = stablehlo.broadcast_in_dim %244, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %252 = stablehlo.broadcast_in_dim %246, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %253 = stablehlo.concatenate %251, %252, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
          %254 = stablehlo.broadcast_in_dim %253, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
          %255 = stablehlo.concatenate %250, %254, dim = 0 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
          %256 = stablehlo.subtract %iterArg_134, %iterArg_131 : tensor<f32>
          %257 = stablehlo.multiply %iterArg_132, %232 : tensor<f32>
          %258 = stablehlo.subtract %256, %257 : tensor<f32>
          %259 = stablehlo.subtract %iterArg_137, %iterArg_131 : tensor<f32>
          %260 = stablehlo.multiply %iterArg_132, %234 : tensor<f32>
          %261 = stablehlo.subtract %259, %260 : tensor<f32>
          %262 = stablehlo.broadcast_in_dim %258, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %263 = stablehlo.broadcast_in_dim %261, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %264 = stablehlo.concatenate %262, %263, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
          %265 = stablehlo.dot_general %255, %264, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2xf32>
          %266 = stablehlo.broadcast_in_dim %238, dims = [] : (tensor<f32>) -> tensor<2xf32>
          %267 = stablehlo.divide %265, %266 : tensor<2xf32>
          %268 = stablehlo.slice %267 [0:1] : (tensor<2xf32>) -> tensor<1xf32>
          %269 = stablehlo.reshape %268 : (tensor<1xf32>) -> tensor<f32>
          %270 = stablehlo.slice %267 [1:2] : (tensor<2xf32>) -> tensor<1xf32>
          %271 = stablehlo.reshape %270 : (tensor<1xf32>) -> tensor<f32>
          %272 = stablehlo.multiply %271, %271 : tensor<f32>
          %cst_149 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
          %273 = stablehlo.multiply %cst_149, %269 : tensor<f32>
          %274 = stablehlo.multiply %273, %iterArg_132 : tensor<f32>
          %275 = stablehlo.subtract %272, %274 : tensor<f32>
          %276 = stablehlo.negate %271 : tensor<f32>
          %277 = stablehlo.sqrt %275 : tensor<f32>
          %278 = stablehlo.add %276, %277 : tensor<f32>
          %cst_150 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
          %279 = stablehlo.multiply %cst_150, %269 : tensor<f32>
          %280 = stablehlo.divide %278, %279 : tensor<f32>
          %281 = stablehlo.convert %iterArg_130 : tensor<f32>
          %282 = stablehlo.add %281, %280 : tensor<f32>
          %c_151 = stablehlo.constant dense<0> : tensor<i32>
          %283 = stablehlo.compare GT, %iterArg_129, %c_151, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
          %284 = stablehlo.add %222, %225 : tensor<f32>
          %285 = stablehlo.compare GT, %282, %284, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %c_152 = stablehlo.constant dense<false> : tensor<i1>
          %286 = stablehlo.broadcast_in_dim %c_152, dims = [] : (tensor<i1>) -> tensor<i1>
          %287 = stablehlo.compare NE, %283, %286, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
          %288 = stablehlo.convert %287 : tensor<i1>
          %289 = stablehlo.and %288, %285 : tensor<i1>
          %290 = stablehlo.subtract %224, %225 : tensor<f32>
          %291 = stablehlo.compare LT, %282, %290, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %292 = stablehlo.and %289, %291 : tensor<i1>
          %293 = stablehlo.convert %iterArg_130 : tensor<f32>
          %294 = stablehlo.subtract %iterArg_133, %293 : tensor<f32>
          %295 = stablehlo.subtract %iterArg_134, %iterArg_131 : tensor<f32>
          %296 = stablehlo.multiply %iterArg_132, %294 : tensor<f32>
          %297 = stablehlo.subtract %295, %296 : tensor<f32>
          %298 = stablehlo.multiply %294, %294 : tensor<f32>
          %299 = stablehlo.divide %297, %298 : tensor<f32>
          %cst_153 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
          %300 = stablehlo.multiply %cst_153, %299 : tensor<f32>
          %301 = stablehlo.divide %iterArg_132, %300 : tensor<f32>
          %302 = stablehlo.convert %iterArg_130 : tensor<f32>
          %303 = stablehlo.subtract %302, %301 : tensor<f32>
          %304 = stablehlo.not %292 : tensor<i1>
          %305 = stablehlo.add %222, %226 : tensor<f32>
          %306 = stablehlo.compare GT, %303, %305, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %307 = stablehlo.and %304, %306 : tensor<i1>
          %308 = stablehlo.subtract %224, %226 : tensor<f32>
          %309 = stablehlo.compare LT, %303, %308, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %310 = stablehlo.and %307, %309 : tensor<i1>
          %311 = stablehlo.convert %iterArg_130 : tensor<f32>
          %312 = stablehlo.add %311, %iterArg_133 : tensor<f32>
          %cst_154 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
          %313 = stablehlo.divide %312, %cst_154 : tensor<f32>
          %314 = stablehlo.not %292 : tensor<i1>
          %315 = stablehlo.not %310 : tensor<i1>
          %316 = stablehlo.and %314, %315 : tensor<i1>
          %317 = func.call @_where_6(%292, %282, %iterArg_136) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %318 = func.call @_where_6(%310, %303, %317) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %319 = func.call @_where_6(%316, %313, %318) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %320 = stablehlo.broadcast_in_dim %319, dims = [] : (tensor<f32>) -> tensor<3xf32>
          %321 = stablehlo.multiply %320, %iterArg_121 : tensor<3xf32>
          %322 = stablehlo.add %iterArg_122, %321 : tensor<3xf32>
          %323 = stablehlo.dot_general %iterArg_123, %322, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
          %324 = stablehlo.subtract %323, %iterArg_124 : tensor<5xf32>
          %325 = stablehlo.multiply %324, %324 : tensor<5xf32>
          %cst_155 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
          %326 = stablehlo.broadcast_in_dim %cst_155, dims = [] : (tensor<f32>) -> tensor<5xf32>
          %327 = stablehlo.multiply %326, %324 : tensor<5xf32>
          %cst_156 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %328 = stablehlo.reduce(%325 init: %cst_156) applies stablehlo.add across dimensions = [0] : (tensor<5xf32>, tensor<f32>) -> tensor<f32>
          %cst_157 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
          %329 = stablehlo.broadcast_in_dim %cst_157, dims = [] : (tensor<f32>) -> tensor<5xf32>
          %330 = stablehlo.multiply %329, %327 : tensor<5xf32>
          %331 = stablehlo.dot_general %330, %iterArg_123, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5xf32>, tensor<5x3xf32>) -> tensor<3xf32>
          %332 = stablehlo.dot_general %331, %iterArg_121, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
          %c_158 = stablehlo.constant dense<1> : tensor<i32>
          %333 = stablehlo.add %iterArg_142, %c_158 : tensor<i32>
          %c_159 = stablehlo.constant dense<1> : tensor<i32>
          %334 = stablehlo.add %iterArg_143, %c_159 : tensor<i32>
          %cst_160 = stablehlo.constant dense<9.99999974E-5> : tensor<f32>
          %335 = stablehlo.multiply %cst_160, %319 : tensor<f32>
          %336 = stablehlo.multiply %335, %iterArg_125 : tensor<f32>
          %337 = stablehlo.add %iterArg_126, %336 : tensor<f32>
          %338 = stablehlo.compare GT, %328, %337, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %339 = stablehlo.compare GE, %328, %iterArg_131, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %340 = stablehlo.or %338, %339 : tensor<i1>
          %341 = stablehlo.abs %332 : tensor<f32>
          %cst_161 = stablehlo.constant dense<-0.899999976> : tensor<f32>
          %342 = stablehlo.multiply %cst_161, %iterArg_125 : tensor<f32>
          %343 = stablehlo.compare LE, %341, %342, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %344 = stablehlo.not %340 : tensor<i1>
          %345 = stablehlo.and %343, %344 : tensor<i1>
          %346 = stablehlo.convert %iterArg_130 : tensor<f32>
          %347 = stablehlo.subtract %iterArg_133, %346 : tensor<f32>
          %348 = stablehlo.multiply %332, %347 : tensor<f32>
          %cst_162 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %349 = stablehlo.compare GE, %348, %cst_162, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %350 = stablehlo.not %340 : tensor<i1>
          %351 = stablehlo.and %349, %350 : tensor<i1>
          %352 = stablehlo.not %345 : tensor<i1>
          %353 = stablehlo.and %351, %352 : tensor<i1>
          %354 = stablehlo.not %340 : tensor<i1>
          %355 = stablehlo.not %345 : tensor<i1>
          %356 = stablehlo.and %354, %355 : tensor<i1>
          %357 = func.call @_where_6(%340, %319, %iterArg_133) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %358 = func.call @_where_6(%340, %328, %iterArg_134) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %359 = func.call @_where_6(%340, %332, %iterArg_135) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %360 = func.call @_where_6(%340, %iterArg_133, %iterArg_136) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %361 = func.call @_where_6(%340, %iterArg_134, %iterArg_137) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %362 = stablehlo.or %345, %iterArg_127 : tensor<i1>
          %363 = func.call @_where_0(%345, %319, %iterArg_138) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %364 = func.call @_where_6(%345, %328, %iterArg_139) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %365 = func.call @_where_6(%345, %332, %iterArg_140) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %366 = func.call @_where_7(%345, %331, %iterArg_141) : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
          %367 = func.call @_where_3(%353, %iterArg_130, %357) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %368 = func.call @_where_6(%353, %iterArg_131, %358) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %369 = func.call @_where_6(%353, %iterArg_132, %359) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %370 = func.call @_where_6(%353, %357, %360) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %371 = func.call @_where_6(%353, %358, %361) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %372 = stablehlo.not %353 : tensor<i1>
          %373 = stablehlo.and %356, %372 : tensor<i1>
          %374 = func.call @_where_3(%373, %iterArg_130, %370) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %375 = func.call @_where_6(%373, %iterArg_131, %371) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %376 = func.call @_where_0(%356, %319, %iterArg_130) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %377 = func.call @_where_6(%356, %328, %iterArg_131) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %378 = func.call @_where_6(%356, %332, %iterArg_132) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %c_163 = stablehlo.constant dense<1> : tensor<i32>
          %379 = stablehlo.add %iterArg_129, %c_163 : tensor<i32>
          %c_164 = stablehlo.constant dense<30> : tensor<i32>
          %380 = stablehlo.compare GE, %379, %c_164, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
          %c_165 = stablehlo.constant dense<false> : tensor<i1>
          %381 = stablehlo.broadcast_in_dim %c_165, dims = [] : (tensor<i1>) -> tensor<i1>
          %382 = stablehlo.compare NE, %380, %381, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
          %383 = stablehlo.convert %382 : tensor<i1>
          %384 = stablehlo.or %230, %383 : tensor<i1>
          stablehlo.return %iterArg_120, %iterArg_121, %iterArg_122, %iterArg_123, %iterArg_124, %iterArg_125, %iterArg_126, %362, %384, %379, %376, %377, %378, %367, %368, %369, %374, %375, %363, %364, %365, %366, %333, %334 : tensor<i1>, tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<3xf32>, tensor<i32>, tensor<i32>
        }
        %188 = stablehlo.add %158, %187#22 : tensor<i32>
        %189 = stablehlo.add %159, %187#23 : tensor<i32>
        %190 = stablehlo.not %180 : tensor<i1>
        %191 = stablehlo.convert %iterArg_82 : tensor<f32>
        %192 = stablehlo.add %144, %191 : tensor<f32>
        %cst_111 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %193 = stablehlo.divide %192, %cst_111 : tensor<f32>
        %194 = stablehlo.add %153, %iterArg_83 : tensor<f32>
        %cst_112 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
        %195 = stablehlo.divide %194, %cst_112 : tensor<f32>
        %c_113 = stablehlo.constant dense<false> : tensor<i1>
        %c_114 = stablehlo.constant dense<false> : tensor<i1>
        %c_115 = stablehlo.constant dense<0> : tensor<i32>
        %cst_116 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
        %c_117 = stablehlo.constant dense<0> : tensor<i32>
        %c_118 = stablehlo.constant dense<0> : tensor<i32>
        %196:24 = stablehlo.while(%iterArg_120 = %190, %iterArg_121 = %iterArg_72, %iterArg_122 = %iterArg_73, %iterArg_123 = %iterArg_74, %iterArg_124 = %iterArg_75, %iterArg_125 = %iterArg_76, %iterArg_126 = %iterArg_77, %iterArg_127 = %c_113, %iterArg_128 = %c_114, %iterArg_129 = %c_115, %iterArg_130 = %144, %iterArg_131 = %153, %iterArg_132 = %157, %iterArg_133 = %iterArg_82, %iterArg_134 = %iterArg_83, %iterArg_135 = %iterArg_84, %iterArg_136 = %193, %iterArg_137 = %195, %iterArg_138 = %cst_116, %iterArg_139 = %153, %iterArg_140 = %157, %iterArg_141 = %iterArg_78, %iterArg_142 = %c_117, %iterArg_143 = %c_118) : tensor<i1>, tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<3xf32>, tensor<i32>, tensor<i32>
        cond {
          %219 = stablehlo.not %iterArg_127 : tensor<i1>
          %220 = stablehlo.not %iterArg_120 : tensor<i1>
          %221 = stablehlo.and %219, %220 : tensor<i1>
          %222 = stablehlo.not %iterArg_128 : tensor<i1>
          %223 = stablehlo.and %221, %222 : tensor<i1>
          stablehlo.return %223 : tensor<i1>
        } do {
          %219 = stablehlo.convert %iterArg_133 : tensor<f32>
          %220 = stablehlo.subtract %219, %iterArg_130 : tensor<f32>
          %221 = stablehlo.convert %iterArg_133 : tensor<f32>
          %222 = stablehlo.minimum %221, %iterArg_130 : tensor<f32>
          %223 = stablehlo.convert %iterArg_133 : tensor<f32>
          %224 = stablehlo.maximum %223, %iterArg_130 : tensor<f32>
          %cst_144 = stablehlo.constant dense<2.000000e-01> : tensor<f32>
          %225 = stablehlo.multiply %cst_144, %220 : tensor<f32>
          %cst_145 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
          %226 = stablehlo.multiply %cst_145, %220 : tensor<f32>
          %c_146 = stablehlo.constant dense<true> : tensor<i1>
          %cst_147 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
          %cst_148 = stablehlo.constant dense<1.000000e-10> : tensor<f32>
          %227 = func.call @_where_5(%c_146, %cst_147, %cst_148) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %228 = stablehlo.convert %227 : tensor<f32>
          %229 = stablehlo.compare LE, %220, %228, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %230 = stablehlo.or %iterArg_128, %229 : tensor<i1>
          %231 = stablehlo.convert %iterArg_133 : tensor<f32>
          %232 = stablehlo.subtract %231, %iterArg_130 : tensor<f32>
          %233 = stablehlo.subtract %iterArg_136, %iterArg_130 : tensor<f32>
          %234 = stablehlo.multiply %232, %233 : tensor<f32>
          %235 = stablehlo.multiply %234, %234 : tensor<f32>
          %236 = stablehlo.subtract %232, %233 : tensor<f32>
          %237 = stablehlo.multiply %235, %236 : tensor<f32>
          %238 = stablehlo.multiply %233, %233 : tensor<f32>
          %239 = stablehlo.multiply %232, %232 : tensor<f32>
          %240 = stablehlo.negate %239 : tensor<f32>
          %241 = stablehlo.multiply %233, %233 : tensor<f32>
          %242 = stablehlo.multiply %241, %233 : tensor<f32>
          %243 = stablehlo.negate %242 : tensor<f32>
          %244 = stablehlo.multiply %232, %232 : tensor<f32>
          %245 = stablehlo.multiply %244, %232 : tensor<f32>
          %246 = stablehlo.broadcast_in_dim %238, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %247 = stablehlo.broadcast_in_dim %240, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %248 = stablehlo.concatenate %246, %247, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
          %249 = stablehlo.broadcast_in_dim %248, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
          %250 = stablehlo.broadcast_in_dim %243, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %251 = stablehlo.broadcast_in_dim %245, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %252 = stablehlo.concatenate %250, %251, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
          %253 = stablehlo.broadcast_in_dim %252, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
          %254 = stablehlo.concatenate %249, %253, dim = 0 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
          %255 = stablehlo.subtract %iterArg_134, %iterArg_131 : tensor<f32>
          %256 = stablehlo.multiply %iterArg_132, %232 : tensor<f32>
          %257 = stablehlo.subtract %255, %256 : tensor<f32>
          %258 = stablehlo.subtract %iterArg_137, %iterArg_131 : tensor<f32>
          %259 = stablehlo.multiply %iterArg_132, %233 : tensor<f32>
          %260 = stablehlo.subtract %258, %259 : tensor<f32>
          %261 = stablehlo.broadcast_in_dim %257, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %262 = stablehlo.broadcast_in_dim %260, dims = [] : (tensor<f32>) -> tensor<1xf32>
          %263 = stablehlo.concatenate %261, %262, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
          %264 = stablehlo.dot_general %254, %263, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2xf32>
          %265 = stablehlo.broadcast_in_dim %237, dims = [] : (tensor<f32>) -> tensor<2xf32>
          %266 = stablehlo.divide %264, %265 : tensor<2xf32>
          %267 = stablehlo.slice %266 [0:1] : (tensor<2xf32>) -> tensor<1xf32>
          %268 = stablehlo.reshape %267 : (tensor<1xf32>) -> tensor<f32>
          %269 = stablehlo.slice %266 [1:2] : (tensor<2xf32>) -> tensor<1xf32>
          %270 = stablehlo.reshape %269 : (tensor<1xf32>) -> tensor<f32>
          %271 = stablehlo.multiply %270, %270 : tensor<f32>
          %cst_149 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
          %272 = stablehlo.multiply %cst_149, %268 : tensor<f32>
          %273 = stablehlo.multiply %272, %iterArg_132 : tensor<f32>
          %274 = stablehlo.subtract %271, %273 : tensor<f32>
          %275 = stablehlo.negate %270 : tensor<f32>
          %276 = stablehlo.sqrt %274 : tensor<f32>
          %277 = stablehlo.add %275, %276 : tensor<f32>
          %cst_150 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
          %278 = stablehlo.multiply %cst_150, %268 : tensor<f32>
          %279 = stablehlo.divide %277, %278 : tensor<f32>
          %280 = stablehlo.add %iterArg_130, %279 : tensor<f32>
          %c_151 = stablehlo.constant dense<0> : tensor<i32>
          %281 = stablehlo.compare GT, %iterArg_129, %c_151, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
          %282 = stablehlo.add %222, %225 : tensor<f32>
          %283 = stablehlo.compare GT, %280, %282, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %c_152 = stablehlo.constant dense<false> : tensor<i1>
          %284 = stablehlo.broadcast_in_dim %c_152, dims = [] : (tensor<i1>) -> tensor<i1>
          %285 = stablehlo.compare NE, %281, %284, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
          %286 = stablehlo.convert %285 : tensor<i1>
          %287 = stablehlo.and %286, %283 : tensor<i1>
          %288 = stablehlo.subtract %224, %225 : tensor<f32>
          %289 = stablehlo.compare LT, %280, %288, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %290 = stablehlo.and %287, %289 : tensor<i1>
          %291 = stablehlo.convert %iterArg_133 : tensor<f32>
          %292 = stablehlo.subtract %291, %iterArg_130 : tensor<f32>
          %293 = stablehlo.subtract %iterArg_134, %iterArg_131 : tensor<f32>
          %294 = stablehlo.multiply %iterArg_132, %292 : tensor<f32>
          %295 = stablehlo.subtract %293, %294 : tensor<f32>
          %296 = stablehlo.multiply %292, %292 : tensor<f32>
          %297 = stablehlo.divide %295, %296 : tensor<f32>
          %cst_153 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
          %298 = stablehlo.multiply %cst_153, %297 : tensor<f32>
          %299 = stablehlo.divide %iterArg_132, %298 : tensor<f32>
          %300 = stablehlo.subtract %iterArg_130, %299 : tensor<f32>
          %301 = stablehlo.not %290 : tensor<i1>
          %302 = stablehlo.add %222, %226 : tensor<f32>
          %303 = stablehlo.compare GT, %300, %302, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %304 = stablehlo.and %301, %303 : tensor<i1>
          %305 = stablehlo.subtract %224, %226 : tensor<f32>
          %306 = stablehlo.compare LT, %300, %305, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %307 = stablehlo.and %304, %306 : tensor<i1>
          %308 = stablehlo.convert %iterArg_133 : tensor<f32>
          %309 = stablehlo.add %iterArg_130, %308 : tensor<f32>
          %cst_154 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
          %310 = stablehlo.divide %309, %cst_154 : tensor<f32>
          %311 = stablehlo.not %290 : tensor<i1>
          %312 = stablehlo.not %307 : tensor<i1>
          %313 = stablehlo.and %311, %312 : tensor<i1>
          %314 = func.call @_where_6(%290, %280, %iterArg_136) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %315 = func.call @_where_6(%307, %300, %314) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %316 = func.call @_where_6(%313, %310, %315) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %317 = stablehlo.broadcast_in_dim %316, dims = [] : (tensor<f32>) -> tensor<3xf32>
          %318 = stablehlo.multiply %317, %iterArg_121 : tensor<3xf32>
          %319 = stablehlo.add %iterArg_122, %318 : tensor<3xf32>
          %320 = stablehlo.dot_general %iterArg_123, %319, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
          %321 = stablehlo.subtract %320, %iterArg_124 : tensor<5xf32>
          %322 = stablehlo.multiply %321, %321 : tensor<5xf32>
          %cst_155 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
          %323 = stablehlo.broadcast_in_dim %cst_155, dims = [] : (tensor<f32>) -> tensor<5xf32>
          %324 = stablehlo.multiply %323, %321 : tensor<5xf32>
          %cst_156 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %325 = stablehlo.reduce(%322 init: %cst_156) applies stablehlo.add across dimensions = [0] : (tensor<5xf32>, tensor<f32>) -> tensor<f32>
          %cst_157 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
          %326 = stablehlo.broadcast_in_dim %cst_157, dims = [] : (tensor<f32>) -> tensor<5xf32>
          %327 = stablehlo.multiply %326, %324 : tensor<5xf32>
          %328 = stablehlo.dot_general %327, %iterArg_123, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5xf32>, tensor<5x3xf32>) -> tensor<3xf32>
          %329 = stablehlo.dot_general %328, %iterArg_121, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
          %c_158 = stablehlo.constant dense<1> : tensor<i32>
          %330 = stablehlo.add %iterArg_142, %c_158 : tensor<i32>
          %c_159 = stablehlo.constant dense<1> : tensor<i32>
          %331 = stablehlo.add %iterArg_143, %c_159 : tensor<i32>
          %cst_160 = stablehlo.constant dense<9.99999974E-5> : tensor<f32>
          %332 = stablehlo.multiply %cst_160, %316 : tensor<f32>
          %333 = stablehlo.multiply %332, %iterArg_125 : tensor<f32>
          %334 = stablehlo.add %iterArg_126, %333 : tensor<f32>
          %335 = stablehlo.compare GT, %325, %334, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %336 = stablehlo.compare GE, %325, %iterArg_131, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %337 = stablehlo.or %335, %336 : tensor<i1>
          %338 = stablehlo.abs %329 : tensor<f32>
          %cst_161 = stablehlo.constant dense<-0.899999976> : tensor<f32>
          %339 = stablehlo.multiply %cst_161, %iterArg_125 : tensor<f32>
          %340 = stablehlo.compare LE, %338, %339, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %341 = stablehlo.not %337 : tensor<i1>
          %342 = stablehlo.and %340, %341 : tensor<i1>
          %343 = stablehlo.convert %iterArg_133 : tensor<f32>
          %344 = stablehlo.subtract %343, %iterArg_130 : tensor<f32>
          %345 = stablehlo.multiply %329, %344 : tensor<f32>
          %cst_162 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
          %346 = stablehlo.compare GE, %345, %cst_162, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
          %347 = stablehlo.not %337 : tensor<i1>
          %348 = stablehlo.and %346, %347 : tensor<i1>
          %349 = stablehlo.not %342 : tensor<i1>
          %350 = stablehlo.and %348, %349 : tensor<i1>
          %351 = stablehlo.not %337 : tensor<i1>
          %352 = stablehlo.not %342 : tensor<i1>
          %353 = stablehlo.and %351, %352 : tensor<i1>
          %354 = func.call @_where_0(%337, %316, %iterArg_133) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %355 = func.call @_where_6(%337, %325, %iterArg_134) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %356 = func.call @_where_6(%337, %329, %iterArg_135) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %357 = func.call @_where_3(%337, %iterArg_133, %iterArg_136) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %358 = func.call @_where_6(%337, %iterArg_134, %iterArg_137) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %359 = stablehlo.or %342, %iterArg_127 : tensor<i1>
          %360 = func.call @_where_0(%342, %316, %iterArg_138) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %361 = func.call @_where_6(%342, %325, %iterArg_139) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %362 = func.call @_where_6(%342, %329, %iterArg_140) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %363 = func.call @_where_7(%342, %328, %iterArg_141) : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
          %364 = func.call @_where_6(%350, %iterArg_130, %354) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %365 = func.call @_where_6(%350, %iterArg_131, %355) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %366 = func.call @_where_6(%350, %iterArg_132, %356) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %367 = func.call @_where_6(%350, %354, %357) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %368 = func.call @_where_6(%350, %355, %358) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %369 = stablehlo.not %350 : tensor<i1>
          %370 = stablehlo.and %353, %369 : tensor<i1>
          %371 = func.call @_where_6(%370, %iterArg_130, %367) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %372 = func.call @_where_6(%370, %iterArg_131, %368) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %373 = func.call @_where_6(%353, %316, %iterArg_130) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %374 = func.call @_where_6(%353, %325, %iterArg_131) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %375 = func.call @_where_6(%353, %329, %iterArg_132) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
          %c_163 = stablehlo.constant dense<1> : tensor<i32>
          %376 = stablehlo.add %iterArg_129, %c_163 : tensor<i32>
          %c_164 = stablehlo.constant dense<30> : tensor<i32>
          %377 = stablehlo.compare GE, %376, %c_164, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
          %c_165 = stablehlo.constant dense<false> : tensor<i1>
          %378 = stablehlo.broadcast_in_dim %c_165, dims = [] : (tensor<i1>) -> tensor<i1>
          %379 = stablehlo.compare NE, %377, %378, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
          %380 = stablehlo.convert %379 : tensor<i1>
          %381 = stablehlo.or %230, %380 : tensor<i1>
          stablehlo.return %iterArg_120, %iterArg_121, %iterArg_122, %iterArg_123, %iterArg_124, %iterArg_125, %iterArg_126, %359, %381, %376, %373, %374, %375, %364, %365, %366, %371, %372, %360, %361, %362, %363, %330, %331 : tensor<i1>, tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<f32>, tensor<f32>, tensor<i1>, tensor<i1>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<3xf32>, tensor<i32>, tensor<i32>
        }
        %197 = stablehlo.add %188, %196#22 : tensor<i32>
        %198 = stablehlo.add %189, %196#23 : tensor<i32>
        %199 = stablehlo.or %170, %iterArg_79 : tensor<i1>
        %200 = stablehlo.and %170, %187#8 : tensor<i1>
        %201 = stablehlo.or %200, %iterArg_80 : tensor<i1>
        %202 = func.call @_where_0(%170, %187#18, %iterArg_87) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %203 = func.call @_where_6(%170, %187#19, %iterArg_88) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %204 = func.call @_where_6(%170, %187#20, %iterArg_89) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %205 = func.call @_where_7(%170, %187#21, %iterArg_90) : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
        %206 = stablehlo.or %175, %199 : tensor<i1>
        %207 = func.call @_where_6(%175, %144, %202) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %208 = func.call @_where_6(%175, %153, %203) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %209 = func.call @_where_6(%175, %157, %204) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %210 = func.call @_where_7(%175, %156, %205) : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
        %211 = stablehlo.or %180, %206 : tensor<i1>
        %212 = stablehlo.and %180, %196#8 : tensor<i1>
        %213 = stablehlo.or %212, %201 : tensor<i1>
        %214 = func.call @_where_6(%180, %196#18, %207) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %215 = func.call @_where_6(%180, %196#19, %208) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %216 = func.call @_where_6(%180, %196#20, %209) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %217 = func.call @_where_7(%180, %196#21, %210) : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
        %c_119 = stablehlo.constant dense<1> : tensor<i32>
        %218 = stablehlo.add %iterArg_81, %c_119 : tensor<i32>
        stablehlo.return %iterArg_71, %iterArg_72, %iterArg_73, %iterArg_74, %iterArg_75, %iterArg_76, %iterArg_77, %iterArg_78, %211, %213, %218, %144, %153, %157, %197, %198, %214, %215, %216, %217 : tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>, tensor<5xf32>, tensor<f32>, tensor<f32>, tensor<3xf32>, tensor<i1>, tensor<i1>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i32>, tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<3xf32>
      }
      %c_59 = stablehlo.constant dense<10> : tensor<i32>
      %92 = stablehlo.compare GT, %91#10, %c_59, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %c_60 = stablehlo.constant dense<3> : tensor<i32>
      %c_61 = stablehlo.constant dense<0> : tensor<i32>
      %93 = func.call @_where_8(%92, %c_60, %c_61) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
      %c_62 = stablehlo.constant dense<1> : tensor<i32>
      %94 = func.call @_where_9(%91#9, %c_62, %93) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
      %95 = stablehlo.abs %91#16 : tensor<f32>
      %cst_63 = stablehlo.constant dense<9.99999993E-9> : tensor<f32>
      %96 = stablehlo.compare LT, %95, %cst_63, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_64 = stablehlo.constant dense<true> : tensor<i1>
      %97 = stablehlo.and %c_64, %96 : tensor<i1>
      %98 = stablehlo.sign %91#16 : tensor<f32>
      %cst_65 = stablehlo.constant dense<9.99999993E-9> : tensor<f32>
      %99 = stablehlo.multiply %98, %cst_65 : tensor<f32>
      %100 = func.call @_where_6(%97, %99, %91#16) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
      %101 = stablehlo.not %91#8 : tensor<i1>
      %102 = stablehlo.or %91#9, %101 : tensor<i1>
      %c_66 = stablehlo.constant dense<1> : tensor<i32>
      %103 = stablehlo.subtract %91#10, %c_66 : tensor<i32>
      %104 = stablehlo.add %iterArg_41, %91#14 : tensor<i32>
      %105 = stablehlo.add %iterArg_42, %91#15 : tensor<i32>
      %106 = stablehlo.broadcast_in_dim %100, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %107 = stablehlo.multiply %106, %84 : tensor<3xf32>
      %108 = stablehlo.add %iterArg_43, %107 : tensor<3xf32>
      %109 = stablehlo.subtract %91#19, %iterArg_45 : tensor<3xf32>
      %110 = stablehlo.dot_general %109, %107, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_67 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %111 = stablehlo.broadcast_in_dim %cst_67, dims = [] : (tensor<f32>) -> tensor<f32>
      %112 = stablehlo.divide %111, %110 : tensor<f32>
      %113 = stablehlo.broadcast_in_dim %107, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
      %114 = stablehlo.broadcast_in_dim %109, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
      %115 = stablehlo.broadcast_in_dim %113, dims = [0, 1] : (tensor<3x1xf32>) -> tensor<3x3xf32>
      %116 = stablehlo.broadcast_in_dim %114, dims = [0, 1] : (tensor<1x3xf32>) -> tensor<3x3xf32>
      %117 = stablehlo.multiply %115, %116 : tensor<3x3xf32>
      %118 = stablehlo.iota dim = 0 : tensor<3x3xi32>
      %119 = stablehlo.iota dim = 1 : tensor<3x3xi32>
      %c_68 = stablehlo.constant dense<0> : tensor<i32>
      %120 = stablehlo.broadcast_in_dim %c_68, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
      %121 = stablehlo.add %118, %120 : tensor<3x3xi32>
      %122 = stablehlo.compare EQ, %121, %119, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
      %123 = stablehlo.convert %122 : (tensor<3x3xi1>) -> tensor<3x3xf32>
      %124 = stablehlo.broadcast_in_dim %112, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
      %125 = stablehlo.multiply %124, %117 : tensor<3x3xf32>
      %126 = stablehlo.subtract %123, %125 : tensor<3x3xf32>
      %127 = stablehlo.dot_general %iterArg_46, %126, contracting_dims = [0] x [1], precision = [HIGHEST, HIGHEST] : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
      %128 = stablehlo.dot_general %127, %126, contracting_dims = [0] x [1], precision = [HIGHEST, HIGHEST] : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
      %129 = stablehlo.broadcast_in_dim %107, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
      %130 = stablehlo.broadcast_in_dim %112, dims = [] : (tensor<f32>) -> tensor<3x1xf32>
      %131 = stablehlo.multiply %130, %129 : tensor<3x1xf32>
      %132 = stablehlo.broadcast_in_dim %107, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
      %133 = stablehlo.broadcast_in_dim %131, dims = [0, 1] : (tensor<3x1xf32>) -> tensor<3x3xf32>
      %134 = stablehlo.broadcast_in_dim %132, dims = [0, 1] : (tensor<1x3xf32>) -> tensor<3x3xf32>
      %135 = stablehlo.multiply %133, %134 : tensor<3x3xf32>
      %136 = stablehlo.add %128, %135 : tensor<3x3xf32>
      %137 = stablehlo.is_finite %112 : (tensor<f32>) -> tensor<i1>
      %138 = func.call @_where_10(%137, %136, %iterArg_46) : (tensor<i1>, tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
      %139 = func.call @norm_11(%91#19) : (tensor<3xf32>) -> tensor<f32>
      %cst_69 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
      %140 = stablehlo.compare LT, %139, %cst_69, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_70 = stablehlo.constant dense<1> : tensor<i32>
      %141 = stablehlo.add %iterArg_40, %c_70 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_35, %iterArg_36, %iterArg_37, %140, %102, %141, %104, %105, %108, %91#17, %91#19, %138, %iterArg_44, %94 : tensor<i32>, tensor<i32>, tensor<5x3xf32>, tensor<5xf32>, tensor<i1>, tensor<i1>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>, tensor<3x3xf32>, tensor<f32>, tensor<i32>
    }
    %65 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
    %66 = stablehlo.dot_general %65, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
    %cst_27 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %67 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %68 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
    %69 = stablehlo.dot_general %66, %66, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
    %cst_28 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %70 = stablehlo.add %cst_28, %69 : tensor<f32>
    %cst_29 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %71 = chlo.square %cst_29 : tensor<f32> -> tensor<f32>
    %72 = stablehlo.convert %71 : tensor<f32>
    %73 = stablehlo.multiply %72, %70 : tensor<f32>
    %cst_30 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %74 = chlo.square %cst_30 : tensor<f32> -> tensor<f32>
    %75 = stablehlo.convert %74 : tensor<f32>
    %76 = stablehlo.maximum %73, %75 : tensor<f32>
    %77 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
    %78 = stablehlo.dot_general %arg1, %67, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
    %79 = stablehlo.dot_general %77, %78, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
    %80 = stablehlo.add %79, %67 : tensor<3xf32>
    %81 = stablehlo.subtract %66, %80 : tensor<3xf32>
    %cst_31 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_32 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_33 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %c_34 = stablehlo.constant dense<0> : tensor<i32>
    %82:12 = stablehlo.while(%iterArg = %76, %iterArg_35 = %81, %iterArg_36 = %arg1, %iterArg_37 = %76, %iterArg_38 = %67, %iterArg_39 = %81, %iterArg_40 = %cst_31, %iterArg_41 = %cst_32, %iterArg_42 = %cst_33, %iterArg_43 = %81, %iterArg_44 = %81, %iterArg_45 = %c_34) : tensor<f32>, tensor<3xf32>, tensor<5x3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>
    cond {
      %83 = stablehlo.dot_general %iterArg_39, %iterArg_39, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_46 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %84 = stablehlo.add %cst_46, %83 : tensor<f32>
      %85 = stablehlo.compare GT, %84, %iterArg, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_47 = stablehlo.constant dense<30> : tensor<i32>
      %86 = stablehlo.compare LT, %iterArg_45, %c_47, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %c_48 = stablehlo.constant dense<false> : tensor<i1>
      %87 = stablehlo.broadcast_in_dim %c_48, dims = [] : (tensor<i1>) -> tensor<i1>
      %88 = stablehlo.compare NE, %86, %87, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %89 = stablehlo.convert %88 : tensor<i1>
      %90 = stablehlo.and %85, %89 : tensor<i1>
      %c_49 = stablehlo.constant dense<0> : tensor<i32>
      %91 = stablehlo.compare GE, %iterArg_45, %c_49, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %c_50 = stablehlo.constant dense<false> : tensor<i1>
      %92 = stablehlo.broadcast_in_dim %c_50, dims = [] : (tensor<i1>) -> tensor<i1>
      %93 = stablehlo.compare NE, %91, %92, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %94 = stablehlo.convert %93 : tensor<i1>
      %95 = stablehlo.and %90, %94 : tensor<i1>
      stablehlo.return %95 : tensor<i1>
    } do {
      %83 = stablehlo.dot_general %iterArg_35, %iterArg_39, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_46 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %84 = stablehlo.add %cst_46, %83 : tensor<f32>
      %85 = stablehlo.divide %84, %iterArg_42 : tensor<f32>
      %86 = stablehlo.multiply %85, %iterArg_40 : tensor<f32>
      %87 = stablehlo.divide %86, %iterArg_41 : tensor<f32>
      %88 = stablehlo.broadcast_in_dim %iterArg_41, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %89 = stablehlo.multiply %88, %iterArg_44 : tensor<3xf32>
      %90 = stablehlo.subtract %iterArg_43, %89 : tensor<3xf32>
      %91 = stablehlo.broadcast_in_dim %87, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %92 = stablehlo.multiply %91, %90 : tensor<3xf32>
      %93 = stablehlo.add %iterArg_39, %92 : tensor<3xf32>
      %94 = stablehlo.transpose %iterArg_36, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
      %95 = stablehlo.dot_general %iterArg_36, %93, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
      %96 = stablehlo.dot_general %94, %95, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
      %97 = stablehlo.add %96, %93 : tensor<3xf32>
      %98 = stablehlo.dot_general %iterArg_35, %97, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_47 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %99 = stablehlo.add %cst_47, %98 : tensor<f32>
      %100 = stablehlo.divide %84, %99 : tensor<f32>
      %101 = stablehlo.broadcast_in_dim %100, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %102 = stablehlo.multiply %101, %97 : tensor<3xf32>
      %103 = stablehlo.subtract %iterArg_39, %102 : tensor<3xf32>
      %104 = stablehlo.dot_general %103, %103, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_48 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %105 = stablehlo.add %cst_48, %104 : tensor<f32>
      %106 = stablehlo.compare LT, %105, %iterArg_37, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %107 = stablehlo.transpose %iterArg_36, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
      %108 = stablehlo.dot_general %iterArg_36, %103, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x3xf32>, tensor<3xf32>) -> tensor<5xf32>
      %109 = stablehlo.dot_general %107, %108, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x5xf32>, tensor<5xf32>) -> tensor<3xf32>
      %110 = stablehlo.add %109, %103 : tensor<3xf32>
      %111 = stablehlo.dot_general %110, %103, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_49 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %112 = stablehlo.add %cst_49, %111 : tensor<f32>
      %113 = stablehlo.dot_general %110, %110, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
      %cst_50 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %114 = stablehlo.add %cst_50, %113 : tensor<f32>
      %115 = stablehlo.divide %112, %114 : tensor<f32>
      %116 = stablehlo.broadcast_in_dim %100, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %117 = stablehlo.multiply %116, %93 : tensor<3xf32>
      %118 = stablehlo.add %iterArg_38, %117 : tensor<3xf32>
      %119 = stablehlo.broadcast_in_dim %100, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %120 = stablehlo.multiply %119, %93 : tensor<3xf32>
      %121 = stablehlo.broadcast_in_dim %115, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %122 = stablehlo.multiply %121, %103 : tensor<3xf32>
      %123 = stablehlo.add %120, %122 : tensor<3xf32>
      %124 = stablehlo.add %iterArg_38, %123 : tensor<3xf32>
      %125 = func.call @_where_7(%106, %118, %124) : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
      %126 = stablehlo.broadcast_in_dim %115, dims = [] : (tensor<f32>) -> tensor<3xf32>
      %127 = stablehlo.multiply %126, %110 : tensor<3xf32>
      %128 = stablehlo.subtract %103, %127 : tensor<3xf32>
      %129 = func.call @_where_7(%106, %103, %128) : (tensor<i1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
      %cst_51 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %130 = stablehlo.compare EQ, %115, %cst_51, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_52 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %131 = stablehlo.compare EQ, %100, %cst_52, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %132 = stablehlo.or %130, %131 : tensor<i1>
      %c_53 = stablehlo.constant dense<1> : tensor<i32>
      %133 = stablehlo.add %iterArg_45, %c_53 : tensor<i32>
      %c_54 = stablehlo.constant dense<-11> : tensor<i32>
      %134 = func.call @_where_9(%132, %c_54, %133) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
      %cst_55 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %135 = stablehlo.compare EQ, %84, %cst_55, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_56 = stablehlo.constant dense<-10> : tensor<i32>
      %136 = func.call @_where_9(%135, %c_56, %134) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
      stablehlo.return %iterArg, %iterArg_35, %iterArg_36, %iterArg_37, %125, %129, %100, %115, %84, %93, %97, %136 : tensor<f32>, tensor<3xf32>, tensor<5x3xf32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<3xf32>, tensor<3xf32>, tensor<i32>
    }
    return %64#9, %20#2, %43#3, %82#4 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  }
  func.func private @_where(%arg0: tensor<i1>, %arg1: tensor<3xf32>, %arg2: tensor<f32>) -> tensor<3xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %2 = stablehlo.select %arg0, %arg1, %1 : tensor<i1>, tensor<3xf32>
    return %2 : tensor<3xf32>
  }
  func.func private @_where_0(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @_pad(%arg0: tensor<3x1xf32>, %arg1: tensor<i32>) -> tensor<3x4xf32> {
    %0 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<f32>
    %1 = stablehlo.pad %arg0, %0, low = [0, 0], high = [0, 3], interior = [0, 0] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x4xf32>
    return %1 : tensor<3x4xf32>
  }
  func.func private @_where_1(%arg0: tensor<i1>, %arg1: tensor<4xf32>, %arg2: tensor<f32>) -> tensor<4xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %2 = stablehlo.select %arg0, %arg1, %1 : tensor<i1>, tensor<4xf32>
    return %2 : tensor<4xf32>
  }
  func.func private @_solve(%arg0: tensor<3x3xf32>, %arg1: tensor<3xf32>) -> tensor<3xf32> {
    %0 = call @_cholesky(%arg0) : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %1 = call @_cho_solve(%0, %arg1) : (tensor<3x3xf32>, tensor<3xf32>) -> tensor<3xf32>
    return %1 : tensor<3xf32>
  }
  func.func private @_cholesky(%arg0: tensor<3x3xf32>) -> tensor<3x3xf32> {
    %0 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %1:2 = stablehlo.custom_call @lapack_spotrf_ffi(%0) {backend_config = "", mhlo.backend_config = {uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<> : tensor<0xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j])->([k, l], []) {i=3, j=3, k=3, l=3}, custom>} : (tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<i32>)
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %3 = stablehlo.compare EQ, %1#1, %2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<i1>) -> tensor<1x1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %6 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<1x1xi1>) -> tensor<3x3xi1>
    %7 = stablehlo.select %6, %1#0, %5 : tensor<3x3xi1>, tensor<3x3xf32>
    %8 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %10 = stablehlo.add %8, %9 : tensor<3x3xi32>
    %11 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %12 = stablehlo.compare GE, %10, %11, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %13 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %14 = stablehlo.select %12, %7, %13 : tensor<3x3xi1>, tensor<3x3xf32>
    %15 = stablehlo.transpose %14, dims = [1, 0] : (tensor<3x3xf32>) -> tensor<3x3xf32>
    return %15 : tensor<3x3xf32>
  }
  func.func private @_cho_solve(%arg0: tensor<3x3xf32>, %arg1: tensor<3xf32>) -> tensor<3xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
    %1 = stablehlo.custom_call @lapack_strsm_ffi(%arg0, %0) {backend_config = "", mhlo.backend_config = {diag = 78 : ui8, side = 76 : ui8, trans_x = 84 : ui8, uplo = 85 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j], [k, l])->([m, n]) {i=3, j=3, k=3, l=1, m=3, n=1}, custom>} : (tensor<3x3xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
    %2 = stablehlo.reshape %1 : (tensor<3x1xf32>) -> tensor<3xf32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
    %4 = stablehlo.custom_call @lapack_strsm_ffi(%arg0, %3) {backend_config = "", mhlo.backend_config = {diag = 78 : ui8, side = 76 : ui8, trans_x = 78 : ui8, uplo = 85 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j], [k, l])->([m, n]) {i=3, j=3, k=3, l=1, m=3, n=1}, custom>} : (tensor<3x3xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
    %5 = stablehlo.reshape %4 : (tensor<3x1xf32>) -> tensor<3xf32>
    return %5 : tensor<3xf32>
  }
  func.func private @norm(%arg0: tensor<3xf32>) -> tensor<f32> {
    %0 = stablehlo.abs %arg0 : tensor<3xf32>
    %cst = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.maximum across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.maximum %cst_0, %1 : tensor<f32>
    return %2 : tensor<f32>
  }
  func.func private @norm_2(%arg0: tensor<3xf32>) -> tensor<f32> {
    %0 = stablehlo.multiply %arg0, %arg0 : tensor<3xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    %2 = stablehlo.sqrt %1 : tensor<f32>
    return %2 : tensor<f32>
  }
  func.func private @_where_3(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.select %arg0, %0, %arg2 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @_where_4(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @_where_5(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @_where_6(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @_where_7(%arg0: tensor<i1>, %arg1: tensor<3xf32>, %arg2: tensor<3xf32>) -> tensor<3xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<3xf32>
    return %0 : tensor<3xf32>
  }
  func.func private @_where_8(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @_where_9(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @_where_10(%arg0: tensor<i1>, %arg1: tensor<3x3xf32>, %arg2: tensor<3x3xf32>) -> tensor<3x3xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<3x3xf32>
    return %0 : tensor<3x3xf32>
  }
  func.func private @norm_11(%arg0: tensor<3xf32>) -> tensor<f32> {
    %0 = stablehlo.abs %arg0 : tensor<3xf32>
    %cst = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.maximum across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.maximum %cst_0, %1 : tensor<f32>
    return %2 : tensor<f32>
  }
}
