// A constant used twice becomes two, so that its users can be sharded differently.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4x2xf32>, %b: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %c = stablehlo.constant dense<1.0> : tensor<4x2xf32>
  %0 = stablehlo.add %a, %c : tensor<4x2xf32>
  %1 = stablehlo.multiply %b, %c : tensor<4x2xf32>
  return %0, %1 : tensor<4x2xf32>, tensor<4x2xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4x2xf32>, %arg1: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
    %0 = sdy.constant dense<1.000000e+00> : tensor<4x2xf32>
    %1 = sdy.constant dense<1.000000e+00> : tensor<4x2xf32>
    %2 = stablehlo.add %arg0, %0 : tensor<4x2xf32>
    %3 = stablehlo.multiply %arg1, %1 : tensor<4x2xf32>
    return %2, %3 : tensor<4x2xf32>, tensor<4x2xf32>
  }
}
// -----
// A broadcast scalar is split with its broadcast; the scalar itself stays shared.
func.func @main(%s: tensor<f32>, %a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %b = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<4xf32>
  %0 = stablehlo.add %a, %b : tensor<4xf32>
  %1 = stablehlo.multiply %a, %b : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<f32>, %arg1: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    %0 = stablehlo.broadcast_in_dim %arg0, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %2 = stablehlo.add %arg1, %0 : tensor<4xf32>
    %3 = stablehlo.multiply %arg1, %1 : tensor<4xf32>
    return %2, %3 : tensor<4xf32>, tensor<4xf32>
  }
}
