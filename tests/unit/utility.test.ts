import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { fsdecode, getSupGroups, getxattr, listdir, setxattr, syncfs } from 'wasmfuse';
import { tempDir } from '../helpers/mount.js';
import { exec, missingPrograms, sh } from '../helpers/sh.js';
import { suite } from '../helpers/suite.js';

const names = suite('listdir');

names('lists what ls lists', async () => {
  const { stdout } = await exec('/bin/ls', ['-A', '/usr/bin']);
  assert.deepEqual(listdir('/usr/bin').sort(), stdout.trimEnd().split('\n').sort());
});

names('keeps every byte of a name, and leaves out the dots', (scope) => {
  const dir = tempDir(scope);
  const name = Buffer.from([0xff, 0x20, 0xc3, 0xa4]);
  fs.mkdirSync(Buffer.concat([Buffer.from(`${dir}/`), name]));
  assert.deepEqual(listdir(dir), [fsdecode(name)]);
  assert.deepEqual(listdir(join(dir, fsdecode(name))), []);
});

names('fails with the errno and the path', (scope) => {
  const dir = tempDir(scope);
  fs.writeFileSync(join(dir, 'file'), '');
  assert.throws(() => listdir(join(dir, 'file')), { code: 'ENOTDIR', path: join(dir, 'file') });
  assert.throws(() => listdir(join(dir, 'none')), { code: 'ENOENT', path: join(dir, 'none') });
  for (const path of [Buffer.from(dir), 3, null, undefined] as never[]) {
    assert.throws(() => listdir(path), { name: 'TypeError', message: /path is no string/ });
  }
});

const xattrs = suite('setxattr and getxattr');

xattrs('agree with the programs of the system, both ways', async (scope) => {
  const missing = await missingPrograms('setfattr', 'getfattr');
  if (missing) scope.skip(missing);
  const file = join(tempDir(scope), 'file');
  fs.writeFileSync(file, '');
  await sh('setfattr -n user.theirs -v "from outside" "$0"'.replace('$0', file));
  assert.equal(String(getxattr(file, 'user.theirs')), 'from outside');
  setxattr(file, 'user.ours', Buffer.from('from inside'));
  const { stdout } = await exec('getfattr', ['--only-values', '-n', 'user.ours', file]);
  assert.equal(stdout, 'from inside');
});

xattrs('read a value of any length, whatever the guess', (scope) => {
  const file = join(tempDir(scope), 'file');
  fs.writeFileSync(file, '');
  const value = Buffer.alloc(3000, 'v');
  setxattr(file, 'user.long', value);
  for (const guess of [undefined, 0, 1, 3000, 2 ** 20]) {
    assert.deepEqual(getxattr(file, 'user.long', guess), value);
  }
  setxattr(file, 'user.long', Buffer.alloc(0));
  assert.equal(getxattr(file, 'user.long').length, 0);
});

xattrs('follow symlinks, and take names for the bytes they stand for', (scope) => {
  const dir = tempDir(scope);
  const file = join(dir, fsdecode(Buffer.from([0xff])));
  const link = join(dir, 'link');
  fs.writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff])]), '');
  fs.symlinkSync(Buffer.from([0xff]), link);
  setxattr(link, 'user.a', Buffer.from('1'));
  assert.equal(String(getxattr(file, 'user.a')), '1');
});

xattrs('fail with the errno and the path', (scope) => {
  const dir = tempDir(scope);
  const [call, path] = ['getxattr', dir];
  assert.throws(() => getxattr(dir, 'user.none'), { code: 'ENODATA', syscall: call, path });
  assert.throws(() => setxattr(`${dir}/none`, 'user.a', Buffer.alloc(1)), { code: 'ENOENT' });
  assert.throws(() => setxattr(dir, 'nonsense', Buffer.alloc(1)), { code: 'ENOTSUP' });
});

xattrs('refuse wrong arguments', (scope) => {
  const dir = tempDir(scope);
  const value = Buffer.from('v');
  const wrong = { name: 'TypeError' };
  assert.throws(() => getxattr(Buffer.from(dir) as never, 'user.a'), wrong);
  assert.throws(() => getxattr(dir, 3 as never), wrong);
  assert.throws(() => setxattr(dir, 'user.a', 'v' as never), wrong);
  assert.throws(() => setxattr(`${dir}\0`, 'user.a', value), { ...wrong, message: /NUL/ });
  const namespace = { name: 'RangeError', message: /namespace/ };
  assert.throws(() => setxattr(dir, 'user.a', value, 'trusted' as never), namespace);
  assert.throws(() => getxattr(dir, 'user.a', 128, '' as never), namespace);
  assert.throws(() => getxattr(dir, 'user.a', -1), { name: 'RangeError', message: /sizeGuess/ });
  setxattr(dir, 'user.a', value, 'system');
  assert.deepEqual(getxattr(dir, 'user.a', 128, 'user'), value);
});

const groups = suite('getSupGroups');

groups('tells the groups of this process', () => {
  // Node adds the effective group.
  const own = getSupGroups(process.pid).add(process.getegid?.() as number);
  assert.deepEqual(own, new Set(process.getgroups?.()));
});

groups('tells the groups of another process', async (scope) => {
  if (process.geteuid?.() !== 0) scope.skip('needs root');
  const missing = await missingPrograms('setpriv');
  if (missing) scope.skip(missing);
  const child = spawn('setpriv', ['--groups', '7,70000', 'cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  scope.after(() => child.kill());
  // cat answers once it runs, with the groups set.
  child.stdin.write('x');
  await new Promise((resolve) => child.stdout.once('data', resolve));
  assert.deepEqual(getSupGroups(child.pid as number), new Set([7, 70000]));
});

groups('fail for a process that does not exist', () => {
  assert.throws(() => getSupGroups(2 ** 30), { code: 'ENOENT' });
  for (const pid of ['1', 1.5, null, undefined] as never[]) {
    assert.throws(() => getSupGroups(pid), { name: 'TypeError', message: /pid/ });
  }
});

const sync = suite('syncfs');

sync('takes a directory only', (scope) => {
  const dir = tempDir(scope);
  syncfs('.');
  syncfs(dir);
  fs.writeFileSync(join(dir, 'file'), '');
  assert.throws(() => syncfs(join(dir, 'file')), { code: 'ENOTDIR' });
  assert.throws(() => syncfs(join(dir, 'none')), { code: 'ENOENT' });
  assert.throws(() => syncfs(undefined as never), { name: 'TypeError' });
});

sync('leaves no descriptor behind', (scope) => {
  const dir = tempDir(scope);
  const before = fs.readdirSync('/proc/self/fd').length;
  for (let i = 0; i < 10; i++) syncfs(dir);
  assert.equal(fs.readdirSync('/proc/self/fd').length, before);
});
