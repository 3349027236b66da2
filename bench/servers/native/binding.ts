import { createRequire } from 'node:module';

/** Where scripts/bench-peers.sh installs it, apart from what users of this package get. */
const PLACE = new URL('../../../peers/fuse-native/', import.meta.url);

export interface Stat {
  readonly mode: number;
  readonly nlink: number;
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  readonly atime: Date;
  readonly mtime: Date;
  readonly ctime: Date;
}

type Reply<T extends unknown[]> = (error: number, ...result: T) => void;

/** Its handlers, of which there are more. */
export interface Handlers {
  getattr(path: string, reply: Reply<[Stat?]>): void;
  readdir(path: string, reply: Reply<[string[]?]>): void;
}

interface Fuse {
  mount(done: (error: Error | null) => void): void;
}

export interface FuseConstructor {
  new (mountpoint: string, handlers: Handlers, options: Record<string, unknown>): Fuse;
  /** As the kernel wants it: negative. */
  readonly ENOENT: number;
}

/** @throws Error when it is not installed, or does not load. */
export function loadFuseNative(): FuseConstructor {
  return createRequire(PLACE)('fuse-native');
}
