/** A thread that has no part in a session, and ends it by its token. */
import { workerData } from 'node:worker_threads';
import { attach } from 'wasmfuse';

const remote = await attach(workerData);
await remote.terminate();
