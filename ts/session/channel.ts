import { SystemError } from '../errors.js';
import { layout } from './generated/layout.js';
import type { Module } from './module.js';
import { type ShimChannel, shim, type Watch } from './shim.js';

const { channel: record } = layout;

/**
 * How libfuse gets requests and gives replies while a loop runs: it waits for a request in the
 * event loop's place, until that has something to do. Only while the memory is sealed.
 */
export class Channel {
  readonly #module: Module;
  readonly #record: Float64Array;
  readonly #shim: ShimChannel;

  /**
   * @param isAlone no other thread serves the connection.
   * @throws SystemError when the device can't be watched.
   */
  constructor(module: Module, watch: Watch, isAlone: boolean) {
    this.#module = module;
    const at = module.exports.fw_channel() >>> 0;
    const { bytes } = module.memory;
    const made = shim.channel(watch, bytes, at, isAlone);
    if (typeof made === 'number') throw new SystemError(-made, 'epoll_ctl', '/dev/fuse');
    this.#shim = made;
    const size = record.size / Float64Array.BYTES_PER_ELEMENT;
    this.#record = new Float64Array(bytes.buffer, at, size);
    module.channel = made;
    module.exports.fw_open_channel(1);
  }

  /** When the last request came, in microseconds since some moment. */
  get receivedAt(): number {
    return this.#record[RECEIVED_AT] as number;
  }

  /** When the last reply went. */
  get sentAt(): number {
    return this.#record[SENT_AT] as number;
  }

  close(): void {
    this.#module.exports.fw_open_channel(0);
    this.#module.channel = undefined;
    this.#shim.close();
  }
}

const RECEIVED_AT = record.receivedAt / Float64Array.BYTES_PER_ELEMENT;
const SENT_AT = record.sentAt / Float64Array.BYTES_PER_ELEMENT;
