#include "held.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apart.h"
#include "burst.h"
#include "clock.h"

/* A header, what follows it, and data. */
enum { MOST_PARTS = 4 };
/* More than what libfuse puts in front of data. */
enum { MOST_COPIED = 192 };
enum { TICK_NS = 1000 * 1000, OVERDUE_NS = TICK_NS / 2 };
/* Ticks without a message after which the thread sleeps until there is one. */
enum { MOST_IDLE_TICKS = 16 };

struct message {
  struct iovec parts[MOST_PARTS];
  int count;
  char copies[MOST_COPIED];
};

struct held {
  /* Guards all below: whoever has it may send, so that each message is sent once. */
  pthread_mutex_t lock;
  pthread_cond_t work;
  int fd;
  int count;
  /* When the oldest message came. */
  uint64_t since;
  int64_t error;
  /* There was a message since the last tick. */
  int is_used;
  int is_asleep;
  int is_closed;
  /* The owner, and the thread; the last one to leave frees it. */
  int references;
  struct message messages[LONGEST_BURST];
};

/* Unlocks it, too. */
static void leave(struct held *held) {
  int is_last = --held->references == 0;
  pthread_mutex_unlock(&held->lock);
  if (!is_last) return;
  pthread_cond_destroy(&held->work);
  pthread_mutex_destroy(&held->lock);
  free(held);
}

static void send_all(struct held *held) {
  for (int i = 0; i < held->count; i++) {
    const struct message *message = &held->messages[i];
    ssize_t size = writev(held->fd, message->parts, message->count);
    if (size == -1 && errno != ENOENT) held->error = -errno;
  }
  held->count = 0;
}

/* One look at what is held; sleeps when nothing has been for long. */
static void tick(struct held *held, int *idle_ticks) {
  if (held->count > 0 && clock_now() - held->since >= OVERDUE_NS) send_all(held);
  *idle_ticks = held->is_used ? 0 : *idle_ticks + 1;
  held->is_used = 0;
  if (*idle_ticks < MOST_IDLE_TICKS) return;
  *idle_ticks = 0;
  held->is_asleep = 1;
  while (held->is_asleep && !held->is_closed) pthread_cond_wait(&held->work, &held->lock);
}

static void *send_overdue(void *data) {
  struct held *held = data;
  const struct timespec period = {.tv_nsec = TICK_NS};
  int idle_ticks = 0;
  for (;;) {
    nanosleep(&period, NULL);
    // The owner is at it; to wait for the lock would cost it a system call to hand that over.
    if (pthread_mutex_trylock(&held->lock) != 0) continue;
    if (!held->is_closed) tick(held, &idle_ticks);
    if (held->is_closed) break;
    pthread_mutex_unlock(&held->lock);
  }
  leave(held);
  return NULL;
}

struct held *held_open(int fd) {
  struct held *held = calloc(1, sizeof(*held));
  if (held == NULL) return NULL;
  held->fd = fd;
  held->references = 2;
  pthread_mutex_init(&held->lock, NULL);
  pthread_cond_init(&held->work, NULL);
  if (thread_start(send_overdue, held) == 0) return held;
  free(held);
  return NULL;
}

static int is_inside(struct iovec part, struct iovec whole) {
  const char *start = part.iov_base, *floor = whole.iov_base;
  return start >= floor && start + part.iov_len <= floor + whole.iov_len;
}

/* The size of the message, or -EAGAIN when there is no room for it. */
static int64_t copy(struct message *message, const struct iovec *parts, int count,
                    struct iovec kept) {
  size_t copied = 0, size = 0;
  if (count > MOST_PARTS) return -EAGAIN;
  for (int i = 0; i < count; i++) {
    message->parts[i] = parts[i];
    size += parts[i].iov_len;
    if (is_inside(parts[i], kept)) continue;
    if (parts[i].iov_len > sizeof(message->copies) - copied) return -EAGAIN;
    message->parts[i].iov_base =
        memcpy(message->copies + copied, parts[i].iov_base, parts[i].iov_len);
    copied += parts[i].iov_len;
  }
  message->count = count;
  return (int64_t)size;
}

int64_t held_add(struct held *held, const struct iovec *parts, int count, struct iovec kept) {
  int64_t size = -EAGAIN;
  pthread_mutex_lock(&held->lock);
  if (held->count < LONGEST_BURST) {
    size = copy(&held->messages[held->count], parts, count, kept);
  }
  if (size >= 0) {
    if (held->count++ == 0) held->since = clock_now();
    held->is_used = 1;
    if (held->is_asleep) pthread_cond_signal(&held->work);
    held->is_asleep = 0;
  }
  pthread_mutex_unlock(&held->lock);
  return size;
}

/* The failure that has not been told. */
static int64_t take_error(struct held *held) {
  int64_t error = held->error;
  held->error = 0;
  return error;
}

int64_t held_send(struct held *held) {
  pthread_mutex_lock(&held->lock);
  send_all(held);
  int64_t error = take_error(held);
  pthread_mutex_unlock(&held->lock);
  return error;
}

int64_t held_close(struct held *held) {
  pthread_mutex_lock(&held->lock);
  send_all(held);
  int64_t error = take_error(held);
  held->is_closed = 1;
  pthread_cond_signal(&held->work);
  leave(held);
  return error;
}
