#pragma once

#include <fuse_lowlevel.h>

/* How libfuse reads requests and sends replies: by the shim, straight from and to its memory. */
extern const struct fuse_custom_io fw_device;

/*
 * For every message before libfuse sees it. It hands copy_file_range's 64-bit length on as size_t,
 * which has 32 bits here: a multiple of 4 GiB would become 0 and look like the end of the file.
 * Copying less than asked for is allowed.
 */
void fw_limit_copy(void *message, ssize_t size);

/*
 * The device under a number above `floor`, or as it is when there is none. Its old number is
 * closed.
 *
 * The kernel closes the descriptors of a killed process from the highest down. fusermount3
 * (auto_unmount) looks at the mount once its socket is cut, and unmounts only if nobody serves it
 * any more: with a device that is closed after that socket, the look may come too early.
 */
int fw_device_above(int fd, int floor);

/* Another descriptor for the connection of the device `fd`, or -1 and errno. */
int fw_device_clone(int fd);

enum fw_replies {
  /* To the kernel. */
  FW_REPLIES_SENT,
  /* To the kernel, and the last one is kept. */
  FW_REPLIES_KEPT,
  /* Kept, while the kernel sees nothing: for a request that another session has answered. */
  FW_REPLIES_WITHHELD,
  /* To the host, which has them written elsewhere: for messages that the kernel may hold up. */
  FW_REPLIES_POSTED,
};

/* What becomes of replies and notifications from here on; to keep one forgets the one before. */
void fw_set_replies(int replies);

/* The reply kept last, and its bytes: 0 when there was none, or a longer one than INIT's. */
const void *fw_kept_reply(void);
size_t fw_kept_size(void);
