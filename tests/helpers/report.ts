/** What the process of a test file tells the runner, as it happens. */
export type Message = { type: 'start'; name: string } | Outcome | { type: 'end' };

export interface Outcome {
  type: 'outcome';
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  reason?: string;
}

// Without a runner nobody would count, and a file that ran nothing would look like a success.
if (process.send === undefined) throw new Error('test files are run by build/tests/run.js');

/** Sends to the runner; settles when the message has left this process. */
export function report(message: Message): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}
