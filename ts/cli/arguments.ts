import { readFileSync } from 'node:fs';
import { fsdecode } from '../names.js';

const NUL = '\0';

/**
 * The command's arguments, each byte of them kept: Node replaces what is no UTF-8, and a mountpoint
 * may have such a name.
 */
export function commandArguments(): string[] {
  const decoded = process.argv.slice(2);
  if (!decoded.some((argument) => argument.includes('\ufffd'))) return decoded;
  const raw = readFileSync('/proc/self/cmdline', 'latin1').split(NUL).slice(0, -1);
  return raw.slice(-decoded.length).map((text) => fsdecode(Buffer.from(text, 'latin1')));
}
