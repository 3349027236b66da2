/** What only a mirror can get wrong; the rest is in tests/posix. */
import { strict as assert } from 'node:assert';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../helpers/deadline.js';
import { mountModule, tempDir } from '../helpers/mount.js';
import type { Scope } from '../helpers/scope.js';
import { missingPrograms, sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const PASSTHROUGH = new URL('../../../dist/examples/passthrough.js', import.meta.url);

interface Mirror {
  source: string;
  dir: string;
  /** How many descriptors of the server hold something in the source, itself too. */
  held(): Promise<number>;
}

async function mirror(scope: Scope, options: string[] = []): Promise<Mirror> {
  const source = tempDir(scope, 'source-');
  const { dir, pid } = await mountModule(scope, PASSTHROUGH, { data: { source }, options });
  const held = async () => {
    const numbers = await fs.readdir(`/proc/${pid}/fd`);
    const targets = numbers.map((fd) => fs.readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''));
    return (await Promise.all(targets)).filter((target) => target.startsWith(source)).length;
  };
  return { source, dir, held };
}

function needRoot(scope: Scope): void {
  if (process.geteuid?.() !== 0) scope.skip('needs root');
}

const view = suite('passthrough');

view('shows the attributes of the source, and changes of either side at once', async (scope) => {
  const { source, dir } = await mirror(scope);
  await fs.mkdir(join(dir, 'sub'));
  const roots = [source, dir];
  for (const [from, to] of [roots, roots.reverse()] as [string, string][]) {
    for (const name of ['file', 'sub/file']) {
      await fs.writeFile(join(from, name), 'first');
      await fs.link(join(from, name), join(from, `${name}-2`));
      assert.equal(await fs.readFile(join(to, name), 'utf8'), 'first');
      await fs.appendFile(join(from, name), ' and more');
      await fs.chmod(join(from, name), 0o640);
      await fs.utimes(join(from, name), -1.5, 12345.75);
      assert.equal(await fs.readFile(join(to, name), 'utf8'), 'first and more');
      const [a, b] = await Promise.all(
        [from, to].map((root) => fs.lstat(join(root, name), { bigint: true })),
      );
      for (const field of ['ino', 'mode', 'nlink', 'uid', 'gid', 'size', 'blocks'] as const) {
        assert.equal(a?.[field], b?.[field], field);
      }
      for (const field of ['mtimeNs', 'ctimeNs'] as const)
        assert.equal(a?.[field], b?.[field], field);
      await fs.unlink(join(from, `${name}-2`));
      await fs.unlink(join(from, name));
      await assert.rejects(fs.stat(join(to, name)), { code: 'ENOENT' });
    }
    assert.deepEqual(await fs.readdir(to), ['sub']);
  }
});

view('reads anew what changed in the source without a trace in its attributes', async (scope) => {
  const { source, dir } = await mirror(scope);
  for (const content of ['first', 'other', 'third']) {
    await fs.writeFile(join(source, 'file'), content);
    await fs.utimes(join(source, 'file'), 1, 1);
    assert.equal(await fs.readFile(join(dir, 'file'), 'utf8'), content);
  }
});

view('follows an open directory that is moved in the source', async (scope) => {
  const { source, dir } = await mirror(scope);
  await sh(`
    mkdir '${source}/a'
    cd '${dir}/a'
    mv '${source}/a' '${source}/b'
    mkdir '${source}/a'
    echo content > file
    test "$(cat '${source}/b/file')" = content
    test ! -e '${source}/a/file'`);
});

view('opens the file that is there when another process was first to create it', async (scope) => {
  const { source, dir } = await mirror(scope);
  const rounds = Array.from({ length: 50 }, async (_, i) => {
    const both = [dir, source].map((root) => fs.appendFile(join(root, `${i}`), 'x'));
    await Promise.all(both);
    assert.equal(await fs.readFile(join(source, `${i}`), 'utf8'), 'xx');
  });
  await Promise.all(rounds);
});

view('loses nothing that both sides append', async (scope) => {
  const { source, dir } = await mirror(scope);
  const lines = (root: string, tag: string) =>
    sh(`for i in $(seq 100); do echo "${tag}$i" >> '${join(root, 'log')}'; done`);
  await Promise.all([lines(dir, 'a'), lines(dir, 'b'), lines(source, 'c')]);
  const all = (await fs.readFile(join(source, 'log'), 'utf8')).trimEnd().split('\n');
  assert.equal(new Set(all).size, 300);
  assert.equal(all.length, 300);
  assert.equal(await fs.readFile(join(dir, 'log'), 'utf8'), `${all.join('\n')}\n`);
});

view('gives every descriptor back when the kernel forgets', async (scope) => {
  needRoot(scope);
  const { source, dir, held } = await mirror(scope);
  await sh(`mkdir '${source}/many' && cd '${source}/many' && seq 500 | xargs touch`);
  assert.equal(await held(), 1);
  assert.equal((await fs.readdir(join(dir, 'many'))).length, 500);
  assert.ok((await held()) > 500);
  await sh('sync; echo 2 > /proc/sys/vm/drop_caches');
  await until(async () => (await held()) === 1, 5000, 'descriptors given back');
});

const owners = suite('passthrough: what a user makes');

/** Makes one of each kind in the working directory, with an umask, and tells what came out. */
const MAKE = `
  umask $UMASK
  touch file; mkdir dir; mkfifo fifo; ln -s target link; install -m 4755 /bin/true program
  stat -c '%n %A %u %g' *`;

const cases: [title: string, setup: string, umask: string][] = [
  ['belongs to that user', 'chmod 777 .', '022'],
  ["has the modes of the user's own umask, not the server's", 'chmod 777 .', '000'],
  ['has the group of a setgid directory', 'chown 0:77 .; chmod 2777 .', '002'],
  ['may need a supplementary group', 'chown 0:88 .; chmod 770 .', '027'],
  ['has the default ACL', 'chmod 777 .; setfacl -d -m u::rwx,g::r-x,o::--- .', '022'],
  ['has the default ACL, not an umask', 'chmod 777 .; setfacl -d -m u::rwx,g::r-x,o::r-x .', '000'],
];

for (const [title, setup, umask] of cases) {
  owners(title, async (scope) => {
    needRoot(scope);
    const missing = await missingPrograms(
      'setpriv',
      ...(setup.includes('setfacl') ? ['setfacl'] : []),
    );
    if (missing) scope.skip(missing);
    const { source, dir } = await mirror(scope, ['allow_other']);
    // A working directory needs no way to it that the user may go.
    const make = async (at: string, name: string) => {
      await sh(`mkdir '${source}/${name}'; cd '${source}/${name}'; ${setup}`);
      const as = 'setpriv --reuid 1234 --regid 567 --groups 88';
      const env = { ...process.env, MAKE, UMASK: umask };
      return sh(`cd '${at}/${name}'; ${as} sh -ec "$MAKE"`, { env });
    };
    const native = await make(source, 'native');
    assert.equal(await make(dir, 'mirrored'), native);
    assert.match(native, /^file \S+ 1234 /m);
  });
}

const errors = suite('passthrough: errors');

errors('are those of the source', async (scope) => {
  const { source, dir } = await mirror(scope);
  await fs.mkdir(join(dir, 'dir/sub'), { recursive: true });
  await assert.rejects(fs.rmdir(join(dir, 'dir')), { code: 'ENOTEMPTY' });
  await assert.rejects(fs.mkdir(join(dir, 'dir')), { code: 'EEXIST' });
  await assert.rejects(fs.rename(join(dir, 'dir'), join(dir, 'dir/sub/x')), { code: 'EINVAL' });
  await assert.rejects(fs.writeFile(join(dir, 'n'.repeat(256)), ''), { code: 'ENAMETOOLONG' });
  await fs.rm(join(source, 'dir'), { recursive: true });
  await assert.rejects(fs.readdir(join(dir, 'dir')), { code: 'ENOENT' });
});

errors('say clearly that descriptors have run out, and pass', async (scope) => {
  needRoot(scope);
  const missing = await missingPrograms('prlimit');
  if (missing) scope.skip(missing);
  const source = tempDir(scope, 'source-');
  await sh(`cd '${source}' && seq 500 | xargs touch`);
  const server = await mountModule(scope, PASSTHROUGH, { data: { source } });
  await sh(`prlimit --pid ${server.pid} --nofile=200:`);
  await assert.rejects(fs.readdir(server.dir), { code: 'EMFILE' });
  const isTold = () => /passthrough: no descriptor is left, .*ulimit -n/.test(server.output());
  await until(isTold, 2000, 'a message of the server');
  await sh(`prlimit --pid ${server.pid} --nofile=2000:`);
  assert.equal((await fs.readdir(server.dir)).length, 500);
});
