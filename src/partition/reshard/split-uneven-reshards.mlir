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
