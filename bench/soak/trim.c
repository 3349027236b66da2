/*
 * Gives back what the C library keeps of freed memory, so that the resident set shows what is in
 * use: glibc holds on to pages between blocks, more or less of them as threads come and go.
 */
#include <malloc.h>
#include <node_api.h>

static napi_value trim(napi_env env, napi_callback_info info) {
  (void)env, (void)info;
  malloc_trim(0);
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_status status = napi_create_function(env, "trim", NAPI_AUTO_LENGTH, trim, NULL, &function);
  return status == napi_ok ? function : exports;
}
