#pragma once

#include "shim.h"

/*
 * System calls that Node's fs lacks, for filesystems that mirror another one. Unlike the families
 * of shim.h they take and give JavaScript values, and each exists twice: `name` runs on libuv's
 * thread pool and returns a promise, `nameSync` runs at once. Both give the result or -errno.
 */

enum { POSIX_MAX_ARGUMENTS = 7 };

/* Of all texts of one call; longer ones are allocated. */
enum { POSIX_TEXT_ROOM = 512 };

/* One argument, as its letter in the row says. */
struct posix_argument {
  /* An integer, number or bigint: 'i' of 32 bits, signed or not, 'l' of 64. */
  int64_t number;
  /*
   * 's': a copy of a string in UTF-8, or of bytes, without NUL, ended by one. 'b': the caller's
   * own, kept from collection.
   */
  char *bytes;
  size_t size;
  /* From malloc: a text that is longer than the room for all. */
  char *copy;
  napi_ref owner;
};

/* One call on its way through a thread that must not touch JavaScript. */
struct posix_job {
  const struct posix_row *row;
  struct posix_argument arguments[POSIX_MAX_ARGUMENTS];
  int64_t result;
  /* From malloc; a row without `answer` gives its first `result` bytes as a Buffer. */
  void *output;
  napi_async_work work;
  napi_deferred deferred;
  size_t text_size;
  char texts[POSIX_TEXT_ROOM];
};

/* One row of a family's table; a name of NULL ends the table. */
struct posix_row {
  const char *name;
  /* A letter for each argument. */
  const char *arguments;
  /* The result or -errno, on any thread; runs again after -EINTR. */
  int64_t (*run)(struct posix_job *job);
  /* The JavaScript value of a result that is not negative; NULL for a number or a Buffer. */
  napi_value (*answer)(napi_env env, const struct posix_job *job);
  /* The result is a descriptor that nobody owns when it can't be delivered. */
  int opens;
};

extern const struct posix_row posix_create_calls[];
extern const struct posix_row posix_data_calls[];
extern const struct posix_row posix_fd_calls[];
extern const struct posix_row posix_look_calls[];
extern const struct posix_row posix_path_calls[];
extern const struct posix_row posix_xattr_calls[];

/* Adds both functions of every row of a family. */
napi_status job_register(napi_env env, napi_value exports, const struct posix_row *row);

/* Room for the bytes that the call returns, or NULL. */
void *job_output(struct posix_job *job, size_t size);
