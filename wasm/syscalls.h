#pragma once

#include <stdint.h>

/* A result of the shim in the C library's way: -1 and errno for -errno. */
int fw_result(int32_t result);

/*
 * mount() fails with EPERM from here on, which makes libfuse turn to fusermount3. With
 * auto_unmount, as fusermount3 before 3.17 can watch only what it has mounted itself.
 */
void fw_leave_mounting_to_fusermount(void);

/*
 * The fusermount3 that waits to unmount (auto_unmount), and the end of the socket pair that keeps
 * it waiting; each -1 without. libfuse leaves both open: the caller owns them.
 */
int fw_auto_unmount_pid(void);
int fw_auto_unmount_fd(void);

/* All went well: what the program says from here on is nobody's business. */
void fw_mounted(void);

/* libfuse closes this descriptor by itself. */
void fw_closing(int fd);
