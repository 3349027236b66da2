/*
 * One thread with an empty table of descriptors starts all the others, which share that table.
 * Emptying one closes copies of what is open, and so sends a flush for each open file to its
 * filesystem: that is done once, before a filesystem of this process can be among them.
 */
#define _GNU_SOURCE

#include "apart.h"

#include <errno.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { STACK_SIZE = 128 * 1024 };
enum { RETRY_NS = 10 * 1000 * 1000 };

struct start {
  struct start *next;
  void *(*run)(void *);
  void *data;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
/* Oldest first. */
static struct start *starts;
static int is_apart;
static int is_ready;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;

static int fetch(int fd) {
  int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (self == -1) return -errno;
  int copy = (int)syscall(SYS_pidfd_getfd, self, fd, 0);
  if (copy == -1) copy = -errno;
  close(self);
  return copy;
}

int thread_start(void *(*run)(void *), void *data) {
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all, before;
  if (pthread_attr_init(&attributes) != 0) return -ENOMEM;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_SIZE);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, &attributes, run, data);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return -error;
}

/* With no thread to be had there is nothing better than to wait for one. */
static void *start_others(void *data) {
  (void)data;
  syscall(SYS_close_range, 0, ~0U, CLOSE_RANGE_UNSHARE);
  pthread_mutex_lock(&lock);
  is_ready = 1;
  pthread_cond_signal(&ready);
  for (;;) {
    while (starts == NULL) pthread_cond_wait(&work, &lock);
    struct start *start = starts;
    if (thread_start(start->run, start->data) == 0) {
      starts = start->next;
      free(start);
    } else {
      pthread_mutex_unlock(&lock);
      nanosleep(&(struct timespec){.tv_nsec = RETRY_NS}, NULL);
      pthread_mutex_lock(&lock);
    }
  }
  return NULL;
}

/* Whether a thread can fetch a descriptor, and have a table of its own. */
static int is_allowed(void) {
  int probe = eventfd(0, EFD_CLOEXEC);
  if (probe == -1) return 0;
  int copy = fetch(probe);
  close(probe);
  if (copy < 0) return 0;
  close(copy);
  // An empty range: only whether there is such a call.
  return syscall(SYS_close_range, ~0U, ~0U, 0) == 0;
}

/*
 * Waits for the empty table: until then it holds what is opened now, a device perhaps. Not for
 * ever, as other filesystems are flushed.
 */
static void prepare(void) {
  struct timespec end;
  int error = 0;
  is_apart = is_allowed() && thread_start(start_others, NULL) == 0;
  if (!is_apart) return;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec++;
  pthread_mutex_lock(&lock);
  while (!is_ready && error == 0) error = pthread_cond_timedwait(&ready, &lock, &end);
  pthread_mutex_unlock(&lock);
}

void apart_prepare(void) {
  pthread_once(&once, prepare);
}

int apart_start(void *(*run)(void *), void *data) {
  apart_prepare();
  if (!is_apart) return thread_start(run, data);
  struct start *start = malloc(sizeof(*start));
  if (start == NULL) return -ENOMEM;
  *start = (struct start){.run = run, .data = data};
  pthread_mutex_lock(&lock);
  struct start **end = &starts;
  while (*end != NULL) end = &(*end)->next;
  *end = start;
  pthread_cond_signal(&work);
  pthread_mutex_unlock(&lock);
  return 0;
}

int apart_cancel(const void *data) {
  int count = 0;
  pthread_mutex_lock(&lock);
  for (struct start **link = &starts; *link != NULL;) {
    struct start *start = *link;
    if (start->data == data) {
      *link = start->next;
      free(start);
      count++;
    } else link = &start->next;
  }
  pthread_mutex_unlock(&lock);
  return count;
}

int apart_fetch(int fd) {
  return is_apart ? fetch(fd) : fd;
}

void apart_drop(int fd) {
  if (is_apart && fd >= 0) close(fd);
}
