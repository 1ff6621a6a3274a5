/* The support library: memory, the pool of device threads, and running a program on N of them.
 * Addresses and sizes cross to JavaScript as 64-bit integers. */
#define _GNU_SOURCE
#include "run/collectives.h"
#include "gemm/gemm.h"
#include "run/peak.h"
#include "run/team.h"
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* ---- memory ------------------------------------------------------------------------------------------------------
 * Blocks are 64-byte aligned and rounded up to 64 bytes. Large ones are aligned to 2 MiB and asked to be huge pages;
 * freed ones are kept for reuse (a training step allocates the same sizes again and again, and fresh pages cost more
 * than the arithmetic done on them). */
#define LARGE ((size_t)1 << 21)
#define KEEP_BLOCKS 256
static pthread_mutex_t memory_lock = PTHREAD_MUTEX_INITIALIZER;
static struct { void *p; size_t size; } kept[KEEP_BLOCKS];
static int kept_count;
static size_t kept_bytes, keep_limit = (size_t)1 << 30, live_bytes, peak_bytes;

/* Sizes are rounded so that equal requests, and only slightly different ones, can share a block. */
static size_t block_size(size_t bytes) {
  if (bytes < LARGE / 32) return bytes ? (bytes + 63) & ~(size_t)63 : 64;
  size_t step = LARGE / 32;
  while (step * 16 < bytes) step *= 2;
  return (bytes + step - 1) / step * step;
}

EXPORT uint64_t esp_alloc(uint64_t bytes) {
  const size_t size = block_size((size_t)bytes);
  void *p = 0;
  pthread_mutex_lock(&memory_lock);
  if (size >= LARGE / 32)
    for (int i = kept_count - 1; i >= 0; i--)
      if (kept[i].size == size) {
        p = kept[i].p;
        kept[i] = kept[--kept_count];
        kept_bytes -= size;
        break;
      }
  live_bytes += size;
  if (live_bytes > peak_bytes) peak_bytes = live_bytes;
  pthread_mutex_unlock(&memory_lock);
  if (!p) {
    if (posix_memalign(&p, size >= LARGE ? LARGE : 64, size)) p = 0;
#ifdef MADV_HUGEPAGE
    if (p && size >= LARGE) madvise(p, size, MADV_HUGEPAGE);
#endif
  }
  if (!p) {
    pthread_mutex_lock(&memory_lock);
    live_bytes -= size;
    pthread_mutex_unlock(&memory_lock);
  }
  return (uint64_t)(uintptr_t)p;
}
EXPORT void esp_free(uint64_t address, uint64_t bytes) {
  void *p = (void *)(uintptr_t)address;
  const size_t size = block_size((size_t)bytes);
  if (!p) return;
  pthread_mutex_lock(&memory_lock);
  live_bytes -= size;
  if (size >= LARGE / 32 && kept_count < KEEP_BLOCKS && kept_bytes + size <= keep_limit) {
    kept[kept_count].p = p;
    kept[kept_count++].size = size;
    kept_bytes += size;
    p = 0;
  }
  pthread_mutex_unlock(&memory_lock);
  free(p);
}
/* Gives kept blocks back to the system and sets how many bytes may be kept from now on. */
EXPORT void esp_trim(uint64_t keep) {
  pthread_mutex_lock(&memory_lock);
  keep_limit = (size_t)keep;
  while (kept_count && kept_bytes > keep_limit) {
    kept_bytes -= kept[--kept_count].size;
    free(kept[kept_count].p);
  }
  pthread_mutex_unlock(&memory_lock);
}
EXPORT void esp_memory(uint64_t out[3]) {
  pthread_mutex_lock(&memory_lock);
  out[0] = live_bytes;
  out[1] = peak_bytes;
  out[2] = kept_bytes;
  pthread_mutex_unlock(&memory_lock);
}
EXPORT void esp_copy_in(uint64_t to, uint64_t offset, const void *from, uint64_t bytes) {
  memcpy((char *)(uintptr_t)to + offset, from, (size_t)bytes);
}
EXPORT void esp_copy_out(void *to, uint64_t from, uint64_t offset, uint64_t bytes) {
  memcpy(to, (const char *)(uintptr_t)from + offset, (size_t)bytes);
}
EXPORT void esp_copy(uint64_t to, uint64_t from, uint64_t bytes) {
  memmove((void *)(uintptr_t)to, (const void *)(uintptr_t)from, (size_t)bytes);
}

/* ---- programs ---------------------------------------------------------------------------------------------------- */
EXPORT uint64_t esp_load(const char *path, char *error, uint64_t error_bytes) {
  void *h = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!h) snprintf(error, (size_t)error_bytes, "%s", dlerror());
  return (uint64_t)(uintptr_t)h;
}
EXPORT uint64_t esp_symbol(uint64_t handle, const char *name) {
  return (uint64_t)(uintptr_t)dlsym((void *)(uintptr_t)handle, name);
}
EXPORT void esp_unload(uint64_t handle) { dlclose((void *)(uintptr_t)handle); }

static const struct esp_lib library = {esp_gemm_run,   esp_parallel,       esp_scratch,    esp_all_reduce,
                                       esp_all_gather, esp_reduce_scatter, esp_all_to_all, esp_permute,
                                       esp_broadcast};

/* ---- device threads ---------------------------------------------------------------------------------------------- */
#define MAX_DEVICES 1024
#define IDLE_SPIN 2000
struct job {
  esp_program program;
  void ***args, ***results; /* per device */
  void **arenas, *const **kept;
  const uint64_t *table; /* rows of `row` words, the first of each the device's number */
  int row;
  int alone; /* no other devices were running when this began */
  const uint8_t *constants;
  esp_callback callback;
  uint64_t callback_program;
  struct esp_run run;
  int helpers;        /* helper threads per device */
  uint32_t remaining; /* devices still running; the caller sleeps on it */
  int error;
};
struct worker {
  pthread_t thread;
  int started;
  uint32_t posted; /* grows with every job handed over; the worker sleeps on it */
  struct job *job;
  int position; /* of its device in the run */
  int devices, place; /* the run and the position it last chose its cores for */
  char pad[32];
};
static struct worker workers[MAX_DEVICES];
/* A device runs one program at a time: whoever runs one holds its devices' locks, taken in ascending order. */
static pthread_mutex_t device_locks[MAX_DEVICES];
static int running_devices; /* of all programs */
static pthread_once_t pool_once = PTHREAD_ONCE_INIT;
static int core_count; /* threads that may work at once: the cores, or ESPALIER_CPU_THREADS */

static int number_of(const struct job *j, int position) { return (int)j->table[(size_t)position * j->row]; }
static void run_device(struct job *j, int id) {
  const int number = number_of(j, id);
  struct esp_device dev = {id, j->run.devices, number, &library, &j->run, esp_team_of(number, j->helpers), j->constants, j->callback,
                           j->callback_program, j->kept[id]};
  /* The caller may be any thread of a pool: scratch belongs to the device, so that it is warm and there once. */
  struct esp_scratch *own = esp_scratch_use(esp_team_scratch(dev.team));
  const int rc = j->program(j->args[id], j->results[id], j->arenas[id], &dev);
  esp_scratch_use(own);
  if (rc) {
    int none = 0;
    /* The first real failure wins over the ABORTED of those it took along. */
    if (rc != ESP_ABORTED || !__atomic_load_n(&j->run.failed, __ATOMIC_SEQ_CST))
      __atomic_compare_exchange_n(&j->error, &none, rc, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    __atomic_store_n(&j->run.failed, 1, __ATOMIC_SEQ_CST);
  }
  __atomic_add_fetch(&j->run.left, 1, __ATOMIC_SEQ_CST);
  if (j->run.devices > 1) esp_run_wake(&j->run);
  if (__atomic_sub_fetch(&j->remaining, 1, __ATOMIC_SEQ_CST) == 0) esp_wake_word(&j->remaining);
}
#ifdef __linux__
static cpu_set_t usable;
/* Devices that meet in collectives go to cores of their own, as many for each: threads that sleep and wake would else gather
 * on one core from time to time, and all wait for the one that comes last. Beside other programs they go where there is room. */
static void choose_cores(struct worker *w, int devices) {
  const int each = devices ? CPU_COUNT(&usable) / devices : 0;
  cpu_set_t own;
  CPU_ZERO(&own);
  for (int core = 0, seen = 0; core < CPU_SETSIZE; core++)
    if (CPU_ISSET(core, &usable) && (each == 0 || seen++ / each == w->position)) CPU_SET(core, &own);
  if (CPU_COUNT(&own) > 0) pthread_setaffinity_np(pthread_self(), sizeof own, &own);
}
#else
static void choose_cores(struct worker *w, int devices) { (void)w, (void)devices; }
#endif
static void *device_main(void *arg) {
  struct worker *w = arg;
  uint32_t seen = 0;
  for (;;) {
    int spin = 0;
    uint32_t now;
    while ((now = __atomic_load_n(&w->posted, __ATOMIC_ACQUIRE)) == seen) {
      if (spin++ < IDLE_SPIN && core_count > 1) esp_cpu_pause();
      else esp_wait_idle(&w->posted, seen);
    }
    seen = now;
    const int devices = w->job->alone ? w->job->run.devices : 0;
    if (w->devices != devices || (devices && w->place != w->position)) {
      choose_cores(w, devices);
      w->devices = devices;
      w->place = w->position;
    }
    run_device(w->job, w->position);
  }
  return 0;
}
static int start_worker(int id) {
  struct worker *w = &workers[id];
  if (w->started) return 0;
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, (size_t)8 << 20);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  const int rc = pthread_create(&w->thread, &attr, device_main, w);
  pthread_attr_destroy(&attr);
  w->started = rc == 0;
  return rc;
}

/* Cores this process may use. */
static int usable_cores(void) {
#ifdef __linux__
  if (sched_getaffinity(0, sizeof usable, &usable) == 0) return CPU_COUNT(&usable);
#endif
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

static void make_pool(void) {
  const char *cap = getenv("ESPALIER_CPU_THREADS");
  core_count = usable_cores();
  if (cap && atoi(cap) > 0) core_count = atoi(cap);
  if (core_count < 1) core_count = 1;
  for (int i = 0; i < MAX_DEVICES; i++) pthread_mutex_init(&device_locks[i], 0);
}

/* Takes (or gives back) the devices of a job, ascending, so that two jobs never wait for each other. */
static void lock_devices(const struct job *j, int take) {
  int last = -1;
  for (int n = 0; n < j->run.devices; n++) {
    int next = MAX_DEVICES;
    for (int i = 0; i < j->run.devices; i++) {
      const int number = number_of(j, i);
      if (number > last && number < next) next = number;
    }
    if (take) pthread_mutex_lock(&device_locks[next]);
    else pthread_mutex_unlock(&device_locks[next]);
    last = next;
  }
}

/* Hands the job to its devices and waits until all are done. */
static int run_job(struct job *j) {
  const int devices = j->run.devices;
  const int busy = __atomic_add_fetch(&running_devices, devices, __ATOMIC_SEQ_CST);
  j->alone = busy == devices;
  j->helpers = core_count / busy - 1 > 0 ? core_count / busy - 1 : 0;
  j->run.spin = busy <= core_count ? 2000 : 0;
  int rc = 0;
  if (devices == 1) run_device(j, 0); /* the caller is the device: handing over would cost more than a short program */
  else {
    for (int i = 0; i < devices && !rc; i++) rc = start_worker(number_of(j, i));
    for (int i = 0; i < devices && !rc; i++) {
      struct worker *w = &workers[number_of(j, i)];
      w->job = j;
      w->position = i;
      __atomic_add_fetch(&w->posted, 1, __ATOMIC_SEQ_CST);
      esp_wake_word(&w->posted);
    }
    uint32_t left;
    while (!rc && (left = __atomic_load_n(&j->remaining, __ATOMIC_SEQ_CST)) != 0) esp_wait_word(&j->remaining, left);
  }
  __atomic_sub_fetch(&running_devices, devices, __ATOMIC_SEQ_CST);
  return rc ? ESP_NO_MEMORY : j->error;
}

/* Runs `program` on some devices and returns when all are done: ESP_OK or the first error code. Programs without a common device
 * run at the same time.
 * table: for each device, in the order of partitions, its number, `arg_count` argument addresses, `result_count` result addresses,
 * one arena address and `kept_count` addresses for packed operands. */
EXPORT int esp_execute(uint64_t program, int devices, int arg_count, int result_count, int kept_count, const uint64_t *table,
                       uint64_t constants, int barrier_count, uint64_t callback, uint64_t callback_program) {
  if (devices < 1 || devices > MAX_DEVICES) return ESP_BAD_GROUP;
  const int row = 2 + arg_count + result_count + kept_count;
  struct job j;
  memset(&j, 0, sizeof j);
  j.table = table;
  j.row = row;
  for (int i = 0; i < devices; i++)
    if (number_of(&j, i) < 0 || number_of(&j, i) >= MAX_DEVICES) return ESP_BAD_GROUP;
  char *block = aligned_alloc(64, ((size_t)(barrier_count + devices) * 64 + (size_t)devices * 4 * sizeof(void *) + 63) & ~(size_t)63);
  if (!block) return ESP_NO_MEMORY;
  memset(block, 0, (size_t)(barrier_count + devices) * 64);
  j.run.barriers = (struct esp_barrier *)block;
  j.run.slots = (struct esp_slot *)(block + (size_t)barrier_count * 64);
  j.args = (void ***)(block + (size_t)(barrier_count + devices) * 64);
  j.results = j.args + devices;
  j.arenas = (void **)(j.results + devices);
  j.kept = (void *const **)(j.arenas + devices);
  for (int i = 0; i < devices; i++) {
    void **t = (void **)(uintptr_t)(table + (size_t)i * row + 1);
    j.args[i] = t;
    j.results[i] = t + arg_count;
    j.arenas[i] = t[arg_count + result_count];
    j.kept[i] = t + arg_count + result_count + 1;
  }
  j.program = (esp_program)(uintptr_t)program;
  j.constants = (const uint8_t *)(uintptr_t)constants;
  j.callback = (esp_callback)(uintptr_t)callback;
  j.callback_program = callback_program;
  j.run.devices = devices;
  j.run.barrier_count = barrier_count;
  j.remaining = (uint32_t)devices;
  pthread_once(&pool_once, make_pool);
  lock_devices(&j, 1);
  const int rc = run_job(&j);
  lock_devices(&j, 0);
  free(block);
  return rc;
}

EXPORT int esp_abi(void) { return ESP_ABI; }

static void *pointer(int64_t address) { return (void *)(uintptr_t)address; }
/* A product as the integers of enum esp_product_integer. */
static struct esp_gemm product_of(const int64_t *v, uint64_t a, uint64_t b, uint64_t c) {
  struct esp_gemm g = {.batch = v[ESP_V_BATCH], .m = v[ESP_V_M], .n = v[ESP_V_N], .k = v[ESP_V_K],
                       .a = pointer(a), .b = pointer(b), .c = pointer(c),
                       .a_batch = v[ESP_V_A_BATCH], .a_row = v[ESP_V_A_ROW], .a_col = v[ESP_V_A_COL],
                       .b_batch = v[ESP_V_B_BATCH], .b_row = v[ESP_V_B_ROW], .b_col = v[ESP_V_B_COL],
                       .c_batch = v[ESP_V_C_BATCH], .c_row = v[ESP_V_C_ROW], .c_col = v[ESP_V_C_COL],
                       .accumulate = (int)v[ESP_V_ACCUMULATE], .round_bf16 = (int)v[ESP_V_ROUND_BF16],
                       .a_scale = {pointer(v[ESP_V_A_SCALE]), v[ESP_V_A_SCALE_BATCH], v[ESP_V_A_SCALE_K], v[ESP_V_A_SCALE_OTHER],
                                   v[ESP_V_A_SCALE_GROUP]},
                       .b_scale = {pointer(v[ESP_V_B_SCALE]), v[ESP_V_B_SCALE_BATCH], v[ESP_V_B_SCALE_K], v[ESP_V_B_SCALE_OTHER],
                                   v[ESP_V_B_SCALE_GROUP]},
                       .kept = pointer(v[ESP_V_KEPT]), .kept_first = v[ESP_V_KEPT_FIRST],
                       .kept_operand = (int)v[ESP_V_KEPT_OPERAND]};
  return g;
}
static struct esp_device device_of(int threads) {
  return (struct esp_device){.team = threads > 1 ? esp_team_of(MAX_DEVICES - 1, threads - 1) : 0};
}
/* One product on `threads` threads, for tests and benchmarks. */
EXPORT int esp_gemm_once(int threads, int ta, int tb, int tc, const int64_t *v, uint64_t a, uint64_t b, uint64_t c) {
  const struct esp_gemm g = product_of(v, a, b, c);
  struct esp_device dev = device_of(threads);
  return esp_gemm_run(&dev, ta, tb, tc, &g);
}
/* Reads memory once on `threads` threads, for benchmarks. */
EXPORT void esp_peak_read(int threads, uint64_t address, int64_t bytes) {
  struct esp_device dev = device_of(threads);
  esp_peak_reading(&dev, pointer((int64_t)address), bytes);
}

/* See `esp_gemm_kept`. */
EXPORT int64_t esp_kept_bytes(int ta, int tb, int tc, const int64_t *v, int32_t *form) {
  const struct esp_gemm g = product_of(v, 0, 0, 0);
  return esp_gemm_kept(ta, tb, tc, &g, form);
}
