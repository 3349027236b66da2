import { strict as assert } from 'node:assert';
import { errno, FUSEError } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import type { Agreement } from '#dist/session/handshake.js';
import type { ConnectionInfo, RequestContext } from '#dist/types.js';
import { until } from '../helpers/deadline.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { opcodes, pack } from './wire.js';

const test = suite('a server that joins another');

class Tuned extends Operations {
  inits = 0;
  constructor(readonly maxWrite: number) {
    super();
  }
  override async init(connection: ConnectionInfo) {
    this.inits++;
    connection.maxWrite = this.maxWrite;
  }
  override statfs(): never {
    throw new FUSEError('EDQUOT');
  }
}

async function agreement(scope: Scope): Promise<Agreement> {
  const { server } = await begun(scope);
  return (await server.agreed) as Agreement;
}

async function begun(scope: Scope): Promise<Kernel> {
  const kernel = new Kernel(scope, new Tuned(65_536));
  await kernel.init();
  return kernel;
}

test('serves without an INIT of its own, and answers none', async (scope) => {
  const fs = new Tuned(65_536);
  const kernel = new Kernel(scope, fs, {}, await agreement(scope));
  const { error } = await kernel.ask(opcodes.STATFS as number);
  assert.equal(error, errno.EDQUOT);
  assert.equal(fs.inits, 1);
  assert.equal(kernel.answers.length, 1);
});

test('must want the same', async (scope) => {
  const kernel = new Kernel(scope, new Tuned(131_072), {}, await agreement(scope));
  await assert.rejects(kernel.served, /decides otherwise/);
});

test('hands on interrupts that are not for its requests', async (scope) => {
  const kernel = new Kernel(scope, new Tuned(65_536), {}, await agreement(scope));
  const passed: Uint8Array[] = [];
  kernel.server.shares((bytes) => passed.push(bytes));
  const sent = kernel.send(opcodes.INTERRUPT as number, pack('fuse_interrupt_in', { unique: 77n }));
  const { error } = await kernel.ask(opcodes.STATFS as number);
  assert.equal(error, errno.EDQUOT);
  assert.equal(passed.length, 1);
  assert.deepEqual(kernel.answersTo(sent), [], 'the kernel would not know what is answered');
});

test('takes interrupts that another one has read', async (scope) => {
  let signal: AbortSignal | undefined;
  class Waiting extends Tuned {
    override access(_inode: bigint, _mode: number, ctx: RequestContext) {
      signal = ctx.signal;
      return new Promise<boolean>(() => {});
    }
  }
  const joined = await agreement(scope);
  const owner = new Kernel(scope, new Waiting(65_536), {}, joined);
  owner.server.shares(() => assert.fail('it is for this one'));
  const reader = new Kernel(scope, new Tuned(65_536), {}, joined);
  reader.server.shares((bytes) => owner.server.interrupt(bytes));
  const unique = owner.send(opcodes.ACCESS as number, pack('fuse_access_in', { mask: 4 }));
  await until(() => signal !== undefined, 1000, 'the request');
  reader.send(opcodes.INTERRUPT as number, pack('fuse_interrupt_in', { unique }));
  await until(() => signal?.aborted, 1000, 'the interrupt');
});

test('alone keeps such an interrupt, as its request may still come', async (scope) => {
  const kernel = await begun(scope);
  const early = kernel.send(
    opcodes.INTERRUPT as number,
    pack('fuse_interrupt_in', { unique: 78n }),
  );
  const other = await kernel.ask(opcodes.STATFS as number);
  assert.equal(other.error, errno.EDQUOT);
  assert.equal((await kernel.answer(early)).error, errno.EAGAIN, 'with the next request');
});
