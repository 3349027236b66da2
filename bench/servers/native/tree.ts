import { constants } from 'node:fs';
import {
  LISTING_DIRECTORIES,
  LISTING_FILES,
  LISTING_TIMEOUT,
  STAT_FILE,
  STAT_OTHERS,
} from '../served.js';
import type { Handlers, Stat } from './binding.js';

const { S_IFDIR, S_IFREG } = constants;

/** Files by their paths, as this interface has them, and how long the kernel may trust them. */
export interface Tree {
  readonly timeout: number;
  handlers(notThere: number): Handlers;
}

function attributes(mode: number, time: Date): Stat {
  const times = { atime: time, mtime: time, ctime: time };
  return { mode, nlink: mode & S_IFDIR ? 2 : 1, size: 0, uid: 0, gid: 0, ...times };
}

const epoch = new Date(0);

function statHandlers(notThere: number): Handlers {
  const names = [STAT_FILE, ...Array.from({ length: STAT_OTHERS }, (_, i) => `n${i}`)];
  const paths = new Set(names.map((name) => `/${name}`));
  return {
    getattr(path, reply) {
      if (path === '/') reply(0, attributes(S_IFDIR | 0o755, epoch));
      else if (paths.has(path)) reply(0, attributes(S_IFREG | 0o644, epoch));
      else reply(notThere);
    },
    readdir(_path, reply) {
      reply(0, names);
    },
  };
}

const numbered = (letter: string, count: number, digits: number) =>
  Array.from({ length: count }, (_, i) => letter + `${i}`.padStart(digits, '0'));

function listingHandlers(notThere: number): Handlers {
  const now = new Date();
  const names = numbered('f', LISTING_FILES, 4);
  const nodes = new Map<string, { stat: Stat; names: string[] }>();
  const add = (path: string, mode: number, children: string[]) =>
    nodes.set(path, { stat: attributes(mode, now), names: children });
  const directories = numbered('d', LISTING_DIRECTORIES, 3);
  add('/', S_IFDIR | 0o755, directories);
  for (const directory of directories) {
    add(`/${directory}`, S_IFDIR | 0o755, names);
    for (const name of names) add(`/${directory}/${name}`, S_IFREG | 0o644, []);
  }
  return {
    getattr(path, reply) {
      const node = nodes.get(path);
      if (node === undefined) reply(notThere);
      else reply(0, node.stat);
    },
    readdir(path, reply) {
      reply(0, nodes.get(path)?.names);
    },
  };
}

export const files = {
  stat: (): Tree => ({ timeout: 0, handlers: statHandlers }),
  listing: (): Tree => ({ timeout: LISTING_TIMEOUT, handlers: listingHandlers }),
};
