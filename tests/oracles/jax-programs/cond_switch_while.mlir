"builtin.module"() <{sym_name = "jit_cond_switch_while"}> ({
  "func.func"() <{function_type = (tensor<5xf32>, tensor<i32>) -> (tensor<5xf32>, tensor<5xf32>, tensor<i32>, tensor<5xf32>, tensor<5xf32>), res_attrs = [{jax.result_info = "result[0]"}, {jax.result_info = "result[1]"}, {jax.result_info = "result[2][0]"}, {jax.result_info = "result[2][1]"}, {jax.result_info = "result[3]"}], sym_name = "main", sym_visibility = "public"}> ({
  ^bb0(%arg4: tensor<5xf32>, %arg5: tensor<i32>):
    %12 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %13 = "stablehlo.constant"() <{value = dense<4> : tensor<i32>}> : () -> tensor<i32>
    %14 = "stablehlo.constant"() <{value = dense<1.100000e+00> : tensor<f32>}> : () -> tensor<f32>
    %15 = "stablehlo.constant"() <{value = dense<10> : tensor<i32>}> : () -> tensor<i32>
    %16 = "stablehlo.constant"() <{value = dense<1.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %17 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %18 = "stablehlo.constant"() <{value = dense<2.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %19 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %20 = "stablehlo.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
    %21 = "stablehlo.clamp"(%19, %arg5, %20) : (tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %22 = "stablehlo.case"(%21) ({
      %45 = "stablehlo.sine"(%arg4) : (tensor<5xf32>) -> tensor<5xf32>
      "stablehlo.return"(%45) : (tensor<5xf32>) -> ()
    }, {
      %44 = "stablehlo.cosine"(%arg4) : (tensor<5xf32>) -> tensor<5xf32>
      "stablehlo.return"(%44) : (tensor<5xf32>) -> ()
    }, {
      %42 = "stablehlo.broadcast_in_dim"(%18) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5xf32>
      %43 = "stablehlo.multiply"(%arg4, %42) : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xf32>
      "stablehlo.return"(%43) : (tensor<5xf32>) -> ()
    }, {
      %41 = "stablehlo.exponential"(%arg4) : (tensor<5xf32>) -> tensor<5xf32>
      "stablehlo.return"(%41) : (tensor<5xf32>) -> ()
    }) : (tensor<i32>) -> tensor<5xf32>
    %23 = "stablehlo.reduce"(%arg4, %17) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg16: tensor<f32>, %arg17: tensor<f32>):
      %40 = "stablehlo.add"(%arg16, %arg17) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%40) : (tensor<f32>) -> ()
    }) : (tensor<5xf32>, tensor<f32>) -> tensor<f32>
    %24 = "stablehlo.compare"(%23, %17) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %25 = "stablehlo.convert"(%24) : (tensor<i1>) -> tensor<i32>
    %26 = "stablehlo.case"(%25) ({
      %38 = "stablehlo.broadcast_in_dim"(%16) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5xf32>
      %39 = "stablehlo.subtract"(%arg4, %38) : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xf32>
      "stablehlo.return"(%39) : (tensor<5xf32>) -> ()
    }, {
      %36 = "stablehlo.broadcast_in_dim"(%16) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5xf32>
      %37 = "stablehlo.add"(%arg4, %36) : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xf32>
      "stablehlo.return"(%37) : (tensor<5xf32>) -> ()
    }) : (tensor<i32>) -> tensor<5xf32>
    %27:2 = "stablehlo.while"(%19, %arg4) ({
    ^bb0(%arg14: tensor<i32>, %arg15: tensor<5xf32>):
      %35 = "stablehlo.compare"(%arg14, %15) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
      "stablehlo.return"(%35) : (tensor<i1>) -> ()
    }, {
    ^bb0(%arg12: tensor<i32>, %arg13: tensor<5xf32>):
      %32 = "stablehlo.add"(%arg12, %20) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      %33 = "stablehlo.broadcast_in_dim"(%14) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5xf32>
      %34 = "stablehlo.multiply"(%arg13, %33) : (tensor<5xf32>, tensor<5xf32>) -> tensor<5xf32>
      "stablehlo.return"(%32, %34) : (tensor<i32>, tensor<5xf32>) -> ()
    }) : (tensor<i32>, tensor<5xf32>) -> (tensor<i32>, tensor<5xf32>)
    %28:3 = "stablehlo.while"(%19, %19, %arg4) ({
    ^bb0(%arg9: tensor<i32>, %arg10: tensor<i32>, %arg11: tensor<5xf32>):
      %31 = "stablehlo.compare"(%arg9, %13) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
      "stablehlo.return"(%31) : (tensor<i1>) -> ()
    }, {
    ^bb0(%arg6: tensor<i32>, %arg7: tensor<i32>, %arg8: tensor<5xf32>):
      %29:2 = "func.call"(%arg7, %arg8) <{callee = @closed_call}> : (tensor<i32>, tensor<5xf32>) -> (tensor<i32>, tensor<5xf32>)
      %30 = "stablehlo.add"(%arg6, %12) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      "stablehlo.return"(%30, %29#0, %29#1) : (tensor<i32>, tensor<i32>, tensor<5xf32>) -> ()
    }) : (tensor<i32>, tensor<i32>, tensor<5xf32>) -> (tensor<i32>, tensor<i32>, tensor<5xf32>)
    "func.return"(%22, %26, %27#0, %27#1, %28#2) : (tensor<5xf32>, tensor<5xf32>, tensor<i32>, tensor<5xf32>, tensor<5xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<i32>, tensor<5xf32>) -> (tensor<i32>, tensor<5xf32>), sym_name = "closed_call", sym_visibility = "private"}> ({
  ^bb0(%arg0: tensor<i32>, %arg1: tensor<5xf32>):
    %0 = "stablehlo.constant"() <{value = dense<5> : tensor<i32>}> : () -> tensor<i32>
    %1 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %2 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %3 = "stablehlo.add"(%arg0, %2) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %4 = "stablehlo.compare"(%arg0, %1) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %5 = "stablehlo.add"(%arg0, %0) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %6 = "stablehlo.select"(%4, %5, %arg0) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %7 = "stablehlo.convert"(%6) : (tensor<i32>) -> tensor<i32>
    %8 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<1xi32>
    %9 = "stablehlo.convert"(%arg0) : (tensor<i32>) -> tensor<f32>
    %10 = "stablehlo.scatter"(%arg1, %8, %9) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [0], scatter_dims_to_operand_dims = [0]>, unique_indices = true}> ({
    ^bb0(%arg2: tensor<f32>, %arg3: tensor<f32>):
      %11 = "stablehlo.add"(%arg2, %arg3) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%11) : (tensor<f32>) -> ()
    }) : (tensor<5xf32>, tensor<1xi32>, tensor<f32>) -> tensor<5xf32>
    "func.return"(%3, %10) : (tensor<i32>, tensor<5xf32>) -> ()
  }) : () -> ()
}) {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} : () -> ()
