/**
 * Leaves a session without close(): `leave.js <how> <mountpoint as JSON>`, where how is `module` or
 * `instance` to serve and then exit, and `unused` to come to its end with a session never begun.
 */
import { Session } from 'wasmfuse';
import ControlFs from '../../fixtures/control.js';

const [, , how = '', mountpoint = '""'] = process.argv;
const module = new URL('../../fixtures/control.js', import.meta.url);
const session = new Session(how === 'instance' ? new ControlFs() : module, JSON.parse(mountpoint));
if (how !== 'unused') {
  await session.init();
  session.main().catch(() => {});
  console.log('serving');
  process.exit(7);
}
