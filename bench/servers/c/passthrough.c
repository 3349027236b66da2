/* Mirrors a directory, with every change of it seen at once, as examples/passthrough.ts does. */
#include "passthrough/handlers.h"
#include "passthrough/inodes.h"
#include "serve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void agree_on_splice(void *userdata, struct fuse_conn_info *conn) {
  agree(userdata, conn);
  conn->want |=
      conn->capable & (FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
}

static struct fuse_lowlevel_ops ops = {
    .init = agree,
    .lookup = handle_lookup,
    .forget = handle_forget,
    .forget_multi = handle_forget_multi,
    .getattr = handle_getattr,
    .setattr = handle_setattr,
    .readlink = handle_readlink,
    .mknod = handle_mknod,
    .mkdir = handle_mkdir,
    .symlink = handle_symlink,
    .link = handle_link,
    .unlink = handle_unlink,
    .rmdir = handle_rmdir,
    .rename = handle_rename,
    .open = handle_open,
    .create = handle_create,
    .read = handle_read,
    .write = handle_write,
    .flush = handle_flush,
    .release = handle_release,
    .fsync = handle_fsync,
    .fallocate = handle_fallocate,
    .lseek = handle_lseek,
    .copy_file_range = handle_copy_file_range,
    .opendir = handle_opendir,
    .readdirplus = handle_readdirplus,
    .releasedir = handle_releasedir,
    .fsyncdir = handle_fsyncdir,
    .statfs = handle_statfs,
    .setxattr = handle_setxattr,
    .getxattr = handle_getxattr,
    .listxattr = handle_listxattr,
    .removexattr = handle_removexattr,
};

/* Each inode that the kernel knows takes a descriptor: as many as Node allows itself. */
static void raise_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char *argv[]) {
  if (argc <= ARGUMENT) {
    fprintf(stderr, "usage: %s <mountpoint> <loop | loop-mt | splice> <source>\n", argv[0]);
    return 2;
  }
  if (wants_splice(argc, argv)) {
    ops.init = agree_on_splice;
    ops.read = handle_read_spliced;
    ops.write = NULL;
    ops.write_buf = handle_write_buf;
  }
  raise_limit();
  /* The caller's is in each mode already. */
  umask(0);
  int error = inodes_start(argv[ARGUMENT]);
  if (error != 0) {
    fprintf(stderr, "%s: %s\n", argv[ARGUMENT], strerror(-error));
    return 1;
  }
  return serve(argc, argv, &ops);
}
