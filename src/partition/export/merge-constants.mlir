// Equal constants of one block are one again, and so are broadcasts of one scalar.
func.func @main(%a: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xf32> {
  %0 = sdy.constant dense<1.000000e+00> : tensor<4xf32>
  %1 = sdy.constant dense<1.000000e+00> : tensor<4xf32>
  %2 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<4xf32>
  %3 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<4xf32>
  %4 = stablehlo.add %0, %2 : tensor<4xf32>
  %5 = stablehlo.multiply %1, %3 : tensor<4xf32>
  %6 = stablehlo.subtract %4, %5 : tensor<4xf32>
  return %6 : tensor<4xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<4xf32>, %arg1: tensor<f32>) -> tensor<4xf32> {
    %0 = sdy.constant dense<1.000000e+00> : tensor<4xf32>
    %1 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %2 = stablehlo.add %0, %1 : tensor<4xf32>
    %3 = stablehlo.multiply %0, %1 : tensor<4xf32>
    %4 = stablehlo.subtract %2, %3 : tensor<4xf32>
    return %4 : tensor<4xf32>
  }
}
// -----
// Constants that are sharded otherwise, have another type, or lie in another block stay apart; so do broadcasts to other shapes.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%p: tensor<i1>, %s: tensor<f32>) -> (tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<2xf32>) {
  %0 = sdy.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} dense<1.000000e+00> : tensor<4xf32>
  %1 = sdy.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}]>]>} dense<1.000000e+00> : tensor<4xf32>
  %2 = sdy.constant dense<1> : tensor<4xi32>
  %3 = stablehlo.add %0, %1 : tensor<4xf32>
  %4 = "stablehlo.if"(%p) ({
    %7 = sdy.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} dense<1.000000e+00> : tensor<4xf32>
    stablehlo.return %7 : tensor<4xf32>
  }, {
    stablehlo.return %3 : tensor<4xf32>
  }) : (tensor<i1>) -> tensor<4xf32>
  %5 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<4xf32>
  %6 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<2xf32>
  return %4, %2, %5, %6 : tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<2xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<i1>, %arg1: tensor<f32>) -> (tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<2xf32>) {
    %0 = sdy.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} dense<1.000000e+00> : tensor<4xf32>
    %1 = sdy.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}]>]>} dense<1.000000e+00> : tensor<4xf32>
    %2 = sdy.constant dense<1> : tensor<4xi32>
    %3 = stablehlo.add %0, %1 : tensor<4xf32>
    %4 = "stablehlo.if"(%arg0) ({
      %7 = sdy.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} dense<1.000000e+00> : tensor<4xf32>
      stablehlo.return %7 : tensor<4xf32>
    }, {
      stablehlo.return %3 : tensor<4xf32>
    }) : (tensor<i1>) -> tensor<4xf32>
    %5 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %6 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<2xf32>
    return %4, %2, %5, %6 : tensor<4xf32>, tensor<4xi32>, tensor<4xf32>, tensor<2xf32>
  }
}
