// Two calls with equal bodies are calls of one function.
func.func @main(%arg0: tensor<2xf32>) -> tensor<2xf32> {
  %0 = "espalier.call"(%arg0) <{name = "f"}> ({
  ^bb0(%arg1: tensor<2xf32>):
    %2 = stablehlo.sine %arg1 : tensor<2xf32>
    stablehlo.return %2 : tensor<2xf32>
  }) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = "espalier.call"(%0) <{name = "f"}> ({
  ^bb0(%arg1: tensor<2xf32>):
    %2 = stablehlo.sine %arg1 : tensor<2xf32>
    stablehlo.return %2 : tensor<2xf32>
  }) : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
// =>
func.func @main(%arg0: tensor<2xf32>) -> tensor<2xf32> {
  %0 = call @f(%arg0) : (tensor<2xf32>) -> tensor<2xf32>
  %1 = call @f(%0) : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
func.func private @f(%arg0: tensor<2xf32>) -> tensor<2xf32> {
  %0 = stablehlo.sine %arg0 : tensor<2xf32>
  return %0 : tensor<2xf32>
}
// -----
// Different bodies of one name get names of their own, and none takes that of a function that is there.
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = "espalier.call"(%arg0) <{name = "main"}> ({
  ^bb0(%arg1: tensor<f32>):
    %2 = stablehlo.sine %arg1 : tensor<f32>
    stablehlo.return %2 : tensor<f32>
  }) : (tensor<f32>) -> tensor<f32>
  %1 = "espalier.call"(%0) <{name = "main"}> ({
  ^bb0(%arg1: tensor<f32>):
    %2 = stablehlo.cosine %arg1 : tensor<f32>
    stablehlo.return %2 : tensor<f32>
  }) : (tensor<f32>) -> tensor<f32>
  return %1 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = call @main_0(%arg0) : (tensor<f32>) -> tensor<f32>
  %1 = call @main_1(%0) : (tensor<f32>) -> tensor<f32>
  return %1 : tensor<f32>
}
func.func private @main_0(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.sine %arg0 : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @main_1(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.cosine %arg0 : tensor<f32>
  return %0 : tensor<f32>
}
// -----
// A call inside a call, and one inside a branch.
func.func @main(%arg0: tensor<i1>, %arg1: tensor<f32>) -> tensor<f32> {
  %0 = "stablehlo.if"(%arg0) ({
    %1 = "espalier.call"(%arg1) <{name = "outer"}> ({
    ^bb0(%arg2: tensor<f32>):
      %2 = "espalier.call"(%arg2) <{name = "inner"}> ({
      ^bb0(%arg3: tensor<f32>):
        %3 = stablehlo.sine %arg3 : tensor<f32>
        stablehlo.return %3 : tensor<f32>
      }) : (tensor<f32>) -> tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<f32>) -> tensor<f32>
    stablehlo.return %1 : tensor<f32>
  }, {
    stablehlo.return %arg1 : tensor<f32>
  }) : (tensor<i1>) -> tensor<f32>
  return %0 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<i1>, %arg1: tensor<f32>) -> tensor<f32> {
  %0 = "stablehlo.if"(%arg0) ({
    %1 = call @outer(%arg1) : (tensor<f32>) -> tensor<f32>
    stablehlo.return %1 : tensor<f32>
  }, {
    stablehlo.return %arg1 : tensor<f32>
  }) : (tensor<i1>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func private @inner(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.sine %arg0 : tensor<f32>
  return %0 : tensor<f32>
}
func.func private @outer(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = call @inner(%arg0) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
