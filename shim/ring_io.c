/*
 * Without IORING_SETUP_DEFER_TASKRUN: with it, what happens to the connection would stay unseen
 * until this thread enters the kernel by io_uring, and the event loop would not be woken.
 */
#define _GNU_SOURCE

#include "ring_io.h"

#include <errno.h>
#include <linux/time_types.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SUBMISSION_SIZE = 2 * sizeof(struct io_uring_sqe) };
static const int64_t NS_PER_S = 1000000000;

static const uint32_t flags = IORING_SETUP_SQE128 | IORING_SETUP_SINGLE_ISSUER |
                              IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
static const uint32_t features =
    IORING_FEAT_SINGLE_MMAP | IORING_FEAT_EXT_ARG | IORING_FEAT_NODROP;

static uint32_t *field(const struct ring_io *io, uint32_t offset) {
  return (uint32_t *)(io->queues + offset);
}

static void *map(const struct ring_io *io, size_t size, off_t offset) {
  return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, io->fd, offset);
}

static int map_queues(struct ring_io *io) {
  const struct io_sqring_offsets *sq = &io->params.sq_off;
  const struct io_cqring_offsets *cq = &io->params.cq_off;
  size_t sq_size = sq->array + io->params.sq_entries * sizeof(uint32_t);
  size_t cq_size = cq->cqes + io->params.cq_entries * sizeof(struct io_uring_cqe);
  io->queues_size = sq_size > cq_size ? sq_size : cq_size;
  io->queues = map(io, io->queues_size, IORING_OFF_SQ_RING);
  if (io->queues == MAP_FAILED) return -errno;
  io->submissions_size = (size_t)io->params.sq_entries * SUBMISSION_SIZE;
  io->submissions = map(io, io->submissions_size, IORING_OFF_SQES);
  if (io->submissions == MAP_FAILED) return -errno;
  // Submissions go in order: each place of the queue means the same one for ever.
  uint32_t *array = field(io, sq->array);
  for (uint32_t i = 0; i < io->params.sq_entries; i++) array[i] = i;
  return 0;
}

int ring_io_open(struct ring_io *io, uint32_t count) {
  memset(io, 0, sizeof(*io));
  io->queues = io->submissions = MAP_FAILED;
  io->params.flags = flags;
  io->fd = (int)syscall(SYS_io_uring_setup, count, &io->params);
  if (io->fd == -1) return -errno;
  if ((io->params.features & features) != features) return -ENOSYS;
  return map_queues(io);
}

void ring_io_close(struct ring_io *io) {
  if (io->submissions != MAP_FAILED) munmap(io->submissions, io->submissions_size);
  if (io->queues != MAP_FAILED) munmap(io->queues, io->queues_size);
  if (io->fd != -1) close(io->fd);
}

static uint32_t completions(const struct ring_io *io) {
  uint32_t tail = __atomic_load_n(field(io, io->params.cq_off.tail), __ATOMIC_ACQUIRE);
  return tail - *field(io, io->params.cq_off.head);
}

static uint32_t submissions(const struct ring_io *io) {
  uint32_t head = __atomic_load_n(field(io, io->params.sq_off.head), __ATOMIC_ACQUIRE);
  return *field(io, io->params.sq_off.tail) - head;
}

struct io_uring_sqe *ring_io_submission(struct ring_io *io) {
  uint32_t *tail = field(io, io->params.sq_off.tail);
  if (submissions(io) == io->params.sq_entries) return NULL;
  // The kernel looks at it in ring_io_enter only.
  size_t place = (*tail)++ & (io->params.sq_entries - 1);
  return memset(io->submissions + place * SUBMISSION_SIZE, 0, SUBMISSION_SIZE);
}

int ring_io_is_due(const struct ring_io *io) {
  uint32_t sq_flags = __atomic_load_n(field(io, io->params.sq_off.flags), __ATOMIC_RELAXED);
  return submissions(io) > 0 || (sq_flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
}

int ring_io_enter(struct ring_io *io, int64_t timeout) {
  uint32_t wanted = timeout != 0 && completions(io) == 0;
  struct __kernel_timespec time = {.tv_sec = timeout / NS_PER_S, .tv_nsec = timeout % NS_PER_S};
  struct io_uring_getevents_arg argument = {.ts = timeout < 0 ? 0 : (uintptr_t)&time};
  long result = syscall(SYS_io_uring_enter, io->fd, submissions(io), wanted,
                        IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &argument,
                        sizeof(argument));
  return result == -1 && errno != ETIME ? -errno : 0;
}

int ring_io_peek(const struct ring_io *io, uint32_t place, struct io_uring_cqe *completion) {
  const struct io_cqring_offsets *cq = &io->params.cq_off;
  if (place >= completions(io)) return 0;
  const struct io_uring_cqe *cqes = (const struct io_uring_cqe *)(io->queues + cq->cqes);
  *completion = cqes[(*field(io, cq->head) + place) & (io->params.cq_entries - 1)];
  return 1;
}

int ring_io_take(struct ring_io *io, struct io_uring_cqe *completion) {
  uint32_t *head = field(io, io->params.cq_off.head);
  if (!ring_io_peek(io, 0, completion)) return 0;
  __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
  return 1;
}
