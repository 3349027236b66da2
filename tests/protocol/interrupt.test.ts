import { strict as assert } from 'node:assert';
import { errno, FUSEError } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import type { RequestContext } from '#dist/types.js';
import { until } from '../helpers/deadline.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { placed } from './placement.js';
import { opcodes, pack } from './wire.js';

const READ = opcodes.READ as number;
const INTERRUPT = opcodes.INTERRUPT as number;
const body = pack('fuse_read_in', { fh: 1, size: 10 });

/** Reads that wait for their signal, and how often each was interrupted. */
class Waiting extends Operations {
  readonly signals: AbortSignal[] = [];
  asksForSignal = true;

  override read(...args: Parameters<Operations['read']>): Promise<Buffer> {
    const ctx = args[4];
    return new Promise((resolve, reject) => {
      if (!this.asksForSignal) setTimeout(() => resolve(Buffer.from('late')), 50);
      else {
        this.signals.push(ctx.signal);
        const end = () => reject(new FUSEError('EINTR'));
        if (ctx.signal.aborted) end();
        else ctx.signal.addEventListener('abort', end);
      }
    });
  }
}

async function serve(scope: Scope) {
  const fs = new Waiting();
  const kernel = new Kernel(scope, await placed(scope, fs));
  await kernel.init();
  /** The kernel numbers an interrupt as it likes; the request it is about is in its body. */
  const interrupt = (unique: bigint) =>
    kernel.send(INTERRUPT, pack('fuse_interrupt_in', { unique }), { unique: unique + 1n });
  return { fs, kernel, interrupt };
}

const test = suite('INTERRUPT');

test('fires the signal of its request only', async (scope) => {
  const { fs, kernel, interrupt } = await serve(scope);
  const first = kernel.send(READ, body);
  const second = kernel.send(READ, body);
  await until(() => fs.signals.length === 2, 1000, 'two reads');
  interrupt(second);
  assert.equal((await kernel.answer(second)).error, errno.EINTR);
  assert.equal(kernel.answersTo(first).length, 0);
  assert.deepEqual(
    fs.signals.map(({ aborted }) => aborted),
    [false, true],
  );
  interrupt(first);
  assert.equal((await kernel.answer(first)).error, errno.EINTR);
});

test('does nothing to a handler that does not ask for the signal', async (scope) => {
  const { fs, kernel, interrupt } = await serve(scope);
  fs.asksForSignal = false;
  const unique = kernel.send(READ, body);
  interrupt(unique);
  const { error, body: data } = await kernel.answer(unique);
  assert.deepEqual([error, data.toString()], [0, 'late']);
});

test('is remembered when it comes before its request', async (scope) => {
  const { fs, kernel, interrupt } = await serve(scope);
  const unique = 1000n;
  interrupt(unique);
  kernel.send(READ, body, { unique });
  await until(() => fs.signals.length === 1, 1000, 'a read');
  await until(() => fs.signals[0]?.aborted, 1000, 'the signal');
  assert.equal((await kernel.answer(unique)).error, errno.EINTR);
});

test('of a request that is answered is sent back', async (scope) => {
  const { fs, kernel, interrupt } = await serve(scope);
  fs.asksForSignal = false;
  const unique = kernel.send(READ, body);
  await kernel.answer(unique);
  const late = interrupt(unique);
  // libfuse sends it back, for the kernel to try again, once another request comes.
  await kernel.ask(opcodes.STATFS as number);
  assert.equal((await kernel.answer(late)).error, errno.EAGAIN);
  assert.equal(kernel.answersTo(unique).length, 1);
});

test('leaves a signal alone that is asked for after the answer', async (scope) => {
  let kept: RequestContext | undefined;
  class Keeping extends Operations {
    override statfs(ctx: RequestContext) {
      kept = ctx;
      return {};
    }
  }
  const kernel = new Kernel(scope, await placed(scope, new Keeping()));
  await kernel.init();
  await kernel.ask(opcodes.STATFS as number);
  assert.equal(kept?.signal.aborted, false);
  assert.equal((await kernel.ask(opcodes.STATFS as number)).error, 0);
});

test('fires for every request that close() abandons', async (scope) => {
  const { fs, kernel } = await serve(scope);
  const unique = kernel.send(READ, body);
  await until(() => fs.signals.length === 1, 1000, 'a read');
  await kernel.server.close(true, 200);
  await until(() => fs.signals[0]?.aborted, 1000, 'the signal');
  const [answer] = kernel.answersTo(unique);
  assert.ok(answer === undefined || [errno.EIO, errno.EINTR].includes(answer.error));
});
