import type { ResourceLimits } from 'node:worker_threads';
import { absolute } from './absolute.js';
import { defaultOptions } from './constants.js';
import type { ServerConfig } from './session/server.js';
import type { TransportName } from './session/transports.js';

/** How a session behaves beside its mount options. */
export interface SessionConfig {
  /** Passed to the handlers' module: a structured clone is the argument of its default export. */
  data?: unknown;
  /** Log libfuse's own debug output: every request and reply. */
  debug?: boolean;
  /**
   * What an error does that a handler did not throw on purpose. Either way it is logged and
   * answered EIO; 'raise' also ends main() with it. Default 'log'.
   */
  onUnexpectedError?: 'log' | 'raise';
  /** On SIGINT, SIGTERM and SIGHUP: unmount, then die of the signal. Main thread only. */
  handleSignals?: boolean;
  /** Most milliseconds that close() waits for handlers that are still at work. Default 5000. */
  closeTimeout?: number;
  /** Mount over a directory that has entries, which stay hidden until unmounted. */
  nonempty?: boolean;
  /**
   * Threads that serve, each with an instance of the handlers' module: state that they share must
   * live outside of it. Default 1.
   */
  workers?: number;
  /**
   * Unmount what a server that was killed has left at the mountpoint: FUSE mounts that fail with
   * ENOTCONN. Other mounts stay. Default false.
   */
  replaceStale?: boolean;
  /**
   * How requests come from the kernel: 'read' from the device, or by 'uring', over io_uring (Linux
   * 6.16, where it is switched on). What can't be had is logged, and done without. Default 'auto',
   * which is 'read'; the environment variable WASMFUSE_TRANSPORT sets another default.
   */
  transport?: 'auto' | 'read' | 'uring';
  /** Limits of each thread that runs the handlers' module. */
  resourceLimits?: ResourceLimits;
}

const CLOSE_TIMEOUT_MS = 5000;
const transports = ['auto', 'read', 'uring'];
const policies = ['log', 'raise'];

/** What typeof says of each field; those with more to say about them are checked one by one. */
const kinds: { readonly [field in keyof Required<SessionConfig>]: string | undefined } = {
  data: undefined,
  debug: 'boolean',
  onUnexpectedError: undefined,
  handleSignals: 'boolean',
  closeTimeout: 'number',
  nonempty: 'boolean',
  workers: undefined,
  replaceStale: 'boolean',
  transport: undefined,
  resourceLimits: 'object',
};

function checkFields(config: SessionConfig): void {
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`config is no object, but ${String(config)}`);
  }
  for (const [field, value] of Object.entries(config)) {
    if (!Object.hasOwn(kinds, field)) {
      process.emitWarning(`wasmfuse: config has no field '${field}'`);
      continue;
    }
    const kind = kinds[field as keyof SessionConfig];
    if (kind === undefined || value === undefined || typeof value === kind) continue;
    throw new TypeError(`config.${field} must be of type ${kind}, got ${String(value)}`);
  }
}

function optionList(options: Iterable<string> | undefined): string[] {
  if (typeof options === 'string') {
    throw new TypeError(`options must be a list of strings, not the string '${options}'`);
  }
  const list = [...(options ?? defaultOptions)];
  for (const option of list) {
    if (typeof option !== 'string') throw new TypeError(`mount option is no string: ${option}`);
    if (option.includes('\0')) throw new TypeError('mount option has a NUL');
  }
  return list;
}

/** @throws TypeError */
function transportOf(config: SessionConfig): TransportName {
  const { WASMFUSE_TRANSPORT: fallback } = process.env;
  const name = config.transport ?? (fallback || 'auto');
  if (!transports.includes(name)) {
    const whose = config.transport === undefined ? 'WASMFUSE_TRANSPORT' : 'transport';
    throw new TypeError(`${whose} is none of 'auto', 'read' and 'uring': ${name}`);
  }
  return name === 'uring' ? name : 'read';
}

/** Options and config, checked and with their defaults. */
export interface Settings {
  readonly server: ServerConfig;
  readonly closeTimeout: number;
  readonly workers: number;
}

/** @throws TypeError, RangeError */
export function settingsOf(options: Iterable<string> | undefined, config: SessionConfig): Settings {
  checkFields(config);
  const { closeTimeout = CLOSE_TIMEOUT_MS, onUnexpectedError = 'log', workers = 1 } = config;
  if (!policies.includes(onUnexpectedError)) {
    throw new TypeError(`onUnexpectedError is neither 'log' nor 'raise': ${onUnexpectedError}`);
  }
  if (!(closeTimeout >= 0)) throw new RangeError(`closeTimeout is no time: ${closeTimeout}`);
  checkWorkers(workers);
  const list = optionList(options);
  return {
    server: {
      options: config.debug ? [...list, 'debug'] : list,
      raiseUnexpected: onUnexpectedError === 'raise',
      workers,
      transport: transportOf(config),
    },
    closeTimeout,
    workers,
  };
}

/** Checks a number of threads. @throws RangeError */
export function checkWorkers(workers: number): void {
  if (Number.isInteger(workers) && workers >= 1) return;
  throw new RangeError(`workers must be an integer of at least 1, got ${workers}`);
}

/** Checks the numbers of tasks for main(). @throws RangeError */
export function checkTasks(minTasks: number, maxTasks: number): void {
  for (const [name, value] of Object.entries({ minTasks, maxTasks })) {
    if (!Number.isInteger(value)) throw new RangeError(`${name} must be an integer, got ${value}`);
  }
  if (minTasks < 0) throw new RangeError(`minTasks must not be negative, got ${minTasks}`);
  if (maxTasks < 1) throw new RangeError(`maxTasks must be at least 1, got ${maxTasks}`);
  if (minTasks > maxTasks) {
    throw new RangeError(`minTasks must not be above maxTasks, got ${minTasks} and ${maxTasks}`);
  }
}

/** The mountpoint as an absolute path. @throws TypeError */
export function checkMountpoint(mountpoint: string): string {
  if (typeof mountpoint !== 'string') {
    throw new TypeError(`mountpoint must be a string, got ${String(mountpoint)}`);
  }
  if (mountpoint === '') throw new TypeError('mountpoint is empty');
  if (mountpoint.includes('\0')) throw new TypeError('mountpoint has a NUL');
  return absolute(mountpoint);
}
