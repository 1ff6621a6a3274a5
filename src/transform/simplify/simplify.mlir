// Adding a broadcast zero does nothing.
func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
  %2 = stablehlo.add %1, %arg0 : tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}
// =>
func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = stablehlo.constant dense<0.0> : tensor<2x3xf32>
  return %arg0 : tensor<2x3xf32>
}
// -----
// Arithmetic on splats is done now.
func.func @main() -> tensor<5xf32> {
  %0 = stablehlo.constant dense<2.0> : tensor<5xf32>
  %1 = stablehlo.constant dense<3.0> : tensor<5xf32>
  %2 = stablehlo.multiply %0, %1 : tensor<5xf32>
  return %2 : tensor<5xf32>
}
// =>
func.func @main() -> tensor<5xf32> {
  %0 = stablehlo.constant dense<2.0> : tensor<5xf32>
  %1 = stablehlo.constant dense<3.0> : tensor<5xf32>
  %2 = stablehlo.constant dense<6.0> : tensor<5xf32>
  return %2 : tensor<5xf32>
}
// -----
// A transpose in order and a reshape to the same shape disappear; subtraction from zero stays.
func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.transpose %arg0, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = stablehlo.reshape %0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = stablehlo.constant dense<0.0> : tensor<2x3xf32>
  %3 = stablehlo.subtract %2, %1 : tensor<2x3xf32>
  return %3 : tensor<2x3xf32>
}
// =>
func.func @main(%arg0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = stablehlo.constant dense<0.0> : tensor<2x3xf32>
  %1 = stablehlo.subtract %0, %arg0 : tensor<2x3xf32>
  return %1 : tensor<2x3xf32>
}
// -----
// An op that carries a sharding says where its value lies: it is not folded away, whatever it computes.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c = stablehlo.constant dense<2.000000e+00> : tensor<4xf32>
  %z = stablehlo.constant dense<0.000000e+00> : tensor<4xf32>
  %0 = stablehlo.multiply %c, %c {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : tensor<4xf32>
  %1 = stablehlo.add %a, %z {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    %cst = stablehlo.constant dense<2.000000e+00> : tensor<4xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<4xf32>
    %0 = stablehlo.multiply %cst, %cst {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : tensor<4xf32>
    %1 = stablehlo.add %arg0, %cst_0 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : tensor<4xf32>
    return %0, %1 : tensor<4xf32>, tensor<4xf32>
  }
}
// -----
// Inside a region too; an op on a splat and another value stays.
func.func @main(%p: tensor<i1>, %a: tensor<2xf32>) -> tensor<2xf32> {
  %0 = "stablehlo.if"(%p) ({
    %c = stablehlo.constant dense<4.000000e+00> : tensor<2xf32>
    %1 = stablehlo.sqrt %c : tensor<2xf32>
    %2 = stablehlo.multiply %a, %1 : tensor<2xf32>
    stablehlo.return %2 : tensor<2xf32>
  }, {
    stablehlo.return %a : tensor<2xf32>
  }) : (tensor<i1>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<i1>, %arg1: tensor<2xf32>) -> tensor<2xf32> {
    %0 = "stablehlo.if"(%arg0) ({
      %cst = stablehlo.constant dense<4.000000e+00> : tensor<2xf32>
      %cst_0 = stablehlo.constant dense<2.000000e+00> : tensor<2xf32>
      %1 = stablehlo.multiply %arg1, %cst_0 : tensor<2xf32>
      stablehlo.return %1 : tensor<2xf32>
    }, {
      stablehlo.return %arg1 : tensor<2xf32>
    }) : (tensor<i1>) -> tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}
// -----
// An op that carries a sharding says where its value lies: it is not folded away, whatever it computes.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c = stablehlo.constant dense<2.000000e+00> : tensor<4xf32>
  %z = stablehlo.constant dense<0.000000e+00> : tensor<4xf32>
  %0 = stablehlo.multiply %c, %c {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : tensor<4xf32>
  %1 = stablehlo.add %a, %z {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    %cst = stablehlo.constant dense<2.000000e+00> : tensor<4xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<4xf32>
    %0 = stablehlo.multiply %cst, %cst {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : tensor<4xf32>
    %1 = stablehlo.add %arg0, %cst_0 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}]>]>} : tensor<4xf32>
    return %0, %1 : tensor<4xf32>, tensor<4xf32>
  }
}
// -----
// Inside a region too; an op on a splat and another value stays.
func.func @main(%p: tensor<i1>, %a: tensor<2xf32>) -> tensor<2xf32> {
  %0 = "stablehlo.if"(%p) ({
    %c = stablehlo.constant dense<4.000000e+00> : tensor<2xf32>
    %1 = stablehlo.sqrt %c : tensor<2xf32>
    %2 = stablehlo.multiply %a, %1 : tensor<2xf32>
    stablehlo.return %2 : tensor<2xf32>
  }, {
    stablehlo.return %a : tensor<2xf32>
  }) : (tensor<i1>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<i1>, %arg1: tensor<2xf32>) -> tensor<2xf32> {
    %0 = "stablehlo.if"(%arg0) ({
      %cst = stablehlo.constant dense<4.000000e+00> : tensor<2xf32>
      %cst_0 = stablehlo.constant dense<2.000000e+00> : tensor<2xf32>
      %1 = stablehlo.multiply %arg1, %cst_0 : tensor<2xf32>
      stablehlo.return %1 : tensor<2xf32>
    }, {
      stablehlo.return %arg1 : tensor<2xf32>
    }) : (tensor<i1>) -> tensor<2xf32>
    return %0 : tensor<2xf32>
  }
}
// -----
// What has no elements needs no work: a sum and what is gathered from several devices.
func.func @main(%arg0: tensor<0x3xf32>, %arg1: tensor<2x3xf32>) -> (tensor<0x3xf32>, tensor<2x0xf32>, tensor<3xf32>) {
  %0 = stablehlo.multiply %arg0, %arg0 : tensor<0x3xf32>
  %1 = stablehlo.slice %arg1 [0:2, 3:3] : (tensor<2x3xf32>) -> tensor<2x0xf32>
  %2 = "stablehlo.all_gather"(%1) {all_gather_dim = 0 : i64, replica_groups = dense<0> : tensor<1x1xi64>} : (tensor<2x0xf32>) -> tensor<2x0xf32>
  %3 = stablehlo.constant dense<0.0> : tensor<f32>
  %4 = stablehlo.reduce(%0 init: %3) applies stablehlo.add across dimensions = [0] : (tensor<0x3xf32>, tensor<f32>) -> tensor<3xf32>
  return %0, %2, %4 : tensor<0x3xf32>, tensor<2x0xf32>, tensor<3xf32>
}
// =>
func.func @main(%arg0: tensor<0x3xf32>, %arg1: tensor<2x3xf32>) -> (tensor<0x3xf32>, tensor<2x0xf32>, tensor<3xf32>) {
  %cst = stablehlo.constant dense<> : tensor<0x3xf32>
  %cst_0 = stablehlo.constant dense<> : tensor<2x0xf32>
  %cst_1 = stablehlo.constant dense<> : tensor<2x0xf32>
  %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
  %0 = stablehlo.reduce(%cst init: %cst_2) applies stablehlo.add across dimensions = [0] : (tensor<0x3xf32>, tensor<f32>) -> tensor<3xf32>
  return %cst, %cst_1, %0 : tensor<0x3xf32>, tensor<2x0xf32>, tensor<3xf32>
}
