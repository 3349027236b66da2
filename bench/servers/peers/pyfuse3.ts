import { fileURLToPath } from 'node:url';
import { run } from '../../soak/programs.js';
import { launch } from '../launch.js';
import type { Peer } from '../peer.js';
import type { FilesystemName } from '../served.js';

/** Debian's, for which it has pyfuse3; another one may come first on the PATH. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(
  new URL('../../../../bench/servers/pyfuse3/serve.py', import.meta.url),
);

const served: readonly FilesystemName[] = ['stat', 'data', 'listing', 'delay'];

const reasons: Partial<Record<FilesystemName, string>> = {
  comlink: 'Comlink is a library for JavaScript',
  passthrough: 'nobody has written one like it for this comparison, which is with C alone',
  memory: 'nobody has written one like it for this comparison, which is with C alone',
};

export const pyfuse3: Peer = {
  async missing(filesystem) {
    if (!served.includes(filesystem)) return reasons[filesystem];
    const { status, output } = await run(PYTHON, '-c', 'import pyfuse3, trio').catch((error) => ({
      status: 1,
      output: `${error.message}`,
    }));
    return status === 0 ? undefined : `not installed: ${output.split('\n').at(-1)}`;
  },

  async start(filesystem, options) {
    // Compiled modules would be left beside the sources.
    const flags = ['-B'];
    return launch(
      (mountpoint) => [PYTHON, ...flags, PROGRAM, mountpoint, `filesystem_${filesystem}`],
      options,
    );
  },
};
