import { fsdecode } from '../names.js';
import { NameCache } from './namecache.js';

/** An offset in the module's memory. */
export type Pointer = number;

/**
 * The memory as numbers of one width: what each request reads and writes costs less as an element
 * than as a call of DataView. A field's index is its offset divided by the width, as the C compiler
 * aligns it to that.
 */
export interface Cells {
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  readonly f64: Float64Array;
}

/** Writes a struct stat, of numbers that fit. See wasm/session.h. */
export type PutStat = (
  at: Pointer,
  ino: bigint,
  mode: number,
  nlink: number,
  uid: number,
  gid: number,
  rdev: number,
  size: number,
  blksize: number,
  blocks: number,
  atimeNs: bigint,
  mtimeNs: bigint,
  ctimeNs: bigint,
) => void;

/** Views that are kept, one for each page of 4 KiB modulo this number. */
const SLICES = 64;

/**
 * The module's memory. Growth detaches every view, so views are fetched here on each use; one that
 * is handed out stays valid only while the memory is sealed.
 */
export class Memory {
  readonly #wasm: Pick<WebAssembly.Memory, 'buffer'>;
  #bytes: Buffer;
  #view: DataView;
  #cells: Cells;
  readonly #names = new NameCache();
  readonly #slices: Buffer[] = new Array(SLICES).fill(Buffer.alloc(0));
  /** Where wasm/session.c keeps its scratch record, once it has been asked. */
  scratch: Pointer = 0;

  /** @param putStat of the module, where it is the memory of one. */
  constructor(
    wasm: Pick<WebAssembly.Memory, 'buffer'>,
    readonly putStat?: PutStat,
  ) {
    this.#wasm = wasm;
    this.#bytes = Buffer.from(wasm.buffer);
    this.#view = new DataView(wasm.buffer);
    this.#cells = cellsOf(wasm.buffer);
  }

  #refresh(): void {
    const { buffer } = this.#wasm;
    this.#bytes = Buffer.from(buffer);
    this.#view = new DataView(buffer);
    this.#cells = cellsOf(buffer);
  }

  get bytes(): Buffer {
    // A detached view has no length.
    if (this.#bytes.length === 0) this.#refresh();
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#view;
  }

  get cells(): Cells {
    if (this.#bytes.length === 0) this.#refresh();
    return this.#cells;
  }

  /**
   * A view of `size` bytes, valid while the memory is sealed. Requests that come to lie in the same
   * place share one, as making it costs more than the rest of a small read or write.
   */
  slice(pointer: Pointer, size: number): Buffer {
    const slot = (pointer >>> 12) % SLICES;
    const kept = this.#slices[slot] as Buffer;
    if (kept.byteOffset === pointer && kept.length === size && size > 0) return kept;
    const made = this.bytes.subarray(pointer, pointer + size);
    this.#slices[slot] = made;
    return made;
  }

  /** A C string as a name: UTF-8, or escaped bytes. */
  name(pointer: Pointer): string {
    const { bytes } = this;
    const isAligned = (pointer & 3) === 0;
    const known = isAligned ? this.#names.read(this.#cells.i32, pointer >>> 2, bytes) : undefined;
    if (known !== undefined) return known;
    const end = bytes.indexOf(0, pointer);
    const text = bytes.toString('utf8', pointer, end);
    return text.includes('\ufffd') ? fsdecode(bytes.subarray(pointer, end)) : text;
  }

  /** Bytes as text of the log. */
  text(pointer: Pointer, size: number): string {
    return this.bytes.toString('utf8', pointer, pointer + size);
  }

  /** Where `data` lies in this memory, or undefined when it lies elsewhere. */
  offsetOf(data: Uint8Array): Pointer | undefined {
    return data.buffer === this.bytes.buffer ? data.byteOffset : undefined;
  }
}

function cellsOf(buffer: ArrayBufferLike): Cells {
  return {
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    i64: new BigInt64Array(buffer),
    u64: new BigUint64Array(buffer),
    f64: new Float64Array(buffer),
  };
}
