import { Channel } from './channel.js';
import type { Module, SessionPointer } from './module.js';
import type { Readiness } from './readiness.js';
import { Task } from './task.js';
import type { Mounted, Transport } from './transport.js';

/** Requests are read from the device, and replies written to it, each by a system call. */
export class Reading implements Transport {
  readonly readiness: Readiness;
  readonly #module: Module;
  readonly #session: SessionPointer;
  readonly #bufferSize: number;
  readonly #isAlone: boolean;
  #channel: Channel | undefined;

  constructor({ module, session, readiness, bufferSize, isAlone }: Mounted) {
    this.#module = module;
    this.#session = session;
    this.readiness = readiness;
    this.#bufferSize = bufferSize;
    this.#isAlone = isAlone;
  }

  get receivedAt(): number {
    return this.#channel?.receivedAt ?? 0;
  }

  get sentAt(): number {
    return this.#channel?.sentAt ?? 0;
  }

  allocate(maxTasks: number, reserve: number): Task[] {
    const { exports } = this.#module;
    const tasks: Task[] = [];
    exports.fw_seal_memory(0);
    try {
      for (let i = 0; i < maxTasks; i++) tasks.push(new Task(this.#module, this.#bufferSize));
      // Freed here, it stays with the allocator.
      exports.free(exports.malloc(reserve));
    } catch (thrown) {
      this.free(tasks);
      throw thrown;
    } finally {
      exports.fw_seal_memory(1);
    }
    return tasks;
  }

  free(tasks: readonly Task[]): void {
    if (this.#module.isClosed) return;
    for (const { buf } of tasks) this.#module.exports.fw_buf_free(buf);
  }

  open(): void {
    this.#channel = new Channel(this.#module, this.readiness.watch, this.#isAlone);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  receive(task: Task): number {
    return this.#module.exports.fuse_session_receive_buf(this.#session, task.buf);
  }

  process(task: Task): void {
    this.#module.exports.fuse_session_process_buf(this.#session, task.buf);
  }

  pause(): void {}
}
