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
// -----
// A composite inside a region is taken apart there.
func.func @main(%p: tensor<i1>, %a: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<3xf32> {
  %0 = "stablehlo.if"(%p) ({
    %1 = chlo.square %a : tensor<3xf32> -> tensor<3xf32>
    stablehlo.return %1 : tensor<3xf32>
  }, {
    stablehlo.return %b : tensor<3xf32>
  }) : (tensor<i1>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<i1>, %arg1: tensor<3xf32>, %arg2: tensor<3xf32>) -> tensor<3xf32> {
    %0 = "stablehlo.if"(%arg0) ({
      %1 = stablehlo.multiply %arg1, %arg1 : tensor<3xf32>
      stablehlo.return %1 : tensor<3xf32>
    }, {
      stablehlo.return %arg2 : tensor<3xf32>
    }) : (tensor<i1>) -> tensor<3xf32>
    return %0 : tensor<3xf32>
  }
}
// -----
// A scan in a scan leaves two whiles, one in the other; the primitive op beside them stays as it is.
func.func @main(%a: tensor<2x3xf32>, %c: tensor<f32>) -> tensor<f32> {
  %0 = chlo.scan(%a) inits (%c) dimension=0 {
  ^bb0(%row: tensor<3xf32>, %s: tensor<f32>):
    %1 = chlo.scan(%row) inits (%s) dimension=0 {
    ^bb0(%x: tensor<f32>, %t: tensor<f32>):
      %2 = stablehlo.add %x, %t : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    } : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    stablehlo.return %1 : tensor<f32>
  } : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>
  %3 = stablehlo.negate %0 : tensor<f32>
  return %3 : tensor<f32>
}
// =>
module {
  func.func @main(%arg0: tensor<2x3xf32>, %arg1: tensor<f32>) -> tensor<f32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0:2 = stablehlo.while(%iterArg = %c, %iterArg_0 = %arg1) : tensor<i32>, tensor<f32>
    cond {
      %c_1 = stablehlo.constant dense<2> : tensor<i32>
      %2 = stablehlo.compare LT, %iterArg, %c_1 : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %2 : tensor<i1>
    } do {
      %c_1 = stablehlo.constant dense<0> : tensor<i32>
      %2 = stablehlo.dynamic_slice %arg0, %iterArg, %c_1, sizes = [1, 3] : (tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
      %3 = stablehlo.reshape %2 : (tensor<1x3xf32>) -> tensor<3xf32>
      %c_2 = stablehlo.constant dense<0> : tensor<i32>
      %4:2 = stablehlo.while(%iterArg_4 = %c_2, %iterArg_5 = %iterArg_0) : tensor<i32>, tensor<f32>
      cond {
        %c_6 = stablehlo.constant dense<3> : tensor<i32>
        %6 = stablehlo.compare LT, %iterArg_4, %c_6 : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %6 : tensor<i1>
      } do {
        %c_6 = stablehlo.constant dense<0> : tensor<i32>
        %6 = stablehlo.dynamic_slice %3, %iterArg_4, sizes = [1] : (tensor<3xf32>, tensor<i32>) -> tensor<1xf32>
        %7 = stablehlo.reshape %6 : (tensor<1xf32>) -> tensor<f32>
        %8 = stablehlo.add %7, %iterArg_5 : tensor<f32>
        %c_7 = stablehlo.constant dense<1> : tensor<i32>
        %9 = stablehlo.add %iterArg_4, %c_7 : tensor<i32>
        stablehlo.return %9, %8 : tensor<i32>, tensor<f32>
      }
      %c_3 = stablehlo.constant dense<1> : tensor<i32>
      %5 = stablehlo.add %iterArg, %c_3 : tensor<i32>
      stablehlo.return %5, %4#1 : tensor<i32>, tensor<f32>
    }
    %1 = stablehlo.negate %0#1 : tensor<f32>
    return %1 : tensor<f32>
  }
}
