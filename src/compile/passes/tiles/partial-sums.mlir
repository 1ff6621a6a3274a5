// A product that sums over the rounds of a tile adds to its result in place, in float32.
func.func @main(%q: tensor<4x128x8xf32>, %k: tensor<4x128x8xf32>, %g: tensor<4x128x8xf32>) -> tensor<4x128x8xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<4x128x128xf32>
  %r = stablehlo.iota dim = 1 : tensor<4x128x128xi32>
  %c = stablehlo.iota dim = 2 : tensor<4x128x128xi32>
  %seen = stablehlo.compare GE, %r, %c : (tensor<4x128x128xi32>, tensor<4x128x128xi32>) -> tensor<4x128x128xi1>
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x128x8xf32>, tensor<4x128x8xf32>) -> tensor<4x128x128xf32>
  %p = stablehlo.select %seen, %s, %zero : tensor<4x128x128xi1>, tensor<4x128x128xf32>
  %o = stablehlo.dot_general %p, %g, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<4x128x128xf32>, tensor<4x128x8xf32>) -> tensor<4x128x8xf32>
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
    before its rounds
      loops [] // clear
        for [i6<128 i7<8]
          t6[1024*n0+8*i6+i7] = 0
    gemm s7 = arg0 * arg1 // 1 x 64xn4x8
    loops [] // select
      for [i8<64 i9<n4]
        s8[128*i8+i9] = select(compare<GE>(index(i8+64*n1), index(i9)), s7[128*i8+i9], 0)
    gemm t6 += s8 * arg2 // 1 x n4x8x64
  copy res3 = t6
// -----
// With a bf16 result it sums in scratch, and is rounded once, after the last round.
func.func @main(%q: tensor<4x256x8xbf16>, %k: tensor<4x256x8xbf16>, %g: tensor<4x256x8xbf16>) -> tensor<4x256x8xbf16> {
  %zero = stablehlo.constant dense<0.0> : tensor<4x256x256xbf16>
  %r = stablehlo.iota dim = 1 : tensor<4x256x256xi32>
  %c = stablehlo.iota dim = 2 : tensor<4x256x256xi32>
  %seen = stablehlo.compare GE, %r, %c : (tensor<4x256x256xi32>, tensor<4x256x256xi32>) -> tensor<4x256x256xi1>
  %s = stablehlo.dot_general %q, %k, batching_dims = [0] x [0], contracting_dims = [2] x [2] : (tensor<4x256x8xbf16>, tensor<4x256x8xbf16>) -> tensor<4x256x256xbf16>
  %p = stablehlo.select %seen, %s, %zero : tensor<4x256x256xi1>, tensor<4x256x256xbf16>
  %o = stablehlo.dot_general %p, %g, batching_dims = [0] x [0], contracting_dims = [1] x [1] : (tensor<4x256x256xbf16>, tensor<4x256x8xbf16>) -> tensor<4x256x8xbf16>
  return %o : tensor<4x256x8xbf16>
}
// =>
kernels @main(arg0:bf16[8192], arg1:bf16[8192], arg2:bf16[8192]) -> (res3:bf16[8192])
  gemm t4 = arg0 * arg1 // 4 x 256x256x8
  loops [] // select
    for [i0<4 i1<256 i2<256]
      t5[65536*i0+256*i1+i2] = select(compare<GE>(index(i1), index(i2)), t4[65536*i0+256*i1+i2], 0)
  gemm t6 = t5 * arg2 // 4 x 256x8x256
  copy res3 = t6
// becomes
kernels @main(arg0:bf16[8192], arg1:bf16[8192], arg2:bf16[8192]) -> (res3:bf16[8192])
  tile [n0<4 n1<4], the last in order, 73728 bytes per thread
    n2 .. n3 (n4 of 256, n5 left) = 0 .. 64*n1+64 by 16
    before its rounds
      loops [] // clear
        for [i6<256 i7<8]
          s9[8*i6+i7] = 0
    gemm s7 = arg0 * arg1 // 1 x 64xn4x8
    loops [] // select
      for [i8<64 i9<n4]
        s8[256*i8+i9] = select(compare<GE>(index(i8+64*n1), index(i9)), s7[256*i8+i9], 0)
    gemm s9 += s8 * arg2 // 1 x n4x8x64
    after its rounds
      loops [] // convert
        for [i10<256 i11<8]
          t6[2048*n0+8*i10+i11] = convert(s9[8*i10+i11])
  copy res3 = t6
