/*
 * The device of a session: requests come in and replies go out through the shim.
 */
#define _GNU_SOURCE

#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse_kernel.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "channel.h"
#include "host.h"
#include "ring.h"
#include "syscalls.h"

/* What one write request of the kernel's own may have at most. */
enum { MOST_COPIED = 0x7ffff000 };

void fw_limit_copy(void *message, ssize_t size) {
  struct {
    struct fuse_in_header header;
    struct fuse_copy_file_range_in copy;
  } *request = message;
  if (size < (ssize_t)sizeof(*request) || request->header.opcode != FUSE_COPY_FILE_RANGE) return;
  if (request->copy.len > MOST_COPIED) request->copy.len = MOST_COPIED;
}

static ssize_t device_read(int fd, void *buf, size_t size, void *userdata) {
  (void)userdata;
  int32_t read = fw_channel_is_open() ? fw_receive(buf, size) : sys_read(fd, buf, size);
  ssize_t result = fw_result(read);
  fw_limit_copy(buf, result);
  return result;
}

static enum fw_replies replies;

/* INIT's reply, which is all that anybody asks for. */
static char kept[sizeof(struct fuse_out_header) + sizeof(struct fuse_init_out)];
static size_t kept_size;

void fw_set_replies(int wanted) {
  if (wanted == FW_REPLIES_KEPT || wanted == FW_REPLIES_WITHHELD) kept_size = 0;
  replies = wanted;
}

const void *fw_kept_reply(void) {
  return kept;
}

size_t fw_kept_size(void) {
  return kept_size;
}

static size_t size_of(const struct iovec *iov, int count) {
  size_t size = 0;
  for (int i = 0; i < count; i++) size += iov[i].iov_len;
  return size;
}

static void keep(const struct iovec *iov, int count) {
  kept_size = 0;
  if (size_of(iov, count) > sizeof(kept)) return;
  for (int i = 0; i < count; i++) {
    memcpy(kept + kept_size, iov[i].iov_base, iov[i].iov_len);
    kept_size += iov[i].iov_len;
  }
}

static ssize_t device_writev(int fd, struct iovec *iov, int count, void *userdata) {
  (void)userdata;
  if (replies == FW_REPLIES_POSTED) return fw_result(host_post(iov, count));
  if (replies == FW_REPLIES_KEPT) fw_ring_agree(iov, count);
  if (replies != FW_REPLIES_SENT) keep(iov, count);
  if (replies == FW_REPLIES_WITHHELD) return size_of(iov, count);
  if (fw_ring_reply(iov, count)) return size_of(iov, count);
  return fw_result(fw_channel_is_open() ? fw_send(iov, count) : sys_writev(fd, iov, count));
}

const struct fuse_custom_io fw_device = {.read = device_read, .writev = device_writev};

int fw_device_above(int fd, int floor) {
  if (fd > floor) return fd;
  int higher = fcntl(fd, F_DUPFD_CLOEXEC, floor + 1);
  if (higher == -1) return fd;
  close(fd);
  return higher;
}

int fw_device_clone(int fd) {
  int clone = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (clone != -1 && ioctl(clone, FUSE_DEV_IOC_CLONE, &(uint32_t){fd}) == 0) {
    return fw_device_above(clone, fd);
  }
  const char *reason = strerror(errno);
  if (clone != -1) close(clone);
  fuse_log(FUSE_LOG_WARNING, "threads share one device, as it can't be cloned: %s\n", reason);
  return fcntl(fd, F_DUPFD_CLOEXEC, fd + 1);
}
