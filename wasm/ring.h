#pragma once

#include <fuse_lowlevel.h>

/*
 * Requests that come over io_uring instead of by read(2). The kernel keeps a message in parts: its
 * header and its first fixed part in a record of its own, and the rest, the payload, elsewhere. An
 * entry's memory is a request buffer of the host's: that record is at its start, and the payload
 * begins FUSE_BUFFER_HEADER_SIZE bytes after it, where the host writes replies.
 */

enum fw_ring_agreement {
  FW_RING_UNWANTED,
  FW_RING_AGREED,
  /* The kernel does not know it, or it is switched off there. */
  FW_RING_NOT_OFFERED,
  /* Requests would be too small for the longest xattr. */
  FW_RING_TOO_SMALL,
};

/* Whether the next INIT to be answered shall agree on io_uring, if it can. */
void fw_ring_want(int wanted);

/* What has come of it. */
int fw_ring_agreement(void);

/* Takes note of what the INIT in `buf` offers. */
void fw_ring_look(const struct fuse_buf *buf);

/* Makes INIT's reply what is wanted. */
void fw_ring_agree(struct iovec *iov, int count);

/* Room for `count` entries, once in an instance. NULL without memory. */
struct abi_ring *fw_ring_open(uint32_t count);

/* Whether replies wait for the host to take them, instead of each being sent at once. */
void fw_ring_collect(int wanted);

/* The next entry lives in this buffer from here on. Returns its number. */
uint32_t fw_ring_add(struct fuse_buf *buf);

/* The record of an entry that the kernel writes. */
void *fw_ring_header(uint32_t entry);

/* Has libfuse process the request that has come in an entry. */
void fw_ring_process(struct fuse_session *session, uint32_t entry);

/*
 * Puts a reply into the entry whose request it answers: 1, or 0 when there is none, and the reply
 * belongs to the device.
 */
int fw_ring_reply(const struct iovec *iov, int count);
