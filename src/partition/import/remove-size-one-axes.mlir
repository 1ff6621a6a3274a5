// Axes of size one cut nothing: they go from dimensions, from replicated and from unreduced axes; the mesh keeps them.
sdy.mesh @mesh = <["one"=1, "x"=2, "also"=1]>
func.func @main(%a: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"one", "x"}, {?}], replicated={"also"}>}) -> tensor<4x4xf32> {
  %0 = stablehlo.negate %a {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}, {"also", ?}], unreduced={"one"}>]>} : tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["one"=1, "x"=2, "also"=1]>
  func.func @main(%arg0: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {?}]>}) -> tensor<4x4xf32> {
    %0 = stablehlo.negate %arg0 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}, {?}]>]>} : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
}
// -----
// A priority means nothing where no axis is left in a closed dimension; in an open one it stays.
sdy.mesh @mesh = <["one"=1, "x"=2]>
func.func @main(%a: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"one"}p1, {"x"}p2]>}, %b: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"one", ?}p1, {}]>}) -> tensor<4x4xf32> {
  %0 = stablehlo.add %a, %b : tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["one"=1, "x"=2]>
  func.func @main(%arg0: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}p2]>}, %arg1: tensor<4x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{?}p1, {}]>}) -> tensor<4x4xf32> {
    %0 = stablehlo.add %arg0, %arg1 : tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
}
