/* Numbers that programs, the support library and JavaScript share. Written by `npm run native-abi` from
 * src/compile/emit/c/abi.ts; do not edit. */
#ifndef ESPALIER_ABI_H
#define ESPALIER_ABI_H

#define ESP_ABI 6

/* What programs and the support library return. */
enum {
  ESP_OK = 0, /* nothing failed */
  ESP_ABORTED = 1, /* a device stopped because another one failed */
  ESP_DIVERGED = 2, /* devices took different paths: one returned while others waited in a collective */
  ESP_NO_MEMORY = 3, /* out of memory */
  ESP_BAD_GROUP = 4, /* a collective names devices that do not take part */
  ESP_NO_CALLBACK = 5, /* a step of the program calls back, and nobody listens */
  ESP_CALLBACK_FAILED = 6, /* a callback could not evaluate its step */
};

/* Element types. */
enum esp_dtype {
  ESP_BOOL, ESP_I8, ESP_I16, ESP_I32, ESP_I64, ESP_U8, ESP_U16, ESP_U32, ESP_U64, ESP_BF16, ESP_F16, ESP_F32, ESP_F64,
  /* Two elements to a byte, the lower half first; only operands of matrix products. */
  ESP_I4, ESP_U4,
};

/* Reductions of collectives. On bool: SUM = MAX = OR, MUL = MIN = AND. */
enum esp_reduction {
  ESP_SUM, ESP_MUL, ESP_MAX, ESP_MIN, ESP_AND, ESP_OR, ESP_XOR,
};

/* Where each integer lies that describes a product (struct esp_gemm) in a call from JavaScript. */
enum esp_product_integer {
  ESP_V_BATCH, ESP_V_M, ESP_V_N, ESP_V_K, ESP_V_A_BATCH, ESP_V_A_ROW, ESP_V_A_COL, ESP_V_B_BATCH, ESP_V_B_ROW,
  ESP_V_B_COL, ESP_V_C_BATCH, ESP_V_C_ROW, ESP_V_C_COL, ESP_V_ACCUMULATE, ESP_V_ROUND_BF16, ESP_V_A_SCALE,
  ESP_V_A_SCALE_BATCH, ESP_V_A_SCALE_K, ESP_V_A_SCALE_OTHER, ESP_V_A_SCALE_GROUP, ESP_V_B_SCALE, ESP_V_B_SCALE_BATCH,
  ESP_V_B_SCALE_K, ESP_V_B_SCALE_OTHER, ESP_V_B_SCALE_GROUP, ESP_V_KEPT, ESP_V_KEPT_FIRST, ESP_V_KEPT_OPERAND,
};

#endif
