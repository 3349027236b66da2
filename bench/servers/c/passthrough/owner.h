#ifndef PASSTHROUGH_OWNER_H
#define PASSTHROUGH_OWNER_H

#include "../serve.h"

/*
 * When root serves, what this thread makes from now on belongs to the caller of a request, until
 * own_again.
 */
void own_by_caller(fuse_req_t req);
void own_again(void);

#endif
