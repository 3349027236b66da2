import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as Comlink from 'comlink';
import { type PollHandle, type RequestContext, terminate } from 'wasmfuse';
import { type RemoteEndpoint, RemoteFilesystem } from '#dist/remote.js';
import { endpointOf } from '#dist/rpc.js';
import { connected, inThread } from '../helpers/connected.js';
import { contextOf } from '../helpers/context.js';
import { deadline, until } from '../helpers/deadline.js';
import { exposed, exposedHere } from '../helpers/exposed.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const ctx = contextOf();
const gate = new URL('../fixtures/gate.js', import.meta.url);

/** A filesystem in a thread whose reads take long. */
function slow(scope: Scope) {
  const dir = mkdtempSync(join(tmpdir(), 'remote-'));
  scope.after(() => rmSync(dir, { recursive: true }));
  return inThread(scope, gate, { log: join(dir, 'log'), ms: 60_000, interruptible: true });
}

const life = suite('RemoteFilesystem');

life('fails calls when the other thread ends', async (scope) => {
  const { filesystem, operations, end } = await slow(scope);
  const read = (fh: bigint) => operations.read(fh, 0, 1, Buffer.alloc(1), ctx);
  const pending = Promise.allSettled([read(1n), read(2n)]);
  await operations.open(2n, 0, ctx);
  await end();
  const reason = /remote handlers has ended/;
  for (const call of await deadline(pending, 2000, 'the calls')) {
    assert.match(String(call.status === 'rejected' && call.reason), reason);
  }
  assert.match((await deadline(filesystem.lost, 2000, 'lost')).message, reason);
  const next = Promise.resolve(operations.getattr(1n, ctx));
  await assert.rejects(deadline(next, 2000, 'the next call'), reason);
});

life('tells of a thread that had ended before it was first called', async (scope) => {
  const { remote, worker } = exposed(gate, { log: '/dev/null', ms: 0 });
  scope.after(() => worker.terminate());
  const endpoint = await endpointOf(remote);
  await worker.terminate();
  const { operations } = new RemoteFilesystem(endpoint);
  const call = Promise.resolve(operations.getattr(1n, ctx));
  await assert.rejects(deadline(call, 2000, 'the call'), /has ended/);
});

life('goes through any thread that an endpoint is passed to', async (scope) => {
  const { remote, worker } = exposed(gate, { log: '/dev/null', ms: 0 });
  scope.after(() => worker.terminate());
  const endpoint = await endpointOf(remote);
  const pass = { pass: (it: RemoteEndpoint) => it };
  const middle = exposedHere(scope, pass) as unknown as Comlink.Remote<typeof pass>;
  const passed = (await middle.pass(endpoint)) as RemoteEndpoint;
  const filesystem = new RemoteFilesystem(passed);
  assert.equal((await filesystem.operations.getattr(1n, ctx)).ino, 1n);
  filesystem.close();
  const late = await endpointOf(remote);
  await worker.terminate();
  await until(() => late.isClosed, 2000, 'the end of the port');
  await assert.rejects(async () => middle.pass(late), /has ended/);
});

life('fails calls that are pending when it is closed, and is not lost', async (scope) => {
  const { filesystem, operations } = await slow(scope);
  let isLost = false;
  filesystem.lost.then(() => {
    isLost = true;
  });
  const call = operations.read(2n, 0, 1, Buffer.alloc(1), ctx);
  filesystem.close();
  filesystem.close();
  await assert.rejects(deadline(call, 2000, 'the call'), /session is closed/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(isLost, false);
});

life('keeps a thread alive until it is closed, and no longer', async (scope) => {
  const { remote, worker } = exposed(gate, { log: '/dev/null', ms: 0 });
  scope.after(() => worker.terminate());
  const filesystem = new RemoteFilesystem(await endpointOf(remote));
  const ended = once(worker, 'exit');
  remote[Comlink.releaseProxy]();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await filesystem.operations.getattr(1n, ctx)).ino, 1n);
  filesystem.close();
  assert.deepEqual(await deadline(ended, 5000, 'the end of the thread'), [0]);
});

life('hears of terminate() in the other thread, until it is closed', async (scope) => {
  let count = 0;
  const endpoint = await endpointOf(exposedHere(scope, { fsync: () => terminate() }));
  const filesystem = new RemoteFilesystem(endpoint, () => count++);
  await filesystem.operations.fsync(1n, false, ctx);
  assert.equal(count, 1);
  filesystem.close();
  await until(
    () => {
      try {
        terminate();
      } catch (error) {
        return /Need to call init/.test(String(error));
      }
    },
    2000,
    'the end',
  );
  assert.equal(count, 1);
});

life('interrupts what handlers still do when it is closed', async (scope) => {
  const signals: AbortSignal[] = [];
  const filesystem = await connected(scope, {
    fsync: (_fh: bigint, _datasync: boolean, context: RequestContext) => {
      signals.push(context.signal);
      return new Promise<void>(() => {});
    },
  });
  const call = Promise.resolve(filesystem.operations.fsync(1n, false, ctx));
  call.catch(() => {});
  const signal = await until(() => signals[0], 2000, 'the call');
  filesystem.close();
  await until(() => signal.aborted, 2000, 'the interrupt');
});

const polls = suite('a poll handle in another thread');

/** What poll is given behind a port, and what comes of it here. */
async function polled(scope: Scope, notify: () => Promise<void>) {
  const handles: (PollHandle | null)[] = [];
  const filesystem = await connected(scope, {
    poll(_inode: bigint, _fh: bigint, handle: PollHandle | null) {
      handles.push(handle);
      return 4;
    },
  });
  const ask = (handle: PollHandle | null) => filesystem.operations.poll(1n, 1n, handle, ctx);
  assert.equal(await ask({ notify }), 4);
  return { filesystem, handles, ask };
}

polls('notifies once, after poll has answered', async (scope) => {
  let count = 0;
  const { handles } = await polled(scope, async () => {
    count++;
  });
  assert.equal(count, 0);
  await handles[0]?.notify();
  assert.equal(count, 1);
  await assert.rejects(handles[0]?.notify() as Promise<void>, /has been notified/);
});

polls('is null when nobody waits', async (scope) => {
  const { handles, ask } = await polled(scope, async () => {});
  await ask(null);
  assert.equal(handles[1], null);
});

polls('passes on why it could not notify', async (scope) => {
  const { handles } = await polled(scope, () => Promise.reject(new RangeError('no')));
  await assert.rejects(handles[0]?.notify() as Promise<void>, { name: 'RangeError' });
});

polls('says so when the session has closed, before or meanwhile', async (scope) => {
  const { filesystem, handles, ask } = await polled(scope, () => new Promise(() => {}));
  await ask({ notify: async () => {} });
  const waiting = handles[0]?.notify() as Promise<void>;
  waiting.catch(() => {});
  await ask(null);
  filesystem.close();
  await assert.rejects(deadline(waiting, 2000, 'notify'), /is closed/);
  await assert.rejects(handles[1]?.notify() as Promise<void>, /is closed/);
});

polls('is let go of here when the other side has dropped it', async (scope) => {
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  const filesystem = await connected(scope, { poll: () => 0 });
  let handle: PollHandle | undefined = { notify: async () => {} };
  const kept = new WeakRef(handle);
  await filesystem.operations.poll(1n, 1n, handle, ctx);
  handle = undefined;
  const isGone = () => {
    gc();
    return kept.deref() === undefined;
  };
  await until(isGone, 5000, 'the end of the handle');
});
