import type { FilesystemName } from './served.js';

export interface StartOptions {
  /** CPUs that the server may use, as taskset(1) takes them; left out, all. */
  readonly cpus?: string;
  /** The directory that `passthrough` mirrors, required there; for `raw`, where its files are. */
  readonly backing?: string;
  /** Have `ours` served over io_uring, as `ours-uring` is. */
  readonly uring?: boolean;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A filesystem that is served. */
export interface Running {
  /** The process that serves; 0 when the kernel itself does, and there is none. */
  readonly pid: number;
  readonly mountpoint: string;
  /** Unmounts. @throws Error when the server had not served well to the end. */
  stop(): Promise<void>;
}

/** One who serves. */
export interface Peer {
  /** Why it can't serve a filesystem here, in words; undefined when it can. */
  missing(filesystem: FilesystemName): Promise<string | undefined>;
  start(filesystem: FilesystemName, options: StartOptions): Promise<Running>;
}
