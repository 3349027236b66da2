#pragma once

#include <stdint.h>

/*
 * Records that cross from the module's 32-bit memory to the shim; fixed widths, so that the
 * compilers of both sides lay them out alike.
 */

/* wasm32's struct iovec. */
struct abi_iovec {
  uint32_t base;
  uint32_t size;
};

/*
 * How the module and a channel of the shim talk: in the module's memory, as arguments cost more
 * than the call itself.
 */
struct abi_channel {
  /* To receive: where the request goes, and how many bytes there are. */
  uint32_t buffer;
  uint32_t size;
  /* To send: struct abi_iovec and their count. */
  uint32_t parts;
  uint32_t count;
  /* What the last call has come to: bytes or -errno. */
  int32_t result;
  /*
   * Requests that may be read ahead: while there are any, receiving does not wait. Set to 0 by who
   * wants no more of them.
   */
  uint32_t ahead;
  /*
   * For one reply: it may be held until `flush`, and memory where parts of it may lie, which stays
   * as it is until then; of size 0, it is sent at once, after those that are held.
   */
  uint32_t kept;
  uint32_t kept_size;
  /* -errno of a reply that was held and could not be sent; set to 0 by who has taken it. */
  int32_t failure;
  int32_t unused;
  /* When the last request came, and the last reply was ready, in us since some moment. */
  double received_at;
  double sent_at;
};

/* How the message with this ticket has ended: 0 or -errno. */
struct abi_outcome {
  uint32_t ticket;
  int32_t result;
};

/* ABI_SPAWN_INHERIT makes `fd` a copy of `source` in the child, without close-on-exec. */
enum abi_spawn_kind { ABI_SPAWN_CLOSE = 1, ABI_SPAWN_OPEN = 2, ABI_SPAWN_INHERIT = 3 };

/* One posix_spawn file action. */
struct abi_spawn_action {
  int32_t kind;
  int32_t fd;
  int32_t source;
  int32_t flags;
  int32_t mode;
  uint32_t path;
  uint32_t path_length;
};

/* How the module and a ring of the shim talk, in the module's memory. */
struct abi_ring {
  /* What was received last: the number of an entry, ABI_RING_DEVICE, or -errno. */
  int32_t result;
  /* Entries whose replies are in place; who takes them sets the count to 0. */
  uint32_t committed_count;
  /* As those of struct abi_channel. */
  double received_at;
  double sent_at;
  uint32_t committed[];
};

/* The device itself has something to be read. */
enum { ABI_RING_DEVICE = INT32_MAX };
