import { strict as assert } from 'node:assert';
import { MessageChannel, Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { FUSEError, Operations } from 'wasmfuse';
import { isRemote } from '#dist/comlink.js';
import { handlers } from '#dist/handlers.js';
import { endpointOf } from '#dist/rpc.js';
import { supports } from '#dist/session/dispatch.js';
import { connected, inThread } from '../helpers/connected.js';
import { contextOf } from '../helpers/context.js';
import { exposedHere } from '../helpers/exposed.js';
import { suite } from '../helpers/suite.js';

const ctx = contextOf();

class Some extends Operations {
  override supportsDotLookup = false;
  override enableAcl = true;
  override getattr() {
    return { ino: 7n };
  }
  override async flock() {}
}

const remotes = suite('isRemote');

remotes('knows a remote from functions and objects', (scope) => {
  assert.equal(isRemote(exposedHere(scope, new Some())), true);
  for (const value of [Some, () => {}, new Some(), {}, null, undefined, 'file:///x.js']) {
    assert.equal(isRemote(value), false);
  }
});

const reaching = suite('endpointOf');

reaching('finds exactly the handlers that are no defaults', async (scope) => {
  const { operations } = await connected(scope, new Some());
  const found = [...handlers].filter((name) => supports(operations, name));
  assert.deepEqual(found.sort(), ['flock', 'getattr']);
  assert.throws(() => operations.statfs(ctx), { code: 'ENOSYS' });
  assert.equal(operations.init({} as never), undefined);
});

reaching('brings the switches of the class', async (scope) => {
  const { operations } = await connected(scope, new Some());
  const { supportsDotLookup, enableWritebackCache, enableAcl } = operations;
  assert.deepEqual([supportsDotLookup, enableWritebackCache, enableAcl], [false, false, true]);
});

reaching('takes a plain object, called as its methods are', async (scope) => {
  const plain = {
    size: 5,
    enableWritebackCache: true,
    getattr(ino: bigint) {
      return { ino, size: this.size };
    },
  };
  const { operations } = await connected(scope, plain);
  assert.deepEqual(await operations.getattr(3n, ctx), { ino: 3n, size: 5 });
  assert.equal(operations.enableWritebackCache, true);
  assert.equal(operations.supportsDotLookup, true);
  assert.equal(supports(operations, 'lookup'), false);
});

reaching('takes an object that a remote class has made', async (scope) => {
  const Remote = exposedHere(scope, Some) as unknown as new () => Promise<Some>;
  const made = (await new Remote()) as unknown as Comlink.Remote<Some>;
  const { port, handlers } = await endpointOf(made);
  port.close();
  assert.ok(handlers.includes('getattr'));
});

reaching('refuses a remote that is no filesystem', async (scope) => {
  const twice = exposedHere(scope, new Some());
  for (const object of [twice, {}, { lookup: 5 }, { data: 'getattr' }, Some, Object.create(null)]) {
    await assert.rejects(endpointOf(exposedHere(scope, object)), {
      name: 'TypeError',
      message: /none of the handlers/,
    });
  }
});

reaching(
  'refuses a thread that has not imported the package, and leaves it alone',
  async (scope) => {
    const source = `
    const { workerData } = require('node:worker_threads');
    require('comlink').expose({ getattr() {}, alive: () => true }, workerData);`;
    const { port1, port2 } = new MessageChannel();
    const options = { eval: true, workerData: port2, transferList: [port2] };
    const worker = new Worker(source, options);
    scope.after(() => worker.terminate());
    const remote = Comlink.wrap<{ alive(): boolean }>(port1 as unknown as Comlink.Endpoint);
    await assert.rejects(endpointOf(remote as Comlink.Remote<object>), /not imported wasmfuse/);
    assert.equal(await remote.alive(), true);
  },
);

reaching('waits for a thread that is about to import the package', async (scope) => {
  const source = `
    const { workerData } = require('node:worker_threads');
    require('comlink').expose({ getattr() {} }, workerData);
    setTimeout(() => import('wasmfuse'), 200);`;
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(source, { eval: true, workerData: port2, transferList: [port2] });
  scope.after(() => worker.terminate());
  const remote = Comlink.wrap<object>(port1 as unknown as Comlink.Endpoint);
  const { port, handlers: found } = await endpointOf(remote);
  scope.after(() => port.close());
  assert.deepEqual(found, ['getattr']);
});

reaching('does not wait for ever where nobody answers', async (scope) => {
  const { port1 } = new MessageChannel();
  scope.after(() => port1.close());
  const remote = Comlink.wrap<object>(port1 as unknown as Comlink.Endpoint);
  await assert.rejects(endpointOf(remote, 50), /does not answer for 50 ms/);
});

reaching('leaves what users do with Comlink as it is', async (scope) => {
  const own = {
    value: { open: true },
    method() {},
    filesystem: () => new Some(),
    plain: () => ({ read() {} }),
    both: () => Comlink.proxy({ getattr: () => 1 }),
    fails() {
      throw new FUSEError('EXDEV');
    },
  };
  const remote = exposedHere(scope, own) as unknown as Comlink.Remote<typeof own>;
  assert.deepEqual(await remote.value, { open: true });
  await assert.rejects(Promise.resolve(remote.method as unknown), /Unserializable/);
  await assert.rejects(Promise.resolve(remote.plain()), /Unserializable/);
  assert.equal((await remote.filesystem()) instanceof Operations, false);
  const proxied = (await remote.both()) as unknown as { getattr(): Promise<number> };
  assert.equal(await proxied.getattr(), 1);
  await assert.rejects(remote.fails() as unknown as Promise<void>, { code: 'EXDEV' });
});

const fixture = new URL('../fixtures/gate.js', import.meta.url);

reaching('reaches into another thread', async (scope) => {
  const { operations } = await inThread(scope, fixture, { log: '/dev/null', ms: 0 });
  assert.deepEqual(await operations.open(5n, 0, ctx), { fh: 5n, directIo: true });
  await assert.rejects(async () => operations.getattr(99n, ctx), {
    name: 'FUSEError',
    code: 'ENOENT',
  });
});
