// What enters whole is the same on all four devices: its sum over them is four times it.
sdy.mesh @mesh = <["x"=4]>
func.func @main(%a: tensor<3xf32>) -> tensor<3xf32> {
  %0 = sdy.manual_computation(%a) in_shardings=[<@mesh, [{}], replicated={"x"}>] out_shardings=[<@mesh, [{}], replicated={"x"}>] manual_axes={"x"} (%b: tensor<3xf32>) {
    %1 = stablehlo.sine %b : tensor<3xf32>
    %2 = "espalier.named_all_reduce"(%1) <{axes = ["x"], num_devices = 4 : i64, reduction = #espalier.axis_reduction<sum>, sizes = array<i64: 4>, strides = array<i64: 1>}> : (tensor<3xf32>) -> tensor<3xf32>
    sdy.return %2 : tensor<3xf32>
  } : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=4]>
  func.func @main(%arg0: tensor<3xf32>) -> tensor<3xf32> {
    %0 = sdy.manual_computation(%arg0) in_shardings=[<@mesh, [{}], replicated={"x"}>] out_shardings=[<@mesh, [{}], replicated={"x"}>] manual_axes={"x"} (%arg1: tensor<3xf32>) {
      %1 = stablehlo.sine %arg1 : tensor<3xf32>
      %cst = stablehlo.constant dense<4.000000e+00> : tensor<3xf32>
      %2 = stablehlo.multiply %1, %cst : tensor<3xf32>
      sdy.return %2 : tensor<3xf32>
    } : (tensor<3xf32>) -> tensor<3xf32>
    return %0 : tensor<3xf32>
  }
}
// -----
// Along "y" devices agree, along "x" they do not: the sum goes over "x" and is doubled; a sum of sums over "x" is doubled too.
sdy.mesh @mesh = <["x"=2, "y"=2]>
func.func @main(%a: tensor<4xf32>) -> tensor<2xf32> {
  %0 = sdy.manual_computation(%a) in_shardings=[<@mesh, [{"x"}], replicated={"y"}>] out_shardings=[<@mesh, [{}], replicated={"x", "y"}>] manual_axes={"x", "y"} (%b: tensor<2xf32>) {
    %1 = "espalier.named_all_reduce"(%b) <{axes = ["x", "y"], num_devices = 4 : i64, reduction = #espalier.axis_reduction<sum>, sizes = array<i64: 2, 2>, strides = array<i64: 2, 1>}> : (tensor<2xf32>) -> tensor<2xf32>
    %2 = "espalier.named_all_reduce"(%1) <{axes = ["x"], num_devices = 4 : i64, reduction = #espalier.axis_reduction<sum>, sizes = array<i64: 2>, strides = array<i64: 2>}> : (tensor<2xf32>) -> tensor<2xf32>
    sdy.return %2 : tensor<2xf32>
  } : (tensor<4xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2, "y"=2]>
  func.func @main(%arg0: tensor<4xf32>) -> tensor<2xf32> {
    %0 = sdy.manual_computation(%arg0) in_shardings=[<@mesh, [{"x"}], replicated={"y"}>] out_shardings=[<@mesh, [{}], replicated={"x", "y"}>] manual_axes={"x", "y"} (%arg1: tensor<2xf32>) {
      %1 = "espalier.named_all_reduce"(%arg1) <{axes = ["x"], num_devices = 4 : i64, reduction = #stablehlo<axis_reduction sum>, sizes = array<i64: 2>, strides = array<i64: 2>}> : (tensor<2xf32>) -> tensor<2xf32>
      %cst = stablehlo.constant dense<2.000000e+00> : tensor<2xf32>
      %2 = stablehlo.multiply %1, %cst : tensor<2xf32>
      %cst_0 = stablehlo.constant dense<2.000000e+00> : tensor<2xf32>
      %3 = stablehlo.multiply %2, %cst_0 : tensor<2xf32>
      sdy.return %3 : tensor<2xf32>
    } : (tensor<4xf32>) -> tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}
// -----
// The maximum of what devices agree on is itself; of what they do not, it stays a collective.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<2xf32>, %b: tensor<4xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0:2 = sdy.manual_computation(%a, %b) in_shardings=[<@mesh, [{}], replicated={"x"}>, <@mesh, [{"x"}]>] out_shardings=[<@mesh, [{}], replicated={"x"}>, <@mesh, [{}], replicated={"x"}>] manual_axes={"x"} (%c: tensor<2xf32>, %d: tensor<2xf32>) {
    %1 = "espalier.named_all_reduce"(%c) <{axes = ["x"], num_devices = 2 : i64, reduction = #espalier.axis_reduction<max>, sizes = array<i64: 2>, strides = array<i64: 1>}> : (tensor<2xf32>) -> tensor<2xf32>
    %2 = "espalier.named_all_reduce"(%d) <{axes = ["x"], num_devices = 2 : i64, reduction = #espalier.axis_reduction<max>, sizes = array<i64: 2>, strides = array<i64: 1>}> : (tensor<2xf32>) -> tensor<2xf32>
    sdy.return %1, %2 : tensor<2xf32>, tensor<2xf32>
  } : (tensor<2xf32>, tensor<4xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return %0#0, %0#1 : tensor<2xf32>, tensor<2xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<2xf32>, %arg1: tensor<4xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
    %0:2 = sdy.manual_computation(%arg0, %arg1) in_shardings=[<@mesh, [{}], replicated={"x"}>, <@mesh, [{"x"}]>] out_shardings=[<@mesh, [{}], replicated={"x"}>, <@mesh, [{}], replicated={"x"}>] manual_axes={"x"} (%arg2: tensor<2xf32>, %arg3: tensor<2xf32>) {
      %1 = "espalier.named_all_reduce"(%arg3) <{axes = ["x"], num_devices = 2 : i64, reduction = #stablehlo<axis_reduction max>, sizes = array<i64: 2>, strides = array<i64: 1>}> : (tensor<2xf32>) -> tensor<2xf32>
      sdy.return %arg2, %1 : tensor<2xf32>, tensor<2xf32>
    } : (tensor<2xf32>, tensor<4xf32>) -> (tensor<2xf32>, tensor<2xf32>)
    return %0#0, %0#1 : tensor<2xf32>, tensor<2xf32>
  }
}
