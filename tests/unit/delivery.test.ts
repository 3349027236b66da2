import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { errno } from '#dist/errors.js';
import { Delivery } from '#dist/session/delivery.js';
import { failureOf, type Notice } from '#dist/session/notice.js';
import { suite } from '../helpers/suite.js';

const notice: Notice = { call: 'invalidateEntry', parent: 1n, name: 'f', deleted: 0n };
const LONG_MS = 700;

const test = suite('a notice on its way');

function started(caller?: { isSettled: boolean }) {
  const lines: string[] = [];
  const delivery = new Delivery(notice, caller, (_level, line) => lines.push(line));
  delivery.promise.catch(() => {});
  return { delivery, lines };
}

test('rejects with EDEADLK within a second while its handler waits', async () => {
  const { delivery, lines } = started({ isSettled: false });
  const start = performance.now();
  await assert.rejects(delivery.promise, { code: 'EDEADLK' });
  assert.ok(performance.now() - start < 1000);
  delivery.succeed(undefined);
  assert.deepEqual(lines, []);
});

test('waits for as long as it takes when no handler does', async () => {
  const caller = { isSettled: false };
  const { delivery: alone } = started();
  const { delivery: after } = started(caller);
  caller.isSettled = true;
  await sleep(LONG_MS);
  alone.succeed('one');
  after.succeed('two');
  assert.deepEqual(await Promise.all([alone.promise, after.promise]), ['one', 'two']);
});

test('is given more time by each part that was taken', async () => {
  const { delivery } = started({ isSettled: false });
  for (let i = 0; i < 4; i++) {
    await sleep(LONG_MS / 3);
    delivery.moved();
  }
  delivery.succeed('late');
  assert.equal(await delivery.promise, 'late');
});

test('logs what fails after it was given up, but for ENOENT', async () => {
  for (const [code, count] of [
    ['EIO', 1],
    ['ENOENT', 0],
  ] as const) {
    const { delivery, lines } = started({ isSettled: false });
    await assert.rejects(delivery.promise, { code: 'EDEADLK' });
    delivery.fail(failureOf(notice, errno[code] as number));
    assert.equal(lines.length, count, code);
  }
});

test('tells in each error how much was stored', async () => {
  for (const end of ['cancel', 'fail', 'wait']) {
    const { delivery } = started({ isSettled: false });
    delivery.stored = 4096;
    if (end === 'cancel') delivery.cancel('it has ended');
    if (end === 'fail') delivery.fail(failureOf(notice, errno.EIO as number));
    await assert.rejects(delivery.promise, { stored: 4096 });
  }
});

test('is not heard of any more once it is cancelled', async () => {
  const { delivery, lines } = started();
  delivery.cancel('main() has ended');
  await assert.rejects(delivery.promise, /invalidateEntry.*main\(\) has ended/);
  delivery.fail(failureOf(notice, errno.EIO as number));
  assert.deepEqual(lines, []);
});
