// Loops that touch elements alone run on every block of the product.
func.func @main(%x: tensor<64x256xf32>, %w: tensor<256x128xf32>, %b: tensor<128xf32>) -> tensor<64x128xf32> {
  %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<64x256xf32>, tensor<256x128xf32>) -> tensor<64x128xf32>
  %bb = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<128xf32>) -> tensor<64x128xf32>
  %s = stablehlo.add %p, %bb : tensor<64x128xf32>
  %t = stablehlo.tanh %s : tensor<64x128xf32>
  return %t : tensor<64x128xf32>
}
// =>
kernels @main(arg0:f32[16384], arg1:f32[32768], arg2:f32[128]) -> (res3:f32[8192])
  gemm t4 = arg0 * arg1 // 1 x 64x128x256
  loops [] // tanh
    for [i0<64 i1<128]
      t5[128*i0+i1] = tanh(add(t4[128*i0+i1], arg2[i1]))
  copy res3 = t5
// becomes
kernels @main(arg0:f32[16384], arg1:f32[32768], arg2:f32[128]) -> (res3:f32[8192])
  gemm t4 = arg0 * arg1 // 1 x 64x128x256
    on finished rows [n0<64], n1 columns from n2
      loops [] // tanh
        for [i3<n1]
          t5[128*n0+n2+i3] = tanh(add(t4[128*n0+n2+i3], arg2[n2+i3]))
  copy res3 = t5
// -----
// A reader of the transposed result needs more than a block.
func.func @main(%x: tensor<64x512xf32>, %w: tensor<512x64xf32>) -> tensor<64x64xf32> {
  %p = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<64x512xf32>, tensor<512x64xf32>) -> tensor<64x64xf32>
  %q = stablehlo.transpose %p, dims = [1, 0] : (tensor<64x64xf32>) -> tensor<64x64xf32>
  %s = stablehlo.add %p, %q : tensor<64x64xf32>
  return %s : tensor<64x64xf32>
}
// =>
kernels @main(arg0:f32[32768], arg1:f32[32768]) -> (res2:f32[4096])
  gemm t3 = arg0 * arg1 // 1 x 64x64x512
  loops [] // add
    for [i0<64 i1<64]
      t4[64*i0+i1] = add(t3[64*i0+i1], t3[64*i1+i0])
  copy res2 = t4
// becomes
kernels @main(arg0:f32[32768], arg1:f32[32768]) -> (res2:f32[4096])
  gemm t3 = arg0 * arg1 // 1 x 64x64x512
  loops [] // add
    for [i0<64 i1<64]
      t4[64*i0+i1] = add(t3[64*i0+i1], t3[64*i1+i0])
  copy res2 = t4
// -----
// Loops that work row by row run where blocks are whole rows: products of many rows.
func.func @main(%x: tensor<2x480x64xf32>, %w: tensor<64x64xf32>) -> (tensor<2x480x64xf32>, tensor<2x480xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %p = stablehlo.dot_general %x, %w, contracting_dims = [2] x [0] : (tensor<2x480x64xf32>, tensor<64x64xf32>) -> tensor<2x480x64xf32>
  %r = stablehlo.add %p, %x : tensor<2x480x64xf32>
  %q = stablehlo.multiply %r, %r : tensor<2x480x64xf32>
  %s = stablehlo.reduce(%q init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<2x480x64xf32>, tensor<f32>) -> tensor<2x480xf32>
  return %r, %s : tensor<2x480x64xf32>, tensor<2x480xf32>
}
// =>
kernels @main(arg0:f32[61440], arg1:f32[4096]) -> (res2:f32[61440], res3:f32[960])
  gemm t4 = arg0 * arg1 // 1 x 960x64x64
  loops [i0<2 i1<480] // add, reduce add
    for [i2<64]
      t5[30720*i0+64*i1+i2] = add(t4[30720*i0+64*i1+i2], arg0[30720*i0+64*i1+i2])
      t6[480*i0+i1] = add from 0 of multiply(add(t4[30720*i0+64*i1+i2], arg0[30720*i0+64*i1+i2]), add(t4[30720*i0+64*i1+i2], arg0[30720*i0+64*i1+i2]))
  copy res2 = t5
  copy res3 = t6
// becomes
kernels @main(arg0:f32[61440], arg1:f32[4096]) -> (res2:f32[61440], res3:f32[960])
  gemm t4 = arg0 * arg1 // 1 x 960x64x64
    on finished rows [n0<2 n1<480]
      loops [] // add, reduce add
        for [i2<64]
          t5[30720*n0+64*n1+i2] = add(t4[30720*n0+64*n1+i2], arg0[30720*n0+64*n1+i2])
          t6[480*n0+n1] = add from 0 of multiply(add(t4[30720*n0+64*n1+i2], arg0[30720*n0+64*n1+i2]), add(t4[30720*n0+64*n1+i2], arg0[30720*n0+64*n1+i2]))
  copy res2 = t5
  copy res3 = t6
