// An unused op disappears.
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.sine %arg0 : tensor<f32>
  %1 = stablehlo.cosine %arg0 : tensor<f32>
  return %1 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.cosine %arg0 : tensor<f32>
  return %0 : tensor<f32>
}
// -----
// A loop carry that only feeds itself disappears with what computes it.
func.func @main(%arg0: tensor<f32>, %arg1: tensor<i32>) -> tensor<f32> {
  %0 = stablehlo.constant dense<3> : tensor<i32>
  %1 = stablehlo.constant dense<1> : tensor<i32>
  %2:3 = stablehlo.while(%iterArg = %arg1, %iterArg_0 = %arg0, %iterArg_1 = %arg0) : tensor<i32>, tensor<f32>, tensor<f32>
  cond {
    %3 = stablehlo.compare LT, %iterArg, %0 : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %3 : tensor<i1>
  } do {
    %3 = stablehlo.add %iterArg, %1 : tensor<i32>
    %4 = stablehlo.sine %iterArg_0 : tensor<f32>
    %5 = stablehlo.negate %iterArg_1 : tensor<f32>
    stablehlo.return %3, %4, %5 : tensor<i32>, tensor<f32>, tensor<f32>
  }
  return %2#2 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<f32>, %arg1: tensor<i32>) -> tensor<f32> {
  %0 = stablehlo.constant dense<3> : tensor<i32>
  %1 = stablehlo.constant dense<1> : tensor<i32>
  %2:2 = stablehlo.while(%iterArg = %arg1, %iterArg_0 = %arg0) : tensor<i32>, tensor<f32>
  cond {
    %3 = stablehlo.compare LT, %iterArg, %0 : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %3 : tensor<i1>
  } do {
    %3 = stablehlo.add %iterArg, %1 : tensor<i32>
    %4 = stablehlo.negate %iterArg_0 : tensor<f32>
    stablehlo.return %3, %4 : tensor<i32>, tensor<f32>
  }
  return %2#1 : tensor<f32>
}
// -----
// A private function nobody calls disappears.
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  return %arg0 : tensor<f32>
}
func.func private @unused(%arg0: tensor<f32>) -> tensor<f32> {
  return %arg0 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  return %arg0 : tensor<f32>
}
