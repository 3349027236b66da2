#define _GNU_SOURCE
#include "handlers.h"
#include "node.h"

#include <errno.h>
#include <stdio.h>

/* One end of a rename. */
struct place {
  struct node *directory;
  const char *name;
  struct node *node;
};

static struct place place_of(fuse_ino_t parent, const char *name) {
  struct node *directory = node_of(parent);
  return (struct place){directory, name, directory_get(&directory->entries, name)};
}

static int is_directory(const struct node *node) {
  return S_ISDIR(node->attr.st_mode);
}

/* Would a directory get into itself? */
static int makes_loop(const struct node *node, const struct node *into) {
  if (!is_directory(node)) return 0;
  while (into != node && into->parent != into) into = into->parent;
  return into == node;
}

static int check_replaceable(const struct node *target, const struct node *source) {
  if (!is_directory(target)) return is_directory(source) ? ENOTDIR : 0;
  if (!is_directory(source)) return EISDIR;
  return target->entries.count > 0 ? ENOTEMPTY : 0;
}

static int exchange(struct place from, struct place to) {
  if (makes_loop(from.node, to.directory) || makes_loop(to.node, from.directory)) return EINVAL;
  /* Both names exist, so none needs memory. */
  node_name(to.directory, to.name, from.node);
  node_name(from.directory, from.name, to.node);
  return 0;
}

static int move(struct place from, struct place to) {
  if (makes_loop(from.node, to.directory)) return EINVAL;
  int error = to.node == NULL ? 0 : check_replaceable(to.node, from.node);
  if (error != 0) return error;
  if (node_name(to.directory, to.name, from.node) != 0) return ENOMEM;
  node_unname(from.directory, from.name, from.node);
  return 0;
}

static int rename_to(struct place from, struct place to, unsigned int flags) {
  if (flags != 0 && flags != RENAME_NOREPLACE && flags != RENAME_EXCHANGE) return EINVAL;
  if (from.node == NULL || (flags == RENAME_EXCHANGE && to.node == NULL)) return ENOENT;
  if (flags == RENAME_NOREPLACE && to.node != NULL) return EEXIST;
  /* Two names of one inode stay as they are. */
  if (from.node == to.node) return 0;
  int error = flags == RENAME_EXCHANGE ? exchange(from, to) : move(from, to);
  if (error != 0) return error;
  node_changed(from.node);
  node_modified(from.directory);
  node_modified(to.directory);
  if (to.node == NULL) return 0;
  node_changed(to.node);
  node_reclaim(to.node);
  return 0;
}

void handle_rename(fuse_req_t req, fuse_ino_t from, const char *name, fuse_ino_t to,
                   const char *new_name, unsigned int flags) {
  fuse_reply_err(req, rename_to(place_of(from, name), place_of(to, new_name), flags));
}
