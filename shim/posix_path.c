/*
 * Calls that change what a path leads to, from the directory of a descriptor or of AT_FDCWD.
 * `/proc/self/fd/N` names the inode that a descriptor holds, also an O_PATH one.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "posix.h"

_Static_assert(sizeof(off_t) == 8, "offsets of 64 bits");

/* (directory, old path, directory, new path, follow a symlink at the old one) */
static int64_t run_link(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  int flags = a[4].number ? AT_SYMLINK_FOLLOW : 0;
  return result_of(linkat(a[0].number, a[1].bytes, a[2].number, a[3].bytes, flags));
}

/* (directory, old path, directory, new path, flags). By number: musl has had no renameat2. */
static int64_t run_rename(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  int from = a[0].number;
  int to = a[2].number;
  unsigned int flags = a[4].number;
  return result_of(syscall(SYS_renameat2, from, a[1].bytes, to, a[3].bytes, flags));
}

/* (directory, path) */
static int64_t run_unlink(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  return result_of(unlinkat(a[0].number, a[1].bytes, 0));
}

/* (directory, path) */
static int64_t run_rmdir(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  return result_of(unlinkat(a[0].number, a[1].bytes, AT_REMOVEDIR));
}

/* (directory, path, atime seconds, nanoseconds or UTIME_OMIT, mtime alike, follow a symlink) */
static int64_t run_utimens(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  const struct timespec times[2] = {{.tv_sec = a[2].number, .tv_nsec = a[3].number},
                                    {.tv_sec = a[4].number, .tv_nsec = a[5].number}};
  int flags = a[6].number ? 0 : AT_SYMLINK_NOFOLLOW;
  return result_of(utimensat(a[0].number, a[1].bytes, times, flags));
}

/* (path, length) */
static int64_t run_truncate(struct posix_job *job) {
  return result_of(truncate(job->arguments[0].bytes, job->arguments[1].number));
}

const struct posix_row posix_path_calls[] = {
    {"link", "isisi", run_link, NULL, 0},
    {"rename", "isisi", run_rename, NULL, 0},
    {"unlink", "is", run_unlink, NULL, 0},
    {"rmdir", "is", run_rmdir, NULL, 0},
    {"utimens", "islilii", run_utimens, NULL, 0},
    {"truncate", "sl", run_truncate, NULL, 0},
    {NULL, NULL, NULL, NULL, 0},
};
