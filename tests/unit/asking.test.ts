import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { Asker, answer } from '#dist/asking.js';
import { FUSEError } from '#dist/errors.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

class Answerer {
  #calls = 0;

  async add(one: number, other: number): Promise<number> {
    return one + other;
  }

  count(): number {
    return ++this.#calls;
  }

  refuse(): never {
    throw new FUSEError('ENOTEMPTY');
  }

  give(): () => void {
    return () => {};
  }

  async wait(): Promise<never> {
    return new Promise(() => {});
  }

  take(_what: unknown): void {}

  hail(port: MessagePort): void {
    port.postMessage('hello');
  }
}

const test = suite('calls between threads of ours');

function asker(scope: Scope): Asker<Answerer> {
  const { port1, port2 } = new MessageChannel();
  scope.after(() => port1.close());
  answer(new Answerer(), port2);
  return new Asker<Answerer>(port1 as unknown as Worker);
}

test('bring each its own answer', async (scope) => {
  const near = asker(scope);
  const answers = await Promise.all([near.ask('add', 1, 2), near.ask('count'), near.ask('count')]);
  assert.deepEqual(answers, [3, 1, 2]);
});

test('bring errors with their errno', async (scope) => {
  await assert.rejects(asker(scope).ask('refuse'), (thrown) => {
    return thrown instanceof FUSEError && thrown.code === 'ENOTEMPTY';
  });
});

test('fail for what cannot cross threads, both ways, and go on', async (scope) => {
  const near = asker(scope);
  await assert.rejects(
    near.ask('take', () => {}),
    /could not be cloned/,
  );
  await assert.rejects(near.ask('give'), /could not be cloned/);
  assert.equal(await near.ask('count'), 1);
});

test('move ports', async (scope) => {
  const { port1, port2 } = new MessageChannel();
  scope.after(() => port1.close());
  const heard = once(port1, 'message');
  await asker(scope).ask('hail', port2);
  assert.deepEqual(await heard, ['hello']);
});

test('fail when the other side answers no more', async (scope) => {
  const near = asker(scope);
  const pending = [near.ask('wait'), near.until(new Promise<void>(() => {}))];
  const reason = new Error('gone');
  near.fail(reason);
  for (const each of pending) await assert.rejects(each, reason);
  assert.equal(await near.until(Promise.resolve(5)), 5);
});
