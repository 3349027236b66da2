/** Handlers of tmpfs called as the kernel would, without a kernel. */
import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { type Attributes, type RequestContext, ROOT_INODE, SetattrFields } from 'wasmfuse';
import { TmpFs } from '#dist/examples/tmpfs.js';

const { O_RDWR, S_IFDIR, S_IFREG } = constants;

export const context = (fields: Partial<RequestContext> = {}) =>
  ({ uid: 0, gid: 0, flags: 0, ...fields }) as RequestContext;
export const root = context();
export const user = context({ uid: 1000, gid: 1000 });

/** A tmpfs, and the calls that tests make many of. */
export class Fs {
  readonly ops: TmpFs;

  constructor(options?: ConstructorParameters<typeof TmpFs>[0]) {
    this.ops = new TmpFs(options);
  }

  create(name: string, mode = 0o644, ctx = user): { ino: bigint; fh: bigint } {
    const [{ fh }, { ino }] = this.ops.create(ROOT_INODE, name, S_IFREG | mode, O_RDWR, ctx);
    return { ino: ino as bigint, fh: fh as bigint };
  }

  mkdir(name: string, mode = 0o755, parent = ROOT_INODE): bigint {
    return this.ops.mkdir(parent, name, S_IFDIR | mode, user).ino as bigint;
  }

  setattr(ino: bigint, attr: { [field: string]: number | bigint }, ctx = user): Attributes {
    const fields = new SetattrFields();
    for (const field of Object.keys(attr)) {
      const name = `update${field[0]?.toUpperCase()}${field.slice(1)}`.replace('Ns', '');
      assert.ok(name in fields, name);
      fields[name as keyof SetattrFields] = true;
    }
    return this.ops.setattr(ino, attr, fields, null, ctx);
  }

  free(): [bytes: number, inodes: number] {
    const { bsize, bfree, ffree } = this.ops.statfs();
    return [Number(bfree) * Number(bsize), Number(ffree)];
  }

  mode(ino: bigint): number {
    return Number(this.ops.getattr(ino).mode) & 0o7777;
  }
}
