import type { Notice } from './session/notice.js';
import type { Parcel } from './thrown.js';
import type { Attributes, ConnectionInfo, RequestContext } from './types.js';

/**
 * What a session and handlers in another thread say to each other, over a port that is theirs
 * alone.
 */

/** The part of a request's context that can be copied. */
export type ContextFields = Omit<RequestContext, 'signal'>;

/** An entry that a handler in another thread has added to a listing. */
export type ListedEntry = [name: string, attributes: Attributes, nextId: bigint];

/** What a handler needs to fill a listing without asking. */
export interface ListingLimits {
  readonly size: number;
  readonly withAttributes: boolean;
}

/** One call of a handler. */
export interface Call {
  readonly type: 'call';
  readonly id: number;
  readonly handler: string;
  readonly args: unknown[];
  readonly context: ContextFields | undefined;
}

/** How a handler has ended. */
export interface Answer {
  readonly type: 'answer';
  readonly id: number;
  value?: unknown;
  thrown?: Parcel;
  /** readdir: also those that were added before an error. */
  entries?: readonly ListedEntry[];
  /** init: as the handler has left it. */
  info?: ConnectionInfo;
}

export type ToHandlers =
  | Call
  /** The caller of a watched request is interrupted. */
  | { readonly type: 'interrupt'; readonly id: number }
  /** How a poll handle's notify has ended. */
  | { readonly type: 'notified'; readonly id: number; readonly thrown?: Parcel }
  /** How a notice has ended. */
  | {
      readonly type: 'told';
      readonly id: number;
      readonly value?: unknown;
      readonly thrown?: Parcel;
    }
  /** Entries have been taken. */
  | { readonly type: 'enqueued' };

export type ToSession =
  | Answer
  /** The handler wants to hear of an interrupt. */
  | { readonly type: 'watch'; readonly id: number }
  /** notify of the poll handle that came with this call. */
  | { readonly type: 'notify'; readonly id: number }
  /** Nobody holds that poll handle any more. */
  | { readonly type: 'drop'; readonly id: number }
  /** For the kernel; `during` is the call whose handler sends it, if it has not settled. */
  | {
      readonly type: 'tell';
      readonly id: number;
      readonly notice: Notice;
      readonly during: number | undefined;
    }
  /** Entries that nobody waits for; see EntryQueue. */
  | { readonly type: 'enqueue'; readonly packed: Uint8Array }
  /** A handler has called terminate(). */
  | { readonly type: 'terminate' };

/** What can be copied of a context. */
export function fieldsOf(context: RequestContext): ContextFields {
  return {
    uid: context.uid,
    gid: context.gid,
    pid: context.pid,
    umask: context.umask,
    inode: context.inode,
    fh: context.fh,
    lockOwner: context.lockOwner,
    flags: context.flags,
    writepage: context.writepage,
    flockRelease: context.flockRelease,
    pollEvents: context.pollEvents,
  };
}
