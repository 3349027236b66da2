/** Wrong use of the command line: one line with the reason, exit status 2. */
export class UsageError extends Error {}

/** Statuses of the command, as its help tells them. */
export const status = { failed: 1, usage: 2 } as const;

/** The reason of any error as one line. */
export function reason(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
