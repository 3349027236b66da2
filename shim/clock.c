/*
 * Time from the processor's own counter: on virtual machines the kernel's clocks cost several times
 * as much as that, which is seen where each request is timed.
 */
#include "clock.h"

#include <pthread.h>
#include <time.h>

static uint64_t kernel_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
#include <cpuid.h>

enum { POWER_LEAF = 0x80000007, INVARIANT_TSC = 1 << 8 };

static uint64_t counter(void) {
  return __builtin_ia32_rdtsc();
}

/* Counts at one speed, also while the processor sleeps. */
static int is_steady(void) {
  unsigned a, b, c, d;
  return __get_cpuid(POWER_LEAF, &a, &b, &c, &d) != 0 && (d & INVARIANT_TSC) != 0;
}
#elif defined(__aarch64__)
static uint64_t counter(void) {
  uint64_t value;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
  return value;
}

static int is_steady(void) {
  return 1;
}
#else
static uint64_t counter(void) {
  return 0;
}

static int is_steady(void) {
  return 0;
}
#endif

/* Long against what reading the kernel's clock takes. */
enum { MEASURED_NS = 2000000 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint64_t first_count, first_time;
static double ns_per_count;

__attribute__((constructor)) static void begin(void) {
  first_count = counter();
  first_time = kernel_now();
}

static void measure(void) {
  if (!is_steady()) return;
  while (kernel_now() - first_time < MEASURED_NS) continue;
  uint64_t count = counter() - first_count;
  if (count > 0) ns_per_count = (double)(kernel_now() - first_time) / (double)count;
}

void clock_prepare(void) {
  pthread_once(&once, measure);
}

uint64_t clock_now(void) {
  if (ns_per_count == 0) return kernel_now();
  return (uint64_t)((double)(counter() - first_count) * ns_per_count);
}
