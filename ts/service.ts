import type { Controls } from './current.js';
import type { RemoteMethods } from './methods.js';
import type { QueuedEntry } from './session/entryqueue.js';
import type { Notice } from './session/notice.js';
import type { LoopToken } from './token.js';

/** How main() is to be served. */
export interface Run {
  readonly minTasks: number;
  readonly maxTasks: number;
  /** What other threads attach by. */
  readonly token: LoopToken;
}

/** What serves a session, wherever it is. */
export interface Service {
  /** Begins what takes time and nobody outside can see, before init(). */
  prepare(): void;
  init(mountpoint: string): Promise<void>;
  main(run: Run): Promise<void>;
  terminate(): void;
  /** What the package's functions do inside its handlers, where they are on this thread. */
  controlledBy(controls: Controls): void;
  /** See Messenger; only while main() runs. */
  deliver(notice: Notice): Promise<unknown>;
  enqueue(entry: QueuedEntry): void;
  /** False when libfuse could not unmount by itself, so that the mount may still be there. */
  close(unmount: boolean): Promise<boolean>;
  /** A thread that served is gone; the kernel has been told, as its device is closed. */
  readonly isDead: boolean;
  /** The filesystem's own methods, run where it is. */
  readonly operations: RemoteMethods;
}
