module {
  func.func @gather(%a: tensor<1xi64>) -> tensor<2xi64> {
    %r = "stablehlo.all_gather"(%a) {
      all_gather_dim = 0 : i64,
      channel_handle = #stablehlo.channel_handle<handle = 1, type = 1>, use_global_device_ids,
      replica_groups = #stablehlo.replica_group_mesh_axes<mesh = #stablehlo.mesh<axes = [#stablehlo.mesh_axis<name = "x", size = 2>, #stablehlo.mesh_axis<name = "y", size = 2>]>, axes = [#stablehlo.axis_ref<name = "x">]>
    } : (tensor<1xi64>) -> tensor<2xi64>
    return %r : tensor<2xi64>
  }
  func.func @main() {
    %0 = stablehlo.constant dense<0> : tensor<1xi64>
    %1 = stablehlo.constant dense<1> : tensor<1xi64>
    %2 = stablehlo.constant dense<2> : tensor<1xi64>
    %3 = stablehlo.constant dense<3> : tensor<1xi64>
    %r:4 = "interpreter.run_parallel"(%0, %1, %2, %3) {programs = [[@gather], [@gather], [@gather], [@gather]]} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>)
    check.expect_eq_const %r#0, dense<[0, 2]> : tensor<2xi64>
    check.expect_eq_const %r#3, dense<[1, 3]> : tensor<2xi64>
    return
  }
}
