/* What names stand for, and how they come and go. */
#include "handlers.h"
#include "node.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINKS = 65000 };

void handle_lookup(fuse_req_t req, fuse_ino_t parent, const char *name) {
  struct node *directory = node_of(parent);
  struct node *node = directory_get(&directory->entries, name);
  if (strcmp(name, ".") == 0) node = directory;
  else if (strcmp(name, "..") == 0) node = directory->parent;
  struct fuse_entry_param entry = {.entry_timeout = CACHE_TIMEOUT};
  if (node == NULL && strlen(name) > NAME_MAX) {
    fuse_reply_err(req, ENAMETOOLONG);
    return;
  }
  if (node != NULL) entry = node_entry(node);
  fuse_reply_entry(req, &entry);
}

static void forget(fuse_ino_t inode, uint64_t lookups) {
  struct node *node = node_of(inode);
  node->lookups -= lookups;
  node_reclaim(node);
}

void handle_forget(fuse_req_t req, fuse_ino_t inode, uint64_t lookups) {
  forget(inode, lookups);
  fuse_reply_none(req);
}

void handle_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets) {
  for (size_t i = 0; i < count; i++) forget(forgets[i].ino, forgets[i].nlookup);
  fuse_reply_none(req);
}

/* 0 when a name may be given to something new, else an errno. */
static int check_vacant(const struct node *directory, const char *name) {
  if (strlen(name) > NAME_MAX) return ENAMETOOLONG;
  if (directory_get(&directory->entries, name) != NULL) return EEXIST;
  return directory->names == 0 ? ENOENT : 0;
}

/* Makes an inode with a name. Returns 0 or an errno. */
static int make(fuse_req_t req, struct node *directory, const char *name, mode_t mode,
                struct node **made) {
  int error = check_vacant(directory, name);
  if (error != 0) return error;
  struct node *node = node_make(req, directory, mode);
  if (node == NULL) return ENOSPC;
  if (node_name(directory, name, node) != 0) {
    node_reclaim(node);
    return ENOMEM;
  }
  node_modified(directory);
  *made = node;
  return 0;
}

static void reply_made(fuse_req_t req, int error, struct node *node) {
  if (error != 0) {
    fuse_reply_err(req, error);
    return;
  }
  struct fuse_entry_param entry = node_entry(node);
  fuse_reply_entry(req, &entry);
}

void handle_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t device) {
  struct node *node = NULL;
  int error = make(req, node_of(parent), name, mode, &node);
  if (error == 0) node->attr.st_rdev = device;
  reply_made(req, error, node);
}

void handle_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode) {
  struct node *node = NULL;
  int error = make(req, node_of(parent), name, S_IFDIR | mode, &node);
  reply_made(req, error, node);
}

void handle_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name) {
  struct node *node = NULL;
  char *copy = strdup(target);
  int error = copy == NULL ? ENOMEM : make(req, node_of(parent), name, S_IFLNK | 0777, &node);
  if (error == 0) {
    node->target = copy;
    node->attr.st_size = (off_t)strlen(copy);
  } else free(copy);
  reply_made(req, error, node);
}

void handle_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
                   struct fuse_file_info *file) {
  struct node *node = NULL;
  int error = make(req, node_of(parent), name, mode, &node);
  if (error != 0) {
    fuse_reply_err(req, error);
    return;
  }
  node->opens++;
  file->fh = (uintptr_t)node;
  file->keep_cache = 1;
  struct fuse_entry_param entry = node_entry(node);
  fuse_reply_create(req, &entry, file);
}

void handle_link(fuse_req_t req, fuse_ino_t inode, fuse_ino_t parent, const char *name) {
  struct node *node = node_of(inode);
  struct node *directory = node_of(parent);
  int error = S_ISDIR(node->attr.st_mode) ? EPERM : check_vacant(directory, name);
  if (error == 0 && node->names >= MOST_LINKS) error = EMLINK;
  if (error == 0 && node_name(directory, name, node) != 0) error = ENOMEM;
  if (error == 0) {
    node_modified(directory);
    node_changed(node);
  }
  reply_made(req, error, node);
}

static void remove_name(fuse_req_t req, struct node *directory, const char *name,
                        struct node *node) {
  node_unname(directory, name, node);
  node_modified(directory);
  node_changed(node);
  node_reclaim(node);
  fuse_reply_err(req, 0);
}

void handle_unlink(fuse_req_t req, fuse_ino_t parent, const char *name) {
  struct node *directory = node_of(parent);
  struct node *node = directory_get(&directory->entries, name);
  if (node == NULL) fuse_reply_err(req, ENOENT);
  else if (S_ISDIR(node->attr.st_mode)) fuse_reply_err(req, EISDIR);
  else remove_name(req, directory, name, node);
}

void handle_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name) {
  struct node *directory = node_of(parent);
  struct node *node = directory_get(&directory->entries, name);
  if (node == NULL) fuse_reply_err(req, ENOENT);
  else if (!S_ISDIR(node->attr.st_mode)) fuse_reply_err(req, ENOTDIR);
  else if (node->entries.count > 0) fuse_reply_err(req, ENOTEMPTY);
  else remove_name(req, directory, name, node);
}
