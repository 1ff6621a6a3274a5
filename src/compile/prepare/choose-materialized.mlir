// Elementwise ops with one user each are computed in their consumer's loop.
func.func @main(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  %a = stablehlo.add %x, %y : tensor<8xf32>
  %b = stablehlo.tanh %a : tensor<8xf32>
  %c = stablehlo.multiply %b, %y : tensor<8xf32>
  return %c : tensor<8xf32>
}
// =>
kernels @main(arg0:f32[8], arg1:f32[8]) -> (res2:f32[8])
  loops [] // multiply
    for [i0<8]
      t3[i0] = multiply(tanh(add(arg0[i0], arg1[i0])), arg1[i0])
  copy res2 = t3
// -----
// A value with two users gets memory.
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
// -----
// What a broadcast would compute again for every row gets memory; the broadcast does not.
func.func @main(%x: tensor<4xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %a = stablehlo.tanh %x : tensor<4xf32>
  %b = stablehlo.broadcast_in_dim %a, dims = [1] : (tensor<4xf32>) -> tensor<3x4xf32>
  %c = stablehlo.add %b, %y : tensor<3x4xf32>
  return %c : tensor<3x4xf32>
}
// =>
kernels @main(arg0:f32[4], arg1:f32[12]) -> (res2:f32[12])
  loops [] // tanh
    for [i0<4]
      t3[i0] = tanh(arg0[i0])
  loops [] // add
    for [i1<3 i2<4]
      t4[4*i1+i2] = add(t3[i2], arg1[4*i1+i2])
  copy res2 = t4
// -----
// A transposed operand of a product needs no memory: it becomes strides.
func.func @main(%x: tensor<4x3xf32>, %y: tensor<5x3xf32>) -> tensor<4x5xf32> {
  %t = stablehlo.transpose %y, dims = [1, 0] : (tensor<5x3xf32>) -> tensor<3x5xf32>
  %c = stablehlo.dot_general %x, %t, contracting_dims = [1] x [0] : (tensor<4x3xf32>, tensor<3x5xf32>) -> tensor<4x5xf32>
  return %c : tensor<4x5xf32>
}
// =>
kernels @main(arg0:f32[12], arg1:f32[15]) -> (res2:f32[20])
  gemm t3 = arg0 * arg1 // 1 x 4x5x3
  copy res2 = t3
// -----
// Floats of eight bits have no kernels: callbacks evaluate the ops on them.
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.convert %x : (tensor<2xf32>) -> tensor<2xf8E4M3FN>
  %i = stablehlo.convert %c : (tensor<2xf8E4M3FN>) -> tensor<2xf32>
  %y = stablehlo.negate %i : tensor<2xf32>
  return %y : tensor<2xf32>
}
// =>
kernels @main(arg0:f32[2]) -> (res1:f32[2])
  callback t2 = arg0 // stablehlo.convert
  callback t3 = t2 // stablehlo.convert
  loops [] // negate
    for [i0<2]
      t4[i0] = negate(t3[i0])
  copy res1 = t4
// -----
// Complex numbers are pairs side by side in memory, and lie apart in between.
func.func @main(%x: tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>> {
  %y = stablehlo.negate %x : tensor<4xcomplex<f32>>
  return %y : tensor<4xcomplex<f32>>
}
// =>
kernels @main(arg0:f32[8]) -> (res1:f32[8])
  loops [] // complex
    for [i0<4]
      t2[2*i0] = negate(arg0[2*i0])
      t2[2*i0+1] = negate(arg0[2*i0+1])
  copy res1 = t2
