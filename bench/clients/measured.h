/*
 * What the clients share. Each prints what it has measured, a name and a number a line; times are
 * in nanoseconds, and `server` is the CPU time of the process that serves, 0 when none does.
 */
#ifndef MEASURED_H
#define MEASURED_H

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

struct span {
  clockid_t server;
  int is_served;
  uint64_t wall_start, server_start;
  uint64_t wall, cpu;
};

static inline void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static inline uint64_t clock_ns(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) fail("clock_gettime");
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

/*
 * Counts time and the CPU time of process `pid`, with those of its threads that have ended. From
 * here on the client ends with whoever has started it.
 */
static inline struct span span_of(const char *pid) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  struct span span = {.is_served = atoi(pid) > 0};
  if (span.is_served && (errno = clock_getcpuclockid(atoi(pid), &span.server)) != 0) fail(pid);
  return span;
}

static inline void span_begin(struct span *span) {
  if (span->is_served) span->server_start = clock_ns(span->server);
  span->wall_start = now_ns();
}

static inline void span_end(struct span *span) {
  span->wall += now_ns() - span->wall_start;
  if (span->is_served) span->cpu += clock_ns(span->server) - span->server_start;
}

static inline void print(const char *name, uint64_t value) {
  printf("%s %llu\n", name, (unsigned long long)value);
}

static inline void span_print(const struct span *span) {
  print("wall", span->wall);
  print("server", span->cpu);
}

static inline uint64_t ns_of(const char *seconds) { return (uint64_t)(atof(seconds) * 1e9); }

#endif
