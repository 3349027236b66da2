import { type Mount, mountAt, mountAtSync } from './mountinfo.js';
import { standardLog } from './session/log.js';
import { unmount } from './session/unmount.js';

/** Sessions whose mount would outlive the thread that made them. */
const unburied = new Set<Burial>();
let isListening = false;

function buryAll(): void {
  for (const burial of unburied) burial.now();
}

/**
 * Unmounts a session's mount in the place of a thread that can't any more. Once, and only if that
 * very mount is still there: another one may have taken its place.
 */
export class Burial {
  readonly #place: string;
  readonly #mount: string;

  private constructor(place: string, mount: string) {
    this.#place = place;
    this.#mount = mount;
  }

  /**
   * Prepares for the mount now at `place`, also for the end of the process; undefined when there is
   * none on top of what was `below` before.
   */
  static async of(place: string, below: Mount | undefined): Promise<Burial | undefined> {
    const mount = await mountAt(place);
    if (mount === undefined || mount.id === below?.id) return undefined;
    const burial = new Burial(place, mount.id);
    unburied.add(burial);
    if (!isListening) process.on('exit', buryAll);
    isListening = true;
    return burial;
  }

  /** The mount is somebody else's business, or nobody's. */
  forget(): void {
    unburied.delete(this);
  }

  /** Whether the mount is there. The kernel uses numbers again, so the answer soon grows old. */
  isThere(): boolean {
    return unburied.has(this) && mountAtSync(this.#place)?.id === this.#mount;
  }

  now(): void {
    if (this.isThere()) unmount(this.#place, standardLog);
    this.forget();
  }
}
