import { ChildProcess } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { BroadcastChannel, MessagePort, Worker } from 'node:worker_threads';
import { Session } from 'wasmfuse';
import { mountsUnder } from './mounts.js';
import { children, processesMentioning } from './processes.js';

/** What of each kind there is: `fd /dev/fuse`, `thread`, `MessagePort`, ... */
export type Census = Readonly<Record<string, number>>;

/** What only a leak keeps on the heap. */
const OBJECTS = {
  MessagePort,
  BroadcastChannel,
  Worker,
  ChildProcess,
  Session,
  'WebAssembly.Memory': WebAssembly.Memory,
};
/** Threads and processes take a moment from their last word to their end. */
const SETTLE_MS = 3000;
const AGAIN_MS = 100;

function fds(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      // Inode numbers tell only which one it is.
      return `fd ${readlinkSync(`/proc/self/fd/${fd}`).replace(/:\[\d+\]$/, '')}`;
    } catch {
      // The one that the list itself was read from.
      return [];
    }
  });
}

function count(base: string): Census {
  const all: Record<string, number> = {
    thread: readdirSync('/proc/self/task').length,
    mount: mountsUnder(base).length,
    child: children().length,
    'process on a mount': processesMentioning(`${base}/`).length,
  };
  for (const name of [...fds(), ...process.getActiveResourcesInfo().map((is) => `active ${is}`)]) {
    all[name] = (all[name] ?? 0) + 1;
  }
  for (const [name, kind] of Object.entries(OBJECTS)) {
    all[`object ${name}`] = queryObjects(kind, { format: 'count' });
  }
  return all;
}

/** What differs, as lines for people. */
export function differences(before: Census, after: Census): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => (before[name] ?? 0) !== (after[name] ?? 0))
    .map((name) => `${name}: ${before[name] ?? 0}, then ${after[name] ?? 0}`);
}

/**
 * Counts what this process holds; everything must be at rest. Waits a little for it to be as it was
 * `before`.
 */
export async function takeCensus(base: string, before?: Census): Promise<Census> {
  const end = performance.now() + SETTLE_MS;
  let last = count(base);
  for (;;) {
    await sleep(AGAIN_MS);
    const now = count(base);
    const isSettled = differences(before ?? last, now).length === 0;
    if (isSettled || performance.now() > end) return now;
    last = now;
  }
}
