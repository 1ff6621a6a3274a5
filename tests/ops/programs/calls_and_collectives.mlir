module {
  func.func private @impl(%a: tensor<2xf32>) -> tensor<2xf32> {
    %0 = stablehlo.add %a, %a : tensor<2xf32>
    return %0 : tensor<2xf32>
  }
  func.func @g(%a: tensor<2xf32>) -> tensor<4xf32> {
    %f = "stablehlo.async_start"(%a) ({
      %1 = "stablehlo.all_gather"(%a) {all_gather_dim = 0 : i64, replica_groups = dense<[[0, 1]]> : tensor<1x2xi64>} : (tensor<2xf32>) -> tensor<4xf32>
      "stablehlo.return"(%1) : (tensor<4xf32>) -> ()
    }) : (tensor<2xf32>) -> !stablehlo.future<tensor<4xf32>>
    %r = "stablehlo.async_done"(%f) : (!stablehlo.future<tensor<4xf32>>) -> tensor<4xf32>
    return %r : tensor<4xf32>
  }
  func.func @h(%a: tensor<2xf32>) -> tensor<2xf32> {
    %r = "stablehlo.collective_reduce"(%a) ({
    ^bb0(%x: tensor<f32>, %y: tensor<f32>):
      %1 = stablehlo.add %x, %y : tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }) {replica_groups = dense<[[1, 0]]> : tensor<1x2xi64>} : (tensor<2xf32>) -> tensor<2xf32>
    return %r : tensor<2xf32>
  }
  func.func @main() {
    %c = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
    %r = stablehlo.composite "my.twice" %c {composite_attributes = {k = 1 : i64}, decomposition = @impl, version = 1 : i32} : (tensor<2xf32>) -> tensor<2xf32>
    check.expect_eq_const %r, dense<[2.0, 4.0]> : tensor<2xf32>
    %q:2 = "interpreter.run_parallel"(%c, %r) {programs = [[@g], [@g]]} : (tensor<2xf32>, tensor<2xf32>) -> (tensor<4xf32>, tensor<4xf32>)
    check.expect_eq_const %q#1, dense<[1.0, 2.0, 2.0, 4.0]> : tensor<4xf32>
    %s:2 = "interpreter.run_parallel"(%c, %r) {programs = [[@h], [@h]]} : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
    check.expect_eq_const %s#0, dense<[0.0, 0.0]> : tensor<2xf32>
    check.expect_eq_const %s#1, dense<[3.0, 6.0]> : tensor<2xf32>
    return
  }
}
