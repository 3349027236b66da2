import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import {
  appendFile,
  copyFile,
  open,
  readFile,
  stat,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { bytesAt } from '../../fixtures/pattern.js';
import { random, randomBytes } from '../../helpers/random.js';
import { sh } from '../../helpers/sh.js';
import { syscall } from '../../helpers/syscall.js';
import type { Checks } from '../check.js';

const MIB = 1 << 20;

/** What a file holds, whatever its size. */
async function holds(path: string, expected: Buffer): Promise<void> {
  const actual = await readFile(path);
  assert.equal(actual.length, expected.length);
  assert.ok(actual.equals(expected), `${path} holds other bytes`);
  assert.equal((await stat(path)).size, expected.length);
}

export const files: Checks = {
  'write: what is written can be read, at every size': async (dir) => {
    for (const size of [0, 1, 4095, 4096, 4097, 131_073, 3 * MIB + 5]) {
      const bytes = randomBytes(size + 1, size);
      await writeFile(`${dir}/file`, bytes);
      await holds(`${dir}/file`, bytes);
    }
  },

  'write: a copy of a file compares equal': async (dir) => {
    await writeFile(`${dir}/one`, bytesAt(3, 2 * MIB + 1));
    await copyFile(`${dir}/one`, `${dir}/two`);
    await sh('cp one three; cmp one two; cmp one three', { cwd: dir });
  },

  'write: pieces in any order make the whole': async (dir, scope) => {
    const whole = randomBytes(9, 300_000);
    const file = await open(`${dir}/file`, 'w+');
    scope.after(() => file.close());
    const next = random(4);
    const pieces = Array.from({ length: 60 }, (_, i) => i * 5000).sort(() => next(2) - 0.5);
    for (const at of pieces) await file.write(whole, at, 5000, at);
    await holds(`${dir}/file`, whole);
  },

  'write: the middle can be written over': async (dir, scope) => {
    await writeFile(`${dir}/file`, bytesAt(0, 20_000));
    const file = await open(`${dir}/file`, 'r+');
    scope.after(() => file.close());
    await file.write(Buffer.alloc(8000, 'x'), 0, 8000, 6001);
    const expected = Buffer.from(bytesAt(0, 20_000)).fill('x', 6001, 14_001);
    await holds(`${dir}/file`, expected);
  },

  'write: beyond the end leaves zeros between': async (dir, scope) => {
    const file = await open(`${dir}/file`, 'w+');
    scope.after(() => file.close());
    await file.write('start');
    await file.write('end', 100_000);
    const expected = Buffer.alloc(100_003);
    expected.write('start');
    expected.write('end', 100_000);
    await holds(`${dir}/file`, expected);
  },

  'write: at 2^40 makes a sparse file': async (dir, scope) => {
    const far = 2 ** 40;
    const file = await open(`${dir}/file`, 'w+');
    scope.after(() => file.close());
    await file.write('far', far);
    const { size, blocks } = await file.stat();
    assert.equal(size, far + 3);
    assert.ok(blocks * 512 < MIB, `${blocks} blocks`);
    assert.equal(
      (await file.read(Buffer.alloc(5), 0, 5, far)).buffer.toString('utf8', 0, 3),
      'far',
    );
    assert.deepEqual((await file.read(Buffer.alloc(4), 0, 4, far / 2)).buffer, Buffer.alloc(4));
  },

  'append: goes to the end, whoever wrote last': async (dir) => {
    await writeFile(`${dir}/file`, '');
    const line = (who: string) => `for i in $(seq 200); do echo "${who} $i" >> file; done`;
    await Promise.all(['a', 'b', 'c'].map((who) => sh(line(who), { cwd: dir })));
    const lines = (await readFile(`${dir}/file`, 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 600);
    for (const who of ['a', 'b', 'c']) {
      const own = lines.filter((text) => text.startsWith(who));
      assert.deepEqual(
        own,
        Array.from({ length: 200 }, (_, i) => `${who} ${i + 1}`),
      );
    }
  },

  'open: O_TRUNC empties, and nothing of it comes back': async (dir) => {
    await writeFile(`${dir}/file`, 'hello world');
    await writeFile(`${dir}/file`, 'xy');
    await holds(`${dir}/file`, Buffer.from('xy'));
    await truncate(`${dir}/file`, 11);
    await holds(`${dir}/file`, Buffer.from('xy\0\0\0\0\0\0\0\0\0'));
  },

  'open: O_EXCL lets exactly one of many create': async (dir) => {
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, () =>
        open(`${dir}/file`, flags).then(
          (file) => file.close().then(() => 'created'),
          (error: NodeJS.ErrnoException) => error.code,
        ),
      ),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'EEXIST').length, 11);
  },

  'open: fails as it should': async (dir) => {
    await assert.rejects(open(`${dir}/missing`), { code: 'ENOENT' });
    await assert.rejects(open(dir, 'w'), { code: 'EISDIR' });
    await writeFile(`${dir}/file`, '');
    await assert.rejects(open(`${dir}/file/below`), { code: 'ENOTDIR' });
    const directory = constants.O_RDONLY | constants.O_DIRECTORY;
    await assert.rejects(open(`${dir}/file`, directory), { code: 'ENOTDIR' });
  },

  'truncate: grows with zeros and shrinks, by path and by descriptor': async (dir, scope) => {
    await writeFile(`${dir}/file`, bytesAt(0, 10_000));
    const file = await open(`${dir}/file`, 'r+');
    scope.after(() => file.close());
    for (const resize of [
      (n: number) => truncate(`${dir}/file`, n),
      (n: number) => file.truncate(n),
    ]) {
      await resize(5001);
      await holds(`${dir}/file`, bytesAt(0, 5001));
      await resize(10_000);
      await holds(`${dir}/file`, Buffer.concat([bytesAt(0, 5001), Buffer.alloc(4999)]));
      await file.write(bytesAt(0, 10_000), 0, 10_000, 0);
    }
  },

  'unlink: an open file can be written, read and resized': async (dir, scope) => {
    const file = await open(`${dir}/file`, 'w+');
    scope.after(() => file.close());
    await file.write(bytesAt(0, 100_000), 0, 100_000, 0);
    await unlink(`${dir}/file`);
    await assert.rejects(stat(`${dir}/file`), { code: 'ENOENT' });
    await file.write('tail', 100_000);
    await file.truncate(100_002);
    const { size, nlink } = await file.stat();
    assert.deepEqual([size, nlink], [100_002, 0]);
    const { buffer } = await file.read(Buffer.alloc(100_002), 0, 100_002, 0);
    assert.ok(buffer.equals(Buffer.concat([bytesAt(0, 100_000), Buffer.from('ta')])));
    await writeFile(`${dir}/file`, 'another');
    assert.equal((await file.stat()).size, 100_002);
  },

  'fsync: of files and directories succeeds': async (dir, scope) => {
    const file = await open(`${dir}/file`, 'w');
    scope.after(() => file.close());
    await appendFile(file, 'text');
    await file.sync();
    await file.datasync();
    const directory = await open(dir);
    scope.after(() => directory.close());
    await directory.sync();
  },

  'mmap: shared pages and read(2) see each other': async (dir) => {
    await writeFile(`${dir}/file`, Buffer.alloc(9000, 'a'));
    assert.equal(await syscall('mmap', `${dir}/file`, 5000, 'mapped'), 'aaaaaa');
    const text = await readFile(`${dir}/file`, 'latin1');
    assert.equal(text.slice(4998, 5008), 'aamappedaa');
  },

  'read and write: many at a time keep their places': async (dir) => {
    const jobs = Array.from({ length: 24 }, async (_, i) => {
      const bytes = randomBytes(100 + i, 50_000 + i * 1000);
      await writeFile(`${dir}/file-${i}`, bytes);
      await holds(`${dir}/file-${i}`, bytes);
    });
    await Promise.all(jobs);
  },
};
