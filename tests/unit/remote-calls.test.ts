import { strict as assert } from 'node:assert';
import { lstatSync } from 'node:fs';
import { type Attributes, type ConnectionInfo, FUSEError, type Operations } from 'wasmfuse';
import { opTable } from '#dist/session/optable.js';
import { connected } from '../helpers/connected.js';
import { contextOf } from '../helpers/context.js';
import { until } from '../helpers/deadline.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';

const ctx = contextOf();

/** The result of one handler, whatever its type, called from the other side of a port. */
async function through(scope: Scope, name: string, result: unknown, ...args: unknown[]) {
  const { operations } = await connected(scope, { [name]: () => result });
  const handler = (operations as unknown as Record<string, CallableFunction>)[name];
  return handler?.(...args, ctx) as Promise<unknown>;
}

const arguments_ = suite('arguments of remote handlers');

arguments_('arrive as they are, with the whole context', async (scope) => {
  const seen: unknown[][] = [];
  const note = (...args: unknown[]) => void seen.push(args);
  const { operations } = await connected(scope, { rename: note, forget: note });
  const name = 'a\udcffb';
  await operations.rename(1n, name, 2n ** 64n - 1n, 'c', 2, ctx);
  await operations.forget([[5n, 2n ** 64n - 1n]], ctx);
  const { signal: _signal, ...fields } = ctx;
  assert.deepEqual(seen[0]?.slice(0, -1), [1n, name, 2n ** 64n - 1n, 'c', 2]);
  assert.deepEqual({ ...(seen[0]?.at(-1) as object) }, fields);
  assert.deepEqual(seen[1]?.[0], [[5n, 2n ** 64n - 1n]]);
});

arguments_('that are data arrive as a Buffer of their own', async (scope) => {
  const memory = new ArrayBuffer(1 << 20);
  const data = Buffer.from(memory, 100, 5);
  data.write('hello');
  let kept: Buffer | undefined;
  const { operations } = await connected(scope, {
    write(_fh: bigint, _offset: number, bytes: Buffer) {
      kept = bytes;
      return bytes.length;
    },
  });
  assert.equal(await operations.write(1n, 0, data, ctx), 5);
  data.write('later');
  assert.equal(kept?.toString(), 'hello');
  assert.equal(kept?.buffer.byteLength, 5);
  assert.equal(memory.byteLength, 1 << 20);
});

arguments_('of init are open for change, also by an async one', async (scope) => {
  const { operations } = await connected(scope, {
    async init(info: ConnectionInfo) {
      await undefined;
      info.want |= 8n;
      info.maxWrite = 4096;
    },
  });
  const info = { want: 1n, capable: 15n, maxWrite: 1 << 20, mountpoint: '/m' } as ConnectionInfo;
  await operations.init(info);
  assert.deepEqual(info, { want: 9n, capable: 15n, maxWrite: 4096, mountpoint: '/m' });
});

const results = suite('results of remote handlers');

results('have the attributes of a BigIntStats', async (scope) => {
  const stats = lstatSync('/etc/passwd', { bigint: true });
  const got = (await through(scope, 'getattr', stats, 1n)) as Attributes;
  for (const field of ['ino', 'mode', 'size', 'mtimeNs', 'nlink', 'blocks'] as const) {
    assert.equal(got[field], stats[field], field);
  }
});

results('have accessors, and nothing of the object beyond', async (scope) => {
  class Node {
    children = new Map([['x', () => {}]]);
    get ino() {
      return 9n;
    }
    get size() {
      return 3;
    }
  }
  const node = { ino: 9n, size: 3 };
  assert.deepEqual(await through(scope, 'lookup', new Node(), 1n, 'x'), node);
  const pair = [Object.assign(new Node(), { fh: 4 }), new Node()];
  assert.deepEqual(await through(scope, 'create', pair, 1n, 'x', 0, 0), [{ fh: 4 }, node]);
});

results('are bytes without the buffer they lie in', async (scope) => {
  const whole = Buffer.alloc(1 << 20, 'x');
  const slice = whole.subarray(10, 15);
  for (const name of ['read', 'getxattr', 'readlink']) {
    const args = name === 'read' ? [1n, 0, 10, Buffer.alloc(10)] : [1n, 'user.x'];
    const got = (await through(scope, name, slice, ...args)) as Uint8Array;
    assert.equal(Buffer.from(got).toString(), 'xxxxx', name);
    assert.equal(got.buffer.byteLength, 5, name);
  }
  const data = { result: 1, data: slice };
  const got = (await through(scope, 'ioctl', data, 1n, 1, 1, slice, 5)) as { data: Uint8Array };
  assert.equal(got.data.buffer.byteLength, 5);
  assert.equal(whole.toString('latin1', 0, 20), 'x'.repeat(20));
});

results('may be any iterable of names', async (scope) => {
  function* generated() {
    yield 'user.a';
    yield Buffer.from('user.b');
  }
  const map = new Map([['user.a', 1]]);
  assert.deepEqual(await through(scope, 'listxattr', map.keys(), 1n), ['user.a']);
  assert.deepEqual(await through(scope, 'listxattr', new Set(['user.c']), 1n), ['user.c']);
  const both = (await through(scope, 'listxattr', generated(), 1n)) as Uint8Array[];
  assert.deepEqual(both.map(String), ['user.a', String(new Uint8Array(Buffer.from('user.b')))]);
});

results('of every other kind arrive too', async (scope) => {
  const cases: [name: string, result: unknown, arrives: unknown, ...args: unknown[]][] = [
    ['readlink', 'target', 'target', 1n],
    ['opendir', 5n, 5n, 1n],
    ['open', { fh: 1n, directIo: true, more: 1 }, { fh: 1n, directIo: true }, 1n, 0],
    ['statfs', { bsize: 512, blocks: 5n }, { bsize: 512, blocks: 5n }],
    ['access', 'yes', true, 1n, 4],
    ['write', 3, 3, 1n, 0, Buffer.from('abc')],
    ['getlk', { type: 2, pid: 5 }, { type: 2, pid: 5 }, 1n, { type: 1, start: 0n, length: 0n }],
    ['lseek', 2 ** 40, 2 ** 40, 1n, 0, 3],
    ['bmap', 2n ** 63n, 2n ** 63n, 1n, 512, 0n],
    ['ioctl', 7, 7, 1n, 0, 0, Buffer.alloc(0), 0],
    ['unlink', { anything: () => {} }, undefined, 1n, 'x'],
    ['getattr', undefined, undefined, 1n],
    ['getattr', 'text', 'text', 1n],
  ];
  for (const [name, result, arrives, ...args] of cases) {
    assert.deepEqual(await through(scope, name, result, ...args), arrives, name);
  }
});

results('that cannot cross are an error, never silence', async (scope) => {
  const args: Record<string, unknown[]> = {
    read: [1n, 0, 1, Buffer.alloc(1)],
    readdir: [1n, 0n, { size: 0, withAttributes: false }],
    poll: [1n, 1n, null],
    ioctl: [1n, 0, 0, Buffer.alloc(0), 0],
  };
  const ignored = ['done', 'nothing', 'listing', 'allowed'];
  for (const { handler, reply } of Object.values(opTable)) {
    if (ignored.includes(reply.name)) continue;
    const given = args[handler] ?? [1n, 'x', 0, 0];
    const call = () => through(scope, handler, () => {}, ...given);
    await assert.rejects(call, new RegExp(`${handler} returned what can't cross`));
  }
});

const errors = suite('errors of remote handlers');

errors('keep errno, code, class and message', async (scope) => {
  const { operations } = await connected(scope, {
    unlink: () => Promise.reject(new FUSEError('EXDEV')),
    rmdir() {
      throw Object.assign(new Error('from fs'), { code: 'ENOTEMPTY' });
    },
    statfs() {
      throw new RangeError('a fault');
    },
    fsync: () => Promise.reject('a string'),
    flush() {
      throw Proxy.revocable({}, {}).proxy;
    },
    release() {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      throw proxy;
    },
  } as unknown as Operations);
  const call = (result: unknown) => result as Promise<unknown>;
  await assert.rejects(call(operations.unlink(1n, 'x', ctx)), new FUSEError('EXDEV'));
  await assert.rejects(call(operations.rmdir(1n, 'x', ctx)), { code: 'ENOTEMPTY' });
  await assert.rejects(call(operations.statfs(ctx)), { name: 'RangeError', message: 'a fault' });
  const thrown = await call(operations.fsync(1n, false, ctx)).catch((error) => error);
  assert.equal(thrown, 'a string');
  for (const exotic of [operations.flush(1n, ctx), operations.release(1n, ctx)]) {
    await assert.rejects(call(exotic), () => true);
  }
});

const signals = suite('the signal of a remote handler');

/** A handler that ends when its caller is interrupted, and one more such call. */
async function waiting(scope: Scope) {
  const signals: AbortSignal[] = [];
  const { operations } = await connected(scope, {
    async fsync(_fh: bigint, late: boolean, context: typeof ctx) {
      if (late) await new Promise((resolve) => setTimeout(resolve, 20));
      const { signal } = context;
      signals.push(signal);
      await until(() => signal.aborted, 2000, 'the interrupt');
      throw new FUSEError('EINTR');
    },
    async flush(_fh: bigint, context: typeof ctx) {
      setTimeout(() => signals.push(context.signal), 20);
    },
  } as unknown as Operations);
  return { operations, signals };
}

signals('fires for its own call only', async (scope) => {
  const { operations, signals } = await waiting(scope);
  const [one, two] = [new AbortController(), new AbortController()];
  const first = operations.fsync(1n, false, contextOf({ signal: one.signal }));
  const second = operations.fsync(1n, false, contextOf({ signal: two.signal }));
  await until(() => signals.length === 2, 2000, 'two calls');
  two.abort();
  await assert.rejects(second as Promise<void>, { code: 'EINTR' });
  assert.equal(signals[0]?.aborted, false);
  one.abort();
  await assert.rejects(first as Promise<void>, { code: 'EINTR' });
});

signals('fires when the interrupt came before it was asked for', async (scope) => {
  const { operations } = await waiting(scope);
  const context = contextOf({ signal: AbortSignal.abort() });
  await assert.rejects(operations.fsync(1n, true, context) as Promise<void>, { code: 'EINTR' });
});

signals('is not asked for unless the handler does', async (scope) => {
  const { operations } = await connected(scope, { statfs: () => ({}) });
  const context = Object.defineProperty({ ...ctx }, 'signal', {
    get: () => assert.fail('asked for'),
  });
  assert.deepEqual(await operations.statfs(context), {});
});

signals('never fires once the handler has settled', async (scope) => {
  const { operations, signals } = await waiting(scope);
  const controller = new AbortController();
  await operations.flush(1n, contextOf({ signal: controller.signal }));
  controller.abort();
  const signal = await until(() => signals[0], 2000, 'the late signal');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(signal.aborted, false);
});
