/*
 * The system calls that libfuse makes, with the signatures of the C library, each served by the
 * shim. The C library's own versions are not linked: the linker takes these first.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "syscalls.h"

int fw_result(int32_t result) {
  if (result >= 0) return result;
  errno = -result;
  return -1;
}

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  int mode = (flags & O_CREAT) ? va_arg(arguments, int) : 0;
  va_end(arguments);
  return fw_result(sys_open(path, strlen(path), flags, mode));
}

int close(int fd) {
  fw_closing(fd);
  return fw_result(sys_close(fd));
}

ssize_t read(int fd, void *buf, size_t size) {
  return fw_result(sys_read(fd, buf, size));
}

ssize_t write(int fd, const void *buf, size_t size) {
  return fw_result(sys_write(fd, buf, size));
}

ssize_t pread(int fd, void *buf, size_t size, off_t offset) {
  return fw_result(sys_pread(fd, buf, size, offset));
}

ssize_t pwrite(int fd, const void *buf, size_t size, off_t offset) {
  return fw_result(sys_pwrite(fd, buf, size, offset));
}

int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  int argument = va_arg(arguments, int);
  va_end(arguments);
  return fw_result(sys_fcntl(fd, command, argument));
}

int ioctl(int fd, int request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return fw_result(sys_ioctl(fd, request, argument));
}

int poll(struct pollfd *fds, nfds_t count, int timeout) {
  return fw_result(sys_poll(fds, count, timeout));
}

/* libfuse reads nothing but the file type of its mountpoint. */
int stat(const char *restrict path, struct stat *restrict attr) {
  uint32_t mode = 0;
  memset(attr, 0, sizeof(*attr));
  int result = fw_result(sys_stat_mode(path, strlen(path), &mode));
  attr->st_mode = mode;
  return result;
}

static size_t length_of(const char *text) {
  return text == NULL ? 0 : strlen(text);
}

static int is_mounting_left;

void fw_leave_mounting_to_fusermount(void) {
  is_mounting_left = 1;
}

int mount(const char *source, const char *target, const char *type, unsigned long flags,
          const void *data) {
  if (is_mounting_left) return fw_result(-EPERM);
  return fw_result(sys_mount(source, length_of(source), target, length_of(target), type,
                             length_of(type), flags, data, length_of(data)));
}

int umount2(const char *target, int flags) {
  return fw_result(sys_umount2(target, strlen(target), flags));
}

uid_t getuid(void) {
  return sys_getuid();
}

uid_t geteuid(void) {
  return sys_geteuid();
}

gid_t getgid(void) {
  return sys_getgid();
}

/* wasm's own page is 64 KiB; libfuse negotiates in pages of the kernel. */
int getpagesize(void) {
  return sys_page_size();
}

/* The C library numbers errors as WASI does, so its texts belong to other numbers. */
char *strerror(int number) {
  static char text[128];
  sys_error_text(number, text, sizeof(text));
  return text;
}
