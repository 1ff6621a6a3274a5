// A pair is its two elements, also inside of another, through a call and a barrier.
func.func @main(%a: tensor<2xf32>, %n: tensor<i32>) -> (tensor<2xf32>, tensor<i32>) {
  %t = stablehlo.tuple %a, %n : tuple<tensor<2xf32>, tensor<i32>>
  %u = stablehlo.tuple %t, %a : tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<2xf32>>
  %r = call @pair(%u) : (tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<2xf32>>) -> tuple<tensor<2xf32>, tensor<i32>>
  %w = stablehlo.optimization_barrier %r : tuple<tensor<2xf32>, tensor<i32>>
  %x = stablehlo.get_tuple_element %w[0] : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<2xf32>
  %y = stablehlo.get_tuple_element %w[1] : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<i32>
  return %x, %y : tensor<2xf32>, tensor<i32>
}
func.func private @pair(%u: tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<2xf32>>) -> tuple<tensor<2xf32>, tensor<i32>> {
  %t = stablehlo.get_tuple_element %u[0] : (tuple<tuple<tensor<2xf32>, tensor<i32>>, tensor<2xf32>>) -> tuple<tensor<2xf32>, tensor<i32>>
  return %t : tuple<tensor<2xf32>, tensor<i32>>
}
// =>
module {
  func.func @main(%arg0: tensor<2xf32>, %arg1: tensor<i32>) -> (tensor<2xf32>, tensor<i32>) {
    %0:2 = call @pair(%arg0, %arg1, %arg0) : (tensor<2xf32>, tensor<i32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>)
    %1:2 = stablehlo.optimization_barrier %0#0, %0#1 : tensor<2xf32>, tensor<i32>
    return %1#0, %1#1 : tensor<2xf32>, tensor<i32>
  }
  func.func private @pair(%arg0: tensor<2xf32>, %arg1: tensor<i32>, %arg2: tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>) {
    return %arg0, %arg1 : tensor<2xf32>, tensor<i32>
  }
}
