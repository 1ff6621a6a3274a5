module @jit_linalg_batched attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<2x2x3x3xf32>, %arg1: tensor<2x2x4x3xf32>, %arg2: tensor<2x2x3xf32>) -> (tensor<2x2x3x3xf32> {jax.result_info = "result[0]"}, tensor<2x2x3x1xf32> {jax.result_info = "result[1]"}, tensor<2x2x4x3xf32> {jax.result_info = "result[2].Q"}, tensor<2x2x3x3xf32> {jax.result_info = "result[2].R"}, tensor<2x2x3xf32> {jax.result_info = "result[3]"}, tensor<2x2x3xf32> {jax.result_info = "result[4]"}, tensor<2x2x3x3xf32> {jax.result_info = "result[5]"}, tensor<2x2xf32> {jax.result_info = "result[6]"}, tensor<2x2x3x3xf32> {jax.result_info = "result[7]"}, tensor<2x2x3xf32> {jax.result_info = "result[8]"}, tensor<2x2x3x3xf32> {jax.result_info = "result[9]"}) {
    %0 = call @cholesky(%arg0) : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %1 = stablehlo.broadcast_in_dim %arg2, dims = [0, 1, 2] : (tensor<2x2x3xf32>) -> tensor<2x2x3x1xf32>
    %2 = call @solve(%arg0, %1) : (tensor<2x2x3x3xf32>, tensor<2x2x3x1xf32>) -> tensor<2x2x3x1xf32>
    %3:2 = call @qr(%arg1) : (tensor<2x2x4x3xf32>) -> (tensor<2x2x4x3xf32>, tensor<2x2x3x3xf32>)
    %4 = call @svd(%arg1) : (tensor<2x2x4x3xf32>) -> tensor<2x2x3xf32>
    %5 = call @eigh(%arg0) : (tensor<2x2x3x3xf32>) -> tensor<2x2x3xf32>
    %6 = call @inv(%arg0) : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %7 = call @det(%arg0) : (tensor<2x2x3x3xf32>) -> tensor<2x2xf32>
    %cst = stablehlo.constant dense<9.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %9 = stablehlo.divide %arg0, %8 : tensor<2x2x3x3xf32>
    %10 = call @expm(%9) : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %11 = call @eigvals(%arg0) : (tensor<2x2x3x3xf32>) -> tensor<2x2x3xcomplex<f32>>
    %12 = stablehlo.real %11 : (tensor<2x2x3xcomplex<f32>>) -> tensor<2x2x3xf32>
    %13 = call @lu(%arg0) : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    return %0, %2, %3#0, %3#1, %4, %5, %6, %7, %10, %12, %13 : tensor<2x2x3x3xf32>, tensor<2x2x3x1xf32>, tensor<2x2x4x3xf32>, tensor<2x2x3x3xf32>, tensor<2x2x3xf32>, tensor<2x2x3xf32>, tensor<2x2x3x3xf32>, tensor<2x2xf32>, tensor<2x2x3x3xf32>, tensor<2x2x3xf32>, tensor<2x2x3x3xf32>
  }
  func.func private @cholesky(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0 = stablehlo.transpose %arg0, dims = [0, 1, 3, 2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %1 = stablehlo.add %arg0, %0 : tensor<2x2x3x3xf32>
    %cst = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %3 = stablehlo.divide %1, %2 : tensor<2x2x3x3xf32>
    %4:2 = stablehlo.custom_call @lapack_spotrf_ffi(%3) {backend_config = "", mhlo.backend_config = {uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[1, 0]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m, n], [i, j]) {i=2, j=2, k=3, l=3, m=3, n=3}, custom>} : (tensor<2x2x3x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2xi32>)
    %c = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %6 = stablehlo.compare EQ, %4#1, %5, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %7 = stablehlo.broadcast_in_dim %6, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1x1xi1>
    %cst_0 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %9 = stablehlo.broadcast_in_dim %7, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xi1>) -> tensor<2x2x3x3xi1>
    %10 = stablehlo.select %9, %4#0, %8 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %11 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %12 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %13 = stablehlo.add %11, %12 : tensor<3x3xi32>
    %14 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %15 = stablehlo.compare GE, %13, %14, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %16 = stablehlo.broadcast_in_dim %15, dims = [2, 3] : (tensor<3x3xi1>) -> tensor<2x2x3x3xi1>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %18 = stablehlo.select %16, %10, %17 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    return %18 : tensor<2x2x3x3xf32>
  }
  func.func private @solve(%arg0: tensor<2x2x3x3xf32>, %arg1: tensor<2x2x3x1xf32>) -> tensor<2x2x3x1xf32> {
    %0:3 = stablehlo.custom_call @lapack_sgetrf_ffi(%arg0) {backend_config = "", mhlo.backend_config = {}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 1, 0]> : tensor<3xindex>, dense<[1, 0]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m, n], [i, j, o], [i, j]) {i=2, j=2, k=3, l=3, m=3, n=3, o=3}, custom>} : (tensor<2x2x3x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3xi32>, tensor<2x2xi32>)
    %c = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2x3xi32>
    %2 = stablehlo.subtract %0#1, %1 : tensor<2x2x3xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %4 = stablehlo.compare GE, %0#2, %3, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1x1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %7 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xi1>) -> tensor<2x2x3x3xi1>
    %8 = stablehlo.select %7, %0#0, %6 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %9 = stablehlo.iota dim = 2 : tensor<2x2x3xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %10:4 = stablehlo.while(%iterArg = %2, %iterArg_3 = %c_2, %iterArg_4 = %c_1, %iterArg_5 = %9) : tensor<2x2x3xi32>, tensor<i32>, tensor<i32>, tensor<2x2x3xi32>
    cond {
      %c_6 = stablehlo.constant dense<3> : tensor<i32>
      %14 = stablehlo.compare LT, %iterArg_3, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %14 : tensor<i1>
    } do {
      %14:2 = func.call @closed_call(%iterArg, %iterArg_4, %iterArg_5) : (tensor<2x2x3xi32>, tensor<i32>, tensor<2x2x3xi32>) -> (tensor<i32>, tensor<2x2x3xi32>)
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %15 = stablehlo.add %iterArg_3, %c_6 : tensor<i32>
      stablehlo.return %iterArg, %15, %14#0, %14#1 : tensor<2x2x3xi32>, tensor<i32>, tensor<i32>, tensor<2x2x3xi32>
    }
    %11 = stablehlo.transpose %arg1, dims = [0, 1, 3, 2] : (tensor<2x2x3x1xf32>) -> tensor<2x2x1x3xf32>
    %12 = call @_lu_solve(%8, %10#3, %11) : (tensor<2x2x3x3xf32>, tensor<2x2x3xi32>, tensor<2x2x1x3xf32>) -> tensor<2x2x1x3xf32>
    %13 = stablehlo.transpose %12, dims = [0, 1, 3, 2] : (tensor<2x2x1x3xf32>) -> tensor<2x2x3x1xf32>
    return %13 : tensor<2x2x3x1xf32>
  }
  func.func private @closed_call(%arg0: tensor<2x2x3xi32>, %arg1: tensor<i32>, %arg2: tensor<2x2x3xi32>) -> (tensor<i32>, tensor<2x2x3xi32>) {
    %c = stablehlo.constant dense<1> : tensor<i32>
    %0 = stablehlo.add %arg1, %c : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.compare LT, %arg1, %c_0, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %2 = stablehlo.convert %arg1 : tensor<i32>
    %c_1 = stablehlo.constant dense<3> : tensor<i32>
    %3 = stablehlo.add %2, %c_1 : tensor<i32>
    %4 = stablehlo.select %1, %3, %arg1 : tensor<i1>, tensor<i32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %6 = "stablehlo.gather"(%arg0, %5) <{dimension_numbers = #stablehlo.gather<offset_dims = [0, 1, 2], start_index_map = [2]>, indices_are_sorted = true, slice_sizes = array<i64: 2, 2, 1>}> : (tensor<2x2x3xi32>, tensor<1xi32>) -> tensor<2x2x1xi32>
    %7 = stablehlo.reshape %6 : (tensor<2x2x1xi32>) -> tensor<2x2xi32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %8 = stablehlo.compare LT, %arg1, %c_2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %9 = stablehlo.convert %arg1 : tensor<i32>
    %c_3 = stablehlo.constant dense<3> : tensor<i32>
    %10 = stablehlo.add %9, %c_3 : tensor<i32>
    %11 = stablehlo.select %8, %10, %arg1 : tensor<i1>, tensor<i32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %13 = "stablehlo.gather"(%arg2, %12) <{dimension_numbers = #stablehlo.gather<offset_dims = [0, 1, 2], start_index_map = [2]>, indices_are_sorted = true, slice_sizes = array<i64: 2, 2, 1>}> : (tensor<2x2x3xi32>, tensor<1xi32>) -> tensor<2x2x1xi32>
    %14 = stablehlo.reshape %13 : (tensor<2x2x1xi32>) -> tensor<2x2xi32>
    %c_4 = stablehlo.constant dense<0> : tensor<i32>
    %15 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %16 = stablehlo.compare LT, %7, %15, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %c_5 = stablehlo.constant dense<3> : tensor<i32>
    %17 = stablehlo.broadcast_in_dim %c_5, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %18 = stablehlo.add %7, %17 : tensor<2x2xi32>
    %19 = stablehlo.select %16, %18, %7 : tensor<2x2xi1>, tensor<2x2xi32>
    %20 = stablehlo.broadcast_in_dim %19, dims = [0, 1] : (tensor<2x2xi32>) -> tensor<2x2x1xi32>
    %21 = "stablehlo.gather"(%arg2, %20) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], operand_batching_dims = [0, 1], start_indices_batching_dims = [0, 1], start_index_map = [2], index_vector_dim = 2>, indices_are_sorted = true, slice_sizes = array<i64: 1, 1, 1>}> : (tensor<2x2x3xi32>, tensor<2x2x1xi32>) -> tensor<2x2x1xi32>
    %22 = stablehlo.reshape %21 : (tensor<2x2x1xi32>) -> tensor<2x2xi32>
    %c_6 = stablehlo.constant dense<0> : tensor<i32>
    %23 = stablehlo.compare LT, %arg1, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_7 = stablehlo.constant dense<3> : tensor<i32>
    %24 = stablehlo.add %arg1, %c_7 : tensor<i32>
    %25 = stablehlo.select %23, %24, %arg1 : tensor<i1>, tensor<i32>
    %26 = stablehlo.convert %25 : tensor<i32>
    %27 = stablehlo.broadcast_in_dim %26, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %28 = "stablehlo.scatter"(%arg2, %27, %22) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [0, 1], inserted_window_dims = [2], scatter_dims_to_operand_dims = [2]>, unique_indices = true}> ({
    ^bb0(%arg3: tensor<i32>, %arg4: tensor<i32>):
      stablehlo.return %arg4 : tensor<i32>
    }) : (tensor<2x2x3xi32>, tensor<1xi32>, tensor<2x2xi32>) -> tensor<2x2x3xi32>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %29 = stablehlo.broadcast_in_dim %c_8, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %30 = stablehlo.compare LT, %7, %29, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %c_9 = stablehlo.constant dense<3> : tensor<i32>
    %31 = stablehlo.broadcast_in_dim %c_9, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %32 = stablehlo.add %7, %31 : tensor<2x2xi32>
    %33 = stablehlo.select %30, %32, %7 : tensor<2x2xi1>, tensor<2x2xi32>
    %34 = stablehlo.broadcast_in_dim %33, dims = [0, 1] : (tensor<2x2xi32>) -> tensor<2x2x1xi32>
    %35 = "stablehlo.scatter"(%28, %34, %14) <{indices_are_sorted = true, scatter_dimension_numbers = #stablehlo.scatter<inserted_window_dims = [2], input_batching_dims = [0, 1], scatter_indices_batching_dims = [0, 1], scatter_dims_to_operand_dims = [2], index_vector_dim = 2>, unique_indices = true}> ({
    ^bb0(%arg3: tensor<i32>, %arg4: tensor<i32>):
      stablehlo.return %arg4 : tensor<i32>
    }) : (tensor<2x2x3xi32>, tensor<2x2x1xi32>, tensor<2x2xi32>) -> tensor<2x2x3xi32>
    return %0, %35 : tensor<i32>, tensor<2x2x3xi32>
  }
  func.func private @_lu_solve(%arg0: tensor<2x2x3x3xf32>, %arg1: tensor<2x2x3xi32>, %arg2: tensor<2x2x1x3xf32>) -> tensor<2x2x1x3xf32> {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [0, 1, 2, 3] : (tensor<2x2x1x3xf32>) -> tensor<2x2x1x3x1xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2x3xi32>
    %2 = stablehlo.compare LT, %arg1, %1, SIGNED : (tensor<2x2x3xi32>, tensor<2x2x3xi32>) -> tensor<2x2x3xi1>
    %c_0 = stablehlo.constant dense<3> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<2x2x3xi32>
    %4 = stablehlo.add %arg1, %3 : tensor<2x2x3xi32>
    %5 = stablehlo.select %2, %4, %arg1 : tensor<2x2x3xi1>, tensor<2x2x3xi32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2] : (tensor<2x2x3xi32>) -> tensor<2x2x3x1xi32>
    %7 = "stablehlo.gather"(%0, %6) <{dimension_numbers = #stablehlo.gather<offset_dims = [2, 4], collapsed_slice_dims = [3], operand_batching_dims = [0, 1], start_indices_batching_dims = [0, 1], start_index_map = [3], index_vector_dim = 3>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1, 1, 1, 1>}> : (tensor<2x2x1x3x1xf32>, tensor<2x2x3x1xi32>) -> tensor<2x2x1x3x1xf32>
    %8 = stablehlo.transpose %7, dims = [0, 1, 3, 4, 2] : (tensor<2x2x1x3x1xf32>) -> tensor<2x2x3x1x1xf32>
    %9 = stablehlo.reshape %8 : (tensor<2x2x3x1x1xf32>) -> tensor<2x2x3x1xf32>
    %10 = stablehlo.custom_call @lapack_strsm_ffi(%arg0, %9) {backend_config = "", mhlo.backend_config = {diag = 85 : ui8, side = 76 : ui8, trans_x = 78 : ui8, uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l], [i, j, m, n])->([i, j, o, p]) {i=2, j=2, k=3, l=3, m=3, n=1, o=3, p=1}, custom>} : (tensor<2x2x3x3xf32>, tensor<2x2x3x1xf32>) -> tensor<2x2x3x1xf32>
    %11 = stablehlo.reshape %10 : (tensor<2x2x3x1xf32>) -> tensor<2x2x3x1x1xf32>
    %12 = stablehlo.reshape %11 : (tensor<2x2x3x1x1xf32>) -> tensor<2x2x3x1xf32>
    %13 = stablehlo.custom_call @lapack_strsm_ffi(%arg0, %12) {backend_config = "", mhlo.backend_config = {diag = 78 : ui8, side = 76 : ui8, trans_x = 78 : ui8, uplo = 85 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l], [i, j, m, n])->([i, j, o, p]) {i=2, j=2, k=3, l=3, m=3, n=1, o=3, p=1}, custom>} : (tensor<2x2x3x3xf32>, tensor<2x2x3x1xf32>) -> tensor<2x2x3x1xf32>
    %14 = stablehlo.reshape %13 : (tensor<2x2x3x1xf32>) -> tensor<2x2x3x1x1xf32>
    %15 = stablehlo.transpose %14, dims = [0, 1, 4, 2, 3] : (tensor<2x2x3x1x1xf32>) -> tensor<2x2x1x3x1xf32>
    %16 = stablehlo.reshape %15 : (tensor<2x2x1x3x1xf32>) -> tensor<2x2x1x3xf32>
    return %16 : tensor<2x2x1x3xf32>
  }
  func.func private @qr(%arg0: tensor<2x2x4x3xf32>) -> (tensor<2x2x4x3xf32>, tensor<2x2x3x3xf32>) {
    %0:2 = stablehlo.custom_call @lapack_sgeqrf_ffi(%arg0) {backend_config = "", mhlo.backend_config = {}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 1, 0]> : tensor<3xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m, n], [i, j, o]) {i=2, j=2, k=4, l=3, m=4, n=3, o=3}, custom>} : (tensor<2x2x4x3xf32>) -> (tensor<2x2x4x3xf32>, tensor<2x2x3xf32>)
    %1 = stablehlo.custom_call @lapack_sorgqr_ffi(%0#0, %0#1) {backend_config = "", mhlo.backend_config = {}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 1, 0]> : tensor<3xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l], [i, j, m])->([i, j, n, o]) {i=2, j=2, k=4, l=3, m=3, n=4, o=3}, custom>} : (tensor<2x2x4x3xf32>, tensor<2x2x3xf32>) -> tensor<2x2x4x3xf32>
    %2 = stablehlo.slice %0#0 [0:2, 0:2, 0:3, 0:3] : (tensor<2x2x4x3xf32>) -> tensor<2x2x3x3xf32>
    %3 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %c = stablehlo.constant dense<-1> : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %5 = stablehlo.add %3, %4 : tensor<3x3xi32>
    %6 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %7 = stablehlo.compare GE, %5, %6, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %8 = stablehlo.broadcast_in_dim %7, dims = [2, 3] : (tensor<3x3xi1>) -> tensor<2x2x3x3xi1>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %9 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %10 = stablehlo.select %8, %9, %2 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    return %1, %10 : tensor<2x2x4x3xf32>, tensor<2x2x3x3xf32>
  }
  func.func private @svd(%arg0: tensor<2x2x4x3xf32>) -> tensor<2x2x3xf32> {
    %0:5 = stablehlo.custom_call @lapack_sgesdd_ffi(%arg0) {backend_config = "", mhlo.backend_config = {mode = 83 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 1, 0]> : tensor<3xindex>, dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[1, 0]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m, n], [i, j, o], [i, j, p, q], [i, j, r, s], [i, j]) {i=2, j=2, k=4, l=3, m=4, n=3, o=3, p=4, q=3, r=3, s=3}, custom>} : (tensor<2x2x4x3xf32>) -> (tensor<2x2x4x3xf32>, tensor<2x2x3xf32>, tensor<2x2x4x3xf32>, tensor<2x2x3x3xf32>, tensor<2x2xi32>)
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %2 = stablehlo.compare EQ, %0#4, %1, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %3 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3xf32>
    %5 = stablehlo.broadcast_in_dim %3, dims = [0, 1, 2] : (tensor<2x2x1xi1>) -> tensor<2x2x3xi1>
    %6 = stablehlo.select %5, %0#1, %4 : tensor<2x2x3xi1>, tensor<2x2x3xf32>
    %7 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1x1xi1>
    %cst_0 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x2x4x3xf32>
    %9 = stablehlo.broadcast_in_dim %7, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xi1>) -> tensor<2x2x4x3xi1>
    %10 = stablehlo.select %9, %0#2, %8 : tensor<2x2x4x3xi1>, tensor<2x2x4x3xf32>
    %11 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1x1xi1>
    %cst_1 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %13 = stablehlo.broadcast_in_dim %11, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xi1>) -> tensor<2x2x3x3xi1>
    %14 = stablehlo.select %13, %0#3, %12 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    return %6 : tensor<2x2x3xf32>
  }
  func.func private @eigh(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2x3xf32> {
    %0 = stablehlo.transpose %arg0, dims = [0, 1, 3, 2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %1 = stablehlo.add %arg0, %0 : tensor<2x2x3x3xf32>
    %cst = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %3 = stablehlo.divide %1, %2 : tensor<2x2x3x3xf32>
    %4:3 = stablehlo.custom_call @lapack_ssyevd_ffi(%3) {backend_config = "", mhlo.backend_config = {mode = 86 : ui8, uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 1, 0]> : tensor<3xindex>, dense<[1, 0]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m, n], [i, j, o], [i, j]) {i=2, j=2, k=3, l=3, m=3, n=3, o=3}, custom>} : (tensor<2x2x3x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3xf32>, tensor<2x2xi32>)
    %c = stablehlo.constant dense<0> : tensor<i32>
    %5 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %6 = stablehlo.compare EQ, %4#2, %5, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %7 = stablehlo.broadcast_in_dim %6, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1x1xi1>
    %cst_0 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %9 = stablehlo.broadcast_in_dim %7, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xi1>) -> tensor<2x2x3x3xi1>
    %10 = stablehlo.select %9, %4#0, %8 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %11 = stablehlo.broadcast_in_dim %6, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1xi1>
    %cst_1 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x2x3xf32>
    %13 = stablehlo.broadcast_in_dim %11, dims = [0, 1, 2] : (tensor<2x2x1xi1>) -> tensor<2x2x3xi1>
    %14 = stablehlo.select %13, %4#1, %12 : tensor<2x2x3xi1>, tensor<2x2x3xf32>
    return %14 : tensor<2x2x3xf32>
  }
  func.func private @inv(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %1 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %3 = stablehlo.add %0, %2 : tensor<3x3xi32>
    %4 = stablehlo.compare EQ, %3, %1, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %5 = stablehlo.convert %4 : (tensor<3x3xi1>) -> tensor<3x3xf32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [2, 3] : (tensor<3x3xf32>) -> tensor<2x2x3x3xf32>
    %7 = call @solve_0(%arg0, %6) : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    return %7 : tensor<2x2x3x3xf32>
  }
  func.func private @solve_0(%arg0: tensor<2x2x3x3xf32>, %arg1: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0:3 = stablehlo.custom_call @lapack_sgetrf_ffi(%arg0) {backend_config = "", mhlo.backend_config = {}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 1, 0]> : tensor<3xindex>, dense<[1, 0]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m, n], [i, j, o], [i, j]) {i=2, j=2, k=3, l=3, m=3, n=3, o=3}, custom>} : (tensor<2x2x3x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3xi32>, tensor<2x2xi32>)
    %c = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2x3xi32>
    %2 = stablehlo.subtract %0#1, %1 : tensor<2x2x3xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %4 = stablehlo.compare GE, %0#2, %3, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1x1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %7 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xi1>) -> tensor<2x2x3x3xi1>
    %8 = stablehlo.select %7, %0#0, %6 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %9 = stablehlo.iota dim = 2 : tensor<2x2x3xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %10:4 = stablehlo.while(%iterArg = %2, %iterArg_3 = %c_2, %iterArg_4 = %c_1, %iterArg_5 = %9) : tensor<2x2x3xi32>, tensor<i32>, tensor<i32>, tensor<2x2x3xi32>
    cond {
      %c_6 = stablehlo.constant dense<3> : tensor<i32>
      %14 = stablehlo.compare LT, %iterArg_3, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %14 : tensor<i1>
    } do {
      %14:2 = func.call @closed_call(%iterArg, %iterArg_4, %iterArg_5) : (tensor<2x2x3xi32>, tensor<i32>, tensor<2x2x3xi32>) -> (tensor<i32>, tensor<2x2x3xi32>)
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %15 = stablehlo.add %iterArg_3, %c_6 : tensor<i32>
      stablehlo.return %iterArg, %15, %14#0, %14#1 : tensor<2x2x3xi32>, tensor<i32>, tensor<i32>, tensor<2x2x3xi32>
    }
    %11 = stablehlo.transpose %arg1, dims = [0, 1, 3, 2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %12 = call @_lu_solve_1(%8, %10#3, %11) : (tensor<2x2x3x3xf32>, tensor<2x2x3xi32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %13 = stablehlo.transpose %12, dims = [0, 1, 3, 2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    return %13 : tensor<2x2x3x3xf32>
  }
  func.func private @_lu_solve_1(%arg0: tensor<2x2x3x3xf32>, %arg1: tensor<2x2x3xi32>, %arg2: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [0, 1, 2, 3] : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3x1xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2x3xi32>
    %2 = stablehlo.compare LT, %arg1, %1, SIGNED : (tensor<2x2x3xi32>, tensor<2x2x3xi32>) -> tensor<2x2x3xi1>
    %c_0 = stablehlo.constant dense<3> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<2x2x3xi32>
    %4 = stablehlo.add %arg1, %3 : tensor<2x2x3xi32>
    %5 = stablehlo.select %2, %4, %arg1 : tensor<2x2x3xi1>, tensor<2x2x3xi32>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2] : (tensor<2x2x3xi32>) -> tensor<2x2x3x1xi32>
    %7 = "stablehlo.gather"(%0, %6) <{dimension_numbers = #stablehlo.gather<offset_dims = [2, 4], collapsed_slice_dims = [3], operand_batching_dims = [0, 1], start_indices_batching_dims = [0, 1], start_index_map = [3], index_vector_dim = 3>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1, 3, 1, 1>}> : (tensor<2x2x3x3x1xf32>, tensor<2x2x3x1xi32>) -> tensor<2x2x3x3x1xf32>
    %8 = stablehlo.transpose %7, dims = [0, 1, 3, 4, 2] : (tensor<2x2x3x3x1xf32>) -> tensor<2x2x3x1x3xf32>
    %9 = stablehlo.reshape %8 : (tensor<2x2x3x1x3xf32>) -> tensor<2x2x3x3xf32>
    %10 = stablehlo.custom_call @lapack_strsm_ffi(%arg0, %9) {backend_config = "", mhlo.backend_config = {diag = 85 : ui8, side = 76 : ui8, trans_x = 78 : ui8, uplo = 76 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l], [i, j, m, n])->([i, j, o, p]) {i=2, j=2, k=3, l=3, m=3, n=3, o=3, p=3}, custom>} : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %11 = stablehlo.reshape %10 : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x1x3xf32>
    %12 = stablehlo.reshape %11 : (tensor<2x2x3x1x3xf32>) -> tensor<2x2x3x3xf32>
    %13 = stablehlo.custom_call @lapack_strsm_ffi(%arg0, %12) {backend_config = "", mhlo.backend_config = {diag = 78 : ui8, side = 76 : ui8, trans_x = 78 : ui8, uplo = 85 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [], operand_index = 1, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l], [i, j, m, n])->([i, j, o, p]) {i=2, j=2, k=3, l=3, m=3, n=3, o=3, p=3}, custom>} : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %14 = stablehlo.reshape %13 : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x1x3xf32>
    %15 = stablehlo.transpose %14, dims = [0, 1, 4, 2, 3] : (tensor<2x2x3x1x3xf32>) -> tensor<2x2x3x3x1xf32>
    %16 = stablehlo.reshape %15 : (tensor<2x2x3x3x1xf32>) -> tensor<2x2x3x3xf32>
    return %16 : tensor<2x2x3x3xf32>
  }
  func.func private @det(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2xf32> {
    %0 = stablehlo.slice %arg0 [0:2, 0:2, 0:1, 0:1] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %1 = stablehlo.reshape %0 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %2 = stablehlo.slice %arg0 [0:2, 0:2, 1:2, 1:2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %3 = stablehlo.reshape %2 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %4 = stablehlo.multiply %1, %3 : tensor<2x2xf32>
    %5 = stablehlo.slice %arg0 [0:2, 0:2, 2:3, 2:3] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %6 = stablehlo.reshape %5 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %7 = stablehlo.multiply %4, %6 : tensor<2x2xf32>
    %8 = stablehlo.slice %arg0 [0:2, 0:2, 0:1, 1:2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %9 = stablehlo.reshape %8 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %10 = stablehlo.slice %arg0 [0:2, 0:2, 1:2, 2:3] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %11 = stablehlo.reshape %10 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %12 = stablehlo.multiply %9, %11 : tensor<2x2xf32>
    %13 = stablehlo.slice %arg0 [0:2, 0:2, 2:3, 0:1] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %14 = stablehlo.reshape %13 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %15 = stablehlo.multiply %12, %14 : tensor<2x2xf32>
    %16 = stablehlo.add %7, %15 : tensor<2x2xf32>
    %17 = stablehlo.slice %arg0 [0:2, 0:2, 0:1, 2:3] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %18 = stablehlo.reshape %17 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %19 = stablehlo.slice %arg0 [0:2, 0:2, 1:2, 0:1] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %20 = stablehlo.reshape %19 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %21 = stablehlo.multiply %18, %20 : tensor<2x2xf32>
    %22 = stablehlo.slice %arg0 [0:2, 0:2, 2:3, 1:2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %23 = stablehlo.reshape %22 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %24 = stablehlo.multiply %21, %23 : tensor<2x2xf32>
    %25 = stablehlo.add %16, %24 : tensor<2x2xf32>
    %26 = stablehlo.slice %arg0 [0:2, 0:2, 0:1, 2:3] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %27 = stablehlo.reshape %26 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %28 = stablehlo.slice %arg0 [0:2, 0:2, 1:2, 1:2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %29 = stablehlo.reshape %28 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %30 = stablehlo.multiply %27, %29 : tensor<2x2xf32>
    %31 = stablehlo.slice %arg0 [0:2, 0:2, 2:3, 0:1] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %32 = stablehlo.reshape %31 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %33 = stablehlo.multiply %30, %32 : tensor<2x2xf32>
    %34 = stablehlo.subtract %25, %33 : tensor<2x2xf32>
    %35 = stablehlo.slice %arg0 [0:2, 0:2, 0:1, 0:1] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %36 = stablehlo.reshape %35 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %37 = stablehlo.slice %arg0 [0:2, 0:2, 1:2, 2:3] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %38 = stablehlo.reshape %37 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %39 = stablehlo.multiply %36, %38 : tensor<2x2xf32>
    %40 = stablehlo.slice %arg0 [0:2, 0:2, 2:3, 1:2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %41 = stablehlo.reshape %40 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %42 = stablehlo.multiply %39, %41 : tensor<2x2xf32>
    %43 = stablehlo.subtract %34, %42 : tensor<2x2xf32>
    %44 = stablehlo.slice %arg0 [0:2, 0:2, 0:1, 1:2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %45 = stablehlo.reshape %44 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %46 = stablehlo.slice %arg0 [0:2, 0:2, 1:2, 0:1] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %47 = stablehlo.reshape %46 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %48 = stablehlo.multiply %45, %47 : tensor<2x2xf32>
    %49 = stablehlo.slice %arg0 [0:2, 0:2, 2:3, 2:3] : (tensor<2x2x3x3xf32>) -> tensor<2x2x1x1xf32>
    %50 = stablehlo.reshape %49 : (tensor<2x2x1x1xf32>) -> tensor<2x2xf32>
    %51 = stablehlo.multiply %48, %50 : tensor<2x2xf32>
    %52 = stablehlo.subtract %43, %51 : tensor<2x2xf32>
    return %52 : tensor<2x2xf32>
  }
  func.func private @expm(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0:3 = call @_calc_P_Q(%arg0) : (tensor<2x2x3x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>, tensor<2x2xf32>)
    %cst = stablehlo.constant dense<1.600000e+01> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %2 = stablehlo.compare GT, %0#2, %1, FLOAT : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
    %3 = stablehlo.convert %2 : (tensor<2x2xi1>) -> tensor<2x2xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %5 = stablehlo.compare EQ, %3, %4, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %6 = stablehlo.select %5, %0#2, %0#2 : tensor<2x2xi1>, tensor<2x2xf32>
    %7 = stablehlo.broadcast_in_dim %5, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x3x3xi1>
    %8 = stablehlo.select %7, %0#0, %0#0 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %9 = stablehlo.broadcast_in_dim %5, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x3x3xi1>
    %10 = stablehlo.select %9, %0#1, %0#1 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %11 = call @solve_3(%10, %8) : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %12 = call @_squaring(%11, %6) : (tensor<2x2x3x3xf32>, tensor<2x2xf32>) -> tensor<2x2x3x3xf32>
    %cst_0 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %13 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %14 = stablehlo.broadcast_in_dim %13, dims = [1, 2] : (tensor<3x3xf32>) -> tensor<2x3x3xf32>
    %15 = stablehlo.broadcast_in_dim %3, dims = [0, 1] : (tensor<2x2xi32>) -> tensor<2x2x3x3xi32>
    %16 = stablehlo.broadcast_in_dim %14, dims = [1, 2, 3] : (tensor<2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %c_1 = stablehlo.constant dense<1> : tensor<i32>
    %17 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<2x2x3x3xi32>
    %18 = stablehlo.compare LT, %15, %17, SIGNED : (tensor<2x2x3x3xi32>, tensor<2x2x3x3xi32>) -> tensor<2x2x3x3xi1>
    %19 = stablehlo.select %18, %12, %16 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    return %19 : tensor<2x2x3x3xf32>
  }
  func.func private @_calc_P_Q(%arg0: tensor<2x2x3x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>, tensor<2x2xf32>) {
    %cst = stablehlo.constant dense<[4.258730e-01, 1.8801527]> : tensor<2xf32>
    %0 = call @norm(%arg0) : (tensor<2x2x3x3xf32>) -> tensor<2x2xf32>
    %cst_0 = stablehlo.constant dense<3.92572474> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %2 = stablehlo.divide %0, %1 : tensor<2x2xf32>
    %3 = stablehlo.log %2 : tensor<2x2xf32>
    %cst_1 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %4 = stablehlo.log %cst_1 : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %6 = stablehlo.divide %3, %5 : tensor<2x2xf32>
    %7 = stablehlo.floor %6 : tensor<2x2xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %9 = stablehlo.maximum %8, %7 : tensor<2x2xf32>
    %cst_3 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %10 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %11 = stablehlo.power %10, %9 : tensor<2x2xf32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [0, 1] : (tensor<2x2xf32>) -> tensor<2x2x1x1xf32>
    %13 = stablehlo.broadcast_in_dim %12, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xf32>) -> tensor<2x2x3x3xf32>
    %14 = stablehlo.divide %arg0, %13 : tensor<2x2x3x3xf32>
    %15 = call @digitize(%0, %cst) : (tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_4 = stablehlo.constant dense<2> : tensor<i32>
    %16 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %17 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %18 = stablehlo.clamp %16, %15, %17 : tensor<2x2xi32>
    %c_5 = stablehlo.constant dense<0> : tensor<i32>
    %19 = stablehlo.broadcast_in_dim %c_5, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %20 = stablehlo.compare EQ, %18, %19, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %21 = stablehlo.broadcast_in_dim %20, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x3x3xi1>
    %22 = stablehlo.select %21, %14, %14 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %23 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %24 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %c_6 = stablehlo.constant dense<0> : tensor<i32>
    %25 = stablehlo.broadcast_in_dim %c_6, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %26 = stablehlo.add %23, %25 : tensor<3x3xi32>
    %27 = stablehlo.compare EQ, %26, %24, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %28 = stablehlo.convert %27 : (tensor<3x3xi1>) -> tensor<3x3xf32>
    %29 = stablehlo.dot_general %22, %22, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %cst_7 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %30 = stablehlo.broadcast_in_dim %cst_7, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %31 = stablehlo.multiply %30, %29 : tensor<2x2x3x3xf32>
    %cst_8 = stablehlo.constant dense<6.000000e+01> : tensor<f32>
    %32 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %33 = stablehlo.multiply %32, %28 : tensor<3x3xf32>
    %34 = stablehlo.broadcast_in_dim %33, dims = [1, 2] : (tensor<3x3xf32>) -> tensor<1x3x3xf32>
    %35 = stablehlo.broadcast_in_dim %34, dims = [1, 2, 3] : (tensor<1x3x3xf32>) -> tensor<1x1x3x3xf32>
    %36 = stablehlo.broadcast_in_dim %35, dims = [0, 1, 2, 3] : (tensor<1x1x3x3xf32>) -> tensor<2x2x3x3xf32>
    %37 = stablehlo.add %31, %36 : tensor<2x2x3x3xf32>
    %38 = stablehlo.dot_general %22, %37, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %cst_9 = stablehlo.constant dense<1.200000e+01> : tensor<f32>
    %39 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %40 = stablehlo.multiply %39, %29 : tensor<2x2x3x3xf32>
    %cst_10 = stablehlo.constant dense<1.200000e+02> : tensor<f32>
    %41 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %42 = stablehlo.multiply %41, %28 : tensor<3x3xf32>
    %43 = stablehlo.broadcast_in_dim %42, dims = [1, 2] : (tensor<3x3xf32>) -> tensor<1x3x3xf32>
    %44 = stablehlo.broadcast_in_dim %43, dims = [1, 2, 3] : (tensor<1x3x3xf32>) -> tensor<1x1x3x3xf32>
    %45 = stablehlo.broadcast_in_dim %44, dims = [0, 1, 2, 3] : (tensor<1x1x3x3xf32>) -> tensor<2x2x3x3xf32>
    %46 = stablehlo.add %40, %45 : tensor<2x2x3x3xf32>
    %c_11 = stablehlo.constant dense<1> : tensor<i32>
    %47 = stablehlo.broadcast_in_dim %c_11, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %48 = stablehlo.compare EQ, %18, %47, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %49 = stablehlo.broadcast_in_dim %48, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x3x3xi1>
    %50 = stablehlo.select %49, %14, %14 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %51 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %52 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %c_12 = stablehlo.constant dense<0> : tensor<i32>
    %53 = stablehlo.broadcast_in_dim %c_12, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %54 = stablehlo.add %51, %53 : tensor<3x3xi32>
    %55 = stablehlo.compare EQ, %54, %52, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %56 = stablehlo.convert %55 : (tensor<3x3xi1>) -> tensor<3x3xf32>
    %57 = stablehlo.dot_general %50, %50, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %58 = stablehlo.dot_general %57, %57, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %cst_13 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %59 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %60 = stablehlo.multiply %59, %58 : tensor<2x2x3x3xf32>
    %cst_14 = stablehlo.constant dense<4.200000e+02> : tensor<f32>
    %61 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %62 = stablehlo.multiply %61, %57 : tensor<2x2x3x3xf32>
    %63 = stablehlo.add %60, %62 : tensor<2x2x3x3xf32>
    %cst_15 = stablehlo.constant dense<1.512000e+04> : tensor<f32>
    %64 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %65 = stablehlo.multiply %64, %56 : tensor<3x3xf32>
    %66 = stablehlo.broadcast_in_dim %65, dims = [1, 2] : (tensor<3x3xf32>) -> tensor<1x3x3xf32>
    %67 = stablehlo.broadcast_in_dim %66, dims = [1, 2, 3] : (tensor<1x3x3xf32>) -> tensor<1x1x3x3xf32>
    %68 = stablehlo.broadcast_in_dim %67, dims = [0, 1, 2, 3] : (tensor<1x1x3x3xf32>) -> tensor<2x2x3x3xf32>
    %69 = stablehlo.add %63, %68 : tensor<2x2x3x3xf32>
    %70 = stablehlo.dot_general %50, %69, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %cst_16 = stablehlo.constant dense<3.000000e+01> : tensor<f32>
    %71 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %72 = stablehlo.multiply %71, %58 : tensor<2x2x3x3xf32>
    %cst_17 = stablehlo.constant dense<3.360000e+03> : tensor<f32>
    %73 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %74 = stablehlo.multiply %73, %57 : tensor<2x2x3x3xf32>
    %75 = stablehlo.add %72, %74 : tensor<2x2x3x3xf32>
    %cst_18 = stablehlo.constant dense<3.024000e+04> : tensor<f32>
    %76 = stablehlo.broadcast_in_dim %cst_18, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %77 = stablehlo.multiply %76, %56 : tensor<3x3xf32>
    %78 = stablehlo.broadcast_in_dim %77, dims = [1, 2] : (tensor<3x3xf32>) -> tensor<1x3x3xf32>
    %79 = stablehlo.broadcast_in_dim %78, dims = [1, 2, 3] : (tensor<1x3x3xf32>) -> tensor<1x1x3x3xf32>
    %80 = stablehlo.broadcast_in_dim %79, dims = [0, 1, 2, 3] : (tensor<1x1x3x3xf32>) -> tensor<2x2x3x3xf32>
    %81 = stablehlo.add %75, %80 : tensor<2x2x3x3xf32>
    %c_19 = stablehlo.constant dense<2> : tensor<i32>
    %82 = stablehlo.broadcast_in_dim %c_19, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %83 = stablehlo.compare EQ, %18, %82, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %84 = stablehlo.broadcast_in_dim %83, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x3x3xi1>
    %85 = stablehlo.select %84, %14, %14 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %86 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %87 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %c_20 = stablehlo.constant dense<0> : tensor<i32>
    %88 = stablehlo.broadcast_in_dim %c_20, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %89 = stablehlo.add %86, %88 : tensor<3x3xi32>
    %90 = stablehlo.compare EQ, %89, %87, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %91 = stablehlo.convert %90 : (tensor<3x3xi1>) -> tensor<3x3xf32>
    %92 = stablehlo.dot_general %85, %85, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %93 = stablehlo.dot_general %92, %92, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %94 = stablehlo.dot_general %93, %92, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %cst_21 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %95 = stablehlo.broadcast_in_dim %cst_21, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %96 = stablehlo.multiply %95, %94 : tensor<2x2x3x3xf32>
    %cst_22 = stablehlo.constant dense<1.512000e+03> : tensor<f32>
    %97 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %98 = stablehlo.multiply %97, %93 : tensor<2x2x3x3xf32>
    %99 = stablehlo.add %96, %98 : tensor<2x2x3x3xf32>
    %cst_23 = stablehlo.constant dense<2.772000e+05> : tensor<f32>
    %100 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %101 = stablehlo.multiply %100, %92 : tensor<2x2x3x3xf32>
    %102 = stablehlo.add %99, %101 : tensor<2x2x3x3xf32>
    %cst_24 = stablehlo.constant dense<8.648640e+06> : tensor<f32>
    %103 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %104 = stablehlo.multiply %103, %91 : tensor<3x3xf32>
    %105 = stablehlo.broadcast_in_dim %104, dims = [1, 2] : (tensor<3x3xf32>) -> tensor<1x3x3xf32>
    %106 = stablehlo.broadcast_in_dim %105, dims = [1, 2, 3] : (tensor<1x3x3xf32>) -> tensor<1x1x3x3xf32>
    %107 = stablehlo.broadcast_in_dim %106, dims = [0, 1, 2, 3] : (tensor<1x1x3x3xf32>) -> tensor<2x2x3x3xf32>
    %108 = stablehlo.add %102, %107 : tensor<2x2x3x3xf32>
    %109 = stablehlo.dot_general %85, %108, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %cst_25 = stablehlo.constant dense<5.600000e+01> : tensor<f32>
    %110 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %111 = stablehlo.multiply %110, %94 : tensor<2x2x3x3xf32>
    %cst_26 = stablehlo.constant dense<2.520000e+04> : tensor<f32>
    %112 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %113 = stablehlo.multiply %112, %93 : tensor<2x2x3x3xf32>
    %114 = stablehlo.add %111, %113 : tensor<2x2x3x3xf32>
    %cst_27 = stablehlo.constant dense<1.995840e+06> : tensor<f32>
    %115 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %116 = stablehlo.multiply %115, %92 : tensor<2x2x3x3xf32>
    %117 = stablehlo.add %114, %116 : tensor<2x2x3x3xf32>
    %cst_28 = stablehlo.constant dense<0x4B83F7C0> : tensor<f32>
    %118 = stablehlo.broadcast_in_dim %cst_28, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %119 = stablehlo.multiply %118, %91 : tensor<3x3xf32>
    %120 = stablehlo.broadcast_in_dim %119, dims = [1, 2] : (tensor<3x3xf32>) -> tensor<1x3x3xf32>
    %121 = stablehlo.broadcast_in_dim %120, dims = [1, 2, 3] : (tensor<1x3x3xf32>) -> tensor<1x1x3x3xf32>
    %122 = stablehlo.broadcast_in_dim %121, dims = [0, 1, 2, 3] : (tensor<1x1x3x3xf32>) -> tensor<2x2x3x3xf32>
    %123 = stablehlo.add %117, %122 : tensor<2x2x3x3xf32>
    %124 = stablehlo.broadcast_in_dim %18, dims = [0, 1] : (tensor<2x2xi32>) -> tensor<2x2x3x3xi32>
    %c_29 = stablehlo.constant dense<1> : tensor<i32>
    %125 = stablehlo.broadcast_in_dim %c_29, dims = [] : (tensor<i32>) -> tensor<2x2x3x3xi32>
    %126 = stablehlo.compare LT, %124, %125, SIGNED : (tensor<2x2x3x3xi32>, tensor<2x2x3x3xi32>) -> tensor<2x2x3x3xi1>
    %c_30 = stablehlo.constant dense<2> : tensor<i32>
    %127 = stablehlo.broadcast_in_dim %c_30, dims = [] : (tensor<i32>) -> tensor<2x2x3x3xi32>
    %128 = stablehlo.compare LT, %124, %127, SIGNED : (tensor<2x2x3x3xi32>, tensor<2x2x3x3xi32>) -> tensor<2x2x3x3xi1>
    %129 = stablehlo.select %128, %70, %109 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %130 = stablehlo.select %126, %38, %129 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %131 = stablehlo.broadcast_in_dim %18, dims = [0, 1] : (tensor<2x2xi32>) -> tensor<2x2x3x3xi32>
    %c_31 = stablehlo.constant dense<1> : tensor<i32>
    %132 = stablehlo.broadcast_in_dim %c_31, dims = [] : (tensor<i32>) -> tensor<2x2x3x3xi32>
    %133 = stablehlo.compare LT, %131, %132, SIGNED : (tensor<2x2x3x3xi32>, tensor<2x2x3x3xi32>) -> tensor<2x2x3x3xi1>
    %c_32 = stablehlo.constant dense<2> : tensor<i32>
    %134 = stablehlo.broadcast_in_dim %c_32, dims = [] : (tensor<i32>) -> tensor<2x2x3x3xi32>
    %135 = stablehlo.compare LT, %131, %134, SIGNED : (tensor<2x2x3x3xi32>, tensor<2x2x3x3xi32>) -> tensor<2x2x3x3xi1>
    %136 = stablehlo.select %135, %81, %123 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %137 = stablehlo.select %133, %46, %136 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %138 = stablehlo.add %130, %137 : tensor<2x2x3x3xf32>
    %139 = stablehlo.negate %130 : tensor<2x2x3x3xf32>
    %140 = stablehlo.add %139, %137 : tensor<2x2x3x3xf32>
    return %138, %140, %9 : tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>, tensor<2x2xf32>
  }
  func.func private @norm(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2xf32> {
    %0 = stablehlo.abs %arg0 : tensor<2x2x3x3xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<2x2x3x3xf32>, tensor<f32>) -> tensor<2x2x3xf32>
    %cst_0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %2 = stablehlo.reduce(%1 init: %cst_0) applies stablehlo.maximum across dimensions = [2] : (tensor<2x2x3xf32>, tensor<f32>) -> tensor<2x2xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %4 = stablehlo.maximum %3, %2 : tensor<2x2xf32>
    return %4 : tensor<2x2xf32>
  }
  func.func private @digitize(%arg0: tensor<2x2xf32>, %arg1: tensor<2xf32>) -> tensor<2x2xi32> {
    %0 = stablehlo.slice %arg1 [1:2] : (tensor<2xf32>) -> tensor<1xf32>
    %1 = stablehlo.reshape %0 : (tensor<1xf32>) -> tensor<f32>
    %2 = stablehlo.slice %arg1 [0:1] : (tensor<2xf32>) -> tensor<1xf32>
    %3 = stablehlo.reshape %2 : (tensor<1xf32>) -> tensor<f32>
    %4 = stablehlo.compare GE, %1, %3, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %5 = call @searchsorted(%arg1, %arg0) : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<2x2xi32>
    %6 = stablehlo.reverse %arg1, dims = [0] : tensor<2xf32>
    %7 = call @searchsorted(%6, %arg0) : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<2x2xi32>
    %c = stablehlo.constant dense<2> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %9 = stablehlo.subtract %8, %7 : tensor<2x2xi32>
    %10 = call @_where(%4, %5, %9) : (tensor<i1>, tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi32>
    return %10 : tensor<2x2xi32>
  }
  func.func private @searchsorted(%arg0: tensor<2xf32>, %arg1: tensor<2x2xf32>) -> tensor<2x2xi32> {
    %0 = call @_searchsorted_scan_impl(%arg0, %arg1) : (tensor<2xf32>, tensor<2x2xf32>) -> tensor<2x2xi32>
    return %0 : tensor<2x2xi32>
  }
  func.func private @_searchsorted_scan_impl(%arg0: tensor<2xf32>, %arg1: tensor<2x2xf32>) -> tensor<2x2xi32> {
    %c = stablehlo.constant dense<0> : tensor<ui32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<ui32>) -> tensor<2xui32>
    %c_0 = stablehlo.constant dense<2> : tensor<ui32>
    %1 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<ui32>) -> tensor<2xui32>
    %2 = stablehlo.broadcast_in_dim %0, dims = [1] : (tensor<2xui32>) -> tensor<2x2xui32>
    %3 = stablehlo.broadcast_in_dim %1, dims = [1] : (tensor<2xui32>) -> tensor<2x2xui32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %4:5 = stablehlo.while(%iterArg = %arg0, %iterArg_2 = %arg1, %iterArg_3 = %c_1, %iterArg_4 = %2, %iterArg_5 = %3) : tensor<2xf32>, tensor<2x2xf32>, tensor<i32>, tensor<2x2xui32>, tensor<2x2xui32>
    cond {
      %c_6 = stablehlo.constant dense<2> : tensor<i32>
      %6 = stablehlo.compare LT, %iterArg_3, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %6 : tensor<i1>
    } do {
      %6:2 = func.call @closed_call_2(%iterArg, %iterArg_2, %iterArg_4, %iterArg_5) : (tensor<2xf32>, tensor<2x2xf32>, tensor<2x2xui32>, tensor<2x2xui32>) -> (tensor<2x2xui32>, tensor<2x2xui32>)
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %7 = stablehlo.add %iterArg_3, %c_6 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_2, %7, %6#0, %6#1 : tensor<2xf32>, tensor<2x2xf32>, tensor<i32>, tensor<2x2xui32>, tensor<2x2xui32>
    }
    %5 = stablehlo.convert %4#4 : (tensor<2x2xui32>) -> tensor<2x2xi32>
    return %5 : tensor<2x2xi32>
  }
  func.func private @closed_call_2(%arg0: tensor<2xf32>, %arg1: tensor<2x2xf32>, %arg2: tensor<2x2xui32>, %arg3: tensor<2x2xui32>) -> (tensor<2x2xui32>, tensor<2x2xui32>) {
    %0 = stablehlo.subtract %arg3, %arg2 : tensor<2x2xui32>
    %c = stablehlo.constant dense<2> : tensor<i32>
    %1 = call @floor_divide(%0, %c) : (tensor<2x2xui32>, tensor<i32>) -> tensor<2x2xui32>
    %2 = stablehlo.add %arg2, %1 : tensor<2x2xui32>
    %3 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<2x2xui32>) -> tensor<2x2x1xui32>
    %4 = "stablehlo.gather"(%arg0, %3) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], start_index_map = [0], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1>}> : (tensor<2xf32>, tensor<2x2x1xui32>) -> tensor<2x2x1xf32>
    %5 = stablehlo.reshape %4 : (tensor<2x2x1xf32>) -> tensor<2x2xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %7 = stablehlo.compare EQ, %arg1, %6, FLOAT : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [1] : (tensor<2xf32>) -> tensor<2x2xf32>
    %10 = stablehlo.select %7, %9, %arg1 : tensor<2x2xi1>, tensor<2x2xf32>
    %11 = stablehlo.compare NE, %arg1, %arg1, FLOAT : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
    %cst_1 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %13 = stablehlo.broadcast_in_dim %12, dims = [1] : (tensor<2xf32>) -> tensor<2x2xf32>
    %14 = stablehlo.select %11, %13, %10 : tensor<2x2xi1>, tensor<2x2xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %16 = stablehlo.compare EQ, %5, %15, FLOAT : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %18 = stablehlo.broadcast_in_dim %17, dims = [1] : (tensor<2xf32>) -> tensor<2x2xf32>
    %19 = stablehlo.select %16, %18, %5 : tensor<2x2xi1>, tensor<2x2xf32>
    %20 = stablehlo.compare NE, %5, %5, FLOAT : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
    %cst_4 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %21 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %22 = stablehlo.broadcast_in_dim %21, dims = [1] : (tensor<2xf32>) -> tensor<2x2xf32>
    %23 = stablehlo.select %20, %22, %19 : tensor<2x2xi1>, tensor<2x2xf32>
    %24 = stablehlo.compare LT, %14, %23, TOTALORDER : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
    %25 = stablehlo.select %24, %arg2, %2 : tensor<2x2xi1>, tensor<2x2xui32>
    %26 = stablehlo.select %24, %2, %arg3 : tensor<2x2xi1>, tensor<2x2xui32>
    return %25, %26 : tensor<2x2xui32>, tensor<2x2xui32>
  }
  func.func private @floor_divide(%arg0: tensor<2x2xui32>, %arg1: tensor<i32>) -> tensor<2x2xui32> {
    %0 = stablehlo.convert %arg1 : (tensor<i32>) -> tensor<ui32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<ui32>) -> tensor<2x2xui32>
    %2 = stablehlo.divide %arg0, %1 : tensor<2x2xui32>
    return %2 : tensor<2x2xui32>
  }
  func.func private @_where(%arg0: tensor<i1>, %arg1: tensor<2x2xi32>, %arg2: tensor<2x2xi32>) -> tensor<2x2xi32> {
    %0 = stablehlo.select %arg0, %arg1, %arg2 : tensor<i1>, tensor<2x2xi32>
    return %0 : tensor<2x2xi32>
  }
  func.func private @solve_3(%arg0: tensor<2x2x3x3xf32>, %arg1: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0:3 = stablehlo.custom_call @lapack_sgetrf_ffi(%arg0) {backend_config = "", mhlo.backend_config = {}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 1, 0]> : tensor<3xindex>, dense<[1, 0]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m, n], [i, j, o], [i, j]) {i=2, j=2, k=3, l=3, m=3, n=3, o=3}, custom>} : (tensor<2x2x3x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3xi32>, tensor<2x2xi32>)
    %c = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2x3xi32>
    %2 = stablehlo.subtract %0#1, %1 : tensor<2x2x3xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %4 = stablehlo.compare GE, %0#2, %3, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1x1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %7 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xi1>) -> tensor<2x2x3x3xi1>
    %8 = stablehlo.select %7, %0#0, %6 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %9 = stablehlo.iota dim = 2 : tensor<2x2x3xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %10:4 = stablehlo.while(%iterArg = %2, %iterArg_3 = %c_2, %iterArg_4 = %c_1, %iterArg_5 = %9) : tensor<2x2x3xi32>, tensor<i32>, tensor<i32>, tensor<2x2x3xi32>
    cond {
      %c_6 = stablehlo.constant dense<3> : tensor<i32>
      %14 = stablehlo.compare LT, %iterArg_3, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %14 : tensor<i1>
    } do {
      %14:2 = func.call @closed_call(%iterArg, %iterArg_4, %iterArg_5) : (tensor<2x2x3xi32>, tensor<i32>, tensor<2x2x3xi32>) -> (tensor<i32>, tensor<2x2x3xi32>)
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %15 = stablehlo.add %iterArg_3, %c_6 : tensor<i32>
      stablehlo.return %iterArg, %15, %14#0, %14#1 : tensor<2x2x3xi32>, tensor<i32>, tensor<i32>, tensor<2x2x3xi32>
    }
    %11 = stablehlo.transpose %arg1, dims = [0, 1, 3, 2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %12 = call @_lu_solve_1(%8, %10#3, %11) : (tensor<2x2x3x3xf32>, tensor<2x2x3xi32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %13 = stablehlo.transpose %12, dims = [0, 1, 3, 2] : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    return %13 : tensor<2x2x3x3xf32>
  }
  func.func private @_squaring(%arg0: tensor<2x2x3x3xf32>, %arg1: tensor<2x2xf32>) -> tensor<2x2x3x3xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<16xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1:4 = stablehlo.while(%iterArg = %0, %iterArg_0 = %arg1, %iterArg_1 = %c, %iterArg_2 = %arg0) : tensor<16xf32>, tensor<2x2xf32>, tensor<i32>, tensor<2x2x3x3xf32>
    cond {
      %c_3 = stablehlo.constant dense<16> : tensor<i32>
      %2 = stablehlo.compare LT, %iterArg_1, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %2 : tensor<i1>
    } do {
      %2 = func.call @dynamic_index_in_dim(%iterArg, %iterArg_1) : (tensor<16xf32>, tensor<i32>) -> tensor<f32>
      %3 = func.call @closed_call_4(%iterArg_0, %iterArg_2, %2) : (tensor<2x2xf32>, tensor<2x2x3x3xf32>, tensor<f32>) -> tensor<2x2x3x3xf32>
      %c_3 = stablehlo.constant dense<1> : tensor<i32>
      %4 = stablehlo.add %iterArg_1, %c_3 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_0, %4, %3 : tensor<16xf32>, tensor<2x2xf32>, tensor<i32>, tensor<2x2x3x3xf32>
    }
    return %1#3 : tensor<2x2x3x3xf32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<16xf32>, %arg1: tensor<i32>) -> tensor<f32> {
    %0 = stablehlo.dynamic_slice %arg0, %arg1, sizes = [1] : (tensor<16xf32>, tensor<i32>) -> tensor<1xf32>
    %1 = stablehlo.reshape %0 : (tensor<1xf32>) -> tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @closed_call_4(%arg0: tensor<2x2xf32>, %arg1: tensor<2x2x3x3xf32>, %arg2: tensor<f32>) -> tensor<2x2x3x3xf32> {
    %0 = stablehlo.broadcast_in_dim %arg2, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %1 = stablehlo.compare LT, %0, %arg0, FLOAT : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xi1>
    %2 = stablehlo.convert %1 : (tensor<2x2xi1>) -> tensor<2x2xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %4 = stablehlo.compare EQ, %2, %3, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x3x3xi1>
    %6 = stablehlo.select %5, %arg1, %arg1 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %c_0 = stablehlo.constant dense<1> : tensor<i32>
    %7 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %8 = stablehlo.compare EQ, %2, %7, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %9 = stablehlo.broadcast_in_dim %8, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x3x3xi1>
    %10 = stablehlo.select %9, %arg1, %arg1 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %11 = stablehlo.dot_general %10, %10, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x2x3x3xf32>, tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %12 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<2x2xi32>) -> tensor<2x2x3x3xi32>
    %c_1 = stablehlo.constant dense<1> : tensor<i32>
    %13 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<2x2x3x3xi32>
    %14 = stablehlo.compare LT, %12, %13, SIGNED : (tensor<2x2x3x3xi32>, tensor<2x2x3x3xi32>) -> tensor<2x2x3x3xi1>
    %15 = stablehlo.select %14, %6, %11 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    return %15 : tensor<2x2x3x3xf32>
  }
  func.func private @eigvals(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2x3xcomplex<f32>> {
    %0:5 = stablehlo.custom_call @lapack_sgeev_ffi(%arg0) {backend_config = "", mhlo.backend_config = {compute_left = 78 : ui8, compute_right = 78 : ui8}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], result_layouts = [dense<[2, 1, 0]> : tensor<3xindex>, dense<[2, 1, 0]> : tensor<3xindex>, dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[1, 0]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m], [i, j, n], [i, j, o, p], [i, j, q, r], [i, j]) {i=2, j=2, k=3, l=3, m=3, n=3, o=3, p=3, q=3, r=3}, custom>} : (tensor<2x2x3x3xf32>) -> (tensor<2x2x3xf32>, tensor<2x2x3xf32>, tensor<2x2x3x3xcomplex<f32>>, tensor<2x2x3x3xcomplex<f32>>, tensor<2x2xi32>)
    %1 = stablehlo.complex %0#0, %0#1 : tensor<2x2x3xcomplex<f32>>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %3 = stablehlo.compare EQ, %0#4, %2, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %4 = stablehlo.broadcast_in_dim %3, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1xi1>
    %cst = stablehlo.constant dense<(0x7FC00000,0x7FC00000)> : tensor<complex<f32>>
    %5 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<complex<f32>>) -> tensor<2x2x3xcomplex<f32>>
    %6 = stablehlo.broadcast_in_dim %4, dims = [0, 1, 2] : (tensor<2x2x1xi1>) -> tensor<2x2x3xi1>
    %7 = stablehlo.select %6, %1, %5 : tensor<2x2x3xi1>, tensor<2x2x3xcomplex<f32>>
    return %7 : tensor<2x2x3xcomplex<f32>>
  }
  func.func private @lu(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0 = call @_lu(%arg0) : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    return %0 : tensor<2x2x3x3xf32>
  }
  func.func private @_lu(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0:3 = stablehlo.custom_call @lapack_sgetrf_ffi(%arg0) {backend_config = "", mhlo.backend_config = {}, mhlo.frontend_attributes = {num_batch_dims = "2"}, operand_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>], output_operand_aliases = [#stablehlo.output_operand_alias<output_tuple_indices = [0], operand_index = 0, operand_tuple_indices = []>], result_layouts = [dense<[2, 3, 1, 0]> : tensor<4xindex>, dense<[2, 1, 0]> : tensor<3xindex>, dense<[1, 0]> : tensor<2xindex>], sdy.sharding_rule = #sdy.op_sharding_rule<([i, j, k, l])->([i, j, m, n], [i, j, o], [i, j]) {i=2, j=2, k=3, l=3, m=3, n=3, o=3}, custom>} : (tensor<2x2x3x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3xi32>, tensor<2x2xi32>)
    %c = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<2x2x3xi32>
    %2 = stablehlo.subtract %0#1, %1 : tensor<2x2x3xi32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<2x2xi32>
    %4 = stablehlo.compare GE, %0#2, %3, SIGNED : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi1>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<2x2xi1>) -> tensor<2x2x1x1xi1>
    %cst = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2x3x3xf32>
    %7 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 2, 3] : (tensor<2x2x1x1xi1>) -> tensor<2x2x3x3xi1>
    %8 = stablehlo.select %7, %0#0, %6 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    %9 = stablehlo.iota dim = 2 : tensor<2x2x3xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %10:4 = stablehlo.while(%iterArg = %2, %iterArg_3 = %c_2, %iterArg_4 = %c_1, %iterArg_5 = %9) : tensor<2x2x3xi32>, tensor<i32>, tensor<i32>, tensor<2x2x3xi32>
    cond {
      %c_6 = stablehlo.constant dense<3> : tensor<i32>
      %12 = stablehlo.compare LT, %iterArg_3, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %12 : tensor<i1>
    } do {
      %12:2 = func.call @closed_call(%iterArg, %iterArg_4, %iterArg_5) : (tensor<2x2x3xi32>, tensor<i32>, tensor<2x2x3xi32>) -> (tensor<i32>, tensor<2x2x3xi32>)
      %c_6 = stablehlo.constant dense<1> : tensor<i32>
      %13 = stablehlo.add %iterArg_3, %c_6 : tensor<i32>
      stablehlo.return %iterArg, %13, %12#0, %12#1 : tensor<2x2x3xi32>, tensor<i32>, tensor<i32>, tensor<2x2x3xi32>
    }
    %11 = call @triu(%8) : (tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32>
    return %11 : tensor<2x2x3x3xf32>
  }
  func.func private @triu(%arg0: tensor<2x2x3x3xf32>) -> tensor<2x2x3x3xf32> {
    %0 = stablehlo.iota dim = 0 : tensor<3x3xi32>
    %c = stablehlo.constant dense<-1> : tensor<i32>
    %1 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<3x3xi32>
    %2 = stablehlo.add %0, %1 : tensor<3x3xi32>
    %3 = stablehlo.iota dim = 1 : tensor<3x3xi32>
    %4 = stablehlo.compare GE, %2, %3, SIGNED : (tensor<3x3xi32>, tensor<3x3xi32>) -> tensor<3x3xi1>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<3x3xf32>
    %6 = stablehlo.broadcast_in_dim %4, dims = [1, 2] : (tensor<3x3xi1>) -> tensor<2x3x3xi1>
    %7 = stablehlo.broadcast_in_dim %5, dims = [1, 2] : (tensor<3x3xf32>) -> tensor<2x3x3xf32>
    %8 = stablehlo.broadcast_in_dim %6, dims = [1, 2, 3] : (tensor<2x3x3xi1>) -> tensor<2x2x3x3xi1>
    %9 = stablehlo.broadcast_in_dim %7, dims = [1, 2, 3] : (tensor<2x3x3xf32>) -> tensor<2x2x3x3xf32>
    %10 = stablehlo.select %8, %9, %arg0 : tensor<2x2x3x3xi1>, tensor<2x2x3x3xf32>
    return %10 : tensor<2x2x3x3xf32>
  }
}
