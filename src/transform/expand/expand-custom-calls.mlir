// mhlo.erf is chlo.erf, whatever its configuration.
func.func @main(%a: tensor<3xf32>) -> tensor<3xf32> {
  %0 = stablehlo.custom_call @mhlo.erf(%a) {mhlo.attributes = {}, mhlo.version = 1 : i64} : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<3xf32>) -> tensor<3xf32> {
    %0 = chlo.erf %arg0 : tensor<3xf32> -> tensor<3xf32>
    return %0 : tensor<3xf32>
  }
}
// -----
// LAPACK's LU counts its swaps from one.
func.func @main(%a: tensor<2x3x3xf32>) -> (tensor<2x3x3xf32>, tensor<2x3xi32>, tensor<2xi32>) {
  %0:3 = stablehlo.custom_call @lapack_sgetrf_ffi(%a) {mhlo.backend_config = {}} : (tensor<2x3x3xf32>) -> (tensor<2x3x3xf32>, tensor<2x3xi32>, tensor<2xi32>)
  return %0#0, %0#1, %0#2 : tensor<2x3x3xf32>, tensor<2x3xi32>, tensor<2xi32>
}
// =>
module {
  func.func @main(%arg0: tensor<2x3x3xf32>) -> (tensor<2x3x3xf32>, tensor<2x3xi32>, tensor<2xi32>) {
    %0:3 = "espalier.lu"(%arg0) : (tensor<2x3x3xf32>) -> (tensor<2x3x3xf32>, tensor<2x3xi32>, tensor<2xi32>)
    %c = stablehlo.constant dense<1> : tensor<2x3xi32>
    %1 = stablehlo.add %0#1, %c : tensor<2x3xi32>
    return %0#0, %1, %0#2 : tensor<2x3x3xf32>, tensor<2x3xi32>, tensor<2xi32>
  }
}
// -----
// Triangular systems, inside a region: letters are written as their codes.
func.func @main(%p: tensor<i1>, %a: tensor<3x3xf64>, %b: tensor<3x2xf64>) -> tensor<3x2xf64> {
  %0 = "stablehlo.if"(%p) ({
    %1 = stablehlo.custom_call @lapack_dtrsm_ffi(%a, %b) {mhlo.backend_config = {diag = 85 : ui8, side = 76 : ui8, trans_x = 84 : ui8, uplo = 76 : ui8}} : (tensor<3x3xf64>, tensor<3x2xf64>) -> tensor<3x2xf64>
    stablehlo.return %1 : tensor<3x2xf64>
  }, {
    stablehlo.return %b : tensor<3x2xf64>
  }) : (tensor<i1>) -> tensor<3x2xf64>
  return %0 : tensor<3x2xf64>
}
// =>
module {
  func.func @main(%arg0: tensor<i1>, %arg1: tensor<3x3xf64>, %arg2: tensor<3x2xf64>) -> tensor<3x2xf64> {
    %0 = "stablehlo.if"(%arg0) ({
      %1 = "stablehlo.triangular_solve"(%arg1, %arg2) <{left_side = true, lower = true, transpose_a = #stablehlo<transpose TRANSPOSE>, unit_diagonal = true}> : (tensor<3x3xf64>, tensor<3x2xf64>) -> tensor<3x2xf64>
      stablehlo.return %1 : tensor<3x2xf64>
    }, {
      stablehlo.return %arg2 : tensor<3x2xf64>
    }) : (tensor<i1>) -> tensor<3x2xf64>
    return %0 : tensor<3x2xf64>
  }
}
// -----
// The largest elements in the order of a comparator that the call names.
func.func @main(%x: tensor<2x9xf32>, %i: tensor<2x9xi32>, %v: tensor<f32>, %n: tensor<i32>) -> (tensor<2x4xf32>, tensor<2x4xi32>) {
  %0:2 = stablehlo.custom_call @ApproxTopK(%x, %i, %v, %n) {called_computations = [@less], mhlo.backend_config = {reduction_dim = 1 : i64, top_k = 4 : i64}} : (tensor<2x9xf32>, tensor<2x9xi32>, tensor<f32>, tensor<i32>) -> (tensor<2x4xf32>, tensor<2x4xi32>)
  return %0#0, %0#1 : tensor<2x4xf32>, tensor<2x4xi32>
}
func.func private @less(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<i32>, %d: tensor<i32>) -> tensor<i1> {
  %0 = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
  return %0 : tensor<i1>
}
// =>
module {
  func.func @main(%arg0: tensor<2x9xf32>, %arg1: tensor<2x9xi32>, %arg2: tensor<f32>, %arg3: tensor<i32>) -> (tensor<2x4xf32>, tensor<2x4xi32>) {
    %0:2 = "stablehlo.sort"(%arg0, %arg1) <{dimension = 1 : i64, is_stable = true}> ({
    ^bb0(%arg4: tensor<f32>, %arg5: tensor<f32>, %arg6: tensor<i32>, %arg7: tensor<i32>):
      %3 = stablehlo.compare LT, %arg4, %arg5, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
      stablehlo.return %3 : tensor<i1>
    }) : (tensor<2x9xf32>, tensor<2x9xi32>) -> (tensor<2x9xf32>, tensor<2x9xi32>)
    %1 = stablehlo.slice %0#0 [0:2, 0:4] : (tensor<2x9xf32>) -> tensor<2x4xf32>
    %2 = stablehlo.slice %0#1 [0:2, 0:4] : (tensor<2x9xi32>) -> tensor<2x4xi32>
    return %1, %2 : tensor<2x4xf32>, tensor<2x4xi32>
  }
  func.func private @less(%arg0: tensor<f32>, %arg1: tensor<f32>, %arg2: tensor<i32>, %arg3: tensor<i32>) -> tensor<i1> {
    %0 = stablehlo.compare LT, %arg0, %arg1, TOTALORDER : (tensor<f32>, tensor<f32>) -> tensor<i1>
    return %0 : tensor<i1>
  }
}
// -----
// Calls that speak to the partitioner stay.
func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.custom_call @Sharding(%a) {mhlo.sharding = "{devices=[2]<=[2]}"} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.custom_call @Sharding(%arg0) {mhlo.sharding = "{devices=[2]<=[2]}"} : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
// -----
// A call that its routine does not take is refused with what was expected.
func.func @main(%a: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<i32>) {
  %0:2 = stablehlo.custom_call @lapack_spotrf_ffi(%a) {mhlo.backend_config = {uplo = 76 : ui8}} : (tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<i32>)
  return %0#0, %0#1 : tensor<2x3xf32>, tensor<i32>
}
// =>
// error: runtime/custom-call
