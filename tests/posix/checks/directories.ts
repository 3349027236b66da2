import { strict as assert } from 'node:assert';
import {
  link,
  lstat,
  mkdir,
  opendir,
  readdir,
  readFile,
  readlink,
  rename,
  rmdir,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { sh } from '../../helpers/sh.js';
import { syscall } from '../../helpers/syscall.js';
import type { Checks } from '../check.js';

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

export const directories: Checks = {
  'mkdir: makes an empty directory, and counts it': async (dir) => {
    const before = (await stat(dir)).nlink;
    await mkdir(`${dir}/sub`);
    const made = await stat(`${dir}/sub`);
    assert.ok(made.isDirectory());
    assert.ok(made.nlink <= 2, `nlink ${made.nlink}`);
    assert.deepEqual(await readdir(`${dir}/sub`), []);
    assert.deepEqual(await readdir(dir), ['sub']);
    const after = (await stat(dir)).nlink;
    // A filesystem that does not count subdirectories says 1.
    if (before > 1) assert.equal(after, before + 1);
    await rmdir(`${dir}/sub`);
    assert.equal((await stat(dir)).nlink, before);
  },

  'mkdir, rmdir, unlink: fail as they should': async (dir) => {
    await mkdir(`${dir}/sub/deep`, { recursive: true });
    await writeFile(`${dir}/file`, '');
    await assert.rejects(mkdir(`${dir}/sub`), { code: 'EEXIST' });
    await assert.rejects(mkdir(`${dir}/file`), { code: 'EEXIST' });
    await assert.rejects(mkdir(`${dir}/no/sub`), { code: 'ENOENT' });
    await assert.rejects(rmdir(`${dir}/sub`), { code: 'ENOTEMPTY' });
    await assert.rejects(rmdir(`${dir}/file`), { code: 'ENOTDIR' });
    await assert.rejects(rmdir(`${dir}/missing`), { code: 'ENOENT' });
    await assert.rejects(unlink(`${dir}/sub`), { code: 'EISDIR' });
    await assert.rejects(unlink(`${dir}/missing`), { code: 'ENOENT' });
  },

  'unlink: removes the name at once': async (dir) => {
    await writeFile(`${dir}/file`, 'text');
    await unlink(`${dir}/file`);
    assert.equal(await exists(`${dir}/file`), false);
    assert.deepEqual(await readdir(dir), []);
    await writeFile(`${dir}/file`, 'new');
    assert.equal(await readFile(`${dir}/file`, 'utf8'), 'new');
  },

  'link: gives an inode two names': async (dir) => {
    await writeFile(`${dir}/one`, 'text');
    await link(`${dir}/one`, `${dir}/two`);
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => lstat(`${dir}/${name}`, { bigint: true })),
    );
    assert.equal(one?.nlink, 2n);
    assert.equal(one?.ino, two?.ino);
    assert.deepEqual([one?.mode, one?.size, one?.ctimeNs], [two?.mode, two?.size, two?.ctimeNs]);
    await writeFile(`${dir}/two`, 'longer text');
    assert.equal(await readFile(`${dir}/one`, 'utf8'), 'longer text');
    await unlink(`${dir}/one`);
    assert.equal((await lstat(`${dir}/two`)).nlink, 1);
    await assert.rejects(link(`${dir}/two`, `${dir}/two`), { code: 'EEXIST' });
  },

  'symlink: has its target, whatever that is': async (dir) => {
    for (const target of ['missing', '/imaginary/dest', 'x'.repeat(4000), 'caf\u00e9 \n']) {
      await symlink(target, `${dir}/link`);
      const made = await lstat(`${dir}/link`);
      assert.ok(made.isSymbolicLink());
      assert.equal(made.nlink, 1);
      assert.equal(made.size, Buffer.byteLength(target));
      assert.equal(await readlink(`${dir}/link`), target);
      assert.deepEqual(await readdir(dir), ['link']);
      await unlink(`${dir}/link`);
    }
    await symlink('loop', `${dir}/loop`);
    await assert.rejects(stat(`${dir}/loop`), { code: 'ELOOP' });
  },

  'rename: keeps the inode and its attributes': async (dir) => {
    await mkdir(`${dir}/sub`);
    await writeFile(`${dir}/one`, 'text');
    for (const [from, to] of [
      ['one', 'two'],
      ['two', 'sub/three'],
      ['sub', 'other'],
    ] as const) {
      const before = await lstat(`${dir}/${from}`, { bigint: true });
      await rename(`${dir}/${from}`, `${dir}/${to}`);
      const after = await lstat(`${dir}/${to}`, { bigint: true });
      assert.equal(await exists(`${dir}/${from}`), false);
      for (const field of ['ino', 'mode', 'nlink', 'uid', 'size', 'mtimeNs'] as const) {
        assert.equal(after[field], before[field], field);
      }
    }
    assert.equal(await readFile(`${dir}/other/three`, 'utf8'), 'text');
  },

  'rename: replaces what is there': async (dir) => {
    await writeFile(`${dir}/one`, 'one');
    await writeFile(`${dir}/two`, 'two');
    await rename(`${dir}/one`, `${dir}/two`);
    assert.deepEqual(await readdir(dir), ['two']);
    assert.equal(await readFile(`${dir}/two`, 'utf8'), 'one');
    await mkdir(`${dir}/full/sub`, { recursive: true });
    await mkdir(`${dir}/empty`);
    await rename(`${dir}/full`, `${dir}/empty`);
    assert.deepEqual(await readdir(`${dir}/empty`), ['sub']);
  },

  'rename: fails as it should': async (dir) => {
    await mkdir(`${dir}/full/sub`, { recursive: true });
    await mkdir(`${dir}/empty`);
    await writeFile(`${dir}/file`, '');
    await assert.rejects(rename(`${dir}/empty`, `${dir}/full`), { code: 'ENOTEMPTY' });
    await assert.rejects(rename(`${dir}/file`, `${dir}/empty`), { code: 'EISDIR' });
    await assert.rejects(rename(`${dir}/empty`, `${dir}/file`), { code: 'ENOTDIR' });
    await assert.rejects(rename(`${dir}/full`, `${dir}/full/sub/x`), { code: 'EINVAL' });
    await assert.rejects(rename(`${dir}/missing`, `${dir}/x`), { code: 'ENOENT' });
    assert.deepEqual((await readdir(dir)).sort(), ['empty', 'file', 'full']);
  },

  'rename: to another name of the same inode does nothing': async (dir) => {
    await writeFile(`${dir}/one`, 'text');
    await link(`${dir}/one`, `${dir}/two`);
    await rename(`${dir}/one`, `${dir}/two`);
    assert.deepEqual((await readdir(dir)).sort(), ['one', 'two']);
    assert.equal((await stat(`${dir}/one`)).nlink, 2);
  },

  'rename: with RENAME_NOREPLACE leaves the target alone': async (dir) => {
    await writeFile(`${dir}/one`, 'one');
    await writeFile(`${dir}/two`, 'two');
    const attempt = (to: string) =>
      syscall('rename', `${dir}/one`, `${dir}/${to}`, 'RENAME_NOREPLACE');
    await assert.rejects(attempt('two'), { code: 'EEXIST' });
    assert.equal(await readFile(`${dir}/two`, 'utf8'), 'two');
    await attempt('three');
    assert.deepEqual((await readdir(dir)).sort(), ['three', 'two']);
  },

  'rename: with RENAME_EXCHANGE swaps, also a file and a directory': async (dir) => {
    await writeFile(`${dir}/file`, 'text');
    await mkdir(`${dir}/sub`);
    await writeFile(`${dir}/sub/inner`, '');
    const swap = (a: string, b: string) =>
      syscall('rename', `${dir}/${a}`, `${dir}/${b}`, 'RENAME_EXCHANGE');
    await swap('file', 'sub');
    assert.equal(await readFile(`${dir}/sub`, 'utf8'), 'text');
    assert.deepEqual(await readdir(`${dir}/file`), ['inner']);
    await assert.rejects(swap('file', 'missing'), { code: 'ENOENT' });
    assert.deepEqual((await readdir(dir)).sort(), ['file', 'sub']);
  },

  'rename: an observer never misses the name': async (dir) => {
    await writeFile(`${dir}/name`, '0');
    let renaming = true;
    const renames = (async () => {
      for (let i = 1; i <= 60; i++) {
        await writeFile(`${dir}/next`, String(i));
        await rename(`${dir}/next`, `${dir}/name`);
      }
      renaming = false;
    })();
    let last = 0;
    while (renaming) {
      const seen = Number(await readFile(`${dir}/name`, 'utf8'));
      assert.ok(seen >= last, `${seen} after ${last}`);
      last = seen;
    }
    await renames;
  },

  'names: keep every byte, up to 255 of them': async (dir) => {
    const names = [
      'a b',
      ' ',
      '\n',
      'caf\u00e9',
      '\u{1f600}',
      'n'.repeat(255),
      '-rf',
      '*',
      '...',
      '\u20ac'.repeat(85),
    ];
    const raw = Buffer.from([0x66, 0xff, 0xfe, 0x80, 0x2e]);
    const path = Buffer.concat([Buffer.from(`${dir}/`), raw]);
    for (const name of names) await writeFile(`${dir}/${name}`, name);
    await writeFile(path, 'raw');
    const listed = (await readdir(dir, { encoding: 'buffer' })).map((name) =>
      name.toString('latin1'),
    );
    const expected = [...names.map((name) => Buffer.from(name)), raw].map((name) =>
      name.toString('latin1'),
    );
    assert.deepEqual(listed.sort(), expected.sort());
    for (const name of names) assert.equal(await readFile(`${dir}/${name}`, 'utf8'), name);
    assert.equal(await readFile(path, 'utf8'), 'raw');
    await assert.rejects(writeFile(`${dir}/${'n'.repeat(256)}`, ''), { code: 'ENAMETOOLONG' });
  },

  'readdir: lists 1,000 entries once each': async (dir) => {
    const names = Array.from({ length: 1000 }, (_, i) => `${i}-${'x'.repeat((i * 37) % 200)}`);
    await sh('while read -r name; do : > "$name"; done', {
      cwd: dir,
      input: `${names.join('\n')}\n`,
    });
    assert.deepEqual((await readdir(dir)).sort(), names.sort());
  },

  'readdir: entries that come and go disturb no other': async (dir) => {
    const stable = Array.from({ length: 400 }, (_, i) => `stays-${i}-${'x'.repeat(150)}`);
    const gone = Array.from({ length: 200 }, (_, i) => `goes-${i}-${'y'.repeat(150)}`);
    const all = stable.flatMap((name, i) =>
      gone[i / 2] === undefined ? [name] : [name, gone[i / 2] as string],
    );
    await sh('while read -r name; do : > "$name"; done', {
      cwd: dir,
      input: `${all.join('\n')}\n`,
    });
    const seen: string[] = [];
    let step = 0;
    for await (const { name } of await opendir(dir, { bufferSize: 8 })) {
      seen.push(name);
      const victim = gone[step++];
      if (victim !== undefined) await unlink(`${dir}/${victim}`);
      if (step % 4 === 0 && step < 400) await writeFile(`${dir}/comes-${step}`, '');
    }
    const kept = seen.filter((name) => name.startsWith('stays'));
    assert.deepEqual(kept.sort(), stable.sort());
    assert.equal(new Set(seen).size, seen.length, 'an entry was listed twice');
  },

  'readdir: tells the type and the inode of each entry': async (dir) => {
    await sh('mkdir directory; : > file; ln -s file symlink; mkfifo fifo', { cwd: dir });
    const entries = await readdir(dir, { withFileTypes: true });
    const types = Object.fromEntries(
      entries.map((entry) => [
        entry.name,
        entry.isDirectory() ? 'd' : entry.isFile() ? 'f' : entry.isSymbolicLink() ? 'l' : 'p',
      ]),
    );
    assert.deepEqual(types, { directory: 'd', file: 'f', symlink: 'l', fifo: 'p' });
    for (const line of (await syscall('inodes', dir)).split('\n')) {
      const [name = '', ino] = line.split(' ');
      if (name.startsWith('.')) continue;
      assert.equal(ino, String((await lstat(`${dir}/${name}`)).ino), name);
    }
  },

  'readdir: comes back to where seekdir points': async (dir) => {
    await sh('for i in $(seq 100); do : > entry-$i; done', { cwd: dir });
    const lists = (await syscall('seekdir', dir, 40)).split('\n').map((line) => line.trim());
    assert.equal(lists[0], lists[1]);
  },

  'paths: may be deep': async (dir) => {
    const deep = `${dir}/${'level/'.repeat(60)}`;
    await mkdir(deep, { recursive: true });
    await writeFile(`${deep}file`, 'text');
    assert.equal(await readFile(`${deep}file`, 'utf8'), 'text');
    assert.equal((await sh('find . -name file | wc -l', { cwd: dir })).trim(), '1');
    await sh('rm -r level', { cwd: dir });
    assert.deepEqual(await readdir(dir), []);
  },
};
