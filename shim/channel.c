/*
 * A channel: how a thread that serves gets requests and gives answers. It waits for the next
 * request in the event loop's place, and goes back only when that has something to do, so that a
 * request costs the event loop nothing. Its functions take no arguments, see struct abi_channel.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "abi.h"
#include "clock.h"
#include "look.h"
#include "shim.h"
#include "spin.h"
#include "waker.h"
#include "watch.h"

/* Requests that are still answered when the event loop wants its turn. */
enum { MOST_BEFORE_TURN = 16 };
/* Reads in a row without a look whether there is a request. */
enum { MOST_BLIND = 64 };
/* Looks at most after a read that was tried without one, and in vain. */
enum { MOST_CAUTION = 64 };
/* Requests in a row in the event loop's place after which the device is read without a look. */
enum { MOST_LOOKS = 32 };
enum { LOOP = 1, DEVICE = 2 };

struct channel {
  int references;
  /* NULL once it is closed. */
  struct watch *watch;
  struct memory memory;
  napi_ref buffer;
  struct abi_channel *record;
  /* The device, and the event loop. */
  int epoll;
  /* Requests that may come yet before the event loop has its turn; 0 when it wants none. */
  int before_turn;
  /* The event loop has had its turn, and has called because there is a request. */
  int is_called;
  /* See read_blindly. */
  int looks_due, caution, blind_reads;
  struct spin spin;
  /* Requests since the event loop's last turn. */
  int in_place;
  /*
   * Nobody else reads from the device's open file, so that it may be made to wait; only while it
   * does, in the event loop's place, a waker is there to interrupt that.
   */
  int is_alone, is_waiting;
  struct waker *waker;
};

static double microseconds(uint64_t now) {
  return (double)now / 1000;
}

static int64_t send_parts(const struct channel *channel) {
  struct iovec parts[MAX_PARTS];
  const struct abi_channel *record = channel->record;
  int64_t count = memory_parts(&channel->memory, record->parts, record->count, parts);
  if (count < 0) return count;
  return result_of(writev(watch_fd(channel->watch), parts, (int)count));
}

static int64_t read_request(const struct channel *channel) {
  const struct abi_channel *record = channel->record;
  void *buffer = memory_at(&channel->memory, record->buffer, record->size);
  return buffer == NULL ? -EFAULT
                        : result_of(read(watch_fd(channel->watch), buffer, record->size));
}

/*
 * When the event loop wants its turn at the latest: AT_ONCE, NEVER, or nanoseconds of the monotonic
 * clock. It counts whole milliseconds, and a timer is due when its own begins.
 */
static int64_t next_turn(uv_loop_t *loop) {
  int timeout = uv_backend_timeout(loop);
  if (timeout == 0) return AT_ONCE;
  return timeout < 0 ? NEVER : (int64_t)(uv_now(loop) + timeout) * NS_PER_MS;
}

/* Nanoseconds left, -1 for ever. */
static int64_t until(int64_t deadline) {
  if (deadline == NEVER) return -1;
  int64_t left = deadline - (int64_t)uv_hrtime();
  return left < 0 ? 0 : left;
}

/* Waits for so many ns: what is ready, or -errno. */
static int look(const struct channel *channel, int64_t timeout) {
  struct epoll_event events[2];
  int count = look_for(channel->epoll, events, 2, timeout);
  if (count == -1) return -errno;
  int ready = 0;
  for (int i = 0; i < count; i++) ready |= (int)events[i].data.u32;
  return ready;
}

/* Looks again and again instead of sleeping, as long as that pays. */
static int poll(struct channel *channel) {
  uint64_t start = clock_now();
  uint64_t limit = spin_next(&channel->spin, start);
  int ready = 0;
  if (limit == 0) return 0;
  do ready = look(channel, 0);
  while (ready == 0 && clock_now() - start < limit);
  if (ready == 0) spin_missed(&channel->spin, clock_now());
  return ready;
}

static int wait(struct channel *channel, int64_t deadline) {
  int ready = poll(channel);
  if (ready != 0) return ready;
  watch_pause(channel->watch);
  return look(channel, until(deadline));
}

/* Under load there often is a request already, and a look before each read would be for nothing. */
static int64_t read_blindly(struct channel *channel) {
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
    // What the event loop has to do shows only in a look.
    if (++channel->blind_reads == MOST_BLIND) channel->blind_reads = 0, channel->looks_due = 1;
  }
  return result;
}

/* The event loop has something to do. */
static int64_t read_before_turn(struct channel *channel) {
  int64_t result = --channel->before_turn > 0 ? read_request(channel) : -EAGAIN;
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

static int64_t wait_in_read(struct channel *channel, int64_t deadline) {
  const struct abi_channel *record = channel->record;
  void *buffer = memory_at(&channel->memory, record->buffer, record->size);
  if (buffer == NULL) return -EFAULT;
  if (poll(channel) == LOOP) return -EAGAIN;
  return waker_read(channel->waker, watch_fd(channel->watch), buffer, record->size, deadline);
}

static int64_t look_and_read(struct channel *channel, int64_t deadline) {
  int64_t result;
  do {
    result = read_blindly(channel);
    if (result != -EAGAIN) return result;
    int ready = wait(channel, deadline);
    if (ready < 0) return ready;
    if (ready != DEVICE) channel->before_turn = MOST_BEFORE_TURN;
    if ((ready & DEVICE) == 0) return -EAGAIN;
    result = read_request(channel);
    // Otherwise another thread was faster.
  } while (result == -EAGAIN && channel->before_turn == 0);
  return result;
}

/* The next request: its bytes, -EAGAIN when the event loop is to have its turn, or -errno. */
static int64_t receive(struct channel *channel) {
  if (channel->is_called) return read_request(channel);
  int64_t deadline = next_turn(watch_loop(channel->watch));
  // A waker sees to it that a turn which is due comes, also under load.
  if (!channel->is_waiting && until(deadline) == 0) deadline = AT_ONCE;
  if (deadline == AT_ONCE && channel->before_turn == 0) {
    channel->before_turn = MOST_BEFORE_TURN;
    stop_waiting(channel);
  }
  if (channel->before_turn > 0) return read_before_turn(channel);
  if (channel->is_alone && ++channel->in_place > MOST_LOOKS) start_waiting(channel);
  return channel->is_waiting ? wait_in_read(channel, deadline) : look_and_read(channel, deadline);
}

static struct channel *channel_of(napi_env env, napi_callback_info info) {
  struct channel *channel;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, (void **)&channel) != napi_ok) return NULL;
  return channel->watch == NULL ? NULL : channel;
}

/* receive() */
static napi_value call_receive(napi_env env, napi_callback_info info) {
  struct channel *channel = channel_of(env, info);
  if (channel == NULL) return NULL;
  int64_t result = receive(channel);
  channel->is_called = result == -EAGAIN;
  if (result < 0) {
    channel->in_place = 0;
    stop_waiting(channel);
  }
  channel->record->result = (int32_t)result;
  channel->record->received_at = microseconds(clock_now());
  return NULL;
}

/* send() */
static napi_value call_send(napi_env env, napi_callback_info info) {
  struct channel *channel = channel_of(env, info);
  if (channel == NULL) return NULL;
  channel->record->result = (int32_t)send_parts(channel);
  channel->record->sent_at = microseconds(clock_now());
  return NULL;
}

static void close_channel(napi_env env, struct channel *channel) {
  if (channel->watch == NULL) return;
  stop_waiting(channel);
  if (channel->waker != NULL) waker_close(channel->waker);
  channel->watch = NULL;
  close(channel->epoll);
  napi_delete_reference(env, channel->buffer);
}

/* close(): before the watch is closed. */
static napi_value call_close(napi_env env, napi_callback_info info) {
  struct channel *channel = channel_of(env, info);
  if (channel != NULL) close_channel(env, channel);
  return NULL;
}

/* One of its functions is gone. */
static void drop(napi_env env, void *data, void *hint) {
  struct channel *channel = data;
  (void)hint;
  if (--channel->references > 0) return;
  close_channel(env, channel);
  free(channel);
}

static const struct {
  const char *name;
  napi_callback call;
} functions[] = {{"receive", call_receive}, {"send", call_send}, {"close", call_close}};

/* An object of its functions, each of which holds the channel; NULL with an exception pending. */
static napi_value functions_of(napi_env env, struct channel *channel) {
  napi_value object, function;
  napi_status status = napi_create_object(env, &object);
  for (size_t i = 0; status == napi_ok && i < sizeof(functions) / sizeof(functions[0]); i++) {
    const char *name = functions[i].name;
    napi_callback call = functions[i].call;
    status = napi_create_function(env, name, NAPI_AUTO_LENGTH, call, channel, &function);
    if (status == napi_ok) status = napi_add_finalizer(env, function, channel, drop, NULL, NULL);
    if (status == napi_ok) channel->references++;
    if (status == napi_ok) status = napi_set_named_property(env, object, name, function);
  }
  return status == napi_ok ? object : NULL;
}

/* Looks at the device and at the event loop: 0 or -errno. */
static int open_epoll(struct channel *channel) {
  struct epoll_event loop = {.events = EPOLLIN, .data.u32 = LOOP};
  // Of the threads that serve a connection, one wakes up for each request.
  struct epoll_event device = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.u32 = DEVICE};
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

/* A channel over a watch's descriptor, with its record at an offset of the memory; 0 or -errno. */
static int open_channel(napi_env env, napi_value *arguments, struct channel *channel) {
  int64_t offset;
  bool is_alone;
  napi_typedarray_type type;
  channel->watch = watch_of(env, arguments[0]);
  if (channel->watch == NULL) return -EBADF;
  if (napi_get_typedarray_info(env, arguments[1], &type, &channel->memory.size,
                               (void **)&channel->memory.base, NULL, NULL) != napi_ok ||
      type != napi_uint8_array || napi_get_value_int64(env, arguments[2], &offset) != napi_ok ||
      napi_get_value_bool(env, arguments[3], &is_alone) != napi_ok) {
    return -EINVAL;
  }
  channel->is_alone = is_alone;
  channel->record = memory_at(&channel->memory, offset, sizeof(*channel->record));
  if (channel->record == NULL) return -EFAULT;
  clock_prepare();
  int error = open_epoll(channel);
  if (error != 0) return error;
  if (napi_create_reference(env, arguments[1], 1, &channel->buffer) == napi_ok) return 0;
  close(channel->epoll);
  return -EINVAL;
}

/*
 * channel(watch, memory, offset of the record, is alone): {receive, send, close}, or -errno. The
 * memory must not grow while it is open.
 */
static napi_value call_channel(napi_env env, napi_callback_info info) {
  napi_value arguments[4], result;
  size_t count = 4;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 4) {
    return NULL;
  }
  struct channel *channel = calloc(1, sizeof(*channel));
  int error = channel == NULL ? -ENOMEM : open_channel(env, arguments, channel);
  if (error == 0) {
    channel->caution = channel->is_called = 1;
    return functions_of(env, channel);
  }
  free(channel);
  return napi_create_int32(env, error, &result) == napi_ok ? result : NULL;
}

napi_status channel_register(napi_env env, napi_value exports) {
  napi_value function;
  napi_status status =
      napi_create_function(env, "channel", NAPI_AUTO_LENGTH, call_channel, NULL, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, "channel", function) : status;
}
