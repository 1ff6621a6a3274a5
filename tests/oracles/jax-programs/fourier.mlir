"builtin.module"() <{sym_name = "jit_fourier"}> ({
  "func.func"() <{function_type = (tensor<12xf32>, tensor<3x8xf32>) -> (tensor<12xcomplex<f32>>, tensor<12xf32>, tensor<3x5xcomplex<f32>>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<12xf32>, tensor<3x5xcomplex<f32>>, tensor<12xf32>), res_attrs = [{jax.result_info = "result[0]"}, {jax.result_info = "result[1]"}, {jax.result_info = "result[2]"}, {jax.result_info = "result[3]"}, {jax.result_info = "result[4]"}, {jax.result_info = "result[5]"}, {jax.result_info = "result[6]"}, {jax.result_info = "result[7]"}], sym_name = "main", sym_visibility = "public"}> ({
  ^bb0(%arg7: tensor<12xf32>, %arg8: tensor<3x8xf32>):
    %11 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<12xf32>}> : () -> tensor<12xf32>
    %12 = "stablehlo.constant"() <{value = dense<5.000000e-01> : tensor<12xf32>}> : () -> tensor<12xf32>
    %13 = "stablehlo.constant"() <{value = dense<0x7F800000> : tensor<12xf32>}> : () -> tensor<12xf32>
    %14 = "stablehlo.constant"() <{value = dense<2.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %15 = "stablehlo.constant"() <{value = dense<(1.200000e+01,0.000000e+00)> : tensor<complex<f32>>}> : () -> tensor<complex<f32>>
    %16 = "stablehlo.constant"() <{value = dense<(0.000000e+00,-1.57079637)> : tensor<complex<f32>>}> : () -> tensor<complex<f32>>
    %17 = "func.call"(%arg7) <{callee = @fft}> : (tensor<12xf32>) -> tensor<12xcomplex<f32>>
    %18 = "func.call"(%arg7) <{callee = @fft}> : (tensor<12xf32>) -> tensor<12xcomplex<f32>>
    %19 = "func.call"(%18) <{callee = @fft_0}> : (tensor<12xcomplex<f32>>) -> tensor<12xcomplex<f32>>
    %20 = "stablehlo.real"(%19) : (tensor<12xcomplex<f32>>) -> tensor<12xf32>
    %21 = "func.call"(%arg8) <{callee = @fft_1}> : (tensor<3x8xf32>) -> tensor<3x5xcomplex<f32>>
    %22 = "func.call"(%arg8) <{callee = @fft_1}> : (tensor<3x8xf32>) -> tensor<3x5xcomplex<f32>>
    %23 = "func.call"(%22) <{callee = @fft_2}> : (tensor<3x5xcomplex<f32>>) -> tensor<3x8xf32>
    %24 = "func.call"(%arg8) <{callee = @fft_3}> : (tensor<3x8xf32>) -> tensor<3x8xcomplex<f32>>
    %25 = "stablehlo.abs"(%24) : (tensor<3x8xcomplex<f32>>) -> tensor<3x8xf32>
    %26 = "func.call"(%arg7) <{callee = @_roll_static}> : (tensor<12xf32>) -> tensor<12xf32>
    %27 = "func.call"(%arg8) <{callee = @fft_4}> : (tensor<3x8xf32>) -> tensor<3x5xcomplex<f32>>
    %28 = "stablehlo.slice"(%arg7) <{limit_indices = array<i64: 12>, start_indices = array<i64: 0>, strides = array<i64: 2>}> : (tensor<12xf32>) -> tensor<6xf32>
    %29 = "stablehlo.slice"(%arg7) <{limit_indices = array<i64: 12>, start_indices = array<i64: 1>, strides = array<i64: 2>}> : (tensor<12xf32>) -> tensor<6xf32>
    %30 = "stablehlo.reverse"(%29) <{dimensions = array<i64: 0>}> : (tensor<6xf32>) -> tensor<6xf32>
    %31 = "stablehlo.concatenate"(%28, %30) <{dimension = 0 : i64}> : (tensor<6xf32>, tensor<6xf32>) -> tensor<12xf32>
    %32 = "func.call"(%31) <{callee = @fft}> : (tensor<12xf32>) -> tensor<12xcomplex<f32>>
    %33 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<12xf32>
    %34 = "stablehlo.convert"(%33) : (tensor<12xf32>) -> tensor<12xcomplex<f32>>
    %35 = "stablehlo.broadcast_in_dim"(%16) <{broadcast_dimensions = array<i64>}> : (tensor<complex<f32>>) -> tensor<12xcomplex<f32>>
    %36 = "stablehlo.multiply"(%35, %34) : (tensor<12xcomplex<f32>>, tensor<12xcomplex<f32>>) -> tensor<12xcomplex<f32>>
    %37 = "stablehlo.broadcast_in_dim"(%15) <{broadcast_dimensions = array<i64>}> : (tensor<complex<f32>>) -> tensor<12xcomplex<f32>>
    %38 = "stablehlo.divide"(%36, %37) : (tensor<12xcomplex<f32>>, tensor<12xcomplex<f32>>) -> tensor<12xcomplex<f32>>
    %39 = "stablehlo.real"(%38) : (tensor<12xcomplex<f32>>) -> tensor<12xf32>
    %40 = "stablehlo.exponential"(%39) : (tensor<12xf32>) -> tensor<12xf32>
    %41 = "stablehlo.compare"(%40, %13) <{comparison_direction = #stablehlo<comparison_direction EQ>}> : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xi1>
    %42 = "stablehlo.multiply"(%39, %12) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %43 = "stablehlo.exponential"(%42) : (tensor<12xf32>) -> tensor<12xf32>
    %44 = "stablehlo.imag"(%38) : (tensor<12xcomplex<f32>>) -> tensor<12xf32>
    %45 = "stablehlo.cosine"(%44) : (tensor<12xf32>) -> tensor<12xf32>
    %46 = "stablehlo.multiply"(%43, %45) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %47 = "stablehlo.multiply"(%46, %43) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %48 = "stablehlo.multiply"(%40, %45) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %49 = "stablehlo.select"(%41, %47, %48) : (tensor<12xi1>, tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %50 = "stablehlo.compare"(%44, %11) <{comparison_direction = #stablehlo<comparison_direction EQ>}> : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xi1>
    %51 = "stablehlo.sine"(%44) : (tensor<12xf32>) -> tensor<12xf32>
    %52 = "stablehlo.multiply"(%43, %51) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %53 = "stablehlo.multiply"(%52, %43) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %54 = "stablehlo.multiply"(%40, %51) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %55 = "stablehlo.select"(%41, %53, %54) : (tensor<12xi1>, tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %56 = "stablehlo.select"(%50, %11, %55) : (tensor<12xi1>, tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %57 = "stablehlo.complex"(%49, %56) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xcomplex<f32>>
    %58 = "stablehlo.multiply"(%32, %57) : (tensor<12xcomplex<f32>>, tensor<12xcomplex<f32>>) -> tensor<12xcomplex<f32>>
    %59 = "stablehlo.real"(%58) : (tensor<12xcomplex<f32>>) -> tensor<12xf32>
    %60 = "stablehlo.broadcast_in_dim"(%14) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<12xf32>
    %61 = "stablehlo.multiply"(%60, %59) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    "func.return"(%17, %20, %21, %23, %25, %26, %27, %61) : (tensor<12xcomplex<f32>>, tensor<12xf32>, tensor<3x5xcomplex<f32>>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<12xf32>, tensor<3x5xcomplex<f32>>, tensor<12xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<12xf32>) -> tensor<12xcomplex<f32>>, sym_name = "fft", sym_visibility = "private"}> ({
  ^bb0(%arg6: tensor<12xf32>):
    %9 = "stablehlo.convert"(%arg6) : (tensor<12xf32>) -> tensor<12xcomplex<f32>>
    %10 = "stablehlo.fft"(%9) <{fft_length = array<i64: 12>, fft_type = #stablehlo<fft_type FFT>}> : (tensor<12xcomplex<f32>>) -> tensor<12xcomplex<f32>>
    "func.return"(%10) : (tensor<12xcomplex<f32>>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<12xcomplex<f32>>) -> tensor<12xcomplex<f32>>, sym_name = "fft_0", sym_visibility = "private"}> ({
  ^bb0(%arg5: tensor<12xcomplex<f32>>):
    %8 = "stablehlo.fft"(%arg5) <{fft_length = array<i64: 12>, fft_type = #stablehlo<fft_type IFFT>}> : (tensor<12xcomplex<f32>>) -> tensor<12xcomplex<f32>>
    "func.return"(%8) : (tensor<12xcomplex<f32>>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<3x8xf32>) -> tensor<3x5xcomplex<f32>>, sym_name = "fft_1", sym_visibility = "private"}> ({
  ^bb0(%arg4: tensor<3x8xf32>):
    %7 = "stablehlo.fft"(%arg4) <{fft_length = array<i64: 8>, fft_type = #stablehlo<fft_type RFFT>}> : (tensor<3x8xf32>) -> tensor<3x5xcomplex<f32>>
    "func.return"(%7) : (tensor<3x5xcomplex<f32>>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<3x5xcomplex<f32>>) -> tensor<3x8xf32>, sym_name = "fft_2", sym_visibility = "private"}> ({
  ^bb0(%arg3: tensor<3x5xcomplex<f32>>):
    %6 = "stablehlo.fft"(%arg3) <{fft_length = array<i64: 8>, fft_type = #stablehlo<fft_type IRFFT>}> : (tensor<3x5xcomplex<f32>>) -> tensor<3x8xf32>
    "func.return"(%6) : (tensor<3x8xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<3x8xf32>) -> tensor<3x8xcomplex<f32>>, sym_name = "fft_3", sym_visibility = "private"}> ({
  ^bb0(%arg2: tensor<3x8xf32>):
    %4 = "stablehlo.convert"(%arg2) : (tensor<3x8xf32>) -> tensor<3x8xcomplex<f32>>
    %5 = "stablehlo.fft"(%4) <{fft_length = array<i64: 3, 8>, fft_type = #stablehlo<fft_type FFT>}> : (tensor<3x8xcomplex<f32>>) -> tensor<3x8xcomplex<f32>>
    "func.return"(%5) : (tensor<3x8xcomplex<f32>>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<12xf32>) -> tensor<12xf32>, sym_name = "_roll_static", sym_visibility = "private"}> ({
  ^bb0(%arg1: tensor<12xf32>):
    %1 = "stablehlo.slice"(%arg1) <{limit_indices = array<i64: 12>, start_indices = array<i64: 6>, strides = array<i64: 1>}> : (tensor<12xf32>) -> tensor<6xf32>
    %2 = "stablehlo.slice"(%arg1) <{limit_indices = array<i64: 6>, start_indices = array<i64: 0>, strides = array<i64: 1>}> : (tensor<12xf32>) -> tensor<6xf32>
    %3 = "stablehlo.concatenate"(%1, %2) <{dimension = 0 : i64}> : (tensor<6xf32>, tensor<6xf32>) -> tensor<12xf32>
    "func.return"(%3) : (tensor<12xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<3x8xf32>) -> tensor<3x5xcomplex<f32>>, sym_name = "fft_4", sym_visibility = "private"}> ({
  ^bb0(%arg0: tensor<3x8xf32>):
    %0 = "stablehlo.fft"(%arg0) <{fft_length = array<i64: 3, 8>, fft_type = #stablehlo<fft_type RFFT>}> : (tensor<3x8xf32>) -> tensor<3x5xcomplex<f32>>
    "func.return"(%0) : (tensor<3x5xcomplex<f32>>) -> ()
  }) : () -> ()
}) {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} : () -> ()
