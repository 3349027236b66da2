/** Handlers of passthrough called as the kernel calls them at times that no test can choose. */
import { strict as assert } from 'node:assert';
import fs, { constants } from 'node:fs';
import { join } from 'node:path';
import { fsdecode, type RequestContext, ROOT_INODE, SetattrFields } from 'wasmfuse';
import Passthrough from '#dist/examples/passthrough.js';
import { tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { missingPrograms, sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const { O_APPEND, O_CREAT, O_DSYNC, O_EXCL, O_RDONLY, O_RDWR, O_SYNC } = constants;
const { O_TRUNC, O_WRONLY, S_IFREG } = constants;

function context(fields: Partial<RequestContext> = {}): RequestContext {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return { uid, gid, flags: 0, inode: ROOT_INODE, ...fields } as RequestContext;
}
const ctx = context();

function serve(scope: Scope): { source: string; ops: Passthrough } {
  const source = tempDir(scope);
  const ops = new Passthrough({ source });
  scope.after(() => ops.destroy());
  return { source, ops };
}

function descriptors(): number {
  return fs.readdirSync('/proc/self/fd').length;
}

const lookups = suite('passthrough lookup');

lookups('counts . and .. like other names', async (scope) => {
  const { source, ops } = serve(scope);
  fs.mkdirSync(join(source, 'a/b'), { recursive: true });
  const { ino: a } = await ops.lookup(ROOT_INODE, 'a');
  const { ino: b } = await ops.lookup(a as bigint, 'b');
  assert.equal((await ops.lookup(a as bigint, '.')).ino, a);
  assert.equal((await ops.lookup(b as bigint, '..')).ino, a);
  ops.forget([[a as bigint, 2n]]);
  assert.equal((await ops.getattr(a as bigint)).ino, a);
  ops.forget([[a as bigint, 1n]]);
  assert.throws(() => ops.getattr(a as bigint), { code: 'ESTALE' });
});

lookups('finds nothing above the source', async (scope) => {
  const { source, ops } = serve(scope);
  fs.mkdirSync(join(source, 'a'));
  assert.equal((await ops.lookup(ROOT_INODE, '..')).ino, ROOT_INODE);
  const { ino } = await ops.lookup(ROOT_INODE, 'a');
  assert.equal((await ops.lookup(ino as bigint, '..')).ino, ROOT_INODE);
});

lookups('finds names of any bytes', async (scope) => {
  const { source, ops } = serve(scope);
  const name = Buffer.from([0xff, 0x41]);
  fs.writeFileSync(Buffer.concat([Buffer.from(`${source}/`), name]), 'text');
  assert.equal((await ops.lookup(ROOT_INODE, fsdecode(name))).size, 4n);
});

lookups('gives a negative entry for a name that does not exist', async (scope) => {
  const source = tempDir(scope);
  const ops = new Passthrough({ source, entryTimeout: 2 });
  scope.after(() => ops.destroy());
  assert.deepEqual(await ops.lookup(ROOT_INODE, 'none'), { ino: 0n, entryTimeout: 2 });
});

lookups('fails for a parent that is forgotten', async (scope) => {
  const { ops } = serve(scope);
  assert.throws(() => ops.lookup(4321n, '.'), { code: 'ESTALE' });
});

const creating = suite('passthrough create');

creating('makes the kernel look again when the name exists', async (scope) => {
  const { source, ops } = serve(scope);
  fs.symlinkSync('/etc/passwd', join(source, 'link'));
  const create = (flags: number) => ops.create(ROOT_INODE, 'link', S_IFREG | 0o600, flags, ctx);
  assert.throws(() => create(O_WRONLY | O_CREAT), { code: 'ESTALE' });
  assert.throws(() => create(O_WRONLY | O_CREAT | O_EXCL), { code: 'EEXIST' });
});

const files = suite('passthrough files');

files('append only as long as the flag is set', async (scope) => {
  const { source, ops } = serve(scope);
  const flags = O_RDWR | O_APPEND;
  const [{ fh }] = await ops.create(ROOT_INODE, 'file', S_IFREG | 0o600, flags | O_CREAT, ctx);
  const write = (text: string, offset: number, flags: number) =>
    ops.write(fh as bigint, offset, Buffer.from(text), context({ flags }));
  assert.equal(await write('abc', 0, flags), 3);
  fs.appendFileSync(join(source, 'file'), 'def');
  assert.equal(await write('ghi', 3, flags), 3);
  assert.equal(await write('X', 0, O_RDWR), 1);
  assert.equal(fs.readFileSync(join(source, 'file'), 'utf8'), 'Xbcdefghi');
});

files('are open until released, once', async (scope) => {
  const { source, ops } = serve(scope);
  fs.writeFileSync(join(source, 'file'), 'content');
  const { ino } = await ops.lookup(ROOT_INODE, 'file');
  const before = descriptors();
  const opened = [await ops.open(ino as bigint, O_RDWR), await ops.open(ino as bigint, O_RDWR)];
  assert.equal(descriptors(), before + 2);
  for (const { fh } of opened) await ops.release(fh as bigint);
  assert.equal(descriptors(), before);
  const [{ fh }] = opened as [(typeof opened)[0]];
  assert.throws(() => ops.release(fh as bigint), { code: 'EBADF' });
  assert.throws(() => ops.read(fh as bigint, 0, 1, Buffer.alloc(1)), { code: 'EBADF' });
});

const here = suite('passthrough, without another thread,');

/** Opens a new file. */
function create(ops: Passthrough, flags: number): bigint {
  const [{ fh }] = ops.create(ROOT_INODE, 'file', S_IFREG | 0o600, flags | O_CREAT, ctx);
  return fh as bigint;
}

here('writes, unless that takes long', async (scope) => {
  const { ops } = serve(scope);
  const fh = create(ops, O_RDWR);
  assert.equal(ops.write(fh, 0, Buffer.from('text'), ctx), 4);
  const large = Buffer.alloc(2 ** 20, 'x');
  const written = ops.write(fh, 4, large, ctx);
  assert.ok(written instanceof Promise);
  assert.equal(await written, large.length);
  assert.equal((await ops.getattr(ROOT_INODE)).ino, ROOT_INODE);
});

here('writes nothing that waits for the disk', async (scope) => {
  for (const flag of [O_SYNC, O_DSYNC]) {
    const { ops } = serve(scope);
    const written = ops.write(create(ops, O_RDWR | flag), 0, Buffer.from('text'), ctx);
    assert.ok(written instanceof Promise);
    assert.equal(await written, 4);
  }
});

here('reads what is cached, to the end', async (scope) => {
  const { source, ops } = serve(scope);
  const content = Buffer.from(Array.from({ length: 9000 }, (_, i) => i % 251));
  const fh = create(ops, O_RDWR);
  await ops.write(fh, 0, content, ctx);
  for (const [offset, size] of [
    [0, 4096],
    [4096, 4096],
    [8192, 4096],
    [0, 16384],
    [12288, 10],
  ]) {
    const into = Buffer.alloc(size as number);
    const count = await ops.read(fh, offset as number, size as number, into);
    const expected = content.subarray(offset, (offset as number) + (size as number));
    assert.deepEqual(into.subarray(0, count), expected, `${size} at ${offset}`);
  }
  const missing = await missingPrograms('dd');
  if (missing) scope.skip(missing);
  await sh(`cd '${source}' && sync file && dd if=file iflag=nocache count=0 status=none`);
  const into = Buffer.alloc(content.length);
  assert.equal(await ops.read(fh, 0, into.length, into), content.length);
  assert.deepEqual(into, content);
});

here('does not truncate', async (scope) => {
  const { source, ops } = serve(scope);
  fs.writeFileSync(join(source, 'file'), 'content');
  const { ino } = ops.lookup(ROOT_INODE, 'file');
  const opened = ops.open(ino as bigint, O_WRONLY | O_TRUNC);
  assert.ok(opened instanceof Promise);
  await opened;
  assert.equal(fs.readFileSync(join(source, 'file'), 'utf8'), '');
  const fields = Object.assign(new SetattrFields(), { updateSize: true, updateMtime: true });
  const changed = ops.setattr(ino as bigint, { size: 5, mtimeNs: 7n }, fields, null);
  assert.ok(changed instanceof Promise);
  const { size, mtimeNs } = await changed;
  assert.deepEqual([size, mtimeNs], [5n, 7n]);
});

here('flushes only what may have been written', async (scope) => {
  const { source, ops } = serve(scope);
  fs.writeFileSync(join(source, 'file'), '');
  const { ino } = ops.lookup(ROOT_INODE, 'file');
  assert.equal((await ops.open(ino as bigint, O_RDONLY)).noflush, true);
  assert.equal((await ops.open(ino as bigint, O_WRONLY)).noflush, false);
  assert.equal((await ops.open(ino as bigint, O_RDWR)).noflush, false);
});

const ending = suite('passthrough destroy');

ending('gives every descriptor back', async (scope) => {
  const source = tempDir(scope);
  fs.writeFileSync(join(source, 'file'), '');
  const before = descriptors();
  const ops = new Passthrough({ source });
  const { ino } = await ops.lookup(ROOT_INODE, 'file');
  await ops.open(ino as bigint, O_RDWR);
  await ops.opendir(ROOT_INODE);
  assert.equal(descriptors(), before + 4);
  ops.destroy();
  assert.equal(descriptors(), before);
});
