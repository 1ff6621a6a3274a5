// Operands of a product are rounded once, however many products use them; HIGHEST is left alone.
func.func @main(%arg0: tensor<2x3xf32>, %arg1: tensor<3x2xf32>) -> (tensor<2x2xf32>, tensor<3x3xf32>, tensor<2x2xf32>) {
  %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  %1 = stablehlo.dot_general %arg1, %arg0, contracting_dims = [1] x [0] : (tensor<3x2xf32>, tensor<2x3xf32>) -> tensor<3x3xf32>
  %2 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
  return %0, %1, %2 : tensor<2x2xf32>, tensor<3x3xf32>, tensor<2x2xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<2x3xf32>, %arg1: tensor<3x2xf32>) -> (tensor<2x2xf32>, tensor<3x3xf32>, tensor<2x2xf32>) {
    %0 = stablehlo.convert %arg0 : (tensor<2x3xf32>) -> tensor<2x3xbf16>
    %1 = stablehlo.convert %0 : (tensor<2x3xbf16>) -> tensor<2x3xf32>
    %2 = stablehlo.convert %arg1 : (tensor<3x2xf32>) -> tensor<3x2xbf16>
    %3 = stablehlo.convert %2 : (tensor<3x2xbf16>) -> tensor<3x2xf32>
    %4 = stablehlo.dot_general %1, %3, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
    %5 = stablehlo.dot_general %3, %1, contracting_dims = [1] x [0] : (tensor<3x2xf32>, tensor<2x3xf32>) -> tensor<3x3xf32>
    %6 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>
    return %4, %5, %6 : tensor<2x2xf32>, tensor<3x3xf32>, tensor<2x2xf32>
  }
}
// -----
// Only float32 operands of products are rounded, inside regions too: float64 ones and sums stay.
func.func @main(%p: tensor<i1>, %a: tensor<2x2xf32>, %d: tensor<2x2xf64>) -> (tensor<2x2xf32>, tensor<2x2xf64>) {
  %0 = "stablehlo.if"(%p) ({
    %2 = stablehlo.dot_general %a, %a, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    stablehlo.return %2 : tensor<2x2xf32>
  }, {
    %2 = stablehlo.add %a, %a : tensor<2x2xf32>
    stablehlo.return %2 : tensor<2x2xf32>
  }) : (tensor<i1>) -> tensor<2x2xf32>
  %1 = stablehlo.dot_general %d, %d, contracting_dims = [1] x [0] : (tensor<2x2xf64>, tensor<2x2xf64>) -> tensor<2x2xf64>
  return %0, %1 : tensor<2x2xf32>, tensor<2x2xf64>
}
// =>
module {
  func.func @main(%arg0: tensor<i1>, %arg1: tensor<2x2xf32>, %arg2: tensor<2x2xf64>) -> (tensor<2x2xf32>, tensor<2x2xf64>) {
    %0 = "stablehlo.if"(%arg0) ({
      %2 = stablehlo.convert %arg1 : (tensor<2x2xf32>) -> tensor<2x2xbf16>
      %3 = stablehlo.convert %2 : (tensor<2x2xbf16>) -> tensor<2x2xf32>
      %4 = stablehlo.dot_general %3, %3, contracting_dims = [1] x [0] : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
      stablehlo.return %4 : tensor<2x2xf32>
    }, {
      %2 = stablehlo.add %arg1, %arg1 : tensor<2x2xf32>
      stablehlo.return %2 : tensor<2x2xf32>
    }) : (tensor<i1>) -> tensor<2x2xf32>
    %1 = stablehlo.dot_general %arg2, %arg2, contracting_dims = [1] x [0] : (tensor<2x2xf64>, tensor<2x2xf64>) -> tensor<2x2xf64>
    return %0, %1 : tensor<2x2xf32>, tensor<2x2xf64>
  }
}
