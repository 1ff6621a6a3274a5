/* The threads of one device (team.c): the device's own and, when there are more cores than devices, helpers. */
#ifndef ESPALIER_TEAM_H
#define ESPALIER_TEAM_H
#include "espalier.h"

#define ESP_MAX_HELPERS 63
struct esp_team;
struct esp_scratch;

/* The team of device `id`, with up to `helpers` helper threads for the coming run. */
struct esp_team *esp_team_of(int id, int helpers);
/* Scratch of the thread that is the device (gemm.h), whichever that is; null when there is no team. */
struct esp_scratch *esp_team_scratch(struct esp_team *);
/* Threads that may work for the device at once. */
int esp_team_size(const struct esp_device *);
/* See `parallel` of struct esp_lib. */
void esp_parallel(struct esp_device *, void (*fn)(const void *ctx, esp_i begin, esp_i end), const void *ctx, esp_i count,
                  esp_i grain);
#endif
