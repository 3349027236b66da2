import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { Operations } from '#dist/operations.js';
import { randomBytes } from '../helpers/random.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { placed } from './placement.js';
import { opcodes, pack } from './wire.js';

const { READ, WRITE } = opcodes as { READ: number; WRITE: number };
/** All requests at once, or all answers, fit the buffer of the socket. */
const SIZE = 9_000;
const TASKS = 8;

/** Slow handlers, each of which keeps its view while others come and go. */
class Slow extends Operations {
  readonly broken: number[] = [];
  inFlight = 0;
  most = 0;

  async #slowly<T>(which: number, work: () => T): Promise<T> {
    this.most = Math.max(this.most, ++this.inFlight);
    // Later requests end first.
    await sleep(20 - which);
    this.inFlight--;
    return work();
  }

  override write(fh: bigint, _offset: number, data: Buffer) {
    const which = Number(fh);
    const expected = randomBytes(which + 1, SIZE);
    return this.#slowly(which, () => {
      if (!data.equals(expected)) this.broken.push(which);
      return data.length;
    });
  }

  override read(fh: bigint, offset: number, _size: number, into: Buffer) {
    const which = Number(fh);
    randomBytes(which + 1, SIZE).copy(into);
    return this.#slowly(which, () => {
      if (offset === 0) return SIZE;
      return offset === 1 ? into.subarray(0, SIZE) : Buffer.from(into.subarray(0, SIZE));
    });
  }
}

async function serve(scope: Scope) {
  const fs = new Slow();
  const kernel = new Kernel(scope, await placed(scope, fs), { max: TASKS });
  await kernel.init();
  return { fs, kernel };
}

const test = suite('a view of the memory');

test('of data to write stays whole until its handler has settled', async (scope) => {
  const { fs, kernel } = await serve(scope);
  for (let round = 0; round < 5; round++) {
    const sent = Array.from({ length: TASKS }, (_, which) => {
      const head = pack('fuse_write_in', { fh: which, size: SIZE });
      return kernel.send(WRITE, Buffer.concat([head, randomBytes(which + 1, SIZE)]));
    });
    for (const unique of sent) assert.equal((await kernel.answer(unique)).error, 0);
  }
  assert.deepEqual(fs.broken, []);
  assert.equal(fs.most, TASKS, 'all ran at once');
});

for (const [offset, how] of ['filled', 'returned', 'copied'].entries()) {
  test(`of a reply holds what its own handler has put there (${how})`, async (scope) => {
    const { kernel } = await serve(scope);
    const sent = Array.from({ length: TASKS }, (_, which) =>
      kernel.send(READ, pack('fuse_read_in', { fh: which, size: SIZE, offset })),
    );
    for (const [which, unique] of sent.entries()) {
      const { error, body } = await kernel.answer(unique);
      assert.equal(error, 0);
      assert.ok(body.equals(randomBytes(which + 1, SIZE)), `read ${which}`);
    }
  });
}

test('is not outgrown: requests beyond maxTasks wait', async (scope) => {
  const { fs, kernel } = await serve(scope);
  const sent = Array.from({ length: 3 * TASKS }, (_, i) =>
    kernel.send(READ, pack('fuse_read_in', { fh: i % TASKS, size: SIZE })),
  );
  for (const unique of sent) await kernel.answer(unique);
  assert.equal(fs.most, TASKS);
});
