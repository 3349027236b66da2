/** The forms of posix calls that run on the calling thread, and those that only they have. */
import { strict as assert } from 'node:assert';
import fs, { constants } from 'node:fs';
import { join } from 'node:path';
import { fsdecode, posix } from 'wasmfuse';
import { tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { missingPrograms, sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_RDWR, S_IFIFO, S_IFMT } = constants;

function opened(scope: Scope, path: posix.Path, flags: number): number {
  const fd = posix.openSync(path, flags);
  scope.after(() => posix.closeSync(fd));
  return fd;
}

/** A directory with a file, and a descriptor of the directory. */
function tree(scope: Scope, content = 'content') {
  const dir = tempDir(scope);
  const path = join(dir, 'file');
  fs.writeFileSync(path, content);
  return { dir, path, directory: opened(scope, dir, posix.O_PATH | O_DIRECTORY) };
}

/** As linux/magic.h has it. */
const TMPFS_MAGIC = 0x01021994;
const isTmpfs = (path: string) => fs.statfsSync(path).type === TMPFS_MAGIC;

const forms = suite('posix: on this thread');

forms('each call has both forms', () => {
  const names = Object.keys(posix).filter((name) => /^[a-z]/.test(name));
  const alone = names.filter((name) => !name.endsWith('Sync') && !names.includes(`${name}Sync`));
  assert.deepEqual(alone, []);
  assert.ok(names.length > 40, `${names.length}`);
});

forms('calls fail as their promises do', (scope) => {
  const { path, dir } = tree(scope);
  const none = join(dir, 'none');
  const failing: [syscall: string, code: string, path: string | undefined, call: () => unknown][] =
    [
      ['open', 'ENOENT', none, () => posix.openSync(none, O_RDONLY)],
      ['mkdir', 'EEXIST', path, () => posix.mkdirSync(path)],
      ['unlink', 'EISDIR', dir, () => posix.unlinkSync(dir)],
      ['rmdir', 'ENOTDIR', path, () => posix.rmdirSync(path)],
      ['stat', 'ENOENT', none, () => posix.statSync(none)],
      ['getxattr', 'ENODATA', path, () => posix.getxattrSync(path, 'user.none')],
      ['readlink', 'EINVAL', path, () => posix.readlinkSync(path)],
      ['getdents', 'EBADF', undefined, () => posix.getdentsSync(-1)],
      ['read', 'EBADF', undefined, () => posix.readSync(-1, Buffer.alloc(1), 0)],
      ['readCached', 'EBADF', undefined, () => posix.readCachedSync(-1, Buffer.alloc(1), 0)],
      ['readCached', 'EINVAL', undefined, () => posix.readCachedSync(0, Buffer.alloc(1), -1)],
    ];
  for (const [syscall, code, path, call] of failing) {
    assert.throws(call, (error: NodeJS.ErrnoException) => {
      assert.deepEqual([error.syscall, error.code, error.path], [syscall, code, path]);
      return true;
    });
  }
});

forms('wrong arguments are refused by name', () => {
  assert.throws(() => posix.openSync(['3' as never, 'a'], 0), {
    name: 'TypeError',
    message: /directory of path is no number/,
  });
  assert.throws(() => posix.mkdirSync([3, 'a\0b']), { message: /path has a NUL/ });
  assert.throws(() => posix.statSync(0.5), { message: /fd is no integer/ });
  assert.throws(() => posix.readSync(0, 'text' as never, 0), { message: /bytes is no Buffer/ });
  assert.throws(() => posix.writeSync(0, Buffer.alloc(1), Number.NaN), { name: 'RangeError' });
});

const entries = suite('posix: names in open directories');

entries('are found wherever the directory is moved', async (scope) => {
  const { dir } = tree(scope);
  posix.mkdirSync(join(dir, 'a'));
  const a = opened(scope, join(dir, 'a'), posix.O_PATH);
  posix.renameSync(join(dir, 'a'), join(dir, 'moved'));
  posix.mkdirSync([a, 'sub']);
  posix.closeSync(posix.openSync([a, 'file'], O_CREAT | O_RDWR, 0o600));
  posix.mknodSync([a, 'fifo'], S_IFIFO | 0o600);
  posix.symlinkSync('target', [a, 'link']);
  posix.linkSync([a, 'file'], [a, 'second']);
  posix.utimensSync([a, 'file'], { mtimeNs: 5n });
  assert.deepEqual(fs.readdirSync(join(dir, 'moved')).sort(), [
    ...['fifo', 'file', 'link', 'second', 'sub'],
  ]);
  assert.equal(posix.statSync([a, 'second']).mtimeNs, 5n);
  assert.equal(String(posix.readlinkSync([a, 'link'])), 'target');
  posix.renameSync([a, 'second'], [a, 'third']);
  posix.unlinkSync([a, 'third']);
  await posix.unlink([a, 'file']);
  posix.rmdirSync([a, 'sub']);
  assert.deepEqual(fs.readdirSync(join(dir, 'moved')).sort(), ['fifo', 'link']);
  assert.throws(() => posix.unlinkSync([a, 'none']), { code: 'ENOENT', path: 'none' });
});

entries('may be bytes that are no UTF-8, as bytes or as text', (scope) => {
  const { directory } = tree(scope);
  const bytes = Buffer.from([0x41, 0xff, 0x80]);
  posix.mkdirSync([directory, fsdecode(bytes)]);
  assert.equal(posix.statSync([directory, bytes]).mode & S_IFMT, constants.S_IFDIR);
});

const texts = suite('posix: texts');

texts('of every length and in every alphabet arrive whole', (scope) => {
  const { directory } = tree(scope);
  const lengths = [1, 100, 300, ...Array.from({ length: 24 }, (_, i) => 496 + i), 1000, 4095];
  for (const letter of ['x', '\u00e9', '\u20ac', '\u{1f600}']) {
    for (const bytes of lengths) {
      const count = Math.floor(bytes / Buffer.byteLength(letter));
      if (count === 0) continue;
      for (const target of [letter.repeat(count), Buffer.from(letter.repeat(count))]) {
        posix.symlinkSync(target, [directory, 'link']);
        const found = posix.readlinkSync([directory, 'link']);
        assert.equal(String(found), String(target));
        posix.unlinkSync([directory, 'link']);
      }
    }
  }
});

const attributes = suite('posix: stat');

attributes('tells what lstat of Node tells', async (scope) => {
  const { dir, path, directory } = tree(scope);
  fs.symlinkSync('file', join(dir, 'link'));
  for (const name of ['file', 'link', '.']) {
    const { birthtimeNs: _, ...node } = fs.lstatSync(join(dir, name), { bigint: true });
    const ours = posix.statSync([directory, name], { follow: false });
    for (const field of Object.keys(ours) as (keyof posix.Stats)[]) {
      assert.equal(BigInt(ours[field]), node[field], `${field} of ${name}`);
    }
    assert.deepEqual(await posix.stat([directory, name], { follow: false }), ours);
  }
  assert.equal(posix.statSync(join(dir, 'link')).ino, posix.statSync(path).ino);
});

attributes('tells what a descriptor holds, also O_PATH', async (scope) => {
  const { dir, path } = tree(scope);
  fs.symlinkSync('file', join(dir, 'link'));
  const link = opened(scope, join(dir, 'link'), posix.O_PATH | O_NOFOLLOW);
  assert.equal(posix.statSync(link).mode & S_IFMT, constants.S_IFLNK);
  const file = opened(scope, path, O_RDONLY);
  fs.unlinkSync(path);
  assert.equal(posix.statSync(file).nlink, 0);
  assert.equal((await posix.stat(file)).size, 7n);
});

attributes('is exact about times of any year', (scope) => {
  const { path } = tree(scope);
  const years = [-(2n ** 31n), -1n, 0n, 2n ** 31n, 2n ** 33n, 10n ** 10n];
  for (const seconds of years) {
    posix.utimensSync(path, { mtimeNs: seconds * 1_000_000_000n + 123n });
    const { mtimeNs } = fs.statSync(path, { bigint: true });
    assert.equal(posix.statSync(path).mtimeNs, mtimeNs, `${seconds}`);
  }
});

attributes('can be asked quietly for what may not be there', (scope) => {
  const { directory } = tree(scope);
  const quietly = { throwIfNoEntry: false };
  assert.equal(posix.statSync([directory, 'none'], quietly), undefined);
  assert.equal(posix.statSync([directory, 'file'], quietly)?.size, 7n);
  assert.throws(() => posix.statSync([directory, 'file/x'], quietly), { code: 'ENOTDIR' });
});

attributes('of missing extended attributes too', (scope) => {
  const { path } = tree(scope);
  const quietly = { throwIfNoAttr: false };
  assert.equal(posix.getxattrSync(path, 'user.none', quietly), undefined);
  posix.setxattrSync(path, 'user.some', Buffer.from('value'));
  assert.equal(String(posix.getxattrSync(path, 'user.some', quietly)), 'value');
  assert.throws(() => posix.getxattrSync(`${path}-2`, 'user.a', quietly), { code: 'ENOENT' });
});

const contents = suite('posix: data');

contents('is read and written in place', async (scope) => {
  const { path } = tree(scope, '0123456789');
  const fd = opened(scope, path, O_RDWR);
  const into = Buffer.alloc(8, '.');
  assert.equal(posix.readSync(fd, into.subarray(2, 6), 4), 4);
  assert.equal(into.toString(), '..4567..');
  assert.equal(await posix.read(fd, into, 8n), 2);
  assert.equal(into.toString(), '894567..');
  assert.equal(posix.readSync(fd, into, 10), 0);
  assert.equal(posix.writeSync(fd, Buffer.from('ab'), 9), 2);
  assert.equal(await posix.write(fd, Buffer.from('c'), 0n), 1);
  assert.equal(posix.appendSync(fd, Buffer.from('z')), 1);
  assert.equal(fs.readFileSync(path, 'utf8'), 'c12345678abz');
  posix.ftruncateSync(fd, 3);
  assert.equal(fs.readFileSync(path, 'utf8'), 'c12');
});

contents('is read from the page cache alone when it is there', async (scope) => {
  const missing = await missingPrograms('dd');
  if (missing) scope.skip(missing);
  const size = 100_000;
  const { path } = tree(scope, 'x'.repeat(size));
  const fd = opened(scope, path, O_RDONLY);
  const into = Buffer.alloc(2 * size);
  if (isTmpfs(path) || posix.readCachedSync(fd, into, 0) === undefined) {
    scope.skip('this filesystem can not tell what is cached');
  }
  assert.equal(posix.readCachedSync(fd, into, 0), size);
  assert.equal(posix.readCachedSync(fd, into, size), 0, 'the end');
  await sh(`sync '${path}' && dd if='${path}' iflag=nocache count=0 status=none`);
  assert.equal(posix.readCachedSync(fd, into, 0), undefined);
  assert.equal(await posix.read(fd, into, 0), size);
  assert.equal(posix.readCachedSync(fd, into, 0), size);
});

contents('is all there when the filesystem is in memory', (scope) => {
  const shared = '/dev/shm';
  if (!fs.existsSync(shared) || !isTmpfs(shared)) scope.skip('there is no filesystem in memory');
  const directory = fs.mkdtempSync(`${shared}/posix-`);
  scope.after(() => fs.rmSync(directory, { recursive: true }));
  fs.writeFileSync(`${directory}/file`, 'in memory');
  const into = Buffer.alloc(20);
  assert.equal(posix.readCachedSync(opened(scope, `${directory}/file`, O_RDONLY), into, 3), 6);
  assert.equal(into.toString('latin1', 0, 6), 'memory');
});

const listing = suite('posix: getdents');

function namesOf(fd: number): string[] {
  const names: string[] = [];
  for (;;) {
    const more = posix.getdentsSync(fd);
    if (more.length === 0) return names;
    names.push(...more);
  }
}

listing('lists every name once, and begins anew at offset 0', async (scope) => {
  const { dir } = tree(scope);
  for (let i = 0; i < 3000; i++) fs.mkdirSync(join(dir, `${i}-${'n'.repeat(i % 100)}`));
  fs.mkdirSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0x41])]));
  const there = fs.readdirSync(dir, { encoding: 'buffer' }).map(fsdecode).sort();
  const fd = opened(scope, dir, O_RDONLY | O_DIRECTORY);
  assert.deepEqual(namesOf(fd).sort(), there);
  assert.deepEqual(await posix.getdents(fd), []);
  posix.lseekSync(fd, 0, 0);
  assert.deepEqual(namesOf(fd).sort(), there);
});

listing('is at its end in a directory that was removed', (scope) => {
  const { dir } = tree(scope);
  fs.mkdirSync(join(dir, 'sub'));
  const fd = opened(scope, join(dir, 'sub'), O_RDONLY | O_DIRECTORY);
  fs.rmdirSync(join(dir, 'sub'));
  assert.deepEqual(namesOf(fd), []);
});
