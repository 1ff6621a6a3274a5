/* See collectives.h. */
#include "run/collectives.h"
#include "math/vector.h"
#include <sched.h>
#include <time.h>
#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

void esp_cpu_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
void esp_wait_word(uint32_t *word, uint32_t seen) {
#ifdef __linux__
  struct timespec t = {0, 20000000};
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, &t, 0, 0);
#else
  struct timespec t = {0, 50000};
  if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == seen) nanosleep(&t, 0);
#endif
}
void esp_wait_idle(uint32_t *word, uint32_t seen) {
#ifdef __linux__
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, 0, 0, 0);
#else
  struct timespec t = {0, 200000};
  if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == seen) nanosleep(&t, 0);
#endif
}
void esp_wake_word(uint32_t *word) {
#ifdef __linux__
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 0x7fffffff, 0, 0, 0);
#else
  (void)word;
#endif
}
void esp_run_wake(struct esp_run *run) {
  for (int i = 0; i < run->barrier_count; i++) esp_wake_word(&run->barriers[i].arrived);
}

/* Waits until a multiple of `members` has arrived. Spins, then sleeps on the counter; gives up when another device
 * failed, or has already returned although this barrier still needs it. */
int esp_barrier_wait(struct esp_run *run, int index, int members) {
  if (members <= 1) return ESP_OK;
  if (index < 0 || index >= run->barrier_count) return ESP_BAD_GROUP;
  struct esp_barrier *b = &run->barriers[index];
  const uint32_t mine = __atomic_add_fetch(&b->arrived, 1, __ATOMIC_SEQ_CST);
  const uint32_t target = (mine + (uint32_t)members - 1) / (uint32_t)members * (uint32_t)members;
  if (mine == target) {
    if (__atomic_load_n(&b->sleepers, __ATOMIC_SEQ_CST)) esp_wake_word(&b->arrived);
    return ESP_OK;
  }
  for (int i = 0; i < run->spin; i++) {
    if ((int32_t)(__atomic_load_n(&b->arrived, __ATOMIC_ACQUIRE) - target) >= 0) return ESP_OK;
    esp_cpu_pause();
  }
  __atomic_add_fetch(&b->sleepers, 1, __ATOMIC_SEQ_CST);
  int rc = ESP_OK;
  for (;;) {
    /* `left` before `arrived`: a device that left had arrived everywhere it ever will. */
    const int32_t left = __atomic_load_n(&run->left, __ATOMIC_SEQ_CST);
    const uint32_t now = __atomic_load_n(&b->arrived, __ATOMIC_SEQ_CST);
    if ((int32_t)(now - target) >= 0) break;
    if (__atomic_load_n(&run->failed, __ATOMIC_SEQ_CST)) { rc = ESP_ABORTED; break; }
    if (left + members > run->devices) { rc = ESP_DIVERGED; break; }
    esp_wait_word(&b->arrived, now);
  }
  __atomic_sub_fetch(&b->sleepers, 1, __ATOMIC_SEQ_CST);
  return rc;
}

/* This device's row, its members and its own place in it; -1 when it belongs to no group. */
static int find(const struct esp_device *d, const struct esp_groups *g, const int **row, int *members) {
  for (int i = 0; i < g->count; i++) {
    const int *r = g->table + i * g->size;
    int n = 0, at = -1;
    for (; n < g->size && r[n] >= 0; n++) {
      if (r[n] >= d->count) return -1;
      if (r[n] == d->id) at = n;
    }
    if (at >= 0) {
      *row = r;
      *members = n;
      return i << 16 | at;
    }
  }
  return -1;
}
#define ENTER(SRC, DST)                                                                                                \
  const int *row;                                                                                                      \
  int members;                                                                                                         \
  const int where = find(d, g, &row, &members);                                                                        \
  if (where < 0) return ESP_BAD_GROUP;                                                                                 \
  const int me = where & 0xffff, barrier = g->barriers[where >> 16];                                                   \
  struct esp_slot *slots = d->run->slots;                                                                              \
  slots[d->id].src = SRC;                                                                                              \
  slots[d->id].dst = DST;                                                                                              \
  int rc = esp_barrier_wait(d->run, barrier, members);                                                                 \
  if (rc) return rc;                                                                                                   \
  (void)me
#define LEAVE return esp_barrier_wait(d->run, barrier, members)

#define CHUNK 1024 /* elements folded at once: stays in the first-level cache */

#define FOLD(NAME, T, EXPR)                                                                                            \
  static void NAME(T *restrict acc, const T *restrict x, esp_i n) {                                                    \
    for (esp_i i = 0; i < n; i++) {                                                                                    \
      const T a = acc[i], b = x[i];                                                                                    \
      acc[i] = (T)(EXPR);                                                                                              \
    }                                                                                                                  \
  }
#define FOLDS(T, S)                                                                                                    \
  FOLD(sum_##S, T, a + b) FOLD(mul_##S, T, a * b) FOLD(max_##S, T, a > b ? a : b) FOLD(min_##S, T, a < b ? a : b)
#define BITS(T, S) FOLD(and_##S, T, a & b) FOLD(or_##S, T, a | b) FOLD(xor_##S, T, a ^ b)
FOLDS(int8_t, i8) FOLDS(int16_t, i16) FOLDS(int32_t, i32) FOLDS(int64_t, i64)
FOLDS(uint8_t, u8) FOLDS(uint16_t, u16) FOLDS(uint32_t, u32) FOLDS(uint64_t, u64)
BITS(uint8_t, u8) BITS(uint16_t, u16) BITS(uint32_t, u32) BITS(uint64_t, u64)
FOLD(sum_f32, float, a + b) FOLD(mul_f32, float, a * b) FOLD(max_f32, float, esp_max1(a, b)) FOLD(min_f32, float, esp_min1(a, b))
static double max1d(double a, double b) { return a == b ? (__builtin_signbit(a) ? b : a) : (a > b || a != a ? a : b); }
static double min1d(double a, double b) { return a == b ? (__builtin_signbit(a) ? a : b) : (a < b || a != a ? a : b); }
FOLD(sum_f64, double, a + b) FOLD(mul_f64, double, a * b) FOLD(max_f64, double, max1d(a, b)) FOLD(min_f64, double, min1d(a, b))

static void fold(int reduction, int dtype, void *acc, const void *x, esp_i n) {
#define RUN(S, T) NAME_(S)((T *)acc, (const T *)x, n)
#define ARITH(S, T)                                                                                                    \
  switch (reduction) {                                                                                                 \
    case ESP_SUM: sum_##S((T *)acc, (const T *)x, n); return;                                                          \
    case ESP_MUL: mul_##S((T *)acc, (const T *)x, n); return;                                                          \
    case ESP_MAX: max_##S((T *)acc, (const T *)x, n); return;                                                          \
    case ESP_MIN: min_##S((T *)acc, (const T *)x, n); return;                                                          \
    default: break;                                                                                                    \
  }
#define LOGIC(S, T)                                                                                                    \
  switch (reduction) {                                                                                                 \
    case ESP_AND: and_##S((T *)acc, (const T *)x, n); return;                                                          \
    case ESP_OR: or_##S((T *)acc, (const T *)x, n); return;                                                            \
    default: xor_##S((T *)acc, (const T *)x, n); return;                                                               \
  }
  switch (dtype) {
    case ESP_BOOL:
      if (reduction == ESP_SUM || reduction == ESP_MAX) reduction = ESP_OR;
      if (reduction == ESP_MUL || reduction == ESP_MIN) reduction = ESP_AND;
      LOGIC(u8, uint8_t)
    case ESP_I8: ARITH(i8, int8_t) LOGIC(u8, uint8_t)
    case ESP_U8: ARITH(u8, uint8_t) LOGIC(u8, uint8_t)
    case ESP_I16: ARITH(i16, int16_t) LOGIC(u16, uint16_t)
    case ESP_U16: ARITH(u16, uint16_t) LOGIC(u16, uint16_t)
    case ESP_I32: ARITH(i32, int32_t) LOGIC(u32, uint32_t)
    case ESP_U32: ARITH(u32, uint32_t) LOGIC(u32, uint32_t)
    case ESP_I64: ARITH(i64, int64_t) LOGIC(u64, uint64_t)
    case ESP_U64: ARITH(u64, uint64_t) LOGIC(u64, uint64_t)
    case ESP_F32: ARITH(f32, float) return;
    case ESP_F64: ARITH(f64, double) return;
    default: return;
  }
}
static esp_i bytes_of(int dtype) {
  switch (dtype) {
    case ESP_BOOL: case ESP_I8: case ESP_U8: return 1;
    case ESP_I16: case ESP_U16: case ESP_BF16: case ESP_F16: return 2;
    case ESP_I32: case ESP_U32: case ESP_F32: return 4;
    default: return 8;
  }
}

/* out[0..n) = reduction over the group of source[offset..offset+n), n <= CHUNK. */
static void combine(const int *row, int members, const struct esp_slot *slots, int reduction, int dtype, esp_i offset,
                    esp_i n, void *out) {
  const esp_i w = bytes_of(dtype);
  if (dtype == ESP_BF16 || dtype == ESP_F16) { /* folded in float32, rounded once */
    float acc[CHUNK], x[CHUNK];
    for (int m = 0; m < members; m++) {
      const uint16_t *s = (const uint16_t *)slots[row[m]].src + offset;
      float *t = m ? x : acc;
      for (esp_i i = 0; i < n; i++) t[i] = dtype == ESP_BF16 ? esp_bf16_f(s[i]) : esp_f16_f(s[i]);
      if (m) fold(reduction, ESP_F32, acc, x, n);
    }
    for (esp_i i = 0; i < n; i++) ((uint16_t *)out)[i] = dtype == ESP_BF16 ? esp_f_bf16(acc[i]) : esp_f_f16(acc[i]);
    return;
  }
  memcpy(out, (const char *)slots[row[0]].src + offset * w, (size_t)(n * w));
  for (int m = 1; m < members; m++) fold(reduction, dtype, out, (const char *)slots[row[m]].src + offset * w, n);
}

/* Member m reduces the m-th part of the array and writes it to everyone; so dst may be src. */
int esp_all_reduce(struct esp_device *d, const struct esp_groups *g, int reduction, int dtype, const void *src, void *dst,
                   esp_i n) {
  ENTER(src, dst);
  const esp_i w = bytes_of(dtype), part = ((n + members - 1) / members + 15) / 16 * 16;
  const esp_i end = (me + 1) * part < n ? (me + 1) * part : n;
  _Alignas(64) char out[CHUNK * 8];
  for (esp_i i = me * part; i < end; i += CHUNK) {
    const esp_i c = end - i < CHUNK ? end - i : CHUNK;
    combine(row, members, slots, reduction, dtype, i, c, out);
    for (int m = 0; m < members; m++) memcpy((char *)slots[row[m]].dst + i * w, out, (size_t)(c * w));
  }
  LEAVE;
}

/* dst[outer][member][inner] */
int esp_all_gather(struct esp_device *d, const struct esp_groups *g, esp_i outer, esp_i inner, const void *src, void *dst) {
  ENTER(src, dst);
  for (int m = 0; m < members; m++)
    for (esp_i o = 0; o < outer; o++)
      memcpy((char *)dst + (o * members + m) * inner, (const char *)slots[row[m]].src + o * inner, (size_t)inner);
  LEAVE;
}

/* src[outer][member][inner] -> dst[outer][inner] of this member's column. */
int esp_reduce_scatter(struct esp_device *d, const struct esp_groups *g, int reduction, int dtype, esp_i outer,
                       esp_i inner, const void *src, void *dst) {
  ENTER(src, dst);
  const esp_i w = bytes_of(dtype);
  for (esp_i o = 0; o < outer; o++)
    for (esp_i i = 0; i < inner; i += CHUNK) {
      const esp_i c = inner - i < CHUNK ? inner - i : CHUNK;
      combine(row, members, slots, reduction, dtype, (o * members + me) * inner + i, c, (char *)dst + (o * inner + i) * w);
    }
  LEAVE;
}

static void copy_box(const struct esp_box *b, int dim, const char *from, char *to) {
  if (dim == b->rank - 1) {
    memcpy(to, from, (size_t)b->size[dim]);
    return;
  }
  for (esp_i i = 0; i < b->size[dim]; i++) copy_box(b, dim + 1, from + i * b->from[dim], to + i * b->to[dim]);
}

/* Member m's box number `me` becomes this device's box number m; the innermost size of the box is in bytes. */
int esp_all_to_all(struct esp_device *d, const struct esp_groups *g, const struct esp_box *box, esp_i from_step,
                   esp_i to_step, const void *src, void *dst) {
  ENTER(src, dst);
  for (int m = 0; m < members; m++)
    copy_box(box, 0, (const char *)slots[row[m]].src + me * from_step, (char *)dst + m * to_step);
  LEAVE;
}

/* Pairs (source, target); who is no target gets zeros. `g` names everyone taking part. */
int esp_permute(struct esp_device *d, const struct esp_groups *g, int pairs, const int *st, esp_i bytes, const void *src,
                void *dst) {
  ENTER(src, dst);
  int from = -1;
  for (int i = 0; i < pairs; i++)
    if (st[2 * i + 1] == d->id) from = st[2 * i];
  if (from >= d->count) return ESP_BAD_GROUP;
  if (from < 0) memset(dst, 0, (size_t)bytes);
  else memcpy(dst, slots[from].src, (size_t)bytes);
  LEAVE;
}

/* The first member's data to all of its group. */
int esp_broadcast(struct esp_device *d, const struct esp_groups *g, esp_i bytes, const void *src, void *dst) {
  ENTER(src, dst);
  if (dst != slots[row[0]].src) memcpy(dst, slots[row[0]].src, (size_t)bytes);
  LEAVE;
}
