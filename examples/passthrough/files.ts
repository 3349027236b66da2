import { constants } from 'node:fs';
import type { FileInfo } from 'wasmfuse';
import { Handles } from './handles.js';

const { O_DSYNC, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/**
 * What of an open's flags holds for the source. O_APPEND is a matter of each write: a program may
 * change it, and pages that it has mapped go to their place. O_DIRECT would want aligned memory;
 * the kernel passes the mount's own cache by.
 */
export const KEPT_FLAGS =
  O_WRONLY | O_RDWR | constants.O_TRUNC | constants.O_SYNC | O_DSYNC | constants.O_NOATIME;

const ACCESS_MODE = O_WRONLY | O_RDWR;

/** An open file. */
export interface OpenFile {
  readonly fd: number;
  /** Whether each write waits for the disk: O_SYNC includes O_DSYNC. */
  readonly waits: boolean;
}

/** The open files. */
export class Files extends Handles<OpenFile> {
  /** @param flags that the descriptor was opened with. */
  opened(fd: number, flags: number): Partial<FileInfo> {
    const fh = this.add({ fd, waits: (flags & O_DSYNC) !== 0 });
    // Others may have changed the data since the kernel cached it. Only what was written can fail
    // when a file is closed.
    return { fh, keepCache: false, noflush: (flags & ACCESS_MODE) === O_RDONLY };
  }
}
