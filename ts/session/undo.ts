import { errnoOf } from '../errors.js';
import type { Operations } from '../operations.js';
import type { Attributes, FileInfo } from '../types.js';
import { inode } from './check.js';
import type { Row } from './optable.js';
import type { Request } from './request.js';

function handleOf(file: unknown): bigint {
  const fh = typeof file === 'object' ? ((file as Partial<FileInfo>).fh ?? 0n) : file;
  return BigInt(fh as bigint | number);
}

function inodeOf(attributes: unknown): bigint[] {
  const ino = inode((attributes as Attributes).ino ?? 0n, 'ino');
  return ino === 0n ? [] : [ino];
}

/**
 * Takes back what a handler has counted for an answer that the kernel did not take, because the
 * request was gone: the kernel will send no forget and no release for it.
 */
export function takeBack(
  fs: Operations,
  row: Row,
  request: Request,
  value: unknown,
  report: (thrown: unknown, request: Request) => void,
): void {
  const guarded = async (undo: () => unknown) => {
    try {
      await undo();
    } catch (thrown) {
      if (errnoOf(thrown) === undefined) report(thrown, request);
    }
  };
  const forget = (inodes: bigint[]) => {
    if (inodes.length === 0) return;
    guarded(() =>
      fs.forget(
        inodes.map((inode) => [inode, 1n]),
        request,
      ),
    );
  };
  const release = (file: unknown) => guarded(() => fs.release(handleOf(file), request));
  if (row.undo === 'lookup') forget(inodeOf(value));
  else if (row.undo === 'listing') forget(request.directory?.accepted ?? []);
  else if (row.undo === 'open') release(value);
  else if (row.undo === 'opendir') guarded(() => fs.releasedir(handleOf(value), request));
  else if (row.undo === 'create') {
    const [file, attributes] = value as [unknown, unknown];
    release(file);
    forget(inodeOf(attributes));
  }
}
