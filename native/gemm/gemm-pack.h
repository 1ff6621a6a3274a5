/* Packing: blocks of matrices of any type and strides into panels of 32-bit units (gemm-tile.h), k-major, padded with
 * zeros. Narrow floats, int8 weights with scales and float32 rounded to bf16 become what the tile multiplies on the way,
 * so no converted copy of an operand ever exists. */
#ifndef ESPALIER_GEMM_PACK_H
#define ESPALIER_GEMM_PACK_H
#include "gemm/gemm-tile.h"

/* float32 to be rounded to bf16 when it is read; beside `enum esp_dtype`. */
enum { ESP_F32_AS_BF16 = 32 };

/* Nibbles: two elements to a byte, the lower half first. Their vectors begin with whole bytes. */
ESP_INLINE int is_nibble(const int t) { return t == ESP_I4 || t == ESP_U4; }
ESP_INLINE int bits_of(const int t) {
  static const uint8_t bits[] = {8, 8, 16, 32, 64, 8, 16, 32, 64, 16, 16, 32, 64, 4, 4};
  return t == ESP_F32_AS_BF16 ? 32 : bits[t];
}
/* Bytes of n elements. */
ESP_INLINE esp_i span(const int t, esp_i n) { return n * bits_of(t) >> 3; }

/* One operand as seen from k: `k` and `other` are strides in elements, `other` that of rows of A or columns of B. */
struct operand {
  const char *p;
  int type, bits;
  esp_i k, other;
  struct esp_scale scale;
  void *kept;   /* memory for the panels of this and other matrices (gemm-kept.inc); null: none */
  esp_i number; /* of this one among them */
};
ESP_INLINE esp_i index_of(const struct operand *o, esp_i p, esp_i r) { return p * o->k + r * o->other; }
/* The byte that element (p, r) begins with. */
ESP_INLINE const char *at(const struct operand *o, esp_i p, esp_i r) { return o->p + (index_of(o, p, r) * o->bits >> 3); }
/* Whether neighbours lie side by side along k (along rows or columns) and each line of them begins with a whole byte. */
ESP_INLINE int is_along_k(const struct operand *o) { return o->k == 1 && (o->bits >= 8 || o->other % 2 == 0); }
ESP_INLINE int is_along_other(const struct operand *o) { return o->other == 1 && (o->bits >= 8 || o->k % 2 == 0); }
/* The scale of element (p, r). */
ESP_INLINE float scale_at(const struct operand *o, esp_i p, esp_i r) {
  return o->scale.p[p / o->scale.group * o->scale.k + r * o->scale.other];
}

typedef float v8f __attribute__((vector_size(32)));
typedef int32_t v4i __attribute__((vector_size(16)));
typedef int32_t v8i __attribute__((vector_size(32)));
typedef uint32_t v8u __attribute__((vector_size(32)));
typedef uint8_t v8u8 __attribute__((vector_size(8)));
typedef int8_t v8i8 __attribute__((vector_size(8)));
typedef uint16_t v8u16 __attribute__((vector_size(16)));
ESP_INLINE void store8(void *p, v8f v) { __builtin_memcpy(p, &v, 32); }
#define LOAD(T, P) ({ T v_; __builtin_memcpy(&v_, P, sizeof v_); v_; })

#if defined(__AVX2__) && !defined(__clang__) /* see vector.h */
typedef char v16b __attribute__((vector_size(16)));
typedef short v8h __attribute__((vector_size(16)));
typedef long long v2l __attribute__((vector_size(16)));
#define WIDEN8(NAME, FROM, TO, BUILTIN) \
  ESP_INLINE TO NAME(FROM v) { return (TO)BUILTIN((v16b)(v2l){(long long)v, 0}); }
WIDEN8(widen8, v8i8, v8i, __builtin_ia32_pmovsxbd256)
WIDEN8(widen8u, v8u8, v8u, __builtin_ia32_pmovzxbd256)
ESP_INLINE v8u widen8h(v8u16 v) { return (v8u)__builtin_ia32_pmovzxwd256((v8h)v); }
#else
ESP_INLINE v8i widen8(v8i8 v) { return __builtin_convertvector(v, v8i); }
ESP_INLINE v8u widen8u(v8u8 v) { return __builtin_convertvector(v, v8u); }
ESP_INLINE v8u widen8h(v8u16 v) { return __builtin_convertvector(v, v8u); }
#endif
/* bf16 bits of float32. */
ESP_INLINE v8u bf16_bits8(v8f f) {
  const v8u u = (v8u)f, r = (u + 0x7fff + ((u >> 16) & 1)) >> 16, nan = (v8u)(f != f);
  return (r & ~nan) | (((u >> 16) | 0x40) & nan);
}
ESP_INLINE v8f f16_f8(v8u16 h) {
#if ESP_VW == 8
  return esp_vf16_f(h);
#elif defined(__F16C__)
  typedef short v8hi_ __attribute__((vector_size(16)));
  return (v8f)__builtin_ia32_vcvtph2ps256((v8hi_)h);
#else
  v8f r;
  for (int i = 0; i < 8; i++) r[i] = esp_f16_f(h[i]);
  return r;
#endif
}

/* ---- reading: the only place that knows element types -------------------------------------------------------------- */

/* Element i as float32. */
ESP_INLINE float element_f(const int t, const char *p, esp_i i) {
  switch (t) {
    case ESP_BF16: return esp_bf16_f(((const uint16_t *)p)[i]);
    case ESP_F16: return esp_f16_f(((const uint16_t *)p)[i]);
    case ESP_I4: return (float)esp_i4(p, i);
    case ESP_U4: return (float)esp_u4(p, i);
    case ESP_I8: return (float)((const int8_t *)p)[i];
    case ESP_U8: return (float)((const uint8_t *)p)[i];
    case ESP_F32_AS_BF16: return esp_bf16_f(esp_f_bf16(((const float *)p)[i]));
    default: return ((const float *)p)[i];
  }
}
/* Bits to shift nibbles up by, so that each ends at the top of its lane: the lanes all hold the same eight. */
#define UP8 28, 24, 20, 16, 12, 8, 4, 0
/* Eight neighbours as float32. */
ESP_INLINE v8f elements8_f(const int t, const char *p) {
  switch (t) {
    case ESP_BF16: return (v8f)(widen8h(LOAD(v8u16, p)) << 16);
    case ESP_F16: return f16_f8(LOAD(v8u16, p));
    case ESP_I4: return __builtin_convertvector((v8i)((LOAD(uint32_t, p) + (v8u){}) << (v8u){UP8}) >> 28, v8f);
    case ESP_U4: return __builtin_convertvector((v8i)((LOAD(uint32_t, p) + (v8u){}) << (v8u){UP8} >> 28), v8f);
    case ESP_I8: return __builtin_convertvector(widen8(LOAD(v8i8, p)), v8f);
    case ESP_U8: return __builtin_convertvector((v8i)widen8u(LOAD(v8u8, p)), v8f);
    case ESP_F32_AS_BF16: return (v8f)(bf16_bits8(LOAD(v8f, p)) << 16);
    default: return LOAD(v8f, p);
  }
}
/* A register of neighbouring nibbles as float32. */
ESP_INLINE esp_vf nibbles_f(const int t, const char *p) {
#if defined(ESP_AVX512) && !defined(__clang__)
  /* Each lane has its nibble at the bottom, which chooses from a table; the bits above it do not count. */
  const esp_v16i_ low = (esp_v16i_)esp_splat_u(LOAD(uint32_t, p));
  const esp_v16i_ both = __builtin_ia32_pbroadcastd512((v4i){(int32_t)LOAD(uint32_t, p + 4)}, low, 0xff00);
  const esp_vu down = (esp_vu)both >> (esp_vu){0, 4, 8, 12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28};
  const esp_vf table = t == ESP_I4 ? (esp_vf){0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1}
                                   : (esp_vf){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return (esp_vf)__builtin_ia32_permvarsf512_mask(table, (esp_v16i_)down, (esp_v16f_){}, (uint16_t)-1);
#else
  /* Each at the top of its lane. */
#if ESP_VW == 16
  const uint64_t u = LOAD(uint64_t, p);
  const esp_vu low = esp_splat_u((uint32_t)u), high = esp_splat_u((uint32_t)(u >> 32));
  const esp_vu top = esp_sel_u(esp_lanes() < 8, low, high) << (esp_vu){UP8, UP8};
#elif ESP_VW == 8
  const esp_vu top = esp_splat_u(LOAD(uint32_t, p)) << (esp_vu){UP8};
#else
  const esp_vu top = esp_splat_u(LOAD(uint16_t, p)) << (esp_vu){28, 24, 20, 16};
#endif
  return ESP_CONV(t == ESP_I4 ? (esp_vi)top >> 28 : (esp_vi)(top >> 28), esp_vf);
#endif
}
/* A register of neighbours as float32. */
ESP_INLINE esp_vf elements_f(const int t, const char *p) {
  switch (t) {
    case ESP_BF16: return esp_vbf16_f(*(const esp_mu16 *)p);
    case ESP_F16: return esp_vf16_f(*(const esp_mu16 *)p);
    case ESP_I4: case ESP_U4: return nibbles_f(t, p);
    case ESP_I8: return ESP_CONV(esp_vi8_i(*(const esp_mi8 *)p), esp_vf);
    case ESP_U8: return ESP_CONV((esp_vi)esp_vu8_u(*(const esp_mu8 *)p), esp_vf);
    case ESP_F32_AS_BF16: return esp_vbf16_f(esp_vf_bf16(esp_ld((const float *)p)));
    default: return esp_ld((const float *)p);
  }
}

/* Element i as the part of a unit: shifted into place by the caller. OP_I8 wants unsigned bytes in A, signed ones in B;
 * the other sign is moved by 128 (see bias). */
ESP_INLINE uint32_t part1(const int op, const int t, const int is_a, const char *p, esp_i i) {
  switch (op) {
    case OP_BF16:
      return t == ESP_BF16 ? ((const uint16_t *)p)[i] : esp_f_bf16(((const float *)p)[i]);
    case OP_BYTES: return ((const uint8_t *)p)[i];
    case OP_I8: return ((const uint8_t *)p)[i] ^ ((t == ESP_I8) == (is_a != 0) ? 0x80u : 0u);
    case OP_I16:
      return t == ESP_I8   ? (uint16_t)((const int8_t *)p)[i]
             : t == ESP_U8 ? ((const uint8_t *)p)[i]
                           : ((const uint16_t *)p)[i];
    case OP_I32: return ((const uint32_t *)p)[i];
    default: return esp_f_bits(element_f(t, p, i));
  }
}
ESP_INLINE v8u part8(const int op, const int t, const int is_a, const char *p) {
  switch (op) {
    case OP_BF16: return t == ESP_BF16 ? widen8h(LOAD(v8u16, p)) : bf16_bits8(LOAD(v8f, p));
    case OP_BYTES: return widen8u(LOAD(v8u8, p));
    case OP_I8: return widen8u(LOAD(v8u8, p)) ^ ((t == ESP_I8) == (is_a != 0) ? 0x80u : 0u);
    case OP_I16:
      return t == ESP_I8   ? (v8u)widen8(LOAD(v8i8, p)) & 0xffff
             : t == ESP_U8 ? widen8u(LOAD(v8u8, p))
                           : widen8h(LOAD(v8u16, p));
    case OP_I32: return LOAD(v8u, p);
    default: return (v8u)elements8_f(t, p);
  }
}
/* Eight units whose elements follow one another in memory. */
ESP_INLINE v8f units_along_k(const int op, const int t, const int is_a, const char *p) {
  switch (op) {
    case OP_BF16:
      if (t == ESP_BF16) return LOAD(v8f, p);
      break;
    case OP_BYTES: return LOAD(v8f, p);
    case OP_I8: return (v8f)(LOAD(v8u, p) ^ ((t == ESP_I8) == (is_a != 0) ? 0x80808080u : 0u));
    case OP_I16:
      if (t == ESP_I16) return LOAD(v8f, p);
      break;
    default: return (v8f)part8(op, t, is_a, p);
  }
  /* pairs of narrower or wider elements */
  const char *high = p + (t == ESP_F32_AS_BF16 ? 32 : 8);
  v8u16 pair[2] = {__builtin_convertvector(part8(op, t, is_a, p), v8u16),
                   __builtin_convertvector(part8(op, t, is_a, high), v8u16)};
  return LOAD(v8f, pair);
}

#ifdef __clang__
#define SHUF8(A, B, ...) __builtin_shufflevector(A, B, __VA_ARGS__)
#else
#define SHUF8(A, B, ...) __builtin_shuffle(A, B, (v8i){__VA_ARGS__})
#endif
/* Transposes 8 x 8 units. */
ESP_INLINE void transpose8(v8f r[8]) {
  v8f t[8];
#pragma GCC unroll 4
  for (int i = 0; i < 8; i += 2) {
    t[i] = SHUF8(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    t[i + 1] = SHUF8(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 8; i += 4) {
    r[i] = SHUF8(t[i], t[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    r[i + 1] = SHUF8(t[i], t[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    r[i + 2] = SHUF8(t[i + 1], t[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    r[i + 3] = SHUF8(t[i + 1], t[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    t[i] = SHUF8(r[i], r[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    t[i + 4] = SHUF8(r[i], r[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  __builtin_memcpy(r, t, sizeof t);
}
#if ESP_VW == 16
/* Transposes a 16 x 16 block: out[r * os + c] = in[c * is + r]. */
static void transpose16(const float *in, esp_i is, float *out, esp_i os) {
  esp_vf r[16], t[16];
#ifdef __clang__
#define SHUF(A, B, ...) __builtin_shufflevector(A, B, __VA_ARGS__)
#else
#define SHUF(A, B, ...) __builtin_shuffle(A, B, (esp_v16i_){__VA_ARGS__})
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

/* ---- panels ---------------------------------------------------------------------------------------------------------
 * One panel of `width` rows of A or columns of B (of which `w` exist), elements p0 … p0 + k, units padded to `units`.
 * Stores of eight lanes may run past the panel's end by up to 7 units: panels are packed in order, the last has slack. */
ESP_INLINE void pack_panel(const int op, const int t, const int is_a, const int width, const struct operand *o, esp_i p0,
                           esp_i k, esp_i units, esp_i r0, esp_i w, uint32_t *out) {
  const int g = group_of(op);
  const esp_i whole = k / g; /* units without padding inside */
  const struct operand here = {at(o, p0, r0), t, o->bits, o->k, o->other, {0}};
  esp_i done = 0; /* units finished for all rows */
  if (is_along_other(&here)) { /* neighbours are rows: eight lanes at a time */
    for (esp_i p = 0; p < whole; p++)
      for (int r = 0; r < width; r += 8) {
        if (r + 8 <= w) {
          v8u u = part8(op, t, is_a, at(&here, p * g, r));
          for (int q = 1; q < g; q++) u |= part8(op, t, is_a, at(&here, p * g + q, r)) << (32 / g * q);
          store8(out + p * width + r, (v8f)u);
          continue;
        }
        for (int i = r; i < width && i < r + 8; i++) {
          uint32_t u = 0;
          if (i < w)
            for (int q = 0; q < g; q++) u |= part1(op, t, is_a, here.p, index_of(&here, p * g + q, i)) << (32 / g * q);
          out[p * width + i] = u;
        }
      }
    done = whole;
  } else if (is_along_k(&here)) { /* neighbours lie along k: transpose blocks of 8 x 8 units */
    for (; done + 8 <= whole; done += 8) {
#if ESP_VW == 16
      if (!is_a && op == OP_F32 && t == ESP_F32 && w == width && done % 16 == 0 && done + 16 <= whole) {
        for (int r = 0; r < width; r += 16)
          transpose16((const float *)at(&here, done, r), here.other, (float *)out + done * width + r, width);
        done += 8;
        continue;
      }
#endif
      if (is_a && done % 16 == 0) /* the same elements of the rows that come next */
        for (int r = 0; r < width && width + r < w; r++) __builtin_prefetch(at(&here, done * g, width + r));
      for (int r = 0; r < width; r += 8) {
        v8f x[8];
        for (int q = 0; q < 8; q++) {
          const int i = r + q < width ? r + q : width - 1;
          x[q] = i < w ? units_along_k(op, t, is_a, at(&here, done * g, i)) : (v8f){};
        }
        transpose8(x);
        for (int q = 0; q < 8; q++) store8(out + (done + q) * width + r, x[q]);
      }
    }
  }
  for (esp_i p = done; p < units; p++) /* the rest, and any other strides */
    for (int r = 0; r < width; r++) {
      uint32_t u = 0;
      if (r < w)
        for (int q = 0; q < g && p * g + q < k; q++) u |= part1(op, t, is_a, here.p, index_of(&here, p * g + q, r)) << (32 / g * q);
      out[p * width + r] = u;
    }
  if (op == OP_F32 && o->scale.p)
    for (esp_i p = 0; p < k;) {
      float f[width];
      esp_i end = ((p0 + p) / o->scale.group + 1) * o->scale.group - p0;
      if (end > k) end = k;
      for (int r = 0; r < width; r++) f[r] = r < w ? scale_at(o, p0 + p, r0 + r) : 0;
      for (; p < end; p++)
        for (int r = 0; r < width; r++) ((float *)out)[p * width + r] *= f[r];
    }
}

/* Panels of float32 rows that are neighbours in memory, `high` units from one to the next: every line is read once, and
 * long before the panels that are packed one by one would come to it. */
static void pack_neighbours(const struct operand *o, esp_i p0, esp_i k, esp_i r0, esp_i m, uint32_t *out, esp_i high) {
  const esp_i bytes = m * 4;
  for (esp_i p = 0; p < k; p++, out += MR) {
    const char *q = at(o, p0 + p, r0);
    if (p + 6 < k)
      for (esp_i l = 0; l < bytes; l += 64) __builtin_prefetch(q + 6 * 4 * o->k + l, 0, 2);
    uint32_t *to = out;
    esp_i i = 0;
    for (; i + 8 <= m; i += MR, to += high) store8(to, LOAD(v8f, (const float *)q + i));
    for (; i < m; i += MR, to += high)
      for (int r = 0; r < MR; r++) to[r] = i + r < m ? ((const uint32_t *)q)[i + r] : 0;
  }
}

/* Lines of memory to be fetched while tiles run, some with every tile: no hardware foresees the next panel of B, the next
 * pass of A. `runs` of `lines` each. */
struct ahead {
  const char *p;
  esp_i lines, runs, step; /* bytes between runs */
  esp_i line, share;
};
static struct ahead ahead_of(const struct operand *o, esp_i p0, esp_i k, esp_i r0, esp_i w, esp_i tiles) {
  struct ahead f = {at(o, p0, r0), 0};
  if (o->other == 1) f.lines = (span(o->type, w) + 63) / 64, f.runs = k, f.step = span(o->type, o->k);
  else if (o->k == 1) f.lines = span(o->type, k) / 64 + 1, f.runs = w, f.step = span(o->type, o->other);
  f.share = (f.lines * f.runs + tiles - 1) / tiles;
  return f;
}
ESP_INLINE void fetch(struct ahead *f, const int locality) {
  for (esp_i q = f->runs ? f->share : 0; q > 0; q--) {
    if (locality == 3) __builtin_prefetch(f->p + 64 * f->line, 0, 3);
    else __builtin_prefetch(f->p + 64 * f->line, 0, 2);
    if (++f->line < f->lines) continue;
    f->line = 0;
    f->p += f->step;
    if (--f->runs == 0) return;
  }
}

/* OP_I8: with a = a' - s and b = b' + z (s, z: 128 or 0), sum a b = sum a' b' - s sum b' + z sum a' - s z k: what depends
 * on a column goes before the panel of B, what depends on a row before that of A, and the tile starts from their sum. */
ESP_INLINE void bias(const int is_a, const int other_shifts, const int width, esp_i k, esp_i units, const int own_shifts,
                     const uint32_t *panel, int32_t *out) {
  for (int r = 0; r < width; r++) out[r] = 0;
  if (!other_shifts) return;
  for (esp_i p = 0; p < units; p++)
    for (int r = 0; r < width; r++) {
      const uint32_t u = panel[p * width + r];
      for (int q = 0; q < 4; q++) {
        const uint32_t byte = u >> (8 * q) & 255;
        out[r] += is_a ? (int32_t)byte : (int32_t)(int8_t)byte;
      }
    }
  for (int r = 0; r < width; r++)
    out[r] = is_a ? 128 * out[r] - (own_shifts ? (int32_t)(128 * 128 * k) : 0) : -128 * out[r];
}
#endif
