module @jit_special_functions attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<9xf32>) -> (tensor<9xf32> {jax.result_info = "result[0]"}, tensor<9xf32> {jax.result_info = "result[1]"}, tensor<9xf32> {jax.result_info = "result[2]"}, tensor<9xf32> {jax.result_info = "result[3]"}, tensor<9xf32> {jax.result_info = "result[4]"}, tensor<9xf32> {jax.result_info = "result[5]"}, tensor<9xf32> {jax.result_info = "result[6]"}, tensor<9xf32> {jax.result_info = "result[7]"}, tensor<9xf32> {jax.result_info = "result[8]"}, tensor<9xf32> {jax.result_info = "result[9]"}, tensor<9xf32> {jax.result_info = "result[10]"}, tensor<9xf32> {jax.result_info = "result[11]"}, tensor<9xf32> {jax.result_info = "result[12]"}, tensor<9xf32> {jax.result_info = "result[13]"}, tensor<9xf32> {jax.result_info = "result[14]"}, tensor<9xf32> {jax.result_info = "result[15]"}, tensor<9xf32> {jax.result_info = "result[16]"}, tensor<9xf32> {jax.result_info = "result[17]"}, tensor<9xf32> {jax.result_info = "result[18]"}, tensor<9xf32> {jax.result_info = "result[19]"}, tensor<9xf32> {jax.result_info = "result[20]"}, tensor<f32> {jax.result_info = "result[21]"}, tensor<9xf32> {jax.result_info = "result[22]"}, tensor<9xf32> {jax.result_info = "result[23]"}, tensor<6xf32> {jax.result_info = "result[24]"}, tensor<1xcomplex<f32>> {jax.result_info = "result[25]"}) {
    %cst = stablehlo.constant dense<[-59.9633484, 98.0010757, -56.6762848, 13.9312611, -1.23916578]> : tensor<5xf32>
    %cst_0 = stablehlo.constant dense<[1.000000e+00, 1.95448864, 4.67627907, 86.3602447, -225.462692, 200.260208, -82.0372238, 15.9056225, -1.18331623]> : tensor<9xf32>
    %cst_1 = stablehlo.constant dense<[3.23774886, 6.91522884, 3.93881035, 1.33303463, 0.201485395, 0.0123716639, 3.01581546E-4, 2.65806966E-6, 6.23974561E-9]> : tensor<9xf32>
    %cst_2 = stablehlo.constant dense<[1.000000e+00, 6.02427053, 3.67983556, 1.37702096, 2.162370e-01, 1.342040e-02, 3.28014459E-4, 2.89247873E-6, 6.79019418E-9]> : tensor<9xf32>
    %cst_3 = stablehlo.constant dense<[4.05544901, 31.5251102, 57.1628189, 44.0805092, 14.6849566, 2.18663311, -0.140256077, -0.035042461, -8.57456762E-4]> : tensor<9xf32>
    %cst_4 = stablehlo.constant dense<[1.000000e+00, 15.7799883, 45.3907623, 41.3172035, 15.0425386, 2.5046494, -0.142182916, -0.0380806401, -9.33259492E-4]> : tensor<9xf32>
    %cst_5 = stablehlo.constant dense<[1.000000e+00, -5.000000e-01, 0.166666672]> : tensor<3xf32>
    %c = stablehlo.constant dense<1> : tensor<1xi32>
    %c_6 = stablehlo.constant dense<2> : tensor<1xi32>
    %0 = stablehlo.abs %arg0 : tensor<9xf32>
    %cst_7 = stablehlo.constant dense<1.000000e-01> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %2 = stablehlo.add %0, %1 : tensor<9xf32>
    %3 = stablehlo.negate %arg0 : tensor<9xf32>
    %4 = stablehlo.exponential %3 : tensor<9xf32>
    %cst_8 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %6 = stablehlo.add %5, %4 : tensor<9xf32>
    %cst_9 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %7 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %8 = stablehlo.divide %7, %6 : tensor<9xf32>
    %9 = chlo.erf %arg0 : tensor<9xf32> -> tensor<9xf32>
    %10 = chlo.erfc %arg0 : tensor<9xf32> -> tensor<9xf32>
    %11 = chlo.erf_inv %8 : tensor<9xf32> -> tensor<9xf32>
    %12 = chlo.lgamma %2 : tensor<9xf32> -> tensor<9xf32>
    %13 = chlo.digamma %2 : tensor<9xf32> -> tensor<9xf32>
    %cst_10 = stablehlo.constant dense<1.300000e+00> : tensor<f32>
    %14 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %15 = stablehlo.compare NE, %2, %2, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %16 = stablehlo.compare NE, %14, %14, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %17 = stablehlo.or %15, %16 : tensor<9xi1>
    %cst_11 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %18 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %19 = stablehlo.compare EQ, %14, %18, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %20 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %21 = stablehlo.compare EQ, %2, %20, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %22 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %23 = stablehlo.compare EQ, %14, %22, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_14 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %24 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %25 = stablehlo.compare LT, %14, %24, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_15 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %26 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %27 = stablehlo.compare LT, %2, %26, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %28 = stablehlo.and %21, %23 : tensor<9xi1>
    %29 = stablehlo.or %25, %27 : tensor<9xi1>
    %30 = stablehlo.or %29, %28 : tensor<9xi1>
    %31 = stablehlo.or %30, %17 : tensor<9xi1>
    %cst_16 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %32 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %33 = stablehlo.compare GE, %14, %32, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %34 = stablehlo.compare GT, %14, %2, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %35 = stablehlo.and %33, %34 : tensor<9xi1>
    %36 = stablehlo.log %14 : tensor<9xf32>
    %37 = stablehlo.multiply %2, %36 : tensor<9xf32>
    %38 = stablehlo.subtract %37, %14 : tensor<9xf32>
    %39 = chlo.lgamma %2 : tensor<9xf32> -> tensor<9xf32>
    %40 = stablehlo.subtract %38, %39 : tensor<9xf32>
    %cst_17 = stablehlo.constant dense<3.40282347E+38> : tensor<f32>
    %41 = stablehlo.log %cst_17 : tensor<f32>
    %42 = stablehlo.negate %41 : tensor<f32>
    %43 = stablehlo.broadcast_in_dim %42, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %44 = stablehlo.compare LT, %40, %43, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %45 = stablehlo.exponential %40 : tensor<9xf32>
    %46 = stablehlo.or %23, %31 : tensor<9xi1>
    %47 = stablehlo.or %46, %44 : tensor<9xi1>
    %48 = stablehlo.or %47, %19 : tensor<9xi1>
    %49 = stablehlo.not %48 : tensor<9xi1>
    %50 = stablehlo.and %49, %35 : tensor<9xi1>
    %cst_18 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %51 = stablehlo.broadcast_in_dim %cst_18, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %52 = stablehlo.subtract %51, %2 : tensor<9xf32>
    %53 = stablehlo.add %14, %52 : tensor<9xf32>
    %cst_19 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %54 = stablehlo.broadcast_in_dim %cst_19, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %55 = stablehlo.add %53, %54 : tensor<9xf32>
    %cst_20 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %56 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_21 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %57 = stablehlo.broadcast_in_dim %cst_21, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %58 = stablehlo.add %14, %57 : tensor<9xf32>
    %59 = stablehlo.multiply %55, %14 : tensor<9xf32>
    %60 = stablehlo.divide %58, %59 : tensor<9xf32>
    %cst_22 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %61 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_23 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %62 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_24 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %63 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_25 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %64 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %65 = stablehlo.negate %14 : tensor<9xf32>
    %66 = stablehlo.multiply %60, %65 : tensor<9xf32>
    %67 = stablehlo.subtract %64, %66 : tensor<9xf32>
    %68 = stablehlo.divide %67, %59 : tensor<9xf32>
    %cst_26 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %69:15 = stablehlo.while(%iterArg = %50, %iterArg_241 = %60, %iterArg_242 = %61, %iterArg_243 = %52, %iterArg_244 = %55, %iterArg_245 = %cst_26, %iterArg_246 = %58, %iterArg_247 = %59, %iterArg_248 = %56, %iterArg_249 = %14, %iterArg_250 = %62, %iterArg_251 = %63, %iterArg_252 = %64, %iterArg_253 = %65, %iterArg_254 = %68) : tensor<9xi1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<f32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    cond {
      %cst_255 = stablehlo.constant dense<2.000000e+03> : tensor<f32>
      %775 = stablehlo.compare LT, %iterArg_245, %cst_255, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_256 = stablehlo.constant dense<false> : tensor<i1>
      %776 = stablehlo.reduce(%iterArg init: %c_256) applies stablehlo.or across dimensions = [0] : (tensor<9xi1>, tensor<i1>) -> tensor<i1>
      %777 = stablehlo.and %775, %776 : tensor<i1>
      stablehlo.return %777 : tensor<i1>
    } do {
      %cst_255 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %775 = stablehlo.add %iterArg_245, %cst_255 : tensor<f32>
      %cst_256 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %776 = stablehlo.broadcast_in_dim %cst_256, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %777 = stablehlo.add %iterArg_243, %776 : tensor<9xf32>
      %cst_257 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %778 = stablehlo.broadcast_in_dim %cst_257, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %779 = stablehlo.add %iterArg_244, %778 : tensor<9xf32>
      %780 = stablehlo.broadcast_in_dim %775, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %781 = stablehlo.multiply %777, %780 : tensor<9xf32>
      %782 = stablehlo.multiply %iterArg_246, %779 : tensor<9xf32>
      %783 = stablehlo.multiply %iterArg_248, %781 : tensor<9xf32>
      %784 = stablehlo.subtract %782, %783 : tensor<9xf32>
      %785 = stablehlo.multiply %iterArg_247, %779 : tensor<9xf32>
      %786 = stablehlo.multiply %iterArg_249, %781 : tensor<9xf32>
      %787 = stablehlo.subtract %785, %786 : tensor<9xf32>
      %cst_258 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %788 = stablehlo.broadcast_in_dim %cst_258, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %789 = stablehlo.compare NE, %787, %788, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %790 = stablehlo.divide %784, %787 : tensor<9xf32>
      %791 = stablehlo.subtract %iterArg_241, %790 : tensor<9xf32>
      %792 = stablehlo.divide %791, %790 : tensor<9xf32>
      %793 = stablehlo.abs %792 : tensor<9xf32>
      %cst_259 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %794 = stablehlo.broadcast_in_dim %cst_259, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %795 = stablehlo.select %789, %793, %794 : tensor<9xi1>, tensor<9xf32>
      %796 = stablehlo.select %789, %790, %iterArg_241 : tensor<9xi1>, tensor<9xf32>
      %797 = stablehlo.multiply %iterArg_252, %779 : tensor<9xf32>
      %798 = stablehlo.subtract %797, %iterArg_246 : tensor<9xf32>
      %799 = stablehlo.multiply %iterArg_250, %781 : tensor<9xf32>
      %800 = stablehlo.subtract %798, %799 : tensor<9xf32>
      %801 = stablehlo.broadcast_in_dim %775, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %802 = stablehlo.multiply %iterArg_248, %801 : tensor<9xf32>
      %803 = stablehlo.add %800, %802 : tensor<9xf32>
      %804 = stablehlo.multiply %iterArg_253, %779 : tensor<9xf32>
      %805 = stablehlo.subtract %804, %iterArg_247 : tensor<9xf32>
      %806 = stablehlo.multiply %iterArg_251, %781 : tensor<9xf32>
      %807 = stablehlo.subtract %805, %806 : tensor<9xf32>
      %808 = stablehlo.broadcast_in_dim %775, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %809 = stablehlo.multiply %iterArg_249, %808 : tensor<9xf32>
      %810 = stablehlo.add %807, %809 : tensor<9xf32>
      %811 = stablehlo.multiply %796, %810 : tensor<9xf32>
      %812 = stablehlo.subtract %803, %811 : tensor<9xf32>
      %813 = stablehlo.divide %812, %787 : tensor<9xf32>
      %814 = stablehlo.select %789, %813, %iterArg_254 : tensor<9xi1>, tensor<9xf32>
      %815 = stablehlo.subtract %814, %iterArg_254 : tensor<9xf32>
      %816 = stablehlo.abs %815 : tensor<9xf32>
      %cst_260 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %817 = stablehlo.broadcast_in_dim %cst_260, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %818 = stablehlo.select %789, %816, %817 : tensor<9xi1>, tensor<9xf32>
      %819 = stablehlo.abs %784 : tensor<9xf32>
      %cst_261 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %cst_262 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %820 = stablehlo.broadcast_in_dim %cst_262, dims = [] : (tensor<f32>) -> tensor<f32>
      %821 = stablehlo.divide %820, %cst_261 : tensor<f32>
      %822 = stablehlo.broadcast_in_dim %821, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %823 = stablehlo.compare GT, %819, %822, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %cst_263 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %824 = stablehlo.broadcast_in_dim %cst_263, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %825 = stablehlo.multiply %iterArg_246, %824 : tensor<9xf32>
      %826 = stablehlo.select %823, %825, %iterArg_246 : tensor<9xi1>, tensor<9xf32>
      %cst_264 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %827 = stablehlo.broadcast_in_dim %cst_264, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %828 = stablehlo.multiply %784, %827 : tensor<9xf32>
      %829 = stablehlo.select %823, %828, %784 : tensor<9xi1>, tensor<9xf32>
      %cst_265 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %830 = stablehlo.broadcast_in_dim %cst_265, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %831 = stablehlo.multiply %iterArg_247, %830 : tensor<9xf32>
      %832 = stablehlo.select %823, %831, %iterArg_247 : tensor<9xi1>, tensor<9xf32>
      %cst_266 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %833 = stablehlo.broadcast_in_dim %cst_266, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %834 = stablehlo.multiply %787, %833 : tensor<9xf32>
      %835 = stablehlo.select %823, %834, %787 : tensor<9xi1>, tensor<9xf32>
      %cst_267 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %836 = stablehlo.broadcast_in_dim %cst_267, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %837 = stablehlo.multiply %iterArg_252, %836 : tensor<9xf32>
      %838 = stablehlo.select %823, %837, %iterArg_252 : tensor<9xi1>, tensor<9xf32>
      %cst_268 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %839 = stablehlo.broadcast_in_dim %cst_268, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %840 = stablehlo.multiply %iterArg_253, %839 : tensor<9xf32>
      %841 = stablehlo.select %823, %840, %iterArg_253 : tensor<9xi1>, tensor<9xf32>
      %cst_269 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %842 = stablehlo.broadcast_in_dim %cst_269, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %843 = stablehlo.multiply %803, %842 : tensor<9xf32>
      %844 = stablehlo.select %823, %843, %803 : tensor<9xi1>, tensor<9xf32>
      %cst_270 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %845 = stablehlo.broadcast_in_dim %cst_270, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %846 = stablehlo.multiply %810, %845 : tensor<9xf32>
      %847 = stablehlo.select %823, %846, %810 : tensor<9xi1>, tensor<9xf32>
      %cst_271 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %848 = stablehlo.broadcast_in_dim %cst_271, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %849 = stablehlo.compare GT, %795, %848, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %850 = stablehlo.and %iterArg, %849 : tensor<9xi1>
      %851 = stablehlo.select %iterArg, %796, %iterArg_241 : tensor<9xi1>, tensor<9xf32>
      %852 = stablehlo.select %iterArg, %795, %iterArg_242 : tensor<9xi1>, tensor<9xf32>
      %853 = stablehlo.select %iterArg, %777, %iterArg_243 : tensor<9xi1>, tensor<9xf32>
      %854 = stablehlo.select %iterArg, %779, %iterArg_244 : tensor<9xi1>, tensor<9xf32>
      %855 = stablehlo.select %iterArg, %829, %iterArg_246 : tensor<9xi1>, tensor<9xf32>
      %856 = stablehlo.select %iterArg, %835, %iterArg_247 : tensor<9xi1>, tensor<9xf32>
      %857 = stablehlo.select %iterArg, %826, %iterArg_248 : tensor<9xi1>, tensor<9xf32>
      %858 = stablehlo.select %iterArg, %832, %iterArg_249 : tensor<9xi1>, tensor<9xf32>
      %859 = stablehlo.select %iterArg, %838, %iterArg_250 : tensor<9xi1>, tensor<9xf32>
      %860 = stablehlo.select %iterArg, %841, %iterArg_251 : tensor<9xi1>, tensor<9xf32>
      %861 = stablehlo.select %iterArg, %844, %iterArg_252 : tensor<9xi1>, tensor<9xf32>
      %862 = stablehlo.select %iterArg, %847, %iterArg_253 : tensor<9xi1>, tensor<9xf32>
      %863 = stablehlo.select %iterArg, %814, %iterArg_254 : tensor<9xi1>, tensor<9xf32>
      stablehlo.return %850, %851, %852, %853, %854, %775, %855, %856, %857, %858, %859, %860, %861, %862, %863 : tensor<9xi1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<f32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    }
    %70 = stablehlo.multiply %69#1, %45 : tensor<9xf32>
    %cst_27 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %71 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %72 = stablehlo.subtract %71, %70 : tensor<9xf32>
    %73 = stablehlo.not %35 : tensor<9xi1>
    %74 = stablehlo.and %49, %73 : tensor<9xi1>
    %cst_28 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %75 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_29 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %76 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_30 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %77 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_31 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %78 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %79:7 = stablehlo.while(%iterArg = %74, %iterArg_241 = %2, %iterArg_242 = %75, %iterArg_243 = %76, %iterArg_244 = %14, %iterArg_245 = %77, %iterArg_246 = %78) : tensor<9xi1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    cond {
      %c_247 = stablehlo.constant dense<false> : tensor<i1>
      %775 = stablehlo.reduce(%iterArg init: %c_247) applies stablehlo.or across dimensions = [0] : (tensor<9xi1>, tensor<i1>) -> tensor<i1>
      stablehlo.return %775 : tensor<i1>
    } do {
      %cst_247 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %775 = stablehlo.broadcast_in_dim %cst_247, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %776 = stablehlo.add %iterArg_241, %775 : tensor<9xf32>
      %777 = stablehlo.divide %iterArg_244, %776 : tensor<9xf32>
      %778 = stablehlo.multiply %iterArg_245, %777 : tensor<9xf32>
      %779 = stablehlo.multiply %iterArg_242, %iterArg_244 : tensor<9xf32>
      %780 = stablehlo.multiply %776, %776 : tensor<9xf32>
      %781 = stablehlo.divide %779, %780 : tensor<9xf32>
      %782 = stablehlo.subtract %778, %781 : tensor<9xf32>
      %783 = stablehlo.add %iterArg_246, %782 : tensor<9xf32>
      %784 = stablehlo.divide %iterArg_244, %776 : tensor<9xf32>
      %785 = stablehlo.multiply %iterArg_242, %784 : tensor<9xf32>
      %786 = stablehlo.add %iterArg_243, %785 : tensor<9xf32>
      %787 = stablehlo.divide %785, %786 : tensor<9xf32>
      %cst_248 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %788 = stablehlo.broadcast_in_dim %cst_248, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %789 = stablehlo.compare GT, %787, %788, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %790 = stablehlo.and %iterArg, %789 : tensor<9xi1>
      %791 = stablehlo.select %iterArg, %776, %iterArg_241 : tensor<9xi1>, tensor<9xf32>
      %792 = stablehlo.select %iterArg, %785, %iterArg_242 : tensor<9xi1>, tensor<9xf32>
      %793 = stablehlo.select %iterArg, %786, %iterArg_243 : tensor<9xi1>, tensor<9xf32>
      %794 = stablehlo.select %iterArg, %iterArg_244, %iterArg_244 : tensor<9xi1>, tensor<9xf32>
      %795 = stablehlo.select %iterArg, %782, %iterArg_245 : tensor<9xi1>, tensor<9xf32>
      %796 = stablehlo.select %iterArg, %783, %iterArg_246 : tensor<9xi1>, tensor<9xf32>
      stablehlo.return %790, %791, %792, %793, %794, %795, %796 : tensor<9xi1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    }
    %80 = stablehlo.multiply %79#3, %45 : tensor<9xf32>
    %81 = stablehlo.divide %80, %2 : tensor<9xf32>
    %82 = stablehlo.select %35, %72, %81 : tensor<9xi1>, tensor<9xf32>
    %cst_32 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %83 = stablehlo.broadcast_in_dim %cst_32, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %84 = stablehlo.select %23, %83, %82 : tensor<9xi1>, tensor<9xf32>
    %cst_33 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %85 = stablehlo.broadcast_in_dim %cst_33, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %86 = stablehlo.select %19, %85, %84 : tensor<9xi1>, tensor<9xf32>
    %cst_34 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %87 = stablehlo.broadcast_in_dim %cst_34, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %88 = stablehlo.select %31, %87, %86 : tensor<9xi1>, tensor<9xf32>
    %cst_35 = stablehlo.constant dense<1.300000e+00> : tensor<f32>
    %89 = stablehlo.broadcast_in_dim %cst_35, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %90 = stablehlo.compare NE, %89, %89, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %91 = stablehlo.compare NE, %2, %2, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %92 = stablehlo.or %90, %91 : tensor<9xi1>
    %cst_36 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %93 = stablehlo.broadcast_in_dim %cst_36, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %94 = stablehlo.compare EQ, %89, %93, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_37 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %95 = stablehlo.broadcast_in_dim %cst_37, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %96 = stablehlo.compare EQ, %2, %95, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_38 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %97 = stablehlo.broadcast_in_dim %cst_38, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %98 = stablehlo.compare EQ, %2, %97, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_39 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %99 = stablehlo.broadcast_in_dim %cst_39, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %100 = stablehlo.compare LT, %2, %99, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_40 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %101 = stablehlo.broadcast_in_dim %cst_40, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %102 = stablehlo.compare LT, %89, %101, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %103 = stablehlo.and %94, %96 : tensor<9xi1>
    %104 = stablehlo.or %100, %102 : tensor<9xi1>
    %105 = stablehlo.or %104, %103 : tensor<9xi1>
    %106 = stablehlo.or %105, %92 : tensor<9xi1>
    %cst_41 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %107 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %108 = stablehlo.compare LT, %2, %107, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %109 = stablehlo.compare LT, %2, %89, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %110 = stablehlo.or %108, %109 : tensor<9xi1>
    %111 = stablehlo.log %2 : tensor<9xf32>
    %112 = stablehlo.multiply %89, %111 : tensor<9xf32>
    %113 = stablehlo.subtract %112, %2 : tensor<9xf32>
    %114 = chlo.lgamma %89 : tensor<9xf32> -> tensor<9xf32>
    %115 = stablehlo.subtract %113, %114 : tensor<9xf32>
    %cst_42 = stablehlo.constant dense<3.40282347E+38> : tensor<f32>
    %116 = stablehlo.log %cst_42 : tensor<f32>
    %117 = stablehlo.negate %116 : tensor<f32>
    %118 = stablehlo.broadcast_in_dim %117, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %119 = stablehlo.compare LT, %115, %118, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %120 = stablehlo.or %106, %119 : tensor<9xi1>
    %121 = stablehlo.or %120, %98 : tensor<9xi1>
    %122 = stablehlo.or %121, %94 : tensor<9xi1>
    %123 = stablehlo.not %122 : tensor<9xi1>
    %124 = stablehlo.exponential %115 : tensor<9xf32>
    %125 = stablehlo.and %123, %110 : tensor<9xi1>
    %cst_43 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %126 = stablehlo.broadcast_in_dim %cst_43, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_44 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %127 = stablehlo.broadcast_in_dim %cst_44, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_45 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %128 = stablehlo.broadcast_in_dim %cst_45, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_46 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %129 = stablehlo.broadcast_in_dim %cst_46, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %130:7 = stablehlo.while(%iterArg = %125, %iterArg_241 = %89, %iterArg_242 = %126, %iterArg_243 = %127, %iterArg_244 = %2, %iterArg_245 = %128, %iterArg_246 = %129) : tensor<9xi1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    cond {
      %c_247 = stablehlo.constant dense<false> : tensor<i1>
      %775 = stablehlo.reduce(%iterArg init: %c_247) applies stablehlo.or across dimensions = [0] : (tensor<9xi1>, tensor<i1>) -> tensor<i1>
      stablehlo.return %775 : tensor<i1>
    } do {
      %cst_247 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %775 = stablehlo.broadcast_in_dim %cst_247, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %776 = stablehlo.add %iterArg_241, %775 : tensor<9xf32>
      %777 = stablehlo.divide %iterArg_244, %776 : tensor<9xf32>
      %778 = stablehlo.multiply %iterArg_245, %777 : tensor<9xf32>
      %779 = stablehlo.multiply %iterArg_242, %iterArg_244 : tensor<9xf32>
      %780 = stablehlo.multiply %776, %776 : tensor<9xf32>
      %781 = stablehlo.divide %779, %780 : tensor<9xf32>
      %782 = stablehlo.subtract %778, %781 : tensor<9xf32>
      %783 = stablehlo.add %iterArg_246, %782 : tensor<9xf32>
      %784 = stablehlo.divide %iterArg_244, %776 : tensor<9xf32>
      %785 = stablehlo.multiply %iterArg_242, %784 : tensor<9xf32>
      %786 = stablehlo.add %iterArg_243, %785 : tensor<9xf32>
      %787 = stablehlo.divide %785, %786 : tensor<9xf32>
      %cst_248 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %788 = stablehlo.broadcast_in_dim %cst_248, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %789 = stablehlo.compare GT, %787, %788, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %790 = stablehlo.and %iterArg, %789 : tensor<9xi1>
      %791 = stablehlo.select %iterArg, %776, %iterArg_241 : tensor<9xi1>, tensor<9xf32>
      %792 = stablehlo.select %iterArg, %785, %iterArg_242 : tensor<9xi1>, tensor<9xf32>
      %793 = stablehlo.select %iterArg, %786, %iterArg_243 : tensor<9xi1>, tensor<9xf32>
      %794 = stablehlo.select %iterArg, %iterArg_244, %iterArg_244 : tensor<9xi1>, tensor<9xf32>
      %795 = stablehlo.select %iterArg, %782, %iterArg_245 : tensor<9xi1>, tensor<9xf32>
      %796 = stablehlo.select %iterArg, %783, %iterArg_246 : tensor<9xi1>, tensor<9xf32>
      stablehlo.return %790, %791, %792, %793, %794, %795, %796 : tensor<9xi1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    }
    %131 = stablehlo.multiply %130#3, %124 : tensor<9xf32>
    %132 = stablehlo.divide %131, %89 : tensor<9xf32>
    %133 = stablehlo.not %110 : tensor<9xi1>
    %134 = stablehlo.and %123, %133 : tensor<9xi1>
    %cst_47 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %135 = stablehlo.broadcast_in_dim %cst_47, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %136 = stablehlo.subtract %135, %89 : tensor<9xf32>
    %137 = stablehlo.add %2, %136 : tensor<9xf32>
    %cst_48 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %138 = stablehlo.broadcast_in_dim %cst_48, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %139 = stablehlo.add %137, %138 : tensor<9xf32>
    %cst_49 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %140 = stablehlo.broadcast_in_dim %cst_49, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_50 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %141 = stablehlo.broadcast_in_dim %cst_50, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %142 = stablehlo.add %2, %141 : tensor<9xf32>
    %143 = stablehlo.multiply %139, %2 : tensor<9xf32>
    %144 = stablehlo.divide %142, %143 : tensor<9xf32>
    %cst_51 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %145 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_52 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %146 = stablehlo.broadcast_in_dim %cst_52, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_53 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %147 = stablehlo.broadcast_in_dim %cst_53, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_54 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %148 = stablehlo.broadcast_in_dim %cst_54, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %149 = stablehlo.negate %2 : tensor<9xf32>
    %150 = stablehlo.multiply %144, %149 : tensor<9xf32>
    %151 = stablehlo.subtract %148, %150 : tensor<9xf32>
    %152 = stablehlo.divide %151, %143 : tensor<9xf32>
    %cst_55 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %153:15 = stablehlo.while(%iterArg = %134, %iterArg_241 = %144, %iterArg_242 = %145, %iterArg_243 = %136, %iterArg_244 = %139, %iterArg_245 = %cst_55, %iterArg_246 = %142, %iterArg_247 = %143, %iterArg_248 = %140, %iterArg_249 = %2, %iterArg_250 = %146, %iterArg_251 = %147, %iterArg_252 = %148, %iterArg_253 = %149, %iterArg_254 = %152) : tensor<9xi1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<f32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    cond {
      %cst_255 = stablehlo.constant dense<2.000000e+03> : tensor<f32>
      %775 = stablehlo.compare LT, %iterArg_245, %cst_255, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %c_256 = stablehlo.constant dense<false> : tensor<i1>
      %776 = stablehlo.reduce(%iterArg init: %c_256) applies stablehlo.or across dimensions = [0] : (tensor<9xi1>, tensor<i1>) -> tensor<i1>
      %777 = stablehlo.and %775, %776 : tensor<i1>
      stablehlo.return %777 : tensor<i1>
    } do {
      %cst_255 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %775 = stablehlo.add %iterArg_245, %cst_255 : tensor<f32>
      %cst_256 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %776 = stablehlo.broadcast_in_dim %cst_256, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %777 = stablehlo.add %iterArg_243, %776 : tensor<9xf32>
      %cst_257 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %778 = stablehlo.broadcast_in_dim %cst_257, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %779 = stablehlo.add %iterArg_244, %778 : tensor<9xf32>
      %780 = stablehlo.broadcast_in_dim %775, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %781 = stablehlo.multiply %777, %780 : tensor<9xf32>
      %782 = stablehlo.multiply %iterArg_246, %779 : tensor<9xf32>
      %783 = stablehlo.multiply %iterArg_248, %781 : tensor<9xf32>
      %784 = stablehlo.subtract %782, %783 : tensor<9xf32>
      %785 = stablehlo.multiply %iterArg_247, %779 : tensor<9xf32>
      %786 = stablehlo.multiply %iterArg_249, %781 : tensor<9xf32>
      %787 = stablehlo.subtract %785, %786 : tensor<9xf32>
      %cst_258 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %788 = stablehlo.broadcast_in_dim %cst_258, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %789 = stablehlo.compare NE, %787, %788, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %790 = stablehlo.divide %784, %787 : tensor<9xf32>
      %791 = stablehlo.subtract %iterArg_241, %790 : tensor<9xf32>
      %792 = stablehlo.divide %791, %790 : tensor<9xf32>
      %793 = stablehlo.abs %792 : tensor<9xf32>
      %cst_259 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %794 = stablehlo.broadcast_in_dim %cst_259, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %795 = stablehlo.select %789, %793, %794 : tensor<9xi1>, tensor<9xf32>
      %796 = stablehlo.select %789, %790, %iterArg_241 : tensor<9xi1>, tensor<9xf32>
      %797 = stablehlo.multiply %iterArg_252, %779 : tensor<9xf32>
      %798 = stablehlo.subtract %797, %iterArg_246 : tensor<9xf32>
      %799 = stablehlo.multiply %iterArg_250, %781 : tensor<9xf32>
      %800 = stablehlo.subtract %798, %799 : tensor<9xf32>
      %801 = stablehlo.broadcast_in_dim %775, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %802 = stablehlo.multiply %iterArg_248, %801 : tensor<9xf32>
      %803 = stablehlo.add %800, %802 : tensor<9xf32>
      %804 = stablehlo.multiply %iterArg_253, %779 : tensor<9xf32>
      %805 = stablehlo.subtract %804, %iterArg_247 : tensor<9xf32>
      %806 = stablehlo.multiply %iterArg_251, %781 : tensor<9xf32>
      %807 = stablehlo.subtract %805, %806 : tensor<9xf32>
      %808 = stablehlo.broadcast_in_dim %775, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %809 = stablehlo.multiply %iterArg_249, %808 : tensor<9xf32>
      %810 = stablehlo.add %807, %809 : tensor<9xf32>
      %811 = stablehlo.multiply %796, %810 : tensor<9xf32>
      %812 = stablehlo.subtract %803, %811 : tensor<9xf32>
      %813 = stablehlo.divide %812, %787 : tensor<9xf32>
      %814 = stablehlo.select %789, %813, %iterArg_254 : tensor<9xi1>, tensor<9xf32>
      %815 = stablehlo.subtract %814, %iterArg_254 : tensor<9xf32>
      %816 = stablehlo.abs %815 : tensor<9xf32>
      %cst_260 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %817 = stablehlo.broadcast_in_dim %cst_260, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %818 = stablehlo.select %789, %816, %817 : tensor<9xi1>, tensor<9xf32>
      %819 = stablehlo.abs %784 : tensor<9xf32>
      %cst_261 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %cst_262 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %820 = stablehlo.broadcast_in_dim %cst_262, dims = [] : (tensor<f32>) -> tensor<f32>
      %821 = stablehlo.divide %820, %cst_261 : tensor<f32>
      %822 = stablehlo.broadcast_in_dim %821, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %823 = stablehlo.compare GT, %819, %822, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %cst_263 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %824 = stablehlo.broadcast_in_dim %cst_263, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %825 = stablehlo.multiply %iterArg_246, %824 : tensor<9xf32>
      %826 = stablehlo.select %823, %825, %iterArg_246 : tensor<9xi1>, tensor<9xf32>
      %cst_264 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %827 = stablehlo.broadcast_in_dim %cst_264, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %828 = stablehlo.multiply %784, %827 : tensor<9xf32>
      %829 = stablehlo.select %823, %828, %784 : tensor<9xi1>, tensor<9xf32>
      %cst_265 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %830 = stablehlo.broadcast_in_dim %cst_265, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %831 = stablehlo.multiply %iterArg_247, %830 : tensor<9xf32>
      %832 = stablehlo.select %823, %831, %iterArg_247 : tensor<9xi1>, tensor<9xf32>
      %cst_266 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %833 = stablehlo.broadcast_in_dim %cst_266, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %834 = stablehlo.multiply %787, %833 : tensor<9xf32>
      %835 = stablehlo.select %823, %834, %787 : tensor<9xi1>, tensor<9xf32>
      %cst_267 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %836 = stablehlo.broadcast_in_dim %cst_267, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %837 = stablehlo.multiply %iterArg_252, %836 : tensor<9xf32>
      %838 = stablehlo.select %823, %837, %iterArg_252 : tensor<9xi1>, tensor<9xf32>
      %cst_268 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %839 = stablehlo.broadcast_in_dim %cst_268, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %840 = stablehlo.multiply %iterArg_253, %839 : tensor<9xf32>
      %841 = stablehlo.select %823, %840, %iterArg_253 : tensor<9xi1>, tensor<9xf32>
      %cst_269 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %842 = stablehlo.broadcast_in_dim %cst_269, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %843 = stablehlo.multiply %803, %842 : tensor<9xf32>
      %844 = stablehlo.select %823, %843, %803 : tensor<9xi1>, tensor<9xf32>
      %cst_270 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %845 = stablehlo.broadcast_in_dim %cst_270, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %846 = stablehlo.multiply %810, %845 : tensor<9xf32>
      %847 = stablehlo.select %823, %846, %810 : tensor<9xi1>, tensor<9xf32>
      %cst_271 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %848 = stablehlo.broadcast_in_dim %cst_271, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %849 = stablehlo.compare GT, %795, %848, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %850 = stablehlo.and %iterArg, %849 : tensor<9xi1>
      %851 = stablehlo.select %iterArg, %796, %iterArg_241 : tensor<9xi1>, tensor<9xf32>
      %852 = stablehlo.select %iterArg, %795, %iterArg_242 : tensor<9xi1>, tensor<9xf32>
      %853 = stablehlo.select %iterArg, %777, %iterArg_243 : tensor<9xi1>, tensor<9xf32>
      %854 = stablehlo.select %iterArg, %779, %iterArg_244 : tensor<9xi1>, tensor<9xf32>
      %855 = stablehlo.select %iterArg, %829, %iterArg_246 : tensor<9xi1>, tensor<9xf32>
      %856 = stablehlo.select %iterArg, %835, %iterArg_247 : tensor<9xi1>, tensor<9xf32>
      %857 = stablehlo.select %iterArg, %826, %iterArg_248 : tensor<9xi1>, tensor<9xf32>
      %858 = stablehlo.select %iterArg, %832, %iterArg_249 : tensor<9xi1>, tensor<9xf32>
      %859 = stablehlo.select %iterArg, %838, %iterArg_250 : tensor<9xi1>, tensor<9xf32>
      %860 = stablehlo.select %iterArg, %841, %iterArg_251 : tensor<9xi1>, tensor<9xf32>
      %861 = stablehlo.select %iterArg, %844, %iterArg_252 : tensor<9xi1>, tensor<9xf32>
      %862 = stablehlo.select %iterArg, %847, %iterArg_253 : tensor<9xi1>, tensor<9xf32>
      %863 = stablehlo.select %iterArg, %814, %iterArg_254 : tensor<9xi1>, tensor<9xf32>
      stablehlo.return %850, %851, %852, %853, %854, %775, %855, %856, %857, %858, %859, %860, %861, %862, %863 : tensor<9xi1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<f32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    }
    %154 = stablehlo.multiply %153#1, %124 : tensor<9xf32>
    %cst_56 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %155 = stablehlo.broadcast_in_dim %cst_56, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %156 = stablehlo.subtract %155, %132 : tensor<9xf32>
    %157 = stablehlo.select %110, %156, %154 : tensor<9xi1>, tensor<9xf32>
    %158 = stablehlo.or %98, %94 : tensor<9xi1>
    %cst_57 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %159 = stablehlo.broadcast_in_dim %cst_57, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %160 = stablehlo.select %158, %159, %157 : tensor<9xi1>, tensor<9xf32>
    %cst_58 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %161 = stablehlo.broadcast_in_dim %cst_58, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %162 = stablehlo.select %106, %161, %160 : tensor<9xi1>, tensor<9xf32>
    %cst_59 = stablehlo.constant dense<1.500000e+00> : tensor<f32>
    %163 = stablehlo.broadcast_in_dim %cst_59, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_60 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %164 = stablehlo.broadcast_in_dim %cst_60, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %165 = stablehlo.compare EQ, %163, %164, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_61 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %166 = stablehlo.broadcast_in_dim %cst_61, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %167 = stablehlo.compare EQ, %2, %166, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %168 = stablehlo.or %165, %167 : tensor<9xi1>
    %cst_62 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %169 = stablehlo.broadcast_in_dim %cst_62, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %170 = stablehlo.compare EQ, %2, %169, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_63 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %171 = stablehlo.broadcast_in_dim %cst_63, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %172 = stablehlo.compare EQ, %163, %171, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %173 = stablehlo.or %170, %172 : tensor<9xi1>
    %cst_64 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %174 = stablehlo.broadcast_in_dim %cst_64, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %175 = stablehlo.compare EQ, %8, %174, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_65 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %176 = stablehlo.broadcast_in_dim %cst_65, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %177 = stablehlo.compare EQ, %8, %176, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %178 = stablehlo.not %175 : tensor<9xi1>
    %179 = stablehlo.not %177 : tensor<9xi1>
    %180 = stablehlo.compare NE, %163, %163, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %181 = stablehlo.compare NE, %2, %2, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %182 = stablehlo.or %180, %181 : tensor<9xi1>
    %183 = stablehlo.compare NE, %8, %8, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %184 = stablehlo.or %182, %183 : tensor<9xi1>
    %185 = stablehlo.and %173, %179 : tensor<9xi1>
    %186 = stablehlo.and %168, %175 : tensor<9xi1>
    %187 = stablehlo.or %185, %186 : tensor<9xi1>
    %188 = stablehlo.and %168, %178 : tensor<9xi1>
    %189 = stablehlo.and %173, %177 : tensor<9xi1>
    %190 = stablehlo.or %188, %189 : tensor<9xi1>
    %cst_66 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %191 = stablehlo.broadcast_in_dim %cst_66, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %192 = stablehlo.compare LT, %163, %191, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_67 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %193 = stablehlo.broadcast_in_dim %cst_67, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %194 = stablehlo.compare LT, %2, %193, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %195 = stablehlo.or %192, %194 : tensor<9xi1>
    %cst_68 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %196 = stablehlo.broadcast_in_dim %cst_68, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %197 = stablehlo.compare LT, %8, %196, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %198 = stablehlo.or %195, %197 : tensor<9xi1>
    %cst_69 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %199 = stablehlo.broadcast_in_dim %cst_69, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %200 = stablehlo.compare GT, %8, %199, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %201 = stablehlo.or %198, %200 : tensor<9xi1>
    %202 = stablehlo.and %168, %173 : tensor<9xi1>
    %203 = stablehlo.or %202, %184 : tensor<9xi1>
    %204 = stablehlo.or %201, %203 : tensor<9xi1>
    %cst_70 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %205 = stablehlo.broadcast_in_dim %cst_70, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %206 = stablehlo.add %163, %205 : tensor<9xf32>
    %207 = stablehlo.add %163, %2 : tensor<9xf32>
    %cst_71 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %208 = stablehlo.broadcast_in_dim %cst_71, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %209 = stablehlo.add %207, %208 : tensor<9xf32>
    %210 = stablehlo.divide %206, %209 : tensor<9xf32>
    %211 = stablehlo.compare LT, %8, %210, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %212 = stablehlo.select %211, %163, %2 : tensor<9xi1>, tensor<9xf32>
    %213 = stablehlo.select %211, %2, %163 : tensor<9xi1>, tensor<9xf32>
    %cst_72 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %214 = stablehlo.broadcast_in_dim %cst_72, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %215 = stablehlo.subtract %214, %8 : tensor<9xf32>
    %216 = stablehlo.select %211, %8, %215 : tensor<9xi1>, tensor<9xf32>
    %c_73 = stablehlo.constant dense<0> : tensor<i32>
    %217 = stablehlo.broadcast_in_dim %c_73, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %c_74 = stablehlo.constant dense<0> : tensor<i32>
    %218 = stablehlo.broadcast_in_dim %c_74, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %219 = stablehlo.compare EQ, %217, %218, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %cst_75 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %220 = stablehlo.broadcast_in_dim %cst_75, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_76 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %221 = stablehlo.broadcast_in_dim %cst_76, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %222 = stablehlo.select %219, %220, %221 : tensor<9xi1>, tensor<9xf32>
    %223 = stablehlo.abs %222 : tensor<9xf32>
    %cst_77 = stablehlo.constant dense<5.96046448E-8> : tensor<f32>
    %224 = stablehlo.broadcast_in_dim %cst_77, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %225 = stablehlo.compare LT, %223, %224, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_78 = stablehlo.constant dense<5.96046448E-8> : tensor<f32>
    %226 = stablehlo.broadcast_in_dim %cst_78, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %227 = stablehlo.select %225, %226, %222 : tensor<9xi1>, tensor<9xf32>
    %cst_79 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %228 = stablehlo.broadcast_in_dim %cst_79, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %c_80 = stablehlo.constant dense<1> : tensor<i32>
    %c_81 = stablehlo.constant dense<true> : tensor<i1>
    %229:8 = stablehlo.while(%iterArg = %212, %iterArg_241 = %213, %iterArg_242 = %216, %iterArg_243 = %c_80, %iterArg_244 = %c_81, %iterArg_245 = %227, %iterArg_246 = %228, %iterArg_247 = %227) : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<i32>, tensor<i1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    cond {
      %c_248 = stablehlo.constant dense<200> : tensor<i32>
      %775 = stablehlo.compare LT, %iterArg_243, %c_248, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %776 = stablehlo.and %775, %iterArg_244 : tensor<i1>
      stablehlo.return %776 : tensor<i1>
    } do {
      %775 = stablehlo.broadcast_in_dim %iterArg_243, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %c_248 = stablehlo.constant dense<2> : tensor<i32>
      %776 = stablehlo.broadcast_in_dim %c_248, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %777 = func.call @remainder(%775, %776) : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi32>
      %c_249 = stablehlo.constant dense<0> : tensor<i32>
      %778 = stablehlo.broadcast_in_dim %c_249, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %779 = stablehlo.compare EQ, %777, %778, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
      %c_250 = stablehlo.constant dense<1> : tensor<i32>
      %780 = stablehlo.broadcast_in_dim %c_250, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %781 = stablehlo.compare EQ, %775, %780, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
      %c_251 = stablehlo.constant dense<1> : tensor<i32>
      %782 = stablehlo.broadcast_in_dim %c_251, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %783 = stablehlo.subtract %775, %782 : tensor<9xi32>
      %c_252 = stablehlo.constant dense<2> : tensor<i32>
      %784 = stablehlo.broadcast_in_dim %c_252, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %785 = func.call @floor_divide(%783, %784) : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi32>
      %c_253 = stablehlo.constant dense<0> : tensor<i32>
      %786 = stablehlo.broadcast_in_dim %c_253, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %787 = stablehlo.compare EQ, %785, %786, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
      %788 = stablehlo.convert %785 : (tensor<9xi32>) -> tensor<9xf32>
      %cst_254 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %789 = stablehlo.broadcast_in_dim %cst_254, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %cst_255 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %790 = stablehlo.broadcast_in_dim %cst_255, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %791 = stablehlo.add %iterArg, %iterArg_241 : tensor<9xf32>
      %792 = stablehlo.negate %791 : tensor<9xf32>
      %793 = stablehlo.multiply %792, %iterArg_242 : tensor<9xf32>
      %794 = stablehlo.add %iterArg, %789 : tensor<9xf32>
      %795 = stablehlo.divide %793, %794 : tensor<9xf32>
      %796 = stablehlo.add %iterArg, %788 : tensor<9xf32>
      %797 = stablehlo.negate %796 : tensor<9xf32>
      %798 = stablehlo.add %iterArg, %iterArg_241 : tensor<9xf32>
      %799 = stablehlo.add %798, %788 : tensor<9xf32>
      %800 = stablehlo.multiply %797, %799 : tensor<9xf32>
      %801 = stablehlo.multiply %800, %iterArg_242 : tensor<9xf32>
      %802 = stablehlo.multiply %790, %788 : tensor<9xf32>
      %803 = stablehlo.add %iterArg, %802 : tensor<9xf32>
      %804 = stablehlo.multiply %790, %788 : tensor<9xf32>
      %805 = stablehlo.add %iterArg, %804 : tensor<9xf32>
      %806 = stablehlo.add %805, %789 : tensor<9xf32>
      %807 = stablehlo.multiply %803, %806 : tensor<9xf32>
      %808 = stablehlo.divide %801, %807 : tensor<9xf32>
      %809 = stablehlo.select %787, %795, %808 : tensor<9xi1>, tensor<9xf32>
      %810 = stablehlo.subtract %iterArg_241, %788 : tensor<9xf32>
      %811 = stablehlo.multiply %788, %810 : tensor<9xf32>
      %812 = stablehlo.multiply %811, %iterArg_242 : tensor<9xf32>
      %813 = stablehlo.multiply %790, %788 : tensor<9xf32>
      %814 = stablehlo.add %iterArg, %813 : tensor<9xf32>
      %815 = stablehlo.subtract %814, %789 : tensor<9xf32>
      %816 = stablehlo.multiply %790, %788 : tensor<9xf32>
      %817 = stablehlo.add %iterArg, %816 : tensor<9xf32>
      %818 = stablehlo.multiply %815, %817 : tensor<9xf32>
      %819 = stablehlo.divide %812, %818 : tensor<9xf32>
      %cst_256 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %820 = stablehlo.broadcast_in_dim %cst_256, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %821 = stablehlo.select %779, %809, %819 : tensor<9xi1>, tensor<9xf32>
      %822 = stablehlo.select %781, %820, %821 : tensor<9xi1>, tensor<9xf32>
      %823 = stablehlo.broadcast_in_dim %iterArg_243, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %c_257 = stablehlo.constant dense<0> : tensor<i32>
      %824 = stablehlo.broadcast_in_dim %c_257, dims = [] : (tensor<i32>) -> tensor<9xi32>
      %825 = stablehlo.compare EQ, %823, %824, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
      %cst_258 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %826 = stablehlo.broadcast_in_dim %cst_258, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %cst_259 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %827 = stablehlo.broadcast_in_dim %cst_259, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %828 = stablehlo.select %825, %826, %827 : tensor<9xi1>, tensor<9xf32>
      %829 = stablehlo.divide %822, %iterArg_245 : tensor<9xf32>
      %830 = stablehlo.add %828, %829 : tensor<9xf32>
      %cst_260 = stablehlo.constant dense<5.96046448E-8> : tensor<f32>
      %831 = stablehlo.broadcast_in_dim %cst_260, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %832 = stablehlo.abs %830 : tensor<9xf32>
      %833 = stablehlo.compare LT, %832, %831, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %834 = stablehlo.select %833, %831, %830 : tensor<9xi1>, tensor<9xf32>
      %835 = stablehlo.multiply %822, %iterArg_246 : tensor<9xf32>
      %836 = stablehlo.add %828, %835 : tensor<9xf32>
      %837 = stablehlo.abs %836 : tensor<9xf32>
      %838 = stablehlo.compare LT, %837, %831, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %839 = stablehlo.select %838, %831, %836 : tensor<9xi1>, tensor<9xf32>
      %cst_261 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %840 = stablehlo.broadcast_in_dim %cst_261, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %841 = stablehlo.divide %840, %839 : tensor<9xf32>
      %842 = stablehlo.multiply %834, %841 : tensor<9xf32>
      %843 = stablehlo.multiply %iterArg_247, %842 : tensor<9xf32>
      %c_262 = stablehlo.constant dense<1> : tensor<i32>
      %844 = stablehlo.add %iterArg_243, %c_262 : tensor<i32>
      %cst_263 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %845 = stablehlo.broadcast_in_dim %cst_263, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %846 = stablehlo.subtract %842, %845 : tensor<9xf32>
      %847 = stablehlo.abs %846 : tensor<9xf32>
      %cst_264 = stablehlo.constant dense<5.96046448E-8> : tensor<f32>
      %848 = stablehlo.broadcast_in_dim %cst_264, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %849 = stablehlo.compare GE, %847, %848, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %c_265 = stablehlo.constant dense<false> : tensor<i1>
      %850 = stablehlo.reduce(%849 init: %c_265) applies stablehlo.or across dimensions = [0] : (tensor<9xi1>, tensor<i1>) -> tensor<i1>
      stablehlo.return %iterArg, %iterArg_241, %iterArg_242, %844, %850, %834, %841, %843 : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<i32>, tensor<i1>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    }
    %230 = chlo.lgamma %213 : tensor<9xf32> -> tensor<9xf32>
    %231 = stablehlo.add %212, %213 : tensor<9xf32>
    %232 = chlo.lgamma %231 : tensor<9xf32> -> tensor<9xf32>
    %233 = stablehlo.subtract %230, %232 : tensor<9xf32>
    %234 = chlo.lgamma %212 : tensor<9xf32> -> tensor<9xf32>
    %235 = stablehlo.add %234, %233 : tensor<9xf32>
    %cst_82 = stablehlo.constant dense<2.3509887E-38> : tensor<f32>
    %236 = stablehlo.broadcast_in_dim %cst_82, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %237 = stablehlo.compare LT, %212, %236, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %238 = stablehlo.negate %216 : tensor<9xf32>
    %239 = stablehlo.log_plus_one %238 : tensor<9xf32>
    %240 = stablehlo.multiply %239, %213 : tensor<9xf32>
    %241 = stablehlo.subtract %240, %233 : tensor<9xf32>
    %242 = stablehlo.exponential %241 : tensor<9xf32>
    %243 = stablehlo.log %216 : tensor<9xf32>
    %244 = stablehlo.multiply %243, %212 : tensor<9xf32>
    %245 = stablehlo.negate %216 : tensor<9xf32>
    %246 = stablehlo.log_plus_one %245 : tensor<9xf32>
    %247 = stablehlo.multiply %246, %213 : tensor<9xf32>
    %248 = stablehlo.add %244, %247 : tensor<9xf32>
    %249 = stablehlo.subtract %248, %235 : tensor<9xf32>
    %250 = stablehlo.exponential %249 : tensor<9xf32>
    %251 = stablehlo.divide %250, %212 : tensor<9xf32>
    %252 = stablehlo.select %237, %242, %251 : tensor<9xi1>, tensor<9xf32>
    %253 = stablehlo.multiply %229#7, %252 : tensor<9xf32>
    %cst_83 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %254 = stablehlo.broadcast_in_dim %cst_83, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %255 = stablehlo.subtract %254, %253 : tensor<9xf32>
    %256 = stablehlo.select %211, %253, %255 : tensor<9xi1>, tensor<9xf32>
    %cst_84 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %257 = stablehlo.broadcast_in_dim %cst_84, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %258 = stablehlo.select %187, %257, %256 : tensor<9xi1>, tensor<9xf32>
    %cst_85 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %259 = stablehlo.broadcast_in_dim %cst_85, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %260 = stablehlo.select %190, %259, %258 : tensor<9xi1>, tensor<9xf32>
    %cst_86 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %261 = stablehlo.broadcast_in_dim %cst_86, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %262 = stablehlo.select %204, %261, %260 : tensor<9xi1>, tensor<9xf32>
    %cst_87 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %263 = stablehlo.broadcast_in_dim %cst_87, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %264 = stablehlo.subtract %263, %8 : tensor<9xf32>
    %265 = stablehlo.divide %8, %264 : tensor<9xf32>
    %266 = stablehlo.log %265 : tensor<9xf32>
    %267 = stablehlo.negate %arg0 : tensor<9xf32>
    %268 = stablehlo.exponential %267 : tensor<9xf32>
    %cst_88 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %269 = stablehlo.broadcast_in_dim %cst_88, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %270 = stablehlo.add %269, %268 : tensor<9xf32>
    %cst_89 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %271 = stablehlo.broadcast_in_dim %cst_89, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %272 = stablehlo.divide %271, %270 : tensor<9xf32>
    %cst_90 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %273 = stablehlo.broadcast_in_dim %cst_90, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %274 = stablehlo.compare NE, %2, %273, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %275 = stablehlo.compare NE, %2, %2, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %276 = stablehlo.or %274, %275 : tensor<9xi1>
    %277 = stablehlo.log %2 : tensor<9xf32>
    %278 = stablehlo.multiply %2, %277 : tensor<9xf32>
    %cst_91 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %279 = stablehlo.broadcast_in_dim %cst_91, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %280 = call @_where_1(%276, %278, %279) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %281 = stablehlo.abs %arg0 : tensor<9xf32>
    %282 = stablehlo.exponential %281 : tensor<9xf32>
    %283 = stablehlo.abs %arg0 : tensor<9xf32>
    %cst_92 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %284 = stablehlo.broadcast_in_dim %cst_92, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_93 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %285 = stablehlo.broadcast_in_dim %cst_93, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_94 = stablehlo.constant dense<3.200000e+01> : tensor<f32>
    %286 = stablehlo.broadcast_in_dim %cst_94, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %287 = stablehlo.multiply %284, %283 : tensor<9xf32>
    %288 = stablehlo.subtract %287, %285 : tensor<9xf32>
    %cst_95 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %289 = stablehlo.broadcast_in_dim %cst_95, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_96 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %290 = stablehlo.broadcast_in_dim %cst_96, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_97 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %291 = stablehlo.broadcast_in_dim %cst_97, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %292 = stablehlo.multiply %288, %289 : tensor<9xf32>
    %293 = stablehlo.subtract %292, %290 : tensor<9xf32>
    %cst_98 = stablehlo.constant dense<-1.30002498E-8> : tensor<f32>
    %294 = stablehlo.broadcast_in_dim %cst_98, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %295 = stablehlo.add %293, %294 : tensor<9xf32>
    %296 = stablehlo.multiply %288, %295 : tensor<9xf32>
    %297 = stablehlo.subtract %296, %289 : tensor<9xf32>
    %cst_99 = stablehlo.constant dense<6.04699508E-8> : tensor<f32>
    %298 = stablehlo.broadcast_in_dim %cst_99, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %299 = stablehlo.add %297, %298 : tensor<9xf32>
    %300 = stablehlo.multiply %288, %299 : tensor<9xf32>
    %301 = stablehlo.subtract %300, %295 : tensor<9xf32>
    %cst_100 = stablehlo.constant dense<-2.67079372E-7> : tensor<f32>
    %302 = stablehlo.broadcast_in_dim %cst_100, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %303 = stablehlo.add %301, %302 : tensor<9xf32>
    %304 = stablehlo.multiply %288, %303 : tensor<9xf32>
    %305 = stablehlo.subtract %304, %299 : tensor<9xf32>
    %cst_101 = stablehlo.constant dense<1.11738757E-6> : tensor<f32>
    %306 = stablehlo.broadcast_in_dim %cst_101, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %307 = stablehlo.add %305, %306 : tensor<9xf32>
    %308 = stablehlo.multiply %288, %307 : tensor<9xf32>
    %309 = stablehlo.subtract %308, %303 : tensor<9xf32>
    %cst_102 = stablehlo.constant dense<-4.41673819E-6> : tensor<f32>
    %310 = stablehlo.broadcast_in_dim %cst_102, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %311 = stablehlo.add %309, %310 : tensor<9xf32>
    %312 = stablehlo.multiply %288, %311 : tensor<9xf32>
    %313 = stablehlo.subtract %312, %307 : tensor<9xf32>
    %cst_103 = stablehlo.constant dense<1.64484482E-5> : tensor<f32>
    %314 = stablehlo.broadcast_in_dim %cst_103, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %315 = stablehlo.add %313, %314 : tensor<9xf32>
    %316 = stablehlo.multiply %288, %315 : tensor<9xf32>
    %317 = stablehlo.subtract %316, %311 : tensor<9xf32>
    %cst_104 = stablehlo.constant dense<-5.75419508E-5> : tensor<f32>
    %318 = stablehlo.broadcast_in_dim %cst_104, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %319 = stablehlo.add %317, %318 : tensor<9xf32>
    %320 = stablehlo.multiply %288, %319 : tensor<9xf32>
    %321 = stablehlo.subtract %320, %315 : tensor<9xf32>
    %cst_105 = stablehlo.constant dense<1.88502891E-4> : tensor<f32>
    %322 = stablehlo.broadcast_in_dim %cst_105, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %323 = stablehlo.add %321, %322 : tensor<9xf32>
    %324 = stablehlo.multiply %288, %323 : tensor<9xf32>
    %325 = stablehlo.subtract %324, %319 : tensor<9xf32>
    %cst_106 = stablehlo.constant dense<-5.76375576E-4> : tensor<f32>
    %326 = stablehlo.broadcast_in_dim %cst_106, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %327 = stablehlo.add %325, %326 : tensor<9xf32>
    %328 = stablehlo.multiply %288, %327 : tensor<9xf32>
    %329 = stablehlo.subtract %328, %323 : tensor<9xf32>
    %cst_107 = stablehlo.constant dense<0.00163947558> : tensor<f32>
    %330 = stablehlo.broadcast_in_dim %cst_107, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %331 = stablehlo.add %329, %330 : tensor<9xf32>
    %332 = stablehlo.multiply %288, %331 : tensor<9xf32>
    %333 = stablehlo.subtract %332, %327 : tensor<9xf32>
    %cst_108 = stablehlo.constant dense<-4.324310e-03> : tensor<f32>
    %334 = stablehlo.broadcast_in_dim %cst_108, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %335 = stablehlo.add %333, %334 : tensor<9xf32>
    %336 = stablehlo.multiply %288, %335 : tensor<9xf32>
    %337 = stablehlo.subtract %336, %331 : tensor<9xf32>
    %cst_109 = stablehlo.constant dense<0.0105464607> : tensor<f32>
    %338 = stablehlo.broadcast_in_dim %cst_109, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %339 = stablehlo.add %337, %338 : tensor<9xf32>
    %340 = stablehlo.multiply %288, %339 : tensor<9xf32>
    %341 = stablehlo.subtract %340, %335 : tensor<9xf32>
    %cst_110 = stablehlo.constant dense<-0.0237374157> : tensor<f32>
    %342 = stablehlo.broadcast_in_dim %cst_110, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %343 = stablehlo.add %341, %342 : tensor<9xf32>
    %344 = stablehlo.multiply %288, %343 : tensor<9xf32>
    %345 = stablehlo.subtract %344, %339 : tensor<9xf32>
    %cst_111 = stablehlo.constant dense<0.0493052825> : tensor<f32>
    %346 = stablehlo.broadcast_in_dim %cst_111, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %347 = stablehlo.add %345, %346 : tensor<9xf32>
    %348 = stablehlo.multiply %288, %347 : tensor<9xf32>
    %349 = stablehlo.subtract %348, %343 : tensor<9xf32>
    %cst_112 = stablehlo.constant dense<-9.490110e-02> : tensor<f32>
    %350 = stablehlo.broadcast_in_dim %cst_112, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %351 = stablehlo.add %349, %350 : tensor<9xf32>
    %352 = stablehlo.multiply %288, %351 : tensor<9xf32>
    %353 = stablehlo.subtract %352, %347 : tensor<9xf32>
    %cst_113 = stablehlo.constant dense<0.171620905> : tensor<f32>
    %354 = stablehlo.broadcast_in_dim %cst_113, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %355 = stablehlo.add %353, %354 : tensor<9xf32>
    %356 = stablehlo.multiply %288, %355 : tensor<9xf32>
    %357 = stablehlo.subtract %356, %351 : tensor<9xf32>
    %cst_114 = stablehlo.constant dense<-0.304682672> : tensor<f32>
    %358 = stablehlo.broadcast_in_dim %cst_114, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %359 = stablehlo.add %357, %358 : tensor<9xf32>
    %360 = stablehlo.multiply %288, %359 : tensor<9xf32>
    %361 = stablehlo.subtract %360, %355 : tensor<9xf32>
    %cst_115 = stablehlo.constant dense<0.676795303> : tensor<f32>
    %362 = stablehlo.broadcast_in_dim %cst_115, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %363 = stablehlo.add %361, %362 : tensor<9xf32>
    %364 = stablehlo.subtract %363, %355 : tensor<9xf32>
    %cst_116 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %365 = stablehlo.broadcast_in_dim %cst_116, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %366 = stablehlo.multiply %365, %364 : tensor<9xf32>
    %367 = stablehlo.divide %286, %283 : tensor<9xf32>
    %368 = stablehlo.subtract %367, %285 : tensor<9xf32>
    %cst_117 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %369 = stablehlo.broadcast_in_dim %cst_117, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_118 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %370 = stablehlo.broadcast_in_dim %cst_118, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_119 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %371 = stablehlo.broadcast_in_dim %cst_119, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %372 = stablehlo.multiply %368, %369 : tensor<9xf32>
    %373 = stablehlo.subtract %372, %370 : tensor<9xf32>
    %cst_120 = stablehlo.constant dense<3.39623196E-9> : tensor<f32>
    %374 = stablehlo.broadcast_in_dim %cst_120, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %375 = stablehlo.add %373, %374 : tensor<9xf32>
    %376 = stablehlo.multiply %368, %375 : tensor<9xf32>
    %377 = stablehlo.subtract %376, %369 : tensor<9xf32>
    %cst_121 = stablehlo.constant dense<2.26666899E-8> : tensor<f32>
    %378 = stablehlo.broadcast_in_dim %cst_121, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %379 = stablehlo.add %377, %378 : tensor<9xf32>
    %380 = stablehlo.multiply %368, %379 : tensor<9xf32>
    %381 = stablehlo.subtract %380, %375 : tensor<9xf32>
    %cst_122 = stablehlo.constant dense<2.04891862E-7> : tensor<f32>
    %382 = stablehlo.broadcast_in_dim %cst_122, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %383 = stablehlo.add %381, %382 : tensor<9xf32>
    %384 = stablehlo.multiply %368, %383 : tensor<9xf32>
    %385 = stablehlo.subtract %384, %379 : tensor<9xf32>
    %cst_123 = stablehlo.constant dense<2.89137051E-6> : tensor<f32>
    %386 = stablehlo.broadcast_in_dim %cst_123, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %387 = stablehlo.add %385, %386 : tensor<9xf32>
    %388 = stablehlo.multiply %368, %387 : tensor<9xf32>
    %389 = stablehlo.subtract %388, %383 : tensor<9xf32>
    %cst_124 = stablehlo.constant dense<6.88975852E-5> : tensor<f32>
    %390 = stablehlo.broadcast_in_dim %cst_124, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %391 = stablehlo.add %389, %390 : tensor<9xf32>
    %392 = stablehlo.multiply %368, %391 : tensor<9xf32>
    %393 = stablehlo.subtract %392, %387 : tensor<9xf32>
    %cst_125 = stablehlo.constant dense<0.00336911646> : tensor<f32>
    %394 = stablehlo.broadcast_in_dim %cst_125, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %395 = stablehlo.add %393, %394 : tensor<9xf32>
    %396 = stablehlo.multiply %368, %395 : tensor<9xf32>
    %397 = stablehlo.subtract %396, %391 : tensor<9xf32>
    %cst_126 = stablehlo.constant dense<0.804490387> : tensor<f32>
    %398 = stablehlo.broadcast_in_dim %cst_126, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %399 = stablehlo.add %397, %398 : tensor<9xf32>
    %400 = stablehlo.subtract %399, %391 : tensor<9xf32>
    %cst_127 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %401 = stablehlo.broadcast_in_dim %cst_127, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %402 = stablehlo.multiply %401, %400 : tensor<9xf32>
    %403 = stablehlo.sqrt %283 : tensor<9xf32>
    %404 = stablehlo.divide %402, %403 : tensor<9xf32>
    %cst_128 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %405 = stablehlo.broadcast_in_dim %cst_128, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %406 = stablehlo.compare LE, %283, %405, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %407 = stablehlo.select %406, %366, %404 : tensor<9xi1>, tensor<9xf32>
    %408 = stablehlo.multiply %282, %407 : tensor<9xf32>
    %409 = stablehlo.abs %arg0 : tensor<9xf32>
    %cst_129 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %410 = stablehlo.broadcast_in_dim %cst_129, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_130 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %411 = stablehlo.broadcast_in_dim %cst_130, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_131 = stablehlo.constant dense<3.200000e+01> : tensor<f32>
    %412 = stablehlo.broadcast_in_dim %cst_131, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %413 = stablehlo.multiply %410, %409 : tensor<9xf32>
    %414 = stablehlo.subtract %413, %411 : tensor<9xf32>
    %cst_132 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %415 = stablehlo.broadcast_in_dim %cst_132, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_133 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %416 = stablehlo.broadcast_in_dim %cst_133, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_134 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %417 = stablehlo.broadcast_in_dim %cst_134, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %418 = stablehlo.multiply %414, %415 : tensor<9xf32>
    %419 = stablehlo.subtract %418, %416 : tensor<9xf32>
    %cst_135 = stablehlo.constant dense<-1.30002498E-8> : tensor<f32>
    %420 = stablehlo.broadcast_in_dim %cst_135, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %421 = stablehlo.add %419, %420 : tensor<9xf32>
    %422 = stablehlo.multiply %414, %421 : tensor<9xf32>
    %423 = stablehlo.subtract %422, %415 : tensor<9xf32>
    %cst_136 = stablehlo.constant dense<6.04699508E-8> : tensor<f32>
    %424 = stablehlo.broadcast_in_dim %cst_136, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %425 = stablehlo.add %423, %424 : tensor<9xf32>
    %426 = stablehlo.multiply %414, %425 : tensor<9xf32>
    %427 = stablehlo.subtract %426, %421 : tensor<9xf32>
    %cst_137 = stablehlo.constant dense<-2.67079372E-7> : tensor<f32>
    %428 = stablehlo.broadcast_in_dim %cst_137, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %429 = stablehlo.add %427, %428 : tensor<9xf32>
    %430 = stablehlo.multiply %414, %429 : tensor<9xf32>
    %431 = stablehlo.subtract %430, %425 : tensor<9xf32>
    %cst_138 = stablehlo.constant dense<1.11738757E-6> : tensor<f32>
    %432 = stablehlo.broadcast_in_dim %cst_138, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %433 = stablehlo.add %431, %432 : tensor<9xf32>
    %434 = stablehlo.multiply %414, %433 : tensor<9xf32>
    %435 = stablehlo.subtract %434, %429 : tensor<9xf32>
    %cst_139 = stablehlo.constant dense<-4.41673819E-6> : tensor<f32>
    %436 = stablehlo.broadcast_in_dim %cst_139, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %437 = stablehlo.add %435, %436 : tensor<9xf32>
    %438 = stablehlo.multiply %414, %437 : tensor<9xf32>
    %439 = stablehlo.subtract %438, %433 : tensor<9xf32>
    %cst_140 = stablehlo.constant dense<1.64484482E-5> : tensor<f32>
    %440 = stablehlo.broadcast_in_dim %cst_140, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %441 = stablehlo.add %439, %440 : tensor<9xf32>
    %442 = stablehlo.multiply %414, %441 : tensor<9xf32>
    %443 = stablehlo.subtract %442, %437 : tensor<9xf32>
    %cst_141 = stablehlo.constant dense<-5.75419508E-5> : tensor<f32>
    %444 = stablehlo.broadcast_in_dim %cst_141, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %445 = stablehlo.add %443, %444 : tensor<9xf32>
    %446 = stablehlo.multiply %414, %445 : tensor<9xf32>
    %447 = stablehlo.subtract %446, %441 : tensor<9xf32>
    %cst_142 = stablehlo.constant dense<1.88502891E-4> : tensor<f32>
    %448 = stablehlo.broadcast_in_dim %cst_142, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %449 = stablehlo.add %447, %448 : tensor<9xf32>
    %450 = stablehlo.multiply %414, %449 : tensor<9xf32>
    %451 = stablehlo.subtract %450, %445 : tensor<9xf32>
    %cst_143 = stablehlo.constant dense<-5.76375576E-4> : tensor<f32>
    %452 = stablehlo.broadcast_in_dim %cst_143, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %453 = stablehlo.add %451, %452 : tensor<9xf32>
    %454 = stablehlo.multiply %414, %453 : tensor<9xf32>
    %455 = stablehlo.subtract %454, %449 : tensor<9xf32>
    %cst_144 = stablehlo.constant dense<0.00163947558> : tensor<f32>
    %456 = stablehlo.broadcast_in_dim %cst_144, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %457 = stablehlo.add %455, %456 : tensor<9xf32>
    %458 = stablehlo.multiply %414, %457 : tensor<9xf32>
    %459 = stablehlo.subtract %458, %453 : tensor<9xf32>
    %cst_145 = stablehlo.constant dense<-4.324310e-03> : tensor<f32>
    %460 = stablehlo.broadcast_in_dim %cst_145, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %461 = stablehlo.add %459, %460 : tensor<9xf32>
    %462 = stablehlo.multiply %414, %461 : tensor<9xf32>
    %463 = stablehlo.subtract %462, %457 : tensor<9xf32>
    %cst_146 = stablehlo.constant dense<0.0105464607> : tensor<f32>
    %464 = stablehlo.broadcast_in_dim %cst_146, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %465 = stablehlo.add %463, %464 : tensor<9xf32>
    %466 = stablehlo.multiply %414, %465 : tensor<9xf32>
    %467 = stablehlo.subtract %466, %461 : tensor<9xf32>
    %cst_147 = stablehlo.constant dense<-0.0237374157> : tensor<f32>
    %468 = stablehlo.broadcast_in_dim %cst_147, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %469 = stablehlo.add %467, %468 : tensor<9xf32>
    %470 = stablehlo.multiply %414, %469 : tensor<9xf32>
    %471 = stablehlo.subtract %470, %465 : tensor<9xf32>
    %cst_148 = stablehlo.constant dense<0.0493052825> : tensor<f32>
    %472 = stablehlo.broadcast_in_dim %cst_148, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %473 = stablehlo.add %471, %472 : tensor<9xf32>
    %474 = stablehlo.multiply %414, %473 : tensor<9xf32>
    %475 = stablehlo.subtract %474, %469 : tensor<9xf32>
    %cst_149 = stablehlo.constant dense<-9.490110e-02> : tensor<f32>
    %476 = stablehlo.broadcast_in_dim %cst_149, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %477 = stablehlo.add %475, %476 : tensor<9xf32>
    %478 = stablehlo.multiply %414, %477 : tensor<9xf32>
    %479 = stablehlo.subtract %478, %473 : tensor<9xf32>
    %cst_150 = stablehlo.constant dense<0.171620905> : tensor<f32>
    %480 = stablehlo.broadcast_in_dim %cst_150, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %481 = stablehlo.add %479, %480 : tensor<9xf32>
    %482 = stablehlo.multiply %414, %481 : tensor<9xf32>
    %483 = stablehlo.subtract %482, %477 : tensor<9xf32>
    %cst_151 = stablehlo.constant dense<-0.304682672> : tensor<f32>
    %484 = stablehlo.broadcast_in_dim %cst_151, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %485 = stablehlo.add %483, %484 : tensor<9xf32>
    %486 = stablehlo.multiply %414, %485 : tensor<9xf32>
    %487 = stablehlo.subtract %486, %481 : tensor<9xf32>
    %cst_152 = stablehlo.constant dense<0.676795303> : tensor<f32>
    %488 = stablehlo.broadcast_in_dim %cst_152, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %489 = stablehlo.add %487, %488 : tensor<9xf32>
    %490 = stablehlo.subtract %489, %481 : tensor<9xf32>
    %cst_153 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %491 = stablehlo.broadcast_in_dim %cst_153, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %492 = stablehlo.multiply %491, %490 : tensor<9xf32>
    %493 = stablehlo.divide %412, %409 : tensor<9xf32>
    %494 = stablehlo.subtract %493, %411 : tensor<9xf32>
    %cst_154 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %495 = stablehlo.broadcast_in_dim %cst_154, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_155 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %496 = stablehlo.broadcast_in_dim %cst_155, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_156 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %497 = stablehlo.broadcast_in_dim %cst_156, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %498 = stablehlo.multiply %494, %495 : tensor<9xf32>
    %499 = stablehlo.subtract %498, %496 : tensor<9xf32>
    %cst_157 = stablehlo.constant dense<3.39623196E-9> : tensor<f32>
    %500 = stablehlo.broadcast_in_dim %cst_157, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %501 = stablehlo.add %499, %500 : tensor<9xf32>
    %502 = stablehlo.multiply %494, %501 : tensor<9xf32>
    %503 = stablehlo.subtract %502, %495 : tensor<9xf32>
    %cst_158 = stablehlo.constant dense<2.26666899E-8> : tensor<f32>
    %504 = stablehlo.broadcast_in_dim %cst_158, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %505 = stablehlo.add %503, %504 : tensor<9xf32>
    %506 = stablehlo.multiply %494, %505 : tensor<9xf32>
    %507 = stablehlo.subtract %506, %501 : tensor<9xf32>
    %cst_159 = stablehlo.constant dense<2.04891862E-7> : tensor<f32>
    %508 = stablehlo.broadcast_in_dim %cst_159, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %509 = stablehlo.add %507, %508 : tensor<9xf32>
    %510 = stablehlo.multiply %494, %509 : tensor<9xf32>
    %511 = stablehlo.subtract %510, %505 : tensor<9xf32>
    %cst_160 = stablehlo.constant dense<2.89137051E-6> : tensor<f32>
    %512 = stablehlo.broadcast_in_dim %cst_160, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %513 = stablehlo.add %511, %512 : tensor<9xf32>
    %514 = stablehlo.multiply %494, %513 : tensor<9xf32>
    %515 = stablehlo.subtract %514, %509 : tensor<9xf32>
    %cst_161 = stablehlo.constant dense<6.88975852E-5> : tensor<f32>
    %516 = stablehlo.broadcast_in_dim %cst_161, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %517 = stablehlo.add %515, %516 : tensor<9xf32>
    %518 = stablehlo.multiply %494, %517 : tensor<9xf32>
    %519 = stablehlo.subtract %518, %513 : tensor<9xf32>
    %cst_162 = stablehlo.constant dense<0.00336911646> : tensor<f32>
    %520 = stablehlo.broadcast_in_dim %cst_162, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %521 = stablehlo.add %519, %520 : tensor<9xf32>
    %522 = stablehlo.multiply %494, %521 : tensor<9xf32>
    %523 = stablehlo.subtract %522, %517 : tensor<9xf32>
    %cst_163 = stablehlo.constant dense<0.804490387> : tensor<f32>
    %524 = stablehlo.broadcast_in_dim %cst_163, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %525 = stablehlo.add %523, %524 : tensor<9xf32>
    %526 = stablehlo.subtract %525, %517 : tensor<9xf32>
    %cst_164 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %527 = stablehlo.broadcast_in_dim %cst_164, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %528 = stablehlo.multiply %527, %526 : tensor<9xf32>
    %529 = stablehlo.sqrt %409 : tensor<9xf32>
    %530 = stablehlo.divide %528, %529 : tensor<9xf32>
    %cst_165 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %531 = stablehlo.broadcast_in_dim %cst_165, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %532 = stablehlo.compare LE, %409, %531, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %533 = stablehlo.select %532, %492, %530 : tensor<9xi1>, tensor<9xf32>
    %534 = stablehlo.abs %arg0 : tensor<9xf32>
    %535 = stablehlo.exponential %534 : tensor<9xf32>
    %536 = chlo.bessel_i1e %arg0 : tensor<9xf32> -> tensor<9xf32>
    %537 = stablehlo.multiply %535, %536 : tensor<9xf32>
    %538 = chlo.bessel_i1e %arg0 : tensor<9xf32> -> tensor<9xf32>
    %cst_166 = stablehlo.constant dense<0.864664733> : tensor<f32>
    %539 = stablehlo.broadcast_in_dim %cst_166, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %540 = stablehlo.compare GT, %8, %539, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_167 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %541 = stablehlo.broadcast_in_dim %cst_167, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %542 = stablehlo.subtract %541, %8 : tensor<9xf32>
    %543 = call @_where_1(%540, %542, %8) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_168 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %544 = stablehlo.broadcast_in_dim %cst_168, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %545 = stablehlo.compare EQ, %543, %544, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_169 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %546 = stablehlo.broadcast_in_dim %cst_169, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %547 = call @_where_1(%545, %546, %543) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_170 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %548 = stablehlo.broadcast_in_dim %cst_170, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %549 = stablehlo.subtract %547, %548 : tensor<9xf32>
    %550 = chlo.square %549 : tensor<9xf32> -> tensor<9xf32>
    %551 = stablehlo.multiply %549, %550 : tensor<9xf32>
    %552 = call @polyval(%cst, %550) : (tensor<5xf32>, tensor<9xf32>) -> tensor<9xf32>
    %553 = call @polyval_2(%cst_0, %550) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %554 = stablehlo.divide %552, %553 : tensor<9xf32>
    %555 = stablehlo.multiply %551, %554 : tensor<9xf32>
    %556 = stablehlo.add %549, %555 : tensor<9xf32>
    %cst_171 = stablehlo.constant dense<-2.50662827> : tensor<f32>
    %557 = stablehlo.broadcast_in_dim %cst_171, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %558 = stablehlo.multiply %556, %557 : tensor<9xf32>
    %559 = stablehlo.log %547 : tensor<9xf32>
    %cst_172 = stablehlo.constant dense<-2.000000e+00> : tensor<f32>
    %560 = stablehlo.broadcast_in_dim %cst_172, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %561 = stablehlo.multiply %560, %559 : tensor<9xf32>
    %562 = stablehlo.sqrt %561 : tensor<9xf32>
    %563 = stablehlo.log %562 : tensor<9xf32>
    %564 = stablehlo.divide %563, %562 : tensor<9xf32>
    %565 = stablehlo.subtract %562, %564 : tensor<9xf32>
    %cst_173 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %566 = stablehlo.broadcast_in_dim %cst_173, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %567 = stablehlo.divide %566, %562 : tensor<9xf32>
    %568 = call @polyval_2(%cst_1, %567) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_174 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %569 = stablehlo.broadcast_in_dim %cst_174, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %570 = stablehlo.divide %569, %562 : tensor<9xf32>
    %571 = call @polyval_2(%cst_2, %570) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %572 = stablehlo.divide %568, %571 : tensor<9xf32>
    %573 = stablehlo.divide %572, %562 : tensor<9xf32>
    %cst_175 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %574 = stablehlo.broadcast_in_dim %cst_175, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %575 = stablehlo.divide %574, %562 : tensor<9xf32>
    %576 = call @polyval_2(%cst_3, %575) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_176 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %577 = stablehlo.broadcast_in_dim %cst_176, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %578 = stablehlo.divide %577, %562 : tensor<9xf32>
    %579 = call @polyval_2(%cst_4, %578) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %580 = stablehlo.divide %576, %579 : tensor<9xf32>
    %581 = stablehlo.divide %580, %562 : tensor<9xf32>
    %582 = stablehlo.subtract %565, %573 : tensor<9xf32>
    %583 = stablehlo.subtract %565, %581 : tensor<9xf32>
    %cst_177 = stablehlo.constant dense<0.135335281> : tensor<f32>
    %584 = stablehlo.broadcast_in_dim %cst_177, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %585 = stablehlo.compare GT, %547, %584, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_178 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %586 = stablehlo.broadcast_in_dim %cst_178, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %587 = stablehlo.compare GE, %562, %586, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %588 = call @_where_1(%587, %582, %583) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %589 = call @_where_1(%585, %558, %588) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_179 = stablehlo.constant dense<0.864664733> : tensor<f32>
    %590 = stablehlo.broadcast_in_dim %cst_179, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %591 = stablehlo.compare GT, %8, %590, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %592 = stablehlo.negate %589 : tensor<9xf32>
    %593 = call @_where_1(%591, %589, %592) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_180 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %594 = stablehlo.broadcast_in_dim %cst_180, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_181 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %595 = stablehlo.broadcast_in_dim %cst_181, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %596 = stablehlo.compare EQ, %8, %595, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %597 = stablehlo.negate %594 : tensor<9xf32>
    %cst_182 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %598 = stablehlo.broadcast_in_dim %cst_182, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %599 = stablehlo.compare EQ, %8, %598, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %600 = call @_where_1(%599, %594, %593) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %601 = call @_where_1(%596, %597, %600) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_183 = stablehlo.constant dense<5.000000e+00> : tensor<f32>
    %602 = stablehlo.broadcast_in_dim %cst_183, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %603 = stablehlo.compare GT, %arg0, %602, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %604 = stablehlo.negate %arg0 : tensor<9xf32>
    %cst_184 = stablehlo.constant dense<-1.000000e+01> : tensor<f32>
    %605 = stablehlo.broadcast_in_dim %cst_184, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %606 = stablehlo.maximum %arg0, %605 : tensor<9xf32>
    %607 = call @_where_1(%603, %604, %606) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_185 = stablehlo.constant dense<0.707106769> : tensor<f32>
    %608 = stablehlo.broadcast_in_dim %cst_185, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %609 = stablehlo.multiply %607, %608 : tensor<9xf32>
    %610 = stablehlo.abs %609 : tensor<9xf32>
    %cst_186 = stablehlo.constant dense<0.707106769> : tensor<f32>
    %611 = stablehlo.broadcast_in_dim %cst_186, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %612 = stablehlo.compare LT, %610, %611, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %613 = chlo.erf %609 : tensor<9xf32> -> tensor<9xf32>
    %cst_187 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %614 = stablehlo.broadcast_in_dim %cst_187, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %615 = stablehlo.add %614, %613 : tensor<9xf32>
    %cst_188 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %616 = stablehlo.broadcast_in_dim %cst_188, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %617 = stablehlo.compare GT, %609, %616, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %618 = chlo.erfc %610 : tensor<9xf32> -> tensor<9xf32>
    %cst_189 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %619 = stablehlo.broadcast_in_dim %cst_189, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %620 = stablehlo.subtract %619, %618 : tensor<9xf32>
    %621 = chlo.erfc %610 : tensor<9xf32> -> tensor<9xf32>
    %622 = stablehlo.select %617, %620, %621 : tensor<9xi1>, tensor<9xf32>
    %623 = stablehlo.select %612, %615, %622 : tensor<9xi1>, tensor<9xf32>
    %cst_190 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %624 = stablehlo.broadcast_in_dim %cst_190, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %625 = stablehlo.multiply %624, %623 : tensor<9xf32>
    %626 = stablehlo.negate %625 : tensor<9xf32>
    %cst_191 = stablehlo.constant dense<-1.000000e+01> : tensor<f32>
    %627 = stablehlo.broadcast_in_dim %cst_191, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %628 = stablehlo.compare GT, %arg0, %627, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %629 = stablehlo.log %625 : tensor<9xf32>
    %cst_192 = stablehlo.constant dense<-1.000000e+01> : tensor<f32>
    %630 = stablehlo.broadcast_in_dim %cst_192, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %631 = stablehlo.minimum %arg0, %630 : tensor<9xf32>
    %632 = chlo.square %631 : tensor<9xf32> -> tensor<9xf32>
    %cst_193 = stablehlo.constant dense<-5.000000e-01> : tensor<f32>
    %633 = stablehlo.broadcast_in_dim %cst_193, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %634 = stablehlo.multiply %633, %632 : tensor<9xf32>
    %635 = stablehlo.negate %631 : tensor<9xf32>
    %636 = stablehlo.log %635 : tensor<9xf32>
    %637 = stablehlo.subtract %634, %636 : tensor<9xf32>
    %cst_194 = stablehlo.constant dense<0.918938517> : tensor<f32>
    %638 = stablehlo.broadcast_in_dim %cst_194, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %639 = stablehlo.subtract %637, %638 : tensor<9xf32>
    %640 = chlo.square %631 : tensor<9xf32> -> tensor<9xf32>
    %cst_195 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %641 = stablehlo.broadcast_in_dim %cst_195, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_196 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %642 = stablehlo.broadcast_in_dim %cst_196, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_197 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %643 = stablehlo.broadcast_in_dim %cst_197, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %644 = stablehlo.divide %643, %640 : tensor<9xf32>
    %645 = stablehlo.add %642, %644 : tensor<9xf32>
    %646 = stablehlo.multiply %640, %640 : tensor<9xf32>
    %cst_198 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %647 = stablehlo.broadcast_in_dim %cst_198, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %648 = stablehlo.divide %647, %646 : tensor<9xf32>
    %649 = stablehlo.add %641, %648 : tensor<9xf32>
    %650 = stablehlo.multiply %646, %640 : tensor<9xf32>
    %cst_199 = stablehlo.constant dense<1.500000e+01> : tensor<f32>
    %651 = stablehlo.broadcast_in_dim %cst_199, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %652 = stablehlo.divide %651, %650 : tensor<9xf32>
    %653 = stablehlo.add %645, %652 : tensor<9xf32>
    %cst_200 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %654 = stablehlo.broadcast_in_dim %cst_200, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %655 = stablehlo.add %654, %649 : tensor<9xf32>
    %656 = stablehlo.subtract %655, %653 : tensor<9xf32>
    %657 = stablehlo.log %656 : tensor<9xf32>
    %658 = stablehlo.add %639, %657 : tensor<9xf32>
    %659 = call @_where_1(%628, %629, %658) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %660 = call @_where_1(%603, %626, %659) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_201 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %661 = stablehlo.broadcast_in_dim %cst_201, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %662 = stablehlo.add %2, %661 : tensor<9xf32>
    %cst_202 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %663 = stablehlo.convert %cst_202 : tensor<f32>
    %664 = stablehlo.broadcast_in_dim %663, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %665 = chlo.zeta %662, %664 : tensor<9xf32>, tensor<9xf32> -> tensor<9xf32>
    %cst_203 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %666 = stablehlo.broadcast_in_dim %cst_203, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %667 = chlo.polygamma %666, %2 : tensor<9xf32>, tensor<9xf32> -> tensor<9xf32>
    %cst_204 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %668 = stablehlo.broadcast_in_dim %cst_204, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %669 = stablehlo.compare LT, %2, %668, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_205 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %670 = stablehlo.broadcast_in_dim %cst_205, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_206 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %671 = stablehlo.broadcast_in_dim %cst_206, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %672 = stablehlo.compare NE, %2, %671, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %673 = stablehlo.compare NE, %2, %2, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %674 = stablehlo.or %672, %673 : tensor<9xi1>
    %675 = stablehlo.log %2 : tensor<9xf32>
    %676 = stablehlo.multiply %2, %675 : tensor<9xf32>
    %cst_207 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %677 = stablehlo.broadcast_in_dim %cst_207, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %678 = call @_where_1(%674, %676, %677) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %679 = stablehlo.negate %678 : tensor<9xf32>
    %680 = stablehlo.select %669, %670, %679 : tensor<9xi1>, tensor<9xf32>
    %cst_208 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %681 = stablehlo.broadcast_in_dim %cst_208, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %682 = stablehlo.compare GT, %2, %681, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_209 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %683 = stablehlo.broadcast_in_dim %cst_209, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %684 = stablehlo.compare GT, %8, %683, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %685 = stablehlo.and %682, %684 : tensor<9xi1>
    %cst_210 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %686 = stablehlo.broadcast_in_dim %cst_210, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %687 = stablehlo.compare EQ, %2, %686, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_211 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %688 = stablehlo.broadcast_in_dim %cst_211, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %689 = stablehlo.compare GE, %8, %688, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %690 = stablehlo.and %687, %689 : tensor<9xi1>
    %c_212 = stablehlo.constant dense<1> : tensor<i32>
    %691 = call @_where_4(%685, %2, %c_212) : (tensor<9xi1>, tensor<9xf32>, tensor<i32>) -> tensor<9xf32>
    %c_213 = stablehlo.constant dense<1> : tensor<i32>
    %692 = call @_where_4(%685, %8, %c_213) : (tensor<9xi1>, tensor<9xf32>, tensor<i32>) -> tensor<9xf32>
    %cst_214 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %693 = stablehlo.broadcast_in_dim %cst_214, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %694 = stablehlo.compare NE, %691, %693, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %695 = stablehlo.compare NE, %691, %691, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %696 = stablehlo.or %694, %695 : tensor<9xi1>
    %697 = stablehlo.log %691 : tensor<9xf32>
    %698 = stablehlo.multiply %691, %697 : tensor<9xf32>
    %cst_215 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %699 = stablehlo.broadcast_in_dim %cst_215, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %700 = call @_where_1(%696, %698, %699) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_216 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %701 = stablehlo.broadcast_in_dim %cst_216, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %702 = stablehlo.compare NE, %691, %701, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %703 = stablehlo.compare NE, %692, %692, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %704 = stablehlo.or %702, %703 : tensor<9xi1>
    %705 = stablehlo.log %692 : tensor<9xf32>
    %706 = stablehlo.multiply %691, %705 : tensor<9xf32>
    %cst_217 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %707 = stablehlo.broadcast_in_dim %cst_217, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %708 = call @_where_1(%704, %706, %707) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %709 = stablehlo.subtract %700, %708 : tensor<9xf32>
    %cst_218 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_219 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %710 = call @_where_5(%690, %cst_218, %cst_219) : (tensor<9xi1>, tensor<f32>, tensor<f32>) -> tensor<9xf32>
    %711 = call @_where_1(%685, %709, %710) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %712 = stablehlo.subtract %711, %2 : tensor<9xf32>
    %713 = stablehlo.add %712, %8 : tensor<9xf32>
    %cst_220 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %714 = stablehlo.reduce(%arg0 init: %cst_220) applies stablehlo.maximum across dimensions = [0] : (tensor<9xf32>, tensor<f32>) -> tensor<f32>
    %cst_221 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %715 = stablehlo.maximum %cst_221, %714 : tensor<f32>
    %716 = stablehlo.is_finite %715 : (tensor<f32>) -> tensor<i1>
    %cst_222 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %717 = stablehlo.select %716, %715, %cst_222 : tensor<i1>, tensor<f32>
    %718 = stablehlo.broadcast_in_dim %717, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %719 = stablehlo.broadcast_in_dim %718, dims = [0] : (tensor<1xf32>) -> tensor<9xf32>
    %720 = stablehlo.subtract %arg0, %719 : tensor<9xf32>
    %721 = stablehlo.exponential %720 : tensor<9xf32>
    %cst_223 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %722 = stablehlo.reduce(%721 init: %cst_223) applies stablehlo.add across dimensions = [0] : (tensor<9xf32>, tensor<f32>) -> tensor<f32>
    %723 = stablehlo.abs %722 : tensor<f32>
    %724 = stablehlo.log %723 : tensor<f32>
    %725 = stablehlo.add %724, %717 : tensor<f32>
    %cst_224 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %726 = stablehlo.broadcast_in_dim %cst_224, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %727 = stablehlo.compare LT, %2, %726, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_225 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %728 = stablehlo.broadcast_in_dim %cst_225, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %729 = stablehlo.add %2, %728 : tensor<9xf32>
    %730 = chlo.lgamma %729 : tensor<9xf32> -> tensor<9xf32>
    %731 = stablehlo.exponential %730 : tensor<9xf32>
    %c_226 = stablehlo.constant dense<0> : tensor<i32>
    %732 = call @_where_6(%727, %c_226, %731) : (tensor<9xi1>, tensor<i32>, tensor<9xf32>) -> tensor<9xf32>
    %c_227 = stablehlo.constant dense<1> : tensor<i32>
    %733 = call @expn(%c_227, %2) : (tensor<i32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_228 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %734 = stablehlo.broadcast_in_dim %cst_228, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %c_229 = stablehlo.constant dense<0> : tensor<i32>
    %735 = stablehlo.broadcast_in_dim %c_229, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %736 = "stablehlo.scatter"(%734, %735, %cst_5) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      stablehlo.return %arg2 : tensor<f32>
    }) : (tensor<6xf32>, tensor<1xi32>, tensor<3xf32>) -> tensor<6xf32>
    %737 = stablehlo.iota dim = 0 : tensor<1xf32>
    %cst_230 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %738 = stablehlo.broadcast_in_dim %cst_230, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %739 = stablehlo.multiply %738, %737 : tensor<1xf32>
    %cst_231 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %740 = stablehlo.broadcast_in_dim %cst_231, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %741 = stablehlo.add %740, %739 : tensor<1xf32>
    %cst_232 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %742 = stablehlo.broadcast_in_dim %cst_232, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %743 = stablehlo.subtract %741, %742 : tensor<1xf32>
    %744 = stablehlo.negate %743 : tensor<1xf32>
    %745 = stablehlo.multiply %744, %741 : tensor<1xf32>
    %cst_233 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %746 = stablehlo.broadcast_in_dim %cst_233, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %747 = stablehlo.divide %745, %746 : tensor<1xf32>
    %cst_234 = stablehlo.constant dense<9.86960411> : tensor<f32>
    %748 = stablehlo.broadcast_in_dim %cst_234, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %749 = stablehlo.divide %747, %748 : tensor<1xf32>
    %750 = call @cumprod(%749) : (tensor<1xf32>) -> tensor<1xf32>
    %cst_235 = stablehlo.constant dense<0.101321183> : tensor<f32>
    %751 = stablehlo.broadcast_in_dim %cst_235, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %752 = stablehlo.multiply %751, %750 : tensor<1xf32>
    %753 = stablehlo.iota dim = 0 : tensor<48xf32>
    %cst_236 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %754 = stablehlo.broadcast_in_dim %cst_236, dims = [] : (tensor<f32>) -> tensor<48xf32>
    %755 = stablehlo.add %754, %753 : tensor<48xf32>
    %756 = stablehlo.broadcast_in_dim %755, dims = [0] : (tensor<48xf32>) -> tensor<48x1xf32>
    %757 = stablehlo.broadcast_in_dim %741, dims = [1] : (tensor<1xf32>) -> tensor<1x1xf32>
    %758 = stablehlo.negate %757 : tensor<1x1xf32>
    %759 = stablehlo.broadcast_in_dim %758, dims = [0, 1] : (tensor<1x1xf32>) -> tensor<48x1xf32>
    %760 = stablehlo.power %756, %759 : tensor<48x1xf32>
    %cst_237 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %761 = stablehlo.reduce(%760 init: %cst_237) applies stablehlo.add across dimensions = [0] : (tensor<48x1xf32>, tensor<f32>) -> tensor<1xf32>
    %cst_238 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %762 = stablehlo.broadcast_in_dim %cst_238, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %763 = stablehlo.add %762, %761 : tensor<1xf32>
    %764 = stablehlo.multiply %752, %763 : tensor<1xf32>
    %765 = stablehlo.iota dim = 0 : tensor<1xi32>
    %c_239 = stablehlo.constant dense<2> : tensor<i32>
    %766 = stablehlo.broadcast_in_dim %c_239, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %767 = stablehlo.multiply %766, %765 : tensor<1xi32>
    %c_240 = stablehlo.constant dense<4> : tensor<i32>
    %768 = stablehlo.broadcast_in_dim %c_240, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %769 = stablehlo.add %768, %767 : tensor<1xi32>
    %770 = stablehlo.broadcast_in_dim %769, dims = [0] : (tensor<1xi32>) -> tensor<1x1xi32>
    %771 = "stablehlo.scatter"(%736, %770, %764) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = true}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      stablehlo.return %arg2 : tensor<f32>
    }) : (tensor<6xf32>, tensor<1x1xi32>, tensor<1xf32>) -> tensor<6xf32>
    %772 = stablehlo.slice %2 [0:1] : (tensor<9xf32>) -> tensor<1xf32>
    %773 = stablehlo.slice %2 [1:2] : (tensor<9xf32>) -> tensor<1xf32>
    %774 = call @_sph_harm(%c, %c_6, %772, %773) : (tensor<1xi32>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1xcomplex<f32>>
    return %9, %10, %11, %12, %13, %88, %162, %262, %266, %272, %280, %408, %533, %537, %538, %601, %660, %665, %667, %680, %713, %725, %732, %733, %771, %774 : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<f32>, tensor<9xf32>, tensor<9xf32>, tensor<6xf32>, tensor<1xcomplex<f32>>
  }
  func.func private @remainder(%arg0: tensor<9xi32>, %arg1: tensor<9xi32>) -> tensor<9xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %1 = stablehlo.compare EQ, %arg1, %0, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %3 = call @_where(%1, %2, %arg1) : (tensor<9xi1>, tensor<9xi32>, tensor<9xi32>) -> tensor<9xi32>
    %4 = stablehlo.remainder %arg0, %3 : tensor<9xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %6 = stablehlo.compare NE, %4, %5, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %8 = stablehlo.compare LT, %4, %7, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %10 = stablehlo.compare LT, %3, %9, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %11 = stablehlo.compare NE, %8, %10, UNSIGNED : (tensor<9xi1>, tensor<9xi1>) -> tensor<9xi1>
    %12 = stablehlo.and %11, %6 : tensor<9xi1>
    %13 = stablehlo.add %4, %3 : tensor<9xi32>
    %14 = stablehlo.select %12, %13, %4 : tensor<9xi1>, tensor<9xi32>
    return %14 : tensor<9xi32>
  }
  func.func private @_where(%arg0: tensor<9xi1>, %arg1: tensor<9xi32>, %arg2: tensor<9xi32>) -> tensor<9xi32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<9xi1>, tensor<9xi32>
    return %0 : tensor<9xi32>
  }
  func.func private @floor_divide(%arg0: tensor<9xi32>, %arg1: tensor<9xi32>) -> tensor<9xi32> {
    %0 = stablehlo.divide %arg0, %arg1 : tensor<9xi32>
    %1 = stablehlo.sign %arg0 : tensor<9xi32>
    %2 = stablehlo.sign %arg1 : tensor<9xi32>
    %3 = stablehlo.compare NE, %1, %2, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %4 = stablehlo.remainder %arg0, %arg1 : tensor<9xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %6 = stablehlo.compare NE, %4, %5, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %7 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i1>) -> tensor<9xi1>
    %8 = stablehlo.compare NE, %3, %7, UNSIGNED : (tensor<9xi1>, tensor<9xi1>) -> tensor<9xi1>
    %9 = stablehlo.convert %8 : tensor<9xi1>
    %c_1 = stablehlo.constant dense<false> : tensor<i1>
    %10 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i1>) -> tensor<9xi1>
    %11 = stablehlo.compare NE, %6, %10, UNSIGNED : (tensor<9xi1>, tensor<9xi1>) -> tensor<9xi1>
    %12 = stablehlo.convert %11 : tensor<9xi1>
    %13 = stablehlo.and %9, %12 : tensor<9xi1>
    %c_2 = stablehlo.constant dense<1> : tensor<i32>
    %14 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %15 = stablehlo.subtract %0, %14 : tensor<9xi32>
    %16 = call @_where_0(%13, %15, %0) : (tensor<9xi1>, tensor<9xi32>, tensor<9xi32>) -> tensor<9xi32>
    return %16 : tensor<9xi32>
  }
  func.func private @_where_0(%arg0: tensor<9xi1>, %arg1: tensor<9xi32>, %arg2: tensor<9xi32>) -> tensor<9xi32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<9xi1>, tensor<9xi32>
    return %0 : tensor<9xi32>
  }
  func.func private @_where_1(%arg0: tensor<9xi1>, %arg1: tensor<9xf32>, %arg2: tensor<9xf32>) -> tensor<9xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<9xi1>, tensor<9xf32>
    return %0 : tensor<9xf32>
  }
  func.func private @polyval(%arg0: tensor<5xf32>, %arg1: tensor<9xf32>) -> tensor<9xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %1 = stablehlo.slice %arg0 [0:0] : (tensor<5xf32>) -> tensor<0xf32>
    %2 = stablehlo.slice %arg0 [0:5] : (tensor<5xf32>) -> tensor<5xf32>
    %3 = stablehlo.slice %2 [0:1] : (tensor<5xf32>) -> tensor<1xf32>
    %4 = stablehlo.reshape %3 : (tensor<1xf32>) -> tensor<f32>
    %5 = call @closed_call(%arg1, %0, %4) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %6 = stablehlo.slice %2 [1:2] : (tensor<5xf32>) -> tensor<1xf32>
    %7 = stablehlo.reshape %6 : (tensor<1xf32>) -> tensor<f32>
    %8 = call @closed_call(%arg1, %5, %7) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %9 = stablehlo.slice %2 [2:3] : (tensor<5xf32>) -> tensor<1xf32>
    %10 = stablehlo.reshape %9 : (tensor<1xf32>) -> tensor<f32>
    %11 = call @closed_call(%arg1, %8, %10) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %12 = stablehlo.slice %2 [3:4] : (tensor<5xf32>) -> tensor<1xf32>
    %13 = stablehlo.reshape %12 : (tensor<1xf32>) -> tensor<f32>
    %14 = call @closed_call(%arg1, %11, %13) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %15 = stablehlo.slice %2 [4:5] : (tensor<5xf32>) -> tensor<1xf32>
    %16 = stablehlo.reshape %15 : (tensor<1xf32>) -> tensor<f32>
    %17 = call @closed_call(%arg1, %14, %16) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    return %17 : tensor<9xf32>
  }
  func.func private @closed_call(%arg0: tensor<9xf32>, %arg1: tensor<9xf32>, %arg2: tensor<f32>) -> tensor<9xf32> {
    %0 = stablehlo.multiply %arg1, %arg0 : tensor<9xf32>
    %1 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %2 = stablehlo.add %0, %1 : tensor<9xf32>
    return %2 : tensor<9xf32>
  }
  func.func private @polyval_2(%arg0: tensor<9xf32>, %arg1: tensor<9xf32>) -> tensor<9xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %1 = stablehlo.slice %arg0 [0:0] : (tensor<9xf32>) -> tensor<0xf32>
    %2 = stablehlo.slice %arg0 [0:9] : (tensor<9xf32>) -> tensor<9xf32>
    %3 = stablehlo.slice %2 [0:1] : (tensor<9xf32>) -> tensor<1xf32>
    %4 = stablehlo.reshape %3 : (tensor<1xf32>) -> tensor<f32>
    %5 = call @closed_call_3(%arg1, %0, %4) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %6 = stablehlo.slice %2 [1:2] : (tensor<9xf32>) -> tensor<1xf32>
    %7 = stablehlo.reshape %6 : (tensor<1xf32>) -> tensor<f32>
    %8 = call @closed_call_3(%arg1, %5, %7) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %9 = stablehlo.slice %2 [2:3] : (tensor<9xf32>) -> tensor<1xf32>
    %10 = stablehlo.reshape %9 : (tensor<1xf32>) -> tensor<f32>
    %11 = call @closed_call_3(%arg1, %8, %10) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %12 = stablehlo.slice %2 [3:4] : (tensor<9xf32>) -> tensor<1xf32>
    %13 = stablehlo.reshape %12 : (tensor<1xf32>) -> tensor<f32>
    %14 = call @closed_call_3(%arg1, %11, %13) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %15 = stablehlo.slice %2 [4:5] : (tensor<9xf32>) -> tensor<1xf32>
    %16 = stablehlo.reshape %15 : (tensor<1xf32>) -> tensor<f32>
    %17 = call @closed_call_3(%arg1, %14, %16) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %18 = stablehlo.slice %2 [5:6] : (tensor<9xf32>) -> tensor<1xf32>
    %19 = stablehlo.reshape %18 : (tensor<1xf32>) -> tensor<f32>
    %20 = call @closed_call_3(%arg1, %17, %19) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %21 = stablehlo.slice %2 [6:7] : (tensor<9xf32>) -> tensor<1xf32>
    %22 = stablehlo.reshape %21 : (tensor<1xf32>) -> tensor<f32>
    %23 = call @closed_call_3(%arg1, %20, %22) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %24 = stablehlo.slice %2 [7:8] : (tensor<9xf32>) -> tensor<1xf32>
    %25 = stablehlo.reshape %24 : (tensor<1xf32>) -> tensor<f32>
    %26 = call @closed_call_3(%arg1, %23, %25) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    %27 = stablehlo.slice %2 [8:9] : (tensor<9xf32>) -> tensor<1xf32>
    %28 = stablehlo.reshape %27 : (tensor<1xf32>) -> tensor<f32>
    %29 = call @closed_call_3(%arg1, %26, %28) : (tensor<9xf32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    return %29 : tensor<9xf32>
  }
  func.func private @closed_call_3(%arg0: tensor<9xf32>, %arg1: tensor<9xf32>, %arg2: tensor<f32>) -> tensor<9xf32> {
    %0 = stablehlo.multiply %arg1, %arg0 : tensor<9xf32>
    %1 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %2 = stablehlo.add %0, %1 : tensor<9xf32>
    return %2 : tensor<9xf32>
  }
  func.func private @_where_4(%arg0: tensor<9xi1>, %arg1: tensor<9xf32>, %arg2: tensor<i32>) -> tensor<9xf32> {
    %0 = stablehlo.convert %arg2 : (tensor<i32>) -> tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %2 = stablehlo.select %arg0, %arg1, %1 : tensor<9xi1>, tensor<9xf32>
    return %2 : tensor<9xf32>
  }
  func.func private @_where_5(%arg0: tensor<9xi1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<9xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %3 = stablehlo.select %arg0, %1, %2 : tensor<9xi1>, tensor<9xf32>
    return %3 : tensor<9xf32>
  }
  func.func private @_where_6(%arg0: tensor<9xi1>, %arg1: tensor<i32>, %arg2: tensor<9xf32>) -> tensor<9xf32> {
    %0 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<f32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %2 = stablehlo.select %arg0, %1, %arg2 : tensor<9xi1>, tensor<9xf32>
    return %2 : tensor<9xf32>
  }
  func.func private @expn(%arg0: tensor<i32>, %arg1: tensor<9xf32>) -> tensor<9xf32> {
    %0 = stablehlo.convert %arg0 : (tensor<i32>) -> tensor<f32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.compare LT, %0, %cst, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %3 = stablehlo.compare LT, %arg1, %2, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %4 = stablehlo.broadcast_in_dim %1, dims = [] : (tensor<i1>) -> tensor<9xi1>
    %5 = stablehlo.or %4, %3 : tensor<9xi1>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %7 = stablehlo.compare EQ, %arg1, %6, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_2 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %8 = stablehlo.compare LT, %0, %cst_2, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %9 = stablehlo.broadcast_in_dim %8, dims = [] : (tensor<i1>) -> tensor<9xi1>
    %10 = stablehlo.and %7, %9 : tensor<9xi1>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %11 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %12 = stablehlo.compare EQ, %arg1, %11, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_4 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %13 = stablehlo.compare GE, %0, %cst_4, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %14 = stablehlo.broadcast_in_dim %13, dims = [] : (tensor<i1>) -> tensor<9xi1>
    %15 = stablehlo.and %12, %14 : tensor<9xi1>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %16 = stablehlo.compare EQ, %0, %cst_5, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %18 = stablehlo.compare GE, %arg1, %17, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %19 = stablehlo.broadcast_in_dim %16, dims = [] : (tensor<i1>) -> tensor<9xi1>
    %20 = stablehlo.and %19, %18 : tensor<9xi1>
    %cst_7 = stablehlo.constant dense<5.000000e+03> : tensor<f32>
    %21 = stablehlo.compare GE, %0, %cst_7, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %cst_8 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %22 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %23 = stablehlo.compare GT, %arg1, %22, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_9 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %24 = stablehlo.compare EQ, %0, %cst_9, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %25 = stablehlo.add %0, %0 : tensor<f32>
    %26 = call @_where_7(%24, %25, %0) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
    %cst_10 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %27 = stablehlo.divide %cst_10, %26 : tensor<f32>
    %28 = stablehlo.negate %arg1 : tensor<9xf32>
    %29 = stablehlo.exponential %28 : tensor<9xf32>
    %30 = stablehlo.divide %29, %arg1 : tensor<9xf32>
    %31 = stablehlo.broadcast_in_dim %5, dims = [0] : (tensor<9xi1>) -> tensor<9x1xi1>
    %32 = stablehlo.broadcast_in_dim %10, dims = [0] : (tensor<9xi1>) -> tensor<9x1xi1>
    %33 = stablehlo.broadcast_in_dim %15, dims = [0] : (tensor<9xi1>) -> tensor<9x1xi1>
    %34 = stablehlo.broadcast_in_dim %20, dims = [0] : (tensor<9xi1>) -> tensor<9x1xi1>
    %35 = stablehlo.broadcast_in_dim %21, dims = [] : (tensor<i1>) -> tensor<1xi1>
    %36 = stablehlo.broadcast_in_dim %23, dims = [0] : (tensor<9xi1>) -> tensor<9x1xi1>
    %37 = stablehlo.broadcast_in_dim %35, dims = [1] : (tensor<1xi1>) -> tensor<9x1xi1>
    %38 = stablehlo.concatenate %31, %32, %33, %34, %37, %36, dim = 1 : (tensor<9x1xi1>, tensor<9x1xi1>, tensor<9x1xi1>, tensor<9x1xi1>, tensor<9x1xi1>, tensor<9x1xi1>) -> tensor<9x6xi1>
    %cst_11 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %cst_12 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %39 = call @_piecewise(%arg1, %38, %cst_11, %cst_12, %27, %30, %0) : (tensor<9xf32>, tensor<9x6xi1>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
    return %39 : tensor<9xf32>
  }
  func.func private @_where_7(%arg0: tensor<i1>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<f32>
    return %0 : tensor<f32>
  }
  func.func private @_piecewise(%arg0: tensor<9xf32>, %arg1: tensor<9x6xi1>, %arg2: tensor<f32>, %arg3: tensor<f32>, %arg4: tensor<f32>, %arg5: tensor<9xf32>, %arg6: tensor<f32>) -> tensor<9xf32> {
    %c = stablehlo.constant dense<false> : tensor<i1>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i1>) -> tensor<1xi1>
    %1 = stablehlo.broadcast_in_dim %0, dims = [1] : (tensor<1xi1>) -> tensor<9x1xi1>
    %2 = stablehlo.concatenate %1, %arg1, dim = 1 : (tensor<9x1xi1>, tensor<9x6xi1>) -> tensor<9x7xi1>
    %3 = call @cumsum(%2) : (tensor<9x7xi1>) -> tensor<9x7xi32>
    %4 = call @argmax(%3) : (tensor<9x7xi32>) -> tensor<9xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %c_1 = stablehlo.constant dense<6> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %6 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %7 = stablehlo.clamp %5, %4, %6 : tensor<9xi32>
    %8 = stablehlo.broadcast_in_dim %arg6, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %9 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %10 = stablehlo.broadcast_in_dim %arg3, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %11 = stablehlo.broadcast_in_dim %arg4, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %12 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %13 = stablehlo.compare EQ, %7, %12, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %14 = stablehlo.select %13, %8, %8 : tensor<9xi1>, tensor<9xf32>
    %15 = stablehlo.select %13, %arg0, %arg0 : tensor<9xi1>, tensor<9xf32>
    %16 = stablehlo.log %15 : tensor<9xf32>
    %cst = stablehlo.constant dense<-0.577215672> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %18 = stablehlo.subtract %17, %16 : tensor<9xf32>
    %cst_3 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %19 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %20:3 = stablehlo.while(%iterArg = %19, %iterArg_38 = %14, %iterArg_39 = %18) : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    cond {
      %128 = stablehlo.compare LT, %iterArg, %iterArg_38, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %c_40 = stablehlo.constant dense<false> : tensor<i1>
      %129 = stablehlo.reduce(%128 init: %c_40) applies stablehlo.or across dimensions = [0] : (tensor<9xi1>, tensor<i1>) -> tensor<i1>
      stablehlo.return %129 : tensor<i1>
    } do {
      %cst_40 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %128 = stablehlo.broadcast_in_dim %cst_40, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %129 = stablehlo.add %iterArg, %128 : tensor<9xf32>
      %cst_41 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %130 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %131 = stablehlo.divide %130, %iterArg : tensor<9xf32>
      %132 = stablehlo.add %iterArg_39, %131 : tensor<9xf32>
      %133 = stablehlo.compare LT, %iterArg, %iterArg_38, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %134 = stablehlo.broadcast_in_dim %133, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %135 = stablehlo.select %134, %129, %iterArg : tensor<9xi1>, tensor<9xf32>
      %136 = stablehlo.broadcast_in_dim %133, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %137 = stablehlo.select %136, %iterArg_38, %iterArg_38 : tensor<9xi1>, tensor<9xf32>
      %138 = stablehlo.broadcast_in_dim %133, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %139 = stablehlo.select %138, %132, %iterArg_39 : tensor<9xi1>, tensor<9xf32>
      stablehlo.return %135, %137, %139 : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    }
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %21 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %22 = stablehlo.compare EQ, %14, %21, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_5 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %23 = call @_where_9(%22, %cst_5, %14) : (tensor<9xi1>, tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
    %24 = stablehlo.negate %15 : tensor<9xf32>
    %cst_6 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %25 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %26 = stablehlo.subtract %25, %14 : tensor<9xf32>
    %cst_7 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %27 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %28 = stablehlo.compare EQ, %14, %27, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_8 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %29 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %30 = stablehlo.subtract %29, %23 : tensor<9xf32>
    %cst_9 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %31 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %32 = stablehlo.divide %31, %30 : tensor<9xf32>
    %cst_10 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %33 = call @_where_9(%28, %cst_10, %32) : (tensor<9xi1>, tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
    %cst_11 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %34 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %35 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_13 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %36 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %37:7 = stablehlo.while(%iterArg = %24, %iterArg_38 = %33, %iterArg_39 = %26, %iterArg_40 = %34, %iterArg_41 = %15, %iterArg_42 = %35, %iterArg_43 = %36) : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    cond {
      %cst_44 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %128 = stablehlo.broadcast_in_dim %cst_44, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %129 = stablehlo.compare GT, %iterArg_41, %128, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %130 = stablehlo.convert %iterArg_40 : tensor<9xf32>
      %cst_45 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %131 = stablehlo.broadcast_in_dim %cst_45, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %132 = stablehlo.compare GT, %130, %131, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %133 = stablehlo.and %129, %132 : tensor<9xi1>
      %c_46 = stablehlo.constant dense<false> : tensor<i1>
      %134 = stablehlo.reduce(%133 init: %c_46) applies stablehlo.or across dimensions = [0] : (tensor<9xi1>, tensor<i1>) -> tensor<i1>
      stablehlo.return %134 : tensor<i1>
    } do {
      %cst_44 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %128 = stablehlo.broadcast_in_dim %cst_44, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %129 = stablehlo.add %iterArg_42, %128 : tensor<9xf32>
      %130 = stablehlo.divide %iterArg, %129 : tensor<9xf32>
      %131 = stablehlo.multiply %iterArg_43, %130 : tensor<9xf32>
      %cst_45 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %132 = stablehlo.broadcast_in_dim %cst_45, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %133 = stablehlo.add %iterArg_39, %132 : tensor<9xf32>
      %cst_46 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %134 = stablehlo.broadcast_in_dim %cst_46, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %135 = stablehlo.compare NE, %133, %134, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %136 = stablehlo.divide %131, %133 : tensor<9xf32>
      %cst_47 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %137 = func.call @_where_10(%135, %136, %cst_47) : (tensor<9xi1>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
      %138 = stablehlo.add %iterArg_38, %137 : tensor<9xf32>
      %cst_48 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %139 = stablehlo.broadcast_in_dim %cst_48, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %140 = stablehlo.compare NE, %138, %139, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %141 = stablehlo.divide %131, %138 : tensor<9xf32>
      %142 = stablehlo.abs %141 : tensor<9xf32>
      %cst_49 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %143 = func.call @_where_10(%140, %142, %cst_49) : (tensor<9xi1>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
      %cst_50 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %144 = stablehlo.broadcast_in_dim %cst_50, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %145 = stablehlo.compare GT, %iterArg_41, %144, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %146 = stablehlo.convert %iterArg_40 : tensor<9xf32>
      %cst_51 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %147 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %148 = stablehlo.compare GT, %146, %147, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %149 = stablehlo.and %145, %148 : tensor<9xi1>
      %150 = stablehlo.broadcast_in_dim %149, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %151 = stablehlo.select %150, %138, %iterArg_38 : tensor<9xi1>, tensor<9xf32>
      %152 = stablehlo.broadcast_in_dim %149, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %153 = stablehlo.select %152, %133, %iterArg_39 : tensor<9xi1>, tensor<9xf32>
      %154 = stablehlo.broadcast_in_dim %149, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %155 = stablehlo.select %154, %143, %iterArg_40 : tensor<9xi1>, tensor<9xf32>
      %156 = stablehlo.broadcast_in_dim %149, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %157 = stablehlo.select %156, %iterArg_41, %iterArg_41 : tensor<9xi1>, tensor<9xf32>
      %158 = stablehlo.broadcast_in_dim %149, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %159 = stablehlo.select %158, %129, %iterArg_42 : tensor<9xi1>, tensor<9xf32>
      %160 = stablehlo.broadcast_in_dim %149, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %161 = stablehlo.select %160, %131, %iterArg_43 : tensor<9xi1>, tensor<9xf32>
      stablehlo.return %iterArg, %151, %153, %155, %157, %159, %161 : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    }
    %cst_14 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %38 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %39 = stablehlo.subtract %14, %38 : tensor<9xf32>
    %40 = stablehlo.power %24, %39 : tensor<9xf32>
    %41 = stablehlo.multiply %40, %20#2 : tensor<9xf32>
    %42 = chlo.lgamma %14 : tensor<9xf32> -> tensor<9xf32>
    %43 = stablehlo.exponential %42 : tensor<9xf32>
    %44 = stablehlo.divide %41, %43 : tensor<9xf32>
    %45 = stablehlo.subtract %44, %37#1 : tensor<9xf32>
    %c_15 = stablehlo.constant dense<1> : tensor<i32>
    %46 = stablehlo.broadcast_in_dim %c_15, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %47 = stablehlo.compare EQ, %7, %46, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %48 = stablehlo.select %47, %9, %9 : tensor<9xi1>, tensor<9xf32>
    %49 = stablehlo.convert %48 : tensor<9xf32>
    %c_16 = stablehlo.constant dense<2> : tensor<i32>
    %50 = stablehlo.broadcast_in_dim %c_16, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %51 = stablehlo.compare EQ, %7, %50, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %52 = stablehlo.select %51, %10, %10 : tensor<9xi1>, tensor<9xf32>
    %53 = stablehlo.convert %52 : tensor<9xf32>
    %c_17 = stablehlo.constant dense<3> : tensor<i32>
    %54 = stablehlo.broadcast_in_dim %c_17, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %55 = stablehlo.compare EQ, %7, %54, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %56 = stablehlo.select %55, %11, %11 : tensor<9xi1>, tensor<9xf32>
    %c_18 = stablehlo.constant dense<4> : tensor<i32>
    %57 = stablehlo.broadcast_in_dim %c_18, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %58 = stablehlo.compare EQ, %7, %57, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %59 = stablehlo.select %58, %arg5, %arg5 : tensor<9xi1>, tensor<9xf32>
    %c_19 = stablehlo.constant dense<5> : tensor<i32>
    %60 = stablehlo.broadcast_in_dim %c_19, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %61 = stablehlo.compare EQ, %7, %60, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %62 = stablehlo.select %61, %8, %8 : tensor<9xi1>, tensor<9xf32>
    %63 = stablehlo.select %61, %arg0, %arg0 : tensor<9xi1>, tensor<9xf32>
    %64 = stablehlo.add %63, %62 : tensor<9xf32>
    %65 = stablehlo.multiply %64, %64 : tensor<9xf32>
    %cst_20 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %66 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %67 = stablehlo.divide %66, %65 : tensor<9xf32>
    %68 = stablehlo.multiply %67, %62 : tensor<9xf32>
    %cst_21 = stablehlo.constant dense<6.000000e+00> : tensor<f32>
    %69 = stablehlo.broadcast_in_dim %cst_21, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %70 = stablehlo.multiply %69, %63 : tensor<9xf32>
    %71 = stablehlo.multiply %70, %63 : tensor<9xf32>
    %cst_22 = stablehlo.constant dense<8.000000e+00> : tensor<f32>
    %72 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %73 = stablehlo.multiply %72, %62 : tensor<9xf32>
    %74 = stablehlo.multiply %73, %63 : tensor<9xf32>
    %75 = stablehlo.subtract %71, %74 : tensor<9xf32>
    %76 = stablehlo.multiply %62, %62 : tensor<9xf32>
    %77 = stablehlo.add %75, %76 : tensor<9xf32>
    %78 = stablehlo.multiply %68, %77 : tensor<9xf32>
    %cst_23 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %79 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %80 = stablehlo.multiply %79, %63 : tensor<9xf32>
    %81 = stablehlo.subtract %62, %80 : tensor<9xf32>
    %82 = stablehlo.multiply %62, %81 : tensor<9xf32>
    %83 = stablehlo.add %78, %82 : tensor<9xf32>
    %84 = stablehlo.multiply %67, %83 : tensor<9xf32>
    %85 = stablehlo.add %84, %62 : tensor<9xf32>
    %86 = stablehlo.multiply %67, %85 : tensor<9xf32>
    %cst_24 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %87 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %88 = stablehlo.add %86, %87 : tensor<9xf32>
    %89 = stablehlo.negate %63 : tensor<9xf32>
    %90 = stablehlo.exponential %89 : tensor<9xf32>
    %91 = stablehlo.multiply %88, %90 : tensor<9xf32>
    %92 = stablehlo.divide %91, %64 : tensor<9xf32>
    %c_25 = stablehlo.constant dense<6> : tensor<i32>
    %93 = stablehlo.broadcast_in_dim %c_25, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %94 = stablehlo.compare EQ, %7, %93, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %95 = stablehlo.select %94, %8, %8 : tensor<9xi1>, tensor<9xf32>
    %96 = stablehlo.select %94, %arg0, %arg0 : tensor<9xi1>, tensor<9xf32>
    %97 = stablehlo.add %96, %95 : tensor<9xf32>
    %98 = stablehlo.add %96, %95 : tensor<9xf32>
    %cst_26 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %99 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %100 = stablehlo.divide %99, %98 : tensor<9xf32>
    %cst_27 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %101 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_28 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %102 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_29 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %103 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_30 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %104 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %cst_31 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %105 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %106:10 = stablehlo.while(%iterArg = %95, %iterArg_38 = %100, %iterArg_39 = %101, %iterArg_40 = %102, %iterArg_41 = %103, %iterArg_42 = %97, %iterArg_43 = %96, %iterArg_44 = %104, %iterArg_45 = %105, %iterArg_46 = %96) : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    cond {
      %cst_47 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %128 = stablehlo.broadcast_in_dim %cst_47, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %129 = stablehlo.compare GT, %iterArg_46, %128, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %cst_48 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %130 = stablehlo.broadcast_in_dim %cst_48, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %131 = stablehlo.compare GT, %iterArg_45, %130, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %132 = stablehlo.and %129, %131 : tensor<9xi1>
      %c_49 = stablehlo.constant dense<false> : tensor<i1>
      %133 = stablehlo.reduce(%132 init: %c_49) applies stablehlo.or across dimensions = [0] : (tensor<9xi1>, tensor<i1>) -> tensor<i1>
      stablehlo.return %133 : tensor<i1>
    } do {
      %cst_47 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %128 = stablehlo.broadcast_in_dim %cst_47, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %129 = stablehlo.add %iterArg_39, %128 : tensor<9xf32>
      %cst_48 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %130 = func.call @remainder_11(%129, %cst_48) : (tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
      %cst_49 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %131 = stablehlo.broadcast_in_dim %cst_49, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %132 = stablehlo.compare EQ, %130, %131, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %cst_50 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %133 = func.call @_where_12(%132, %cst_50, %iterArg_46) : (tensor<9xi1>, tensor<f32>, tensor<9xf32>) -> tensor<9xf32>
      %cst_51 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %134 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %135 = stablehlo.subtract %129, %134 : tensor<9xf32>
      %cst_52 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %136 = stablehlo.broadcast_in_dim %cst_52, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %137 = stablehlo.divide %135, %136 : tensor<9xf32>
      %138 = stablehlo.add %iterArg, %137 : tensor<9xf32>
      %cst_53 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %139 = stablehlo.broadcast_in_dim %cst_53, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %140 = stablehlo.divide %129, %139 : tensor<9xf32>
      %141 = func.call @_where_13(%132, %138, %140) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
      %142 = stablehlo.multiply %iterArg_40, %133 : tensor<9xf32>
      %143 = stablehlo.multiply %iterArg_41, %141 : tensor<9xf32>
      %144 = stablehlo.add %142, %143 : tensor<9xf32>
      %145 = stablehlo.multiply %iterArg_42, %133 : tensor<9xf32>
      %146 = stablehlo.multiply %iterArg_43, %141 : tensor<9xf32>
      %147 = stablehlo.add %145, %146 : tensor<9xf32>
      %cst_54 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %148 = stablehlo.broadcast_in_dim %cst_54, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %149 = stablehlo.compare NE, %147, %148, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %150 = stablehlo.divide %144, %147 : tensor<9xf32>
      %151 = func.call @_where_13(%149, %150, %iterArg_44) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
      %152 = stablehlo.subtract %iterArg_38, %151 : tensor<9xf32>
      %153 = stablehlo.divide %152, %151 : tensor<9xf32>
      %154 = stablehlo.abs %153 : tensor<9xf32>
      %cst_55 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
      %155 = func.call @_where_10(%149, %154, %cst_55) : (tensor<9xi1>, tensor<9xf32>, tensor<f32>) -> tensor<9xf32>
      %156 = func.call @_where_13(%149, %151, %iterArg_38) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
      %157 = stablehlo.abs %144 : tensor<9xf32>
      %cst_56 = stablehlo.constant dense<1.44115188E+17> : tensor<f32>
      %158 = stablehlo.broadcast_in_dim %cst_56, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %159 = stablehlo.compare GT, %157, %158, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %cst_57 = stablehlo.constant dense<1.44115188E+17> : tensor<f32>
      %160 = stablehlo.broadcast_in_dim %cst_57, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %161 = stablehlo.divide %144, %160 : tensor<9xf32>
      %162 = func.call @_where_13(%159, %161, %144) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
      %cst_58 = stablehlo.constant dense<1.44115188E+17> : tensor<f32>
      %163 = stablehlo.broadcast_in_dim %cst_58, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %164 = stablehlo.divide %iterArg_40, %163 : tensor<9xf32>
      %165 = func.call @_where_13(%159, %164, %iterArg_40) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
      %cst_59 = stablehlo.constant dense<1.44115188E+17> : tensor<f32>
      %166 = stablehlo.broadcast_in_dim %cst_59, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %167 = stablehlo.divide %147, %166 : tensor<9xf32>
      %168 = func.call @_where_13(%159, %167, %147) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
      %cst_60 = stablehlo.constant dense<1.44115188E+17> : tensor<f32>
      %169 = stablehlo.broadcast_in_dim %cst_60, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %170 = stablehlo.divide %iterArg_42, %169 : tensor<9xf32>
      %171 = func.call @_where_13(%159, %170, %iterArg_42) : (tensor<9xi1>, tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
      %cst_61 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %172 = stablehlo.broadcast_in_dim %cst_61, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %173 = stablehlo.compare GT, %iterArg_46, %172, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %cst_62 = stablehlo.constant dense<1.1920929E-7> : tensor<f32>
      %174 = stablehlo.broadcast_in_dim %cst_62, dims = [] : (tensor<f32>) -> tensor<9xf32>
      %175 = stablehlo.compare GT, %iterArg_45, %174, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
      %176 = stablehlo.and %173, %175 : tensor<9xi1>
      %177 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %178 = stablehlo.select %177, %156, %iterArg_38 : tensor<9xi1>, tensor<9xf32>
      %179 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %180 = stablehlo.select %179, %129, %iterArg_39 : tensor<9xi1>, tensor<9xf32>
      %181 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %182 = stablehlo.select %181, %162, %iterArg_40 : tensor<9xi1>, tensor<9xf32>
      %183 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %184 = stablehlo.select %183, %165, %iterArg_41 : tensor<9xi1>, tensor<9xf32>
      %185 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %186 = stablehlo.select %185, %168, %iterArg_42 : tensor<9xi1>, tensor<9xf32>
      %187 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %188 = stablehlo.select %187, %171, %iterArg_43 : tensor<9xi1>, tensor<9xf32>
      %189 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %190 = stablehlo.select %189, %151, %iterArg_44 : tensor<9xi1>, tensor<9xf32>
      %191 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %192 = stablehlo.select %191, %155, %iterArg_45 : tensor<9xi1>, tensor<9xf32>
      %193 = stablehlo.broadcast_in_dim %176, dims = [0] : (tensor<9xi1>) -> tensor<9xi1>
      %194 = stablehlo.select %193, %iterArg_46, %iterArg_46 : tensor<9xi1>, tensor<9xf32>
      stablehlo.return %iterArg, %178, %180, %182, %184, %186, %188, %190, %192, %194 : tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>, tensor<9xf32>
    }
    %107 = stablehlo.negate %96 : tensor<9xf32>
    %108 = stablehlo.exponential %107 : tensor<9xf32>
    %109 = stablehlo.multiply %106#1, %108 : tensor<9xf32>
    %c_32 = stablehlo.constant dense<3> : tensor<i32>
    %110 = stablehlo.broadcast_in_dim %c_32, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %111 = stablehlo.compare LT, %7, %110, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_33 = stablehlo.constant dense<1> : tensor<i32>
    %112 = stablehlo.broadcast_in_dim %c_33, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %113 = stablehlo.compare LT, %7, %112, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_34 = stablehlo.constant dense<2> : tensor<i32>
    %114 = stablehlo.broadcast_in_dim %c_34, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %115 = stablehlo.compare LT, %7, %114, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %116 = stablehlo.select %115, %49, %53 : tensor<9xi1>, tensor<9xf32>
    %117 = stablehlo.select %113, %45, %116 : tensor<9xi1>, tensor<9xf32>
    %c_35 = stablehlo.constant dense<5> : tensor<i32>
    %118 = stablehlo.broadcast_in_dim %c_35, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %119 = stablehlo.compare LT, %7, %118, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %c_36 = stablehlo.constant dense<4> : tensor<i32>
    %120 = stablehlo.broadcast_in_dim %c_36, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %121 = stablehlo.compare LT, %7, %120, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %122 = stablehlo.select %121, %56, %59 : tensor<9xi1>, tensor<9xf32>
    %c_37 = stablehlo.constant dense<6> : tensor<i32>
    %123 = stablehlo.broadcast_in_dim %c_37, dims = [] : (tensor<i32>) -> tensor<9xi32>
    %124 = stablehlo.compare LT, %7, %123, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %125 = stablehlo.select %124, %92, %109 : tensor<9xi1>, tensor<9xf32>
    %126 = stablehlo.select %119, %122, %125 : tensor<9xi1>, tensor<9xf32>
    %127 = stablehlo.select %111, %117, %126 : tensor<9xi1>, tensor<9xf32>
    return %127 : tensor<9xf32>
  }
  func.func private @cumsum(%arg0: tensor<9x7xi1>) -> tensor<9x7xi32> {
    %0 = stablehlo.convert %arg0 : (tensor<9x7xi1>) -> tensor<9x7xi32>
    %1 = call @cumsum_8(%0) : (tensor<9x7xi32>) -> tensor<9x7xi32>
    return %1 : tensor<9x7xi32>
  }
  func.func private @cumsum_8(%arg0: tensor<9x7xi32>) -> tensor<9x7xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{base_dilations = array<i64: 1, 1>, padding = dense<[[0, 0], [6, 0]]> : tensor<2x2xi64>, window_dilations = array<i64: 1, 1>, window_dimensions = array<i64: 1, 7>, window_strides = array<i64: 1, 1>}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %2 : tensor<i32>
    }) : (tensor<9x7xi32>, tensor<i32>) -> tensor<9x7xi32>
    return %1 : tensor<9x7xi32>
  }
  func.func private @argmax(%arg0: tensor<9x7xi32>) -> tensor<9xi32> {
    %0 = stablehlo.iota dim = 1 : tensor<9x7xi32>
    %c = stablehlo.constant dense<-2147483648> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %1:2 = stablehlo.reduce(%arg0 init: %c), (%0 init: %c_0) across dimensions = [1] : (tensor<9x7xi32>, tensor<9x7xi32>, tensor<i32>, tensor<i32>) -> (tensor<9xi32>, tensor<9xi32>)
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
    return %1#1 : tensor<9xi32>
  }
  func.func private @_where_9(%arg0: tensor<9xi1>, %arg1: tensor<f32>, %arg2: tensor<9xf32>) -> tensor<9xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %1 = stablehlo.select %arg0, %0, %arg2 : tensor<9xi1>, tensor<9xf32>
    return %1 : tensor<9xf32>
  }
  func.func private @_where_10(%arg0: tensor<9xi1>, %arg1: tensor<9xf32>, %arg2: tensor<f32>) -> tensor<9xf32> {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %1 = stablehlo.select %arg0, %arg1, %0 : tensor<9xi1>, tensor<9xf32>
    return %1 : tensor<9xf32>
  }
  func.func private @remainder_11(%arg0: tensor<9xf32>, %arg1: tensor<f32>) -> tensor<9xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %1 = stablehlo.remainder %arg0, %0 : tensor<9xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %3 = stablehlo.compare NE, %1, %2, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %5 = stablehlo.compare LT, %1, %4, FLOAT : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.compare LT, %arg1, %cst_1, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %7 = stablehlo.broadcast_in_dim %6, dims = [] : (tensor<i1>) -> tensor<9xi1>
    %8 = stablehlo.compare NE, %5, %7, UNSIGNED : (tensor<9xi1>, tensor<9xi1>) -> tensor<9xi1>
    %9 = stablehlo.and %8, %3 : tensor<9xi1>
    %10 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %11 = stablehlo.add %1, %10 : tensor<9xf32>
    %12 = stablehlo.select %9, %11, %1 : tensor<9xi1>, tensor<9xf32>
    return %12 : tensor<9xf32>
  }
  func.func private @_where_12(%arg0: tensor<9xi1>, %arg1: tensor<f32>, %arg2: tensor<9xf32>) -> tensor<9xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<9xf32>
    %1 = stablehlo.select %arg0, %0, %arg2 : tensor<9xi1>, tensor<9xf32>
    return %1 : tensor<9xf32>
  }
  func.func private @_where_13(%arg0: tensor<9xi1>, %arg1: tensor<9xf32>, %arg2: tensor<9xf32>) -> tensor<9xf32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<9xi1>, tensor<9xf32>
    return %0 : tensor<9xf32>
  }
  func.func private @cumprod(%arg0: tensor<1xf32>) -> tensor<1xf32> {
    %0 = call @cumprod_14(%arg0) : (tensor<1xf32>) -> tensor<1xf32>
    return %0 : tensor<1xf32>
  }
  func.func private @cumprod_14(%arg0: tensor<1xf32>) -> tensor<1xf32> {
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %0 = "stablehlo.reduce_window"(%arg0, %cst) <{base_dilations = array<i64: 1>, padding = dense<0> : tensor<1x2xi64>, window_dilations = array<i64: 1>, window_dimensions = array<i64: 1>, window_strides = array<i64: 1>}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      %1 = stablehlo.multiply %arg1, %arg2 : tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }) : (tensor<1xf32>, tensor<f32>) -> tensor<1xf32>
    return %0 : tensor<1xf32>
  }
  func.func private @_sph_harm(%arg0: tensor<1xi32>, %arg1: tensor<1xi32>, %arg2: tensor<1xf32>, %arg3: tensor<1xf32>) -> tensor<1xcomplex<f32>> {
    %0 = stablehlo.cosine %arg2 : tensor<1xf32>
    %1 = call @_gen_associated_legendre(%0) : (tensor<1xf32>) -> tensor<4x4x1xf32>
    %2 = stablehlo.abs %arg1 : tensor<1xi32>
    %3 = stablehlo.iota dim = 0 : tensor<1xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %5 = stablehlo.compare LT, %2, %4, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %c_0 = stablehlo.constant dense<4> : tensor<i32>
    %6 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %7 = stablehlo.add %2, %6 : tensor<1xi32>
    %8 = stablehlo.select %5, %7, %2 : tensor<1xi1>, tensor<1xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %10 = stablehlo.compare LT, %arg0, %9, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %c_2 = stablehlo.constant dense<4> : tensor<i32>
    %11 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %12 = stablehlo.add %arg0, %11 : tensor<1xi32>
    %13 = stablehlo.select %10, %12, %arg0 : tensor<1xi1>, tensor<1xi32>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %14 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %15 = stablehlo.compare LT, %3, %14, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %c_4 = stablehlo.constant dense<1> : tensor<i32>
    %16 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %17 = stablehlo.add %3, %16 : tensor<1xi32>
    %18 = stablehlo.select %15, %17, %3 : tensor<1xi1>, tensor<1xi32>
    %19 = stablehlo.broadcast_in_dim %8, dims = [0] : (tensor<1xi32>) -> tensor<1x1xi32>
    %20 = stablehlo.broadcast_in_dim %13, dims = [0] : (tensor<1xi32>) -> tensor<1x1xi32>
    %21 = stablehlo.broadcast_in_dim %18, dims = [0] : (tensor<1xi32>) -> tensor<1x1xi32>
    %22 = stablehlo.concatenate %19, %20, %21, dim = 1 : (tensor<1x1xi32>, tensor<1x1xi32>, tensor<1x1xi32>) -> tensor<1x3xi32>
    %23 = "stablehlo.gather"(%1, %22) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1, 2], start_index_map = [0, 1, 2], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1, 1>}> : (tensor<4x4x1xf32>, tensor<1x3xi32>) -> tensor<1xf32>
    %24 = stablehlo.abs %arg1 : tensor<1xi32>
    %25 = stablehlo.convert %24 : (tensor<1xi32>) -> tensor<1xf32>
    %26 = stablehlo.multiply %25, %arg3 : tensor<1xf32>
    %27 = stablehlo.cosine %26 : tensor<1xf32>
    %28 = stablehlo.sine %26 : tensor<1xf32>
    %29 = stablehlo.complex %27, %28 : tensor<1xcomplex<f32>>
    %30 = stablehlo.real %29 : (tensor<1xcomplex<f32>>) -> tensor<1xf32>
    %31 = stablehlo.multiply %23, %30 : tensor<1xf32>
    %32 = stablehlo.imag %29 : (tensor<1xcomplex<f32>>) -> tensor<1xf32>
    %33 = stablehlo.multiply %23, %32 : tensor<1xf32>
    %34 = stablehlo.complex %31, %33 : tensor<1xcomplex<f32>>
    %c_5 = stablehlo.constant dense<0> : tensor<i32>
    %35 = stablehlo.broadcast_in_dim %c_5, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %36 = stablehlo.compare LT, %arg1, %35, SIGNED : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi1>
    %37 = stablehlo.abs %arg1 : tensor<1xi32>
    %cst = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %38 = stablehlo.convert %37 : (tensor<1xi32>) -> tensor<1xf32>
    %39 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %40 = stablehlo.power %39, %38 : tensor<1xf32>
    %41 = stablehlo.real %34 : (tensor<1xcomplex<f32>>) -> tensor<1xf32>
    %42 = stablehlo.imag %34 : (tensor<1xcomplex<f32>>) -> tensor<1xf32>
    %43 = stablehlo.negate %42 : tensor<1xf32>
    %44 = stablehlo.complex %41, %43 : tensor<1xcomplex<f32>>
    %45 = stablehlo.convert %40 : (tensor<1xf32>) -> tensor<1xcomplex<f32>>
    %46 = stablehlo.multiply %45, %44 : tensor<1xcomplex<f32>>
    %47 = call @_where_35(%36, %46, %34) : (tensor<1xi1>, tensor<1xcomplex<f32>>, tensor<1xcomplex<f32>>) -> tensor<1xcomplex<f32>>
    return %47 : tensor<1xcomplex<f32>>
  }
  func.func private @_gen_associated_legendre(%arg0: tensor<1xf32>) -> tensor<4x4x1xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4x4x1xf32>
    %1 = stablehlo.iota dim = 0 : tensor<3xf32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %3 = stablehlo.add %2, %1 : tensor<3xf32>
    %4 = stablehlo.iota dim = 0 : tensor<3xf32>
    %cst_1 = stablehlo.constant dense<3.14159274> : tensor<f32>
    %5 = stablehlo.sqrt %cst_1 : tensor<f32>
    %cst_2 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %6 = stablehlo.divide %cst_2, %5 : tensor<f32>
    %cst_3 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %7 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %8 = stablehlo.divide %7, %3 : tensor<3xf32>
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %9 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %10 = stablehlo.add %9, %8 : tensor<3xf32>
    %11 = stablehlo.sqrt %10 : tensor<3xf32>
    %cst_5 = stablehlo.constant dense<-1.000000e+00> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %13 = stablehlo.multiply %12, %11 : tensor<3xf32>
    %14 = call @cumprod_15(%13) : (tensor<3xf32>) -> tensor<3xf32>
    %cst_6 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %16 = stablehlo.multiply %15, %4 : tensor<3xf32>
    %cst_7 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %18 = stablehlo.add %16, %17 : tensor<3xf32>
    %19 = stablehlo.sqrt %18 : tensor<3xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %20 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %21 = stablehlo.broadcast_in_dim %c_8, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %22 = stablehlo.concatenate %20, %21, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %23 = stablehlo.convert %6 : tensor<f32>
    %24 = stablehlo.broadcast_in_dim %23, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %25 = "stablehlo.scatter"(%0, %22, %24) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0], inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1]>, unique_indices = true}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      stablehlo.return %arg2 : tensor<f32>
    }) : (tensor<4x4x1xf32>, tensor<2xi32>, tensor<1xf32>) -> tensor<4x4x1xf32>
    %26 = stablehlo.multiply %arg0, %arg0 : tensor<1xf32>
    %cst_9 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %27 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %28 = stablehlo.subtract %27, %26 : tensor<1xf32>
    %29 = stablehlo.sqrt %28 : tensor<1xf32>
    %30 = stablehlo.broadcast_in_dim %29, dims = [1] : (tensor<1xf32>) -> tensor<3x1xf32>
    %31 = call @cumprod_17(%30) : (tensor<3x1xf32>) -> tensor<3x1xf32>
    %32 = stablehlo.dot_general %14, %31, batching_dims = [0] x [0], contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<3xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
    %33 = stablehlo.convert %6 : tensor<f32>
    %34 = stablehlo.broadcast_in_dim %33, dims = [] : (tensor<f32>) -> tensor<3x1xf32>
    %35 = stablehlo.multiply %34, %32 : tensor<3x1xf32>
    %36 = stablehlo.iota dim = 0 : tensor<4xi32>
    %37 = stablehlo.slice %36 [1:4] : (tensor<4xi32>) -> tensor<3xi32>
    %38 = stablehlo.slice %36 [1:4] : (tensor<4xi32>) -> tensor<3xi32>
    %c_10 = stablehlo.constant dense<0> : tensor<i32>
    %39 = stablehlo.broadcast_in_dim %c_10, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %40 = stablehlo.compare LT, %37, %39, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_11 = stablehlo.constant dense<4> : tensor<i32>
    %41 = stablehlo.broadcast_in_dim %c_11, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %42 = stablehlo.add %37, %41 : tensor<3xi32>
    %43 = stablehlo.select %40, %42, %37 : tensor<3xi1>, tensor<3xi32>
    %c_12 = stablehlo.constant dense<0> : tensor<i32>
    %44 = stablehlo.broadcast_in_dim %c_12, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %45 = stablehlo.compare LT, %38, %44, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_13 = stablehlo.constant dense<4> : tensor<i32>
    %46 = stablehlo.broadcast_in_dim %c_13, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %47 = stablehlo.add %38, %46 : tensor<3xi32>
    %48 = stablehlo.select %45, %47, %38 : tensor<3xi1>, tensor<3xi32>
    %49 = stablehlo.broadcast_in_dim %43, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %50 = stablehlo.broadcast_in_dim %48, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %51 = stablehlo.concatenate %49, %50, dim = 1 : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x2xi32>
    %52 = "stablehlo.scatter"(%25, %51, %35) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      stablehlo.return %arg2 : tensor<f32>
    }) : (tensor<4x4x1xf32>, tensor<3x2xi32>, tensor<3x1xf32>) -> tensor<4x4x1xf32>
    %53 = stablehlo.dot_general %19, %arg0, contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<3xf32>, tensor<1xf32>) -> tensor<3x1xf32>
    %54 = stablehlo.iota dim = 0 : tensor<3xi32>
    %c_14 = stablehlo.constant dense<0> : tensor<i32>
    %55 = stablehlo.broadcast_in_dim %c_14, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %56 = stablehlo.compare LT, %54, %55, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_15 = stablehlo.constant dense<4> : tensor<i32>
    %57 = stablehlo.broadcast_in_dim %c_15, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %58 = stablehlo.add %54, %57 : tensor<3xi32>
    %59 = stablehlo.select %56, %58, %54 : tensor<3xi1>, tensor<3xi32>
    %c_16 = stablehlo.constant dense<0> : tensor<i32>
    %60 = stablehlo.broadcast_in_dim %c_16, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %61 = stablehlo.compare LT, %54, %60, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_17 = stablehlo.constant dense<4> : tensor<i32>
    %62 = stablehlo.broadcast_in_dim %c_17, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %63 = stablehlo.add %54, %62 : tensor<3xi32>
    %64 = stablehlo.select %61, %63, %54 : tensor<3xi1>, tensor<3xi32>
    %65 = stablehlo.broadcast_in_dim %59, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %66 = stablehlo.broadcast_in_dim %64, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %67 = stablehlo.concatenate %65, %66, dim = 1 : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x2xi32>
    %68 = "stablehlo.gather"(%52, %67) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1, 1>}> : (tensor<4x4x1xf32>, tensor<3x2xi32>) -> tensor<3x1xf32>
    %69 = stablehlo.dot_general %53, %68, batching_dims = [0, 1] x [0, 1], contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<3x1xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
    %70 = stablehlo.slice %36 [0:3] : (tensor<4xi32>) -> tensor<3xi32>
    %71 = stablehlo.slice %36 [0:3] : (tensor<4xi32>) -> tensor<3xi32>
    %c_18 = stablehlo.constant dense<1> : tensor<i32>
    %72 = stablehlo.broadcast_in_dim %c_18, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %73 = stablehlo.add %71, %72 : tensor<3xi32>
    %c_19 = stablehlo.constant dense<0> : tensor<i32>
    %74 = stablehlo.broadcast_in_dim %c_19, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %75 = stablehlo.compare LT, %70, %74, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_20 = stablehlo.constant dense<4> : tensor<i32>
    %76 = stablehlo.broadcast_in_dim %c_20, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %77 = stablehlo.add %70, %76 : tensor<3xi32>
    %78 = stablehlo.select %75, %77, %70 : tensor<3xi1>, tensor<3xi32>
    %c_21 = stablehlo.constant dense<0> : tensor<i32>
    %79 = stablehlo.broadcast_in_dim %c_21, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %80 = stablehlo.compare LT, %73, %79, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_22 = stablehlo.constant dense<4> : tensor<i32>
    %81 = stablehlo.broadcast_in_dim %c_22, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %82 = stablehlo.add %73, %81 : tensor<3xi32>
    %83 = stablehlo.select %80, %82, %73 : tensor<3xi1>, tensor<3xi32>
    %84 = stablehlo.broadcast_in_dim %78, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %85 = stablehlo.broadcast_in_dim %83, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %86 = stablehlo.concatenate %84, %85, dim = 1 : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x2xi32>
    %87 = "stablehlo.scatter"(%52, %86, %69) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      stablehlo.return %arg2 : tensor<f32>
    }) : (tensor<4x4x1xf32>, tensor<3x2xi32>, tensor<3x1xf32>) -> tensor<4x4x1xf32>
    %88 = stablehlo.iota dim = 0 : tensor<4xf32>
    %89 = stablehlo.iota dim = 0 : tensor<4xf32>
    %90 = stablehlo.broadcast_in_dim %88, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
    %91 = stablehlo.broadcast_in_dim %89, dims = [1] : (tensor<4xf32>) -> tensor<4x4xf32>
    %92 = stablehlo.multiply %91, %91 : tensor<4x4xf32>
    %93 = stablehlo.multiply %90, %90 : tensor<4x4xf32>
    %cst_23 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %94 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %95 = stablehlo.multiply %94, %91 : tensor<4x4xf32>
    %cst_24 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %96 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %97 = stablehlo.subtract %91, %96 : tensor<4x4xf32>
    %cst_25 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %98 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %99 = stablehlo.subtract %91, %98 : tensor<4x4xf32>
    %100 = stablehlo.multiply %97, %99 : tensor<4x4xf32>
    %cst_26 = stablehlo.constant dense<4.000000e+00> : tensor<f32>
    %101 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %102 = stablehlo.multiply %101, %92 : tensor<4x4xf32>
    %cst_27 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %103 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %104 = stablehlo.subtract %102, %103 : tensor<4x4xf32>
    %105 = stablehlo.subtract %92, %93 : tensor<4x4xf32>
    %106 = stablehlo.divide %104, %105 : tensor<4x4xf32>
    %107 = stablehlo.sqrt %106 : tensor<4x4xf32>
    %cst_28 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %108 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %109 = stablehlo.add %95, %108 : tensor<4x4xf32>
    %110 = stablehlo.subtract %100, %93 : tensor<4x4xf32>
    %111 = stablehlo.multiply %109, %110 : tensor<4x4xf32>
    %cst_29 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %112 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %113 = stablehlo.subtract %95, %112 : tensor<4x4xf32>
    %114 = stablehlo.subtract %92, %93 : tensor<4x4xf32>
    %115 = stablehlo.multiply %113, %114 : tensor<4x4xf32>
    %116 = stablehlo.divide %111, %115 : tensor<4x4xf32>
    %117 = stablehlo.sqrt %116 : tensor<4x4xf32>
    %cst_30 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %118 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %119 = call @triu(%118) : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %cst_31 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %120 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %121 = stablehlo.compare NE, %119, %120, FLOAT : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xi1>
    %122 = call @cumsum_19(%121) : (tensor<4x4xi1>) -> tensor<16xi32>
    %c_32 = stablehlo.constant dense<0> : tensor<i32>
    %123 = stablehlo.broadcast_in_dim %c_32, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %c_33 = stablehlo.constant dense<0> : tensor<i32>
    %124 = call @clip(%122, %c_33) : (tensor<16xi32>, tensor<i32>) -> tensor<16xi32>
    %c_34 = stablehlo.constant dense<0> : tensor<i32>
    %125 = stablehlo.broadcast_in_dim %c_34, dims = [] : (tensor<i32>) -> tensor<16xi32>
    %126 = stablehlo.compare LT, %124, %125, SIGNED : (tensor<16xi32>, tensor<16xi32>) -> tensor<16xi1>
    %c_35 = stablehlo.constant dense<6> : tensor<i32>
    %127 = stablehlo.broadcast_in_dim %c_35, dims = [] : (tensor<i32>) -> tensor<16xi32>
    %128 = stablehlo.add %124, %127 : tensor<16xi32>
    %129 = stablehlo.select %126, %128, %124 : tensor<16xi1>, tensor<16xi32>
    %130 = stablehlo.broadcast_in_dim %129, dims = [0] : (tensor<16xi32>) -> tensor<16x1xi32>
    %c_36 = stablehlo.constant dense<1> : tensor<i32>
    %131 = stablehlo.broadcast_in_dim %c_36, dims = [] : (tensor<i32>) -> tensor<16xi32>
    %132 = "stablehlo.scatter"(%123, %130, %131) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %247 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %247 : tensor<i32>
    }) : (tensor<6xi32>, tensor<16x1xi32>, tensor<16xi32>) -> tensor<6xi32>
    %133 = call @cumsum_21(%132) : (tensor<6xi32>) -> tensor<6xi32>
    %c_37 = stablehlo.constant dense<4> : tensor<i32>
    %134 = call @floor_divide_23(%133, %c_37) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %c_38 = stablehlo.constant dense<4> : tensor<i32>
    %135 = call @remainder_25(%134, %c_38) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %c_39 = stablehlo.constant dense<1> : tensor<i32>
    %136 = call @floor_divide_23(%133, %c_39) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %c_40 = stablehlo.constant dense<4> : tensor<i32>
    %137 = call @remainder_25(%136, %c_40) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    %cst_41 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %138 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %139 = call @triu_27(%138) : (tensor<4x4xf32>) -> tensor<4x4xf32>
    %cst_42 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %140 = stablehlo.broadcast_in_dim %cst_42, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %141 = stablehlo.compare NE, %139, %140, FLOAT : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xi1>
    %142 = call @cumsum_19(%141) : (tensor<4x4xi1>) -> tensor<16xi32>
    %c_43 = stablehlo.constant dense<0> : tensor<i32>
    %143 = stablehlo.broadcast_in_dim %c_43, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %c_44 = stablehlo.constant dense<0> : tensor<i32>
    %144 = call @clip(%142, %c_44) : (tensor<16xi32>, tensor<i32>) -> tensor<16xi32>
    %c_45 = stablehlo.constant dense<0> : tensor<i32>
    %145 = stablehlo.broadcast_in_dim %c_45, dims = [] : (tensor<i32>) -> tensor<16xi32>
    %146 = stablehlo.compare LT, %144, %145, SIGNED : (tensor<16xi32>, tensor<16xi32>) -> tensor<16xi1>
    %c_46 = stablehlo.constant dense<3> : tensor<i32>
    %147 = stablehlo.broadcast_in_dim %c_46, dims = [] : (tensor<i32>) -> tensor<16xi32>
    %148 = stablehlo.add %144, %147 : tensor<16xi32>
    %149 = stablehlo.select %146, %148, %144 : tensor<16xi1>, tensor<16xi32>
    %150 = stablehlo.broadcast_in_dim %149, dims = [0] : (tensor<16xi32>) -> tensor<16x1xi32>
    %c_47 = stablehlo.constant dense<1> : tensor<i32>
    %151 = stablehlo.broadcast_in_dim %c_47, dims = [] : (tensor<i32>) -> tensor<16xi32>
    %152 = "stablehlo.scatter"(%143, %150, %151) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %247 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %247 : tensor<i32>
    }) : (tensor<3xi32>, tensor<16x1xi32>, tensor<16xi32>) -> tensor<3xi32>
    %153 = call @cumsum_28(%152) : (tensor<3xi32>) -> tensor<3xi32>
    %c_48 = stablehlo.constant dense<4> : tensor<i32>
    %154 = call @floor_divide_30(%153, %c_48) : (tensor<3xi32>, tensor<i32>) -> tensor<3xi32>
    %c_49 = stablehlo.constant dense<4> : tensor<i32>
    %155 = call @remainder_32(%154, %c_49) : (tensor<3xi32>, tensor<i32>) -> tensor<3xi32>
    %c_50 = stablehlo.constant dense<1> : tensor<i32>
    %156 = call @floor_divide_30(%153, %c_50) : (tensor<3xi32>, tensor<i32>) -> tensor<3xi32>
    %c_51 = stablehlo.constant dense<4> : tensor<i32>
    %157 = call @remainder_32(%156, %c_51) : (tensor<3xi32>, tensor<i32>) -> tensor<3xi32>
    %cst_52 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %158 = stablehlo.broadcast_in_dim %cst_52, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %c_53 = stablehlo.constant dense<0> : tensor<i32>
    %159 = stablehlo.broadcast_in_dim %c_53, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %160 = stablehlo.compare LT, %135, %159, SIGNED : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi1>
    %c_54 = stablehlo.constant dense<4> : tensor<i32>
    %161 = stablehlo.broadcast_in_dim %c_54, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %162 = stablehlo.add %135, %161 : tensor<6xi32>
    %163 = stablehlo.select %160, %162, %135 : tensor<6xi1>, tensor<6xi32>
    %c_55 = stablehlo.constant dense<0> : tensor<i32>
    %164 = stablehlo.broadcast_in_dim %c_55, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %165 = stablehlo.compare LT, %137, %164, SIGNED : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi1>
    %c_56 = stablehlo.constant dense<4> : tensor<i32>
    %166 = stablehlo.broadcast_in_dim %c_56, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %167 = stablehlo.add %137, %166 : tensor<6xi32>
    %168 = stablehlo.select %165, %167, %137 : tensor<6xi1>, tensor<6xi32>
    %169 = stablehlo.broadcast_in_dim %163, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %170 = stablehlo.broadcast_in_dim %168, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %171 = stablehlo.concatenate %169, %170, dim = 1 : (tensor<6x1xi32>, tensor<6x1xi32>) -> tensor<6x2xi32>
    %172 = "stablehlo.gather"(%107, %171) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<4x4xf32>, tensor<6x2xi32>) -> tensor<6xf32>
    %c_57 = stablehlo.constant dense<0> : tensor<i32>
    %173 = stablehlo.broadcast_in_dim %c_57, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %174 = stablehlo.compare LT, %135, %173, SIGNED : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi1>
    %c_58 = stablehlo.constant dense<4> : tensor<i32>
    %175 = stablehlo.broadcast_in_dim %c_58, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %176 = stablehlo.add %135, %175 : tensor<6xi32>
    %177 = stablehlo.select %174, %176, %135 : tensor<6xi1>, tensor<6xi32>
    %c_59 = stablehlo.constant dense<0> : tensor<i32>
    %178 = stablehlo.broadcast_in_dim %c_59, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %179 = stablehlo.compare LT, %137, %178, SIGNED : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi1>
    %c_60 = stablehlo.constant dense<4> : tensor<i32>
    %180 = stablehlo.broadcast_in_dim %c_60, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %181 = stablehlo.add %137, %180 : tensor<6xi32>
    %182 = stablehlo.select %179, %181, %137 : tensor<6xi1>, tensor<6xi32>
    %183 = stablehlo.broadcast_in_dim %177, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %184 = stablehlo.broadcast_in_dim %182, dims = [0] : (tensor<6xi32>) -> tensor<6x1xi32>
    %185 = stablehlo.concatenate %183, %184, dim = 1 : (tensor<6x1xi32>, tensor<6x1xi32>) -> tensor<6x2xi32>
    %186 = "stablehlo.scatter"(%158, %185, %172) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      stablehlo.return %arg2 : tensor<f32>
    }) : (tensor<4x4xf32>, tensor<6x2xi32>, tensor<6xf32>) -> tensor<4x4xf32>
    %c_61 = stablehlo.constant dense<0> : tensor<i32>
    %187 = stablehlo.broadcast_in_dim %c_61, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %188 = stablehlo.compare LT, %155, %187, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_62 = stablehlo.constant dense<4> : tensor<i32>
    %189 = stablehlo.broadcast_in_dim %c_62, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %190 = stablehlo.add %155, %189 : tensor<3xi32>
    %191 = stablehlo.select %188, %190, %155 : tensor<3xi1>, tensor<3xi32>
    %c_63 = stablehlo.constant dense<0> : tensor<i32>
    %192 = stablehlo.broadcast_in_dim %c_63, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %193 = stablehlo.compare LT, %157, %192, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_64 = stablehlo.constant dense<4> : tensor<i32>
    %194 = stablehlo.broadcast_in_dim %c_64, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %195 = stablehlo.add %157, %194 : tensor<3xi32>
    %196 = stablehlo.select %193, %195, %157 : tensor<3xi1>, tensor<3xi32>
    %197 = stablehlo.broadcast_in_dim %191, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %198 = stablehlo.broadcast_in_dim %196, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %199 = stablehlo.concatenate %197, %198, dim = 1 : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x2xi32>
    %200 = "stablehlo.gather"(%117, %199) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<4x4xf32>, tensor<3x2xi32>) -> tensor<3xf32>
    %c_65 = stablehlo.constant dense<0> : tensor<i32>
    %201 = stablehlo.broadcast_in_dim %c_65, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %202 = stablehlo.compare LT, %155, %201, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_66 = stablehlo.constant dense<4> : tensor<i32>
    %203 = stablehlo.broadcast_in_dim %c_66, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %204 = stablehlo.add %155, %203 : tensor<3xi32>
    %205 = stablehlo.select %202, %204, %155 : tensor<3xi1>, tensor<3xi32>
    %c_67 = stablehlo.constant dense<0> : tensor<i32>
    %206 = stablehlo.broadcast_in_dim %c_67, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %207 = stablehlo.compare LT, %157, %206, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_68 = stablehlo.constant dense<4> : tensor<i32>
    %208 = stablehlo.broadcast_in_dim %c_68, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %209 = stablehlo.add %157, %208 : tensor<3xi32>
    %210 = stablehlo.select %207, %209, %157 : tensor<3xi1>, tensor<3xi32>
    %211 = stablehlo.broadcast_in_dim %205, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %212 = stablehlo.broadcast_in_dim %210, dims = [0] : (tensor<3xi32>) -> tensor<3x1xi32>
    %213 = stablehlo.concatenate %211, %212, dim = 1 : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x2xi32>
    %214 = "stablehlo.scatter"(%158, %213, %200) <{indices_are_sorted = false, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0, 1], scatter_dims_to_operand_dims = [0, 1], index_vector_dim = 1>, unique_indices = false}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      stablehlo.return %arg2 : tensor<f32>
    }) : (tensor<4x4xf32>, tensor<3x2xi32>, tensor<3xf32>) -> tensor<4x4xf32>
    %215 = stablehlo.iota dim = 0 : tensor<4xi32>
    %c_69 = stablehlo.constant dense<1> : tensor<i32>
    %216 = stablehlo.broadcast_in_dim %c_69, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %217 = stablehlo.multiply %216, %215 : tensor<4xi32>
    %c_70 = stablehlo.constant dense<0> : tensor<i32>
    %218 = stablehlo.broadcast_in_dim %c_70, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %219 = stablehlo.add %218, %217 : tensor<4xi32>
    %220 = stablehlo.iota dim = 0 : tensor<4xi32>
    %c_71 = stablehlo.constant dense<1> : tensor<i32>
    %221 = stablehlo.broadcast_in_dim %c_71, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %222 = stablehlo.multiply %221, %220 : tensor<4xi32>
    %c_72 = stablehlo.constant dense<0> : tensor<i32>
    %223 = stablehlo.broadcast_in_dim %c_72, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %224 = stablehlo.add %223, %222 : tensor<4xi32>
    %225 = stablehlo.iota dim = 0 : tensor<4xi32>
    %c_73 = stablehlo.constant dense<1> : tensor<i32>
    %226 = stablehlo.broadcast_in_dim %c_73, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %227 = stablehlo.multiply %226, %225 : tensor<4xi32>
    %c_74 = stablehlo.constant dense<0> : tensor<i32>
    %228 = stablehlo.broadcast_in_dim %c_74, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %229 = stablehlo.add %228, %227 : tensor<4xi32>
    %230 = stablehlo.broadcast_in_dim %219, dims = [0] : (tensor<4xi32>) -> tensor<4x1x1xi32>
    %231 = stablehlo.broadcast_in_dim %224, dims = [1] : (tensor<4xi32>) -> tensor<1x4x1xi32>
    %232 = stablehlo.broadcast_in_dim %229, dims = [2] : (tensor<4xi32>) -> tensor<1x1x4xi32>
    %233 = stablehlo.broadcast_in_dim %230, dims = [0, 1, 2] : (tensor<4x1x1xi32>) -> tensor<4x4x1xi32>
    %234 = stablehlo.broadcast_in_dim %231, dims = [0, 1, 2] : (tensor<1x4x1xi32>) -> tensor<4x4x1xi32>
    %235 = stablehlo.add %233, %234 : tensor<4x4x1xi32>
    %236 = stablehlo.broadcast_in_dim %235, dims = [0, 1, 2] : (tensor<4x4x1xi32>) -> tensor<4x4x4xi32>
    %237 = stablehlo.broadcast_in_dim %232, dims = [0, 1, 2] : (tensor<1x1x4xi32>) -> tensor<4x4x4xi32>
    %238 = stablehlo.subtract %236, %237 : tensor<4x4x4xi32>
    %c_75 = stablehlo.constant dense<0> : tensor<i32>
    %239 = stablehlo.broadcast_in_dim %c_75, dims = [] : (tensor<i32>) -> tensor<4x4x4xi32>
    %240 = stablehlo.compare EQ, %238, %239, SIGNED : (tensor<4x4x4xi32>, tensor<4x4x4xi32>) -> tensor<4x4x4xi1>
    %241 = stablehlo.convert %240 : (tensor<4x4x4xi1>) -> tensor<4x4x4xf32>
    %242 = stablehlo.dot_general %241, %186, batching_dims = [1, 2] x [0, 1], contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<4x4x4xf32>, tensor<4x4xf32>) -> tensor<4x4x4xf32>
    %243 = stablehlo.transpose %242, dims = [2, 0, 1] : (tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
    %244 = stablehlo.dot_general %241, %214, batching_dims = [1, 2] x [0, 1], contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<4x4x4xf32>, tensor<4x4xf32>) -> tensor<4x4x4xf32>
    %245 = stablehlo.transpose %244, dims = [2, 0, 1] : (tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
    %c_76 = stablehlo.constant dense<2> : tensor<i32>
    %c_77 = stablehlo.constant dense<0> : tensor<i32>
    %246:6 = stablehlo.while(%iterArg = %243, %iterArg_78 = %245, %iterArg_79 = %arg0, %iterArg_80 = %c_77, %iterArg_81 = %c_76, %iterArg_82 = %87) : tensor<4x4x4xf32>, tensor<4x4x4xf32>, tensor<1xf32>, tensor<i32>, tensor<i32>, tensor<4x4x1xf32>
    cond {
      %c_83 = stablehlo.constant dense<2> : tensor<i32>
      %247 = stablehlo.compare LT, %iterArg_80, %c_83, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %247 : tensor<i1>
    } do {
      %247:2 = func.call @closed_call_33(%iterArg, %iterArg_78, %iterArg_79, %iterArg_81, %iterArg_82) : (tensor<4x4x4xf32>, tensor<4x4x4xf32>, tensor<1xf32>, tensor<i32>, tensor<4x4x1xf32>) -> (tensor<i32>, tensor<4x4x1xf32>)
      %c_83 = stablehlo.constant dense<1> : tensor<i32>
      %248 = stablehlo.add %iterArg_80, %c_83 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_78, %iterArg_79, %248, %247#0, %247#1 : tensor<4x4x4xf32>, tensor<4x4x4xf32>, tensor<1xf32>, tensor<i32>, tensor<i32>, tensor<4x4x1xf32>
    }
    return %246#5 : tensor<4x4x1xf32>
  }
  func.func private @cumprod_15(%arg0: tensor<3xf32>) -> tensor<3xf32> {
    %0 = call @cumprod_16(%arg0) : (tensor<3xf32>) -> tensor<3xf32>
    return %0 : tensor<3xf32>
  }
  func.func private @cumprod_16(%arg0: tensor<3xf32>) -> tensor<3xf32> {
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %0 = "stablehlo.reduce_window"(%arg0, %cst) <{base_dilations = array<i64: 1>, padding = dense<[[2, 0]]> : tensor<1x2xi64>, window_dilations = array<i64: 1>, window_dimensions = array<i64: 3>, window_strides = array<i64: 1>}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      %1 = stablehlo.multiply %arg1, %arg2 : tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
    return %0 : tensor<3xf32>
  }
  func.func private @cumprod_17(%arg0: tensor<3x1xf32>) -> tensor<3x1xf32> {
    %0 = call @cumprod_18(%arg0) : (tensor<3x1xf32>) -> tensor<3x1xf32>
    return %0 : tensor<3x1xf32>
  }
  func.func private @cumprod_18(%arg0: tensor<3x1xf32>) -> tensor<3x1xf32> {
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %0 = "stablehlo.reduce_window"(%arg0, %cst) <{base_dilations = array<i64: 1, 1>, padding = dense<[[2, 0], [0, 0]]> : tensor<2x2xi64>, window_dilations = array<i64: 1, 1>, window_dimensions = array<i64: 3, 1>, window_strides = array<i64: 1, 1>}> ({
    ^bb0(%arg1: tensor<f32>, %arg2: tensor<f32>):
      %1 = stablehlo.multiply %arg1, %arg2 : tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }) : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
    return %0 : tensor<3x1xf32>
  }
  func.func private @triu(%arg0: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<4x4xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<4x4xi32>
    %2 = stablehlo.add %0, %1 : tensor<4x4xi32>
    %3 = stablehlo.iota dim = 1 : tensor<4x4xi32>
    %4 = stablehlo.compare GE, %2, %3, SIGNED : (tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi1>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %6 = stablehlo.select %4, %5, %arg0 : tensor<4x4xi1>, tensor<4x4xf32>
    return %6 : tensor<4x4xf32>
  }
  func.func private @cumsum_19(%arg0: tensor<4x4xi1>) -> tensor<16xi32> {
    %0 = stablehlo.reshape %arg0 : (tensor<4x4xi1>) -> tensor<16xi1>
    %1 = stablehlo.convert %0 : (tensor<16xi1>) -> tensor<16xi32>
    %2 = call @cumsum_20(%1) : (tensor<16xi32>) -> tensor<16xi32>
    return %2 : tensor<16xi32>
  }
  func.func private @cumsum_20(%arg0: tensor<16xi32>) -> tensor<16xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{base_dilations = array<i64: 1>, padding = dense<[[15, 0]]> : tensor<1x2xi64>, window_dilations = array<i64: 1>, window_dimensions = array<i64: 16>, window_strides = array<i64: 1>}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %2 : tensor<i32>
    }) : (tensor<16xi32>, tensor<i32>) -> tensor<16xi32>
    return %1 : tensor<16xi32>
  }
  func.func private @clip(%arg0: tensor<16xi32>, %arg1: tensor<i32>) -> tensor<16xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<i32>) -> tensor<16xi32>
    %2 = stablehlo.maximum %1, %arg0 : tensor<16xi32>
    return %2 : tensor<16xi32>
  }
  func.func private @cumsum_21(%arg0: tensor<6xi32>) -> tensor<6xi32> {
    %0 = call @cumsum_22(%arg0) : (tensor<6xi32>) -> tensor<6xi32>
    return %0 : tensor<6xi32>
  }
  func.func private @cumsum_22(%arg0: tensor<6xi32>) -> tensor<6xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{base_dilations = array<i64: 1>, padding = dense<[[5, 0]]> : tensor<1x2xi64>, window_dilations = array<i64: 1>, window_dimensions = array<i64: 6>, window_strides = array<i64: 1>}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %2 : tensor<i32>
    }) : (tensor<6xi32>, tensor<i32>) -> tensor<6xi32>
    return %1 : tensor<6xi32>
  }
  func.func private @floor_divide_23(%arg0: tensor<6xi32>, %arg1: tensor<i32>) -> tensor<6xi32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %1 = stablehlo.divide %arg0, %0 : tensor<6xi32>
    %2 = stablehlo.sign %arg0 : tensor<6xi32>
    %3 = stablehlo.sign %arg1 : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %5 = stablehlo.compare NE, %2, %4, SIGNED : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi1>
    %6 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %7 = stablehlo.remainder %arg0, %6 : tensor<6xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %9 = stablehlo.compare NE, %7, %8, SIGNED : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi1>
    %10 = stablehlo.and %5, %9 : tensor<6xi1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %11 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %12 = stablehlo.subtract %1, %11 : tensor<6xi32>
    %13 = call @_where_24(%10, %12, %1) : (tensor<6xi1>, tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    return %13 : tensor<6xi32>
  }
  func.func private @_where_24(%arg0: tensor<6xi1>, %arg1: tensor<6xi32>, %arg2: tensor<6xi32>) -> tensor<6xi32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<6xi1>, tensor<6xi32>
    return %0 : tensor<6xi32>
  }
  func.func private @remainder_25(%arg0: tensor<6xi32>, %arg1: tensor<i32>) -> tensor<6xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare EQ, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %2 = call @_where_26(%1, %c_0, %0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %4 = stablehlo.remainder %arg0, %3 : tensor<6xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %6 = stablehlo.compare NE, %4, %5, SIGNED : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi1>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %8 = stablehlo.compare LT, %4, %7, SIGNED : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.compare LT, %2, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %10 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<6xi1>
    %11 = stablehlo.compare NE, %8, %10, UNSIGNED : (tensor<6xi1>, tensor<6xi1>) -> tensor<6xi1>
    %12 = stablehlo.and %11, %6 : tensor<6xi1>
    %13 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<6xi32>
    %14 = stablehlo.add %4, %13 : tensor<6xi32>
    %15 = stablehlo.select %12, %14, %4 : tensor<6xi1>, tensor<6xi32>
    return %15 : tensor<6xi32>
  }
  func.func private @_where_26(%arg0: tensor<i1>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<i32>
    return %0 : tensor<i32>
  }
  func.func private @triu_27(%arg0: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<4x4xi32>
    %c = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<4x4xi32>
    %2 = stablehlo.add %0, %1 : tensor<4x4xi32>
    %3 = stablehlo.iota dim = 1 : tensor<4x4xi32>
    %4 = stablehlo.compare GE, %2, %3, SIGNED : (tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi1>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %6 = stablehlo.select %4, %5, %arg0 : tensor<4x4xi1>, tensor<4x4xf32>
    return %6 : tensor<4x4xf32>
  }
  func.func private @cumsum_28(%arg0: tensor<3xi32>) -> tensor<3xi32> {
    %0 = call @cumsum_29(%arg0) : (tensor<3xi32>) -> tensor<3xi32>
    return %0 : tensor<3xi32>
  }
  func.func private @cumsum_29(%arg0: tensor<3xi32>) -> tensor<3xi32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<i32>
    %1 = "stablehlo.reduce_window"(%arg0, %0) <{base_dilations = array<i64: 1>, padding = dense<[[2, 0]]> : tensor<1x2xi64>, window_dilations = array<i64: 1>, window_dimensions = array<i64: 3>, window_strides = array<i64: 1>}> ({
    ^bb0(%arg1: tensor<i32>, %arg2: tensor<i32>):
      %2 = stablehlo.add %arg1, %arg2 : tensor<i32>
      stablehlo.return %2 : tensor<i32>
    }) : (tensor<3xi32>, tensor<i32>) -> tensor<3xi32>
    return %1 : tensor<3xi32>
  }
  func.func private @floor_divide_30(%arg0: tensor<3xi32>, %arg1: tensor<i32>) -> tensor<3xi32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %1 = stablehlo.divide %arg0, %0 : tensor<3xi32>
    %2 = stablehlo.sign %arg0 : tensor<3xi32>
    %3 = stablehlo.sign %arg1 : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %3, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %5 = stablehlo.compare NE, %2, %4, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %6 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %7 = stablehlo.remainder %arg0, %6 : tensor<3xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %9 = stablehlo.compare NE, %7, %8, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %10 = stablehlo.and %5, %9 : tensor<3xi1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %11 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %12 = stablehlo.subtract %1, %11 : tensor<3xi32>
    %13 = call @_where_31(%10, %12, %1) : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    return %13 : tensor<3xi32>
  }
  func.func private @_where_31(%arg0: tensor<3xi1>, %arg1: tensor<3xi32>, %arg2: tensor<3xi32>) -> tensor<3xi32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<3xi1>, tensor<3xi32>
    return %0 : tensor<3xi32>
  }
  func.func private @remainder_32(%arg0: tensor<3xi32>, %arg1: tensor<i32>) -> tensor<3xi32> {
    %0 = stablehlo.convert %arg1 : tensor<i32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare EQ, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %2 = call @_where_26(%1, %c_0, %0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %4 = stablehlo.remainder %arg0, %3 : tensor<3xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %6 = stablehlo.compare NE, %4, %5, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %8 = stablehlo.compare LT, %4, %7, SIGNED : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.compare LT, %2, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %10 = stablehlo.broadcast_in_dim %9, dims = [] : (tensor<i1>) -> tensor<3xi1>
    %11 = stablehlo.compare NE, %8, %10, UNSIGNED : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
    %12 = stablehlo.and %11, %6 : tensor<3xi1>
    %13 = stablehlo.broadcast_in_dim %2, dims = [] : (tensor<i32>) -> tensor<3xi32>
    %14 = stablehlo.add %4, %13 : tensor<3xi32>
    %15 = stablehlo.select %12, %14, %4 : tensor<3xi1>, tensor<3xi32>
    return %15 : tensor<3xi32>
  }
  func.func private @closed_call_33(%arg0: tensor<4x4x4xf32>, %arg1: tensor<4x4x4xf32>, %arg2: tensor<1xf32>, %arg3: tensor<i32>, %arg4: tensor<4x4x1xf32>) -> (tensor<i32>, tensor<4x4x1xf32>) {
    %c = stablehlo.constant dense<1> : tensor<i32>
    %0 = stablehlo.add %arg3, %c : tensor<i32>
    %1 = stablehlo.convert %arg3 : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.compare LT, %1, %c_0, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_1 = stablehlo.constant dense<4> : tensor<i32>
    %3 = stablehlo.add %1, %c_1 : tensor<i32>
    %4 = stablehlo.select %2, %3, %1 : tensor<i1>, tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.compare LT, %c_2, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_4 = stablehlo.constant dense<0> : tensor<i32>
    %c_5 = stablehlo.constant dense<4> : tensor<i32>
    %6 = stablehlo.add %c_4, %c_5 : tensor<i32>
    %c_6 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.select %5, %6, %c_6 : tensor<i1>, tensor<i32>
    %c_7 = stablehlo.constant dense<0> : tensor<i32>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.compare LT, %c_7, %c_8, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_9 = stablehlo.constant dense<0> : tensor<i32>
    %c_10 = stablehlo.constant dense<4> : tensor<i32>
    %9 = stablehlo.add %c_9, %c_10 : tensor<i32>
    %c_11 = stablehlo.constant dense<0> : tensor<i32>
    %10 = stablehlo.select %8, %9, %c_11 : tensor<i1>, tensor<i32>
    %11 = stablehlo.dynamic_slice %arg0, %4, %7, %10, sizes = [1, 4, 4] : (tensor<4x4x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x4x4xf32>
    %12 = stablehlo.reshape %11 : (tensor<1x4x4xf32>) -> tensor<4x4xf32>
    %13 = stablehlo.convert %arg3 : tensor<i32>
    %c_12 = stablehlo.constant dense<0> : tensor<i32>
    %14 = stablehlo.compare LT, %13, %c_12, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_13 = stablehlo.constant dense<4> : tensor<i32>
    %15 = stablehlo.add %13, %c_13 : tensor<i32>
    %16 = stablehlo.select %14, %15, %13 : tensor<i1>, tensor<i32>
    %c_14 = stablehlo.constant dense<0> : tensor<i32>
    %c_15 = stablehlo.constant dense<0> : tensor<i32>
    %17 = stablehlo.compare LT, %c_14, %c_15, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_16 = stablehlo.constant dense<0> : tensor<i32>
    %c_17 = stablehlo.constant dense<4> : tensor<i32>
    %18 = stablehlo.add %c_16, %c_17 : tensor<i32>
    %c_18 = stablehlo.constant dense<0> : tensor<i32>
    %19 = stablehlo.select %17, %18, %c_18 : tensor<i1>, tensor<i32>
    %c_19 = stablehlo.constant dense<0> : tensor<i32>
    %c_20 = stablehlo.constant dense<0> : tensor<i32>
    %20 = stablehlo.compare LT, %c_19, %c_20, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_21 = stablehlo.constant dense<0> : tensor<i32>
    %c_22 = stablehlo.constant dense<4> : tensor<i32>
    %21 = stablehlo.add %c_21, %c_22 : tensor<i32>
    %c_23 = stablehlo.constant dense<0> : tensor<i32>
    %22 = stablehlo.select %20, %21, %c_23 : tensor<i1>, tensor<i32>
    %23 = stablehlo.dynamic_slice %arg1, %16, %19, %22, sizes = [1, 4, 4] : (tensor<4x4x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x4x4xf32>
    %24 = stablehlo.reshape %23 : (tensor<1x4x4xf32>) -> tensor<4x4xf32>
    %25 = call @_roll_static(%arg4) : (tensor<4x4x1xf32>) -> tensor<4x4x1xf32>
    %26 = stablehlo.dot_general %arg2, %25, batching_dims = [0] x [2], contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<1xf32>, tensor<4x4x1xf32>) -> tensor<1x4x4xf32>
    %27 = stablehlo.transpose %26, dims = [1, 2, 0] : (tensor<1x4x4xf32>) -> tensor<4x4x1xf32>
    %28 = stablehlo.dot_general %12, %27, batching_dims = [0, 1] x [0, 1], contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<4x4xf32>, tensor<4x4x1xf32>) -> tensor<4x4x1xf32>
    %29 = call @_roll_static_34(%arg4) : (tensor<4x4x1xf32>) -> tensor<4x4x1xf32>
    %30 = stablehlo.dot_general %24, %29, batching_dims = [0, 1] x [0, 1], contracting_dims = [] x [], precision = [DEFAULT, DEFAULT] : (tensor<4x4xf32>, tensor<4x4x1xf32>) -> tensor<4x4x1xf32>
    %31 = stablehlo.subtract %28, %30 : tensor<4x4x1xf32>
    %32 = stablehlo.add %arg4, %31 : tensor<4x4x1xf32>
    return %0, %32 : tensor<i32>, tensor<4x4x1xf32>
  }
  func.func private @_roll_static(%arg0: tensor<4x4x1xf32>) -> tensor<4x4x1xf32> {
    %0 = stablehlo.slice %arg0 [0:4, 3:4, 0:1] : (tensor<4x4x1xf32>) -> tensor<4x1x1xf32>
    %1 = stablehlo.slice %arg0 [0:4, 0:3, 0:1] : (tensor<4x4x1xf32>) -> tensor<4x3x1xf32>
    %2 = stablehlo.concatenate %0, %1, dim = 1 : (tensor<4x1x1xf32>, tensor<4x3x1xf32>) -> tensor<4x4x1xf32>
    return %2 : tensor<4x4x1xf32>
  }
  func.func private @_roll_static_34(%arg0: tensor<4x4x1xf32>) -> tensor<4x4x1xf32> {
    %0 = stablehlo.slice %arg0 [0:4, 2:4, 0:1] : (tensor<4x4x1xf32>) -> tensor<4x2x1xf32>
    %1 = stablehlo.slice %arg0 [0:4, 0:2, 0:1] : (tensor<4x4x1xf32>) -> tensor<4x2x1xf32>
    %2 = stablehlo.concatenate %0, %1, dim = 1 : (tensor<4x2x1xf32>, tensor<4x2x1xf32>) -> tensor<4x4x1xf32>
    return %2 : tensor<4x4x1xf32>
  }
  func.func private @_where_35(%arg0: tensor<1xi1>, %arg1: tensor<1xcomplex<f32>>, %arg2: tensor<1xcomplex<f32>>) -> tensor<1xcomplex<f32>> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<1xi1>, tensor<1xcomplex<f32>>
    return %0 : tensor<1xcomplex<f32>>
  }
}
