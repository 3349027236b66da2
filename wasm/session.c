/*
 * One session: made from options, mounted, and fed one request at a time from buffers that belong
 * to the host's tasks.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <fuse_i.h>
#include <fuse_lowlevel.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "host.h"
#include "log.h"
#include "notify.h"
#include "ops_table.h"
#include "ring.h"
#include "session.h"
#include "syscalls.h"

static struct fuse_conn_info_opts *connection_options;

/* Options that libfuse wants to see, but which INIT needs too. */
struct kept_options {
  unsigned int max_read;
  int auto_unmount;
};
static struct kept_options kept;
static const struct fuse_opt kept_spec[] = {
    {"max_read=%u", offsetof(struct kept_options, max_read), 0},
    FUSE_OPT_KEY("max_read=", FUSE_OPT_KEY_KEEP),
    {"auto_unmount", offsetof(struct kept_options, auto_unmount), 1},
    FUSE_OPT_KEY("auto_unmount", FUSE_OPT_KEY_KEEP),
    FUSE_OPT_END,
};

struct fuse_session *fw_session_new(char *block, int count) {
  struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
  struct fuse_session *session = NULL;
  fw_log_to_host();
  for (int i = 0; i < count; i++, block += strlen(block) + 1) {
    if (fuse_opt_add_arg(&args, block) == -1) goto out;
  }
  if (fuse_opt_parse(&args, &kept, kept_spec, NULL) == -1) goto out;
  if (kept.auto_unmount) fw_leave_mounting_to_fusermount();
  connection_options = fuse_parse_conn_info_opts(&args);
  if (connection_options == NULL) goto out;
  session = fuse_session_new(&args, &fw_ops, sizeof(fw_ops), NULL);
out:
  fuse_opt_free_args(&args);
  return session;
}

void fw_apply_connection_options(struct fuse_conn_info *conn) {
  fuse_apply_conn_info_opts(connection_options, conn);
  conn->max_read = kept.max_read;
}

/* Takes a device that is open into use, which the session then owns. */
static int attach(struct fuse_session *session, int fd) {
  int error = fuse_session_custom_io(session, &fw_device, sizeof(fw_device), fd);
  if (error == 0) fw_number_retrieves(session);
  return error;
}

int fw_session_mount(struct fuse_session *session, const char *mountpoint) {
  errno = 0;
  if (fuse_session_mount(session, mountpoint) == -1) return errno == 0 ? -EIO : -errno;
  fw_mounted();
  return attach(session, fuse_session_fd(session));
}

int fw_session_clone(struct fuse_session *session, int fd) {
  int clone = fw_device_clone(fd);
  return clone == -1 ? -errno : attach(session, clone);
}

int fw_session_adopt(struct fuse_session *session, int fd) {
  int flags = fcntl(fd, F_GETFL, 0);
  if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1) return -errno;
  return attach(session, fd);
}

void fw_session_refuse(struct fuse_session *session, struct fuse_buf *buf, int timeout) {
  struct pollfd device = {.fd = session->fd, .events = POLLIN};
  if (poll(&device, 1, timeout) <= 0) return;
  if (fuse_session_receive_buf(session, buf) > 0) fuse_session_process_buf(session, buf);
}

int fw_session_is_alive(struct fuse_session *session) {
  struct pollfd device = {.fd = session->fd, .events = POLLIN};
  return poll(&device, 1, 0) >= 0 && (device.revents & POLLERR) == 0;
}

size_t fw_session_bufsize(struct fuse_session *session) {
  return session->bufsize;
}

void fw_session_try_init(struct fuse_session *session, struct fuse_buf *buf) {
  fw_ring_look(buf);
  fw_set_replies(FW_REPLIES_WITHHELD);
  fuse_session_process_buf(session, buf);
  fw_set_replies(FW_REPLIES_SENT);
  // Or libfuse would refuse the next INIT.
  session->got_init = 0;
}

int fw_session_error(struct fuse_session *session) {
  return session->error;
}

/* malloc has none of 2 GiB; and fewer pieces make memory grow in fewer steps. */
enum { LARGEST_PIECE = 1 << 30 };

/* Buffers, of which so many share a piece of memory, and the first one has its start. */
struct bufs {
  size_t count, in_a_piece;
  struct fuse_buf all[];
};

static void free_bufs(struct bufs *bufs) {
  for (size_t i = 0; i < bufs->count; i += bufs->in_a_piece) free(bufs->all[i].mem);
  free(bufs);
}

static int add_piece(struct bufs *bufs, size_t count, size_t size, size_t stride) {
  char *memory = aligned_alloc(getpagesize(), count * stride);

  if (memory == NULL) return 0;
  for (size_t i = 0; i < count; i++) {
    bufs->all[bufs->count++] = (struct fuse_buf){.mem = memory + i * stride, .mem_size = size};
  }
  return 1;
}

struct fuse_buf *fw_bufs_new(size_t count, size_t size) {
  size_t page = getpagesize();
  size_t stride = (size + page - 1) / page * page;
  size_t in_a_piece = stride < LARGEST_PIECE ? LARGEST_PIECE / stride : 1;
  struct bufs *bufs = NULL;

  if (count <= LARGEST_PIECE / sizeof(struct fuse_buf)) {
    bufs = calloc(1, sizeof(*bufs) + count * sizeof(struct fuse_buf));
  }
  if (bufs == NULL) return NULL;
  bufs->in_a_piece = in_a_piece;
  while (bufs->count < count) {
    size_t left = count - bufs->count;

    if (add_piece(bufs, left < in_a_piece ? left : in_a_piece, size, stride)) continue;
    free_bufs(bufs);
    return NULL;
  }
  return bufs->all;
}

void fw_bufs_free(struct fuse_buf *first) {
  free_bufs((struct bufs *)((char *)first - offsetof(struct bufs, all)));
}

static void on_interrupt(fuse_req_t req, void *data) {
  (void)data;
  host_interrupted(req);
}

void fw_watch_interrupt(fuse_req_t req) {
  fuse_req_interrupt_func(req, on_interrupt, NULL);
}

int fw_drop_interrupts(struct fuse_session *session) {
  int count = 0;
  struct fuse_req *req;
  for (; (req = session->interrupts.next) != &session->interrupts; count++) {
    req->prev->next = req->next;
    req->next->prev = req->prev;
    req->next = req->prev = req;
    fuse_reply_none(req);
  }
  return count;
}

void *fw_scratch(void) {
  static struct fw_scratch scratch;
  return &scratch;
}
