func.func @main() {
  %x = stablehlo.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %z = stablehlo.constant dense<0> : tensor<i64>
  %shape = stablehlo.constant dense<[3, 2]> : tensor<2xi64>
  %r = stablehlo.dynamic_reshape %x, %shape : (tensor<2x3xi64>, tensor<2xi64>) -> tensor<3x2xi64>
  check.expect_eq_const %r, dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi64>
  %s = stablehlo.get_dimension_size %x, dim = 1 : (tensor<2x3xi64>) -> tensor<i32>
  check.expect_eq_const %s, dense<3> : tensor<i32>
  %i = stablehlo.dynamic_iota %shape, dim = 1 : (tensor<2xi64>) -> tensor<3x2xi64>
  check.expect_eq_const %i, dense<[[0, 1], [0, 1], [0, 1]]> : tensor<3x2xi64>
  %big = stablehlo.constant dense<[2, 2, 3]> : tensor<3xi64>
  %b = stablehlo.dynamic_broadcast_in_dim %x, %big, dims = [1, 2] : (tensor<2x3xi64>, tensor<3xi64>) -> tensor<2x2x3xi64>
  check.expect_eq_const %b, dense<[[[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]]]> : tensor<2x2x3xi64>
  %low = stablehlo.constant dense<[0, 1]> : tensor<2xi64>
  %high = stablehlo.constant dense<[0, -1]> : tensor<2xi64>
  %in = stablehlo.constant dense<[1, 0]> : tensor<2xi64>
  %p = stablehlo.dynamic_pad %x, %z, %low, %high, %in : (tensor<2x3xi64>, tensor<i64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<3x3xi64>
  check.expect_eq_const %p, dense<[[0, 1, 2], [0, 0, 0], [0, 4, 5]]> : tensor<3x3xi64>
  %one = stablehlo.constant dense<1> : tensor<2xi64>
  %limit = stablehlo.constant dense<[2, 3]> : tensor<2xi64>
  %shape1 = stablehlo.constant dense<[4]> : tensor<1xi64>
  %d = stablehlo.real_dynamic_slice %x, %low, %limit, %one : (tensor<2x3xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<?x?xi64>
  %e = stablehlo.dynamic_reshape %d, %shape1 : (tensor<?x?xi64>, tensor<1xi64>) -> tensor<4xi64>
  check.expect_eq_const %e, dense<[2, 3, 5, 6]> : tensor<4xi64>
  %start = stablehlo.constant dense<[[1], [0]]> : tensor<2x1xi64>
  %sizes = stablehlo.constant dense<[1, 3]> : tensor<2xi64>
  %g = "stablehlo.dynamic_gather"(%x, %start, %sizes) {dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false} : (tensor<2x3xi64>, tensor<2x1xi64>, tensor<2xi64>) -> tensor<2x3xi64>
  check.expect_eq_const %g, dense<[[4, 5, 6], [1, 2, 3]]> : tensor<2x3xi64>
  func.return
}

// -----

func.func @dynamic_conv() {
  %lhs = stablehlo.constant dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi64>
  %rhs = stablehlo.constant dense<1> : tensor<3x3x1x1xi64>
  %padding = stablehlo.constant dense<1> : tensor<2x2xi64>
  %r = "stablehlo.dynamic_conv"(%lhs, %rhs, %padding) {
    dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>,
    feature_group_count = 1 : i64, batch_group_count = 1 : i64
  } : (tensor<1x2x2x1xi64>, tensor<3x3x1x1xi64>, tensor<2x2xi64>) -> tensor<1x2x2x1xi64>
  check.expect_eq_const %r, dense<10> : tensor<1x2x2x1xi64>
  func.return
}
