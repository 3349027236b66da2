/*
 * Messages of io_uring's entries, put together for libfuse, and its replies, taken apart for them.
 */
#include "ring.h"

#include <errno.h>
#include <fuse_i.h>
#include <fuse_kernel.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "../shim/abi.h"
#include "../shim/fuse_uring.h"
#include "device.h"
#include "host.h"

/* Holds the longest value of an xattr, and its name. */
enum { LEAST_PAYLOAD = 128 * 1024 };

struct entry {
  struct fuse_buf *buf;
  /* Of the request that libfuse has and nobody has answered; else 0. */
  uint64_t unique;
};

static int is_wanted;
static int is_offered;
static enum fw_ring_agreement agreement;

static struct entry *entries;
static uint32_t entry_count;
static struct abi_ring *ring;
/* The host sends replies by itself, all at once. */
static int is_collecting;

void fw_ring_want(int wanted) {
  is_wanted = wanted;
  agreement = FW_RING_UNWANTED;
}

int fw_ring_agreement(void) {
  return agreement;
}

void fw_ring_look(const struct fuse_buf *buf) {
  const struct fuse_init_in *init = (const void *)((const struct fuse_in_header *)buf->mem + 1);
  is_offered = buf->size >= sizeof(struct fuse_in_header) + sizeof(*init) &&
               (init->flags & FUSE_INIT_EXT) &&
               ((uint64_t)init->flags2 << 32 & FUSE_RING_FLAG);
}

void fw_ring_agree(struct iovec *iov, int count) {
  const struct fuse_out_header *header = iov[0].iov_base;
  if (!is_wanted || count != 2 || header->error != 0) return;
  struct fuse_init_out *init = iov[1].iov_base;
  agreement = FW_RING_NOT_OFFERED;
  if (!is_offered || iov[1].iov_len < sizeof(*init) || !(init->flags & FUSE_INIT_EXT)) return;
  agreement = FW_RING_TOO_SMALL;
  if (init->max_write < LEAST_PAYLOAD) return;
  agreement = FW_RING_AGREED;
  init->flags2 |= FUSE_RING_FLAG >> 32;
}

struct abi_ring *fw_ring_open(uint32_t count) {
  entries = calloc(count, sizeof(*entries));
  ring = calloc(1, sizeof(*ring) + count * sizeof(ring->committed[0]));
  return entries == NULL ? NULL : ring;
}

void fw_ring_collect(int wanted) {
  is_collecting = wanted;
}

uint32_t fw_ring_add(struct fuse_buf *buf) {
  entries[entry_count].buf = buf;
  return entry_count++;
}

static struct fuse_ring_header *header_of(const struct entry *entry) {
  return entry->buf->mem;
}

static char *payload_of(const struct entry *entry) {
  return (char *)entry->buf->mem + FUSE_BUFFER_HEADER_SIZE;
}

static size_t payload_room(const struct entry *entry) {
  return entry->buf->mem_size - FUSE_BUFFER_HEADER_SIZE;
}

void *fw_ring_header(uint32_t entry) {
  return header_of(&entries[entry]);
}

static void commit(struct entry *entry, int error, size_t payload_size) {
  struct fuse_ring_header *header = header_of(entry);
  struct fuse_out_header out = {.len = sizeof(out) + payload_size,
                                .error = error,
                                .unique = entry->unique};
  memcpy(header->in_out, &out, sizeof(out));
  header->payload_size = payload_size;
  entry->unique = 0;
  ring->committed[ring->committed_count++] = entry - entries;
  if (!is_collecting) host_send();
}

/* The payload stays where it is: what belongs in front of it is put there. */
static int assemble(const struct entry *entry, struct fuse_buf *message) {
  const struct fuse_ring_header *header = header_of(entry);
  struct fuse_in_header in;
  memcpy(&in, header->in_out, sizeof(in));
  if (header->payload_size > payload_room(entry)) return 0;
  // Too large, too, when the message is shorter than its parts.
  size_t fixed_size = in.len - sizeof(in) - header->payload_size;
  if (fixed_size > sizeof(header->op_in)) return 0;
  char *fixed = payload_of(entry) - fixed_size;
  memcpy(fixed, header->op_in, fixed_size);
  message->mem = memcpy(fixed - sizeof(in), &in, sizeof(in));
  message->size = in.len;
  return 1;
}

void fw_ring_process(struct fuse_session *session, uint32_t index) {
  struct entry *entry = &entries[index];
  struct fuse_buf message = {.flags = 0};
  struct fuse_in_header in;
  memcpy(&in, header_of(entry)->in_out, sizeof(in));
  entry->unique = in.unique;
  if (!assemble(entry, &message)) {
    commit(entry, -EIO, 0);
    return;
  }
  fw_limit_copy(message.mem, message.size);
  fuse_session_process_buf(session, &message);
  // The one message that is not answered: what was retrieved.
  // What was retrieved is not answered. Nobody looks at the error; without one, the kernel would
  // look at the number, and take its lowest bit for that of an interrupt.
  if (in.opcode == FUSE_NOTIFY_REPLY && entry->unique != 0) commit(entry, -ENOENT, 0);
}

static struct entry *entry_of(uint64_t unique) {
  if (unique == 0) return NULL;
  for (uint32_t i = 0; i < entry_count; i++) {
    if (entries[i].unique == unique) return &entries[i];
  }
  return NULL;
}

int fw_ring_reply(const struct iovec *iov, int count) {
  const struct fuse_out_header *out = iov[0].iov_base;
  struct entry *entry = entry_of(out->unique);
  if (entry == NULL) return 0;
  size_t end = out->len - sizeof(*out);
  if (end > payload_room(entry)) {
    commit(entry, -EIO, 0);
    return 1;
  }
  size_t size = end;
  // From the last one on: only that one may lie in the payload already, at its start.
  for (int i = count - 1; i > 0; i--) {
    char *place = payload_of(entry) + (end -= iov[i].iov_len);
    if (place != iov[i].iov_base) memmove(place, iov[i].iov_base, iov[i].iov_len);
  }
  commit(entry, out->error, size);
  return 1;
}
