/**
 * One request of every operation: the bytes the kernel sends, what the handler must see of them,
 * what it answers, and how that must look on the wire.
 */
import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { readdirReply } from '#dist/session/directory.js';
import { linux } from '#dist/session/generated/layout.js';
import type { ReaddirToken } from '#dist/types.js';
import { constant, cstring, pack, sizeOf, unpack } from './wire.js';

export interface Case {
  /** Opcode without FUSE_. */
  opcode: string;
  body: Buffer;
  /** What the handler must be called with, before the context. */
  args: unknown[];
  /** What it returns, or how it answers otherwise. */
  result?: unknown;
  run?: (...args: never[]) => unknown;
  /** Judges the answer's bytes; without it there must be none. */
  reply?: (body: Buffer) => void;
  /** The kernel waits for no answer. */
  unanswered?: true;
}

export const INODE = 2n ** 63n + 5n;
const FH = 2n ** 64n - 2n;
const OWNER = 2n ** 63n + 9n;
const NAME = 'n\udcff';
const name = (text: string) => Buffer.from(`${text}\0`, 'latin1');
const RAW_NAME = name('n\xff');

const ATTRIBUTES = {
  ino: 2n ** 63n + 77n,
  generation: 2n ** 64n - 3n,
  entryTimeout: 1.5,
  attrTimeout: 2.25,
  mode: constants.S_IFREG | 0o640,
  nlink: 3,
  uid: 1001,
  gid: 2 ** 32 - 2,
  rdev: 0x1203,
  size: 2n ** 40n,
  blksize: 512,
  blocks: 2n ** 33n,
  atimeNs: -1n,
  mtimeNs: 2n ** 34n * 1_000_000_000n + 999_999_999n,
  ctimeNs: 1n,
};

const ON_WIRE = {
  ino: ATTRIBUTES.ino,
  size: ATTRIBUTES.size,
  blocks: ATTRIBUTES.blocks,
  atime: 2n ** 64n - 1n,
  atimensec: 999_999_999,
  mtime: 2n ** 34n,
  mtimensec: 999_999_999,
  ctime: 0n,
  ctimensec: 1,
  mode: ATTRIBUTES.mode,
  nlink: 3,
  uid: 1001,
  gid: 2 ** 32 - 2,
  rdev: 0x1203,
  blksize: 512,
  flags: 0,
};

const HALF = 500_000_000;
const QUARTER = 250_000_000;

function isEntry(body: Buffer): void {
  assert.deepEqual(unpack('fuse_entry_out', body), {
    nodeid: ATTRIBUTES.ino,
    generation: ATTRIBUTES.generation,
    entry_valid: 1n,
    entry_valid_nsec: HALF,
    attr_valid: 2n,
    attr_valid_nsec: QUARTER,
    attr: ON_WIRE,
  });
}

function isAttr(body: Buffer): void {
  const { attr_valid, attr_valid_nsec, attr } = unpack('fuse_attr_out', body);
  assert.deepEqual([attr_valid, attr_valid_nsec, attr], [2n, QUARTER, ON_WIRE]);
}

const isEmpty = (body: Buffer) => assert.equal(body.length, 0);
const isText = (text: string) => (body: Buffer) => assert.equal(body.toString('latin1'), text);

const FILE = { fh: FH, directIo: true, keepCache: false, nonseekable: true, noflush: true };

function isOpened(body: Buffer): void {
  const { fh, open_flags } = unpack('fuse_open_out', body);
  const flags = ['DIRECT_IO', 'NONSEEKABLE', 'NOFLUSH'].map((flag) => constant(`FOPEN_${flag}`));
  assert.equal(fh, FH);
  assert.equal(
    open_flags,
    flags.reduce((all, flag) => all | flag, 0),
  );
}

function isCreated(body: Buffer): void {
  isEntry(body);
  isOpened(body.subarray(sizeOf('fuse_entry_out')));
}

const fileIo = { fh: FH, lock_owner: OWNER };
const reading = { ...fileIo, offset: 2 ** 40, size: 4096, flags: constants.O_RDWR };

function addEntries(_fh: bigint, startId: bigint, token: ReaddirToken): void {
  assert.equal(readdirReply(token, NAME, ATTRIBUTES, startId + 1n), true);
  assert.equal(
    readdirReply(token, 'x'.repeat(255), { ...ATTRIBUTES, ino: 9n }, startId + 2n),
    true,
  );
}

function isListing(record: string, start: bigint) {
  return (body: Buffer) => {
    const inner = record === 'fuse_direntplus' ? sizeOf('fuse_entry_out') : 0;
    const { ino, off, namelen, type } = unpack('fuse_dirent', body, inner);
    assert.deepEqual(
      [ino, off, namelen, type],
      [ATTRIBUTES.ino, start + 1n, 2, constants.S_IFREG >> 12],
    );
    const header = inner + sizeOf('fuse_dirent');
    assert.equal(body.toString('latin1', header, header + namelen), 'n\xff');
    if (inner > 0) isEntry(body);
    const second = Math.ceil((header + namelen) / 8) * 8;
    assert.equal(unpack('fuse_dirent', body, second + inner).off, start + 2n);
    assert.equal(body.length, second + Math.ceil((header + 255) / 8) * 8);
  };
}

const LOCK = { type: linux.F_WRLCK, start: 100n, length: 50n, pid: 77 };
const lockRequest = (flags: number) =>
  pack('fuse_lk_in', {
    fh: FH,
    owner: OWNER,
    lk: { start: 100, end: 149, type: linux.F_WRLCK, pid: 77 },
    lk_flags: flags,
  });

const setattr = (names: string[]) =>
  names.reduce((all, flag) => all | constant(`FATTR_${flag}`), 0);
/** Without FUSE_SETXATTR_EXT, setxattr has the size it had before. */
const shortSetxattr = (flags: number, size: number) =>
  pack('fuse_setxattr_in', { size, flags }).subarray(0, constant('FUSE_COMPAT_SETXATTR_IN_SIZE'));

export const CASES: Readonly<Record<string, Case>> = {
  lookup: {
    opcode: 'LOOKUP',
    body: RAW_NAME,
    args: [INODE, NAME],
    result: ATTRIBUTES,
    reply: isEntry,
  },
  forget: {
    opcode: 'FORGET',
    body: pack('fuse_forget_in', { nlookup: 2n ** 63n }),
    args: [[[INODE, 2n ** 63n]]],
    unanswered: true,
  },
  forget_multi: {
    opcode: 'BATCH_FORGET',
    body: Buffer.concat([
      pack('fuse_batch_forget_in', { count: 2 }),
      pack('fuse_forget_one', { nodeid: 5, nlookup: 1 }),
      pack('fuse_forget_one', { nodeid: 2n ** 64n - 1n, nlookup: 2n ** 64n - 1n }),
    ]),
    args: [
      [
        [5n, 1n],
        [2n ** 64n - 1n, 2n ** 64n - 1n],
      ],
    ],
    unanswered: true,
  },
  getattr: {
    opcode: 'GETATTR',
    body: pack('fuse_getattr_in', { getattr_flags: constant('FUSE_GETATTR_FH'), fh: FH }),
    args: [INODE],
    result: ATTRIBUTES,
    reply: isAttr,
  },
  setattr: {
    opcode: 'SETATTR',
    body: pack('fuse_setattr_in', {
      valid: setattr(['MODE', 'UID', 'GID', 'SIZE', 'ATIME', 'MTIME', 'CTIME', 'FH']),
      fh: FH,
      size: 2n ** 40n,
      atime: 2n ** 64n - 2n,
      atimensec: HALF,
      mtime: 2n ** 34n,
      mtimensec: 999_999_999,
      ctime: 5,
      ctimensec: 6,
      mode: constants.S_IFREG | 0o600,
      uid: 7,
      gid: 2 ** 32 - 2,
    }),
    args: [
      INODE,
      {
        mode: constants.S_IFREG | 0o600,
        uid: 7,
        gid: 2 ** 32 - 2,
        size: 2 ** 40,
        atimeNs: -1_500_000_000n,
        mtimeNs: ATTRIBUTES.mtimeNs,
        ctimeNs: 5_000_000_006n,
      },
      {
        updateAtime: true,
        updateMtime: true,
        updateCtime: true,
        updateMode: true,
        updateUid: true,
        updateGid: true,
        updateSize: true,
      },
      FH,
    ],
    result: ATTRIBUTES,
    reply: isAttr,
  },
  readlink: {
    opcode: 'READLINK',
    body: Buffer.alloc(0),
    args: [INODE],
    result: NAME,
    reply: isText('n\xff'),
  },
  mknod: {
    opcode: 'MKNOD',
    body: Buffer.concat([
      pack('fuse_mknod_in', { mode: constants.S_IFBLK | 0o600, rdev: 0xfff0_1203, umask: 0o22 }),
      RAW_NAME,
    ]),
    args: [INODE, NAME, constants.S_IFBLK | 0o600, 0xfff0_1203],
    result: ATTRIBUTES,
    reply: isEntry,
  },
  mkdir: {
    opcode: 'MKDIR',
    body: Buffer.concat([pack('fuse_mkdir_in', { mode: 0o755, umask: 0o22 }), RAW_NAME]),
    args: [INODE, NAME, constants.S_IFDIR | 0o755],
    result: ATTRIBUTES,
    reply: isEntry,
  },
  unlink: { opcode: 'UNLINK', body: RAW_NAME, args: [INODE, NAME], reply: isEmpty },
  rmdir: { opcode: 'RMDIR', body: RAW_NAME, args: [INODE, NAME], reply: isEmpty },
  symlink: {
    opcode: 'SYMLINK',
    body: Buffer.concat([RAW_NAME, name('to \xfe')]),
    args: [INODE, NAME, 'to \udcfe'],
    result: ATTRIBUTES,
    reply: isEntry,
  },
  rename: {
    opcode: 'RENAME2',
    body: Buffer.concat([
      pack('fuse_rename2_in', { newdir: 9, flags: linux.RENAME_EXCHANGE }),
      RAW_NAME,
      cstring('new'),
    ]),
    args: [INODE, NAME, 9n, 'new', linux.RENAME_EXCHANGE],
    reply: isEmpty,
  },
  link: {
    opcode: 'LINK',
    body: Buffer.concat([pack('fuse_link_in', { oldnodeid: 9 }), RAW_NAME]),
    args: [9n, INODE, NAME],
    result: ATTRIBUTES,
    reply: isEntry,
  },
  open: {
    opcode: 'OPEN',
    body: pack('fuse_open_in', { flags: constants.O_RDWR | constants.O_TRUNC }),
    args: [INODE, constants.O_RDWR | constants.O_TRUNC],
    result: FILE,
    reply: isOpened,
  },
  read: {
    opcode: 'READ',
    body: pack('fuse_read_in', reading),
    args: [FH, 2 ** 40, 4096],
    result: Buffer.from('data'),
    reply: isText('data'),
  },
  write_buf: {
    opcode: 'WRITE',
    body: Buffer.concat([pack('fuse_write_in', { ...reading, size: 5 }), Buffer.from('d\0ta!')]),
    args: [FH, 2 ** 40, Buffer.from('d\0ta!')],
    result: 5,
    reply: (body) => assert.equal(unpack('fuse_write_out', body).size, 5),
  },
  flush: { opcode: 'FLUSH', body: pack('fuse_flush_in', fileIo), args: [FH], reply: isEmpty },
  release: {
    opcode: 'RELEASE',
    body: pack('fuse_release_in', { ...fileIo, flags: constants.O_RDWR }),
    args: [FH],
    reply: isEmpty,
  },
  fsync: {
    opcode: 'FSYNC',
    body: pack('fuse_fsync_in', { fh: FH, fsync_flags: constant('FUSE_FSYNC_FDATASYNC') }),
    args: [FH, true],
    reply: isEmpty,
  },
  opendir: {
    opcode: 'OPENDIR',
    body: pack('fuse_open_in', { flags: constants.O_DIRECTORY }),
    args: [INODE],
    result: FILE,
    reply: isOpened,
  },
  readdir: {
    opcode: 'READDIR',
    body: pack('fuse_read_in', { ...reading, offset: 2n ** 62n }),
    args: [FH, 2n ** 62n],
    run: addEntries,
    reply: isListing('fuse_dirent', 2n ** 62n),
  },
  readdirplus: {
    opcode: 'READDIRPLUS',
    body: pack('fuse_read_in', { ...reading, offset: 2n ** 62n }),
    args: [FH, 2n ** 62n],
    run: addEntries,
    reply: isListing('fuse_direntplus', 2n ** 62n),
  },
  releasedir: {
    opcode: 'RELEASEDIR',
    body: pack('fuse_release_in', fileIo),
    args: [FH],
    reply: isEmpty,
  },
  fsyncdir: {
    opcode: 'FSYNCDIR',
    body: pack('fuse_fsync_in', { fh: FH }),
    args: [FH, false],
    reply: isEmpty,
  },
  statfs: {
    opcode: 'STATFS',
    body: Buffer.alloc(0),
    args: [],
    result: {
      bsize: 4096,
      frsize: 512,
      blocks: 2n ** 40n,
      bfree: 5,
      files: 2n ** 63n,
      namemax: 255,
    },
    reply: (body) => {
      const { st } = unpack('fuse_statfs_out', body);
      const { bsize, frsize, blocks, bfree, bavail, files, namelen } = st;
      assert.deepEqual([bsize, frsize, blocks, bfree], [4096, 512, 2n ** 40n, 5n]);
      assert.deepEqual([bavail, files, namelen], [0n, 2n ** 63n, 255]);
    },
  },
  setxattr: {
    opcode: 'SETXATTR',
    body: Buffer.concat([shortSetxattr(0, 3), RAW_NAME, Buffer.from('v\0\xff', 'latin1')]),
    args: [INODE, NAME, Buffer.from('v\0\xff', 'latin1')],
    reply: isEmpty,
  },
  getxattr: {
    opcode: 'GETXATTR',
    body: Buffer.concat([pack('fuse_getxattr_in', { size: 100 }), RAW_NAME]),
    args: [INODE, NAME],
    result: Buffer.from('value'),
    reply: isText('value'),
  },
  listxattr: {
    opcode: 'LISTXATTR',
    body: pack('fuse_getxattr_in', { size: 100 }),
    args: [INODE],
    result: ['user.a', NAME],
    reply: isText('user.a\0n\xff\0'),
  },
  removexattr: { opcode: 'REMOVEXATTR', body: RAW_NAME, args: [INODE, NAME], reply: isEmpty },
  access: {
    opcode: 'ACCESS',
    body: pack('fuse_access_in', { mask: constants.R_OK | constants.W_OK }),
    args: [INODE, constants.R_OK | constants.W_OK],
    result: true,
    reply: isEmpty,
  },
  create: {
    opcode: 'CREATE',
    body: Buffer.concat([
      pack('fuse_create_in', {
        flags: constants.O_RDWR | constants.O_CREAT,
        mode: constants.S_IFREG | 0o600,
        umask: 0o22,
      }),
      RAW_NAME,
    ]),
    args: [INODE, NAME, constants.S_IFREG | 0o600, constants.O_RDWR | constants.O_CREAT],
    result: [FILE, ATTRIBUTES],
    reply: isCreated,
  },
  tmpfile: {
    opcode: 'TMPFILE',
    body: Buffer.concat([
      pack('fuse_create_in', { flags: constants.O_RDWR, mode: constants.S_IFREG | 0o600 }),
      cstring('/'),
    ]),
    args: [INODE, constants.S_IFREG | 0o600, constants.O_RDWR],
    result: [FILE, ATTRIBUTES],
    reply: isCreated,
  },
  getlk: {
    opcode: 'GETLK',
    body: lockRequest(0),
    args: [FH, LOCK],
    result: { type: linux.F_RDLCK, start: 5, length: 10n, pid: 99 },
    reply: (body) => {
      const { lk } = unpack('fuse_lk_out', body);
      assert.deepEqual(lk, { start: 5n, end: 14n, type: linux.F_RDLCK, pid: 99 });
    },
  },
  setlk: { opcode: 'SETLKW', body: lockRequest(0), args: [FH, LOCK, true], reply: isEmpty },
  flock: {
    opcode: 'SETLK',
    body: lockRequest(constant('FUSE_LK_FLOCK')),
    args: [FH, linux.LOCK_EX | linux.LOCK_NB],
    reply: isEmpty,
  },
  bmap: {
    opcode: 'BMAP',
    body: pack('fuse_bmap_in', { block: 2n ** 40n, blocksize: 512 }),
    args: [INODE, 512, 2n ** 40n],
    result: 2n ** 64n - 1n,
    reply: (body) => assert.equal(unpack('fuse_bmap_out', body).block, 2n ** 64n - 1n),
  },
  ioctl: {
    opcode: 'IOCTL',
    body: Buffer.concat([
      pack('fuse_ioctl_in', { fh: FH, cmd: 0xc008_5401, arg: 7, in_size: 3, out_size: 8 }),
      Buffer.from('abc'),
    ]),
    args: [FH, 0xc008_5401, 7, Buffer.from('abc'), 8],
    result: { result: -3, data: Buffer.from('out') },
    reply: (body) => {
      assert.equal(unpack('fuse_ioctl_out', body).result, -3);
      assert.equal(body.toString('latin1', sizeOf('fuse_ioctl_out')), 'out');
    },
  },
  poll: {
    opcode: 'POLL',
    body: pack('fuse_poll_in', { fh: FH, kh: 5 }),
    args: [INODE, FH, null],
    result: 0x1005,
    reply: (body) => assert.equal(unpack('fuse_poll_out', body).revents, 0x1005),
  },
  fallocate: {
    opcode: 'FALLOCATE',
    body: pack('fuse_fallocate_in', { fh: FH, offset: 2 ** 40, length: 2 ** 41, mode: 3 }),
    args: [FH, 3, 2 ** 40, 2 ** 41],
    reply: isEmpty,
  },
  copy_file_range: {
    opcode: 'COPY_FILE_RANGE',
    body: pack('fuse_copy_file_range_in', {
      fh_in: FH,
      off_in: 2 ** 40,
      nodeid_out: 9,
      fh_out: 8,
      off_out: 3,
      len: 4096,
    }),
    args: [FH, 2 ** 40, 8n, 3, 4096, 0],
    result: 4000,
    reply: (body) => assert.equal(unpack('fuse_write_out', body).size, 4000),
  },
  lseek: {
    opcode: 'LSEEK',
    body: pack('fuse_lseek_in', { fh: FH, offset: 2 ** 40, whence: linux.SEEK_HOLE }),
    args: [FH, 2 ** 40, linux.SEEK_HOLE],
    result: 2 ** 41,
    reply: (body) => assert.equal(unpack('fuse_lseek_out', body).offset, 2n ** 41n),
  },
};

/** Operations that no request of a kernel reaches, and why. */
export const UNREACHABLE: Readonly<Record<string, string>> = {
  write: 'libfuse calls write_buf, which is set too',
  retrieve_reply: 'answers a notification, and is tested with it',
};
