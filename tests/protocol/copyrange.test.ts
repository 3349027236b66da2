import { strict as assert } from 'node:assert';
import { Operations } from '#dist/operations.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { placed } from './placement.js';
import { opcodes, pack, unpack } from './wire.js';

const COPY_FILE_RANGE = opcodes.COPY_FILE_RANGE as number;

/** Copies all that it is asked for. */
class Copying extends Operations {
  length = 0;

  override copyFileRange(...args: Parameters<Operations['copyFileRange']>) {
    this.length = args[4];
    return this.length;
  }
}

const test = suite('a copy of');

// 32 bits cut the first two to 0, which callers take for the end of the file, and the third to 5.
for (const length of [2n ** 32n, 2n ** 40n, 2n ** 32n + 5n, 2n ** 31n, 2n ** 63n - 1n]) {
  test(`${length} bytes is one of less, but of much`, async (scope) => {
    const fs = new Copying();
    const kernel = new Kernel(scope, await placed(scope, fs));
    await kernel.init();
    const request = pack('fuse_copy_file_range_in', { len: length });
    const { error, body } = await kernel.ask(COPY_FILE_RANGE, request);
    assert.equal(error, 0, kernel.lines.join('\n'));
    assert.ok(fs.length >= 2 ** 30 && BigInt(fs.length) <= length, `${fs.length} bytes`);
    assert.equal(unpack('fuse_write_out', body).size, fs.length);
  });
}

test('few bytes is one of as many', async (scope) => {
  const fs = new Copying();
  const kernel = new Kernel(scope, await placed(scope, fs));
  await kernel.init();
  for (const length of [1, 4096, 2 ** 30 + 1]) {
    const request = pack('fuse_copy_file_range_in', { len: length });
    assert.equal((await kernel.ask(COPY_FILE_RANGE, request)).error, 0);
    assert.equal(fs.length, length);
  }
});
