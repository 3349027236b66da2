import { strict as assert } from 'node:assert';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readFile,
  rename,
  stat,
  statfs,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sh } from '../../helpers/sh.js';
import { syscall } from '../../helpers/syscall.js';
import type { Checks } from '../check.js';

const SECOND = 1_000_000_000n;
/** The kernel's clock for times of files goes in steps of up to 10 ms. */
const TICK_MS = 25;

const times = async (path: string) => {
  const { atimeNs, mtimeNs, ctimeNs } = await lstat(path, { bigint: true });
  return { atimeNs, mtimeNs, ctimeNs };
};

/** Which times of a path an action changes, and that they then are about now. */
async function changes(path: string, action: () => unknown): Promise<string[]> {
  const before = await times(path);
  await sleep(TICK_MS);
  await action();
  const after = await times(path);
  const changed = (['atimeNs', 'mtimeNs', 'ctimeNs'] as const).filter(
    (name) => after[name] !== before[name],
  );
  const now = BigInt(Date.now()) * 1_000_000n;
  for (const name of changed) {
    assert.ok(after[name] > before[name], `${name} went back`);
    assert.ok(after[name] <= now + SECOND, `${name} is not now`);
  }
  return changed.map((name) => name.slice(0, 1));
}

const isRoot = process.getuid?.() === 0;

export const attributes: Checks = {
  'chmod: sets every bit, of files and directories': async (dir) => {
    await writeFile(`${dir}/file`, '');
    await mkdir(`${dir}/sub`);
    for (const mode of [0o640, 0o000, 0o777, 0o1777, 0o4755, 0o2755]) {
      for (const name of ['file', 'sub']) {
        await chmod(`${dir}/${name}`, mode);
        assert.equal((await stat(`${dir}/${name}`)).mode & 0o7777, mode, name);
      }
    }
  },

  'chown: sets user and group apart': async (dir, scope) => {
    if (!isRoot) scope.skip('only root can give files away');
    await writeFile(`${dir}/file`, '');
    const { uid, gid } = await stat(`${dir}/file`);
    await chown(`${dir}/file`, uid + 1, -1);
    assert.deepEqual(
      [(await stat(`${dir}/file`)).uid, (await stat(`${dir}/file`)).gid],
      [uid + 1, gid],
    );
    await chown(`${dir}/file`, -1, gid + 2);
    assert.deepEqual(
      [(await stat(`${dir}/file`)).uid, (await stat(`${dir}/file`)).gid],
      [uid + 1, gid + 2],
    );
  },

  'setuid: goes with a change of owner and with a write by another': async (dir, scope) => {
    if (!isRoot) scope.skip('only root can be another user');
    await writeFile(`${dir}/file`, 'text');
    await chmod(`${dir}/file`, 0o6777);
    await chown(`${dir}/file`, 1234, 1234);
    assert.equal((await stat(`${dir}/file`)).mode & 0o6000, 0, 'after chown');
    await chmod(`${dir}/file`, 0o6777);
    const as = 'setpriv --reuid 1235 --regid 1235 --clear-groups';
    await sh(`${as} sh -c 'echo x >> file'`, { cwd: dir });
    assert.equal((await stat(`${dir}/file`)).mode & 0o6000, 0, 'after a write');
  },

  'permissions: are checked for others': async (dir, scope) => {
    if (!isRoot) scope.skip('only root can be another user');
    await sh('echo text > secret; chmod 600 secret; mkdir -m 755 closed; mkdir -m 1777 sticky', {
      cwd: dir,
    });
    await sh(': > sticky/mine; chmod 666 sticky/mine', { cwd: dir });
    await chmod(dir, 0o755);
    const as = (script: string) =>
      sh(`setpriv --reuid 1235 --regid 1235 --clear-groups sh -ec '${script}'`, { cwd: dir });
    for (const script of [
      'cat secret',
      ': > closed/new',
      'chmod 666 secret',
      'chown 1235 secret',
    ]) {
      await assert.rejects(as(script), /Permission denied|not permitted/, script);
    }
    await assert.rejects(as('rm -f sticky/mine'), /not permitted|denied/, 'sticky');
    await as(': > sticky/own; rm sticky/own');
    assert.equal(await readFile(`${dir}/secret`, 'utf8'), 'text\n');
  },

  'setgid: a directory gives its group to what is made there': async (dir, scope) => {
    if (!isRoot) scope.skip('only root can give files away');
    await sh(
      'mkdir shared; chgrp 4321 shared; chmod 2777 shared; : > shared/file; mkdir shared/sub',
      { cwd: dir },
    );
    const [file, sub] = await Promise.all(
      ['file', 'sub'].map((name) => stat(`${dir}/shared/${name}`)),
    );
    assert.deepEqual([file?.gid, sub?.gid], [4321, 4321]);
    assert.equal((sub?.mode ?? 0) & 0o2000, 0o2000);
  },

  'umask: is taken off modes of new files': async (dir) => {
    await sh('umask 027; : > file; mkdir sub; mkfifo fifo', { cwd: dir });
    const modes = await Promise.all(['file', 'sub', 'fifo'].map((name) => stat(`${dir}/${name}`)));
    assert.deepEqual(
      modes.map(({ mode }) => mode & 0o777),
      [0o640, 0o750, 0o640],
    );
  },

  'utimens: keeps every nanosecond': async (dir) => {
    await writeFile(`${dir}/file`, '');
    for (const [seconds, nanoseconds] of [
      [0, 0],
      [1, 999_999_999],
      [2_114_380_800, 1],
      [1_700_000_000, 999_999_500],
    ]) {
      await syscall(
        'utimens',
        `${dir}/file`,
        seconds ?? 0,
        nanoseconds ?? 0,
        (seconds ?? 0) + 5,
        7,
      );
      const { atimeNs, mtimeNs } = await times(`${dir}/file`);
      assert.equal(atimeNs, BigInt(seconds ?? 0) * SECOND + BigInt(nanoseconds ?? 0));
      assert.equal(mtimeNs, BigInt((seconds ?? 0) + 5) * SECOND + 7n);
    }
  },

  'utimens: leaves out and takes now': async (dir) => {
    await writeFile(`${dir}/file`, '');
    await syscall('utimens', `${dir}/file`, 5, 6, 7, 8);
    await syscall('utimens', `${dir}/file`, 0, 'UTIME_OMIT', 9, 10);
    assert.equal((await times(`${dir}/file`)).atimeNs, 5n * SECOND + 6n);
    assert.equal((await times(`${dir}/file`)).mtimeNs, 9n * SECOND + 10n);
    await syscall('utimens', `${dir}/file`, 0, 'UTIME_NOW', 0, 'UTIME_OMIT');
    const { atimeNs, mtimeNs } = await times(`${dir}/file`);
    assert.ok(atimeNs / 1_000_000n > BigInt(Date.now() - 10_000));
    assert.equal(mtimeNs, 9n * SECOND + 10n);
  },

  'utimens: of a symlink leaves its target alone': async (dir) => {
    await writeFile(`${dir}/file`, '');
    await symlink('file', `${dir}/link`);
    const before = await times(`${dir}/file`);
    await syscall('utimens', `${dir}/link`, 5, 6, 7, 8);
    assert.equal((await times(`${dir}/link`)).mtimeNs, 7n * SECOND + 8n);
    assert.deepEqual(await times(`${dir}/file`), before);
  },

  'times: a change of data changes mtime and ctime': async (dir) => {
    await writeFile(`${dir}/file`, 'text');
    const path = `${dir}/file`;
    assert.deepEqual(await changes(path, () => sh('echo more >> file', { cwd: dir })), ['m', 'c']);
    assert.deepEqual(await changes(path, () => truncate(path, 2)), ['m', 'c']);
    assert.deepEqual(await changes(path, () => writeFile(path, '')), ['m', 'c']);
  },

  'times: a change of the inode changes ctime only': async (dir) => {
    await writeFile(`${dir}/file`, 'text');
    const path = `${dir}/file`;
    assert.deepEqual(await changes(path, () => chmod(path, 0o600)), ['c']);
    assert.deepEqual(await changes(path, () => link(path, `${dir}/two`)), ['c']);
    assert.deepEqual(await changes(path, () => unlink(`${dir}/two`)), ['c']);
  },

  'times: a change of entries changes mtime and ctime of their directory': async (dir) => {
    await mkdir(`${dir}/sub`);
    const path = `${dir}/sub`;
    assert.deepEqual(await changes(path, () => writeFile(`${path}/file`, '')), ['m', 'c']);
    assert.deepEqual(await changes(path, () => rename(`${path}/file`, `${path}/other`)), [
      'm',
      'c',
    ]);
    assert.deepEqual(await changes(path, () => unlink(`${path}/other`)), ['m', 'c']);
    assert.deepEqual(await changes(path, () => mkdir(`${path}/sub`)), ['m', 'c']);
    assert.deepEqual(await changes(path, () => writeFile(`${path}/sub/x`, '')), []);
  },

  'stat: a new file has the times of now, the caller and no bytes': async (dir) => {
    await writeFile(`${dir}/file`, '');
    const made = await stat(`${dir}/file`);
    assert.equal(made.uid, process.getuid?.());
    assert.deepEqual([made.size, made.nlink, made.blocks], [0, 1, 0]);
    for (const ms of [made.atimeMs, made.mtimeMs, made.ctimeMs]) {
      assert.ok(Math.abs(Date.now() - ms) < 10_000, `${ms}`);
    }
  },

  'stat: blocks follow the data, and du agrees': async (dir) => {
    await writeFile(`${dir}/file`, Buffer.alloc(1 << 20, 'x'));
    await sh('sync -f file || true', { cwd: dir });
    const { blocks } = await stat(`${dir}/file`);
    assert.ok(blocks >= 2048 && blocks < 2400, `${blocks} blocks`);
  },

  'stat: inodes stay the same, and differ from each other': async (dir) => {
    await sh('for i in $(seq 50); do : > f$i; done', { cwd: dir });
    const inodes = async () => sh('stat -c "%n %i" f*', { cwd: dir });
    const first = await inodes();
    assert.equal(await inodes(), first);
    assert.equal(
      new Set(
        first
          .trim()
          .split('\n')
          .map((line) => line.split(' ')[1]),
      ).size,
      50,
    );
  },

  'statfs: has numbers that make sense': async (dir) => {
    const { bsize, blocks, bfree, bavail } = await statfs(dir);
    assert.ok(bsize > 0 && blocks > 0);
    assert.ok(bfree <= blocks && bavail <= bfree);
    assert.equal((await sh('stat -f -c %l .', { cwd: dir })).trim(), '255');
  },
};
