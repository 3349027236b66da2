import { strict as assert } from 'node:assert';
import { Operations } from '#dist/operations.js';
import { random } from '../helpers/random.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { CASES, INODE } from './cases.js';
import { Kernel } from './kernel.js';
import { opcodes, pack, sizeOf } from './wire.js';

/** A filesystem with every handler, each of which answers as its case says. */
function complete(): Operations {
  const fs = new Operations();
  for (const [operation, one] of Object.entries(CASES)) {
    const name = { forget_multi: 'forget', write_buf: 'write', readdirplus: 'readdir' }[operation];
    const handlers = { ioctl: 'ioctl', copy_file_range: 'copyFileRange' }[operation];
    const answer = (...args: never[]) => (one.run ? one.run(...args) : one.result);
    Object.assign(fs, { [name ?? handlers ?? operation]: answer });
  }
  return fs;
}

async function serve(scope: Scope) {
  const kernel = new Kernel(scope, complete());
  await kernel.init();
  let ended: unknown;
  kernel.served.then(
    () => {
      ended = 'main() returned';
    },
    (error) => {
      ended = error;
    },
  );
  /** Still serves, and has answered nothing twice. */
  const isWell = async () => {
    assert.equal((await kernel.ask(opcodes.STATFS as number)).error, 0);
    assert.equal(ended, undefined);
    const seen = kernel.answers.map(({ unique }) => unique);
    assert.equal(new Set(seen).size, seen.length, 'a request was answered twice');
  };
  return { kernel, isWell };
}

const test = suite('a malformed request');

for (const [operation, { opcode, body }] of Object.entries(CASES)) {
  test(`of ${operation} that is cut short does no harm`, async (scope) => {
    const { kernel, isWell } = await serve(scope);
    const step = Math.ceil(body.length / 20);
    for (let length = 0; length < body.length; length += step) {
      kernel.send(opcodes[opcode] as number, body.subarray(0, length), { nodeid: INODE });
    }
    await isWell();
  });
}

test('without the NUL of its name does no harm', async (scope) => {
  const { kernel, isWell } = await serve(scope);
  for (const opcode of ['LOOKUP', 'UNLINK', 'RMDIR', 'SYMLINK', 'REMOVEXATTR']) {
    kernel.send(opcodes[opcode] as number, Buffer.alloc(5000, 'x'));
  }
  await isWell();
});

test('that claims more than it has does no harm', async (scope) => {
  const { kernel, isWell } = await serve(scope);
  const huge = 0xffff_ffff;
  kernel.send(opcodes.BATCH_FORGET as number, pack('fuse_batch_forget_in', { count: huge }));
  kernel.send(opcodes.WRITE as number, pack('fuse_write_in', { size: huge }));
  kernel.send(opcodes.READ as number, pack('fuse_read_in', { size: huge }));
  kernel.send(opcodes.READDIRPLUS as number, pack('fuse_read_in', { size: huge }));
  kernel.send(opcodes.SETXATTR as number, pack('fuse_setxattr_in', { size: huge }));
  kernel.send(
    opcodes.GETXATTR as number,
    Buffer.concat([pack('fuse_getxattr_in', { size: huge }), Buffer.from('n\0')]),
  );
  kernel.send(opcodes.IOCTL as number, pack('fuse_ioctl_in', { in_size: huge, out_size: huge }));
  kernel.send(
    opcodes.COPY_FILE_RANGE as number,
    pack('fuse_copy_file_range_in', { len: 2n ** 64n - 1n }),
  );
  await isWell();
});

test(
  'of random bytes does no harm',
  async (scope) => {
    const { kernel, isWell } = await serve(scope);
    const next = random(2026);
    const known = Object.values(opcodes).filter(
      (opcode) => opcode !== opcodes.DESTROY && opcode !== opcodes.INIT,
    );
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 50; i++) {
        const opcode = known[next(known.length)] as number;
        const bytes = Buffer.from(Uint8Array.from({ length: next(200) }, () => next(256)));
        kernel.send(opcode, bytes, { nodeid: BigInt(next(10)) });
      }
      await isWell();
    }
  },
  { timeout: 30_000 },
);

test('with a wrong length in its header does no harm', async (scope) => {
  const { kernel, isWell } = await serve(scope);
  for (const len of [0, 1, sizeOf('fuse_in_header') - 1, 0xffff_ffff]) {
    const header = pack('fuse_in_header', {
      len,
      opcode: opcodes.LOOKUP as number,
      unique: 9000 + len,
    });
    kernel.sendBytes(Buffer.concat([header, Buffer.from('name\0')]));
  }
  await isWell();
});

test('that is shorter than a header ends main() with an error', async (scope) => {
  const { kernel } = await serve(scope);
  kernel.sendBytes(Buffer.alloc(sizeOf('fuse_in_header') - 1));
  await assert.rejects(kernel.served, { code: 'EIO' });
});
