import { fsdecode } from '../names.js';

/** An offset in the module's memory. */
export type Pointer = number;

/**
 * The module's memory. Growth detaches every view, so views are fetched here on each use; one that
 * is handed out stays valid only while the memory is sealed.
 */
export class Memory {
  readonly #wasm: Pick<WebAssembly.Memory, 'buffer'>;
  #bytes: Buffer;
  #view: DataView;

  constructor(wasm: Pick<WebAssembly.Memory, 'buffer'>) {
    this.#wasm = wasm;
    this.#bytes = Buffer.from(wasm.buffer);
    this.#view = new DataView(wasm.buffer);
  }

  #refresh(): void {
    this.#bytes = Buffer.from(this.#wasm.buffer);
    this.#view = new DataView(this.#wasm.buffer);
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

  /** A view of `size` bytes, valid while the memory is sealed. */
  slice(pointer: Pointer, size: number): Buffer {
    return this.bytes.subarray(pointer, pointer + size);
  }

  /** A C string as a name: UTF-8, or escaped bytes. */
  name(pointer: Pointer): string {
    const { bytes } = this;
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
    return data.buffer === this.#wasm.buffer ? data.byteOffset : undefined;
  }
}
