/*
 * Outboxes as JavaScript sees them: by number.
 */
#include <node_api.h>
#include <string.h>
#include <sys/uio.h>

#include "apart.h"
#include "outbox.h"
#include "shim.h"

/* outbox(connection, fd): takes `fd` over; an id, or -errno, when `fd` is still the caller's. */
static napi_value call_outbox(napi_env env, napi_callback_info info) {
  napi_value arguments[2], result;
  size_t count = 2;
  int32_t connection, fd, id = -EINVAL;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) == napi_ok && count == 2 &&
      napi_get_value_int32(env, arguments[0], &connection) == napi_ok &&
      napi_get_value_int32(env, arguments[1], &fd) == napi_ok) {
    id = outbox_open(env, connection, fd);
  }
  return napi_create_int32(env, id, &result) == napi_ok ? result : NULL;
}

napi_status outbox_register(napi_env env, napi_value exports) {
  napi_value function;
  napi_status status =
      napi_create_function(env, "outbox", NAPI_AUTO_LENGTH, call_outbox, NULL, &function);
  if (status == napi_ok) status = napi_add_env_cleanup_hook(env, outbox_owner_ends, env);
  return status == napi_ok ? napi_set_named_property(env, exports, "outbox", function) : status;
}

/* (): before the first mount. */
static int64_t call_prepare(const struct memory *memory, const int64_t *a) {
  (void)memory, (void)a;
  apart_prepare();
  return 0;
}

/* (id) */
static int64_t call_event(const struct memory *memory, const int64_t *a) {
  (void)memory;
  return outbox_event(a[0]);
}

static struct message *message_of(const struct iovec *parts, int64_t count) {
  size_t size = 0;
  for (int64_t i = 0; i < count; i++) size += parts[i].iov_len;
  struct message *message = malloc(sizeof(*message) + size);
  if (message == NULL) return NULL;
  message->size = 0;
  for (int64_t i = 0; i < count; i++) {
    memcpy(message->bytes + message->size, parts[i].iov_base, parts[i].iov_len);
    message->size += parts[i].iov_len;
  }
  return message;
}

/*
 * (id, ticket, is ordered, iov, count): the parts are copied, and leave in one write. Returns their
 * size.
 */
static int64_t call_post(const struct memory *memory, const int64_t *a) {
  struct iovec parts[MAX_PARTS];
  int64_t count = memory_parts(memory, a[3], a[4], parts);
  if (count < 0) return count;
  struct message *message = message_of(parts, count);
  if (message == NULL) return -ENOMEM;
  message->outcome.ticket = a[1];
  message->is_ordered = a[2] != 0;
  int64_t size = message->size;
  int error = outbox_post(a[0], message);
  if (error == 0) return size;
  free(message);
  return error;
}

/* (id, out, most): as many outcomes as there are and fit; returns how many. */
static int64_t call_outcomes(const struct memory *memory, const int64_t *a) {
  uint32_t most = a[2], count = 0;
  if (most > memory->size / sizeof(struct abi_outcome)) return -EFAULT;
  struct abi_outcome *out = memory_at(memory, a[1], most * sizeof(*out));
  if (out == NULL) return -EFAULT;
  while (count < most && outbox_outcome(a[0], &out[count])) count++;
  return count;
}

/* (id) */
static int64_t call_close(const struct memory *memory, const int64_t *a) {
  (void)memory;
  return outbox_close(a[0]);
}

/* (connection) */
static int64_t call_held(const struct memory *memory, const int64_t *a) {
  (void)memory;
  return outbox_held(a[0]);
}

/* (connection) */
static int64_t call_cut(const struct memory *memory, const int64_t *a) {
  (void)memory;
  return outbox_cut(a[0]);
}

const struct shim_row outbox_calls[] = {
    {"outbox_prepare", 0, call_prepare},
    {"outbox_event", 1, call_event},
    {"outbox_post", 5, call_post},
    {"outbox_outcomes", 3, call_outcomes},
    {"outbox_close", 1, call_close},
    {"outbox_held", 1, call_held},
    {"outbox_cut", 1, call_cut},
    {NULL, 0, NULL},
};
