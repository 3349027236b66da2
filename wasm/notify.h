#pragma once

#include <fuse_lowlevel.h>

/* The session on the other side of what the host sends to the kernel unasked. */

/* Another descriptor of the connection, for notifications alone; the caller's own, or -errno. */
int fw_notify_device(struct fuse_session *session);

/* Most bytes of data in one message, as agreed on with the kernel. */
size_t fw_session_max_write(struct fuse_session *session);

/* As libfuse's own, for data in one piece. */
int fw_notify_store(struct fuse_session *session, fuse_ino_t ino, off_t offset, void *data,
                    size_t size);

/* The retrieve asked for last, valid until it is answered or dropped. */
struct fuse_notify_req *fw_newest_retrieve(struct fuse_session *session);

/* The kernel has refused it, and will not answer. */
void fw_drop_retrieve(struct fuse_notify_req *retrieve);

/* Makes the numbers of retrieves differ from those of other sessions on the same connection. */
void fw_number_retrieves(struct fuse_session *session);

/* Whether the message in `buf` answers a retrieve, and if so, one of this session's. */
enum fw_retrieved { FW_RETRIEVED_NOTHING, FW_RETRIEVED_OWN, FW_RETRIEVED_STRAY };
int fw_retrieved(struct fuse_session *session, struct fuse_buf *buf);
