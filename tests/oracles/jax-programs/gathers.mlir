"builtin.module"() <{sym_name = "jit_gathers"}> ({
  "func.func"() <{function_type = (tensor<5x6x4xf32>, tensor<3xi32>, tensor<3xi32>) -> (tensor<3x6x4xf32>, tensor<3x4xf32>, tensor<5x3xf32>, tensor<3x3x4xf32>, tensor<5x3x4xf32>, tensor<5x6x4xf32>, tensor<3x2x1x4xf32>, tensor<2x3x4xf32>, tensor<5x6x4xf32>, tensor<5x6xf32>, tensor<3x5xf32>, tensor<3xi32>), res_attrs = [{jax.result_info = "result[0]"}, {jax.result_info = "result[1]"}, {jax.result_info = "result[2]"}, {jax.result_info = "result[3]"}, {jax.result_info = "result[4]"}, {jax.result_info = "result[5]"}, {jax.result_info = "result[6]"}, {jax.result_info = "result[7]"}, {jax.result_info = "result[8]"}, {jax.result_info = "result[9]"}, {jax.result_info = "result[10]"}, {jax.result_info = "result[11]"}], sym_name = "main", sym_visibility = "public"}> ({
  ^bb0(%arg18: tensor<5x6x4xf32>, %arg19: tensor<3xi32>, %arg20: tensor<3xi32>):
    %59 = "stablehlo.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %60 = "stablehlo.constant"() <{value = dense<false> : tensor<i1>}> : () -> tensor<i1>
    %61 = "stablehlo.constant"() <{value = dense<2> : tensor<i32>}> : () -> tensor<i32>
    %62 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %63 = "stablehlo.constant"() <{value = dense<6> : tensor<i32>}> : () -> tensor<i32>
    %64 = "stablehlo.constant"() <{value = dense<5> : tensor<i32>}> : () -> tensor<i32>
    %65 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %66 = "stablehlo.broadcast_in_dim"(%65) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %67 = "stablehlo.compare"(%arg19, %66) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %68 = "stablehlo.broadcast_in_dim"(%64) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %69 = "stablehlo.add"(%arg19, %68) : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %70 = "stablehlo.select"(%67, %69, %arg19) : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %71 = "stablehlo.broadcast_in_dim"(%70) <{broadcast_dimensions = array<i64: 0>}> : (tensor<3xi32>) -> tensor<3x1xi32>
    %72 = "stablehlo.gather"(%arg18, %71) <{dimension_numbers = #stablehlo.gather<offset_dims = [1, 2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 6, 4>}> : (tensor<5x6x4xf32>, tensor<3x1xi32>) -> tensor<3x6x4xf32>
    %73 = "stablehlo.broadcast_in_dim"(%65) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %74 = "stablehlo.compare"(%arg19, %73) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %75 = "stablehlo.broadcast_in_dim"(%64) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %76 = "stablehlo.add"(%arg19, %75) : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %77 = "stablehlo.select"(%74, %76, %arg19) : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %78 = "stablehlo.broadcast_in_dim"(%65) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %79 = "stablehlo.compare"(%arg20, %78) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %80 = "stablehlo.broadcast_in_dim"(%63) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %81 = "stablehlo.add"(%arg20, %80) : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %82 = "stablehlo.select"(%79, %81, %arg20) : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %83 = "stablehlo.broadcast_in_dim"(%77) <{broadcast_dimensions = array<i64: 0>}> : (tensor<3xi32>) -> tensor<3x1xi32>
    %84 = "stablehlo.broadcast_in_dim"(%82) <{broadcast_dimensions = array<i64: 0>}> : (tensor<3xi32>) -> tensor<3x1xi32>
    %85 = "stablehlo.concatenate"(%83, %84) <{dimension = 1 : i64}> : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x2xi32>
    %86 = "stablehlo.gather"(%arg18, %85) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1, 4>}> : (tensor<5x6x4xf32>, tensor<3x2xi32>) -> tensor<3x4xf32>
    %87 = "stablehlo.broadcast_in_dim"(%65) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %88 = "stablehlo.compare"(%arg20, %87) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %89 = "stablehlo.broadcast_in_dim"(%63) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %90 = "stablehlo.add"(%arg20, %89) : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %91 = "stablehlo.select"(%88, %90, %arg20) : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %92 = "stablehlo.broadcast_in_dim"(%62) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %93 = "stablehlo.convert"(%92) : (tensor<3xi32>) -> tensor<3xi32>
    %94 = "stablehlo.broadcast_in_dim"(%91) <{broadcast_dimensions = array<i64: 0>}> : (tensor<3xi32>) -> tensor<3x1xi32>
    %95 = "stablehlo.broadcast_in_dim"(%93) <{broadcast_dimensions = array<i64: 0>}> : (tensor<3xi32>) -> tensor<3x1xi32>
    %96 = "stablehlo.concatenate"(%94, %95) <{dimension = 1 : i64}> : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x2xi32>
    %97 = "stablehlo.gather"(%arg18, %96) <{dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [1, 2], start_index_map = [1, 2], index_vector_dim = 1>, slice_sizes = array<i64: 5, 1, 1>}> : (tensor<5x6x4xf32>, tensor<3x2xi32>) -> tensor<5x3xf32>
    %98 = "stablehlo.broadcast_in_dim"(%arg19) <{broadcast_dimensions = array<i64: 0>}> : (tensor<3xi32>) -> tensor<3x1xi32>
    %99 = "stablehlo.broadcast_in_dim"(%arg20) <{broadcast_dimensions = array<i64: 1>}> : (tensor<3xi32>) -> tensor<1x3xi32>
    %100 = "stablehlo.broadcast_in_dim"(%65) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3x1xi32>
    %101 = "stablehlo.compare"(%98, %100) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x1xi1>
    %102 = "stablehlo.broadcast_in_dim"(%64) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3x1xi32>
    %103 = "stablehlo.add"(%98, %102) : (tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x1xi32>
    %104 = "stablehlo.select"(%101, %103, %98) : (tensor<3x1xi1>, tensor<3x1xi32>, tensor<3x1xi32>) -> tensor<3x1xi32>
    %105 = "stablehlo.broadcast_in_dim"(%65) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<1x3xi32>
    %106 = "stablehlo.compare"(%99, %105) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<1x3xi32>, tensor<1x3xi32>) -> tensor<1x3xi1>
    %107 = "stablehlo.broadcast_in_dim"(%63) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<1x3xi32>
    %108 = "stablehlo.add"(%99, %107) : (tensor<1x3xi32>, tensor<1x3xi32>) -> tensor<1x3xi32>
    %109 = "stablehlo.select"(%106, %108, %99) : (tensor<1x3xi1>, tensor<1x3xi32>, tensor<1x3xi32>) -> tensor<1x3xi32>
    %110 = "stablehlo.broadcast_in_dim"(%104) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<3x1xi32>) -> tensor<3x3xi32>
    %111 = "stablehlo.broadcast_in_dim"(%109) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x3xi32>) -> tensor<3x3xi32>
    %112 = "stablehlo.broadcast_in_dim"(%110) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<3x3xi32>) -> tensor<3x3x1xi32>
    %113 = "stablehlo.broadcast_in_dim"(%111) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<3x3xi32>) -> tensor<3x3x1xi32>
    %114 = "stablehlo.concatenate"(%112, %113) <{dimension = 2 : i64}> : (tensor<3x3x1xi32>, tensor<3x3x1xi32>) -> tensor<3x3x2xi32>
    %115 = "stablehlo.gather"(%arg18, %114) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1, 4>}> : (tensor<5x6x4xf32>, tensor<3x3x2xi32>) -> tensor<3x3x4xf32>
    %116 = "func.call"(%arg18, %arg19) <{callee = @_take}> : (tensor<5x6x4xf32>, tensor<3xi32>) -> tensor<5x3x4xf32>
    %117 = "func.call"(%arg18) <{callee = @argsort}> : (tensor<5x6x4xf32>) -> tensor<5x6x4xi32>
    %118 = "func.call"(%arg18, %117) <{callee = @take_along_axis}> : (tensor<5x6x4xf32>, tensor<5x6x4xi32>) -> tensor<5x6x4xf32>
    %119 = "stablehlo.slice"(%arg18) <{limit_indices = array<i64: 5, 5, 4>, start_indices = array<i64: 0, 1, 0>, strides = array<i64: 2, 2, 1>}> : (tensor<5x6x4xf32>) -> tensor<3x2x4xf32>
    %120 = "stablehlo.reverse"(%119) <{dimensions = array<i64: 0>}> : (tensor<3x2x4xf32>) -> tensor<3x2x4xf32>
    %121 = "stablehlo.broadcast_in_dim"(%120) <{broadcast_dimensions = array<i64: 0, 1, 3>}> : (tensor<3x2x4xf32>) -> tensor<3x2x1x4xf32>
    %122 = "stablehlo.slice"(%arg19) <{limit_indices = array<i64: 1>, start_indices = array<i64: 0>, strides = array<i64: 1>}> : (tensor<3xi32>) -> tensor<1xi32>
    %123 = "stablehlo.reshape"(%122) : (tensor<1xi32>) -> tensor<i32>
    %124 = "stablehlo.compare"(%123, %65) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %125 = "stablehlo.add"(%123, %64) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %126 = "stablehlo.select"(%124, %125, %123) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %127 = "stablehlo.dynamic_slice"(%arg18, %126, %61, %65) <{slice_sizes = array<i64: 2, 3, 4>}> : (tensor<5x6x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x3x4xf32>
    %128 = "func.call"(%arg18) <{callee = @_roll_static}> : (tensor<5x6x4xf32>) -> tensor<5x6x4xf32>
    %129 = "stablehlo.slice"(%arg18) <{limit_indices = array<i64: 5, 6, 4>, start_indices = array<i64: 0, 0, 3>, strides = array<i64: 1, 1, 1>}> : (tensor<5x6x4xf32>) -> tensor<5x6x1xf32>
    %130 = "stablehlo.reshape"(%129) : (tensor<5x6x1xf32>) -> tensor<5x6xf32>
    %131 = "func.call"(%arg19) <{callee = @_one_hot}> : (tensor<3xi32>) -> tensor<3x5xf32>
    %132 = "stablehlo.broadcast_in_dim"(%61) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %133 = "stablehlo.compare"(%arg19, %132) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %134 = "stablehlo.broadcast_in_dim"(%65) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %135 = "stablehlo.compare"(%arg19, %134) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %136 = "stablehlo.negate"(%arg19) : (tensor<3xi32>) -> tensor<3xi32>
    %137 = "stablehlo.broadcast_in_dim"(%60) <{broadcast_dimensions = array<i64>}> : (tensor<i1>) -> tensor<3xi1>
    %138 = "stablehlo.broadcast_in_dim"(%137) <{broadcast_dimensions = array<i64: 1>}> : (tensor<3xi1>) -> tensor<1x3xi1>
    %139 = "stablehlo.broadcast_in_dim"(%133) <{broadcast_dimensions = array<i64: 1>}> : (tensor<3xi1>) -> tensor<1x3xi1>
    %140 = "stablehlo.broadcast_in_dim"(%135) <{broadcast_dimensions = array<i64: 1>}> : (tensor<3xi1>) -> tensor<1x3xi1>
    %141 = "stablehlo.concatenate"(%138, %139, %140) <{dimension = 0 : i64}> : (tensor<1x3xi1>, tensor<1x3xi1>, tensor<1x3xi1>) -> tensor<3x3xi1>
    %142 = "func.call"(%141) <{callee = @argmax}> : (tensor<3x3xi1>) -> tensor<3xi32>
    %143 = "stablehlo.broadcast_in_dim"(%59) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %144 = "stablehlo.broadcast_in_dim"(%62) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %145 = "stablehlo.compare"(%142, %144) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %146 = "stablehlo.broadcast_in_dim"(%61) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<3xi32>
    %147 = "stablehlo.compare"(%142, %146) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi1>
    %148 = "stablehlo.select"(%147, %arg19, %136) : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %149 = "stablehlo.select"(%145, %143, %148) : (tensor<3xi1>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    "func.return"(%72, %86, %97, %115, %116, %118, %121, %127, %128, %130, %131, %149) : (tensor<3x6x4xf32>, tensor<3x4xf32>, tensor<5x3xf32>, tensor<3x3x4xf32>, tensor<5x3x4xf32>, tensor<5x6x4xf32>, tensor<3x2x1x4xf32>, tensor<2x3x4xf32>, tensor<5x6x4xf32>, tensor<5x6xf32>, tensor<3x5xf32>, tensor<3xi32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x6x4xf32>, tensor<3xi32>) -> tensor<5x3x4xf32>, sym_name = "_take", sym_visibility = "private"}> ({
  ^bb0(%arg16: tensor<5x6x4xf32>, %arg17: tensor<3xi32>):
    %57 = "stablehlo.broadcast_in_dim"(%arg17) <{broadcast_dimensions = array<i64: 0>}> : (tensor<3xi32>) -> tensor<3x1xi32>
    %58 = "stablehlo.gather"(%arg16, %57) <{dimension_numbers = #stablehlo.gather<offset_dims = [0, 2], collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 5, 1, 4>}> : (tensor<5x6x4xf32>, tensor<3x1xi32>) -> tensor<5x3x4xf32>
    "func.return"(%58) : (tensor<5x3x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x6x4xf32>) -> tensor<5x6x4xi32>, sym_name = "argsort", sym_visibility = "private"}> ({
  ^bb0(%arg11: tensor<5x6x4xf32>):
    %44 = "stablehlo.constant"() <{value = dense<0x7FC00000> : tensor<f32>}> : () -> tensor<f32>
    %45 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %46 = "stablehlo.iota"() <{iota_dimension = 1 : i64}> : () -> tensor<5x6x4xi32>
    %47:2 = "stablehlo.sort"(%arg11, %46) <{dimension = 1 : i64, is_stable = true}> ({
    ^bb0(%arg12: tensor<f32>, %arg13: tensor<f32>, %arg14: tensor<i32>, %arg15: tensor<i32>):
      %48 = "stablehlo.compare"(%arg12, %45) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction EQ>}> : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %49 = "stablehlo.select"(%48, %45, %arg12) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
      %50 = "stablehlo.compare"(%arg12, %arg12) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %51 = "stablehlo.select"(%50, %44, %49) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
      %52 = "stablehlo.compare"(%arg13, %45) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction EQ>}> : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %53 = "stablehlo.select"(%52, %45, %arg13) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
      %54 = "stablehlo.compare"(%arg13, %arg13) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %55 = "stablehlo.select"(%54, %44, %53) : (tensor<i1>, tensor<f32>, tensor<f32>) -> tensor<f32>
      %56 = "stablehlo.compare"(%51, %55) <{compare_type = #stablehlo<comparison_type TOTALORDER>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<f32>, tensor<f32>) -> tensor<i1>
      "stablehlo.return"(%56) : (tensor<i1>) -> ()
    }) : (tensor<5x6x4xf32>, tensor<5x6x4xi32>) -> (tensor<5x6x4xf32>, tensor<5x6x4xi32>)
    "func.return"(%47#1) : (tensor<5x6x4xi32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x6x4xf32>, tensor<5x6x4xi32>) -> tensor<5x6x4xf32>, sym_name = "take_along_axis", sym_visibility = "private"}> ({
  ^bb0(%arg7: tensor<5x6x4xf32>, %arg8: tensor<5x6x4xi32>):
    %22 = "stablehlo.constant"() <{value = dense<0x7FC00000> : tensor<f32>}> : () -> tensor<f32>
    %23 = "stablehlo.constant"() <{value = dense<true> : tensor<i1>}> : () -> tensor<i1>
    %24 = "stablehlo.constant"() <{value = dense<5> : tensor<1xi32>}> : () -> tensor<1xi32>
    %25 = "stablehlo.constant"() <{value = dense<6> : tensor<i32>}> : () -> tensor<i32>
    %26 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %27 = "stablehlo.broadcast_in_dim"(%26) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<5x6x4xi32>
    %28 = "stablehlo.compare"(%arg8, %27) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<5x6x4xi32>, tensor<5x6x4xi32>) -> tensor<5x6x4xi1>
    %29 = "stablehlo.broadcast_in_dim"(%25) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<5x6x4xi32>
    %30 = "stablehlo.add"(%arg8, %29) : (tensor<5x6x4xi32>, tensor<5x6x4xi32>) -> tensor<5x6x4xi32>
    %31 = "stablehlo.select"(%28, %30, %arg8) : (tensor<5x6x4xi1>, tensor<5x6x4xi32>, tensor<5x6x4xi32>) -> tensor<5x6x4xi32>
    %32 = "stablehlo.reshape"(%31) : (tensor<5x6x4xi32>) -> tensor<5x6x4x1xi32>
    %33 = "stablehlo.broadcast_in_dim"(%26) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<5x6x4x1xi32>
    %34 = "stablehlo.compare"(%32, %33) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<5x6x4x1xi32>, tensor<5x6x4x1xi32>) -> tensor<5x6x4x1xi1>
    %35 = "stablehlo.broadcast_in_dim"(%24) <{broadcast_dimensions = array<i64: 3>}> : (tensor<1xi32>) -> tensor<1x1x1x1xi32>
    %36 = "stablehlo.broadcast_in_dim"(%35) <{broadcast_dimensions = array<i64: 0, 1, 2, 3>}> : (tensor<1x1x1x1xi32>) -> tensor<5x6x4x1xi32>
    %37 = "stablehlo.compare"(%32, %36) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<5x6x4x1xi32>, tensor<5x6x4x1xi32>) -> tensor<5x6x4x1xi1>
    %38 = "stablehlo.and"(%34, %37) : (tensor<5x6x4x1xi1>, tensor<5x6x4x1xi1>) -> tensor<5x6x4x1xi1>
    %39 = "stablehlo.reduce"(%38, %23) <{dimensions = array<i64: 3>}> ({
    ^bb0(%arg9: tensor<i1>, %arg10: tensor<i1>):
      %43 = "stablehlo.and"(%arg9, %arg10) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      "stablehlo.return"(%43) : (tensor<i1>) -> ()
    }) : (tensor<5x6x4x1xi1>, tensor<i1>) -> tensor<5x6x4xi1>
    %40 = "stablehlo.gather"(%arg7, %32) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0, 2], start_indices_batching_dims = [0, 2], start_index_map = [1], index_vector_dim = 3>, slice_sizes = array<i64: 1, 1, 1>}> : (tensor<5x6x4xf32>, tensor<5x6x4x1xi32>) -> tensor<5x6x4xf32>
    %41 = "stablehlo.broadcast_in_dim"(%22) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x6x4xf32>
    %42 = "stablehlo.select"(%39, %40, %41) : (tensor<5x6x4xi1>, tensor<5x6x4xf32>, tensor<5x6x4xf32>) -> tensor<5x6x4xf32>
    "func.return"(%42) : (tensor<5x6x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x6x4xf32>) -> tensor<5x6x4xf32>, sym_name = "_roll_static", sym_visibility = "private"}> ({
  ^bb0(%arg6: tensor<5x6x4xf32>):
    %19 = "stablehlo.slice"(%arg6) <{limit_indices = array<i64: 5, 6, 4>, start_indices = array<i64: 0, 4, 0>, strides = array<i64: 1, 1, 1>}> : (tensor<5x6x4xf32>) -> tensor<5x2x4xf32>
    %20 = "stablehlo.slice"(%arg6) <{limit_indices = array<i64: 5, 4, 4>, start_indices = array<i64: 0, 0, 0>, strides = array<i64: 1, 1, 1>}> : (tensor<5x6x4xf32>) -> tensor<5x4x4xf32>
    %21 = "stablehlo.concatenate"(%19, %20) <{dimension = 1 : i64}> : (tensor<5x2x4xf32>, tensor<5x4x4xf32>) -> tensor<5x6x4xf32>
    "func.return"(%21) : (tensor<5x6x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<3xi32>) -> tensor<3x5xf32>, sym_name = "_one_hot", sym_visibility = "private"}> ({
  ^bb0(%arg5: tensor<3xi32>):
    %13 = "stablehlo.broadcast_in_dim"(%arg5) <{broadcast_dimensions = array<i64: 0>}> : (tensor<3xi32>) -> tensor<3x1xi32>
    %14 = "stablehlo.iota"() <{iota_dimension = 1 : i64}> : () -> tensor<1x5xi32>
    %15 = "stablehlo.broadcast_in_dim"(%13) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<3x1xi32>) -> tensor<3x5xi32>
    %16 = "stablehlo.broadcast_in_dim"(%14) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x5xi32>) -> tensor<3x5xi32>
    %17 = "stablehlo.compare"(%15, %16) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction EQ>}> : (tensor<3x5xi32>, tensor<3x5xi32>) -> tensor<3x5xi1>
    %18 = "stablehlo.convert"(%17) : (tensor<3x5xi1>) -> tensor<3x5xf32>
    "func.return"(%18) : (tensor<3x5xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<3x3xi1>) -> tensor<3xi32>, sym_name = "argmax", sym_visibility = "private"}> ({
  ^bb0(%arg0: tensor<3x3xi1>):
    %0 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %1 = "stablehlo.constant"() <{value = dense<false> : tensor<i1>}> : () -> tensor<i1>
    %2 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<3x3xi32>
    %3:2 = "stablehlo.reduce"(%arg0, %2, %1, %0) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg1: tensor<i1>, %arg2: tensor<i32>, %arg3: tensor<i1>, %arg4: tensor<i32>):
      %4 = "stablehlo.compare"(%arg1, %arg3) <{compare_type = #stablehlo<comparison_type UNSIGNED>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %5 = "stablehlo.compare"(%arg1, %arg1) <{compare_type = #stablehlo<comparison_type UNSIGNED>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %6 = "stablehlo.or"(%4, %5) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %7 = "stablehlo.compare"(%arg1, %arg3) <{compare_type = #stablehlo<comparison_type UNSIGNED>, comparison_direction = #stablehlo<comparison_direction EQ>}> : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %8 = "stablehlo.compare"(%arg2, %arg4) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %9 = "stablehlo.and"(%7, %8) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %10 = "stablehlo.or"(%6, %9) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %11 = "stablehlo.select"(%6, %arg1, %arg3) : (tensor<i1>, tensor<i1>, tensor<i1>) -> tensor<i1>
      %12 = "stablehlo.select"(%10, %arg2, %arg4) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
      "stablehlo.return"(%11, %12) : (tensor<i1>, tensor<i32>) -> ()
    }) : (tensor<3x3xi1>, tensor<3x3xi32>, tensor<i1>, tensor<i32>) -> (tensor<3xi1>, tensor<3xi32>)
    "func.return"(%3#1) : (tensor<3xi32>) -> ()
  }) : () -> ()
}) {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} : () -> ()
