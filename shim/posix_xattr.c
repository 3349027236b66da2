/*
 * Extended attributes of what a path leads to, through a symlink at its end.
 */
#define _GNU_SOURCE

#include <linux/limits.h>
#include <string.h>
#include <sys/xattr.h>

#include "posix.h"

/* Most values and lists are shorter; the kernel clears as many bytes as it is offered. */
enum { USUAL_SIZE = 512 };

typedef int64_t (*fetch)(const struct posix_argument *a, char *bytes, size_t size);

/* Fetches into room for most answers, and if that is too small for the longest that Linux has. */
static int64_t fetch_all(struct posix_job *job, fetch fetch, size_t longest) {
  char usual[USUAL_SIZE];
  int64_t length = fetch(job->arguments, usual, sizeof(usual));
  if (length == -ERANGE) {
    char *bytes = job_output(job, longest);
    return bytes == NULL ? -ENOMEM : fetch(job->arguments, bytes, longest);
  }
  if (length < 0) return length;
  char *bytes = job_output(job, length + 1);
  if (bytes == NULL) return -ENOMEM;
  memcpy(bytes, usual, length);
  return length;
}

static int64_t fetch_value(const struct posix_argument *a, char *bytes, size_t size) {
  return result_of(getxattr(a[0].bytes, a[1].bytes, bytes, size));
}

static int64_t fetch_names(const struct posix_argument *a, char *bytes, size_t size) {
  return result_of(listxattr(a[0].bytes, bytes, size));
}

/* (path, name): the value. */
static int64_t run_getxattr(struct posix_job *job) {
  return fetch_all(job, fetch_value, XATTR_SIZE_MAX);
}

/* (path): the names, each ended by NUL. */
static int64_t run_listxattr(struct posix_job *job) {
  return fetch_all(job, fetch_names, XATTR_LIST_MAX);
}

/* (path, name, value, flags) */
static int64_t run_setxattr(struct posix_job *job) {
  const struct posix_argument *a = job->arguments;
  return result_of(setxattr(a[0].bytes, a[1].bytes, a[2].bytes, a[2].size, a[3].number));
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
