/**
 * Checks that all who serve a filesystem give the same answers to the same requests, for there is
 * nothing to compare otherwise: `check.js [filesystem...]`; 0 only if all do.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { missing, type PeerName, peerNames, start } from './registry.js';
import { type Counts, requestsOf, whyNotCounted } from './requests.js';
import { type Scenario, scenarios } from './scenarios.js';
import type { FilesystemName } from './served.js';

interface Seen {
  readonly peer: PeerName;
  readonly answer: string;
  /** Undefined for a filesystem of the kernel, which is asked by no request. */
  readonly counts: Counts | undefined;
}

const SCRIPT_S = '60';
/** Nobody serves these as they are there: the files are smaller, or not there. */
const notLikeRaw: readonly FilesystemName[] = ['data'];

const say = (line: string) => console.log(line);

function answerOf(mountpoint: string, script: string): string {
  const shell = ['sh', '-euc', `exec 2>&1\ncd "$1"\n${script}`, 'sh', mountpoint];
  const { status, stdout } = spawnSync('timeout', ['-s', 'KILL', SCRIPT_S, ...shell]);
  return `${stdout}status ${status}`.replaceAll(mountpoint, '<mountpoint>');
}

const total = (counts: Counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

/**
 * The requests of one pass. The kernel may drop what it knows whenever it wants memory, and then
 * asks more: of two passes, the one with fewer requests is what a script asks.
 */
async function requestsFor(mountpoint: string, pass: () => void): Promise<Counts> {
  const [one, two] = [await requestsOf(mountpoint, pass), await requestsOf(mountpoint, pass)];
  return total(two) < total(one) ? two : one;
}

async function see(peer: PeerName, filesystem: FilesystemName): Promise<Seen> {
  const { script } = scenarios[filesystem];
  const backing = fs.mkdtempSync(path.join(os.tmpdir(), 'backing-'));
  try {
    const { pid, mountpoint, stop } = await start(peer, filesystem, { backing });
    try {
      // The first pass also asks what is asked once and never again, which is not what is measured.
      const answer = answerOf(mountpoint, script);
      const pass = () => void answerOf(mountpoint, script);
      return { peer, answer, counts: pid === 0 ? undefined : await requestsFor(mountpoint, pass) };
    } finally {
      await stop();
    }
  } finally {
    fs.rmSync(backing, { recursive: true, force: true });
  }
}

/** The requests that count for a comparison. */
function compared({ uncounted = [] }: Scenario, counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([name]) => !uncounted.includes(name)));
}

/** In what the second one differs from the first, in words. */
function differences(filesystem: FilesystemName, one: Seen, other: Seen): string[] {
  const found: string[] = [];
  if (one.answer !== other.answer) {
    found.push(`answers:\n--- ${one.peer}\n${one.answer}\n--- ${other.peer}\n${other.answer}`);
  }
  const scenario = scenarios[filesystem];
  const excused = scenario.otherRequests?.[other.peer] !== undefined;
  if (one.counts === undefined || other.counts === undefined || excused) return found;
  const [a, b] = [compared(scenario, one.counts), compared(scenario, other.counts)];
  if (!isDeepStrictEqual(a, b)) {
    const shown = [a, b].map((counts) => JSON.stringify(counts));
    found.push(`requests:\n--- ${one.peer}\n${shown[0]}\n--- ${other.peer}\n${shown[1]}`);
  }
  return found;
}

/** Returns whether all are alike. */
async function check(filesystem: FilesystemName): Promise<boolean> {
  const seen: Seen[] = [];
  for (const peer of peerNames) {
    const reason =
      peer === 'raw' && notLikeRaw.includes(filesystem)
        ? 'its files are of another size'
        : await missing(peer, filesystem);
    if (reason === undefined) seen.push(await see(peer, filesystem));
    else say(`${filesystem}: ${peer} is missing: ${reason}`);
  }
  const [first, ...others] = seen;
  if (first === undefined) return true;
  let isAlike = true;
  for (const other of others) {
    for (const difference of differences(filesystem, first, other)) {
      isAlike = false;
      say(`${filesystem}: ${difference}`);
    }
  }
  const names = seen.map(({ peer }) => {
    const excuse = scenarios[filesystem].otherRequests?.[peer];
    return excuse === undefined ? peer : `${peer} (other requests: ${excuse})`;
  });
  const asked = `${total(first.counts ?? {})} requests`;
  say(`${filesystem}: ${asked}, ${isAlike ? 'alike' : 'NOT ALIKE'}: ${names.join(', ')}`);
  return isAlike;
}

const reason = await whyNotCounted();
if (reason !== undefined) {
  say(`can't check: ${reason}`);
  process.exit(2);
}
const all = Object.keys(scenarios) as FilesystemName[];
const wanted = process.argv.slice(2) as FilesystemName[];
const unknown = wanted.find((name) => !all.includes(name));
if (unknown !== undefined) {
  say(`there is no filesystem ${unknown}; there are ${all.join(', ')}`);
  process.exit(2);
}
let isAlike = true;
for (const filesystem of wanted.length === 0 ? all : wanted) {
  isAlike = (await check(filesystem)) && isAlike;
}
process.exitCode = isAlike ? 0 : 1;
