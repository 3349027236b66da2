import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { Operations } from '#dist/operations.js';
import { Deferred } from '#dist/session/deferred.js';
import { Counters, newStatistics, readStatistics } from '#dist/session/statistics.js';
import { deadline, until } from '../helpers/deadline.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { opcodes, pack } from './wire.js';

const END_MS = 2000;
const SHORT_MS = 50;

/** Handlers that end when the test wants them to, or never. */
class Stuck extends Operations {
  readonly settled = new Deferred<boolean>();
  begun = 0;
  override access(): Promise<boolean> {
    this.begun++;
    return this.settled.promise;
  }
  override statfs(): never {
    throw new Error('nobody expected this');
  }
}

const test = suite('a server that is stopped before its handlers have settled');

test('tells what ended it all the same', async (scope) => {
  const fs = new Stuck();
  const kernel = new Kernel(scope, fs, { raiseUnexpected: true });
  await kernel.init();
  kernel.send(opcodes.ACCESS as number, pack('fuse_access_in', { mask: 4 }));
  await until(() => fs.begun === 1, END_MS, 'the first request');
  await kernel.ask(opcodes.STATFS as number);
  await kernel.server.stop(SHORT_MS);
  await assert.rejects(deadline(kernel.served, END_MS, 'main()'), /nobody expected this/);
});

test('counts none of their tasks when they settle later', async (scope) => {
  const fs = new Stuck();
  const statistics = newStatistics(1);
  const kernel = new Kernel(scope, fs, { counters: new Counters(statistics) });
  await kernel.init();
  kernel.send(opcodes.ACCESS as number, pack('fuse_access_in', { mask: 4 }));
  await until(() => fs.begun === 1, END_MS, 'the request');
  await kernel.close();
  await deadline(kernel.served, END_MS, 'main()');
  fs.settled.resolve(true);
  await sleep(0);
  const { now, waiting } = readStatistics(statistics).tasks;
  assert.deepEqual({ now, waiting }, { now: 0, waiting: 0 });
});

test('gives up joining another, too', async (scope) => {
  const first = new Kernel(scope, new Operations());
  await first.init();
  const agreement = await first.server.agreed;
  assert.ok(agreement);
  class Slow extends Operations {
    isAsked = false;
    override init() {
      this.isAsked = true;
      return new Promise<void>(() => {});
    }
  }
  const fs = new Slow();
  const second = new Kernel(scope, fs, {}, agreement);
  await until(() => fs.isAsked, END_MS, 'init of the filesystem');
  const start = performance.now();
  await second.server.stop(SHORT_MS);
  assert.ok(performance.now() - start >= SHORT_MS - 1, 'init gets its time');
  await second.server.destroy(true, SHORT_MS);
  // The test's kernel goes on to main() then, which has nothing left to serve.
  await assert.rejects(deadline(second.served, END_MS, 'join()'), /needs a mounted session/);
});

const failing = suite('a server whose handlers are out of order');

failing('before main() tells so in it', async (scope) => {
  const kernel = new Kernel(scope, new Operations());
  kernel.server.fail(new Error('out of order'));
  await kernel.init();
  await assert.rejects(deadline(kernel.served, END_MS, 'main()'), /out of order/);
});

failing('between two main() tells so in the second', async (scope) => {
  const kernel = new Kernel(scope, new Operations());
  await kernel.init();
  kernel.server.terminate();
  await deadline(kernel.served, END_MS, 'the first main()');
  kernel.server.fail(new Error('out of order'));
  await assert.rejects(deadline(kernel.server.main(1, 2), END_MS, 'main()'), /out of order/);
});
