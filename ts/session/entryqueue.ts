/** An entry whose invalidation nobody waits for. */
export interface QueuedEntry {
  readonly parent: bigint;
  /** Bytes of the name: at least one, less than PATH_MAX. */
  readonly name: Buffer;
  readonly deleted: bigint;
  /** That the kernel does not know it is no failure. */
  readonly ignoreEnoent: boolean;
}

const CHUNK_BYTES = 1 << 16;
const PARENT = 0;
const DELETED = 8;
const LENGTH = 16;
const IGNORE = 18;
const NAME = 19;
const MOST_NAME = CHUNK_BYTES - NAME - 1;

interface Chunk {
  readonly bytes: Buffer;
  used: number;
}

/**
 * Entries in the order in which they came, without bound: packed, as objects would take several
 * times the memory. A packed chunk can be posted to another thread's queue.
 */
export class EntryQueue {
  readonly #chunks: Chunk[] = [];
  /** Where the first entry of the first chunk is. */
  #at = 0;

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  push({ parent, name, deleted, ignoreEnoent }: QueuedEntry): void {
    if (name.length > MOST_NAME) throw new RangeError(`a name of ${name.length} bytes`);
    const size = NAME + name.length;
    let last = this.#chunks.at(-1);
    if (last === undefined || last.used + size > last.bytes.length) {
      last = { bytes: Buffer.allocUnsafeSlow(CHUNK_BYTES), used: 0 };
      this.#chunks.push(last);
    }
    const { bytes, used } = last;
    bytes.writeBigUInt64LE(parent, used + PARENT);
    bytes.writeBigUInt64LE(deleted, used + DELETED);
    bytes.writeUInt16LE(name.length, used + LENGTH);
    bytes.writeUInt8(ignoreEnoent ? 1 : 0, used + IGNORE);
    name.copy(bytes, used + NAME);
    last.used += size;
  }

  shift(): QueuedEntry | undefined {
    const first = this.#chunks[0];
    if (first === undefined) return undefined;
    const { bytes } = first;
    const at = this.#at;
    const end = at + NAME + bytes.readUInt16LE(at + LENGTH);
    this.#at = end;
    if (end === first.used) this.#dropFirst();
    return {
      parent: bytes.readBigUInt64LE(at + PARENT),
      name: bytes.subarray(at + NAME, end),
      deleted: bytes.readBigUInt64LE(at + DELETED),
      ignoreEnoent: bytes.readUInt8(at + IGNORE) !== 0,
    };
  }

  #dropFirst(): void {
    this.#chunks.shift();
    this.#at = 0;
  }

  /** Takes the oldest entries out, packed; undefined when there are none. */
  takePacked(): Uint8Array | undefined {
    const first = this.#chunks[0];
    if (first === undefined) return undefined;
    const packed = new Uint8Array(first.bytes.subarray(this.#at, first.used));
    this.#dropFirst();
    return packed;
  }

  /** Adds what another queue has packed. */
  pushPacked(packed: Uint8Array): void {
    const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
    this.#chunks.push({ bytes, used: bytes.length });
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#at = 0;
  }
}
