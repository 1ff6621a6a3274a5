// Elements run in lanes, with a partial vector at the end; what all lanes share is spread once.
func.func @main(%x: tensor<21xf32>, %y: tensor<f32>) -> tensor<21xf32> {
  %a = stablehlo.broadcast_in_dim %y, dims = [] : (tensor<f32>) -> tensor<21xf32>
  %b = stablehlo.multiply %x, %a : tensor<21xf32>
  return %b : tensor<21xf32>
}
// =>
schedule @main, 8 lanes
  kernel(arg1:f32[1], arg0:f32[21], res2:f32[21]) // multiply
    x0:f32 = arg1[0]
    v1:f32 = spread x0
    for i0 = 0 .. 16 step 8
      v2:f32 = arg0[i0]
      v3:f32 = multiply(v2, v1)
      res2[i0] = v3
    at i0 = 16
      v4:f32 = arg0[i0] <5
      v5:f32 = multiply(v4, v1)
      res2[i0] = v5 <5
// on wasm
schedule @main, 4 lanes
  kernel(arg1:f32[1], arg0:f32[21], res2:f32[21]) // multiply
    x0:f32 = arg1[0]
    v1:f32 = spread x0
    for i0 = 0 .. 20 step 4
      v2:f32 = arg0[i0]
      v3:f32 = multiply(v2, v1)
      res2[i0] = v3
    at i0 = 20
      v4:f32 = arg0[i0] <1
      v5:f32 = multiply(v4, v1)
      res2[i0] = v5 <1
// -----
// A fold over the last dimension has several accumulators, whose lanes are joined in a fixed order.
func.func @main(%x: tensor<3x70xf32>) -> tensor<3xf32> {
  %c = stablehlo.constant dense<0.0> : tensor<f32>
  %s = stablehlo.reduce(%x init: %c) applies stablehlo.add across dimensions = [1] : (tensor<3x70xf32>, tensor<f32>) -> tensor<3xf32>
  return %s : tensor<3xf32>
}
// =>
schedule @main, 8 lanes
  kernel(arg0:f32[210], res1:f32[3]) // reduce add
    for i0 = 0 .. 3
      x0?:f32 = 0
      v1?:f32 = -0
      v2?:f32 = -0
      v3?:f32 = -0
      v4?:f32 = -0
      for i1 = 0 .. 64 step 32
        v5:f32 = arg0[70*i0+i1]
        v1 = add(v1, v5)
        v6:f32 = arg0[70*i0+i1+8]
        v2 = add(v2, v6)
        v7:f32 = arg0[70*i0+i1+16]
        v3 = add(v3, v7)
        v8:f32 = arg0[70*i0+i1+24]
        v4 = add(v4, v8)
      at i1 = 64
        v9:f32 = arg0[70*i0+i1] <6
        v10:f32 = v9 <6 else -0
        v1 = add(v1, v10)
      v1 = add(v1, v3)
      v2 = add(v2, v4)
      v1 = add(v1, v2)
      v11:f32 = v1 from lane 4
      v1 = add(v1, v11)
      v12:f32 = v1 from lane 2
      v1 = add(v1, v12)
      v13:f32 = v1 from lane 1
      v1 = add(v1, v13)
      x14:f32 = v1 at lane 0
      x0 = add(x0, x14)
      res1[i0] = x0
// on wasm
schedule @main, 4 lanes
  kernel(arg0:f32[210], res1:f32[3]) // reduce add
    for i0 = 0 .. 3
      x0?:f32 = 0
      v1?:f32 = -0
      v2?:f32 = -0
      v3?:f32 = -0
      v4?:f32 = -0
      for i1 = 0 .. 64 step 16
        v5:f32 = arg0[70*i0+i1]
        v1 = add(v1, v5)
        v6:f32 = arg0[70*i0+i1+4]
        v2 = add(v2, v6)
        v7:f32 = arg0[70*i0+i1+8]
        v3 = add(v3, v7)
        v8:f32 = arg0[70*i0+i1+12]
        v4 = add(v4, v8)
      at i1 = 64
        v9:f32 = arg0[70*i0+i1]
        v1 = add(v1, v9)
      at i1 = 68
        v10:f32 = arg0[70*i0+i1] <2
        v11:f32 = v10 <2 else -0
        v1 = add(v1, v11)
      v1 = add(v1, v3)
      v2 = add(v2, v4)
      v1 = add(v1, v2)
      v12:f32 = v1 from lane 2
      v1 = add(v1, v12)
      v13:f32 = v1 from lane 1
      v1 = add(v1, v13)
      x14:f32 = v1 at lane 0
      x0 = add(x0, x14)
      res1[i0] = x0
// -----
// A fold over the first dimension keeps vectors of columns side by side.
func.func @main(%x: tensor<5x19xf32>) -> tensor<19xf32> {
  %c = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %s = stablehlo.reduce(%x init: %c) applies stablehlo.maximum across dimensions = [0] : (tensor<5x19xf32>, tensor<f32>) -> tensor<19xf32>
  return %s : tensor<19xf32>
}
// =>
schedule @main, 8 lanes
  kernel(arg0:f32[95], res1:f32[19]) // reduce maximum
    at i0 = 0
      v0:f32 = spread -Infinity
      v1?:f32 = v0
      v2?:f32 = v0
      for i1 = 0 .. 5
        v3:f32 = arg0[19*i1+i0]
        v1 = maximum(v1, v3)
        v4:f32 = arg0[19*i1+i0+8]
        v2 = maximum(v2, v4)
      res1[i0] = v1
      res1[i0+8] = v2
    at i0 = 16
      v5:f32 = spread -Infinity
      v6?:f32 = v5
      for i1 = 0 .. 5
        v7:f32 = arg0[19*i1+i0] <3
        v8:f32 = v7 <3 else -Infinity
        v6 = maximum(v6, v8)
      res1[i0] = v6 <3
// on wasm
schedule @main, 4 lanes
  kernel(arg0:f32[95], res1:f32[19]) // reduce maximum
    at i0 = 0
      v0:f32 = spread -Infinity
      v1?:f32 = v0
      v2?:f32 = v0
      v3?:f32 = v0
      v4?:f32 = v0
      for i1 = 0 .. 5
        v5:f32 = arg0[19*i1+i0]
        v1 = maximum(v1, v5)
        v6:f32 = arg0[19*i1+i0+4]
        v2 = maximum(v2, v6)
        v7:f32 = arg0[19*i1+i0+8]
        v3 = maximum(v3, v7)
        v8:f32 = arg0[19*i1+i0+12]
        v4 = maximum(v4, v8)
      res1[i0] = v1
      res1[i0+4] = v2
      res1[i0+8] = v3
      res1[i0+12] = v4
    at i0 = 16
      v9:f32 = spread -Infinity
      v10?:f32 = v9
      for i1 = 0 .. 5
        v11:f32 = arg0[19*i1+i0] <3
        v12:f32 = v11 <3 else -Infinity
        v10 = maximum(v10, v12)
      res1[i0] = v10 <3
// -----
// A long sum is cut into blocks, whose sums are compensated.
func.func @main(%x: tensor<600xf64>) -> tensor<f64> {
  %c = stablehlo.constant dense<0.0> : tensor<f64>
  %s = stablehlo.reduce(%x init: %c) applies stablehlo.add across dimensions = [0] : (tensor<600xf64>, tensor<f64>) -> tensor<f64>
  return %s : tensor<f64>
}
// =>
schedule @main, 8 lanes
  kernel(arg0:f64[600], res1:f64[1]) // reduce add
    x0?:f64 = 0
    x1?:f64 = -0
    x2?:f64 = -0
    x3?:f64 = -0
    for i0 = 0 .. 600
      every 128 of i0
        x2 += x1, error in x3
        x1 = -0
      x4:f64 = arg0[i0]
      x1 = add(x1, x4)
    x2 += x1, error in x3
    x0 = add(x0, x2)
    res1[0] = x0
// on wasm
schedule @main, 4 lanes
  kernel(arg0:f64[600], res1:f64[1]) // reduce add
    x0?:f64 = 0
    x1?:f64 = -0
    x2?:f64 = -0
    x3?:f64 = -0
    for i0 = 0 .. 600
      every 128 of i0
        x2 += x1, error in x3
        x1 = -0
      x4:f64 = arg0[i0]
      x1 = add(x1, x4)
    x2 += x1, error in x3
    x0 = add(x0, x2)
    res1[0] = x0
// -----
// Contiguous memory is copied, on wasm only where that pays.
func.func @main(%x: tensor<4x40xf32>) -> tensor<2x20xf32> {
  %s = stablehlo.slice %x [1:3, 0:20] : (tensor<4x40xf32>) -> tensor<2x20xf32>
  return %s : tensor<2x20xf32>
}
// =>
schedule @main, 8 lanes
  kernel(res1:f32[40], arg0:f32[160]) // slice
    for i0 = 0 .. 2
      at i1 = 0
        copy 20 to res1[20*i0+i1] from arg0[40*i0+i1+40]
// on wasm
schedule @main, 4 lanes
  kernel(arg0:f32[160], res1:f32[40]) // slice
    for i0 = 0 .. 2
      for i1 = 0 .. 20 step 4
        v0:f32 = arg0[40*i0+i1+40]
        res1[20*i0+i1] = v0
// -----
// A fold of two results with a body of its own is scalar.
func.func @main(%x: tensor<6xf32>, %y: tensor<6xi32>) -> (tensor<f32>, tensor<i32>) {
  %c = stablehlo.constant dense<0.0> : tensor<f32>
  %d = stablehlo.constant dense<0> : tensor<i32>
  %r:2 = stablehlo.reduce(%x init: %c), (%y init: %d) across dimensions = [0] : (tensor<6xf32>, tensor<6xi32>, tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>)
    reducer(%a: tensor<f32>, %b: tensor<f32>) (%p: tensor<i32>, %q: tensor<i32>) {
      %g = stablehlo.compare GT, %b, %a : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %m = stablehlo.select %g, %b, %a : tensor<i1>, tensor<f32>
      %n = stablehlo.select %g, %q, %p : tensor<i1>, tensor<i32>
      stablehlo.return %m, %n : tensor<f32>, tensor<i32>
    }
  return %r#0, %r#1 : tensor<f32>, tensor<i32>
}
// =>
schedule @main, 8 lanes
  kernel(arg0:f32[6], arg1:i32[6], res2:f32[1], res3:i32[1]) // reduce general
    x0?:f32 = 0
    x1?:i32 = 0
    for i0 = 0 .. 6
      x2:f32 = arg0[i0]
      x3:i32 = arg1[i0]
      x4:bool = compare<GT>(x2, x0)
      x5:f32 = select(x4, x2, x0)
      x6?:f32 = x5
      x7:i32 = select(x4, x3, x1)
      x8?:i32 = x7
      x0 = x6
      x1 = x8
    res2[0] = x0
    res3[0] = x1
// on wasm
schedule @main, 4 lanes
  kernel(arg0:f32[6], arg1:i32[6], res2:f32[1], res3:i32[1]) // reduce general
    x0?:f32 = 0
    x1?:i32 = 0
    for i0 = 0 .. 6
      x2:f32 = arg0[i0]
      x3:i32 = arg1[i0]
      x4:bool = compare<GT>(x2, x0)
      x5:f32 = select(x4, x2, x0)
      x6?:f32 = x5
      x7:i32 = select(x4, x3, x1)
      x8?:i32 = x7
      x0 = x6
      x1 = x8
    res2[0] = x0
    res3[0] = x1
// -----
// What does not depend on the innermost loop is computed before it.
func.func @main(%x: tensor<4xf32>, %y: tensor<16xf32>) -> tensor<4x16xf32> {
  %e = stablehlo.exponential %x : tensor<4xf32>
  %a = stablehlo.broadcast_in_dim %e, dims = [0] : (tensor<4xf32>) -> tensor<4x16xf32>
  %b = stablehlo.broadcast_in_dim %y, dims = [1] : (tensor<16xf32>) -> tensor<4x16xf32>
  %c = stablehlo.add %a, %b : tensor<4x16xf32>
  return %c : tensor<4x16xf32>
}
// =>
schedule @main, 8 lanes
  kernel(arg0:f32[4], t3:f32[4]) // exponential
    at i0 = 0
      v0:f32 = arg0[i0] <4
      v1:f32 = exponential(v0)
      t3[i0] = v1 <4
  kernel(t3:f32[4], arg1:f32[16], res2:f32[64]) // add
    for i0 = 0 .. 4
      x0:f32 = t3[i0]
      v1:f32 = spread x0
      for i1 = 0 .. 16 step 8
        v2:f32 = arg1[i1]
        v3:f32 = add(v1, v2)
        res2[16*i0+i1] = v3
// on wasm
schedule @main, 4 lanes
  kernel(arg0:f32[4], t3:f32[4]) // exponential
    for i0 = 0 .. 4 step 4
      v0:f32 = arg0[i0]
      v1:f32 = exponential(v0)
      t3[i0] = v1
  kernel(t3:f32[4], arg1:f32[16], res2:f32[64]) // add
    for i0 = 0 .. 4
      x0:f32 = t3[i0]
      v1:f32 = spread x0
      for i1 = 0 .. 16 step 4
        v2:f32 = arg1[i1]
        v3:f32 = add(v1, v2)
        res2[16*i0+i1] = v3
// -----
// A routine whose rows lie side by side runs in lanes, what is left over masked or one by one.
func.func @main(%x: tensor<3x9xf32>, %i: tensor<2x1xi32>, %u: tensor<2x9xf32>) -> tensor<3x9xf32> {
  %g = "stablehlo.scatter"(%x, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>, indices_are_sorted = false, unique_indices = false}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %s = stablehlo.add %a, %b : tensor<f32>
    stablehlo.return %s : tensor<f32>
  }) : (tensor<3x9xf32>, tensor<2x1xi32>, tensor<2x9xf32>) -> tensor<3x9xf32>
  return %g : tensor<3x9xf32>
}
// =>
schedule @main, 8 lanes
  kernel(res3:f32[27], arg0:f32[27], arg1:i32[2], arg2:f32[18]) // scatter add
    copy 27 to res3[0] from arg0[0]
    for x0 = 0 .. 2
      x1:i32 = arg1[x0]
      x2:i64 = convert(x1)
      x3?:i64 = x2
      x4:i64 = multiply(x3, 9)
      x5?:i64 = x4
      x6:i64 = multiply(x0, 9)
      x7?:i64 = x6
      x8:bool = compare<GE>(x3, 0)
      x9:bool = compare<LE>(x3, 2)
      x10:bool = and(x8, x9)
      if x10
        for x11 = 0 .. 9 in lanes
          x12:i64 = add(x5, x11)
          v13:f32 = res3[x12]
          x14:i64 = add(x7, x11)
          v15:f32 = arg2[x14]
          v16:f32 = add(v13, v15)
          x17:i64 = add(x5, x11)
          res3[x17] = v16
        with the x18 that are left
          x19:i64 = add(x5, x11)
          v20:f32 = res3[x19] <x18
          x21:i64 = add(x7, x11)
          v22:f32 = arg2[x21] <x18
          v23:f32 = add(v20, v22)
          x24:i64 = add(x5, x11)
          res3[x24] = v23 <x18
// on wasm
schedule @main, 4 lanes
  kernel(res3:f32[27], arg0:f32[27], arg1:i32[2], arg2:f32[18]) // scatter add
    copy 27 to res3[0] from arg0[0]
    for x0 = 0 .. 2
      x1:i32 = arg1[x0]
      x2:i64 = convert(x1)
      x3?:i64 = x2
      x4:i64 = multiply(x3, 9)
      x5?:i64 = x4
      x6:i64 = multiply(x0, 9)
      x7?:i64 = x6
      x8:bool = compare<GE>(x3, 0)
      x9:bool = compare<LE>(x3, 2)
      x10:bool = and(x8, x9)
      if x10
        for x11 = 0 .. 9 in lanes
          x12:i64 = add(x5, x11)
          v13:f32 = res3[x12]
          x14:i64 = add(x7, x11)
          v15:f32 = arg2[x14]
          v16:f32 = add(v13, v15)
          x17:i64 = add(x5, x11)
          res3[x17] = v16
        then one by one
          x18:i64 = add(x5, x11)
          x19:f32 = res3[x18]
          x20:i64 = add(x7, x11)
          x21:f32 = arg2[x20]
          x22:f32 = add(x19, x21)
          res3[x18] = x22
