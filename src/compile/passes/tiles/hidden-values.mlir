// Exponentials of hidden scores are zero: so are the probabilities, whose columns may be left out.
func.func @main(%q: tensor<4x128x8xf32>, %k: tensor<4x128x8xf32>, %v: tensor<4x128x8xf32>) -> tensor<4x128x8xf32> {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %hidden = stablehlo.constant dense<0xFF800000> : tensor<4x128x128xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %r = stablehlo.iota dim = 1 : tensor<4x128x128xi32>
  %c = stablehlo.iota dim = 2 : tensor<4x128x128xi32>
  %seen = stablehlo.compare GE, %r, %c : (tensor<4x128x128xi32>, tensor<4x128x128xi32>) -> tensor<4x128x128xi1>
  %x = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x128x8xf32>, tensor<4x128x8xf32>) -> tensor<4x128x128xf32>
  %s = stablehlo.select %seen, %x, %hidden : tensor<4x128x128xi1>, tensor<4x128x128xf32>
  %m = stablehlo.reduce(%s init: %low) applies stablehlo.maximum across dimensions = [2] : (tensor<4x128x128xf32>, tensor<f32>) -> tensor<4x128xf32>
  %mb = stablehlo.broadcast_in_dim %m, dims = [0, 1] : (tensor<4x128xf32>) -> tensor<4x128x128xf32>
  %d = stablehlo.subtract %s, %mb : tensor<4x128x128xf32>
  %e = stablehlo.exponential %d : tensor<4x128x128xf32>
  %t = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x128x128xf32>, tensor<f32>) -> tensor<4x128xf32>
  %tb = stablehlo.broadcast_in_dim %t, dims = [0, 1] : (tensor<4x128xf32>) -> tensor<4x128x128xf32>
  %p = stablehlo.divide %e, %tb : tensor<4x128x128xf32>
  %o = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x128x128xf32>, tensor<4x128x8xf32>) -> tensor<4x128x8xf32>
  return %o : tensor<4x128x8xf32>
}
// =>
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096])
  gemm t4 = arg0 * arg1 // 4 x 128x128x8
  loops [i0<4 i1<128] // select, reduce maximum, exponential, reduce add, divide
    for [i2<128]
      l5[i2] = select(compare<GE>(index(i1), index(i2)), t4[16384*i0+128*i1+i2], -Infinity)
      l6[0] = maximum from -Infinity of select(compare<GE>(index(i1), index(i2)), t4[16384*i0+128*i1+i2], -Infinity)
    for [i3<128]
      l7[i3] = exponential(subtract(l5[i3], l6[0]))
      l8[0] = add from 0 of exponential(subtract(l5[i3], l6[0]))
    for [i4<128]
      t9[16384*i0+128*i1+i4] = divide(l7[i4], l8[0])
  gemm t10 = t9 * arg2 // 4 x 128x8x128
  copy res3 = t10
// becomes
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096])
  tile [n0<4 n1<2], the last in order, 65536 bytes per thread
    n2 .. n3 (n4 of 128, n5 left) = 0 .. 64*n1+64 by 16
    gemm s11 = arg0 * arg1 // 1 x 64xn4x8
    loops [i6<64] // select, reduce maximum, exponential, reduce add, divide
      for [i7<n4]
        l5[i7] = select(compare<GE>(index(i6+64*n1), index(i7)), s11[128*i6+i7], -Infinity)
        l6[0] = maximum from -Infinity of select(compare<GE>(index(i6+64*n1), index(i7)), s11[128*i6+i7], -Infinity)
      for [i8<n4]
        l7[i8] = exponential(subtract(l5[i8], l6[0]))
        l8[0] = add from 0 of exponential(subtract(l5[i8], l6[0]))
      for [i9<n4]
        s12[128*i6+i9] = divide(l7[i9], l8[0])
    gemm t10 = s12 * arg2 // 1 x 64x8xn4
  copy res3 = t10
// -----
// A mask from data says nothing about where values are hidden: every column is computed.
func.func @main(%q: tensor<4x128x8xf32>, %k: tensor<4x128x8xf32>, %v: tensor<4x128x8xf32>, %mask: tensor<128x128xi32>) -> tensor<4x128x8xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<4x128x128xf32>
  %one = stablehlo.constant dense<1> : tensor<4x128x128xi32>
  %b = stablehlo.broadcast_in_dim %mask, dims = [1, 2] : (tensor<128x128xi32>) -> tensor<4x128x128xi32>
  %seen = stablehlo.compare GE, %b, %one : (tensor<4x128x128xi32>, tensor<4x128x128xi32>) -> tensor<4x128x128xi1>
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x128x8xf32>, tensor<4x128x8xf32>) -> tensor<4x128x128xf32>
  %p = stablehlo.select %seen, %s, %zero : tensor<4x128x128xi1>, tensor<4x128x128xf32>
  %o = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x128x128xf32>, tensor<4x128x8xf32>) -> tensor<4x128x8xf32>
  return %o : tensor<4x128x8xf32>
}
// =>
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096], arg3:i32[16384]) -> (res4:f32[4096])
  gemm t5 = arg0 * arg1 // 4 x 128x128x8
  loops [] // select
    for [i0<4 i1<128 i2<128]
      t6[16384*i0+128*i1+i2] = select(compare<GE>(arg3[128*i1+i2], 1), t5[16384*i0+128*i1+i2], 0)
  gemm t7 = t6 * arg2 // 4 x 128x8x128
  copy res4 = t7
// becomes
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096], arg3:i32[16384]) -> (res4:f32[4096])
  tile [n0<4], 131072 bytes per thread
    gemm s8 = arg0 * arg1 // 1 x 128x128x8
    loops [] // select
      for [i1<128 i2<128]
        s9[128*i1+i2] = select(compare<GE>(arg3[128*i1+i2], 1), s8[128*i1+i2], 0)
    gemm t7 = s9 * arg2 // 1 x 128x8x128
  copy res4 = t7
