import type { SessionConfig } from 'wasmfuse';
import type { FilesystemName } from '../filesystems.js';
import type { Placement } from '../placements.js';

/** A way to end what is mounted, and what it needs. */
export interface End<Subject> {
  /** Where it is possible; anywhere when left out. */
  readonly placements?: readonly Placement[];
  readonly filesystems?: readonly FilesystemName[];
  /** Mount options that it needs. */
  readonly options?: readonly string[];
  /** And those that it can't have. */
  readonly without?: readonly string[];
  readonly config?: SessionConfig;
  /** Requests may be in flight that no handler will ever answer. */
  readonly neverAnswered?: boolean;
  /** One load holds a file open until it is released. */
  readonly holds?: boolean;
  /** What serving fails with; it ends well when left out. */
  readonly fails?: RegExp;
  /** Callers must not notice this yet. */
  before?(subject: Subject): Promise<void>;
  /** From here on callers may fail. What is left then is closed by the cycle. */
  run(subject: Subject): Promise<void>;
}
