// Tiles of three kinds over one mesh: its axes are their common parts.
func.func @main(%a: tensor<8x16xf32> {mhlo.sharding = "{devices=[4,1,2]<=[8] last_tile_dim_replicate}"}, %b: tensor<16x4xf32> {mhlo.sharding = "{devices=[1,2,4]<=[4,2]T(1,0) last_tile_dim_replicate}"}, %c: tensor<4xf32> {mhlo.sharding = "{replicated}"}) -> (tensor<8x4xf32> {mhlo.sharding = "{devices=[8,1]0,1,2,3,4,5,6,7}"}) {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<8x16xf32>, tensor<16x4xf32>) -> tensor<8x4xf32>
  %1 = stablehlo.custom_call @Sharding(%0) {backend_config = "unspecified_dims=[1]", mhlo.sharding = "{devices=[2,1,4]<=[4,2]T(1,0) last_tile_dim_replicate}"} : (tensor<8x4xf32>) -> tensor<8x4xf32>
  %2 = stablehlo.tanh %1 {mhlo.sharding = "{devices=[2,4]<=[4,2]T(1,0)}"} : tensor<8x4xf32>
  return %2 : tensor<8x4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["axis_0"=4, "axis_1"=2]>
  func.func @main(%arg0: tensor<8x16xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"axis_0"}, {}]>}, %arg1: tensor<16x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"axis_1"}]>}, %arg2: tensor<4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}]>}) -> (tensor<8x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"axis_0", "axis_1"}, {}]>}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0] : (tensor<8x16xf32>, tensor<16x4xf32>) -> tensor<8x4xf32>
    %1 = sdy.sharding_constraint %0 <@mesh, [{"axis_1"}, {?}]> : tensor<8x4xf32>
    %2 = stablehlo.tanh %1 {sdy.sharding = #sdy.sharding_per_value<[<@mesh, [{"axis_1"}, {"axis_0"}]>]>} : tensor<8x4xf32>
    return %2 : tensor<8x4xf32>
  }
}
// -----
// A list of devices that counts through no digits gives the mesh its order.
func.func @main(%a: tensor<8x4xf32> {mhlo.sharding = "{devices=[2,2]0,1,3,2}"}, %b: tensor<8xf32> {mhlo.sharding = "{devices=[2,2]0,1,3,2 last_tile_dim_replicate}"}) -> tensor<8x4xf32> {
  return %a : tensor<8x4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["axis_0"=2, "axis_1"=2], device_ids=[0, 1, 3, 2]>
  func.func @main(%arg0: tensor<8x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"axis_0"}, {"axis_1"}]>}, %arg1: tensor<8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"axis_0"}]>}) -> tensor<8x4xf32> {
    return %arg0 : tensor<8x4xf32>
  }
}
// -----
// Tiles that do not divide one another have no mesh in common.
func.func @main(%a: tensor<8x4xf32> {mhlo.sharding = "{devices=[2,3]<=[6]}"}, %b: tensor<8x4xf32> {mhlo.sharding = "{devices=[3,2]<=[6]}"}) -> tensor<8x4xf32> {
  return %a : tensor<8x4xf32>
}
// =>
// error: partition/gspmd-mesh
