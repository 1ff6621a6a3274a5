// What a loop stacks is written to its place, and a stack that all rounds fill is not cleared.
func.func @main(%x: tensor<4xf32>) -> tensor<3x4xf32> {
  %i0 = stablehlo.constant dense<0> : tensor<i32>
  %empty = stablehlo.constant dense<0.0> : tensor<3x4xf32>
  %0:3 = stablehlo.while(%i = %i0, %c = %x, %stack = %empty) : tensor<i32>, tensor<4xf32>, tensor<3x4xf32>
  cond {
    %n = stablehlo.constant dense<3> : tensor<i32>
    %1 = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %1 : tensor<i1>
  } do {
    %one = stablehlo.constant dense<1> : tensor<i32>
    %z = stablehlo.constant dense<0> : tensor<i32>
    %y = stablehlo.tanh %c : tensor<4xf32>
    %row = stablehlo.reshape %y : (tensor<4xf32>) -> tensor<1x4xf32>
    %s = stablehlo.dynamic_update_slice %stack, %row, %i, %z : (tensor<3x4xf32>, tensor<1x4xf32>, tensor<i32>, tensor<i32>) -> tensor<3x4xf32>
    %next = stablehlo.add %i, %one : tensor<i32>
    stablehlo.return %next, %y, %s : tensor<i32>, tensor<4xf32>, tensor<3x4xf32>
  }
  return %0#2 : tensor<3x4xf32>
}
// =>
kernels @main(arg0:f32[4]) -> (res1:f32[12])
  loops [] // fill
    for []
      t4[0] = 0
  loops [] // fill
    for [i0<3 i1<4]
      t5[4*i0+i1] = 0
  while t6 = t4, t7 = arg0, t8 = t5
    loops [] // compare
      for []
        t9[0] = compare<LT>(t6[0], 3)
  do if t9
    loops [] // tanh
      for [i2<4]
        t10[i2] = tanh(t7[i2])
    update t11 = t8 with
      loops [] // dynamic_update_slice
        n3 = clamp(t6, 0, 2)
        for [i4<4]
          t11[4*n3+i4] = t10[i4]
    loops [] // add
      for []
        t12[0] = add(t6[0], 1)
  yield t12, t10, t11
  copy res1 = t8
// becomes
kernels @main(arg0:f32[4]) -> (res1:f32[12])
  loops [] // fill
    for []
      t4[0] = 0
  loops [] // not cleared
    for [i0<0 i1<3 i2<4]
      t5[4*i1+i2] = 0
  while t6 = t4, t7 = arg0, t8 = t5
    loops [] // compare
      for []
        t9[0] = compare<LT>(t6[0], 3)
  do if t9
    loops [] // tanh
      for [i3<4]
        t10[i3] = tanh(t7[i3])
    update t11 = t8 with
      loops [] // dynamic_update_slice
        n4 = clamp(t6, 0, 2)
        for [i5<4]
          t11[4*n4+i5] = t10[i5]
    loops [] // add
      for []
        t12[0] = add(t6[0], 1)
  yield t12, t10, t11
  copy res1 = t8
// -----
// A product of the round is made in the stack itself; rounds that fill only a part of it leave the rest as it was.
func.func @main(%x: tensor<4x4xf32>) -> tensor<5x4x4xf32> {
  %i0 = stablehlo.constant dense<0> : tensor<i32>
  %empty = stablehlo.constant dense<0.0> : tensor<5x4x4xf32>
  %0:2 = stablehlo.while(%i = %i0, %stack = %empty) : tensor<i32>, tensor<5x4x4xf32>
  cond {
    %n = stablehlo.constant dense<3> : tensor<i32>
    %1 = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %1 : tensor<i1>
  } do {
    %one = stablehlo.constant dense<1> : tensor<i32>
    %z = stablehlo.constant dense<0> : tensor<i32>
    %f = stablehlo.convert %i : (tensor<i32>) -> tensor<f32>
    %fb = stablehlo.broadcast_in_dim %f, dims = [] : (tensor<f32>) -> tensor<4x4xf32>
    %a = stablehlo.add %x, %fb : tensor<4x4xf32>
    %p = stablehlo.dot_general %a, %x, contracting_dims = [1] x [0] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    %row = stablehlo.reshape %p : (tensor<4x4xf32>) -> tensor<1x4x4xf32>
    %s = stablehlo.dynamic_update_slice %stack, %row, %i, %z, %z : (tensor<5x4x4xf32>, tensor<1x4x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<5x4x4xf32>
    %next = stablehlo.add %i, %one : tensor<i32>
    stablehlo.return %next, %s : tensor<i32>, tensor<5x4x4xf32>
  }
  return %0#1 : tensor<5x4x4xf32>
}
// =>
kernels @main(arg0:f32[16]) -> (res1:f32[80])
  loops [] // fill
    for []
      t4[0] = 0
  loops [] // fill
    for [i0<5 i1<4 i2<4]
      t5[16*i0+4*i1+i2] = 0
  while t6 = t4, t7 = t5
    loops [] // compare
      for []
        t8[0] = compare<LT>(t6[0], 3)
  do if t8
    loops [] // add
      for [i3<4 i4<4]
        t9[4*i3+i4] = add(arg0[4*i3+i4], convert(t6[0]))
    gemm t10 = t9 * arg0 // 1 x 4x4x4
    update t12 = t7 with
      loops [] // dynamic_update_slice
        n5 = clamp(t6, 0, 4)
        for [i6<4 i7<4]
          t12[16*n5+4*i6+i7] = t10[4*i6+i7]
    loops [] // add
      for []
        t13[0] = add(t6[0], 1)
  yield t13, t12
  copy res1 = t7
// becomes
kernels @main(arg0:f32[16]) -> (res1:f32[80])
  loops [] // fill
    for []
      t4[0] = 0
  loops [] // fill
    for [i0<5 i1<4 i2<4]
      t5[16*i0+4*i1+i2] = 0
  while t6 = t4, t7 = t5
    loops [] // compare
      for []
        t8[0] = compare<LT>(t6[0], 3)
  do if t8
    loops [] // add
      for [i3<4 i4<4]
        t9[4*i3+i4] = add(arg0[4*i3+i4], convert(t6[0]))
    update t12 = t7 with
      gemm t12 = t9 * arg0 // 1 x 4x4x4
    loops [] // add
      for []
        t13[0] = add(t6[0], 1)
  yield t13, t12
  copy res1 = t7
