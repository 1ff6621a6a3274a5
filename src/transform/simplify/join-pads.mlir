// The shares of three layers in the gradient of their stack, last layer first, become one concatenation.
func.func @main(%a: tensor<1x2xf32>, %b: tensor<1x2xf32>, %c: tensor<1x2xf32>) -> tensor<3x2xf32> {
  %zero = stablehlo.constant dense<0.000000e+00> : tensor<f32>
  %0 = stablehlo.pad %c, %zero, low = [2, 0], high = [0, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %1 = stablehlo.pad %b, %zero, low = [1, 0], high = [1, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %2 = stablehlo.pad %a, %zero, low = [0, 0], high = [2, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %3 = stablehlo.add %0, %1 : tensor<3x2xf32>
  %4 = stablehlo.add %3, %2 : tensor<3x2xf32>
  return %4 : tensor<3x2xf32>
}
// =>
func.func @main(%arg0: tensor<1x2xf32>, %arg1: tensor<1x2xf32>, %arg2: tensor<1x2xf32>) -> tensor<3x2xf32> {
  %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
  %0 = stablehlo.pad %arg2, %cst, low = [2, 0], high = [0, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %1 = stablehlo.pad %arg1, %cst, low = [1, 0], high = [1, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %2 = stablehlo.pad %arg0, %cst, low = [0, 0], high = [2, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %3 = stablehlo.concatenate %arg1, %arg2, dim = 0 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
  %4 = stablehlo.pad %3, %cst_0, low = [1, 0], high = [0, 0], interior = [0, 0] : (tensor<2x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %5 = stablehlo.concatenate %arg0, %arg1, %arg2, dim = 0 : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  return %5 : tensor<3x2xf32>
}
// -----
// Pieces with a gap between them, and pieces padded with something else than zero, stay sums.
func.func @main(%a: tensor<1x2xf32>, %b: tensor<1x2xf32>) -> (tensor<3x2xf32>, tensor<2x2xf32>) {
  %zero = stablehlo.constant dense<0.000000e+00> : tensor<f32>
  %one = stablehlo.constant dense<1.000000e+00> : tensor<f32>
  %0 = stablehlo.pad %a, %zero, low = [0, 0], high = [2, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %1 = stablehlo.pad %b, %zero, low = [2, 0], high = [0, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
  %2 = stablehlo.add %0, %1 : tensor<3x2xf32>
  %3 = stablehlo.pad %a, %one, low = [0, 0], high = [1, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %4 = stablehlo.pad %b, %zero, low = [1, 0], high = [0, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  %5 = stablehlo.add %3, %4 : tensor<2x2xf32>
  return %2, %5 : tensor<3x2xf32>, tensor<2x2xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<1x2xf32>, %arg1: tensor<1x2xf32>) -> (tensor<3x2xf32>, tensor<2x2xf32>) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %0 = stablehlo.pad %arg0, %cst, low = [0, 0], high = [2, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
    %1 = stablehlo.pad %arg1, %cst, low = [2, 0], high = [0, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<3x2xf32>
    %2 = stablehlo.add %0, %1 : tensor<3x2xf32>
    %3 = stablehlo.pad %arg0, %cst_0, low = [0, 0], high = [1, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<2x2xf32>
    %4 = stablehlo.pad %arg1, %cst, low = [1, 0], high = [0, 0], interior = [0, 0] : (tensor<1x2xf32>, tensor<f32>) -> tensor<2x2xf32>
    %5 = stablehlo.add %3, %4 : tensor<2x2xf32>
    return %2, %5 : tensor<3x2xf32>, tensor<2x2xf32>
  }
}
// -----
// Neighbours in the middle of the whole become a padded concatenation, along the dimension in which they touch.
func.func @main(%a: tensor<2x1xf32>, %b: tensor<2x2xf32>) -> tensor<2x5xf32> {
  %zero = stablehlo.constant dense<0.000000e+00> : tensor<f32>
  %0 = stablehlo.pad %b, %zero, low = [0, 2], high = [0, 1], interior = [0, 0] : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x5xf32>
  %1 = stablehlo.pad %a, %zero, low = [0, 1], high = [0, 3], interior = [0, 0] : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x5xf32>
  %2 = stablehlo.add %0, %1 : tensor<2x5xf32>
  return %2 : tensor<2x5xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<2x1xf32>, %arg1: tensor<2x2xf32>) -> tensor<2x5xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.pad %arg1, %cst, low = [0, 2], high = [0, 1], interior = [0, 0] : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x5xf32>
    %1 = stablehlo.pad %arg0, %cst, low = [0, 1], high = [0, 3], interior = [0, 0] : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x5xf32>
    %2 = stablehlo.concatenate %arg0, %arg1, dim = 1 : (tensor<2x1xf32>, tensor<2x2xf32>) -> tensor<2x3xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.pad %2, %cst_0, low = [0, 1], high = [0, 1], interior = [0, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x5xf32>
    return %3 : tensor<2x5xf32>
  }
}
