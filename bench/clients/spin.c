/* spin: keeps a CPU busy for as long as who started it lives. */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  (void)argc, (void)argv;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (volatile unsigned long turns = 0;; turns++)
    if (turns % (1ul << 30) == 0 && getppid() == 1) return 0;
}
