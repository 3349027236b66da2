/**
 * Watches the soak from a process of its own: `guard.js <base> <pid>`, a byte on standard input for
 * each sign of life. Frees what a soak that ended without a word, or hangs, leaves behind.
 */
import fs from 'node:fs';
import { freeAll } from './freeing.js';
import { mountsUnder } from './mounts.js';
import { whereabouts } from './processes.js';

/** More than any work of the soak's main thread takes on a busy machine. */
const SILENCE_MS = 30_000;

const [base = '', pid = ''] = process.argv.slice(2);

function silent(): void {
  const place = whereabouts(Number(pid));
  process.stdout.write(`guard: the soak gives no sign of life; freeing its mounts\n${place}\n`);
  void freeAll(base);
}

let timer = setTimeout(silent, SILENCE_MS);
process.stdin.on('data', () => {
  clearTimeout(timer);
  timer = setTimeout(silent, SILENCE_MS);
});
process.stdin.on('end', async () => {
  clearTimeout(timer);
  await freeAll(base);
  if (mountsUnder(base).length === 0) fs.rmSync(base, { recursive: true, force: true });
});
// A signal for the whole group is for the soak; this one still has to free what it leaves.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
