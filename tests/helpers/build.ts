import { Operations } from 'wasmfuse';

/** Makes the filesystem of a module in this thread, as a user would. */
export async function build(url: string, data: unknown): Promise<Operations> {
  const { default: made } = await import(url);
  return made.prototype instanceof Operations ? new made(data) : made(data);
}
