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
