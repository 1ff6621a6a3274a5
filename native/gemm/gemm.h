/* Matrix products of the support library (gemm.c). */
#ifndef ESPALIER_GEMM_H
#define ESPALIER_GEMM_H
#include "espalier.h"

/* c (+)= a b for element types `enum esp_dtype`, on all threads of the device (on the caller's when that is null).
 * Returns ESP_OK or ESP_NO_MEMORY. Thread-safe; scratch is per thread, or per device (esp_scratch_use). */
int esp_gemm_run(struct esp_device *, int a_dtype, int b_dtype, int c_dtype, const struct esp_gemm *);
/* Bytes of each matrix of the product's `kept_operand`, packed; 0 where keeping it packed gains nothing. Products that differ
 * only in the rows of the other operand, in c, and not in their form may share what is kept. */
esp_i esp_gemm_kept(int a_dtype, int b_dtype, int c_dtype, const struct esp_gemm *, int *form);
/* Memory for packed operands and of programs' tiles, grown on demand and kept. */
#define ESP_SCRATCH_SLOTS 6
struct esp_scratch {
  char *base[ESP_SCRATCH_SLOTS];
  size_t size[ESP_SCRATCH_SLOTS];
};
/* Makes this thread use that scratch (null: one of its own) and returns what it used before. */
struct esp_scratch *esp_scratch_use(struct esp_scratch *);
/* See `esp_lib.scratch`; not what products use themselves. */
void *esp_scratch(size_t bytes);
/* Frees this thread's scratch. */
void esp_gemm_release(void);
#endif
