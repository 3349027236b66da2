/*
 * A ring must not be closed while the kernel may be handing out a request: Linux 6.18 was seen to
 * keep such an entry for ever, and a kernel thread busy with it. So it is closed only when the
 * connection is at its end and every entry has come back.
 */
#define _GNU_SOURCE

#include "ring.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "fuse_uring.h"
#include "ring_io.h"

enum { SUBJECTS = 2, HEADER_AND_PAYLOAD = 2 };
/* How long a drain waits for one completion, before it looks at the clock. */
static const int64_t DRAIN_STEP_NS = 10 * 1000 * 1000;

struct entry {
  int is_armed;
  uint16_t queue;
  const struct fuse_ring_header *header;
  /* The kernel reads it when it takes the entry. */
  struct iovec parts[HEADER_AND_PAYLOAD];
};

struct ring {
  struct ring_io io;
  int device;
  int control;
  int is_watching[SUBJECTS];
  uint32_t armed;
  uint32_t entry_count;
  struct entry entries[];
};

static int *watching(struct ring *ring, int32_t subject) {
  return &ring->is_watching[-1 - subject];
}

static void close_ring(struct ring *ring) {
  ring_io_close(&ring->io);
  free(ring);
}

struct ring *ring_open(int device, int control, uint32_t entry_count) {
  struct ring *ring = calloc(1, sizeof(*ring) + entry_count * sizeof(struct entry));
  if (ring == NULL) return NULL;
  ring->control = control;
  ring->device = device;
  ring->entry_count = entry_count;
  int error = ring_io_open(&ring->io, entry_count + SUBJECTS);
  if (error == 0) return ring;
  close_ring(ring);
  errno = -error;
  return NULL;
}

int ring_fd(const struct ring *ring) {
  return ring->io.fd;
}

/* Hands the entry to the kernel. */
static struct io_uring_sqe *arm(struct ring *ring, uint32_t index, uint32_t command,
                                uint64_t commit_id) {
  struct entry *entry = &ring->entries[index];
  struct io_uring_sqe *submission = ring_io_submission(&ring->io);
  if (submission == NULL) return NULL;
  struct fuse_ring_submission request = {.commit_id = commit_id, .queue = entry->queue};
  submission->opcode = IORING_OP_URING_CMD;
  submission->fd = ring->device;
  submission->cmd_op = command;
  submission->user_data = index;
  memcpy(submission->cmd, &request, sizeof(request));
  entry->is_armed = 1;
  ring->armed++;
  return submission;
}

int ring_register(struct ring *ring, uint32_t index, uint16_t queue, void *header, void *payload,
                  size_t payload_size) {
  if (index >= ring->entry_count || ring->entries[index].header != NULL) return -EINVAL;
  struct entry *entry = &ring->entries[index];
  entry->queue = queue;
  struct io_uring_sqe *submission = arm(ring, index, FUSE_RING_REGISTER, 0);
  if (submission == NULL) return -EBUSY;
  entry->header = header;
  entry->parts[0] = (struct iovec){header, sizeof(*entry->header)};
  entry->parts[1] = (struct iovec){payload, payload_size};
  submission->addr = (uintptr_t)entry->parts;
  submission->len = HEADER_AND_PAYLOAD;
  return 0;
}

int ring_register_all(struct ring *ring) {
  struct io_uring_cqe completion;
  int error = ring_io_enter(&ring->io, 0);
  for (uint32_t i = 0; error == 0 && ring_io_peek(&ring->io, i, &completion); i++) {
    if ((int64_t)completion.user_data >= 0 && completion.res < 0) error = completion.res;
  }
  return error;
}

int ring_commit(struct ring *ring, uint32_t index) {
  if (index >= ring->entry_count) return -EINVAL;
  const struct entry *entry = &ring->entries[index];
  if (entry->header == NULL || entry->is_armed) return -EINVAL;
  uint64_t commit_id = entry->header->commit_id;
  return arm(ring, index, FUSE_RING_COMMIT_AND_FETCH, commit_id) == NULL ? -EBUSY : 0;
}

int ring_watch(struct ring *ring, enum ring_subject subject, int fd) {
  if (*watching(ring, subject)) return 0;
  struct io_uring_sqe *submission = ring_io_submission(&ring->io);
  if (submission == NULL) return -EBUSY;
  submission->opcode = IORING_OP_POLL_ADD;
  submission->fd = fd;
  submission->poll32_events = POLLIN;
  submission->user_data = (uint64_t)(int64_t)subject;
  *watching(ring, subject) = 1;
  return 0;
}

int ring_enter(struct ring *ring, int64_t timeout) {
  return ring_io_enter(&ring->io, timeout);
}

int ring_is_due(const struct ring *ring) {
  return ring_io_is_due(&ring->io);
}

int ring_take(struct ring *ring, struct ring_completion *completion) {
  struct io_uring_cqe taken;
  if (!ring_io_take(&ring->io, &taken)) return 0;
  int32_t subject = (int32_t)taken.user_data;
  *completion = (struct ring_completion){.subject = subject, .result = taken.res};
  if (subject < 0) {
    *watching(ring, subject) = 0;
  } else {
    ring->entries[subject].is_armed = 0;
    ring->armed--;
  }
  return 1;
}

static const int64_t NS_PER_S = 1000000000;
static const int64_t NS_PER_MS = 1000000;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Takes what there is; whether the kernel has no entry any more. */
static int is_drained(struct ring *ring) {
  struct ring_completion completion;
  while (ring_take(ring, &completion)) continue;
  return ring->armed == 0;
}

int ring_end(struct ring *ring, int64_t timeout) {
  int64_t end = now_ns() + timeout * NS_PER_MS;
  ring_enter(ring, 0);
  // Once aborted, or unmounted, the connection is hard of hearing: what counts is the entries.
  if (!is_drained(ring)) (void)!write(ring->control, "1", 1);
  while (!is_drained(ring)) {
    int64_t left = end - now_ns();
    if (left <= 0) return -ETIMEDOUT;
    ring_enter(ring, left < DRAIN_STEP_NS ? left : DRAIN_STEP_NS);
  }
  close_ring(ring);
  return 0;
}
