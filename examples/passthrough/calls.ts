/** Node's calls as promises of the bare result, on descriptors instead of FileHandle objects. */
import fs from 'node:fs';
import { promisify } from 'node:util';

export const chmod = promisify(fs.chmod);
export const chown = promisify(fs.chown);
export const fdatasync = promisify(fs.fdatasync);
export const fsync = promisify(fs.fsync);
export const ftruncate = promisify(fs.ftruncate);
export const readFile = promisify(fs.readFile);
export const rmdir = promisify(fs.rmdir);
export const unlink = promisify(fs.unlink);

const fstatOf = promisify(fs.fstat);
const lstatOf = promisify(fs.lstat);
const readOf = promisify(fs.read);
const writeOf = promisify(fs.write<Buffer>);

export function fstat(fd: number): Promise<fs.BigIntStats> {
  return fstatOf(fd, { bigint: true });
}

export function lstat(path: fs.PathLike): Promise<fs.BigIntStats> {
  return lstatOf(path, { bigint: true });
}

/** pread(2) */
export async function read(fd: number, into: Buffer, offset: number): Promise<number> {
  const { bytesRead } = await readOf(fd, into, 0, into.length, offset);
  return bytesRead;
}

/** pwrite(2) */
export async function write(fd: number, data: Buffer, offset: number): Promise<number> {
  const { bytesWritten } = await writeOf(fd, data, 0, data.length, offset);
  return bytesWritten;
}

/** The errno name of an error of Node or of wasmfuse. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
