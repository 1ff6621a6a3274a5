/* Scalar element functions of generated programs, with StableHLO's meaning where C leaves a choice:
 * x / 0 = -1 (all ones), x % 0 = x, MIN / -1 = MIN, shifts by the width or more give 0 (or the sign), float to integer
 * saturates and NaN gives 0, max and min return NaN if either side is NaN. */
#ifndef ESPALIER_SCALAR_H
#define ESPALIER_SCALAR_H
#include "math/vecmath.h"

double exp(double), expm1(double), log(double), log1p(double), tanh(double), erf(double), erfc(double), sin(double),
    cos(double), tan(double), sqrt(double), cbrt(double), pow(double, double), fmod(double, double), atan2(double, double),
    floor(double), ceil(double), round(double), nearbyint(double), fabs(double), acos(double), asin(double), atan(double),
    acosh(double), asinh(double), atanh(double), cosh(double), sinh(double), lgamma(double);

#define ESP_SIGNED(T, U, N, BITS)                                                                                      \
  ESP_INLINE T esp_div_##N(T a, T b) {                                                                                 \
    if (b == 0) return (T)-1;                                                                                          \
    if (b == (T)-1) return (T)(0 - (U)a);                                                                              \
    return (T)(a / b);                                                                                                 \
  }                                                                                                                    \
  ESP_INLINE T esp_rem_##N(T a, T b) { return b == 0 ? a : b == (T)-1 ? (T)0 : (T)(a % b); }                           \
  ESP_INLINE T esp_shl_##N(T a, T s) { return (U)s >= BITS ? (T)0 : (T)((U)a << (U)s); }                               \
  ESP_INLINE T esp_shr_##N(T a, T s) { return (U)s >= BITS ? (T)0 : (T)((U)a >> (U)s); }                               \
  ESP_INLINE T esp_sar_##N(T a, T s) { return (T)(a >> ((U)s >= BITS ? BITS - 1 : s)); }                               \
  ESP_INLINE T esp_abs_##N(T a) { return a < 0 ? (T)(0 - (U)a) : a; }                                                  \
  ESP_INLINE T esp_sign_##N(T a) { return (T)((a > 0) - (a < 0)); }                                                    \
  ESP_INLINE T esp_pow_##N(T a, T e) {                                                                                 \
    if (e < 0) return a == 1 ? (T)1 : a == (T)-1 ? (T)(e & 1 ? -1 : 1) : (T)0;                                         \
    U r = 1, x = (U)a;                                                                                                 \
    for (; e; e = (T)(e >> 1), x = (U)(x * x))                                                                         \
      if (e & 1) r = (U)(r * x);                                                                                       \
    return (T)r;                                                                                                       \
  }
#define ESP_UNSIGNED(T, N, BITS)                                                                                       \
  ESP_INLINE T esp_div_##N(T a, T b) { return b == 0 ? (T)-1 : (T)(a / b); }                                           \
  ESP_INLINE T esp_rem_##N(T a, T b) { return b == 0 ? a : (T)(a % b); }                                               \
  ESP_INLINE T esp_shl_##N(T a, T s) { return s >= BITS ? (T)0 : (T)(a << s); }                                        \
  ESP_INLINE T esp_shr_##N(T a, T s) { return s >= BITS ? (T)0 : (T)(a >> s); }                                        \
  ESP_INLINE T esp_sar_##N(T a, T s) {                                                                                 \
    const T top = (T)(a >> (BITS - 1)) ? (T)-1 : (T)0;                                                                 \
    if (s >= BITS) return top;                                                                                         \
    return (T)((a >> s) | (s ? (T)(top << (BITS - s)) : (T)0));                                                        \
  }                                                                                                                    \
  ESP_INLINE T esp_abs_##N(T a) { return a; }                                                                          \
  ESP_INLINE T esp_sign_##N(T a) { return (T)(a != 0); }                                                               \
  ESP_INLINE T esp_pow_##N(T a, T e) {                                                                                 \
    T r = 1;                                                                                                           \
    for (; e; e = (T)(e >> 1), a = (T)(a * a))                                                                         \
      if (e & 1) r = (T)(r * a);                                                                                       \
    return r;                                                                                                          \
  }
ESP_SIGNED(int8_t, uint8_t, i8, 8)
ESP_SIGNED(int16_t, uint16_t, i16, 16)
ESP_SIGNED(int32_t, uint32_t, i32, 32)
ESP_SIGNED(int64_t, uint64_t, i64, 64)
ESP_UNSIGNED(uint8_t, u8, 8)
ESP_UNSIGNED(uint16_t, u16, 16)
ESP_UNSIGNED(uint32_t, u32, 32)
ESP_UNSIGNED(uint64_t, u64, 64)

#define ESP_POPC(T, U, N, BITS)                                                                                        \
  ESP_INLINE T esp_popcnt_##N(T a) { return (T)__builtin_popcountll((U)a); }                                           \
  ESP_INLINE T esp_clz_##N(T a) { return (T)((U)a ? __builtin_clzll((U)a) - (64 - BITS) : BITS); }
ESP_POPC(int8_t, uint8_t, i8, 8) ESP_POPC(int16_t, uint16_t, i16, 16) ESP_POPC(int32_t, uint32_t, i32, 32)
ESP_POPC(int64_t, uint64_t, i64, 64) ESP_POPC(uint8_t, uint8_t, u8, 8) ESP_POPC(uint16_t, uint16_t, u16, 16)
ESP_POPC(uint32_t, uint32_t, u32, 32) ESP_POPC(uint64_t, uint64_t, u64, 64)

/* Float to integer: saturating, NaN to 0. LO and HI are exact doubles; HI is the first value that does not fit. */
#define ESP_CAST(T, N, LO, HI, MIN, MAX)                                                                               \
  ESP_INLINE T esp_to_##N(double x) { return x != x ? (T)0 : x <= (LO) ? (T)(MIN) : x >= (HI) ? (T)(MAX) : (T)x; }
ESP_CAST(int8_t, i8, -128.0, 128.0, -128, 127)
ESP_CAST(int16_t, i16, -32768.0, 32768.0, -32768, 32767)
ESP_CAST(int32_t, i32, -2147483648.0, 2147483648.0, INT32_MIN, INT32_MAX)
ESP_CAST(int64_t, i64, -9223372036854775808.0, 9223372036854775808.0, INT64_MIN, INT64_MAX)
ESP_CAST(uint8_t, u8, 0.0, 256.0, 0, 255)
ESP_CAST(uint16_t, u16, 0.0, 65536.0, 0, 65535)
ESP_CAST(uint32_t, u32, 0.0, 4294967296.0, 0, UINT32_MAX)
ESP_CAST(uint64_t, u64, 0.0, 18446744073709551616.0, 0, UINT64_MAX)

ESP_INLINE double esp_max_f64(double a, double b) {
  if (a == b) return __builtin_signbit(a) ? b : a;
  return a > b || a != a ? a : b;
}
ESP_INLINE double esp_min_f64(double a, double b) {
  if (a == b) return __builtin_signbit(a) ? a : b;
  return a < b || a != a ? a : b;
}
ESP_INLINE double esp_sign_f64(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
ESP_INLINE double esp_logistic_f64(double x) {
  const double e = exp(x < 0 ? x : -x);
  return (x < 0 ? e : x != x ? x : 1.0) / (1.0 + e);
}
ESP_INLINE double esp_rint_f64(double x) { return nearbyint(x); }
ESP_INLINE int esp_finite_f64(double x) { return x - x == 0; }
ESP_INLINE float esp_round_bf16(float x) { return esp_bf16_f(esp_f_bf16(x)); }
ESP_INLINE float esp_round_f16(float x) { return esp_f16_f(esp_f_f16(x)); }

/* Doubles to narrow floats without double rounding: round to odd in float32 first. */
ESP_INLINE float esp_odd(double x) {
  float f = (float)x;
  if ((double)f == x || x != x) return f;
  uint32_t u = esp_f_bits(f);
  const int away = (double)__builtin_fabsf(f) > __builtin_fabs(x);
  if (away) u -= 1; /* truncate … */
  return esp_bits_f(u | 1); /* … and make the lost part visible */
}

/* Rare functions, in double for every float type. */
ESP_FN double esp_erf_inv_f64(double y) {
  const double a = fabs(y);
  if (!(a <= 1)) return __builtin_nan("");
  if (a == 1) return y * __builtin_inf();
  if (y == 0) return y;
  const double l = log1p(-a * a), q = 2 / (3.14159265358979323846 * 0.147) + l / 2;
  double x = sqrt(sqrt(q * q - l / 0.147) - q);
  for (int i = 0; i < 4; i++) { /* Halley's method */
    const double error = a < 0.5 ? erf(x) - a : 1 - a - erfc(x);
    const double step = error / (1.12837916709551257390 * exp(-x * x));
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}
ESP_FN double esp_digamma_f64(double x) {
  const double pi = 3.14159265358979323846;
  if (x != x || x == -__builtin_inf() || (x <= 0 && x == floor(x))) return __builtin_nan("");
  double reflected = 0;
  if (x < 0.5) {
    reflected = pi / tan(pi * (x - floor(x)));
    x = 1 - x;
  }
  double shift = 0;
  for (; x < 10; x++) shift += 1 / x;
  const double s = 1 / (x * x);
  const double p = 1.0 / 12 + s * (-1.0 / 120 + s * (1.0 / 252 + s * (-1.0 / 240 + s * (1.0 / 132 + s * (-691.0 / 32760 + s / 12)))));
  return log(x) - 0.5 / x - s * p - shift - reflected;
}
ESP_FN double esp_bessel_i1e_f64(double x) {
  const double a = fabs(x);
  double y;
  if (x != x) return x;
  if (a < 25) {
    double term = a / 2, sum = term;
    for (int k = 1; k < 200 && term >= sum * 1e-17; k++) {
      term *= a * a / 4 / (k * (k + 1.0));
      sum += term;
    }
    y = sum * exp(-a);
  } else {
    double term = 1, sum = 1;
    for (int k = 1; k < 40; k++) {
      const double next = term * ((2.0 * k - 1) * (2.0 * k - 1) - 4) / (8 * k * a);
      if (fabs(next) > fabs(term) || fabs(next) < 1e-18) break;
      term = next;
      sum += term;
    }
    y = sum / sqrt(2 * 3.14159265358979323846 * a);
  }
  return x < 0 ? -y : y;
}
/* The next float from x towards y, on the bits of the type. */
#define ESP_NEXT(NAME, T, U, BITS, TO, FROM)                                                                           \
  ESP_FN T esp_next_##NAME(T x, T y) {                                                                                 \
    if (x != x) return x;                                                                                              \
    if (y != y || x == y) return y;                                                                                    \
    U b = TO(x);                                                                                                       \
    const U sign = (U)((U)1 << (BITS - 1));                                                                            \
    if (x == 0) b = (U)((y < 0 ? sign : 0) | 1);                                                                       \
    else b = (U)((x < y) == (x > 0) ? b + 1 : b - 1);                                                                  \
    return FROM(b);                                                                                                    \
  }
ESP_INLINE uint64_t esp_d_bits(double x) {
  uint64_t u;
  __builtin_memcpy(&u, &x, 8);
  return u;
}
ESP_INLINE double esp_bits_d(uint64_t u) {
  double x;
  __builtin_memcpy(&x, &u, 8);
  return x;
}
ESP_NEXT(f32, float, uint32_t, 32, esp_f_bits, esp_bits_f)
ESP_NEXT(f64, double, uint64_t, 64, esp_d_bits, esp_bits_d)
ESP_NEXT(bf16, float, uint16_t, 16, esp_f_bf16, esp_bf16_f)
ESP_NEXT(f16, float, uint16_t, 16, esp_f_f16, esp_f16_f)
/* High half of the double-width product. */
#define ESP_MULHI(T, N, WIDE, BITS)                                                                                    \
  ESP_INLINE T esp_mulhi_##N(T a, T b) { return (T)(((WIDE)a * (WIDE)b) >> BITS); }
ESP_MULHI(int8_t, i8, int32_t, 8) ESP_MULHI(int16_t, i16, int32_t, 16) ESP_MULHI(int32_t, i32, int64_t, 32)
ESP_MULHI(int64_t, i64, __int128, 64) ESP_MULHI(uint8_t, u8, uint32_t, 8) ESP_MULHI(uint16_t, u16, uint32_t, 16)
ESP_MULHI(uint32_t, u32, uint64_t, 32) ESP_MULHI(uint64_t, u64, unsigned __int128, 64)

/* Bits of floats as integers that order like StableHLO's TOTALORDER. */
ESP_INLINE int32_t esp_total_f32(float x) {
  const int32_t b = (int32_t)esp_f_bits(x);
  return b < 0 ? b ^ 0x7fffffff : b;
}
ESP_INLINE int64_t esp_total_f64(double x) {
  int64_t b;
  __builtin_memcpy(&b, &x, 8);
  return b < 0 ? b ^ 0x7fffffffffffffffll : b;
}

/* Rounds a float32 to `e` exponent and `m` mantissa bits, kept as float32. */
ESP_FN float esp_reduce_precision(float x, int e, int m) {
  uint32_t b = esp_f_bits(x);
  if (x != x) return x;
  if (m < 23) {
    const uint32_t last = (b >> (23 - m)) & 1, bias = (((uint32_t)1 << (23 - m)) >> 1) - 1 + last;
    b = (b + bias) & ~(((uint32_t)1 << (23 - m)) - 1);
  }
  if (e < 8) {
    const uint32_t top = 127 + (((uint32_t)1 << (e - 1)) - 1), bottom = 127 - (((uint32_t)1 << (e - 1)) - 1);
    const uint32_t exponent = (b >> 23) & 255, sign = b & 0x80000000u;
    if (exponent > top) b = sign | 0x7f800000u;
    else if (exponent <= bottom) b = sign;
  }
  return esp_bits_f(b);
}

ESP_INLINE esp_i esp_clamp_index(esp_i x, esp_i max) { return x < 0 ? 0 : x > max ? max : x; }

/* Vector versions of the above for 32-bit lanes. */
ESP_INLINE esp_vi esp_vto_i32(esp_vf x) {
  esp_vi r = ESP_CONV(x, esp_vi);
  r = esp_sel_i(x >= 2147483648.0f, esp_splat_i(INT32_MAX), r);
  r = esp_sel_i(x < -2147483648.0f, esp_splat_i(INT32_MIN), r);
  return r & (x == x);
}
ESP_INLINE esp_vu esp_vto_u32(esp_vf x) {
  esp_vi low = ESP_CONV(x, esp_vi);
  esp_vi high = ESP_CONV(x - 2147483648.0f, esp_vi);
  esp_vu r = esp_sel_u(x >= 2147483648.0f, (esp_vu)high + 0x80000000u, (esp_vu)low);
  r = esp_sel_u(x >= 4294967296.0f, esp_splat_u(UINT32_MAX), r);
  return r & (esp_vu)(x > 0.0f);
}
/* Lanes of narrower integers: what lies outside becomes the nearest of them. */
ESP_INLINE esp_vi esp_vto_small(esp_vf x, const float least, const float most) {
  x = esp_sel(x <= least, esp_splat(least), x);
  x = esp_sel(x >= most, esp_splat(most), x);
  return ESP_CONV(x, esp_vi) & (x == x);
}
#define esp_vto_i8(X) esp_vto_small(X, -128, 127)
#define esp_vto_i16(X) esp_vto_small(X, -32768, 32767)
#define esp_vto_u8(X) ((esp_vu)esp_vto_small(X, 0, 255))
#define esp_vto_u16(X) ((esp_vu)esp_vto_small(X, 0, 65535))
ESP_INLINE esp_vf esp_vround_bf16(esp_vf x) { return esp_vbf16_f(esp_vf_bf16(x)); }
ESP_INLINE esp_vu esp_vshl(esp_vu a, esp_vu s) { return (a << (s & 31)) & (esp_vu)(s < 32); }
ESP_INLINE esp_vu esp_vshr(esp_vu a, esp_vu s) { return (a >> (s & 31)) & (esp_vu)(s < 32); }
ESP_INLINE esp_vi esp_vsar(esp_vi a, esp_vu s) { return a >> (esp_vi)esp_sel_u(s < 32, s, esp_splat_u(31)); }
#endif
