import { errno, SystemError } from '../errors.js';
import { fsencode } from '../names.js';
import type { Pointer } from './memory.js';
import type { Module, SessionPointer } from './module.js';
import type { Words } from './words.js';

/** Strings one after the other in the module's memory, each ended by NUL, while `use` runs. */
function withStrings<T>(module: Module, list: readonly string[], use: (at: Pointer) => T): T {
  const block = Buffer.concat(list.flatMap((text) => [fsencode(text), Buffer.alloc(1)]));
  const at = module.exports.malloc(block.length) >>> 0;
  module.memory.bytes.set(block, at);
  try {
    return use(at);
  } finally {
    module.exports.free(at);
  }
}

/**
 * Makes libfuse's session, which has no device yet.
 *
 * @throws SystemError EINVAL with libfuse's words, for an option that it does not know.
 */
export function newSession(
  module: Module,
  words: Words,
  options: readonly string[],
  mountpoint: string,
): SessionPointer {
  const args = ['wasmfuse', ...options.flatMap((option) => ['-o', option])];
  const [session, said] = words.listen(() =>
    withStrings(module, args, (at) => module.exports.fw_session_new(at, args.length)),
  );
  if (session !== 0) return (session >>> 0) as SessionPointer;
  throw new SystemError(errno.EINVAL as number, 'fuse_session_new', mountpoint, said);
}

/** Mounts. @throws SystemError with libfuse's words. */
export function mountSession(
  module: Module,
  words: Words,
  session: SessionPointer,
  mountpoint: string,
): void {
  const [result, said] = words.listen(() =>
    withStrings(module, [mountpoint], (at) => module.exports.fw_session_mount(session, at)),
  );
  if (result < 0) throw new SystemError(-result, 'mount', mountpoint, said);
}

/** Serves the connection of the device `fd` beside the session that mounted. @throws SystemError */
export function cloneSession(module: Module, session: SessionPointer, fd: number): void {
  const result = module.exports.fw_session_clone(session, fd);
  if (result < 0) throw new SystemError(-result, 'ioctl', '/dev/fuse');
}
