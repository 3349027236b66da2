import { strict as assert } from 'node:assert';
import { ENOATTR, errno, FUSEError } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import { linux } from '#dist/session/generated/layout.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { Kernel } from './kernel.js';
import { placed } from './placement.js';
import { constant, cstring, opcodes, pack } from './wire.js';

/** A promise of someone else's making, as database libraries have them. */
function thenable<T>(promise: Promise<T>): Promise<T> {
  // biome-ignore lint/suspicious/noThenProperty: that is what a thenable has.
  return { then: promise.then.bind(promise) } as Promise<T>;
}

/** Has one attribute, `user.there`, and answers by a thenable. */
class Thenables extends Operations {
  readonly set: string[] = [];

  override getxattr(_inode: bigint, name: string) {
    const isThere = name === 'user.there';
    return thenable(isThere ? Promise.resolve('') : Promise.reject(new FUSEError(ENOATTR)));
  }

  override setxattr(_inode: bigint, name: string) {
    this.set.push(name);
    return thenable(Promise.resolve());
  }
}

async function serve(scope: Scope) {
  const fs = new Thenables();
  const kernel = new Kernel(scope, await placed(scope, fs));
  await kernel.init();
  const setxattr = async (name: string, flags: number) => {
    const head = pack('fuse_setxattr_in', { flags, size: 1 });
    const short = head.subarray(0, constant('FUSE_COMPAT_SETXATTR_IN_SIZE'));
    const body = Buffer.concat([short, cstring(name), Buffer.from('x')]);
    return (await kernel.ask(opcodes.SETXATTR as number, body)).error;
  };
  return { fs, setxattr };
}

const test = suite('setxattr of a filesystem with thenables');

test('creates only what is missing', async (scope) => {
  const { fs, setxattr } = await serve(scope);
  assert.equal(await setxattr('user.there', linux.XATTR_CREATE), errno.EEXIST);
  assert.deepEqual(fs.set, []);
  assert.equal(await setxattr('user.new', linux.XATTR_CREATE), 0);
  assert.deepEqual(fs.set, ['user.new']);
});

test('replaces only what is there', async (scope) => {
  const { fs, setxattr } = await serve(scope);
  assert.equal(await setxattr('user.new', linux.XATTR_REPLACE), ENOATTR);
  assert.deepEqual(fs.set, []);
  assert.equal(await setxattr('user.there', linux.XATTR_REPLACE), 0);
  assert.deepEqual(fs.set, ['user.there']);
});
