/*
 * Notifications: where libfuse's own functions fit, the host calls those.
 */
#include "notify.h"

#include <errno.h>
#include <fuse_i.h>
#include <fuse_kernel.h>
#include <stdlib.h>

#include "device.h"

int fw_notify_device(struct fuse_session *session) {
  int fd = fw_device_clone(session->fd);
  return fd == -1 ? -errno : fd;
}

size_t fw_session_max_write(struct fuse_session *session) {
  return session->conn.max_write;
}

int fw_notify_store(struct fuse_session *session, fuse_ino_t ino, off_t offset, void *data,
                    size_t size) {
  struct fuse_bufvec bytes = FUSE_BUFVEC_INIT(size);
  bytes.buf[0].mem = data;
  return fuse_lowlevel_notify_store(session, ino, offset, &bytes, FUSE_BUF_NO_SPLICE);
}

struct fuse_notify_req *fw_newest_retrieve(struct fuse_session *session) {
  return session->notify_list.prev;
}

void fw_drop_retrieve(struct fuse_notify_req *retrieve) {
  retrieve->prev->next = retrieve->next;
  retrieve->next->prev = retrieve->prev;
  // The first member of what libfuse has allocated.
  free(retrieve);
}

/* Descriptors differ between all sessions of the process. */
void fw_number_retrieves(struct fuse_session *session) {
  session->notify_ctr = (uint64_t)session->fd << 32;
}

int fw_retrieved(struct fuse_session *session, struct fuse_buf *buf) {
  const struct fuse_in_header *header = buf->mem;
  if (buf->size < sizeof(*header) || header->opcode != FUSE_NOTIFY_REPLY) {
    return FW_RETRIEVED_NOTHING;
  }
  const struct fuse_notify_req *own = session->notify_list.next;
  while (own != &session->notify_list && own->unique != header->unique) own = own->next;
  return own == &session->notify_list ? FW_RETRIEVED_STRAY : FW_RETRIEVED_OWN;
}
