#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "abi.h"

/* What is written at once, and what became of it. */
struct message {
  struct message *next;
  struct abi_outcome outcome;
  int is_ordered;
  size_t size;
  uint8_t bytes[];
};

struct list {
  struct message *first, **end;
};

static inline void list_clear(struct list *list) {
  list->first = NULL;
  list->end = &list->first;
}

static inline void list_put(struct list *list, struct message *message) {
  message->next = NULL;
  *list->end = message;
  list->end = &message->next;
}

static inline struct message *list_take(struct list *list) {
  struct message *message = list->first;
  if (message == NULL) return NULL;
  list->first = message->next;
  if (list->first == NULL) list->end = &list->first;
  return message;
}

static inline void list_free(struct list *list) {
  for (struct message *message; (message = list_take(list)) != NULL;) free(message);
}
