import { errno, SystemError } from '../errors.js';
import { newBuf } from './buf.js';
import { newSession } from './creation.js';
import { countdown } from './deadline.js';
import { LOG_ERROR, type Log } from './log.js';
import { instantiate } from './module.js';
import { type ShimCall, shim } from './shim.js';
import { idleOps } from './unmount.js';
import { Words } from './words.js';

/** Far more than the kernel takes once nothing is left unanswered. */
const MOST_MS = 1000;
const STEP_MS = 5;

const none = new Uint8Array();

/**
 * Ends the notifications of a connection whose device is closed. A message that the kernel holds
 * keeps the connection open, and may wait for requests that nobody reads any more: these are
 * answered with EIO until the kernel lets go of it.
 *
 * @param connection number of its Outbox, in whichever thread that was.
 */
export function drain(connection: number, log: Log): void {
  const fd = (shim.outbox_cut as ShimCall)(none, connection);
  if (fd === -(errno.ENOENT as number)) return;
  try {
    if (fd < 0) throw new SystemError(-fd, 'fcntl');
    refuseAll(connection, fd);
  } catch (thrown) {
    log(LOG_ERROR, `the kernel holds a notification up; abort its connection: ${thrown}`);
  }
}

/** @param fd of the connection, which it closes. */
function refuseAll(connection: number, fd: number): void {
  const isHeld = () => (shim.outbox_held as ShimCall)(none, connection) > 0;
  const module = instantiate({ ops: idleOps, log: () => {}, interrupted: () => {} });
  const { exports } = module;
  const session = newSession(module, new Words(), [], '');
  const buf = newBuf(module, exports.fw_session_bufsize(session) >>> 0);
  exports.fw_session_adopt(session, fd);
  const left = countdown(MOST_MS);
  while (isHeld() && left() > 0) exports.fw_session_refuse(session, buf, STEP_MS);
  exports.fuse_session_destroy(session);
  if (isHeld()) throw new Error(`not free after ${MOST_MS} ms`);
}
