#define _GNU_SOURCE

#include "channel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "clock.h"
#include "look.h"
#include "patience.h"

/* Requests that are still answered when the event loop wants its turn. */
enum { MOST_BEFORE_TURN = 16 };
/* Reads in a row without a look whether there is a request. */
enum { MOST_BLIND = 64 };
/* Looks at most after a read that was tried without one, and in vain. */
enum { MOST_CAUTION = 64 };
/* Requests in a row in the event loop's place after which the device is read without a look. */
enum { MOST_LOOKS = 32 };
/* Reads, while it is polled, for each look at the event loop. */
enum { READS_A_LOOK = 8 };
enum { LOOP = 1, DEVICE = 2 };

static int64_t read_request(const struct channel *channel) {
  const struct abi_channel *record = channel->record;
  void *buffer = memory_at(&channel->memory, record->buffer, record->size);
  return buffer == NULL ? -EFAULT
                        : result_of(read(watch_fd(channel->watch), buffer, record->size));
}

/* Waits for so many ns: what is ready, or -errno. */
static int look(struct channel *channel, int64_t timeout) {
  struct epoll_event events[2];
  channel->unlooked = 0;
  int count = look_for(channel->epoll, events, 2, timeout);
  if (count == -1) return -errno;
  int ready = 0;
  for (int i = 0; i < count; i++) ready |= (int)events[i].data.u32;
  return ready;
}

/* A look once in so many reads. */
static int look_at_times(struct channel *channel) {
  return ++channel->unlooked < READS_A_LOOK ? 0 : look(channel, 0);
}

/*
 * Reads again and again instead of sleeping, as long as that pays, or until something is ready: a
 * look at the device before each read would take as long as the read.
 */
static int64_t read_polling(struct channel *channel, int *ready) {
  uint64_t start = clock_now();
  uint64_t limit = spin_next(&channel->spin, start);
  if (limit == 0) return -EAGAIN;
  // At first, as the next request may be there at once time after time.
  while ((*ready = look_at_times(channel)) == 0) {
    int64_t result = read_request(channel);
    if (result != -EAGAIN) return result;
    if (clock_now() - start < limit) continue;
    spin_missed(&channel->spin, clock_now());
    break;
  }
  return -EAGAIN;
}

/* Under load there often is a request already, and a look before each read would be for nothing. */
static int64_t read_blindly(struct channel *channel) {
  if (channel->is_slow) {
    channel->unlooked = READS_A_LOOK;
    return -EAGAIN;
  }
  if (channel->looks_due > 0) {
    channel->looks_due--;
    return -EAGAIN;
  }
  int64_t result = read_request(channel);
  if (result == -EAGAIN) {
    channel->caution = channel->caution < MOST_CAUTION ? channel->caution * 2 : MOST_CAUTION;
    channel->looks_due = channel->caution;
    channel->blind_reads = 0;
  } else {
    channel->caution = 1;
    channel->unlooked++;
    // What the event loop has to do shows only in a look; during bursts, no waker tells of it.
    int most = channel->burst.is_on ? LONGEST_BURST : MOST_BLIND;
    if (++channel->blind_reads >= most) channel->blind_reads = 0, channel->looks_due = 1;
  }
  return result;
}

/* The event loop has something to do; what was read ahead by now counts. */
static void begin_turn(struct channel *channel) {
  channel->before_turn = MOST_BEFORE_TURN + 1 - (int)channel->burst.size;
}

static int64_t read_before_turn(struct channel *channel) {
  int may_read = --channel->before_turn > 0 && !channel->is_slow;
  int64_t result = may_read ? read_request(channel) : -EAGAIN;
  if (result == -EAGAIN) channel->before_turn = 0;
  return result;
}

static void set_nonblocking(const struct channel *channel, int is_nonblocking) {
  int fd = watch_fd(channel->watch);
  int flags = fcntl(fd, F_GETFL, 0);
  fcntl(fd, F_SETFL, is_nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

/* From looking at the device before each read to waiting in the read. */
static void start_waiting(struct channel *channel) {
  if (channel->is_waiting) return;
  if (channel->waker == NULL) channel->waker = waker_open(watch_loop(channel->watch));
  if (channel->waker == NULL) channel->is_alone = 0;
  if (channel->waker == NULL) return;
  watch_pause(channel->watch);
  set_nonblocking(channel, 0);
  channel->is_waiting = 1;
}

static void stop_waiting(struct channel *channel) {
  if (!channel->is_waiting) return;
  channel->is_waiting = 0;
  set_nonblocking(channel, 1);
  waker_rest(channel->waker);
}

static int64_t look_and_read(struct channel *channel, int64_t deadline) {
  int64_t result;
  do {
    result = read_blindly(channel);
    if (result != -EAGAIN) return result;
    int ready = 0;
    // Its epoll would be ready too when the device is.
    watch_pause(channel->watch);
    result = read_polling(channel, &ready);
    if (result != -EAGAIN) return result;
    if (ready == 0) ready = look(channel, until(deadline));
    if (ready < 0) return ready;
    if (ready != DEVICE && channel->is_slow) return -EAGAIN;
    if (ready != DEVICE) begin_turn(channel);
    if ((ready & DEVICE) == 0) return -EAGAIN;
    result = read_request(channel);
    // Otherwise another thread was faster.
  } while (result == -EAGAIN && channel->before_turn == 0);
  return result;
}

static int64_t wait_in_read(struct channel *channel, int64_t deadline) {
  const struct abi_channel *record = channel->record;
  void *buffer = memory_at(&channel->memory, record->buffer, record->size);
  if (buffer == NULL) return -EFAULT;
  if (spin_next(&channel->spin, clock_now()) > 0) {
    stop_waiting(channel);
    return look_and_read(channel, deadline);
  }
  return waker_read(channel->waker, watch_fd(channel->watch), buffer, record->size, deadline);
}

/* The next request: its bytes, -EAGAIN when the event loop is to have its turn, or -errno. */
static int64_t receive(struct channel *channel) {
  if (channel->is_called) return read_request(channel);
  int64_t deadline = next_turn(watch_loop(channel->watch));
  // A waker sees to it that a turn which is due comes, also under load.
  if (!channel->is_waiting && until(deadline) == 0) deadline = AT_ONCE;
  if (deadline == AT_ONCE && channel->before_turn == 0) {
    begin_turn(channel);
    stop_waiting(channel);
  }
  if (channel->before_turn > 0) return read_before_turn(channel);
  int may_wait = channel->is_alone && !channel->burst.is_on && !channel->spin.is_polling;
  if (may_wait && ++channel->in_place > MOST_LOOKS) start_waiting(channel);
  return channel->is_waiting ? wait_in_read(channel, deadline) : look_and_read(channel, deadline);
}

/* From waiting for each request to reading ahead. */
static void start_bursts(struct channel *channel) {
  stop_waiting(channel);
  if (channel->held == NULL) channel->held = held_open(watch_fd(channel->watch));
  if (channel->held == NULL) channel->is_alone = 0;
}

static int is_another_there(const struct channel *channel) {
  struct pollfd device = {.fd = watch_fd(channel->watch), .events = POLLIN};
  return poll(&device, 1, 0) > 0 && (device.revents & POLLIN) != 0;
}

/* How many requests may be read after one that has come. */
static uint32_t most_ahead(struct channel *channel) {
  if (!channel->is_alone || channel->is_slow) return 0;
  if (burst_begin(&channel->burst)) burst_look(&channel->burst, is_another_there(channel));
  if (channel->burst.is_on) start_bursts(channel);
  if (!channel->is_alone || !channel->burst.is_on) return 0;
  int left = channel->before_turn;
  return left > 0 && left < LONGEST_BURST ? (uint32_t)left - 1 : LONGEST_BURST - 1;
}

static int64_t receive_ahead(struct channel *channel) {
  struct abi_channel *record = channel->record;
  int64_t result = read_request(channel);
  record->ahead = result < 0 ? 0 : record->ahead - 1;
  if (result < 0) return result;
  burst_grow(&channel->burst);
  channel->blind_reads++;
  if (channel->before_turn > 0) channel->before_turn--;
  return result;
}

static int64_t receive_first(struct channel *channel) {
  int64_t result = receive(channel);
  channel->is_called = result == -EAGAIN;
  if (result >= 0) {
    channel->record->ahead = most_ahead(channel);
    return result;
  }
  channel->in_place = 0;
  stop_waiting(channel);
  return result;
}

void channel_receive(struct channel *channel) {
  struct abi_channel *record = channel->record;
  if (channel->is_given) channel->is_slow = record->sent_at - record->received_at > SLOW_US;
  int64_t result = record->ahead > 0 ? receive_ahead(channel) : receive_first(channel);
  channel->is_given = result >= 0;
  record->result = (int32_t)result;
  record->received_at = clock_microseconds();
}

int channel_open(struct channel *channel) {
  struct epoll_event loop = {.events = EPOLLIN, .data.u32 = LOOP};
  // Of the threads that serve a connection, one wakes up for each request.
  struct epoll_event device = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.u32 = DEVICE};
  clock_prepare();
  channel->caution = channel->is_called = 1;
  burst_open(&channel->burst);
  channel->record->ahead = channel->record->kept_size = 0;
  channel->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (channel->epoll == -1) return -errno;
  int backend = uv_backend_fd(watch_loop(channel->watch));
  if (epoll_ctl(channel->epoll, EPOLL_CTL_ADD, backend, &loop) == 0 &&
      epoll_ctl(channel->epoll, EPOLL_CTL_ADD, watch_fd(channel->watch), &device) == 0) {
    return 0;
  }
  int error = -errno;
  close(channel->epoll);
  return error;
}

void channel_close(struct channel *channel) {
  channel_let_go(channel);
  stop_waiting(channel);
  if (channel->waker != NULL) waker_close(channel->waker);
  close(channel->epoll);
}
