#pragma once

#include <stdint.h>
#include <uv.h>

#include "look.h"

/* Of a handler that blocks the thread: what is counted in requests would take too long then. */
enum { SLOW_US = 500 };

/*
 * When the event loop wants its turn at the latest: AT_ONCE, NEVER, or nanoseconds of the monotonic
 * clock. It counts whole milliseconds, and a timer is due when its own begins.
 */
static inline int64_t next_turn(uv_loop_t *loop) {
  int timeout = uv_backend_timeout(loop);
  if (timeout == 0) return AT_ONCE;
  return timeout < 0 ? NEVER : (int64_t)(uv_now(loop) + timeout) * NS_PER_MS;
}

/* Nanoseconds left, -1 for ever. */
static inline int64_t until(int64_t deadline) {
  if (deadline == NEVER) return -1;
  int64_t left = deadline - (int64_t)uv_hrtime();
  return left < 0 ? 0 : left;
}

/* Nanoseconds until the event loop wants its turn: 0 when it does now, -1 for never. */
static inline int64_t patience(uv_loop_t *loop) {
  int64_t deadline = next_turn(loop);
  return deadline == AT_ONCE ? 0 : until(deadline);
}
