import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { inspect } from 'node:util';
import {
  ENOATTR,
  errno,
  errnoName,
  errnoOf,
  errnoText,
  FUSEError,
  SystemError,
} from '#dist/errors.js';
import { pack, unpack } from '#dist/thrown.js';
import { suite } from '../helpers/suite.js';

const { errno: linux } = os.constants;

const names = suite('errno names');

names('know every errno of this machine in both directions', () => {
  for (const [name, number] of Object.entries(linux)) {
    assert.equal(errno[name], number);
    assert.equal(linux[errnoName(number) as keyof typeof linux], number, name);
  }
});

names('have ENOATTR, which is ENODATA', () => {
  assert.equal(ENOATTR, linux.ENODATA);
  assert.equal(errno.ENOATTR, linux.ENODATA);
  assert.equal(errnoName(ENOATTR), 'ENODATA');
});

names('say so for a number that Linux lacks', () => {
  assert.equal(errnoName(4095), 'errno 4095');
  assert.equal(errnoText(4095), 'errno 4095');
});

names('have the text of the C library', () => {
  assert.equal(errnoText(linux.ENOENT), 'no such file or directory');
});

const fuseError = suite('FUSEError');

fuseError('takes a number or a name', () => {
  for (const reason of [linux.ENOTEMPTY, 'ENOTEMPTY']) {
    const error = new FUSEError(reason);
    assert.equal(error.errno, linux.ENOTEMPTY);
    assert.equal(error.code, 'ENOTEMPTY');
    assert.equal(error.name, 'FUSEError');
    assert.equal(error.message, 'directory not empty');
    assert.ok(error instanceof Error);
  }
});

fuseError('refuses what is no errno', () => {
  const wrong = ['ENOSUCHTHING', '', 'toString', '__proto__', -1, 1.5, Number.NaN, Infinity];
  for (const reason of wrong) {
    assert.throws(() => new FUSEError(reason), { name: 'TypeError', message: /needs an errno/ });
  }
  for (const reason of [undefined, null, {}, true, 2n] as unknown as number[]) {
    assert.throws(() => new FUSEError(reason), TypeError);
  }
});

fuseError('has no trace of calls, unless asked for one', () => {
  const error = new FUSEError('ENOENT');
  assert.equal(error.stack, 'FUSEError: no such file or directory');
  Error.captureStackTrace(error);
  assert.match(error.stack, /errors\.test/);
});

fuseError('shows like any error', () => {
  const error = new FUSEError('ENOENT');
  assert.equal(String(error), 'FUSEError: no such file or directory');
  const fields = "{ errno: 2, code: 'ENOENT' }";
  assert.equal(inspect(error), `[FUSEError: no such file or directory] ${fields}`);
});

fuseError('keeps all of it on the way to another thread', () => {
  const error = new FUSEError('ENOENT');
  const parcel = structuredClone(pack(error));
  const copy = unpack(parcel) as FUSEError;
  assert.ok(copy instanceof FUSEError && copy instanceof Error);
  for (const field of ['name', 'message', 'stack', 'errno', 'code'] as const) {
    assert.equal(copy[field], error[field], field);
  }
});

fuseError('can be extended', () => {
  class NoSuchFile extends FUSEError {}
  const error = new NoSuchFile('ENOENT');
  assert.ok(error instanceof NoSuchFile && error instanceof FUSEError && error instanceof Error);
  assert.equal(errnoOf(error), linux.ENOENT);
});

const systemError = suite('SystemError');

systemError('has the shape of an error of Node', () => {
  let ofNode: NodeJS.ErrnoException | undefined;
  try {
    readFileSync('/no/such/file');
  } catch (error) {
    ofNode = error as NodeJS.ErrnoException;
  }
  const ours = new SystemError(linux.ENOENT, 'open', '/no/such/file');
  for (const field of ['errno', 'code', 'syscall', 'path', 'message'] as const) {
    assert.equal(ours[field], ofNode?.[field], field);
  }
});

systemError('can carry what libfuse said', () => {
  const error = new SystemError(linux.EINVAL, 'mount', undefined, 'unknown option');
  assert.equal(error.message, 'EINVAL: invalid argument, mount: unknown option');
  assert.equal(error.code, 'EINVAL');
});

const reading = suite('errnoOf');

reading('reads FUSEError and errors of Node', () => {
  assert.equal(errnoOf(new FUSEError('EXDEV')), linux.EXDEV);
  assert.equal(errnoOf(new SystemError(linux.EPERM, 'mount')), linux.EPERM);
  assert.equal(errnoOf(Object.assign(new Error(), { code: 'ENOTDIR' })), linux.ENOTDIR);
});

reading('takes nothing else for an expected failure', () => {
  const codes = ['ERR_INVALID_ARG_TYPE', 'toString', '', 2, null, undefined];
  const unexpected = ['ENOENT', linux.ENOENT, null, undefined, new Error('ENOENT'), {}];
  for (const thrown of [...codes.map((code) => ({ code })), ...unexpected]) {
    assert.equal(errnoOf(thrown), undefined, String(thrown));
  }
});
