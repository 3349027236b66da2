import { SystemError } from '../errors.js';
import { Deferred } from './deferred.js';
import { shim, type Watch } from './shim.js';

/** The device on this thread's event loop. */
export class Readiness {
  readonly watch: Watch;
  /** Called when the device can be read, with 0, or -errno. */
  onReady: (status: number) => void = () => {};
  #endWait: () => void = () => {};
  #isClosed = false;

  /** @throws SystemError when the device can't be watched. */
  constructor(fd: number, mountpoint: string) {
    const watch = shim.watch(fd, (status) => this.onReady(status));
    if (typeof watch === 'number') throw new SystemError(-watch, 'epoll_ctl', mountpoint);
    this.watch = watch;
  }

  /** Settles once the device can be read, or with false when nobody waits any more. */
  async next(): Promise<boolean> {
    const ready = new Deferred<boolean>();
    this.onReady = () => ready.resolve(true);
    this.#endWait = () => ready.resolve(false);
    shim.watch_start(this.watch);
    const isReady = await ready.promise;
    if (!this.#isClosed) shim.watch_stop(this.watch);
    return isReady;
  }

  endWait(): void {
    this.#endWait();
  }

  /** Before the device is closed. */
  close(): void {
    this.#isClosed = true;
    shim.watch_close(this.watch);
  }
}
