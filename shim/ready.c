/*
 * Readiness of a descriptor on the event loop: watch(fd, callback) and the handle's start, stop and
 * close. A watched descriptor is non-blocking.
 *
 * When the thread ends with a watch still open, the watch closes its descriptor: a worker that dies
 * in the middle of serving must not leave a connection that nobody answers.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>

#include "shim.h"
#include "watch.h"

struct watch {
  uv_poll_t poll;
  int fd;
  /*
   * What the event loop looks at, and which looks at the descriptor: libuv aborts the process over
   * one that was closed, or became /dev/null, behind its back. A paused watch is out of it.
   */
  int epoll;
  int is_paused;
  int is_closed;
  napi_env env;
  napi_ref callback;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
};

static void on_closed(uv_handle_t *handle) {
  struct watch *watch = handle->data;
  if (watch->cleanup != NULL) napi_remove_async_cleanup_hook(watch->cleanup);
  close(watch->epoll);
  free(watch);
}

static void close_watch(struct watch *watch) {
  if (watch->is_closed) return;
  watch->is_closed = 1;
  napi_delete_reference(watch->env, watch->callback);
  napi_async_destroy(watch->env, watch->context);
  uv_close((uv_handle_t *)&watch->poll, on_closed);
}

static void on_thread_end(napi_async_cleanup_hook_handle handle, void *data) {
  struct watch *watch = data;
  (void)handle;
  if (watch->is_closed) return;
  int fd = watch->fd;
  close_watch(watch);
  close(fd);
}

static void on_ready(uv_poll_t *poll, int status, int events) {
  struct watch *watch = poll->data;
  napi_env env = watch->env;
  napi_handle_scope scope;
  napi_value callback, receiver, argument, error;
  (void)events;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  if (napi_get_reference_value(env, watch->callback, &callback) == napi_ok &&
      napi_get_global(env, &receiver) == napi_ok &&
      napi_create_int32(env, status, &argument) == napi_ok &&
      napi_make_callback(env, watch->context, receiver, callback, 1, &argument, NULL) ==
          napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

struct watch *watch_of(napi_env env, napi_value handle) {
  struct watch **box = NULL;
  return napi_get_value_external(env, handle, (void **)&box) == napi_ok ? *box : NULL;
}

static struct watch *argument_of(napi_env env, napi_callback_info info) {
  napi_value value;
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &value, NULL, NULL) != napi_ok || count < 1) return NULL;
  return watch_of(env, value);
}

int watch_fd(const struct watch *watch) {
  return watch->fd;
}

uv_loop_t *watch_loop(const struct watch *watch) {
  return watch->poll.loop;
}

void watch_pause(struct watch *watch) {
  if (watch->is_paused) return;
  watch->is_paused = 1;
  epoll_ctl(watch->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
}

/* 0 or -errno. */
static int look(struct watch *watch) {
  struct epoll_event event = {.events = EPOLLIN};
  return epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->fd, &event) == -1 ? -errno : 0;
}

static int resume(struct watch *watch) {
  if (!watch->is_paused) return 0;
  int error = look(watch);
  if (error == 0) watch->is_paused = 0;
  return error;
}

/* Has the event loop look at the descriptor: 0 or -errno. */
static int open_watch(uv_loop_t *loop, struct watch *watch) {
  int flags = fcntl(watch->fd, F_GETFL, 0);
  if (flags == -1 || fcntl(watch->fd, F_SETFL, flags | O_NONBLOCK) == -1) return -errno;
  watch->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (watch->epoll == -1) return -errno;
  int error = look(watch);
  if (error == 0) error = uv_poll_init(loop, &watch->poll, watch->epoll);
  if (error != 0) close(watch->epoll);
  return error;
}

static napi_value number(napi_env env, int value) {
  napi_value result;
  return napi_create_int32(env, value, &result) == napi_ok ? result : NULL;
}

static void free_box(napi_env env, void *box, void *hint) {
  (void)env, (void)hint;
  free(box);
}

/* The handle is a box that outlives the watch, so that a handle used after close finds it empty. */
static napi_value box_of(napi_env env, struct watch *watch) {
  napi_value external;
  struct watch **box = malloc(sizeof(*box));
  if (box == NULL) return NULL;
  *box = watch;
  if (napi_create_external(env, box, free_box, NULL, &external) == napi_ok) return external;
  free(box);
  return NULL;
}

/* watch(fd, callback: (status) => void): a handle, or -errno. */
static napi_value call_watch(napi_env env, napi_callback_info info) {
  napi_value arguments[2], name;
  size_t count = 2;
  int32_t fd;
  uv_loop_t *loop;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 2 ||
      napi_get_value_int32(env, arguments[0], &fd) != napi_ok ||
      napi_get_uv_event_loop(env, &loop) != napi_ok) {
    return number(env, -EINVAL);
  }
  struct watch *watch = calloc(1, sizeof(*watch));
  if (watch == NULL) return number(env, -ENOMEM);
  watch->env = env;
  watch->fd = fd;
  int error = open_watch(loop, watch);
  if (error != 0) {
    free(watch);
    return number(env, error);
  }
  watch->poll.data = watch;
  if (napi_create_reference(env, arguments[1], 1, &watch->callback) != napi_ok ||
      napi_create_string_utf8(env, "wasmfuse", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, NULL, name, &watch->context) != napi_ok ||
      napi_add_async_cleanup_hook(env, on_thread_end, watch, &watch->cleanup) != napi_ok) {
    uv_close((uv_handle_t *)&watch->poll, on_closed);
    return number(env, -EINVAL);
  }
  return box_of(env, watch);
}

/* watch_start(handle): call back whenever the descriptor can be read, or has failed. */
static napi_value call_start(napi_env env, napi_callback_info info) {
  struct watch *watch = argument_of(env, info);
  if (watch == NULL) return number(env, -EBADF);
  int error = resume(watch);
  if (error != 0 || uv_is_active((uv_handle_t *)&watch->poll)) return number(env, error);
  return number(env, uv_poll_start(&watch->poll, UV_READABLE, on_ready));
}

/* watch_stop(handle) */
static napi_value call_stop(napi_env env, napi_callback_info info) {
  struct watch *watch = argument_of(env, info);
  return number(env, watch == NULL ? -EBADF : uv_poll_stop(&watch->poll));
}

/* watch_close(handle): the descriptor stays open, and belongs to the caller alone. */
static napi_value call_close(napi_env env, napi_callback_info info) {
  napi_value value;
  size_t count = 1;
  struct watch **box = NULL;
  if (napi_get_cb_info(env, info, &count, &value, NULL, NULL) != napi_ok || count < 1 ||
      napi_get_value_external(env, value, (void **)&box) != napi_ok || *box == NULL) {
    return number(env, -EBADF);
  }
  close_watch(*box);
  *box = NULL;
  return number(env, 0);
}

napi_status ready_register(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"watch", NULL, call_watch, NULL, NULL, NULL, napi_enumerable, NULL},
      {"watch_start", NULL, call_start, NULL, NULL, NULL, napi_enumerable, NULL},
      {"watch_stop", NULL, call_stop, NULL, NULL, NULL, napi_enumerable, NULL},
      {"watch_close", NULL, call_close, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  return napi_define_properties(env, exports, sizeof(functions) / sizeof(functions[0]), functions);
}
