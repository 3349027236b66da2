/*
 * Carries a system call to a thread of libuv's pool and its result back into a promise, or runs it
 * at once. A job owns copies of its texts and holds references to its bytes until it has ended.
 */
#include "posix.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *job_output(struct posix_job *job, size_t size) {
  if (job->output == NULL) job->output = malloc(size);
  return job->output;
}

/* An integer of 64 bits; 0 or -EINVAL. */
static int take_long(napi_env env, napi_value value, struct posix_argument *to) {
  static const double least = INT64_MIN;
  bool lossless;
  double number;
  // Most are numbers, and to ask about one costs as much as a field of the answer.
  if (napi_get_value_double(env, value, &number) == napi_ok) {
    if (!(number >= least && number < -least)) return -EINVAL;
    to->number = (int64_t)number;
    return (double)to->number == number ? 0 : -EINVAL;
  }
  if (napi_get_value_bigint_int64(env, value, &to->number, &lossless) != napi_ok) return -EINVAL;
  return lossless ? 0 : -EINVAL;
}

/* An integer that an int or an unsigned int holds; 0 or -EINVAL. */
static int take_int(napi_env env, napi_value value, struct posix_argument *to) {
  int error = take_long(env, value, to);
  return error != 0 || (to->number >= INT32_MIN && to->number <= UINT32_MAX) ? error : -EINVAL;
}

/* @param keeps whether the call outlives that of JavaScript, which holds on to its arguments. */
static int take_bytes(napi_env env, napi_value value, int keeps, struct posix_argument *to) {
  napi_typedarray_type type;
  void *bytes;
  if (napi_get_typedarray_info(env, value, &type, &to->size, &bytes, NULL, NULL) != napi_ok ||
      type != napi_uint8_array) {
    return -EINVAL;
  }
  if (keeps && napi_create_reference(env, value, 1, &to->owner) != napi_ok) return -ENOMEM;
  to->bytes = bytes;
  return 0;
}

/* Room for a text and its NUL, or NULL. */
static char *text_room(struct posix_job *job, struct posix_argument *to, size_t size) {
  if (size < sizeof(job->texts) - job->text_size) {
    char *room = job->texts + job->text_size;
    job->text_size += size + 1;
    return room;
  }
  to->copy = malloc(size + 1);
  return to->copy;
}

static int take_text_bytes(napi_env env, napi_value value, struct posix_job *job,
                           struct posix_argument *to) {
  napi_typedarray_type type;
  void *bytes;
  if (napi_get_typedarray_info(env, value, &type, &to->size, &bytes, NULL, NULL) != napi_ok ||
      type != napi_uint8_array) {
    return -EINVAL;
  }
  to->bytes = text_room(job, to, to->size);
  if (to->bytes == NULL) return -ENOMEM;
  if (to->size > 0) memcpy(to->bytes, bytes, to->size);
  to->bytes[to->size] = '\0';
  return 0;
}

static int take_string(napi_env env, napi_value value, struct posix_job *job,
                       struct posix_argument *to) {
  enum { LONGEST_CHARACTER = 4 };
  size_t room = sizeof(job->texts) - job->text_size;
  to->bytes = job->texts + job->text_size;
  if (napi_get_value_string_utf8(env, value, to->bytes, room, &to->size) != napi_ok) return -EINVAL;
  // With less left than a character there may have been one more.
  if (to->size + LONGEST_CHARACTER < room) {
    job->text_size += to->size + 1;
    return 0;
  }
  if (napi_get_value_string_utf8(env, value, NULL, 0, &to->size) != napi_ok) return -EINVAL;
  to->bytes = to->copy = malloc(to->size + 1);
  if (to->copy == NULL) return -ENOMEM;
  napi_get_value_string_utf8(env, value, to->copy, to->size + 1, &to->size);
  return 0;
}

static int take_text(napi_env env, napi_value value, struct posix_job *job,
                     struct posix_argument *to) {
  int error = take_string(env, value, job, to);
  if (error == -EINVAL) error = take_text_bytes(env, value, job, to);
  if (error != 0) return error;
  return to->size > 0 && memchr(to->bytes, '\0', to->size) != NULL ? -EINVAL : 0;
}

static int take(napi_env env, char letter, napi_value value, int keeps, struct posix_job *job,
                struct posix_argument *to) {
  switch (letter) {
    case 'i':
      return take_int(env, value, to);
    case 'l':
      return take_long(env, value, to);
    case 's':
      return take_text(env, value, job, to);
    default:
      return take_bytes(env, value, keeps, to);
  }
}

/* Fills in the arguments; 0 or -errno. What was taken is freed with the job either way. */
static int take_arguments(napi_env env, napi_callback_info info, int keeps,
                          struct posix_job *job) {
  napi_value values[POSIX_MAX_ARGUMENTS];
  size_t count = POSIX_MAX_ARGUMENTS;
  void *row;
  if (napi_get_cb_info(env, info, &count, values, NULL, &row) != napi_ok) return -EINVAL;
  job->row = row;
  const char *letters = job->row->arguments;
  if (count != strlen(letters)) return -EINVAL;
  for (size_t i = 0; i < count; i++) {
    int error = take(env, letters[i], values[i], keeps, job, &job->arguments[i]);
    if (error != 0) return error;
  }
  return 0;
}

static void free_contents(napi_env env, struct posix_job *job) {
  for (int i = 0; i < POSIX_MAX_ARGUMENTS; i++) {
    struct posix_argument *argument = &job->arguments[i];
    if (argument->owner != NULL) napi_delete_reference(env, argument->owner);
    if (argument->copy != NULL) free(argument->copy);
  }
  free(job->output);
}

static void run(napi_env env, void *data) {
  struct posix_job *job = data;
  (void)env;
  do {
    job->result = job->row->run(job);
  } while (job->result == -EINTR);
}

static napi_value answer_of(napi_env env, const struct posix_job *job) {
  napi_value value;
  if (job->result >= 0 && job->row->answer != NULL) return job->row->answer(env, job);
  napi_status status =
      job->result >= 0 && job->output != NULL
          ? napi_create_buffer_copy(env, job->result, job->output, NULL, &value)
          : napi_create_int64(env, job->result, &value);
  return status == napi_ok ? value : NULL;
}

static napi_value error_value(napi_env env, int64_t error) {
  napi_value value;
  return napi_create_int64(env, error, &value) == napi_ok ? value : NULL;
}

static void on_done(napi_env env, napi_status status, void *data) {
  struct posix_job *job = data;
  if (status != napi_ok) job->result = -ECANCELED;
  napi_value value = answer_of(env, job);
  int is_delivered = value != NULL && napi_resolve_deferred(env, job->deferred, value) == napi_ok;
  if (!is_delivered && job->row->opens && job->result >= 0) close(job->result);
  napi_delete_async_work(env, job->work);
  free_contents(env, job);
  free(job);
}

static napi_value call_sync(napi_env env, napi_callback_info info) {
  struct posix_job job;
  // All but the room for texts.
  memset(&job, 0, offsetof(struct posix_job, texts));
  int error = take_arguments(env, info, 0, &job);
  if (error == 0) run(env, &job);
  napi_value value = error == 0 ? answer_of(env, &job) : error_value(env, error);
  free_contents(env, &job);
  return value;
}

/* A call that can't start gives -errno instead of a promise. */
static napi_value call_async(napi_env env, napi_callback_info info) {
  napi_value name, promise;
  struct posix_job *job = calloc(1, sizeof(*job));
  if (job == NULL) return error_value(env, -ENOMEM);
  int error = take_arguments(env, info, 1, job);
  if (error == 0) {
    error = -ENOMEM;
    if (napi_create_string_utf8(env, "wasmfuse", NAPI_AUTO_LENGTH, &name) == napi_ok &&
        napi_create_async_work(env, NULL, name, run, on_done, job, &job->work) == napi_ok) {
      if (napi_create_promise(env, &job->deferred, &promise) == napi_ok &&
          napi_queue_async_work(env, job->work) == napi_ok) {
        return promise;
      }
      napi_delete_async_work(env, job->work);
    }
  }
  free_contents(env, job);
  free(job);
  return error_value(env, error);
}

static napi_status add(napi_env env, napi_value exports, const char *name, napi_callback callback,
                       const struct posix_row *row) {
  napi_value function;
  napi_status status =
      napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, (void *)row, &function);
  return status == napi_ok ? napi_set_named_property(env, exports, name, function) : status;
}

napi_status job_register(napi_env env, napi_value exports, const struct posix_row *row) {
  static const char suffix[] = "Sync";
  for (; row->name != NULL; row++) {
    char name[32];
    size_t length = strlen(row->name);
    if (length + sizeof(suffix) > sizeof(name)) return napi_invalid_arg;
    memcpy(name, row->name, length);
    memcpy(name + length, suffix, sizeof(suffix));
    napi_status status = add(env, exports, row->name, call_async, row);
    if (status == napi_ok) status = add(env, exports, name, call_sync, row);
    if (status != napi_ok) return status;
  }
  return napi_ok;
}
