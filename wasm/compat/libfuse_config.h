#pragma once

/* The public half of the configuration; the version comes from ./libfuse-version by the build. */
#define FUSE_MAJOR_VERSION LIBFUSE_MAJOR
#define FUSE_MINOR_VERSION LIBFUSE_MINOR
#define FUSE_HOTFIX_VERSION LIBFUSE_HOTFIX
#define FUSE_RC_VERSION ""
