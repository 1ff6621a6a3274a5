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
// -----
// What @main takes and returns as a tuple it takes and returns in pieces; attributes of plain arguments stay where they are.
func.func @main(%t: tuple<tensor<2xf32>, tensor<i32>>, %b: tensor<2xf32> {jax.arg_info = "b"}) -> (tuple<tensor<i32>, tensor<2xf32>> {jax.result_info = "pair"}, tensor<2xf32> {jax.result_info = "sum"}) {
  %x = stablehlo.get_tuple_element %t[0] : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<2xf32>
  %y = stablehlo.get_tuple_element %t[1] : (tuple<tensor<2xf32>, tensor<i32>>) -> tensor<i32>
  %0 = stablehlo.add %x, %b : tensor<2xf32>
  %1 = stablehlo.tuple %y, %0 : tuple<tensor<i32>, tensor<2xf32>>
  return %1, %0 : tuple<tensor<i32>, tensor<2xf32>>, tensor<2xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<2xf32>, %arg1: tensor<i32>, %arg2: tensor<2xf32> {jax.arg_info = "b"}) -> (tensor<i32>, tensor<2xf32>, tensor<2xf32> {jax.result_info = "sum"}) {
    %0 = stablehlo.add %arg0, %arg2 : tensor<2xf32>
    return %arg1, %0, %0 : tensor<i32>, tensor<2xf32>, tensor<2xf32>
  }
}
