import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { ROOT_INODE } from 'wasmfuse';
import tmpfs from '#dist/examples/tmpfs.js';
import { suite } from '../helpers/suite.js';
import { user } from '../helpers/tmpfs.js';

const { O_RDWR, S_IFREG } = constants;
const test = suite('a full tmpfs');

/** With room for one file beside the root. */
function full(): { fs: ReturnType<typeof tmpfs>; make(name: string): unknown } {
  const fs = tmpfs({ inodes: 2 });
  return { fs, make: (name) => fs.create(ROOT_INODE, name, S_IFREG | 0o644, O_RDWR, user) };
}

function makeAndRemove(): ReturnType<typeof full> & { ino: bigint } {
  const { fs, make } = full();
  const [{ fh }, { ino }] = make('first') as [{ fh: bigint }, { ino: bigint }];
  fs.release(fh);
  fs.unlink(ROOT_INODE, 'first');
  return { fs, make, ino };
}

test('waits for the kernel to forget a removed file', async () => {
  const { fs, make, ino } = makeAndRemove();
  const second = make('second');
  assert.ok(second instanceof Promise);
  fs.forget([[ino, 1n]]);
  const [, attributes] = await second;
  assert.ok(attributes.ino > ino);
});

test('fails in the end when nothing is forgotten', async () => {
  const { make } = makeAndRemove();
  await assert.rejects(make('second') as Promise<unknown>, { code: 'ENOSPC' });
});

test('fails at once when no removed file is in the way', () => {
  const { make } = full();
  make('first');
  assert.throws(() => make('second'), { code: 'ENOSPC' });
});
