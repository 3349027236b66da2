/*
 * first <path> <program> [argument]...: the time from the start of a program, which mounts a
 * filesystem, to the first answer about a file in it. Ends the program with SIGTERM.
 */
#include "measured.h"
#include <sys/stat.h>
#include <sys/wait.h>

enum { POLL_US = 200, LIMIT_S = 20 };

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct span span = span_of("0");
  span_begin(&span);
  uint64_t limit = span.wall_start + LIMIT_S * 1000000000ull;
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(argv[2], argv + 2);
    fail(argv[2]);
  }
  struct stat attributes;
  while (stat(argv[1], &attributes) != 0) {
    if (waitpid(pid, NULL, WNOHANG) != 0) return fprintf(stderr, "%s has ended\n", argv[2]), 1;
    if (now_ns() > limit) return fprintf(stderr, "%s: no answer\n", argv[1]), 1;
    usleep(POLL_US);
  }
  span_end(&span);
  span_print(&span);
  kill(pid, SIGTERM);
  if (waitpid(pid, NULL, 0) < 0) fail("waitpid");
}
