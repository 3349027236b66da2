#!/usr/bin/env node
import { Worker } from 'node:worker_threads';
import { servingLimits } from './limits.js';

/** Commands that serve a filesystem. */
const SERVING = ['mount', 'start'];

/**
 * The thread that will serve: it takes as long to begin as all that this one does until then, so
 * both do at once. Without work it keeps nobody waiting.
 */
function early(): Worker | undefined {
  if (!SERVING.includes(process.argv[2] ?? '')) return undefined;
  const options = { resourceLimits: servingLimits };
  const worker = new Worker(new URL('./worker.js', import.meta.url), options);
  worker.unref();
  return worker;
}

const worker = early();
const { run } = await import('./cli/program.js');
await run(worker);
