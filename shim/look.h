#pragma once

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t NS_PER_S = 1000000000;
static const int64_t NS_PER_MS = 1000000;
/* Deadlines. */
static const int64_t AT_ONCE = 0;
static const int64_t NEVER = INT64_MAX;

/*
 * epoll_wait for nanoseconds, or for ever with -1: libuv and Node count timers in milliseconds, so
 * that a wait of whole ones would end half of one late. By number: older C libraries lack it.
 */
static inline int look_for(int epoll, struct epoll_event *events, int most, int64_t ns) {
  struct timespec time = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
  int count = (int)syscall(SYS_epoll_pwait2, epoll, events, most, ns < 0 ? NULL : &time, NULL, 0);
  if (count != -1 || errno != ENOSYS) return count;
  // Before Linux 5.11.
  int64_t ms = ns < 0 ? -1 : (ns + NS_PER_MS - 1) / NS_PER_MS;
  return epoll_wait(epoll, events, most, ms > INT32_MAX ? INT32_MAX : (int)ms);
}
