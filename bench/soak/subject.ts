import type { Load } from './load.js';
import type { MountEntry } from './mounts.js';

/** Something that is mounted and has callers, whoever serves it. */
export interface Subject {
  readonly dir: string;
  readonly mount: MountEntry;
  readonly loads: Load[];
  /** After its end: frees what is left. @throws Error unless it served as the end wants it. */
  finish(fails: RegExp | undefined): Promise<void>;
  /** Ends it, whatever state it is in, as far as possible. */
  rescue(): Promise<void>;
}
