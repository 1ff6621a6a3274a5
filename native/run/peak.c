/* What this machine can do at best: multiply-adds that never leave registers, and memory that is only read. */
#include "run/peak.h"
#include "math/vector.h"
#include "run/team.h"

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

/* Bytes that one thread reads at a time, in four streams, and how far ahead of them it asks for memory. */
#define PIECE 262144
#define STREAM (PIECE / 4)
#define AHEAD 1024
static void read_piece(const void *ctx, esp_i begin, esp_i end) {
  const char *p = (const char *)ctx + begin;
  esp_vi s[4] = {};
  for (esp_i i = 0; end - begin == PIECE && i < STREAM; i += 64)
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) {
      __builtin_prefetch(p + q * STREAM + i + AHEAD);
#pragma GCC unroll 4
      for (int l = 0; l < 64; l += 4 * ESP_VW) s[q] ^= (esp_vi)esp_ld((const float *)(p + q * STREAM + i + l));
    }
  volatile int32_t sink = (s[0] ^ s[1] ^ s[2] ^ s[3])[0];
  (void)sink;
}
void esp_peak_reading(struct esp_device *dev, const void *p, esp_i bytes) {
  esp_parallel(dev, read_piece, p, bytes / PIECE * PIECE, PIECE);
}
