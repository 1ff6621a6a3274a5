/* Products with few rows (gemm-thin.c): B is read once, in place, and memory is what limits them. A is m x k in float32,
 * contiguous along k; B has any float type, or is int8 or int4 with or without scales; C has contiguous rows of float32. */
#ifndef ESPALIER_GEMM_THIN_H
#define ESPALIER_GEMM_THIN_H
#include "gemm/gemm-pack.h"

/* Computes columns j0 … j1 of C. */
typedef void thin_fn(esp_i m, esp_i j0, esp_i j1, esp_i k, const float *a, esp_i ars, const struct operand *b, float *c,
                     esp_i crs, int add);
/* The function for B's type, contiguous along k or along n; null when there is none. */
thin_fn *esp_thin(int type, int has_scale, int along_k);
#endif
