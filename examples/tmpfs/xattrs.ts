import { ENOATTR, FUSEError, XATTR_CREATE, XATTR_LIST_MAX, XATTR_REPLACE } from 'wasmfuse';
import type { Quota } from './quota.js';

/** Others, such as those of ACLs, would seem to take effect. */
const NAMESPACE = /^(user|trusted|security)\../;

function checkNamespace(name: string): void {
  if (!NAMESPACE.test(name)) throw new FUSEError('EOPNOTSUPP');
}

const listed = (name: string) => Buffer.byteLength(name) + 1;

/** The extended attributes of one inode. */
export class Xattrs {
  /** Made with the first attribute: most inodes have none. */
  #values: Map<string, Buffer> | undefined;
  #listSize = 0;
  readonly #quota: Quota;

  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /** @throws EEXIST, ENOATTR as `flags` ask for; EOPNOTSUPP, ENOSPC */
  set(name: string, value: Buffer, flags: number): void {
    checkNamespace(name);
    const old = this.#values?.get(name);
    if (flags & XATTR_CREATE && old !== undefined) throw new FUSEError('EEXIST');
    if (flags & XATTR_REPLACE && old === undefined) throw new FUSEError(ENOATTR);
    const added = old === undefined ? listed(name) : 0;
    // Beyond this, listxattr(2) would fail for good.
    if (this.#listSize + added > XATTR_LIST_MAX) throw new FUSEError('ENOSPC');
    this.#quota.take(added + value.length - (old?.length ?? 0));
    this.#listSize += added;
    this.#values ??= new Map();
    this.#values.set(name, Buffer.from(value));
  }

  has(name: string): boolean {
    return this.#values?.has(name) ?? false;
  }

  /** @throws ENOATTR, EOPNOTSUPP */
  get(name: string): Buffer {
    const value = this.#values?.get(name);
    if (value !== undefined) return value;
    checkNamespace(name);
    throw new FUSEError(ENOATTR);
  }

  names(): string[] {
    return [...(this.#values?.keys() ?? [])];
  }

  /** @throws ENOATTR, EOPNOTSUPP */
  delete(name: string): void {
    const value = this.get(name);
    this.#values?.delete(name);
    this.#listSize -= listed(name);
    this.#quota.give(listed(name) + value.length);
  }

  free(): void {
    for (const name of this.names()) this.delete(name);
  }
}
