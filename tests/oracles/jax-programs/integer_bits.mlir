"builtin.module"() <{sym_name = "jit_integer_bits"}> ({
  "func.func"() <{function_type = (tensor<7xi32>, tensor<7xui32>) -> (tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xui32>, tensor<7xui32>, tensor<7xui32>, tensor<7xi1>, tensor<7xi8>, tensor<7xui16>, tensor<7xbf16>, tensor<1xui8>, tensor<56xui8>, tensor<7xi32>, tensor<7xui32>), res_attrs = [{jax.result_info = "result[0]"}, {jax.result_info = "result[1]"}, {jax.result_info = "result[2]"}, {jax.result_info = "result[3]"}, {jax.result_info = "result[4]"}, {jax.result_info = "result[5]"}, {jax.result_info = "result[6]"}, {jax.result_info = "result[7]"}, {jax.result_info = "result[8]"}, {jax.result_info = "result[9]"}, {jax.result_info = "result[10]"}, {jax.result_info = "result[11]"}, {jax.result_info = "result[12]"}, {jax.result_info = "result[13]"}, {jax.result_info = "result[14]"}, {jax.result_info = "result[15]"}, {jax.result_info = "result[16]"}, {jax.result_info = "result[17]"}, {jax.result_info = "result[18]"}, {jax.result_info = "result[19]"}], sym_name = "main", sym_visibility = "public"}> ({
  ^bb0(%arg14: tensor<7xi32>, %arg15: tensor<7xui32>):
    %68 = "stablehlo.constant"() <{value = dense<31> : tensor<i32>}> : () -> tensor<i32>
    %69 = "stablehlo.constant"() <{value = dense<400> : tensor<i32>}> : () -> tensor<i32>
    %70 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %71 = "stablehlo.constant"() <{value = dense<5> : tensor<ui32>}> : () -> tensor<ui32>
    %72 = "stablehlo.constant"() <{value = dense<2> : tensor<i32>}> : () -> tensor<i32>
    %73 = "stablehlo.constant"() <{value = dense<5> : tensor<i32>}> : () -> tensor<i32>
    %74 = "stablehlo.constant"() <{value = dense<12> : tensor<i32>}> : () -> tensor<i32>
    %75 = "stablehlo.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
    %76 = "stablehlo.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %77 = "func.call"(%arg14, %76) <{callee = @floor_divide}> : (tensor<7xi32>, tensor<i32>) -> tensor<7xi32>
    %78 = "func.call"(%arg14, %76) <{callee = @remainder}> : (tensor<7xi32>, tensor<i32>) -> tensor<7xi32>
    %79 = "stablehlo.negate"(%arg14) : (tensor<7xi32>) -> tensor<7xi32>
    %80 = "func.call"(%79, %75) <{callee = @floor_divide}> : (tensor<7xi32>, tensor<i32>) -> tensor<7xi32>
    %81 = "stablehlo.broadcast_in_dim"(%74) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %82 = "stablehlo.and"(%arg14, %81) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %83 = "stablehlo.broadcast_in_dim"(%73) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %84 = "stablehlo.or"(%arg14, %83) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %85 = "stablehlo.not"(%arg14) : (tensor<7xi32>) -> tensor<7xi32>
    %86 = "stablehlo.convert"(%arg15) : (tensor<7xui32>) -> tensor<7xi32>
    %87 = "stablehlo.xor"(%arg14, %86) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %88 = "stablehlo.broadcast_in_dim"(%75) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %89 = "stablehlo.shift_left"(%arg14, %88) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %90 = "stablehlo.broadcast_in_dim"(%72) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %91 = "stablehlo.shift_right_arithmetic"(%arg14, %90) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %92 = "stablehlo.broadcast_in_dim"(%71) <{broadcast_dimensions = array<i64>}> : (tensor<ui32>) -> tensor<7xui32>
    %93 = "stablehlo.shift_right_logical"(%arg15, %92) : (tensor<7xui32>, tensor<7xui32>) -> tensor<7xui32>
    %94 = "stablehlo.popcnt"(%arg15) : (tensor<7xui32>) -> tensor<7xui32>
    %95 = "stablehlo.count_leading_zeros"(%arg15) : (tensor<7xui32>) -> tensor<7xui32>
    %96 = "stablehlo.bitcast_convert"(%arg15) : (tensor<7xui32>) -> tensor<7xf32>
    %97 = "stablehlo.broadcast_in_dim"(%70) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %98 = "stablehlo.compare"(%96, %97) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xi1>
    %99 = "stablehlo.convert"(%arg14) : (tensor<7xi32>) -> tensor<7xi8>
    %100 = "stablehlo.convert"(%arg15) : (tensor<7xui32>) -> tensor<7xui16>
    %101 = "stablehlo.convert"(%arg14) : (tensor<7xi32>) -> tensor<7xbf16>
    %102 = "stablehlo.broadcast_in_dim"(%69) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %103 = "stablehlo.compare"(%arg14, %102) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi1>
    %104 = "func.call"(%103) <{callee = @packbits}> : (tensor<7xi1>) -> tensor<1xui8>
    %105 = "stablehlo.convert"(%arg15) : (tensor<7xui32>) -> tensor<7xui8>
    %106 = "func.call"(%105) <{callee = @unpackbits}> : (tensor<7xui8>) -> tensor<56xui8>
    %107 = "stablehlo.broadcast_in_dim"(%68) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %108 = "stablehlo.shift_left"(%arg14, %107) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %109 = "stablehlo.multiply"(%arg15, %arg15) : (tensor<7xui32>, tensor<7xui32>) -> tensor<7xui32>
    "func.return"(%77, %78, %80, %82, %84, %85, %87, %89, %91, %93, %94, %95, %98, %99, %100, %101, %104, %106, %108, %109) : (tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xi32>, tensor<7xui32>, tensor<7xui32>, tensor<7xui32>, tensor<7xi1>, tensor<7xi8>, tensor<7xui16>, tensor<7xbf16>, tensor<1xui8>, tensor<56xui8>, tensor<7xi32>, tensor<7xui32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<7xi32>, tensor<i32>) -> tensor<7xi32>, sym_name = "floor_divide", sym_visibility = "private"}> ({
  ^bb0(%arg12: tensor<7xi32>, %arg13: tensor<i32>):
    %51 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %52 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %53 = "stablehlo.convert"(%arg13) : (tensor<i32>) -> tensor<i32>
    %54 = "stablehlo.broadcast_in_dim"(%53) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %55 = "stablehlo.divide"(%arg12, %54) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %56 = "stablehlo.sign"(%arg12) : (tensor<7xi32>) -> tensor<7xi32>
    %57 = "stablehlo.sign"(%53) : (tensor<i32>) -> tensor<i32>
    %58 = "stablehlo.broadcast_in_dim"(%57) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %59 = "stablehlo.compare"(%56, %58) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi1>
    %60 = "stablehlo.broadcast_in_dim"(%53) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %61 = "stablehlo.remainder"(%arg12, %60) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %62 = "stablehlo.broadcast_in_dim"(%52) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %63 = "stablehlo.compare"(%61, %62) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi1>
    %64 = "stablehlo.and"(%59, %63) : (tensor<7xi1>, tensor<7xi1>) -> tensor<7xi1>
    %65 = "stablehlo.broadcast_in_dim"(%51) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %66 = "stablehlo.subtract"(%55, %65) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %67 = "func.call"(%64, %66, %55) <{callee = @_where}> : (tensor<7xi1>, tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    "func.return"(%67) : (tensor<7xi32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<7xi1>, tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>, sym_name = "_where", sym_visibility = "private"}> ({
  ^bb0(%arg9: tensor<7xi1>, %arg10: tensor<7xi32>, %arg11: tensor<7xi32>):
    %50 = "stablehlo.select"(%arg9, %arg10, %arg11) : (tensor<7xi1>, tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    "func.return"(%50) : (tensor<7xi32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<7xi32>, tensor<i32>) -> tensor<7xi32>, sym_name = "remainder", sym_visibility = "private"}> ({
  ^bb0(%arg7: tensor<7xi32>, %arg8: tensor<i32>):
    %32 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %33 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %34 = "stablehlo.convert"(%arg8) : (tensor<i32>) -> tensor<i32>
    %35 = "stablehlo.compare"(%34, %33) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction EQ>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %36 = "func.call"(%35, %32, %34) <{callee = @_where_0}> : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    %37 = "stablehlo.broadcast_in_dim"(%36) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %38 = "stablehlo.remainder"(%arg7, %37) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %39 = "stablehlo.broadcast_in_dim"(%33) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %40 = "stablehlo.compare"(%38, %39) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi1>
    %41 = "stablehlo.broadcast_in_dim"(%33) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %42 = "stablehlo.compare"(%38, %41) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi1>
    %43 = "stablehlo.compare"(%36, %33) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %44 = "stablehlo.broadcast_in_dim"(%43) <{broadcast_dimensions = array<i64>}> : (tensor<i1>) -> tensor<7xi1>
    %45 = "stablehlo.compare"(%42, %44) <{compare_type = #stablehlo<comparison_type UNSIGNED>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<7xi1>, tensor<7xi1>) -> tensor<7xi1>
    %46 = "stablehlo.and"(%45, %40) : (tensor<7xi1>, tensor<7xi1>) -> tensor<7xi1>
    %47 = "stablehlo.broadcast_in_dim"(%36) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<7xi32>
    %48 = "stablehlo.add"(%38, %47) : (tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    %49 = "stablehlo.select"(%46, %48, %38) : (tensor<7xi1>, tensor<7xi32>, tensor<7xi32>) -> tensor<7xi32>
    "func.return"(%49) : (tensor<7xi32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>, sym_name = "_where_0", sym_visibility = "private"}> ({
  ^bb0(%arg4: tensor<i1>, %arg5: tensor<i32>, %arg6: tensor<i32>):
    %31 = "stablehlo.select"(%arg4, %arg5, %arg6) : (tensor<i1>, tensor<i32>, tensor<i32>) -> tensor<i32>
    "func.return"(%31) : (tensor<i32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<7xi1>) -> tensor<1xui8>, sym_name = "packbits", sym_visibility = "private"}> ({
  ^bb0(%arg1: tensor<7xi1>):
    %15 = "stablehlo.constant"() <{value = dense<0> : tensor<ui32>}> : () -> tensor<ui32>
    %16 = "stablehlo.constant"() <{value = dense<0> : tensor<ui8>}> : () -> tensor<ui8>
    %17 = "stablehlo.constant"() <{value = dense<false> : tensor<i1>}> : () -> tensor<i1>
    %18 = "stablehlo.broadcast_in_dim"(%17) <{broadcast_dimensions = array<i64>}> : (tensor<i1>) -> tensor<7xi1>
    %19 = "stablehlo.compare"(%arg1, %18) <{compare_type = #stablehlo<comparison_type UNSIGNED>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<7xi1>, tensor<7xi1>) -> tensor<7xi1>
    %20 = "stablehlo.convert"(%19) : (tensor<7xi1>) -> tensor<7xui8>
    %21 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<8xui8>
    %22 = "stablehlo.reverse"(%21) <{dimensions = array<i64: 0>}> : (tensor<8xui8>) -> tensor<8xui8>
    %23 = "stablehlo.pad"(%20, %16) <{edge_padding_high = array<i64: 1>, edge_padding_low = array<i64: 0>, interior_padding = array<i64: 0>}> : (tensor<7xui8>, tensor<ui8>) -> tensor<8xui8>
    %24 = "stablehlo.reshape"(%23) : (tensor<8xui8>) -> tensor<1x8xui8>
    %25 = "stablehlo.broadcast_in_dim"(%22) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xui8>) -> tensor<1x8xui8>
    %26 = "stablehlo.shift_left"(%24, %25) : (tensor<1x8xui8>, tensor<1x8xui8>) -> tensor<1x8xui8>
    %27 = "stablehlo.convert"(%26) : (tensor<1x8xui8>) -> tensor<1x8xui32>
    %28 = "stablehlo.reduce"(%27, %15) <{dimensions = array<i64: 1>}> ({
    ^bb0(%arg2: tensor<ui32>, %arg3: tensor<ui32>):
      %30 = "stablehlo.add"(%arg2, %arg3) : (tensor<ui32>, tensor<ui32>) -> tensor<ui32>
      "stablehlo.return"(%30) : (tensor<ui32>) -> ()
    }) : (tensor<1x8xui32>, tensor<ui32>) -> tensor<1xui32>
    %29 = "stablehlo.convert"(%28) : (tensor<1xui32>) -> tensor<1xui8>
    "func.return"(%29) : (tensor<1xui8>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<7xui8>) -> tensor<56xui8>, sym_name = "unpackbits", sym_visibility = "private"}> ({
  ^bb0(%arg0: tensor<7xui8>):
    %0 = "stablehlo.constant"() <{value = dense<0> : tensor<ui8>}> : () -> tensor<ui8>
    %1 = "stablehlo.constant"() <{value = dense<1> : tensor<ui8>}> : () -> tensor<ui8>
    %2 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<8xui8>
    %3 = "stablehlo.broadcast_in_dim"(%1) <{broadcast_dimensions = array<i64>}> : (tensor<ui8>) -> tensor<8xui8>
    %4 = "stablehlo.shift_left"(%3, %2) : (tensor<8xui8>, tensor<8xui8>) -> tensor<8xui8>
    %5 = "stablehlo.reverse"(%4) <{dimensions = array<i64: 0>}> : (tensor<8xui8>) -> tensor<8xui8>
    %6 = "stablehlo.broadcast_in_dim"(%arg0) <{broadcast_dimensions = array<i64: 0>}> : (tensor<7xui8>) -> tensor<7x1xui8>
    %7 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xui8>) -> tensor<1x8xui8>
    %8 = "stablehlo.broadcast_in_dim"(%6) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<7x1xui8>) -> tensor<7x8xui8>
    %9 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x8xui8>) -> tensor<7x8xui8>
    %10 = "stablehlo.and"(%8, %9) : (tensor<7x8xui8>, tensor<7x8xui8>) -> tensor<7x8xui8>
    %11 = "stablehlo.broadcast_in_dim"(%0) <{broadcast_dimensions = array<i64>}> : (tensor<ui8>) -> tensor<7x8xui8>
    %12 = "stablehlo.compare"(%10, %11) <{compare_type = #stablehlo<comparison_type UNSIGNED>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<7x8xui8>, tensor<7x8xui8>) -> tensor<7x8xi1>
    %13 = "stablehlo.convert"(%12) : (tensor<7x8xi1>) -> tensor<7x8xui8>
    %14 = "stablehlo.reshape"(%13) : (tensor<7x8xui8>) -> tensor<56xui8>
    "func.return"(%14) : (tensor<56xui8>) -> ()
  }) : () -> ()
}) {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} : () -> ()
