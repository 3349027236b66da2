import fs from 'node:fs';
import path from 'node:path';
import { absolute } from '../absolute.js';
import { errno, errnoOf } from '../errors.js';
import { fsencode } from '../names.js';
import { mount } from '../session.js';
import { UsageError } from './errors.js';
import { mountCommand } from './mount.js';
import { presets } from './presets.js';

/** What can be tried with a filesystem that is mounted at `where`, and what to know. */
export const welcomes: Readonly<Record<string, (where: string) => string>> = {
  tmpfs: (where) => `  echo hello > ${where}/greeting && cat ${where}/greeting
  cp -r /usr/include ${where}/ && du -sh ${where}
  df -h ${where}
  mount | grep wasmfuse

Everything in it is gone when it is unmounted:`,
  notify: (where) => `  tail -f ${where}/log
  inotifywait -m ${where}/tick-*
  while sleep 1; do ls ${where}; done

The kernel caches everything for an hour, and is told of each change. To unmount:`,
};

const DEFAULT_DIRECTORY = './mnt';

/** One place is a directory, as it may be called like a filesystem. */
function chosen(first: string | undefined, second: string | undefined) {
  if (second === undefined) return { name: 'tmpfs', directory: first ?? DEFAULT_DIRECTORY };
  if (first !== undefined && Object.hasOwn(welcomes, first)) {
    return { name: first, directory: second };
  }
  throw new UsageError(`start serves ${Object.keys(welcomes).join(' or ')}, not ${first}`);
}

function welcome(name: string, mountpoint: string): void {
  const where = path.relative(process.cwd(), mountpoint) || '.';
  const text = (welcomes[name] as (where: string) => string)(where);
  process.stdout.write(`${name} is mounted on ${mountpoint}. Try, in another terminal:

${text} Ctrl-C here, or  fusermount3 -u ${where}
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

/**
 * Serves a filesystem on a directory, made if missing and then removed again; or shows what tmpfs
 * can do.
 */
export async function startCommand(
  first: string | undefined,
  second: string | undefined,
  { demo = false, replaceStale = false }: StartOptions,
): Promise<void> {
  const { name, directory } = chosen(first, second);
  if (demo && name !== 'tmpfs') throw new UsageError('the demo is one of tmpfs');
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
      await mountCommand(name, [mountpoint], options, (where) => welcome(name, where));
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
    const { runDemo } = await import('./demo.js');
    await Promise.race([runDemo(mountpoint), served]);
    session.terminate();
    await served;
  } finally {
    await session.close();
  }
}
