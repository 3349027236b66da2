#pragma once

#include <node_api.h>
#include <uv.h>

/* A descriptor on the event loop of its thread; see ready.c. */
struct watch;

/* The watch of a handle, or NULL when it is none, or closed. */
struct watch *watch_of(napi_env env, napi_value handle);

int watch_fd(const struct watch *watch);
uv_loop_t *watch_loop(const struct watch *watch);

/*
 * The thread waits for the descriptor elsewhere: the event loop, which stays alive, is not woken by
 * it until the next watch_start.
 */
void watch_pause(struct watch *watch);
