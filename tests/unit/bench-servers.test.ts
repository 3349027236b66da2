/** What is known of the benchmark's servers without starting one. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { missing, peerNames, start } from '#bench/servers/registry.js';
import { countIn } from '#bench/servers/requests.js';
import * as served from '#bench/servers/served.js';
import { suite } from '../helpers/suite.js';

const SERVERS = new URL('../../../bench/servers/', import.meta.url);
const source = (name: string) => readFileSync(new URL(name, SERVERS), 'utf8');

const same = suite('servers in other languages');

/** What a source must say to serve the same as served.ts says. */
const said: Record<string, (string | number)[]> = {
  'c/stat.c': [`OTHERS = ${served.STAT_OTHERS}`, `"${served.STAT_FILE}"`],
  'c/data.c': [
    `SIZE = (off_t)1 << ${Math.log2(served.DATA_BYTES)}`,
    `"${served.DIRECT_FILE}"`,
    `"${served.CACHED_FILE}"`,
  ],
  'c/listing.c': [
    `DIRECTORIES = ${served.LISTING_DIRECTORIES}`,
    `FILES = ${served.LISTING_FILES}`,
    `TIMEOUT = ${served.LISTING_TIMEOUT};`,
  ],
  'c/delay.c': [`DELAY_US = ${served.DELAY_MS * 1000} `, `"${served.DELAY_FILE}"`],
  'c/serve.h': [`MOST_THREADS = ${served.DELAY_TASKS} `],
  'ours/serve.ts': [`MAX_TASKS = ${served.DELAY_TASKS};`],
  'pyfuse3/serve.py': [`MAX_TASKS = ${served.DELAY_TASKS}\n`],
  'pyfuse3/filesystem_stat.py': [`OTHERS = ${served.STAT_OTHERS}\n`, `b"${served.STAT_FILE}"`],
  'pyfuse3/filesystem_data.py': [
    `SIZE = 2**${Math.log2(served.DATA_BYTES)}\n`,
    `[b"${served.DIRECT_FILE}", b"${served.CACHED_FILE}"]`,
  ],
  'pyfuse3/filesystem_listing.py': [
    `DIRECTORIES = ${served.LISTING_DIRECTORIES}\n`,
    `FILES = ${served.LISTING_FILES}\n`,
    `TIMEOUT = ${served.LISTING_TIMEOUT}\n`,
  ],
  'pyfuse3/filesystem_delay.py': [
    `DELAY_S = ${served.DELAY_MS / 1000}\n`,
    `b"${served.DELAY_FILE}"`,
  ],
};

for (const [name, pieces] of Object.entries(said)) {
  same(`${name} serves what all serve`, () => {
    const text = source(name);
    for (const piece of pieces) assert.ok(text.includes(`${piece}`), `${piece} in ${name}`);
  });
}

const registry = suite('registry of servers');

registry('whoever can never serve something has a reason in words', async () => {
  for (const peer of peerNames) {
    if (peer === 'ours' || peer === 'ours-uring') continue;
    assert.match((await missing(peer, 'comlink')) ?? '', /\w+ \w+ \w+/, peer);
  }
  assert.match((await missing('c', 'delay')) ?? '', /one thread/);
  assert.match((await missing('c-splice', 'stat')) ?? '', /splice/);
});

registry('ours serve everything', async () => {
  for (const filesystem of ['stat', 'data', 'passthrough', 'memory', 'listing', 'delay'] as const) {
    assert.equal(await missing('ours', filesystem), undefined);
  }
});

registry('a server that is missing does not start', async () => {
  await assert.rejects(start('c', 'comlink'), /c can't serve comlink: Comlink is a library/);
});

registry('a mirror needs something to mirror', async () => {
  await assert.rejects(start('ours', 'passthrough'), /needs options\.backing/);
  await assert.rejects(start('raw', 'passthrough'), /needs options\.backing/);
});

const requests = suite('requests that were traced');

requests('are counted by their names', () => {
  const line = (name: string) =>
    `  stat-7 [001] ..... 1.2: fuse_request_send: connection 38 req 2 opcode 1 (${name}) len 45\n`;
  const lines = ['FUSE_LOOKUP', 'FUSE_RENAME2', 'FUSE_LOOKUP'].map(line);
  const trace = `# tracer: nop\n#\n${lines.join('')}`;
  assert.deepEqual(countIn(trace), { lookup: 2, rename2: 1 });
});
