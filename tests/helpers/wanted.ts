/** How a session begins to say that it reads although io_uring is wanted. */
export const FALLBACK = 'requests are read, not taken over io_uring, because ';

let isExpected = false;

/** Has this process and those that it starts take io_uring where nothing else is said. */
export function expectUring(): void {
  process.env.WASMFUSE_TRANSPORT = 'uring';
  isExpected = true;
}

export function isUringExpected(): boolean {
  return isExpected;
}
