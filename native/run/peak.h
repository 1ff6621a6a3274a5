/* Loops that do one thing at the machine's limit (peak.c), for benchmarks. */
#ifndef ESPALIER_PEAK_H
#define ESPALIER_PEAK_H
#include "espalier.h"

/* Reads memory once on all threads of the device (but for less than 256 KiB at the end). */
void esp_peak_reading(struct esp_device *, const void *, esp_i bytes);
#endif
