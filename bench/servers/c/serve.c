#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void agree(void *userdata, struct fuse_conn_info *conn) {
  (void)userdata;
  conn->want |= conn->capable & FUSE_CAP_EXPORT_SUPPORT;
  /* Every listing carries attributes. */
  conn->want &= ~FUSE_CAP_READDIRPLUS_AUTO;
}

static const char *mode_of(int argc, char *argv[]) {
  return argc > 2 ? argv[2] : "loop";
}

int wants_splice(int argc, char *argv[]) {
  return strcmp(mode_of(argc, argv), "splice") == 0;
}

static int loop_mt(struct fuse_session *session) {
  struct fuse_loop_config *config = fuse_loop_cfg_create();
  int result;

  if (config == NULL) return -1;
  fuse_loop_cfg_set_max_threads(config, MOST_THREADS);
  result = fuse_session_loop_mt(session, config);
  fuse_loop_cfg_destroy(config);
  return result;
}

static int serve_session(struct fuse_session *session, const char *mountpoint, const char *mode) {
  int result;

  if (fuse_set_signal_handlers(session) != 0) return -1;
  if (fuse_session_mount(session, mountpoint) != 0) return -1;
  result = strcmp(mode, "loop-mt") == 0 ? loop_mt(session) : fuse_session_loop(session);
  fuse_session_unmount(session);
  fuse_remove_signal_handlers(session);
  return result;
}

int serve(int argc, char *argv[], const struct fuse_lowlevel_ops *ops) {
  char *words[] = {argv[0], "-o", "fsname=bench,subtype=c", NULL};
  struct fuse_args args = FUSE_ARGS_INIT(3, words);
  struct fuse_session *session;
  int result;

  if (argc < 2) {
    fprintf(stderr, "usage: %s <mountpoint> [loop | loop-mt | splice] [argument]\n", argv[0]);
    return 2;
  }
  session = fuse_session_new(&args, ops, sizeof *ops, NULL);
  if (session == NULL) return 1;
  result = serve_session(session, argv[1], mode_of(argc, argv));
  fuse_session_destroy(session);
  fuse_opt_free_args(&args);
  return result == 0 ? 0 : 1;
}

char *scratch(size_t size) {
  static _Thread_local char *memory;
  static _Thread_local size_t room;

  if (room >= size) return memory;
  free(memory);
  memory = malloc(size);
  if (memory == NULL) abort();
  room = size;
  return memory;
}
