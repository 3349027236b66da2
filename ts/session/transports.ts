import { readFileSync } from 'node:fs';
import { errnoName } from '../errors.js';
import { constant } from './generated/layout.js';
import { LOG_ERROR, LOG_WARNING, type Log } from './log.js';
import { Reading } from './reading.js';
import { Ring } from './ring.js';
import { closeFd, type ShimCall, shim } from './shim.js';
import type { Counters } from './statistics.js';
import type { Mounted, Transport } from './transport.js';
import { unmount } from './unmount.js';

/** The ways that requests may come; see reading.ts and ring.ts. */
export type TransportName = 'read' | 'uring';

/** What there is to know of a server's config. */
export interface Wanted {
  readonly transport: TransportName;
  readonly options: readonly string[];
  readonly workers: number;
}

/** Entries of all queues together: their memory must fit into that of the module. */
const MOST_ENTRIES = 1024;

/** Why a session reads its requests although io_uring is wanted. */
class Unfit {
  constructor(readonly reason: string) {}
}

/** Processors that may ever be there: the kernel has a queue for each. */
function possibleProcessors(): number {
  const ranges = readFileSync('/sys/devices/system/cpu/possible', 'utf8').trim().split(',');
  return ranges.reduce((count, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return count + last - first + 1;
  }, 0);
}

/** As the kernel numbers them; undefined where it does not tell (before Linux 6.16). */
function connectionOf(device: number): number | undefined {
  const info = readFileSync(`/proc/thread-self/fdinfo/${device}`, 'utf8');
  const number = /^fuse_connection:\s*(\d+)$/m.exec(info)?.[1];
  return number === undefined ? undefined : Number(number);
}

function isOption(options: readonly string[], name: string): boolean {
  return options.some((option) => option.split(',').includes(name));
}

/** Why this config is not for a ring. */
function refuseByConfig({ options, workers }: Wanted): Unfit | undefined {
  if (workers > 1) return new Unfit('several workers share the connection');
  return isOption(options, 'auto_unmount') ? new Unfit('of the option auto_unmount') : undefined;
}

/** Why the kernel and libfuse have not agreed on one. */
function refuseByInit(agreement: number): Unfit | undefined {
  if (agreement === constant.FW_RING_AGREED) return undefined;
  if (agreement === constant.FW_RING_TOO_SMALL) return new Unfit('maxWrite is below 128 KiB');
  return new Unfit('the kernel does not offer it: see /sys/module/fuse/parameters/enable_uring');
}

/** A descriptor that aborts the connection of a device. */
function openControl(device: number): number | Unfit {
  const connection = connectionOf(device);
  if (connection === undefined) return new Unfit('this kernel does not number connections');
  const control = (shim.ring_control as ShimCall)(new Uint8Array(), connection);
  if (control >= 0) return control;
  return new Unfit(`its connection could not be aborted: ${errnoName(-control)} from fusectl`);
}

/**
 * Decides how the requests of a session come. io_uring is taken only where its end can be forced,
 * by aborting the connection: requests that the kernel has for a ring keep the connection alive
 * when the device is closed.
 */
export class Transports {
  readonly #mounted: Mounted;
  readonly #log: Log;
  /** A descriptor that aborts the connection, where closing the device does not; else -1. */
  readonly control: number;
  #ring: Ring | undefined;
  #current: Transport | undefined;

  constructor(mounted: Mounted, wanted: Wanted, log: Log) {
    this.#mounted = mounted;
    this.#log = log;
    const isRing = wanted.transport === 'uring';
    const control = isRing ? (refuseByConfig(wanted) ?? this.#openControl()) : -1;
    this.control = control instanceof Unfit ? -1 : control;
    if (control instanceof Unfit) this.#warn(control);
  }

  #openControl(): number | Unfit {
    const { module, session } = this.#mounted;
    return openControl(module.exports.fuse_session_fd(session));
  }

  #warn({ reason }: Unfit): void {
    this.#log(LOG_WARNING, `requests are read, not taken over io_uring, because ${reason}`);
  }

  /** Before INIT is answered: has a ring wanted, if there can be one. */
  prepare(maxTasks: number): void {
    if (this.control < 0 || this.#ring !== undefined) return;
    const { module, session } = this.#mounted;
    const queues = possibleProcessors();
    // One queue alone may have all requests, when they all come from one processor.
    const depth = Math.max(1, Math.min(maxTasks, Math.floor(MOST_ENTRIES / queues)));
    const device = module.exports.fuse_session_fd(session);
    const ring = shim.ring(device, this.control, queues * depth);
    if (typeof ring === 'number') {
      this.#warn(new Unfit(`io_uring_setup failed with ${errnoName(-ring)}`));
      return;
    }
    this.#ring = new Ring(this.#mounted, ring, { queues, depth });
    module.exports.fw_ring_want(1);
  }

  /** Once INIT has been answered: what the requests come by. */
  settle(counters: Counters): Transport {
    this.#current ??= this.#choose();
    counters.transport = this.name;
    return this.#current;
  }

  #choose(): Transport {
    const ring = this.#ring;
    const unfit = ring && refuseByInit(this.#mounted.module.exports.fw_ring_agreement());
    if (unfit !== undefined) {
      this.#warn(unfit);
      this.end();
    }
    return this.#ring ?? new Reading(this.#mounted);
  }

  get name(): TransportName {
    return this.#ring === undefined ? 'read' : 'uring';
  }

  /** Takes everything back from the kernel, which may end the connection. */
  end(): void {
    const isGone = this.#ring?.end() ?? true;
    this.#ring = undefined;
    if (!isGone) this.#log(LOG_ERROR, 'the kernel does not give the memory of io_uring back');
  }

  /** `end`, before libfuse unmounts, if it shall. */
  endMounted(unmounts: boolean): void {
    const { module, session, mountpoint } = this.#mounted;
    const wasAlive = module.exports.fw_session_is_alive(session) !== 0;
    this.end();
    const isCut = wasAlive && module.exports.fw_session_is_alive(session) === 0;
    // To libfuse, a connection that was aborted has been unmounted.
    if (unmounts && isCut) unmount(mountpoint, this.#log);
  }

  /** After `end`, when nobody else uses the descriptor that aborts. */
  close(): void {
    if (this.control >= 0) closeFd(this.control);
  }
}
