/* Espalier native ABI: what a compiled program and the support library share.
 *
 * A program is one C function per module, run once on every device of a mesh by the thread that is that device:
 *     int program(void **args, void **results, void *arena, struct esp_device *dev);
 * `args`/`results` are this device's buffers (row-major, 64-byte aligned, size rounded up to 64 bytes), `arena` the
 * scratch memory whose layout the compiler planned. The function returns ESP_OK or an error code; it never exits. */
#ifndef ESPALIER_H
#define ESPALIER_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "abi.h"

#define ESP_INLINE static inline __attribute__((always_inline, unused))
#define ESP_FN static __attribute__((noinline, unused))
#define ESP_LIKELY(x) __builtin_expect(!!(x), 1)
#define ESP_UNLIKELY(x) __builtin_expect(!!(x), 0)

typedef int64_t esp_i; /* sizes, strides and indices, in elements unless said otherwise */

ESP_INLINE int esp_u4(const void *p, esp_i i) { return ((const uint8_t *)p)[i >> 1] >> (i & 1) * 4 & 15; }
ESP_INLINE int esp_i4(const void *p, esp_i i) { return (esp_u4(p, i) ^ 8) - 8; }
/* Factors of an operand's elements: element p of k in row (of a) or column (of b) r is multiplied by
 * p[batch * …][p / group][r]. Null pointer: none. Strides in elements. */
struct esp_scale {
  const float *p;
  esp_i batch, k, other, group;
};

/* One matrix product, `batch` times: c[b][i][j] (+)= sum_k a[b][i][k] * b[b][k][j]. Strides in elements; any may be 0
 * (inputs only) or negative; batch strides of nibbles are even. `accumulate` adds to c instead of overwriting it. */
struct esp_gemm {
  esp_i batch, m, n, k;
  const void *a, *b;
  void *c;
  esp_i a_batch, a_row, a_col; /* a's column is k */
  esp_i b_batch, b_row, b_col; /* b's row is k */
  esp_i c_batch, c_row, c_col;
  int accumulate;
  int round_bf16; /* float32 operands to round to bf16 before they are multiplied: 1: a, 2: b, 3: both */
  struct esp_scale a_scale, b_scale; /* float products only */
  /* Null, or called once for every block of the finished result, rows i … i + m and columns j … j + n, on the thread that
   * made it, while it is in its cache; with `whole_rows` blocks hold all columns. Only with a batch of 1. */
  void (*after)(const void *ctx, esp_i i, esp_i m, esp_i j, esp_i n);
  const void *ctx;
  int whole_rows;
  /* Memory for operand `kept_operand` (1: a, 2: b), which never changes, packed: `esp_gemm_kept` bytes for each matrix, those
   * of the batch from number `kept_first` on. Each begins with a word that is 0 until the first product packs it. */
  void *kept;
  esp_i kept_first;
  int kept_operand;
};

/* Replica groups of one collective: `count` rows of `size` device ids, -1 padding ragged rows. Group g waits on barrier
 * `barriers[g]`, a slot of the run; equal groups anywhere in a program share a slot, different ones never do. */
struct esp_groups {
  int count, size;
  const int *table;
  const int *barriers;
};

struct esp_device;
struct esp_run;
struct esp_team;

/* A box copied between an array of one device and one of another: sizes and byte strides per dimension. */
#define ESP_MAX_RANK 12
struct esp_box {
  int rank;
  esp_i size[ESP_MAX_RANK], from[ESP_MAX_RANK], to[ESP_MAX_RANK];
};

/* Functions of the support library, reached through the device so that programs link against nothing. */
struct esp_lib {
  int (*gemm)(struct esp_device *, int a_dtype, int b_dtype, int c_dtype, const struct esp_gemm *);
  /* Calls fn(ctx, begin, end) on pieces of 0 … count, of `grain` each, on all threads of this device. Which thread runs
   * which piece varies; pieces are the same always, so results are too. */
  void (*parallel)(struct esp_device *, void (*fn)(const void *ctx, esp_i begin, esp_i end), const void *ctx, esp_i count, esp_i grain);
  /* This thread's scratch, at least so large, 64-byte aligned, contents undefined; null when there is no memory. Valid until
   * the thread asks for more. */
  void *(*scratch)(size_t bytes);
  int (*all_reduce)(struct esp_device *, const struct esp_groups *, int reduction, int dtype, const void *src, void *dst, esp_i n);
  int (*all_gather)(struct esp_device *, const struct esp_groups *, esp_i outer, esp_i inner_bytes, const void *src, void *dst);
  int (*reduce_scatter)(struct esp_device *, const struct esp_groups *, int reduction, int dtype, esp_i outer, esp_i inner, const void *src, void *dst);
  int (*all_to_all)(struct esp_device *, const struct esp_groups *, const struct esp_box *, esp_i from_step, esp_i to_step, const void *src, void *dst);
  int (*permute)(struct esp_device *, const struct esp_groups *all, int pairs, const int *source_target, esp_i bytes, const void *src, void *dst);
  int (*broadcast)(struct esp_device *, const struct esp_groups *, esp_i bytes, const void *src, void *dst);
};

/* Evaluates step `number` of the program by calling back; `pointers` are its operands, then its results. */
typedef int (*esp_callback)(uint64_t program, int number, int device, void *const *pointers);

struct esp_device {
  int id;     /* position in this run, 0 … count-1 */
  int count;  /* devices in this run */
  int number; /* the engine's number of this device */
  const struct esp_lib *lib;
  struct esp_run *run;         /* opaque to programs */
  struct esp_team *team;       /* opaque to programs: this device's threads */
  const uint8_t *constants;    /* the program's large constants, one blob */
  esp_callback callback;       /* null for programs that need none */
  uint64_t callback_program;   /* what the caller knows this program by */
  void *const *kept;           /* memory for packed operands, by the program's numbers (struct esp_gemm); null: none */
};

typedef int (*esp_program)(void **args, void **results, void *arena, struct esp_device *dev);

#endif
