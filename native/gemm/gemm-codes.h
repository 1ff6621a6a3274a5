/* Products of small integers (gemm-codes.c): A is m x k in int8, B has int8 or int4 contiguous along k, each with scales over groups
 * along k or without. Sums of up to 512 elements of a group are exact, in int32; these are multiplied with both scales and added up along
 * k in float32, one after the other, whatever m is. */
#ifndef ESPALIER_GEMM_CODES_H
#define ESPALIER_GEMM_CODES_H
#include "gemm/gemm-pack.h"

/* One product. `rows` holds A as the loops read it. Few rows: row by row, registers of elements, then what the sums of each block begin with and
 * their scales. Many: pass by pass along k, in a pass tile by tile of rows, and there block by block, both numbers of each row before units
 * of elements, of all rows of the tile side by side. */
struct codes {
  const struct operand *a, *b;
  esp_i m, k;
  esp_i block;  /* elements whose sums become float together */
  esp_i blocks; /* of all of k */
  esp_i run;    /* of a pass */
  esp_i part;   /* units of a row's block (few rows: of a row) */
  int few;
  uint32_t *rows;
};

/* Whether this is such a product; then `rows` wants `esp_codes_units` of memory. */
int esp_codes_plan(struct codes *, esp_i m, esp_i k, const struct operand *a, const struct operand *b);
esp_i esp_codes_units(const struct codes *);
/* Fills `rows`, tiles begin … end of the `esp_codes_tiles`. */
void esp_codes_pack(const struct codes *, esp_i begin, esp_i end);
esp_i esp_codes_tiles(const struct codes *);
/* Columns j0 … j1 of C, contiguous rows of float32. */
void esp_codes_run(const struct codes *, esp_i j0, esp_i j1, float *c, esp_i crs, int add);
#endif
