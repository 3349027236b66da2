/*
 * sequential read|write <path> <seconds> <server>: goes through a file, or its first GiB, one MiB
 * a call, again and again, each time with nothing of it in the page cache.
 */
#include "measured.h"
#include <fcntl.h>
#include <sys/stat.h>

enum { CALL = 1 << 20, LONGEST_PASS = 1 << 30 };

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int is_write = !strcmp(argv[1], "write");
  int fd = open(argv[2], is_write ? O_WRONLY : O_RDONLY);
  if (fd < 0) fail(argv[2]);
  struct stat attributes;
  if (fstat(fd, &attributes) != 0) fail(argv[2]);
  off_t pass = attributes.st_size < LONGEST_PASS ? attributes.st_size : LONGEST_PASS;
  char *data = aligned_alloc(4096, CALL);
  if (!data) fail("memory");
  memset(data, 0, CALL);

  struct span span = span_of(argv[4]);
  uint64_t bytes = 0, limit = ns_of(argv[3]);
  while (span.wall < limit) {
    errno = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    if (errno) fail("posix_fadvise");
    span_begin(&span);
    uint64_t end = span.wall_start + limit - span.wall;
    for (off_t offset = 0; offset < pass && now_ns() < end; offset += CALL) {
      ssize_t done = is_write ? pwrite(fd, data, CALL, offset) : pread(fd, data, CALL, offset);
      if (done < 0) fail(argv[2]);
      if (done != CALL) return fprintf(stderr, "%s: only %zd bytes\n", argv[2], done), 1;
      bytes += CALL;
    }
    span_end(&span);
  }
  print("bytes", bytes);
  span_print(&span);
}
