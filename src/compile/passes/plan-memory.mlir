// A donated argument becomes the result of an elementwise update.
func.func @main(%x: tensor<32xf32>, %g: tensor<32xf32>) -> tensor<32xf32> {
  %y = stablehlo.subtract %x, %g : tensor<32xf32>
  return %y : tensor<32xf32>
}
// =>
kernels @main(arg0:f32[32], arg1:f32[32]) -> (res2:f32[32])
  loops [] // subtract
    for [i0<32]
      t3[i0] = subtract(arg0[i0], arg1[i0])
  copy res2 = t3
// becomes
kernels @main(arg0:f32[32], arg1:f32[32]) -> (res2:f32[32])
  loops [] // subtract
    for [i0<32]
      t3[i0] = subtract(arg0[i0], arg1[i0])
  copy res2 = t3
arena 0 bytes, constants 0 bytes
result 0 in the memory of argument 0
// -----
// A scatter works in the memory of its donated operand.
func.func @main(%x: tensor<6x4xf32>, %i: tensor<2x1xi32>, %u: tensor<2x4xf32>) -> tensor<6x4xf32> {
  %y = "stablehlo.scatter"(%x, %i, %u) ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) {scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>} : (tensor<6x4xf32>, tensor<2x1xi32>, tensor<2x4xf32>) -> tensor<6x4xf32>
  return %y : tensor<6x4xf32>
}
// =>
kernels @main(arg0:f32[24], arg1:i32[2], arg2:f32[8]) -> (res3:f32[24])
  routine t4 = arg0, arg1, t4, arg2 // scatter add
    move 24 to t4[0] from arg0[0]
    for v0 = 0 .. 2
      let v1:i64 = convert(arg1[v0])
      let v2:i64 = (v1 * 4)
      let v3:i64 = (v0 * 4)
      if and((v1 >= 0), (v1 <= 5))
        for v4 = 0 .. 4 // vector
          t4[(v2 + v4)] = add(t4[(v2 + v4)], arg2[(v3 + v4)])
  copy res3 = t4
// becomes
kernels @main(arg0:f32[24], arg1:i32[2], arg2:f32[8]) -> (res3:f32[24])
  routine t4 = arg0, arg1, t4, arg2 // scatter add
    move 24 to t4[0] from arg0[0]
    for v0 = 0 .. 2
      let v1:i64 = convert(arg1[v0])
      let v2:i64 = (v1 * 4)
      let v3:i64 = (v0 * 4)
      if and((v1 >= 0), (v1 <= 5))
        for v4 = 0 .. 4 // vector
          t4[(v2 + v4)] = add(t4[(v2 + v4)], arg2[(v3 + v4)])
  copy res3 = t4
arena 0 bytes, constants 0 bytes
result 0 in the memory of argument 0
// -----
// Products that do not live at the same time share space.
func.func @main(%x: tensor<8x8xf32>, %y: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %a = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %b = stablehlo.dot_general %a, %y, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %c = stablehlo.dot_general %b, %y, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %d = stablehlo.dot_general %c, %y, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %d : tensor<8x8xf32>
}
// =>
kernels @main(arg0:f32[64], arg1:f32[64]) -> (res2:f32[64])
  gemm t3 = arg0 * arg1 // 1 x 8x8x8
  gemm t4 = t3 * arg1 // 1 x 8x8x8
  gemm t5 = t4 * arg1 // 1 x 8x8x8
  gemm t6 = t5 * arg1 // 1 x 8x8x8
  copy res2 = t6
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,8,8,0,[0,8,1],[[1,0]]]
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,8,8,0,[0,8,1],[[1,0]]]
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,8,8,0,[0,8,1],[[1,0]]]
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,8,8,0,[0,8,1],[[1,0]]]
// becomes
kernels @main(arg0:f32[64], arg1:f32[64]) -> (res2:f32[64])
  gemm t3 = arg0 * arg1 // 1 x 8x8x8
  gemm t4 = t3 * arg1 // 1 x 8x8x8
  gemm t5 = t4 * arg1 // 1 x 8x8x8
  gemm t6 = t5 * arg1 // 1 x 8x8x8
  copy res2 = t6
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,8,8,0,[0,8,1],[[1,0]]]
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,8,8,0,[0,8,1],[[1,0]]]
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,8,8,0,[0,8,1],[[1,0]]]
kept packed: argument 1 as b, matrices 1, in ["b",["f32","f32","f32"],0,8,8,0,[0,8,1],[[1,0]]]
arena 512 bytes, constants 0 bytes
  0 … 256: t3:f32[64]
  0 … 256: t5:f32[64]
  256 … 512: t4:f32[64]
