/* run <server> <program> [argument]...: the time that a program takes, which must succeed. */
#include "measured.h"
#include <fcntl.h>
#include <sys/wait.h>

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct span span = span_of(argv[1]);
  span_begin(&span);
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0) fail("/dev/null");
    execvp(argv[2], argv + 2);
    fail(argv[2]);
  }
  int status;
  if (waitpid(pid, &status, 0) < 0) fail("waitpid");
  span_end(&span);
  if (status != 0) return fprintf(stderr, "%s: wait status 0x%x\n", argv[2], status), 1;
  span_print(&span);
}
