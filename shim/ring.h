#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * A FUSE device that hands out its requests over io_uring. An entry is the kernel's while it is
 * armed, and the caller's from the completion that brings a request until it is committed. Only the
 * thread that opened a ring may use it. Results are 0 or -errno.
 */
struct ring;

/* Completions that are about something else than an entry. */
enum ring_subject { RING_DEVICE = -1, RING_LOOP = -2 };

struct ring_completion {
  /* An entry's index, or a ring_subject. */
  int32_t subject;
  /* -errno: the entry has no request, and never gets one again. */
  int32_t result;
};

/*
 * For at most `entry_count` entries of `device`, whose connection `control` aborts, see
 * ring_control; both stay the caller's. NULL and errno where io_uring is not to be had.
 */
struct ring *ring_open(int device, int control, uint32_t entry_count);

/*
 * A descriptor that aborts the connection of this number when something is written to it; -errno
 * where there is none.
 */
int ring_control(uint32_t connection);

/*
 * Closes the ring. When the kernel has entries still, the connection is aborted before, and it gets
 * at most `timeout` ms to let go of them; requests that come meanwhile are dropped, as the kernel
 * has ended them. -ETIMEDOUT: the ring stays open, and the entries' memory must stay in place.
 */
int ring_end(struct ring *ring, int64_t timeout);

/* Can be read once there are completions; the ring's own. */
int ring_fd(const struct ring *ring);

/* Has the kernel take an entry for a queue; its memory must stay until the ring is drained. */
int ring_register(struct ring *ring, uint32_t entry, uint16_t queue, void *header, void *payload,
                  size_t payload_size);

/* Submits those: 0, or -errno of one that the kernel has not taken. */
int ring_register_all(struct ring *ring);

/* The reply is in place: it goes with the next ring_enter, which arms the entry anew. */
int ring_commit(struct ring *ring, uint32_t entry);

/* Has one completion come once `fd` can be read or has failed, unless one is awaited already. */
int ring_watch(struct ring *ring, enum ring_subject subject, int fd);

/*
 * Submits what there is, and waits for a completion at most `timeout` ns, for ever when that is
 * negative; not at all when there is one already.
 */
int ring_enter(struct ring *ring, int64_t timeout);

/* Whether ring_enter would have something to do without waiting. */
int ring_is_due(const struct ring *ring);

/* Takes the oldest completion: 1, or 0 when there is none. */
int ring_take(struct ring *ring, struct ring_completion *completion);
