import { join } from 'node:path';
import { type Load, watchLoad } from '../run/load.js';
import { keepBusy } from '../run/placement.js';
import { withScratch } from '../run/scratch.js';
import { missing, type PeerName } from '../servers/registry.js';
import { record } from './perf.js';
import type { Scenario } from './scenario.js';
import { type Profile, Served } from './served.js';

const WARM_UP_MS = 4000;
const ROUNDS = 5;
const ROUND_MS = 1000;
const ordinary: readonly PeerName[] = ['ours', 'c'];

/** What one scenario gave, a profile for each of those who took part. */
export interface Profiled {
  readonly peers: readonly PeerName[];
  readonly profiles: readonly Profile[];
  readonly load: Load;
}

async function profile(scenario: Scenario, scratch: string): Promise<Profiled> {
  const { peers = ordinary, placement } = scenario;
  const all: Served[] = [];
  // V8 also writes logs, where it is started.
  process.chdir(scratch);
  const rest = keepBusy(placement.busy);
  try {
    for (const peer of peers) all.push(await Served.start(peer, scenario, scratch));
    for (const served of all) await served.warmUp(WARM_UP_MS);
    const file = join(scratch, 'perf.data');
    const loadSince = watchLoad();
    await record(placement.server, file, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const served of all) await served.go(ROUND_MS);
      }
    });
    const load = loadSince();
    return { peers, profiles: all.map((served) => served.profile(file)), load };
  } finally {
    rest();
    for (const served of all) await served.stop();
    process.chdir('/');
  }
}

/** Profiles all who take part, in turn; or tells why that is not possible here. */
export async function profileOf(scenario: Scenario): Promise<Profiled | string> {
  const { filesystem, placement, peers = ordinary } = scenario;
  const reasons = await Promise.all(peers.map((peer) => missing(peer, filesystem)));
  const why = placement.missing ?? reasons.find((reason) => reason !== undefined);
  return why ?? withScratch((scratch) => profile(scenario, scratch));
}
