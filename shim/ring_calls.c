/*
 * Rings as JavaScript sees them: an object of functions. Those that are called for each request
 * take no arguments, see struct abi_ring.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "functions.h"
#include "fuse_uring.h"
#include "ring_turn.h"
#include "shim.h"

/* What a thread that ends gives the kernel to let go of its memory. */
enum { END_MS = 2000 };

struct handle {
  int references;
  napi_env env;
  struct memory memory;
  napi_ref buffer;
  /* Its ring is NULL once it has ended. */
  struct ring_turn turn;
};

static napi_value number(napi_env env, int64_t value) {
  napi_value result;
  return napi_create_int64(env, value, &result) == napi_ok ? result : NULL;
}

static struct handle *arguments_of(napi_env env, napi_callback_info info, napi_value *values,
                                   size_t count) {
  struct handle *handle;
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, values, NULL, (void **)&handle) != napi_ok) return NULL;
  return given < count || handle->turn.ring == NULL ? NULL : handle;
}

/* receive() */
static napi_value call_receive(napi_env env, napi_callback_info info) {
  struct handle *handle = arguments_of(env, info, NULL, 0);
  if (handle == NULL || handle->turn.watch == NULL || handle->turn.record == NULL) return NULL;
  handle->turn.record->result = (int32_t)ring_receive(&handle->turn);
  handle->turn.record->received_at = clock_microseconds();
  return NULL;
}

/* send() */
static napi_value call_send(napi_env env, napi_callback_info info) {
  struct handle *handle = arguments_of(env, info, NULL, 0);
  if (handle == NULL || handle->turn.record == NULL) return NULL;
  handle->turn.record->result = (int32_t)ring_send(&handle->turn);
  handle->turn.record->sent_at = clock_microseconds();
  return NULL;
}

/* clock(): now, as if a reply had been sent. */
static napi_value call_clock(napi_env env, napi_callback_info info) {
  struct handle *handle = arguments_of(env, info, NULL, 0);
  if (handle == NULL || handle->turn.record == NULL) return NULL;
  handle->turn.record->sent_at = clock_microseconds();
  return NULL;
}

/* attach(memory, offset of its record): before anything is added; it must not grow from then on. */
static napi_value call_attach(napi_env env, napi_callback_info info) {
  napi_value values[2];
  napi_typedarray_type type;
  int64_t offset;
  struct memory memory;
  struct handle *handle = arguments_of(env, info, values, 2);
  if (handle == NULL || handle->buffer != NULL) return number(env, -EBADF);
  if (napi_get_typedarray_info(env, values[0], &type, &memory.size, (void **)&memory.base, NULL,
                               NULL) != napi_ok ||
      type != napi_uint8_array || napi_get_value_int64(env, values[1], &offset) != napi_ok) {
    return number(env, -EINVAL);
  }
  struct abi_ring *record = NULL;
  int64_t size = sizeof(*record) + handle->turn.entry_count * sizeof(record->committed[0]);
  record = memory_at(&memory, offset, size);
  if (record == NULL) return number(env, -EFAULT);
  handle->memory = memory;
  handle->turn.record = record;
  return number(env, napi_create_reference(env, values[0], 1, &handle->buffer) == napi_ok ? 0
                                                                                       : -EINVAL);
}

/* fd(): a descriptor that can be read when there is something to receive; the caller's own. */
static napi_value call_fd(napi_env env, napi_callback_info info) {
  struct handle *handle = arguments_of(env, info, NULL, 0);
  if (handle == NULL) return number(env, -EBADF);
  int fd = fcntl(ring_fd(handle->turn.ring), F_DUPFD_CLOEXEC, 0);
  return number(env, fd == -1 ? -errno : fd);
}

/*
 * add(entry, queue, offset of its header, offset of its payload, size of that): 0 or -errno. The
 * kernel answers in add_all.
 */
static napi_value call_add(napi_env env, napi_callback_info info) {
  enum { COUNT = 5 };
  napi_value values[COUNT];
  int64_t a[COUNT];
  struct handle *handle = arguments_of(env, info, values, COUNT);
  if (handle == NULL || handle->buffer == NULL) return number(env, -EBADF);
  for (int i = 0; i < COUNT; i++) {
    if (napi_get_value_int64(env, values[i], &a[i]) != napi_ok) return number(env, -EINVAL);
  }
  void *header = memory_at(&handle->memory, a[2], sizeof(struct fuse_ring_header));
  void *payload = memory_at(&handle->memory, a[3], a[4]);
  if (header == NULL || payload == NULL) return number(env, -EFAULT);
  return number(env, ring_register(handle->turn.ring, a[0], a[1], header, payload, a[4]));
}

/* add_all(): has the kernel take what was added: 0, or -errno of one that it did not take. */
static napi_value call_add_all(napi_env env, napi_callback_info info) {
  struct handle *handle = arguments_of(env, info, NULL, 0);
  return number(env, handle == NULL ? -EBADF : ring_register_all(handle->turn.ring));
}

/* serve(watch of its descriptor) */
static napi_value call_serve(napi_env env, napi_callback_info info) {
  napi_value value;
  struct handle *handle = arguments_of(env, info, &value, 1);
  if (handle == NULL) return number(env, -EBADF);
  handle->turn.watch = watch_of(env, value);
  return number(env, handle->turn.watch == NULL ? -EBADF : 0);
}

/* pause(): before the watch is closed. */
static napi_value call_pause(napi_env env, napi_callback_info info) {
  struct handle *handle = arguments_of(env, info, NULL, 0);
  if (handle != NULL) handle->turn.watch = NULL;
  return NULL;
}

static void on_thread_end(void *data) {
  struct handle *handle = data;
  if (handle->turn.ring != NULL) ring_end(handle->turn.ring, END_MS);
  handle->turn.ring = NULL;
}

/* end(ms): 0, or -errno when the kernel has not let go of all entries in time. */
static napi_value call_end(napi_env env, napi_callback_info info) {
  napi_value value;
  int64_t timeout;
  struct handle *handle = arguments_of(env, info, &value, 1);
  if (handle == NULL || napi_get_value_int64(env, value, &timeout) != napi_ok) {
    return number(env, -EBADF);
  }
  int error = ring_end(handle->turn.ring, timeout);
  if (error == 0) handle->turn.ring = NULL;
  return number(env, error);
}

static void close_handle(struct handle *handle) {
  napi_remove_env_cleanup_hook(handle->env, on_thread_end, handle);
  if (handle->buffer != NULL) napi_delete_reference(handle->env, handle->buffer);
  free(handle);
}

/* One of its functions is gone. The kernel may still write to the memory of a ring that lives. */
static void drop(napi_env env, void *data, void *hint) {
  struct handle *handle = data;
  (void)env, (void)hint;
  if (--handle->references == 0 && handle->turn.ring == NULL) close_handle(handle);
}

static const struct function_row functions[] = {
    {"attach", call_attach},   {"fd", call_fd},       {"add", call_add},
    {"add_all", call_add_all}, {"serve", call_serve}, {"receive", call_receive},
    {"send", call_send},       {"clock", call_clock}, {"pause", call_pause},
    {"end", call_end},         {NULL, NULL},
};

/* ring(device, control, entries): its functions, or -errno. Both descriptors are the caller's. */
static napi_value call_ring(napi_env env, napi_callback_info info) {
  enum { COUNT = 3 };
  napi_value values[COUNT], result;
  size_t given = COUNT;
  int64_t a[COUNT];
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok || given < COUNT) {
    return number(env, -EINVAL);
  }
  for (int i = 0; i < COUNT; i++) {
    if (napi_get_value_int64(env, values[i], &a[i]) != napi_ok) return number(env, -EINVAL);
  }
  struct handle *handle = calloc(1, sizeof(*handle));
  if (handle == NULL) return number(env, -ENOMEM);
  clock_prepare();
  handle->env = env;
  handle->turn.device = a[0];
  handle->turn.entry_count = a[2];
  handle->turn.ring = ring_open(a[0], a[1], a[2]);
  if (handle->turn.ring == NULL) {
    result = number(env, -errno);
    free(handle);
    return result;
  }
  napi_add_env_cleanup_hook(env, on_thread_end, handle);
  return functions_of(env, functions, handle, &handle->references, drop);
}

/* (number of a connection): a descriptor that aborts it, or -errno. */
static int64_t call_control(const struct memory *memory, const int64_t *a) {
  (void)memory;
  return ring_control(a[0]);
}

const struct shim_row ring_rows[] = {{"ring_control", 1, call_control}, {NULL, 0, NULL}};

napi_status ring_register_module(napi_env env, napi_value exports) {
  napi_value function;
  napi_status status =
      napi_create_function(env, "ring", NAPI_AUTO_LENGTH, call_ring, NULL, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, "ring", function) : status;
}
