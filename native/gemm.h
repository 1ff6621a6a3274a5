/* Matrix products of the support library (gemm.c). */
#ifndef ESPALIER_GEMM_H
#define ESPALIER_GEMM_H
#include "espalier.h"

/* c (+)= a b for element types `enum esp_dtype`, on all threads of the device (on the caller's when that is null).
 * Returns ESP_OK or ESP_NO_MEMORY. Thread-safe; scratch is per thread. */
int esp_gemm_run(struct esp_device *, int a_dtype, int b_dtype, int c_dtype, const struct esp_gemm *);
/* See `esp_lib.scratch`; not what products use themselves. */
void *esp_scratch(size_t bytes);
/* Frees this thread's scratch. */
void esp_gemm_release(void);
#endif
