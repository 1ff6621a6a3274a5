// A chain of batched products runs matrix by matrix: what passes between them is a block of a thread's scratch.
func.func @main(%q: tensor<4x128x8xf32>, %k: tensor<4x128x8xf32>, %v: tensor<4x128x8xf32>) -> tensor<4x128x8xf32> {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x128x8xf32>, tensor<4x128x8xf32>) -> tensor<4x128x128xf32>
  %p = stablehlo.tanh %s : tensor<4x128x128xf32>
  %o = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x128x128xf32>, tensor<4x128x8xf32>) -> tensor<4x128x8xf32>
  return %o : tensor<4x128x8xf32>
}
// =>
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096])
  gemm t4 = arg0 * arg1 // 4 x 128x128x8
  loops [] // tanh
    for [i0<4 i1<128 i2<128]
      t5[16384*i0+128*i1+i2] = tanh(t4[16384*i0+128*i1+i2])
  gemm t6 = t5 * arg2 // 4 x 128x8x128
  copy res3 = t6
// becomes
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096])
  tile [n0<4], 131072 bytes per thread
    gemm s7 = arg0 * arg1 // 1 x 128x128x8
    loops [] // tanh
      for [i1<128 i2<128]
        s8[128*i1+i2] = tanh(s7[128*i1+i2])
    gemm t6 = s8 * arg2 // 1 x 128x8x128
  copy res3 = t6
// -----
// Of large matrices a block of rows at a time: the softmax between the products needs whole rows only.
func.func @main(%q: tensor<4x512x4xf32>, %k: tensor<4x512x4xf32>, %v: tensor<4x512x4xf32>) -> tensor<4x512x4xf32> {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x512x4xf32>, tensor<4x512x4xf32>) -> tensor<4x512x512xf32>
  %m = stablehlo.reduce(%s init: %low) applies stablehlo.maximum across dimensions = [2] : (tensor<4x512x512xf32>, tensor<f32>) -> tensor<4x512xf32>
  %mb = stablehlo.broadcast_in_dim %m, dims = [0, 1] : (tensor<4x512xf32>) -> tensor<4x512x512xf32>
  %d = stablehlo.subtract %s, %mb : tensor<4x512x512xf32>
  %e = stablehlo.exponential %d : tensor<4x512x512xf32>
  %t = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x512x512xf32>, tensor<f32>) -> tensor<4x512xf32>
  %tb = stablehlo.broadcast_in_dim %t, dims = [0, 1] : (tensor<4x512xf32>) -> tensor<4x512x512xf32>
  %p = stablehlo.divide %e, %tb : tensor<4x512x512xf32>
  %o = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x512x512xf32>, tensor<4x512x4xf32>) -> tensor<4x512x4xf32>
  return %o : tensor<4x512x4xf32>
}
// =>
kernels @main(arg0:f32[8192], arg1:f32[8192], arg2:f32[8192]) -> (res3:f32[8192])
  gemm t4 = arg0 * arg1 // 4 x 512x512x4
  loops [i0<4 i1<512] // reduce maximum, exponential, reduce add, divide
    for [i2<512]
      l5[0] = maximum from -Infinity of t4[262144*i0+512*i1+i2]
    for [i3<512]
      l6[i3] = exponential(subtract(t4[262144*i0+512*i1+i3], l5[0]))
      l7[0] = add from 0 of exponential(subtract(t4[262144*i0+512*i1+i3], l5[0]))
    for [i4<512]
      t8[262144*i0+512*i1+i4] = divide(l6[i4], l7[0])
  gemm t9 = t8 * arg2 // 4 x 512x4x512
  copy res3 = t9
// becomes
kernels @main(arg0:f32[8192], arg1:f32[8192], arg2:f32[8192]) -> (res3:f32[8192])
  tile [n0<4 n1<4], the last in order, 524288 bytes per thread
    gemm s10 = arg0 * arg1 // 1 x 128x512x4
    loops [i2<128] // reduce maximum, exponential, reduce add, divide
      for [i3<512]
        l5[0] = maximum from -Infinity of s10[512*i2+i3]
      for [i4<512]
        l6[i4] = exponential(subtract(s10[512*i2+i4], l5[0]))
        l7[0] = add from 0 of exponential(subtract(s10[512*i2+i4], l5[0]))
      for [i5<512]
        s11[512*i2+i5] = divide(l6[i5], l7[0])
    gemm t9 = s11 * arg2 // 1 x 128x4x512
  copy res3 = t9
// -----
// Three matrices would leave threads idle: nothing is fused.
func.func @main(%q: tensor<3x160x8xf32>, %k: tensor<3x160x8xf32>, %v: tensor<3x160x8xf32>) -> tensor<3x160x8xf32> {
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<3x160x8xf32>, tensor<3x160x8xf32>) -> tensor<3x160x160xf32>
  %p = stablehlo.tanh %s : tensor<3x160x160xf32>
  %o = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<3x160x160xf32>, tensor<3x160x8xf32>) -> tensor<3x160x8xf32>
  return %o : tensor<3x160x8xf32>
}
// =>
kernels @main(arg0:f32[3840], arg1:f32[3840], arg2:f32[3840]) -> (res3:f32[3840])
  gemm t4 = arg0 * arg1 // 3 x 160x160x8
  loops [] // tanh
    for [i0<3 i1<160 i2<160]
      t5[25600*i0+160*i1+i2] = tanh(t4[25600*i0+160*i1+i2])
  gemm t6 = t5 * arg2 // 3 x 160x8x160
  copy res3 = t6
// becomes
kernels @main(arg0:f32[3840], arg1:f32[3840], arg2:f32[3840]) -> (res3:f32[3840])
  gemm t4 = arg0 * arg1 // 3 x 160x160x8
  loops [] // tanh
    for [i0<3 i1<160 i2<160]
      t5[25600*i0+160*i1+i2] = tanh(t4[25600*i0+160*i1+i2])
  gemm t6 = t5 * arg2 // 3 x 160x8x160
  copy res3 = t6
