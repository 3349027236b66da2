/** wasmfuse: filesystems in TypeScript, served by libfuse3 in WebAssembly. */
import { loadSoon } from './comlink.js';

export { attach, type LoopRemote } from './attach.js';
export * from './constants.js';
export { loopToken } from './current.js';
export { close, init, main, terminate } from './default.js';
export { ENOATTR, FUSEError, SystemError } from './errors.js';
export type { Filesystem } from './handlers.js';
export { fsdecode, fsencode } from './names.js';
export type { NotificationCalls } from './notifications.js';
export {
  expireEntry,
  invalidateEntry,
  invalidateEntryAsync,
  invalidateInode,
  notifyStore,
  retrieve,
} from './notify.js';
export { Operations } from './operations.js';
export type { SessionConfig } from './options.js';
export * as posix from './posix.js';
export { readdirReply } from './session/directory.js';
export { capability } from './session/generated/layout.js';
export { mount, Session } from './session.js';
export type { LoopToken } from './token.js';
export * from './types.js';
export { getSupGroups, getxattr, listdir, setxattr, syncfs } from './utility.js';
export { version } from './version.js';

loadSoon();
