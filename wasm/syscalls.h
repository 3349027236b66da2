#pragma once

#include <stdint.h>

/* A result of the shim in the C library's way: -1 and errno for -errno. */
int fw_result(int32_t result);

/*
 * The end of the socket pair which keeps fusermount3 waiting to unmount (auto_unmount), or -1.
 * libfuse leaves it open; the caller owns it from here.
 */
int fw_take_auto_unmount_fd(void);

/* libfuse closes this descriptor by itself. */
void fw_closing(int fd);
