/** Mounts, uses and ends filesystems at random: `soak.js [seconds] [seed]`; 0 only if all holds. */
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeResults } from './results.js';
import { freeAll, showConnections } from './soak/freeing.js';
import { startGuard } from './soak/guarding.js';
import { placements } from './soak/placements.js';
import { trialOf } from './soak/plan.js';
import { report } from './soak/report.js';
import { Run } from './soak/run.js';
import { complaints } from './soak/verdict.js';

const SECONDS = 600;
/** For the cycles of an interrupted run to notice that their mounts are gone. */
const STOP_MS = 15_000;

const say = (line: string) => void fs.writeSync(process.stdout.fd, `${line}\n`);

function count(text: string | undefined, what: string, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  say(`${what} must be a number above 0, not '${text}'; usage: npm run soak -- [seconds] [seed]`);
  process.exit(2);
}

const [secondsText, seedText] = process.argv.slice(2);
const seconds = count(secondsText, 'seconds', SECONDS);
const seed = count(seedText, 'the seed', randomInt(1, 2 ** 31));
say(`seed ${seed}, ${seconds} s`);

const base = fs.mkdtempSync(`${fs.realpathSync(os.tmpdir())}/soak-`);
const endGuard = startGuard(base);
const run = new Run(seed, seconds, base, say);

const interrupted = new Promise<void>((resolve) => {
  const stop = () => {
    if (run.isStopped) process.exit(1);
    run.isStopped = true;
    say('stopping');
    void freeAll(base);
    void sleep(STOP_MS).then(resolve);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
});

async function soak(): Promise<void> {
  const hideConnections = await showConnections();
  if (hideConnections === undefined)
    throw new Error('no connection can be aborted here: the soak needs root');
  try {
    // Each placement once, so that one that does not work is heard of at once.
    for (const placement of placements) await run.cycle(trialOf(placement));
    if (run.failures.length === 0) await run.go();
  } finally {
    await hideConnections();
  }
}

try {
  await Promise.race([soak(), interrupted]);
} catch (thrown) {
  run.failures.push(String((thrown as Error).stack));
  run.isStopped = true;
}
const text = report(run);
say(`\n${text}`);
if (!run.isStopped) writeResults('Soak', text);
await endGuard();
process.exit(complaints(run).length === 0 ? 0 : 1);
