/*
 * files <directory> <count> <times> <server>: creates so many files of 4 KiB, then unlinks them,
 * and all of that so many times.
 */
#include "measured.h"
#include <fcntl.h>
#include <limits.h>

static char data[4096];

static void create(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (fd < 0) fail(path);
  if (write(fd, data, sizeof data) != sizeof data) fail(path);
  if (close(fd) != 0) fail(path);
}

static void delete(const char *path) {
  if (unlink(path) != 0) fail(path);
}

static void each(const char *directory, int count, void (*what)(const char *path)) {
  for (int i = 0; i < count; i++) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/file-%06d", directory, i);
    what(path);
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int count = atoi(argv[2]), times = atoi(argv[3]);
  memset(data, 'x', sizeof data);
  struct span span = span_of(argv[4]);
  span_begin(&span);
  for (int time = 0; time < times; time++) {
    each(argv[1], count, create);
    each(argv[1], count, delete);
  }
  span_end(&span);
  print("files", (uint64_t)count * (uint64_t)times);
  span_print(&span);
}
