// Loops over the same points become one, and values pass in registers.
func.func @main(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %a = stablehlo.exponential %x : tensor<8xf32>
  %b = stablehlo.negate %a : tensor<8xf32>
  %c = stablehlo.add %a, %x : tensor<8xf32>
  return %b, %c : tensor<8xf32>, tensor<8xf32>
}
// =>
kernels @main(arg0:f32[8]) -> (res1:f32[8], res2:f32[8])
  loops [] // exponential
    for [i0<8]
      t3[i0] = exponential(arg0[i0])
  loops [] // negate
    for [i1<8]
      t4[i1] = negate(t3[i1])
  loops [] // add
    for [i2<8]
      t5[i2] = add(t3[i2], arg0[i2])
  copy res1 = t4
  copy res2 = t5
// becomes
kernels @main(arg0:f32[8]) -> (res1:f32[8], res2:f32[8])
  loops [] // exponential, negate, add
    for [i0<8]
      t3[i0] = exponential(arg0[i0])
      t4[i0] = negate(exponential(arg0[i0]))
      t5[i0] = add(exponential(arg0[i0]), arg0[i0])
  copy res1 = t4
  copy res2 = t5
// -----
// A softmax is one kernel that works row by row.
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
  loops [i0<4] // reduce maximum
    for [i1<16]
      t2[i0] = maximum from -Infinity of arg0[16*i0+i1]
  loops [] // exponential
    for [i2<4 i3<16]
      t3[16*i2+i3] = exponential(subtract(arg0[16*i2+i3], t2[i2]))
  loops [i4<4] // reduce add
    for [i5<16]
      t4[i4] = add from 0 of t3[16*i4+i5]
  loops [] // divide
    for [i6<4 i7<16]
      t5[16*i6+i7] = divide(t3[16*i6+i7], t4[i6])
  copy res1 = t5
// becomes
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
// -----
// A reversed reader does not share a point with the writer: two kernels.
func.func @main(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %a = stablehlo.exponential %x : tensor<8xf32>
  %r = stablehlo.reverse %a, dims = [0] : tensor<8xf32>
  %b = stablehlo.add %a, %r : tensor<8xf32>
  return %a, %b : tensor<8xf32>, tensor<8xf32>
}
// =>
kernels @main(arg0:f32[8]) -> (res1:f32[8], res2:f32[8])
  loops [] // exponential
    for [i0<8]
      t3[i0] = exponential(arg0[i0])
  loops [] // add
    for [i1<8]
      t4[i1] = add(t3[i1], t3[-1*i1+7])
  copy res1 = t3
  copy res2 = t4
// becomes
kernels @main(arg0:f32[8]) -> (res1:f32[8], res2:f32[8])
  loops [] // exponential
    for [i0<8]
      t3[i0] = exponential(arg0[i0])
  loops [] // add
    for [i1<8]
      t4[i1] = add(t3[i1], t3[-1*i1+7])
  copy res1 = t3
  copy res2 = t4
