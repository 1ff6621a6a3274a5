// Two uses of one reshard share it; a detour is cut short.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = sdy.reshard %a <@mesh, [{}, {"x"}]> : tensor<4x4xf32>
  %1 = sdy.reshard %0 <@mesh, [{}, {}]> : tensor<4x4xf32>
  %2 = sdy.reshard %a <@mesh, [{}, {}]> : tensor<4x4xf32>
  %3 = stablehlo.tanh %1 : tensor<4x4xf32>
  return %3, %2 : tensor<4x4xf32>, tensor<4x4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> (tensor<4x4xf32>, tensor<4x4xf32>) {
    %0 = sdy.reshard %arg0 <@mesh, [{}, {}]> : tensor<4x4xf32>
    %1 = stablehlo.tanh %0 : tensor<4x4xf32>
    return %1, %0 : tensor<4x4xf32>, tensor<4x4xf32>
  }
}
// -----
// Equal reshards in different blocks are not shared: a branch that is not taken pays for nothing.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%p: tensor<i1>, %a: tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<4xf32> {
  %0 = "stablehlo.if"(%p) ({
    %1 = sdy.reshard %a <@mesh, [{}]> : tensor<4xf32>
    stablehlo.return %1 : tensor<4xf32>
  }, {
    %1 = sdy.reshard %a <@mesh, [{}]> : tensor<4xf32>
    %2 = stablehlo.sine %1 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}]>]>} : tensor<4xf32>
    stablehlo.return %2 : tensor<4xf32>
  }) : (tensor<i1>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<i1>, %arg1: tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<4xf32> {
    %0 = "stablehlo.if"(%arg0) ({
      %1 = sdy.reshard %arg1 <@mesh, [{}]> : tensor<4xf32>
      stablehlo.return %1 : tensor<4xf32>
    }, {
      %1 = sdy.reshard %arg1 <@mesh, [{}]> : tensor<4xf32>
      %2 = stablehlo.sine %1 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}]>]>} : tensor<4xf32>
      stablehlo.return %2 : tensor<4xf32>
    }) : (tensor<i1>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
// -----
// A reshard to the sharding there is, one that nobody uses, and those that only lead to such a one go.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> tensor<4x4xf32> {
  %0 = sdy.reshard %a <@mesh, [{"x"}, {}]> : tensor<4x4xf32>
  %1 = sdy.reshard %a <@mesh, [{}, {}]> : tensor<4x4xf32>
  %2 = sdy.reshard %1 <@mesh, [{}, {"x"}]> : tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> tensor<4x4xf32> {
    return %arg0 : tensor<4x4xf32>
  }
}
