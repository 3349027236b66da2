/*
 * Calls on descriptors.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix.h"

/* (fd, atime seconds, nanoseconds or UTIME_OMIT, mtime alike) */
static int64_t run_futimens(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  const struct timespec times[2] = {{.tv_sec = a[1].number, .tv_nsec = a[2].number},
                                    {.tv_sec = a[3].number, .tv_nsec = a[4].number}};
  return result_of(futimens(a[0].number, times));
}

/* (fd, mode, offset, length) */
static int64_t run_fallocate(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  return result_of(fallocate(a[0].number, a[1].number, a[2].number, a[3].number));
}

/* (fd in, offset in, fd out, offset out, length, flags) */
static int64_t run_copy_file_range(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  off_t from = a[1].number;
  off_t to = a[3].number;
  if (a[4].number < 0) return -EINVAL;
  return result_of(
      copy_file_range(a[0].number, &from, a[2].number, &to, a[4].number, (unsigned)a[5].number));
}

/* (fd, offset, whence) */
static int64_t run_lseek(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  return result_of(lseek(a[0].number, a[1].number, a[2].number));
}

/* (fd, operation): waits in its thread unless LOCK_NB is set. */
static int64_t run_flock(struct posix_job *job) {
  return result_of(flock(job->arguments[0].number, job->arguments[1].number));
}

/* (fd) */
static int64_t run_syncfs(struct posix_job *job) {
  return result_of(syncfs(job->arguments[0].number));
}

/* (fd, length) */
static int64_t run_ftruncate(struct posix_job *job) {
  return result_of(ftruncate(job->arguments[0].number, job->arguments[1].number));
}

/* Linux frees the descriptor also when close is interrupted, so it must not be tried again. */
static int64_t close_once(int fd) {
  return close(fd) == -1 && errno != EINTR ? -errno : 0;
}

/* (fd) */
static int64_t run_close(struct posix_job *job) {
  return close_once(job->arguments[0].number);
}

/* (fd): what close(2) of one of several descriptors of the open file reports. */
static int64_t run_flush(struct posix_job *job) {
  int copy = fcntl(job->arguments[0].number, F_DUPFD_CLOEXEC, 0);
  return copy == -1 ? -errno : close_once(copy);
}

const struct posix_row posix_fd_calls[] = {
    {"futimens", "ilili", run_futimens, NULL, 0},
    {"fallocate", "iill", run_fallocate, NULL, 0},
    {"copyFileRange", "ililli", run_copy_file_range, NULL, 0},
    {"lseek", "ili", run_lseek, NULL, 0},
    {"flock", "ii", run_flock, NULL, 0},
    {"syncfs", "i", run_syncfs, NULL, 0},
    {"ftruncate", "il", run_ftruncate, NULL, 0},
    {"flush", "i", run_flush, NULL, 0},
    {"close", "i", run_close, NULL, 0},
    {NULL, NULL, NULL, NULL, 0},
};
