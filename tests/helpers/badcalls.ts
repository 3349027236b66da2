/** The system call that reaches each handler of the filesystem of wrong answers. */
import { open, readdir, readlink, stat } from 'node:fs/promises';
import { getxattr } from 'wasmfuse';
import type { BAD } from '../fixtures/bad.js';

/** Opens the file for one call that must fail, and closes it. */
async function onFile(path: string, call: (file: Awaited<ReturnType<typeof open>>) => unknown) {
  const file = await open(path, 'r+');
  try {
    await call(file);
  } catch (thrown) {
    // Closing may fail as well, when the error has ended the session.
    await file.close().catch(() => {});
    throw thrown;
  }
  await file.close();
}

export const CALLS: Record<keyof typeof BAD, (path: string) => unknown> = {
  lookup: (path) => stat(path),
  read: (path) => onFile(path, (file) => file.read(Buffer.alloc(4096), 0, 4096, 0)),
  write: (path) => onFile(path, (file) => file.write('text', 0)),
  open: (path) => onFile(path, () => {}),
  readlink: (path) => readlink(path),
  getxattr: (path) => getxattr(path, 'user.any'),
  readdir: (path) => readdir(path),
};
