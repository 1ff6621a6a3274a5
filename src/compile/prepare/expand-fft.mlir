// A short line is a product with the matrix of the transform.
func.func @main(%x: tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>> {
  %0 = stablehlo.fft %x, type = FFT, length = [2] : (tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
  return %0 : tensor<2x2xcomplex<f32>>
}
// =>
module {
  func.func @main(%arg0: tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>> {
    %cst = stablehlo.constant dense<[[(1.000000e+00,-0.000000e+00), (1.000000e+00,-0.000000e+00)], [(1.000000e+00,-0.000000e+00), (-1.000000e+00,-1.22464685E-16)]]> : tensor<2x2xcomplex<f32>>
    %0 = stablehlo.dot_general %arg0, %cst, contracting_dims = [1] x [0] : (tensor<2x2xcomplex<f32>>, tensor<2x2xcomplex<f32>>) -> tensor<2x2xcomplex<f32>>
    return %0 : tensor<2x2xcomplex<f32>>
  }
}
// -----
// A transform of a short real line is a product with the columns of the matrix that it asks for.
func.func @main(%x: tensor<3xf32>) -> tensor<2xcomplex<f32>> {
  %0 = stablehlo.fft %x, type = RFFT, length = [3] : (tensor<3xf32>) -> tensor<2xcomplex<f32>>
  return %0 : tensor<2xcomplex<f32>>
}
// =>
module {
  func.func @main(%arg0: tensor<3xf32>) -> tensor<2xcomplex<f32>> {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<3xf32>
    %0 = stablehlo.complex %arg0, %cst : tensor<3xcomplex<f32>>
    %cst_0 = stablehlo.constant dense<[[(1.000000e+00,-0.000000e+00), (1.000000e+00,-0.000000e+00)], [(1.000000e+00,-0.000000e+00), (-5.000000e-01,-0.866025388)], [(1.000000e+00,-0.000000e+00), (-5.000000e-01,0.866025388)]]> : tensor<3x2xcomplex<f32>>
    %1 = stablehlo.dot_general %0, %cst_0, contracting_dims = [0] x [0] : (tensor<3xcomplex<f32>>, tensor<3x2xcomplex<f32>>) -> tensor<2xcomplex<f32>>
    return %1 : tensor<2xcomplex<f32>>
  }
}
// -----
// Long lines of small factors are what the kernel computes.
func.func @main(%x: tensor<128xcomplex<f32>>) -> tensor<128xcomplex<f32>> {
  %0 = stablehlo.fft %x, type = IFFT, length = [128] : (tensor<128xcomplex<f32>>) -> tensor<128xcomplex<f32>>
  return %0 : tensor<128xcomplex<f32>>
}
// =>
module {
  func.func @main(%arg0: tensor<128xcomplex<f32>>) -> tensor<128xcomplex<f32>> {
    %0 = stablehlo.fft %arg0, type = IFFT, length = [128] : (tensor<128xcomplex<f32>>) -> tensor<128xcomplex<f32>>
    return %0 : tensor<128xcomplex<f32>>
  }
}
