import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { mount, type Operations, type Session } from 'wasmfuse';
import { StaticFs } from '../fixtures/staticfs.js';
import { deadline } from '../helpers/deadline.js';
import { mountModule, mountpointOf, unmount, whyNoMount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import { random } from '../helpers/random.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { syscall } from '../helpers/syscall.js';
import { whyNoUring } from '../helpers/uring.js';
import { expectUring, FALLBACK } from '../helpers/wanted.js';

/*
 * Calm lives only. A ring that is closed, or whose process is killed, while requests come may leave
 * a kernel (seen in Linux 6.18) with a thread that is busy for ever.
 */

const TMPFS = new URL('../../../dist/examples/tmpfs.js', import.meta.url);
const GATE = new URL('../fixtures/gate.js', import.meta.url);
const MIB = 1 << 20;
const END_MS = 5000;

const test = suite('io_uring');

/** Served in a worker of this process. */
async function served(scope: Scope, filesystem: URL | Operations = TMPFS) {
  const dir = mountpointOf(scope);
  const session = await mount(filesystem, dir);
  const main = session.main();
  main.catch(() => {});
  scope.after(() => deadline(session.close(), END_MS, 'close()'));
  return { dir, session, main };
}

function lines(scope: Scope): string[] {
  const said: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = ((text: string) => said.push(text) > 0) as typeof write;
  scope.after(() => {
    process.stderr.write = write;
  });
  return said;
}

async function isServed(session: Session, dir: string): Promise<void> {
  await fs.writeFile(`${dir}/file`, 'text');
  assert.equal(await fs.readFile(`${dir}/file`, 'utf8'), 'text');
  assert.equal(session.stats().transport, 'uring');
}

const reason = whyNoMount() ?? whyNoUring();
if (reason !== undefined) test.skip('serves', reason);
else {
  expectUring();

  test('is not taken for small requests, and that is said', async (scope) => {
    class Small extends StaticFs {
      override init(connection: Parameters<Operations['init']>[0]) {
        connection.maxWrite = (MIB >> 3) - 1;
      }
    }
    const said = lines(scope);
    const { dir, session } = await served(scope, new Small());
    assert.deepEqual(await fs.readdir(dir), []);
    assert.equal(session.stats().transport, 'read');
    assert.match(said.join(''), new RegExp(`${FALLBACK}maxWrite is below 128 KiB`));
  });

  test('is what stats() say, and not what is taken unasked', async (scope) => {
    const { session, dir } = await served(scope);
    await isServed(session, dir);
    const config = { transport: 'auto' } as const;
    const other = await mount(TMPFS, mountpointOf(scope), undefined, config);
    scope.after(() => other.close());
    const main = other.main();
    await fs.stat(other.mountpoint);
    assert.equal(other.stats().transport, 'read');
    other.terminate();
    await main;
  });

  test('carries all bytes of files that are written and read at once', async (scope) => {
    const { dir, session } = await served(scope);
    const next = random(11);
    const check = async (_: unknown, i: number) => {
      const bytes = Buffer.alloc(3 * MIB + i, Buffer.from([next(256), next(256), next(256)]));
      await fs.writeFile(`${dir}/f${i}`, bytes);
      await session.invalidateInode((await fs.stat(`${dir}/f${i}`, { bigint: true })).ino);
      const read = await fs.readFile(`${dir}/f${i}`);
      const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex');
      assert.equal(hash(read), hash(bytes), `f${i}`);
    };
    await Promise.all(Array.from({ length: 8 }, check));
  });

  test('serves again after terminate(), what came meanwhile first', async (scope) => {
    const { dir, session, main } = await served(scope);
    let running = main;
    for (let i = 0; i < 3; i++) {
      await isServed(session, dir);
      session.terminate();
      await deadline(running, END_MS, 'main()');
      const waiting = syscall('pread', `${dir}/file`, 0, 1);
      await sleep(50);
      running = session.main();
      assert.equal(await deadline(waiting, END_MS, 'a request from between'), '1');
    }
  });

  test('of an idle mount ends with umount', async (scope) => {
    const { dir, session, main } = await served(scope);
    await isServed(session, dir);
    await sleep(200);
    assert.equal((await unmount(dir)).status, 0);
    await deadline(main, END_MS, 'main()');
  });

  for (const isServing of [true, false]) {
    const when = isServing ? 'while main() runs' : 'after main()';
    test(`of an idle mount ends with close() ${when}, which unmounts`, async (scope) => {
      const { dir, session, main } = await served(scope);
      await isServed(session, dir);
      if (!isServing) {
        session.terminate();
        await deadline(main, END_MS, 'main()');
      }
      await deadline(session.close(), END_MS, 'close()');
      await deadline(main, END_MS, 'main()');
      assert.deepEqual(fuseMountsUnder(dir), []);
      assert.deepEqual(await fs.readdir(dir), []);
    });
  }

  test('ends with close(false), which leaves a dead mount', async (scope) => {
    const { dir, session, main } = await served(scope);
    await isServed(session, dir);
    await deadline(session.close(false), END_MS, 'close()');
    await deadline(main, END_MS, 'main()');
    assert.equal(fuseMountsUnder(dir).length, 1);
    await assert.rejects(fs.stat(`${dir}/file`), { code: /ENOTCONN|ECONNABORTED/ });
    assert.equal((await unmount(dir)).status, 0);
  });

  test('leaves no descriptor behind', async (scope) => {
    const rings = () => {
      const targets = readdirSync('/proc/self/fd').map((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`);
        } catch {
          // That of the directory itself.
          return '';
        }
      });
      return targets.filter((target) => /io_uring|fuse|abort$/.test(target)).length;
    };
    const before = rings();
    const { dir, session } = await served(scope);
    await isServed(session, dir);
    assert.ok(rings() > before);
    await session.close();
    assert.equal(rings(), before);
  });

  test('wakes nobody while nothing is asked', async (scope) => {
    const { dir, session } = await served(scope);
    await isServed(session, dir);
    const idle = async () => {
      const before = process.cpuUsage();
      await sleep(500);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await idle();
    const used = await idle();
    assert.ok(used < 100_000, `${used} us of CPU time in half a second`);
  });

  test('has more callers than tasks, each answered in its turn', async (scope) => {
    const data = { log: `${mountpointOf(scope)}.log`, ms: 20 };
    scope.after(() => fs.rm(data.log, { force: true }));
    const { dir } = await mountModule(scope, GATE, { maxTasks: 1, data });
    const file = await fs.open(`${dir}/file`);
    scope.after(() => file.close());
    const read = async (_: unknown, i: number) =>
      (await file.read(Buffer.alloc(1), 0, 1, i)).buffer[0];
    const bytes = await Promise.all(Array.from({ length: 24 }, read));
    assert.deepEqual(
      bytes,
      bytes.map((_, i) => i),
    );
  });
}
