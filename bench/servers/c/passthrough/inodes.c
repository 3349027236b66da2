/* Every inode that the kernel knows, by what it is in the source: a device and a number. */
#define _GNU_SOURCE
#include "inodes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The descriptor keeps the source from giving the inode's number to another one. */
struct node {
  dev_t device;
  ino_t number;
  int fd;
  /* Counts the nodes made so far, so it is unique together with the address. */
  uint64_t generation;
  uint64_t lookups;
  struct node *next;
};

enum { FIRST_BUCKETS = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct node root;
static struct node **buckets;
static size_t bucket_count;
static size_t node_count;
static uint64_t made;

static struct node *node_of(fuse_ino_t inode) {
  return inode == FUSE_ROOT_ID ? &root : (struct node *)inode;
}

static fuse_ino_t inode_of(struct node *node) {
  return node == &root ? FUSE_ROOT_ID : (fuse_ino_t)(uintptr_t)node;
}

int fd_of(fuse_ino_t inode) {
  return node_of(inode)->fd;
}

const char *path_of(int fd, char path[PATH_ROOM]) {
  snprintf(path, PATH_ROOM, "/proc/self/fd/%d", fd);
  return path;
}

/* What points to the node of an inode, or to the NULL where it would be. Under the lock. */
static struct node **link_to(dev_t device, ino_t number) {
  uint64_t key = (number ^ ((uint64_t)device << 32)) * 0x9e3779b97f4a7c15u;
  struct node **link = &buckets[(key >> 32) & (bucket_count - 1)];
  while (*link != NULL && ((*link)->number != number || (*link)->device != device)) {
    link = &(*link)->next;
  }
  return link;
}

static int grow(void) {
  struct node **old = buckets;
  size_t old_count = bucket_count;
  struct node **grown = calloc(old_count * 2, sizeof *grown);
  if (grown == NULL) return -ENOMEM;
  buckets = grown;
  bucket_count = old_count * 2;
  for (size_t i = 0; i < old_count; i++) {
    for (struct node *node = old[i], *next; node != NULL; node = next) {
      next = node->next;
      struct node **link = link_to(node->device, node->number);
      node->next = NULL;
      *link = node;
    }
  }
  free(old);
  return 0;
}

int inodes_start(const char *source) {
  struct stat attr;
  root.fd = open(source, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root.fd == -1 || fstat(root.fd, &attr) != 0) return -errno;
  bucket_count = FIRST_BUCKETS;
  buckets = calloc(bucket_count, sizeof *buckets);
  if (buckets == NULL) return -ENOMEM;
  root.device = attr.st_dev;
  root.number = attr.st_ino;
  *link_to(root.device, root.number) = &root;
  node_count = 1;
  return 0;
}

/* The answer for the kernel, which asks again each time, as others may change the source. */
static void fill(struct fuse_entry_param *entry, struct node *node, const struct stat *attr) {
  *entry = (struct fuse_entry_param){
      .ino = inode_of(node), .generation = node->generation, .attr = *attr};
}

/* A new node for an open descriptor. Under the lock. */
static struct node *make(int fd, const struct stat *attr) {
  if (node_count == bucket_count && grow() != 0) return NULL;
  struct node *node = calloc(1, sizeof *node);
  if (node == NULL) return NULL;
  node->device = attr->st_dev;
  node->number = attr->st_ino;
  node->fd = fd;
  node->generation = ++made;
  *link_to(attr->st_dev, attr->st_ino) = node;
  node_count++;
  return node;
}

int find_opened(int fd, struct fuse_entry_param *entry) {
  struct stat attr;
  if (fstat(fd, &attr) != 0) {
    int error = -errno;
    close(fd);
    return error;
  }
  pthread_mutex_lock(&lock);
  struct node *node = *link_to(attr.st_dev, attr.st_ino);
  if (node != NULL) close(fd);
  else node = make(fd, &attr);
  if (node != NULL) node->lookups++;
  pthread_mutex_unlock(&lock);
  if (node == NULL) {
    close(fd);
    return -ENOMEM;
  }
  fill(entry, node, &attr);
  return 0;
}

int find_child(fuse_ino_t parent, const char *name, struct fuse_entry_param *entry) {
  int directory = fd_of(parent);
  struct stat attr;
  pthread_mutex_lock(&lock);
  uint64_t made_before = made;
  pthread_mutex_unlock(&lock);
  if (fstatat(directory, name, &attr, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  pthread_mutex_lock(&lock);
  struct node *node = *link_to(attr.st_dev, attr.st_ino);
  /* A node made meanwhile may be a new inode that got the number of the one seen above. */
  if (node != NULL && node->generation > made_before) node = NULL;
  if (node != NULL) node->lookups++;
  pthread_mutex_unlock(&lock);
  if (node != NULL) {
    fill(entry, node, &attr);
    return 0;
  }
  int fd = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  return fd == -1 ? -errno : find_opened(fd, entry);
}

void forget_inode(fuse_ino_t inode, uint64_t lookups) {
  struct node *node = node_of(inode);
  if (node == &root) return;
  pthread_mutex_lock(&lock);
  node->lookups -= lookups;
  int is_last = node->lookups == 0;
  if (is_last) {
    *link_to(node->device, node->number) = node->next;
    node_count--;
  }
  pthread_mutex_unlock(&lock);
  if (!is_last) return;
  close(node->fd);
  free(node);
}
