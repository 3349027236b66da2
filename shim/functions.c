#include "functions.h"

#include <stddef.h>

napi_value functions_of(napi_env env, const struct function_row *rows, void *data, int *references,
                        napi_finalize drop) {
  napi_value object, function;
  napi_status status = napi_create_object(env, &object);
  for (; status == napi_ok && rows->name != NULL; rows++) {
    status = napi_create_function(env, rows->name, NAPI_AUTO_LENGTH, rows->call, data, &function);
    if (status == napi_ok) status = napi_add_finalizer(env, function, data, drop, NULL, NULL);
    if (status == napi_ok) ++*references;
    if (status == napi_ok) status = napi_set_named_property(env, object, rows->name, function);
  }
  return status == napi_ok ? object : NULL;
}
