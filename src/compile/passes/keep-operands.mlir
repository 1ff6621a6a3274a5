// Weights that are read only may stay packed; the donated argument and what the program computes may not.
func.func @main(%x: tensor<8x16xf32>, %w: tensor<16x32xf32>) -> (tensor<8x32xf32>, tensor<8x8xf32>) {
  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<8x16xf32>, tensor<16x32xf32>) -> tensor<8x32xf32>
  %z = stablehlo.dot_general %x, %x, contracting_dims = [1] x [1] : (tensor<8x16xf32>, tensor<8x16xf32>) -> tensor<8x8xf32>
  return %y, %z : tensor<8x32xf32>, tensor<8x8xf32>
}
// =>
kernels @main(arg0:f32[128], arg1:f32[512]) -> (res2:f32[256], res3:f32[64])
  gemm t4 = arg0 * arg1 // 1 x 8x32x16
  gemm t5 = arg0 * arg0 // 1 x 8x8x16
  copy res2 = t4
  copy res3 = t5
// becomes
kernels @main(arg0:f32[128], arg1:f32[512]) -> (res2:f32[256], res3:f32[64])
  gemm t4 = arg0 * arg1 // 1 x 8x32x16
  gemm t5 = arg0 * arg0 // 1 x 8x8x16
  copy res2 = t4
  copy res3 = t5
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,16,32,0,[0,32,1],[[1,0]]]
// -----
// A loop over layers reads one matrix of a stack per round: all of them are kept.
func.func @main(%x: tensor<2x4xf32>, %w: tensor<3x4x4xf32>) -> tensor<2x4xf32> {
  %i0 = stablehlo.constant dense<0> : tensor<i32>
  %0:2 = stablehlo.while(%i = %i0, %c = %x) : tensor<i32>, tensor<2x4xf32>
  cond {
    %n = stablehlo.constant dense<3> : tensor<i32>
    %1 = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %1 : tensor<i1>
  } do {
    %one = stablehlo.constant dense<1> : tensor<i32>
    %z = stablehlo.constant dense<0> : tensor<i32>
    %l = stablehlo.dynamic_slice %w, %i, %z, %z, sizes = [1, 4, 4] : (tensor<3x4x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x4x4xf32>
    %m = stablehlo.reshape %l : (tensor<1x4x4xf32>) -> tensor<4x4xf32>
    %y = stablehlo.dot_general %c, %m, contracting_dims = [1] x [0] : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
    %next = stablehlo.add %i, %one : tensor<i32>
    stablehlo.return %next, %y : tensor<i32>, tensor<2x4xf32>
  }
  return %0#1 : tensor<2x4xf32>
}
// =>
kernels @main(arg0:f32[8], arg1:f32[48]) -> (res2:f32[8])
  loops [] // fill
    for []
      t4[0] = 0
  while t5 = t4, t6 = arg0
    loops [] // compare
      for []
        t7[0] = compare<LT>(t5[0], 3)
  do if t7
    gemm t8 = t6 * arg1 // 1 x 2x4x4
    loops [] // add
      for []
        t9[0] = add(t5[0], 1)
  yield t9, t8
  copy res2 = t6
// becomes
kernels @main(arg0:f32[8], arg1:f32[48]) -> (res2:f32[8])
  loops [] // fill
    for []
      t4[0] = 0
  while t5 = t4, t6 = arg0
    loops [] // compare
      for []
        t7[0] = compare<LT>(t5[0], 3)
  do if t7
    gemm t8 = t6 * arg1 // 1 x 2x4x4
    loops [] // add
      for []
        t9[0] = add(t5[0], 1)
  yield t9, t8
  copy res2 = t6
kept packed: argument 1 as b, matrices 3, in ["b",["f32","f32","f32"],0,4,4,0,[0,4,1],[[3,16],[1,0]]]
