/*
 * Memory that stays where it is: growth detaches the host's views, so it happens only between
 * fw_seal_memory(0) and fw_seal_memory(1). The linker routes the allocator's requests through here.
 */
#include <emscripten/heap.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "session.h"

static int is_sealed;

void fw_seal_memory(int sealed) {
  is_sealed = sealed;
}

int __real_emscripten_resize_heap(size_t size);

int __wrap_emscripten_resize_heap(size_t size) {
  return is_sealed ? 0 : __real_emscripten_resize_heap(size);
}

/* libfuse sends this result to the kernel; the C library's own number is WASI's. */
int __real_posix_memalign(void **memory, size_t alignment, size_t size);

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size) {
  return __real_posix_memalign(memory, alignment, size) == 0 ? 0 : ENOMEM;
}
