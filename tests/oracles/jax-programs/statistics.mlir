module @jit_statistics attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<8xf32>, %arg1: tensor<5xf32>) -> (tensor<8xf32> {jax.result_info = "result[0]"}, tensor<8xf32> {jax.result_info = "result[1]"}, tensor<8xf32> {jax.result_info = "result[2]"}, tensor<8xf32> {jax.result_info = "result[3]"}, tensor<8xf32> {jax.result_info = "result[4]"}, tensor<8xf32> {jax.result_info = "result[5]"}, tensor<8xf32> {jax.result_info = "result[6]"}, tensor<8xf32> {jax.result_info = "result[7]"}, tensor<8xf32> {jax.result_info = "result[8]"}, tensor<5xf32> {jax.result_info = "result[9]"}, tensor<f32> {jax.result_info = "result[10]"}, tensor<8xf32> {jax.result_info = "result[11]"}, tensor<8xf32> {jax.result_info = "result[12]"}, tensor<8xf32> {jax.result_info = "result[13]"}, tensor<5xf32> {jax.result_info = "result[14]"}, tensor<f32> {jax.result_info = "result[15]"}, tensor<8xf32> {jax.result_info = "result[16]"}, tensor<2x2xf32> {jax.result_info = "result[17]"}, tensor<f32> {jax.result_info = "result[18]"}, tensor<f32> {jax.result_info = "result[19]"}, tensor<f32> {jax.result_info = "result[20]"}) {
    %cst = stablehlo.constant dense<[-59.9633484, 98.0010757, -56.6762848, 13.9312611, -1.23916578]> : tensor<5xf32>
    %cst_0 = stablehlo.constant dense<[1.000000e+00, 1.95448864, 4.67627907, 86.3602447, -225.462692, 200.260208, -82.0372238, 15.9056225, -1.18331623]> : tensor<9xf32>
    %cst_1 = stablehlo.constant dense<[3.23774886, 6.91522884, 3.93881035, 1.33303463, 0.201485395, 0.0123716639, 3.01581546E-4, 2.65806966E-6, 6.23974561E-9]> : tensor<9xf32>
    %cst_2 = stablehlo.constant dense<[1.000000e+00, 6.02427053, 3.67983556, 1.37702096, 2.162370e-01, 1.342040e-02, 3.28014459E-4, 2.89247873E-6, 6.79019418E-9]> : tensor<9xf32>
    %cst_3 = stablehlo.constant dense<[4.05544901, 31.5251102, 57.1628189, 44.0805092, 14.6849566, 2.18663311, -0.140256077, -0.035042461, -8.57456762E-4]> : tensor<9xf32>
    %cst_4 = stablehlo.constant dense<[1.000000e+00, 15.7799883, 45.3907623, 41.3172035, 15.0425386, 2.5046494, -0.142182916, -0.0380806401, -9.33259492E-4]> : tensor<9xf32>
    %0 = stablehlo.abs %arg0 : tensor<8xf32>
    %cst_5 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.add %0, %1 : tensor<8xf32>
    %cst_6 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %3 = chlo.square %cst_6 : tensor<f32> -> tensor<f32>
    %cst_7 = stablehlo.constant dense<6.28318548> : tensor<f32>
    %4 = stablehlo.multiply %cst_7, %3 : tensor<f32>
    %5 = stablehlo.log %4 : tensor<f32>
    %cst_8 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %7 = stablehlo.subtract %arg0, %6 : tensor<8xf32>
    %8 = chlo.square %7 : tensor<8xf32> -> tensor<8xf32>
    %9 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %10 = stablehlo.divide %8, %9 : tensor<8xf32>
    %11 = stablehlo.broadcast_in_dim %5, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %12 = stablehlo.add %11, %10 : tensor<8xf32>
    %cst_9 = stablehlo.constant dense<-2.000000e+00> : tensor<f32>
    %13 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %14 = stablehlo.divide %12, %13 : tensor<8xf32>
    %cst_10 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %16 = stablehlo.subtract %arg0, %15 : tensor<8xf32>
    %cst_11 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %18 = stablehlo.divide %16, %17 : tensor<8xf32>
    %cst_12 = stablehlo.constant dense<0.707106769> : tensor<f32>
    %19 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %20 = stablehlo.multiply %18, %19 : tensor<8xf32>
    %21 = stablehlo.abs %20 : tensor<8xf32>
    %cst_13 = stablehlo.constant dense<0.707106769> : tensor<f32>
    %22 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %23 = stablehlo.compare LT, %21, %22, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %24 = chlo.erf %20 : tensor<8xf32> -> tensor<8xf32>
    %cst_14 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %25 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %26 = stablehlo.add %25, %24 : tensor<8xf32>
    %cst_15 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %27 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %28 = stablehlo.compare GT, %20, %27, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %29 = chlo.erfc %21 : tensor<8xf32> -> tensor<8xf32>
    %cst_16 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %30 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %31 = stablehlo.subtract %30, %29 : tensor<8xf32>
    %32 = chlo.erfc %21 : tensor<8xf32> -> tensor<8xf32>
    %33 = stablehlo.select %28, %31, %32 : tensor<8xi1>, tensor<8xf32>
    %34 = stablehlo.select %23, %26, %33 : tensor<8xi1>, tensor<8xf32>
    %cst_17 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %35 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %36 = stablehlo.multiply %35, %34 : tensor<8xf32>
    %37 = stablehlo.negate %arg0 : tensor<8xf32>
    %38 = stablehlo.exponential %37 : tensor<8xf32>
    %cst_18 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %39 = stablehlo.broadcast_in_dim %cst_18, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %40 = stablehlo.add %39, %38 : tensor<8xf32>
    %cst_19 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %41 = stablehlo.broadcast_in_dim %cst_19, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %42 = stablehlo.divide %41, %40 : tensor<8xf32>
    %cst_20 = stablehlo.constant dense<0.864664733> : tensor<f32>
    %43 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %44 = stablehlo.compare GT, %42, %43, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_21 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %45 = stablehlo.broadcast_in_dim %cst_21, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %46 = stablehlo.subtract %45, %42 : tensor<8xf32>
    %47 = call @_where(%44, %46, %42) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_22 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %48 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %49 = stablehlo.compare EQ, %47, %48, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_23 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %50 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %51 = call @_where(%49, %50, %47) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_24 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %52 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %53 = stablehlo.subtract %51, %52 : tensor<8xf32>
    %54 = chlo.square %53 : tensor<8xf32> -> tensor<8xf32>
    %55 = stablehlo.multiply %53, %54 : tensor<8xf32>
    %56 = call @polyval(%cst, %54) : (tensor<5xf32>, tensor<8xf32>) -> tensor<8xf32>
    %57 = call @polyval_0(%cst_0, %54) : (tensor<9xf32>, tensor<8xf32>) -> tensor<8xf32>
    %58 = stablehlo.divide %56, %57 : tensor<8xf32>
    %59 = stablehlo.multiply %55, %58 : tensor<8xf32>
    %60 = stablehlo.add %53, %59 : tensor<8xf32>
    %cst_25 = stablehlo.constant dense<-2.50662827> : tensor<f32>
    %61 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %62 = stablehlo.multiply %60, %61 : tensor<8xf32>
    %63 = stablehlo.log %51 : tensor<8xf32>
    %cst_26 = stablehlo.constant dense<-2.000000e+00> : tensor<f32>
    %64 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %65 = stablehlo.multiply %64, %63 : tensor<8xf32>
    %66 = stablehlo.sqrt %65 : tensor<8xf32>
    %67 = stablehlo.log %66 : tensor<8xf32>
    %68 = stablehlo.divide %67, %66 : tensor<8xf32>
    %69 = stablehlo.subtract %66, %68 : tensor<8xf32>
    %cst_27 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %70 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %71 = stablehlo.divide %70, %66 : tensor<8xf32>
    %72 = call @polyval_0(%cst_1, %71) : (tensor<9xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_28 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %73 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %74 = stablehlo.divide %73, %66 : tensor<8xf32>
    %75 = call @polyval_0(%cst_2, %74) : (tensor<9xf32>, tensor<8xf32>) -> tensor<8xf32>
    %76 = stablehlo.divide %72, %75 : tensor<8xf32>
    %77 = stablehlo.divide %76, %66 : tensor<8xf32>
    %cst_29 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %78 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %79 = stablehlo.divide %78, %66 : tensor<8xf32>
    %80 = call @polyval_0(%cst_3, %79) : (tensor<9xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_30 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %81 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %82 = stablehlo.divide %81, %66 : tensor<8xf32>
    %83 = call @polyval_0(%cst_4, %82) : (tensor<9xf32>, tensor<8xf32>) -> tensor<8xf32>
    %84 = stablehlo.divide %80, %83 : tensor<8xf32>
    %85 = stablehlo.divide %84, %66 : tensor<8xf32>
    %86 = stablehlo.subtract %69, %77 : tensor<8xf32>
    %87 = stablehlo.subtract %69, %85 : tensor<8xf32>
    %cst_31 = stablehlo.constant dense<0.135335281> : tensor<f32>
    %88 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %89 = stablehlo.compare GT, %51, %88, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_32 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %90 = stablehlo.broadcast_in_dim %cst_32, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %91 = stablehlo.compare GE, %66, %90, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %92 = call @_where(%91, %86, %87) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %93 = call @_where(%89, %62, %92) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_33 = stablehlo.constant dense<0.864664733> : tensor<f32>
    %94 = stablehlo.broadcast_in_dim %cst_33, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %95 = stablehlo.compare GT, %42, %94, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %96 = stablehlo.negate %93 : tensor<8xf32>
    %97 = call @_where(%95, %93, %96) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_34 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %98 = stablehlo.broadcast_in_dim %cst_34, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_35 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %99 = stablehlo.broadcast_in_dim %cst_35, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %100 = stablehlo.compare EQ, %42, %99, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %101 = stablehlo.negate %98 : tensor<8xf32>
    %cst_36 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %102 = stablehlo.broadcast_in_dim %cst_36, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %103 = stablehlo.compare EQ, %42, %102, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %104 = call @_where(%103, %98, %97) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %105 = call @_where(%100, %101, %104) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_37 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %106 = stablehlo.broadcast_in_dim %cst_37, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %107 = stablehlo.multiply %105, %106 : tensor<8xf32>
    %cst_38 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %108 = stablehlo.broadcast_in_dim %cst_38, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %109 = stablehlo.add %107, %108 : tensor<8xf32>
    %cst_39 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %110 = stablehlo.broadcast_in_dim %cst_39, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %111 = stablehlo.compare GE, %2, %110, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_40 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %112 = stablehlo.broadcast_in_dim %cst_40, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %113 = stablehlo.subtract %2, %112 : tensor<8xf32>
    %cst_41 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %114 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %115 = stablehlo.divide %113, %114 : tensor<8xf32>
    %cst_42 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %116 = call @_where_2(%111, %115, %cst_42) : (tensor<8xi1>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %cst_43 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %cst_44 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %117 = stablehlo.subtract %cst_43, %cst_44 : tensor<f32>
    %cst_45 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %118 = stablehlo.compare NE, %117, %cst_45, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %119 = stablehlo.compare NE, %116, %116, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %120 = stablehlo.broadcast_in_dim %118, dims = [] : (tensor<i1>) -> tensor<8xi1>
    %121 = stablehlo.or %120, %119 : tensor<8xi1>
    %122 = stablehlo.log %116 : tensor<8xf32>
    %123 = stablehlo.broadcast_in_dim %117, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %124 = stablehlo.multiply %123, %122 : tensor<8xf32>
    %cst_46 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %125 = call @_where_2(%121, %124, %cst_46) : (tensor<8xi1>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %126 = stablehlo.subtract %125, %116 : tensor<8xf32>
    %cst_47 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %127 = chlo.lgamma %cst_47 : tensor<f32> -> tensor<f32>
    %cst_48 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %128 = stablehlo.log %cst_48 : tensor<f32>
    %129 = stablehlo.add %127, %128 : tensor<f32>
    %130 = stablehlo.broadcast_in_dim %129, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %131 = stablehlo.subtract %126, %130 : tensor<8xf32>
    %cst_49 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %132 = call @_where_3(%111, %131, %cst_49) : (tensor<8xi1>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %133 = stablehlo.negate %arg0 : tensor<8xf32>
    %134 = stablehlo.exponential %133 : tensor<8xf32>
    %cst_50 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %135 = stablehlo.broadcast_in_dim %cst_50, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %136 = stablehlo.add %135, %134 : tensor<8xf32>
    %cst_51 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %137 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %138 = stablehlo.divide %137, %136 : tensor<8xf32>
    %cst_52 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %cst_53 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %139 = stablehlo.minimum %cst_52, %cst_53 : tensor<f32>
    %cst_54 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %cst_55 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %140 = stablehlo.maximum %cst_54, %cst_55 : tensor<f32>
    %141 = chlo.lgamma %139 : tensor<f32> -> tensor<f32>
    %142 = chlo.lgamma %140 : tensor<f32> -> tensor<f32>
    %143 = stablehlo.add %139, %140 : tensor<f32>
    %144 = chlo.lgamma %143 : tensor<f32> -> tensor<f32>
    %145 = stablehlo.subtract %142, %144 : tensor<f32>
    %146 = stablehlo.add %141, %145 : tensor<f32>
    %147 = chlo.lgamma %139 : tensor<f32> -> tensor<f32>
    %148 = stablehlo.divide %139, %140 : tensor<f32>
    %cst_56 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %149 = stablehlo.add %cst_56, %148 : tensor<f32>
    %150 = stablehlo.divide %148, %149 : tensor<f32>
    %cst_57 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %151 = stablehlo.add %cst_57, %148 : tensor<f32>
    %152 = stablehlo.divide %148, %151 : tensor<f32>
    %cst_58 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %153 = stablehlo.subtract %139, %cst_58 : tensor<f32>
    %154 = stablehlo.add %140, %153 : tensor<f32>
    %155 = stablehlo.multiply %152, %152 : tensor<f32>
    %156 = stablehlo.add %152, %155 : tensor<f32>
    %cst_59 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %157 = stablehlo.add %cst_59, %156 : tensor<f32>
    %158 = stablehlo.multiply %155, %157 : tensor<f32>
    %159 = stablehlo.add %152, %158 : tensor<f32>
    %cst_60 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %160 = stablehlo.add %cst_60, %159 : tensor<f32>
    %161 = stablehlo.multiply %155, %160 : tensor<f32>
    %162 = stablehlo.add %152, %161 : tensor<f32>
    %cst_61 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %163 = stablehlo.add %cst_61, %162 : tensor<f32>
    %164 = stablehlo.multiply %155, %163 : tensor<f32>
    %165 = stablehlo.add %152, %164 : tensor<f32>
    %cst_62 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %166 = stablehlo.add %cst_62, %165 : tensor<f32>
    %167 = stablehlo.multiply %155, %166 : tensor<f32>
    %168 = stablehlo.add %152, %167 : tensor<f32>
    %cst_63 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %169 = stablehlo.add %cst_63, %168 : tensor<f32>
    %cst_64 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %170 = stablehlo.divide %cst_64, %140 : tensor<f32>
    %171 = stablehlo.multiply %170, %170 : tensor<f32>
    %cst_65 = stablehlo.constant dense<-0.00165322958> : tensor<f32>
    %172 = stablehlo.multiply %cst_65, %169 : tensor<f32>
    %173 = stablehlo.multiply %172, %171 : tensor<f32>
    %cst_66 = stablehlo.constant dense<8.373080e-04> : tensor<f32>
    %174 = stablehlo.multiply %cst_66, %166 : tensor<f32>
    %175 = stablehlo.add %173, %174 : tensor<f32>
    %176 = stablehlo.multiply %175, %171 : tensor<f32>
    %cst_67 = stablehlo.constant dense<-5.95202902E-4> : tensor<f32>
    %177 = stablehlo.multiply %cst_67, %163 : tensor<f32>
    %178 = stablehlo.add %176, %177 : tensor<f32>
    %179 = stablehlo.multiply %178, %171 : tensor<f32>
    %cst_68 = stablehlo.constant dense<7.93650688E-4> : tensor<f32>
    %180 = stablehlo.multiply %cst_68, %160 : tensor<f32>
    %181 = stablehlo.add %179, %180 : tensor<f32>
    %182 = stablehlo.multiply %181, %171 : tensor<f32>
    %cst_69 = stablehlo.constant dense<-0.00277777785> : tensor<f32>
    %183 = stablehlo.multiply %cst_69, %157 : tensor<f32>
    %184 = stablehlo.add %182, %183 : tensor<f32>
    %185 = stablehlo.multiply %184, %171 : tensor<f32>
    %cst_70 = stablehlo.constant dense<0.0833333358> : tensor<f32>
    %186 = stablehlo.add %185, %cst_70 : tensor<f32>
    %187 = stablehlo.divide %150, %140 : tensor<f32>
    %188 = stablehlo.multiply %186, %187 : tensor<f32>
    %189 = stablehlo.divide %139, %140 : tensor<f32>
    %190 = stablehlo.log_plus_one %189 : tensor<f32>
    %191 = stablehlo.multiply %154, %190 : tensor<f32>
    %192 = stablehlo.log %140 : tensor<f32>
    %cst_71 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %193 = stablehlo.subtract %192, %cst_71 : tensor<f32>
    %194 = stablehlo.multiply %139, %193 : tensor<f32>
    %195 = stablehlo.compare LE, %191, %194, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %196 = stablehlo.subtract %188, %194 : tensor<f32>
    %197 = stablehlo.subtract %196, %191 : tensor<f32>
    %198 = stablehlo.subtract %188, %191 : tensor<f32>
    %199 = stablehlo.subtract %198, %194 : tensor<f32>
    %200 = call @_where_4(%195, %197, %199) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %201 = stablehlo.add %147, %200 : tensor<f32>
    %cst_72 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %202 = stablehlo.compare LT, %140, %cst_72, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %203 = call @_where_4(%202, %146, %201) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %204 = stablehlo.negate %203 : tensor<f32>
    %cst_73 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %205 = stablehlo.broadcast_in_dim %cst_73, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %206 = stablehlo.subtract %138, %205 : tensor<8xf32>
    %cst_74 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %207 = stablehlo.broadcast_in_dim %cst_74, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %208 = stablehlo.divide %206, %207 : tensor<8xf32>
    %cst_75 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %cst_76 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %209 = stablehlo.subtract %cst_75, %cst_76 : tensor<f32>
    %cst_77 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %210 = stablehlo.compare NE, %209, %cst_77, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %211 = stablehlo.compare NE, %208, %208, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %212 = stablehlo.broadcast_in_dim %210, dims = [] : (tensor<i1>) -> tensor<8xi1>
    %213 = stablehlo.or %212, %211 : tensor<8xi1>
    %214 = stablehlo.log %208 : tensor<8xf32>
    %215 = stablehlo.broadcast_in_dim %209, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %216 = stablehlo.multiply %215, %214 : tensor<8xf32>
    %cst_78 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %217 = call @_where_2(%213, %216, %cst_78) : (tensor<8xi1>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %cst_79 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %cst_80 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %218 = stablehlo.subtract %cst_79, %cst_80 : tensor<f32>
    %219 = stablehlo.negate %208 : tensor<8xf32>
    %cst_81 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %220 = stablehlo.compare NE, %218, %cst_81, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %221 = stablehlo.compare NE, %219, %219, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %222 = stablehlo.broadcast_in_dim %220, dims = [] : (tensor<i1>) -> tensor<8xi1>
    %223 = stablehlo.or %222, %221 : tensor<8xi1>
    %224 = stablehlo.log_plus_one %219 : tensor<8xf32>
    %225 = stablehlo.broadcast_in_dim %218, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %226 = stablehlo.multiply %225, %224 : tensor<8xf32>
    %cst_82 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %227 = call @_where_2(%223, %226, %cst_82) : (tensor<8xi1>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %228 = stablehlo.add %217, %227 : tensor<8xf32>
    %229 = stablehlo.broadcast_in_dim %204, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %230 = stablehlo.add %229, %228 : tensor<8xf32>
    %cst_83 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %231 = stablehlo.log %cst_83 : tensor<f32>
    %232 = stablehlo.broadcast_in_dim %231, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %233 = stablehlo.subtract %230, %232 : tensor<8xf32>
    %cst_84 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_85 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %234 = stablehlo.add %cst_84, %cst_85 : tensor<f32>
    %235 = stablehlo.broadcast_in_dim %234, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %236 = stablehlo.compare GT, %138, %235, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_86 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %237 = stablehlo.broadcast_in_dim %cst_86, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %238 = stablehlo.compare LT, %138, %237, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %239 = stablehlo.or %236, %238 : tensor<8xi1>
    %cst_87 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %240 = call @_where_5(%239, %cst_87, %233) : (tensor<8xi1>, tensor<f32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_88 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %cst_89 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %241 = stablehlo.compare LE, %cst_88, %cst_89, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_90 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %cst_91 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %242 = stablehlo.compare LE, %cst_90, %cst_91, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %243 = stablehlo.or %241, %242 : tensor<i1>
    %cst_92 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_93 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %244 = stablehlo.compare LE, %cst_92, %cst_93, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %245 = stablehlo.or %243, %244 : tensor<i1>
    %cst_94 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %246 = call @_where_6(%245, %cst_94, %240) : (tensor<i1>, tensor<f32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_95 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %247 = stablehlo.broadcast_in_dim %cst_95, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %248 = stablehlo.subtract %arg0, %247 : tensor<8xf32>
    %cst_96 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %249 = stablehlo.broadcast_in_dim %cst_96, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %250 = stablehlo.divide %248, %249 : tensor<8xf32>
    %cst_97 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %cst_98 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %251 = stablehlo.divide %cst_97, %cst_98 : tensor<f32>
    %cst_99 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %252 = stablehlo.add %251, %cst_99 : tensor<f32>
    %cst_100 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_101 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %253 = stablehlo.multiply %cst_100, %cst_101 : tensor<f32>
    %cst_102 = stablehlo.constant dense<3.14159274> : tensor<f32>
    %254 = stablehlo.multiply %253, %cst_102 : tensor<f32>
    %cst_103 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %255 = stablehlo.multiply %254, %cst_103 : tensor<f32>
    %256 = stablehlo.log %255 : tensor<f32>
    %cst_104 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %257 = stablehlo.divide %256, %cst_104 : tensor<f32>
    %258 = chlo.lgamma %251 : tensor<f32> -> tensor<f32>
    %259 = stablehlo.add %258, %257 : tensor<f32>
    %260 = chlo.lgamma %252 : tensor<f32> -> tensor<f32>
    %261 = stablehlo.subtract %259, %260 : tensor<f32>
    %262 = stablehlo.multiply %250, %250 : tensor<8xf32>
    %cst_105 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %263 = stablehlo.broadcast_in_dim %cst_105, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %264 = stablehlo.divide %262, %263 : tensor<8xf32>
    %265 = stablehlo.log_plus_one %264 : tensor<8xf32>
    %266 = stablehlo.broadcast_in_dim %252, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %267 = stablehlo.multiply %266, %265 : tensor<8xf32>
    %268 = stablehlo.broadcast_in_dim %261, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %269 = stablehlo.add %268, %267 : tensor<8xf32>
    %270 = stablehlo.negate %269 : tensor<8xf32>
    %271 = stablehlo.iota dim = 0 : tensor<8xi32>
    %272 = stablehlo.convert %271 : (tensor<8xi32>) -> tensor<8xf32>
    %cst_106 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %273 = stablehlo.broadcast_in_dim %cst_106, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %274 = stablehlo.subtract %272, %273 : tensor<8xf32>
    %cst_107 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %275 = stablehlo.broadcast_in_dim %cst_107, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %276 = stablehlo.compare NE, %274, %275, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %277 = stablehlo.compare NE, %2, %2, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %278 = stablehlo.or %276, %277 : tensor<8xi1>
    %279 = stablehlo.log %2 : tensor<8xf32>
    %280 = stablehlo.multiply %274, %279 : tensor<8xf32>
    %cst_108 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %281 = stablehlo.broadcast_in_dim %cst_108, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %282 = call @_where(%278, %280, %281) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_109 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %283 = stablehlo.broadcast_in_dim %cst_109, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %284 = stablehlo.add %274, %283 : tensor<8xf32>
    %285 = chlo.lgamma %284 : tensor<8xf32> -> tensor<8xf32>
    %286 = stablehlo.subtract %282, %285 : tensor<8xf32>
    %287 = stablehlo.subtract %286, %2 : tensor<8xf32>
    %cst_110 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %288 = stablehlo.broadcast_in_dim %cst_110, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %289 = stablehlo.compare LT, %274, %288, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %290 = call @round(%272) : (tensor<8xf32>) -> tensor<8xf32>
    %291 = stablehlo.compare NE, %290, %272, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %292 = stablehlo.or %289, %291 : tensor<8xi1>
    %cst_111 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %293 = call @_where_5(%292, %cst_111, %287) : (tensor<8xi1>, tensor<f32>, tensor<8xf32>) -> tensor<8xf32>
    %cst_112 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %294 = stablehlo.broadcast_in_dim %cst_112, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %295 = stablehlo.subtract %arg0, %294 : tensor<8xf32>
    %cst_113 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %296 = stablehlo.broadcast_in_dim %cst_113, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %297 = stablehlo.divide %295, %296 : tensor<8xf32>
    %cst_114 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %298 = stablehlo.broadcast_in_dim %cst_114, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %299 = stablehlo.compare LE, %297, %298, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %300 = stablehlo.exponential %297 : tensor<8xf32>
    %cst_115 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %301 = stablehlo.broadcast_in_dim %cst_115, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %302 = stablehlo.multiply %301, %300 : tensor<8xf32>
    %303 = stablehlo.negate %297 : tensor<8xf32>
    %304 = stablehlo.exponential %303 : tensor<8xf32>
    %cst_116 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %305 = stablehlo.broadcast_in_dim %cst_116, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %306 = stablehlo.multiply %305, %304 : tensor<8xf32>
    %cst_117 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %307 = stablehlo.broadcast_in_dim %cst_117, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %308 = stablehlo.subtract %307, %306 : tensor<8xf32>
    %309 = stablehlo.select %299, %302, %308 : tensor<8xi1>, tensor<8xf32>
    %cst_118 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %310 = stablehlo.broadcast_in_dim %cst_118, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %311 = stablehlo.subtract %arg0, %310 : tensor<8xf32>
    %cst_119 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %312 = stablehlo.broadcast_in_dim %cst_119, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %313 = stablehlo.divide %311, %312 : tensor<8xf32>
    %cst_120 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_121 = stablehlo.constant dense<3.14159274> : tensor<f32>
    %314 = stablehlo.divide %cst_120, %cst_121 : tensor<f32>
    %315 = chlo.atan %313 : tensor<8xf32> -> tensor<8xf32>
    %316 = stablehlo.broadcast_in_dim %314, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %317 = stablehlo.multiply %316, %315 : tensor<8xf32>
    %cst_122 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %318 = stablehlo.broadcast_in_dim %cst_122, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %319 = stablehlo.add %318, %317 : tensor<8xf32>
    %320 = stablehlo.iota dim = 0 : tensor<5xi32>
    %321 = stablehlo.convert %320 : (tensor<5xi32>) -> tensor<5xf32>
    %cst_123 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %322 = stablehlo.broadcast_in_dim %cst_123, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %323 = stablehlo.subtract %321, %322 : tensor<5xf32>
    %cst_124 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %cst_125 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %324 = stablehlo.add %cst_124, %cst_125 : tensor<f32>
    %325 = chlo.lgamma %324 : tensor<f32> -> tensor<f32>
    %cst_126 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %326 = stablehlo.broadcast_in_dim %cst_126, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %327 = stablehlo.add %323, %326 : tensor<5xf32>
    %328 = chlo.lgamma %327 : tensor<5xf32> -> tensor<5xf32>
    %cst_127 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %329 = stablehlo.broadcast_in_dim %cst_127, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %330 = stablehlo.subtract %329, %323 : tensor<5xf32>
    %cst_128 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %331 = stablehlo.broadcast_in_dim %cst_128, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %332 = stablehlo.add %330, %331 : tensor<5xf32>
    %333 = chlo.lgamma %332 : tensor<5xf32> -> tensor<5xf32>
    %334 = stablehlo.add %328, %333 : tensor<5xf32>
    %335 = stablehlo.broadcast_in_dim %325, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %336 = stablehlo.subtract %335, %334 : tensor<5xf32>
    %cst_129 = stablehlo.constant dense<3.000000e-01> : tensor<f32>
    %cst_130 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %337 = stablehlo.broadcast_in_dim %cst_130, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %338 = stablehlo.compare NE, %323, %337, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
    %339 = stablehlo.compare NE, %cst_129, %cst_129, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %c = stablehlo.constant dense<false> : tensor<i1>
    %340 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i1>) -> tensor<5xi1>
    %341 = stablehlo.compare NE, %338, %340, UNSIGNED : (tensor<5xi1>, tensor<5xi1>) -> tensor<5xi1>
    %342 = stablehlo.convert %341 : tensor<5xi1>
    %c_131 = stablehlo.constant dense<false> : tensor<i1>
    %343 = stablehlo.broadcast_in_dim %c_131, dims = [] : (tensor<i1>) -> tensor<i1>
    %344 = stablehlo.compare NE, %339, %343, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
    %345 = stablehlo.convert %344 : tensor<i1>
    %346 = stablehlo.broadcast_in_dim %345, dims = [] : (tensor<i1>) -> tensor<5xi1>
    %347 = stablehlo.or %342, %346 : tensor<5xi1>
    %348 = stablehlo.log %cst_129 : tensor<f32>
    %349 = stablehlo.broadcast_in_dim %348, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %350 = stablehlo.multiply %323, %349 : tensor<5xf32>
    %cst_132 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %351 = stablehlo.broadcast_in_dim %cst_132, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %352 = call @_where_7(%347, %350, %351) : (tensor<5xi1>, tensor<5xf32>, tensor<5xf32>) -> tensor<5xf32>
    %cst_133 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %353 = stablehlo.broadcast_in_dim %cst_133, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %354 = stablehlo.subtract %353, %323 : tensor<5xf32>
    %cst_134 = stablehlo.constant dense<3.000000e-01> : tensor<f32>
    %355 = stablehlo.negate %cst_134 : tensor<f32>
    %cst_135 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %356 = stablehlo.broadcast_in_dim %cst_135, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %357 = stablehlo.compare NE, %354, %356, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
    %358 = stablehlo.compare NE, %355, %355, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %c_136 = stablehlo.constant dense<false> : tensor<i1>
    %359 = stablehlo.broadcast_in_dim %c_136, dims = [] : (tensor<i1>) -> tensor<5xi1>
    %360 = stablehlo.compare NE, %357, %359, UNSIGNED : (tensor<5xi1>, tensor<5xi1>) -> tensor<5xi1>
    %361 = stablehlo.convert %360 : tensor<5xi1>
    %c_137 = stablehlo.constant dense<false> : tensor<i1>
    %362 = stablehlo.broadcast_in_dim %c_137, dims = [] : (tensor<i1>) -> tensor<i1>
    %363 = stablehlo.compare NE, %358, %362, UNSIGNED : (tensor<i1>, tensor<i1>) -> tensor<i1>
    %364 = stablehlo.convert %363 : tensor<i1>
    %365 = stablehlo.broadcast_in_dim %364, dims = [] : (tensor<i1>) -> tensor<5xi1>
    %366 = stablehlo.or %361, %365 : tensor<5xi1>
    %367 = stablehlo.log_plus_one %355 : tensor<f32>
    %368 = stablehlo.broadcast_in_dim %367, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %369 = stablehlo.multiply %354, %368 : tensor<5xf32>
    %cst_138 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %370 = stablehlo.broadcast_in_dim %cst_138, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %371 = call @_where_7(%366, %369, %370) : (tensor<5xi1>, tensor<5xf32>, tensor<5xf32>) -> tensor<5xf32>
    %372 = stablehlo.add %352, %371 : tensor<5xf32>
    %373 = stablehlo.add %336, %372 : tensor<5xf32>
    %cst_139 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %374 = stablehlo.broadcast_in_dim %cst_139, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %375 = stablehlo.compare EQ, %323, %374, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
    %cst_140 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %cst_141 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %376 = stablehlo.compare EQ, %cst_140, %cst_141, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %377 = stablehlo.broadcast_in_dim %376, dims = [] : (tensor<i1>) -> tensor<5xi1>
    %378 = stablehlo.and %375, %377 : tensor<5xi1>
    %cst_142 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %379 = stablehlo.broadcast_in_dim %cst_142, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %380 = stablehlo.compare EQ, %372, %379, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
    %381 = stablehlo.or %378, %380 : tensor<5xi1>
    %cst_143 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %382 = call @_where_8(%381, %cst_143, %373) : (tensor<5xi1>, tensor<f32>, tensor<5xf32>) -> tensor<5xf32>
    %cst_144 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %383 = stablehlo.broadcast_in_dim %cst_144, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %384 = stablehlo.compare GE, %321, %383, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
    %cst_145 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_146 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %385 = stablehlo.add %cst_145, %cst_146 : tensor<f32>
    %cst_147 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %386 = stablehlo.add %385, %cst_147 : tensor<f32>
    %387 = stablehlo.broadcast_in_dim %386, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %388 = stablehlo.compare LT, %321, %387, FLOAT : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xi1>
    %c_148 = stablehlo.constant dense<false> : tensor<i1>
    %389 = stablehlo.broadcast_in_dim %c_148, dims = [] : (tensor<i1>) -> tensor<5xi1>
    %390 = stablehlo.compare NE, %384, %389, UNSIGNED : (tensor<5xi1>, tensor<5xi1>) -> tensor<5xi1>
    %391 = stablehlo.convert %390 : tensor<5xi1>
    %c_149 = stablehlo.constant dense<false> : tensor<i1>
    %392 = stablehlo.broadcast_in_dim %c_149, dims = [] : (tensor<i1>) -> tensor<5xi1>
    %393 = stablehlo.compare NE, %388, %392, UNSIGNED : (tensor<5xi1>, tensor<5xi1>) -> tensor<5xi1>
    %394 = stablehlo.convert %393 : tensor<5xi1>
    %395 = stablehlo.and %391, %394 : tensor<5xi1>
    %cst_150 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %396 = call @_where_9(%395, %382, %cst_150) : (tensor<5xi1>, tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
    %397 = stablehlo.slice %arg0 [0:2] : (tensor<8xf32>) -> tensor<2xf32>
    %cst_151 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %398 = stablehlo.broadcast_in_dim %cst_151, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %399 = stablehlo.iota dim = 0 : tensor<2x2xi32>
    %400 = stablehlo.iota dim = 1 : tensor<2x2xi32>
    %c_152 = stablehlo.constant dense<0> : tensor<i32>
    %401 = stablehlo.broadcast_in_dim %c_152, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %402 = stablehlo.add %399, %401 : tensor<2x2xi32>
    %403 = stablehlo.compare EQ, %402, %400, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %404 = stablehlo.convert %403 : (tensor<2x2xi1>) -> tensor<2x2xf32>
    %cst_153 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %405 = stablehlo.broadcast_in_dim %cst_153, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %406 = stablehlo.multiply %404, %405 : tensor<2x2xf32>
    %407 = stablehlo.transpose %406, dims = [1, 0] : (tensor<2x2xf32>) -> tensor<2x2xf32>
    %408 = stablehlo.add %406, %407 : tensor<2x2xf32>
    %cst_154 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %409 = stablehlo.broadcast_in_dim %cst_154, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %410 = stablehlo.divide %408, %409 : tensor<2x2xf32>
    %411:2 = stablehlo.custom_call @lapack_spotrf_ffi(%410) {backend_config = "", mhlo.backend_config = {uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<> : tensor<0xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j])->([k, l], []) {i=2, j=2, k=2, l=2}, custom>} : (tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<i32>)
    %c_155 = stablehlo.constant dense<0> : tensor<i32>
    %412 = stablehlo.broadcast_in_dim %c_155, dims = [] : (tensor<i32>) -> tensor<i32>
    %413 = stablehlo.compare EQ, %411#1, %412, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %414 = stablehlo.broadcast_in_dim %413, dims = [] : (tensor<i1>) -> tensor<1x1xi1>
    %cst_156 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %415 = stablehlo.broadcast_in_dim %cst_156, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %416 = stablehlo.broadcast_in_dim %414, dims = [0, 1] : (tensor<1x1xi1>) -> tensor<2x2xi1>
    %417 = stablehlo.select %416, %411#0, %415 : tensor<2x2xi1>, tensor<2x2xf32>
    %418 = stablehlo.iota dim = 0 : tensor<2x2xi32>
    %c_157 = stablehlo.constant dense<0> : tensor<i32>
    %419 = stablehlo.broadcast_in_dim %c_157, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %420 = stablehlo.add %418, %419 : tensor<2x2xi32>
    %421 = stablehlo.iota dim = 1 : tensor<2x2xi32>
    %422 = stablehlo.compare GE, %420, %421, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %cst_158 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %423 = stablehlo.broadcast_in_dim %cst_158, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %424 = stablehlo.select %422, %417, %423 : tensor<2x2xi1>, tensor<2x2xf32>
    %425 = stablehlo.subtract %397, %398 : tensor<2xf32>
    %426 = stablehlo.broadcast_in_dim %425, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %427 = stablehlo.custom_call @lapack_strsm_ffi(%424, %426) {backend_config = "", mhlo.backend_config = {diag = 78 : ui8, side = 82 : ui8, trans_x = 84 : ui8, uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j], [k, l])->([m, n]) {i=2, j=2, k=1, l=2, m=1, n=2}, custom>} : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    %428 = stablehlo.reshape %427 : (tensor<1x2xf32>) -> tensor<2xf32>
    %429 = stablehlo.dot_general %428, %428, contracting_dims = [0] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2xf32>, tensor<2xf32>) -> tensor<f32>
    %cst_159 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %430 = stablehlo.multiply %cst_159, %429 : tensor<f32>
    %cst_160 = stablehlo.constant dense<6.28318548> : tensor<f32>
    %431 = stablehlo.log %cst_160 : tensor<f32>
    %cst_161 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %432 = stablehlo.multiply %cst_161, %431 : tensor<f32>
    %433 = stablehlo.convert %432 : tensor<f32>
    %434 = stablehlo.subtract %430, %433 : tensor<f32>
    %435 = call @diagonal(%424) : (tensor<2x2xf32>) -> tensor<2xf32>
    %436 = stablehlo.log %435 : tensor<2xf32>
    %cst_162 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %437 = stablehlo.reduce(%436 init: %cst_162) applies stablehlo.add across dimensions = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
    %438 = stablehlo.subtract %434, %437 : tensor<f32>
    %cst_163 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %cst_164 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %439 = stablehlo.divide %cst_163, %cst_164 : tensor<f32>
    %cst_165 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %440 = stablehlo.broadcast_in_dim %cst_165, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %441 = stablehlo.subtract %2, %440 : tensor<8xf32>
    %cst_166 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_167 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %442 = stablehlo.multiply %cst_166, %cst_167 : tensor<f32>
    %443 = stablehlo.broadcast_in_dim %442, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %444 = stablehlo.divide %441, %443 : tensor<8xf32>
    %cst_168 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_169 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %445 = stablehlo.broadcast_in_dim %cst_168, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %446 = stablehlo.broadcast_in_dim %cst_169, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %447 = stablehlo.clamp %445, %444, %446 : tensor<8xf32>
    %448 = stablehlo.broadcast_in_dim %439, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %449 = stablehlo.compare NE, %448, %448, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %450 = stablehlo.compare NE, %447, %447, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %451 = stablehlo.or %449, %450 : tensor<8xi1>
    %cst_170 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %452 = stablehlo.broadcast_in_dim %cst_170, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %453 = stablehlo.compare EQ, %447, %452, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_171 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %454 = stablehlo.broadcast_in_dim %cst_171, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %455 = stablehlo.compare EQ, %448, %454, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_172 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %456 = stablehlo.broadcast_in_dim %cst_172, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %457 = stablehlo.compare EQ, %447, %456, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_173 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %458 = stablehlo.broadcast_in_dim %cst_173, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %459 = stablehlo.compare LT, %447, %458, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_174 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %460 = stablehlo.broadcast_in_dim %cst_174, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %461 = stablehlo.compare LT, %448, %460, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %462 = stablehlo.and %455, %457 : tensor<8xi1>
    %463 = stablehlo.or %459, %461 : tensor<8xi1>
    %464 = stablehlo.or %463, %462 : tensor<8xi1>
    %465 = stablehlo.or %464, %451 : tensor<8xi1>
    %cst_175 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %466 = stablehlo.broadcast_in_dim %cst_175, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %467 = stablehlo.compare GE, %447, %466, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %468 = stablehlo.compare GT, %447, %448, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %469 = stablehlo.and %467, %468 : tensor<8xi1>
    %470 = stablehlo.log %447 : tensor<8xf32>
    %471 = stablehlo.multiply %448, %470 : tensor<8xf32>
    %472 = stablehlo.subtract %471, %447 : tensor<8xf32>
    %473 = chlo.lgamma %448 : tensor<8xf32> -> tensor<8xf32>
    %474 = stablehlo.subtract %472, %473 : tensor<8xf32>
    %cst_176 = stablehlo.constant dense<3.40282347E+38> : tensor<f32>
    %475 = stablehlo.log %cst_176 : tensor<f32>
    %476 = stablehlo.negate %475 : tensor<f32>
    %477 = stablehlo.broadcast_in_dim %476, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %478 = stablehlo.compare LT, %474, %477, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %479 = stablehlo.exponential %474 : tensor<8xf32>
    %480 = stablehlo.or %457, %465 : tensor<8xi1>
    %481 = stablehlo.or %480, %478 : tensor<8xi1>
    %482 = stablehlo.or %481, %453 : tensor<8xi1>
    %483 = stablehlo.not %482 : tensor<8xi1>
    %484 = stablehlo.and %483, %469 : tensor<8xi1>
    %cst_177 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %485 = stablehlo.broadcast_in_dim %cst_177, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %486 = stablehlo.subtract %485, %448 : tensor<8xf32>
    %487 = stablehlo.add %447, %486 : tensor<8xf32>
    %cst_178 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %488 = stablehlo.broadcast_in_dim %cst_178, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %489 = stablehlo.add %487, %488 : tensor<8xf32>
    %cst_179 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %490 = stablehlo.broadcast_in_dim %cst_179, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_180 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %491 = stablehlo.broadcast_in_dim %cst_180, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %492 = stablehlo.add %447, %491 : tensor<8xf32>
    %493 = stablehlo.multiply %489, %447 : tensor<8xf32>
    %494 = stablehlo.divide %492, %493 : tensor<8xf32>
    %cst_181 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %495 = stablehlo.broadcast_in_dim %cst_181, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_182 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %496 = stablehlo.broadcast_in_dim %cst_182, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_183 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %497 = stablehlo.broadcast_in_dim %cst_183, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_184 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %498 = stablehlo.broadcast_in_dim %cst_184, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %499 = stablehlo.negate %447 : tensor<8xf32>
    %500 = stablehlo.multiply %494, %499 : tensor<8xf32>
    %501 = stablehlo.subtract %498, %500 : tensor<8xf32>
    %502 = stablehlo.divide %501, %493 : tensor<8xf32>
    %cst_185 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %503:15 = stablehlo.while(%iterArg = %484, %iterArg_209 = %494, %iterArg_210 = %495, %iterArg_211 = %486, %iterArg_212 = %489, %iterArg_213 = %cst_185, %iterArg_214 = %492, %iterArg_215 = %493, %iterArg_216 = %490, %iterArg_217 = %447, %iterArg_218 = %496, %iterArg_219 = %497, %iterArg_220 = %498, %iterArg_221 = %499, %iterArg_222 = %502) : tensor<8xi1>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<f32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
    cond {
      %cst_223 = stablehlo.constant dense<2.000000e+03> : tensor<f32>
      %581 = stablehlo.compare LT, %iterArg_213, %cst_223, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_224 = stablehlo.constant dense<false> : tensor<i1>
      %582 = stablehlo.reduce(%iterArg init: %c_224) applies stablehlo.or across dimensions = [0] : (tensor<8xi1>, tensor<i1>) -> tensor<i1>
      %583 = stablehlo.and %581, %582 : tensor<i1>
      stablehlo.return %583 : tensor<i1>
    } do {
      %cst_223 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %581 = stablehlo.add %iterArg_213, %cst_223 : tensor<f32>
      %cst_224 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %582 = stablehlo.broadcast_in_dim %cst_224, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %583 = stablehlo.add %iterArg_211, %582 : tensor<8xf32>
      %cst_225 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %584 = stablehlo.broadcast_in_dim %cst_225, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %585 = stablehlo.add %iterArg_212, %584 : tensor<8xf32>
      %586 = stablehlo.broadcast_in_dim %581, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %587 = stablehlo.multiply %583, %586 : tensor<8xf32>
      %588 = stablehlo.multiply %iterArg_214, %585 : tensor<8xf32>
      %589 = stablehlo.multiply %iterArg_216, %587 : tensor<8xf32>
      %590 = stablehlo.subtract %588, %589 : tensor<8xf32>
      %591 = stablehlo.multiply %iterArg_215, %585 : tensor<8xf32>
      %592 = stablehlo.multiply %iterArg_217, %587 : tensor<8xf32>
      %593 = stablehlo.subtract %591, %592 : tensor<8xf32>
      %cst_226 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %594 = stablehlo.broadcast_in_dim %cst_226, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %595 = stablehlo.compare NE, %593, %594, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
      %596 = stablehlo.divide %590, %593 : tensor<8xf32>
      %597 = stablehlo.subtract %iterArg_209, %596 : tensor<8xf32>
      %598 = stablehlo.divide %597, %596 : tensor<8xf32>
      %599 = stablehlo.abs %598 : tensor<8xf32>
      %cst_227 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %600 = stablehlo.broadcast_in_dim %cst_227, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %601 = stablehlo.select %595, %599, %600 : tensor<8xi1>, tensor<8xf32>
      %602 = stablehlo.select %595, %596, %iterArg_209 : tensor<8xi1>, tensor<8xf32>
      %603 = stablehlo.multiply %iterArg_220, %585 : tensor<8xf32>
      %604 = stablehlo.subtract %603, %iterArg_214 : tensor<8xf32>
      %605 = stablehlo.multiply %iterArg_218, %587 : tensor<8xf32>
      %606 = stablehlo.subtract %604, %605 : tensor<8xf32>
      %607 = stablehlo.broadcast_in_dim %581, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %608 = stablehlo.multiply %iterArg_216, %607 : tensor<8xf32>
      %609 = stablehlo.add %606, %608 : tensor<8xf32>
      %610 = stablehlo.multiply %iterArg_221, %585 : tensor<8xf32>
      %611 = stablehlo.subtract %610, %iterArg_215 : tensor<8xf32>
      %612 = stablehlo.multiply %iterArg_219, %587 : tensor<8xf32>
      %613 = stablehlo.subtract %611, %612 : tensor<8xf32>
      %614 = stablehlo.broadcast_in_dim %581, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %615 = stablehlo.multiply %iterArg_217, %614 : tensor<8xf32>
      %616 = stablehlo.add %613, %615 : tensor<8xf32>
      %617 = stablehlo.multiply %602, %616 : tensor<8xf32>
      %618 = stablehlo.subtract %609, %617 : tensor<8xf32>
      %619 = stablehlo.divide %618, %593 : tensor<8xf32>
      %620 = stablehlo.select %595, %619, %iterArg_222 : tensor<8xi1>, tensor<8xf32>
      %621 = stablehlo.subtract %620, %iterArg_222 : tensor<8xf32>
      %622 = stablehlo.abs %621 : tensor<8xf32>
      %cst_228 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %623 = stablehlo.broadcast_in_dim %cst_228, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %624 = stablehlo.select %595, %622, %623 : tensor<8xi1>, tensor<8xf32>
      %625 = stablehlo.abs %590 : tensor<8xf32>
      %cst_229 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %cst_230 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %626 = stablehlo.broadcast_in_dim %cst_230, dims = [] : (tensor<f32>) -> tensor<f32>
      %627 = stablehlo.divide %626, %cst_229 : tensor<f32>
      %628 = stablehlo.broadcast_in_dim %627, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %629 = stablehlo.compare GT, %625, %628, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
      %cst_231 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %630 = stablehlo.broadcast_in_dim %cst_231, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %631 = stablehlo.multiply %iterArg_214, %630 : tensor<8xf32>
      %632 = stablehlo.select %629, %631, %iterArg_214 : tensor<8xi1>, tensor<8xf32>
      %cst_232 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %633 = stablehlo.broadcast_in_dim %cst_232, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %634 = stablehlo.multiply %590, %633 : tensor<8xf32>
      %635 = stablehlo.select %629, %634, %590 : tensor<8xi1>, tensor<8xf32>
      %cst_233 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %636 = stablehlo.broadcast_in_dim %cst_233, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %637 = stablehlo.multiply %iterArg_215, %636 : tensor<8xf32>
      %638 = stablehlo.select %629, %637, %iterArg_215 : tensor<8xi1>, tensor<8xf32>
      %cst_234 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %639 = stablehlo.broadcast_in_dim %cst_234, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %640 = stablehlo.multiply %593, %639 : tensor<8xf32>
      %641 = stablehlo.select %629, %640, %593 : tensor<8xi1>, tensor<8xf32>
      %cst_235 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %642 = stablehlo.broadcast_in_dim %cst_235, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %643 = stablehlo.multiply %iterArg_220, %642 : tensor<8xf32>
      %644 = stablehlo.select %629, %643, %iterArg_220 : tensor<8xi1>, tensor<8xf32>
      %cst_236 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %645 = stablehlo.broadcast_in_dim %cst_236, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %646 = stablehlo.multiply %iterArg_221, %645 : tensor<8xf32>
      %647 = stablehlo.select %629, %646, %iterArg_221 : tensor<8xi1>, tensor<8xf32>
      %cst_237 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %648 = stablehlo.broadcast_in_dim %cst_237, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %649 = stablehlo.multiply %609, %648 : tensor<8xf32>
      %650 = stablehlo.select %629, %649, %609 : tensor<8xi1>, tensor<8xf32>
      %cst_238 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %651 = stablehlo.broadcast_in_dim %cst_238, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %652 = stablehlo.multiply %616, %651 : tensor<8xf32>
      %653 = stablehlo.select %629, %652, %616 : tensor<8xi1>, tensor<8xf32>
      %cst_239 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %654 = stablehlo.broadcast_in_dim %cst_239, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %655 = stablehlo.compare GT, %601, %654, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
      %656 = stablehlo.and %iterArg, %655 : tensor<8xi1>
      %657 = stablehlo.select %iterArg, %602, %iterArg_209 : tensor<8xi1>, tensor<8xf32>
      %658 = stablehlo.select %iterArg, %601, %iterArg_210 : tensor<8xi1>, tensor<8xf32>
      %659 = stablehlo.select %iterArg, %583, %iterArg_211 : tensor<8xi1>, tensor<8xf32>
      %660 = stablehlo.select %iterArg, %585, %iterArg_212 : tensor<8xi1>, tensor<8xf32>
      %661 = stablehlo.select %iterArg, %635, %iterArg_214 : tensor<8xi1>, tensor<8xf32>
      %662 = stablehlo.select %iterArg, %641, %iterArg_215 : tensor<8xi1>, tensor<8xf32>
      %663 = stablehlo.select %iterArg, %632, %iterArg_216 : tensor<8xi1>, tensor<8xf32>
      %664 = stablehlo.select %iterArg, %638, %iterArg_217 : tensor<8xi1>, tensor<8xf32>
      %665 = stablehlo.select %iterArg, %644, %iterArg_218 : tensor<8xi1>, tensor<8xf32>
      %666 = stablehlo.select %iterArg, %647, %iterArg_219 : tensor<8xi1>, tensor<8xf32>
      %667 = stablehlo.select %iterArg, %650, %iterArg_220 : tensor<8xi1>, tensor<8xf32>
      %668 = stablehlo.select %iterArg, %653, %iterArg_221 : tensor<8xi1>, tensor<8xf32>
      %669 = stablehlo.select %iterArg, %620, %iterArg_222 : tensor<8xi1>, tensor<8xf32>
      stablehlo.return %656, %657, %658, %659, %660, %581, %661, %662, %663, %664, %665, %666, %667, %668, %669 : tensor<8xi1>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<f32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
    }
    %504 = stablehlo.multiply %503#1, %479 : tensor<8xf32>
    %cst_186 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %505 = stablehlo.broadcast_in_dim %cst_186, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %506 = stablehlo.subtract %505, %504 : tensor<8xf32>
    %507 = stablehlo.not %469 : tensor<8xi1>
    %508 = stablehlo.and %483, %507 : tensor<8xi1>
    %cst_187 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %509 = stablehlo.broadcast_in_dim %cst_187, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_188 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %510 = stablehlo.broadcast_in_dim %cst_188, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_189 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %511 = stablehlo.broadcast_in_dim %cst_189, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %cst_190 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %512 = stablehlo.broadcast_in_dim %cst_190, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %513:7 = stablehlo.while(%iterArg = %508, %iterArg_209 = %448, %iterArg_210 = %509, %iterArg_211 = %510, %iterArg_212 = %447, %iterArg_213 = %511, %iterArg_214 = %512) : tensor<8xi1>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
    cond {
      %c_215 = stablehlo.constant dense<false> : tensor<i1>
      %581 = stablehlo.reduce(%iterArg init: %c_215) applies stablehlo.or across dimensions = [0] : (tensor<8xi1>, tensor<i1>) -> tensor<i1>
      stablehlo.return %581 : tensor<i1>
    } do {
      %cst_215 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %581 = stablehlo.broadcast_in_dim %cst_215, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %582 = stablehlo.add %iterArg_209, %581 : tensor<8xf32>
      %583 = stablehlo.divide %iterArg_212, %582 : tensor<8xf32>
      %584 = stablehlo.multiply %iterArg_213, %583 : tensor<8xf32>
      %585 = stablehlo.multiply %iterArg_210, %iterArg_212 : tensor<8xf32>
      %586 = stablehlo.multiply %582, %582 : tensor<8xf32>
      %587 = stablehlo.divide %585, %586 : tensor<8xf32>
      %588 = stablehlo.subtract %584, %587 : tensor<8xf32>
      %589 = stablehlo.add %iterArg_214, %588 : tensor<8xf32>
      %590 = stablehlo.divide %iterArg_212, %582 : tensor<8xf32>
      %591 = stablehlo.multiply %iterArg_210, %590 : tensor<8xf32>
      %592 = stablehlo.add %iterArg_211, %591 : tensor<8xf32>
      %593 = stablehlo.divide %591, %592 : tensor<8xf32>
      %cst_216 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %594 = stablehlo.broadcast_in_dim %cst_216, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %595 = stablehlo.compare GT, %593, %594, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
      %596 = stablehlo.and %iterArg, %595 : tensor<8xi1>
      %597 = stablehlo.select %iterArg, %582, %iterArg_209 : tensor<8xi1>, tensor<8xf32>
      %598 = stablehlo.select %iterArg, %591, %iterArg_210 : tensor<8xi1>, tensor<8xf32>
      %599 = stablehlo.select %iterArg, %592, %iterArg_211 : tensor<8xi1>, tensor<8xf32>
      %600 = stablehlo.select %iterArg, %iterArg_212, %iterArg_212 : tensor<8xi1>, tensor<8xf32>
      %601 = stablehlo.select %iterArg, %588, %iterArg_213 : tensor<8xi1>, tensor<8xf32>
      %602 = stablehlo.select %iterArg, %589, %iterArg_214 : tensor<8xi1>, tensor<8xf32>
      stablehlo.return %596, %597, %598, %599, %600, %601, %602 : tensor<8xi1>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
    }
    %514 = stablehlo.multiply %513#3, %479 : tensor<8xf32>
    %515 = stablehlo.divide %514, %448 : tensor<8xf32>
    %516 = stablehlo.select %469, %506, %515 : tensor<8xi1>, tensor<8xf32>
    %cst_191 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %517 = stablehlo.broadcast_in_dim %cst_191, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %518 = stablehlo.select %457, %517, %516 : tensor<8xi1>, tensor<8xf32>
    %cst_192 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %519 = stablehlo.broadcast_in_dim %cst_192, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %520 = stablehlo.select %453, %519, %518 : tensor<8xi1>, tensor<8xf32>
    %cst_193 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %521 = stablehlo.broadcast_in_dim %cst_193, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %522 = stablehlo.select %465, %521, %520 : tensor<8xi1>, tensor<8xf32>
    %cst_194 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %523 = stablehlo.broadcast_in_dim %cst_194, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %524 = stablehlo.subtract %523, %2 : tensor<8xf32>
    %cst_195 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %525 = stablehlo.broadcast_in_dim %cst_195, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %526 = stablehlo.divide %524, %525 : tensor<8xf32>
    %cst_196 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %527 = stablehlo.broadcast_in_dim %cst_196, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %528 = stablehlo.compare LT, %2, %527, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %cst_197 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %529 = stablehlo.broadcast_in_dim %cst_197, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %530 = call @_where(%528, %529, %526) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %531 = stablehlo.exponential %530 : tensor<8xf32>
    %cst_198 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %532 = stablehlo.broadcast_in_dim %cst_198, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %533 = stablehlo.subtract %arg0, %532 : tensor<8xf32>
    %cst_199 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %534 = stablehlo.broadcast_in_dim %cst_199, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %535 = stablehlo.divide %533, %534 : tensor<8xf32>
    %cst_200 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %536 = stablehlo.broadcast_in_dim %cst_200, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %537 = stablehlo.divide %535, %536 : tensor<8xf32>
    %cst_201 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %538 = stablehlo.negate %cst_201 : tensor<f32>
    %539 = stablehlo.negate %537 : tensor<8xf32>
    %540 = stablehlo.maximum %537, %539 : tensor<8xf32>
    %541 = stablehlo.subtract %537, %539 : tensor<8xf32>
    %542 = stablehlo.compare NE, %541, %541, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %543 = stablehlo.add %537, %539 : tensor<8xf32>
    %544 = stablehlo.abs %541 : tensor<8xf32>
    %545 = stablehlo.negate %544 : tensor<8xf32>
    %546 = stablehlo.exponential %545 : tensor<8xf32>
    %547 = stablehlo.log_plus_one %546 : tensor<8xf32>
    %548 = stablehlo.add %540, %547 : tensor<8xf32>
    %549 = stablehlo.select %542, %543, %548 : tensor<8xi1>, tensor<8xf32>
    %550 = stablehlo.broadcast_in_dim %538, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %551 = stablehlo.multiply %550, %549 : tensor<8xf32>
    %cst_202 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %552 = stablehlo.log %cst_202 : tensor<f32>
    %553 = stablehlo.broadcast_in_dim %552, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %554 = stablehlo.subtract %551, %553 : tensor<8xf32>
    %555 = call @atleast_2d(%arg0) : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst_203 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %556 = stablehlo.broadcast_in_dim %cst_203, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %557 = stablehlo.multiply %556, %556 : tensor<8xf32>
    %cst_204 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %558 = stablehlo.reduce(%557 init: %cst_204) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_205 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %559 = stablehlo.divide %cst_205, %558 : tensor<f32>
    %cst_206 = stablehlo.constant dense<-2.000000e-01> : tensor<f32>
    %560 = stablehlo.power %559, %cst_206 : tensor<f32>
    %561 = call @cov(%555, %556) : (tensor<1x8xf32>, tensor<8xf32>) -> tensor<f32>
    %562 = call @atleast_2d_11(%561) : (tensor<f32>) -> tensor<1x1xf32>
    %563 = call @inv(%562) : (tensor<1x1xf32>) -> tensor<1x1xf32>
    %564 = stablehlo.multiply %560, %560 : tensor<f32>
    %565 = stablehlo.broadcast_in_dim %564, dims = [] : (tensor<f32>) -> tensor<1x1xf32>
    %566 = stablehlo.divide %563, %565 : tensor<1x1xf32>
    %567 = call @atleast_2d_13(%arg1) : (tensor<5xf32>) -> tensor<1x5xf32>
    %568 = stablehlo.transpose %555, dims = [1, 0] : (tensor<1x8xf32>) -> tensor<8x1xf32>
    %569 = stablehlo.broadcast_in_dim %556, dims = [0] : (tensor<8xf32>) -> tensor<8x1xf32>
    %570 = stablehlo.transpose %567, dims = [1, 0] : (tensor<1x5xf32>) -> tensor<5x1xf32>
    %571 = call @_gaussian_kernel_eval(%568, %569, %570, %566) : (tensor<8x1xf32>, tensor<8x1xf32>, tensor<5x1xf32>, tensor<1x1xf32>) -> tensor<5x1xf32>
    %572 = stablehlo.reshape %571 : (tensor<5x1xf32>) -> tensor<5xf32>
    %573 = call @round(%arg0) : (tensor<8xf32>) -> tensor<8xf32>
    %574 = call @mode(%573) : (tensor<8xf32>) -> tensor<f32>
    %575 = call @rankdata(%arg0) : (tensor<8xf32>) -> tensor<8xf32>
    %576 = stablehlo.slice %arg0 [0:5] : (tensor<8xf32>) -> tensor<5xf32>
    %577 = call @corrcoef(%576, %arg1) : (tensor<5xf32>, tensor<5xf32>) -> tensor<2x2xf32>
    %578 = call @cov_40(%arg0) : (tensor<8xf32>) -> tensor<f32>
    %c_207 = stablehlo.constant dense<1> : tensor<i32>
    %579 = call @_var(%arg0, %c_207) : (tensor<8xf32>, tensor<i32>) -> tensor<f32>
    %cst_208 = stablehlo.constant dense<2.000000e-01> : tensor<f32>
    %580 = call @quantile(%arg0, %cst_208) : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    return %14, %36, %109, %132, %246, %270, %293, %309, %319, %396, %438, %522, %531, %554, %572, %574, %575, %577, %578, %579, %580 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<5xf32>, tensor<f32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<5xf32>, tensor<f32>, tensor<8xf32>, tensor<2x2xf32>, tensor<f32>, tensor<f32>, tensor<f32>
  }
  func.func private @_where(%arg0: tensor<8xi1>, %arg1: tensor<8xf32>, %arg2: tensor<8xf32>) -> tensor<8xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<8xi1>, tensor<8xf32>
    return %0 : tensor<8xf32>
  }
  func.func private @polyval(%arg0: tensor<5xf32>, %arg1: tensor<8xf32>) -> tensor<8xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %1 = stablehlo.slice %arg0 [0:0] : (tensor<5xf32>) -> tensor<0xf32>
    %2 = stablehlo.slice %arg0 [0:5] : (tensor<5xf32>) -> tensor<5xf32>
    %3 = stablehlo.slice %2 [0:1] : (tensor<5xf32>) -> tensor<1xf32>
    %4 = stablehlo.reshape %3 : (tensor<1xf32>) -> tensor<f32>
    %5 = call @closed_call(%arg1, %0, %4) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %6 = stablehlo.slice %2 [1:2] : (tensor<5xf32>) -> tensor<1xf32>
    %7 = stablehlo.reshape %6 : (tensor<1xf32>) -> tensor<f32>
    %8 = call @closed_call(%arg1, %5, %7) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %9 = stablehlo.slice %2 [2:3] : (tensor<5xf32>) -> tensor<1xf32>
    %10 = stablehlo.reshape %9 : (tensor<1xf32>) -> tensor<f32>
    %11 = call @closed_call(%arg1, %8, %10) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %12 = stablehlo.slice %2 [3:4] : (tensor<5xf32>) -> tensor<1xf32>
    %13 = stablehlo.reshape %12 : (tensor<1xf32>) -> tensor<f32>
    %14 = call @closed_call(%arg1, %11, %13) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %15 = stablehlo.slice %2 [4:5] : (tensor<5xf32>) -> tensor<1xf32>
    %16 = stablehlo.reshape %15 : (tensor<1xf32>) -> tensor<f32>
    %17 = call @closed_call(%arg1, %14, %16) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    return %17 : tensor<8xf32>
  }
  func.func private @closed_call(%arg0: tensor<8xf32>, %arg1: tensor<8xf32>, %arg2: tensor<f32>) -> tensor<8xf32> {
    %0 = stablehlo.multiply %arg1, %arg0 : tensor<8xf32>
    %1 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.add %0, %1 : tensor<8xf32>
    return %2 : tensor<8xf32>
  }
  func.func private @polyval_0(%arg0: tensor<9xf32>, %arg1: tensor<8xf32>) -> tensor<8xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %1 = stablehlo.slice %arg0 [0:0] : (tensor<9xf32>) -> tensor<0xf32>
    %2 = stablehlo.slice %arg0 [0:9] : (tensor<9xf32>) -> tensor<9xf32>
    %3 = stablehlo.slice %2 [0:1] : (tensor<9xf32>) -> tensor<1xf32>
    %4 = stablehlo.reshape %3 : (tensor<1xf32>) -> tensor<f32>
    %5 = call @closed_call_1(%arg1, %0, %4) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %6 = stablehlo.slice %2 [1:2] : (tensor<9xf32>) -> tensor<1xf32>
    %7 = stablehlo.reshape %6 : (tensor<1xf32>) -> tensor<f32>
    %8 = call @closed_call_1(%arg1, %5, %7) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %9 = stablehlo.slice %2 [2:3] : (tensor<9xf32>) -> tensor<1xf32>
    %10 = stablehlo.reshape %9 : (tensor<1xf32>) -> tensor<f32>
    %11 = call @closed_call_1(%arg1, %8, %10) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %12 = stablehlo.slice %2 [3:4] : (tensor<9xf32>) -> tensor<1xf32>
    %13 = stablehlo.reshape %12 : (tensor<1xf32>) -> tensor<f32>
    %14 = call @closed_call_1(%arg1, %11, %13) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %15 = stablehlo.slice %2 [4:5] : (tensor<9xf32>) -> tensor<1xf32>
    %16 = stablehlo.reshape %15 : (tensor<1xf32>) -> tensor<f32>
    %17 = call @closed_call_1(%arg1, %14, %16) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %18 = stablehlo.slice %2 [5:6] : (tensor<9xf32>) -> tensor<1xf32>
    %19 = stablehlo.reshape %18 : (tensor<1xf32>) -> tensor<f32>
    %20 = call @closed_call_1(%arg1, %17, %19) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %21 = stablehlo.slice %2 [6:7] : (tensor<9xf32>) -> tensor<1xf32>
    %22 = stablehlo.reshape %21 : (tensor<1xf32>) -> tensor<f32>
    %23 = call @closed_call_1(%arg1, %20, %22) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %24 = stablehlo.slice %2 [7:8] : (tensor<9xf32>) -> tensor<1xf32>
    %25 = stablehlo.reshape %24 : (tensor<1xf32>) -> tensor<f32>
    %26 = call @closed_call_1(%arg1, %23, %25) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    %27 = stablehlo.slice %2 [8:9] : (tensor<9xf32>) -> tensor<1xf32>
    %28 = stablehlo.reshape %27 : (tensor<1xf32>) -> tensor<f32>
    %29 = call @closed_call_1(%arg1, %26, %28) : (tensor<8xf32>, tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    return %29 : tensor<8xf32>
  }
  func.func private @closed_call_1(%arg0: tensor<8xf32>, %arg1: tensor<8xf32>, %arg2: tensor<f32>) -> tensor<8xf32> {
    %0 = stablehlo.multiply %arg1, %arg0 : tensor<8xf32>
    %1 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.add %0, %1 : tensor<8xf32>
    return %2 : tensor<8xf32>
  }
  func.func private @_where_2(%arg0: tensor<8xi1>, %arg1: tensor<8xf32>, %arg2: tensor<f32>) -> tensor<8xf32> {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<8xi1>, tensor<8xf32>
    return %1 : tensor<8xf32>
  }
  func.func private @_where_3(%arg0: tensor<8xi1>, %arg1: tensor<8xf32>, %arg2: tensor<f32>) -> tensor<8xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.select %arg0, %arg1, %1 : tensor<8xi1>, tensor<8xf32>
    return %2 : tensor<8xf32>
  }
  func.func private @_where_4(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @_where_5(%arg0: tensor<8xi1>, %arg1: tensor<f32>, %arg2: tensor<8xf32>) -> tensor<8xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.select %arg0, %1, %arg2 : tensor<8xi1>, tensor<8xf32>
    return %2 : tensor<8xf32>
  }
  func.func private @_where_6(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<8xf32>) -> tensor<8xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %2 = stablehlo.select %arg0, %1, %arg2 : tensor<i1>, tensor<8xf32>
    return %2 : tensor<8xf32>
  }
  func.func private @round(%arg0: tensor<8xf32>) -> tensor<8xf32> {
    %0 = stablehlo.round_nearest_even %arg0 : tensor<8xf32>
    return %0 : tensor<8xf32>
  }
  func.func private @_where_7(%arg0: tensor<5xi1>, %arg1: tensor<5xf32>, %arg2: tensor<5xf32>) -> tensor<5xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<5xi1>, tensor<5xf32>
    return %0 : tensor<5xf32>
  }
  func.func private @_where_8(%arg0: tensor<5xi1>, %arg1: tensor<f32>, %arg2: tensor<5xf32>) -> tensor<5xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %1 = stablehlo.select %arg0, %0, %arg2 : tensor<5xi1>, tensor<5xf32>
    return %1 : tensor<5xf32>
  }
  func.func private @_where_9(%arg0: tensor<5xi1>, %arg1: tensor<5xf32>, %arg2: tensor<f32>) -> tensor<5xf32> {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<5xf32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<5xi1>, tensor<5xf32>
    return %1 : tensor<5xf32>
  }
  func.func private @diagonal(%arg0: tensor<2x2xf32>) -> tensor<2xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<2x2xi32>
    %1 = stablehlo.iota dim = 1 : tensor<2x2xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %3 = stablehlo.add %0, %2 : tensor<2x2xi32>
    %4 = stablehlo.compare EQ, %3, %1, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %5 = stablehlo.convert %4 : (tensor<2x2xi1>) -> tensor<2x2xf32>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %6 = "stablehlo.case"(%c_0) ({
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      stablehlo.return %c_1 : tensor<i32>
    }, {
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      stablehlo.return %c_1 : tensor<i32>
    }) : (tensor<i32>) -> tensor<i32>
    %7 = "stablehlo.case"(%6) ({
      %8 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<2x2xf32>) -> tensor<2x2xf32>
      %9 = stablehlo.iota dim = 0 : tensor<2xi32>
      %10 = stablehlo.iota dim = 0 : tensor<2xi32>
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      %11 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<2xi32>
      %12 = stablehlo.compare LT, %9, %11, SIGNED : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
      %c_2 = stablehlo.constant dense<2> : tensor<i32>
      %13 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<2xi32>
      %14 = stablehlo.add %9, %13 : tensor<2xi32>
      %15 = stablehlo.select %12, %14, %9 : tensor<2xi1>, tensor<2xi32>
      %c_3 = stablehlo.constant dense<0> : tensor<i32>
      %16 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<2xi32>
      %17 = stablehlo.compare LT, %10, %16, SIGNED : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
      %c_4 = stablehlo.constant dense<2> : tensor<i32>
      %18 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<2xi32>
      %19 = stablehlo.add %10, %18 : tensor<2xi32>
      %20 = stablehlo.select %17, %19, %10 : tensor<2xi1>, tensor<2xi32>
      %21 = stablehlo.broadcast_in_dim %15, dims = [0] : (tensor<2xi32>) -> tensor<2x1xi32>
      %22 = stablehlo.broadcast_in_dim %20, dims = [0] : (tensor<2xi32>) -> tensor<2x1xi32>
      %23 = stablehlo.concatenate %21, %22, dim = 1 : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x2xi32>
      %24 = "stablehlo.gather"(%8, %23) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<2x2xf32>, tensor<2x2xi32>) -> tensor<2xf32>
      stablehlo.return %24 : tensor<2xf32>
    }) : (tensor<i32>) -> tensor<2xf32>
    return %7 : tensor<2xf32>
  }
  func.func private @atleast_2d(%arg0: tensor<8xf32>) -> tensor<1x8xf32> {
    %0 = stablehlo.broadcast_in_dim %arg0, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    return %0 : tensor<1x8xf32>
  }
  func.func private @cov(%arg0: tensor<1x8xf32>, %arg1: tensor<8xf32>) -> tensor<f32> {
    %0 = call @atleast_2d_10(%arg0) : (tensor<1x8xf32>) -> tensor<1x8xf32>
    %1 = stablehlo.abs %arg1 : tensor<8xf32>
    %2 = stablehlo.reshape %1 : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.reduce(%2 init: %cst) applies stablehlo.add across dimensions = [1] : (tensor<1x8xf32>, tensor<f32>) -> tensor<1xf32>
    %4 = stablehlo.multiply %0, %2 : tensor<1x8xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %5 = stablehlo.reduce(%4 init: %cst_0) applies stablehlo.add across dimensions = [1] : (tensor<1x8xf32>, tensor<f32>) -> tensor<1xf32>
    %6 = stablehlo.divide %5, %3 : tensor<1xf32>
    %7 = stablehlo.reshape %3 : (tensor<1xf32>) -> tensor<f32>
    %8 = stablehlo.multiply %1, %1 : tensor<8xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %9 = stablehlo.reduce(%8 init: %cst_1) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %cst_2 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %10 = stablehlo.multiply %cst_2, %9 : tensor<f32>
    %11 = stablehlo.divide %10, %7 : tensor<f32>
    %12 = stablehlo.subtract %7, %11 : tensor<f32>
    %13 = stablehlo.broadcast_in_dim %6, dims = [0] : (tensor<1xf32>) -> tensor<1x1xf32>
    %14 = stablehlo.broadcast_in_dim %13, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<1x8xf32>
    %15 = stablehlo.subtract %0, %14 : tensor<1x8xf32>
    %16 = stablehlo.broadcast_in_dim %1, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %17 = stablehlo.multiply %15, %16 : tensor<1x8xf32>
    %18 = stablehlo.transpose %17, dims = [1, 0] : (tensor<1x8xf32>) -> tensor<8x1xf32>
    %19 = stablehlo.dot_general %15, %18, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x8xf32>, tensor<8x1xf32>) -> tensor<1x1xf32>
    %20 = stablehlo.broadcast_in_dim %12, dims = [] : (tensor<f32>) -> tensor<1x1xf32>
    %21 = stablehlo.divide %19, %20 : tensor<1x1xf32>
    %22 = stablehlo.reshape %21 : (tensor<1x1xf32>) -> tensor<f32>
    return %22 : tensor<f32>
  }
  func.func private @atleast_2d_10(%arg0: tensor<1x8xf32>) -> tensor<1x8xf32> {
    return %arg0 : tensor<1x8xf32>
  }
  func.func private @atleast_2d_11(%arg0: tensor<f32>) -> tensor<1x1xf32> {
    %0 = stablehlo.broadcast_in_dim %arg0, dims = [] : (tensor<f32>) -> tensor<1x1xf32>
    return %0 : tensor<1x1xf32>
  }
  func.func private @inv(%arg0: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<1x1xi32>
    %1 = stablehlo.iota dim = 1 : tensor<1x1xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x1xi32>
    %3 = stablehlo.add %0, %2 : tensor<1x1xi32>
    %4 = stablehlo.compare EQ, %3, %1, SIGNED : (tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x1xi1>
    %5 = stablehlo.convert %4 : (tensor<1x1xi1>) -> tensor<1x1xf32>
    %6 = call @solve(%arg0, %5) : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
    return %6 : tensor<1x1xf32>
  }
  func.func private @solve(%arg0: tensor<1x1xf32>, %arg1: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %0:3 = stablehlo.custom_call @lapack_sgetrf_ffi(%arg0) {backend_config = "", mhlo.backend_config = {}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<0> : tensor<1xindex>, dense<> : tensor<0xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j])->([k, l], [m], []) {i=1, j=1, k=1, l=1, m=1}, custom>} : (tensor<1x1xf32>) -> (tensor<1x1xf32>, tensor<1xi32>, tensor<i32>)
    %c = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %2 = stablehlo.subtract %0#1, %1 : tensor<1xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<i32>
    %4 = stablehlo.compare GE, %0#2, %3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %5 = stablehlo.broadcast_in_dim %4, dims = [] : (tensor<i1>) -> tensor<1x1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x1xf32>
    %7 = stablehlo.select %5, %0#0, %6 : tensor<1x1xi1>, tensor<1x1xf32>
    %8 = stablehlo.iota dim = 0 : tensor<1xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %9:4 = stablehlo.while(%iterArg = %2, %iterArg_3 = %c_2, %iterArg_4 = %c_1, %iterArg_5 = %8) : tensor<1xi32>, tensor<i32>, tensor<i32>, tensor<1xi32>
    cond {
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %13 = stablehlo.compare LT, %iterArg_3, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %13 : tensor<i1>
    } do {
      %13:2 = func.call @closed_call_12(%iterArg, %iterArg_4, %iterArg_5) : (tensor<1xi32>, tensor<i32>, tensor<1xi32>) -> (tensor<i32>, tensor<1xi32>)
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %14 = stablehlo.add %iterArg_3, %c_6 : tensor<i32>
      stablehlo.return %iterArg, %14, %13#0, %13#1 : tensor<1xi32>, tensor<i32>, tensor<i32>, tensor<1xi32>
    }
    %10 = stablehlo.transpose %arg1, dims = [1, 0] : (tensor<1x1xf32>) -> tensor<1x1xf32>
    %11 = call @_lu_solve(%7, %9#3, %10) : (tensor<1x1xf32>, tensor<1xi32>, tensor<1x1xf32>) -> tensor<1x1xf32>
    %12 = stablehlo.transpose %11, dims = [1, 0] : (tensor<1x1xf32>) -> tensor<1x1xf32>
    return %12 : tensor<1x1xf32>
  }
  func.func private @closed_call_12(%arg0: tensor<1xi32>, %arg1: tensor<i32>, %arg2: tensor<1xi32>) -> (tensor<i32>, tensor<1xi32>) {
    %c = stablehlo.constant dense<1> : tensor<i32>
    %0 = stablehlo.add %arg1, %c : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare LT, %arg1, %c_0, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %2 = stablehlo.convert %arg1 : tensor<i32>
    %c_1 = stablehlo.constant dense<1> : tensor<i32>
    %3 = stablehlo.add %2, %c_1 : tensor<i32>
    %4 = stablehlo.select %1, %3, %arg1 : tensor<i1>, tensor<i32>
    %5 = stablehlo.dynamic_slice %arg0, %4, sizes = [1] : (tensor<1xi32>, tensor<i32>) -> tensor<1xi32>
    %6 = stablehlo.reshape %5 : (tensor<1xi32>) -> tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.compare LT, %arg1, %c_2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %8 = stablehlo.convert %arg1 : tensor<i32>
    %c_3 = stablehlo.constant dense<1> : tensor<i32>
    %9 = stablehlo.add %8, %c_3 : tensor<i32>
    %10 = stablehlo.select %7, %9, %arg1 : tensor<i1>, tensor<i32>
    %11 = stablehlo.dynamic_slice %arg2, %10, sizes = [1] : (tensor<1xi32>, tensor<i32>) -> tensor<1xi32>
    %12 = stablehlo.reshape %11 : (tensor<1xi32>) -> tensor<i32>
    %c_4 = stablehlo.constant dense<0> : tensor<i32>
    %13 = stablehlo.compare LT, %6, %c_4, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_5 = stablehlo.constant dense<1> : tensor<i32>
    %14 = stablehlo.add %6, %c_5 : tensor<i32>
    %15 = stablehlo.select %13, %14, %6 : tensor<i1>, tensor<i32>
    %16 = stablehlo.dynamic_slice %arg2, %15, sizes = [1] : (tensor<1xi32>, tensor<i32>) -> tensor<1xi32>
    %17 = stablehlo.reshape %16 : (tensor<1xi32>) -> tensor<i32>
    %c_6 = stablehlo.constant dense<0> : tensor<i32>
    %18 = stablehlo.compare LT, %arg1, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_7 = stablehlo.constant dense<1> : tensor<i32>
    %19 = stablehlo.add %arg1, %c_7 : tensor<i32>
    %20 = stablehlo.select %18, %19, %arg1 : tensor<i1>, tensor<i32>
    %21 = stablehlo.convert %20 : tensor<i32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %23 = "stablehlo.scatter"(%arg2, %22, %17) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg3: tensor<i32>, %arg4: tensor<i32>):
      stablehlo.return %arg4 : tensor<i32>
    }) : (tensor<1xi32>, tensor<1xi32>, tensor<i32>) -> tensor<1xi32>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %24 = stablehlo.compare LT, %6, %c_8, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_9 = stablehlo.constant dense<1> : tensor<i32>
    %25 = stablehlo.add %6, %c_9 : tensor<i32>
    %26 = stablehlo.select %24, %25, %6 : tensor<i1>, tensor<i32>
    %27 = stablehlo.broadcast_in_dim %26, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %28 = "stablehlo.scatter"(%23, %27, %12) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg3: tensor<i32>, %arg4: tensor<i32>):
      stablehlo.return %arg4 : tensor<i32>
    }) : (tensor<1xi32>, tensor<1xi32>, tensor<i32>) -> tensor<1xi32>
    return %0, %28 : tensor<i32>, tensor<1xi32>
  }
  func.func private @_lu_solve(%arg0: tensor<1x1xf32>, %arg1: tensor<1xi32>, %arg2: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %2 = stablehlo.compare LT, %arg1, %1, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %4 = stablehlo.add %arg1, %3 : tensor<1xi32>
    %5 = stablehlo.select %2, %4, %arg1 : tensor<1xi1>, tensor<1xi32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0] : (tensor<1xi32>) -> tensor<1x1xi32>
    %7 = "stablehlo.gather"(%0, %6) <{dimension_numbers = #stablehlo.gather<offset_dims = [0, 2], collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1, 1>}> : (tensor<1x1x1xf32>, tensor<1x1xi32>) -> tensor<1x1x1xf32>
    %8 = stablehlo.transpose %7, dims = [1, 2, 0] : (tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
    %9 = stablehlo.reshape %8 : (tensor<1x1x1xf32>) -> tensor<1x1xf32>
    %10 = stablehlo.custom_call @lapack_strsm_ffi(%arg0, %9) {backend_config = "", mhlo.backend_config = {diag = 85 : ui8, side = 76 : ui8, trans_x = 78 : ui8, uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j], [k, l])->([m, n]) {i=1, j=1, k=1, l=1, m=1, n=1}, custom>} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
    %11 = stablehlo.reshape %10 : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
    %12 = stablehlo.reshape %11 : (tensor<1x1x1xf32>) -> tensor<1x1xf32>
    %13 = stablehlo.custom_call @lapack_strsm_ffi(%arg0, %12) {backend_config = "", mhlo.backend_config = {diag = 78 : ui8, side = 76 : ui8, trans_x = 78 : ui8, uplo = 85 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j], [k, l])->([m, n]) {i=1, j=1, k=1, l=1, m=1, n=1}, custom>} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
    %14 = stablehlo.reshape %13 : (tensor<1x1xf32>) -> tensor<1x1x1xf32>
    %15 = stablehlo.transpose %14, dims = [2, 0, 1] : (tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
    %16 = stablehlo.reshape %15 : (tensor<1x1x1xf32>) -> tensor<1x1xf32>
    return %16 : tensor<1x1xf32>
  }
  func.func private @atleast_2d_13(%arg0: tensor<5xf32>) -> tensor<1x5xf32> {
    %0 = stablehlo.broadcast_in_dim %arg0, dims = [1] : (tensor<5xf32>) -> tensor<1x5xf32>
    return %0 : tensor<1x5xf32>
  }
  func.func private @_gaussian_kernel_eval(%arg0: tensor<8x1xf32>, %arg1: tensor<8x1xf32>, %arg2: tensor<5x1xf32>, %arg3: tensor<1x1xf32>) -> tensor<5x1xf32> {
    %0 = call @_cholesky(%arg3) : (tensor<1x1xf32>) -> tensor<1x1xf32>
    %1 = stablehlo.dot_general %arg0, %0, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<8x1xf32>, tensor<1x1xf32>) -> tensor<8x1xf32>
    %2 = stablehlo.dot_general %arg2, %0, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<5x1xf32>, tensor<1x1xf32>) -> tensor<5x1xf32>
    %3 = call @_diag(%0) : (tensor<1x1xf32>) -> tensor<1xf32>
    %4 = stablehlo.log %3 : tensor<1xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %5 = stablehlo.reduce(%4 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<1xf32>, tensor<f32>) -> tensor<f32>
    %cst_0 = stablehlo.constant dense<6.28318548> : tensor<f32>
    %6 = stablehlo.log %cst_0 : tensor<f32>
    %cst_1 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %7 = stablehlo.multiply %cst_1, %6 : tensor<f32>
    %8 = stablehlo.convert %7 : tensor<f32>
    %9 = stablehlo.subtract %5, %8 : tensor<f32>
    %10 = stablehlo.broadcast_in_dim %2, dims = [0, 2] : (tensor<5x1xf32>) -> tensor<5x1x1xf32>
    %11 = stablehlo.broadcast_in_dim %1, dims = [1, 2] : (tensor<8x1xf32>) -> tensor<1x8x1xf32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [0, 1, 2] : (tensor<1x8x1xf32>) -> tensor<5x8x1xf32>
    %13 = stablehlo.broadcast_in_dim %10, dims = [0, 1, 2] : (tensor<5x1x1xf32>) -> tensor<5x8x1xf32>
    %14 = stablehlo.subtract %12, %13 : tensor<5x8x1xf32>
    %15 = chlo.square %14 : tensor<5x8x1xf32> -> tensor<5x8x1xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %16 = stablehlo.reduce(%15 init: %cst_2) applies stablehlo.add across dimensions = [2] : (tensor<5x8x1xf32>, tensor<f32>) -> tensor<5x8xf32>
    %cst_3 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %18 = stablehlo.multiply %17, %16 : tensor<5x8xf32>
    %19 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<f32>) -> tensor<5x8xf32>
    %20 = stablehlo.subtract %19, %18 : tensor<5x8xf32>
    %21 = stablehlo.exponential %20 : tensor<5x8xf32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [0, 1] : (tensor<5x8xf32>) -> tensor<5x8x1xf32>
    %23 = stablehlo.broadcast_in_dim %arg1, dims = [1, 2] : (tensor<8x1xf32>) -> tensor<1x8x1xf32>
    %24 = stablehlo.broadcast_in_dim %23, dims = [0, 1, 2] : (tensor<1x8x1xf32>) -> tensor<5x8x1xf32>
    %25 = stablehlo.multiply %24, %22 : tensor<5x8x1xf32>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %26 = stablehlo.reduce(%25 init: %cst_4) applies stablehlo.add across dimensions = [1] : (tensor<5x8x1xf32>, tensor<f32>) -> tensor<5x1xf32>
    return %26 : tensor<5x1xf32>
  }
  func.func private @_cholesky(%arg0: tensor<1x1xf32>) -> tensor<1x1xf32> {
    %0:2 = stablehlo.custom_call @lapack_spotrf_ffi(%arg0) {backend_config = "", mhlo.backend_config = {uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "0"}, operand_layouts = [dense<[0, 1]> : tensor<2xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[0, 1]> : tensor<2xindex>, dense<> : tensor<0xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j])->([k, l], []) {i=1, j=1, k=1, l=1}, custom>} : (tensor<1x1xf32>) -> (tensor<1x1xf32>, tensor<i32>)
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %2 = stablehlo.compare EQ, %0#1, %1, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i1>) -> tensor<1x1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x1xf32>
    %5 = stablehlo.select %3, %0#0, %4 : tensor<1x1xi1>, tensor<1x1xf32>
    %6 = stablehlo.iota dim = 0 : tensor<1x1xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<1x1xi32>
    %8 = stablehlo.add %6, %7 : tensor<1x1xi32>
    %9 = stablehlo.iota dim = 1 : tensor<1x1xi32>
    %10 = stablehlo.compare GE, %8, %9, SIGNED : (tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x1xi1>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %11 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<1x1xf32>
    %12 = stablehlo.select %10, %5, %11 : tensor<1x1xi1>, tensor<1x1xf32>
    return %12 : tensor<1x1xf32>
  }
  func.func private @_diag(%arg0: tensor<1x1xf32>) -> tensor<1xf32> {
    %0 = call @diagonal_14(%arg0) : (tensor<1x1xf32>) -> tensor<1xf32>
    return %0 : tensor<1xf32>
  }
  func.func private @diagonal_14(%arg0: tensor<1x1xf32>) -> tensor<1xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<1x1xi32>
    %1 = stablehlo.iota dim = 1 : tensor<1x1xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x1xi32>
    %3 = stablehlo.add %0, %2 : tensor<1x1xi32>
    %4 = stablehlo.compare EQ, %3, %1, SIGNED : (tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x1xi1>
    %5 = stablehlo.convert %4 : (tensor<1x1xi1>) -> tensor<1x1xf32>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %6 = "stablehlo.case"(%c_0) ({
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      stablehlo.return %c_1 : tensor<i32>
    }, {
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      stablehlo.return %c_1 : tensor<i32>
    }) : (tensor<i32>) -> tensor<i32>
    %7 = "stablehlo.case"(%6) ({
      %8 = stablehlo.iota dim = 0 : tensor<1xi32>
      %9 = stablehlo.iota dim = 0 : tensor<1xi32>
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      %10 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<1xi32>
      %11 = stablehlo.compare LT, %8, %10, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
      %c_2 = stablehlo.constant dense<1> : tensor<i32>
      %12 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<1xi32>
      %13 = stablehlo.add %8, %12 : tensor<1xi32>
      %14 = stablehlo.select %11, %13, %8 : tensor<1xi1>, tensor<1xi32>
      %c_3 = stablehlo.constant dense<0> : tensor<i32>
      %15 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<1xi32>
      %16 = stablehlo.compare LT, %9, %15, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
      %c_4 = stablehlo.constant dense<1> : tensor<i32>
      %17 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<1xi32>
      %18 = stablehlo.add %9, %17 : tensor<1xi32>
      %19 = stablehlo.select %16, %18, %9 : tensor<1xi1>, tensor<1xi32>
      %20 = stablehlo.broadcast_in_dim %14, dims = [0] : (tensor<1xi32>) -> tensor<1x1xi32>
      %21 = stablehlo.broadcast_in_dim %19, dims = [0] : (tensor<1xi32>) -> tensor<1x1xi32>
      %22 = stablehlo.concatenate %20, %21, dim = 1 : (tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x2xi32>
      %23 = "stablehlo.gather"(%arg0, %22) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<1x1xf32>, tensor<1x2xi32>) -> tensor<1xf32>
      stablehlo.return %23 : tensor<1xf32>
    }) : (tensor<i32>) -> tensor<1xf32>
    return %7 : tensor<1xf32>
  }
  func.func private @mode(%arg0: tensor<8xf32>) -> tensor<f32> {
    %0 = call @atleast_1d(%arg0) : (tensor<8xf32>) -> tensor<8xf32>
    %1 = stablehlo.reshape %0 : (tensor<8xf32>) -> tensor<8x1xf32>
    %2:2 = call @_unique_sorted_mask(%1) : (tensor<8x1xf32>) -> (tensor<1x8xf32>, tensor<1x8xi1>)
    %3 = call @cumsum(%2#1) : (tensor<1x8xi1>) -> tensor<1x8xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<8xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %5 = call @clip(%3, %c_0) : (tensor<1x8xi32>, tensor<i32>) -> tensor<1x8xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %6 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %7 = stablehlo.compare LT, %5, %6, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %c_2 = stablehlo.constant dense<8> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %9 = stablehlo.add %5, %8 : tensor<1x8xi32>
    %10 = stablehlo.select %7, %9, %5 : tensor<1x8xi1>, tensor<1x8xi32>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1] : (tensor<1x8xi32>) -> tensor<1x8x1xi32>
    %c_3 = stablehlo.constant dense<1> : tensor<i32>
    %12 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<8xi32>
    %13 = stablehlo.broadcast_in_dim %4, dims = [1] : (tensor<8xi32>) -> tensor<1x8xi32>
    %14 = stablehlo.broadcast_in_dim %12, dims = [1] : (tensor<8xi32>) -> tensor<1x8xi32>
    %15 = "stablehlo.scatter"(%13, %11, %14) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>, unique_indices = false}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %58 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %58 : tensor<i32>
    }) : (tensor<1x8xi32>, tensor<1x8x1xi32>, tensor<1x8xi32>) -> tensor<1x8xi32>
    %16 = call @cumsum_16(%15) : (tensor<1x8xi32>) -> tensor<1x8xi32>
    %c_4 = stablehlo.constant dense<1> : tensor<i32>
    %17 = call @floor_divide(%16, %c_4) : (tensor<1x8xi32>, tensor<i32>) -> tensor<1x8xi32>
    %c_5 = stablehlo.constant dense<8> : tensor<i32>
    %18 = call @remainder(%17, %c_5) : (tensor<1x8xi32>, tensor<i32>) -> tensor<1x8xi32>
    %c_6 = stablehlo.constant dense<0> : tensor<i32>
    %19 = stablehlo.broadcast_in_dim %c_6, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %20 = stablehlo.compare LT, %18, %19, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %c_7 = stablehlo.constant dense<8> : tensor<i32>
    %21 = stablehlo.broadcast_in_dim %c_7, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %22 = stablehlo.add %18, %21 : tensor<1x8xi32>
    %23 = stablehlo.select %20, %22, %18 : tensor<1x8xi1>, tensor<1x8xi32>
    %24 = stablehlo.broadcast_in_dim %23, dims = [0, 1] : (tensor<1x8xi32>) -> tensor<1x8x1xi32>
    %25 = "stablehlo.gather"(%2#0, %24) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<1x8xf32>, tensor<1x8x1xi32>) -> tensor<1x8xf32>
    %26 = call @cumsum(%2#1) : (tensor<1x8xi1>) -> tensor<1x8xi32>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %27 = stablehlo.broadcast_in_dim %c_8, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %c_9 = stablehlo.constant dense<0> : tensor<i32>
    %28 = call @clip(%26, %c_9) : (tensor<1x8xi32>, tensor<i32>) -> tensor<1x8xi32>
    %c_10 = stablehlo.constant dense<0> : tensor<i32>
    %29 = stablehlo.broadcast_in_dim %c_10, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %30 = stablehlo.compare LT, %28, %29, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %c_11 = stablehlo.constant dense<9> : tensor<i32>
    %31 = stablehlo.broadcast_in_dim %c_11, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %32 = stablehlo.add %28, %31 : tensor<1x8xi32>
    %33 = stablehlo.select %30, %32, %28 : tensor<1x8xi1>, tensor<1x8xi32>
    %34 = stablehlo.broadcast_in_dim %33, dims = [0, 1] : (tensor<1x8xi32>) -> tensor<1x8x1xi32>
    %c_12 = stablehlo.constant dense<1> : tensor<i32>
    %35 = stablehlo.broadcast_in_dim %c_12, dims = [] : (tensor<i32>) -> tensor<8xi32>
    %36 = stablehlo.broadcast_in_dim %27, dims = [1] : (tensor<9xi32>) -> tensor<1x9xi32>
    %37 = stablehlo.broadcast_in_dim %35, dims = [1] : (tensor<8xi32>) -> tensor<1x8xi32>
    %38 = "stablehlo.scatter"(%36, %34, %37) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>, unique_indices = false}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %58 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %58 : tensor<i32>
    }) : (tensor<1x9xi32>, tensor<1x8x1xi32>, tensor<1x8xi32>) -> tensor<1x9xi32>
    %39 = call @cumsum_19(%38) : (tensor<1x9xi32>) -> tensor<1x9xi32>
    %c_13 = stablehlo.constant dense<1> : tensor<i32>
    %40 = call @floor_divide_21(%39, %c_13) : (tensor<1x9xi32>, tensor<i32>) -> tensor<1x9xi32>
    %c_14 = stablehlo.constant dense<8> : tensor<i32>
    %41 = call @remainder_23(%40, %c_14) : (tensor<1x9xi32>, tensor<i32>) -> tensor<1x9xi32>
    %42 = stablehlo.slice %41 [0:1, 1:9] : (tensor<1x9xi32>) -> tensor<1x8xi32>
    %43 = stablehlo.slice %41 [0:1, 1:9] : (tensor<1x9xi32>) -> tensor<1x8xi32>
    %c_15 = stablehlo.constant dense<8> : tensor<i32>
    %44 = call @_where_24(%42, %43, %c_15) : (tensor<1x8xi32>, tensor<1x8xi32>, tensor<i32>) -> tensor<1x8xi32>
    %c_16 = stablehlo.constant dense<1> : tensor<i32>
    %45 = stablehlo.broadcast_in_dim %c_16, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %46 = "stablehlo.scatter"(%41, %45, %44) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0, 1], scatter_dims_to_operand_dims = [1]>, unique_indices = true}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      stablehlo.return %arg2 : tensor<i32>
    }) : (tensor<1x9xi32>, tensor<1xi32>, tensor<1x8xi32>) -> tensor<1x9xi32>
    %47 = call @diff(%46) : (tensor<1x9xi32>) -> tensor<1x8xi32>
    %48 = call @argmax(%47) : (tensor<1x8xi32>) -> tensor<1xi32>
    %c_17 = stablehlo.constant dense<0> : tensor<i32>
    %49 = stablehlo.broadcast_in_dim %c_17, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %50 = stablehlo.compare LT, %48, %49, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %c_18 = stablehlo.constant dense<8> : tensor<i32>
    %51 = stablehlo.broadcast_in_dim %c_18, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %52 = stablehlo.add %48, %51 : tensor<1xi32>
    %53 = stablehlo.select %50, %52, %48 : tensor<1xi1>, tensor<1xi32>
    %54 = stablehlo.broadcast_in_dim %53, dims = [0] : (tensor<1xi32>) -> tensor<1x1xi32>
    %55 = "stablehlo.gather"(%25, %54) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 1>, indices_are_sorted = true, slice_sizes = array<i64: 1, 1>}> : (tensor<1x8xf32>, tensor<1x1xi32>) -> tensor<1x1xf32>
    %56 = stablehlo.reshape %55 : (tensor<1x1xf32>) -> tensor<1xf32>
    %57 = stablehlo.reshape %56 : (tensor<1xf32>) -> tensor<f32>
    return %57 : tensor<f32>
  }
  func.func private @atleast_1d(%arg0: tensor<8xf32>) -> tensor<8xf32> {
    return %arg0 : tensor<8xf32>
  }
  func.func private @_unique_sorted_mask(%arg0: tensor<8x1xf32>) -> (tensor<1x8xf32>, tensor<1x8xi1>) {
    %0 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<8x1xf32>) -> tensor<1x8xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x8xf32>) -> tensor<1x8x1xf32>
    %2 = stablehlo.transpose %1, dims = [0, 2, 1] : (tensor<1x8x1xf32>) -> tensor<1x1x8xf32>
    %3 = stablehlo.reverse %2, dims = [1] : tensor<1x1x8xf32>
    %4 = call @lexsort(%3) : (tensor<1x1x8xf32>) -> tensor<1x8xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %6 = stablehlo.compare LT, %4, %5, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %c_0 = stablehlo.constant dense<8> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %8 = stablehlo.add %4, %7 : tensor<1x8xi32>
    %9 = stablehlo.select %6, %8, %4 : tensor<1x8xi1>, tensor<1x8xi32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0, 1] : (tensor<1x8xi32>) -> tensor<1x8x1xi32>
    %11 = stablehlo.transpose %arg0, dims = [1, 0] : (tensor<8x1xf32>) -> tensor<1x8xf32>
    %12 = "stablehlo.gather"(%11, %10) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<1x8xf32>, tensor<1x8x1xi32>) -> tensor<1x8xf32>
    %c_1 = stablehlo.constant dense<true> : tensor<i1>
    %13 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i1>) -> tensor<8xi1>
    %14 = stablehlo.slice %12 [0:1, 1:8] : (tensor<1x8xf32>) -> tensor<1x7xf32>
    %15 = stablehlo.slice %12 [0:1, 0:7] : (tensor<1x8xf32>) -> tensor<1x7xf32>
    %16 = stablehlo.compare NE, %14, %15, FLOAT : (tensor<1x7xf32>, tensor<1x7xf32>) -> tensor<1x7xi1>
    %17 = stablehlo.compare NE, %14, %14, FLOAT : (tensor<1x7xf32>, tensor<1x7xf32>) -> tensor<1x7xi1>
    %18 = stablehlo.compare NE, %15, %15, FLOAT : (tensor<1x7xf32>, tensor<1x7xf32>) -> tensor<1x7xi1>
    %19 = stablehlo.and %17, %18 : tensor<1x7xi1>
    %20 = stablehlo.not %19 : tensor<1x7xi1>
    %21 = stablehlo.and %16, %20 : tensor<1x7xi1>
    %c_2 = stablehlo.constant dense<false> : tensor<i1>
    %22 = stablehlo.reduce(%21 init: %c_2) applies stablehlo.or across dimensions = [] : (tensor<1x7xi1>, tensor<i1>) -> tensor<1x7xi1>
    %c_3 = stablehlo.constant dense<1> : tensor<i32>
    %23 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %24 = stablehlo.broadcast_in_dim %13, dims = [1] : (tensor<8xi1>) -> tensor<1x8xi1>
    %25 = "stablehlo.scatter"(%24, %23, %22) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0, 1], scatter_dims_to_operand_dims = [1]>, unique_indices = true}> ({
    ^bb0(%arg1: tensor<i1>, %arg2: tensor<i1>):
      stablehlo.return %arg2 : tensor<i1>
    }) : (tensor<1x8xi1>, tensor<1xi32>, tensor<1x7xi1>) -> tensor<1x8xi1>
    return %12, %25 : tensor<1x8xf32>, tensor<1x8xi1>
  }
  func.func private @lexsort(%arg0: tensor<1x1x8xf32>) -> tensor<1x8xi32> {
    %0 = stablehlo.slice %arg0 [0:1, 0:1, 0:8] : (tensor<1x1x8xf32>) -> tensor<1x1x8xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x1x8xf32>) -> tensor<1x8xf32>
    %2 = stablehlo.iota dim = 0 : tensor<8xi32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [1] : (tensor<8xi32>) -> tensor<1x8xi32>
    %4:2 = "stablehlo.sort"(%1, %3) <{dimension = 1 : i64, is_stable = true}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>, %arg3: tensor<i32>, %arg4: tensor<i32>):
      %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %5 = stablehlo.compare EQ, %arg1, %cst, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %6 = stablehlo.select %5, %cst_0, %arg1 : tensor<i1>, tensor<f32>
      %7 = stablehlo.compare NE, %arg1, %arg1, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_1 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
      %8 = stablehlo.select %7, %cst_1, %6 : tensor<i1>, tensor<f32>
      %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %9 = stablehlo.compare EQ, %arg2, %cst_2, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %10 = stablehlo.select %9, %cst_3, %arg2 : tensor<i1>, tensor<f32>
      %11 = stablehlo.compare NE, %arg2, %arg2, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_4 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
      %12 = stablehlo.select %11, %cst_4, %10 : tensor<i1>, tensor<f32>
      %13 = stablehlo.compare LT, %8, %12, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %13 : tensor<i1>
    }) : (tensor<1x8xf32>, tensor<1x8xi32>) -> (tensor<1x8xf32>, tensor<1x8xi32>)
    return %4#1 : tensor<1x8xi32>
  }
  func.func private @cumsum(%arg0: tensor<1x8xi1>) -> tensor<1x8xi32> {
    %0 = stablehlo.convert %arg0 : (tensor<1x8xi1>) -> tensor<1x8xi32>
    %1 = call @cumsum_15(%0) : (tensor<1x8xi32>) -> tensor<1x8xi32>
    return %1 : tensor<1x8xi32>
  }
  func.func private @cumsum_15(%arg0: tensor<1x8xi32>) -> tensor<1x8xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{base_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [7, 0]]> : tensor<2x2xi64>, window_dilations = array<i64: 1, 1>, window_dimensions = array<i64: 1, 8>, window_strides = array<i64: 1, 1>}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %2 : tensor<i32>
    }) : (tensor<1x8xi32>, tensor<i32>) -> tensor<1x8xi32>
    return %1 : tensor<1x8xi32>
  }
  func.func private @clip(%arg0: tensor<1x8xi32>, %arg1: tensor<i32>) -> tensor<1x8xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<1x8xi32>
    return %2 : tensor<1x8xi32>
  }
  func.func private @cumsum_16(%arg0: tensor<1x8xi32>) -> tensor<1x8xi32> {
    %0 = call @cumsum_15(%arg0) : (tensor<1x8xi32>) -> tensor<1x8xi32>
    return %0 : tensor<1x8xi32>
  }
  func.func private @floor_divide(%arg0: tensor<1x8xi32>, %arg1: tensor<i32>) -> tensor<1x8xi32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %1 = stablehlo.divide %arg0, %0 : tensor<1x8xi32>
    %2 = stablehlo.sign %arg0 : tensor<1x8xi32>
    %3 = stablehlo.sign %arg1 : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %5 = stablehlo.compare NE, %2, %4, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %6 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %7 = stablehlo.remainder %arg0, %6 : tensor<1x8xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %9 = stablehlo.compare NE, %7, %8, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %10 = stablehlo.and %5, %9 : tensor<1x8xi1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %11 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %12 = stablehlo.subtract %1, %11 : tensor<1x8xi32>
    %13 = call @_where_17(%10, %12, %1) : (tensor<1x8xi1>, tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi32>
    return %13 : tensor<1x8xi32>
  }
  func.func private @_where_17(%arg0: tensor<1x8xi1>, %arg1: tensor<1x8xi32>, %arg2: tensor<1x8xi32>) -> tensor<1x8xi32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<1x8xi1>, tensor<1x8xi32>
    return %0 : tensor<1x8xi32>
  }
  func.func private @remainder(%arg0: tensor<1x8xi32>, %arg1: tensor<i32>) -> tensor<1x8xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare EQ, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %2 = call @_where_18(%1, %c_0, %0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %4 = stablehlo.remainder %arg0, %3 : tensor<1x8xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %6 = stablehlo.compare NE, %4, %5, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %8 = stablehlo.compare LT, %4, %7, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.compare LT, %2, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %10 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<1x8xi1>
    %11 = stablehlo.compare NE, %8, %10, UNSIGNED : (tensor<1x8xi1>, tensor<1x8xi1>) -> tensor<1x8xi1>
    %12 = stablehlo.and %11, %6 : tensor<1x8xi1>
    %13 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %14 = stablehlo.add %4, %13 : tensor<1x8xi32>
    %15 = stablehlo.select %12, %14, %4 : tensor<1x8xi1>, tensor<1x8xi32>
    return %15 : tensor<1x8xi32>
  }
  func.func private @_where_18(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @cumsum_19(%arg0: tensor<1x9xi32>) -> tensor<1x9xi32> {
    %0 = call @cumsum_20(%arg0) : (tensor<1x9xi32>) -> tensor<1x9xi32>
    return %0 : tensor<1x9xi32>
  }
  func.func private @cumsum_20(%arg0: tensor<1x9xi32>) -> tensor<1x9xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{base_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [8, 0]]> : tensor<2x2xi64>, window_dilations = array<i64: 1, 1>, window_dimensions = array<i64: 1, 9>, window_strides = array<i64: 1, 1>}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %2 : tensor<i32>
    }) : (tensor<1x9xi32>, tensor<i32>) -> tensor<1x9xi32>
    return %1 : tensor<1x9xi32>
  }
  func.func private @floor_divide_21(%arg0: tensor<1x9xi32>, %arg1: tensor<i32>) -> tensor<1x9xi32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %1 = stablehlo.divide %arg0, %0 : tensor<1x9xi32>
    %2 = stablehlo.sign %arg0 : tensor<1x9xi32>
    %3 = stablehlo.sign %arg1 : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %5 = stablehlo.compare NE, %2, %4, SIGNED : (tensor<1x9xi32>, tensor<1x9xi32>) -> tensor<1x9xi1>
    %6 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %7 = stablehlo.remainder %arg0, %6 : tensor<1x9xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %9 = stablehlo.compare NE, %7, %8, SIGNED : (tensor<1x9xi32>, tensor<1x9xi32>) -> tensor<1x9xi1>
    %10 = stablehlo.and %5, %9 : tensor<1x9xi1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %11 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %12 = stablehlo.subtract %1, %11 : tensor<1x9xi32>
    %13 = call @_where_22(%10, %12, %1) : (tensor<1x9xi1>, tensor<1x9xi32>, tensor<1x9xi32>) -> tensor<1x9xi32>
    return %13 : tensor<1x9xi32>
  }
  func.func private @_where_22(%arg0: tensor<1x9xi1>, %arg1: tensor<1x9xi32>, %arg2: tensor<1x9xi32>) -> tensor<1x9xi32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<1x9xi1>, tensor<1x9xi32>
    return %0 : tensor<1x9xi32>
  }
  func.func private @remainder_23(%arg0: tensor<1x9xi32>, %arg1: tensor<i32>) -> tensor<1x9xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare EQ, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %2 = call @_where_18(%1, %c_0, %0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %4 = stablehlo.remainder %arg0, %3 : tensor<1x9xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %6 = stablehlo.compare NE, %4, %5, SIGNED : (tensor<1x9xi32>, tensor<1x9xi32>) -> tensor<1x9xi1>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %8 = stablehlo.compare LT, %4, %7, SIGNED : (tensor<1x9xi32>, tensor<1x9xi32>) -> tensor<1x9xi1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.compare LT, %2, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %10 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<1x9xi1>
    %11 = stablehlo.compare NE, %8, %10, UNSIGNED : (tensor<1x9xi1>, tensor<1x9xi1>) -> tensor<1x9xi1>
    %12 = stablehlo.and %11, %6 : tensor<1x9xi1>
    %13 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<1x9xi32>
    %14 = stablehlo.add %4, %13 : tensor<1x9xi32>
    %15 = stablehlo.select %12, %14, %4 : tensor<1x9xi1>, tensor<1x9xi32>
    return %15 : tensor<1x9xi32>
  }
  func.func private @_where_24(%arg0: tensor<1x8xi32>, %arg1: tensor<1x8xi32>, %arg2: tensor<i32>) -> tensor<1x8xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x8xi32>
    %1 = stablehlo.compare NE, %arg0, %0, SIGNED : (tensor<1x8xi32>, tensor<1x8xi32>) -> tensor<1x8xi1>
    %2 = stablehlo.convert %arg2 : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<8xi32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [1] : (tensor<8xi32>) -> tensor<1x8xi32>
    %5 = stablehlo.select %1, %arg1, %4 : tensor<1x8xi1>, tensor<1x8xi32>
    return %5 : tensor<1x8xi32>
  }
  func.func private @diff(%arg0: tensor<1x9xi32>) -> tensor<1x8xi32> {
    %0 = stablehlo.slice %arg0 [0:1, 1:9] : (tensor<1x9xi32>) -> tensor<1x8xi32>
    %1 = stablehlo.slice %arg0 [0:1, 0:8] : (tensor<1x9xi32>) -> tensor<1x8xi32>
    %2 = stablehlo.subtract %0, %1 : tensor<1x8xi32>
    return %2 : tensor<1x8xi32>
  }
  func.func private @argmax(%arg0: tensor<1x8xi32>) -> tensor<1xi32> {
    %0 = stablehlo.iota dim = 1 : tensor<1x8xi32>
    %c = stablehlo.constant dense<-2147483648> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %1:2 = stablehlo.reduce(%arg0 init: %c), (%0 init: %c_0) across dimensions = [1] : (tensor<1x8xi32>, tensor<1x8xi32>, tensor<i32>, tensor<i32>) -> (tensor<1xi32>, tensor<1xi32>)
     reducer(%arg1: tensor<i32>, %arg3: tensor<i32>) (%arg2: tensor<i32>, %arg4: tensor<i32>)  {
      %2 = stablehlo.compare GT, %arg1, %arg3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %3 = stablehlo.compare NE, %arg1, %arg1, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %4 = stablehlo.or %2, %3 : tensor<i1>
      %5 = stablehlo.compare EQ, %arg1, %arg3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %6 = stablehlo.compare LT, %arg2, %arg4, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %7 = stablehlo.and %5, %6 : tensor<i1>
      %8 = stablehlo.or %4, %7 : tensor<i1>
      %9 = stablehlo.select %4, %arg1, %arg3 : tensor<i1>, tensor<i32>
      %10 = stablehlo.select %8, %arg2, %arg4 : tensor<i1>, tensor<i32>
      stablehlo.return %9, %10 : tensor<i32>, tensor<i32>
    }
    return %1#1 : tensor<1xi32>
  }
  func.func private @rankdata(%arg0: tensor<8xf32>) -> tensor<8xf32> {
    %c = stablehlo.constant dense<true> : tensor<1xi1>
    %0 = stablehlo.compare NE, %arg0, %arg0, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %1 = stablehlo.reduce(%0 init: %c_0) applies stablehlo.or across dimensions = [0] : (tensor<8xi1>, tensor<i1>) -> tensor<i1>
    %2 = stablehlo.convert %1 : (tensor<i1>) -> tensor<i32>
    %3 = "stablehlo.case"(%2) ({
      %4 = stablehlo.iota dim = 0 : tensor<8xi32>
      %5:2 = "stablehlo.sort"(%arg0, %4) <{dimension = 0 : i64, is_stable = true}> ({
      ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>, %arg3: tensor<i32>, %arg4: tensor<i32>):
        %cst_21 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %69 = stablehlo.compare EQ, %arg1, %cst_21, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_22 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %70 = stablehlo.select %69, %cst_22, %arg1 : tensor<i1>, tensor<f32>
        %71 = stablehlo.compare NE, %arg1, %arg1, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_23 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
        %72 = stablehlo.select %71, %cst_23, %70 : tensor<i1>, tensor<f32>
        %cst_24 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %73 = stablehlo.compare EQ, %arg2, %cst_24, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_25 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
        %74 = stablehlo.select %73, %cst_25, %arg2 : tensor<i1>, tensor<f32>
        %75 = stablehlo.compare NE, %arg2, %arg2, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
        %cst_26 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
        %76 = stablehlo.select %75, %cst_26, %74 : tensor<i1>, tensor<f32>
        %77 = stablehlo.compare LT, %72, %76, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
        stablehlo.return %77 : tensor<i1>
      }) : (tensor<8xf32>, tensor<8xi32>) -> (tensor<8xf32>, tensor<8xi32>)
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      %6 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %7 = stablehlo.iota dim = 0 : tensor<8xi32>
      %c_2 = stablehlo.constant dense<0> : tensor<i32>
      %8 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %9 = stablehlo.compare LT, %5#1, %8, SIGNED : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi1>
      %c_3 = stablehlo.constant dense<8> : tensor<i32>
      %10 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %11 = stablehlo.add %5#1, %10 : tensor<8xi32>
      %12 = stablehlo.select %9, %11, %5#1 : tensor<8xi1>, tensor<8xi32>
      %13 = stablehlo.broadcast_in_dim %12, dims = [0] : (tensor<8xi32>) -> tensor<8x1xi32>
      %14 = "stablehlo.scatter"(%6, %13, %7) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
      ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
        stablehlo.return %arg2 : tensor<i32>
      }) : (tensor<8xi32>, tensor<8x1xi32>, tensor<8xi32>) -> tensor<8xi32>
      %15 = stablehlo.slice %5#0 [1:8] : (tensor<8xf32>) -> tensor<7xf32>
      %16 = stablehlo.slice %5#0 [0:7] : (tensor<8xf32>) -> tensor<7xf32>
      %17 = stablehlo.compare NE, %15, %16, FLOAT : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xi1>
      %18 = stablehlo.concatenate %c, %17, dim = 0 : (tensor<1xi1>, tensor<7xi1>) -> tensor<8xi1>
      %19 = func.call @cumsum_25(%18) : (tensor<8xi1>) -> tensor<8xi32>
      %c_4 = stablehlo.constant dense<0> : tensor<i32>
      %20 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %21 = stablehlo.compare LT, %14, %20, SIGNED : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi1>
      %c_5 = stablehlo.constant dense<8> : tensor<i32>
      %22 = stablehlo.broadcast_in_dim %c_5, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %23 = stablehlo.add %14, %22 : tensor<8xi32>
      %24 = stablehlo.select %21, %23, %14 : tensor<8xi1>, tensor<8xi32>
      %25 = stablehlo.broadcast_in_dim %24, dims = [0] : (tensor<8xi32>) -> tensor<8x1xi32>
      %26 = "stablehlo.gather"(%19, %25) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1>}> : (tensor<8xi32>, tensor<8x1xi32>) -> tensor<8xi32>
      %27 = func.call @cumsum_27(%18) : (tensor<8xi1>) -> tensor<8xi32>
      %c_6 = stablehlo.constant dense<0> : tensor<i32>
      %28 = stablehlo.broadcast_in_dim %c_6, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %c_7 = stablehlo.constant dense<0> : tensor<i32>
      %29 = func.call @clip_28(%27, %c_7) : (tensor<8xi32>, tensor<i32>) -> tensor<8xi32>
      %c_8 = stablehlo.constant dense<0> : tensor<i32>
      %30 = stablehlo.broadcast_in_dim %c_8, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %31 = stablehlo.compare LT, %29, %30, SIGNED : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi1>
      %c_9 = stablehlo.constant dense<9> : tensor<i32>
      %32 = stablehlo.broadcast_in_dim %c_9, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %33 = stablehlo.add %29, %32 : tensor<8xi32>
      %34 = stablehlo.select %31, %33, %29 : tensor<8xi1>, tensor<8xi32>
      %35 = stablehlo.broadcast_in_dim %34, dims = [0] : (tensor<8xi32>) -> tensor<8x1xi32>
      %c_10 = stablehlo.constant dense<1> : tensor<i32>
      %36 = stablehlo.broadcast_in_dim %c_10, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %37 = "stablehlo.scatter"(%28, %35, %36) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
      ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
        %69 = stablehlo.add %arg1, %arg2 : tensor<i32>
        stablehlo.return %69 : tensor<i32>
      }) : (tensor<9xi32>, tensor<8x1xi32>, tensor<8xi32>) -> tensor<9xi32>
      %38 = func.call @cumsum_29(%37) : (tensor<9xi32>) -> tensor<9xi32>
      %c_11 = stablehlo.constant dense<1> : tensor<i32>
      %39 = func.call @floor_divide_31(%38, %c_11) : (tensor<9xi32>, tensor<i32>) -> tensor<9xi32>
      %c_12 = stablehlo.constant dense<8> : tensor<i32>
      %40 = func.call @remainder_33(%39, %c_12) : (tensor<9xi32>, tensor<i32>) -> tensor<9xi32>
      %41 = stablehlo.iota dim = 0 : tensor<9xi32>
      %42 = stablehlo.convert %18 : (tensor<8xi1>) -> tensor<8xi32>
      %c_13 = stablehlo.constant dense<0> : tensor<i32>
      %43 = stablehlo.reduce(%42 init: %c_13) applies stablehlo.add across dimensions = [0] : (tensor<8xi32>, tensor<i32>) -> tensor<i32>
      %44 = stablehlo.broadcast_in_dim %43, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %45 = stablehlo.compare GE, %41, %44, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
      %c_14 = stablehlo.constant dense<8> : tensor<i32>
      %46 = func.call @_where_35(%45, %c_14, %40) : (tensor<9xi1>, tensor<i32>, tensor<9xi32>) -> tensor<9xi32>
      %47 = stablehlo.convert %46 : (tensor<9xi32>) -> tensor<9xf32>
      %c_15 = stablehlo.constant dense<0> : tensor<i32>
      %48 = stablehlo.broadcast_in_dim %c_15, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %49 = stablehlo.compare LT, %26, %48, SIGNED : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi1>
      %c_16 = stablehlo.constant dense<9> : tensor<i32>
      %50 = stablehlo.broadcast_in_dim %c_16, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %51 = stablehlo.add %26, %50 : tensor<8xi32>
      %52 = stablehlo.select %49, %51, %26 : tensor<8xi1>, tensor<8xi32>
      %53 = stablehlo.broadcast_in_dim %52, dims = [0] : (tensor<8xi32>) -> tensor<8x1xi32>
      %54 = "stablehlo.gather"(%47, %53) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1>}> : (tensor<9xf32>, tensor<8x1xi32>) -> tensor<8xf32>
      %c_17 = stablehlo.constant dense<1> : tensor<i32>
      %55 = stablehlo.broadcast_in_dim %c_17, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %56 = stablehlo.subtract %26, %55 : tensor<8xi32>
      %c_18 = stablehlo.constant dense<0> : tensor<i32>
      %57 = stablehlo.broadcast_in_dim %c_18, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %58 = stablehlo.compare LT, %56, %57, SIGNED : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi1>
      %c_19 = stablehlo.constant dense<9> : tensor<i32>
      %59 = stablehlo.broadcast_in_dim %c_19, dims = [] : (tensor<i32>) -> tensor<8xi32>
      %60 = stablehlo.add %56, %59 : tensor<8xi32>
      %61 = stablehlo.select %58, %60, %56 : tensor<8xi1>, tensor<8xi32>
      %62 = stablehlo.broadcast_in_dim %61, dims = [0] : (tensor<8xi32>) -> tensor<8x1xi32>
      %63 = "stablehlo.gather"(%47, %62) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1>}> : (tensor<9xf32>, tensor<8x1xi32>) -> tensor<8xf32>
      %64 = stablehlo.add %54, %63 : tensor<8xf32>
      %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %65 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %66 = stablehlo.add %64, %65 : tensor<8xf32>
      %cst_20 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
      %67 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<f32>) -> tensor<8xf32>
      %68 = stablehlo.multiply %67, %66 : tensor<8xf32>
      stablehlo.return %68 : tensor<8xf32>
    }, {
      %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
      %4 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<8xf32>
      stablehlo.return %4 : tensor<8xf32>
    }) : (tensor<i32>) -> tensor<8xf32>
    return %3 : tensor<8xf32>
  }
  func.func private @cumsum_25(%arg0: tensor<8xi1>) -> tensor<8xi32> {
    %0 = stablehlo.convert %arg0 : (tensor<8xi1>) -> tensor<8xi32>
    %1 = call @cumsum_26(%0) : (tensor<8xi32>) -> tensor<8xi32>
    return %1 : tensor<8xi32>
  }
  func.func private @cumsum_26(%arg0: tensor<8xi32>) -> tensor<8xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{base_dilations = array<i64: 1>, padding = dense<[[7, 0]]> : tensor<1x2xi64>, window_dilations = array<i64: 1>, window_dimensions = array<i64: 8>, window_strides = array<i64: 1>}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %2 : tensor<i32>
    }) : (tensor<8xi32>, tensor<i32>) -> tensor<8xi32>
    return %1 : tensor<8xi32>
  }
  func.func private @cumsum_27(%arg0: tensor<8xi1>) -> tensor<8xi32> {
    %0 = stablehlo.convert %arg0 : (tensor<8xi1>) -> tensor<8xi32>
    %1 = call @cumsum_26(%0) : (tensor<8xi32>) -> tensor<8xi32>
    return %1 : tensor<8xi32>
  }
  func.func private @clip_28(%arg0: tensor<8xi32>, %arg1: tensor<i32>) -> tensor<8xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<i32>) -> tensor<8xi32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<8xi32>
    return %2 : tensor<8xi32>
  }
  func.func private @cumsum_29(%arg0: tensor<9xi32>) -> tensor<9xi32> {
    %0 = call @cumsum_30(%arg0) : (tensor<9xi32>) -> tensor<9xi32>
    return %0 : tensor<9xi32>
  }
  func.func private @cumsum_30(%arg0: tensor<9xi32>) -> tensor<9xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{base_dilations = array<i64: 1>, padding = dense<[[8, 0]]> : tensor<1x2xi64>, window_dilations = array<i64: 1>, window_dimensions = array<i64: 9>, window_strides = array<i64: 1>}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %2 : tensor<i32>
    }) : (tensor<9xi32>, tensor<i32>) -> tensor<9xi32>
    return %1 : tensor<9xi32>
  }
  func.func private @floor_divide_31(%arg0: tensor<9xi32>, %arg1: tensor<i32>) -> tensor<9xi32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %1 = stablehlo.divide %arg0, %0 : tensor<9xi32>
    %2 = stablehlo.sign %arg0 : tensor<9xi32>
    %3 = stablehlo.sign %arg1 : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %5 = stablehlo.compare NE, %2, %4, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %6 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %7 = stablehlo.remainder %arg0, %6 : tensor<9xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %9 = stablehlo.compare NE, %7, %8, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %10 = stablehlo.and %5, %9 : tensor<9xi1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %11 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %12 = stablehlo.subtract %1, %11 : tensor<9xi32>
    %13 = call @_where_32(%10, %12, %1) : (tensor<9xi1>, tensor<9xi32>, tensor<9xi32>) -> tensor<9xi32>
    return %13 : tensor<9xi32>
  }
  func.func private @_where_32(%arg0: tensor<9xi1>, %arg1: tensor<9xi32>, %arg2: tensor<9xi32>) -> tensor<9xi32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<9xi1>, tensor<9xi32>
    return %0 : tensor<9xi32>
  }
  func.func private @remainder_33(%arg0: tensor<9xi32>, %arg1: tensor<i32>) -> tensor<9xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare EQ, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %2 = call @_where_34(%1, %c_0, %0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %4 = stablehlo.remainder %arg0, %3 : tensor<9xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %6 = stablehlo.compare NE, %4, %5, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %8 = stablehlo.compare LT, %4, %7, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.compare LT, %2, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %10 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<9xi1>
    %11 = stablehlo.compare NE, %8, %10, UNSIGNED : (tensor<9xi1>, tensor<9xi1>) -> tensor<9xi1>
    %12 = stablehlo.and %11, %6 : tensor<9xi1>
    %13 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %14 = stablehlo.add %4, %13 : tensor<9xi32>
    %15 = stablehlo.select %12, %14, %4 : tensor<9xi1>, tensor<9xi32>
    return %15 : tensor<9xi32>
  }
  func.func private @_where_34(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @_where_35(%arg0: tensor<9xi1>, %arg1: tensor<i32>, %arg2: tensor<9xi32>) -> tensor<9xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %2 = stablehlo.select %arg0, %1, %arg2 : tensor<9xi1>, tensor<9xi32>
    return %2 : tensor<9xi32>
  }
  func.func private @corrcoef(%arg0: tensor<5xf32>, %arg1: tensor<5xf32>) -> tensor<2x2xf32> {
    %0 = call @cov_36(%arg0, %arg1) : (tensor<5xf32>, tensor<5xf32>) -> tensor<2x2xf32>
    %1 = call @_diag_37(%0) : (tensor<2x2xf32>) -> tensor<2xf32>
    %2 = stablehlo.sqrt %1 : tensor<2xf32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [0] : (tensor<2xf32>) -> tensor<2x1xf32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0, 1] : (tensor<2x1xf32>) -> tensor<2x2xf32>
    %5 = stablehlo.divide %0, %4 : tensor<2x2xf32>
    %6 = stablehlo.broadcast_in_dim %2, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %7 = stablehlo.broadcast_in_dim %6, dims = [0, 1] : (tensor<1x2xf32>) -> tensor<2x2xf32>
    %8 = stablehlo.divide %5, %7 : tensor<2x2xf32>
    %c = stablehlo.constant dense<-1> : tensor<i32>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %9 = call @clip_39(%8, %c, %c_0) : (tensor<2x2xf32>, tensor<i32>, tensor<i32>) -> tensor<2x2xf32>
    return %9 : tensor<2x2xf32>
  }
  func.func private @cov_36(%arg0: tensor<5xf32>, %arg1: tensor<5xf32>) -> tensor<2x2xf32> {
    %0 = call @atleast_2d_13(%arg0) : (tensor<5xf32>) -> tensor<1x5xf32>
    %1 = call @atleast_2d_13(%arg1) : (tensor<5xf32>) -> tensor<1x5xf32>
    %2 = stablehlo.concatenate %0, %1, dim = 0 : (tensor<1x5xf32>, tensor<1x5xf32>) -> tensor<2x5xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.reduce(%2 init: %cst) applies stablehlo.add across dimensions = [1] : (tensor<2x5xf32>, tensor<f32>) -> tensor<2xf32>
    %cst_0 = stablehlo.constant dense<5.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %5 = stablehlo.divide %3, %4 : tensor<2xf32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0] : (tensor<2xf32>) -> tensor<2x1xf32>
    %7 = stablehlo.broadcast_in_dim %6, dims = [0, 1] : (tensor<2x1xf32>) -> tensor<2x5xf32>
    %8 = stablehlo.subtract %2, %7 : tensor<2x5xf32>
    %9 = stablehlo.transpose %8, dims = [1, 0] : (tensor<2x5xf32>) -> tensor<5x2xf32>
    %10 = stablehlo.dot_general %8, %9, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<2x5xf32>, tensor<5x2xf32>) -> tensor<2x2xf32>
    %cst_1 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %11 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %12 = stablehlo.divide %10, %11 : tensor<2x2xf32>
    return %12 : tensor<2x2xf32>
  }
  func.func private @_diag_37(%arg0: tensor<2x2xf32>) -> tensor<2xf32> {
    %0 = call @diagonal_38(%arg0) : (tensor<2x2xf32>) -> tensor<2xf32>
    return %0 : tensor<2xf32>
  }
  func.func private @diagonal_38(%arg0: tensor<2x2xf32>) -> tensor<2xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<2x2xi32>
    %1 = stablehlo.iota dim = 1 : tensor<2x2xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %3 = stablehlo.add %0, %2 : tensor<2x2xi32>
    %4 = stablehlo.compare EQ, %3, %1, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %5 = stablehlo.convert %4 : (tensor<2x2xi1>) -> tensor<2x2xf32>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %6 = "stablehlo.case"(%c_0) ({
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      stablehlo.return %c_1 : tensor<i32>
    }, {
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      stablehlo.return %c_1 : tensor<i32>
    }) : (tensor<i32>) -> tensor<i32>
    %7 = "stablehlo.case"(%6) ({
      %8 = stablehlo.iota dim = 0 : tensor<2xi32>
      %9 = stablehlo.iota dim = 0 : tensor<2xi32>
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      %10 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<2xi32>
      %11 = stablehlo.compare LT, %8, %10, SIGNED : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
      %c_2 = stablehlo.constant dense<2> : tensor<i32>
      %12 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<2xi32>
      %13 = stablehlo.add %8, %12 : tensor<2xi32>
      %14 = stablehlo.select %11, %13, %8 : tensor<2xi1>, tensor<2xi32>
      %c_3 = stablehlo.constant dense<0> : tensor<i32>
      %15 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<2xi32>
      %16 = stablehlo.compare LT, %9, %15, SIGNED : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
      %c_4 = stablehlo.constant dense<2> : tensor<i32>
      %17 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<2xi32>
      %18 = stablehlo.add %9, %17 : tensor<2xi32>
      %19 = stablehlo.select %16, %18, %9 : tensor<2xi1>, tensor<2xi32>
      %20 = stablehlo.broadcast_in_dim %14, dims = [0] : (tensor<2xi32>) -> tensor<2x1xi32>
      %21 = stablehlo.broadcast_in_dim %19, dims = [0] : (tensor<2xi32>) -> tensor<2x1xi32>
      %22 = stablehlo.concatenate %20, %21, dim = 1 : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x2xi32>
      %23 = "stablehlo.gather"(%arg0, %22) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<2x2xf32>, tensor<2x2xi32>) -> tensor<2xf32>
      stablehlo.return %23 : tensor<2xf32>
    }) : (tensor<i32>) -> tensor<2xf32>
    return %7 : tensor<2xf32>
  }
  func.func private @clip_39(%arg0: tensor<2x2xf32>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<2x2xf32> {
    %0 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<2x2xf32>
    %3 = stablehlo.convert %arg2 : (tensor<i32>) -> tensor<f32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %5 = stablehlo.minimum %4, %2 : tensor<2x2xf32>
    return %5 : tensor<2x2xf32>
  }
  func.func private @cov_40(%arg0: tensor<8xf32>) -> tensor<f32> {
    %0 = call @atleast_2d(%arg0) : (tensor<8xf32>) -> tensor<1x8xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.add across dimensions = [1] : (tensor<1x8xf32>, tensor<f32>) -> tensor<1xf32>
    %cst_0 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %3 = stablehlo.divide %1, %2 : tensor<1xf32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<1xf32>) -> tensor<1x1xf32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<1x8xf32>
    %6 = stablehlo.subtract %0, %5 : tensor<1x8xf32>
    %7 = stablehlo.transpose %6, dims = [1, 0] : (tensor<1x8xf32>) -> tensor<8x1xf32>
    %8 = stablehlo.dot_general %6, %7, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x8xf32>, tensor<8x1xf32>) -> tensor<1x1xf32>
    %cst_1 = stablehlo.constant dense<7.000000e+00> : tensor<f32>
    %9 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<1x1xf32>
    %10 = stablehlo.divide %8, %9 : tensor<1x1xf32>
    %11 = stablehlo.reshape %10 : (tensor<1x1xf32>) -> tensor<f32>
    return %11 : tensor<f32>
  }
  func.func private @_var(%arg0: tensor<8xf32>, %arg1: tensor<i32>) -> tensor<f32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.reduce(%arg0 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %cst_0 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %3 = stablehlo.divide %1, %2 : tensor<1xf32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<1xf32>) -> tensor<8xf32>
    %5 = stablehlo.subtract %arg0, %4 : tensor<8xf32>
    %6 = chlo.square %5 : tensor<8xf32> -> tensor<8xf32>
    %7 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<f32>
    %cst_1 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %8 = stablehlo.subtract %cst_1, %7 : tensor<f32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %9 = stablehlo.reduce(%6 init: %cst_2) applies stablehlo.add across dimensions = [0] : (tensor<8xf32>, tensor<f32>) -> tensor<f32>
    %10 = stablehlo.divide %9, %8 : tensor<f32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %11 = stablehlo.compare GT, %8, %cst_3, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_4 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %12 = call @_where_41(%11, %10, %cst_4) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    return %12 : tensor<f32>
  }
  func.func private @_where_41(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<i1>, tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @quantile(%arg0: tensor<8xf32>, %arg1: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.compare NE, %arg0, %arg0, FLOAT : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %c = stablehlo.constant dense<false> : tensor<i1>
    %1 = stablehlo.reduce(%0 init: %c) applies stablehlo.or across dimensions = [0] : (tensor<8xi1>, tensor<i1>) -> tensor<i1>
    %2 = stablehlo.broadcast_in_dim %1, dims = [] : (tensor<i1>) -> tensor<1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %3 = call @_where_42(%2, %cst, %arg0) : (tensor<1xi1>, tensor<f32>, tensor<8xf32>) -> tensor<8xf32>
    %4 = "stablehlo.sort"(%3) <{dimension = 0 : i64, is_stable = true}> ({
    ^bb0(%arg2: tensor<f32>, %arg3: tensor<f32>):
      %cst_9 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %24 = stablehlo.compare EQ, %arg2, %cst_9, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_10 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %25 = stablehlo.select %24, %cst_10, %arg2 : tensor<i1>, tensor<f32>
      %26 = stablehlo.compare NE, %arg2, %arg2, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_11 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
      %27 = stablehlo.select %26, %cst_11, %25 : tensor<i1>, tensor<f32>
      %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %28 = stablehlo.compare EQ, %arg3, %cst_12, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %29 = stablehlo.select %28, %cst_13, %arg3 : tensor<i1>, tensor<f32>
      %30 = stablehlo.compare NE, %arg3, %arg3, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %cst_14 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
      %31 = stablehlo.select %30, %cst_14, %29 : tensor<i1>, tensor<f32>
      %32 = stablehlo.compare LT, %27, %31, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %32 : tensor<i1>
    }) : (tensor<8xf32>) -> tensor<8xf32>
    %cst_0 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %cst_1 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %5 = stablehlo.subtract %cst_0, %cst_1 : tensor<f32>
    %6 = stablehlo.multiply %arg1, %5 : tensor<f32>
    %7 = stablehlo.floor %6 : tensor<f32>
    %8 = stablehlo.ceil %6 : tensor<f32>
    %9 = stablehlo.subtract %6, %7 : tensor<f32>
    %cst_2 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %10 = stablehlo.subtract %cst_2, %9 : tensor<f32>
    %cst_3 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %11 = stablehlo.subtract %cst_3, %cst_4 : tensor<f32>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %12 = stablehlo.clamp %cst_5, %7, %11 : tensor<f32>
    %cst_6 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %cst_7 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %13 = stablehlo.subtract %cst_6, %cst_7 : tensor<f32>
    %cst_8 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %14 = stablehlo.clamp %cst_8, %8, %13 : tensor<f32>
    %15 = stablehlo.convert %12 : (tensor<f32>) -> tensor<i32>
    %16 = stablehlo.convert %14 : (tensor<f32>) -> tensor<i32>
    %17 = stablehlo.broadcast_in_dim %15, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %18 = "stablehlo.gather"(%4, %17) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0]>, indices_are_sorted = false, slice_sizes = array<i64: 1>}> : (tensor<8xf32>, tensor<1xi32>) -> tensor<f32>
    %19 = stablehlo.broadcast_in_dim %16, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %20 = "stablehlo.gather"(%4, %19) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0], start_index_map = [0]>, indices_are_sorted = false, slice_sizes = array<i64: 1>}> : (tensor<8xf32>, tensor<1xi32>) -> tensor<f32>
    %21 = stablehlo.multiply %18, %10 : tensor<f32>
    %22 = stablehlo.multiply %20, %9 : tensor<f32>
    %23 = stablehlo.add %21, %22 : tensor<f32>
    return %23 : tensor<f32>
  }
  func.func private @_where_42(%arg0: tensor<1xi1>, %arg1: tensor<f32>, %arg2: tensor<8xf32>) -> tensor<8xf32> {
    %0 = stablehlo.convert %arg1 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [0] : (tensor<1xi1>) -> tensor<8xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %3 = stablehlo.select %1, %2, %arg2 : tensor<8xi1>, tensor<8xf32>
    return %3 : tensor<8xf32>
  }
}
