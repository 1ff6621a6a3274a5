// Arguments and results stay complex; a product is four products of parts.
func.func @main(%x: tensor<2xcomplex<f32>>, %y: tensor<2xcomplex<f32>>) -> tensor<2xcomplex<f32>> {
  %0 = stablehlo.multiply %x, %y : tensor<2xcomplex<f32>>
  return %0 : tensor<2xcomplex<f32>>
}
// =>
module {
  func.func @main(%arg0: tensor<2xcomplex<f32>>, %arg1: tensor<2xcomplex<f32>>) -> tensor<2xcomplex<f32>> {
    %0 = stablehlo.real %arg0 : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
    %1 = stablehlo.imag %arg0 : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
    %2 = stablehlo.real %arg1 : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
    %3 = stablehlo.imag %arg1 : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
    %4 = stablehlo.multiply %0, %2 : tensor<2xf32>
    %5 = stablehlo.multiply %1, %3 : tensor<2xf32>
    %6 = stablehlo.subtract %4, %5 : tensor<2xf32>
    %7 = stablehlo.multiply %0, %3 : tensor<2xf32>
    %8 = stablehlo.multiply %1, %2 : tensor<2xf32>
    %9 = stablehlo.add %7, %8 : tensor<2xf32>
    %10 = stablehlo.complex %6, %9 : tensor<2xcomplex<f32>>
    return %10 : tensor<2xcomplex<f32>>
  }
}
// -----
// Loops carry both parts.
func.func @main(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
  %i = stablehlo.constant dense<0> : tensor<i32>
  %c = stablehlo.complex %x, %y : tensor<complex<f32>>
  %0:2 = stablehlo.while(%k = %i, %z = %c) : tensor<i32>, tensor<complex<f32>>
  cond {
    %n = stablehlo.constant dense<3> : tensor<i32>
    %1 = stablehlo.compare LT, %k, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    stablehlo.return %1 : tensor<i1>
  } do {
    %one = stablehlo.constant dense<1> : tensor<i32>
    %1 = stablehlo.add %k, %one : tensor<i32>
    %2 = stablehlo.add %z, %c : tensor<complex<f32>>
    stablehlo.return %1, %2 : tensor<i32>, tensor<complex<f32>>
  }
  %r = stablehlo.real %0#1 : (tensor<complex<f32>>) -> tensor<f32>
  return %r : tensor<f32>
}
// =>
module {
  func.func @main(%arg0: tensor<f32>, %arg1: tensor<f32>) -> tensor<f32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0:3 = stablehlo.while(%iterArg = %c, %iterArg_0 = %arg0, %iterArg_1 = %arg1) : tensor<i32>, tensor<f32>, tensor<f32>
    cond {
      %c_2 = stablehlo.constant dense<3> : tensor<i32>
      %1 = stablehlo.compare LT, %iterArg, %c_2 : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %1 : tensor<i1>
    } do {
      %c_2 = stablehlo.constant dense<1> : tensor<i32>
      %1 = stablehlo.add %iterArg, %c_2 : tensor<i32>
      %2 = stablehlo.add %iterArg_0, %arg0 : tensor<f32>
      %3 = stablehlo.add %iterArg_1, %arg1 : tensor<f32>
      stablehlo.return %1, %2, %3 : tensor<i32>, tensor<f32>, tensor<f32>
    }
    return %0#1 : tensor<f32>
  }
}
// -----
// Sums are sums of parts; a product with a real matrix is two real products.
func.func @main(%x: tensor<20x30xf32>, %y: tensor<20x30xf32>, %w: tensor<30x40xf32>) -> tensor<40xf32> {
  %c = stablehlo.complex %x, %y : tensor<20x30xcomplex<f32>>
  %v = stablehlo.convert %w : (tensor<30x40xf32>) -> tensor<30x40xcomplex<f32>>
  %p = stablehlo.dot_general %c, %v, contracting_dims = [1] x [0] : (tensor<20x30xcomplex<f32>>, tensor<30x40xcomplex<f32>>) -> tensor<20x40xcomplex<f32>>
  %zero = stablehlo.constant dense<(0.0, 0.0)> : tensor<complex<f32>>
  %s = stablehlo.reduce(%p init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<20x40xcomplex<f32>>, tensor<complex<f32>>) -> tensor<40xcomplex<f32>>
  %i = stablehlo.imag %s : (tensor<40xcomplex<f32>>) -> tensor<40xf32>
  return %i : tensor<40xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<20x30xf32>, %arg1: tensor<20x30xf32>, %arg2: tensor<30x40xf32>) -> tensor<40xf32> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<30x40xf32>
    %0 = stablehlo.dot_general %arg0, %arg2, contracting_dims = [1] x [0] : (tensor<20x30xf32>, tensor<30x40xf32>) -> tensor<20x40xf32>
    %1 = stablehlo.dot_general %arg1, %arg2, contracting_dims = [1] x [0] : (tensor<20x30xf32>, tensor<30x40xf32>) -> tensor<20x40xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.reduce(%0 init: %cst_0) applies stablehlo.add across dimensions = [0] : (tensor<20x40xf32>, tensor<f32>) -> tensor<40xf32>
    %3 = stablehlo.reduce(%1 init: %cst_1) applies stablehlo.add across dimensions = [0] : (tensor<20x40xf32>, tensor<f32>) -> tensor<40xf32>
    return %3 : tensor<40xf32>
  }
}
// -----
// Small products are one loop.
func.func @main(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<f32> {
  %c = stablehlo.complex %x, %y : tensor<2xcomplex<f32>>
  %p = stablehlo.dot_general %c, %c, contracting_dims = [0] x [0] : (tensor<2xcomplex<f32>>, tensor<2xcomplex<f32>>) -> tensor<complex<f32>>
  %r = stablehlo.real %p : (tensor<complex<f32>>) -> tensor<f32>
  return %r : tensor<f32>
}
// =>
module {
  func.func @main(%arg0: tensor<2xf32>, %arg1: tensor<2xf32>) -> tensor<f32> {
    %0 = stablehlo.multiply %arg0, %arg0 : tensor<2xf32>
    %1 = stablehlo.multiply %arg1, %arg1 : tensor<2xf32>
    %2 = stablehlo.subtract %0, %1 : tensor<2xf32>
    %3 = stablehlo.multiply %arg0, %arg1 : tensor<2xf32>
    %4 = stablehlo.multiply %arg1, %arg0 : tensor<2xf32>
    %5 = stablehlo.add %3, %4 : tensor<2xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.reduce(%2 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %7 = stablehlo.reduce(%5 init: %cst_0) applies stablehlo.add across dimensions = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<f32>
    return %6 : tensor<f32>
  }
}
// -----
// What has no rule here reads and writes complex values.
func.func @main(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  %c = stablehlo.complex %x, %y : tensor<2xcomplex<f32>>
  %h = chlo.sinh %c : tensor<2xcomplex<f32>> -> tensor<2xcomplex<f32>>
  %r = stablehlo.real %h : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
  return %r : tensor<2xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<2xf32>, %arg1: tensor<2xf32>) -> tensor<2xf32> {
    %0 = stablehlo.complex %arg0, %arg1 : tensor<2xcomplex<f32>>
    %1 = chlo.sinh %0 : tensor<2xcomplex<f32>> -> tensor<2xcomplex<f32>>
    %2 = stablehlo.real %1 : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
    %3 = stablehlo.imag %1 : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
    return %2 : tensor<2xf32>
  }
}
// -----
// The reverse of a complex gather of rows is two scatters of real ones.
func.func @main(%x: tensor<3x2xf32>, %y: tensor<3x2xf32>, %i: tensor<2x1xi32>, %u: tensor<2x2xf32>) -> tensor<3x2xf32> {
  %c = stablehlo.complex %x, %y : tensor<3x2xcomplex<f32>>
  %v = stablehlo.complex %u, %u : tensor<2x2xcomplex<f32>>
  %s = "stablehlo.scatter"(%c, %i, %v) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
  ^bb0(%a: tensor<complex<f32>>, %b: tensor<complex<f32>>):
    %t = stablehlo.add %a, %b : tensor<complex<f32>>
    stablehlo.return %t : tensor<complex<f32>>
  }) : (tensor<3x2xcomplex<f32>>, tensor<2x1xi32>, tensor<2x2xcomplex<f32>>) -> tensor<3x2xcomplex<f32>>
  %r = stablehlo.imag %s : (tensor<3x2xcomplex<f32>>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}
// =>
module {
  func.func @main(%arg0: tensor<3x2xf32>, %arg1: tensor<3x2xf32>, %arg2: tensor<2x1xi32>, %arg3: tensor<2x2xf32>) -> tensor<3x2xf32> {
    %0 = "stablehlo.scatter"(%arg0, %arg2, %arg3) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
    ^bb0(%arg4: tensor<f32>, %arg5: tensor<f32>):
      %2 = stablehlo.add %arg4, %arg5 : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<3x2xf32>, tensor<2x1xi32>, tensor<2x2xf32>) -> tensor<3x2xf32>
    %1 = "stablehlo.scatter"(%arg1, %arg2, %arg3) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
    ^bb0(%arg4: tensor<f32>, %arg5: tensor<f32>):
      %2 = stablehlo.add %arg4, %arg5 : tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }) : (tensor<3x2xf32>, tensor<2x1xi32>, tensor<2x2xf32>) -> tensor<3x2xf32>
    return %1 : tensor<3x2xf32>
  }
}
