import { strict as assert } from 'node:assert';
import * as fs from 'node:fs/promises';
import { ROOT_INODE } from 'wasmfuse';
import type { Wish } from '../fixtures/wishes.js';
import { deadline } from '../helpers/deadline.js';
import { Noticing } from '../helpers/noticing.js';
import { type Placement, placements } from '../helpers/placement.js';
import { suite } from '../helpers/suite.js';

for (const [placement, where] of placements) {
  const test = suite(`handlers of ${where} that wait for what waits for them`);

  test('with the only task, in forget, which nobody waits for', async (scope) => {
    const noticing = await Noticing.mount(scope, { placement, maxTasks: 1 });
    await fs.stat(`${noticing.dir}/f5`);
    const wish: Wish = { op: 'forget', args0: '', call: 'retrieve', how: 'await' };
    await fs.stat(`${noticing.dir}/f6`);
    noticing.wish({ ...wish, args: '6n, 0, 5' });
    await noticing.session.invalidateEntry(ROOT_INODE, 'f5');
    assert.equal((await noticing.noted('settled', wish)).code, 'EDEADLK');
    await deadline(fs.stat(`${noticing.dir}/f7`), 3000, 'stat');
  });

  test('through a token of their own session', async (scope) => {
    const noticing = await Noticing.mount(scope, { placement });
    await fs.stat(`${noticing.dir}/f5`);
    const token = noticing.session.loopToken;
    assert.ok(token !== null);
    const bytes = `new Uint8Array([${[...new Uint8Array(token)]}]).buffer`;
    const wish: Wish = { op: 'lookup', args0: String(ROOT_INODE), args1: 'f6' };
    noticing.wish({
      ...wish,
      call: 'attach',
      // The call of the fixture is completed by its own parenthesis.
      args: `${bytes}).then((remote) => remote.invalidateEntry(1n, 'f5')`,
      how: 'await',
    });
    await deadline(fs.stat(`${noticing.dir}/f6`), 3000, 'stat');
    assert.equal((await noticing.noted('settled', wish)).code, 'EDEADLK');
    const isForgotten = async () => {
      await fs.stat(`${noticing.dir}/f5`);
      return noticing.count('lookup', ROOT_INODE, 'f5') === 2;
    };
    await noticing.becomes(isForgotten, 'the delivery');
  });
}

const inits: [Placement, number, string][] = [
  ...placements.map(([placement, where]): [Placement, number, string] => [placement, 1, where]),
  ['module', 2, 'two workers'],
];

for (const [placement, workers, where] of inits) {
  const test = suite(`init in ${where}`);

  for (const how of ['await', 'late'] as const) {
    test(`that waits for a notification is told that it can not (${how})`, async (scope) => {
      const wish: Wish = { op: 'init', args0: '', call: 'invalidateInode', args: '1n', how };
      const noticing = await Noticing.mount(scope, { placement, workers, wishes: [wish, wish] });
      await deadline(fs.stat(`${noticing.dir}/f5`), 3000, 'stat');
      assert.match((await noticing.noted('settled', wish)).code ?? '', /init .* has not ended/);
    });
  }

  test('may queue names', async (scope) => {
    const args = "1n, 'f5', 0n, true";
    const wish: Wish = { op: 'init', args0: '', call: 'invalidateEntryAsync', args, how: 'fire' };
    const noticing = await Noticing.mount(scope, { placement, workers, wishes: [wish, wish] });
    await deadline(fs.stat(`${noticing.dir}/f5`), 3000, 'stat');
    assert.equal((await noticing.noted('settled', wish)).code, 'ok');
  });
}
