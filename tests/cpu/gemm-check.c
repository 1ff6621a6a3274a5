/* Products of gemm.c against the definition, for machines under emulation. Prints the worst error in units of the bound. */
#include "gemm/gemm.h"
#include "math/vector.h"
#include <stdio.h>
#include <stdlib.h>

int esp_team_size(const struct esp_device *dev) { return 1; }
void esp_parallel(struct esp_device *dev, void (*fn)(const void *, esp_i, esp_i), const void *ctx, esp_i count, esp_i grain) {
  for (esp_i i = 0; i < count; i += grain) fn(ctx, i, i + grain < count ? i + grain : count);
}
static uint32_t state = 1;
static uint32_t next(void) { return (state = state * 1664525u + 1013904223u) >> 8; }
static esp_i pick(esp_i most) { return 1 + (esp_i)(next() % (uint32_t)most); }

int main(void) {
  static const int types[][3] = {{ESP_F32, ESP_F32, ESP_F32}, {ESP_BF16, ESP_BF16, ESP_BF16}, {ESP_F16, ESP_F16, ESP_F32},
                                 {ESP_F32, ESP_I8, ESP_F32}, {ESP_I8, ESP_I8, ESP_I32}, {ESP_U8, ESP_I8, ESP_I32},
                                 {ESP_F32, ESP_I4, ESP_F32}, {ESP_BF16, ESP_U4, ESP_F32}, {ESP_I8, ESP_I8, ESP_F32}, {ESP_I8, ESP_I4, ESP_F32}};
  double worst = 0;
  for (int round = 0; round < 400; round++) {
    const int *t = types[round % 10];
    const esp_i m = pick(round % 4 ? 40 : 3), n = pick(round % 3 ? 90 : 9), k = pick(round % 7 ? 60 : 600);
    const int ta = next() % 2, tb = next() % 2, add = next() % 2;
    char *a = malloc(m * k * 4), *b = calloc(k * n, 4), *c = malloc(m * n * 4);
    double *va = malloc(8 * m * k), *vb = malloc(8 * k * n), *vc = malloc(8 * m * n);
    char *memory[] = {a, b, c};
    double *value[] = {va, vb, vc};
    const esp_i count[] = {m * k, k * n, m * n};
    for (int o = 0; o < 3; o++)
      for (esp_i i = 0; i < count[o]; i++) {
        const float f = (float)(next() % 2001) / 1000.0f - 1;
        const int x = (int)(next() % 256);
        switch (t[o]) {
          case ESP_BF16: ((uint16_t *)memory[o])[i] = esp_f_bf16(f), value[o][i] = esp_bf16_f(esp_f_bf16(f)); break;
          case ESP_F16: ((uint16_t *)memory[o])[i] = esp_f_f16(f), value[o][i] = esp_f16_f(esp_f_f16(f)); break;
          case ESP_F32: ((float *)memory[o])[i] = f, value[o][i] = f; break;
          case ESP_I8: ((int8_t *)memory[o])[i] = (int8_t)x, value[o][i] = (int8_t)x; break;
          case ESP_I4: case ESP_U4:
            ((uint8_t *)memory[o])[i / 2] |= (x & 15) << i % 2 * 4;
            value[o][i] = t[o] == ESP_I4 ? (x & 15 ^ 8) - 8 : x & 15;
            break;
          case ESP_U8: ((uint8_t *)memory[o])[i] = (uint8_t)x, value[o][i] = x; break;
          default: ((int32_t *)memory[o])[i] = x, value[o][i] = x;
        }
      }
    struct esp_gemm g = {1, m, n, k, a, b, c, 0, ta ? 1 : k, ta ? m : 1, 0, tb ? 1 : n, tb ? k : 1, 0, n, 1, add};
    if (esp_gemm_run(0, t[0], t[1], t[2], &g)) return 2;
    for (esp_i i = 0; i < m; i++)
      for (esp_i j = 0; j < n; j++) {
        double sum = add ? vc[i * n + j] : 0, size = sum < 0 ? -sum : sum;
        for (esp_i p = 0; p < k; p++) {
          const double x = va[i * g.a_row + p * g.a_col] * vb[p * g.b_row + j * g.b_col];
          sum += x, size += x < 0 ? -x : x;
        }
        const double got = t[2] == ESP_F32    ? ((float *)c)[i * n + j]
                           : t[2] == ESP_BF16 ? esp_bf16_f(((uint16_t *)c)[i * n + j])
                                              : ((int32_t *)c)[i * n + j];
        double error = got - sum;
        if (error < 0) error = -error;
        const double allowed = t[2] == ESP_I32 ? 0.5 : size * (double)(k + 2) * 6e-8 + (t[2] == ESP_BF16 ? size * 0.0040 : 0) + 1e-30;
        if (!(error / allowed <= worst)) worst = error / allowed;
      }
    free(a), free(b), free(c), free(va), free(vb), free(vc);
  }
  esp_gemm_release();
  printf("%g\n", worst);
  return !(worst <= 1);
}
