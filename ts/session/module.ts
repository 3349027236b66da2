import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { errno } from '../errors.js';
import { LOG_ERROR } from './log.js';
import { Memory, type Pointer, type PutStat } from './memory.js';
import { type Shim, type ShimCall, type ShimChannelCalls, shim } from './shim.js';
import { wasiImports } from './wasi.js';

declare const requestBrand: unique symbol;
/** libfuse's fuse_req_t: valid until the call that answers it. */
export type RequestPointer = Pointer & { readonly [requestBrand]: true };

declare const sessionBrand: unique symbol;
/** libfuse's struct fuse_session. */
export type SessionPointer = Pointer & { readonly [sessionBrand]: true };

declare const bufBrand: unique symbol;
/** libfuse's struct fuse_buf: one request's bytes. */
export type BufPointer = Pointer & { readonly [bufBrand]: true };

declare const retrieveBrand: unique symbol;
/** libfuse's struct fuse_notify_req: a retrieve that the kernel has not answered. */
export type RetrievePointer = Pointer & { readonly [retrieveBrand]: true };

/** What the module exports: libfuse's own functions, and the few of wasm/session.h. */
export interface Exports {
  malloc(size: number): Pointer;
  free(pointer: Pointer): void;
  fw_session_new(block: Pointer, count: number): SessionPointer;
  fw_session_mount(session: SessionPointer, mountpoint: Pointer): number;
  fw_session_clone(session: SessionPointer, fd: number): number;
  fw_session_adopt(session: SessionPointer, fd: number): number;
  fw_session_refuse(session: SessionPointer, buf: BufPointer, timeout: number): void;
  fw_session_bufsize(session: SessionPointer): number;
  fw_session_max_write(session: SessionPointer): number;
  fw_session_error(session: SessionPointer): number;
  fw_session_try_init(session: SessionPointer, buf: BufPointer): void;
  fw_apply_connection_options(conn: Pointer): void;
  fw_bufs_new(count: number, size: number): BufPointer;
  fw_bufs_free(bufs: BufPointer): void;
  fw_watch_interrupt(req: RequestPointer): void;
  fw_drop_interrupts(session: SessionPointer): number;
  fw_set_replies(replies: number): void;
  fw_kept_reply(): Pointer;
  fw_kept_size(): number;
  fw_scratch(): Pointer;
  fw_put_stat: PutStat;
  fw_add_entry(
    req: RequestPointer,
    into: Pointer,
    size: number,
    name: Pointer,
    entry: Pointer,
    hasAttributes: number,
    nextLow: number,
    nextHigh: number,
  ): number;
  fw_seal_memory(sealed: number): void;
  fw_channel(): Pointer;
  fw_open_channel(isOpen: number): void;
  fw_session_is_alive(session: SessionPointer): number;
  fw_ring_want(wanted: number): void;
  fw_ring_agreement(): number;
  fw_ring_open(count: number): Pointer;
  fw_ring_collect(wanted: number): void;
  fw_ring_add(buf: BufPointer): number;
  fw_ring_header(entry: number): Pointer;
  fw_ring_process(session: SessionPointer, entry: number): void;
  fw_notify_device(session: SessionPointer): number;
  fw_notify_store(
    session: SessionPointer,
    ino: bigint,
    offset: bigint,
    data: Pointer,
    size: number,
  ): number;
  fw_newest_retrieve(session: SessionPointer): RetrievePointer;
  fw_drop_retrieve(retrieve: RetrievePointer): void;
  fw_retrieved(session: SessionPointer, buf: BufPointer): number;
  fw_auto_unmount_fd(): number;
  fw_auto_unmount_pid(): number;
  fuse_session_receive_buf(session: SessionPointer, buf: BufPointer): number;
  fuse_session_process_buf(session: SessionPointer, buf: BufPointer): void;
  fuse_session_exit(session: SessionPointer): void;
  fuse_session_reset(session: SessionPointer): void;
  fuse_session_fd(session: SessionPointer): number;
  fuse_session_unmount(session: SessionPointer): void;
  fuse_session_destroy(session: SessionPointer): void;
  fuse_kern_unmount(mountpoint: Pointer, fd: number): void;
  fuse_reply_err(req: RequestPointer, errno: number): number;
  fuse_reply_none(req: RequestPointer): void;
  fuse_reply_entry(req: RequestPointer, entry: Pointer): number;
  fuse_reply_create(req: RequestPointer, entry: Pointer, file: Pointer): number;
  fuse_reply_attr(req: RequestPointer, stat: Pointer, timeout: number): number;
  fuse_reply_readlink(req: RequestPointer, target: Pointer): number;
  fuse_reply_open(req: RequestPointer, file: Pointer): number;
  fuse_reply_write(req: RequestPointer, count: number): number;
  fuse_reply_buf(req: RequestPointer, data: Pointer, size: number): number;
  fuse_reply_statfs(req: RequestPointer, statvfs: Pointer): number;
  fuse_reply_xattr(req: RequestPointer, size: number): number;
  fuse_reply_lock(req: RequestPointer, lock: Pointer): number;
  fuse_reply_bmap(req: RequestPointer, block: bigint): number;
  fuse_reply_ioctl(req: RequestPointer, result: number, data: Pointer, size: number): number;
  fuse_reply_poll(req: RequestPointer, events: number): number;
  fuse_reply_lseek(req: RequestPointer, offset: bigint): number;
  fuse_pollhandle_destroy(handle: Pointer): void;
  fuse_lowlevel_notify_poll(handle: Pointer): number;
  fuse_lowlevel_notify_inval_inode(
    session: SessionPointer,
    ino: bigint,
    offset: bigint,
    length: bigint,
  ): number;
  fuse_lowlevel_notify_inval_entry(
    session: SessionPointer,
    parent: bigint,
    name: Pointer,
    length: number,
  ): number;
  fuse_lowlevel_notify_expire_entry(
    session: SessionPointer,
    parent: bigint,
    name: Pointer,
    length: number,
  ): number;
  fuse_lowlevel_notify_delete(
    session: SessionPointer,
    parent: bigint,
    child: bigint,
    name: Pointer,
    length: number,
  ): number;
  fuse_lowlevel_notify_retrieve(
    session: SessionPointer,
    ino: bigint,
    size: number,
    offset: bigint,
    cookie: number,
  ): number;
}

/** An operation as libfuse calls it: 64-bit arguments are signed bigint, all others int32. */
export type OpImport = (...args: never[]) => void;

/** What a module instance calls back. */
export interface Host {
  readonly ops: Readonly<Record<string, OpImport>>;
  /** A line of libfuse's log or output; `level` as in syslog(3). */
  log(level: number, line: string): void;
  interrupted(req: RequestPointer): void;
  /**
   * Takes a message, in `count` struct iovec at `iov`, that another thread shall write. Returns its
   * size, or -errno. Without it there are no notifications.
   */
  post?(iov: Pointer, count: number): number;
  /** The answer to the retrieve with this cookie. */
  retrieved?(cookie: number, data: Buffer): void;
  /** System calls served by something else than the shim, for tests with a kernel of their own. */
  readonly sys?: Readonly<Record<string, ShimCall>>;
}

/** libfuse, instantiated: its functions and its memory. */
export interface Module {
  readonly exports: Exports;
  readonly memory: Memory;
  /** Set while it is open; see Channel. */
  channel: ShimChannelCalls | undefined;
  /** See Host. */
  retrieved(cookie: number, data: Buffer): void;
  /** The session is destroyed: no pointer of libfuse may be used any more. */
  isClosed: boolean;
}

/**
 * The compiled module, shared by all instances of the process: V8 keeps some 20 KB of one that was
 * compiled and used in a thread, for good, when that thread ends.
 */
let compiled: WebAssembly.Module | undefined;

/** Takes what another thread has compiled. */
export function adoptModule(module: WebAssembly.Module): void {
  compiled ??= module;
}

export function wasmModule(): WebAssembly.Module {
  if (compiled === undefined) {
    const file = createRequire(import.meta.url).resolve('#files/wasmfuse.wasm');
    compiled = new WebAssembly.Module(readFileSync(file));
  }
  return compiled;
}

function sysImports(
  module: WebAssembly.Module,
  overrides: Readonly<Record<string, ShimCall>>,
  memory: () => Memory,
): Record<string, CallableFunction> {
  const calls: Record<string, CallableFunction> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (from !== 'sys') continue;
    const call = overrides[name] ?? ((shim as Shim)[name] as ShimCall);
    calls[name] = (...numbers: (number | bigint)[]) => call(memory().bytes, ...numbers);
  }
  return calls;
}

/** A new instance of libfuse, with a memory of its own. */
export function instantiate(host: Host): Module {
  const module = wasmModule();
  const print = (line: string) => host.log(LOG_ERROR, line);
  const wasi = wasiImports(module, print);
  let memory: Memory;
  const instance = new WebAssembly.Instance(module, {
    ...wasi.imports,
    ops: host.ops as unknown as WebAssembly.ModuleImports,
    sys: sysImports(module, host.sys ?? {}, () => memory) as WebAssembly.ModuleImports,
    host: {
      log: (level: number, text: number, size: number) =>
        host.log(level, memory.text(text >>> 0, size)),
      interrupted: (req: number) => host.interrupted((req >>> 0) as RequestPointer),
      receive: () => made.channel?.receive(),
      send: () => made.channel?.send(),
      post: (iov: number, count: number) => {
        // The kernel may act on it before it has what was answered earlier.
        made.channel?.flush?.();
        return host.post?.(iov >>> 0, count) ?? -(errno.ENOSYS as number);
      },
    },
    // Views are refreshed on their next use.
    env: { emscripten_notify_memory_growth() {} },
  });
  const wasm = instance.exports.memory as WebAssembly.Memory;
  memory = new Memory(wasm, instance.exports.fw_put_stat as PutStat);
  wasi.setMemory(wasm);
  (instance.exports._initialize as () => void)();
  const retrieved = (cookie: number, data: Buffer) => host.retrieved?.(cookie, data);
  const made: Module = {
    exports: instance.exports as unknown as Exports,
    memory,
    channel: undefined,
    retrieved,
    isClosed: false,
  };
  return made;
}
