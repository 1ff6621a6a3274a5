/* See gemm-thin.h. */
#include "gemm/gemm-thin.h"

/* Rows along k whose products are summed by themselves, so that errors do not grow with the number of rows. */
#define BLOCK (128 * ESP_VW)
/* How far ahead of a stream to ask for memory, and how far the next columns may be to be asked for instead, in bytes. */
#define AHEAD 2048
#define SHORT 16384
/* Registers of elements that come from one turn's memory: a quarter of a line or more, asked for once. */
ESP_INLINE int turn_of(const int t) { return is_nibble(t) ? 4 : t == ESP_I8 || t == ESP_U8 ? 2 : 1; }

/* Scales of a register of neighbours of row p from column j on. */
ESP_INLINE esp_vf scales(const struct operand *b, esp_i p, esp_i j) {
  const float *s = b->scale.p + p / b->scale.group * b->scale.k + j * b->scale.other;
  if (b->scale.other == 1) return esp_ld(s);
  esp_vf x = esp_splat(*s);
  if (b->scale.other)
    for (int i = 1; i < ESP_VW; i++) x[i] = s[i * b->scale.other];
  return x;
}

/* u += some registers of A along k times those of B, which begin `from` bytes after q. */
ESP_INLINE void dots_turn(const int t, const int rows, const int cols, const int turn, const float *a, esp_i ars,
                          const char *const q[4], esp_i from, esp_i ahead, esp_vf u[4][4]) {
#pragma GCC unroll 4
  for (int j = 0; j < cols; j++) __builtin_prefetch(q[j] + from + ahead);
#pragma GCC unroll 4
  for (int v = 0; v < turn; v++) {
    esp_vf y[4];
#pragma GCC unroll 4
    for (int j = 0; j < cols; j++) y[j] = elements_f(t, q[j] + from + span(t, v * ESP_VW));
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++) {
      const esp_vf x = esp_ld(a + i * ars + v * ESP_VW);
#pragma GCC unroll 4
      for (int j = 0; j < cols; j++) u[i][j] = esp_fma(x, y[j], u[i][j]);
    }
  }
}
/* rows of A times `cols` columns of B that are contiguous along k: sums in vectors along k, times their scales, folded at
 * the end. */
ESP_INLINE void dots(const int t, const int has_scale, const int rows, const int cols, esp_i k, const float *a, esp_i ars,
                     const struct operand *b, esp_i j0, float *c, esp_i crs, int add) {
  esp_vf s[4][4], error[4][4];
#pragma GCC unroll 4
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < cols; j++) s[i][j] = error[i][j] = (esp_vf){};
  const char *q[4];
#pragma GCC unroll 4
  for (int j = 0; j < cols; j++) q[j] = at(b, 0, j0 + j);
  const float *scale = has_scale ? b->scale.p + j0 * b->scale.other : 0;
  /* Short columns: the same place in ones that come soon. */
  const esp_i next = span(t, cols * b->other), ahead = next > 0 && next <= SHORT ? next * (AHEAD / next + 1) : AHEAD;
  esp_i p = 0;
  const esp_i group = has_scale ? b->scale.group : BLOCK; /* a multiple of ESP_VW, or all */
  while (p + ESP_VW <= k) {
    const esp_i end = k - p < group ? k : p + group;
    esp_vf u[4][4];
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
      for (int j = 0; j < cols; j++) u[i][j] = (esp_vf){};
    for (; p + turn_of(t) * ESP_VW <= end; p += turn_of(t) * ESP_VW) dots_turn(t, rows, cols, turn_of(t), a + p, ars, q, span(t, p), ahead, u);
    for (; p + ESP_VW <= end; p += ESP_VW) dots_turn(t, rows, cols, 1, a + p, ars, q, span(t, p), ahead, u);
#pragma GCC unroll 4
    for (int j = 0; j < cols; j++) {
      const esp_vf f = esp_splat(has_scale ? scale[j * b->scale.other] : 1);
#pragma GCC unroll 4
      for (int i = 0; i < rows; i++)
        if (has_scale) s[i][j] = esp_fma(u[i][j], f, s[i][j]);
        else if (k <= BLOCK) s[i][j] = u[i][j];
        else esp_join(&s[i][j], &error[i][j], u[i][j]);
    }
    if (has_scale) scale += b->scale.k;
  }
  float sums[4][4];
#if ESP_VW == 8
  if (rows == 2 && cols == 4) { /* all eight at once, lanes in the order of esp_hsum */
    v8f x[8];
    __builtin_memcpy(x, s[0], 128), __builtin_memcpy(x + 4, s[1], 128);
    transpose8(x);
    const v8f sum = ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
    __builtin_memcpy(sums, &sum, 32);
  } else
#endif
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < cols; j++) sums[i][j] = esp_hsum(s[i][j]);
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < cols; j++) {
      float r = sums[i][j];
      for (esp_i z = p; z < k; z++) {
        float y = element_f(t, q[j], z);
        if (has_scale) y *= scale_at(b, z, j0 + j);
        r += a[i * ars + z] * y;
      }
      c[i * crs + j0 + j] = add ? c[i * crs + j0 + j] + r : r;
    }
}
#define DOT_COLS 4
#define DOT_ROWS (ESP_VW == 8 ? 2 : 4)
ESP_INLINE void dots_block(const int t, const int has_scale, const int rows, esp_i j0, esp_i j1, esp_i k, const float *a,
                           esp_i ars, const struct operand *b, float *c, esp_i crs, int add) {
  esp_i j = j0;
  for (; j + DOT_COLS <= j1; j += DOT_COLS) dots(t, has_scale, rows, DOT_COLS, k, a, ars, b, j, c, crs, add);
  for (; j < j1; j++) dots(t, has_scale, rows, 1, k, a, ars, b, j, c, crs, add);
}
/* Columns j0 … j1 of C, B contiguous along k. */
ESP_INLINE void thin_dots(const int t, const int has_scale, esp_i m, esp_i j0, esp_i j1, esp_i k, const float *a, esp_i ars,
                          const struct operand *b, float *c, esp_i crs, int add) {
  /* Unless all rows go together, a few columns of B stay in the cache while they pass over them. */
  const int together = m == 1 || m == 2 || m == DOT_ROWS;
  for (esp_i j = j0; j < j1; j += together ? j1 - j0 : DOT_COLS) {
    const esp_i e = !together && j + DOT_COLS < j1 ? j + DOT_COLS : j1;
    esp_i i = 0;
    for (; i + DOT_ROWS <= m; i += DOT_ROWS)
      dots_block(t, has_scale, DOT_ROWS, j, e, k, a + i * ars, ars, b, c + i * crs, crs, add);
    for (; i + 2 <= m; i += 2) dots_block(t, has_scale, 2, j, e, k, a + i * ars, ars, b, c + i * crs, crs, add);
    for (; i < m; i++) dots_block(t, has_scale, 1, j, e, k, a + i * ars, ars, b, c + i * crs, crs, add);
  }
}

/* Rows of B that pass over C together; they share their scales. */
#define STREAM 8
ESP_INLINE void stream_step(const int t, const int has_scale, const int rows, esp_i p, esp_i j, const esp_vf *x,
                            const char *const *q, const struct operand *b, float *c, int add) {
  const esp_vf before = add ? esp_ld(c + j) : (esp_vf){};
  esp_vf s = has_scale ? (esp_vf){} : before, u = {};
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) {
    const esp_vf y = elements_f(t, q[r] + span(t, j));
    if (r & 1) u = esp_fma(x[r], y, u);
    else s = esp_fma(x[r], y, s);
  }
  esp_st(c + j, has_scale ? esp_fma(s + u, scales(b, p, j), before) : s + u);
}
/* One row of C: its elements j0 … j1 from `rows` rows of B, two chains. */
ESP_INLINE void stream_one(const int t, const int has_scale, const int rows, esp_i p, esp_i j0, esp_i j1, const float *a,
                           const struct operand *b, float *c, int add) {
  const char *q[STREAM];
  esp_vf x[STREAM];
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) q[r] = at(b, p + r, 0), x[r] = esp_splat(a[p + r]);
  esp_i j = j0;
  for (; j + turn_of(t) * ESP_VW <= j1; j += turn_of(t) * ESP_VW) {
    /* The same columns of the rows that come next. */
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) __builtin_prefetch(q[r] + span(t, j + rows * b->k));
#pragma GCC unroll 4
    for (int v = 0; v < turn_of(t); v++) stream_step(t, has_scale, rows, p, j + v * ESP_VW, x, q, b, c, add);
  }
  for (; j + ESP_VW <= j1; j += ESP_VW) stream_step(t, has_scale, rows, p, j, x, q, b, c, add);
  for (; j < j1; j++) {
    float s = has_scale || !add ? 0 : c[j], u = 0;
    for (int r = 0; r < rows; r++) {
      const float y = element_f(t, q[r], j);
      if (r & 1) u += x[r][0] * y;
      else s += x[r][0] * y;
    }
    c[j] = has_scale ? (s + u) * scale_at(b, p, j) + (add ? c[j] : 0) : s + u;
  }
}
/* Several rows of C at once: four rows of B, a register of each, pass over all of them. */
ESP_INLINE void stream_few(const int t, const int has_scale, const int rows, esp_i m, esp_i p, esp_i j0, esp_i j1,
                           const float *a, esp_i ars, const struct operand *b, float *c, esp_i crs, int add) {
  const char *q[4];
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++) q[r] = at(b, p + r, 0);
  esp_i j = j0;
  for (; j + 2 * ESP_VW <= j1; j += 2 * ESP_VW) {
    esp_vf y[4][2], f[2];
#pragma GCC unroll 2
    for (int v = 0; v < 2; v++) f[v] = has_scale ? scales(b, p, j + v * ESP_VW) : (esp_vf){};
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) {
      __builtin_prefetch(q[r] + span(t, j) + AHEAD);
#pragma GCC unroll 2
      for (int v = 0; v < 2; v++) {
        y[r][v] = elements_f(t, q[r] + span(t, j + v * ESP_VW));
        if (has_scale) y[r][v] *= f[v];
      }
    }
    for (esp_i i = 0; i < m; i++) {
      float *d = c + i * crs + j;
      esp_vf s0 = add ? esp_ld(d) : (esp_vf){}, s1 = add ? esp_ld(d + ESP_VW) : (esp_vf){};
#pragma GCC unroll 4
      for (int r = 0; r < rows; r++) {
        const esp_vf x = esp_splat(a[i * ars + p + r]);
        s0 = esp_fma(x, y[r][0], s0);
        s1 = esp_fma(x, y[r][1], s1);
      }
      esp_st(d, s0);
      esp_st(d + ESP_VW, s1);
    }
  }
  for (; j < j1; j++)
    for (esp_i i = 0; i < m; i++) {
      float s = add ? c[i * crs + j] : 0;
      for (int r = 0; r < rows; r++) {
        float y = element_f(t, q[r], j);
        if (has_scale) y *= scale_at(b, p + r, j);
        s += a[i * ars + p + r] * y;
      }
      c[i * crs + j] = s;
    }
}
/* Rows of B whose products are summed aside: about so many, in whole groups of scales. */
#define STREAM_BLOCK 128
/* Columns j0 … j1 of C, B contiguous along n: it streams through row by row while C stays in the first-level cache. */
ESP_INLINE void thin_stream(const int t, const int has_scale, esp_i m, esp_i j0, esp_i j1, esp_i k, const float *a,
                            esp_i ars, const struct operand *b, float *c, esp_i crs, int add) {
  const esp_i wide = 4096 / m / 64 * 64, group = has_scale ? b->scale.group : k;
  const esp_i block = !has_scale ? STREAM_BLOCK : group < STREAM_BLOCK ? STREAM_BLOCK / group * group : group;
  for (esp_i j = j0; j < j1; j += wide) {
    const esp_i e = j + wide < j1 ? j + wide : j1, row = wide + 16;
    float own[4096 + 16 * 16] __attribute__((aligned(64))), aside[4096 + 16 * 16] __attribute__((aligned(64)));
    float error[4096 + 16 * 16] __attribute__((aligned(64)));
    if (k > block) memset(error, 0, 4 * (size_t)(m * row));
    /* Rows of C lie aside: at their own distance they may all fall into one set of the cache. */
    for (esp_i i = 0; m > 1 && add && i < m; i++) memcpy(own + i * row, c + i * crs + j, 4 * (size_t)(e - j));
    for (esp_i p0 = 0; p0 < k; p0 += block) {
      const esp_i stop = k - p0 < block ? k : p0 + block;
      /* Later blocks are summed aside, then joined: errors do not grow with their number. */
      float *const d = p0 ? aside - j : m == 1 ? c : own - j;
      for (esp_i p = p0; p < stop;) {
        const esp_i end = stop - p < group ? stop : p + group;
        const int more = p > p0 || (add && !p0);
        if (m == 1) {
          int again = more;
          for (; p + STREAM <= end; p += STREAM, again = 1) stream_one(t, has_scale, STREAM, p, j, e, a, b, d, again);
          for (; p < end; p++, again = 1) stream_one(t, has_scale, 1, p, j, e, a, b, d, again);
        } else {
          int again = more;
          for (; p + 4 <= end; p += 4, again = 1) stream_few(t, has_scale, 4, m, p, j, e, a, ars, b, d, row, again);
          for (; p < end; p++, again = 1) stream_few(t, has_scale, 1, m, p, j, e, a, ars, b, d, row, again);
        }
      }
      for (esp_i i = 0; p0 && i < m; i++) {
        float *const to = m == 1 ? c + j : own + i * row;
        float *const lost = error + i * row;
        const float *const more = aside + i * row;
        esp_i x = 0;
        for (; x + ESP_VW <= e - j; x += ESP_VW) {
          esp_vf sum = esp_ld(to + x), wrong = esp_ld(lost + x);
          esp_join(&sum, &wrong, esp_ld(more + x));
          esp_st(to + x, sum);
          esp_st(lost + x, wrong);
        }
        for (; x < e - j; x++) esp_join1(to + x, lost + x, more[x]);
      }
    }
    for (esp_i i = 0; m > 1 && i < m; i++) memcpy(c + i * crs + j, own + i * row, 4 * (size_t)(e - j));
  }
}

#define THIN(NAME, T, SCALE)                                                                                           \
  static void dots_##NAME(esp_i m, esp_i j0, esp_i j1, esp_i k, const float *a, esp_i ars, const struct operand *b,    \
                          float *c, esp_i crs, int add) {                                                              \
    thin_dots(T, SCALE, m, j0, j1, k, a, ars, b, c, crs, add);                                                         \
  }                                                                                                                    \
  static void stream_##NAME(esp_i m, esp_i j0, esp_i j1, esp_i k, const float *a, esp_i ars, const struct operand *b,  \
                            float *c, esp_i crs, int add) {                                                            \
    thin_stream(T, SCALE, m, j0, j1, k, a, ars, b, c, crs, add);                                                       \
  }
THIN(f32, ESP_F32, 0)
THIN(rounded, ESP_F32_AS_BF16, 0)
THIN(bf16, ESP_BF16, 0)
THIN(f16, ESP_F16, 0)
THIN(i8, ESP_I8, 0)
THIN(i8_scaled, ESP_I8, 1)
THIN(i4, ESP_I4, 0)
THIN(i4_scaled, ESP_I4, 1)
THIN(u4, ESP_U4, 0)
THIN(u4_scaled, ESP_U4, 1)
thin_fn *esp_thin(int t, int scale, int along_k) {
  switch (t) {
    case ESP_F32: return scale ? 0 : along_k ? dots_f32 : stream_f32;
    case ESP_F32_AS_BF16: return scale ? 0 : along_k ? dots_rounded : stream_rounded;
    case ESP_BF16: return scale ? 0 : along_k ? dots_bf16 : stream_bf16;
    case ESP_F16: return scale ? 0 : along_k ? dots_f16 : stream_f16;
    case ESP_I8: return scale ? along_k ? dots_i8_scaled : stream_i8_scaled : along_k ? dots_i8 : stream_i8;
    case ESP_I4: return scale ? along_k ? dots_i4_scaled : stream_i4_scaled : along_k ? dots_i4 : stream_i4;
    case ESP_U4: return scale ? along_k ? dots_u4_scaled : stream_u4_scaled : along_k ? dots_u4 : stream_u4;
    default: return 0;
  }
}
