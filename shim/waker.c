#define _GNU_SOURCE

#include "waker.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "apart.h"
#include "look.h"

/* Real-time signals are Node's to nobody; those near the lowest are the C library's. */
enum { HIGHEST_BELOW_MAX = 3, SIGNALS_TRIED = 8 };
/* A signal that comes just before the read begins interrupts nothing, so it is sent again. */
enum { FIRST_RETRY_NS = 20 * 1000, LAST_RETRY_NS = 1000 * 1000 };
enum { LOOP = 1, CALL = 2 };
/* Of the thread that reads; a signal is under way to it, and has been sent. */
enum { ELSEWHERE, READING, SIGNALLING, SIGNALLED };

struct waker {
  atomic_int references;
  atomic_int is_closed;
  pid_t thread;
  /* The waker's thread looks at these: the event loop's descriptor, once after each arming. */
  int epoll;
  int loop;
  int call;
  /* Of the thread that reads: the event loop is being watched for it. */
  int is_armed;
  /* Of the monotonic clock, in nanoseconds: when the event loop's next timer is due. */
  _Atomic int64_t deadline;
  atomic_int state;
  /* The event loop has something to do. */
  atomic_int is_wanted;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int wake_signal;

static void on_signal(int number) {
  (void)number;
}

/* Takes a signal that nobody handles. Its handler does nothing: a read is interrupted by it. */
static void take_signal(void) {
  for (int i = 0; i < SIGNALS_TRIED; i++) {
    int number = SIGRTMAX - HIGHEST_BELOW_MAX - i;
    struct sigaction before, action = {.sa_handler = on_signal};
    if (sigaction(number, NULL, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    if (sigaction(number, &action, NULL) != 0) continue;
    wake_signal = number;
    return;
  }
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * NS_PER_S + time.tv_nsec;
}

static void release(struct waker *waker) {
  if (atomic_fetch_sub(&waker->references, 1) > 1) return;
  close(waker->epoll);
  close(waker->call);
  free(waker);
}

static int begin_signalling(struct waker *waker) {
  int reading = READING, signalled = SIGNALLED;
  return atomic_compare_exchange_strong(&waker->state, &reading, SIGNALLING) ||
         atomic_compare_exchange_strong(&waker->state, &signalled, SIGNALLING);
}

static void interrupt(struct waker *waker) {
  struct timespec pause = {.tv_nsec = FIRST_RETRY_NS};
  while (atomic_load(&waker->is_wanted) && begin_signalling(waker)) {
    syscall(SYS_tgkill, getpid(), waker->thread, wake_signal);
    atomic_store(&waker->state, SIGNALLED);
    nanosleep(&pause, NULL);
    if (pause.tv_nsec < LAST_RETRY_NS) pause.tv_nsec *= 2;
  }
}

/* Nanoseconds until the deadline; -1 for never. */
static int64_t left(struct waker *waker) {
  int64_t deadline = atomic_load(&waker->deadline);
  if (deadline == NEVER) return -1;
  int64_t rest = deadline - now();
  return rest < 0 ? 0 : rest;
}

static void *watch_loop_of(void *data) {
  struct waker *waker = data;
  // Or each of its waits might end 50 us late.
  prctl(PR_SET_TIMERSLACK, 1UL);
  while (!atomic_load(&waker->is_closed)) {
    struct epoll_event events[2];
    int count = look_for(waker->epoll, events, 2, left(waker));
    int is_due = count == 0 && left(waker) == 0;
    for (int i = 0; i < count; i++) {
      uint64_t value;
      if (events[i].data.u32 == LOOP) is_due = 1;
      else if (read(waker->call, &value, sizeof(value)) == -1) continue;
    }
    if (!is_due) continue;
    // Before looking whether it reads, as that thread does the other way round.
    atomic_store(&waker->deadline, NEVER);
    atomic_store(&waker->is_wanted, 1);
    interrupt(waker);
  }
  release(waker);
  return NULL;
}

static void call(struct waker *waker) {
  uint64_t one = 1;
  while (write(waker->call, &one, sizeof(one)) == -1 && errno == EINTR) continue;
}

static int watch(struct waker *waker, int fd, uint32_t name, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u32 = name};
  return epoll_ctl(waker->epoll, EPOLL_CTL_ADD, fd, &event);
}

struct waker *waker_open(uv_loop_t *loop) {
  pthread_once(&once, take_signal);
  struct waker *waker = wake_signal == 0 ? NULL : calloc(1, sizeof(*waker));
  if (waker == NULL) return NULL;
  waker->thread = (pid_t)syscall(SYS_gettid);
  waker->loop = uv_backend_fd(loop);
  waker->deadline = NEVER;
  waker->references = 1;
  waker->epoll = epoll_create1(EPOLL_CLOEXEC);
  waker->call = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (waker->epoll != -1 && waker->call != -1 && watch(waker, waker->loop, LOOP, 0) == 0 &&
      watch(waker, waker->call, CALL, EPOLLIN) == 0) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, wake_signal);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    waker->references = 2;
    if (thread_start(watch_loop_of, waker) == 0) return waker;
    waker->references = 1;
  }
  release(waker);
  return NULL;
}

void waker_close(struct waker *waker) {
  atomic_store(&waker->is_closed, 1);
  call(waker);
  release(waker);
}

static void arm(struct waker *waker) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u32 = LOOP};
  if (waker->is_armed) return;
  waker->is_armed = 1;
  epoll_ctl(waker->epoll, EPOLL_CTL_MOD, waker->loop, &event);
}

/* The waker's thread has to hear of a deadline only when it comes earlier than the last one. */
static void set_deadline(struct waker *waker, int64_t deadline) {
  if (deadline < atomic_exchange(&waker->deadline, deadline)) call(waker);
}

/* A signal may not come later, when it would interrupt a system call of a handler. */
static void end_reading(struct waker *waker) {
  int state = READING;
  while (!atomic_compare_exchange_strong(&waker->state, &state, ELSEWHERE)) {
    if (state == SIGNALLING) state = READING;
    sched_yield();
  }
  // One that has been sent is taken at the end of a system call at the latest.
  if (state == SIGNALLED) sched_yield();
}

int64_t waker_read(struct waker *waker, int fd, void *buffer, size_t size, int64_t deadline) {
  arm(waker);
  set_deadline(waker, deadline);
  for (;;) {
    int64_t result = -EAGAIN;
    atomic_store(&waker->state, READING);
    if (!atomic_load(&waker->is_wanted)) {
      result = read(fd, buffer, size);
      if (result == -1) result = -errno;
    }
    end_reading(waker);
    if (result != -EINTR) return result;
  }
}

void waker_rest(struct waker *waker) {
  waker->is_armed = 0;
  atomic_store(&waker->deadline, NEVER);
  atomic_store(&waker->is_wanted, 0);
}
