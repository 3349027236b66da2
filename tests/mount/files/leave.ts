/** A test file that leaves its filesystem mounted. */
import { fileURLToPath } from 'node:url';
import { Server, tempDir } from '../../helpers/mount.js';
import { Scope } from '../../helpers/scope.js';
import type { ServerOptions } from '../../helpers/server.js';
import { suite } from '../../helpers/suite.js';

const SERVER = fileURLToPath(new URL('../../helpers/server.js', import.meta.url));
const MODULE = new URL('../../fixtures/control.js', import.meta.url);

const test = suite('leave');
test('leaves a mount', async () => {
  // A scope that nobody closes.
  const dir = tempDir(new Scope(), 'mnt-');
  const options: ServerOptions = { module: MODULE.href, mountpoint: dir };
  await new Server(dir, [SERVER, JSON.stringify(options)]).mounted();
});
