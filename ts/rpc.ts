import { setTimeout } from 'node:timers/promises';
import { BroadcastChannel, type MessagePort, type Worker } from 'node:worker_threads';
import {
  type Copies,
  type Endpoint,
  loadCopies,
  type ProxyMethods,
  type Remote,
} from './copies.js';
import { RemoteEndpoint } from './remote.js';
import { countdown, LATE, within } from './session/deadline.js';
import { adopt, Claim } from './transfers.js';

export type { Remote } from './copies.js';

/** The control path between threads. */

type End = MessagePort | Worker | BroadcastChannel;

export type Rpc = ReturnType<typeof rpcBy>;

function rpcBy({ own, all, nodeEndpoint }: Copies) {
  for (const copy of all) adopt(copy);
  const endpoint = (end: End) =>
    end instanceof BroadcastChannel
      ? (end as unknown as Endpoint)
      : nodeEndpoint(end as unknown as Parameters<typeof nodeEndpoint>[0]);
  return {
    /** Calls the object that the other end exposes. */
    wrap<T>(end: End): Remote<T> {
      return own.wrap<T>(endpoint(end));
    },

    /** Lets the other end call an object. */
    expose(object: object, end: End): void {
      own.expose(object, endpoint(end));
    },

    /** Lets go of a remote before its end is closed; Comlink would say so over it later. */
    release(remote: Remote<object>): void {
      (remote as unknown as ProxyMethods)[own.releaseProxy]();
    },
  };
}

let loaded: Promise<Rpc> | undefined;

/**
 * Comlink, for those who need it: it takes half as long to load as all the rest, and most sessions
 * never use it.
 */
export function rpc(): Promise<Rpc> {
  loaded ??= loadCopies().then(rpcBy);
  return loaded;
}

/** Fulfilled once it is loaded, if it has been asked for. */
export async function loading(): Promise<void> {
  await loaded?.catch(() => {});
}

type AnyRemote = Remote<Record<string, Record<string, unknown>>>;

/** Generous: a thread answers once it has loaded its modules. */
const REACH_MS = 30_000;
/** One that has imported wasmfuse has Comlink ready somewhat later; see comlink.ts. */
const READY_MS = 5000;
const LOOK_MS = 20;

/**
 * Asks a remote filesystem for a port of our own to its handlers. All calls go over that one, which
 * tells when its other end is gone, as a remote does not.
 *
 * @throws Error when the remote does not answer, its thread has not imported wasmfuse, or it is no
 * filesystem.
 */
export async function endpointOf(
  remote: Remote<object>,
  limitMs = REACH_MS,
): Promise<RemoteEndpoint> {
  await rpc();
  const reached = reach(remote as AnyRemote);
  const endpoint = await within(limitMs, reached);
  if (endpoint !== LATE) return endpoint;
  reached.then(
    ({ port }) => port.close(),
    () => {},
  );
  throw new Error(`the remote filesystem does not answer for ${limitMs} ms`);
}

/** A thread without wasmfuse would fail on a claim; of an error it tells no class either. */
async function isReady(remote: AnyRemote): Promise<boolean> {
  const { nothing } = remote.wasmfuse as unknown as Record<string, Promise<unknown>>;
  const refusal: unknown = await Promise.resolve(nothing).catch((error) => error);
  return !(refusal instanceof Error) || refusal instanceof TypeError;
}

async function reach(remote: AnyRemote): Promise<RemoteEndpoint> {
  const left = countdown(READY_MS);
  while (!(await isReady(remote))) {
    if (left() === 0) throw new Error("the remote filesystem's thread has not imported wasmfuse");
    await setTimeout(LOOK_MS);
  }
  const call = remote.valueOf as unknown as (claim: Claim) => Promise<unknown>;
  const answer = await call(new Claim()).catch((error) => error);
  if (answer instanceof RemoteEndpoint) return answer;
  throw new TypeError('the remote has none of the handlers of Operations', { cause: answer });
}
