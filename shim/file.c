/*
 * Descriptors and paths, as far as mounting needs them.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

/* (path, length, flags, mode) */
static int64_t call_open(const struct memory *memory, const int64_t *a) {
  const char *path = memory_string(memory, a[0], a[1]);
  return path == NULL ? -EFAULT : result_of(open(path, a[2], (mode_t)a[3]));
}

/* (fd) */
static int64_t call_close(const struct memory *memory, const int64_t *a) {
  (void)memory;
  return result_of(close(a[0]));
}

/* (fd, command, argument): commands whose argument is a number. */
static int64_t call_fcntl(const struct memory *memory, const int64_t *a) {
  (void)memory;
  switch (a[1]) {
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
    case F_SETFL:
      return result_of(fcntl(a[0], a[1], (int)a[2]));
    default:
      return -EINVAL;
  }
}

/* (fds, count, timeout): struct pollfd is alike on both sides. */
static int64_t call_poll(const struct memory *memory, const int64_t *a) {
  uint32_t count = a[1];
  if (count > memory->size / sizeof(struct pollfd)) return -EINVAL;
  struct pollfd *fds = memory_at(memory, a[0], count * sizeof(*fds));
  return fds == NULL ? -EFAULT : result_of(poll(fds, count, a[2]));
}

/* (path, length, mode out) */
static int64_t call_stat_mode(const struct memory *memory, const int64_t *a) {
  const char *path = memory_string(memory, a[0], a[1]);
  void *mode = memory_at(memory, a[2], sizeof(uint32_t));
  struct stat attr;
  if (path == NULL || mode == NULL) return -EFAULT;
  if (stat(path, &attr) == -1) return -errno;
  memcpy(mode, &(uint32_t){attr.st_mode}, sizeof(uint32_t));
  return 0;
}

const struct shim_row file_calls[] = {
    {"open", 4, call_open}, {"close", 1, call_close},         {"fcntl", 3, call_fcntl},
    {"poll", 3, call_poll}, {"stat_mode", 3, call_stat_mode}, {NULL, 0, NULL},
};
