/* Explicit vectors: ESP_VW lanes of 32 bits, as wide as the target has registers. Everything is a GCC/Clang vector
 * extension, so that the same text compiles for AVX-512, AVX2, NEON or no vectors at all. Masks are int lanes of 0 / -1. */
#ifndef ESPALIER_VECTOR_H
#define ESPALIER_VECTOR_H
#include "espalier.h"

#ifdef ESP_VW /* tests choose a width; the compiler makes do with the registers there are */
#elif defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#define ESP_AVX512 1
#define ESP_VW 16
#elif defined(__AVX2__)
#define ESP_VW 8
#else
#define ESP_VW 4
#endif

typedef float esp_vf __attribute__((vector_size(4 * ESP_VW)));
typedef int32_t esp_vi __attribute__((vector_size(4 * ESP_VW)));
typedef uint32_t esp_vu __attribute__((vector_size(4 * ESP_VW)));
typedef int8_t esp_vi8 __attribute__((vector_size(ESP_VW)));
typedef uint8_t esp_vu8 __attribute__((vector_size(ESP_VW)));
typedef int16_t esp_vi16 __attribute__((vector_size(2 * ESP_VW)));
typedef uint16_t esp_vu16 __attribute__((vector_size(2 * ESP_VW)));
/* The same in memory: element-aligned, may alias. */
typedef float esp_mf __attribute__((vector_size(4 * ESP_VW), aligned(4), may_alias));
typedef int32_t esp_mi __attribute__((vector_size(4 * ESP_VW), aligned(4), may_alias));
typedef uint32_t esp_mu __attribute__((vector_size(4 * ESP_VW), aligned(4), may_alias));
typedef int8_t esp_mi8 __attribute__((vector_size(ESP_VW), aligned(1), may_alias));
typedef uint8_t esp_mu8 __attribute__((vector_size(ESP_VW), aligned(1), may_alias));
typedef int16_t esp_mi16 __attribute__((vector_size(2 * ESP_VW), aligned(2), may_alias));
typedef uint16_t esp_mu16 __attribute__((vector_size(2 * ESP_VW), aligned(2), may_alias));

#define ESP_CONV(v, T) __builtin_convertvector(v, T)
#if defined(__clang__) || __GNUC__ >= 12
#define ESP_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define ESP_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (esp_vi){__VA_ARGS__})
#endif

/* Bytes and halves as 32-bit lanes and back, where narrowing cuts. gcc takes such vectors apart and puts them together again,
 * unless it is told the instruction (49 instructions instead of 1 for bytes on AVX-512). */
#if defined(ESP_AVX512) && !defined(__clang__)
typedef char esp_v16b_ __attribute__((vector_size(16)));
typedef short esp_v16h_ __attribute__((vector_size(32)));
#define ESP_RESIZE(NAME, FROM, TO, BUILTIN, SOURCE, RESULT)                                                            \
  ESP_INLINE TO NAME(FROM v) { return (TO)BUILTIN((SOURCE)v, (RESULT){}, (uint16_t)-1); }
typedef int esp_v16w_ __attribute__((vector_size(64)));
ESP_RESIZE(esp_vi8_i, esp_vi8, esp_vi, __builtin_ia32_pmovsxbd512_mask, esp_v16b_, esp_v16w_)
ESP_RESIZE(esp_vu8_u, esp_vu8, esp_vu, __builtin_ia32_pmovzxbd512_mask, esp_v16b_, esp_v16w_)
ESP_RESIZE(esp_vi16_i, esp_vi16, esp_vi, __builtin_ia32_pmovsxwd512_mask, esp_v16h_, esp_v16w_)
ESP_RESIZE(esp_vu16_u, esp_vu16, esp_vu, __builtin_ia32_pmovzxwd512_mask, esp_v16h_, esp_v16w_)
ESP_RESIZE(esp_vi_i8, esp_vi, esp_vi8, __builtin_ia32_pmovdb512_mask, esp_v16w_, esp_v16b_)
ESP_RESIZE(esp_vu_u8, esp_vu, esp_vu8, __builtin_ia32_pmovdb512_mask, esp_v16w_, esp_v16b_)
ESP_RESIZE(esp_vi_i16, esp_vi, esp_vi16, __builtin_ia32_pmovdw512_mask, esp_v16w_, esp_v16h_)
ESP_RESIZE(esp_vu_u16, esp_vu, esp_vu16, __builtin_ia32_pmovdw512_mask, esp_v16w_, esp_v16h_)
#elif ESP_VW == 8 && defined(__AVX2__) && !defined(__clang__)
typedef char esp_v16b_ __attribute__((vector_size(16)));
typedef short esp_v8h_ __attribute__((vector_size(16)));
typedef long long esp_v2l_ __attribute__((vector_size(16)));
#define ESP_WIDEN(NAME, FROM, TO, BUILTIN)                                                                             \
  ESP_INLINE TO NAME(FROM v) {                                                                                         \
    long long u;                                                                                                       \
    __builtin_memcpy(&u, &v, 8);                                                                                       \
    return (TO)BUILTIN((esp_v16b_)(esp_v2l_){u, 0});                                                                   \
  }
ESP_WIDEN(esp_vi8_i, esp_vi8, esp_vi, __builtin_ia32_pmovsxbd256)
ESP_WIDEN(esp_vu8_u, esp_vu8, esp_vu, __builtin_ia32_pmovzxbd256)
ESP_INLINE esp_vi esp_vi16_i(esp_vi16 v) { return (esp_vi)__builtin_ia32_pmovsxwd256((esp_v8h_)v); }
ESP_INLINE esp_vu esp_vu16_u(esp_vu16 v) { return (esp_vu)__builtin_ia32_pmovzxwd256((esp_v8h_)v); }
/* The low bytes of each half's lanes side by side, then those of both halves. */
typedef char esp_v32b_ __attribute__((vector_size(32)));
typedef long long esp_v4l_ __attribute__((vector_size(32)));
ESP_INLINE esp_v16b_ esp_cut_(esp_vi v, const int bytes) {
  const esp_v32b_ pick = bytes == 1 ? (esp_v32b_){0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                                  -1, -1, -1, -1, 0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1}
                                    : (esp_v32b_){0, 1, 4, 5, 8, 9, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1,
                                                  -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 4, 5, 8, 9, 12, 13};
  const esp_v4l_ x = (esp_v4l_)__builtin_ia32_pshufb256((esp_v32b_)v, pick);
  return (esp_v16b_)((esp_v2l_)__builtin_ia32_extract128i256(x, 0) | (esp_v2l_)__builtin_ia32_extract128i256(x, 1));
}
#define ESP_NARROW(NAME, FROM, TO, BYTES)                                                                              \
  ESP_INLINE TO NAME(FROM v) {                                                                                         \
    const esp_v16b_ x = esp_cut_((esp_vi)v, BYTES);                                                                    \
    TO r;                                                                                                              \
    __builtin_memcpy(&r, &x, sizeof r);                                                                                \
    return r;                                                                                                          \
  }
ESP_NARROW(esp_vi_i8, esp_vi, esp_vi8, 1)
ESP_NARROW(esp_vu_u8, esp_vu, esp_vu8, 1)
ESP_NARROW(esp_vi_i16, esp_vi, esp_vi16, 2)
ESP_NARROW(esp_vu_u16, esp_vu, esp_vu16, 2)
#else
#define ESP_RESIZE(NAME, FROM, TO)                                                                                     \
  ESP_INLINE TO NAME(FROM v) { return ESP_CONV(v, TO); }
ESP_RESIZE(esp_vi8_i, esp_vi8, esp_vi)
ESP_RESIZE(esp_vu8_u, esp_vu8, esp_vu)
ESP_RESIZE(esp_vi16_i, esp_vi16, esp_vi)
ESP_RESIZE(esp_vu16_u, esp_vu16, esp_vu)
ESP_RESIZE(esp_vi_i8, esp_vi, esp_vi8)
ESP_RESIZE(esp_vu_u8, esp_vu, esp_vu8)
ESP_RESIZE(esp_vi_i16, esp_vi, esp_vi16)
ESP_RESIZE(esp_vu_u16, esp_vu, esp_vu16)
#endif

ESP_INLINE esp_vf esp_splat(float x) { return x - (esp_vf){}; }
ESP_INLINE esp_vi esp_splat_i(int32_t x) { return x + (esp_vi){}; }
ESP_INLINE esp_vu esp_splat_u(uint32_t x) { return x + (esp_vu){}; }
ESP_INLINE esp_vi esp_lanes(void) {
#if ESP_VW == 16
  return (esp_vi){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif ESP_VW == 8
  return (esp_vi){0, 1, 2, 3, 4, 5, 6, 7};
#else
  return (esp_vi){0, 1, 2, 3};
#endif
}

/* a * b + c with one rounding where the target has FMA (programs are compiled with -ffp-contract=off). */
ESP_INLINE esp_vf esp_fma(esp_vf a, esp_vf b, esp_vf c) {
#if defined(__clang__) && __has_builtin(__builtin_elementwise_fma)
  return __builtin_elementwise_fma(a, b, c);
#elif defined(ESP_AVX512) && !defined(__clang__)
  return (esp_vf)__builtin_ia32_vfmaddps512_mask(a, b, c, (uint16_t)-1, 4);
#elif ESP_VW == 8 && defined(__FMA__) && !defined(__clang__)
  return (esp_vf)__builtin_ia32_vfmaddps256(a, b, c);
#elif ESP_VW == 4 && defined(__FMA__) && !defined(__clang__)
  return (esp_vf)__builtin_ia32_vfmaddps(a, b, c);
#elif ESP_VW == 4 && defined(__aarch64__) && !defined(__clang__)
  return (esp_vf)__builtin_aarch64_fmav4sf(a, b, c);
#elif defined(__FMA__) && !defined(__clang__) /* wider than the registers */
  typedef float half_ __attribute__((vector_size(32)));
  half_ x[2], y[2], z[2];
  __builtin_memcpy(x, &a, sizeof a), __builtin_memcpy(y, &b, sizeof b), __builtin_memcpy(z, &c, sizeof c);
  for (int i = 0; i < 2; i++) z[i] = __builtin_ia32_vfmaddps256(x[i], y[i], z[i]);
  __builtin_memcpy(&c, z, sizeof c);
  return c;
#else
  return a * b + c;
#endif
}

/* m ? a : b, lane by lane; m holds 0 or -1. */
ESP_INLINE esp_vf esp_sel(esp_vi m, esp_vf a, esp_vf b) { return (esp_vf)(((esp_vi)a & m) | ((esp_vi)b & ~m)); }
/* The sum of a block joins *sum; *error is what that sum has too much by rounding (Kahan 1965), none where it is not finite. */
#define ESP_JOIN(NAME, T, SELECT)                                                                                      \
  ESP_INLINE void NAME(T *sum, T *error, T block) {                                                                    \
    const T y = block - *error, t = *sum + y, e = (t - *sum) - y;                                                      \
    *error = SELECT;                                                                                                   \
    *sum = t;                                                                                                          \
  }
ESP_JOIN(esp_join, esp_vf, esp_sel(e == e, e, (esp_vf){}))
ESP_JOIN(esp_join1, float, e == e ? e : 0)
ESP_JOIN(esp_join_f64, double, e == e ? e : 0)
ESP_INLINE esp_vi esp_sel_i(esp_vi m, esp_vi a, esp_vi b) { return (a & m) | (b & ~m); }
ESP_INLINE esp_vu esp_sel_u(esp_vi m, esp_vu a, esp_vu b) { return (a & (esp_vu)m) | (b & ~(esp_vu)m); }

ESP_INLINE esp_vf esp_ld(const float *p) { return *(const esp_mf *)p; }
ESP_INLINE void esp_st(float *p, esp_vf v) { *(esp_mf *)p = v; }
/* Elements 0, 2, 4 … and no byte behind the last of them. */
ESP_INLINE esp_vf esp_ld2_f(const float *p) {
  const esp_vf a = esp_ld(p), b = esp_ld(p + ESP_VW - 1);
#if ESP_VW == 16
  return ESP_SHUFFLE(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31);
#elif ESP_VW == 8
  return ESP_SHUFFLE(a, b, 0, 2, 4, 6, 9, 11, 13, 15);
#else
  return ESP_SHUFFLE(a, b, 0, 2, 5, 7);
#endif
}
/* x[0], y[0], x[1], y[1] … */
ESP_INLINE void esp_st2_f(float *p, esp_vf x, esp_vf y) {
#if ESP_VW == 16
  esp_st(p, ESP_SHUFFLE(x, y, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  esp_st(p + 16, ESP_SHUFFLE(x, y, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
#elif ESP_VW == 8
  esp_st(p, ESP_SHUFFLE(x, y, 0, 8, 1, 9, 2, 10, 3, 11));
  esp_st(p + 8, ESP_SHUFFLE(x, y, 4, 12, 5, 13, 6, 14, 7, 15));
#else
  esp_st(p, ESP_SHUFFLE(x, y, 0, 4, 1, 5));
  esp_st(p + 4, ESP_SHUFFLE(x, y, 2, 6, 3, 7));
#endif
}
ESP_INLINE void esp_st2n_f(float *p, esp_vf x, esp_vf y, int n) {
  for (int i = 0; i < n; i++) p[2 * i] = x[i], p[2 * i + 1] = y[i];
}

/* First n lanes (0 < n < ESP_VW); other lanes are zero when loaded and untouched when stored. */
#define ESP_PARTIAL(T, V, NAME)                                                                                        \
  ESP_INLINE V esp_ldn_##NAME(const T *p, esp_i n) {                                                                   \
    V v = {};                                                                                                          \
    __builtin_memcpy(&v, p, (size_t)n * sizeof(T));                                                                    \
    return v;                                                                                                          \
  }                                                                                                                    \
  ESP_INLINE void esp_stn_##NAME(T *p, V v, esp_i n) { __builtin_memcpy(p, &v, (size_t)n * sizeof(T)); }
typedef float esp_v16f_ __attribute__((vector_size(64)));
typedef int esp_v16i_ __attribute__((vector_size(64)));
#ifdef ESP_AVX512
ESP_INLINE uint16_t esp_mask(esp_i n) { return (uint16_t)((1u << n) - 1u); }
ESP_INLINE esp_vf esp_ldn_f(const float *p, esp_i n) {
  return (esp_vf)__builtin_ia32_loadups512_mask(p, (esp_v16f_){}, esp_mask(n));
}
ESP_INLINE void esp_stn_f(float *p, esp_vf v, esp_i n) {
  __builtin_ia32_storeups512_mask(p, (esp_v16f_)v, esp_mask(n));
}
ESP_INLINE esp_vi esp_ldn_i(const int32_t *p, esp_i n) {
  return (esp_vi)__builtin_ia32_loaddqusi512_mask(p, (esp_v16i_){}, esp_mask(n));
}
ESP_INLINE void esp_stn_i(int32_t *p, esp_vi v, esp_i n) {
  __builtin_ia32_storedqusi512_mask(p, (esp_v16i_)v, esp_mask(n));
}
ESP_INLINE esp_vu esp_ldn_u(const uint32_t *p, esp_i n) { return (esp_vu)esp_ldn_i((const int32_t *)p, n); }
ESP_INLINE void esp_stn_u(uint32_t *p, esp_vu v, esp_i n) { esp_stn_i((int32_t *)p, (esp_vi)v, n); }
#elif ESP_VW == 8 && defined(__AVX2__) && !defined(__clang__)
/* A vector copied in parts to the stack and loaded from there would wait for the copy; masked stores are slow on some machines. */
#define ESP_MASKED(T, V, NAME)                                                                                         \
  ESP_INLINE V esp_ldn_##NAME(const T *p, esp_i n) {                                                                   \
    return (V)__builtin_ia32_maskloadps256((const esp_vf *)p, esp_lanes() < (int32_t)n);                               \
  }                                                                                                                    \
  ESP_INLINE void esp_stn_##NAME(T *p, V v, esp_i n) { __builtin_memcpy(p, &v, (size_t)n * sizeof(T)); }
ESP_MASKED(float, esp_vf, f)
ESP_MASKED(int32_t, esp_vi, i)
ESP_MASKED(uint32_t, esp_vu, u)
#else
ESP_PARTIAL(float, esp_vf, f)
ESP_PARTIAL(int32_t, esp_vi, i)
ESP_PARTIAL(uint32_t, esp_vu, u)
#endif
ESP_PARTIAL(int8_t, esp_vi8, i8)
ESP_PARTIAL(uint8_t, esp_vu8, u8)
ESP_PARTIAL(int16_t, esp_vi16, i16)
ESP_PARTIAL(uint16_t, esp_vu16, u16)

/* Horizontal folds, pairwise in a fixed order: lane l and lane l + w, halving w. */
ESP_INLINE esp_vf esp_upper(esp_vf v, const int w) {
#if ESP_VW == 16
  if (w == 8) return ESP_SHUFFLE(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
  if (w == 4) return ESP_SHUFFLE(v, v, 4, 5, 6, 7, 4, 5, 6, 7, 12, 13, 14, 15, 12, 13, 14, 15);
  if (w == 2) return ESP_SHUFFLE(v, v, 2, 3, 2, 3, 6, 7, 6, 7, 10, 11, 10, 11, 14, 15, 14, 15);
  return ESP_SHUFFLE(v, v, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15);
#elif ESP_VW == 8
  if (w == 4) return ESP_SHUFFLE(v, v, 4, 5, 6, 7, 4, 5, 6, 7);
  if (w == 2) return ESP_SHUFFLE(v, v, 2, 3, 2, 3, 6, 7, 6, 7);
  return ESP_SHUFFLE(v, v, 1, 1, 3, 3, 5, 5, 7, 7);
#else
  if (w == 2) return ESP_SHUFFLE(v, v, 2, 3, 2, 3);
  return ESP_SHUFFLE(v, v, 1, 1, 3, 3);
#endif
}
ESP_INLINE float esp_hsum(esp_vf v) {
#pragma GCC unroll 4
  for (int w = ESP_VW / 2; w; w >>= 1) v += esp_upper(v, w);
  return v[0];
}
ESP_INLINE float esp_hmul(esp_vf v) {
#pragma GCC unroll 4
  for (int w = ESP_VW / 2; w; w >>= 1) v *= esp_upper(v, w);
  return v[0];
}

/* max/min that return NaN when either side is NaN, and order -0 before +0. */
ESP_INLINE esp_vf esp_max(esp_vf a, esp_vf b) {
  esp_vf r = esp_sel(a > b, a, b);
  r = esp_sel(a == b, (esp_vf)((esp_vi)a & (esp_vi)b), r);
  return esp_sel(a != a, a, r);
}
ESP_INLINE esp_vf esp_min(esp_vf a, esp_vf b) {
  esp_vf r = esp_sel(a < b, a, b);
  r = esp_sel(a == b, (esp_vf)((esp_vi)a | (esp_vi)b), r);
  return esp_sel(a != a, a, r);
}
ESP_INLINE float esp_max1(float a, float b) {
  if (a == b) return __builtin_signbit(a) ? b : a;
  return a > b || a != a ? a : b;
}
ESP_INLINE float esp_min1(float a, float b) {
  if (a == b) return __builtin_signbit(a) ? a : b;
  return a < b || a != a ? a : b;
}
ESP_INLINE float esp_hmax(esp_vf v) {
#pragma GCC unroll 4
  for (int w = ESP_VW / 2; w; w >>= 1) v = esp_max(v, esp_upper(v, w));
  return v[0];
}
ESP_INLINE float esp_hmin(esp_vf v) {
#pragma GCC unroll 4
  for (int w = ESP_VW / 2; w; w >>= 1) v = esp_min(v, esp_upper(v, w));
  return v[0];
}

/* Narrow floats. bf16 and f16 round to nearest even; NaN stays a (quiet) NaN. */
ESP_INLINE float esp_bits_f(uint32_t u) {
  float f;
  __builtin_memcpy(&f, &u, 4);
  return f;
}
ESP_INLINE uint32_t esp_f_bits(float f) {
  uint32_t u;
  __builtin_memcpy(&u, &f, 4);
  return u;
}
ESP_INLINE float esp_bf16_f(uint16_t h) { return esp_bits_f((uint32_t)h << 16); }
ESP_INLINE uint16_t esp_f_bf16(float f) {
  uint32_t u = esp_f_bits(f);
  if (f != f) return (uint16_t)((u >> 16) | 0x40);
  return (uint16_t)((u + 0x7fff + ((u >> 16) & 1)) >> 16);
}
ESP_INLINE esp_vf esp_vbf16_f(esp_vu16 h) { return (esp_vf)(esp_vu16_u(h) << 16); }
ESP_INLINE esp_vu16 esp_vf_bf16(esp_vf f) {
  esp_vu u = (esp_vu)f;
  esp_vu r = (u + 0x7fff + ((u >> 16) & 1)) >> 16;
  return esp_vu_u16(esp_sel_u(f != f, (u >> 16) | 0x40, r));
}
ESP_INLINE float esp_f16_f(uint16_t h) {
#ifdef __F16C__
  typedef short v8hi_ __attribute__((vector_size(16)));
  typedef float v4sf_ __attribute__((vector_size(16)));
  return ((v4sf_)__builtin_ia32_vcvtph2ps((v8hi_){(short)h}))[0];
#else
  uint32_t s = (uint32_t)(h & 0x8000) << 16, e = (h >> 10) & 31, m = h & 0x3ff;
  if (e == 31) return esp_bits_f(s | 0x7f800000 | (m << 13));
  if (e) return esp_bits_f(s | ((e + 112) << 23) | (m << 13));
  float f = (float)m * 5.9604644775390625e-8f;
  return s ? -f : f;
#endif
}
ESP_INLINE uint16_t esp_f_f16(float f) {
  uint32_t u = esp_f_bits(f), s = (u >> 16) & 0x8000, a = u & 0x7fffffff;
  if (a > 0x7f800000) return (uint16_t)(s | 0x7e00 | ((a >> 13) & 0x1ff));
  if (a >= 0x477ff000) return (uint16_t)(s | 0x7c00);
  if (a < 0x38800000) { /* subnormal: adding 0.5 aligns the last bit and rounds to nearest even */
    float t = esp_bits_f(a) + 0.5f;
    return (uint16_t)(s | (esp_f_bits(t) - 0x3f000000));
  }
  a += 0xfff + ((a >> 13) & 1);
  return (uint16_t)(s | ((a - 0x38000000) >> 13));
}
/* The same on vectors. */
ESP_INLINE esp_vf esp_vf16_f(esp_vu16 h) {
#if defined(__F16C__) && ESP_VW == 8
  typedef short v8hi_ __attribute__((vector_size(16)));
  return (esp_vf)__builtin_ia32_vcvtph2ps256((v8hi_)h);
#elif defined(ESP_AVX512) && !defined(__clang__)
  typedef short v16hi_ __attribute__((vector_size(32)));
  return (esp_vf)__builtin_ia32_vcvtph2ps512_mask((v16hi_)h, (esp_v16f_){}, (uint16_t)-1, 4);
#else
  const esp_vu u = esp_vu16_u(h), s = (u & 0x8000) << 16, a = u & 0x7fff;
  const esp_vf small = ESP_CONV((esp_vi)a, esp_vf) * 5.9604644775390625e-8f;
  esp_vu r = (a << 13) + (112u << 23);
  r = esp_sel_u((esp_vi)(a >= 0x7c00), (a << 13) | 0x7f800000u, r);
  r = esp_sel_u((esp_vi)(a > 0x7c00), r | 0x00400000u, r);
  r = esp_sel_u((esp_vi)(a < 0x400), (esp_vu)small, r);
  return (esp_vf)(r | s);
#endif
}
ESP_INLINE esp_vu16 esp_vf_f16(esp_vf f) {
#if defined(__F16C__) && ESP_VW == 8
  return (esp_vu16)__builtin_ia32_vcvtps2ph256(f, 0);
#elif defined(ESP_AVX512) && !defined(__clang__)
  typedef short v16hi_ __attribute__((vector_size(32)));
  return (esp_vu16)__builtin_ia32_vcvtps2ph512_mask((esp_v16f_)f, 0, (v16hi_){}, (uint16_t)-1);
#else
  const esp_vu u = (esp_vu)f, s = (u >> 16) & 0x8000, a = u & 0x7fffffff;
  const esp_vu tiny = (esp_vu)((esp_vf)a + 0.5f) - 0x3f000000u;
  esp_vu r = (a + 0xfff + ((a >> 13) & 1) - 0x38000000u) >> 13;
  r = esp_sel_u((esp_vi)(a < 0x38800000u), tiny, r);
  r = esp_sel_u((esp_vi)(a >= 0x477ff000u), esp_splat_u(0x7c00), r);
  r = esp_sel_u((esp_vi)(a > 0x7f800000u), 0x7e00 | ((a >> 13) & 0x1ff), r);
  return esp_vu_u16(r | s);
#endif
}
#endif
