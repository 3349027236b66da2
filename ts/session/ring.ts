import { errno, SystemError } from '../errors.js';
import { newBufs, startOf } from './buf.js';
import { constant, layout } from './generated/layout.js';
import type { Pointer } from './memory.js';
import type { BufPointer, Module, SessionPointer } from './module.js';
import { Readiness } from './readiness.js';
import { closeFd, type ShimRing } from './shim.js';
import { Task } from './task.js';
import type { Mounted, Transport } from './transport.js';
import { isNone } from './verdict.js';

const { ring: record } = layout;

/** What the kernel gets to let go of the entries when it ends; it needs less than one. */
const END_MS = 2000;
/** What `receive` says of a request whose size nobody has asked for. */
const ONE = 1;

/** A request buffer, and where replies go in it. */
interface Place {
  readonly buf: BufPointer;
  readonly reply: Pointer;
}

/** How many entries the kernel has of each queue, and how many queues there are. */
export interface RingSize {
  readonly queues: number;
  readonly depth: number;
}

/**
 * Requests come, and replies go, over io_uring: one system call sends all replies that are in place
 * and waits for the next request. The kernel puts each request into one of the entries that it was
 * given, whose memory is the buffer of the task that gets it. What is no request (interrupts, what
 * is forgotten) is still read from the device.
 */
export class Ring implements Transport {
  readonly bursts = undefined;
  readonly #module: Module;
  readonly #session: SessionPointer;
  readonly #shim: ShimRing;
  readonly #size: RingSize;
  readonly #bufferSize: number;
  readonly #mountpoint: string;
  /** By the number of the entry. */
  readonly #entries: Place[] = [];
  /** For what is read from the device. */
  #device: Place = { buf: 0 as BufPointer, reply: 0 };
  /** The entry received last; undefined for what came from the device. */
  #entry: number | undefined;
  #result: Int32Array = new Int32Array(1);
  #times: Float64Array = new Float64Array(record.size / Float64Array.BYTES_PER_ELEMENT);
  /** Replies wait for the next time that something is received. */
  #isCollecting = false;
  #readiness: Readiness | undefined;
  #fd = -1;

  /** @param shim that of `size`, with nothing added. */
  constructor(mounted: Mounted, shim: ShimRing, size: RingSize) {
    this.#module = mounted.module;
    this.#session = mounted.session;
    this.#bufferSize = mounted.bufferSize;
    this.#mountpoint = mounted.mountpoint;
    this.#shim = shim;
    this.#size = size;
  }

  get readiness(): Readiness {
    if (this.#readiness === undefined) throw new Error('the ring has not been allocated');
    return this.#readiness;
  }

  get receivedAt(): number {
    return this.#times[RECEIVED_AT] as number;
  }

  get sentAt(): number {
    if (this.#isCollecting) this.#shim.clock();
    return this.#times[SENT_AT] as number;
  }

  allocate(maxTasks: number, extra: number): Task[] {
    if (this.#readiness === undefined) this.#begin(extra);
    const newTask = () => new Task(this.#module, this.#bufferSize, this.#device.buf);
    return Array.from({ length: maxTasks }, newTask);
  }

  #placeOf(buf: BufPointer): Place {
    return { buf, reply: startOf(this.#module, buf) + constant.FUSE_BUFFER_HEADER_SIZE };
  }

  /** Once: the entries are the kernel's from here on, and their memory must never move. */
  #begin(extra: number): void {
    const { exports } = this.#module;
    const count = this.#size.queues * this.#size.depth;
    exports.fw_seal_memory(0);
    const at = exports.fw_ring_open(count) >>> 0;
    if (at === 0) throw new Error(`no memory for the ${count} entries of a ring`);
    const [device, ...bufs] = newBufs(this.#module, this.#bufferSize, 1 + count);
    this.#device = this.#placeOf(device as BufPointer);
    for (const buf of bufs) this.#entries[exports.fw_ring_add(buf)] = this.#placeOf(buf);
    exports.free(exports.malloc(extra));
    exports.fw_seal_memory(1);
    this.#attach(at);
    this.#entries.forEach(({ reply }, entry) => {
      const header = exports.fw_ring_header(entry) >>> 0;
      const size = this.#bufferSize - constant.FUSE_BUFFER_HEADER_SIZE;
      this.#check(this.#shim.add(entry, entry % this.#size.queues, header, reply, size));
    });
    this.#check(this.#shim.add_all());
  }

  #attach(at: number): void {
    const { bytes } = this.#module.memory;
    this.#check(this.#shim.attach(bytes, at));
    this.#result = new Int32Array(bytes.buffer, at + record.result, 1);
    this.#times = new Float64Array(bytes.buffer, at, this.#times.length);
    this.#fd = this.#check(this.#shim.fd());
    this.#readiness = new Readiness(this.#fd, this.#mountpoint);
    this.#module.channel = this.#shim;
  }

  #check(result: number): number {
    if (result >= 0) return result;
    throw new SystemError(-result, 'io_uring_enter', this.#mountpoint);
  }

  free(): void {}

  open(): void {
    this.#check(this.#shim.serve(this.readiness.watch));
  }

  close(): void {
    this.#collect(false);
    this.#shim.pause();
  }

  #collect(wanted: boolean): void {
    if (wanted === this.#isCollecting) return;
    this.#isCollecting = wanted;
    this.#module.exports.fw_ring_collect(wanted ? 1 : 0);
  }

  receive(task: Task): number {
    const { exports } = this.#module;
    this.#collect(true);
    for (;;) {
      this.#shim.receive();
      const result = this.#result[0] as number;
      if (result < 0) return result;
      if (result !== constant.ABI_RING_DEVICE) {
        this.#entry = result;
        const { buf, reply } = this.#entries[result] as Place;
        task.hold(buf, reply);
        return ONE;
      }
      const size = exports.fuse_session_receive_buf(this.#session, this.#device.buf);
      if (isNone(size)) continue;
      this.#entry = undefined;
      task.hold(this.#device.buf, this.#device.reply);
      return size;
    }
  }

  process(task: Task): void {
    const { exports } = this.#module;
    if (this.#entry !== undefined) exports.fw_ring_process(this.#session, this.#entry);
    else exports.fuse_session_process_buf(this.#session, task.buf);
  }

  pause(): void {
    this.#collect(false);
    this.#shim.send();
  }

  /**
   * Gives the kernel's entries back: the connection is aborted if it has any still, so that no
   * request comes while the ring is closed. Returns whether it has let go of the memory.
   */
  end(): boolean {
    const result = this.#shim.end(END_MS);
    if (result === -(errno.ETIMEDOUT as number)) return false;
    this.#module.channel = undefined;
    this.#readiness?.close();
    if (this.#fd >= 0) closeFd(this.#fd);
    this.#fd = -1;
    this.#readiness = undefined;
    this.#result = Int32Array.of(-(errno.ECONNABORTED as number));
    return true;
  }
}

const RECEIVED_AT = record.receivedAt / Float64Array.BYTES_PER_ELEMENT;
const SENT_AT = record.sentAt / Float64Array.BYTES_PER_ELEMENT;
