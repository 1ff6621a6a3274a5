// Every manual axis is listed, in the mesh's order; those that a sharding does not use are replicated.
sdy.mesh @mesh = <["x"=2, "y"=2]>
func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = sdy.manual_computation(%a, %b) in_shardings=[<@mesh, [{"x", "y"}]>, <@mesh, [{"y"}]>] out_shardings=[<@mesh, [{"y"}]>] manual_axes={"y", "x"} (%c: tensor<1xf32>, %d: tensor<2xf32>) {
    %1 = stablehlo.negate %d : tensor<2xf32>
    sdy.return %1 : tensor<2xf32>
  } : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2, "y"=2]>
  func.func @main(%arg0: tensor<4xf32>, %arg1: tensor<4xf32>) -> tensor<4xf32> {
    %0 = sdy.manual_computation(%arg0, %arg1) in_shardings=[<@mesh, [{"x", "y"}]>, <@mesh, [{"y"}], replicated={"x"}>] out_shardings=[<@mesh, [{"y"}], replicated={"x"}>] manual_axes={"x", "y"} (%arg2: tensor<1xf32>, %arg3: tensor<2xf32>) {
      %1 = stablehlo.negate %arg3 : tensor<2xf32>
      sdy.return %1 : tensor<2xf32>
    } : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
// -----
// Free axes are the business of propagation: only manual ones are listed.
sdy.mesh @mesh = <["x"=2, "y"=2]>
func.func @main(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = sdy.manual_computation(%a) in_shardings=[<@mesh, [{}, {?}]>] out_shardings=[<@mesh, [{}, {"y", ?}]>] manual_axes={"x"} (%b: tensor<4x4xf32>) {
    %1 = stablehlo.negate %b : tensor<4x4xf32>
    sdy.return %1 : tensor<4x4xf32>
  } : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2, "y"=2]>
  func.func @main(%arg0: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %0 = sdy.manual_computation(%arg0) in_shardings=[<@mesh, [{}, {?}], replicated={"x"}>] out_shardings=[<@mesh, [{}, {"y", ?}], replicated={"x"}>] manual_axes={"x"} (%arg1: tensor<4x4xf32>) {
      %1 = stablehlo.negate %arg1 : tensor<4x4xf32>
      sdy.return %1 : tensor<4x4xf32>
    } : (tensor<4x4xf32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32>
  }
}
