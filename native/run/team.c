/* See team.h.
 * Work is handed out piece by piece through one 64-bit ticket: 24 bits of job number, 20 of piece count, 20 of the next
 * piece. Who draws a ticket below the count owns that piece, and the job's fields stay as they are until every piece is
 * done; who draws a later one goes back to waiting. So a helper that wakes late, or never, does no harm: the device's own
 * thread does what nobody took. */
#define _GNU_SOURCE
#include "run/team.h"
#include "run/collectives.h"
#include "gemm/gemm.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#define MAX_TEAMS 1024
/* About a millisecond: a thread that slept may wake on the core that woke it, and wait there for a turn. */
#define SPIN 30000
#define COUNT_BITS 20
#define COUNT_MASK ((1u << COUNT_BITS) - 1)

struct helper {
  struct esp_team *team;
  int number;
  int core;      /* where it was last seen */
  int asleep;    /* or about to */
  int away_from; /* the core it must not use; -1: none. Only who posts jobs looks at it. */
  pthread_t thread;
};
struct esp_team {
  uint64_t ticket;
  char pad0[56];
  uint32_t posted, sleepers;
  char pad1[56];
  uint32_t done;
  char pad2[60];
  void (*fn)(const void *, esp_i, esp_i);
  const void *ctx;
  esp_i count, grain;
  int limit, started;
  struct esp_scratch scratch;
  struct helper *helpers[ESP_MAX_HELPERS];
#ifdef __linux__
  cpu_set_t cores; /* of the thread that is the device: helpers stay within them */
#endif
};
static struct esp_team *teams[MAX_TEAMS];

/* A woken thread often lands on the core of the one that woke it, and would share that for milliseconds, until the system
 * notices. So who posts a job keeps sleeping helpers off its own core before it wakes them, and sends those elsewhere that
 * say they run there. Measured: 512 x 768 x 768 after 8 ms of rest, medians 4.5-5.0 ms, without the former 5.2-5.7. */
#ifdef __linux__
static int this_core(void) { return sched_getcpu(); }
static void send_away(struct helper *h, int core) {
  cpu_set_t set = h->team->cores;
  h->away_from = core;
  CPU_CLR(core, &set);
  if (CPU_COUNT(&set) > 0) pthread_setaffinity_np(h->thread, sizeof set, &set);
}
static void gather(struct esp_team *t) {
  cpu_set_t own;
  if (pthread_getaffinity_np(pthread_self(), sizeof own, &own) || CPU_EQUAL(&own, &t->cores)) return;
  t->cores = own;
  for (int i = 0; i < t->started; i++) {
    t->helpers[i]->away_from = -1;
    pthread_setaffinity_np(t->helpers[i]->thread, sizeof own, &own);
  }
}
#else
static int this_core(void) { return -1; }
static void send_away(struct helper *h, int core) { (void)h, (void)core; }
static void gather(struct esp_team *t) { (void)t; }
#endif
static void make_room(struct esp_team *t) {
  const int core = this_core();
  if (core < 0) return;
  for (int i = 0; i < t->limit; i++) {
    struct helper *h = t->helpers[i];
    if (__atomic_load_n(&h->asleep, __ATOMIC_RELAXED)) {
      if (h->away_from != core) send_away(h, core);
      continue;
    }
    if (__atomic_load_n(&h->core, __ATOMIC_RELAXED) != core) continue;
    __atomic_store_n(&h->core, -1, __ATOMIC_RELAXED);
    send_away(h, core);
  }
}

/* Takes pieces until none is left. */
static void work(struct esp_team *t) {
  for (;;) {
    const uint64_t mine = __atomic_fetch_add(&t->ticket, 1, __ATOMIC_SEQ_CST);
    const uint32_t next = (uint32_t)mine & COUNT_MASK, pieces = (uint32_t)(mine >> COUNT_BITS) & COUNT_MASK;
    if (next >= pieces) return;
    const esp_i begin = next * t->grain, end = begin + t->grain < t->count ? begin + t->grain : t->count;
    t->fn(t->ctx, begin, end);
    __atomic_add_fetch(&t->done, 1, __ATOMIC_SEQ_CST);
  }
}
static void *helper_main(void *arg) {
  struct helper *h = arg;
  struct esp_team *t = h->team;
  uint32_t seen = 0;
  for (;;) {
    uint32_t now;
    int spin = 0;
    while ((now = __atomic_load_n(&t->posted, __ATOMIC_ACQUIRE)) == seen) {
      if (spin++ < SPIN && h->number < t->limit) {
        esp_cpu_pause();
        continue;
      }
      __atomic_store_n(&h->asleep, 1, __ATOMIC_RELAXED);
      __atomic_add_fetch(&t->sleepers, 1, __ATOMIC_SEQ_CST);
      esp_wait_idle(&t->posted, seen);
      __atomic_sub_fetch(&t->sleepers, 1, __ATOMIC_SEQ_CST);
      __atomic_store_n(&h->asleep, 0, __ATOMIC_RELAXED);
    }
    seen = now;
    __atomic_store_n(&h->core, this_core(), __ATOMIC_RELAXED);
    if (h->number < t->limit) work(t);
  }
  return 0;
}

struct esp_team *esp_team_of(int id, int helpers) {
  if (id < 0 || id >= MAX_TEAMS) return 0;
  struct esp_team *t = teams[id];
  if (!t) {
    t = aligned_alloc(64, (sizeof *t + 63) & ~(size_t)63);
    if (!t) return 0;
    memset(t, 0, sizeof *t);
    teams[id] = t;
  }
  if (helpers > ESP_MAX_HELPERS) helpers = ESP_MAX_HELPERS;
  t->limit = helpers;
  while (t->started < helpers) {
    struct helper *h = malloc(sizeof *h);
    pthread_attr_t attr;
    if (!h) break;
    h->team = t;
    h->number = t->started;
    h->core = -1;
    h->asleep = 0;
    h->away_from = -1;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, (size_t)8 << 20);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    const int rc = pthread_create(&h->thread, &attr, helper_main, h);
    pthread_attr_destroy(&attr);
    if (rc) {
      free(h);
      t->limit = t->started;
      break;
    }
    t->helpers[t->started++] = h;
  }
  if (t->limit > 0) gather(t);
  return t;
}

struct esp_scratch *esp_team_scratch(struct esp_team *t) { return t ? &t->scratch : 0; }
int esp_team_size(const struct esp_device *dev) { return dev && dev->team ? dev->team->limit + 1 : 1; }

void esp_parallel(struct esp_device *dev, void (*fn)(const void *, esp_i, esp_i), const void *ctx, esp_i count, esp_i grain) {
  struct esp_team *t = dev ? dev->team : 0;
  esp_i pieces = grain > 0 ? (count + grain - 1) / grain : 1;
  if (!t || t->limit == 0 || pieces <= 1 || pieces >= (esp_i)COUNT_MASK - 2 * ESP_MAX_HELPERS) {
    for (esp_i i = 0; i < pieces; i++) {
      const esp_i begin = i * grain;
      fn(ctx, begin, begin + grain < count ? begin + grain : count);
    }
    return;
  }
  make_room(t);
  t->fn = fn;
  t->ctx = ctx;
  t->count = count;
  t->grain = grain;
  __atomic_store_n(&t->done, 0, __ATOMIC_SEQ_CST);
  const uint32_t job = t->posted + 1;
  __atomic_store_n(&t->ticket, (uint64_t)job << (2 * COUNT_BITS) | (uint64_t)pieces << COUNT_BITS, __ATOMIC_SEQ_CST);
  __atomic_store_n(&t->posted, job, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&t->sleepers, __ATOMIC_SEQ_CST)) esp_wake_word(&t->posted);
  work(t);
  for (int spin = 0; __atomic_load_n(&t->done, __ATOMIC_ACQUIRE) != (uint32_t)pieces; spin++) {
    if (spin < 2000) esp_cpu_pause();
    else sched_yield();
  }
}
