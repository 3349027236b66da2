import { number, table } from '../run/table.js';
import { loadFigures, peerWords } from '../run/words.js';
import { parts } from './parts.js';
import type { Profiled } from './record.js';
import type { Scenario } from './scenario.js';
import type { Profile } from './served.js';

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

/** One scenario, for people and for bench/results.md. */
export function report(name: string, scenario: Scenario, profiled: Profiled | string): string {
  if (typeof profiled === 'string') return `**${name}** is missing: ${profiled}\n`;
  const { peers, profiles, load } = profiled;
  const { each, placement } = scenario;
  const header = ['', ...peers.map((peer) => peerWords[peer])];
  return [
    `**${name}**, ${placement.name}: us of the server's CPU time for ${each}; ` +
      `${loadFigures([load])}`,
    '',
    table(header, lines(profiles)),
    '',
  ].join('\n');
}
