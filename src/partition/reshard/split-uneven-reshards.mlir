// Ten elements on two devices are cut at 5, on four at 3, 6 and 9: the way leads over the whole.
sdy.mesh @mesh = <["x"=2, "y"=2]>
func.func @main(%a: tensor<10xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<10xf32> {
  %0 = sdy.reshard %a <@mesh, [{"x", "y"}]> : tensor<10xf32>
  return %0 : tensor<10xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2, "y"=2]>
  func.func @main(%arg0: tensor<10xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<10xf32> {
    %0 = sdy.reshard %arg0 <@mesh, [{}]> : tensor<10xf32>
    %1 = sdy.reshard %0 <@mesh, [{"x", "y"}]> : tensor<10xf32>
    return %1 : tensor<10xf32>
  }
}
// -----
// Where shards divide, or a dimension is only gathered, the direct way is right.
sdy.mesh @mesh = <["x"=2, "y"=2]>
func.func @main(%a: tensor<12xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}, %b: tensor<10xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x", "y"}]>}) -> (tensor<12xf32>, tensor<10xf32>) {
  %0 = sdy.reshard %a <@mesh, [{"x", "y"}]> : tensor<12xf32>
  %1 = sdy.reshard %b <@mesh, [{}]> : tensor<10xf32>
  return %0, %1 : tensor<12xf32>, tensor<10xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=2, "y"=2]>
  func.func @main(%arg0: tensor<12xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}, %arg1: tensor<10xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x", "y"}]>}) -> (tensor<12xf32>, tensor<10xf32>) {
    %0 = sdy.reshard %arg0 <@mesh, [{"x", "y"}]> : tensor<12xf32>
    %1 = sdy.reshard %arg1 <@mesh, [{}]> : tensor<10xf32>
    return %0, %1 : tensor<12xf32>, tensor<10xf32>
  }
}
// -----
// Parts of one axis that do not fit into each other go over the whole; dimensions that do not change stay cut.
sdy.mesh @mesh = <["x"=6, "y"=2]>
func.func @main(%a: tensor<6x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x":(1)2}, {"y"}]>}) -> tensor<6x4xf32> {
  %0 = sdy.reshard %a <@mesh, [{"x":(1)3}, {"y"}]> : tensor<6x4xf32>
  return %0 : tensor<6x4xf32>
}
// =>
module {
  sdy.mesh @mesh = <["x"=6, "y"=2]>
  func.func @main(%arg0: tensor<6x4xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x":(1)2}, {"y"}]>}) -> tensor<6x4xf32> {
    %0 = sdy.reshard %arg0 <@mesh, [{}, {"y"}]> : tensor<6x4xf32>
    %1 = sdy.reshard %0 <@mesh, [{"x":(1)3}, {"y"}]> : tensor<6x4xf32>
    return %1 : tensor<6x4xf32>
  }
}
