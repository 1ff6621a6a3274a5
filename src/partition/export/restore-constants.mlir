// A constant that was set apart is a plain one again, with its sharding.
sdy.mesh @mesh = <["x"=2]>
func.func @main() -> tensor<4xf32> {
  %0 = sdy.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} dense<1.000000e+00> : tensor<4xf32>
  return %0 : tensor<4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main() -> tensor<4xf32> {
    %cst = stablehlo.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} dense<1.000000e+00> : tensor<4xf32>
    return %cst : tensor<4xf32>
  }
}
// -----
// Inside of regions too; plain constants are left as they are.
func.func @main(%p: tensor<i1>) -> tensor<2xi32> {
  %0 = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
  %1 = "stablehlo.if"(%p) ({
    %2 = sdy.constant dense<[3, 4]> : tensor<2xi32>
    stablehlo.return %2 : tensor<2xi32>
  }, {
    stablehlo.return %0 : tensor<2xi32>
  }) : (tensor<i1>) -> tensor<2xi32>
  return %1 : tensor<2xi32>
}
// =>
module {
  func.func @main(%arg0: tensor<i1>) -> tensor<2xi32> {
    %c = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
    %0 = "stablehlo.if"(%arg0) ({
      %c_0 = stablehlo.constant dense<[3, 4]> : tensor<2xi32>
      stablehlo.return %c_0 : tensor<2xi32>
    }, {
      stablehlo.return %c : tensor<2xi32>
    }) : (tensor<i1>) -> tensor<2xi32>
    return %0 : tensor<2xi32>
  }
}
