import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { FUSEError } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import type { ConnectionInfo } from '#dist/types.js';
import { deadline } from '../helpers/deadline.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { placed } from './placement.js';
import { constant, opcodes, pack } from './wire.js';

const test = suite('INIT');
const has = (flags: number, name: string) => (flags & constant(name)) !== 0;

test('agrees on the protocol and on what pyfuse3 has', async (scope) => {
  const { major, minor, flags, max_write } = await new Kernel(
    scope,
    await placed(scope, new Operations()),
  ).init();
  assert.equal(major, constant('FUSE_KERNEL_VERSION'));
  assert.ok(Number(minor) >= 38, `minor ${minor}`);
  for (const name of [
    'ASYNC_READ',
    'ATOMIC_O_TRUNC',
    'BIG_WRITES',
    'EXPORT_SUPPORT',
    'DO_READDIRPLUS',
  ]) {
    assert.ok(has(flags, `FUSE_${name}`), name);
  }
  for (const name of [
    'READDIRPLUS_AUTO',
    'WRITEBACK_CACHE',
    'POSIX_ACL',
    'POSIX_LOCKS',
    'FLOCK_LOCKS',
  ]) {
    assert.ok(!has(flags, `FUSE_${name}`), name);
  }
  assert.equal(max_write, 1 << 20);
});

test('follows the switches of the filesystem', async (scope) => {
  const fs = Object.assign(new Operations(), {
    supportsDotLookup: false,
    enableWritebackCache: true,
    enableAcl: true,
  });
  const { flags } = await new Kernel(scope, await placed(scope, fs)).init();
  assert.ok(!has(flags, 'FUSE_EXPORT_SUPPORT'));
  assert.ok(has(flags, 'FUSE_WRITEBACK_CACHE'));
  assert.ok(has(flags, 'FUSE_POSIX_ACL'));
});

test('asks for locks only when there are handlers for them', async (scope) => {
  class Locking extends Operations {
    override getlk = () => {
      throw new FUSEError('EINVAL');
    };
    override setlk() {}
    override flock() {}
  }
  const { flags } = await new Kernel(scope, await placed(scope, new Locking())).init();
  assert.ok(has(flags, 'FUSE_POSIX_LOCKS'));
  assert.ok(has(flags, 'FUSE_FLOCK_LOCKS'));
});

test('shows the connection to init, and takes its changes', async (scope) => {
  let seen: ConnectionInfo | undefined;
  class Tuned extends Operations {
    override init(connection: ConnectionInfo) {
      seen = { ...connection };
      connection.maxWrite = 65_536;
      connection.maxBackground = 77;
      connection.congestionThreshold = 33;
      connection.timeGran = 1000;
      connection.maxReadahead = 4096;
    }
  }
  const out = await new Kernel(scope, await placed(scope, new Tuned())).init();
  assert.equal(seen?.protoMajor, constant('FUSE_KERNEL_VERSION'));
  assert.equal(seen?.protoMinor, constant('FUSE_KERNEL_MINOR_VERSION'));
  assert.equal((seen?.want ?? 0n) & ~(seen?.capable ?? 0n), 0n, 'wants what it can not have');
  const { max_write, max_background, congestion_threshold, time_gran, max_readahead } = out;
  assert.deepEqual(
    [max_write, max_background, congestion_threshold, time_gran, max_readahead],
    [65_536, 77, 33, 1000, 4096],
  );
});

test('never wants what the kernel can not do', async (scope) => {
  const fs = Object.assign(new Operations(), { enableWritebackCache: true, enableAcl: true });
  const { flags } = await new Kernel(scope, await placed(scope, fs)).init({
    flags: constant('FUSE_INIT_EXT'),
  });
  assert.equal(
    flags & ~(constant('FUSE_INIT_EXT') | constant('FUSE_BIG_WRITES')),
    0,
    flags.toString(2),
  );
});

test('that throws ends main() with the error', async (scope) => {
  class Broken extends Operations {
    override init() {
      throw new Error('no filesystem today');
    }
  }
  const kernel = new Kernel(scope, await placed(scope, new Broken()));
  kernel.send(opcodes.INIT as number, pack('fuse_init_in', { major: 7, minor: 40 }));
  await assert.rejects(kernel.served, /no filesystem today/);
});

test('may take its time, also to change the connection', async (scope) => {
  class Slow extends Operations {
    override async init(connection: ConnectionInfo) {
      await sleep(50);
      connection.maxWrite = 65_536;
    }
  }
  const kernel = new Kernel(scope, await placed(scope, new Slow()));
  const { max_write } = await kernel.init();
  assert.equal(max_write, 65_536);
  assert.notEqual((await kernel.ask(opcodes.STATFS as number)).error, 0, 'serves on');
});

test('that rejects ends main() with the error', async (scope) => {
  class Broken extends Operations {
    override async init() {
      await sleep(10);
      throw new Error('no filesystem tomorrow');
    }
  }
  const kernel = new Kernel(scope, await placed(scope, new Broken()));
  kernel.send(opcodes.INIT as number, pack('fuse_init_in', { major: 7, minor: 40 }));
  await assert.rejects(kernel.served, /no filesystem tomorrow/);
});

test('that never settles is left behind by close()', async (scope) => {
  class Endless extends Operations {
    override init = () => new Promise<void>(() => {});
  }
  const kernel = new Kernel(scope, await placed(scope, new Endless()));
  kernel.send(opcodes.INIT as number, pack('fuse_init_in', { major: 7, minor: 40 }));
  await sleep(50);
  await deadline(kernel.close(), 1000, 'close()');
  await kernel.served;
});

test('may come after terminate() and another main()', async (scope) => {
  const kernel = new Kernel(scope, new Operations());
  kernel.server.terminate();
  await deadline(kernel.served, 1000, 'main()');
  const again = kernel.server.main(1, 1);
  await kernel.init();
  kernel.server.terminate();
  await deadline(again, 1000, 'main()');
});

test('that is at work when terminate() comes is still answered', async (scope) => {
  class Slow extends Operations {
    override init = () => sleep(50);
  }
  const kernel = new Kernel(scope, new Slow());
  const answered = kernel.init();
  await sleep(10);
  kernel.server.terminate();
  await deadline(kernel.served, 1000, 'main()');
  await answered;
});

test('of a kernel that is too old ends main() with an error', async (scope) => {
  const kernel = new Kernel(scope, await placed(scope, new Operations()));
  const unique = kernel.send(opcodes.INIT as number, pack('fuse_init_in', { major: 6, minor: 0 }));
  assert.notEqual((await kernel.answer(unique)).error, 0);
});

test('of a newer major version is answered with ours, and tried again', async (scope) => {
  const kernel = new Kernel(scope, await placed(scope, new Operations()));
  const first = await kernel.init({ major: 99 });
  assert.equal(first.major, constant('FUSE_KERNEL_VERSION'));
  const second = await kernel.init();
  assert.ok(has(second.flags, 'FUSE_BIG_WRITES'));
});

test('comes first: a request before it is refused', async (scope) => {
  const kernel = new Kernel(scope, await placed(scope, new Operations()));
  const { error } = await kernel.ask(opcodes.GETATTR as number, pack('fuse_getattr_in'));
  assert.notEqual(error, 0);
});
