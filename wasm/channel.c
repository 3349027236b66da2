/*
 * Requests and replies through the host's channel.
 */
#include "channel.h"

#include "../shim/abi.h"
#include "host.h"

_Static_assert(sizeof(struct iovec) == sizeof(struct abi_iovec), "parts go as they are");

static struct abi_channel channel;
static int is_open;

int fw_channel_is_open(void) {
  return is_open;
}

void fw_open_channel(int open) {
  is_open = open;
}

void *fw_channel(void) {
  return &channel;
}

int32_t fw_receive(void *buf, size_t size) {
  channel.buffer = (uint32_t)buf;
  channel.size = size;
  host_receive();
  return channel.result;
}

int32_t fw_send(const struct iovec *iov, int count) {
  channel.parts = (uint32_t)iov;
  channel.count = (uint32_t)count;
  host_send();
  return channel.result;
}
