// A scan becomes a while that slices its input, keeps its invariant carry outside and writes its output in place.
func.func @main(%arg0: tensor<3xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> (tensor<3xf32>, tensor<f32>) {
  %0:3 = chlo.scan(%arg0) inits (%arg1, %arg2) dimension=0 {
  ^bb0(%x: tensor<f32>, %c: tensor<f32>, %k: tensor<f32>):
    %1 = stablehlo.multiply %x, %k : tensor<f32>
    %2 = stablehlo.add %c, %1 : tensor<f32>
    stablehlo.return %1, %2, %k : tensor<f32>, tensor<f32>, tensor<f32>
  } : (tensor<3xf32>, tensor<f32>, tensor<f32>) -> (tensor<3xf32>, tensor<f32>, tensor<f32>)
  return %0#0, %0#1 : tensor<3xf32>, tensor<f32>
}
// =>
module {
  func.func @main(%arg0: tensor<3xf32>, %arg1: tensor<f32>, %arg2: tensor<f32>) -> (tensor<3xf32>, tensor<f32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<3xf32>
    %0:3 = stablehlo.while(%iterArg = %c, %iterArg_0 = %arg1, %iterArg_1 = %cst) : tensor<i32>, tensor<f32>, tensor<3xf32>
    cond {
      %c_2 = stablehlo.constant dense<3> : tensor<i32>
      %1 = stablehlo.compare LT, %iterArg, %c_2 : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %1 : tensor<i1>
    } do {
      %c_2 = stablehlo.constant dense<0> : tensor<i32>
      %1 = stablehlo.dynamic_slice %arg0, %iterArg, sizes = [1] : (tensor<3xf32>, tensor<i32>) -> tensor<1xf32>
      %2 = stablehlo.reshape %1 : (tensor<1xf32>) -> tensor<f32>
      %3 = stablehlo.multiply %2, %arg2 : tensor<f32>
      %4 = stablehlo.add %iterArg_0, %3 : tensor<f32>
      %5 = stablehlo.reshape %3 : (tensor<f32>) -> tensor<1xf32>
      %c_3 = stablehlo.constant dense<0> : tensor<i32>
      %6 = stablehlo.dynamic_update_slice %iterArg_1, %5, %iterArg : (tensor<3xf32>, tensor<1xf32>, tensor<i32>) -> tensor<3xf32>
      %c_4 = stablehlo.constant dense<1> : tensor<i32>
      %7 = stablehlo.add %iterArg, %c_4 : tensor<i32>
      stablehlo.return %7, %4, %6 : tensor<i32>, tensor<f32>, tensor<3xf32>
    }
    return %0#2, %0#1 : tensor<3xf32>, tensor<f32>
  }
}
