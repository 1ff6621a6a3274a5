// What two devices each add up in bf16 stays float32 until it is one sum, and is rounded once.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4x8xbf16> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}, %b: tensor<8x4xbf16> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> tensor<4x4xbf16> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>} : (tensor<4x8xbf16>, tensor<8x4xbf16>) -> tensor<4x4xbf16>
  %1 = sdy.all_reduce {"x"} %0 out_sharding=<@mesh, [{}, {}]> : tensor<4x4xbf16>
  return %1 : tensor<4x4xbf16>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4x8xbf16> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}, %arg1: tensor<8x4xbf16> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}]>}) -> tensor<4x4xbf16> {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>} : (tensor<4x8xbf16>, tensor<8x4xbf16>) -> tensor<4x4xf32>
    %1 = sdy.all_reduce {"x"} %0 out_sharding=<@mesh, [{}, {}]> : tensor<4x4xf32>
    %2 = stablehlo.convert %1 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>} : (tensor<4x4xf32>) -> tensor<4x4xbf16>
    return %2 : tensor<4x4xbf16>
  }
}
// -----
// A sum over a dimension widens its operand; through an addition and a transpose that nobody else needs, it stays wide.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<8x2x3xf16> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}, {}]>}, %d: tensor<2x3xf16> {sdy.sharding = #sdy.sharding<@mesh, [{}, {}], unreduced={"x"}>}) -> tensor<3x2xf16> {
  %z = stablehlo.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, []>]>} dense<0.000000e+00> : tensor<f16>
  %0 = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}], unreduced={"x"}>]>} : (tensor<8x2x3xf16>, tensor<f16>) -> tensor<2x3xf16>
  %1 = stablehlo.add %0, %d {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}], unreduced={"x"}>]>} : tensor<2x3xf16>
  %2 = stablehlo.transpose %1, dims = [1, 0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}], unreduced={"x"}>]>} : (tensor<2x3xf16>) -> tensor<3x2xf16>
  %3 = sdy.all_reduce {"x"} %2 out_sharding=<@mesh, [{}, {}]> : tensor<3x2xf16>
  return %3 : tensor<3x2xf16>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<8x2x3xf16> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}, {}, {}]>}, %arg1: tensor<2x3xf16> {sdy.sharding = #sdy.sharding<@mesh, [{}, {}], unreduced={"x"}>}) -> tensor<3x2xf16> {
    %cst = stablehlo.constant {sdy.sharding = #sdy.sharding_per_value<[<@mesh, []>]>} dense<0.000000e+00> : tensor<f16>
    %0 = stablehlo.convert %arg0 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"x"}, {}, {}]>]>} : (tensor<8x2x3xf16>) -> tensor<8x2x3xf32>
    %1 = stablehlo.convert %cst {sdy.sharding = #sdy.sharding_per_value<[<@mesh, []>]>} : (tensor<f16>) -> tensor<f32>
    %2 = stablehlo.reduce(%0 init: %1) applies stablehlo.add across dimensions = [0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}], unreduced={"x"}>]>} : (tensor<8x2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
    %3 = stablehlo.convert %arg1 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}], unreduced={"x"}>]>} : (tensor<2x3xf16>) -> tensor<2x3xf32>
    %4 = stablehlo.add %2, %3 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}], unreduced={"x"}>]>} : tensor<2x3xf32>
    %5 = stablehlo.transpose %4, dims = [1, 0] {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}], unreduced={"x"}>]>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %6 = sdy.all_reduce {"x"} %5 out_sharding=<@mesh, [{}, {}]> : tensor<3x2xf32>
    %7 = stablehlo.convert %6 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{}, {}]>]>} : (tensor<3x2xf32>) -> tensor<3x2xf16>
    return %7 : tensor<3x2xf16>
  }
}
// -----
// Sums of float32, maxima of sums, and sums that are needed in bf16 elsewhere are left alone.
sdy.mesh @mesh = <["x"=2]>
func.func @main(%a: tensor<4x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}, %b: tensor<4x8xbf16> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}) -> (tensor<4x4xf32>, tensor<4x4xbf16>, tensor<4x4xbf16>, tensor<4x4xbf16>) {
  %0 = stablehlo.dot_general %a, %a, contracting_dims = [1] x [1] : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x4xf32>
  %1 = sdy.all_reduce {"x"} %0 out_sharding=<@mesh, [{}, {}]> : tensor<4x4xf32>
  %2 = stablehlo.dot_general %b, %b, contracting_dims = [1] x [1] : (tensor<4x8xbf16>, tensor<4x8xbf16>) -> tensor<4x4xbf16>
  %3 = sdy.all_reduce max {"x"} %2 out_sharding=<@mesh, [{}, {}]> : tensor<4x4xbf16>
  %4 = stablehlo.dot_general %b, %b, contracting_dims = [1] x [1] : (tensor<4x8xbf16>, tensor<4x8xbf16>) -> tensor<4x4xbf16>
  %5 = sdy.all_reduce {"x"} %4 out_sharding=<@mesh, [{}, {}]> : tensor<4x4xbf16>
  return %1, %3, %4, %5 : tensor<4x4xf32>, tensor<4x4xbf16>, tensor<4x4xbf16>, tensor<4x4xbf16>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2]>
  func.func @main(%arg0: tensor<4x8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}, %arg1: tensor<4x8xbf16> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"x"}]>}) -> (tensor<4x4xf32>, tensor<4x4xbf16>, tensor<4x4xbf16>, tensor<4x4xbf16>) {
    %0 = stablehlo.dot_general %arg0, %arg0, contracting_dims = [1] x [1] : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x4xf32>
    %1 = sdy.all_reduce {"x"} %0 out_sharding=<@mesh, [{}, {}]> : tensor<4x4xf32>
    %2 = stablehlo.dot_general %arg1, %arg1, contracting_dims = [1] x [1] : (tensor<4x8xbf16>, tensor<4x8xbf16>) -> tensor<4x4xbf16>
    %3 = sdy.all_reduce max {"x"} %2 out_sharding=<@mesh, [{}, {}]> : tensor<4x4xbf16>
    %4 = stablehlo.dot_general %arg1, %arg1, contracting_dims = [1] x [1] : (tensor<4x8xbf16>, tensor<4x8xbf16>) -> tensor<4x4xbf16>
    %5 = sdy.all_reduce {"x"} %4 out_sharding=<@mesh, [{}, {}]> : tensor<4x4xbf16>
    return %1, %3, %4, %5 : tensor<4x4xf32>, tensor<4x4xbf16>, tensor<4x4xbf16>, tensor<4x4xbf16>
  }
}
