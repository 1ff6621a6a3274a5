/* See gemm-codes.h. Sums of the same group of many columns meet in one register, so that what the scales cost is shared by the whole group. Few
 * rows: the sums are turned. Many: columns of B are, into panels, a pass of k at a time, which stays in the first-level cache while all rows of A
 * pass over it. */
#include "gemm/gemm-codes.h"

/* Elements along k of a pass, at most: so many products of bytes add up to less than 2^24, which float32 holds exactly. */
#define PASS 512
#define MOST_BLOCKS 64
/* Vectors of columns of a tile, and its rows: sums of both kinds stay in registers. */
#define VECTORS 2
#define COLS (VECTORS * ESP_VW)
#if ESP_VW == 16 || defined(__aarch64__) /* 32 registers */
#define HIGH 6
#else
#define HIGH 3
#endif
/* Bytes of a register. */
#define WIDE (4 * ESP_VW)
/* Rows up to which sums are turned. */
#ifndef FEW
#define FEW (ESP_VW == 16 ? 4 : 2)
#endif
/* Bytes of A that stay in the second-level cache while panels of B pass by. */
#define CACHED ((esp_i)1 << 19)

/* How a unit holds elements. BYTES: four, B's made unsigned. PAIRS: two of 16 bits, where no instruction multiplies bytes of different signs.
 * NIBBLES: four bytes, B's made unsigned; eight elements are two units, those at even places and those at odd ones. */
enum { BYTES, PAIRS, NIBBLES };
ESP_INLINE int layout_of(const int t) {
#ifdef ESP_HAS_DPBUSD
  return is_nibble(t) ? NIBBLES : BYTES;
#else
  return is_nibble(t) ? NIBBLES : PAIRS;
#endif
}
/* What B's elements, made unsigned, have too much. */
ESP_INLINE int zero_of(const int t) { return t == ESP_I4 ? 8 : layout_of(t) == BYTES ? 128 : 0; }
ESP_INLINE int few_zero(const int t) { return t == ESP_I8 ? 128 : zero_of(t); }
/* Elements that share four bytes of B, and units they become. */
ESP_INLINE esp_i least_of(const int t) { return is_nibble(t) ? 8 : 4; }
ESP_INLINE esp_i units_of_least(const int layout) { return layout == BYTES ? 1 : 2; }

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
/* The same for two units of nibbles. */
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

/* Registers that a column of B takes, the last of which may end early. */
static esp_i registers_of(const struct codes *g) { return (span(g->b->type, g->k + is_nibble(g->b->type)) + WIDE - 1) / WIDE; }

int esp_codes_plan(struct codes *g, esp_i m, esp_i k, const struct operand *a, const struct operand *b) {
  if (a->type != ESP_I8 || !(b->type == ESP_I8 || is_nibble(b->type)) || !is_along_k(b)) return 0;
  const esp_i least = least_of(b->type), shared = common(group_along(a, k), group_along(b, k));
  /* Where all of k shares its scales: equal parts, of whole registers unless it is less than one. */
  const esp_i wide = WIDE * (is_nibble(b->type) ? 2 : 1), unit = k < wide ? least : wide, parts = (k + PASS - 1) / PASS;
  const esp_i part = ((k + parts - 1) / parts + unit - 1) / unit * unit;
  g->block = shared > PASS ? common(shared, PASS) : shared ? shared : part;
  if (g->block % least) return 0;
  g->a = a, g->b = b, g->m = m, g->k = k;
  g->blocks = (k + g->block - 1) / g->block;
  g->run = PASS / g->block < MOST_BLOCKS ? PASS / g->block : MOST_BLOCKS;
  /* Few rows: a block is some registers of B, or a register some blocks, each of whole quarters; those of less than 32 elements are rare. */
  const esp_i bytes = span(b->type, g->block);
  g->few = m <= FEW && (bytes % WIDE == 0 || (WIDE % bytes == 0 && bytes % (is_nibble(b->type) ? 16 : 32) == 0));
  if (g->few) g->part = (registers_of(g) * WIDE * (is_nibble(b->type) ? 2 : 1)) / 4 + 2 * g->blocks;
  else g->part = 2 + g->block / least * units_of_least(layout_of(b->type));
  return 1;
}
esp_i esp_codes_units(const struct codes *g) { return g->m * g->part * (g->few ? 1 : g->blocks); }

/* ---- rows of A ------------------------------------------------------------------------------------------------------ */

/* Elements p … p + 8 of row i, zeros behind the last. */
ESP_INLINE uint64_t eight_of(const struct codes *g, esp_i i, esp_i p) {
  const esp_i stride = g->a->k;
  const uint8_t *const from = (const uint8_t *)g->a->p + i * g->a->other + p * stride;
  uint64_t x = 0;
  if (stride == 1 && p + 8 <= g->k) {
    memcpy(&x, from, 8);
    return x;
  }
  for (esp_i q = 0; q < 8 && p + q < g->k; q++) x |= (uint64_t)from[q * stride] << (8 * q);
  return x;
}
/* Every second byte. */
ESP_INLINE uint32_t four_of(uint64_t x) {
  x &= 0x00ff00ff00ff00ff;
  x = (x | x >> 8) & 0x0000ffff0000ffff;
  return (uint32_t)(x | x >> 16);
}
/* Bytes 0 and 2 of a word, as halves. */
ESP_INLINE uint32_t pair_of(uint32_t x) { return (uint32_t)(uint16_t)(int8_t)x | (uint32_t)(int32_t)(int8_t)(x >> 16) << 16; }
/* The sum of eight signed bytes. */
ESP_INLINE int32_t sum_of(uint64_t x) {
  x ^= 0x8080808080808080;
  x = (x & 0x00ff00ff00ff00ff) + (x >> 8 & 0x00ff00ff00ff00ff);
  return (int32_t)(x * 0x0001000100010001 >> 48) - 8 * 128;
}
/* Blocks v … e of `rows` rows from i on. */
ESP_INLINE void pack_tile(const struct codes *g, const int layout, esp_i i0, esp_i rows, esp_i v, esp_i e, uint32_t *x) {
  const int zero = zero_of(g->b->type);
  for (; v < e; v++, x += rows * g->part)
    for (esp_i r = 0; r < rows; r++) {
      const esp_i first = v * g->block;
      uint32_t *to = x + 2 * rows + r;
      int32_t sum = 0;
      for (esp_i p = first; p < first + g->block; p += 8) {
        const uint64_t y = eight_of(g, i0 + r, p) & (g->block - (p - first) < 8 ? 0xffffffff : ~(uint64_t)0);
        sum += sum_of(y);
        if (layout == NIBBLES) to[0] = four_of(y), to[rows] = four_of(y >> 8), to += 2 * rows;
        else
          for (esp_i q = 0; q < 8 && p + q < first + g->block; q += 4) {
            const uint32_t word = (uint32_t)(y >> (8 * q));
            if (layout == BYTES) to[0] = word, to += rows;
            else to[0] = pair_of(word), to[rows] = pair_of(word >> 8), to += 2 * rows;
          }
      }
      ((int32_t *)x)[r] = -zero * sum;
      ((float *)x)[rows + r] = g->a->scale.p ? scale_at(g->a, first, i0 + r) : 1;
    }
}

/* Where the numbers of a row's blocks lie, few rows: behind its elements. */
ESP_INLINE int32_t *numbers_of(const struct codes *g, esp_i i) { return (int32_t *)(g->rows + (i + 1) * g->part) - 2 * g->blocks; }
static void pack_few(const struct codes *g, esp_i i) {
  const int nibbles = is_nibble(g->b->type), zero = few_zero(g->b->type);
  char *const x = (char *)(g->rows + i * g->part);
  int32_t *const start = numbers_of(g, i);
  for (esp_i v = 0; v < g->blocks; v++) {
    start[v] = 0;
    ((float *)start)[g->blocks + v] = g->a->scale.p ? scale_at(g->a, v * g->block, i) : 1;
  }
  /* Eight elements are eight bytes, or four of the even half of a register's and four of the odd half. */
  const esp_i all = registers_of(g) * WIDE * (nibbles ? 2 : 1), least = g->block % 8 ? 4 : 8;
  for (esp_i p = 0; p < all; p += least) {
    const uint64_t y = eight_of(g, i, p) & (least < 8 ? 0xffffffff : ~(uint64_t)0);
    if (p < g->k) start[p / g->block] -= zero * sum_of(y);
    if (!nibbles) memcpy(x + p, &y, (size_t)least);
    else {
      const uint32_t even = four_of(y), odd = four_of(y >> 8);
      char *const to = x + p / (2 * WIDE) * 2 * WIDE + p % (2 * WIDE) / 2;
      memcpy(to, &even, 4), memcpy(to + WIDE, &odd, 4);
    }
  }
}

static esp_i across(const struct codes *g) { return (g->m + HIGH - 1) / HIGH; }
esp_i esp_codes_tiles(const struct codes *g) { return g->few ? g->m : across(g) * ((g->blocks + g->run - 1) / g->run); }
/* Row i of the pass that begins with block v. */
ESP_INLINE uint32_t *rows_of(const struct codes *g, esp_i v, esp_i i) {
  const esp_i n = g->blocks - v < g->run ? g->blocks - v : g->run;
  return g->rows + (v * g->m + i * n) * g->part;
}
void esp_codes_pack(const struct codes *g, esp_i begin, esp_i end) {
  for (esp_i q = begin; g->few && q < end; q++) pack_few(g, q);
  for (esp_i q = begin; !g->few && q < end; q++) {
    const esp_i v = q / across(g) * g->run, i = q % across(g) * HIGH, e = v + g->run < g->blocks ? v + g->run : g->blocks;
    const esp_i rows = g->m - i < HIGH ? g->m - i : HIGH;
    uint32_t *const x = rows_of(g, v, i);
    switch (layout_of(g->b->type)) {
      case BYTES: pack_tile(g, BYTES, i, rows, v, e, x); break;
      case PAIRS: pack_tile(g, PAIRS, i, rows, v, e, x); break;
      default: pack_tile(g, NIBBLES, i, rows, v, e, x);
    }
  }
}

/* ---- panels of B ---------------------------------------------------------------------------------------------------- */

/* A register of units at `from` of each of as many columns, turned: register q holds unit q of all of them. */
ESP_INLINE void turned(const char *const *columns, esp_i from, esp_vu r[ESP_VW]) {
#if ESP_VW == 16
  /* Halves of columns i and i + 8 are read into one register; what is left to exchange are quarters, pairs and units. */
  esp_vf t[16], *const x = (esp_vf *)r;
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++)
#pragma GCC unroll 2
    for (int h = 0; h < 2; h++) {
      const v8f low = LOAD(v8f, columns[i] + from + 32 * h), high = LOAD(v8f, columns[i + 8] + from + 32 * h);
#if defined(__clang__) || __GNUC__ >= 12
      t[i + 8 * h] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
      const v8f both[2] = {low, high};
      t[i + 8 * h] = LOAD(esp_vf, both);
#endif
    }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++)
    if (!(i & 4)) {
      x[i] = ESP_SHUFFLE(t[i], t[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
      x[i + 4] = ESP_SHUFFLE(t[i], t[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++)
    if (!(i & 1)) {
      t[i] = ESP_SHUFFLE(x[i], x[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
      t[i + 1] = ESP_SHUFFLE(x[i], x[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
    }
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++)
    if (!(i & 2)) {
      x[2 * (i & 1) + (i & ~3)] = ESP_SHUFFLE(t[i], t[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
      x[2 * (i & 1) + (i & ~3) + 1] = ESP_SHUFFLE(t[i], t[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    }
#else
  for (int l = 0; l < ESP_VW; l++) r[l] = *(const esp_mu *)(columns[l] + from);
#if ESP_VW == 8
  transpose8((v8f *)r);
#else
  const esp_vu a[4] = {r[0], r[1], r[2], r[3]};
  for (int q = 0; q < 4; q++) r[q] = (esp_vu){a[0][q], a[1][q], a[2][q], a[3][q]};
#endif
#endif
}
/* The same where only `bytes` are left, fewer than a register's. */
static void turned_end(const char *const *columns, esp_i from, esp_i bytes, esp_vu r[ESP_VW]) {
  char rest[ESP_VW][4 * ESP_VW] = {{0}};
  const char *here[ESP_VW];
  for (int l = 0; l < ESP_VW; l++) {
    here[l] = rest[l];
    if (bytes > 0) memcpy(rest[l], columns[l] + from, (size_t)bytes);
  }
  turned(here, 0, r);
}

struct panel {
  uint32_t units[PASS / 2 * COLS] __attribute__((aligned(64)));
  float scales[MOST_BLOCKS * COLS] __attribute__((aligned(64)));
};
/* Four bytes of B as the units they are. */
ESP_INLINE uint32_t *put(const int layout, esp_vu x, uint32_t *out) {
  typedef int16_t halves __attribute__((vector_size(4 * ESP_VW)));
  *(esp_mu *)out = layout == BYTES ? x : layout == NIBBLES ? x & 0x0f0f0f0f : (esp_vu)((halves)x << 8 >> 8);
  if (layout == BYTES) return out + COLS;
  *(esp_mu *)(out + COLS) = layout == NIBBLES ? x >> 4 & 0x0f0f0f0f : (esp_vu)((halves)x >> 8);
  return out + 2 * COLS;
}
/* A vector of columns of B, and the scales of each; those that do not exist are the last that does. */
struct columns {
  const char *at[ESP_VW];
  const float *scales[ESP_VW];
};
static void columns_at(struct columns *to, const struct operand *b, esp_i j, esp_i w) {
  for (int l = 0; l < ESP_VW; l++) {
    const esp_i q = j + (l < w ? l : w - 1);
    to->at[l] = at(b, 0, q), to->scales[l] = b->scale.p ? b->scale.p + q * b->scale.other : 0;
  }
}
/* Scales of blocks v … v + n of the columns, n <= ESP_VW. */
ESP_INLINE void factors(const struct codes *g, const struct columns *from, esp_i v, esp_i n, float *f, esp_i row) {
  const struct esp_scale *s = &g->b->scale;
  if (s->p && s->k == 1 && s->group == g->block) {
    esp_vu r[ESP_VW];
    if (n == ESP_VW) turned((const char *const *)from->scales, 4 * v, r);
    else turned_end((const char *const *)from->scales, 4 * v, 4 * n, r);
#pragma GCC unroll 16
    for (int q = 0; q < ESP_VW; q++)
      if (q < n) *(esp_mu *)(f + q * row) = r[q];
    return;
  }
  const float *const *const p = from->scales;
  esp_vf x = esp_splat(1);
  for (esp_i q = 0, before = -1; q < n; q++, f += row) {
    const esp_i here = s->p ? (v + q) * g->block / s->group * s->k : before;
    if (here != before) {
      if (p[ESP_VW - 1] == p[0] + ESP_VW - 1) x = esp_ld(p[0] + here);
      else
        for (int l = 0; l < ESP_VW; l++) x[l] = p[l][here];
      before = here;
    }
    esp_st(f, x);
  }
}
/* What is asked for while columns are read: a vector of columns that are read later, in as many streams as they have pages of 4 KiB, for
 * no hardware follows two streams in one page. `at[l]` goes `pace` bytes on for every byte of a column. */
struct reach {
  const char *at[ESP_VW];
  esp_i pace;
};
static void reach_for(struct reach *r, const struct operand *b, esp_i j) {
  const esp_i stride = span(b->type, b->other);
  r->pace = 1;
  while (r->pace < 4 && 2 * r->pace * stride <= 4096) r->pace *= 2;
  for (int l = 0; l < ESP_VW; l++) r->at[l] = at(b, 0, j) + (l / r->pace) * r->pace * stride + l % r->pace * 64;
}
/* While the register at byte p of the columns is read. */
ESP_INLINE void ask(const struct reach *r, esp_i p) {
  if (WIDE == 64 || p % 64 == 0)
#pragma GCC unroll 16
    for (int l = 0; l < ESP_VW; l++) __builtin_prefetch(r->at[l] + p * r->pace);
}
/* Blocks v … e of a vector of columns, into a panel. */
ESP_INLINE void pack_columns(const struct codes *g, const int layout, const struct columns *from, esp_i v, esp_i e, uint32_t *out, float *f,
                             const struct reach *reach) {
  const struct operand *b = g->b;
  const esp_i last = e * g->block < g->k ? e * g->block : g->k, end = layout == NIBBLES ? (last + 1) / 2 : last;
  const esp_i stop = span(b->type, e * g->block);
  const esp_vu flip = esp_splat_u(b->type == ESP_I4 ? 0x88888888u : layout == BYTES ? 0x80808080u : 0);
  esp_vu r[ESP_VW];
  esp_i p = span(b->type, v * g->block);
  for (; p + 4 * ESP_VW <= end; p += 4 * ESP_VW) {
    if (reach) ask(reach, p);
    turned(from->at, p, r);
#pragma GCC unroll 16
    for (int q = 0; q < ESP_VW; q++) out = put(layout, r[q] ^ flip, out);
  }
  for (; p < stop; p += 4 * ESP_VW) {
    turned_end(from->at, p, end - p < 4 * ESP_VW ? end - p : 4 * ESP_VW, r);
    for (int q = 0; q < ESP_VW && p + 4 * q < stop; q++) out = put(layout, r[q] ^ flip, out);
  }
  for (; v < e; v += ESP_VW, f += ESP_VW * COLS) factors(g, from, v, e - v < ESP_VW ? e - v : ESP_VW, f, COLS);
}

/* ---- tiles ---------------------------------------------------------------------------------------------------------- */

/* Rows of x with the panel's blocks, `units` of each; C goes on from what it holds (`add`), or from zero. */
ESP_INLINE void multiply_tile(const int layout, const int rows, const int vectors, esp_i units, esp_i blocks, const uint32_t *x,
                           const struct panel *b, float *c, esp_i crs, esp_i last, int add) {
  const uint32_t *w = b->units;
  const float *f = b->scales;
  esp_vf s[HIGH][VECTORS];
#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) {
      const float *const from = c + i * crs + j * ESP_VW;
      s[i][j] = !add ? (esp_vf){} : j == vectors - 1 && last < ESP_VW ? esp_ldn_f(from, last) : esp_ld(from);
    }
#define UNIT(P, J) (*(const esp_mu *)(w + (P)*COLS + (J)*ESP_VW))
#define OWN(P, I) esp_splat_i(((const int32_t *)x)[(P)*rows + (I)])
  for (esp_i v = 0; v < blocks; v++, f += COLS) {
    esp_vi u[HIGH][VECTORS];
    esp_vf own[HIGH];
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
      for (int j = 0; j < vectors; j++) u[i][j] = OWN(0, i);
    const float *const scales = (const float *)x + rows;
    x += 2 * rows;
#pragma GCC unroll 8
    for (esp_i p = 0; p < units; p += layout == NIBBLES ? 2 : 1) {
      esp_vu y[VECTORS], z[VECTORS];
#pragma GCC unroll 8
      for (int j = 0; j < vectors; j++) y[j] = UNIT(0, j), z[j] = UNIT(layout == NIBBLES, j);
#pragma GCC unroll 8
      for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
        for (int j = 0; j < vectors; j++)
          switch (layout) {
            case BYTES: u[i][j] = dot4(u[i][j], y[j], OWN(0, i)); break;
            case PAIRS: u[i][j] += esp_madd16((esp_vf)y[j], (esp_vf)OWN(0, i)); break;
            default: u[i][j] = dot8(u[i][j], y[j], z[j], OWN(0, i), OWN(1, i));
          }
      w += (layout == NIBBLES ? 2 : 1) * COLS;
      x += (layout == NIBBLES ? 2 : 1) * rows;
    }
    esp_vf factor[VECTORS];
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) factor[j] = *(const esp_mf *)(f + j * ESP_VW);
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
      own[i] = esp_splat(scales[i]);
#pragma GCC unroll 8
      for (int j = 0; j < vectors; j++) s[i][j] = esp_fma(ESP_CONV(u[i][j], esp_vf), factor[j] * own[i], s[i][j]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) {
      float *const to = c + i * crs + j * ESP_VW;
      if (j == vectors - 1 && last < ESP_VW) esp_stn_f(to, s[i][j], last);
      else esp_st(to, s[i][j]);
    }
}

/* All rows of a pass with its panel. */
ESP_INLINE void multiply_rows(const struct codes *g, const int layout, const esp_i units, esp_i v, esp_i e, const struct panel *b,
                           float *c, esp_i crs, const int vectors, esp_i last, int add) {
  const esp_i blocks = e - v;
  for (esp_i i = 0; i < g->m; i += HIGH) {
    const int rows = (int)(g->m - i < HIGH ? g->m - i : HIGH);
    const uint32_t *const x = rows_of(g, v, i);
    float *const to = c + i * crs;
    switch (rows * 4 + vectors) {
#define TILE(R, V) case R * 4 + V: multiply_tile(layout, R, V, units, blocks, x, b, to, crs, last, add); break;
#define HEIGHT(R) TILE(R, 1) TILE(R, 2)
      HEIGHT(1) HEIGHT(2) HEIGHT(3)
#if HIGH == 6
      HEIGHT(4) HEIGHT(5) HEIGHT(6)
#endif
    }
  }
}
ESP_INLINE void multiply_columns(const struct codes *g, const int layout, esp_i j0, esp_i j1, float *c, esp_i crs, int add) {
  struct panel panel;
  const esp_i usual = layout == PAIRS ? 16 : 8, units = g->part - 2, size = g->m * g->blocks * g->part * 4;
  /* All of A stays in the cache, or one pass of it. */
  const esp_i passes = size <= CACHED ? g->blocks : g->run;
  for (esp_i v0 = 0; v0 < g->blocks; v0 += passes)
    for (esp_i j = j0; j < j1; j += COLS) {
      const esp_i w = j1 - j < COLS ? j1 - j : COLS, last = (w - 1) % ESP_VW + 1;
      const int vectors = (int)((w + ESP_VW - 1) / ESP_VW);
      /* Rows beyond a few dozen leave time enough. */
      const int asks = g->m <= 64 && j + COLS < j1;
      struct reach reach[VECTORS];
      struct columns columns[VECTORS];
      for (int h = 0; h < vectors; h++) columns_at(columns + h, g->b, j + h * ESP_VW, w - h * ESP_VW);
      for (int h = 0; asks && h < VECTORS; h++) reach_for(reach + h, g->b, j + COLS + h * ESP_VW);
      for (esp_i v = v0; v < v0 + passes && v < g->blocks; v += g->run) {
        const esp_i e = v + g->run < g->blocks ? v + g->run : g->blocks;
        for (int h = 0; h < vectors; h++)
          pack_columns(g, layout, columns + h, v, e, panel.units + h * ESP_VW, panel.scales + h * ESP_VW, asks ? reach + h : 0);
        /* Groups of 32 are what most files have. */
        if (units == usual) multiply_rows(g, layout, usual, v, e, &panel, c + j, crs, vectors, last, add || v > 0);
        else multiply_rows(g, layout, units, v, e, &panel, c + j, crs, vectors, last, add || v > 0);
      }
    }
}
#define CODES(NAME, LAYOUT)                                                                                            \
  ESP_FN void NAME(const struct codes *g, esp_i j0, esp_i j1, float *c, esp_i crs, int add) {                          \
    multiply_columns(g, LAYOUT, j0, j1, c, crs, add);                                                                     \
  }
#ifdef ESP_HAS_DPBUSD
CODES(bytes, BYTES)
#else
CODES(bytes, PAIRS)
#endif
CODES(nibbles, NIBBLES)
/* ---- few rows ------------------------------------------------------------------------------------------------------- */

#if ESP_VW == 16
#define QUARTERS(A, B, P, Q, R, S) ESP_SHUFFLE(A, B, P, Q, R, S, P + 4, Q + 4, R + 4, S + 4, P + 8, Q + 8, R + 8, S + 8, P + 12, Q + 12, R + 12, S + 12)
#elif ESP_VW == 8
#define QUARTERS(A, B, P, Q, R, S) ESP_SHUFFLE(A, B, P, Q, R, S, P + 4, Q + 4, R + 4, S + 4)
#else
#define QUARTERS(A, B, P, Q, R, S) ESP_SHUFFLE(A, B, P, Q, R, S)
#endif
#define V ESP_VW
/* Four registers: in each quarter (four lanes) the sum of the same quarter of each. */
ESP_INLINE esp_vi quarters(const esp_vi u[4]) {
  const esp_vi x = QUARTERS(u[0], u[1], 0, V, 1, V + 1) + QUARTERS(u[0], u[1], 2, V + 2, 3, V + 3);
  const esp_vi y = QUARTERS(u[2], u[3], 0, V, 1, V + 1) + QUARTERS(u[2], u[3], 2, V + 2, 3, V + 3);
  return QUARTERS(x, y, 0, 1, V, V + 1) + QUARTERS(x, y, 2, 3, V + 2, V + 3);
}
/* Sums of quarters of V columns, four to a register: their `groups` blocks, one to a register. */
ESP_INLINE void blocks_of(const int groups, const esp_vi q[V / 4], esp_vi g[V / 4]) {
#if ESP_VW == 16
#define EVEN(A, B) ESP_SHUFFLE(A, B, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define ODD(A, B) ESP_SHUFFLE(A, B, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#define LOW(A, B) ESP_SHUFFLE(A, B, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define HIGHER(A, B) ESP_SHUFFLE(A, B, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
  if (groups == 4) {
    const esp_vi a = LOW(q[0], q[1]), b = HIGHER(q[0], q[1]), c = LOW(q[2], q[3]), d = HIGHER(q[2], q[3]);
    g[0] = EVEN(a, c), g[1] = ODD(a, c), g[2] = EVEN(b, d), g[3] = ODD(b, d);
    return;
  }
  const esp_vi a = EVEN(q[0], q[1]) + ODD(q[0], q[1]), b = EVEN(q[2], q[3]) + ODD(q[2], q[3]);
  if (groups == 2) g[0] = EVEN(a, b), g[1] = ODD(a, b);
  else g[0] = EVEN(a, b) + ODD(a, b);
#elif ESP_VW == 8
  const esp_vi low = ESP_SHUFFLE(q[0], q[1], 0, 1, 2, 3, 8, 9, 10, 11), high = ESP_SHUFFLE(q[0], q[1], 4, 5, 6, 7, 12, 13, 14, 15);
  if (groups == 2) g[0] = low, g[1] = high;
  else g[0] = low + high;
#else
  (void)groups;
  g[0] = q[0];
#endif
}
/* Columns j …, a vector of which `w` exist, of few rows; `groups` blocks to a register of B, or several registers to a block. */
ESP_INLINE void few_columns(const struct codes *g, const int nibbles, const int rows, const int groups, esp_i j, esp_i w,
                            const struct reach *reach, float *c, esp_i crs, int add) {
  const struct operand *b = g->b;
  const esp_i bytes = span(b->type, g->k + nibbles), whole = bytes / WIDE * WIDE, of_block = span(b->type, g->block);
  const esp_vu flip = esp_splat_u(b->type == ESP_I4 ? 0x88888888u : b->type == ESP_I8 ? 0x80808080u : 0);
  char rest[V][WIDE] __attribute__((aligned(64)));
  float f[V * V] __attribute__((aligned(64)));
  struct columns columns;
  esp_vf s[FEW];
  for (int i = 0; i < rows; i++) s[i] = !add ? (esp_vf){} : w < V ? esp_ldn_f(c + i * crs, w) : esp_ld(c + i * crs);
  columns_at(&columns, b, j, w);
  for (int l = 0; whole < bytes && l < V; l++) memset(rest[l], 0, WIDE), memcpy(rest[l], columns.at[l] + whole, (size_t)(bytes - whole));
  for (esp_i p = 0, v = 0; v < g->blocks;) {
    if (v % V == 0) factors(g, &columns, v, g->blocks - v < V ? g->blocks - v : V, f, V);
    esp_vi u[FEW][V];
    if (groups == 1)
#pragma GCC unroll 4
      for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
        for (int l = 0; l < V; l++) u[i][l] = (esp_vi){};
    esp_vi q[FEW][V / 4];
    for (const esp_i end = p + (groups > 1 ? WIDE : of_block); p < end && p < bytes; p += WIDE) {
      if (reach) ask(reach, p);
      if (ESP_UNLIKELY(p == whole))
        for (int l = 0; l < V; l++) columns.at[l] = rest[l] - whole;
#pragma GCC unroll 4
      for (int h = 0; h < V / 4; h++) {
        esp_vi t[FEW][4];
#pragma GCC unroll 4
        for (int l = 0; l < 4; l++) {
          const esp_vu y = *(const esp_mu *)(columns.at[4 * h + l] + p) ^ flip;
#pragma GCC unroll 4
          for (int i = 0; i < rows; i++) {
            const char *const x = (const char *)(g->rows + i * g->part);
            const esp_vi from = groups == 1 ? u[i][4 * h + l] : (esp_vi){};
            t[i][l] = nibbles ? dot8(from, y & 0x0f0f0f0f, y >> 4 & 0x0f0f0f0f, *(const esp_mi *)(x + 2 * p), *(const esp_mi *)(x + 2 * p + WIDE))
                              : dot4(from, y, *(const esp_mi *)(x + p));
            if (groups == 1) u[i][4 * h + l] = t[i][l];
          }
        }
        if (groups > 1)
#pragma GCC unroll 4
          for (int i = 0; i < rows; i++) q[i][h] = quarters(t[i]);
      }
    }
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++) {
      const int32_t *const start = numbers_of(g, i);
      esp_vi sums[V / 4];
      if (groups == 1)
#pragma GCC unroll 4
        for (int h = 0; h < V / 4; h++) q[i][h] = quarters(u[i] + 4 * h);
      blocks_of(groups, q[i], sums);
#pragma GCC unroll 4
      for (int h = 0; h < groups; h++)
        if (h == 0 || v + h < g->blocks)
          s[i] = esp_fma(ESP_CONV(sums[h] + start[v + h], esp_vf), esp_ld(f + (v + h) % V * V) * ((const float *)start)[g->blocks + v + h], s[i]);
    }
    v += groups;
  }
#pragma GCC unroll 4
  for (int i = 0; i < rows; i++)
    if (w < V) esp_stn_f(c + i * crs, s[i], w);
    else esp_st(c + i * crs, s[i]);
}
#undef V
ESP_INLINE void few_rows(const struct codes *g, const int nibbles, const int rows, const int groups, esp_i j0, esp_i j1, float *c,
                         esp_i crs, int add) {
  for (esp_i j = j0; j < j1; j += ESP_VW) {
    const int asks = j + ESP_VW < j1;
    struct reach reach;
    if (asks) reach_for(&reach, g->b, j + ESP_VW);
    few_columns(g, nibbles, rows, groups, j, j1 - j < ESP_VW ? j1 - j : ESP_VW, asks ? &reach : 0, c + j, crs, add);
  }
}
#define FEW_ROWS(NAME, NIBBLES, GROUPS)                                                                                \
  ESP_FN void NAME(const struct codes *g, esp_i j0, esp_i j1, float *c, esp_i crs, int add) {                          \
    if (g->m == 1) few_rows(g, NIBBLES, 1, GROUPS, j0, j1, c, crs, add);                                               \
    else if (g->m == 2) few_rows(g, NIBBLES, 2, GROUPS, j0, j1, c, crs, add);                                          \
    else if (g->m == FEW - 1) few_rows(g, NIBBLES, FEW - 1, GROUPS, j0, j1, c, crs, add);                              \
    else few_rows(g, NIBBLES, FEW, GROUPS, j0, j1, c, crs, add);                                                       \
  }
FEW_ROWS(few_bytes_1, 0, 1)
FEW_ROWS(few_nibbles_1, 1, 1)
#if ESP_VW >= 8
FEW_ROWS(few_nibbles_2, 1, 2)
#endif
#if ESP_VW == 16
FEW_ROWS(few_bytes_2, 0, 2)
FEW_ROWS(few_nibbles_4, 1, 4)
#endif
static void run_few(const struct codes *g, esp_i j0, esp_i j1, float *c, esp_i crs, int add) {
  const int nibbles = is_nibble(g->b->type);
  switch (WIDE / span(g->b->type, g->block)) {
#if ESP_VW == 16
    case 4: few_nibbles_4(g, j0, j1, c, crs, add); return;
#endif
#if ESP_VW >= 8
    case 2:
#if ESP_VW == 16
      if (!nibbles) few_bytes_2(g, j0, j1, c, crs, add);
      else
#endif
        few_nibbles_2(g, j0, j1, c, crs, add);
      return;
#endif
    default: (nibbles ? few_nibbles_1 : few_bytes_1)(g, j0, j1, c, crs, add);
  }
}

void esp_codes_run(const struct codes *g, esp_i j0, esp_i j1, float *c, esp_i crs, int add) {
  (g->few ? run_few : is_nibble(g->b->type) ? nibbles : bytes)(g, j0, j1, c, crs, add);
}
