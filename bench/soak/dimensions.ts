/** What the trial filesystem and its callers agree on. */

/** Bytes of every file but the shared ones. */
export const SIZE = 1 << 20;
export const PATTERNS = 8;
export const SHARED_FILES = 4;
export const SHARED_SIZE = 1 << 16;
