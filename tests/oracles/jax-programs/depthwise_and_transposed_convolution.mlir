"builtin.module"() <{sym_name = "jit_depthwise_and_transposed_convolution"}> ({
  "func.func"() <{function_type = (tensor<2x8x8x4xf32>, tensor<3x3x1x4xf32>, tensor<2x2x4x3xf32>) -> tensor<2x16x16x3xf32>, res_attrs = [{jax.result_info = "result"}], sym_name = "main", sym_visibility = "public"}> ({
  ^bb0(%arg0: tensor<2x8x8x4xf32>, %arg1: tensor<3x3x1x4xf32>, %arg2: tensor<2x2x4x3xf32>):
    %0 = "stablehlo.convolution"(%arg0, %arg1) <{batch_group_count = 1 : i64, dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 4 : i64, padding = dense<1> : tensor<2x2xi64>}> : (tensor<2x8x8x4xf32>, tensor<3x3x1x4xf32>) -> tensor<2x8x8x4xf32>
    %1 = "stablehlo.convolution"(%0, %arg2) <{batch_group_count = 1 : i64, dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 1 : i64, lhs_dilation = array<i64: 2, 2>, padding = dense<1> : tensor<2x2xi64>}> : (tensor<2x8x8x4xf32>, tensor<2x2x4x3xf32>) -> tensor<2x16x16x3xf32>
    "func.return"(%1) : (tensor<2x16x16x3xf32>) -> ()
  }) : () -> ()
}) {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} : () -> ()
