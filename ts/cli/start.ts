import fs from 'node:fs';
import path from 'node:path';
import { absolute } from '../absolute.js';
import { errno, errnoOf } from '../errors.js';
import { fsencode } from '../names.js';
import { mount } from '../session.js';
import { runDemo } from './demo.js';
import { mountCommand } from './mount.js';
import { presets } from './presets.js';

function welcome(mountpoint: string): void {
  const where = path.relative(process.cwd(), mountpoint) || '.';
  process.stdout.write(`tmpfs is mounted on ${mountpoint}. Try, in another terminal:

  echo hello > ${where}/greeting && cat ${where}/greeting
  cp -r /usr/include ${where}/ && du -sh ${where}
  df -h ${where}
  mount | grep wasmfuse

Everything in it is gone when it is unmounted: Ctrl-C here, or  fusermount3 -u ${where}
`);
}

/** Makes a directory; false when something is there already, perhaps a mount without server. */
function makeDirectory(directory: string): boolean {
  try {
    fs.mkdirSync(fsencode(directory));
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === errno.EEXIST) return false;
    throw thrown;
  }
}

/** Options of `wasmfuse start` as the parser leaves them. */
export interface StartOptions {
  demo?: boolean;
  replaceStale?: boolean;
}

/** Serves tmpfs on a directory, made if missing and then removed again; or shows what it can do. */
export async function startCommand(
  directory: string,
  { demo = false, replaceStale = false }: StartOptions,
): Promise<void> {
  const mountpoint = absolute(directory);
  const isNew = makeDirectory(mountpoint);
  const cleanUp = () => {
    // A signal ends the process before an await could.
    if (isNew) fs.rmdirSync(fsencode(mountpoint));
  };
  try {
    if (demo) await demonstrate(mountpoint, replaceStale);
    else {
      const options = { options: [], replaceStale, minTasks: 1, maxTasks: 99, workers: 1 };
      await mountCommand('tmpfs', [mountpoint], options, welcome);
    }
  } finally {
    cleanUp();
  }
}

async function demonstrate(mountpoint: string, replaceStale: boolean): Promise<void> {
  const { module } = presets.tmpfs as { module: URL };
  const options = ['default_permissions', 'fsname=tmpfs', 'subtype=wasmfuse'];
  const session = await mount(module, mountpoint, options, { handleSignals: true, replaceStale });
  try {
    const served = session.main();
    await Promise.race([runDemo(mountpoint), served]);
    session.terminate();
    await served;
  } finally {
    await session.close();
  }
}
