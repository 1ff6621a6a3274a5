/* See gemm-codes.h. */
#include "gemm/gemm-codes.h"

/* Elements that may share scales while a register holds others: lanes have scales of their own then. */
#define CHUNK 32
/* Sums of so many products of bytes fit 32 bits. */
#define MOST ((esp_i)1 << 16)
/* How far ahead of a stream to ask for memory, and how far the next columns may be to be asked for instead, in bytes. */
#define AHEAD 1024
#define SHORT 16384
#define COLS 4
#define ROWS (ESP_VW == 16 ? 4 : 2)
/* Rows of a tile of half as many columns, of nibbles: these are unpacked once for all of them. Rows of whole bytes would fill the first cache. */
#define MANY_ROWS (2 * ROWS)

/* c + sums of four products of unsigned bytes of w and signed bytes of x. */
ESP_INLINE esp_vi dot4(esp_vi c, esp_vu w, esp_vi x) {
#ifdef ESP_HAS_DPBUSD
  return esp_dpbusd(c, (esp_vf)w, (esp_vf)x);
#else
  typedef int16_t halves __attribute__((vector_size(4 * ESP_VW)));
  const halves even = (halves)x << 8 >> 8, odd = (halves)x >> 8;
  c += esp_madd16((esp_vf)(w & 0x00ff00ff), (esp_vf)even);
  return c + esp_madd16((esp_vf)(w >> 8 & 0x00ff00ff), (esp_vf)odd);
#endif
}
/* The same for elements at even places and at odd ones, nibbles both: c + their sums. */
ESP_INLINE esp_vi dot8(esp_vi c, esp_vu even, esp_vu odd, esp_vi x, esp_vi y) {
#if ESP_VW == 8 && defined(__AVX2__) && !defined(ESP_HAS_DPBUSD) && !defined(__clang__)
  typedef char bytes __attribute__((vector_size(32)));
  typedef short halves __attribute__((vector_size(32)));
  const halves s = __builtin_ia32_pmaddubsw256((bytes)even, (bytes)x) + __builtin_ia32_pmaddubsw256((bytes)odd, (bytes)y);
  return c + esp_madd16((esp_vf)s, (esp_vf)((halves){} + 1));
#else
  return dot4(dot4(c, even, x), odd, y);
#endif
}

static esp_i common(esp_i x, esp_i y) { return y ? common(y, x % y) : x; }
/* Elements that share a scale of the operand; 0: all. */
static esp_i group_along(const struct operand *o, esp_i k) { return o->scale.p && o->scale.group < k ? o->scale.group : 0; }

int esp_codes_plan(struct codes *g, esp_i m, esp_i k, const struct operand *a, const struct operand *b) {
  if (a->type != ESP_I8 || !(b->type == ESP_I8 || is_nibble(b->type)) || !is_along_k(b)) return 0;
  const esp_i step = step_of(b->type), whole = (k + step - 1) / step * step;
  const esp_i shared = common(group_along(a, k), group_along(b, k));
  g->block = shared ? shared : whole < MOST ? whole : MOST;
  if (g->block % step) g->block = g->block % CHUNK == 0 && step % CHUNK == 0 ? step : 0;
  if (!g->block || g->block > MOST) return 0;
  g->a = a, g->b = b, g->m = m, g->k = k;
  g->blocks = (k + g->block - 1) / g->block;
  g->part = g->block / 4 + 2 * ESP_VW;
  g->zero = b->type == ESP_I8 ? 128 : b->type == ESP_I4 ? 8 : 0;
  return 1;
}

/* Bytes of row i in block v; behind them lie what their sums begin with and the scales of lanes. */
ESP_INLINE int8_t *part_of(const struct codes *g, esp_i i, esp_i v) { return (int8_t *)(g->rows + (v * g->m + i) * g->part); }

/* `n` elements from p on of row i, at most a step, as the loop reads them; zeros behind them. */
ESP_INLINE void pack_step(const struct codes *g, int nibbles, esp_i i, esp_i p, esp_i n, esp_i step, int8_t *x) {
  const esp_i stride = g->a->k;
  const int8_t *const from = (const int8_t *)g->a->p + i * g->a->other + p * stride;
  if (n < step) memset(x, 0, (size_t)step);
  if (nibbles) { /* even places, then odd ones */
    for (esp_i q = 0; q < n; q += 2) x[q / 2] = from[q * stride];
    for (esp_i q = 1; q < n; q += 2) x[step / 2 + q / 2] = from[q * stride];
  } else if (stride == 1) memcpy(x, from, (size_t)n);
  else
    for (esp_i q = 0; q < n; q++) x[q] = from[q * stride];
}

void esp_codes_pack(struct codes *g) {
  const esp_i step = step_of(g->b->type), per_lane = step / ESP_VW;
  const int nibbles = is_nibble(g->b->type);
  for (esp_i v = 0; v < g->blocks; v++)
    for (esp_i i = 0; i < g->m; i++) {
      int8_t *const x = part_of(g, i, v);
      int32_t *const start = (int32_t *)(x + g->block);
      float *const scale = (float *)start + ESP_VW;
      const esp_i first = v * g->block, end = first + g->block < g->k ? first + g->block : g->k;
      esp_vi sum = {};
      for (esp_i p = first; p < end; p += step) {
        int8_t *const to = x + p - first;
        pack_step(g, nibbles, i, p, end - p < step ? end - p : step, step, to);
        for (esp_i q = 0; q < step; q += 4 * ESP_VW) sum = dot4(sum, esp_splat_u(0x01010101), *(const esp_mi *)(to + q));
      }
      *(esp_mi *)start = -g->zero * sum;
      for (int l = 0; l < ESP_VW; l++) {
        const esp_i p = first + (g->block == step ? l * per_lane : 0);
        scale[l] = p >= g->k ? 0 : g->a->scale.p ? scale_at(g->a, p, i) : 1;
      }
    }
}

/* The first n of four scales, each to the lanes of its elements. */
ESP_INLINE esp_vf spread(const float *p, esp_i n, esp_vi take) {
  const esp_vf x = esp_ldn_f(p, n);
#if defined(ESP_AVX512) && !defined(__clang__)
  return (esp_vf)__builtin_ia32_permvarsf512_mask((esp_v16f_)x, (esp_v16i_)take, (esp_v16f_){}, (uint16_t)-1);
#elif defined(__clang__)
  esp_vf r;
  for (int l = 0; l < ESP_VW; l++) r[l] = x[take[l]];
  return r;
#else
  return __builtin_shuffle(x, take);
#endif
}
/* A block's scales that lie side by side, the last of which may be missing. */
ESP_INLINE esp_vf scales_of(const float *p, esp_i several, esp_i left, esp_vi take) {
#if defined(ESP_AVX512) && !defined(__clang__)
  typedef double pairs __attribute__((vector_size(64)));
  typedef float four __attribute__((vector_size(16), aligned(4), may_alias));
  typedef double two __attribute__((aligned(4), may_alias));
  /* Reading them into all lanes costs nothing but the read. */
  if (several <= left && several % 2 == 0) {
    const two d = *(const two *)p;
    const esp_vf x = several == 4 ? (esp_vf)__builtin_ia32_broadcastf32x4_512(*(const four *)p, (esp_v16f_){}, (uint16_t)-1)
                                  : (esp_vf)(pairs){d, d, d, d, d, d, d, d};
    return __builtin_shuffle(x, take);
  }
#endif
  return spread(p, left < 4 ? left : 4, take);
}
/* Scales of the chunks of a block that lie apart, or whose groups end within it. */
ESP_FN esp_vf gathered(const struct codes *g, esp_i v, esp_i j) {
  float t[4] = {};
  for (esp_i p = v * g->block, q = 0; q < g->block / CHUNK && p < g->k; p += CHUNK, q++) t[q] = scale_at(g->b, p, j);
  return spread(t, 4, esp_lanes() * (int32_t)(g->block / ESP_VW) / CHUNK);
}

/* How a block's sums become float: a block is one register of each column (else of many), and its lanes have several scales
 * of B (else one). */
enum { MANY, ONE, LANES };
#define W (4 * ESP_VW)

ESP_INLINE void codes_tile(const int nibbles, const int mode, const int rows, const int cols, const struct codes *g, esp_i i0,
                           esp_i j0, float *c, esp_i crs, int add) {
  const struct operand *b = g->b;
  const struct esp_scale *scale = &b->scale;
  const esp_i step = nibbles ? 2 * W : W, whole = g->k / step;
  /* Bytes of a part, and from one row's part to the next. */
  const esp_i size = mode == MANY ? g->block : step, apart = size + 2 * W;
  const esp_vu flip = esp_splat_u(nibbles ? g->zero ? 0x88888888u : 0 : 0x80808080u);
  const char *x = (const char *)part_of(g, i0, 0), *q[COLS];
  esp_vf s[MANY_ROWS][COLS];
#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (int j = 0; j < cols; j++) s[i][j] = (esp_vf){};
  /* What is left of the columns behind their last whole register. */
  char rest[COLS][W] __attribute__((aligned(64)));
  const esp_i left = g->k - whole * step;
#pragma GCC unroll 8
  for (int j = 0; j < cols; j++) {
    q[j] = at(b, 0, j0 + j);
    if (left) memset(rest[j], 0, W), memcpy(rest[j], q[j] + whole * W, (size_t)(nibbles ? (left + 1) / 2 : left));
  }
  const float *f[COLS];
  for (int j = 0; j < cols; j++) f[j] = scale->p ? scale->p + (j0 + j) * scale->other : 0;
  const esp_i next = span(b->type, cols * b->other), ahead = next > 0 && next <= SHORT ? next * (AHEAD / next + 1) : AHEAD;
  /* Scales of B: blocks that share one, or scales of a block. */
  const esp_i share = scale->p && mode != LANES ? (scale->group + g->block - 1) / g->block : 1;
  const int side = mode == LANES && scale->k == 1 && g->block % scale->group == 0;
  const esp_i several = side ? g->block / scale->group : 0, groups = side ? (g->k + scale->group - 1) / scale->group : 0;
  const esp_vi take = side ? esp_lanes() * (int32_t)(g->block / ESP_VW) / (int32_t)scale->group : (esp_vi){};
  esp_i used = 0, first = 0;

/* Before register p of the columns is read. */
#define REACH(P)                                                                                                       \
  if (ESP_UNLIKELY((P) == whole))                                                                                      \
    for (int j = 0; j < cols; j++) q[j] = rest[j] - whole * W
#define BYTES(J, P) (*(const esp_mu *)(q[J] + (P)*W) ^ flip)
/* Register P of row I's part. */
#define DOT(U, V, I, P)                                                                                                \
  (nibbles ? dot8(U, V & 0x0f0f0f0f, V >> 4 & 0x0f0f0f0f, *(const esp_mi *)(x + (I)*apart + 2 * (P)*W),                \
                  *(const esp_mi *)(x + (I)*apart + 2 * (P)*W + W))                                                    \
           : dot4(U, V, *(const esp_mi *)(x + (I)*apart + (P)*W)))
#define START(I) (*(const esp_mi *)(x + (I)*apart + size))
#define OWN(I) (*(const esp_mf *)(x + (I)*apart + size + W))
  const esp_i steps = whole + (left != 0), run = mode == MANY ? g->block / step : 1;
  for (esp_i v = 0; v < g->blocks; v++, x += g->m * apart) {
    esp_vi u[MANY_ROWS][COLS];
    if (mode == MANY) {
#pragma GCC unroll 8
      for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
        for (int j = 0; j < cols; j++) u[i][j] = START(i);
      const esp_i end = (v + 1) * run < steps ? (v + 1) * run : steps;
      for (esp_i p = v * run; p < end; p++) {
        esp_vu y[COLS];
        REACH(p);
#pragma GCC unroll 8
        for (int j = 0; j < cols; j++) {
          y[j] = BYTES(j, p);
          __builtin_prefetch(q[j] + p * W + ahead);
        }
#pragma GCC unroll 8
        for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
          for (int j = 0; j < cols; j++) u[i][j] = DOT(u[i][j], y[j], i, p - v * run);
      }
    } else REACH(v);
    esp_vf factor[COLS];
    esp_vu y[COLS];
#pragma GCC unroll 8
    for (int j = 0; j < cols; j++) {
      if (mode != LANES) factor[j] = esp_splat(f[j] ? f[j][first] : 1);
      else if (side) factor[j] = scales_of(f[j] + first, several, groups - first, take);
      else factor[j] = gathered(g, v, j0 + j);
      if (mode != MANY) {
        y[j] = BYTES(j, v);
        __builtin_prefetch(q[j] + v * W + ahead);
      }
    }
    /* Rows outside: what is read of one serves all columns, and need not be kept. */
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
      for (int j = 0; j < cols; j++) {
        const esp_vi sum = mode == MANY ? u[i][j] : DOT(START(i), y[j], i, 0);
        s[i][j] = esp_fma(ESP_CONV(sum, esp_vf), factor[j] * OWN(i), s[i][j]);
      }
    if (mode == LANES) first += several;
    else if (++used == share) used = 0, first += scale->k;
  }
#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (int j = 0; j < cols; j++) {
      float *const to = c + i * crs + j0 + j;
      const float r = esp_hsum(s[i][j]);
      *to = add ? *to + r : r;
    }
}

ESP_INLINE void codes_rows(const int nibbles, const int mode, const int rows, const struct codes *g, esp_i i, esp_i j0, esp_i j1,
                           float *c, esp_i crs, int add) {
  const int cols = rows == MANY_ROWS ? COLS / 2 : COLS;
  esp_i j = j0;
  for (; j + cols <= j1; j += cols) codes_tile(nibbles, mode, rows, cols, g, i, j, c + i * crs, crs, add);
  for (; j < j1; j++) codes_tile(nibbles, mode, rows, 1, g, i, j, c + i * crs, crs, add);
}
ESP_INLINE void codes_columns(const int nibbles, const int mode, const struct codes *g, esp_i j0, esp_i j1, float *c, esp_i crs,
                              int add) {
  /* Unless all rows go together, a few columns of B stay in the cache while they pass over them. */
  const int tall = nibbles ? MANY_ROWS : ROWS, together = g->m == 1 || g->m == 2 || g->m == tall;
  for (esp_i j = j0; j < j1; j += together ? j1 - j0 : COLS) {
    const esp_i e = !together && j + COLS < j1 ? j + COLS : j1;
    esp_i i = 0;
    for (; i + tall <= g->m; i += tall) codes_rows(nibbles, mode, tall, g, i, j, e, c, crs, add);
    for (; i + ROWS <= g->m; i += ROWS) codes_rows(nibbles, mode, ROWS, g, i, j, e, c, crs, add);
#if ROWS > 2
    for (; i + 2 <= g->m; i += 2) codes_rows(nibbles, mode, 2, g, i, j, e, c, crs, add);
#endif
    for (; i < g->m; i++) codes_rows(nibbles, mode, 1, g, i, j, e, c, crs, add);
  }
}
#define CODES(NAME, NIBBLES, MODE)                                                                                     \
  ESP_FN void NAME(const struct codes *g, esp_i j0, esp_i j1, float *c, esp_i crs, int add) {                          \
    codes_columns(NIBBLES, MODE, g, j0, j1, c, crs, add);                                                              \
  }
CODES(bytes_many, 0, MANY)
CODES(bytes_one, 0, ONE)
CODES(bytes_lanes, 0, LANES)
CODES(nibbles_many, 1, MANY)
CODES(nibbles_one, 1, ONE)
CODES(nibbles_lanes, 1, LANES)
void esp_codes_run(const struct codes *g, esp_i j0, esp_i j1, float *c, esp_i crs, int add) {
  const int nibbles = is_nibble(g->b->type);
  const esp_i group = group_along(g->b, g->k);
  if (g->block > step_of(g->b->type)) (nibbles ? nibbles_many : bytes_many)(g, j0, j1, c, crs, add);
  else if (group % g->block == 0) (nibbles ? nibbles_one : bytes_one)(g, j0, j1, c, crs, add);
  else (nibbles ? nibbles_lanes : bytes_lanes)(g, j0, j1, c, crs, add);
}
