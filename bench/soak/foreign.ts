/** A thread that knows nothing of a session but its loopToken, and terminates it. */
import { workerData } from 'node:worker_threads';
import { attach, type LoopToken } from 'wasmfuse';

const { token, workers } = workerData as { token: LoopToken; workers: number };
const session = await attach(token);
const stats = await session.stats();
if (stats.workers !== workers) throw new Error(`${stats.workers} workers instead of ${workers}`);
await session.terminate();
