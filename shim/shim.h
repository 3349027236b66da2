#pragma once

#define NAPI_VERSION 8

#include <errno.h>
#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

/* The module's memory, as it is during one call; growth may move it between calls. */
struct memory {
  uint8_t *base;
  size_t size;
};

/*
 * One system call. Arguments are numbers; an argument that names memory is an offset. Returns the
 * call's own result, or -errno; -EFAULT for what lies outside the memory.
 */
typedef int64_t (*shim_call)(const struct memory *memory, const int64_t *arguments);

enum { MAX_ARGUMENTS = 9 };

/* One row of a family's table; a name of NULL ends the table. */
struct shim_row {
  const char *name;
  int argument_count;
  shim_call call;
};

extern const struct shim_row device_calls[];
extern const struct shim_row file_calls[];
extern const struct shim_row mount_calls[];
extern const struct shim_row process_calls[];
extern const struct shim_row outbox_calls[];
extern const struct shim_row ring_rows[];

/* Adds the functions that watch descriptors on the event loop. */
napi_status ready_register(napi_env env, napi_value exports);

/* Adds `channel`, which makes one. */
napi_status channel_register(napi_env env, napi_value exports);

/* Adds `ring`, which makes one. */
napi_status ring_register_module(napi_env env, napi_value exports);

/* Adds `outbox`, which makes one. */
napi_status outbox_register(napi_env env, napi_value exports);

/* Adds `posix`: the system calls that Node's fs lacks. */
napi_status posix_register(napi_env env, napi_value exports);

/* `size` bytes at `offset`, or NULL when they are not all inside the memory. */
static inline void *memory_at(const struct memory *memory, int64_t offset, int64_t size) {
  uint32_t start = (uint32_t)offset;
  uint32_t length = (uint32_t)size;
  return start <= memory->size && length <= memory->size - start ? memory->base + start : NULL;
}

/* A string of exactly `length` bytes, NUL-terminated inside the memory; else NULL. */
const char *memory_string(const struct memory *memory, int64_t offset, int64_t length);

/* More than libfuse puts into one message. */
enum { MAX_PARTS = 16 };

/* The parts that `count` records of wasm's struct iovec at `offset` name; their count or -errno. */
struct iovec;
int64_t memory_parts(const struct memory *memory, int64_t offset, int64_t count,
                     struct iovec *parts);

static inline int64_t result_of(int64_t value) {
  return value == -1 ? -errno : value;
}
