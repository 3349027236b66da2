import { constants } from 'node:fs';
import type { Attributes } from 'wasmfuse';
import { S_ISGID, S_ISUID } from 'wasmfuse';
import { now } from './clock.js';
import { type Memory, PAGE_SIZE } from './memory.js';
import { Xattrs } from './xattrs.js';

/** Seconds: every change passes through the kernel, which then drops what it knew by itself. */
export const CACHE_TIMEOUT = 86_400;

/** The extended attribute that execve(2) takes capabilities from. */
const CAPABILITIES = 'security.capability';

/** What a new inode starts from. */
export interface Origin {
  ino: bigint;
  /** File type and permissions. */
  mode: number;
  uid: number;
  gid: number;
  /** Where its content and attributes will be. */
  memory: Memory;
}

/** An inode: what all types of files have in common. */
export abstract class Node {
  readonly ino: bigint;
  mode: number;
  uid: number;
  gid: number;
  atimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  /** Directory entries that name the inode. */
  names = 0;
  /** References that the kernel holds, and returns by forget. */
  lookups = 0;
  /** Open handles. */
  opens = 0;
  /** Whether it waits only to be forgotten. */
  isOrphan = false;
  readonly xattrs: Xattrs;

  constructor({ ino, mode, uid, gid, memory }: Origin) {
    const time = now();
    this.ino = ino;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.atimeNs = time;
    this.mtimeNs = time;
    this.ctimeNs = time;
    this.xattrs = new Xattrs(memory.quota);
  }

  get nlink(): number {
    return this.names;
  }

  get size(): number {
    return 0;
  }

  get rdev(): number {
    return 0;
  }

  /** Seconds for which the kernel may trust the attributes. */
  get attrTimeout(): number {
    return CACHE_TIMEOUT;
  }

  /** Bytes of memory that the content takes. */
  get allocated(): number {
    return 0;
  }

  get referenced(): boolean {
    return this.names > 0 || this.lookups > 0 || this.opens > 0;
  }

  attributes(): Attributes {
    return {
      ino: this.ino,
      entryTimeout: CACHE_TIMEOUT,
      attrTimeout: this.attrTimeout,
      mode: this.mode,
      nlink: this.nlink,
      uid: this.uid,
      gid: this.gid,
      rdev: this.rdev,
      size: this.size,
      blksize: PAGE_SIZE,
      blocks: this.allocated / 512,
      atimeNs: this.atimeNs,
      mtimeNs: this.mtimeNs,
      ctimeNs: this.ctimeNs,
    };
  }

  /** The data was read. */
  accessed(): void {
    this.atimeNs = now();
  }

  /** The data was changed. */
  modified(): void {
    this.mtimeNs = now();
    this.ctimeNs = this.mtimeNs;
  }

  /** The inode was changed, or its names. */
  changed(): void {
    this.ctimeNs = now();
  }

  /**
   * Ends what the file could do for whoever runs it: its capabilities, S_ISUID, and S_ISGID where
   * the group may execute.
   */
  dropPrivileges(): void {
    this.dropCapabilities();
    const setgid = this.mode & constants.S_IXGRP ? S_ISGID : 0;
    this.mode &= ~(S_ISUID | setgid);
  }

  dropCapabilities(): void {
    if (this.xattrs.has(CAPABILITIES)) this.xattrs.delete(CAPABILITIES);
  }

  /** Gives back the memory that the inode was charged for. */
  free(): void {
    this.xattrs.free();
  }
}
