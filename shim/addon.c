/*
 * The addon: every system call of every family becomes a function (memory, ...numbers) => number.
 * State is in handles, or guarded by a lock, so that any number of threads can load it.
 */
#include "shim.h"

#include <string.h>

static const struct shim_row *const families[] = {device_calls, file_calls, mount_calls,
                                                  process_calls, outbox_calls, ring_rows};

const char *memory_string(const struct memory *memory, int64_t offset, int64_t length) {
  const char *text = memory_at(memory, offset, length);
  if (text == NULL || memory_at(memory, offset + length, 1) == NULL) return NULL;
  return strnlen(text, (uint32_t)length + 1) == (uint32_t)length ? text : NULL;
}

static int to_number(napi_env env, napi_value value, int64_t *number) {
  bool lossless;
  if (napi_get_value_int64(env, value, number) == napi_ok) return 1;
  return napi_get_value_bigint_int64(env, value, number, &lossless) == napi_ok && lossless;
}

static int64_t call_row(napi_env env, napi_callback_info info) {
  napi_value values[MAX_ARGUMENTS + 1];
  size_t count = MAX_ARGUMENTS + 1;
  const struct shim_row *row;
  struct memory memory;
  napi_typedarray_type type;
  int64_t numbers[MAX_ARGUMENTS] = {0};

  if (napi_get_cb_info(env, info, &count, values, NULL, (void **)&row) != napi_ok) return -EINVAL;
  if (count != (size_t)row->argument_count + 1) return -EINVAL;
  if (napi_get_typedarray_info(env, values[0], &type, &memory.size, (void **)&memory.base, NULL,
                               NULL) != napi_ok ||
      type != napi_uint8_array) {
    return -EFAULT;
  }
  for (int i = 0; i < row->argument_count; i++) {
    if (!to_number(env, values[i + 1], &numbers[i])) return -EINVAL;
  }
  return row->call(&memory, numbers);
}

static napi_value trampoline(napi_env env, napi_callback_info info) {
  napi_value result;
  int64_t value = call_row(env, info);
  return napi_create_int64(env, value, &result) == napi_ok ? result : NULL;
}

static napi_status add_family(napi_env env, napi_value exports, const struct shim_row *row) {
  for (; row->name != NULL; row++) {
    napi_value function;
    napi_status status =
        napi_create_function(env, row->name, NAPI_AUTO_LENGTH, trampoline, (void *)row, &function);
    if (status == napi_ok) status = napi_set_named_property(env, exports, row->name, function);
    if (status != napi_ok) return status;
  }
  return napi_ok;
}

NAPI_MODULE_INIT() {
  for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
    if (add_family(env, exports, families[i]) != napi_ok) return NULL;
  }
  if (ready_register(env, exports) != napi_ok) return NULL;
  if (channel_register(env, exports) != napi_ok) return NULL;
  if (ring_register_module(env, exports) != napi_ok) return NULL;
  if (outbox_register(env, exports) != napi_ok) return NULL;
  return posix_register(env, exports) == napi_ok ? exports : NULL;
}
