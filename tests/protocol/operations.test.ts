import { strict as assert } from 'node:assert';
import { errno, FUSEError } from '#dist/errors.js';
import { Operations } from '#dist/operations.js';
import { opTable } from '#dist/session/optable.js';
import type { RequestContext } from '#dist/types.js';
import { until } from '../helpers/deadline.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { CASES, type Case, INODE, UNREACHABLE } from './cases.js';
import { Kernel } from './kernel.js';
import { placed } from './placement.js';
import { opcodes, pack } from './wire.js';

const CALLER = { nodeid: INODE, uid: 1001, gid: 1002, pid: 1003 };
const { EIO, ENOSYS } = errno as { EIO: number; ENOSYS: number };

/** A filesystem with one handler, whatever it is, and the kernel that talks to it. */
async function serve(scope: Scope, operation: string, handler: (...args: never[]) => unknown) {
  const name = opTable[operation]?.handler as string;
  const kernel = new Kernel(
    scope,
    await placed(scope, Object.assign(new Operations(), { [name]: handler })),
  );
  await kernel.init();
  return kernel;
}

const opcodeOf = ({ opcode }: Case) => opcodes[opcode] as number;
const entries = Object.entries(CASES);

/** The fields of `expected`, out of each argument that has more than those. */
function sameFields(actual: unknown, expected: unknown): unknown {
  if (Buffer.isBuffer(actual) || Array.isArray(actual)) return actual;
  if (typeof actual !== 'object' || typeof expected !== 'object' || !actual || !expected) {
    return actual;
  }
  return Object.fromEntries(Object.keys(expected).map((key) => [key, actual[key as never]]));
}

const table = suite('the table of operations');

table('has a request of each operation here', () => {
  const known = [...Object.keys(CASES), ...Object.keys(UNREACHABLE)].sort();
  assert.deepEqual(known, Object.keys(opTable).sort());
});

const calls = suite('a request of');

for (const [operation, one] of entries) {
  calls(`${operation} reaches its handler, and its answer the kernel`, async (scope) => {
    let seen: unknown[] | undefined;
    let context: RequestContext | undefined;
    const kernel = await serve(scope, operation, (...args: never[]) => {
      // Data is a view that is dead after the handler.
      seen ??= args.map((arg: unknown) => (Buffer.isBuffer(arg) ? Buffer.from(arg) : arg));
      context ??= args.at(-1) as unknown as RequestContext;
      return one.run ? one.run(...args) : one.result;
    });
    const unique = kernel.send(opcodeOf(one), one.body, CALLER);
    if (!one.unanswered) {
      const { error, body } = await kernel.answer(unique);
      assert.equal(error, 0, kernel.lines.join('\n'));
      one.reply?.(body);
    }
    // A second request proves that nothing more comes for the first.
    await kernel.ask(opcodes.STATFS as number);
    assert.equal(kernel.answersTo(unique).length, one.unanswered ? 0 : 1);
    // STATFS is answered without asking a handler, perhaps before another thread was told.
    await until(() => seen !== undefined, 2000, 'call of the handler');
    const args = (seen ?? []).slice(0, one.args.length);
    assert.deepEqual(
      args.map((arg, i) => sameFields(arg, one.args[i])),
      one.args,
    );
    const { uid, gid, pid } = context ?? ({} as RequestContext);
    assert.deepEqual([uid, gid, pid], [CALLER.uid, CALLER.gid, CALLER.pid]);
    assert.deepEqual(kernel.lines, []);
  });
}

const answers = suite('the answer of');
const thrown = (value: unknown) => () => {
  throw value;
};
const NODE_ERROR = Object.assign(new Error('as of fs'), { code: 'EACCES', errno: -13 });

/** What a handler can do instead of returning a value, and the errno that its caller must get. */
const FAILURES: [what: string, handler: () => unknown, code: string][] = [
  ['a FUSEError', thrown(new FUSEError('EXDEV')), 'EXDEV'],
  // The kernel ignores an answer of 512 and more, and libfuse sends those below 1000.
  ['a FUSEError that Linux lacks', thrown(new FUSEError(600)), 'ERANGE'],
  ['an error of Node', thrown(NODE_ERROR), 'EACCES'],
  ['an error without errno', thrown(new Error('unexpected')), 'EIO'],
  ['a string', thrown('a string'), 'EIO'],
  ['undefined', thrown(undefined), 'EIO'],
  ['null', thrown(null), 'EIO'],
  ['an object without a prototype', thrown(Object.create(null)), 'EIO'],
  [
    'an object that throws when it is read',
    thrown({
      get code(): string {
        throw new Error('code');
      },
    }),
    'EIO',
  ],
  [
    'a result that throws when it is asked for then',
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: a handler may.
      get then(): unknown {
        throw new Error('then');
      },
    }),
    'EIO',
  ],
  ['a rejected FUSEError', () => Promise.reject(new FUSEError('EXDEV')), 'EXDEV'],
  ['a rejected error of Node', async () => thrown(NODE_ERROR)(), 'EACCES'],
  ['a rejected string', () => Promise.reject('a string'), 'EIO'],
  ['a rejected undefined', () => Promise.reject(undefined), 'EIO'],
  ['a rejection without a prototype', () => Promise.reject(Object.create(null)), 'EIO'],
];

for (const [operation, one] of entries) {
  if (one.unanswered) continue;
  answers(`${operation} is the errno of whatever its handler throws`, async (scope) => {
    let act: () => unknown = () => {};
    const kernel = await serve(scope, operation, () => act());
    for (const [what, handler, code] of FAILURES) {
      act = handler;
      const unique = kernel.send(opcodeOf(one), one.body, CALLER);
      const { error, body } = await kernel.answer(unique);
      assert.equal(error, errno[code], what);
      assert.equal(body.length, 0, what);
      assert.equal(kernel.answersTo(unique).length, 1, what);
    }
  });

  answers(`${operation} may come later`, async (scope) => {
    const kernel = await serve(scope, operation, async (...args: never[]) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return one.run ? one.run(...args) : one.result;
    });
    const { error, body } = await kernel.ask(opcodeOf(one), one.body, CALLER);
    assert.equal(error, 0, kernel.lines.join('\n'));
    one.reply?.(body);
  });

  answers(`${operation} is ENOSYS without a handler`, async (scope) => {
    const kernel = new Kernel(scope, await placed(scope, new Operations()));
    await kernel.init();
    const { error } = await kernel.ask(opcodeOf(one), one.body, CALLER);
    assert.equal(error, ENOSYS);
    assert.deepEqual(kernel.lines, []);
  });
}

const wrong = suite('a wrong result of');

/** Nothing that answers any request. */
const NEVER_RIGHT = [Symbol('wrong'), -1n, Number.NaN, Number.NEGATIVE_INFINITY, () => 1];
/** Operations whose handlers return nothing, or whose results are judged by their truth. */
const TAKES_ANYTHING = entries
  .filter(([, { result, run }]) => result === undefined || result === true || run)
  .map(([operation]) => operation);

for (const [operation, one] of entries) {
  if (one.unanswered) continue;
  wrong(`${operation} is EIO, and logged`, async (scope) => {
    let result: unknown;
    const kernel = await serve(scope, operation, () => result);
    for (const value of NEVER_RIGHT) {
      for (result of [value, Promise.resolve(value)]) {
        const before = kernel.lines.length;
        const { error } = await kernel.ask(opcodeOf(one), one.body, CALLER);
        if (TAKES_ANYTHING.includes(operation)) continue;
        assert.equal(error, EIO, String(value));
        assert.ok(kernel.lines.length > before, 'nothing was logged');
        assert.match(kernel.lines.at(-1) ?? '', new RegExp(operation));
      }
    }
  });
}

/** Results that look right, and are not: inode 0 outside of lookup, and more than was asked for. */
const NOT_QUITE: Record<string, unknown[]> = {
  getattr: [{ ino: 0n }, { ino: 0 }],
  setattr: [{ ino: 0n }],
  mknod: [{ ino: 0n }, {}],
  mkdir: [{ ino: 0n }, {}],
  symlink: [{ ino: 0n }, {}],
  link: [{ ino: 0n }, {}],
  create: [[{ fh: 1n }, { ino: 0n }], [{ fh: 1n }], [{ fh: -1n }, { ino: 5n }], { ino: 5n }],
  tmpfile: [[{ fh: 1n }, { ino: 0n }], []],
  read: [Buffer.alloc(4097), 4097],
  write_buf: [6],
  copy_file_range: [4097],
  ioctl: [
    { result: 0, data: Buffer.alloc(9) },
    { result: 2 ** 31 },
    { data: Buffer.alloc(1) },
    1.5,
  ],
  listxattr: [['user.a\0b'], [''], [5], 5],
  readlink: ['a\0b', 'x'.repeat(1 << 20)],
  getlk: [
    { type: 99, start: 0, length: 0 },
    { start: 0, length: 0 },
  ],
  lseek: [-1, 2n ** 63n],
  bmap: [2n ** 64n],
  statfs: [{ blocks: -1 }, { bsize: 2 ** 32 }],
};

for (const [operation, results] of Object.entries(NOT_QUITE)) {
  wrong(`${operation} that looks right is EIO, too`, async (scope) => {
    let result: unknown;
    const kernel = await serve(scope, operation, () => result);
    const one = CASES[operation] as Case;
    for (result of results) {
      const { error } = await kernel.ask(opcodeOf(one), one.body, CALLER);
      assert.equal(
        error,
        EIO,
        JSON.stringify(result, (_, value) => String(value)),
      );
    }
  });
}

const unknown = suite('an unknown request');

unknown('is answered ENOSYS', async (scope) => {
  const kernel = new Kernel(scope, await placed(scope, new Operations()));
  await kernel.init();
  const free = Math.max(...Object.values(opcodes).filter((opcode) => opcode < 1000)) + 1;
  for (const opcode of [0, free, 4095, 2 ** 32 - 1]) {
    assert.equal((await kernel.ask(opcode, pack('fuse_getattr_in'))).error, ENOSYS, `${opcode}`);
  }
});
