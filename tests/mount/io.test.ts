import { strict as assert } from 'node:assert';
import { open, readFile } from 'node:fs/promises';
import type { IoData } from '../fixtures/io.js';
import { bytesAt } from '../fixtures/pattern.js';
import { Calls } from '../helpers/calls.js';
import { mountModule } from '../helpers/mount.js';
import { random } from '../helpers/random.js';
import type { Scope } from '../helpers/scope.js';
import { sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';
import { syscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/io.js', import.meta.url);
const MIB = 1 << 20;

async function opened(scope: Scope, options: Omit<IoData, 'log'>) {
  const calls = new Calls(scope);
  const { dir } = await mountModule(scope, MODULE, { data: { ...options, log: calls.log } });
  const file = await open(`${dir}/data`, 'r+');
  scope.after(() => file.close());
  const read = async (length: number, position: number) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  return { file, calls, read, path: `${dir}/data` };
}

/** Around every power of two that some buffer on the way could have as its size. */
const SIZES = [1, 2, 511, 4095, 4096, 4097, 65_535, 131_072, 131_073, MIB - 1, MIB, MIB + 1];

const reads = suite('read');

for (const reading of ['into', 'returned', 'promised'] as const) {
  for (const directIo of [false, true]) {
    const how = `${reading}${directIo ? ', direct' : ''}`;
    reads(`gives every size at every alignment (${how})`, async (scope) => {
      const { read } = await opened(scope, { size: `${3 * MIB}`, reading, directIo });
      for (const size of SIZES) {
        for (const offset of [0, 1, 4095, MIB - 3]) {
          const bytes = await read(size, offset);
          assert.ok(bytes.equals(bytesAt(offset, size)), `${size} bytes at ${offset}`);
        }
      }
    });
  }
}

reads('ends at the end of the file', async (scope) => {
  const { read, path } = await opened(scope, { size: '5000' });
  assert.deepEqual(await read(4096, 4990), bytesAt(4990, 10));
  assert.equal((await read(10, 5000)).length, 0);
  assert.equal((await read(10, 50_000)).length, 0);
  assert.deepEqual(await readFile(path), bytesAt(0, 5000));
});

reads('may be short with direct I/O', async (scope) => {
  const { read, path } = await opened(scope, { size: '5000', directIo: true, most: 7 });
  assert.deepEqual(await read(100, 3), bytesAt(3, 7));
  assert.equal(
    await sh(`head -c 5000 ${path} | cksum`),
    await sh('cksum', { input: bytesAt(0, 5000) }),
  );
});

reads('passes offsets beyond 32 bits', async (scope) => {
  const offset = 2 ** 40 + 5;
  const { read, calls } = await opened(scope, { size: `${2n ** 41n}`, directIo: true });
  assert.deepEqual(await read(10, offset), bytesAt(offset, 10));
  assert.deepEqual(calls.of('read')[0]?.args.slice(1, 3), [offset, 10]);
});

reads('passes the last offset a number holds, and refuses the next', async (scope) => {
  const { path, calls } = await opened(scope, { size: `${2n ** 60n}`, directIo: true });
  assert.equal(await syscall('pread', path, Number.MAX_SAFE_INTEGER, 1), '1');
  assert.equal(calls.of('read')[0]?.args[1], Number.MAX_SAFE_INTEGER);
  await assert.rejects(syscall('pread', path, 2n ** 53n, 1), { code: 'EFBIG' });
  assert.equal(calls.count('read'), 1);
});

const writes = suite('write');

for (const directIo of [false, true]) {
  writes(`takes every size at every alignment${directIo ? ' (direct)' : ''}`, async (scope) => {
    const { file, read } = await opened(scope, { size: `${3 * MIB}`, directIo });
    const next = random(7);
    for (const size of SIZES) {
      const offset = next(MIB);
      const bytes = bytesAt(next(1000) + 1, size);
      assert.equal((await file.write(bytes, 0, size, offset)).bytesWritten, size);
      assert.ok((await read(size, offset)).equals(bytes), `${size} bytes at ${offset}`);
    }
  });
}

writes('may be short with direct I/O', async (scope) => {
  const { path } = await opened(scope, { size: '5000', directIo: true, most: 7 });
  assert.equal(await syscall('pwrite', path, 0, 100), '7');
});

writes('comes in one request up to the size negotiated', async (scope) => {
  const { file, calls } = await opened(scope, { size: `${MIB}`, directIo: true });
  await file.write(Buffer.alloc(300_000), 0, 300_000, 0);
  assert.deepEqual(
    calls.of('write').map(({ args }) => args[2]),
    ['300000 bytes'],
  );
});

writes('passes offsets beyond 32 bits', async (scope) => {
  const { file, read } = await opened(scope, { size: `${2n ** 41n}`, directIo: true });
  await file.write(Buffer.from('far'), 0, 3, 2 ** 40 + 1);
  assert.equal((await read(3, 2 ** 40 + 1)).toString(), 'far');
});
