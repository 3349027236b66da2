#pragma once

#include <stdint.h>

/* A result of the shim in the C library's way: -1 and errno for -errno. */
int fw_result(int32_t result);

/*
 * mount() fails with EPERM from here on, which makes libfuse turn to fusermount3. With
 * auto_unmount, as fusermount3 before 3.17 can watch only what it has mounted itself.
 */
void fw_leave_mounting_to_fusermount(void);

/* The fusermount3 that waits to unmount, or -1; to be reaped by the caller. */
int fw_auto_unmount_pid(void);

/*
 * The end of the socket pair which keeps fusermount3 waiting to unmount (auto_unmount), or -1.
 * libfuse leaves it open; the caller owns it from here.
 */
int fw_take_auto_unmount_fd(void);

/* libfuse closes this descriptor by itself. */
void fw_closing(int fd);
