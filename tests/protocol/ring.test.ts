import { strict as assert } from 'node:assert';
import { constants } from 'node:fs';
import { errno } from '#dist/errors.js';
import { newBuf, startOf, writeBuf } from '#dist/session/buf.js';
import { newSession } from '#dist/session/creation.js';
import { constant, layout, linux, wire } from '#dist/session/generated/layout.js';
import type { Pointer } from '#dist/session/memory.js';
import {
  instantiate,
  type Module,
  type RequestPointer,
  type SessionPointer,
} from '#dist/session/module.js';
import { type ShimCall, shim } from '#dist/session/shim.js';
import { idleOps } from '#dist/session/unmount.js';
import { Words } from '#dist/session/words.js';
import type { Scope } from '../helpers/scope.js';
import { suite } from '../helpers/suite.js';
import { cstring, constant as flag, opcodes, pack, sizeOf, unpack, type Values } from './wire.js';

/** Bits 32 and up of INIT's flags are in a word of their own. */
const OVER_IO_URING = 1 << 9;
const SIZE = 1 << 18;
const ENTRIES = 2;
const { ring: record } = layout;

type Op = (...args: never[]) => void;

/** libfuse with a session whose requests come in entries; the device is a socket. */
class Rings {
  readonly module: Module;
  readonly session: SessionPointer;
  readonly #memory = Buffer.alloc(SIZE);
  readonly #kernel: number;
  readonly buffers: Pointer[] = [];
  #record = 0;
  sends = 0;

  constructor(scope: Scope, ops: Record<string, Op>) {
    const init = () => {};
    const destroy = () => {};
    this.module = instantiate({
      ops: { ...idleOps, init, destroy, ...ops },
      log() {},
      interrupted() {},
      retrieved() {},
    });
    const type = linux.SOCK_SEQPACKET | constants.O_NONBLOCK;
    (shim.socketpair as ShimCall)(this.#memory, linux.AF_UNIX, type, 0, 0);
    this.#kernel = this.#memory.readInt32LE(0);
    this.session = newSession(this.module, new Words(), [], '/');
    this.module.exports.fw_session_adopt(this.session, this.#memory.readInt32LE(4));
    this.module.channel = { receive() {}, send: () => this.sends++ };
    scope.after(() => {
      this.module.exports.fuse_session_destroy(this.session);
      (shim.close as ShimCall)(this.#memory, this.#kernel);
    });
  }

  /** What the device was told last; undefined when it was told nothing. */
  told(): Buffer | undefined {
    const size = (shim.read as ShimCall)(this.#memory, this.#kernel, 0, SIZE);
    return size > 0 ? Buffer.from(this.#memory.subarray(0, size)) : undefined;
  }

  /** INIT as a kernel sends it; returns libfuse's answer. */
  init(flags2: number, isWanted = true) {
    const { exports } = this.module;
    const message = (unique: bigint) => {
      const fields = { major: 7, minor: 40, flags: 0xffff_ffff, flags2 };
      const body = pack('fuse_init_in', fields);
      const len = sizeOf('fuse_in_header') + body.length;
      const head = pack('fuse_in_header', { len, opcode: opcodes.INIT as number, unique });
      return Buffer.concat([head, body]);
    };
    const buf = newBuf(this.module, SIZE);
    writeBuf(this.module, buf, message(2n));
    exports.fw_session_try_init(this.session, buf);
    exports.fw_ring_want(isWanted ? 1 : 0);
    writeBuf(this.module, buf, message(2n));
    exports.fw_set_replies(constant.FW_REPLIES_KEPT);
    exports.fuse_session_process_buf(this.session, buf);
    exports.fw_set_replies(constant.FW_REPLIES_SENT);
    return unpack('fuse_init_out', this.told() as Buffer, sizeOf('fuse_out_header'));
  }

  /** Entries, once INIT has been answered. */
  open(): this {
    this.init(OVER_IO_URING);
    this.#record = this.module.exports.fw_ring_open(ENTRIES) >>> 0;
    for (let i = 0; i < ENTRIES; i++) {
      const buf = newBuf(this.module, SIZE);
      this.module.exports.fw_ring_add(buf);
      this.buffers.push(startOf(this.module, buf));
    }
    return this;
  }

  payload(entry: number): Pointer {
    return (this.buffers[entry] as Pointer) + constant.FUSE_BUFFER_HEADER_SIZE;
  }

  /** Puts a request into an entry as the kernel does, and has it processed. */
  come(entry: number, opcode: number, fixed: Buffer, rest: Buffer, wrong: Values = {}): void {
    const { bytes, view } = this.module.memory;
    const at = this.buffers[entry] as Pointer;
    const len = sizeOf('fuse_in_header') + fixed.length + rest.length;
    const head = { len, opcode, unique: BigInt(100 + 2 * entry), nodeid: 1n };
    bytes.set(pack('fuse_in_header', { ...head, ...wrong }), at + wire.ringHeader.inOut);
    bytes.set(fixed.subarray(0, 128), at + wire.ringHeader.opIn);
    view.setUint32(at + wire.ringHeader.payloadSize, rest.length, true);
    bytes.set(rest, this.payload(entry));
    this.module.exports.fw_ring_process(this.session, entry);
  }

  /** Entries whose replies are in place. */
  committed(): number[] {
    const { view } = this.module.memory;
    const count = view.getUint32(this.#record + record.committedCount, true);
    const at = this.#record + record.committed;
    return Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true));
  }

  /** The reply in an entry. */
  reply(entry: number) {
    const { memory } = this.module;
    const at = this.buffers[entry] as Pointer;
    const head = memory.slice(at + wire.ringHeader.inOut, sizeOf('fuse_out_header'));
    const size = memory.view.getUint32(at + wire.ringHeader.payloadSize, true);
    const data = Buffer.from(memory.slice(this.payload(entry), size));
    const { error, len, unique } = unpack('fuse_out_header', head);
    return { error, len, unique, data };
  }
}

const init = suite('INIT over io_uring');

init('agrees when both sides want it', (scope) => {
  const rings = new Rings(scope, {});
  const { flags, flags2 } = rings.init(OVER_IO_URING);
  assert.ok(flags2 & OVER_IO_URING && flags & flag('FUSE_INIT_EXT'));
  assert.equal(rings.module.exports.fw_ring_agreement(), constant.FW_RING_AGREED);
});

init('is silent about it when the kernel does not offer it', (scope) => {
  const rings = new Rings(scope, {});
  assert.equal(rings.init(0).flags2 & OVER_IO_URING, 0);
  assert.equal(rings.module.exports.fw_ring_agreement(), constant.FW_RING_NOT_OFFERED);
});

init('is silent about it when it is not wanted', (scope) => {
  const rings = new Rings(scope, {});
  assert.equal(rings.init(OVER_IO_URING, false).flags2 & OVER_IO_URING, 0);
  assert.notEqual(rings.module.exports.fw_ring_agreement(), constant.FW_RING_AGREED);
});

init('does without it when an xattr might not fit', (scope) => {
  const rings: Rings = new Rings(scope, {
    init: ((_data: number, conn: Pointer) =>
      rings.module.memory.view.setUint32(conn + layout.connInfo.maxWrite, 65_536, true)) as Op,
  });
  assert.equal(rings.init(OVER_IO_URING).flags2 & OVER_IO_URING, 0);
  assert.equal(rings.module.exports.fw_ring_agreement(), constant.FW_RING_TOO_SMALL);
});

const requests = suite('a request in an entry');

requests('reaches libfuse in one piece, with and without a fixed part', (scope) => {
  const seen: unknown[] = [];
  const rings: Rings = new Rings(scope, {
    lookup: ((_req: Pointer, parent: bigint, name: Pointer) =>
      seen.push(['lookup', parent, rings.module.memory.name(name)])) as Op,
    write_buf: ((_req: Pointer, ino: bigint, parts: Pointer, offset: bigint) => {
      const { memory } = rings.module;
      const data = memory.view.getUint32(parts + layout.bufvec.mem, true);
      const size = memory.view.getUint32(parts + layout.bufvec.bytes, true);
      seen.push(['write', ino, memory.text(data, size), offset, data]);
    }) as Op,
  }).open();
  rings.come(0, opcodes.LOOKUP as number, Buffer.alloc(0), cstring('some name'));
  const write = pack('fuse_write_in', { fh: 7n, offset: 5n, size: 4 });
  rings.come(1, opcodes.WRITE as number, write, Buffer.from('data'));
  // The data stays where the kernel has put it.
  assert.deepEqual(seen, [
    ['lookup', 1n, 'some name'],
    ['write', 1n, 'data', 5n, rings.payload(1)],
  ]);
  assert.deepEqual(rings.committed(), []);
});

requests('that makes no sense is answered with EIO, and libfuse sees nothing of it', (scope) => {
  const rings = new Rings(scope, {}).open();
  const cases: [Buffer, Values][] = [
    [Buffer.alloc(0), { len: 41 }],
    [Buffer.alloc(0), { len: 39 }],
    [Buffer.alloc(129), {}],
  ];
  cases.forEach(([fixed, wrong], i) => {
    rings.come(0, opcodes.LOOKUP as number, fixed, cstring('ab'), wrong);
    assert.equal(rings.reply(0).error, -(errno.EIO as number));
    assert.equal(rings.committed().length, i + 1);
  });
  assert.equal(rings.told(), undefined);
});

requests('to copy 4 GiB asks libfuse for less', (scope) => {
  const sizes: number[] = [];
  const rings = new Rings(scope, {
    copy_file_range: ((...args: unknown[]) => sizes.push(args[7] as number)) as Op,
  }).open();
  const fields = { len: 2n ** 32n, nodeid_out: 1n };
  rings.come(
    0,
    opcodes.COPY_FILE_RANGE as number,
    pack('fuse_copy_file_range_in', fields),
    Buffer.alloc(0),
  );
  assert.deepEqual(sizes, [0x7fff_f000]);
});

requests('that brings what was retrieved is given back unasked', (scope) => {
  const rings = new Rings(scope, {}).open();
  const body = pack('fuse_notify_retrieve_in', { size: 3 });
  rings.come(1, opcodes.NOTIFY_REPLY as number, body, Buffer.from('abc'));
  assert.deepEqual(rings.committed(), [1]);
  assert.equal(rings.told(), undefined);
});

const replies = suite('a reply in an entry');

replies('has its data in place, wherever that was', (scope) => {
  let req = 0 as RequestPointer;
  const rings: Rings = new Rings(scope, {
    read: ((request: RequestPointer) => {
      req = request;
    }) as Op,
  }).open();
  const { exports, memory } = rings.module;
  const elsewhere = exports.malloc(10) >>> 0;
  for (const at of [rings.payload(1), rings.payload(1) + 5, elsewhere]) {
    rings.come(1, opcodes.READ as number, pack('fuse_read_in', { size: 10 }), Buffer.alloc(0));
    memory.bytes.write('0123456789', at);
    exports.fuse_reply_buf(req, at, 10);
    const { error, len, unique, data } = rings.reply(1);
    assert.deepEqual([error, len, unique], [0, sizeOf('fuse_out_header') + 10, 102n]);
    assert.equal(data.toString(), '0123456789');
  }
  assert.deepEqual(rings.committed(), [1, 1, 1]);
  assert.equal(rings.told(), undefined);
});

replies('keeps data in the payload that something is put in front of', (scope) => {
  let req = 0 as RequestPointer;
  const rings: Rings = new Rings(scope, {
    ioctl: ((request: RequestPointer) => {
      req = request;
    }) as Op,
  }).open();
  const { exports, memory } = rings.module;
  rings.come(0, opcodes.IOCTL as number, pack('fuse_ioctl_in', { out_size: 4 }), Buffer.alloc(0));
  memory.bytes.write('data', rings.payload(0));
  exports.fuse_reply_ioctl(req, 3, rings.payload(0), 4);
  const { data } = rings.reply(0);
  assert.equal(unpack('fuse_ioctl_out', data).result, 3);
  assert.equal(data.subarray(sizeOf('fuse_ioctl_out')).toString(), 'data');
});

replies('is sent at once, unless the host sends all together', (scope) => {
  const pending: RequestPointer[] = [];
  const rings = new Rings(scope, {
    getattr: ((request: RequestPointer) => pending.push(request)) as Op,
  }).open();
  const { exports } = rings.module;
  const come = (entry: number) =>
    rings.come(entry, opcodes.GETATTR as number, pack('fuse_getattr_in'), Buffer.alloc(0));
  exports.fw_ring_collect(1);
  come(0);
  exports.fuse_reply_err(pending[0] as RequestPointer, errno.EACCES as number);
  assert.equal(rings.sends, 0);
  assert.equal(rings.reply(0).error, -(errno.EACCES as number));
  exports.fw_ring_collect(0);
  come(1);
  exports.fuse_reply_err(pending[1] as RequestPointer, errno.EPERM as number);
  assert.equal(rings.sends, 1);
  assert.deepEqual(rings.committed(), [0, 1]);
});

replies('to a request of the device goes to the device', (scope) => {
  let req = 0 as RequestPointer;
  const rings: Rings = new Rings(scope, {
    getattr: ((request: RequestPointer) => {
      req = request;
    }) as Op,
  }).open();
  const { exports } = rings.module;
  const body = pack('fuse_getattr_in');
  const len = sizeOf('fuse_in_header') + body.length;
  const head = pack('fuse_in_header', { len, opcode: opcodes.GETATTR as number, unique: 8n });
  const buf = newBuf(rings.module, SIZE);
  writeBuf(rings.module, buf, Buffer.concat([head, body]));
  exports.fuse_session_process_buf(rings.session, buf);
  exports.fuse_reply_err(req, errno.EPERM as number);
  assert.equal(unpack('fuse_out_header', rings.told() as Buffer).unique, 8n);
  assert.deepEqual(rings.committed(), []);
});
