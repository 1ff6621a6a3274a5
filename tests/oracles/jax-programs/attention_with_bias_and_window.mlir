"builtin.module"() <{sym_name = "jit_attention_with_bias_and_window"}> ({
  "func.func"() <{function_type = (tensor<1x9x2x8xf32>, tensor<1x9x2x8xf32>, tensor<1x9x2x8xf32>, tensor<1x2x9x9xf32>) -> tensor<1x9x2x8xf32>, res_attrs = [{jax.result_info = "result"}], sym_name = "main", sym_visibility = "public"}> ({
  ^bb0(%arg3: tensor<1x9x2x8xf32>, %arg4: tensor<1x9x2x8xf32>, %arg5: tensor<1x9x2x8xf32>, %arg6: tensor<1x2x9x9xf32>):
    %4 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %5 = "stablehlo.constant"() <{value = dense<0xFF800000> : tensor<f32>}> : () -> tensor<f32>
    %6 = "stablehlo.constant"() <{value = dense<-2.38197633E+38> : tensor<f32>}> : () -> tensor<f32>
    %7 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %8 = "stablehlo.constant"() <{value = dense<2> : tensor<i32>}> : () -> tensor<i32>
    %9 = "stablehlo.constant"() <{value = dense<true> : tensor<i1>}> : () -> tensor<i1>
    %10 = "stablehlo.constant"() <{value = dense<0.353553385> : tensor<f32>}> : () -> tensor<f32>
    %11 = "stablehlo.constant"() <{value = dense<[0, 1, 2, 3, 4, 5, 6, 7, 8]> : tensor<9xi32>}> : () -> tensor<9xi32>
    %12 = "stablehlo.reshape"(%arg3) : (tensor<1x9x2x8xf32>) -> tensor<1x9x2x1x8xf32>
    %13 = "stablehlo.reshape"(%arg6) : (tensor<1x2x9x9xf32>) -> tensor<1x2x1x9x9xf32>
    %14 = "stablehlo.dot_general"(%12, %arg4) <{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0, 2], rhs_batching_dimensions = [0, 2], lhs_contracting_dimensions = [4], rhs_contracting_dimensions = [3]>}> : (tensor<1x9x2x1x8xf32>, tensor<1x9x2x8xf32>) -> tensor<1x2x9x1x9xf32>
    %15 = "stablehlo.broadcast_in_dim"(%10) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x2x9x1x9xf32>
    %16 = "stablehlo.multiply"(%14, %15) : (tensor<1x2x9x1x9xf32>, tensor<1x2x9x1x9xf32>) -> tensor<1x2x9x1x9xf32>
    %17 = "stablehlo.transpose"(%16) <{permutation = array<i64: 3, 0, 1, 2, 4>}> : (tensor<1x2x9x1x9xf32>) -> tensor<1x1x2x9x9xf32>
    %18 = "stablehlo.transpose"(%13) <{permutation = array<i64: 2, 0, 1, 3, 4>}> : (tensor<1x2x1x9x9xf32>) -> tensor<1x1x2x9x9xf32>
    %19 = "stablehlo.add"(%17, %18) : (tensor<1x1x2x9x9xf32>, tensor<1x1x2x9x9xf32>) -> tensor<1x1x2x9x9xf32>
    %20 = "stablehlo.broadcast_in_dim"(%9) <{broadcast_dimensions = array<i64>}> : (tensor<i1>) -> tensor<1x2x9x9xi1>
    %21 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0>}> : (tensor<9xi32>) -> tensor<9x1xi32>
    %22 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 1>}> : (tensor<9xi32>) -> tensor<1x9xi32>
    %23 = "stablehlo.broadcast_in_dim"(%8) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<1x9xi32>
    %24 = "stablehlo.add"(%22, %23) : (tensor<1x9xi32>, tensor<1x9xi32>) -> tensor<1x9xi32>
    %25 = "stablehlo.broadcast_in_dim"(%21) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<9x1xi32>) -> tensor<9x9xi32>
    %26 = "stablehlo.broadcast_in_dim"(%24) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x9xi32>) -> tensor<9x9xi32>
    %27 = "stablehlo.compare"(%25, %26) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<9x9xi32>, tensor<9x9xi32>) -> tensor<9x9xi1>
    %28 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 0>}> : (tensor<9xi32>) -> tensor<9x1xi32>
    %29 = "stablehlo.broadcast_in_dim"(%11) <{broadcast_dimensions = array<i64: 1>}> : (tensor<9xi32>) -> tensor<1x9xi32>
    %30 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<1x9xi32>
    %31 = "stablehlo.subtract"(%29, %30) : (tensor<1x9xi32>, tensor<1x9xi32>) -> tensor<1x9xi32>
    %32 = "stablehlo.broadcast_in_dim"(%28) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<9x1xi32>) -> tensor<9x9xi32>
    %33 = "stablehlo.broadcast_in_dim"(%31) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x9xi32>) -> tensor<9x9xi32>
    %34 = "stablehlo.compare"(%32, %33) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<9x9xi32>, tensor<9x9xi32>) -> tensor<9x9xi1>
    %35 = "stablehlo.and"(%34, %27) : (tensor<9x9xi1>, tensor<9x9xi1>) -> tensor<9x9xi1>
    %36 = "stablehlo.broadcast_in_dim"(%35) <{broadcast_dimensions = array<i64: 2, 3>}> : (tensor<9x9xi1>) -> tensor<1x1x9x9xi1>
    %37 = "stablehlo.broadcast_in_dim"(%36) <{broadcast_dimensions = array<i64: 0, 1, 2, 3>}> : (tensor<1x1x9x9xi1>) -> tensor<1x2x9x9xi1>
    %38 = "stablehlo.and"(%20, %37) : (tensor<1x2x9x9xi1>, tensor<1x2x9x9xi1>) -> tensor<1x2x9x9xi1>
    %39 = "func.call"(%38, %19, %6) <{callee = @_where}> : (tensor<1x2x9x9xi1>, tensor<1x1x2x9x9xf32>, tensor<f32>) -> tensor<1x1x2x9x9xf32>
    %40 = "stablehlo.reduce"(%39, %5) <{dimensions = array<i64: 4>}> ({
    ^bb0(%arg9: tensor<f32>, %arg10: tensor<f32>):
      %56 = "stablehlo.maximum"(%arg9, %arg10) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%56) : (tensor<f32>) -> ()
    }) : (tensor<1x1x2x9x9xf32>, tensor<f32>) -> tensor<1x1x2x9xf32>
    %41 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x1x2x9xf32>
    %42 = "stablehlo.maximum"(%41, %40) : (tensor<1x1x2x9xf32>, tensor<1x1x2x9xf32>) -> tensor<1x1x2x9xf32>
    %43 = "stablehlo.broadcast_in_dim"(%42) <{broadcast_dimensions = array<i64: 0, 1, 2, 3>}> : (tensor<1x1x2x9xf32>) -> tensor<1x1x2x9x1xf32>
    %44 = "stablehlo.broadcast_in_dim"(%43) <{broadcast_dimensions = array<i64: 0, 1, 2, 3, 4>}> : (tensor<1x1x2x9x1xf32>) -> tensor<1x1x2x9x9xf32>
    %45 = "stablehlo.subtract"(%39, %44) : (tensor<1x1x2x9x9xf32>, tensor<1x1x2x9x9xf32>) -> tensor<1x1x2x9x9xf32>
    %46 = "stablehlo.exponential"(%45) : (tensor<1x1x2x9x9xf32>) -> tensor<1x1x2x9x9xf32>
    %47 = "stablehlo.reduce"(%46, %4) <{dimensions = array<i64: 4>}> ({
    ^bb0(%arg7: tensor<f32>, %arg8: tensor<f32>):
      %55 = "stablehlo.add"(%arg7, %arg8) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%55) : (tensor<f32>) -> ()
    }) : (tensor<1x1x2x9x9xf32>, tensor<f32>) -> tensor<1x1x2x9xf32>
    %48 = "stablehlo.broadcast_in_dim"(%47) <{broadcast_dimensions = array<i64: 0, 1, 2, 3>}> : (tensor<1x1x2x9xf32>) -> tensor<1x1x2x9x1xf32>
    %49 = "stablehlo.broadcast_in_dim"(%48) <{broadcast_dimensions = array<i64: 0, 1, 2, 3, 4>}> : (tensor<1x1x2x9x1xf32>) -> tensor<1x1x2x9x9xf32>
    %50 = "stablehlo.divide"(%46, %49) : (tensor<1x1x2x9x9xf32>, tensor<1x1x2x9x9xf32>) -> tensor<1x1x2x9x9xf32>
    %51 = "stablehlo.dot_general"(%arg5, %50) <{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0, 2], rhs_batching_dimensions = [1, 2], lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [4]>}> : (tensor<1x9x2x8xf32>, tensor<1x1x2x9x9xf32>) -> tensor<1x2x8x1x9xf32>
    %52 = "stablehlo.transpose"(%51) <{permutation = array<i64: 3, 0, 4, 1, 2>}> : (tensor<1x2x8x1x9xf32>) -> tensor<1x1x9x2x8xf32>
    %53 = "stablehlo.transpose"(%52) <{permutation = array<i64: 1, 2, 3, 0, 4>}> : (tensor<1x1x9x2x8xf32>) -> tensor<1x9x2x1x8xf32>
    %54 = "stablehlo.reshape"(%53) : (tensor<1x9x2x1x8xf32>) -> tensor<1x9x2x8xf32>
    "func.return"(%54) : (tensor<1x9x2x8xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x2x9x9xi1>, tensor<1x1x2x9x9xf32>, tensor<f32>) -> tensor<1x1x2x9x9xf32>, sym_name = "_where", sym_visibility = "private"}> ({
  ^bb0(%arg0: tensor<1x2x9x9xi1>, %arg1: tensor<1x1x2x9x9xf32>, %arg2: tensor<f32>):
    %0 = "stablehlo.broadcast_in_dim"(%arg2) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x2x9x9xf32>
    %1 = "stablehlo.broadcast_in_dim"(%arg0) <{broadcast_dimensions = array<i64: 1, 2, 3, 4>}> : (tensor<1x2x9x9xi1>) -> tensor<1x1x2x9x9xi1>
    %2 = "stablehlo.broadcast_in_dim"(%0) <{broadcast_dimensions = array<i64: 1, 2, 3, 4>}> : (tensor<1x2x9x9xf32>) -> tensor<1x1x2x9x9xf32>
    %3 = "stablehlo.select"(%1, %arg1, %2) : (tensor<1x1x2x9x9xi1>, tensor<1x1x2x9x9xf32>, tensor<1x1x2x9x9xf32>) -> tensor<1x1x2x9x9xf32>
    "func.return"(%3) : (tensor<1x1x2x9x9xf32>) -> ()
  }) : () -> ()
}) {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} : () -> ()
