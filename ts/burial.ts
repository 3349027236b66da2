import { type Mount, mounts, mountsSync, topmost } from './mountinfo.js';
import { fsencode } from './names.js';
import { standardLog } from './session/log.js';
import { mountNumber } from './session/shim.js';
import { unmount } from './session/unmount.js';

/** Sessions whose mount would outlive the thread that made them, in the order of mounting. */
const unburied = new Set<Burial>();
let isListening = false;

/**
 * The kernel's own number of a mount that is on top at its place. Looking must not ask another
 * filesystem on the way, which this very thread may serve.
 */
function numberOf(mount: Mount, all: readonly Mount[]): bigint | undefined {
  const isAsking = all.some(({ isFuse, place }) => isFuse && mount.place.startsWith(`${place}/`));
  return isAsking ? undefined : mountNumber(fsencode(mount.place));
}

/**
 * Unmounts a session's mount in the place of a thread that can't any more: once, and only that very
 * mount. One that lies below another mount can't be unmounted. It waits, and is tried again with
 * each end of another session and at the end of the process.
 */
export class Burial {
  readonly #place: string;
  readonly #id: string;
  readonly #number: bigint | undefined;
  #isWaiting = false;

  private constructor(mount: Mount, number: bigint | undefined) {
    this.#place = mount.place;
    this.#id = mount.id;
    this.#number = number;
  }

  /**
   * Prepares for the mount now at `place`, also for the end of the process; undefined when there is
   * none on top of what was `below` before.
   */
  static async of(place: string, below: Mount | undefined): Promise<Burial | undefined> {
    const all = await mounts();
    const others = new Set([...unburied].map((each) => each.#find(all)));
    const here = all.filter((mount) => mount.place === place);
    const made = here.slice(here.findIndex(({ id }) => id === below?.id) + 1);
    // What is newer still is not this session's, but somebody's who was quick.
    const mount = made.find((each) => !others.has(each)) ?? made.at(-1);
    if (mount === undefined) return undefined;
    const isOnTop = topmost(all, place) === mount;
    const burial = new Burial(mount, isOnTop ? numberOf(mount, all) : undefined);
    unburied.add(burial);
    if (!isListening) process.on('exit', () => Burial.#buryAll());
    isListening = true;
    return burial;
  }

  static #buryAll(): void {
    for (const burial of unburied) burial.#isWaiting = true;
    Burial.#retry();
  }

  /** Again as long as it helps: each may lie below the next one. */
  static #retry(): void {
    let before: number;
    do {
      before = unburied.size;
      for (const burial of unburied) if (burial.#isWaiting) burial.#try();
    } while (unburied.size < before);
  }

  /** The mount is somebody else's business, or nobody's. */
  forget(): void {
    unburied.delete(this);
    Burial.#retry();
  }

  /** Whether the mount is there, perhaps below another one, or where a directory was moved to. */
  isThere(): boolean {
    return unburied.has(this) && this.#find(mountsSync()) !== undefined;
  }

  /** Whether unmounting at the mountpoint would unmount this very mount. */
  isOnTop(): boolean {
    if (!unburied.has(this)) return false;
    const all = mountsSync();
    const mount = this.#find(all);
    return mount?.place === this.#place && topmost(all, this.#place) === mount;
  }

  now(): void {
    if (!unburied.has(this)) return;
    this.#isWaiting = true;
    Burial.#retry();
  }

  #try(): void {
    const all = mountsSync();
    const mount = this.#find(all);
    if (mount !== undefined && topmost(all, mount.place) !== mount) return;
    if (mount !== undefined) unmount(mount.place, standardLog);
    unburied.delete(this);
  }

  /** Once the mount is gone, another one may have its id, but not its number. */
  #find(all: readonly Mount[]): Mount | undefined {
    const mount = all.find(({ id }) => id === this.#id);
    if (mount === undefined || topmost(all, mount.place) !== mount) return mount;
    const number = numberOf(mount, all);
    if (number !== undefined && this.#number !== undefined) {
      return number === this.#number ? mount : undefined;
    }
    return mount.place === this.#place ? mount : undefined;
  }
}
