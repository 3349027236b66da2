import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerName } from '../../servers/registry.js';
import type { Work } from '../bench.js';
import { hold } from '../contest.js';
import { placement } from '../placement.js';
import type { Subject } from '../subject.js';

const KIB_A_MIB = 1024;
const IDLE_MS = 2000;
const FILES = 100;
/** LOOKUP, CREATE, WRITE, FLUSH, RELEASE, UNLINK and FORGET, at least. */
const REQUESTS_A_FILE = 7;
const REQUESTS = 10_000_000;
/** In these the server reaches the memory that it works with. */
const FIRST_PART = 0.1;
/**
 * For the kernel's last forgets, and for V8 to collect what it has put off: it does so after some
 * 20 s without work. Until then the memory is a saw's tooth, wherever it is measured.
 */
const REST_MS = 25_000;
/** All of them take two minutes. */
const LIMIT_MS = 400_000;

const peers: readonly PeerName[] = ['ours', 'ours-uring', 'c', 'c-mt', 'pyfuse3', 'fuse-native'];

function rss({ pid }: Subject): number {
  const kib = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (kib === undefined) throw new Error(`process ${pid} has no memory`);
  return Number(kib) / KIB_A_MIB;
}

export const memory: Work = {
  name: 'memory',
  metrics: ['rss-idle', 'rss-growth'],
  placements: ['free'],
  async run(bench) {
    const ready = new WeakMap<Subject, number>();
    await hold(bench.but({ warmUpMs: 0 }), {
      metrics: ['rss-idle'],
      filesystem: 'memory',
      peers,
      placement: placement('free'),
      warmUp: async (subject) => ready.set(subject, performance.now() + IDLE_MS),
      async measure(subject) {
        await sleep(Math.max(0, (ready.get(subject) ?? 0) - performance.now()));
        return { 'rss-idle': rss(subject) };
      },
    });

    if (bench.effort.name !== 'full') {
      const missing = 'takes ten million requests, and a quick run makes fewer';
      bench.rows.push({ metric: 'rss-growth', placement: 'free', cells: [], missing });
      return;
    }
    const times = Math.ceil(REQUESTS / REQUESTS_A_FILE / FILES);
    bench.notes.push(
      'Growth of memory is measured once, as it takes ten million requests, and after ' +
        `${REST_MS / 1000} s of rest, by when V8 has collected what it puts off under load.`,
    );
    const work = async (subject: Subject, times: number) => {
      await subject.client('files', subject.directory, FILES, Math.ceil(times), subject.pid);
      await sleep(REST_MS);
      return rss(subject);
    };
    await hold(bench.but({ rounds: 1, warmUpMs: 0, limitMs: LIMIT_MS }), {
      metrics: ['rss-growth'],
      filesystem: 'memory',
      peers: ['ours'],
      placement: placement('free'),
      warmUp: async () => {},
      async measure(subject) {
        const first = await work(subject, times * FIRST_PART);
        const last = await work(subject, times * (1 - FIRST_PART));
        return { 'rss-growth': (100 * (last - first)) / first };
      },
    });
  },
};
