#pragma once

/*
 * libfuse's private configuration for this target: what its meson.build would find. No splice
 * (buffers are in wasm memory), no fork, no iconv.
 */
#define PACKAGE_VERSION LIBFUSE_VERSION
#define HAVE_STATIC_ASSERT 1
#define HAVE_STRUCT_STAT_ST_ATIM 1
