import { strict as assert } from 'node:assert';
import { errno, FUSEError } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import type { Agreement } from '#dist/session/handshake.js';
import type { ConnectionInfo } from '#dist/types.js';
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

test('gives interrupts back that are not for its requests', async (scope) => {
  const kernel = new Kernel(scope, new Tuned(65_536), {}, await agreement(scope));
  const stray = kernel.send(
    opcodes.INTERRUPT as number,
    pack('fuse_interrupt_in', { unique: 77n }),
  );
  assert.equal((await kernel.answer(stray)).error, errno.EAGAIN);
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
