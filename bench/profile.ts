/** Where the CPU time of a server goes, ours beside C's: `profile.js [stat|readdir|git-status]`. */
import { rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { countParts, type Part, parts } from './profile/parts.js';
import { missingPerf, record, samplesOf } from './profile/perf.js';
import { type Scenario, scenarios } from './profile/scenarios.js';
import { printedValue } from './run/client.js';
import { withScratch } from './run/scratch.js';
import { number, table } from './run/table.js';
import { type PeerName, type Running, start } from './servers/registry.js';

const WARM_UP_MS = 4000;
const ROUNDS = 5;
const ROUND_MS = 1000;
const NS_A_US = 1000;
/** Clients and servers share a CPU, so that none of the time is that of waking one up. */
const CPU = '0';
const PEERS: readonly PeerName[] = ['ours', 'c'];
/** Has V8 tell perf what it has compiled. */
const env = { NODE_OPTIONS: '--perf-basic-prof' };

const say = (line: string) => void writeSync(process.stdout.fd, `${line}\n`);

/** Microseconds of each part, for one of what the scenario counts. */
type Profile = ReadonlyMap<Part, number>;

/** One who serves while the CPU is sampled. */
class Served {
  readonly #scenario: Scenario;
  readonly #running: Running;
  #us = 0;
  #count = 0;

  private constructor(scenario: Scenario, running: Running) {
    this.#scenario = scenario;
    this.#running = running;
  }

  static async start(peer: PeerName, scenario: Scenario, scratch: string): Promise<Served> {
    const backing = join(scratch, peer);
    await scenario.backing?.(backing);
    const running = await start(peer, scenario.filesystem, { cpus: CPU, env, backing });
    return new Served(scenario, running);
  }

  async warmUp(): Promise<void> {
    await this.#scenario.prepare?.(this.#running, CPU);
    await this.go(WARM_UP_MS);
    this.#us = this.#count = 0;
  }

  async go(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      const printed = await this.#scenario.client(this.#running, CPU);
      this.#us += printedValue(printed, 'server') / NS_A_US;
      this.#count += this.#scenario.count(printed);
    }
  }

  profile(file: string): Profile {
    const samples = [...countParts(samplesOf(this.#running.pid, file))];
    const all = samples.reduce((sum, [, count]) => sum + count, 0);
    const scale = this.#us / this.#count / all;
    return new Map(samples.map(([part, count]) => [part, count * scale]));
  }

  async stop(): Promise<void> {
    await this.#running.stop();
    rmSync(join(os.tmpdir(), `perf-${this.#running.pid}.map`), { force: true });
  }
}

async function profilesOf(scenario: Scenario, scratch: string): Promise<Profile[]> {
  const all: Served[] = [];
  // V8 also writes logs, where it is started.
  process.chdir(scratch);
  try {
    for (const peer of PEERS) all.push(await Served.start(peer, scenario, scratch));
    for (const served of all) await served.warmUp();
    const file = join(scratch, 'perf.data');
    await record(CPU, file, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const served of all) await served.go(ROUND_MS);
      }
    });
    return all.map((served) => served.profile(file));
  } finally {
    for (const served of all) await served.stop();
    process.chdir('/');
  }
}

function lines(profiles: readonly Profile[]): string[][] {
  const row = (what: string, values: readonly number[]) => [what, ...values.map(number)];
  const all = profiles.map((each) => [...each.values()].reduce((sum, us) => sum + us, 0));
  return [
    ...parts.map((part) => {
      const values = profiles.map((each) => each.get(part) ?? 0);
      return row(part, values);
    }),
    row('all', all),
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
  const profiles = await withScratch((scratch) => profilesOf(scenario, scratch));
  say(`\n**${name}**: CPU time of the server, us ${scenario.each}\n`);
  say(table(['', 'ours', 'C'], lines(profiles)));
}
