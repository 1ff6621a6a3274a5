/* Products of small integers with many rows (gemm-panels.c): A is m x k in int8, B has int8 or int4 contiguous along k, each with scales
 * over groups along k or without. Sums of up to 512 elements of a group are exact, in int32; these are multiplied with both scales and
 * added up along k in float32, one after the other, whatever m is. */
#ifndef ESPALIER_GEMM_PANELS_H
#define ESPALIER_GEMM_PANELS_H
#include "gemm/gemm-pack.h"

/* One product. `rows` holds A as the tile reads it: pass by pass along k, in a pass tile by tile of rows, and there block by block: what
 * the sums of each row begin with, their scales, and units of elements, of all rows of the tile side by side. */
struct panels {
  const struct operand *a, *b;
  esp_i m, k;
  esp_i block;  /* elements whose sums become float together */
  esp_i blocks; /* of all of k */
  esp_i run;    /* of a pass */
  esp_i part;   /* units of a row's block */
  uint32_t *rows;
};

/* Whether this is such a product; then `rows` wants m * blocks * part units of memory. */
int esp_panels_plan(struct panels *, esp_i m, esp_i k, const struct operand *a, const struct operand *b);
/* Fills `rows`, tiles begin … end of `esp_panels_tiles`. */
void esp_panels_pack(const struct panels *, esp_i begin, esp_i end);
esp_i esp_panels_tiles(const struct panels *);
/* Columns j0 … j1 of C, contiguous rows of float32. */
void esp_panels_run(const struct panels *, esp_i j0, esp_i j1, float *c, esp_i crs, int add);
#endif
