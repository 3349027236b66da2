#pragma once

#include <stdint.h>

/*
 * How FUSE speaks over io_uring (protocol 7.42, Linux 6.14), which the headers of older systems
 * lack. The kernel keeps for each entry a header, as below, and a payload: all that follows the
 * first fixed part of a message.
 */

/* Offered in INIT, and taken in its reply; above the first 32 bits. */
#define FUSE_RING_FLAG (1ULL << 41)

/* The smallest payload is the largest of this, max_write, and max_pages in bytes. */
enum { FUSE_RING_MIN_PAYLOAD = 8192 };

/* Commands of IORING_OP_URING_CMD on the device. */
enum fuse_ring_command { FUSE_RING_REGISTER = 1, FUSE_RING_COMMIT_AND_FETCH = 2 };

/* What a command carries in its submission. */
struct fuse_ring_submission {
  uint64_t flags;
  uint64_t commit_id;
  uint16_t queue;
  uint8_t padding[6];
};

struct fuse_ring_header {
  /* fuse_in_header, and for the reply fuse_out_header. */
  uint8_t in_out[128];
  /* The first fixed part of a request; how long it is the kernel does not say. */
  uint8_t op_in[128];
  uint64_t flags;
  /* Names the request when it is committed. */
  uint64_t commit_id;
  uint32_t payload_size;
  uint32_t padding;
  uint64_t reserved;
};

_Static_assert(sizeof(struct fuse_ring_submission) == 24, "as the kernel has it");
_Static_assert(sizeof(struct fuse_ring_header) == 288, "as the kernel has it");
