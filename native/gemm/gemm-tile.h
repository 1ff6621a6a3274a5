/* The register tile of matrix products, and the dot instructions it is made of.
 *
 * Both operands are packed as 32-bit *units* along k: one float32 or int32, two bf16 or int16, or four int8. A tile of
 * MR rows by NV vectors of NR columns stays in registers over a whole panel; each step multiplies one unit of every row
 * with a vector of units. With -DESP_EMULATE the special instructions are plain C with the same meaning, so that paths
 * this machine lacks can be tested. */
#ifndef ESPALIER_GEMM_TILE_H
#define ESPALIER_GEMM_TILE_H
#include "math/vector.h"

#if ESP_VW == 16 || defined(__aarch64__) /* 32 registers */
#define MR 6
#define NV 4
#elif ESP_VW == 8
#define MR 6
#define NV 2
#else
#define MR 4
#define NV 2
#endif
/* Steps per turn of the tile's loop. Measured: where a core's other thread is busy too, what counts is the number of
 * instructions beside the multiply-adds; eight steps a turn gain a sixth on AVX2. */
#if ESP_VW == 8
#define TURNS _Pragma("GCC unroll 8")
#else
#define TURNS
#endif
/* Rows of the tile for products of at most two vectors of columns. */
#define TALL (2 * MR)
#define NR (NV * ESP_VW)

/* How a step multiplies units; OP_BYTES: plain bytes of either sign, for AMX only. */
enum { OP_F32, OP_BF16, OP_I16, OP_I8, OP_I32, OP_BYTES };
/* Elements along k in a unit. */
ESP_INLINE int group_of(int op) { return op == OP_I8 || op == OP_BYTES ? 4 : op == OP_BF16 || op == OP_I16 ? 2 : 1; }

#if defined(ESP_EMULATE) || (defined(__AVX512BF16__) && ESP_VW == 16)
#define ESP_HAS_DPBF16 1
#endif
#if defined(ESP_EMULATE) || (defined(__AVX512VNNI__) && ESP_VW == 16) || \
    (ESP_VW == 8 && (defined(__AVXVNNI__) || (defined(__AVX512VNNI__) && defined(__AVX512VL__))))
#define ESP_HAS_DPBUSD 1
#endif

#ifdef ESP_HAS_DPBF16
/* c + a.odd * b.odd + a.even * b.even on pairs of bf16, as vdpbf16ps. */
ESP_INLINE esp_vf esp_dpbf16(esp_vf c, esp_vf a, esp_vf b) {
#ifdef ESP_EMULATE
  const esp_vu high = esp_splat_u(0xffff0000u), x = (esp_vu)a, y = (esp_vu)b;
  c = esp_fma((esp_vf)(x & high), (esp_vf)(y & high), c);
  return esp_fma((esp_vf)(x << 16), (esp_vf)(y << 16), c);
#elif defined(__clang__) || __GNUC__ >= 13
  typedef __bf16 v32bf __attribute__((vector_size(64)));
  return (esp_vf)__builtin_ia32_dpbf16ps_512((esp_v16f_)c, (v32bf)a, (v32bf)b);
#else
  typedef short v32hi_ __attribute__((vector_size(64)));
  return (esp_vf)__builtin_ia32_dpbf16ps_v16sf((esp_v16f_)c, (v32hi_)a, (v32hi_)b);
#endif
}
#endif

#ifdef ESP_HAS_DPBUSD
/* c + sum of four products of unsigned bytes of a and signed bytes of b, wrapping, as vpdpbusd. */
ESP_INLINE esp_vi esp_dpbusd(esp_vi c, esp_vf a, esp_vf b) {
#ifdef ESP_EMULATE
  const esp_vu x = (esp_vu)a;
  const esp_vi y = (esp_vi)b;
  for (int q = 0; q < 4; q++) c += (esp_vi)((x >> (8 * q)) & 255) * (y << (24 - 8 * q) >> 24);
  return c;
#elif ESP_VW == 16
  return (esp_vi)__builtin_ia32_vpdpbusd_v16si((esp_v16i_)c, (esp_v16i_)a, (esp_v16i_)b);
#else
  return (esp_vi)__builtin_ia32_vpdpbusd_v8si(c, (esp_vi)a, (esp_vi)b);
#endif
}
#endif

/* Sum of the two products of int16 pairs, wrapping. */
ESP_INLINE esp_vi esp_madd16(esp_vf a, esp_vf b) {
#if ESP_VW == 8 && defined(__AVX2__)
  typedef short v16hi_ __attribute__((vector_size(32)));
  return (esp_vi)__builtin_ia32_pmaddwd256((v16hi_)a, (v16hi_)b);
#elif defined(ESP_AVX512) && !defined(__clang__)
  typedef short v32hi_ __attribute__((vector_size(64)));
  return (esp_vi)__builtin_ia32_pmaddwd512_mask((v32hi_)a, (v32hi_)b, (esp_v16i_){}, (uint16_t)-1);
#elif ESP_VW == 4 && defined(__SSE2__)
  typedef short v8hi_ __attribute__((vector_size(16)));
  return (esp_vi)__builtin_ia32_pmaddwd128((v8hi_)a, (v8hi_)b);
#else
  const esp_vi x = (esp_vi)a, y = (esp_vi)b;
  return (x << 16 >> 16) * (y << 16 >> 16) + (x >> 16) * (y >> 16);
#endif
}

ESP_INLINE esp_vf step(const int op, esp_vf a, esp_vf b, esp_vf c) {
  switch (op) {
#ifdef ESP_HAS_DPBF16
    case OP_BF16: return esp_dpbf16(c, a, b);
#endif
#ifdef ESP_HAS_DPBUSD
    case OP_I8: return (esp_vf)esp_dpbusd((esp_vi)c, a, b);
#endif
    case OP_I16: return (esp_vf)((esp_vi)c + esp_madd16(a, b));
    case OP_I32: return (esp_vf)((esp_vi)c + (esp_vi)a * (esp_vi)b);
    default: return esp_fma(a, b, c);
  }
}
ESP_INLINE esp_vf plus(const int op, esp_vf a, esp_vf b) {
  return op <= OP_BF16 ? a + b : (esp_vf)((esp_vi)a + (esp_vi)b);
}

/* c[mr][nv vectors] (+)= a (mr x k units, strides ars, acs) * b (k x nv vectors, row stride bs). Row stride of c: cs. The
 * last vector holds `last` lanes. mr and nv are constants at every call, so the tile lives in registers. */
ESP_INLINE void tile(const int op, const int mr, const int nv, esp_i k, const float *a, esp_i ars, esp_i acs,
                     const float *b, esp_i bs, float *c, esp_i cs, int last, int add) {
  esp_vf t[TALL][NV];
#pragma GCC unroll 12
  for (int i = 0; i < mr; i++) {
    __builtin_prefetch(c + i * cs);
#pragma GCC unroll 8
    for (int j = 0; j < nv; j++) t[i][j] = (esp_vf){};
  }
#ifdef ESP_HAS_DPBUSD
  if (op == OP_I8) { /* the panels begin with what undoes the shift of their signs (gemm-pack.h) */
#pragma GCC unroll 12
    for (int i = 0; i < mr; i++)
#pragma GCC unroll 8
      for (int j = 0; j < nv; j++)
        t[i][j] = plus(op, esp_ld(b + j * ESP_VW), (esp_vf)esp_splat_i(((const int32_t *)a)[i * ars]));
    a += acs;
    b += bs;
  }
#endif
  TURNS
  for (esp_i p = 0; p < k; p++) {
    esp_vf v[NV];
#if ESP_VW == 16 /* measured: helps there, costs a fifth on AVX2 */
    __builtin_prefetch(b + 8 * bs);
#endif
#pragma GCC unroll 8
    for (int j = 0; j < nv; j++) v[j] = esp_ld(b + j * ESP_VW);
#pragma GCC unroll 12
    for (int i = 0; i < mr; i++) {
      esp_vf x = op == OP_F32 ? esp_splat(a[i * ars]) : (esp_vf)esp_splat_i(((const int32_t *)a)[i * ars]);
#pragma GCC unroll 8
      for (int j = 0; j < nv; j++) t[i][j] = step(op, x, v[j], t[i][j]);
    }
    a += acs;
    b += bs;
  }
#pragma GCC unroll 12
  for (int i = 0; i < mr; i++) {
#pragma GCC unroll 8
    for (int j = 0; j < nv; j++) {
      float *q = c + i * cs + j * ESP_VW;
      if (j == nv - 1 && last < ESP_VW) esp_stn_f(q, add ? plus(op, esp_ldn_f(q, last), t[i][j]) : t[i][j], last);
      else esp_st(q, add ? plus(op, esp_ld(q), t[i][j]) : t[i][j]);
    }
  }
}

typedef void tile_fn(esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i bs, float *c, esp_i cs,
                     int last, int add);
/* Tiles with A packed (strides known), with A in place and contiguous along k, and with A in place anyhow. */
#define TILE_ARGS                                                                                                      \
  (esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i bs, float *c, esp_i cs, int last, int add)
#define PACKED_(OP, M, N)                                                                                              \
  static void OP##_packed_##M##_##N TILE_ARGS { tile(OP, M, N, k, a, 1, MR, b, NR, c, cs, last, add); }
#define PACKED(OP, M, N) PACKED_(OP, M, N)
#define ROWS(OP, M, N)                                                                                                 \
  static void OP##_rows_##M##_##N TILE_ARGS { tile(OP, M, N, k, a, ars, 1, b, bs, c, cs, last, add); }
#define DIRECT(OP, M, N)                                                                                               \
  static void OP##_direct_##M##_##N TILE_ARGS { tile(OP, M, N, k, a, ars, acs, b, bs, c, cs, last, add); }
#if NV == 4
#define ALL_N(F, ...) F(__VA_ARGS__, 1) F(__VA_ARGS__, 2) F(__VA_ARGS__, 3) F(__VA_ARGS__, 4)
#define NAMES(P) {P##_1, P##_2, P##_3, P##_4}
#else
#define ALL_N(F, ...) F(__VA_ARGS__, 1) F(__VA_ARGS__, 2)
#define NAMES(P) {P##_1, P##_2}
#endif
#if MR == 6
#define ALL_M(F, ...)                                                                                                  \
  ALL_N(F, __VA_ARGS__, 1) ALL_N(F, __VA_ARGS__, 2) ALL_N(F, __VA_ARGS__, 3) ALL_N(F, __VA_ARGS__, 4)                  \
  ALL_N(F, __VA_ARGS__, 5) ALL_N(F, __VA_ARGS__, 6)
#define TABLE(P) {NAMES(P##_1), NAMES(P##_2), NAMES(P##_3), NAMES(P##_4), NAMES(P##_5), NAMES(P##_6)}
#else
#define ALL_M(F, ...)                                                                                                  \
  ALL_N(F, __VA_ARGS__, 1) ALL_N(F, __VA_ARGS__, 2) ALL_N(F, __VA_ARGS__, 3) ALL_N(F, __VA_ARGS__, 4)
#define TABLE(P) {NAMES(P##_1), NAMES(P##_2), NAMES(P##_3), NAMES(P##_4)}
#endif
ALL_M(DIRECT, OP_F32)
ALL_M(ROWS, OP_F32)
ALL_M(PACKED, OP_F32)
typedef tile_fn *const tiles[MR][NV];
static tiles anyhow = TABLE(OP_F32_direct), by_rows = TABLE(OP_F32_rows), packed = TABLE(OP_F32_packed);
/* Tiles for A in place, whose elements along k are `acs` apart. */
ESP_INLINE tiles *in_place(esp_i acs) { return acs == 1 ? &by_rows : &anyhow; }
/* Other types: one tile of full height. */
PACKED(OP_I16, MR, NV)
PACKED(OP_I32, MR, NV)
#ifdef ESP_HAS_DPBF16
PACKED(OP_BF16, MR, NV)
#endif
#ifdef ESP_HAS_DPBUSD
PACKED(OP_I8, MR, NV)
#endif
#define JOIN_(OP, M, N) OP##_packed_##M##_##N
#define JOIN(OP, M, N) JOIN_(OP, M, N)
ESP_INLINE void packed_tile(int op, int rows, int vectors, esp_i k, const float *a, const float *b, float *c, esp_i cs, int last,
                            int add) {
  if (op == OP_F32) {
    packed[rows - 1][vectors - 1](k, a, 1, MR, b, NR, c, cs, last, add);
    return;
  }
  tile_fn *fn = JOIN(OP_I16, MR, NV);
  if (op == OP_I32) fn = JOIN(OP_I32, MR, NV);
#ifdef ESP_HAS_DPBF16
  if (op == OP_BF16) fn = JOIN(OP_BF16, MR, NV);
#endif
#ifdef ESP_HAS_DPBUSD
  if (op == OP_I8) fn = JOIN(OP_I8, MR, NV);
#endif
  if (rows == MR && vectors == NV && last == ESP_VW) {
    fn(k, a, 1, MR, b, NR, c, cs, last, add);
    return;
  }
  float edge[MR * NR] __attribute__((aligned(64)));
  fn(k, a, 1, MR, b, NR, edge, NR, ESP_VW, 0);
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < vectors; j++) {
      float *q = c + i * cs + j * ESP_VW;
      const esp_vf x = esp_ld(edge + i * NR + j * ESP_VW);
      if (j == vectors - 1 && last < ESP_VW) esp_stn_f(q, add ? plus(op, esp_ldn_f(q, last), x) : x, last);
      else esp_st(q, add ? plus(op, esp_ld(q), x) : x);
    }
}

/* Narrow products with A in place: twice the rows. */
static void tall_1 TILE_ARGS { tile(OP_F32, TALL, 1, k, a, ars, acs, b, NR, c, cs, last, add); }
#if NV == 4
static void tall_2 TILE_ARGS { tile(OP_F32, TALL, 2, k, a, ars, acs, b, NR, c, cs, last, add); }
static tile_fn *const tall[2] = {tall_1, tall_2};
#else
static tile_fn *const tall[1] = {tall_1};
#endif
#define TALL_VECTORS ((int)(sizeof tall / sizeof *tall))
#endif
