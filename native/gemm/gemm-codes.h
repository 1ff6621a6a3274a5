/* Thin products of small integers (gemm-codes.c): A is m x k in int8, B has int8 or int4 contiguous along k, each with scales
 * over groups along k or without. Sums within a group are exact, in int32; then each is multiplied with both scales. */
#ifndef ESPALIER_GEMM_CODES_H
#define ESPALIER_GEMM_CODES_H
#include "gemm/gemm-pack.h"

/* Elements along k that a register of B holds, nibbles in two halves. */
ESP_INLINE esp_i step_of(const int t) { return (is_nibble(t) ? 8 : 4) * ESP_VW; }

/* One product. `rows` holds A as the loop reads it: block by block, and in a block row by row, registers of bytes (nibbles: of those at
 * even places, then of those at odd ones), what their sums begin with, and the scales of lanes. So tiles reach all rows from one place. */
struct codes {
  const struct operand *a, *b;
  esp_i m, k;
  esp_i block;  /* elements whose sums become float together: a group, or a register's worth of several groups */
  esp_i blocks; /* of all of k */
  esp_i part;   /* units of a block of one row */
  int zero;     /* what B's elements, made unsigned, have too much */
  uint32_t *rows;
};

/* Whether this is such a product; then `rows` wants m * blocks * part units of memory, and `esp_codes_pack` to fill them. */
int esp_codes_plan(struct codes *, esp_i m, esp_i k, const struct operand *a, const struct operand *b);
void esp_codes_pack(struct codes *);
/* Columns j0 … j1 of C, contiguous rows of float32. */
void esp_codes_run(const struct codes *, esp_i j0, esp_i j1, float *c, esp_i crs, int add);
#endif
