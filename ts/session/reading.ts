import { SystemError } from '../errors.js';
import { newBufs } from './buf.js';
import { Bursts } from './bursts.js';
import { layout } from './generated/layout.js';
import type { BufPointer, Module, SessionPointer } from './module.js';
import type { Readiness } from './readiness.js';
import { type ShimChannel, shim } from './shim.js';
import { Task } from './task.js';
import type { Mounted, Transport } from './transport.js';

const { channel: record } = layout;

/**
 * Requests are read from the device, and replies written to it, each by a system call that libfuse
 * makes through wasm/channel.c: that waits for a request in the event loop's place, until the loop
 * has something to do. Open only while the memory is sealed.
 */
export class Reading implements Transport {
  readonly readiness: Readiness;
  readonly #module: Module;
  readonly #session: SessionPointer;
  readonly #bufferSize: number;
  readonly #isAlone: boolean;
  bursts: Bursts | undefined;
  #shim: ShimChannel | undefined;
  #bufs: readonly BufPointer[] = [];
  #times: Float64Array = new Float64Array(RECORD_LENGTH);

  constructor({ module, session, readiness, bufferSize, isAlone }: Mounted) {
    this.#module = module;
    this.#session = session;
    this.readiness = readiness;
    this.#bufferSize = bufferSize;
    this.#isAlone = isAlone;
  }

  get receivedAt(): number {
    return this.#times[RECEIVED_AT] as number;
  }

  get sentAt(): number {
    return this.#times[SENT_AT] as number;
  }

  allocate(maxTasks: number, extra: number): Task[] {
    const { exports } = this.#module;
    exports.fw_seal_memory(0);
    try {
      this.#bufs = newBufs(this.#module, this.#bufferSize, maxTasks);
      // Freed here, it stays with the allocator.
      exports.free(exports.malloc(extra));
    } finally {
      exports.fw_seal_memory(1);
    }
    return this.#bufs.map((buf) => new Task(this.#module, this.#bufferSize, buf));
  }

  free(tasks: readonly Task[]): void {
    const [first] = this.#bufs;
    // A handler that was abandoned may still use its task.
    const isWhole = tasks.length === this.#bufs.length;
    if (first !== undefined && isWhole && !this.#module.isClosed) {
      this.#module.exports.fw_bufs_free(first);
    }
    this.#bufs = [];
  }

  open(): void {
    const { exports, memory } = this.#module;
    const at = exports.fw_channel() >>> 0;
    const made = shim.channel(this.readiness.watch, memory.bytes, at, this.#isAlone);
    if (typeof made === 'number') throw new SystemError(-made, 'epoll_ctl', '/dev/fuse');
    this.#shim = made;
    this.#times = new Float64Array(memory.bytes.buffer, at, RECORD_LENGTH);
    if (this.#isAlone) this.bursts = new Bursts(made, memory.bytes.buffer, at);
    this.#module.channel = made;
    exports.fw_open_channel(1);
  }

  close(): void {
    if (this.#shim === undefined) return;
    this.#module.exports.fw_open_channel(0);
    this.#module.channel = undefined;
    this.bursts = undefined;
    this.#shim.close();
    this.#shim = undefined;
  }

  receive(task: Task): number {
    return this.#module.exports.fuse_session_receive_buf(this.#session, task.buf);
  }

  process(task: Task): void {
    this.#module.exports.fuse_session_process_buf(this.#session, task.buf);
  }

  pause(): void {}
}

const RECORD_LENGTH = record.size / Float64Array.BYTES_PER_ELEMENT;
const RECEIVED_AT = record.receivedAt / Float64Array.BYTES_PER_ELEMENT;
const SENT_AT = record.sentAt / Float64Array.BYTES_PER_ELEMENT;
