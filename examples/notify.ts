import { constants } from 'node:fs';
import {
  type Attributes,
  type FileInfo,
  FUSEError,
  invalidateEntry,
  invalidateInode,
  Operations,
  type ReaddirToken,
  ROOT_INODE,
  readdirReply,
} from 'wasmfuse';

const LOG_INODE = ROOT_INODE + 1n;
/** Inodes from here on are those of the ticks, one after the other. */
const FIRST_TICK = LOG_INODE + 1n;
const DEFAULT_MS = 1000;

export interface NotifyOptions {
  /** Milliseconds between two ticks. */
  interval?: number | string;
  /** Change, and tell the kernel nothing: what is cached stays as it was. */
  silent?: boolean;
}

const now = () => BigInt(Date.now()) * 1_000_000n;

/**
 * Files that change by themselves under a kernel that may cache everything for an hour: it is told
 * of each change, and asks again only then. With every tick `log` gets one more line, and the file
 * `tick-N` gives way to the next one.
 */
export default class Notify extends Operations {
  readonly #interval: number;
  readonly #isSilent: boolean;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #log = Buffer.from('the log begins\n');
  #changed = now();

  constructor({ interval = DEFAULT_MS, silent = false }: NotifyOptions = {}) {
    super();
    this.#interval = Number(interval);
    this.#isSilent = silent;
    if (!(this.#interval >= 1)) throw new RangeError(`interval is no time: ${interval}`);
  }

  override init(): void {
    this.#timer = setInterval(() => this.#tick(), this.#interval);
  }

  override destroy(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const size = this.#log.length;
    const gone = this.#tickInode;
    const goneName = this.#tickName;
    this.#ticks++;
    this.#changed = now();
    this.#log = Buffer.concat([this.#log, Buffer.from(`tick ${this.#ticks}\n`)]);
    if (this.#isSilent) return;
    // The attributes, and of the data all from the old end on.
    void invalidateInode(LOG_INODE, size);
    // With the inode, as the file is deleted: who watches it hears of that.
    void invalidateEntry(ROOT_INODE, goneName, gone);
  }

  get #tickName(): string {
    return `tick-${this.#ticks}`;
  }

  get #tickInode(): bigint {
    return FIRST_TICK + BigInt(this.#ticks);
  }

  #attributes(ino: bigint, mode: number, size: number): Attributes {
    const times = { atimeNs: this.#changed, mtimeNs: this.#changed, ctimeNs: this.#changed };
    return { ino, mode, size, ...times, entryTimeout: 3600, attrTimeout: 3600 };
  }

  override getattr(inode: bigint): Attributes {
    if (inode === ROOT_INODE) return this.#attributes(inode, constants.S_IFDIR | 0o755, 0);
    if (inode === LOG_INODE) {
      return this.#attributes(inode, constants.S_IFREG | 0o444, this.#log.length);
    }
    // A tick that is gone may be open still.
    if (inode <= this.#tickInode) return this.#attributes(inode, constants.S_IFREG | 0o444, 0);
    throw new FUSEError('ENOENT');
  }

  override lookup(parent: bigint, name: string): Attributes {
    if (parent === ROOT_INODE && name === 'log') return this.getattr(LOG_INODE);
    if (parent === ROOT_INODE && name === this.#tickName) return this.getattr(this.#tickInode);
    throw new FUSEError('ENOENT');
  }

  override opendir(inode: bigint): bigint {
    return inode;
  }

  override readdir(_fh: bigint, startId: bigint, token: ReaddirToken): void {
    const entries = [
      ['log', LOG_INODE],
      [this.#tickName, this.#tickInode],
    ] as const;
    for (const [i, [name, inode]] of entries.entries()) {
      if (i < startId) continue;
      if (!readdirReply(token, name, this.getattr(inode), BigInt(i + 1))) return;
    }
  }

  override open(inode: bigint, flags: number): Partial<FileInfo> {
    if (flags & (constants.O_WRONLY | constants.O_RDWR)) throw new FUSEError('EACCES');
    return { fh: inode };
  }

  override read(fh: bigint, offset: number, size: number): Uint8Array {
    return fh === LOG_INODE ? this.#log.subarray(offset, offset + size) : Buffer.alloc(0);
  }
}
