import { fileURLToPath } from 'node:url';
import { run } from '../../soak/programs.js';
import { launch } from '../launch.js';
import type { Peer } from '../peer.js';
import type { FilesystemName } from '../served.js';

const PROGRAM = fileURLToPath(new URL('../native/serve.js', import.meta.url));
const BINDING = new URL('../native/binding.js', import.meta.url).href;
/** In a process of its own, as what it loads stays. */
const TRIAL = `import(${JSON.stringify(BINDING)}).then(({ loadFuseNative }) => loadFuseNative())`;

const NO_DIRECT_IO = 'it has no way to give a file direct I/O, so other requests would be made';
const ONLY_C = 'nobody has written one like it for this comparison, which is with C alone';

const reasons: Partial<Record<FilesystemName, string>> = {
  data: NO_DIRECT_IO,
  delay: NO_DIRECT_IO,
  comlink: 'its handlers run on the main thread, and nowhere else',
  passthrough: ONLY_C,
  memory: ONLY_C,
};

/** The binding of libfuse 2 that users of Node have today. */
export const fuseNative: Peer = {
  async missing(filesystem) {
    if (reasons[filesystem] !== undefined) return reasons[filesystem];
    const { status, output } = await run(process.execPath, '-e', TRIAL);
    if (status === 0) return undefined;
    return `it does not load: ${/^Error: .*$/m.exec(output)?.[0] ?? output}`;
  },

  start(filesystem, options) {
    return launch((mountpoint) => [process.execPath, PROGRAM, mountpoint, filesystem], options);
  },
};
