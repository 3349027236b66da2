import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { attach, mount } from 'wasmfuse';
import { deadline, until } from '../helpers/deadline.js';
import { mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/teller.js', import.meta.url);

const test = suite('calls between threads');

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

async function served(scope: Scope) {
  const session = await mount(MODULE, mountpointOf(scope));
  scope.after(() => session.close());
  return session;
}

/** Ports of this thread, whether they keep it alive or not. */
function ports(): number {
  const { libuv } = process.report.getReport() as unknown as { libuv: { type: string }[] };
  return libuv.filter(({ type }) => type === 'async').length;
}

test('share one channel for a main(), however often a thread attaches', async (scope) => {
  const session = await served(scope);
  const before = ports();
  for (let life = 0; life < 3; life++) {
    const running = session.main();
    for (let i = 0; i < 5; i++) {
      assert.ok(session.loopToken);
      const remote = await attach(session.loopToken);
      assert.equal(await remote.add?.(BigInt(i), 1n), BigInt(i) + 1n);
    }
    session.terminate();
    await running;
  }
  assert.ok(ports() - before <= 1, `${ports() - before} more ports`);
});

test('go on when a thread has dropped what it attached to', async (scope) => {
  const session = await served(scope);
  session.main().catch(() => {});
  const call = async () => {
    assert.ok(session.loopToken);
    return (await attach(session.loopToken)).add?.(1n, 2n);
  };
  for (let i = 0; i < 5; i++) {
    assert.equal(await deadline(call(), 2000, 'the call'), 3n);
    for (let turn = 0; turn < 10; turn++) {
      await sleep(5);
      gc();
    }
  }
});

test('leave nothing behind', async (scope) => {
  const { remote } = await served(scope);
  const call = async () => new WeakRef((await remote.operations.getattr?.(1n)) as object);
  const result = await call();
  const isGone = () => {
    gc();
    return result.deref() === undefined;
  };
  await until(isGone, 3000, 'the end of a result');
});
