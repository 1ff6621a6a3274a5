// A line of three is a product with the matrix of its transform.
func.func @main(%a: tensor<2x3xcomplex<f32>>) -> tensor<2x3xcomplex<f32>> {
  %0 = stablehlo.fft %a, type = FFT, length = [3] : (tensor<2x3xcomplex<f32>>) -> tensor<2x3xcomplex<f32>>
  return %0 : tensor<2x3xcomplex<f32>>
}
// =>
module {
  func.func @main(%arg0: tensor<2x3xcomplex<f32>>) -> tensor<2x3xcomplex<f32>> {
    %cst = stablehlo.constant dense<[[(1.000000e+00,-0.000000e+00), (1.000000e+00,-0.000000e+00), (1.000000e+00,-0.000000e+00)], [(1.000000e+00,-0.000000e+00), (-5.000000e-01,-0.866025388), (-5.000000e-01,0.866025388)], [(1.000000e+00,-0.000000e+00), (-5.000000e-01,0.866025388), (-5.000000e-01,-0.866025388)]]> : tensor<3x3xcomplex<f32>>
    %0 = stablehlo.dot_general %arg0, %cst, contracting_dims = [1] x [0] : (tensor<2x3xcomplex<f32>>, tensor<3x3xcomplex<f32>>) -> tensor<2x3xcomplex<f32>>
    return %0 : tensor<2x3xcomplex<f32>>
  }
}
// -----
// A long line whose length is a power of two has a kernel of its own.
func.func @main(%a: tensor<1024xcomplex<f32>>) -> tensor<1024xcomplex<f32>> {
  %0 = stablehlo.fft %a, type = FFT, length = [1024] : (tensor<1024xcomplex<f32>>) -> tensor<1024xcomplex<f32>>
  return %0 : tensor<1024xcomplex<f32>>
}
// =>
module {
  func.func @main(%arg0: tensor<1024xcomplex<f32>>) -> tensor<1024xcomplex<f32>> {
    %0 = stablehlo.fft %arg0, type = FFT, length = [1024] : (tensor<1024xcomplex<f32>>) -> tensor<1024xcomplex<f32>>
    return %0 : tensor<1024xcomplex<f32>>
  }
}
