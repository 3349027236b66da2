/*
 * Messages that the kernel may be slow to take, such as while it waits for an answer that this
 * process owes it. Each is written by a thread that does nothing else, and an eventfd tells that
 * there are outcomes to fetch.
 *
 * An outbox outlives its owner for as long as the kernel holds one of its messages. All outboxes
 * are in one list, so that other threads can look after such a one.
 */
#define _GNU_SOURCE

#include "outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "apart.h"

/* Messages that the kernel can hold, beside one of those in order, before more must wait. */
enum { MOST_HELD = 64 };
/* A thread without work ends, as its descriptor keeps the connection open. */
enum { LINGER_NS = 50 * 1000 * 1000, SECOND_NS = 1000 * 1000 * 1000 };
enum { RETRY_NS = 10 * 1000 * 1000 };

struct outbox {
  struct outbox *next;
  int32_t id;
  void *owner;
  /* By which other threads know it. */
  int32_t connection;
  int fd, event;
  /* What comes in order is written by one thread at a time. */
  struct list waiting, waiting_in_order, finished;
  int threads, held, is_order_held;
  /* The one thread that waits for work, by an address on its stack; woken, it counts no more. */
  const void *idle;
  int is_closed;
  /* Once it is closed and has no threads, the next caller frees it. */
  int is_unburied;
  pthread_cond_t work, left;
};

/*
 * Guards the list and all that is in it. Threads apart can't close the descriptors of an outbox, so
 * that it is never them who free it.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct outbox *outboxes;
static int32_t last_id;

static struct outbox *find(int64_t id) {
  struct outbox *box = outboxes;
  while (box != NULL && (box->id != id || box->is_closed)) box = box->next;
  return box;
}

static void free_outbox(struct outbox *box) {
  struct outbox **link = &outboxes;
  while (*link != box) link = &(*link)->next;
  *link = box->next;
  list_free(&box->finished);
  pthread_cond_destroy(&box->work);
  pthread_cond_destroy(&box->left);
  close(box->fd);
  close(box->event);
  free(box);
}

static struct message *next_message(struct outbox *box) {
  struct message *message = box->is_order_held ? NULL : list_take(&box->waiting_in_order);
  if (message != NULL) return message;
  return box->held - box->is_order_held < MOST_HELD ? list_take(&box->waiting) : NULL;
}

static struct timespec end_of_patience(void) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_nsec += LINGER_NS;
  end.tv_sec += end.tv_nsec / SECOND_NS;
  end.tv_nsec %= SECOND_NS;
  return end;
}

/* The next message to write; NULL when this thread is not needed any more. */
static struct message *wait_for_message(struct outbox *box) {
  const struct timespec end = end_of_patience();
  int error = 0;
  while (!box->is_closed) {
    struct message *message = next_message(box);
    if (message != NULL) return message;
    if (error != 0 || box->idle != NULL) return NULL;
    box->idle = &end;
    error = pthread_cond_timedwait(&box->work, &lock, &end);
    // Unless somebody has woken it, or another one waits by now.
    if (box->idle == &end) box->idle = NULL;
  }
  return NULL;
}

/* Writes a message without the lock, for as long as the kernel wants. */
static void deliver(struct outbox *box, struct message *message, const int *fds) {
  box->held++;
  if (message->is_ordered) box->is_order_held = 1;
  pthread_mutex_unlock(&lock);
  ssize_t written = write(fds[0], message->bytes, message->size);
  message->outcome.result = written == -1 ? -errno : 0;
  pthread_mutex_lock(&lock);
  box->held--;
  if (message->is_ordered) box->is_order_held = 0;
  list_put(&box->finished, message);
  if (!box->is_closed) (void)!write(fds[1], &(uint64_t){1}, sizeof(uint64_t));
}

/* A descriptor of the outbox for this thread, as soon as there can be one more. */
static int fetch(struct outbox *box, int fd) {
  for (;;) {
    int copy = apart_fetch(fd);
    pthread_mutex_lock(&lock);
    int is_wanted = !box->is_closed;
    pthread_mutex_unlock(&lock);
    if (copy >= 0 || !is_wanted) return copy;
    nanosleep(&(struct timespec){.tv_nsec = RETRY_NS}, NULL);
  }
}

static void *run(void *data) {
  struct outbox *box = data;
  const int fds[] = {fetch(box, box->fd), fetch(box, box->event)};
  pthread_mutex_lock(&lock);
  for (struct message *message; (message = wait_for_message(box)) != NULL;) {
    deliver(box, message, fds);
  }
  apart_drop(fds[0]);
  apart_drop(fds[1]);
  box->threads--;
  pthread_cond_broadcast(&box->left);
  pthread_mutex_unlock(&lock);
  return NULL;
}

/* Frees an outbox once the kernel has let go of its messages. */
static void *bury(void *data) {
  struct outbox *box = data;
  pthread_mutex_lock(&lock);
  while (box->threads > 0) pthread_cond_wait(&box->left, &lock);
  free_outbox(box);
  pthread_mutex_unlock(&lock);
  return NULL;
}

/* Sees to it that somebody takes what waits; 0 or -errno when nobody ever will. */
static int wake(struct outbox *box) {
  if (box->idle != NULL) {
    box->idle = NULL;
    pthread_cond_broadcast(&box->work);
    return 0;
  }
  if (box->threads > MOST_HELD) return 0;
  int error = apart_start(run, box);
  if (error == 0) box->threads++;
  return box->threads > 0 ? 0 : error;
}

/*
 * Waits for the threads that write nothing, as they keep the connection open. One more sees to what
 * becomes of the others.
 */
static void close_outbox(struct outbox *box) {
  box->is_closed = 1;
  list_free(&box->waiting);
  list_free(&box->waiting_in_order);
  pthread_cond_broadcast(&box->work);
  box->threads -= apart_cancel(box);
  while (box->threads > box->held) pthread_cond_wait(&box->left, &lock);
  if (box->threads == 0) free_outbox(box);
  else box->is_unburied = thread_start(bury, box) != 0;
}

/* Frees what no thread could be had for. */
static void bury_others(void) {
  struct outbox *box;
  do {
    for (box = outboxes; box != NULL && !(box->is_unburied && box->threads == 0);) box = box->next;
    if (box != NULL) free_outbox(box);
  } while (box != NULL);
}

/* The list may be another one after each, as others have the lock while closing waits. */
static void close_where(int (*fits)(const struct outbox *box, const void *what), const void *what) {
  struct outbox *box;
  do {
    for (box = outboxes; box != NULL && (box->is_closed || !fits(box, what));) box = box->next;
    if (box != NULL) close_outbox(box);
  } while (box != NULL);
}

static int is_owned(const struct outbox *box, const void *owner) {
  return box->owner == owner;
}

static int is_for(const struct outbox *box, const void *connection) {
  return box->connection == *(const int32_t *)connection;
}

void outbox_owner_ends(void *owner) {
  pthread_mutex_lock(&lock);
  close_where(is_owned, owner);
  pthread_mutex_unlock(&lock);
}

static void init_conditions(struct outbox *box) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&box->work, &attributes);
  pthread_condattr_destroy(&attributes);
  pthread_cond_init(&box->left, NULL);
}

int32_t outbox_open(void *owner, int32_t connection, int fd) {
  struct outbox *box = calloc(1, sizeof(*box));
  if (box == NULL) return -ENOMEM;
  *box = (struct outbox){.owner = owner, .connection = connection, .fd = fd};
  box->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (box->event == -1) {
    int error = -errno;
    free(box);
    return error;
  }
  list_clear(&box->waiting);
  list_clear(&box->waiting_in_order);
  list_clear(&box->finished);
  init_conditions(box);
  pthread_mutex_lock(&lock);
  bury_others();
  box->id = ++last_id;
  box->next = outboxes;
  outboxes = box;
  int32_t id = box->id;
  pthread_mutex_unlock(&lock);
  return id;
}

int outbox_event(int64_t id) {
  pthread_mutex_lock(&lock);
  struct outbox *box = find(id);
  int event = box == NULL ? -EBADF : fcntl(box->event, F_DUPFD_CLOEXEC, 0);
  if (event == -1) event = -errno;
  pthread_mutex_unlock(&lock);
  return event;
}

int outbox_post(int64_t id, struct message *message) {
  int error = -EBADF;
  pthread_mutex_lock(&lock);
  struct outbox *box = find(id);
  if (box != NULL) {
    struct list *list = message->is_ordered ? &box->waiting_in_order : &box->waiting;
    // The thread that writes the one before takes this one too.
    int is_taken = message->is_ordered && (box->is_order_held || list->first != NULL);
    list_put(list, message);
    error = is_taken ? 0 : wake(box);
    // There is no thread then, so this is the only one that waits.
    if (error != 0) list_take(list);
  }
  pthread_mutex_unlock(&lock);
  return error;
}

int outbox_outcome(int64_t id, struct abi_outcome *outcome) {
  pthread_mutex_lock(&lock);
  struct outbox *box = find(id);
  struct message *message = box == NULL ? NULL : list_take(&box->finished);
  if (message != NULL) *outcome = message->outcome;
  else if (box != NULL) (void)!read(box->event, &(uint64_t){0}, sizeof(uint64_t));
  pthread_mutex_unlock(&lock);
  free(message);
  return message != NULL;
}

int outbox_close(int64_t id) {
  pthread_mutex_lock(&lock);
  struct outbox *box = find(id);
  if (box != NULL) close_outbox(box);
  pthread_mutex_unlock(&lock);
  return box == NULL ? -EBADF : 0;
}

int outbox_held(int32_t connection) {
  int held = 0;
  pthread_mutex_lock(&lock);
  for (struct outbox *box = outboxes; box != NULL; box = box->next) {
    if (is_for(box, &connection)) held += box->held;
  }
  pthread_mutex_unlock(&lock);
  return held;
}

int outbox_cut(int32_t connection) {
  int fd = -ENOENT;
  pthread_mutex_lock(&lock);
  for (struct outbox *box = outboxes; box != NULL && fd < 0; box = box->next) {
    if (is_for(box, &connection) && box->held > 0) fd = fcntl(box->fd, F_DUPFD_CLOEXEC, 0);
  }
  close_where(is_for, &connection);
  bury_others();
  pthread_mutex_unlock(&lock);
  return fd == -1 ? -EMFILE : fd;
}
