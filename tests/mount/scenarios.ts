/** Lives of a mount that leave nothing behind, for any mountpoint and any user. */
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defaultOptions, fsencode, mount, type SessionConfig, setxattr } from 'wasmfuse';
import UncachedFs from '../fixtures/uncached.js';
import { deadline } from '../helpers/deadline.js';
import { Server, unmount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import type { ServerOptions } from '../helpers/server.js';
import { sh } from '../helpers/sh.js';

const MODULE = new URL('../fixtures/uncached.js', import.meta.url);
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LEAVE = file('programs/leave.js');
const SERVER = file('../helpers/server.js');

/** fusermount3 looks as root at what it mounts on. */
const FOR_OTHERS = [...defaultOptions, 'allow_other'];
/** It is killed after 10 seconds. */
const KILLED_MS = 15_000;

async function serve(
  place: string,
  config: SessionConfig = {},
  options: Iterable<string> = defaultOptions,
) {
  const session = await mount(MODULE, place, options, config);
  const running = session.main();
  running.catch(() => {});
  assert.equal(await readFile(fsencode(`${place}/file`), 'utf8'), 'text');
  assert.equal(fuseMountsUnder(place).length, 1);
  return { session, running };
}

/** Leaves what a server that was killed does. */
async function leaveStale(place: string): Promise<void> {
  const options: ServerOptions = { module: MODULE.href, mountpoint: place };
  const server = new Server(place, [SERVER, JSON.stringify(options)]);
  await server.mounted();
  server.kill('SIGKILL');
  await server.end();
  assert.equal(fuseMountsUnder(place).length, 1);
}

export const scenarios = {
  async close(place: string) {
    const { session, running } = await serve(place);
    await deadline(session.close(), 5000, 'close()');
    await running;
  },

  async umount(place: string) {
    const { session, running } = await serve(place);
    const { status, stderr } = await unmount(place);
    assert.equal(status, 0, stderr);
    await deadline(running, 5000, 'main()');
    await session.close();
  },

  async death(place: string) {
    const { session, running } = await serve(place);
    assert.throws(() => setxattr(place, 'user.command', Buffer.from('exit')));
    await assert.rejects(deadline(running, 5000, 'main()'), /exit code 3/);
    assert.deepEqual(fuseMountsUnder(place), [], 'before close()');
    await session.close();
  },

  async exit(place: string) {
    const server = new Server(place, [LEAVE, 'module', JSON.stringify(place)]);
    assert.equal(await server.end(), 7, server.output());
  },

  async stale(place: string) {
    await leaveStale(place);
    await assert.rejects(mount(MODULE, place), { code: 'ENOTCONN', message: /replaceStale/ });
    const { session, running } = await serve(place, { replaceStale: true });
    await session.close();
    await running;
  },

  async instance(place: string) {
    const session = await mount(new UncachedFs(), place);
    const running = session.main();
    // By another process, as this one serves.
    assert.equal(await sh('cat "$PLACE/file"', { env: { ...process.env, PLACE: place } }), 'text');
    await deadline(session.close(), 5000, 'close()');
    await running;
  },

  async stacked(place: string) {
    for (const order of ['upper first', 'lower first']) {
      const lower = await serve(place, {}, FOR_OTHERS);
      const upper = await mount(MODULE, place, FOR_OTHERS);
      const running = upper.main();
      const sessions = [lower.session, upper];
      for (const session of order === 'lower first' ? sessions : sessions.reverse()) {
        assert.equal(await readFile(fsencode(`${place}/file`), 'utf8'), 'text');
        await deadline(session.close(), 5000, 'close()');
      }
      await Promise.all([lower.running, running]);
      assert.deepEqual(fuseMountsUnder(place), [], order);
    }
  },

  async asksItself(place: string) {
    const lower = await mount(new UncachedFs(), place, FOR_OTHERS);
    const running = lower.main();
    const upper = mount(new UncachedFs(), place, FOR_OTHERS);
    await assert.rejects(deadline(upper, KILLED_MS, 'mount()'), {
      code: 'ETIMEDOUT',
      message: /fusermount3 is killed/,
    });
    await lower.close();
    await running;
  },

  async allowOther(place: string) {
    await assert.rejects(mount(MODULE, place, ['allow_other']), {
      name: 'Error',
      syscall: 'mount',
      path: place,
      message: /option allow_other only allowed if 'user_allow_other' is set in/,
    });
  },
};

export type ScenarioName = keyof typeof scenarios;

/** Runs scenarios one after the other, each of which must leave nothing mounted. */
export async function runScenarios(place: string, ...names: ScenarioName[]): Promise<void> {
  for (const name of names) {
    await scenarios[name](place);
    assert.deepEqual(fuseMountsUnder(place), [], `left by ${name}`);
  }
}
