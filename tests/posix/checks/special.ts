import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { bytesAt } from '../../fixtures/pattern.js';
import type { Scope } from '../../helpers/scope.js';
import { sh } from '../../helpers/sh.js';
import { startSyscall, syscall } from '../../helpers/syscall.js';
import type { Checks } from '../check.js';

const isRoot = process.getuid?.() === 0;

/** Skips the check where the filesystem below has no such thing, which is allowed. */
async function orSkip<T>(scope: Scope, what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTSUP' || code === 'EOPNOTSUPP') scope.skip(`no ${what} here`);
    throw error;
  }
}

export const special: Checks = {
  'xattr: is set, read, listed and removed': async (dir, scope) => {
    const file = `${dir}/file`;
    await writeFile(file, '');
    await orSkip(scope, 'xattrs', syscall('setxattr', file, 'user.one', 'value', 0));
    await syscall('setxattr', file, 'user.two', '', 0);
    assert.equal(await syscall('getxattr', file, 'user.one', 0), '5');
    assert.equal(await syscall('getxattr', file, 'user.one', 100), '5 value');
    await assert.rejects(syscall('getxattr', file, 'user.one', 4), { code: 'ERANGE' });
    const names = (await syscall('listxattr', file, 1000)).split(' ').slice(1);
    assert.deepEqual(names.filter((name) => name.startsWith('user.')).sort(), [
      'user.one',
      'user.two',
    ]);
    await syscall('removexattr', file, 'user.one');
    await assert.rejects(syscall('getxattr', file, 'user.one', 100), { code: 'ENODATA' });
    await assert.rejects(syscall('removexattr', file, 'user.one'), { code: 'ENODATA' });
  },

  'xattr: XATTR_CREATE and XATTR_REPLACE hold': async (dir, scope) => {
    const set = (value: string, flags: string) =>
      syscall('setxattr', dir, 'user.one', value, flags);
    await assert.rejects(orSkip(scope, 'xattrs', set('x', 'XATTR_REPLACE')), { code: 'ENODATA' });
    await set('a', 'XATTR_CREATE');
    await assert.rejects(set('b', 'XATTR_CREATE'), { code: 'EEXIST' });
    await set('c', 'XATTR_REPLACE');
    assert.equal(await syscall('getxattr', dir, 'user.one', 10), '1 c');
  },

  'mknod: makes fifos that carry data': async (dir) => {
    await sh('mkfifo fifo', { cwd: dir });
    assert.ok((await stat(`${dir}/fifo`)).isFIFO());
    assert.equal(
      await sh('(echo through > fifo) & timeout 5 cat fifo; wait', { cwd: dir }),
      'through\n',
    );
  },

  'mknod: makes device nodes with their numbers': async (dir, scope) => {
    if (!isRoot) scope.skip('only root makes device nodes');
    for (const [kind, major, minor] of [
      ['c', 1, 3],
      ['b', 300, 5],
      ['c', 10, 70_000],
    ]) {
      await sh(`mknod dev ${kind} ${major} ${minor}`, { cwd: dir });
      assert.equal((await sh('stat -c "%Hr %Lr" dev', { cwd: dir })).trim(), `${major} ${minor}`);
      await rm(`${dir}/dev`);
    }
  },

  'mknod: makes sockets that can be connected to': async (dir) => {
    const server = createServer((socket) => socket.end('hello'));
    server.listen(`${dir}/socket`);
    await once(server, 'listening');
    assert.ok((await stat(`${dir}/socket`)).isSocket());
    const chunks: Buffer[] = [];
    const client = connect(`${dir}/socket`).on('data', (chunk) => chunks.push(chunk));
    await once(client, 'close');
    assert.equal(Buffer.concat(chunks).toString(), 'hello');
    server.close();
  },

  'fallocate: grows, keeps the size, and punches holes': async (dir, scope) => {
    const file = `${dir}/file`;
    await writeFile(file, bytesAt(0, 20_000));
    const call = (mode: string, at: number, length: number) =>
      syscall('fallocate', file, mode, at, length);
    await orSkip(scope, 'fallocate', call('FALLOC_FL_KEEP_SIZE', 20_000, 10_000));
    assert.equal((await stat(file)).size, 20_000);
    await orSkip(scope, 'holes', call('FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE', 5000, 9000));
    const expected = Buffer.from(bytesAt(0, 20_000)).fill(0, 5000, 14_000);
    assert.ok((await readFile(file)).equals(expected));
    await call('0', 0, 30_000);
    assert.ok((await readFile(file)).equals(Buffer.concat([expected, Buffer.alloc(10_000)])));
  },

  'lseek: finds data and holes, or says all is data': async (dir) => {
    const file = `${dir}/file`;
    await writeFile(file, 'x'.repeat(4096));
    await sh('truncate -s 10M file', { cwd: dir });
    assert.equal(await syscall('lseek', file, 0, 'SEEK_DATA'), '0');
    const hole = Number(await syscall('lseek', file, 0, 'SEEK_HOLE'));
    assert.ok(hole >= 4096 && hole <= 10 * 1024 * 1024, `${hole}`);
    await assert.rejects(syscall('lseek', file, 20 * 1024 * 1024, 'SEEK_DATA'), { code: 'ENXIO' });
  },

  'copy_file_range: copies, as much as it says': async (dir) => {
    await writeFile(`${dir}/from`, bytesAt(0, 100_000));
    await writeFile(`${dir}/to`, '');
    const copied = Number(await syscall('copy_range', `${dir}/from`, 7, `${dir}/to`, 3, 60_000));
    assert.ok(copied > 0 && copied <= 60_000);
    const expected = Buffer.concat([Buffer.alloc(3), bytesAt(7, copied)]);
    assert.ok((await readFile(`${dir}/to`)).equals(expected));
  },

  'O_TMPFILE: has no name until it is linked': async (dir, scope) => {
    const made = syscall('tmpfile', dir, 'text', '');
    assert.equal(await orSkip(scope, 'O_TMPFILE', made), '0 4');
    assert.deepEqual(await readdir(dir), []);
    assert.equal(await syscall('tmpfile', dir, 'text', `${dir}/named`), '1 4');
    assert.equal(await readFile(`${dir}/named`, 'utf8'), 'text');
  },

  'fcntl: locks of processes exclude each other by range': async (dir, scope) => {
    const file = `${dir}/file`;
    await writeFile(file, '0123456789');
    const held = await startSyscall(scope, 'fcntl_lock', file, 'F_SETLK', 'F_WRLCK', 2, 4);
    assert.equal(await held.line(), 'held');
    await assert.rejects(syscall('fcntl_lock', file, 'F_SETLK', 'F_WRLCK', 5, 1), {
      code: 'EAGAIN',
    });
    assert.match(await syscall('fcntl_lock', file, 'F_GETLK', 'F_WRLCK', 0, 10), /^F_WRLCK 2 4 /);
    assert.equal(await syscall('fcntl_lock', file, 'F_SETLK', 'F_WRLCK', 6, 4), 'held');
    held.release();
    assert.equal(await held.line(), undefined);
    assert.equal(await syscall('fcntl_lock', file, 'F_SETLK', 'F_WRLCK', 5, 1), 'held');
  },

  'fcntl: a lock that is waited for comes when it is free': async (dir, scope) => {
    const file = `${dir}/file`;
    await writeFile(file, '');
    const held = await startSyscall(scope, 'fcntl_lock', file, 'F_SETLK', 'F_WRLCK', 0, 0);
    assert.equal(await held.line(), 'held');
    const waiting = await startSyscall(scope, 'fcntl_lock', file, 'F_SETLKW', 'F_RDLCK', 0, 0);
    const line = waiting.line();
    held.release();
    assert.equal(await line, 'held');
  },

  'flock: excludes, and goes with its process': async (dir, scope) => {
    const file = `${dir}/file`;
    await writeFile(file, '');
    const held = await startSyscall(scope, 'flock', file, 'LOCK_EX');
    assert.equal(await held.line(), 'held');
    await assert.rejects(syscall('flock', file, 'LOCK_SH|LOCK_NB'), { code: 'EAGAIN' });
    held.kill('SIGKILL');
    assert.equal(await held.line(), undefined);
    assert.equal(await syscall('flock', file, 'LOCK_SH'), 'held');
  },
};
