// A sum of bf16 is made in float32 and rounded once; a maximum is left alone.
func.func @main(%arg0: tensor<4x3xbf16>) -> (tensor<3xbf16>, tensor<4xbf16>) {
  %0 = stablehlo.constant dense<0.0> : tensor<bf16>
  %1 = stablehlo.reduce(%arg0 init: %0) applies stablehlo.add across dimensions = [0] : (tensor<4x3xbf16>, tensor<bf16>) -> tensor<3xbf16>
  %2 = stablehlo.constant dense<0xFF80> : tensor<bf16>
  %3 = stablehlo.reduce(%arg0 init: %2) applies stablehlo.maximum across dimensions = [1] : (tensor<4x3xbf16>, tensor<bf16>) -> tensor<4xbf16>
  return %1, %3 : tensor<3xbf16>, tensor<4xbf16>
}
// =>
module {
  func.func @main(%arg0: tensor<4x3xbf16>) -> (tensor<3xbf16>, tensor<4xbf16>) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<bf16>
    %0 = stablehlo.convert %arg0 : (tensor<4x3xbf16>) -> tensor<4x3xf32>
    %1 = stablehlo.convert %cst : (tensor<bf16>) -> tensor<f32>
    %2 = stablehlo.reduce(%0 init: %1) applies stablehlo.add across dimensions = [0] : (tensor<4x3xf32>, tensor<f32>) -> tensor<3xf32>
    %3 = stablehlo.convert %2 : (tensor<3xf32>) -> tensor<3xbf16>
    %cst_0 = stablehlo.constant dense<0xFF80> : tensor<bf16>
    %4 = stablehlo.reduce(%arg0 init: %cst_0) applies stablehlo.maximum across dimensions = [1] : (tensor<4x3xbf16>, tensor<bf16>) -> tensor<4xbf16>
    return %3, %4 : tensor<3xbf16>, tensor<4xbf16>
  }
}
// -----
// Windows of many f16 likewise; a sum of f32 stays as it is.
func.func @main(%arg0: tensor<200xf16>, %arg1: tensor<4xf32>) -> (tensor<72xf16>, tensor<f32>) {
  %0 = stablehlo.constant dense<0.0> : tensor<f16>
  %1 = "stablehlo.reduce_window"(%arg0, %0) <{window_dimensions = array<i64: 129>}> ({
  ^bb0(%a: tensor<f16>, %b: tensor<f16>):
    %s = stablehlo.add %a, %b : tensor<f16>
    stablehlo.return %s : tensor<f16>
  }) : (tensor<200xf16>, tensor<f16>) -> tensor<72xf16>
  %2 = stablehlo.constant dense<0.0> : tensor<f32>
  %3 = stablehlo.reduce(%arg1 init: %2) applies stablehlo.add across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
  return %1, %3 : tensor<72xf16>, tensor<f32>
}
// =>
module {
  func.func @main(%arg0: tensor<200xf16>, %arg1: tensor<4xf32>) -> (tensor<72xf16>, tensor<f32>) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f16>
    %0 = stablehlo.convert %arg0 : (tensor<200xf16>) -> tensor<200xf32>
    %1 = stablehlo.convert %cst : (tensor<f16>) -> tensor<f32>
    %2 = "stablehlo.reduce_window"(%0, %1) <{window_dimensions = array<i64: 129>}> ({
    ^bb0(%arg2: tensor<f32>, %arg3: tensor<f32>):
      %5 = stablehlo.add %arg2, %arg3 : tensor<f32>
      stablehlo.return %5 : tensor<f32>
    }) : (tensor<200xf32>, tensor<f32>) -> tensor<72xf32>
    %3 = stablehlo.convert %2 : (tensor<72xf32>) -> tensor<72xf16>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %4 = stablehlo.reduce(%arg1 init: %cst_0) applies stablehlo.add across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
    return %3, %4 : tensor<72xf16>, tensor<f32>
  }
}
// -----
// A window of few terms adds up term by term, as the specification says.
func.func @main(%arg0: tensor<4xf16>) -> tensor<3xf16> {
  %0 = stablehlo.constant dense<0.0> : tensor<f16>
  %1 = "stablehlo.reduce_window"(%arg0, %0) <{window_dimensions = array<i64: 2>}> ({
  ^bb0(%a: tensor<f16>, %b: tensor<f16>):
    %s = stablehlo.add %a, %b : tensor<f16>
    stablehlo.return %s : tensor<f16>
  }) : (tensor<4xf16>, tensor<f16>) -> tensor<3xf16>
  return %1 : tensor<3xf16>
}
// =>
func.func @main(%arg0: tensor<4xf16>) -> tensor<3xf16> {
  %0 = stablehlo.constant dense<0.0> : tensor<f16>
  %1 = "stablehlo.reduce_window"(%arg0, %0) <{window_dimensions = array<i64: 2>}> ({
  ^bb0(%a: tensor<f16>, %b: tensor<f16>):
    %s = stablehlo.add %a, %b : tensor<f16>
    stablehlo.return %s : tensor<f16>
  }) : (tensor<4xf16>, tensor<f16>) -> tensor<3xf16>
  return %1 : tensor<3xf16>
}
