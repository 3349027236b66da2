/*
 * The file of the FUSE control filesystem that aborts a connection: where that is mounted, or else,
 * for who may mount, in a mount of its own that has no place.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring.h"

enum { CLOSE_ON_EXEC = 1, CREATE = 6 };

/* A mount of the control filesystem, or -1. */
static int mount_control(void) {
  int context = (int)syscall(SYS_fsopen, "fusectl", CLOSE_ON_EXEC);
  if (context == -1) return -1;
  int mount = syscall(SYS_fsconfig, context, CREATE, NULL, NULL, 0) == -1
                  ? -1
                  : (int)syscall(SYS_fsmount, context, CLOSE_ON_EXEC, 0);
  close(context);
  return mount;
}

int ring_control(uint32_t connection) {
  char path[64];
  int folder = open("/sys/fs/fuse/connections", O_PATH | O_DIRECTORY | O_CLOEXEC);
  snprintf(path, sizeof(path), "%u/abort", connection);
  for (int attempt = 0; attempt < 2; attempt++) {
    if (attempt == 1) folder = mount_control();
    if (folder == -1) continue;
    int control = openat(folder, path, O_WRONLY | O_CLOEXEC);
    int error = errno;
    close(folder);
    if (control != -1) return control;
    errno = error;
  }
  return -errno;
}
