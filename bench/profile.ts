/** Where the CPU time of a server goes, ours beside C's: `profile.js [scenario]...`. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { parts } from './profile/parts.js';
import { missingPerf, record } from './profile/perf.js';
import type { Scenario } from './profile/scenario.js';
import { programs } from './profile/scenarios/programs.js';
import { requests } from './profile/scenarios/requests.js';
import { transfers } from './profile/scenarios/transfers.js';
import { type Profile, Served } from './profile/served.js';
import { keepBusy } from './run/placement.js';
import { withScratch } from './run/scratch.js';
import { number, table } from './run/table.js';
import { peerWords } from './run/words.js';
import { missing, type PeerName } from './servers/registry.js';

const WARM_UP_MS = 4000;
const ROUNDS = 5;
const ROUND_MS = 1000;
const scenarios: Readonly<Record<string, Scenario>> = { ...requests, ...transfers, ...programs };
const bothOrdinary: readonly PeerName[] = ['ours', 'c'];

const say = (line: string) => void writeSync(process.stdout.fd, `${line}\n`);

async function whyNot({ filesystem, placement, peers = bothOrdinary }: Scenario) {
  const reasons = peers.map((peer) => missing(peer, filesystem));
  return placement.missing ?? (await Promise.all(reasons)).find((why) => why !== undefined);
}

async function profilesOf(scenario: Scenario, scratch: string): Promise<Profile[]> {
  const { peers = bothOrdinary, placement } = scenario;
  const all: Served[] = [];
  // V8 also writes logs, where it is started.
  process.chdir(scratch);
  const rest = keepBusy(placement.busy);
  try {
    for (const peer of peers) all.push(await Served.start(peer, scenario, scratch));
    for (const served of all) await served.warmUp(WARM_UP_MS);
    const file = join(scratch, 'perf.data');
    await record(placement.server, file, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const served of all) await served.go(ROUND_MS);
      }
    });
    return all.map((served) => served.profile(file));
  } finally {
    rest();
    for (const served of all) await served.stop();
    process.chdir('/');
  }
}

function lines(profiles: readonly Profile[]): string[][] {
  const row = (what: string, value: (profile: Profile) => number) => [
    what,
    ...profiles.map((profile) => number(value(profile))),
  ];
  return [
    ...parts.map((part) => row(part, (profile) => profile.parts.get(part) ?? 0)),
    row('all', (profile) => profile.all),
    row('beside: ready to run, but others did', (profile) => profile.delay),
  ];
}

const known = Object.keys(scenarios);
const names = process.argv.slice(2);
const unknown = names.find((name) => !known.includes(name));
const usage = `usage: npm run profile -- [${known.join(' | ')}]...`;
const why = unknown === undefined ? missingPerf() : `there is no ${unknown}; ${usage}`;
if (why !== undefined) {
  say(why);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Servers end, and mounts go, with this process.
  process.on(signal, () => process.exit(1));
}
for (const name of names.length > 0 ? names : known) {
  const scenario = scenarios[name] as Scenario;
  const { each, placement, peers = bothOrdinary } = scenario;
  const why = await whyNot(scenario);
  if (why !== undefined) {
    say(`\n**${name}** is missing: ${why}`);
    continue;
  }
  const profiles = await withScratch((scratch) => profilesOf(scenario, scratch));
  say(`\n**${name}**, ${placement.name}: CPU time of the server, us ${each}\n`);
  say(table(['', ...peers.map((peer) => peerWords[peer])], lines(profiles)));
}
