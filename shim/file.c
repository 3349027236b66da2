/*
 * Descriptors and paths, as far as mounting needs them.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

/*
 * (fd): becomes /dev/null, and what it was is closed. For a descriptor whose owner still has its
 * number, and will close it.
 */
static int64_t call_sever(const struct memory *memory, const int64_t *a) {
  (void)memory;
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null == -1) return -errno;
  int64_t result = result_of(dup3(null, a[0], O_CLOEXEC));
  close(null);
  return result;
}

/* (fd, command, argument): commands whose argument is a number. */
static int64_t call_fcntl(const struct memory *memory, const int64_t *a) {
  (void)memory;
  switch (a[1]) {
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
    case F_SETFL:
    case F_DUPFD_CLOEXEC:
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

/*
 * (path, length, mode out). Does not ask a filesystem in user space, which this very thread may
 * serve.
 */
static int64_t call_stat_mode(const struct memory *memory, const int64_t *a) {
  const char *path = memory_string(memory, a[0], a[1]);
  void *mode = memory_at(memory, a[2], sizeof(uint32_t));
  struct statx attr;
  if (path == NULL || mode == NULL) return -EFAULT;
  // By number: a C library older than glibc 2.33 has no symbol `stat`.
  const unsigned wanted = STATX_TYPE | STATX_MODE;
  if (syscall(SYS_statx, AT_FDCWD, path, AT_STATX_DONT_SYNC, wanted, &attr) == -1) {
    return -errno;
  }
  memcpy(mode, &(uint32_t){attr.stx_mode}, sizeof(uint32_t));
  return 0;
}

const struct shim_row file_calls[] = {
    {"open", 4, call_open},
    {"close", 1, call_close},
    {"sever", 1, call_sever},
    {"fcntl", 3, call_fcntl},
    {"poll", 3, call_poll},
    {"stat_mode", 3, call_stat_mode},
    {NULL, 0, NULL},
};
