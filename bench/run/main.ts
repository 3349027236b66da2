/** Measures us beside others: `main.js [quick] [work or peer]...`, see npm run bench. */
import { writeSync } from 'node:fs';
import { commit, machine } from '../machine.js';
import { showConnections } from '../soak/freeing.js';
import { parseArguments } from './arguments.js';
import { Bench } from './bench.js';
import { report } from './report.js';
import { scratchBase } from './scratch.js';
import { versions } from './versions.js';
import { kept, passing, write } from './write.js';

const say = (line: string) => void writeSync(process.stdout.fd, `${line}\n`);

const words = process.argv.slice(2);
const asked = (() => {
  try {
    return parseArguments(words);
  } catch (thrown) {
    say((thrown as Error).message);
    process.exit(2);
  }
})();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Servers end, and mounts go, with this process.
  process.on(signal, () => process.exit(1));
}

const bench = new Bench(asked.effort, asked.peers, say);
const date = new Date().toISOString().slice(0, 10);
const start = performance.now();
const hideConnections = await showConnections();
for (const work of asked.works) {
  const begun = performance.now();
  try {
    await work.run(bench);
  } catch (thrown) {
    say(`${work.name} failed: ${(thrown as Error).stack}`);
    bench.notes.push(`**The work ${work.name} failed**: ${(thrown as Error).message}`);
    process.exitCode = 1;
  }
  say(`  ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}
await hideConnections?.();

const { warmUpMs } = asked.effort;
const results = {
  command: ['npm run bench', ...(words.length > 0 ? ['--', ...words] : [])].join(' '),
  effort: asked.effort.name,
  rounds: asked.effort.rounds,
  seconds: (performance.now() - start) / 1000,
  date,
  commit: commit(),
  machine: machine(),
  versions: versions(),
  notes: [
    'Ratios are those of medians of one run. In each round everyone is measured once, in turn, ' +
      'while all are mounted; who is slow takes part in fewer rounds, as n tells.',
    'Not counted, but for starts and growth: the first run of each, which warms up its code and ' +
      'the caches' +
      (warmUpMs > 0 ? `; for ours and C's at least ${warmUpMs / 1000} s of them.` : '.'),
    "`C` is libfuse3's `fuse_session_loop`, which like ours serves with one thread; its threaded " +
      'loop is the last column.',
    'Nothing is started with NODE_EXTRA_CA_CERTS, which doubles the time that Node takes to start.',
    `Files that passthrough and no FUSE work on are in ${scratchBase()}.`,
    ...bench.notes,
  ],
  rows: bench.rows,
};
const places = asked.isWhole ? kept : passing;
write(results, places);
say(`\n${report(results)}`);
say(`written to ${places.results} and ${places.charts}, ${results.seconds.toFixed(0)} s`);
