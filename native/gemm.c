/* Matrix products. float32: panels of B (KC x NR) and of A (MR x KC) are packed into contiguous scratch, whatever their
 * strides, and multiplied by a register tile of MR x NR that stays in vector registers over a whole panel; so
 * transposes cost nothing but packing. Thin products (few rows) read B in place. Other types: a plain loop with a wide
 * accumulator; bf16 and f16 go through float32. Results depend on shapes only, never on timing. */
#include "gemm.h"
#include "team.h"
#include "vector.h"
#include <stdlib.h>

#if ESP_VW == 16
#define MR 6
#define NV 4
#elif ESP_VW == 8
#define MR 6
#define NV 2
#else
#define MR 4
#define NV 2
#endif
/* Rows of the tile for products of at most two vectors of columns. */
#define TALL (2 * MR)
#define NR (NV * ESP_VW)
#ifndef KC
#define KC 256
#endif
#ifndef MC
#define MC (TALL * 16)
#endif
#ifndef NC
#define NC 2048
#endif

/* Per-thread scratch, grown on demand and kept. */
static __thread char *scratch_base[4];
static __thread size_t scratch_size[4];
static void *scratch(int slot, size_t bytes) {
  if (scratch_size[slot] < bytes) {
    free(scratch_base[slot]);
    scratch_size[slot] = 0;
    bytes = (bytes + 4095) & ~(size_t)4095;
    scratch_base[slot] = aligned_alloc(4096, bytes);
    if (!scratch_base[slot]) return 0;
    scratch_size[slot] = bytes;
  }
  return scratch_base[slot];
}
void *esp_scratch(size_t bytes) { return scratch(3, bytes); }
void esp_gemm_release(void) {
  for (int i = 0; i < 4; i++) {
    free(scratch_base[i]);
    scratch_base[i] = 0;
    scratch_size[i] = 0;
  }
}

/* c[mr][nv vectors] (+)= a (mr x k, strides ars, acs) * b (k x nv vectors, row stride bs). Row stride of c: cs. The last
 * vector holds `last` lanes. mr and nv are constants at every call, so the tile lives in registers. */
ESP_INLINE void tile(const int mr, const int nv, esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i bs,
                     float *c, esp_i cs, int last, int add) {
  esp_vf t[TALL][NV];
#pragma GCC unroll 12
  for (int i = 0; i < mr; i++)
#pragma GCC unroll 8
    for (int j = 0; j < nv; j++) t[i][j] = (esp_vf){};
  for (esp_i p = 0; p < k; p++) {
    esp_vf v[NV];
    __builtin_prefetch(b + 8 * bs);
#pragma GCC unroll 8
    for (int j = 0; j < nv; j++) v[j] = esp_ld(b + j * ESP_VW);
#pragma GCC unroll 12
    for (int i = 0; i < mr; i++) {
      esp_vf x = esp_splat(a[i * ars]);
#pragma GCC unroll 8
      for (int j = 0; j < nv; j++) t[i][j] = esp_fma(x, v[j], t[i][j]);
    }
    a += acs;
    b += bs;
  }
#pragma GCC unroll 12
  for (int i = 0; i < mr; i++) {
#pragma GCC unroll 8
    for (int j = 0; j < nv; j++) {
      float *q = c + i * cs + j * ESP_VW;
      if (j == nv - 1 && last < ESP_VW) esp_stn_f(q, add ? esp_ldn_f(q, last) + t[i][j] : t[i][j], last);
      else esp_st(q, add ? esp_ld(q) + t[i][j] : t[i][j]);
    }
  }
}

typedef void tile_fn(esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i bs, float *c, esp_i cs,
                     int last, int add);
/* Tiles with A packed (strides known) and with A in place. */
#define TILE(M, N)                                                                                                     \
  static void packed_##M##_##N(esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i bs, float *c,      \
                               esp_i cs, int last, int add) {                                                          \
    tile(M, N, k, a, 1, MR, b, NR, c, cs, last, add);                                                                  \
  }                                                                                                                    \
  static void direct_##M##_##N(esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i bs, float *c,      \
                               esp_i cs, int last, int add) {                                                          \
    tile(M, N, k, a, ars, acs, b, bs, c, cs, last, add);                                                               \
  }
#if NV == 4
#define TILES(M) TILE(M, 1) TILE(M, 2) TILE(M, 3) TILE(M, 4)
#define NAMES(P, M) {P##_##M##_1, P##_##M##_2, P##_##M##_3, P##_##M##_4}
#else
#define TILES(M) TILE(M, 1) TILE(M, 2)
#define NAMES(P, M) {P##_##M##_1, P##_##M##_2}
#endif
TILES(1) TILES(2) TILES(3) TILES(4)
#if MR == 6
TILES(5) TILES(6)
static tile_fn *const packed[MR][NV] = {NAMES(packed, 1), NAMES(packed, 2), NAMES(packed, 3),
                                        NAMES(packed, 4), NAMES(packed, 5), NAMES(packed, 6)};
static tile_fn *const direct[MR][NV] = {NAMES(direct, 1), NAMES(direct, 2), NAMES(direct, 3),
                                        NAMES(direct, 4), NAMES(direct, 5), NAMES(direct, 6)};
#else
static tile_fn *const packed[MR][NV] = {NAMES(packed, 1), NAMES(packed, 2), NAMES(packed, 3), NAMES(packed, 4)};
static tile_fn *const direct[MR][NV] = {NAMES(direct, 1), NAMES(direct, 2), NAMES(direct, 3), NAMES(direct, 4)};
#endif

#define TALL_TILE(N)                                                                                                   \
  static void tall_##N(esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i bs, float *c, esp_i cs,    \
                       int last, int add) {                                                                            \
    tile(TALL, N, k, a, ars, acs, b, NR, c, cs, last, add);                                                            \
  }
TALL_TILE(1) TALL_TILE(2)
static tile_fn *const tall[2] = {tall_1, tall_2};

/* a (m x k) into panels of MR rows, k-major, the last one padded with zeros. */
static void pack_a(esp_i m, esp_i k, const float *a, esp_i rs, esp_i cs, float *out) {
  for (esp_i i = 0; i < m; i += MR) {
    const esp_i h = m - i < MR ? m - i : MR;
    const float *s = a + i * rs;
    if (h < MR) memset(out, 0, sizeof(float) * (size_t)(MR * k));
    if (h == MR && rs == 1) {
      for (esp_i p = 0; p < k; p++)
        for (int r = 0; r < MR; r++) out[p * MR + r] = s[p * cs + r];
    } else {
      for (esp_i r = 0; r < h; r++)
        for (esp_i p = 0; p < k; p++) out[p * MR + r] = s[r * rs + p * cs];
    }
    out += MR * k;
  }
}

#if ESP_VW == 16
/* Transposes a 16 x 16 block: out[r * os + c] = in[c * is + r]. */
static void transpose16(const float *in, esp_i is, float *out, esp_i os) {
  typedef int v16i __attribute__((vector_size(64)));
  esp_vf r[16], t[16];
#ifdef __clang__
#define SHUF(A, B, ...) __builtin_shufflevector(A, B, __VA_ARGS__)
#else
#define SHUF(A, B, ...) __builtin_shuffle(A, B, (v16i){__VA_ARGS__})
#endif
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) r[i] = esp_ld(in + i * is);
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) { /* rows i and i + 8 exchange halves, and so on down */
    t[i] = SHUF(r[i], r[i + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    t[i + 8] = SHUF(r[i], r[i + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++)
    if (!(i & 4)) {
      r[i] = SHUF(t[i], t[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
      r[i + 4] = SHUF(t[i], t[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++)
    if (!(i & 2)) {
      t[i] = SHUF(r[i], r[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
      t[i + 2] = SHUF(r[i], r[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++)
    if (!(i & 1)) {
      esp_st(out + i * os, SHUF(t[i], t[i + 1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30));
      esp_st(out + (i + 1) * os, SHUF(t[i], t[i + 1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31));
    }
#undef SHUF
}
#endif

/* b (k x n) into panels of NR columns, k-major, the last one padded with zeros. */
static void pack_b(esp_i k, esp_i n, const float *b, esp_i rs, esp_i cs, float *out) {
  for (esp_i j = 0; j < n; j += NR) {
    const esp_i w = n - j < NR ? n - j : NR;
    const float *s = b + j * cs;
    if (w < NR) memset(out, 0, sizeof(float) * (size_t)(NR * k));
    if (cs == 1) {
      if (w == NR) {
        for (esp_i p = 0; p < k; p++)
          for (int v = 0; v < NV; v++) esp_st(out + p * NR + v * ESP_VW, esp_ld(s + p * rs + v * ESP_VW));
      } else {
        for (esp_i p = 0; p < k; p++) memcpy(out + p * NR, s + p * rs, sizeof(float) * (size_t)w);
      }
    } else {
      esp_i c0 = 0;
#if ESP_VW == 16
      if (rs == 1)
        for (; c0 + 16 <= w; c0 += 16) {
          esp_i p = 0;
          for (; p + 16 <= k; p += 16) transpose16(s + c0 * cs + p, cs, out + p * NR + c0, NR);
          for (; p < k; p++)
            for (esp_i c = c0; c < c0 + 16; c++) out[p * NR + c] = s[p + c * cs];
        }
#endif
      for (esp_i c = c0; c < w; c++)
        for (esp_i p = 0; p < k; p++) out[p * NR + c] = s[p * rs + c * cs];
    }
    out += NR * k;
  }
}

/* y (m) = sum over k of a row times x, for rows contiguous in k: four rows at once, two chains each. */
static void rows_dot(esp_i m, esp_i k, const float *a, esp_i ars, const float *x, float *c, esp_i cs, int add) {
  for (esp_i i = 0; i < m; i += 4) {
    const int h = m - i < 4 ? (int)(m - i) : 4;
    const float *r[4];
    esp_vf t[4] = {}, u[4] = {};
    for (int q = 0; q < 4; q++) r[q] = a + (i + (q < h ? q : 0)) * ars;
    esp_i p = 0;
    for (; p + 2 * ESP_VW <= k; p += 2 * ESP_VW) {
      esp_vf x0 = esp_ld(x + p), x1 = esp_ld(x + p + ESP_VW);
#pragma GCC unroll 4
      for (int q = 0; q < 4; q++) {
        t[q] = esp_fma(esp_ld(r[q] + p), x0, t[q]);
        u[q] = esp_fma(esp_ld(r[q] + p + ESP_VW), x1, u[q]);
      }
    }
    for (; p < k; p += ESP_VW) {
      const esp_i w = k - p < ESP_VW ? k - p : ESP_VW;
      esp_vf x0 = w == ESP_VW ? esp_ld(x + p) : esp_ldn_f(x + p, w);
      for (int q = 0; q < 4; q++) t[q] = esp_fma(w == ESP_VW ? esp_ld(r[q] + p) : esp_ldn_f(r[q] + p, w), x0, t[q]);
    }
    for (int q = 0; q < h; q++) {
      const float s = esp_hsum(t[q] + u[q]);
      float *d = c + (i + q) * cs;
      *d = add ? *d + s : s;
    }
  }
}

/* Few rows: B is read once, in place. */
static void thin(esp_i m, esp_i n, esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i brs, float *c,
                 esp_i crs, int add) {
  for (esp_i j = 0; j < n; j += NR) {
    const esp_i w = n - j < NR ? n - j : NR;
    const int nv = (int)((w + ESP_VW - 1) / ESP_VW), last = (int)(w - (nv - 1) * ESP_VW);
    /* A partial last vector would read past a row of B: leave it to a narrower, masked pass. */
    const int full = last == ESP_VW ? nv : nv - 1;
    for (esp_i i = 0; i < m; i += MR) {
      const int h = (int)(m - i < MR ? m - i : MR);
      if (full) direct[h - 1][full - 1](k, a + i * ars, ars, acs, b + j, brs, c + i * crs + j, crs, ESP_VW, add);
      if (full < nv) {
        const esp_i o = j + full * ESP_VW;
        for (int q = 0; q < h; q++) {
          esp_vf t = {};
          for (esp_i p = 0; p < k; p++)
            t = esp_fma(esp_splat(a[(i + q) * ars + p * acs]), esp_ldn_f(b + p * brs + o, last), t);
          float *d = c + (i + q) * crs + o;
          esp_stn_f(d, add ? esp_ldn_f(d, last) + t : t, last);
        }
      }
    }
  }
}

/* One or two rows times a matrix with contiguous rows: B streams through row by row, C stays in the cache. */
#define STREAM_ROWS 8
ESP_INLINE void stream_rows(const int rows, esp_i n, const float *x, const float *b, esp_i brs, float *c, int add) {
  esp_i j = 0;
  for (; j + ESP_VW <= n; j += ESP_VW) {
    esp_vf t = add ? esp_ld(c + j) : (esp_vf){}, u = {};
#pragma GCC unroll 8
    for (int q = 0; q < rows; q++) {
      if (q & 1) u = esp_fma(esp_splat(x[q]), esp_ld(b + q * brs + j), u);
      else t = esp_fma(esp_splat(x[q]), esp_ld(b + q * brs + j), t);
    }
    esp_st(c + j, t + u);
  }
  for (; j < n; j++) {
    float t = add ? c[j] : 0, u = 0;
    for (int q = 0; q < rows; q++) {
      if (q & 1) u += x[q] * b[q * brs + j];
      else t += x[q] * b[q * brs + j];
    }
    c[j] = t + u;
  }
}
static void stream(esp_i m, esp_i n, esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i brs, float *c,
                   esp_i crs, int add) {
  for (esp_i p = 0; p < k; p += STREAM_ROWS) {
    const int rows = (int)(k - p < STREAM_ROWS ? k - p : STREAM_ROWS);
    for (esp_i i = 0; i < m; i++) {
      float x[STREAM_ROWS];
      for (int q = 0; q < rows; q++) x[q] = a[i * ars + (p + q) * acs];
      if (rows == STREAM_ROWS) stream_rows(STREAM_ROWS, n, x, b + p * brs, brs, c + i * crs, add || p > 0);
      else stream_rows(rows, n, x, b + p * brs, brs, c + i * crs, add || p > 0);
    }
  }
}

static int gemm_one(esp_i m, esp_i n, esp_i k, const float *a, esp_i ars, esp_i acs, const float *b, esp_i brs,
                    esp_i bcs, float *c, esp_i crs, int add) {
  if (n == 1 && acs == 1 && brs == 1) {
    rows_dot(m, k, a, ars, b, c, crs, add);
    return ESP_OK;
  }
  if (n == 1 && crs == 1 && ars == 1) { /* y = A^T x: one row times a row-major matrix */
    if (m >= 4 * NR) stream(1, m, k, b, 0, brs, a, acs, c, 0, add);
    else thin(1, m, k, b, 0, brs, a, acs, c, 0, add);
    return ESP_OK;
  }
  if (m <= 2 && brs == 1 && acs == 1 && k > 1) {
    for (esp_i i = 0; i < m; i++) rows_dot(n, k, b, bcs, a + i * ars, c + i * crs, 1, add);
    return ESP_OK;
  }
  if (bcs == 1 && m <= 2 && n >= 4 * NR) {
    stream(m, n, k, a, ars, acs, b, brs, c, crs, add);
    return ESP_OK;
  }
  if (bcs == 1 && (m <= 2 * MR || (k * brs <= 4096 && n >= ESP_VW && n % ESP_VW == 0 && m * k <= 8192))) {
    thin(m, n, k, a, ars, acs, b, brs, c, crs, add);
    return ESP_OK;
  }
  /* A is worth packing when several panels of B reuse it. */
  const int packs = n > 8 * NR;
  const esp_i kc = k < KC ? k : KC, nc = n < NC ? (n + NR - 1) / NR * NR : NC, mc = m < MC ? (m + MR - 1) / MR * MR : MC;
  /* 8 extra rows: the tile prefetches ahead. */
  float *pb = scratch(0, sizeof(float) * (size_t)(kc * nc + 8 * NR)), *pa = scratch(1, sizeof(float) * (size_t)(kc * mc));
  if (!pa || !pb) return ESP_NO_MEMORY;
  for (esp_i j0 = 0; j0 < n; j0 += nc) {
    const esp_i nb = n - j0 < nc ? n - j0 : nc;
    for (esp_i p0 = 0; p0 < k; p0 += kc) {
      const esp_i kb = k - p0 < kc ? k - p0 : kc;
      const int acc = add || p0 > 0;
      pack_b(kb, nb, b + p0 * brs + j0 * bcs, brs, bcs, pb);
      for (esp_i i0 = 0; i0 < m; i0 += mc) {
        const esp_i mb = m - i0 < mc ? m - i0 : mc;
        if (packs) pack_a(mb, kb, a + i0 * ars + p0 * acs, ars, acs, pa);
        for (esp_i j = 0; j < nb; j += NR) {
          const esp_i w = nb - j < NR ? nb - j : NR;
          const int nv = (int)((w + ESP_VW - 1) / ESP_VW), last = (int)(w - (nv - 1) * ESP_VW);
          if (!packs) {
            const float *s = a + i0 * ars + p0 * acs;
            const int most = nv <= 2 ? TALL : MR;
            for (esp_i i = 0; i < mb; i += most) {
              const int h = (int)(mb - i < most ? mb - i : most);
              float *d = c + (i0 + i) * crs + j0 + j;
              if (h == TALL && nv <= 2) tall[nv - 1](kb, s + i * ars, ars, acs, pb + j * kb, NR, d, crs, last, acc);
              else
                for (int r = 0; r < h; r += MR)
                  direct[(h - r < MR ? h - r : MR) - 1][nv - 1](kb, s + (i + r) * ars, ars, acs, pb + j * kb, NR,
                                                                d + r * crs, crs, last, acc);
            }
            continue;
          }
          for (esp_i i = 0; i < mb; i += MR) {
            const int h = (int)(mb - i < MR ? mb - i : MR);
            packed[h - 1][nv - 1](kb, pa + i * kb, 1, MR, pb + j * kb, NR, c + (i0 + i) * crs + j0 + j, crs, last, acc);
          }
        }
      }
    }
  }
  return ESP_OK;
}

static int gemm_f32(const struct esp_gemm *g) {
  for (esp_i q = 0; q < g->batch; q++) {
    const float *a = (const float *)g->a + q * g->a_batch, *b = (const float *)g->b + q * g->b_batch;
    float *c = (float *)g->c + q * g->c_batch;
    if (g->m == 0 || g->n == 0) continue;
    if (g->k == 0) {
      if (!g->accumulate)
        for (esp_i i = 0; i < g->m; i++)
          for (esp_i j = 0; j < g->n; j++) c[i * g->c_row + j * g->c_col] = 0;
      continue;
    }
    int rc;
    if (g->c_col == 1 || g->n == 1) {
      rc = gemm_one(g->m, g->n, g->k, a, g->a_row, g->a_col, b, g->b_row, g->b_col, c, g->c_row, g->accumulate);
    } else if (g->c_row == 1 || g->m == 1) { /* the transposed product has contiguous rows */
      rc = gemm_one(g->n, g->m, g->k, b, g->b_col, g->b_row, a, g->a_col, g->a_row, c, g->c_col, g->accumulate);
    } else { /* no contiguous side: compute aside, then scatter */
      float *t = scratch(2, sizeof(float) * (size_t)(g->m * g->n));
      if (!t) return ESP_NO_MEMORY;
      rc = gemm_one(g->m, g->n, g->k, a, g->a_row, g->a_col, b, g->b_row, g->b_col, t, g->n, 0);
      for (esp_i i = 0; i < g->m; i++)
        for (esp_i j = 0; j < g->n; j++) {
          float *d = c + i * g->c_row + j * g->c_col;
          *d = g->accumulate ? *d + t[i * g->n + j] : t[i * g->n + j];
        }
    }
    if (rc) return rc;
  }
  return ESP_OK;
}

/* Any element type, slowly: integers wrap in 64 bits, narrow floats go through float32 with a float32 sum. */
static int64_t load_i(int t, const void *p, esp_i i) {
  switch (t) {
    case ESP_BOOL: return ((const uint8_t *)p)[i] != 0;
    case ESP_U8: return ((const uint8_t *)p)[i];
    case ESP_I8: return ((const int8_t *)p)[i];
    case ESP_I16: return ((const int16_t *)p)[i];
    case ESP_U16: return ((const uint16_t *)p)[i];
    case ESP_I32: return ((const int32_t *)p)[i];
    case ESP_U32: return ((const uint32_t *)p)[i];
    default: return ((const int64_t *)p)[i];
  }
}
static double load_f(int t, const void *p, esp_i i) {
  switch (t) {
    case ESP_BF16: return esp_bf16_f(((const uint16_t *)p)[i]);
    case ESP_F16: return esp_f16_f(((const uint16_t *)p)[i]);
    case ESP_F32: return ((const float *)p)[i];
    case ESP_F64: return ((const double *)p)[i];
    default: return (double)load_i(t, p, i);
  }
}
static void store_f(int t, void *p, esp_i i, double x) {
  switch (t) {
    case ESP_BF16: ((uint16_t *)p)[i] = esp_f_bf16((float)x); break;
    case ESP_F16: ((uint16_t *)p)[i] = esp_f_f16((float)x); break;
    case ESP_F32: ((float *)p)[i] = (float)x; break;
    default: ((double *)p)[i] = x;
  }
}
static void store_i(int t, void *p, esp_i i, int64_t x) {
  switch (t) {
    case ESP_BOOL: ((uint8_t *)p)[i] = x != 0; break;
    case ESP_I8: case ESP_U8: ((uint8_t *)p)[i] = (uint8_t)x; break;
    case ESP_I16: case ESP_U16: ((uint16_t *)p)[i] = (uint16_t)x; break;
    case ESP_I32: case ESP_U32: ((uint32_t *)p)[i] = (uint32_t)x; break;
    default: ((int64_t *)p)[i] = x;
  }
}
static int gemm_any(int ta, int tb, int tc, const struct esp_gemm *g) {
  for (esp_i q = 0; q < g->batch; q++)
    for (esp_i i = 0; i < g->m; i++)
      for (esp_i j = 0; j < g->n; j++) {
        const esp_i ia = q * g->a_batch + i * g->a_row, ib = q * g->b_batch + j * g->b_col;
        const esp_i ic = q * g->c_batch + i * g->c_row + j * g->c_col;
        if (tc >= ESP_BF16) {
          double s = g->accumulate ? load_f(tc, g->c, ic) : 0;
          for (esp_i p = 0; p < g->k; p++) {
            s += load_f(ta, g->a, ia + p * g->a_col) * load_f(tb, g->b, ib + p * g->b_row);
          }
          store_f(tc, g->c, ic, s);
        } else {
          uint64_t s = g->accumulate ? (uint64_t)load_i(tc, g->c, ic) : 0;
          for (esp_i p = 0; p < g->k; p++) {
            const uint64_t x = (uint64_t)load_i(ta, g->a, ia + p * g->a_col) * (uint64_t)load_i(tb, g->b, ib + p * g->b_row);
            s = tc == ESP_BOOL ? s | x : s + x;
          }
          store_i(tc, g->c, ic, (int64_t)s);
        }
      }
  return ESP_OK;
}

/* A narrow operand widened to float32 in row-major m x k order. */
static float *widen(int t, const void *p, esp_i m, esp_i k, esp_i rs, esp_i cs, float *out) {
  for (esp_i i = 0; i < m; i++)
    for (esp_i j = 0; j < k; j++) out[i * k + j] = (float)load_f(t, p, i * rs + j * cs);
  return out;
}
static size_t width(int t) { return t == ESP_F32 ? 4 : 2; }
static int gemm_narrow(int ta, int tb, int tc, const struct esp_gemm *g) {
  float *t = malloc(sizeof(float) * (size_t)(g->m * g->k + g->k * g->n + g->m * g->n + 1));
  if (!t) return ESP_NO_MEMORY;
  float *fa = t, *fb = fa + g->m * g->k, *fc = fb + g->k * g->n;
  int rc = ESP_OK;
  for (esp_i q = 0; q < g->batch && !rc; q++) {
    widen(ta, (const char *)g->a + (size_t)(q * g->a_batch) * width(ta), g->m, g->k, g->a_row, g->a_col, fa);
    widen(tb, (const char *)g->b + (size_t)(q * g->b_batch) * width(tb), g->k, g->n, g->b_row, g->b_col, fb);
    void *c = (char *)g->c + q * g->c_batch * (esp_i)width(tc);
    struct esp_gemm h = {1, g->m, g->n, g->k, fa, fb, fc, 0, g->k, 1, 0, g->n, 1, 0, g->n, 1, 0};
    rc = gemm_f32(&h);
    for (esp_i i = 0; i < g->m; i++)
      for (esp_i j = 0; j < g->n; j++) {
        const esp_i o = i * g->c_row + j * g->c_col;
        store_f(tc, c, o, fc[i * g->n + j] + (g->accumulate ? load_f(tc, c, o) : 0));
      }
  }
  free(t);
  return rc;
}

/* Pieces of one product for the threads of a device: matrices of the batch, or else rows or columns of the result. The
 * cut depends on the shape only, so results do not depend on the number of threads. */
#define PIECE_FLOPS 2000000.0
struct pieces {
  struct esp_gemm g;
  int along; /* 0: batch, 1: rows, 2: columns */
  int rc;
};
static void run_piece(const void *ctx, esp_i begin, esp_i end) {
  struct pieces *p = (struct pieces *)ctx;
  struct esp_gemm g = p->g;
  const float *a = g.a, *b = g.b;
  float *c = g.c;
  if (p->along == 0) {
    a += begin * g.a_batch;
    b += begin * g.b_batch;
    c += begin * g.c_batch;
    g.batch = end - begin;
  } else if (p->along == 1) {
    a += begin * g.a_row;
    c += begin * g.c_row;
    g.m = end - begin;
  } else {
    b += begin * g.b_col;
    c += begin * g.c_col;
    g.n = end - begin;
  }
  g.a = a;
  g.b = b;
  g.c = c;
  const int rc = gemm_f32(&g);
  if (rc) __atomic_store_n(&p->rc, rc, __ATOMIC_SEQ_CST);
}
static int gemm_parallel(struct esp_device *dev, const struct esp_gemm *g) {
  struct pieces p = {*g, 0, 0};
  const double one = 2.0 * (double)g->m * (double)g->n * (double)g->k;
  if (g->batch > 1 || one < 2 * PIECE_FLOPS) {
    esp_i grain = one > 0 ? (esp_i)(PIECE_FLOPS / one) + 1 : g->batch;
    esp_parallel(dev, run_piece, &p, g->batch, grain);
  } else {
    /* Pieces of rows pack the same b again: few long ones. Pieces of columns repeat nothing as long as a is not packed. */
    p.along = g->m >= 768 || g->m >= 2 * g->n ? 1 : 2;
    const esp_i size = p.along == 1 ? g->m : g->n, unit = p.along == 1 ? 192 : g->n >= 1024 ? 128 : 64;
    const esp_i grain = (esp_i)(PIECE_FLOPS / (one / (double)size * (double)unit) + 1) * unit;
    esp_parallel(dev, run_piece, &p, size, grain);
  }
  return p.rc;
}

int esp_gemm_run(struct esp_device *dev, int ta, int tb, int tc, const struct esp_gemm *g) {
  if (ta == ESP_F32 && tb == ESP_F32 && tc == ESP_F32) return gemm_parallel(dev, g);
  const int lo = ESP_BF16, hi = ESP_F32;
  if (ta >= lo && ta <= hi && tb >= lo && tb <= hi && tc >= lo && tc <= hi) return gemm_narrow(ta, tb, tc, g);
  return gemm_any(ta, tb, tc, g);
}
