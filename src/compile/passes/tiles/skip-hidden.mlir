// Below a causal mask a round of 64 rows computes as many columns as its last row sees.
func.func @main(%q: tensor<4x128x8xf32>, %k: tensor<4x128x8xf32>, %v: tensor<4x128x8xf32>) -> tensor<4x128x8xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<4x128x128xf32>
  %r = stablehlo.iota dim = 1 : tensor<4x128x128xi32>
  %c = stablehlo.iota dim = 2 : tensor<4x128x128xi32>
  %seen = stablehlo.compare GE, %r, %c : (tensor<4x128x128xi32>, tensor<4x128x128xi32>) -> tensor<4x128x128xi1>
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x128x8xf32>, tensor<4x128x8xf32>) -> tensor<4x128x128xf32>
  %p = stablehlo.select %seen, %s, %zero : tensor<4x128x128xi1>, tensor<4x128x128xf32>
  %o = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x128x128xf32>, tensor<4x128x8xf32>) -> tensor<4x128x8xf32>
  return %o : tensor<4x128x8xf32>
}
// =>
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096])
  gemm t4 = arg0 * arg1 // 4 x 128x128x8
  loops [] // select
    for [i0<4 i1<128 i2<128]
      t5[16384*i0+128*i1+i2] = select(compare<GE>(index(i1), index(i2)), t4[16384*i0+128*i1+i2], 0)
  gemm t6 = t5 * arg2 // 4 x 128x8x128
  copy res3 = t6
// becomes
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096])
  tile [n0<4 n1<2], the last in order, 65536 bytes per thread
    n2 .. n3 (n4 of 128, n5 left) = 0 .. 64*n1+64 by 16
    gemm s7 = arg0 * arg1 // 1 x 64xn4x8
    loops [] // select
      for [i6<64 i7<n4]
        s8[128*i6+i7] = select(compare<GE>(index(i6+64*n1), index(i7)), s7[128*i6+i7], 0)
    gemm t6 = s8 * arg2 // 1 x 64x8xn4
  copy res3 = t6
// -----
// A band hides columns on both sides; where somebody else reads the probabilities, the hidden zeros are stored without computing them.
func.func @main(%q: tensor<4x256x4xf32>, %k: tensor<4x256x4xf32>, %v: tensor<4x256x4xf32>) -> (tensor<4x256x4xf32>, tensor<4x256x256xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<4x256x256xf32>
  %reach = stablehlo.constant dense<20> : tensor<4x256x256xi32>
  %r = stablehlo.iota dim = 1 : tensor<4x256x256xi32>
  %c = stablehlo.iota dim = 2 : tensor<4x256x256xi32>
  %last = stablehlo.add %c, %reach : tensor<4x256x256xi32>
  %before = stablehlo.compare GE, %r, %c : (tensor<4x256x256xi32>, tensor<4x256x256xi32>) -> tensor<4x256x256xi1>
  %near = stablehlo.compare LE, %r, %last : (tensor<4x256x256xi32>, tensor<4x256x256xi32>) -> tensor<4x256x256xi1>
  %seen = stablehlo.and %before, %near : tensor<4x256x256xi1>
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x256x4xf32>, tensor<4x256x4xf32>) -> tensor<4x256x256xf32>
  %p = stablehlo.select %seen, %s, %zero : tensor<4x256x256xi1>, tensor<4x256x256xf32>
  %o = stablehlo.dot_general %p, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x256x256xf32>, tensor<4x256x4xf32>) -> tensor<4x256x4xf32>
  return %o, %p : tensor<4x256x4xf32>, tensor<4x256x256xf32>
}
// =>
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096], res4:f32[262144])
  gemm t5 = arg0 * arg1 // 4 x 256x256x4
  loops [] // select
    for [i0<4 i1<256 i2<256]
      t6[65536*i0+256*i1+i2] = select(and(compare<GE>(index(i1), index(i2)), compare<LE>(index(i1), add(index(i2), 20))), t5[65536*i0+256*i1+i2], 0)
  gemm t7 = t6 * arg2 // 4 x 256x4x256
  copy res3 = t7
  copy res4 = t6
// becomes
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096], res4:f32[262144])
  tile [n0<4 n1<4], the last in order, 65536 bytes per thread
    n2 .. n3 (n4 of 256, n5 left) = 64*n1+-20 .. 64*n1+64 by 16
    gemm s8 = arg0 * arg1 // 1 x 64xn4x4
    loops [] // select
      for [i6<64 i7<n4]
        t6[65536*n0+256*i6+16384*n1+i7+n2] = select(and(compare<GE>(index(i6+64*n1), index(i7+n2)), compare<LE>(index(i6+64*n1), add(index(i7+n2), 20))), s8[256*i6+i7+n2], 0)
      for [i6<64 i8<n5]
        t6[65536*n0+256*i6+16384*n1+i8+n3] = 0
      for [i6<64 i9<n2]
        t6[65536*n0+256*i6+16384*n1+i9] = 0
    gemm t7 = t6 * arg2 // 1 x 64x4xn4
  copy res3 = t7
  copy res4 = t6
