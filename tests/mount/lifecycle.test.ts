import { strict as assert } from 'node:assert';
import { open, readFile, stat, unlink } from 'node:fs/promises';
import { setxattr } from 'wasmfuse';
import { until } from '../helpers/deadline.js';
import { mountModule, type Server, unmount } from '../helpers/mount.js';
import { fuseMountsUnder } from '../helpers/mountinfo.js';
import { placements } from '../helpers/placement.js';
import { suite } from '../helpers/suite.js';

const MODULE = new URL('../fixtures/control.js', import.meta.url);

const command = ({ dir }: Server, what: string) => setxattr(dir, 'user.command', Buffer.from(what));
const isMounted = ({ dir }: Server) => fuseMountsUnder(dir).length > 0;

for (const [placement, where] of placements) {
  const test = suite(`a session with handlers in ${where}`);

  test('ends when it is unmounted', async (scope) => {
    const server = await mountModule(scope, MODULE, { placement });
    assert.equal(await readFile(`${server.dir}/file`, 'utf8'), 'text');
    const { status, stderr } = await unmount(server.dir);
    assert.equal(status, 0, stderr);
    assert.equal(await server.end(), 0, server.output());
    assert.equal(server.output(), '');
  });

  test('ends by terminate() in a handler, whose request is still answered', async (scope) => {
    const server = await mountModule(scope, MODULE, { placement });
    command(server, 'terminate');
    assert.equal(await server.end(), 0, server.output());
    assert.ok(!isMounted(server));
  });

  test('goes on after a failing handler', async (scope) => {
    const server = await mountModule(scope, MODULE, { placement });
    assert.throws(() => command(server, 'nonsense'), { code: 'EINVAL' });
    assert.equal(await readFile(`${server.dir}/file`, 'utf8'), 'text');
  });

  test('ends when it is unmounted lazily, with a file still open', async (scope) => {
    const server = await mountModule(scope, MODULE, { placement });
    const file = await open(`${server.dir}/file`);
    scope.after(() => file.close());
    const { status } = await unmount(server.dir);
    assert.notEqual(status, 0, 'a busy mount');
    assert.equal((await unmount(server.dir, { lazy: true })).status, 0);
    assert.equal(await file.readFile('utf8'), 'text');
    await file.close();
    assert.equal(await server.end(), 0, server.output());
  });

  test('leaves nothing stuck when its process is killed', async (scope) => {
    const server = await mountModule(scope, MODULE, { placement });
    const file = await open(`${server.dir}/never`);
    const reading = file.read(Buffer.alloc(1), 0, 1, 0).then(
      () => 'read',
      (error: NodeJS.ErrnoException) => error.code,
    );
    await stat(`${server.dir}/file`);
    server.kill('SIGKILL');
    assert.equal(await server.end(), 'SIGKILL');
    assert.equal(await reading, 'ECONNABORTED');
    await file.close().catch(() => {});
    await assert.rejects(stat(`${server.dir}/other`), { code: 'ENOTCONN' });
  });

  test('ends with a handler that never settles', async (scope) => {
    const server = await mountModule(scope, MODULE, { placement });
    const file = await open(`${server.dir}/never`);
    const reading = file.read(Buffer.alloc(1), 0, 1, 0).catch((error) => error.code);
    await stat(`${server.dir}/file`);
    await unmount(server.dir, { lazy: true });
    command;
    server.kill('SIGTERM');
    await server.end();
    assert.equal(await reading, 'ECONNABORTED');
    await file.close().catch(() => {});
    await until(() => !isMounted(server), 1000, 'unmount');
  });
}

const faults = suite('a fault outside of a handler');

for (const what of ['unhandled', 'later', 'exit']) {
  faults(`ends main() and leaves no mount behind (${what})`, async (scope) => {
    const server = await mountModule(scope, MODULE);
    try {
      command(server, what);
    } catch {
      // Whether the command itself is still answered is a race with the end of its worker.
    }
    const status = await server.end();
    assert.notEqual(status, 0);
    assert.ok(server.output().length > 0, 'no word about why');
    assert.ok(!isMounted(server), server.output());
    await assert.rejects(unlink(`${server.dir}/file`), { code: 'ENOENT' });
  });
}
