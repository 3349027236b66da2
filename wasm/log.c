/*
 * libfuse's log, line by line to the host, also when it is asked to use the system's log.
 */
#include "log.h"

#include <fuse_log.h>
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

#include "host.h"

static void log_line(enum fuse_log_level level, const char *format, va_list arguments) {
  char text[1024];
  int length = vsnprintf(text, sizeof(text), format, arguments);
  if (length < 0) return;
  host_log(level, text, (size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1);
}

void fw_log_to_host(void) {
  fuse_set_log_func(log_line);
}

void openlog(const char *name, int options, int facility) {
  (void)name, (void)options, (void)facility;
}

void closelog(void) {}

void syslog(int priority, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  log_line(LOG_PRI(priority), format, arguments);
  va_end(arguments);
}
