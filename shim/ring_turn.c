#define _GNU_SOURCE

#include "ring_turn.h"

#include <errno.h>
#include <poll.h>

#include "clock.h"
#include "patience.h"

/* Before all replies are sent, and the event loop is looked at, however much has come. */
enum { MOST_IN_A_ROW = 16 };
/* Requests after a slow one before each of which all replies are sent. */
enum { MOST_CAREFUL = 64 };

static int commit_all(struct ring_turn *turn) {
  struct abi_ring *record = turn->record;
  uint32_t count = record->committed_count;
  record->committed_count = 0;
  if (count > turn->entry_count) return -EFAULT;
  for (uint32_t i = 0; i < count; i++) {
    int error = ring_commit(turn->ring, record->committed[i]);
    if (error != 0) return error;
  }
  return 0;
}

/*
 * What the kernel has brought: requests first, as one of them may be what the device interrupts,
 * but not for ever.
 */
static int64_t next(struct ring_turn *turn) {
  struct ring_completion completion;
  int is_patient = turn->in_a_row > 0 || !turn->is_device_ready;
  while (is_patient && ring_take(turn->ring, &completion)) {
    switch (completion.subject) {
    case RING_LOOP:
      turn->is_loop_ready = 1;
      break;
    case RING_DEVICE:
      turn->is_device_ready = 1;
      break;
    default:
      if (completion.result >= 0) return completion.subject;
      // The connection is at its end: reading the device tells how.
      if (completion.result != -ENOTCONN && completion.result != -ECONNABORTED) {
        return completion.result;
      }
      turn->is_device_ready = 1;
    }
  }
  if (!turn->is_device_ready) return -EAGAIN;
  turn->is_device_ready = 0;
  return ABI_RING_DEVICE;
}

/* As `patience`, once it is known whether what the ring was called for is work of the loop's. */
static int64_t patience_of(struct ring_turn *turn) {
  uv_loop_t *loop = watch_loop(turn->watch);
  if (turn->is_loop_ready) {
    struct pollfd backend = {.fd = uv_backend_fd(loop), .events = POLLIN};
    // It may be what has come over the ring, and nothing else.
    watch_pause(turn->watch);
    // Until it has had its turn, however many requests come before.
    if (poll(&backend, 1, 0) != 0) return 0;
    turn->is_loop_ready = 0;
  }
  return patience(loop);
}

/* Looks again and again instead of sleeping, as long as that pays. */
static int64_t look(struct ring_turn *turn) {
  uint64_t start = clock_now();
  uint64_t limit = spin_next(&turn->spin, start);
  if (limit == 0) return -EAGAIN;
  int64_t result;
  do {
    int error = ring_is_due(turn->ring) ? ring_enter(turn->ring, 0) : 0;
    if (error != 0 && error != -EINTR) return error;
    result = next(turn);
  } while (result == -EAGAIN && !turn->is_loop_ready && clock_now() - start < limit);
  if (result == -EAGAIN) spin_missed(&turn->spin, clock_now());
  return result;
}

static int64_t wait(struct ring_turn *turn, int64_t timeout) {
  struct ring *ring = turn->ring;
  // Else each completion would look like work of the event loop's.
  watch_pause(turn->watch);
  int error = ring_watch(ring, RING_LOOP, uv_backend_fd(watch_loop(turn->watch)));
  if (error == 0) error = ring_watch(ring, RING_DEVICE, turn->device);
  if (error != 0) return error;
  int64_t result = look(turn);
  if (result != -EAGAIN || turn->is_loop_ready) return result;
  error = ring_enter(ring, timeout);
  return error != 0 && error != -EINTR ? error : next(turn);
}

/* The event loop has something to do: what has come by now goes first. */
static int64_t yield(struct ring_turn *turn) {
  int error = ring_enter(turn->ring, 0);
  if (error != 0 && error != -EINTR) return error;
  turn->is_due = !turn->is_due;
  int64_t result = turn->is_due ? next(turn) : -EAGAIN;
  if (result == -EAGAIN) turn->is_due = 0;
  return result;
}

/* Whether the last request has kept the thread for long, as the next ones may. */
static int was_slow(const struct ring_turn *turn) {
  return turn->is_given && clock_microseconds() - turn->record->received_at > SLOW_US;
}

/* Replies go together with later ones, but not where those may take long. */
static int send_carefully(struct ring_turn *turn) {
  if (turn->careful == 0) return 0;
  turn->careful--;
  int error = ring_is_due(turn->ring) ? ring_enter(turn->ring, 0) : 0;
  return error == -EINTR ? 0 : error;
}

static int64_t receive(struct ring_turn *turn) {
  if (turn->in_a_row < MOST_IN_A_ROW) {
    int64_t result = next(turn);
    if (result != -EAGAIN) {
      turn->in_a_row++;
      return result;
    }
  }
  turn->in_a_row = 0;
  for (;;) {
    int64_t timeout = patience_of(turn);
    if (timeout == 0) return yield(turn);
    turn->is_due = 0;
    int64_t result = wait(turn, timeout);
    if (result != -EAGAIN) return result;
  }
}

static int64_t receive_carefully(struct ring_turn *turn) {
  turn->careful = MOST_CAREFUL;
  int error = send_carefully(turn);
  if (error != 0) return error;
  // However many requests have come before.
  turn->is_loop_ready = 1;
  return patience_of(turn) == 0 ? -EAGAIN : receive(turn);
}

/* The event loop looks at the ring alone: it has to tell of the device, too. */
static int64_t leave(struct ring_turn *turn) {
  if (turn->is_device_ready) {
    turn->is_device_ready = 0;
    return ABI_RING_DEVICE;
  }
  int error = ring_watch(turn->ring, RING_DEVICE, turn->device);
  if (error == 0 && ring_is_due(turn->ring)) error = ring_enter(turn->ring, 0);
  return error != 0 && error != -EINTR ? error : -EAGAIN;
}

int64_t ring_receive(struct ring_turn *turn) {
  int is_slow = was_slow(turn);
  int64_t result = commit_all(turn);
  if (result == 0 && !is_slow) result = send_carefully(turn);
  if (result == 0) result = is_slow ? receive_carefully(turn) : receive(turn);
  if (result == -EAGAIN) result = leave(turn);
  turn->is_given = result >= 0;
  return result;
}

int64_t ring_send(struct ring_turn *turn) {
  int error = commit_all(turn);
  return error == 0 && ring_is_due(turn->ring) ? ring_enter(turn->ring, 0) : error;
}
