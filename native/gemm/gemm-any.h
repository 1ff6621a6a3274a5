/* Products of any element type, slowly: integers wrap in 64 bits, floats are summed in double. */
#ifndef ESPALIER_GEMM_ANY_H
#define ESPALIER_GEMM_ANY_H
#include "math/vector.h"

static int64_t load_i(int t, const void *p, esp_i i) {
  switch (t) {
    case ESP_BOOL: return ((const uint8_t *)p)[i] != 0;
    case ESP_U8: return ((const uint8_t *)p)[i];
    case ESP_I8: return ((const int8_t *)p)[i];
    case ESP_I16: return ((const int16_t *)p)[i];
    case ESP_U16: return ((const uint16_t *)p)[i];
    case ESP_I32: return ((const int32_t *)p)[i];
    case ESP_U32: return ((const uint32_t *)p)[i];
    case ESP_I4: return esp_i4(p, i);
    case ESP_U4: return esp_u4(p, i);
    default: return ((const int64_t *)p)[i];
  }
}
static double load_f(int t, const void *p, esp_i i) {
  switch (t) {
    case ESP_BF16: return esp_bf16_f(((const uint16_t *)p)[i]);
    case ESP_F16: return esp_f16_f(((const uint16_t *)p)[i]);
    case ESP_F32: return ((const float *)p)[i];
    case ESP_F64: return ((const double *)p)[i];
    default: return (double)load_i(t, p, i);
  }
}
static void store_f(int t, void *p, esp_i i, double x) {
  switch (t) {
    case ESP_BF16: ((uint16_t *)p)[i] = esp_f_bf16((float)x); break;
    case ESP_F16: ((uint16_t *)p)[i] = esp_f_f16((float)x); break;
    case ESP_F32: ((float *)p)[i] = (float)x; break;
    default: ((double *)p)[i] = x;
  }
}
static void store_i(int t, void *p, esp_i i, int64_t x) {
  switch (t) {
    case ESP_BOOL: ((uint8_t *)p)[i] = x != 0; break;
    case ESP_I8: case ESP_U8: ((uint8_t *)p)[i] = (uint8_t)x; break;
    case ESP_I16: case ESP_U16: ((uint16_t *)p)[i] = (uint16_t)x; break;
    case ESP_I32: case ESP_U32: ((uint32_t *)p)[i] = (uint32_t)x; break;
    default: ((int64_t *)p)[i] = x;
  }
}
static void gemm_any(int ta, int tb, int tc, const struct esp_gemm *g) {
  for (esp_i q = 0; q < g->batch; q++)
    for (esp_i i = 0; i < g->m; i++)
      for (esp_i j = 0; j < g->n; j++) {
        const esp_i ia = q * g->a_batch + i * g->a_row, ib = q * g->b_batch + j * g->b_col;
        const esp_i ic = q * g->c_batch + i * g->c_row + j * g->c_col;
        if (tc >= ESP_BF16) {
          double s = g->accumulate ? load_f(tc, g->c, ic) : 0;
          for (esp_i p = 0; p < g->k; p++) {
            s += load_f(ta, g->a, ia + p * g->a_col) * load_f(tb, g->b, ib + p * g->b_row);
          }
          store_f(tc, g->c, ic, s);
        } else {
          uint64_t s = g->accumulate ? (uint64_t)load_i(tc, g->c, ic) : 0;
          for (esp_i p = 0; p < g->k; p++) {
            const uint64_t x = (uint64_t)load_i(ta, g->a, ia + p * g->a_col) * (uint64_t)load_i(tb, g->b, ib + p * g->b_row);
            s = tc == ESP_BOOL ? s | x : s + x;
          }
          store_i(tc, g->c, ic, (int64_t)s);
        }
      }
}

#endif
