import { createRequire } from 'node:module';

/** A system call of the shim: the module's memory, then numbers; the result or -errno. */
export type ShimCall = (memory: Uint8Array, ...numbers: (number | bigint)[]) => number;

declare const watchBrand: unique symbol;
/** A descriptor watched on this thread's event loop. */
export type Watch = { readonly [watchBrand]: true };

/** See shim/channel.c. */
export interface ShimChannelCalls {
  /** Waits for a request in the event loop's place. */
  receive(): void;
  send(): void;
  /** Sends the replies that are held, where they may be. */
  flush?(): void;
}

export interface ShimChannel extends ShimChannelCalls {
  flush(): void;
  /** Before its watch is closed. */
  close(): void;
}

/** See shim/ring_calls.c; 0 or -errno where nothing else is said. */
export interface ShimRing extends ShimChannelCalls {
  /** Before anything is added: the memory, which must not grow from then on, and its record. */
  attach(memory: Uint8Array, record: number): number;
  /** A descriptor that can be read when there is something to receive; the caller's own. */
  fd(): number;
  /** Gives an entry to the kernel, which takes it with `add_all`. */
  add(entry: number, queue: number, header: number, payload: number, size: number): number;
  add_all(): number;
  /** Says when it is, where the time of the last reply is. */
  clock(): void;
  /** @param watch of its descriptor. */
  serve(watch: Watch): number;
  /** Before the watch is closed. */
  pause(): void;
  /** Ends it within some ms, with the connection. */
  end(ms: number): number;
}

/** The native addon: nothing but system calls, see shim/. */
export interface Shim {
  readonly [call: string]: ShimCall | unknown;
  /**
   * Calls back with 0, or -errno, whenever the descriptor can be read; -errno when it can't be
   * watched.
   */
  watch(fd: number, callback: (status: number) => void): Watch | number;
  watch_start(watch: Watch): number;
  watch_stop(watch: Watch): number;
  watch_close(watch: Watch): number;
  /**
   * A channel over a watch's descriptor, with its record in the memory, which must not grow while
   * it is open; or -errno. When it is alone, nobody else reads from the descriptor's open file.
   */
  channel(watch: Watch, memory: Uint8Array, record: number, isAlone: boolean): ShimChannel | number;
  /**
   * A ring for a device, with its number of entries, or -errno. `control` aborts the connection;
   * both descriptors must stay open for as long as it does.
   */
  ring(device: number, control: number, entries: number): ShimRing | number;
  /**
   * Threads that write messages to `fd`, which it takes over; an id, or -errno, and then it does
   * not. Other threads know its connection by the number given here.
   */
  outbox(connection: number, fd: number): number;
}

export const shim: Shim = createRequire(import.meta.url)('#files/shim.node');

/** For calls that touch no memory. */
const none = new Uint8Array();

/** Closes a descriptor. */
export function closeFd(fd: number): void {
  (shim.close as ShimCall)(none, fd);
}

/** Aborts the connection whose descriptor for that it is. */
export function abortConnection(control: number): void {
  (shim.write as ShimCall)(Buffer.from('1'), control, 0, 1);
}

/** Makes a descriptor /dev/null, and closes what it was: its owner has its number still. */
export function severFd(fd: number): void {
  (shim.sever as ShimCall)(none, fd);
}

/**
 * The number of the mount at a path, which no other mount ever gets; undefined where the kernel has
 * none (before Linux 6.8), or the path leads nowhere. Does not ask the filesystem mounted there.
 */
export function mountNumber(path: Buffer): bigint | undefined {
  const number = BigUint64Array.BYTES_PER_ELEMENT;
  const memory = Buffer.alloc(number + path.length + 1);
  path.copy(memory, number);
  if ((shim.mount_number as ShimCall)(memory, number, path.length, 0) < 0) return undefined;
  return new BigUint64Array(memory.buffer, memory.byteOffset, 1)[0];
}
