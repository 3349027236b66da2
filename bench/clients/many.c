/*
 * many <path> <threads> <seconds> <server>: how many times a read(2) is answered when so many
 * threads make one after the other, each with an open file of its own.
 */
#include "measured.h"
#include <fcntl.h>
#include <pthread.h>

static const char *path;
static uint64_t duration;
static pthread_barrier_t all_open;

static void *reader(void *calls) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) fail(path);
  pthread_barrier_wait(&all_open);
  uint64_t end = now_ns() + duration;
  for (;;) {
    char byte;
    if (pread(fd, &byte, 1, 0) < 0) fail(path);
    /* One that ends late does not count: the rate is that of the time given. */
    if (now_ns() > end) break;
    ++*(uint64_t *)calls;
  }
  close(fd);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  path = argv[1];
  int count = atoi(argv[2]);
  duration = ns_of(argv[3]);
  pthread_t threads[count];
  uint64_t calls[count];
  memset(calls, 0, sizeof calls);

  pthread_barrier_init(&all_open, NULL, (unsigned)count + 1);
  for (int i = 0; i < count; i++) {
    errno = pthread_create(&threads[i], NULL, reader, &calls[i]);
    if (errno) fail("pthread_create");
  }
  struct span span = span_of(argv[4]);
  pthread_barrier_wait(&all_open);
  span_begin(&span);
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
  span_end(&span);

  uint64_t sum = 0;
  for (int i = 0; i < count; i++) sum += calls[i];
  print("calls", sum);
  print("duration", duration);
  span_print(&span);
}
