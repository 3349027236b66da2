#pragma once

#include <stdint.h>

/* Before the first clock_now: learns how fast the processor's counter counts. */
void clock_prepare(void);

/* Nanoseconds since some moment, on any thread. */
uint64_t clock_now(void);

/* The same in microseconds. */
static inline double clock_microseconds(void) {
  return (double)clock_now() / 1000;
}
