module @jit_optax_chain_clip_momentum attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<6x5xf32>, %arg1: tensor<6xi32>, %arg2: tensor<5x8xf32>, %arg3: tensor<8xf32>, %arg4: tensor<8x3xf32>) -> (tensor<f32> {jax.result_info = "result[0]"}, tensor<5x8xf32> {jax.result_info = "result[1]['a']"}, tensor<8xf32> {jax.result_info = "result[1]['b']"}, tensor<8x3xf32> {jax.result_info = "result[1]['c']"}) {
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
    %52 = chlo.square %51 : tensor<5x8xf32> -> tensor<5x8xf32>
    %cst_14 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %53 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %54 = chlo.square %53 : tensor<5x8xf32> -> tensor<5x8xf32>
    %55 = stablehlo.add %52, %54 : tensor<5x8xf32>
    %56 = chlo.square %49 : tensor<8xf32> -> tensor<8xf32>
    %cst_15 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %57 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %58 = chlo.square %57 : tensor<8xf32> -> tensor<8xf32>
    %59 = stablehlo.add %56, %58 : tensor<8xf32>
    %60 = chlo.square %43 : tensor<8x3xf32> -> tensor<8x3xf32>
    %cst_16 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %61 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %62 = chlo.square %61 : tensor<8x3xf32> -> tensor<8x3xf32>
    %63 = stablehlo.add %60, %62 : tensor<8x3xf32>
    %cst_17 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %64 = stablehlo.reduce(%55 init: %cst_17) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_18 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %65 = stablehlo.reduce(%59 init: %cst_18) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_19 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %66 = stablehlo.reduce(%63 init: %cst_19) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_20 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %67 = stablehlo.add %cst_20, %64 : tensor<f32>
    %68 = stablehlo.add %67, %65 : tensor<f32>
    %69 = stablehlo.add %68, %66 : tensor<f32>
    %70 = stablehlo.sqrt %69 : tensor<f32>
    %cst_21 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %71 = stablehlo.compare LT, %70, %cst_21, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %72 = stablehlo.broadcast_in_dim %70, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %73 = stablehlo.divide %51, %72 : tensor<5x8xf32>
    %cst_22 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %74 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %75 = stablehlo.multiply %73, %74 : tensor<5x8xf32>
    %76 = stablehlo.select %71, %51, %75 : tensor<i1>, tensor<5x8xf32>
    %77 = stablehlo.broadcast_in_dim %70, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %78 = stablehlo.divide %49, %77 : tensor<8xf32>
    %cst_23 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %79 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %80 = stablehlo.multiply %78, %79 : tensor<8xf32>
    %81 = stablehlo.select %71, %49, %80 : tensor<i1>, tensor<8xf32>
    %82 = stablehlo.broadcast_in_dim %70, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %83 = stablehlo.divide %43, %82 : tensor<8x3xf32>
    %cst_24 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %84 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %85 = stablehlo.multiply %83, %84 : tensor<8x3xf32>
    %86 = stablehlo.select %71, %43, %85 : tensor<i1>, tensor<8x3xf32>
    %cst_25 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %87 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %88 = stablehlo.multiply %87, %0 : tensor<5x8xf32>
    %89 = stablehlo.add %76, %88 : tensor<5x8xf32>
    %cst_26 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %90 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %91 = stablehlo.multiply %90, %1 : tensor<8xf32>
    %92 = stablehlo.add %81, %91 : tensor<8xf32>
    %cst_27 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %93 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %94 = stablehlo.multiply %93, %2 : tensor<8x3xf32>
    %95 = stablehlo.add %86, %94 : tensor<8x3xf32>
    %cst_28 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %96 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %97 = stablehlo.multiply %96, %89 : tensor<5x8xf32>
    %98 = stablehlo.add %76, %97 : tensor<5x8xf32>
    %cst_29 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %99 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %100 = stablehlo.multiply %99, %92 : tensor<8xf32>
    %101 = stablehlo.add %81, %100 : tensor<8xf32>
    %cst_30 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %102 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %103 = stablehlo.multiply %102, %95 : tensor<8x3xf32>
    %104 = stablehlo.add %86, %103 : tensor<8x3xf32>
    %cst_31 = stablehlo.constant dense<-1.000000e-01> : tensor<f32>
    %105 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %106 = stablehlo.multiply %105, %98 : tensor<5x8xf32>
    %cst_32 = stablehlo.constant dense<-1.000000e-01> : tensor<f32>
    %107 = stablehlo.broadcast_in_dim %cst_32, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %108 = stablehlo.multiply %107, %101 : tensor<8xf32>
    %cst_33 = stablehlo.constant dense<-1.000000e-01> : tensor<f32>
    %109 = stablehlo.broadcast_in_dim %cst_33, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %110 = stablehlo.multiply %109, %104 : tensor<8x3xf32>
    %111 = stablehlo.add %arg2, %106 : tensor<5x8xf32>
    %112 = stablehlo.add %arg3, %108 : tensor<8xf32>
    %113 = stablehlo.add %arg4, %110 : tensor<8x3xf32>
    %114 = stablehlo.dot_general %arg0, %111, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x5xf32>, tensor<5x8xf32>) -> tensor<6x8xf32>
    %115 = stablehlo.broadcast_in_dim %112, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %116 = stablehlo.broadcast_in_dim %115, dims = [0, 1] : (tensor<1x8xf32>) -> tensor<6x8xf32>
    %117 = stablehlo.add %114, %116 : tensor<6x8xf32>
    %118 = call @relu(%117) : (tensor<6x8xf32>) -> tensor<6x8xf32>
    %cst_34 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %119 = stablehlo.broadcast_in_dim %cst_34, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %120 = stablehlo.compare GT, %117, %119, FLOAT : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xi1>
    %121 = stablehlo.dot_general %118, %113, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<8x3xf32>) -> tensor<6x3xf32>
    %122 = stablehlo.broadcast_in_dim %arg1, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %123:2 = call @take_along_axis_2(%121, %122) : (tensor<6x3xf32>, tensor<6x1xi32>) -> (tensor<6x1xf32>, tensor<6x1x1xi32>)
    %c_35 = stablehlo.constant dense<0> : tensor<i32>
    %124:2 = call @_take_3(%123#0, %c_35) : (tensor<6x1xf32>, tensor<i32>) -> (tensor<6xf32>, tensor<1xi32>)
    %cst_36 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %125 = stablehlo.reduce(%121 init: %cst_36) applies stablehlo.maximum across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_37 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %126 = stablehlo.broadcast_in_dim %cst_37, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %127 = stablehlo.maximum %126, %125 : tensor<6xf32>
    %128 = stablehlo.is_finite %127 : (tensor<6xf32>) -> tensor<6xi1>
    %cst_38 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %129 = stablehlo.broadcast_in_dim %cst_38, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %130 = stablehlo.select %128, %127, %129 : tensor<6xi1>, tensor<6xf32>
    %131 = stablehlo.broadcast_in_dim %130, dims = [0] : (tensor<6xf32>) -> tensor<6x1xf32>
    %132 = stablehlo.broadcast_in_dim %131, dims = [0, 1] : (tensor<6x1xf32>) -> tensor<6x3xf32>
    %133 = stablehlo.subtract %121, %132 : tensor<6x3xf32>
    %134 = stablehlo.exponential %133 : tensor<6x3xf32>
    %cst_39 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %135 = stablehlo.reduce(%134 init: %cst_39) applies stablehlo.add across dimensions = [1] : (tensor<6x3xf32>, tensor<f32>) -> tensor<6xf32>
    %136 = stablehlo.abs %135 : tensor<6xf32>
    %cst_40 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %137 = stablehlo.broadcast_in_dim %cst_40, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %138 = stablehlo.compare GE, %135, %137, FLOAT : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %139 = stablehlo.log %136 : tensor<6xf32>
    %140 = stablehlo.add %139, %130 : tensor<6xf32>
    %141 = stablehlo.subtract %140, %124#0 : tensor<6xf32>
    %cst_41 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %142 = stablehlo.reduce(%141 init: %cst_41) applies stablehlo.add across dimensions = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<f32>
    %cst_42 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %143 = stablehlo.divide %142, %cst_42 : tensor<f32>
    %cst_43 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_44 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %144 = stablehlo.divide %cst_43, %cst_44 : tensor<f32>
    %145 = stablehlo.broadcast_in_dim %144, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %146 = stablehlo.negate %145 : tensor<6xf32>
    %147 = stablehlo.divide %145, %136 : tensor<6xf32>
    %cst_45 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %148 = stablehlo.broadcast_in_dim %cst_45, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %149 = stablehlo.select %138, %148, %147 : tensor<6xi1>, tensor<6xf32>
    %150 = stablehlo.select %138, %147, %148 : tensor<6xi1>, tensor<6xf32>
    %151 = stablehlo.negate %149 : tensor<6xf32>
    %152 = stablehlo.add %150, %151 : tensor<6xf32>
    %153 = stablehlo.broadcast_in_dim %152, dims = [0] : (tensor<6xf32>) -> tensor<6x3xf32>
    %154 = stablehlo.multiply %153, %134 : tensor<6x3xf32>
    %155 = call @_take_0(%124#1, %146) : (tensor<1xi32>, tensor<6xf32>) -> tensor<6x1xf32>
    %156 = call @take_along_axis_1(%123#1, %155) : (tensor<6x1x1xi32>, tensor<6x1xf32>) -> tensor<6x3xf32>
    %157 = stablehlo.add %154, %156 : tensor<6x3xf32>
    %158 = stablehlo.dot_general %157, %118, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<6x8xf32>) -> tensor<3x8xf32>
    %159 = stablehlo.transpose %158, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
    %160 = stablehlo.dot_general %157, %113, contracting_dims = [1] x [1], precision = [DEFAULT, DEFAULT] : (tensor<6x3xf32>, tensor<8x3xf32>) -> tensor<6x8xf32>
    %cst_46 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %161 = stablehlo.broadcast_in_dim %cst_46, dims = [] : (tensor<f32>) -> tensor<6x8xf32>
    %162 = stablehlo.select %120, %160, %161 : tensor<6x8xi1>, tensor<6x8xf32>
    %cst_47 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %163 = stablehlo.reduce(%162 init: %cst_47) applies stablehlo.add across dimensions = [0] : (tensor<6x8xf32>, tensor<f32>) -> tensor<8xf32>
    %164 = stablehlo.reshape %163 : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst_48 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %165 = stablehlo.reduce(%164 init: %cst_48) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %166 = stablehlo.dot_general %162, %arg0, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<6x8xf32>, tensor<6x5xf32>) -> tensor<8x5xf32>
    %167 = stablehlo.transpose %166, dims = [1, 0] : (tensor<8x5xf32>) -> tensor<5x8xf32>
    %168 = chlo.square %167 : tensor<5x8xf32> -> tensor<5x8xf32>
    %cst_49 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %169 = stablehlo.broadcast_in_dim %cst_49, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %170 = chlo.square %169 : tensor<5x8xf32> -> tensor<5x8xf32>
    %171 = stablehlo.add %168, %170 : tensor<5x8xf32>
    %172 = chlo.square %165 : tensor<8xf32> -> tensor<8xf32>
    %cst_50 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %173 = stablehlo.broadcast_in_dim %cst_50, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %174 = chlo.square %173 : tensor<8xf32> -> tensor<8xf32>
    %175 = stablehlo.add %172, %174 : tensor<8xf32>
    %176 = chlo.square %159 : tensor<8x3xf32> -> tensor<8x3xf32>
    %cst_51 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %177 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %178 = chlo.square %177 : tensor<8x3xf32> -> tensor<8x3xf32>
    %179 = stablehlo.add %176, %178 : tensor<8x3xf32>
    %cst_52 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %180 = stablehlo.reduce(%171 init: %cst_52) applies stablehlo.add across dimensions = [0, 1] : (tensor<5x8xf32>, tensor<f32>) -> tensor<f32>
    %cst_53 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %181 = stablehlo.reduce(%175 init: %cst_53) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_54 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %182 = stablehlo.reduce(%179 init: %cst_54) applies stablehlo.add across dimensions = [0, 1] : (tensor<8x3xf32>, tensor<f32>) -> tensor<f32>
    %cst_55 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %183 = stablehlo.add %cst_55, %180 : tensor<f32>
    %184 = stablehlo.add %183, %181 : tensor<f32>
    %185 = stablehlo.add %184, %182 : tensor<f32>
    %186 = stablehlo.sqrt %185 : tensor<f32>
    %cst_56 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %187 = stablehlo.compare LT, %186, %cst_56, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %188 = stablehlo.broadcast_in_dim %186, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %189 = stablehlo.divide %167, %188 : tensor<5x8xf32>
    %cst_57 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %190 = stablehlo.broadcast_in_dim %cst_57, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %191 = stablehlo.multiply %189, %190 : tensor<5x8xf32>
    %192 = stablehlo.select %187, %167, %191 : tensor<i1>, tensor<5x8xf32>
    %193 = stablehlo.broadcast_in_dim %186, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %194 = stablehlo.divide %165, %193 : tensor<8xf32>
    %cst_58 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %195 = stablehlo.broadcast_in_dim %cst_58, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %196 = stablehlo.multiply %194, %195 : tensor<8xf32>
    %197 = stablehlo.select %187, %165, %196 : tensor<i1>, tensor<8xf32>
    %198 = stablehlo.broadcast_in_dim %186, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %199 = stablehlo.divide %159, %198 : tensor<8x3xf32>
    %cst_59 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %200 = stablehlo.broadcast_in_dim %cst_59, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %201 = stablehlo.multiply %199, %200 : tensor<8x3xf32>
    %202 = stablehlo.select %187, %159, %201 : tensor<i1>, tensor<8x3xf32>
    %cst_60 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %203 = stablehlo.broadcast_in_dim %cst_60, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %204 = stablehlo.multiply %203, %89 : tensor<5x8xf32>
    %205 = stablehlo.add %192, %204 : tensor<5x8xf32>
    %cst_61 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %206 = stablehlo.broadcast_in_dim %cst_61, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %207 = stablehlo.multiply %206, %92 : tensor<8xf32>
    %208 = stablehlo.add %197, %207 : tensor<8xf32>
    %cst_62 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %209 = stablehlo.broadcast_in_dim %cst_62, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %210 = stablehlo.multiply %209, %95 : tensor<8x3xf32>
    %211 = stablehlo.add %202, %210 : tensor<8x3xf32>
    %cst_63 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %212 = stablehlo.broadcast_in_dim %cst_63, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %213 = stablehlo.multiply %212, %205 : tensor<5x8xf32>
    %214 = stablehlo.add %192, %213 : tensor<5x8xf32>
    %cst_64 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %215 = stablehlo.broadcast_in_dim %cst_64, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %216 = stablehlo.multiply %215, %208 : tensor<8xf32>
    %217 = stablehlo.add %197, %216 : tensor<8xf32>
    %cst_65 = stablehlo.constant dense<0.899999976> : tensor<f32>
    %218 = stablehlo.broadcast_in_dim %cst_65, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %219 = stablehlo.multiply %218, %211 : tensor<8x3xf32>
    %220 = stablehlo.add %202, %219 : tensor<8x3xf32>
    %cst_66 = stablehlo.constant dense<-1.000000e-01> : tensor<f32>
    %221 = stablehlo.broadcast_in_dim %cst_66, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %222 = stablehlo.multiply %221, %214 : tensor<5x8xf32>
    %cst_67 = stablehlo.constant dense<-1.000000e-01> : tensor<f32>
    %223 = stablehlo.broadcast_in_dim %cst_67, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %224 = stablehlo.multiply %223, %217 : tensor<8xf32>
    %cst_68 = stablehlo.constant dense<-1.000000e-01> : tensor<f32>
    %225 = stablehlo.broadcast_in_dim %cst_68, dims = [] : (tensor<f32>) -> tensor<8x3xf32>
    %226 = stablehlo.multiply %225, %220 : tensor<8x3xf32>
    %227 = stablehlo.add %111, %222 : tensor<5x8xf32>
    %228 = stablehlo.add %112, %224 : tensor<8xf32>
    %229 = stablehlo.add %113, %226 : tensor<8x3xf32>
    return %143, %227, %228, %229 : tensor<f32>, tensor<5x8xf32>, tensor<8xf32>, tensor<8x3xf32>
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
}
