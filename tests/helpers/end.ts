import { strict as assert } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import { DeadlineError, until } from './deadline.js';
import { Host } from './host.js';
import type { Settled } from './hosted.js';
import { unmount } from './mount.js';
import type { Scope } from './scope.js';
import { missingPrograms } from './sh.js';
import { suite } from './suite.js';
import { ONE, PLACES, type Place, Trial, type TrialOptions } from './trial.js';

/** Short, as tests wait for it. */
const CLOSE_MS = 200;
/** What close() takes beside waiting for handlers, on a busy machine. */
const SLACK_MS = 1500;
/** Beyond closeTimeout, what a thread gets to answer that does not. */
const THREAD_MS = 1000;
const LET_GO_MS = 3000;
/** Calls, each of some requests, until a session waits as it does for good. */
const SERVED = 12;

/** One way for a session to end while callers wait for it, and what must come of it. */
export interface End extends TrialOptions {
  title: string;
  /** A program without which it can't be tried. */
  needs?: string;
  /** What brings it about, unless a handler's deed does. */
  act?: (trial: Trial) => unknown;
  /** What callers in a handler get; the one whose handler does the deed may get something else. */
  callers: 'answered' | 'failed';
  doer?: 'answered' | 'failed';
  /** How main() settles; undefined when it does not, before close(). */
  main?: 'resolves' | RegExp;
  /** How main() settles by close(). */
  mainByClose?: 'resolves' | RegExp;
  /** Whether the mount stays until close(). */
  staysMounted: boolean;
  /** close() has to wait for handlers, or even for a thread that can't answer. */
  closeWaits?: 'for handlers' | 'for a thread';
  /** close(false), which leaves a dead mountpoint. */
  leavesMount?: true;
}

function checkMain({ reason }: Settled, expected: 'resolves' | RegExp): void {
  if (expected === 'resolves') assert.equal(reason, undefined, reason?.message);
  else assert.match(`${reason?.code ?? reason?.name}: ${reason?.message}`, expected);
}

function checkTime(ms: number, waits: End['closeWaits']): void {
  const least = waits === undefined ? 0 : CLOSE_MS - 10;
  const most = least + (waits === 'for a thread' ? THREAD_MS : 0) + SLACK_MS;
  assert.ok(ms >= least && ms <= most, `close() took ${ms} ms, not ${least} to ${most}`);
}

async function checkEnd(scope: Scope, host: Host, end: End, place: Place): Promise<void> {
  const missing = end.needs && (await missingPrograms(end.needs));
  if (missing) scope.skip(missing);
  const config = { closeTimeout: CLOSE_MS, ...end.config };
  const trial = await Trial.begin(scope, host, place, { ...end, config });
  await trial.occupy();
  await trial.go();
  await end.act?.(trial);
  await trial.release();
  if (end.main !== undefined) {
    checkMain(await trial.main(), end.main);
    assert.equal(trial.isMounted, end.staysMounted, 'mounted after main()');
  }
  const ms = await host.call('close', trial.dir, !end.leavesMount);
  checkTime(ms, end.closeWaits);
  if (end.mainByClose !== undefined) checkMain(await trial.main(), end.mainByClose);
  const callers = Array<string>(trial.tasks - 1).fill(end.callers);
  await trial.check([end.doer ?? end.callers, ...callers]);
  if (end.leavesMount) {
    assert.ok(trial.isMounted, 'close(false) leaves the mountpoint');
    assert.equal((await unmount(trial.dir)).status, 0);
  }
  assert.ok(!trial.isMounted, 'a mount is left');
  // Once more, which does nothing.
  await host.call('terminate', trial.dir);
  checkTime(await host.call('close', trial.dir), undefined);
}

/** That the process holds no more than before, once the kernel and Node have let go. */
async function checkLetGo(host: Host, work: () => Promise<void>): Promise<void> {
  const before = await host.call('holdings');
  await work();
  let after = before;
  const isSame = async () => {
    after = await host.call('holdings');
    return isDeepStrictEqual(after, before);
  };
  try {
    await until(isSame, LET_GO_MS, 'letting go');
  } catch (thrown) {
    if (!(thrown instanceof DeadlineError)) throw thrown;
    assert.deepEqual(after, before, 'something has leaked');
  }
}

/** A test for each end at each place; one process serves them all, and another session beside. */
export function testEnds(name: string, places: Record<string, Place>, ends: End[]): void {
  const test = suite(name);
  let host: Host;
  let bystander: Trial;
  test.before(async (scope) => {
    host = new Host(scope);
    bystander = await Trial.begin(scope, host, PLACES[ONE] as Place);
    // Starts what Node starts once: threads of its pool.
    for (const place of Object.values(PLACES)) {
      const { dir } = await Trial.begin(scope, host, place);
      await host.call('close', dir);
    }
    // After some requests its thread waits for them in another way, which takes descriptors.
    for (let i = 0; i < SERVED; i++) await bystander.checkServes();
  });
  for (const end of ends) {
    for (const [where, place] of Object.entries(places)) {
      test(`${end.title} (${where})`, async (scope) => {
        await checkLetGo(host, () => checkEnd(scope, host, end, place));
        await bystander.checkServes();
      });
    }
  }
}
