/* Elementary functions on float32 vectors. Unless said otherwise the error is at most 2 ULP over the whole range
 * (tests/cpu/vecmath.test.ts measures it against double precision), subnormal results included; NaN gives NaN, and
 * infinities and poles behave as in C's libm. Every function is lane-wise: a scalar is computed by the same code on a
 * splat, so vector and scalar loops agree bit for bit. */
#ifndef ESPALIER_VECMATH_H
#define ESPALIER_VECMATH_H
#include "math/vector.h"

/* From libm, lane by lane (rare functions). Declared here to avoid the cost of <math.h>. */
float powf(float, float), cbrtf(float), atan2f(float, float), tanf(float), erfcf(float), sinf(float), cosf(float),
    acosf(float), asinf(float), atanf(float), acoshf(float), asinhf(float), atanhf(float), coshf(float), sinhf(float),
    floorf(float), ceilf(float), nearbyintf(float), roundf(float), sqrtf(float), fmodf(float, float), lgammaf(float);

#define ESP_LANES1(NAME, F)                                                                                            \
  ESP_FN esp_vf NAME(esp_vf a) {                                                                                       \
    esp_vf r = a;                                                                                                      \
    for (int i = 0; i < ESP_VW; i++) r[i] = F(a[i]);                                                                   \
    return r;                                                                                                          \
  }
#define ESP_LANES2(NAME, F)                                                                                            \
  ESP_FN esp_vf NAME(esp_vf a, esp_vf b) {                                                                             \
    esp_vf r = a;                                                                                                      \
    for (int i = 0; i < ESP_VW; i++) r[i] = F(a[i], b[i]);                                                             \
    return r;                                                                                                          \
  }

ESP_INLINE esp_vf esp_abs(esp_vf x) { return (esp_vf)((esp_vi)x & 0x7fffffff); }
ESP_INLINE esp_vf esp_copysign(esp_vf m, esp_vf s) {
  return (esp_vf)(((esp_vu)m & 0x7fffffffu) | ((esp_vu)s & 0x80000000u));
}
/* 2^n for -126 <= n <= 127. */
ESP_INLINE esp_vf esp_pow2i(esp_vi n) { return (esp_vf)((n + 127) << 23); }

#if defined(__clang__) && __has_builtin(__builtin_elementwise_sqrt)
ESP_INLINE esp_vf esp_sqrt(esp_vf x) { return __builtin_elementwise_sqrt(x); }
ESP_INLINE esp_vf esp_floor(esp_vf x) { return __builtin_elementwise_floor(x); }
ESP_INLINE esp_vf esp_ceil(esp_vf x) { return __builtin_elementwise_ceil(x); }
ESP_INLINE esp_vf esp_rint(esp_vf x) { return __builtin_elementwise_roundeven(x); }
#elif defined(ESP_AVX512)
ESP_INLINE esp_vf esp_sqrt(esp_vf x) { return (esp_vf)__builtin_ia32_sqrtps512_mask(x, x, (uint16_t)-1, 4); }
ESP_INLINE esp_vf esp_floor(esp_vf x) { return (esp_vf)__builtin_ia32_rndscaleps_mask(x, 9, x, (uint16_t)-1, 4); }
ESP_INLINE esp_vf esp_ceil(esp_vf x) { return (esp_vf)__builtin_ia32_rndscaleps_mask(x, 10, x, (uint16_t)-1, 4); }
ESP_INLINE esp_vf esp_rint(esp_vf x) { return (esp_vf)__builtin_ia32_rndscaleps_mask(x, 8, x, (uint16_t)-1, 4); }
#elif defined(__AVX2__)
ESP_INLINE esp_vf esp_sqrt(esp_vf x) { return (esp_vf)__builtin_ia32_sqrtps256(x); }
ESP_INLINE esp_vf esp_floor(esp_vf x) { return (esp_vf)__builtin_ia32_roundps256(x, 9); }
ESP_INLINE esp_vf esp_ceil(esp_vf x) { return (esp_vf)__builtin_ia32_roundps256(x, 10); }
ESP_INLINE esp_vf esp_rint(esp_vf x) { return (esp_vf)__builtin_ia32_roundps256(x, 8); }
#else
ESP_LANES1(esp_sqrt, sqrtf)
ESP_LANES1(esp_floor, floorf)
ESP_LANES1(esp_ceil, ceilf)
ESP_LANES1(esp_rint, nearbyintf)
#endif
/* Two correctly rounded steps: at most 1.5 ULP. */
ESP_INLINE esp_vf esp_rsqrt(esp_vf x) { return 1.0f / esp_sqrt(x); }
/* Half away from zero. */
ESP_INLINE esp_vf esp_round(esp_vf x) {
  esp_vf a = esp_abs(x), f = esp_floor(a);
  f = esp_sel(a - f >= 0.5f, f + 1.0f, f);
  return esp_copysign(esp_sel(a < 8388608.0f, f, a), x);
}
/* -1, ±0, 1 or NaN. */
ESP_INLINE esp_vf esp_sign(esp_vf x) {
  return esp_sel((x > 0.0f) | (x < 0.0f), esp_copysign(esp_splat(1.0f), x), x);
}
ESP_INLINE esp_vi esp_is_finite(esp_vf x) { return ((esp_vi)x & 0x7f800000) != 0x7f800000; }

/* Reduces x to r in [-ln2/2, ln2/2] and n with x = n ln2 + r. */
ESP_INLINE esp_vf esp_exp_reduce(esp_vf x, esp_vi *n) {
  const float magic = 12582912.0f; /* 1.5 * 2^23 */
  esp_vf t = esp_fma(x, esp_splat(1.44269504089f), esp_splat(magic));
  *n = (esp_vi)t - 0x4b400000;
  esp_vf f = t - magic;
  return esp_fma(f, esp_splat(2.12194440e-4f), esp_fma(f, esp_splat(-0.693359375f), x));
}
/* (e^r - 1 - r) / r^2 on the reduced range. */
ESP_INLINE esp_vf esp_exp_poly(esp_vf r) {
  esp_vf p = esp_splat(1.9875691500e-4f);
  p = esp_fma(p, r, esp_splat(1.3981999507e-3f));
  p = esp_fma(p, r, esp_splat(8.3334519073e-3f));
  p = esp_fma(p, r, esp_splat(4.1665795894e-2f));
  p = esp_fma(p, r, esp_splat(1.6666665459e-1f));
  return esp_fma(p, r, esp_splat(5.0000001201e-1f));
}
ESP_INLINE esp_vf esp_exp(esp_vf x) {
  /* Lanes that end as 0 are computed as e^0: what underflows on the way takes twice the time, and masked scores all do. */
  const esp_vi kept = ~(x < -104.0f);
  x = (esp_vf)((esp_vi)esp_sel(x > 89.0f, esp_splat(89.0f), x) & kept);
  esp_vi n;
  esp_vf r = esp_exp_reduce(x, &n);
  esp_vf y = esp_fma(esp_exp_poly(r), r * r, r) + 1.0f;
  esp_vi h = n >> 1;
  return (esp_vf)((esp_vi)(y * esp_pow2i(h) * esp_pow2i(n - h)) & kept);
}
ESP_INLINE esp_vf esp_expm1(esp_vf x0) {
  esp_vi n;
  esp_vf x = esp_sel(x0 > 89.0f, esp_splat(89.0f), esp_sel(x0 < -30.0f, esp_splat(-30.0f), x0));
  esp_vf r = esp_exp_reduce(x, &n);
  esp_vf p = esp_fma(esp_exp_poly(r), r * r, r);
  esp_vf t = esp_pow2i(n - 1); /* half of 2^n, so that n = 128 does not overflow early */
  esp_vf y = 2.0f * esp_fma(t, p, t - 0.5f);
  return esp_sel(n == 0, esp_sel(x0 == 0.0f, x0, p), y);
}
/* log(x) for x = m 2^e, m in [sqrt(1/2), sqrt 2), as e ln2 + log(m). */
ESP_INLINE esp_vf esp_log(esp_vf x) {
  esp_vi small = x < 1.17549435e-38f;
  esp_vf s = esp_sel(small, x * 8388608.0f, x);
  esp_vi u = (esp_vi)s - 0x3f3504f3;
  esp_vi e = u >> 23;
  esp_vf m = (esp_vf)((u & 0x007fffff) + 0x3f3504f3) - 1.0f;
  esp_vf ef = ESP_CONV(esp_sel_i(small, e - 23, e), esp_vf);
  esp_vf z = m * m;
  esp_vf p = esp_splat(7.0376836292e-2f);
  p = esp_fma(p, m, esp_splat(-1.1514610310e-1f));
  p = esp_fma(p, m, esp_splat(1.1676998740e-1f));
  p = esp_fma(p, m, esp_splat(-1.2420140846e-1f));
  p = esp_fma(p, m, esp_splat(1.4249322787e-1f));
  p = esp_fma(p, m, esp_splat(-1.6668057665e-1f));
  p = esp_fma(p, m, esp_splat(2.0000714765e-1f));
  p = esp_fma(p, m, esp_splat(-2.4999993993e-1f));
  p = esp_fma(p, m, esp_splat(3.3333331174e-1f));
  esp_vf y = p * m * z;
  y = esp_fma(ef, esp_splat(-2.12194440e-4f), y);
  y = esp_fma(z, esp_splat(-0.5f), y);
  y = esp_fma(ef, esp_splat(0.693359375f), m + y);
  const esp_vf inf = esp_splat(__builtin_inff());
  y = esp_sel(x == inf, inf, y);
  y = esp_sel(x == 0.0f, -inf, y);
  return esp_sel((x < 0.0f) | (x != x), esp_splat(__builtin_nanf("")), y);
}
/* The rounding error of 1 + x is put back through the derivative of log. */
ESP_INLINE esp_vf esp_log1p(esp_vf x) {
  esp_vf u = 1.0f + x;
  esp_vf c = (x - (u - 1.0f)) / u;
  esp_vf y = esp_log(u) + c;
  esp_vi plain = (u == 1.0f) | (x == __builtin_inff());
  y = esp_sel(plain, x, y);
  return esp_sel(x == -1.0f, esp_splat(-__builtin_inff()), y);
}
ESP_INLINE esp_vf esp_tanh(esp_vf x) {
  esp_vf a = esp_abs(x), z = x * x;
  esp_vf p = esp_splat(-5.70498872745e-3f);
  p = esp_fma(p, z, esp_splat(2.06390887954e-2f));
  p = esp_fma(p, z, esp_splat(-5.37397155531e-2f));
  p = esp_fma(p, z, esp_splat(1.33314422036e-1f));
  p = esp_fma(p, z, esp_splat(-3.33332819422e-1f));
  esp_vf near = esp_fma(p * z, x, x);
  esp_vf far = 1.0f - 2.0f / (esp_exp(a + a) + 1.0f);
  return esp_copysign(esp_sel(a < 0.625f, near, far), x);
}
ESP_INLINE esp_vf esp_logistic(esp_vf x) {
  esp_vf e = esp_exp(-esp_abs(x));
  return esp_sel(x < 0.0f, e, esp_sel(x != x, x, esp_splat(1.0f))) / (1.0f + e);
}
ESP_INLINE esp_vf esp_erf(esp_vf x) {
  esp_vf t = esp_abs(x), s = x * x;
  esp_vf q = esp_splat(-5.96761703e-4f);
  q = esp_fma(q, s, esp_splat(4.99119423e-3f));
  q = esp_fma(q, s, esp_splat(-2.67681349e-2f));
  q = esp_fma(q, s, esp_splat(1.12819925e-1f));
  q = esp_fma(q, s, esp_splat(-3.76125336e-1f));
  q = esp_fma(q, s, esp_splat(1.28379166e-1f));
  q = esp_fma(q, x, x);
  t = esp_sel(t > 4.0f, esp_splat(4.0f), t);
  s = t * t;
  esp_vf r = esp_fma(esp_splat(-1.72853470e-5f), t, esp_splat(3.83197126e-4f));
  esp_vf u = esp_fma(esp_splat(-3.88396438e-3f), t, esp_splat(2.42546219e-2f));
  r = esp_fma(r, s, u);
  r = esp_fma(r, t, esp_splat(-1.06777877e-1f));
  r = esp_fma(r, t, esp_splat(-6.34846687e-1f));
  r = esp_fma(r, t, esp_splat(-1.28717512e-1f));
  r = esp_fma(r, t, -t);
  r = esp_copysign(1.0f - esp_exp(r), x);
  return esp_sel(t > 0.927734375f, r, q);
}

/* The three-part reduction below needs FMA and holds up to here; beyond that sin and cos come from libm. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define ESP_SINCOS_MAX 39000.0f
#else
#define ESP_SINCOS_MAX 0.0f
#endif
/* sin (quadrant 0) or cos (quadrant 1) of x, |x| <= ESP_SINCOS_MAX. */
ESP_INLINE esp_vf esp_sincos(esp_vf x, int quadrant) {
  const float magic = 12582912.0f;
  esp_vf t = esp_fma(x, esp_splat(0.636619772f), esp_splat(magic));
  esp_vi n = (esp_vi)t - 0x4b400000 + quadrant;
  esp_vf f = t - magic;
  esp_vf r = esp_fma(f, esp_splat(-1.57079601e+00f), x);
  r = esp_fma(f, esp_splat(-3.13916473e-07f), r);
  r = esp_fma(f, esp_splat(-5.39030253e-15f), r);
  esp_vf z = r * r;
  esp_vf s = esp_splat(2.86567956e-6f);
  s = esp_fma(s, z, esp_splat(-1.98559923e-4f));
  s = esp_fma(s, z, esp_splat(8.33338592e-3f));
  s = esp_fma(s, z, esp_splat(-1.66666672e-1f));
  s = esp_fma(s * z, r, r);
  esp_vf c = esp_splat(2.44677067e-5f);
  c = esp_fma(c, z, esp_splat(-1.38877297e-3f));
  c = esp_fma(c, z, esp_splat(4.16666567e-2f));
  c = esp_fma(c, z, esp_splat(-0.5f));
  c = esp_fma(c, z, esp_splat(1.0f));
  esp_vf y = esp_sel((n & 1) != 0, c, s);
  return (esp_vf)((esp_vi)y ^ ((n & 2) << 30));
}
ESP_FN esp_vf esp_sincos_far(esp_vf x, esp_vf y, int quadrant) {
  for (int i = 0; i < ESP_VW; i++)
    if (!(__builtin_fabsf(x[i]) <= ESP_SINCOS_MAX)) y[i] = quadrant ? cosf(x[i]) : sinf(x[i]);
  return y;
}
ESP_INLINE int esp_any(esp_vi m) {
#ifdef ESP_AVX512
  return __builtin_ia32_ptestmd512(m, m, (uint16_t)-1) != 0;
#else
  int r = 0;
  for (int i = 0; i < ESP_VW; i++) r |= m[i];
  return r;
#endif
}
ESP_INLINE esp_vf esp_sin(esp_vf x) {
  esp_vf y = esp_sel(x == 0.0f, x, esp_sincos(x, 0));
  return ESP_UNLIKELY(esp_any(~(esp_abs(x) <= ESP_SINCOS_MAX))) ? esp_sincos_far(x, y, 0) : y;
}
ESP_INLINE esp_vf esp_cos(esp_vf x) {
  esp_vf y = esp_sincos(x, 1);
  return ESP_UNLIKELY(esp_any(~(esp_abs(x) <= ESP_SINCOS_MAX))) ? esp_sincos_far(x, y, 1) : y;
}

/* Inverse error function (Giles 2010), |x| < 1; ±1 give ±inf. At most 4 ULP. */
ESP_INLINE esp_vf esp_erf_inv(esp_vf x) {
  esp_vf w = -esp_log1p(-x * x);
  esp_vf a = w - 2.5f, b = esp_sqrt(esp_sel(w > 0.0f, w, esp_splat(0.0f))) - 3.0f;
  static const float ca[9] = {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f,
                              -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f};
  static const float cb[9] = {-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f,
                              -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f};
  esp_vf p = esp_splat(ca[0]), q = esp_splat(cb[0]);
  for (int i = 1; i < 9; i++) {
    p = esp_fma(p, a, esp_splat(ca[i]));
    q = esp_fma(q, b, esp_splat(cb[i]));
  }
  esp_vf y = esp_sel(w < 5.0f, p, q) * x;
  y = esp_sel(esp_abs(x) == 1.0f, x * __builtin_inff(), y);
  return esp_sel(esp_abs(x) > 1.0f, esp_splat(__builtin_nanf("")), y);
}

ESP_LANES2(esp_pow, powf)
ESP_LANES2(esp_atan2, atan2f)
ESP_LANES2(esp_rem, fmodf)
ESP_LANES1(esp_cbrt, cbrtf)
ESP_LANES1(esp_tan, tanf)
ESP_LANES1(esp_erfc, erfcf)
ESP_LANES1(esp_acos, acosf)
ESP_LANES1(esp_asin, asinf)
ESP_LANES1(esp_atan, atanf)
ESP_LANES1(esp_acosh, acoshf)
ESP_LANES1(esp_asinh, asinhf)
ESP_LANES1(esp_atanh, atanhf)
/* e^(x + log 1/2) + e^(-x + log 1/2), as CHLO decomposes it: it does not overflow before cosh does. */
#define ESP_LOG_HALF -0.69314718246459961f
ESP_INLINE esp_vf esp_cosh(esp_vf x) { return esp_exp(x + ESP_LOG_HALF) + esp_exp(ESP_LOG_HALF - x); }
ESP_INLINE esp_vf esp_sinh(esp_vf x) {
  esp_vf e = esp_expm1(x);
  esp_vf near = 0.5f * (e + e / (e + 1.0f));
  return esp_sel(esp_abs(x) < 1.0f, near, esp_exp(x + ESP_LOG_HALF) - esp_exp(ESP_LOG_HALF - x));
}
ESP_LANES1(esp_lgamma, lgammaf)

/* Scalar float32: the same code on a splat. */
#define ESP_SCALAR1(NAME)                                                                                              \
  ESP_INLINE float NAME##1(float x) { return NAME(esp_splat(x))[0]; }
ESP_SCALAR1(esp_exp) ESP_SCALAR1(esp_expm1) ESP_SCALAR1(esp_log) ESP_SCALAR1(esp_log1p) ESP_SCALAR1(esp_tanh)
ESP_SCALAR1(esp_logistic) ESP_SCALAR1(esp_erf) ESP_SCALAR1(esp_sin) ESP_SCALAR1(esp_cos) ESP_SCALAR1(esp_erf_inv)
ESP_SCALAR1(esp_sqrt) ESP_SCALAR1(esp_rsqrt) ESP_SCALAR1(esp_floor) ESP_SCALAR1(esp_ceil) ESP_SCALAR1(esp_rint)
ESP_SCALAR1(esp_round) ESP_SCALAR1(esp_sign) ESP_SCALAR1(esp_cosh) ESP_SCALAR1(esp_sinh)
#endif
