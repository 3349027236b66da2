/**
 * Where the CPU time of a server goes, ours beside C's: `profile.js [scenario]...`. Of all
 * scenarios, the results are kept.
 */
import { writeSync } from 'node:fs';
import { heading } from './machine.js';
import { missingPerf } from './profile/perf.js';
import { profileOf } from './profile/record.js';
import { report } from './profile/report.js';
import type { Scenario } from './profile/scenario.js';
import { programs } from './profile/scenarios/programs.js';
import { requests } from './profile/scenarios/requests.js';
import { transfers } from './profile/scenarios/transfers.js';
import { writeResults } from './results.js';

const scenarios: Readonly<Record<string, Scenario>> = { ...requests, ...transfers, ...programs };

const say = (line: string) => void writeSync(process.stdout.fd, `${line}\n`);

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

const head = heading('npm run profile');
const texts: string[] = [];
for (const name of names.length > 0 ? names : known) {
  const scenario = scenarios[name] as Scenario;
  const text = report(name, scenario, await profileOf(scenario));
  say(text);
  texts.push(text);
}
if (names.length === 0) writeResults('Profiles', [head, ...texts].join('\n'));
