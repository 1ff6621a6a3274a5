// A sum with one result is cut into pieces, whose sums are summed.
func.func @main(%x: tensor<131072xf32>) -> tensor<f32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<131072xf32>, tensor<f32>) -> tensor<f32>
  return %s : tensor<f32>
}
// =>
kernels @main(arg0:f32[131072]) -> (res1:f32[1])
  loops [] // reduce add
    for [i0<131072]
      t2[0] = add from 0 of arg0[i0]
  copy res1 = t2
// becomes
kernels @main(arg0:f32[131072]) -> (res1:f32[1])
  loops [i0<2] // reduce add, in pieces
    for [i1<65536]
      t3[i0] = add from 0 of arg0[i1+65536*i0]
  loops [] // reduce add of pieces
    for [i0<2]
      t2[0] = add from 0 of t3[i0]
  copy res1 = t2
// -----
// Sums over rows add eight rows at a time to a row of sums, and here what two pieces leave is summed.
func.func @main(%x: tensor<1026x128xf32>) -> tensor<128xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<1026x128xf32>, tensor<f32>) -> tensor<128xf32>
  return %s : tensor<128xf32>
}
// =>
kernels @main(arg0:f32[131328]) -> (res1:f32[128])
  loops [i0<128] // reduce add
    for [i1<1026]
      t2[i0] = add from 0 of arg0[128*i1+i0]
  copy res1 = t2
// becomes
kernels @main(arg0:f32[131328]) -> (res1:f32[128])
  loops [i0<2] // reduce add, in pieces
    for [i1<128]
      l4[i1] = 0
    for [i2<64 i1<128]
      l4[i1] = add(add(add(add(add(add(add(add(l4[i1], arg0[1024*i2+65664*i0+i1]), arg0[1024*i2+65664*i0+i1+128]), arg0[1024*i2+65664*i0+i1+256]), arg0[1024*i2+65664*i0+i1+384]), arg0[1024*i2+65664*i0+i1+512]), arg0[1024*i2+65664*i0+i1+640]), arg0[1024*i2+65664*i0+i1+768]), arg0[1024*i2+65664*i0+i1+896])
    for [i1<128]
      l4[i1] = add(l4[i1], arg0[65664*i0+i1+65536])
    for [i1<128]
      t3[i1+128*i0] = l4[i1]
  loops [i3<128] // reduce add of pieces
    for [i0<2]
      t2[i3] = add from 0 of t3[i3+128*i0]
  copy res1 = t2
