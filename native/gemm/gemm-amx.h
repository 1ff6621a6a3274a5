/* Matrix products in AMX tiles: 16 rows of 16 units. B comes in the panels of gemm-pack.h, A in rows of units. Linux asks a
 * process to request the tiles' state before its first use. */
#ifndef ESPALIER_GEMM_AMX_H
#define ESPALIER_GEMM_AMX_H
#include "gemm/gemm-pack.h"

#if NR % 32 == 0 && ((defined(ESP_EMULATE) && ESP_EMULATE >= 2) || \
                     (defined(__AMX_TILE__) && defined(__AMX_BF16__) && defined(__AMX_INT8__) && defined(__linux__)))
#define ESP_HAS_AMX 1
/* Rows and columns of a block: four tiles of results. */
#define AMX_BLOCK 32
#ifdef ESP_EMULATE
struct amx_tile { int32_t u[16][16]; };
static _Thread_local struct amx_tile amx[8];
static int amx_ready(void) { return 1; }
#define AMX_BEGIN() ((void)0)
#define AMX_END() ((void)0)
#define AMX_ZERO(T) memset(&amx[T], 0, sizeof amx[T])
#define AMX_LOAD(T, P, BYTES) for (int r_ = 0; r_ < 16; r_++) memcpy(amx[T].u[r_], (const char *)(P) + r_ * (BYTES), 64)
#define AMX_STORE(T, P, BYTES) for (int r_ = 0; r_ < 16; r_++) memcpy((char *)(P) + r_ * (BYTES), amx[T].u[r_], 64)
static void amx_bf16(int c, int a, int b) {
  const esp_vu high = esp_splat_u(0xffff0000u);
  for (int i = 0; i < 16; i++) {
    esp_vf s;
    memcpy(&s, amx[c].u[i], 64);
    for (int p = 0; p < 16; p++) {
      const esp_vu x = esp_splat_u((uint32_t)amx[a].u[i][p]);
      esp_vu y;
      memcpy(&y, amx[b].u[p], 64);
      s += (esp_vf)(x << 16) * (esp_vf)(y << 16);
      s += (esp_vf)(x & high) * (esp_vf)(y & high);
    }
    memcpy(amx[c].u[i], &s, 64);
  }
}
/* Byte q of every unit, extended by its sign or by zeros. */
ESP_INLINE esp_vi amx_byte(int is_signed, esp_vu x, int q) {
  return is_signed ? (esp_vi)(x << (24 - 8 * q)) >> 24 : (esp_vi)(x >> (8 * q) & 255);
}
static void amx_bytes(int sa, int sb, int c, int a, int b) {
  for (int i = 0; i < 16; i++) {
    esp_vi s;
    memcpy(&s, amx[c].u[i], 64);
    for (int p = 0; p < 16; p++) {
      const esp_vu x = esp_splat_u((uint32_t)amx[a].u[i][p]);
      esp_vu y;
      memcpy(&y, amx[b].u[p], 64);
      for (int q = 0; q < 4; q++) s += amx_byte(sa, x, q) * amx_byte(sb, y, q);
    }
    memcpy(amx[c].u[i], &s, 64);
  }
}
#define AMX_BF16(C, A, B) amx_bf16(C, A, B)
#define AMX_SS(C, A, B) amx_bytes(1, 1, C, A, B)
#define AMX_SU(C, A, B) amx_bytes(1, 0, C, A, B)
#define AMX_US(C, A, B) amx_bytes(0, 1, C, A, B)
#define AMX_UU(C, A, B) amx_bytes(0, 0, C, A, B)
#else
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
static int amx_ready(void) {
  static int state; /* 0: not asked, 1: granted, 2: refused */
  int s = __atomic_load_n(&state, __ATOMIC_ACQUIRE);
  if (!s) {
    s = syscall(SYS_arch_prctl, 0x1023 /* ARCH_REQ_XCOMP_PERM */, 18 /* tile data */) == 0 ? 1 : 2;
    __atomic_store_n(&state, s, __ATOMIC_RELEASE);
  }
  return s == 1;
}
/* gcc's intrinsics say nothing about memory: without barriers the configuration may be read before it is written. */
#define BARRIER() __asm__ volatile("" ::: "memory")
ESP_INLINE void amx_configure(void) {
  struct { uint8_t palette, start, reserved[14]; uint16_t bytes[16]; uint8_t rows[16]; } config __attribute__((aligned(64)));
  memset(&config, 0, sizeof config);
  config.palette = 1;
  for (int i = 0; i < 8; i++) config.bytes[i] = 64, config.rows[i] = 16;
  BARRIER();
  _tile_loadconfig(&config);
  BARRIER();
}
#define AMX_BEGIN() amx_configure()
#define AMX_END() _tile_release()
#define AMX_ZERO(T) _tile_zero(T)
#define AMX_LOAD(T, P, BYTES) _tile_loadd(T, P, BYTES)
#define AMX_STORE(T, P, BYTES) ({ _tile_stored(T, P, BYTES); BARRIER(); })
#define AMX_BF16(C, A, B) _tile_dpbf16ps(C, A, B)
#define AMX_SS(C, A, B) _tile_dpbssd(C, A, B)
#define AMX_SU(C, A, B) _tile_dpbsud(C, A, B)
#define AMX_US(C, A, B) _tile_dpbusd(C, A, B)
#define AMX_UU(C, A, B) _tile_dpbuud(C, A, B)
#endif

/* out (32 x 32) = a (32 rows of `units`, a multiple of 16) * b (units x 32 columns of a panel). */
#define AMX_KERNEL(NAME, DOT)                                                                                          \
  static void amx_##NAME(esp_i units, const uint32_t *a, const uint32_t *b, int32_t *out) {                            \
    AMX_ZERO(0); AMX_ZERO(1); AMX_ZERO(2); AMX_ZERO(3);                                                                \
    for (esp_i p = 0; p < units; p += 16) {                                                                            \
      AMX_LOAD(4, a + p, units * 4);                                                                                   \
      AMX_LOAD(5, a + 16 * units + p, units * 4);                                                                      \
      AMX_LOAD(6, b + p * NR, NR * 4);                                                                                 \
      AMX_LOAD(7, b + p * NR + 16, NR * 4);                                                                            \
      DOT(0, 4, 6); DOT(1, 4, 7); DOT(2, 5, 6); DOT(3, 5, 7);                                                          \
    }                                                                                                                  \
    AMX_STORE(0, out, 128); AMX_STORE(1, out + 16, 128);                                                               \
    AMX_STORE(2, out + 16 * 32, 128); AMX_STORE(3, out + 16 * 32 + 16, 128);                                           \
  }
AMX_KERNEL(float, AMX_BF16)
AMX_KERNEL(ss, AMX_SS)
AMX_KERNEL(su, AMX_SU)
AMX_KERNEL(us, AMX_US)
AMX_KERNEL(uu, AMX_UU)
ESP_INLINE void amx_block(int op, int sa, int sb, esp_i units, const uint32_t *a, const uint32_t *b, int32_t *out) {
  if (op == OP_BF16) amx_float(units, a, b, out);
  else if (sa && sb) amx_ss(units, a, b, out);
  else if (sa) amx_su(units, a, b, out);
  else if (sb) amx_us(units, a, b, out);
  else amx_uu(units, a, b, out);
}

/* Rows r0 … of A (of which `w` exist) as 32 rows of units, padded with zeros. */
ESP_INLINE void amx_rows(const int op, const int t, const struct operand *o, esp_i p0, esp_i k, esp_i units, esp_i r0, esp_i w,
                         uint32_t *out) {
  const int g = group_of(op);
  for (int r = 0; r < AMX_BLOCK; r++, out += units) {
    esp_i p = 0;
    if (r < w) {
      if (o->k == 1)
        for (; p + 8 <= k / g; p += 8) store8(out + p, units_along_k(op, t, 1, at(o, p0 + p * g, r0 + r)));
      for (; p * g < k; p++) {
        uint32_t u = 0;
        for (int q = 0; q < g && p * g + q < k; q++) u |= part1(op, t, 1, o->p, index_of(o, p0 + p * g + q, r0 + r)) << (32 / g * q);
        out[p] = u;
      }
    }
    for (; p < units; p++) out[p] = 0;
  }
}
#endif
#endif
