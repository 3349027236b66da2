/*
 * A filesystem in memory, as examples/tmpfs.ts is one, for one thread. It lacks fallocate, lseek,
 * copy_file_range, and files without a name.
 */
#include "memory/handlers.h"
#include "memory/node.h"
#include "serve.h"

/* As the other one: data and link targets change through the mount only. */
static void agree_on_caches(void *userdata, struct fuse_conn_info *conn) {
  agree(userdata, conn);
  conn->want &= ~FUSE_CAP_AUTO_INVAL_DATA;
  conn->want |= conn->capable & (FUSE_CAP_EXPLICIT_INVAL_DATA | FUSE_CAP_CACHE_SYMLINKS);
}

static const struct fuse_lowlevel_ops ops = {
    .init = agree_on_caches,
    .lookup = handle_lookup,
    .forget = handle_forget,
    .forget_multi = handle_forget_multi,
    .getattr = handle_getattr,
    .setattr = handle_setattr,
    .readlink = handle_readlink,
    .mknod = handle_mknod,
    .mkdir = handle_mkdir,
    .symlink = handle_symlink,
    .create = handle_create,
    .link = handle_link,
    .unlink = handle_unlink,
    .rmdir = handle_rmdir,
    .rename = handle_rename,
    .open = handle_open,
    .read = handle_read,
    .write = handle_write,
    .release = handle_release,
    .opendir = handle_opendir,
    .readdirplus = handle_readdirplus,
    .releasedir = handle_release,
    .statfs = handle_statfs,
    .setxattr = handle_setxattr,
    .getxattr = handle_getxattr,
    .listxattr = handle_listxattr,
    .removexattr = handle_removexattr,
};

int main(int argc, char *argv[]) {
  if (nodes_start() != 0) return 1;
  return serve(argc, argv, &ops);
}
