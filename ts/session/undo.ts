import { errnoOf } from '../errors.js';
import type { Operations } from '../operations.js';
import type { Attributes, FileInfo } from '../types.js';
import type { Row } from './optable.js';
import type { Request } from './request.js';

function handleOf(file: unknown): bigint {
  const fh = typeof file === 'object' ? ((file as Partial<FileInfo>).fh ?? 0n) : file;
  return BigInt(fh as bigint | number);
}

function inodeOf(attributes: unknown): bigint[] {
  const ino = BigInt((attributes as Attributes).ino ?? 0n);
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
    guarded(() => fs.forget(inodes.map((inode) => [inode, 1n]), request));
  };
  switch (row.undo) {
    case 'lookup':
      return forget(inodeOf(value));
    case 'listing':
      return forget(request.directory?.accepted ?? []);
    case 'open':
      guarded(() => fs.release(handleOf(value), request));
      return;
    case 'opendir':
      guarded(() => fs.releasedir(handleOf(value), request));
      return;
    case 'create': {
      const [file, attributes] = value as [unknown, unknown];
      guarded(() => fs.release(handleOf(file), request));
      return forget(inodeOf(attributes));
    }
  }
}
