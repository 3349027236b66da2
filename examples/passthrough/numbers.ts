import { ROOT_INODE } from 'wasmfuse';

/** Inode numbers of most filesystems fit below; the device's place goes above. */
const INO_BITS = 48n;
const MAX_U64 = 2n ** 64n - 1n;

/** An inode, by its device and its number there. */
export interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/**
 * The inode numbers that programs see: those of the source's own device as they are there, so that
 * they last; those of other devices mounted below it marked by device, so that they differ.
 */
export class Numbers {
  readonly #devices: Map<bigint, bigint>;
  #spare = MAX_U64;

  constructor(device: bigint) {
    this.#devices = new Map([[device, 0n]]);
  }

  /** The number that an inode gets unless another one has it. */
  preferred({ dev, ino }: Identity): bigint {
    let place = this.#devices.get(dev);
    if (place === undefined) {
      place = BigInt(this.#devices.size);
      this.#devices.set(dev, place);
    }
    return BigInt.asUintN(64, ino ^ (place << INO_BITS));
  }

  /** A number that is free: the preferred one, or while the node lives one from the top. */
  choose(identity: Identity, isTaken: (number: bigint) => boolean): bigint {
    let number = this.preferred(identity);
    while (number === 0n || number === ROOT_INODE || isTaken(number)) number = this.#spare--;
    return number;
  }
}
