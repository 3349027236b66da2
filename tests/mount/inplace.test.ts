/** The loop waits for requests in the event loop's place: neither may starve the other. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { mount, type Session } from 'wasmfuse';
import type InPlaceFs from '../fixtures/inplace.js';
import { MANY, TIMER_MS } from '../fixtures/inplace.js';
import { deadline, until } from '../helpers/deadline.js';
import { mountModule, mountpointOf } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { wakeUps } from '../helpers/sleeps.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/inplace.js', import.meta.url);
/** Much less than a client that never pauses goes on here. */
const SOON_MS = 2000;

const test = suite('in place');

async function served(scope: Scope, workers = 1) {
  const dir = mountpointOf(scope);
  const session = await mount(MODULE, dir, undefined, { workers });
  scope.after(() => session.close());
  const running = session.main();
  running.catch(() => {});
  await session.remote;
  const remote = session.remote as unknown as {
    [Name in 'counts' | 'timer' | 'later' | 'end']: (
      ...args: Parameters<InPlaceFs[Name]>
    ) => Promise<Awaited<ReturnType<InPlaceFs[Name]>>>;
  };
  return { file: `${dir}/file`, session, running, remote };
}

/** A client that asks without a pause until the end of the test. */
async function hammer(scope: Scope, session: Session, file: string): Promise<void> {
  const script = `for (;;) try { fs.statSync(${JSON.stringify(file)}) } catch { process.exit() }`;
  const client = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  scope.after(() => client.kill('SIGKILL'));
  const requests = () => session.stats().requests.getattr ?? 0;
  // Some of them are about the root.
  await until(() => requests() > 3 * MANY, 5000, 'requests');
}

function look(file: string): void {
  for (let i = 0; i < MANY; i++) statSync(file);
}

test('timers fire and messages arrive while a client asks without a pause', async (scope) => {
  const { file, session, remote } = await served(scope);
  await hammer(scope, session, file);
  await deadline(remote.later(TIMER_MS), SOON_MS, 'a timer and a message');
  const took = (await deadline(remote.timer(), SOON_MS, 'a message')) as number;
  assert.ok(took >= TIMER_MS - 1 && took < SOON_MS, `${took} ms`);
});

test('timers fire and messages arrive while a client keeps two threads busy', async (scope) => {
  const { file, session, remote } = await served(scope, 2);
  await hammer(scope, session, file);
  await deadline(remote.later(TIMER_MS), SOON_MS, 'a timer and a message');
});

test('timers fire and messages arrive while the thread waits for a request', async (scope) => {
  const { file, remote } = await served(scope);
  look(file);
  await deadline(remote.later(TIMER_MS), SOON_MS, 'a timer and a message');
  await sleep(TIMER_MS);
  look(file);
  const took = (await deadline(remote.timer(), SOON_MS, 'a message')) as number;
  assert.ok(took >= TIMER_MS - 1 && took < SOON_MS, `${took} ms`);
});

test('a timer that a handler sets fires without a further request', async (scope) => {
  const { file, remote } = await served(scope);
  look(file);
  await sleep(TIMER_MS * 10);
  const took = (await remote.timer()) as number;
  assert.ok(took >= TIMER_MS - 1 && took < TIMER_MS * 10, `${took} ms`);
});

test('promises and ticks that handlers leave behind are run', async (scope) => {
  const { file, remote } = await served(scope);
  look(file);
  assert.deepEqual(await remote.counts(), [MANY, MANY]);
});

test('terminate() ends main() while a client asks without a pause', async (scope) => {
  const { file, session, running, remote } = await served(scope);
  await hammer(scope, session, file);
  remote.end().catch(() => {});
  await deadline(running, SOON_MS, 'main()');
});

test('terminate() ends main() while the thread waits for a request', async (scope) => {
  const { file, session, running } = await served(scope);
  look(file);
  await sleep(TIMER_MS);
  session.terminate();
  await deadline(running, SOON_MS, 'main()');
});

test('an idle mount wakes up no thread', async (scope) => {
  const { dir, pid } = await mountModule(scope, MODULE);
  look(`${dir}/file`);
  const windows = await wakeUps(pid);
  assert.equal(windows.at(-1), 0, `wake-ups a second: ${windows}`);
});
