/** Serves a filesystem by fuse-native, until it is unmounted: `serve.js <mountpoint> <name>`. */
import { mountAt } from '../../soak/mounts.js';
import { loadFuseNative } from './binding.js';
import { files, type Tree } from './tree.js';

/** It tells nobody that it was unmounted: so often it is looked for. */
const LOOK_MS = 500;

const [mountpoint = '', name = ''] = process.argv.slice(2);
const trees: Readonly<Record<string, () => Tree>> = files;
const tree = trees[name]?.();
if (tree === undefined) throw new Error(`there is no ${name}`);
const { timeout, handlers } = tree;

const Fuse = loadFuseNative();
const fuse = new Fuse(mountpoint, handlers(Fuse.ENOENT), {
  fsname: 'bench',
  subtype: 'native',
  // As text, as a number of 0 counts as none.
  entryTimeout: `${timeout}`,
  attrTimeout: `${timeout}`,
  // No timer for each request.
  timeout: false,
});

fuse.mount((error) => {
  if (error !== null) throw error;
  const looking = setInterval(() => {
    if (mountAt(mountpoint) !== undefined) return;
    clearInterval(looking);
    process.exit();
  }, LOOK_MS);
});
