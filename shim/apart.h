#pragma once

/*
 * Threads that share all with the process but its descriptors, of which they have only those that
 * they fetch. A killed process then lets go of its descriptors even while the kernel holds such a
 * thread back. Where the system does not allow it, they are ordinary threads.
 */

/* To be called before there are mounts of this process: see apart.c. */
void apart_prepare(void);

/* Starts an ordinary detached thread that gets no signals; 0 or -errno. */
int thread_start(void *(*run)(void *), void *data);

/* Starts a thread apart, now or as soon as there can be one more; 0 or -errno. */
int apart_start(void *(*run)(void *), void *data);

/* Takes back the starts with this data that have not come to it; returns how many. */
int apart_cancel(const void *data);

/* In such a thread: a descriptor of the process, which apart_drop closes; or -errno. */
int apart_fetch(int fd);
void apart_drop(int fd);
