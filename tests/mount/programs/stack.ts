/**
 * Mounts several filesystems on one point, closes some, and exits: `stack.js <module | instance>
 * <mountpoint> <number of mounts> <index to close>...`.
 */
import { mount } from 'wasmfuse';
import UncachedFs from '../../fixtures/uncached.js';

const MODULE = new URL('../../fixtures/uncached.js', import.meta.url);
const [, , how, mountpoint = '', count, ...closing] = process.argv;
const sessions = [];
for (let made = 0; made < Number(count); made++) {
  const session = await mount(how === 'instance' ? new UncachedFs() : MODULE, mountpoint);
  session.main().catch(() => {});
  sessions.push(session);
}
for (const index of closing) await sessions[Number(index)]?.close();
process.exit(7);
