/*
 * stat <path> <seconds> <server> [least]: how many times stat(2) is answered, in more time than
 * given, up to ten times as much, when it takes more to make so many calls.
 */
#include "measured.h"
#include <sys/stat.h>

/* Between two looks at the clock. */
enum { BATCH = 16 };

int main(int argc, char **argv) {
  if (argc < 4 || argc > 5) return 2;
  uint64_t least = argc > 4 ? (uint64_t)atoll(argv[4]) : 0;
  struct span span = span_of(argv[3]);
  uint64_t calls = 0;
  span_begin(&span);
  uint64_t end = span.wall_start + ns_of(argv[2]), latest = end + 9 * ns_of(argv[2]), now;
  do {
    for (int i = 0; i < BATCH; i++) {
      struct stat attributes;
      if (stat(argv[1], &attributes) != 0) fail(argv[1]);
    }
    calls += BATCH;
    now = now_ns();
  } while (now < end || (calls < least && now < latest));
  span_end(&span);
  print("calls", calls);
  span_print(&span);
}
