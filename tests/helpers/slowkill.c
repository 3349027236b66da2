/*
 * Preloaded, it lets a thread's signal to another one come late, as if that thread had been kept
 * from running right before it sends it.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENTS = 6, DELAY_NS = 100 * 1000 };

long syscall(long number, ...) {
  static long (*real)(long, ...);
  long a[ARGUMENTS];
  va_list list;

  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  va_start(list, number);
  for (int i = 0; i < ARGUMENTS; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_tgkill) nanosleep(&(struct timespec){.tv_nsec = DELAY_NS}, NULL);
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
