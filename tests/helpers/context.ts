import type { RequestContext } from 'wasmfuse';

/** The context of a request that no kernel has made. */
export function contextOf(values: Partial<RequestContext> = {}): RequestContext {
  return {
    uid: 1000,
    gid: 1001,
    pid: 4321,
    umask: 0o22,
    inode: 2n ** 64n - 1n,
    fh: null,
    lockOwner: 2n ** 63n,
    flags: 5,
    writepage: false,
    flockRelease: true,
    pollEvents: 3,
    signal: new AbortController().signal,
    ...values,
  };
}
