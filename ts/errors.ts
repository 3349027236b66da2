import os from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** Linux errno numbers by name, as this machine's kernel and C library number them. */
export const errno: Readonly<Record<string, number>> = {
  ...os.constants.errno,
  ENOATTR: os.constants.errno.ENODATA,
};

/** Where a number has two names, Node's own errors have the one that comes first. */
const nameByNumber = new Map(
  Object.entries(os.constants.errno)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** The errno a filesystem answers when an extended attribute is missing (ENODATA on Linux). */
export const ENOATTR: number = os.constants.errno.ENODATA;

/** The name of an errno number, such as `'ENOENT'`; `'errno 4095'` for one that Linux lacks. */
export function errnoName(number: number): string {
  return nameByNumber.get(number) ?? `errno ${number}`;
}

/** Made once: asking Node for it takes some 25 us. */
const systemErrors = getSystemErrorMap();

/** Whether Linux has an error of this number; others the kernel does not take for an answer. */
export function isErrno(number: number): boolean {
  return nameByNumber.has(number);
}

/** What the C library says of an errno number, such as `'no such file or directory'`. */
export function errnoText(number: number): string {
  // The map also holds numbers that libuv has made up.
  const text = nameByNumber.has(number) ? systemErrors.get(-number)?.[1] : undefined;
  return text ?? errnoName(number);
}

/**
 * The one error a handler throws on purpose: the kernel gets its errno, and nothing is logged.
 *
 * It is an answer, no fault, so it has no trace of calls in `stack`: filesystems throw it for each
 * name that is not there. `Error.captureStackTrace(error)` adds one.
 *
 * @param reason a Linux errno, or its name such as `'ENOENT'`; 0 is success where there is nothing
 *   else to answer, as in pyfuse3.
 * @throws TypeError when the reason is neither a number nor the name of an errno.
 */
export class FUSEError implements Error {
  readonly name = 'FUSEError';
  message: string;
  stack: string;
  /** Linux errno, not negative. */
  readonly errno: number;
  /** Name of the errno, such as `'ENOENT'`. */
  readonly code: string;

  constructor(reason: number | string) {
    const number = typeof reason === 'string' ? errno[reason] : reason;
    if (number === undefined || !Number.isInteger(number) || number < 0) {
      throw new TypeError(`FUSEError needs an errno or its name, got ${String(reason)}`);
    }
    this.message = errnoText(number);
    this.stack = `FUSEError: ${this.message}`;
    this.errno = number;
    this.code = typeof reason === 'string' ? reason : errnoName(number);
  }
}

// Error's own constructor walks the stack: 1 us and more, 15 times what all of the above takes.
Object.setPrototypeOf(FUSEError.prototype, Error.prototype);

/** An error of wasmfuse itself, with the shape of Node's own system errors. */
export class SystemError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly syscall: string;
  readonly path: string | undefined;
  /** Of notifyStore: how many bytes the kernel has taken for certain. */
  declare stored?: number;

  /**
   * @param number positive Linux errno; the property is negative, as Node has it.
   * @param detail what is known beyond the errno, such as libfuse's own words.
   */
  constructor(number: number, syscall: string, path?: string, detail?: string) {
    const code = errnoName(number);
    const where = path === undefined ? syscall : `${syscall} '${path}'`;
    const more = detail === undefined ? '' : `: ${detail}`;
    const text = errnoText(number);
    super(`${text === code ? code : `${code}: ${text}`}, ${where}${more}`);
    this.errno = -number;
    this.code = code;
    this.syscall = syscall;
    this.path = path;
  }
}

/**
 * The errno that a thrown value stands for, or undefined when it is no expected failure: a
 * FUSEError's own number, or that of a Node error whose `code` names an errno.
 */
export function errnoOf(thrown: unknown): number | undefined {
  try {
    if (thrown instanceof FUSEError) return thrown.errno;
    const code: unknown = thrown instanceof Error && (thrown as { code?: unknown }).code;
    return typeof code === 'string' && Object.hasOwn(errno, code) ? errno[code] : undefined;
  } catch {
    // Someone's getter or proxy has thrown in turn.
    return undefined;
  }
}
