/*
 * Extended attributes of what a path leads to, through a symlink at its end.
 */
#define _GNU_SOURCE

#include <linux/limits.h>
#include <sys/xattr.h>

#include "posix.h"

/* (path, name): the value. Linux has no longer ones than XATTR_SIZE_MAX, so one call is enough. */
static int64_t run_getxattr(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  char *value = job_output(job, XATTR_SIZE_MAX);
  return value == NULL ? -ENOMEM
                       : result_of(getxattr(a[0].bytes, a[1].bytes, value, XATTR_SIZE_MAX));
}

/* (path, name, value, flags) */
static int64_t run_setxattr(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  return result_of(setxattr(a[0].bytes, a[1].bytes, a[2].bytes, a[2].size, a[3].number));
}

/* (path): the names, each ended by NUL. */
static int64_t run_listxattr(struct posix_job *job) {
  char *names = job_output(job, XATTR_LIST_MAX);
  return names == NULL ? -ENOMEM
                       : result_of(listxattr(job->arguments[0].bytes, names, XATTR_LIST_MAX));
}

/* (path, name) */
static int64_t run_removexattr(struct posix_job *job) {
  return result_of(removexattr(job->arguments[0].bytes, job->arguments[1].bytes));
}

const struct posix_row posix_xattr_calls[] = {
    {"getxattr", "ss", run_getxattr, NULL, 0},
    {"setxattr", "ssbi", run_setxattr, NULL, 0},
    {"listxattr", "s", run_listxattr, NULL, 0},
    {"removexattr", "ss", run_removexattr, NULL, 0},
    {NULL, NULL, NULL, NULL, 0},
};
