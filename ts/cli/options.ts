import { UsageError } from './errors.js';

/** Splits what follows `-o` at its commas; `\,` stands for a comma that belongs to a value. */
export function splitOptions(lists: readonly string[]): string[] {
  return lists.flatMap((list) => list.match(/(?:\\.|[^,\\])+/g) ?? []);
}

/** A value for fsname= with its commas and backslashes kept from libfuse's parser. */
export function escapeValue(value: string): string {
  return value.replace(/[\\,]/g, '\\$&');
}

/** Takes a filesystem's own `name=value` options out of a list: [libfuse's, the filesystem's]. */
export function takeOwn(
  options: readonly string[],
  own: readonly string[],
): [string[], Record<string, string>] {
  const theirs: string[] = [];
  const data: Record<string, string> = {};
  for (const option of options) {
    const at = option.indexOf('=');
    const name = at === -1 ? option : option.slice(0, at);
    if (!own.includes(name)) theirs.push(option);
    else if (at === -1) throw new UsageError(`option '${name}' needs a value: ${name}=...`);
    else data[name] = option.slice(at + 1);
  }
  return [theirs, data];
}

/** A count on the command line. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`'${text}' is no whole number`);
  return Number(text);
}
