// Adding a broadcast zero does nothing.
func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
  %2 = stablehlo.add %1, %arg0 : tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}
// =>
func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = stablehlo.constant dense<0.0> : tensor<2x3xf32>
  return %arg0 : tensor<2x3xf32>
}
// -----
// Arithmetic on splats is done now.
func.func @main() -> tensor<5xf32> {
  %0 = stablehlo.constant dense<2.0> : tensor<5xf32>
  %1 = stablehlo.constant dense<3.0> : tensor<5xf32>
  %2 = stablehlo.multiply %0, %1 : tensor<5xf32>
  return %2 : tensor<5xf32>
}
// =>
func.func @main() -> tensor<5xf32> {
  %0 = stablehlo.constant dense<2.0> : tensor<5xf32>
  %1 = stablehlo.constant dense<3.0> : tensor<5xf32>
  %2 = stablehlo.constant dense<6.0> : tensor<5xf32>
  return %2 : tensor<5xf32>
}
// -----
// A transpose in order and a reshape to the same shape disappear; subtraction from zero stays.
func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.transpose %arg0, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = stablehlo.reshape %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = stablehlo.constant dense<0.0> : tensor<2x3xf32>
  %3 = stablehlo.subtract %2, %1 : tensor<2x3xf32>
  return %3 : tensor<2x3xf32>
}
// =>
func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.constant dense<0.0> : tensor<2x3xf32>
  %1 = stablehlo.subtract %0, %arg0 : tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}
