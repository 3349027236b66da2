/** Serves until it is told by SIGUSR1 to exit: `serving.js <module | instance> <mountpoint>`. */
import { mount } from 'wasmfuse';
import ControlFs from '../../fixtures/control.js';

const [, , how, mountpoint = ''] = process.argv;
const module = new URL('../../fixtures/control.js', import.meta.url);
const session = await mount(how === 'instance' ? new ControlFs() : module, mountpoint);
process.on('SIGUSR1', () => process.exit(7));
session.main().catch(() => {});
console.log('serving');
