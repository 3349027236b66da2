/*
 * Reading and writing descriptors, between the kernel and the module's memory without a copy.
 */
#define _GNU_SOURCE

#include <linux/ioctl.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "abi.h"
#include "shim.h"

/* (fd, buf, size) */
static int64_t call_read(const struct memory *memory, const int64_t *a) {
  void *buf = memory_at(memory, a[1], a[2]);
  return buf == NULL ? -EFAULT : result_of(read(a[0], buf, (uint32_t)a[2]));
}

/* (fd, buf, size) */
static int64_t call_write(const struct memory *memory, const int64_t *a) {
  const void *buf = memory_at(memory, a[1], a[2]);
  return buf == NULL ? -EFAULT : result_of(write(a[0], buf, (uint32_t)a[2]));
}

/* (fd, buf, size, offset) */
static int64_t call_pread(const struct memory *memory, const int64_t *a) {
  void *buf = memory_at(memory, a[1], a[2]);
  return buf == NULL ? -EFAULT : result_of(pread(a[0], buf, (uint32_t)a[2], a[3]));
}

/* (fd, buf, size, offset) */
static int64_t call_pwrite(const struct memory *memory, const int64_t *a) {
  const void *buf = memory_at(memory, a[1], a[2]);
  return buf == NULL ? -EFAULT : result_of(pwrite(a[0], buf, (uint32_t)a[2], a[3]));
}

int64_t memory_parts(const struct memory *memory, int64_t offset, int64_t count,
                     struct iovec *parts) {
  if (count < 0 || count > MAX_PARTS) return -EINVAL;
  const struct abi_iovec *list = memory_at(memory, offset, count * sizeof(*list));
  if (list == NULL) return -EFAULT;
  for (int64_t i = 0; i < count; i++) {
    parts[i].iov_base = memory_at(memory, list[i].base, list[i].size);
    parts[i].iov_len = list[i].size;
    if (parts[i].iov_base == NULL) return -EFAULT;
  }
  return count;
}

/* (fd, iov, count): the parts leave in one writev, which /dev/fuse takes as one message. */
static int64_t call_writev(const struct memory *memory, const int64_t *a) {
  struct iovec parts[MAX_PARTS];
  int64_t count = memory_parts(memory, a[1], a[2], parts);
  return count < 0 ? count : result_of(writev(a[0], parts, (int)count));
}

/* (fd, request, argument): the request's number tells how many bytes the argument has. */
static int64_t call_ioctl(const struct memory *memory, const int64_t *a) {
  uint32_t request = a[1];
  void *argument = memory_at(memory, a[2], _IOC_SIZE(request));
  return argument == NULL ? -EFAULT : result_of(ioctl(a[0], request, argument));
}

const struct shim_row device_calls[] = {
    {"read", 3, call_read},
    {"write", 3, call_write},
    {"pread", 4, call_pread},
    {"pwrite", 4, call_pwrite},
    {"writev", 3, call_writev},
    {"ioctl", 3, call_ioctl},
    {NULL, 0, NULL},
};
