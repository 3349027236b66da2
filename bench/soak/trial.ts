import { constants } from 'node:fs';
import {
  type Attributes,
  FUSEError,
  Operations,
  type ReaddirToken,
  type RequestContext,
  ROOT_INODE,
  readdirReply,
  terminate,
} from 'wasmfuse';
import { behaviours } from './behaviours.js';
import { commands } from './commands.js';
import { contentAt } from './content.js';
import { PATTERNS, SHARED_FILES, SHARED_SIZE, SIZE } from './dimensions.js';

export interface TrialData {
  /** Content of the `shared-N` files, one memory for all workers; own memory when left out. */
  shared?: SharedArrayBuffer;
}

interface TrialFile {
  readonly name: string;
  readonly size: number;
  /** Number of a file among those of its kind. */
  readonly number: number;
}

const FIRST_INODE = ROOT_INODE + 1n;
const numbered = (kind: string, count: number, size: number): TrialFile[] =>
  Array.from({ length: count }, (_, number) => ({ name: `${kind}-${number}`, size, number }));

const FILES: readonly TrialFile[] = [
  ...numbered('pattern', PATTERNS, SIZE),
  ...numbered('shared', SHARED_FILES, SHARED_SIZE),
  ...Object.keys(behaviours).map((name) => ({ name, size: SIZE, number: 0 })),
  { name: 'control', size: 0, number: 0 },
];

/**
 * A fixed set of files, each of which does what its name says; what is written to `control` is done
 * by the handlers themselves. Has no state in its thread, so any number of workers can serve it.
 */
export default class Trial extends Operations {
  /** What the command `terminate` calls; the package's own knows only the sessions of workers. */
  terminate: () => void = terminate;
  readonly #shared: Buffer;

  constructor({ shared }: TrialData = {}) {
    super();
    this.#shared = Buffer.from(shared ?? new SharedArrayBuffer(SHARED_FILES * SHARED_SIZE));
  }

  #file(inode: bigint): TrialFile {
    const file = FILES[Number(inode - FIRST_INODE)];
    if (file === undefined) throw new FUSEError('ENOENT');
    return file;
  }

  #attributes(inode: bigint): Attributes {
    if (inode === ROOT_INODE) return { ino: inode, mode: constants.S_IFDIR | 0o755, nlink: 2 };
    const { size } = this.#file(inode);
    return { ino: inode, mode: constants.S_IFREG | 0o666, size };
  }

  override lookup(parent: bigint, name: string): Attributes {
    const index = FILES.findIndex((file) => file.name === name);
    if (parent !== ROOT_INODE || index === -1) throw new FUSEError('ENOENT');
    return this.#attributes(FIRST_INODE + BigInt(index));
  }

  override getattr(inode: bigint): Attributes {
    return this.#attributes(inode);
  }

  override setattr(inode: bigint): Attributes {
    return this.#attributes(inode);
  }

  override opendir(inode: bigint): bigint {
    return inode;
  }

  override readdir(_fh: bigint, startId: bigint, token: ReaddirToken): void {
    for (const [index, { name }] of FILES.entries()) {
      if (index < startId) continue;
      const inode = FIRST_INODE + BigInt(index);
      if (!readdirReply(token, name, this.#attributes(inode), BigInt(index + 1))) return;
    }
  }

  /** Every second pattern and shared file goes through the page cache. */
  override open(inode: bigint) {
    const { name, number } = this.#file(inode);
    const isCached = /-\d+$/.test(name) && number % 2 === 0;
    return { fh: inode, directIo: !isCached, keepCache: false };
  }

  override async read(
    fh: bigint,
    offset: number,
    size: number,
    _into: Buffer,
    ctx: RequestContext,
  ): Promise<Uint8Array> {
    const { name, number, size: end } = this.#file(fh);
    const length = Math.max(Math.min(size, end - offset), 0);
    if (name.startsWith('shared')) {
      const start = number * SHARED_SIZE + offset;
      return this.#shared.subarray(start, start + length);
    }
    await behaviours[name]?.(ctx);
    return contentAt(number, offset, length);
  }

  override async write(fh: bigint, offset: number, data: Buffer): Promise<number> {
    const { name, number } = this.#file(fh);
    if (name === 'control') await this.#obey(data.toString());
    else if (!name.startsWith('shared')) throw new FUSEError('EACCES');
    else if (offset + data.length > SHARED_SIZE) throw new FUSEError('EFBIG');
    else data.copy(this.#shared, number * SHARED_SIZE + offset);
    return data.length;
  }

  async #obey(command: string): Promise<void> {
    if (command === 'terminate') this.terminate();
    else if (!Object.hasOwn(commands, command)) throw new FUSEError('EINVAL');
    else await commands[command as keyof typeof commands]();
  }
}
