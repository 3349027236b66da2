/*
 * The object `posix` of the addon: the calls of every posix family, and the constants that their
 * callers need and that neither Node nor the protocol's headers have.
 */
#define _GNU_SOURCE

#include "posix.h"

#include <fcntl.h>
#include <sys/stat.h>

static const struct posix_row *const families[] = {
    posix_create_calls, posix_data_calls, posix_fd_calls,
    posix_look_calls,   posix_path_calls, posix_xattr_calls};

#define CONSTANT(name) {#name, name}

static const struct {
  const char *name;
  int64_t value;
} constants[] = {CONSTANT(O_PATH), CONSTANT(O_TMPFILE), CONSTANT(UTIME_OMIT),
                 CONSTANT(AT_FDCWD)};

napi_status posix_register(napi_env env, napi_value exports) {
  napi_value posix, value;
  napi_status status = napi_create_object(env, &posix);
  for (size_t i = 0; status == napi_ok && i < sizeof(families) / sizeof(families[0]); i++) {
    status = job_register(env, posix, families[i]);
  }
  for (size_t i = 0; status == napi_ok && i < sizeof(constants) / sizeof(constants[0]); i++) {
    status = napi_create_int64(env, constants[i].value, &value);
    if (status == napi_ok) status = napi_set_named_property(env, posix, constants[i].name, value);
  }
  return status == napi_ok ? napi_set_named_property(env, exports, "posix", posix) : status;
}
