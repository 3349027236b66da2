import { FUSEError, RENAME_EXCHANGE, RENAME_NOREPLACE } from 'wasmfuse';
import { Directory } from './directory.js';
import type { Node } from './node.js';

/** One end of a rename. */
export interface Place {
  directory: Directory;
  name: string;
}

/** A directory can't move to a place inside itself. @throws EINVAL */
function checkLoop(node: Node, to: Directory): void {
  if (node instanceof Directory && node.contains(to)) throw new FUSEError('EINVAL');
}

/** @throws EISDIR, ENOTDIR, ENOTEMPTY */
function checkReplaceable(target: Node, source: Node): void {
  if (!(target instanceof Directory)) {
    if (source instanceof Directory) throw new FUSEError('ENOTDIR');
  } else {
    if (!(source instanceof Directory)) throw new FUSEError('EISDIR');
    if (!target.isEmpty) throw new FUSEError('ENOTEMPTY');
  }
}

function exchange(from: Place, source: Node, to: Place, target: Node): void {
  checkLoop(source, to.directory);
  checkLoop(target, from.directory);
  to.directory.set(to.name, source);
  from.directory.set(from.name, target);
}

function move(from: Place, source: Node, to: Place, target: Node | undefined): void {
  checkLoop(source, to.directory);
  if (target !== undefined) checkReplaceable(target, source);
  if (target === undefined && from.directory === to.directory) {
    from.directory.rename(from.name, to.name);
    return;
  }
  to.directory.set(to.name, source);
  from.directory.delete(from.name);
}

/**
 * renameat2(2). What had the new name loses it; its inode is the caller's to give up.
 *
 * @throws EINVAL, ENOENT, EEXIST, EISDIR, ENOTDIR, ENOTEMPTY, ENAMETOOLONG
 */
export function rename(from: Place, to: Place, flags: number): void {
  if (![0, RENAME_NOREPLACE, RENAME_EXCHANGE].includes(flags)) throw new FUSEError('EINVAL');
  const source = from.directory.find(from.name);
  const target = to.directory.get(to.name);
  if (flags === RENAME_NOREPLACE && target !== undefined) throw new FUSEError('EEXIST');
  if (flags === RENAME_EXCHANGE && target === undefined) throw new FUSEError('ENOENT');
  // POSIX: two names of one inode stay as they are.
  if (source === target) return;
  if (flags === RENAME_EXCHANGE && target) exchange(from, source, to, target);
  else move(from, source, to, target);
  source.changed();
  target?.changed();
  from.directory.modified();
  to.directory.modified();
}
