/*
 * Mounting, and the socket over which fusermount3 hands back the device.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shim.h"

/* Of Linux 6.8, which the headers may not know yet. */
#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x00004000U
#endif

/* A string, or NULL for offset 0; `bad` is set when it is not inside the memory. */
static const char *optional_string(const struct memory *memory, const int64_t *a, int *bad) {
  if (a[0] == 0) return NULL;
  const char *text = memory_string(memory, a[0], a[1]);
  if (text == NULL) *bad = 1;
  return text;
}

/* (source, length, target, length, type, length, flags, data, length) */
static int64_t call_mount(const struct memory *memory, const int64_t *a) {
  int bad = 0;
  const char *source = optional_string(memory, a, &bad);
  const char *target = optional_string(memory, a + 2, &bad);
  const char *type = optional_string(memory, a + 4, &bad);
  const char *data = optional_string(memory, a + 7, &bad);
  return bad ? -EFAULT : result_of(mount(source, target, type, (uint32_t)a[6], data));
}

/* (target, length, flags) */
static int64_t call_umount2(const struct memory *memory, const int64_t *a) {
  const char *target = memory_string(memory, a[0], a[1]);
  return target == NULL ? -EFAULT : result_of(umount2(target, a[2]));
}

/*
 * (path, length, 64-bit number out): the number of the mount at the path, which no other mount ever
 * gets; -EOPNOTSUPP where the kernel has none. The filesystem mounted there is not asked.
 */
static int64_t call_mount_number(const struct memory *memory, const int64_t *a) {
  const char *path = memory_string(memory, a[0], a[1]);
  void *number = memory_at(memory, a[2], sizeof(uint64_t));
  struct statx attr;
  if (path == NULL || number == NULL) return -EFAULT;
  int flags = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
  if (syscall(SYS_statx, AT_FDCWD, path, flags, STATX_MNT_ID_UNIQUE, &attr) == -1) return -errno;
  if (!(attr.stx_mask & STATX_MNT_ID_UNIQUE)) return -EOPNOTSUPP;
  memcpy(number, &(uint64_t){attr.stx_mnt_id}, sizeof(uint64_t));
  return 0;
}

/* (domain, type, protocol, two fds out) */
static int64_t call_socketpair(const struct memory *memory, const int64_t *a) {
  int *fds = memory_at(memory, a[3], 2 * sizeof(int));
  return fds == NULL ? -EFAULT : result_of(socketpair(a[0], a[1], a[2], fds));
}

/* (two fds out): close-on-exec, and reading never waits. */
static int64_t call_pipe(const struct memory *memory, const int64_t *a) {
  int *fds = memory_at(memory, a[0], 2 * sizeof(int));
  if (fds == NULL) return -EFAULT;
  if (pipe2(fds, O_CLOEXEC) == -1) return -errno;
  return result_of(fcntl(fds[0], F_SETFL, O_NONBLOCK));
}

/*
 * (fd, buf, size, fds out, most fds, count out): one message and the descriptors it carries, each
 * close-on-exec. Waits for the message.
 */
static int64_t call_recv_fds(const struct memory *memory, const int64_t *a) {
  enum { MOST = 4 };
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(MOST * sizeof(int))];
  } control;
  uint32_t wanted = a[4];
  void *buf = memory_at(memory, a[1], a[2]);
  if (wanted > MOST) return -EINVAL;
  int *fds = memory_at(memory, a[3], wanted * sizeof(int));
  uint32_t *count = memory_at(memory, a[5], sizeof(uint32_t));
  if (buf == NULL || fds == NULL || count == NULL) return -EFAULT;

  struct iovec part = {.iov_base = buf, .iov_len = (uint32_t)a[2]};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.space,
                           .msg_controllen = CMSG_SPACE(wanted * sizeof(int))};
  ssize_t size;
  do {
    size = recvmsg(a[0], &message, MSG_CMSG_CLOEXEC);
  } while (size == -1 && errno == EINTR);
  if (size == -1) return -errno;
  *count = 0;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    *count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(fds, CMSG_DATA(header), *count * sizeof(int));
  }
  return size;
}

const struct shim_row mount_calls[] = {
    {"mount", 9, call_mount},
    {"umount2", 3, call_umount2},
    {"mount_number", 3, call_mount_number},
    {"socketpair", 4, call_socketpair},
    {"pipe", 1, call_pipe},
    {"recv_fds", 6, call_recv_fds},
    {NULL, 0, NULL},
};
