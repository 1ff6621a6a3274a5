/* What this machine can do at best: multiply-adds that never leave registers. */
#include "math/vector.h"

/* Chains enough to hide the latency, few enough for the registers. */
#ifdef __aarch64__
#define CHAINS 24
#define IN_REGISTER "+w"
#else
#define CHAINS (ESP_VW == 16 ? 24 : 12)
#define IN_REGISTER "+v"
#endif

/* Runs `rounds` rounds of independent chains of multiply-adds on one core; returns the operations done (two each). */
__attribute__((visibility("default"))) double esp_peak_fma(int64_t rounds) {
  esp_vf x = esp_splat(0.999f), y = esp_splat(1e-3f), t[CHAINS];
#pragma GCC unroll 24
  for (int i = 0; i < CHAINS; i++) t[i] = esp_splat((float)i);
  for (int64_t r = 0; r < rounds; r++) {
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++) t[i] = esp_fma(x, y, t[i]);
#if ESP_VW < 16 || defined(ESP_AVX512) /* keeps every round's results, where a vector is one register */
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++) __asm__ volatile("" : IN_REGISTER(t[i]));
#endif
  }
  esp_vf s = t[0];
#pragma GCC unroll 24
  for (int i = 1; i < CHAINS; i++) s += t[i];
  volatile float sink = esp_hsum(s);
  (void)sink;
  return 2.0 * ESP_VW * CHAINS * (double)rounds;
}
