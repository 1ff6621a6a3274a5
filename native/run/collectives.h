/* Collectives between the device threads of one run, in shared memory (collectives.c). Every device publishes its source
 * pointer, waits for its group, computes its part reading all sources **in the group's order** (so results are the same
 * bit for bit on every run and on every member), and waits again before anyone may overwrite a source. Different groups
 * proceed independently. All return ESP_OK or an error code. */
#ifndef ESPALIER_COLLECTIVES_H
#define ESPALIER_COLLECTIVES_H
#include "espalier.h"

/* One cache line per barrier: `arrived` only grows within a run, so no phase needs resetting. */
struct esp_barrier {
  uint32_t arrived, sleepers;
  char pad[56];
};
struct esp_slot {
  const void *src;
  void *dst;
  char pad[48];
};
struct esp_run {
  struct esp_barrier *barriers;
  struct esp_slot *slots; /* one per device */
  int barrier_count, devices;
  int spin;        /* iterations to spin before sleeping */
  int32_t failed;  /* set by the first device that fails: everyone leaves */
  int32_t left;    /* devices whose program has returned */
};

int esp_barrier_wait(struct esp_run *run, int barrier, int members);
/* Wakes everyone who waits, after `failed` or `left` changed. */
void esp_run_wake(struct esp_run *run);
void esp_cpu_pause(void);
/* Sleeps until *word is no longer `seen`, or a short while. */
void esp_wait_word(uint32_t *word, uint32_t seen);
/* The same without a limit on Linux: for threads with nothing to do. */
void esp_wait_idle(uint32_t *word, uint32_t seen);
void esp_wake_word(uint32_t *word);

int esp_all_reduce(struct esp_device *, const struct esp_groups *, int reduction, int dtype, const void *src, void *dst, esp_i n);
int esp_all_gather(struct esp_device *, const struct esp_groups *, esp_i outer, esp_i inner_bytes, const void *src, void *dst);
int esp_reduce_scatter(struct esp_device *, const struct esp_groups *, int reduction, int dtype, esp_i outer, esp_i inner, const void *src, void *dst);
int esp_all_to_all(struct esp_device *, const struct esp_groups *, const struct esp_box *, esp_i from_step, esp_i to_step, const void *src, void *dst);
int esp_permute(struct esp_device *, const struct esp_groups *, int pairs, const int *source_target, esp_i bytes, const void *src, void *dst);
int esp_broadcast(struct esp_device *, const struct esp_groups *, esp_i bytes, const void *src, void *dst);
#endif
