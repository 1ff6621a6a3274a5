// The exponentials of a softmax need one row of scratch, not a tensor.
func.func @main(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<4x16xf32>, tensor<f32>) -> tensor<4xf32>
  %mb = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<4xf32>) -> tensor<4x16xf32>
  %d = stablehlo.subtract %x, %mb : tensor<4x16xf32>
  %e = stablehlo.exponential %d : tensor<4x16xf32>
  %s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x16xf32>, tensor<f32>) -> tensor<4xf32>
  %sb = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<4xf32>) -> tensor<4x16xf32>
  %y = stablehlo.divide %e, %sb : tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}
// =>
kernels @main(arg0:f32[64]) -> (res1:f32[64])
  loops [i0<4] // reduce maximum, exponential, reduce add, divide
    for [i1<16]
      t2[i0] = maximum from -Infinity of arg0[16*i0+i1]
    for [i2<16]
      t3[16*i0+i2] = exponential(subtract(arg0[16*i0+i2], t2[i0]))
      t4[i0] = add from 0 of exponential(subtract(arg0[16*i0+i2], t2[i0]))
    for [i3<16]
      t5[16*i0+i3] = divide(t3[16*i0+i3], t4[i0])
  copy res1 = t5
// becomes
kernels @main(arg0:f32[64]) -> (res1:f32[64])
  loops [i0<4] // reduce maximum, exponential, reduce add, divide
    for [i1<16]
      l2[0] = maximum from -Infinity of arg0[16*i0+i1]
    for [i2<16]
      l3[i2] = exponential(subtract(arg0[16*i0+i2], l2[0]))
      l4[0] = add from 0 of exponential(subtract(arg0[16*i0+i2], l2[0]))
    for [i3<16]
      t5[16*i0+i3] = divide(l3[i3], l4[0])
  copy res1 = t5
// -----
// Nothing remains of a store that nobody reads after joining.
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %a = stablehlo.exponential %x : tensor<8xf32>
  %b = stablehlo.negate %a : tensor<8xf32>
  %c = stablehlo.multiply %a, %b : tensor<8xf32>
  return %c : tensor<8xf32>
}
// =>
kernels @main(arg0:f32[8]) -> (res1:f32[8])
  loops [] // exponential, multiply
    for [i0<8]
      t2[i0] = exponential(arg0[i0])
      t3[i0] = multiply(exponential(arg0[i0]), negate(exponential(arg0[i0])))
  copy res1 = t3
// becomes
kernels @main(arg0:f32[8]) -> (res1:f32[8])
  loops [] // exponential, multiply
    for [i0<8]
      t3[i0] = multiply(exponential(arg0[i0]), negate(exponential(arg0[i0])))
  copy res1 = t3
