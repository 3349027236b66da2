import { constants } from 'node:fs';
import { type Attributes, FUSEError, Operations, type ReaddirToken, readdirReply } from 'wasmfuse';
import { LISTING_DIRECTORIES, LISTING_FILES, LISTING_TIMEOUT } from '../served.js';

const { S_IFDIR, S_IFREG } = constants;

/** An inode of the tree: the root, a directory or a file. */
interface Node {
  readonly attributes: Attributes;
  readonly names: readonly string[];
  readonly children: readonly Node[];
}

let last = 0n;
const now = BigInt(Date.now()) * 1_000_000n;
/** What all inodes have in common. */
const always = {
  atimeNs: now,
  mtimeNs: now,
  ctimeNs: now,
  entryTimeout: LISTING_TIMEOUT,
  attrTimeout: LISTING_TIMEOUT,
};

function node(mode: number, names: readonly string[], make: () => Node): Node {
  const nlink = mode & S_IFDIR ? 2 : 1;
  const attributes = { ino: ++last, mode, nlink, ...always };
  return { attributes, names, children: names.map(make) };
}

const numbered = (letter: string, count: number, digits: number) =>
  Array.from({ length: count }, (_, i) => letter + `${i}`.padStart(digits, '0'));

/** A tree of empty files, made once. */
export default class Listing extends Operations {
  readonly #nodes: readonly Node[];
  readonly #byName: ReadonlyMap<bigint, ReadonlyMap<string, Node>>;

  constructor() {
    super();
    const nodes: Node[] = [];
    const files = numbered('f', LISTING_FILES, 4);
    const add = (made: Node) => {
      nodes[Number(made.attributes.ino)] = made;
      return made;
    };
    const file = () => add(node(S_IFREG | 0o644, [], file));
    const directory = () => add(node(S_IFDIR | 0o755, files, file));
    add(node(S_IFDIR | 0o755, numbered('d', LISTING_DIRECTORIES, 3), directory));
    this.#nodes = nodes;
    this.#byName = new Map(
      nodes
        .filter(({ names }) => names.length > 0)
        .map(({ attributes, names, children }) => [
          attributes.ino as bigint,
          new Map(names.map((name, i) => [name, children[i] as Node])),
        ]),
    );
  }

  override lookup(parent: bigint, name: string): Attributes {
    const found = this.#byName.get(parent)?.get(name);
    if (found === undefined) throw new FUSEError('ENOENT');
    return found.attributes;
  }

  override getattr(inode: bigint): Attributes {
    return this.#at(inode).attributes;
  }

  override opendir(inode: bigint): bigint {
    return inode;
  }

  override readdir(fh: bigint, startId: bigint, token: ReaddirToken): void {
    const { names, children } = this.#at(fh);
    for (let i = Number(startId); i < names.length; i++) {
      const { attributes } = children[i] as Node;
      if (!readdirReply(token, names[i] as string, attributes, i + 1)) return;
    }
  }

  override releasedir(): void {}

  #at(inode: bigint): Node {
    const found = this.#nodes[Number(inode)];
    if (found === undefined) throw new FUSEError('ENOENT');
    return found;
  }
}
