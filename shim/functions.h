#pragma once

#include <node_api.h>

/* One function of an object; a name of NULL ends the table. */
struct function_row {
  const char *name;
  napi_callback call;
};

/*
 * An object of functions, each of which is given `data` and holds it: `references` counts them, and
 * `drop` is called for each that is gone. NULL with an exception pending.
 */
napi_value functions_of(napi_env env, const struct function_row *rows, void *data, int *references,
                        napi_finalize drop);
