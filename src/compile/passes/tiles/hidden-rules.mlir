// A hidden 0 times a finite number is 0: weights of the probabilities do not matter where a mask hides them.
func.func @main(%q: tensor<4x128x8xf32>, %k: tensor<4x128x8xf32>, %v: tensor<4x128x8xf32>, %w: tensor<128x128xf32>) -> tensor<4x128x8xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<4x128x128xf32>
  %r = stablehlo.iota dim = 1 : tensor<4x128x128xi32>
  %c = stablehlo.iota dim = 2 : tensor<4x128x128xi32>
  %seen = stablehlo.compare GE, %r, %c : (tensor<4x128x128xi32>, tensor<4x128x128xi32>) -> tensor<4x128x128xi1>
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x128x8xf32>, tensor<4x128x8xf32>) -> tensor<4x128x128xf32>
  %p = stablehlo.select %seen, %s, %zero : tensor<4x128x128xi1>, tensor<4x128x128xf32>
  %b = stablehlo.broadcast_in_dim %w, dims = [1, 2] : (tensor<128x128xf32>) -> tensor<4x128x128xf32>
  %x = stablehlo.multiply %p, %b : tensor<4x128x128xf32>
  %o = stablehlo.dot_general %x, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x128x128xf32>, tensor<4x128x8xf32>) -> tensor<4x128x8xf32>
  return %o : tensor<4x128x8xf32>
}
// =>
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096], arg3:f32[16384]) -> (res4:f32[4096])
  gemm t5 = arg0 * arg1 // 4 x 128x128x8
  loops [] // multiply
    for [i0<4 i1<128 i2<128]
      t6[16384*i0+128*i1+i2] = multiply(select(compare<GE>(index(i1), index(i2)), t5[16384*i0+128*i1+i2], 0), arg3[128*i1+i2])
  gemm t7 = t6 * arg2 // 4 x 128x8x128
  copy res4 = t7
// becomes
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096], arg3:f32[16384]) -> (res4:f32[4096])
  tile [n0<4 n1<2], the last in order, 65536 bytes per thread
    n2 .. n3 (n4 of 128, n5 left) = 0 .. 64*n1+64 by 16
    gemm s8 = arg0 * arg1 // 1 x 64xn4x8
    loops [] // multiply
      for [i6<64 i7<n4]
        s9[128*i6+i7] = multiply(select(compare<GE>(index(i6+64*n1), index(i7)), s8[128*i6+i7], 0), arg3[128*i6+8192*n1+i7])
    gemm t7 = s9 * arg2 // 1 x 64x8xn4
  copy res4 = t7
// -----
// Of what no rule knows, as here the floor, nothing is said: every column is computed.
func.func @main(%q: tensor<4x128x8xf32>, %k: tensor<4x128x8xf32>, %v: tensor<4x128x8xf32>) -> tensor<4x128x8xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<4x128x128xf32>
  %r = stablehlo.iota dim = 1 : tensor<4x128x128xi32>
  %c = stablehlo.iota dim = 2 : tensor<4x128x128xi32>
  %seen = stablehlo.compare GE, %r, %c : (tensor<4x128x128xi32>, tensor<4x128x128xi32>) -> tensor<4x128x128xi1>
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x128x8xf32>, tensor<4x128x8xf32>) -> tensor<4x128x128xf32>
  %p = stablehlo.select %seen, %s, %zero : tensor<4x128x128xi1>, tensor<4x128x128xf32>
  %x = stablehlo.floor %p : tensor<4x128x128xf32>
  %o = stablehlo.dot_general %x, %v, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<4x128x128xf32>, tensor<4x128x8xf32>) -> tensor<4x128x8xf32>
  return %o : tensor<4x128x8xf32>
}
// =>
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096])
  gemm t4 = arg0 * arg1 // 4 x 128x128x8
  loops [] // floor
    for [i0<4 i1<128 i2<128]
      t5[16384*i0+128*i1+i2] = floor(select(compare<GE>(index(i1), index(i2)), t4[16384*i0+128*i1+i2], 0))
  gemm t6 = t5 * arg2 // 4 x 128x8x128
  copy res3 = t6
// becomes
kernels @main(arg0:f32[4096], arg1:f32[4096], arg2:f32[4096]) -> (res3:f32[4096])
  tile [n0<4], 131072 bytes per thread
    gemm s7 = arg0 * arg1 // 1 x 128x128x8
    loops [] // floor
      for [i1<128 i2<128]
        s8[128*i1+i2] = floor(select(compare<GE>(index(i1), index(i2)), s7[128*i1+i2], 0))
    gemm t6 = s8 * arg2 // 1 x 128x8x128
  copy res3 = t6
