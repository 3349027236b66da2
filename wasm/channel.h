#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * The channel of the host, through which requests come and replies go while it is open; before and
 * after that they go through the device's own system calls.
 */
int fw_channel_is_open(void);

/* Takes it into use, or out of it. */
void fw_open_channel(int is_open);

/* Its record, struct abi_channel. */
void *fw_channel(void);

/* Bytes or -errno. */
int32_t fw_receive(void *buf, size_t size);
int32_t fw_send(const struct iovec *iov, int count);
