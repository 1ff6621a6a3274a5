/* Matrix products of every type. Panels of B and blocks of A are packed into contiguous scratch, whatever their strides and
 * types (gemm-pack.h), and multiplied by a tile that stays in registers (gemm-tile.h) or in AMX tiles (gemm-amx.h); products
 * with few rows read B in place (gemm-thin.h). How an element of the result is summed depends on the shape and the types
 * only: cutting the work into pieces for threads never changes a result. */
#include "gemm/gemm.h"
#include "gemm/gemm-amx.h"
#include "gemm/gemm-any.h"
#include "gemm/gemm-codes.h"
#include "gemm/gemm-thin.h"
#include "run/team.h"
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

/* Elements along k of one pass of the tile (a panel of B stays in the first-level cache, a block of A in the second). */
#ifndef KC
#define KC 256
#endif
/* Rows of a block of A. */
#ifndef MC
#define MC (TALL * 16)
#endif
/* Rows up to which panels of B are packed one at a time, each for all of A: measured, whether A fits the second-level
 * cache or not. */
#ifndef WHOLE_ROWS
#define WHOLE_ROWS 800
#endif
/* Pieces of a product for every thread: a core that is slowed down for a while takes fewer. */
#define PIECES 3
/* Units of A packed at a time for all threads. */
#define SHARED_UNITS ((esp_i)1 << 20)
/* Units of the result beyond which all passes of a panel of B follow one another: the result would leave the last-level
 * cache between two passes. Measured: 10 % at 512 x 50257 x 768, but -3 % at 512 x 2048 x 768. */
#define RESULT_UNITS ((esp_i)1 << 21)
/* Columns, and units along k, of B packed at a time: it stays in the last-level cache. */
#ifndef NC
#define NC 2048
#endif
#define STRIP_UNITS ((esp_i)1 << 21)
/* Rows up to which B is read in place, contiguous along n or along k. */
#define THIN_ROWS 16
#define THIN_DOTS 8

/* Scratch from here on asks for huge pages. */
#define LARGE ((size_t)1 << 20)
enum { FOR_B, FOR_A, FOR_ALL_A, FOR_C, FOR_ROWS, FOR_PROGRAMS };
static __thread struct esp_scratch of_thread, *in_use;
struct esp_scratch *esp_scratch_use(struct esp_scratch *s) {
  struct esp_scratch *before = in_use;
  in_use = s;
  return before;
}
static void *scratch(int slot, esp_i units) {
  struct esp_scratch *s = in_use ? in_use : &of_thread;
  size_t bytes = 4 * (size_t)units;
  if (s->size[slot] < bytes) {
    free(s->base[slot]);
    s->size[slot] = 0;
    const size_t page = bytes < LARGE ? 4096 : 2 * LARGE;
    bytes = (bytes + page - 1) / page * page;
    s->base[slot] = aligned_alloc(page, bytes);
    if (!s->base[slot]) return 0;
#ifdef MADV_HUGEPAGE
    if (bytes >= LARGE) madvise(s->base[slot], bytes, MADV_HUGEPAGE);
#endif
    s->size[slot] = bytes;
  }
  return s->base[slot];
}
void *esp_scratch(size_t bytes) { return scratch(FOR_PROGRAMS, (esp_i)(bytes / 4 + 1)); }
void esp_gemm_release(void) {
  for (int i = 0; i < ESP_SCRATCH_SLOTS; i++) {
    free(of_thread.base[i]);
    of_thread.base[i] = 0;
    of_thread.size[i] = 0;
  }
}

/* One product of two matrices. */
struct target {
  char *p;
  int type, bytes;
  esp_i row, col;
};
struct product {
  int op, amx;
  esp_i m, n, k;
  struct operand a, b;
  struct target c;
  int add;
  const struct esp_gemm *tells; /* whose `after` hears of finished blocks; null: nobody */
};
/* The tile writes 32-bit results in contiguous rows. */
static int is_direct(const struct product *g) { return g->c.bytes == 4 && (g->c.col == 1 || g->n == 1); }

/* Rounds (or cuts) 32-bit results to C's type, adding what is there if asked to. */
static void finish(const struct product *g, const float *from, esp_i row, esp_i i0, esp_i j0, esp_i m, esp_i n) {
  const int t = g->c.type;
  for (esp_i i = 0; i < m; i++) {
    const float *s = from + i * row;
    char *d = g->c.p + ((i0 + i) * g->c.row + j0 * g->c.col) * g->c.bytes;
    esp_i j = 0;
    if (g->c.col == 1 && (t == ESP_BF16 || t == ESP_F16))
      for (; j + ESP_VW <= n; j += ESP_VW) {
        esp_mu16 *q = (esp_mu16 *)((uint16_t *)d + j);
        esp_vf x = esp_ld(s + j);
        if (g->add) x += t == ESP_BF16 ? esp_vbf16_f(*q) : esp_vf16_f(*q);
        *q = t == ESP_BF16 ? esp_vf_bf16(x) : esp_vf_f16(x);
      }
    for (; j < n; j++) {
      void *q = d + j * g->c.col * g->c.bytes;
      if (t >= ESP_BF16) store_f(t, q, 0, g->add ? s[j] + (float)load_f(t, q, 0) : s[j]);
      else store_i(t, q, 0, ((const int32_t *)s)[j] + (g->add ? load_i(t, q, 0) : 0));
    }
  }
}

/* ---- few rows ------------------------------------------------------------------------------------------------------- */

struct thin {
  const struct product *g;
  thin_fn *fn;
  const float *a;
  float *c;
  esp_i row;
  int add;
};
static void thin_piece(const void *ctx, esp_i begin, esp_i end) {
  const struct thin *t = ctx;
  const struct product *g = t->g;
  t->fn(g->m, begin, end, g->k, t->a, g->k, &g->b, t->c, t->row, t->add);
}
static thin_fn *thin_for(const struct product *g) {
  if (g->op != OP_F32 || g->m > THIN_ROWS || g->amx) return 0;
  if (g->b.k == 1 && g->k > 1 && g->b.scale.p && g->b.scale.group < g->k && g->b.scale.group % ESP_VW) return 0;
  if (g->b.k == 1 && g->k > 1) return g->m <= THIN_DOTS && is_along_k(&g->b) ? esp_thin(g->b.type, g->b.scale.p != 0, 1) : 0;
  return is_along_other(&g->b) ? esp_thin(g->b.type, g->b.scale.p != 0, 0) : 0;
}
/* Pieces of B of 128 KiB or more, in whole columns of the tile; many, for a core that others use takes fewer. */
static esp_i columns_of(const struct product *g, esp_i threads) {
  const esp_i least = ((esp_i)131072 / (span(g->b.type, g->k) + 1) + 1 + 63) / 64 * 64, fair = (g->n / (16 * threads) + 63) / 64 * 64;
  return fair < least ? least : fair;
}
static int run_thin(struct esp_device *dev, const struct product *g, thin_fn *fn) {
  struct thin t = {.g = g, .fn = fn, .a = (const float *)g->a.p, .c = (float *)g->c.p, .row = g->c.row, .add = g->add};
  if (g->a.type != ESP_F32 || g->a.k != 1 || (g->m > 1 && g->a.other != g->k) || g->a.scale.p) {
    float *rows = scratch(FOR_ROWS, g->m * g->k);
    if (!rows) return ESP_NO_MEMORY;
    for (esp_i i = 0; i < g->m; i++)
      for (esp_i p = 0; p < g->k; p++)
        rows[i * g->k + p] = element_f(g->a.type, g->a.p, index_of(&g->a, p, i)) * (g->a.scale.p ? scale_at(&g->a, p, i) : 1);
    t.a = rows;
  }
  if (!is_direct(g)) {
    t.c = scratch(FOR_C, g->m * g->n);
    if (!t.c) return ESP_NO_MEMORY;
    t.row = g->n;
    t.add = 0;
  }
  esp_parallel(dev, thin_piece, &t, g->n, columns_of(g, esp_team_size(dev)));
  if (!is_direct(g)) finish(g, t.c, g->n, 0, 0, g->m, g->n);
  return ESP_OK;
}

/* ---- small integers ------------------------------------------------------------------------------------------------- */

struct integers {
  struct codes codes;
  float *c;
  esp_i row;
  int add;
};
static void integer_rows(const void *ctx, esp_i begin, esp_i end) { esp_codes_pack(&((const struct integers *)ctx)->codes, begin, end); }
static void integer_columns(const void *ctx, esp_i begin, esp_i end) {
  const struct integers *t = ctx;
  esp_codes_run(&t->codes, begin, end, t->c, t->row, t->add);
}
static int run_codes(struct esp_device *dev, const struct product *g, const struct codes *codes) {
  struct integers t = {*codes, (float *)g->c.p, g->c.row, g->add};
  t.codes.rows = scratch(FOR_ROWS, esp_codes_units(codes));
  if (!t.codes.rows) return ESP_NO_MEMORY;
  if (!is_direct(g)) {
    t.c = scratch(FOR_C, g->m * g->n), t.row = g->n, t.add = 0;
    if (!t.c) return ESP_NO_MEMORY;
  }
  const esp_i threads = esp_team_size(dev), tiles = esp_codes_tiles(codes);
  if (g->m > THIN_ROWS) esp_parallel(dev, integer_rows, &t, tiles, tiles / (PIECES * threads) + 4);
  else esp_codes_pack(&t.codes, 0, tiles);
  esp_parallel(dev, integer_columns, &t, g->n, columns_of(g, threads));
  if (!is_direct(g)) finish(g, t.c, g->n, 0, 0, g->m, g->n);
  return ESP_OK;
}

/* ---- blocks --------------------------------------------------------------------------------------------------------- */

ESP_INLINE esp_i up(esp_i x, esp_i to) { return (x + to - 1) / to * to; }
/* What the pieces of one strip of B share: its columns j0 …, elements p0 … along k. */
struct strip {
  const struct product *g;
  esp_i j0, n, p0, k;
  esp_i panel;      /* units of one packed panel, NR columns */
  esp_i rows, cols; /* of a piece */
  uint32_t *b;      /* null: each piece packs one panel at a time, for all its rows */
  uint32_t *a;      /* all of A, packed; null: each piece packs its own rows, or reads them in place */
  esp_i per;        /* panels of A packed by one piece */
  int packs_a, add, last, rc; /* last: of the strips along k */
};
ESP_INLINE esp_i units_of(const struct product *g, esp_i k) {
  const esp_i units = (k + group_of(g->op) - 1) / group_of(g->op);
  return g->amx ? (units + 15) / 16 * 16 : units;
}
/* Units of one pass along k; with OP_I8 each pass of a panel begins with a row of biases. */
static esp_i pass_of(const struct product *g) { return g->amx ? (esp_i)1 << 40 : KC; }
static int has_bias(const struct product *g) { return g->op == OP_I8; }
static int shifts(const struct operand *o, int is_a) { return is_a ? o->type == ESP_I8 : o->type == ESP_U8; }

typedef void pack_fn(const struct operand *o, esp_i p0, esp_i k, esp_i units, esp_i r0, esp_i w, uint32_t *out);
#define PACK(OP, T, NAME)                                                                                              \
  static void pack_a_##NAME(const struct operand *o, esp_i p0, esp_i k, esp_i units, esp_i r0, esp_i w, uint32_t *out) { \
    pack_panel(OP, T, 1, MR, o, p0, k, units, r0, w, out);                                                             \
  }                                                                                                                    \
  static void pack_b_##NAME(const struct operand *o, esp_i p0, esp_i k, esp_i units, esp_i r0, esp_i w, uint32_t *out) { \
    pack_panel(OP, T, 0, NR, o, p0, k, units, r0, w, out);                                                             \
  }
#define PACKS(F)                                                                                                       \
  F(OP_F32, ESP_F32, f32) F(OP_F32, ESP_BF16, f32_bf16) F(OP_F32, ESP_F16, f32_f16) F(OP_F32, ESP_I8, f32_i8)          \
  F(OP_F32, ESP_U8, f32_u8) F(OP_F32, ESP_I4, f32_i4) F(OP_F32, ESP_U4, f32_u4) F(OP_F32, ESP_F32_AS_BF16, f32_rounded) F(OP_I16, ESP_I8, i16_i8) F(OP_I16, ESP_U8, i16_u8) \
  F(OP_I16, ESP_I16, i16) F(OP_I32, ESP_I32, i32)                                                                      \
  F(OP_BF16, ESP_BF16, bf16) F(OP_BF16, ESP_F32_AS_BF16, bf16_rounded) F(OP_I8, ESP_I8, i8) F(OP_I8, ESP_U8, i8_u8)    \
  F(OP_BYTES, ESP_I8, bytes) F(OP_BYTES, ESP_U8, bytes_u8)
PACKS(PACK)
static pack_fn *packer(int op, int t, int is_a) {
#define CHOOSE(OP, T, NAME) if (op == OP && t == T) return is_a ? pack_a_##NAME : pack_b_##NAME;
  PACKS(CHOOSE)
  return 0;
}

/* One pass of a panel of B: `k` elements from p0 on, columns j …; returns where the next pass goes. */
static uint32_t *pack_pass(const struct product *g, pack_fn *pack, esp_i p0, esp_i k, esp_i j, esp_i w, uint32_t *out) {
  const esp_i units = units_of(g, k);
  uint32_t *body = out + (has_bias(g) ? NR : 0);
  pack(&g->b, p0, k, units, j, w, body);
  if (has_bias(g)) bias(0, shifts(&g->a, 1), NR, k, units, shifts(&g->b, 0), body, (int32_t *)out);
  return body + units * NR;
}

static void pack_piece(const void *ctx, esp_i begin, esp_i end) {
  const struct strip *s = ctx;
  const struct product *g = s->g;
  pack_fn *pack = packer(g->op, g->b.type, 0);
  const esp_i pass = pass_of(g) * group_of(g->op);
  esp_i done = 0;
  for (esp_i p = 0; p < s->k; p += pass) {
    const esp_i k = s->k - p < pass ? s->k - p : pass;
    esp_i length = 0;
    for (esp_i q = begin; q < end; q++) {
      uint32_t *out = s->b + q * s->panel + done;
      length = pack_pass(g, pack, s->p0 + p, k, s->j0 + q * NR, s->n - q * NR, out) - out;
    }
    done += length;
  }
}

#include "gemm/gemm-kept.inc"

/* From one packed panel of rows to the next: its units and slack, for packing stores eight lanes at a time. */
ESP_INLINE esp_i high_of(const struct product *g, esp_i units) { return MR * (units + has_bias(g)) + 16; }
/* Rows i0 … i0 + m of one pass of A: panels of MR rows. */
static void pack_rows(const struct product *g, esp_i p0, esp_i k, esp_i units, esp_i i0, esp_i m, uint32_t *out) {
  pack_fn *pack = packer(g->op, g->a.type, 1);
  const int head = has_bias(g);
  if (g->op == OP_F32 && g->a.type == ESP_F32 && g->a.other == 1 && !g->a.scale.p) {
    pack_neighbours(&g->a, p0, k, i0, m, out, high_of(g, units));
    return;
  }
  for (esp_i i = 0; i < m; i += MR, out += high_of(g, units)) {
    pack(&g->a, p0, k, units, i0 + i, m - i, out + head * MR);
    if (head) bias(1, shifts(&g->b, 0), MR, k, units, shifts(&g->a, 1), out + head * MR, (int32_t *)out);
  }
}
/* Units of a whole A, packed: passes follow one another, each all panels of rows. */
static esp_i units_of_a(const struct strip *s) {
  const struct product *g = s->g;
  const esp_i pass = pass_of(g) * group_of(g->op), passes = (s->k + pass - 1) / pass;
  return (g->m + MR - 1) / MR * (high_of(g, units_of(g, s->k)) + (passes - 1) * high_of(g, 0));
}
/* Pieces of a whole A: `per` panels of one pass. */
static void pack_all_rows(const void *ctx, esp_i begin, esp_i end) {
  const struct strip *s = ctx;
  const struct product *g = s->g;
  const esp_i pass = pass_of(g) * group_of(g->op), panels = (g->m + MR - 1) / MR;
  const esp_i across = (panels + s->per - 1) / s->per;
  for (esp_i q = begin; q < end; q++) {
    const esp_i p = q / across * pass, i = q % across * s->per, k = s->k - p < pass ? s->k - p : pass;
    const esp_i m = g->m - i * MR < s->per * MR ? g->m - i * MR : s->per * MR, units = units_of(g, k);
    uint32_t *out = s->a + q / across * panels * high_of(g, units_of(g, pass));
    pack_rows(g, s->p0 + p, k, units, i * MR, m, out + i * high_of(g, units));
  }
}

/* Rows i0 … i0 + m of the result, columns j0 … j0 + n of the strip, at `out` (row stride `row`). */
struct area {
  const struct strip *s;
  esp_i i0, m, j0, n;
  uint32_t *a, *b; /* packed: rows of A (null: read in place), one panel of B (null: the strip's) */
  float *out;
  esp_i row;
  int add;
};
/* One pass, elements p … along k, of the panel of columns j … of B; what comes next in memory is fetched meanwhile. */
static void panel(const struct area *r, esp_i p, esp_i j, struct ahead *of_a, struct ahead *of_b) {
  const struct strip *s = r->s;
  const struct product *g = s->g;
  const esp_i pass = pass_of(g) * group_of(g->op), k = s->k - p < pass ? s->k - p : pass, units = units_of(g, k);
  const esp_i w = r->j0 + r->n - j < NR ? r->j0 + r->n - j : NR, m = r->m, row = r->row;
  const int nv = (int)((w + ESP_VW - 1) / ESP_VW), last = (int)(w - (nv - 1) * ESP_VW), add = r->add || p > 0;
  if (r->b) pack_pass(g, packer(g->op, g->b.type, 0), s->p0 + p, k, s->j0 + j, s->n - j, r->b);
  const float *b = r->b ? (const float *)r->b : (const float *)s->b + j / NR * s->panel + p / pass * (KC + has_bias(g)) * NR;
  float *c = r->out + (j - r->j0);
  if (r->a) {
    const float *a = (const float *)r->a;
    const esp_i high = high_of(g, units);
    if (s->a) a += p / pass * ((m + MR - 1) / MR) * high_of(g, KC);
    for (esp_i i = 0; i < m; i += MR, a += high) {
      fetch(of_a, 2);
      fetch(of_b, 3);
      packed_tile(g->op, (int)(m - i < MR ? m - i : MR), nv, units, a, b, c + i * row, row, last, add);
    }
    return;
  }
  const float *a = (const float *)at(&g->a, s->p0 + p, r->i0);
  const esp_i ars = g->a.other, acs = g->a.k;
  tiles *direct = in_place(acs);
  esp_i i = 0;
  if (nv <= TALL_VECTORS)
    for (; i + TALL <= m; i += TALL) tall[nv - 1](k, a + i * ars, ars, acs, b, NR, c + i * row, row, last, add);
  for (; i < m; i += MR) {
    fetch(of_a, 3);
    fetch(of_b, 3);
    (*direct)[(m - i < MR ? m - i : MR) - 1][nv - 1](k, a + i * ars, ars, acs, b, NR, c + i * row, row, last, add);
  }
}
/* What `panel` reads of B for pass p, columns j …; nothing beyond the end. */
static struct ahead ahead_of_b(const struct area *r, esp_i p, esp_i j) {
  const struct strip *s = r->s;
  const struct product *g = s->g;
  const esp_i pass = pass_of(g) * group_of(g->op), k = s->k - p < pass ? s->k - p : pass, blocks = (r->m + MR - 1) / MR;
  const esp_i rest = r->j0 + r->n - j;
  struct ahead f = {0};
  if (k <= 0 || rest <= 0) return f;
  if (r->b) return ahead_of(&g->b, s->p0 + p, k, s->j0 + j, rest < NR ? rest : NR, blocks);
  f.p = (const char *)(s->b + j / NR * s->panel + p / pass * (KC + has_bias(g)) * NR);
  f.lines = units_of(g, k) * NR * 4 / 64;
  f.runs = 1;
  f.share = (f.lines + blocks - 1) / blocks;
  return f;
}
static int block(const struct strip *s, esp_i i0, esp_i m, esp_i j0, esp_i n, float *out, esp_i row, int add) {
  const struct product *g = s->g;
  const esp_i pass = pass_of(g) * group_of(g->op), blocks = (m + MR - 1) / MR;
  const esp_i most = s->k < pass ? units_of(g, s->k) : KC;
  struct area r = {s, i0, m, j0, n, s->a, 0, out, row, add};
  struct ahead of_a = {0};
  if (s->packs_a && !s->a && !(r.a = scratch(FOR_A, blocks * high_of(g, most)))) return ESP_NO_MEMORY;
  if (!s->b && !(r.b = scratch(FOR_B, (most + has_bias(g) + 8) * NR))) return ESP_NO_MEMORY;
  if (s->a && g->m * g->n > RESULT_UNITS) {
    for (esp_i j = j0; j < j0 + n; j += NR)
      for (esp_i p = 0; p < s->k; p += pass) {
        struct ahead of_b = p + pass < s->k ? ahead_of_b(&r, p + pass, j) : ahead_of_b(&r, 0, j + NR);
        panel(&r, p, j, &of_a, &of_b);
      }
    return ESP_OK;
  }
  for (esp_i p = 0; p < s->k; p += pass) {
    const esp_i k = s->k - p < pass ? s->k - p : pass, next = s->k - p - k < pass ? s->k - p - k : pass;
    if (r.a && !s->a) {
      pack_rows(g, s->p0 + p, k, units_of(g, k), i0, m, r.a);
      if (next > 0 && g->a.other == 1) of_a = ahead_of(&g->a, s->p0 + p + pass, next, i0, m, (n + NR - 1) / NR * blocks);
    }
    /* In place: while the first panel is multiplied, the rows after those of the tile. */
    if (!r.a && g->a.k == 1 && m > MR) of_a = ahead_of(&g->a, s->p0 + p, k, i0 + MR, m - MR, blocks - 1);
    for (esp_i j = j0; j < j0 + n; j += NR) {
      struct ahead of_b = j + NR < j0 + n ? ahead_of_b(&r, p, j + NR) : r.b || g->b.kept ? ahead_of_b(&r, p + pass, j0) : (struct ahead){0};
      panel(&r, p, j, &of_a, &of_b);
    }
  }
  return ESP_OK;
}
#ifdef ESP_HAS_AMX
static int block_amx(const struct strip *s, esp_i i0, esp_i m, esp_i j0, esp_i n, float *out, esp_i row, int add) {
  const struct product *g = s->g;
  const esp_i units = units_of(g, s->k);
  uint32_t *pa = scratch(FOR_A, AMX_BLOCK * units);
  int32_t result[AMX_BLOCK * AMX_BLOCK] __attribute__((aligned(64)));
  if (!pa) return ESP_NO_MEMORY;
  AMX_BEGIN();
  for (esp_i i = 0; i < m; i += AMX_BLOCK) {
    const esp_i h = m - i < AMX_BLOCK ? m - i : AMX_BLOCK;
    switch (g->a.type) {
      case ESP_BF16: amx_rows(OP_BF16, ESP_BF16, &g->a, s->p0, s->k, units, i0 + i, h, pa); break;
      case ESP_F32_AS_BF16: amx_rows(OP_BF16, ESP_F32_AS_BF16, &g->a, s->p0, s->k, units, i0 + i, h, pa); break;
      default: amx_rows(OP_BYTES, ESP_I8, &g->a, s->p0, s->k, units, i0 + i, h, pa);
    }
    for (esp_i j = j0; j < j0 + n; j += AMX_BLOCK) {
      const esp_i w = j0 + n - j < AMX_BLOCK ? j0 + n - j : AMX_BLOCK;
      amx_block(g->op, g->a.type == ESP_I8, g->b.type == ESP_I8, units, pa, s->b + j / NR * s->panel + j % NR, result);
      for (esp_i r = 0; r < h; r++)
        for (esp_i v = 0; v < w; v += ESP_VW) {
          float *q = out + (i + r) * row + (j - j0) + v;
          const esp_vf x = esp_ld((const float *)result + r * AMX_BLOCK + v);
          if (v + ESP_VW <= w) esp_st(q, add ? plus(g->op, esp_ld(q), x) : x);
          else esp_stn_f(q, add ? plus(g->op, esp_ldn_f(q, w - v), x) : x, w - v);
        }
    }
  }
  AMX_END();
  return ESP_OK;
}
#endif
static void block_piece(const void *ctx, esp_i begin, esp_i end) {
  struct strip *s = (struct strip *)ctx;
  const struct product *g = s->g;
  const esp_i across = (s->n + s->cols - 1) / s->cols;
  for (esp_i q = begin; q < end; q++) {
    const esp_i i = q / across * s->rows, j = q % across * s->cols;
    const esp_i m = g->m - i < s->rows ? g->m - i : s->rows, n = s->n - j < s->cols ? s->n - j : s->cols;
    const int aside = !is_direct(g);
    float *out = aside ? scratch(FOR_C, m * n) : (float *)g->c.p + i * g->c.row + s->j0 + j;
    const esp_i row = aside ? n : g->c.row;
    int rc = out ? ESP_OK : ESP_NO_MEMORY;
#ifdef ESP_HAS_AMX
    if (!rc && g->amx) rc = block_amx(s, i, m, j, n, out, row, !aside && s->add);
    else
#endif
    if (!rc) rc = block(s, i, m, j, n, out, row, !aside && s->add);
    if (rc) {
      __atomic_store_n(&s->rc, rc, __ATOMIC_SEQ_CST);
      continue;
    }
    if (aside) finish(g, out, n, i, s->j0 + j, m, n);
    if (s->last && g->tells) g->tells->after(g->tells->ctx, i, m, s->j0 + j, n);
  }
}
static int run_blocks(struct esp_device *dev, const struct product *g) {
  const esp_i threads = esp_team_size(dev), unit = g->amx ? 32 : MR;
  const int group = group_of(g->op), aside = !is_direct(g);
  struct strip s = {g};
  s.packs_a = g->op != OP_F32 || g->a.type != ESP_F32 || g->a.scale.p ||
              g->n > 8 * NR || (g->a.k != 1 && g->m * g->k > 8192);
  const int shares_a = s.packs_a && threads > 1;
  /* Every panel of B is used once: no need to keep it. Results that are rounded at the end see all of k at once. */
  const int rows = g->tells && g->tells->whole_rows;
  const int whole = !rows && g->m <= WHOLE_ROWS && !g->amx && !(aside && shares_a && g->m * g->k > SHARED_UNITS);
  esp_i k_most = g->k;
  if (!aside && whole && shares_a) k_most = up(SHARED_UNITS / g->m, KC) * group;
  else if (!aside && !whole) k_most = STRIP_UNITS / NC * group;
  for (s.p0 = 0; s.p0 < g->k; s.p0 += s.k) {
    s.k = g->k - s.p0 < k_most ? g->k - s.p0 : k_most;
    const esp_i pass = pass_of(g) * group, units = units_of(g, s.k);
    s.last = s.p0 + s.k == g->k;
    s.panel = panel_units(g, g->b.kept ? g->k : s.k);
    uint32_t *const kept = g->b.kept ? kept_panels(dev, g, s.p0) : 0;
    esp_i nc = STRIP_UNITS / units / NR * NR;
    if (nc > NC) nc = NC;
    if (nc < NR) nc = NR;
    if (whole || rows) nc = g->n;
    if (whole && shares_a) { /* once, not by every piece */
      s.a = scratch(FOR_ALL_A, units_of_a(&s));
      if (!s.a) return ESP_NO_MEMORY;
      /* Rows that are neighbours in memory are read best all together. */
      const esp_i panels = (g->m + MR - 1) / MR, pass = pass_of(g) * group, passes = (s.k + pass - 1) / pass;
      s.per = up(panels * passes, 2 * threads) / (2 * threads);
      if (s.per > panels || (g->a.other == 1 && passes >= 2 * threads)) s.per = panels;
      esp_parallel(dev, pack_all_rows, &s, passes * ((panels + s.per - 1) / s.per), 1);
    }
    for (s.j0 = 0; s.j0 < g->n; s.j0 += s.n) {
      s.n = g->n - s.j0 < nc ? g->n - s.j0 : nc;
      s.add = g->add || s.p0 > 0;
      if (kept) s.b = kept + s.j0 / NR * s.panel;
      s.cols = aside && !rows ? up(s.n < 512 ? s.n : 512, NR) : up(s.n, NR);
      if (whole) {
        const esp_i fair = up(s.n / (PIECES * threads), NR);
        s.rows = g->m;
        if (threads > 1 && fair < s.cols) s.cols = fair > 2 * NR ? fair : 2 * NR;
      } else {
        const esp_i panels = (s.n + NR - 1) / NR;
        /* 8 extra rows: the tile prefetches ahead. */
        if (!kept && !(s.b = scratch(FOR_B, panels * s.panel + 8 * NR))) return ESP_NO_MEMORY;
        if (!kept) esp_parallel(dev, pack_piece, &s, panels, up(panels, 2 * threads) / (2 * threads));
        /* Pieces: blocks of rows, smaller ones when threads would be idle, and only then blocks of columns too. */
        s.rows = MC;
        if (threads > 1) {
          const esp_i fair = up(g->m / (PIECES * threads) + 1, unit), least = up(8 * MR, unit);
          if (fair < s.rows) s.rows = fair > least ? fair : least;
          const esp_i high = (g->m + s.rows - 1) / s.rows;
          if (high < 2 * threads && !rows) {
            const esp_i c = up(s.n / ((2 * threads + high - 1) / high) + 1, NR);
            if (c < s.cols) s.cols = c > 4 * NR ? c : 4 * NR;
          }
        }
      }
      esp_parallel(dev, block_piece, &s, ((g->m + s.rows - 1) / s.rows) * ((s.n + s.cols - 1) / s.cols), 1);
      if (s.rc) return s.rc;
    }
  }
  return ESP_OK;
}

/* ---- one matrix ----------------------------------------------------------------------------------------------------- */

static struct product turned(const struct product *g) {
  struct product t = *g;
  t.m = g->n, t.n = g->m;
  t.a = g->b, t.b = g->a;
  t.c.row = g->c.col, t.c.col = g->c.row;
  t.tells = 0;
  return t;
}
/* Whether the transposed product has contiguous rows or fewer of them. */
static int better_turned(const struct product *g) {
  return g->m > 1 && (g->n == 1 || (g->c.col != 1 && g->c.row == 1) || (g->n <= 4 && g->m >= 64));
}
static void clear(const struct product *g) {
  for (esp_i i = 0; i < g->m; i++)
    for (esp_i j = 0; j < g->n; j++) memset(g->c.p + (i * g->c.row + j * g->c.col) * g->c.bytes, 0, (size_t)g->c.bytes);
}
static int multiply(struct esp_device *dev, const struct product *original, int *told) {
  struct product turn = *original;
  const struct product *g = &turn;
  if (g->k == 0) {
    if (!g->add) clear(g);
    return ESP_OK;
  }
  if (2.0 * (double)g->m * (double)g->n * (double)g->k < 4e5) dev = 0; /* done before anybody woke up */
  if (better_turned(g)) turn = turned(original);
  struct codes codes = {0};
  if (g->op == OP_F32 && esp_codes_plan(&codes, g->m, g->k, &g->a, &g->b)) return run_codes(dev, g, &codes);
  thin_fn *fn = thin_for(g);
  if (fn) return run_thin(dev, g, fn);
  const int plain = g->op == OP_F32 && g->a.type == ESP_F32 && g->b.type == ESP_F32 && !g->a.scale.p && !g->b.scale.p;
  if (plain && is_direct(g) && g->b.other == 1 && g->k * g->b.k <= 4096 && g->n >= ESP_VW && g->n % ESP_VW == 0 && g->m * g->k <= 8192) {
    /* B lies in the first-level cache as it is. */
    const float *a = (const float *)g->a.p, *b = (const float *)g->b.p;
    tiles *direct = in_place(g->a.k);
    for (esp_i j = 0; j < g->n; j += NR) {
      const int nv = (int)((g->n - j < NR ? g->n - j : NR) / ESP_VW);
      for (esp_i i = 0; i < g->m; i += MR)
        (*direct)[(g->m - i < MR ? g->m - i : MR) - 1][nv - 1](g->k, a + i * g->a.other, g->a.other, g->a.k, b + j, g->b.k,
                                                               (float *)g->c.p + i * g->c.row + j, g->c.row, ESP_VW, g->add);
    }
    return ESP_OK;
  }
  *told = g->tells != 0;
  return run_blocks(dev, g);
}
static void tell_of_rows(const void *ctx, esp_i begin, esp_i end) {
  const struct product *g = ctx;
  g->tells->after(g->tells->ctx, begin, end - begin, 0, g->n);
}
static int run_matrix(struct esp_device *dev, const struct product *g) {
  if (g->m == 0 || g->n == 0) return ESP_OK;
  int told = 0;
  const int rc = multiply(dev, g, &told);
  if (!rc && g->tells && !told) esp_parallel(dev, tell_of_rows, g, g->m, 32768 / g->n + 1);
  return rc;
}

/* ---- batches and types ---------------------------------------------------------------------------------------------- */

struct batch {
  struct product first;
  const struct esp_gemm *g;
  int rc;
};
static int run_one(struct esp_device *dev, const struct batch *s, esp_i q) {
  struct product p = s->first;
  p.a.p += span(p.a.type, q * s->g->a_batch);
  p.b.p += span(p.b.type, q * s->g->b_batch);
  p.c.p += q * s->g->c_batch * p.c.bytes;
  p.a.number += q, p.b.number += q;
  if (p.a.scale.p) p.a.scale.p += q * p.a.scale.batch;
  if (p.b.scale.p) p.b.scale.p += q * p.b.scale.batch;
  return run_matrix(dev, &p);
}
static void batch_piece(const void *ctx, esp_i begin, esp_i end) {
  struct batch *s = (struct batch *)ctx;
  for (esp_i q = begin; q < end; q++) {
    const int rc = run_one(0, s, q);
    if (rc) __atomic_store_n(&s->rc, rc, __ATOMIC_SEQ_CST);
  }
}

/* How to multiply these types; false when only the plain loop can. */
static int choose(struct product *p, int ta, int tb, int tc, int round) {
#define IS_FLOAT(T) ((T) >= ESP_BF16 && (T) <= ESP_F32)
#define IS_BYTE(T) ((T) == ESP_I8 || (T) == ESP_U8)
#define IS_FACTOR(T) (IS_FLOAT(T) || IS_BYTE(T) || is_nibble(T))
  const int narrow_int = IS_BYTE(ta) && IS_BYTE(tb);
  if (IS_FLOAT(tc) && IS_FACTOR(ta) && IS_FACTOR(tb)) {
    p->op = OP_F32;
    p->a.type = (round & 1) && ta == ESP_F32 ? ESP_F32_AS_BF16 : ta;
    p->b.type = (round & 2) && tb == ESP_F32 ? ESP_F32_AS_BF16 : tb;
#if defined(ESP_HAS_AMX) || defined(ESP_HAS_DPBF16)
    const int pairs = (p->a.type == ESP_BF16 || p->a.type == ESP_F32_AS_BF16) && (p->b.type == ESP_BF16 || p->b.type == ESP_F32_AS_BF16) &&
                      !p->a.scale.p && !p->b.scale.p;
#ifdef ESP_HAS_AMX
    if (pairs && p->m > THIN_ROWS && p->n > THIN_ROWS && amx_ready()) p->op = OP_BF16, p->amx = 1;
#else /* where there is AMX, vdpbf16ps runs at half the speed of float32 */
    if (pairs && p->m > THIN_ROWS && p->n > THIN_ROWS) p->op = OP_BF16;
#endif
#endif
    return 1;
  }
  if (tc == ESP_BOOL || tc == ESP_I64 || tc == ESP_U64 || tc > ESP_U64) return 0;
  p->a.type = ta;
  p->b.type = tb;
  if (narrow_int) {
#ifdef ESP_HAS_AMX
    if (amx_ready()) {
      p->op = OP_BYTES, p->amx = 1;
      return 1;
    }
#endif
#ifdef ESP_HAS_DPBUSD
    p->op = OP_I8;
#else
    p->op = OP_I16;
#endif
    return 1;
  }
#define IS_SHORT(T) (IS_BYTE(T) || (T) == ESP_I16)
#define IS_WORD(T) ((T) == ESP_I32 || (T) == ESP_U32)
  p->op = IS_SHORT(ta) && IS_SHORT(tb) ? OP_I16 : OP_I32;
  if (p->op == OP_I32) p->a.type = p->b.type = ESP_I32;
  return p->op == OP_I16 || (IS_WORD(ta) && IS_WORD(tb));
}

static struct operand operand_of(int t, const void *p, esp_i k, esp_i other, const struct esp_scale *s, esp_i length) {
  struct operand o = {p, t, bits_of(t), k, other, *s};
  if (s->p && s->k == 0) o.scale.group = length > 0 ? length : 1; /* one group */
  return o;
}

/* The first product of the batch; false when only the plain loop can multiply these types. */
static int product_of(struct product *p, int ta, int tb, int tc, const struct esp_gemm *g) {
  p->m = g->m, p->n = g->n, p->k = g->k, p->add = g->accumulate, p->tells = g->after ? g : 0;
  p->a = operand_of(ta, g->a, g->a_col, g->a_row, &g->a_scale, g->k);
  p->b = operand_of(tb, g->b, g->b_row, g->b_col, &g->b_scale, g->k);
  /* Matrices that a batch shares could be packed by two threads at once. */
  if (g->kept && (g->batch == 1 || (g->kept_operand == 1 ? g->a_batch : g->b_batch))) {
    struct operand *o = g->kept_operand == 1 ? &p->a : &p->b;
    o->kept = g->kept, o->number = g->kept_first;
  }
  p->c = (struct target){g->c, tc, bits_of(tc) / 8, g->c_row, g->c_col};
  return choose(p, ta, tb, tc, g->round_bf16);
}

esp_i esp_gemm_kept(int ta, int tb, int tc, const struct esp_gemm *g, int *form) {
  struct product p = {0};
  *form = 0;
  if (!product_of(&p, ta, tb, tc, g)) return 0;
  const int is_turned = better_turned(&p);
  if (is_turned) p = turned(&p);
  *form = p.op << 1 | p.amx;
  return g->kept_operand == (is_turned ? 1 : 2) && !thin_for(&p) && keeping_pays(&p) ? 4 * kept_units(&p) : 0;
}

int esp_gemm_run(struct esp_device *dev, int ta, int tb, int tc, const struct esp_gemm *g) {
  struct batch s = {{0}, g, 0};
  if (!product_of(&s.first, ta, tb, tc, g)) {
    gemm_any(ta, tb, tc, g);
    if (g->after && g->m > 0 && g->n > 0) g->after(g->ctx, 0, g->m, 0, g->n);
    return ESP_OK;
  }
  const double flops = 2.0 * (double)g->m * (double)g->n * (double)g->k;
  const esp_i threads = esp_team_size(dev);
  if (g->batch > 1 && threads > 1 && (g->batch >= 4 * threads || flops < 4e6)) {
    /* Few rows cost the time of reading their weights: as much a byte as four operations. */
    const double read = (double)span(s.first.a.type, g->m * g->k) + (double)span(s.first.b.type, g->k * g->n);
    const double work = flops > 4 * read ? flops : 4 * read;
    const esp_i least = work > 0 ? (esp_i)(5e5 / work) + 1 : g->batch, fair = g->batch / (4 * threads);
    esp_parallel(dev, batch_piece, &s, g->batch, fair > least ? fair : least);
    return s.rc;
  }
  for (esp_i q = 0; q < g->batch; q++) {
    const int rc = run_one(dev, &s, q);
    if (rc) return rc;
  }
  return ESP_OK;
}
