#pragma once

#include <linux/io_uring.h>
#include <stddef.h>
#include <stdint.h>

/*
 * io_uring by its system calls, with submissions of 128 bytes. Only the thread that opened one may
 * use it. Results are 0 or -errno.
 */
struct ring_io {
  int fd;
  /* Both queues of the kernel's, in one mapping, and the submissions themselves. */
  uint8_t *queues;
  size_t queues_size;
  uint8_t *submissions;
  size_t submissions_size;
  struct io_uring_params params;
};

/* Room for `count` submissions at once. Whatever comes of it, ring_io_close must follow. */
int ring_io_open(struct ring_io *io, uint32_t count);
void ring_io_close(struct ring_io *io);

/* The next submission, zeroed; NULL when there is no room. It goes with the next ring_io_enter. */
struct io_uring_sqe *ring_io_submission(struct ring_io *io);

/*
 * Submits what there is, and waits for a completion at most `timeout` ns, for ever when that is
 * negative; not at all when there is one already. -EINTR for a signal.
 */
int ring_io_enter(struct ring_io *io, int64_t timeout);

/* Whether there is something to submit, or the kernel has something for this thread to do. */
int ring_io_is_due(const struct ring_io *io);

/* The completion that has `place` older ones before it, which stays: 1, or 0 when there is none. */
int ring_io_peek(const struct ring_io *io, uint32_t place, struct io_uring_cqe *completion);

/* Takes the oldest completion: 1, or 0 when there is none. */
int ring_io_take(struct ring_io *io, struct io_uring_cqe *completion);
