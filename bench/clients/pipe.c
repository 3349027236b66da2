/*
 * pipe <seconds> <sleeps | polls> [CPU]: two round trips of a byte through pipes to another
 * process, on that CPU, which sleeps until the byte is there or asks for it all the time. So much
 * of two requests is waking up and system calls, whoever answers.
 */
#include "measured.h"
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>

enum { TRIPS = 2, BATCH = 16 };

static void move_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) fail("sched_setaffinity");
}

static void answer(int from, int to) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    char byte;
    ssize_t size = read(from, &byte, 1);
    if (size == 0 || (size == -1 && errno != EAGAIN)) _exit(size != 0);
    if (size == 1 && write(to, &byte, 1) != 1) _exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc < 3 || argc > 4) return 2;
  struct span span = span_of("0");
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) fail("pipe");
  if (!strcmp(argv[2], "polls")) fcntl(there[0], F_SETFL, O_NONBLOCK);
  pid_t other = fork();
  if (other == -1) fail("fork");
  if (other == 0) {
    close(there[1]);
    if (argc > 3) move_to(atoi(argv[3]));
    answer(there[0], back[1]);
  }
  close(back[1]);
  uint64_t calls = 0;
  span_begin(&span);
  uint64_t end = span.wall_start + ns_of(argv[1]);
  do {
    for (int i = 0; i < BATCH * TRIPS; i++) {
      char byte = 0;
      if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) fail("pipe");
    }
    calls += BATCH;
  } while (now_ns() < end);
  span_end(&span);
  kill(other, SIGKILL);
  waitpid(other, NULL, 0);
  print("calls", calls);
  span_print(&span);
}
