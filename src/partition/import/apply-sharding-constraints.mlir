// A closed constraint on a value without sharding shards the value itself.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %0 = stablehlo.tanh %a : tensor<4x2xf32>
  %1 = sdy.sharding_constraint %0 <@mesh, [{"x"}, {}]> : tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4x2xf32>) -> tensor<4x2xf32> {
    %0 = stablehlo.tanh %arg0 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}, {}]>]>} : tensor<4x2xf32>
    %1 = sdy.sharding_constraint %0 <@mesh, [{"x"}, {}]> : tensor<4x2xf32>
    return %1 : tensor<4x2xf32>
  }
}
// -----
// An open constraint does not.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %0 = stablehlo.tanh %a : tensor<4x2xf32>
  %1 = sdy.sharding_constraint %0 <@mesh, [{"x"}, {?}]> : tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4x2xf32>) -> tensor<4x2xf32> {
    %0 = stablehlo.tanh %arg0 : tensor<4x2xf32>
    %1 = sdy.sharding_constraint %0 <@mesh, [{"x"}, {?}]> : tensor<4x2xf32>
    return %1 : tensor<4x2xf32>
  }
}
