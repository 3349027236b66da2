/** What ends the thread of the handlers, or keeps it from answering ever again. */
export const commands = {
  exit: () => process.exit(3),
  uncaught: () => {
    setTimeout(() => {
      throw new Error('uncaught as asked');
    }, 0);
  },
  rejection: () => {
    void Promise.reject(new Error('rejected as asked'));
  },
  /** Only within `resourceLimits`. */
  heap: () => {
    const all: object[] = [];
    for (;;) all.push({ text: `${all.length}`.repeat(10) });
  },
  loop: () => {
    for (;;);
  },
} satisfies Record<string, () => unknown>;
