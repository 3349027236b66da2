#pragma once

#include <fuse_lowlevel.h>

/* libfuse's operations, each an import of the module. */
extern const struct fuse_lowlevel_ops fw_ops;
