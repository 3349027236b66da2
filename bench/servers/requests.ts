import fs from 'node:fs';
import { mountAt } from '../soak/mounts.js';
import { run, succeed } from '../soak/programs.js';

const TRACING = '/sys/kernel/tracing';
const EVENT = 'events/fuse/fuse_request_send';
const BUFFER_KB = 32_768;

/** How often each request was sent, by its name. */
export type Counts = Readonly<Record<string, number>>;

/** Why requests can't be counted here; undefined when they can. */
export async function whyNotCounted(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root may ask the kernel for traces';
  if (!fs.existsSync(`${TRACING}/${EVENT}`)) {
    await run('mount', '-t', 'tracefs', 'none', TRACING);
  }
  if (fs.existsSync(`${TRACING}/${EVENT}`)) return undefined;
  return 'this kernel has no trace events of FUSE';
}

/** Counts the requests in the text of a trace. */
export function countIn(trace: string): Counts {
  const counts: Record<string, number> = {};
  for (const [, opcode = ''] of trace.matchAll(/\(FUSE_(\w+)\)/g)) {
    const name = opcode.toLowerCase();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Counts what the kernel sends to whoever serves a mountpoint, while `work` is done there. */
export async function requestsOf(mountpoint: string, work: () => void): Promise<Counts> {
  const connection = mountAt(mountpoint)?.connection;
  if (connection === undefined) throw new Error(`nothing is mounted at ${mountpoint}`);
  const dir = `${TRACING}/instances/bench-${process.pid}`;
  const set = (file: string, value: string) => fs.writeFileSync(`${dir}/${file}`, value);
  fs.mkdirSync(dir);
  try {
    set('buffer_size_kb', `${BUFFER_KB}`);
    set(`${EVENT}/filter`, `connection == ${connection}`);
    set(`${EVENT}/enable`, '1');
    work();
    set(`${EVENT}/enable`, '0');
    return countIn(await succeed('cat', `${dir}/trace`));
  } finally {
    fs.rmdirSync(dir);
  }
}
