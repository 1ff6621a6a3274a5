module @jit_optax_lion_adafactor attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<6x5xf32>, %arg1: tensor<6xi32>, %arg2: tensor<5x8xf32>, %arg3: tensor<8xf32>, %arg4: tensor<8x3xf32>) -> (tensor<f32> {jax.result_info = "result[0][0]"}, tensor<5x8xf32> {jax.result_info = "result[0][1]['a']"}, tensor<8xf32> {jax.result_info = "result[0][1]['b']"}, tensor<8x3xf32> {jax.result_info = "result[0][1]['c']"}, tensor<f32> {jax.result_info = "result[1][0]"}, tensor<5x8xf32> {jax.result_info = "result[1][1]['a']"}, tensor<8xf32> {jax.result_info = "result[1][1]['b']"}, tensor<8x3xf32> {jax.result_info = "result[1][1]['c']"}) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %3 = stablehlo.dot_general %arg0, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
    %4 = stablehlo.broadcast_in_dim %arg3, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
    %6 = stablehlo.add %3, %5 : tensor<6x8xf32>
    %7 = call @relu(%6) : (tensor<6x8xf32>) -> tensor<6x8xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %9 = stablehlo.compare GT, %6, %8, FLOAT : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xi1>
    %10 = stablehlo.dot_general %7, %arg4, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
    %11 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %12 = call @take_along_axis(%11) : (tensor<6x1xi32>) -> tensor<6x1x1xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %13 = call @_take(%c) : (tensor<i32>) -> tensor<1xi32>
    %cst_3 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %14 = stablehlo.reduce(%10 init: %cst_3) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_4 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %16 = stablehlo.maximum %15, %14 : tensor<6xf32>
    %17 = stablehlo.is_finite %16 : (tensor<6xf32>) -> tensor<6xi1>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %18 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %19 = stablehlo.select %17, %16, %18 : tensor<6xi1>, tensor<6xf32>
    %20 = stablehlo.broadcast_in_dim %19, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %21 = stablehlo.broadcast_in_dim %20, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
    %22 = stablehlo.subtract %10, %21 : tensor<6x3xf32>
    %23 = stablehlo.exponential %22 : tensor<6x3xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %24 = stablehlo.reduce(%23 init: %cst_6) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %25 = stablehlo.abs %24 : tensor<6xf32>
    %cst_7 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %26 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %27 = stablehlo.compare GE, %24, %26, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %cst_8 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_9 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %28 = stablehlo.divide %cst_8, %cst_9 : tensor<f32>
    %29 = stablehlo.broadcast_in_dim %28, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %30 = stablehlo.negate %29 : tensor<6xf32>
    %31 = stablehlo.divide %29, %25 : tensor<6xf32>
    %cst_10 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %32 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %33 = stablehlo.select %27, %32, %31 : tensor<6xi1>, tensor<6xf32>
    %34 = stablehlo.select %27, %31, %32 : tensor<6xi1>, tensor<6xf32>
    %35 = stablehlo.negate %33 : tensor<6xf32>
    %36 = stablehlo.add %34, %35 : tensor<6xf32>
    %37 = stablehlo.broadcast_in_dim %36, dims = [0] : (tensor<6xf32>) -> tensor<6x3xf32>
    %38 = stablehlo.multiply %37, %23 : tensor<6x3xf32>
    %39 = call @_take_0(%13, %30) : (tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
    %40 = call @take_along_axis_1(%12, %39) : (tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
    %41 = stablehlo.add %38, %40 : tensor<6x3xf32>
    %42 = stablehlo.dot_general %41, %7, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>
    %43 = stablehlo.transpose %42, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
    %44 = stablehlo.dot_general %41, %arg4, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<8x3xf32>) -> tensor<6x8xf32>
    %cst_11 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %45 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %46 = stablehlo.select %9, %44, %45 : tensor<6x8xi1>, tensor<6x8xf32>
    %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %47 = stablehlo.reduce(%46 init: %cst_12) applies stablehlo.add across dimensions = [0] : (tensor<6x8xf32>, tensor<f32>) -> tensor<8xf32>
    %48 = stablehlo.reshape %47 : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %49 = stablehlo.reduce(%48 init: %cst_13) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %50 = stablehlo.dot_general %46, %arg0, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<6x5xf32>) -> tensor<8x5xf32>
    %51 = stablehlo.transpose %50, dims = [1, 0] : (tensor<8x5xf32>) -> tensor<5x8xf32>
    %cst_14 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %52 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %53 = stablehlo.multiply %52, %51 : tensor<5x8xf32>
    %cst_15 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %54 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %55 = stablehlo.multiply %54, %0 : tensor<5x8xf32>
    %56 = stablehlo.add %53, %55 : tensor<5x8xf32>
    %57 = stablehlo.sign %56 : tensor<5x8xf32>
    %cst_16 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %58 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %59 = stablehlo.multiply %58, %49 : tensor<8xf32>
    %cst_17 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %60 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %61 = stablehlo.multiply %60, %1 : tensor<8xf32>
    %62 = stablehlo.add %59, %61 : tensor<8xf32>
    %63 = stablehlo.sign %62 : tensor<8xf32>
    %cst_18 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %64 = stablehlo.broadcast_in_dim %cst_18, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %65 = stablehlo.multiply %64, %43 : tensor<8x3xf32>
    %cst_19 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %66 = stablehlo.broadcast_in_dim %cst_19, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %67 = stablehlo.multiply %66, %2 : tensor<8x3xf32>
    %68 = stablehlo.add %65, %67 : tensor<8x3xf32>
    %69 = stablehlo.sign %68 : tensor<8x3xf32>
    %cst_20 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %70 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %71 = stablehlo.multiply %70, %51 : tensor<5x8xf32>
    %cst_21 = stablehlo.constant dense<9.900000e-01> : tensor<f32>
    %72 = stablehlo.broadcast_in_dim %cst_21, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %73 = stablehlo.multiply %72, %0 : tensor<5x8xf32>
    %74 = stablehlo.add %71, %73 : tensor<5x8xf32>
    %cst_22 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %75 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %76 = stablehlo.multiply %75, %49 : tensor<8xf32>
    %cst_23 = stablehlo.constant dense<9.900000e-01> : tensor<f32>
    %77 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %78 = stablehlo.multiply %77, %1 : tensor<8xf32>
    %79 = stablehlo.add %76, %78 : tensor<8xf32>
    %cst_24 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %80 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %81 = stablehlo.multiply %80, %43 : tensor<8x3xf32>
    %cst_25 = stablehlo.constant dense<9.900000e-01> : tensor<f32>
    %82 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %83 = stablehlo.multiply %82, %2 : tensor<8x3xf32>
    %84 = stablehlo.add %81, %83 : tensor<8x3xf32>
    %cst_26 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %85 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %86 = stablehlo.multiply %85, %arg2 : tensor<5x8xf32>
    %87 = stablehlo.add %57, %86 : tensor<5x8xf32>
    %cst_27 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %88 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %89 = stablehlo.multiply %88, %arg3 : tensor<8xf32>
    %90 = stablehlo.add %63, %89 : tensor<8xf32>
    %cst_28 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %91 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %92 = stablehlo.multiply %91, %arg4 : tensor<8x3xf32>
    %93 = stablehlo.add %69, %92 : tensor<8x3xf32>
    %cst_29 = stablehlo.constant dense<-1.000000e-03> : tensor<f32>
    %94 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %95 = stablehlo.multiply %94, %87 : tensor<5x8xf32>
    %cst_30 = stablehlo.constant dense<-1.000000e-03> : tensor<f32>
    %96 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %97 = stablehlo.multiply %96, %90 : tensor<8xf32>
    %cst_31 = stablehlo.constant dense<-1.000000e-03> : tensor<f32>
    %98 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %99 = stablehlo.multiply %98, %93 : tensor<8x3xf32>
    %100 = stablehlo.add %arg2, %95 : tensor<5x8xf32>
    %101 = stablehlo.add %arg3, %97 : tensor<8xf32>
    %102 = stablehlo.add %arg4, %99 : tensor<8x3xf32>
    %103 = stablehlo.dot_general %arg0, %100, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
    %104 = stablehlo.broadcast_in_dim %101, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %105 = stablehlo.broadcast_in_dim %104, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
    %106 = stablehlo.add %103, %105 : tensor<6x8xf32>
    %107 = call @relu(%106) : (tensor<6x8xf32>) -> tensor<6x8xf32>
    %cst_32 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %108 = stablehlo.broadcast_in_dim %cst_32, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %109 = stablehlo.compare GT, %106, %108, FLOAT : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xi1>
    %110 = stablehlo.dot_general %107, %102, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
    %111 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %112:2 = call @take_along_axis_2(%110, %111) : (tensor<6x3xf32>, tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>)
    %c_33 = stablehlo.constant dense<0> : tensor<i32>
    %113:2 = call @_take_3(%112#0, %c_33) : (tensor<6x1xf32>, tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>)
    %cst_34 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %114 = stablehlo.reduce(%110 init: %cst_34) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_35 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %115 = stablehlo.broadcast_in_dim %cst_35, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %116 = stablehlo.maximum %115, %114 : tensor<6xf32>
    %117 = stablehlo.is_finite %116 : (tensor<6xf32>) -> tensor<6xi1>
    %cst_36 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %118 = stablehlo.broadcast_in_dim %cst_36, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %119 = stablehlo.select %117, %116, %118 : tensor<6xi1>, tensor<6xf32>
    %120 = stablehlo.broadcast_in_dim %119, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %121 = stablehlo.broadcast_in_dim %120, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
    %122 = stablehlo.subtract %110, %121 : tensor<6x3xf32>
    %123 = stablehlo.exponential %122 : tensor<6x3xf32>
    %cst_37 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %124 = stablehlo.reduce(%123 init: %cst_37) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %125 = stablehlo.abs %124 : tensor<6xf32>
    %cst_38 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %126 = stablehlo.broadcast_in_dim %cst_38, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %127 = stablehlo.compare GE, %124, %126, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %128 = stablehlo.log %125 : tensor<6xf32>
    %129 = stablehlo.add %128, %119 : tensor<6xf32>
    %130 = stablehlo.subtract %129, %113#0 : tensor<6xf32>
    %cst_39 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %131 = stablehlo.reduce(%130 init: %cst_39) applies stablehlo.add across dimensions = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<f32>
    %cst_40 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %132 = stablehlo.divide %131, %cst_40 : tensor<f32>
    %cst_41 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_42 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %133 = stablehlo.divide %cst_41, %cst_42 : tensor<f32>
    %134 = stablehlo.broadcast_in_dim %133, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %135 = stablehlo.negate %134 : tensor<6xf32>
    %136 = stablehlo.divide %134, %125 : tensor<6xf32>
    %cst_43 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %137 = stablehlo.broadcast_in_dim %cst_43, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %138 = stablehlo.select %127, %137, %136 : tensor<6xi1>, tensor<6xf32>
    %139 = stablehlo.select %127, %136, %137 : tensor<6xi1>, tensor<6xf32>
    %140 = stablehlo.negate %138 : tensor<6xf32>
    %141 = stablehlo.add %139, %140 : tensor<6xf32>
    %142 = stablehlo.broadcast_in_dim %141, dims = [0] : (tensor<6xf32>) -> tensor<6x3xf32>
    %143 = stablehlo.multiply %142, %123 : tensor<6x3xf32>
    %144 = call @_take_0(%113#1, %135) : (tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
    %145 = call @take_along_axis_1(%112#1, %144) : (tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
    %146 = stablehlo.add %143, %145 : tensor<6x3xf32>
    %147 = stablehlo.dot_general %146, %107, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>
    %148 = stablehlo.transpose %147, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
    %149 = stablehlo.dot_general %146, %102, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<8x3xf32>) -> tensor<6x8xf32>
    %cst_44 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %150 = stablehlo.broadcast_in_dim %cst_44, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %151 = stablehlo.select %109, %149, %150 : tensor<6x8xi1>, tensor<6x8xf32>
    %cst_45 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %152 = stablehlo.reduce(%151 init: %cst_45) applies stablehlo.add across dimensions = [0] : (tensor<6x8xf32>, tensor<f32>) -> tensor<8xf32>
    %153 = stablehlo.reshape %152 : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst_46 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %154 = stablehlo.reduce(%153 init: %cst_46) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %155 = stablehlo.dot_general %151, %arg0, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<6x5xf32>) -> tensor<8x5xf32>
    %156 = stablehlo.transpose %155, dims = [1, 0] : (tensor<8x5xf32>) -> tensor<5x8xf32>
    %cst_47 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %157 = stablehlo.broadcast_in_dim %cst_47, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %158 = stablehlo.multiply %157, %156 : tensor<5x8xf32>
    %cst_48 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %159 = stablehlo.broadcast_in_dim %cst_48, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %160 = stablehlo.multiply %159, %74 : tensor<5x8xf32>
    %161 = stablehlo.add %158, %160 : tensor<5x8xf32>
    %162 = stablehlo.sign %161 : tensor<5x8xf32>
    %cst_49 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %163 = stablehlo.broadcast_in_dim %cst_49, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %164 = stablehlo.multiply %163, %154 : tensor<8xf32>
    %cst_50 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %165 = stablehlo.broadcast_in_dim %cst_50, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %166 = stablehlo.multiply %165, %79 : tensor<8xf32>
    %167 = stablehlo.add %164, %166 : tensor<8xf32>
    %168 = stablehlo.sign %167 : tensor<8xf32>
    %cst_51 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %169 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %170 = stablehlo.multiply %169, %148 : tensor<8x3xf32>
    %cst_52 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %171 = stablehlo.broadcast_in_dim %cst_52, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %172 = stablehlo.multiply %171, %84 : tensor<8x3xf32>
    %173 = stablehlo.add %170, %172 : tensor<8x3xf32>
    %174 = stablehlo.sign %173 : tensor<8x3xf32>
    %cst_53 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %175 = stablehlo.broadcast_in_dim %cst_53, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %176 = stablehlo.multiply %175, %100 : tensor<5x8xf32>
    %177 = stablehlo.add %162, %176 : tensor<5x8xf32>
    %cst_54 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %178 = stablehlo.broadcast_in_dim %cst_54, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %179 = stablehlo.multiply %178, %101 : tensor<8xf32>
    %180 = stablehlo.add %168, %179 : tensor<8xf32>
    %cst_55 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %181 = stablehlo.broadcast_in_dim %cst_55, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %182 = stablehlo.multiply %181, %102 : tensor<8x3xf32>
    %183 = stablehlo.add %174, %182 : tensor<8x3xf32>
    %cst_56 = stablehlo.constant dense<-1.000000e-03> : tensor<f32>
    %184 = stablehlo.broadcast_in_dim %cst_56, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %185 = stablehlo.multiply %184, %177 : tensor<5x8xf32>
    %cst_57 = stablehlo.constant dense<-1.000000e-03> : tensor<f32>
    %186 = stablehlo.broadcast_in_dim %cst_57, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %187 = stablehlo.multiply %186, %180 : tensor<8xf32>
    %cst_58 = stablehlo.constant dense<-1.000000e-03> : tensor<f32>
    %188 = stablehlo.broadcast_in_dim %cst_58, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %189 = stablehlo.multiply %188, %183 : tensor<8x3xf32>
    %190 = stablehlo.add %100, %185 : tensor<5x8xf32>
    %191 = stablehlo.add %101, %187 : tensor<8xf32>
    %192 = stablehlo.add %102, %189 : tensor<8x3xf32>
    %cst_59 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %193 = stablehlo.broadcast_in_dim %cst_59, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %cst_60 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %194 = stablehlo.broadcast_in_dim %cst_60, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_61 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %195 = stablehlo.broadcast_in_dim %cst_61, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %196 = stablehlo.dot_general %arg0, %arg2, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
    %197 = stablehlo.broadcast_in_dim %arg3, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %198 = stablehlo.broadcast_in_dim %197, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
    %199 = stablehlo.add %196, %198 : tensor<6x8xf32>
    %200 = call @relu(%199) : (tensor<6x8xf32>) -> tensor<6x8xf32>
    %cst_62 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %201 = stablehlo.broadcast_in_dim %cst_62, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %202 = stablehlo.compare GT, %199, %201, FLOAT : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xi1>
    %203 = stablehlo.dot_general %200, %arg4, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
    %204 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %205 = call @take_along_axis(%204) : (tensor<6x1xi32>) -> tensor<6x1x1xi32>
    %c_63 = stablehlo.constant dense<0> : tensor<i32>
    %206 = call @_take(%c_63) : (tensor<i32>) -> tensor<1xi32>
    %cst_64 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %207 = stablehlo.reduce(%203 init: %cst_64) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_65 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %208 = stablehlo.broadcast_in_dim %cst_65, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %209 = stablehlo.maximum %208, %207 : tensor<6xf32>
    %210 = stablehlo.is_finite %209 : (tensor<6xf32>) -> tensor<6xi1>
    %cst_66 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %211 = stablehlo.broadcast_in_dim %cst_66, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %212 = stablehlo.select %210, %209, %211 : tensor<6xi1>, tensor<6xf32>
    %213 = stablehlo.broadcast_in_dim %212, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %214 = stablehlo.broadcast_in_dim %213, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
    %215 = stablehlo.subtract %203, %214 : tensor<6x3xf32>
    %216 = stablehlo.exponential %215 : tensor<6x3xf32>
    %cst_67 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %217 = stablehlo.reduce(%216 init: %cst_67) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %218 = stablehlo.abs %217 : tensor<6xf32>
    %cst_68 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %219 = stablehlo.broadcast_in_dim %cst_68, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %220 = stablehlo.compare GE, %217, %219, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %cst_69 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_70 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %221 = stablehlo.divide %cst_69, %cst_70 : tensor<f32>
    %222 = stablehlo.broadcast_in_dim %221, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %223 = stablehlo.negate %222 : tensor<6xf32>
    %224 = stablehlo.divide %222, %218 : tensor<6xf32>
    %cst_71 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %225 = stablehlo.broadcast_in_dim %cst_71, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %226 = stablehlo.select %220, %225, %224 : tensor<6xi1>, tensor<6xf32>
    %227 = stablehlo.select %220, %224, %225 : tensor<6xi1>, tensor<6xf32>
    %228 = stablehlo.negate %226 : tensor<6xf32>
    %229 = stablehlo.add %227, %228 : tensor<6xf32>
    %230 = stablehlo.broadcast_in_dim %229, dims = [0] : (tensor<6xf32>) -> tensor<6x3xf32>
    %231 = stablehlo.multiply %230, %216 : tensor<6x3xf32>
    %232 = call @_take_0(%206, %223) : (tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
    %233 = call @take_along_axis_1(%205, %232) : (tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
    %234 = stablehlo.add %231, %233 : tensor<6x3xf32>
    %235 = stablehlo.dot_general %234, %200, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>
    %236 = stablehlo.transpose %235, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
    %237 = stablehlo.dot_general %234, %arg4, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<8x3xf32>) -> tensor<6x8xf32>
    %cst_72 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %238 = stablehlo.broadcast_in_dim %cst_72, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %239 = stablehlo.select %202, %237, %238 : tensor<6x8xi1>, tensor<6x8xf32>
    %cst_73 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %240 = stablehlo.reduce(%239 init: %cst_73) applies stablehlo.add across dimensions = [0] : (tensor<6x8xf32>, tensor<f32>) -> tensor<8xf32>
    %241 = stablehlo.reshape %240 : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst_74 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %242 = stablehlo.reduce(%241 init: %cst_74) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %243 = stablehlo.dot_general %239, %arg0, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<6x5xf32>) -> tensor<8x5xf32>
    %244 = stablehlo.transpose %243, dims = [1, 0] : (tensor<8x5xf32>) -> tensor<5x8xf32>
    %c_75 = stablehlo.constant dense<0> : tensor<i32>
    %c_76 = stablehlo.constant dense<0> : tensor<i32>
    %245 = stablehlo.subtract %c_75, %c_76 : tensor<i32>
    %c_77 = stablehlo.constant dense<1> : tensor<i32>
    %246 = stablehlo.add %245, %c_77 : tensor<i32>
    %247 = stablehlo.convert %246 : (tensor<i32>) -> tensor<f32>
    %cst_78 = stablehlo.constant dense<-8.000000e-01> : tensor<f32>
    %248 = stablehlo.power %247, %cst_78 : tensor<f32>
    %cst_79 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %249 = stablehlo.subtract %cst_79, %248 : tensor<f32>
    %250 = stablehlo.multiply %244, %244 : tensor<5x8xf32>
    %cst_80 = stablehlo.constant dense<1.000000e-30> : tensor<f32>
    %251 = stablehlo.broadcast_in_dim %cst_80, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %252 = stablehlo.add %250, %251 : tensor<5x8xf32>
    %253 = stablehlo.broadcast_in_dim %249, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %254 = stablehlo.multiply %253, %193 : tensor<5x8xf32>
    %cst_81 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %255 = stablehlo.subtract %cst_81, %249 : tensor<f32>
    %256 = stablehlo.broadcast_in_dim %255, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %257 = stablehlo.multiply %256, %252 : tensor<5x8xf32>
    %258 = stablehlo.add %254, %257 : tensor<5x8xf32>
    %cst_82 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %259 = stablehlo.broadcast_in_dim %cst_82, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %260 = stablehlo.power %258, %259 : tensor<5x8xf32>
    %261 = stablehlo.multiply %244, %260 : tensor<5x8xf32>
    %c_83 = stablehlo.constant dense<0> : tensor<i32>
    %c_84 = stablehlo.constant dense<0> : tensor<i32>
    %262 = stablehlo.subtract %c_83, %c_84 : tensor<i32>
    %c_85 = stablehlo.constant dense<1> : tensor<i32>
    %263 = stablehlo.add %262, %c_85 : tensor<i32>
    %264 = stablehlo.convert %263 : (tensor<i32>) -> tensor<f32>
    %cst_86 = stablehlo.constant dense<-8.000000e-01> : tensor<f32>
    %265 = stablehlo.power %264, %cst_86 : tensor<f32>
    %cst_87 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %266 = stablehlo.subtract %cst_87, %265 : tensor<f32>
    %267 = stablehlo.multiply %242, %242 : tensor<8xf32>
    %cst_88 = stablehlo.constant dense<1.000000e-30> : tensor<f32>
    %268 = stablehlo.broadcast_in_dim %cst_88, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %269 = stablehlo.add %267, %268 : tensor<8xf32>
    %270 = stablehlo.broadcast_in_dim %266, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %271 = stablehlo.multiply %270, %194 : tensor<8xf32>
    %cst_89 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %272 = stablehlo.subtract %cst_89, %266 : tensor<f32>
    %273 = stablehlo.broadcast_in_dim %272, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %274 = stablehlo.multiply %273, %269 : tensor<8xf32>
    %275 = stablehlo.add %271, %274 : tensor<8xf32>
    %cst_90 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %276 = stablehlo.broadcast_in_dim %cst_90, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %277 = stablehlo.power %275, %276 : tensor<8xf32>
    %278 = stablehlo.multiply %242, %277 : tensor<8xf32>
    %c_91 = stablehlo.constant dense<0> : tensor<i32>
    %c_92 = stablehlo.constant dense<0> : tensor<i32>
    %279 = stablehlo.subtract %c_91, %c_92 : tensor<i32>
    %c_93 = stablehlo.constant dense<1> : tensor<i32>
    %280 = stablehlo.add %279, %c_93 : tensor<i32>
    %281 = stablehlo.convert %280 : (tensor<i32>) -> tensor<f32>
    %cst_94 = stablehlo.constant dense<-8.000000e-01> : tensor<f32>
    %282 = stablehlo.power %281, %cst_94 : tensor<f32>
    %cst_95 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %283 = stablehlo.subtract %cst_95, %282 : tensor<f32>
    %284 = stablehlo.multiply %236, %236 : tensor<8x3xf32>
    %cst_96 = stablehlo.constant dense<1.000000e-30> : tensor<f32>
    %285 = stablehlo.broadcast_in_dim %cst_96, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %286 = stablehlo.add %284, %285 : tensor<8x3xf32>
    %287 = stablehlo.broadcast_in_dim %283, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %288 = stablehlo.multiply %287, %195 : tensor<8x3xf32>
    %cst_97 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %289 = stablehlo.subtract %cst_97, %283 : tensor<f32>
    %290 = stablehlo.broadcast_in_dim %289, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %291 = stablehlo.multiply %290, %286 : tensor<8x3xf32>
    %292 = stablehlo.add %288, %291 : tensor<8x3xf32>
    %cst_98 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %293 = stablehlo.broadcast_in_dim %cst_98, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %294 = stablehlo.power %292, %293 : tensor<8x3xf32>
    %295 = stablehlo.multiply %236, %294 : tensor<8x3xf32>
    %c_99 = stablehlo.constant dense<0> : tensor<i32>
    %c_100 = stablehlo.constant dense<2147483647> : tensor<i32>
    %296 = stablehlo.compare LT, %c_99, %c_100, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_101 = stablehlo.constant dense<0> : tensor<i32>
    %c_102 = stablehlo.constant dense<1> : tensor<i32>
    %297 = stablehlo.add %c_101, %c_102 : tensor<i32>
    %c_103 = stablehlo.constant dense<2147483647> : tensor<i32>
    %298 = call @_where_4(%296, %297, %c_103) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %299 = stablehlo.multiply %261, %261 : tensor<5x8xf32>
    %cst_104 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %300 = stablehlo.reduce(%299 init: %cst_104) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_105 = stablehlo.constant dense<4.000000e+01> : tensor<f32>
    %301 = stablehlo.divide %300, %cst_105 : tensor<f32>
    %302 = stablehlo.sqrt %301 : tensor<f32>
    %cst_106 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %303 = stablehlo.divide %302, %cst_106 : tensor<f32>
    %cst_107 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %304 = stablehlo.maximum %cst_107, %303 : tensor<f32>
    %305 = stablehlo.broadcast_in_dim %304, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %306 = stablehlo.divide %261, %305 : tensor<5x8xf32>
    %307 = stablehlo.multiply %278, %278 : tensor<8xf32>
    %cst_108 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %308 = stablehlo.reduce(%307 init: %cst_108) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_109 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %309 = stablehlo.divide %308, %cst_109 : tensor<f32>
    %310 = stablehlo.sqrt %309 : tensor<f32>
    %cst_110 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %311 = stablehlo.divide %310, %cst_110 : tensor<f32>
    %cst_111 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %312 = stablehlo.maximum %cst_111, %311 : tensor<f32>
    %313 = stablehlo.broadcast_in_dim %312, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %314 = stablehlo.divide %278, %313 : tensor<8xf32>
    %315 = stablehlo.multiply %295, %295 : tensor<8x3xf32>
    %cst_112 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %316 = stablehlo.reduce(%315 init: %cst_112) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_113 = stablehlo.constant dense<2.400000e+01> : tensor<f32>
    %317 = stablehlo.divide %316, %cst_113 : tensor<f32>
    %318 = stablehlo.sqrt %317 : tensor<f32>
    %cst_114 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %319 = stablehlo.divide %318, %cst_114 : tensor<f32>
    %cst_115 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %320 = stablehlo.maximum %cst_115, %319 : tensor<f32>
    %321 = stablehlo.broadcast_in_dim %320, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %322 = stablehlo.divide %295, %321 : tensor<8x3xf32>
    %cst_116 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %323 = stablehlo.broadcast_in_dim %cst_116, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %324 = stablehlo.multiply %323, %306 : tensor<5x8xf32>
    %cst_117 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %325 = stablehlo.broadcast_in_dim %cst_117, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %326 = stablehlo.multiply %325, %314 : tensor<8xf32>
    %cst_118 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %327 = stablehlo.broadcast_in_dim %cst_118, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %328 = stablehlo.multiply %327, %322 : tensor<8x3xf32>
    %329 = stablehlo.multiply %arg2, %arg2 : tensor<5x8xf32>
    %cst_119 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %330 = stablehlo.reduce(%329 init: %cst_119) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_120 = stablehlo.constant dense<4.000000e+01> : tensor<f32>
    %331 = stablehlo.divide %330, %cst_120 : tensor<f32>
    %332 = stablehlo.sqrt %331 : tensor<f32>
    %cst_121 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %333 = stablehlo.compare LE, %332, %cst_121, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_122 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %334 = stablehlo.broadcast_in_dim %cst_122, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %335 = call @_where_5(%333, %334, %arg2) : (tensor<i1>, tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %cst_123 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %336 = stablehlo.compare LE, %332, %cst_123, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %337 = stablehlo.multiply %335, %335 : tensor<5x8xf32>
    %cst_124 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %338 = stablehlo.reduce(%337 init: %cst_124) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_125 = stablehlo.constant dense<4.000000e+01> : tensor<f32>
    %339 = stablehlo.divide %338, %cst_125 : tensor<f32>
    %340 = stablehlo.sqrt %339 : tensor<f32>
    %cst_126 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %341 = call @_where_6(%336, %cst_126, %340) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %342 = stablehlo.broadcast_in_dim %341, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %343 = stablehlo.multiply %324, %342 : tensor<5x8xf32>
    %344 = stablehlo.multiply %arg3, %arg3 : tensor<8xf32>
    %cst_127 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %345 = stablehlo.reduce(%344 init: %cst_127) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_128 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %346 = stablehlo.divide %345, %cst_128 : tensor<f32>
    %347 = stablehlo.sqrt %346 : tensor<f32>
    %cst_129 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %348 = stablehlo.compare LE, %347, %cst_129, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_130 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %349 = stablehlo.broadcast_in_dim %cst_130, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %350 = call @_where_7(%348, %349, %arg3) : (tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_131 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %351 = stablehlo.compare LE, %347, %cst_131, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %352 = stablehlo.multiply %350, %350 : tensor<8xf32>
    %cst_132 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %353 = stablehlo.reduce(%352 init: %cst_132) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_133 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %354 = stablehlo.divide %353, %cst_133 : tensor<f32>
    %355 = stablehlo.sqrt %354 : tensor<f32>
    %cst_134 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %356 = call @_where_6(%351, %cst_134, %355) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %357 = stablehlo.broadcast_in_dim %356, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %358 = stablehlo.multiply %326, %357 : tensor<8xf32>
    %359 = stablehlo.multiply %arg4, %arg4 : tensor<8x3xf32>
    %cst_135 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %360 = stablehlo.reduce(%359 init: %cst_135) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_136 = stablehlo.constant dense<2.400000e+01> : tensor<f32>
    %361 = stablehlo.divide %360, %cst_136 : tensor<f32>
    %362 = stablehlo.sqrt %361 : tensor<f32>
    %cst_137 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %363 = stablehlo.compare LE, %362, %cst_137, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_138 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %364 = stablehlo.broadcast_in_dim %cst_138, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %365 = call @_where_8(%363, %364, %arg4) : (tensor<i1>, tensor<8x3xf32>, tensor<8x3xf32>) -> tensor<8x3xf32>
    %cst_139 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %366 = stablehlo.compare LE, %362, %cst_139, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %367 = stablehlo.multiply %365, %365 : tensor<8x3xf32>
    %cst_140 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %368 = stablehlo.reduce(%367 init: %cst_140) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_141 = stablehlo.constant dense<2.400000e+01> : tensor<f32>
    %369 = stablehlo.divide %368, %cst_141 : tensor<f32>
    %370 = stablehlo.sqrt %369 : tensor<f32>
    %cst_142 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %371 = call @_where_6(%366, %cst_142, %370) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %372 = stablehlo.broadcast_in_dim %371, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %373 = stablehlo.multiply %328, %372 : tensor<8x3xf32>
    %cst_143 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %374 = stablehlo.broadcast_in_dim %cst_143, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %375 = stablehlo.multiply %374, %343 : tensor<5x8xf32>
    %cst_144 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %376 = stablehlo.broadcast_in_dim %cst_144, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %377 = stablehlo.multiply %376, %358 : tensor<8xf32>
    %cst_145 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %378 = stablehlo.broadcast_in_dim %cst_145, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %379 = stablehlo.multiply %378, %373 : tensor<8x3xf32>
    %380 = stablehlo.add %arg2, %375 : tensor<5x8xf32>
    %381 = stablehlo.add %arg3, %377 : tensor<8xf32>
    %382 = stablehlo.add %arg4, %379 : tensor<8x3xf32>
    %383 = stablehlo.dot_general %arg0, %380, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
    %384 = stablehlo.broadcast_in_dim %381, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %385 = stablehlo.broadcast_in_dim %384, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
    %386 = stablehlo.add %383, %385 : tensor<6x8xf32>
    %387 = call @relu(%386) : (tensor<6x8xf32>) -> tensor<6x8xf32>
    %cst_146 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %388 = stablehlo.broadcast_in_dim %cst_146, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %389 = stablehlo.compare GT, %386, %388, FLOAT : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xi1>
    %390 = stablehlo.dot_general %387, %382, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
    %391 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %392:2 = call @take_along_axis_2(%390, %391) : (tensor<6x3xf32>, tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>)
    %c_147 = stablehlo.constant dense<0> : tensor<i32>
    %393:2 = call @_take_3(%392#0, %c_147) : (tensor<6x1xf32>, tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>)
    %cst_148 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %394 = stablehlo.reduce(%390 init: %cst_148) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_149 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %395 = stablehlo.broadcast_in_dim %cst_149, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %396 = stablehlo.maximum %395, %394 : tensor<6xf32>
    %397 = stablehlo.is_finite %396 : (tensor<6xf32>) -> tensor<6xi1>
    %cst_150 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %398 = stablehlo.broadcast_in_dim %cst_150, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %399 = stablehlo.select %397, %396, %398 : tensor<6xi1>, tensor<6xf32>
    %400 = stablehlo.broadcast_in_dim %399, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %401 = stablehlo.broadcast_in_dim %400, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
    %402 = stablehlo.subtract %390, %401 : tensor<6x3xf32>
    %403 = stablehlo.exponential %402 : tensor<6x3xf32>
    %cst_151 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %404 = stablehlo.reduce(%403 init: %cst_151) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %405 = stablehlo.abs %404 : tensor<6xf32>
    %cst_152 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %406 = stablehlo.broadcast_in_dim %cst_152, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %407 = stablehlo.compare GE, %404, %406, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %408 = stablehlo.log %405 : tensor<6xf32>
    %409 = stablehlo.add %408, %399 : tensor<6xf32>
    %410 = stablehlo.subtract %409, %393#0 : tensor<6xf32>
    %cst_153 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %411 = stablehlo.reduce(%410 init: %cst_153) applies stablehlo.add across dimensions = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<f32>
    %cst_154 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %412 = stablehlo.divide %411, %cst_154 : tensor<f32>
    %cst_155 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_156 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %413 = stablehlo.divide %cst_155, %cst_156 : tensor<f32>
    %414 = stablehlo.broadcast_in_dim %413, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %415 = stablehlo.negate %414 : tensor<6xf32>
    %416 = stablehlo.divide %414, %405 : tensor<6xf32>
    %cst_157 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %417 = stablehlo.broadcast_in_dim %cst_157, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %418 = stablehlo.select %407, %417, %416 : tensor<6xi1>, tensor<6xf32>
    %419 = stablehlo.select %407, %416, %417 : tensor<6xi1>, tensor<6xf32>
    %420 = stablehlo.negate %418 : tensor<6xf32>
    %421 = stablehlo.add %419, %420 : tensor<6xf32>
    %422 = stablehlo.broadcast_in_dim %421, dims = [0] : (tensor<6xf32>) -> tensor<6x3xf32>
    %423 = stablehlo.multiply %422, %403 : tensor<6x3xf32>
    %424 = call @_take_0(%393#1, %415) : (tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
    %425 = call @take_along_axis_1(%392#1, %424) : (tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
    %426 = stablehlo.add %423, %425 : tensor<6x3xf32>
    %427 = stablehlo.dot_general %426, %387, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>
    %428 = stablehlo.transpose %427, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
    %429 = stablehlo.dot_general %426, %382, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<8x3xf32>) -> tensor<6x8xf32>
    %cst_158 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %430 = stablehlo.broadcast_in_dim %cst_158, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %431 = stablehlo.select %389, %429, %430 : tensor<6x8xi1>, tensor<6x8xf32>
    %cst_159 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %432 = stablehlo.reduce(%431 init: %cst_159) applies stablehlo.add across dimensions = [0] : (tensor<6x8xf32>, tensor<f32>) -> tensor<8xf32>
    %433 = stablehlo.reshape %432 : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst_160 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %434 = stablehlo.reduce(%433 init: %cst_160) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %435 = stablehlo.dot_general %431, %arg0, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<6x5xf32>) -> tensor<8x5xf32>
    %436 = stablehlo.transpose %435, dims = [1, 0] : (tensor<8x5xf32>) -> tensor<5x8xf32>
    %c_161 = stablehlo.constant dense<0> : tensor<i32>
    %437 = stablehlo.subtract %298, %c_161 : tensor<i32>
    %c_162 = stablehlo.constant dense<1> : tensor<i32>
    %438 = stablehlo.add %437, %c_162 : tensor<i32>
    %439 = stablehlo.convert %438 : (tensor<i32>) -> tensor<f32>
    %cst_163 = stablehlo.constant dense<-8.000000e-01> : tensor<f32>
    %440 = stablehlo.power %439, %cst_163 : tensor<f32>
    %cst_164 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %441 = stablehlo.subtract %cst_164, %440 : tensor<f32>
    %442 = stablehlo.multiply %436, %436 : tensor<5x8xf32>
    %cst_165 = stablehlo.constant dense<1.000000e-30> : tensor<f32>
    %443 = stablehlo.broadcast_in_dim %cst_165, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %444 = stablehlo.add %442, %443 : tensor<5x8xf32>
    %445 = stablehlo.broadcast_in_dim %441, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %446 = stablehlo.multiply %445, %258 : tensor<5x8xf32>
    %cst_166 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %447 = stablehlo.subtract %cst_166, %441 : tensor<f32>
    %448 = stablehlo.broadcast_in_dim %447, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %449 = stablehlo.multiply %448, %444 : tensor<5x8xf32>
    %450 = stablehlo.add %446, %449 : tensor<5x8xf32>
    %cst_167 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %451 = stablehlo.broadcast_in_dim %cst_167, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %452 = stablehlo.power %450, %451 : tensor<5x8xf32>
    %453 = stablehlo.multiply %436, %452 : tensor<5x8xf32>
    %c_168 = stablehlo.constant dense<0> : tensor<i32>
    %454 = stablehlo.subtract %298, %c_168 : tensor<i32>
    %c_169 = stablehlo.constant dense<1> : tensor<i32>
    %455 = stablehlo.add %454, %c_169 : tensor<i32>
    %456 = stablehlo.convert %455 : (tensor<i32>) -> tensor<f32>
    %cst_170 = stablehlo.constant dense<-8.000000e-01> : tensor<f32>
    %457 = stablehlo.power %456, %cst_170 : tensor<f32>
    %cst_171 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %458 = stablehlo.subtract %cst_171, %457 : tensor<f32>
    %459 = stablehlo.multiply %434, %434 : tensor<8xf32>
    %cst_172 = stablehlo.constant dense<1.000000e-30> : tensor<f32>
    %460 = stablehlo.broadcast_in_dim %cst_172, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %461 = stablehlo.add %459, %460 : tensor<8xf32>
    %462 = stablehlo.broadcast_in_dim %458, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %463 = stablehlo.multiply %462, %275 : tensor<8xf32>
    %cst_173 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %464 = stablehlo.subtract %cst_173, %458 : tensor<f32>
    %465 = stablehlo.broadcast_in_dim %464, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %466 = stablehlo.multiply %465, %461 : tensor<8xf32>
    %467 = stablehlo.add %463, %466 : tensor<8xf32>
    %cst_174 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %468 = stablehlo.broadcast_in_dim %cst_174, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %469 = stablehlo.power %467, %468 : tensor<8xf32>
    %470 = stablehlo.multiply %434, %469 : tensor<8xf32>
    %c_175 = stablehlo.constant dense<0> : tensor<i32>
    %471 = stablehlo.subtract %298, %c_175 : tensor<i32>
    %c_176 = stablehlo.constant dense<1> : tensor<i32>
    %472 = stablehlo.add %471, %c_176 : tensor<i32>
    %473 = stablehlo.convert %472 : (tensor<i32>) -> tensor<f32>
    %cst_177 = stablehlo.constant dense<-8.000000e-01> : tensor<f32>
    %474 = stablehlo.power %473, %cst_177 : tensor<f32>
    %cst_178 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %475 = stablehlo.subtract %cst_178, %474 : tensor<f32>
    %476 = stablehlo.multiply %428, %428 : tensor<8x3xf32>
    %cst_179 = stablehlo.constant dense<1.000000e-30> : tensor<f32>
    %477 = stablehlo.broadcast_in_dim %cst_179, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %478 = stablehlo.add %476, %477 : tensor<8x3xf32>
    %479 = stablehlo.broadcast_in_dim %475, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %480 = stablehlo.multiply %479, %292 : tensor<8x3xf32>
    %cst_180 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %481 = stablehlo.subtract %cst_180, %475 : tensor<f32>
    %482 = stablehlo.broadcast_in_dim %481, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %483 = stablehlo.multiply %482, %478 : tensor<8x3xf32>
    %484 = stablehlo.add %480, %483 : tensor<8x3xf32>
    %cst_181 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %485 = stablehlo.broadcast_in_dim %cst_181, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %486 = stablehlo.power %484, %485 : tensor<8x3xf32>
    %487 = stablehlo.multiply %428, %486 : tensor<8x3xf32>
    %488 = stablehlo.multiply %453, %453 : tensor<5x8xf32>
    %cst_182 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %489 = stablehlo.reduce(%488 init: %cst_182) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_183 = stablehlo.constant dense<4.000000e+01> : tensor<f32>
    %490 = stablehlo.divide %489, %cst_183 : tensor<f32>
    %491 = stablehlo.sqrt %490 : tensor<f32>
    %cst_184 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %492 = stablehlo.divide %491, %cst_184 : tensor<f32>
    %cst_185 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %493 = stablehlo.maximum %cst_185, %492 : tensor<f32>
    %494 = stablehlo.broadcast_in_dim %493, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %495 = stablehlo.divide %453, %494 : tensor<5x8xf32>
    %496 = stablehlo.multiply %470, %470 : tensor<8xf32>
    %cst_186 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %497 = stablehlo.reduce(%496 init: %cst_186) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_187 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %498 = stablehlo.divide %497, %cst_187 : tensor<f32>
    %499 = stablehlo.sqrt %498 : tensor<f32>
    %cst_188 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %500 = stablehlo.divide %499, %cst_188 : tensor<f32>
    %cst_189 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %501 = stablehlo.maximum %cst_189, %500 : tensor<f32>
    %502 = stablehlo.broadcast_in_dim %501, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %503 = stablehlo.divide %470, %502 : tensor<8xf32>
    %504 = stablehlo.multiply %487, %487 : tensor<8x3xf32>
    %cst_190 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %505 = stablehlo.reduce(%504 init: %cst_190) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_191 = stablehlo.constant dense<2.400000e+01> : tensor<f32>
    %506 = stablehlo.divide %505, %cst_191 : tensor<f32>
    %507 = stablehlo.sqrt %506 : tensor<f32>
    %cst_192 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %508 = stablehlo.divide %507, %cst_192 : tensor<f32>
    %cst_193 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %509 = stablehlo.maximum %cst_193, %508 : tensor<f32>
    %510 = stablehlo.broadcast_in_dim %509, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %511 = stablehlo.divide %487, %510 : tensor<8x3xf32>
    %cst_194 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %512 = stablehlo.broadcast_in_dim %cst_194, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %513 = stablehlo.multiply %512, %495 : tensor<5x8xf32>
    %cst_195 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %514 = stablehlo.broadcast_in_dim %cst_195, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %515 = stablehlo.multiply %514, %503 : tensor<8xf32>
    %cst_196 = stablehlo.constant dense<0.00999999977> : tensor<f32>
    %516 = stablehlo.broadcast_in_dim %cst_196, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %517 = stablehlo.multiply %516, %511 : tensor<8x3xf32>
    %518 = stablehlo.multiply %380, %380 : tensor<5x8xf32>
    %cst_197 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %519 = stablehlo.reduce(%518 init: %cst_197) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_198 = stablehlo.constant dense<4.000000e+01> : tensor<f32>
    %520 = stablehlo.divide %519, %cst_198 : tensor<f32>
    %521 = stablehlo.sqrt %520 : tensor<f32>
    %cst_199 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %522 = stablehlo.compare LE, %521, %cst_199, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_200 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %523 = stablehlo.broadcast_in_dim %cst_200, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %524 = call @_where_5(%522, %523, %380) : (tensor<i1>, tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %cst_201 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %525 = stablehlo.compare LE, %521, %cst_201, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %526 = stablehlo.multiply %524, %524 : tensor<5x8xf32>
    %cst_202 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %527 = stablehlo.reduce(%526 init: %cst_202) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_203 = stablehlo.constant dense<4.000000e+01> : tensor<f32>
    %528 = stablehlo.divide %527, %cst_203 : tensor<f32>
    %529 = stablehlo.sqrt %528 : tensor<f32>
    %cst_204 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %530 = call @_where_6(%525, %cst_204, %529) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %531 = stablehlo.broadcast_in_dim %530, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %532 = stablehlo.multiply %513, %531 : tensor<5x8xf32>
    %533 = stablehlo.multiply %381, %381 : tensor<8xf32>
    %cst_205 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %534 = stablehlo.reduce(%533 init: %cst_205) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_206 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %535 = stablehlo.divide %534, %cst_206 : tensor<f32>
    %536 = stablehlo.sqrt %535 : tensor<f32>
    %cst_207 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %537 = stablehlo.compare LE, %536, %cst_207, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_208 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %538 = stablehlo.broadcast_in_dim %cst_208, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %539 = call @_where_7(%537, %538, %381) : (tensor<i1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_209 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %540 = stablehlo.compare LE, %536, %cst_209, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %541 = stablehlo.multiply %539, %539 : tensor<8xf32>
    %cst_210 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %542 = stablehlo.reduce(%541 init: %cst_210) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_211 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %543 = stablehlo.divide %542, %cst_211 : tensor<f32>
    %544 = stablehlo.sqrt %543 : tensor<f32>
    %cst_212 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %545 = call @_where_6(%540, %cst_212, %544) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %546 = stablehlo.broadcast_in_dim %545, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %547 = stablehlo.multiply %515, %546 : tensor<8xf32>
    %548 = stablehlo.multiply %382, %382 : tensor<8x3xf32>
    %cst_213 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %549 = stablehlo.reduce(%548 init: %cst_213) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_214 = stablehlo.constant dense<2.400000e+01> : tensor<f32>
    %550 = stablehlo.divide %549, %cst_214 : tensor<f32>
    %551 = stablehlo.sqrt %550 : tensor<f32>
    %cst_215 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %552 = stablehlo.compare LE, %551, %cst_215, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_216 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %553 = stablehlo.broadcast_in_dim %cst_216, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %554 = call @_where_8(%552, %553, %382) : (tensor<i1>, tensor<8x3xf32>, tensor<8x3xf32>) -> tensor<8x3xf32>
    %cst_217 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %555 = stablehlo.compare LE, %551, %cst_217, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %556 = stablehlo.multiply %554, %554 : tensor<8x3xf32>
    %cst_218 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %557 = stablehlo.reduce(%556 init: %cst_218) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_219 = stablehlo.constant dense<2.400000e+01> : tensor<f32>
    %558 = stablehlo.divide %557, %cst_219 : tensor<f32>
    %559 = stablehlo.sqrt %558 : tensor<f32>
    %cst_220 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %560 = call @_where_6(%555, %cst_220, %559) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %561 = stablehlo.broadcast_in_dim %560, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %562 = stablehlo.multiply %517, %561 : tensor<8x3xf32>
    %cst_221 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %563 = stablehlo.broadcast_in_dim %cst_221, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %564 = stablehlo.multiply %563, %532 : tensor<5x8xf32>
    %cst_222 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %565 = stablehlo.broadcast_in_dim %cst_222, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %566 = stablehlo.multiply %565, %547 : tensor<8xf32>
    %cst_223 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %567 = stablehlo.broadcast_in_dim %cst_223, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %568 = stablehlo.multiply %567, %562 : tensor<8x3xf32>
    %569 = stablehlo.add %380, %564 : tensor<5x8xf32>
    %570 = stablehlo.add %381, %566 : tensor<8xf32>
    %571 = stablehlo.add %382, %568 : tensor<8x3xf32>
    return %132, %190, %191, %192, %412, %569, %570, %571 : tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>, tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
  }
  func.func private @relu(%arg0: tensor<6x8xf32>) -> tensor<6x8xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %1 = stablehlo.maximum %arg0, %0 : tensor<6x8xf32>
    return %1 : tensor<6x8xf32>
  }
  func.func private @take_along_axis(%arg0: tensor<6x1xi32>) -> tensor<6x1x1xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<6x1xi32>
    %1 = stablehlo.compare LT, %arg0, %0, SIGNED : (tensor<6x1xi32>, tensor<6x1xi32>) -> tensor<6x1xi1>
    %c_0 = stablehlo.constant dense<3> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<6x1xi32>
    %3 = stablehlo.add %arg0, %2 : tensor<6x1xi32>
    %4 = stablehlo.select %1, %3, %arg0 : tensor<6x1xi1>, tensor<6x1xi32>
    %5 = stablehlo.reshape %4 : (tensor<6x1xi32>) -> tensor<6x1x1xi32>
    return %5 : tensor<6x1x1xi32>
  }
  func.func private @_take(%arg0: tensor<i32>) -> tensor<1xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.compare LT, %arg0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.add %arg0, %c_0 : tensor<i32>
    %2 = call @_where(%0, %1, %arg0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    return %3 : tensor<1xi32>
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
  func.func private @take_along_axis_2(%arg0: tensor<6x3xf32>, %arg1: tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>) {
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
  func.func private @_take_3(%arg0: tensor<6x1xf32>, %arg1: tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>) {
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
  func.func private @_where_4(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @_where_5(%arg0: tensor<i1>, %arg1: tensor<5x8xf32>, %arg2: tensor<5x8xf32>) -> tensor<5x8xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<5x8xf32>
    return %0 : tensor<5x8xf32>
  }
  func.func private @_where_6(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.select %arg0, %0, %arg2 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @_where_7(%arg0: tensor<i1>, %arg1: tensor<8xf32>, %arg2: tensor<8xf32>) -> tensor<8xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<8xf32>
    return %0 : tensor<8xf32>
  }
  func.func private @_where_8(%arg0: tensor<i1>, %arg1: tensor<8x3xf32>, %arg2: tensor<8x3xf32>) -> tensor<8x3xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<8x3xf32>
    return %0 : tensor<8x3xf32>
  }
}
