import type { Bursts } from './bursts.js';
import type { Module, SessionPointer } from './module.js';
import type { Readiness } from './readiness.js';
import type { Task } from './task.js';

/** What is known of a session that is mounted. */
export interface Mounted {
  readonly module: Module;
  readonly session: SessionPointer;
  /** Of the device. */
  readonly readiness: Readiness;
  /** Bytes that a request may need. */
  readonly bufferSize: number;
  readonly mountpoint: string;
  /** No other thread serves the connection. */
  readonly isAlone: boolean;
}

/** How a loop gets requests, and the kernel libfuse's replies. */
export interface Transport {
  /** What the event loop watches for it. */
  readonly readiness: Readiness;

  /** When the last request came, in microseconds since some moment. */
  readonly receivedAt: number;
  /** When the last reply went, or was ready to go. */
  readonly sentAt: number;

  /** Set while it is open, where several requests may be received before one is answered. */
  readonly bursts: Bursts | undefined;

  /**
   * Takes the memory that is needed for serving, as none may be taken meanwhile.
   *
   * @param extra bytes that libfuse needs, too.
   * @throws Error when there is not enough.
   */
  allocate(maxTasks: number, extra: number): Task[];

  /** Gives it back, as far as this run has taken it. */
  free(tasks: readonly Task[]): void;

  /** Begins to serve: from now on it may wait in the event loop's place. @throws SystemError */
  open(): void;

  close(): void;

  /**
   * Gets the next request into a task: positive when there is one, else see verdict.ts. Waits,
   * until the event loop is to have its turn.
   */
  receive(task: Task): number;

  /** Has libfuse process what was received into a task. */
  process(task: Task): void;

  /** Nothing will be received until the event loop calls. */
  pause(): void;
}
