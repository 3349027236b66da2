#include "ops_table.h"

#define OP(name, parameters) \
  __attribute__((import_module("ops"), import_name(#name))) extern void op_##name parameters;
#include "ops.h"
#undef OP

const struct fuse_lowlevel_ops fw_ops = {
#define OP(name, parameters) .name = op_##name,
#include "ops.h"
#undef OP
};

#define OP(name, parameters) +1
_Static_assert(sizeof(fw_ops) == sizeof(void (*)(void)) * (0
#include "ops.h"
                                                          ),
               "ops.h lists every member of struct fuse_lowlevel_ops");
#undef OP
