import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as fuse from 'wasmfuse';
import { shim } from '#dist/session/shim.js';
import type { Wish } from '../fixtures/attacher.js';
import TellerFs from '../fixtures/teller.js';
import { deadline } from '../helpers/deadline.js';
import { Gate } from '../helpers/gate.js';
import { mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { startSyscall } from '../helpers/syscall.js';

const MODULE = new URL('../fixtures/teller.js', import.meta.url);
const ATTACHER = new URL('../fixtures/attacher.js', import.meta.url);

interface Reply {
  result?: unknown;
  error?: { name: string; message: string; code?: string };
}

type Token = fuse.LoopToken;

/** A thread that has nothing to do with any session. */
function foreign(scope: Scope) {
  const worker = new Worker(ATTACHER);
  scope.after(() => worker.terminate());
  return async (wish: Wish, transfer: Token[] = []): Promise<Reply> => {
    worker.postMessage(wish, transfer);
    const [reply] = await deadline(once(worker, 'message'), 5000, wish.call);
    return reply as Reply;
  };
}

function tokenOf({ loopToken }: { loopToken: Token | null }): Token {
  assert.ok(loopToken !== null, 'a token while main() runs');
  return loopToken;
}

async function serve(scope: Scope, filesystem: fuse.Filesystem, config?: fuse.SessionConfig) {
  const dir = mountpointOf(scope);
  const session = await fuse.mount(filesystem, dir, undefined, { closeTimeout: 200, ...config });
  scope.after(() => session.close());
  assert.equal(session.loopToken, null);
  const running = session.main();
  running.catch(() => {});
  return { dir, session, running, token: tokenOf(session) };
}

for (const placement of ['a worker', 'three workers', 'the main thread']) {
  const test = suite(`loopToken of ${placement}`);
  const filesystem = () => (placement === 'the main thread' ? new TellerFs() : MODULE);
  const config = { workers: placement === 'three workers' ? 3 : 1 };

  test('lets another thread call the filesystem, in its own thread', async (scope) => {
    const { token } = await serve(scope, filesystem(), config);
    const ask = foreign(scope);
    const { result: loop } = await ask({ token, call: 'thread' });
    const { result: own } = await ask({ call: 'own thread' });
    assert.equal(typeof loop, 'number');
    assert.notEqual(loop, own);
    assert.equal(loop === 0, placement === 'the main thread');
    assert.deepEqual(await ask({ call: 'add', args: [1n, 2n ** 63n] }), { result: 2n ** 63n + 1n });
    assert.equal((await ask({ call: 'hasToken' })).result, placement !== 'the main thread');
  });

  test('passes errors on', async (scope) => {
    const { token } = await serve(scope, filesystem(), config);
    const ask = foreign(scope);
    const { error } = await ask({ token, call: 'refuse' });
    assert.equal(error?.code, 'EDQUOT');
    const missing = await ask({ call: 'nonsense' });
    assert.equal(missing.error?.name, 'TypeError');
  });

  test('gives statistics', async (scope) => {
    const { dir, token, session } = await serve(scope, filesystem(), config);
    const call = await startSyscall(scope, 'pread', `${dir}/text`, 0, 4);
    await call.line();
    const { result } = await foreign(scope)({ token, call: 'stats' });
    assert.equal((result as fuse.SessionStats).requests.read, 1);
    assert.equal((result as fuse.SessionStats).workers, session.stats().workers);
  });

  test('terminates', async (scope) => {
    const { token, running, session } = await serve(scope, filesystem(), config);
    const ask = foreign(scope);
    assert.deepEqual(await ask({ token, call: 'terminate' }), { result: undefined });
    await deadline(running, 3000, 'main()');
    assert.equal(session.loopToken, null);
    for (const wish of [{ call: 'thread' }, { call: 'terminate' }, { token, call: 'thread' }]) {
      assert.match((await ask(wish)).error?.message ?? '', /stale/);
    }
  });

  test('makes a call that waits fail when main() ends', async (scope) => {
    const { token, session, running } = await serve(scope, filesystem(), config);
    const waiting = foreign(scope)({ token, call: 'forever' });
    await sleep(100);
    session.terminate();
    await running;
    assert.match((await waiting).error?.message ?? '', /stale/);
  });

  test('may be transferred, and is there again', async (scope) => {
    const { token, session } = await serve(scope, filesystem(), config);
    assert.equal(session.loopToken, token);
    const first = await foreign(scope)({ token, call: 'thread' }, [token]);
    assert.equal(token.byteLength, 0);
    const again = tokenOf(session);
    assert.deepEqual(await foreign(scope)({ token: again, call: 'thread' }, [again]), first);
  });

  test('has its likeness in session.remote', async (scope) => {
    const { session } = await serve(scope, filesystem(), config);
    const remote = session.remote as unknown as fuse.LoopRemote<TellerFs>;
    assert.equal(await remote.operations.add(2n, 3n), 5n);
    assert.equal(await remote.add(2n, 3n), 5n);
    assert.equal((await remote.stats()).workers, config.workers);
    await assert.rejects(async () => remote.refuse(), { code: 'EDQUOT' });
    const { nonsense } = remote.operations as unknown as { nonsense(): Promise<unknown> };
    await assert.rejects(nonsense, { name: 'TypeError', message: /nonsense is no method/ });
  });

  test('calls methods also by names that Comlink has for itself', async (scope) => {
    const { token, session } = await serve(scope, filesystem(), config);
    for (const remote of [session.remote, await fuse.attach(token)]) {
      assert.equal(await remote.operations.bind?.('this'), 'bound to this');
      const { nonsense } = remote.operations;
      await assert.rejects(async () => nonsense?.(), /nonsense is no method/);
    }
  });
}

const test = suite('attach()');

test('waits for a thread that is busy', async (scope) => {
  const gate = new Gate(scope);
  const { dir, token } = await serve(scope, MODULE, { data: { gate: gate.memory } });
  const call = await startSyscall(scope, 'pread', `${dir}/held`, 0, 8);
  await gate.holds(1);
  const attaching = foreign(scope)({ token, call: 'add', args: [1n, 1n] });
  await sleep(300);
  gate.open();
  assert.deepEqual(await attaching, { result: 2n });
  await call.line();
});

test('refuses what is no token', async () => {
  for (const wrong of [null, {}, 'text', new ArrayBuffer(3), new Uint8Array(3)]) {
    await assert.rejects(fuse.attach(wrong as unknown as Token), TypeError);
  }
});

test('works in the same thread, and keeps no thread alive', async (scope) => {
  const { token } = await serve(scope, MODULE);
  const remote = await fuse.attach<TellerFs>(token);
  assert.equal(await remote.add(1n, 1n), 2n);
  const worker = new Worker(ATTACHER, { workerData: { token, call: 'thread' } satisfies Wish });
  scope.after(() => worker.terminate());
  const [[reply]] = await deadline(
    Promise.all([once(worker, 'message'), once(worker, 'exit')]),
    5000,
    'its end',
  );
  assert.equal(typeof (reply as Reply).result, 'number');
});

test('works by the token of the module functions', async (scope) => {
  assert.equal(fuse.loopToken, null);
  const dir = mountpointOf(scope);
  await fuse.init(MODULE, dir);
  scope.after(() => fuse.close());
  assert.equal(fuse.loopToken, null);
  const running = fuse.main();
  const token = tokenOf(fuse);
  await foreign(scope)({ token, call: 'terminate' });
  await deadline(running, 3000, 'main()');
  assert.equal(fuse.loopToken, null);
});

test('that can not be made leaves main() to be called again', async (scope) => {
  const session = await fuse.mount(new TellerFs(), mountpointOf(scope));
  scope.after(() => session.close());
  const calls = shim as unknown as Record<string, unknown>;
  const { pipe } = calls;
  calls.pipe = () => -constants.errno.EMFILE;
  await assert.rejects(session.main(), { code: 'EMFILE' }).finally(() => {
    calls.pipe = pipe;
  });
  const running = session.main();
  session.terminate();
  await deadline(running, 3000, 'main()');
});

test('refuses a token once another file has its descriptor', async (scope) => {
  const { token, session, running } = await serve(scope, MODULE);
  const copy = structuredClone(token);
  session.terminate();
  await running;
  // The next session's own token takes the number over.
  await serve(scope, MODULE);
  await assert.rejects(fuse.attach(copy), /stale/);
});
