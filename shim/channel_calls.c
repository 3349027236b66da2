/*
 * Channels as JavaScript sees them: functions without arguments, as those cost least.
 */
#include <stdlib.h>

#include "channel.h"
#include "functions.h"

struct box {
  struct channel channel;
  int references;
  int is_open;
  napi_ref memory;
};

static struct box *box_of(napi_env env, napi_callback_info info) {
  struct box *box;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, (void **)&box) != napi_ok) return NULL;
  return box->is_open ? box : NULL;
}

/* receive() */
static napi_value call_receive(napi_env env, napi_callback_info info) {
  struct box *box = box_of(env, info);
  if (box != NULL) channel_receive(&box->channel);
  return NULL;
}

/* send() */
static napi_value call_send(napi_env env, napi_callback_info info) {
  struct box *box = box_of(env, info);
  if (box != NULL) channel_send(&box->channel);
  return NULL;
}

/* flush() */
static napi_value call_flush(napi_env env, napi_callback_info info) {
  struct box *box = box_of(env, info);
  if (box != NULL) channel_flush(&box->channel);
  return NULL;
}

/* The thread ends: before its watch closes the descriptor, as that was there first. */
static void on_thread_end(void *data) {
  channel_let_go(&((struct box *)data)->channel);
}

static void close_box(napi_env env, struct box *box) {
  if (!box->is_open) return;
  box->is_open = 0;
  napi_remove_env_cleanup_hook(env, on_thread_end, box);
  channel_close(&box->channel);
  napi_delete_reference(env, box->memory);
}

/* close(): before the watch is closed. */
static napi_value call_close(napi_env env, napi_callback_info info) {
  struct box *box = box_of(env, info);
  if (box != NULL) close_box(env, box);
  return NULL;
}

/* One of its functions is gone. */
static void drop(napi_env env, void *data, void *hint) {
  struct box *box = data;
  (void)hint;
  if (--box->references > 0) return;
  // Still open only when the thread ends, and then its watch has closed the descriptor.
  box->channel.is_waiting = 0;
  close_box(env, box);
  free(box);
}

static const struct function_row functions[] = {{"receive", call_receive},
                                                {"send", call_send},
                                                {"flush", call_flush},
                                                {"close", call_close},
                                                {NULL, NULL}};

/* A channel over a watch's descriptor, with its record at an offset of the memory; 0 or -errno. */
static int open_box(napi_env env, napi_value *arguments, struct box *box) {
  struct channel *channel = &box->channel;
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
  int error = channel_open(channel);
  if (error != 0) return error;
  if (napi_create_reference(env, arguments[1], 1, &box->memory) == napi_ok) {
    if (napi_add_env_cleanup_hook(env, on_thread_end, box) == napi_ok) {
      box->is_open = 1;
      return 0;
    }
    napi_delete_reference(env, box->memory);
  }
  channel_close(channel);
  return -EINVAL;
}

/*
 * channel(watch, memory, offset of the record, is alone): {receive, send, flush, close}, or -errno.
 * The memory must not grow while it is open.
 */
static napi_value call_channel(napi_env env, napi_callback_info info) {
  napi_value arguments[4], result;
  size_t count = 4;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 4) {
    return NULL;
  }
  struct box *box = calloc(1, sizeof(*box));
  int error = box == NULL ? -ENOMEM : open_box(env, arguments, box);
  if (error == 0) return functions_of(env, functions, box, &box->references, drop);
  free(box);
  return napi_create_int32(env, error, &result) == napi_ok ? result : NULL;
}

napi_status channel_register(napi_env env, napi_value exports) {
  napi_value function;
  napi_status status =
      napi_create_function(env, "channel", NAPI_AUTO_LENGTH, call_channel, NULL, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, "channel", function) : status;
}
