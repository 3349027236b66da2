/** What a load is given; it travels as JSON. */
export interface Task {
  /** The mount. */
  readonly dir: string;
  /** What stat(2) calls the mount's device: another one means that the mount is gone. */
  readonly device: number;
  readonly seed: number;
  /** Which of the loads on this mount it is: each has names of its own. */
  readonly index: number;
  readonly steps: number;
}

/** How a load ended, as JSON too. */
export interface Outcome {
  readonly steps: number;
  /** What was read is not what it should be. */
  readonly wrong?: string;
  /** The error that ended it, and when: ns of the machine's monotonic clock, as text. */
  readonly error?: { readonly code: string; readonly message: string; readonly at: string };
}

/** One step after the other until all are done; each may fail once the mount is being ended. */
export type Steps = AsyncGenerator<void> | Generator<void>;

/** What was read back is not what was written. */
export class Wrong extends Error {}

export function demand(isRight: boolean, what: string): void {
  if (!isRight) throw new Wrong(what);
}
