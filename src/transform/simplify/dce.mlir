// An unused op disappears.
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.sine %arg0 : tensor<f32>
  %1 = stablehlo.cosine %arg0 : tensor<f32>
  return %1 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  %0 = stablehlo.cosine %arg0 : tensor<f32>
  return %0 : tensor<f32>
}
// -----
// A loop carry that only feeds itself disappears with what computes it.
func.func @main(%arg0: tensor<f32>, %arg1: tensor<i32>) -> tensor<f32> {
  %0 = stablehlo.constant dense<3> : tensor<i32>
  %1 = stablehlo.constant dense<1> : tensor<i32>
  %2:3 = stablehlo.while(%iterArg = %arg1, %iterArg_0 = %arg0, %iterArg_1 = %arg0) : tensor<i32>, tensor<f32>, tensor<f32>
  cond {
    %3 = stablehlo.compare LT, %iterArg, %0 : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %3 : tensor<i1>
  } do {
    %3 = stablehlo.add %iterArg, %1 : tensor<i32>
    %4 = stablehlo.sine %iterArg_0 : tensor<f32>
    %5 = stablehlo.negate %iterArg_1 : tensor<f32>
    stablehlo.return %3, %4, %5 : tensor<i32>, tensor<f32>, tensor<f32>
  }
  return %2#2 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<f32>, %arg1: tensor<i32>) -> tensor<f32> {
  %0 = stablehlo.constant dense<3> : tensor<i32>
  %1 = stablehlo.constant dense<1> : tensor<i32>
  %2:2 = stablehlo.while(%iterArg = %arg1, %iterArg_0 = %arg0) : tensor<i32>, tensor<f32>
  cond {
    %3 = stablehlo.compare LT, %iterArg, %0 : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %3 : tensor<i1>
  } do {
    %3 = stablehlo.add %iterArg, %1 : tensor<i32>
    %4 = stablehlo.negate %iterArg_0 : tensor<f32>
    stablehlo.return %3, %4 : tensor<i32>, tensor<f32>
  }
  return %2#1 : tensor<f32>
}
// -----
// A private function nobody calls disappears.
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  return %arg0 : tensor<f32>
}
func.func private @unused(%arg0: tensor<f32>) -> tensor<f32> {
  return %arg0 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<f32>) -> tensor<f32> {
  return %arg0 : tensor<f32>
}
// -----
// What regions capture changes with it: the inner branches read a value that reads the shrunken loop.
func.func @main(%x: tensor<f32>, %n: tensor<i32>, %p: tensor<i1>) -> tensor<f32> {
  %limit = stablehlo.constant dense<3> : tensor<i32>
  %one = stablehlo.constant dense<1> : tensor<i32>
  %0:3 = stablehlo.while(%i = %n, %dead = %x, %a = %x) : tensor<i32>, tensor<f32>, tensor<f32>
  cond {
    %1 = stablehlo.compare LT, %i, %limit : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %1 : tensor<i1>
  } do {
    %1 = stablehlo.add %i, %one : tensor<i32>
    %2 = stablehlo.cosine %dead : tensor<f32>
    %3 = stablehlo.negate %a : tensor<f32>
    stablehlo.return %1, %2, %3 : tensor<i32>, tensor<f32>, tensor<f32>
  }
  %4 = "stablehlo.if"(%p) ({
    %5 = stablehlo.sine %0#2 : tensor<f32>
    %6 = "stablehlo.if"(%p) ({
      stablehlo.return %5 : tensor<f32>
    }, {
      %7 = stablehlo.exponential %5 : tensor<f32>
      stablehlo.return %7 : tensor<f32>
    }) : (tensor<i1>) -> tensor<f32>
    stablehlo.return %6 : tensor<f32>
  }, {
    stablehlo.return %0#2 : tensor<f32>
  }) : (tensor<i1>) -> tensor<f32>
  return %4 : tensor<f32>
}
// =>
func.func @main(%arg0: tensor<f32>, %arg1: tensor<i32>, %arg2: tensor<i1>) -> tensor<f32> {
  %c = stablehlo.constant dense<3> : tensor<i32>
  %c_0 = stablehlo.constant dense<1> : tensor<i32>
  %0:2 = stablehlo.while(%iterArg = %arg1, %iterArg_1 = %arg0) : tensor<i32>, tensor<f32>
  cond {
    %2 = stablehlo.compare LT, %iterArg, %c : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %2 : tensor<i1>
  } do {
    %2 = stablehlo.add %iterArg, %c_0 : tensor<i32>
    %3 = stablehlo.negate %iterArg_1 : tensor<f32>
    stablehlo.return %2, %3 : tensor<i32>, tensor<f32>
  }
  %1 = "stablehlo.if"(%arg2) ({
    %2 = stablehlo.sine %0#1 : tensor<f32>
    %3 = "stablehlo.if"(%arg2) ({
      stablehlo.return %2 : tensor<f32>
    }, {
      %4 = stablehlo.exponential %2 : tensor<f32>
      stablehlo.return %4 : tensor<f32>
    }) : (tensor<i1>) -> tensor<f32>
    stablehlo.return %3 : tensor<f32>
  }, {
    stablehlo.return %0#1 : tensor<f32>
  }) : (tensor<i1>) -> tensor<f32>
  return %1 : tensor<f32>
}
// -----
// What is sent stays, though nobody uses its token.
func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {
  %t = stablehlo.after_all : !stablehlo.token
  %u = stablehlo.cosine %a : tensor<2xf32>
  %s = "stablehlo.send"(%a, %t) {channel_handle = #stablehlo.channel_handle<handle = 1, type = 2>, is_host_transfer = true} : (tensor<2xf32>, !stablehlo.token) -> !stablehlo.token
  %b = stablehlo.sine %a : tensor<2xf32>
  return %b : tensor<2xf32>
}
// =>
func.func @main(%arg0: tensor<2xf32>) -> tensor<2xf32> {
  %0 = stablehlo.after_all : !stablehlo.token
  %1 = "stablehlo.send"(%arg0, %0) <{channel_handle = #stablehlo.channel_handle<handle = 1, type = 2>, is_host_transfer = true}> : (tensor<2xf32>, !stablehlo.token) -> !stablehlo.token
  %2 = stablehlo.sine %arg0 : tensor<2xf32>
  return %2 : tensor<2xf32>
}
