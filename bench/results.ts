import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../bench/results.md', import.meta.url));
const TITLE = '# Measurements\n';

/** Where a section goes that is not there yet. */
export type Place = 'first' | 'last';

/** The text of a Markdown file with one of its sections replaced, or added. */
export function withSection(text: string, name: string, body: string, place: Place): string {
  const section = `## ${name}\n\n${body.trim()}\n`;
  const parts = text.split(/^(?=## )/m).map((part) => `${part.trimEnd()}\n`);
  const at = parts.findIndex((part) => part.startsWith(`## ${name}\n`));
  if (at !== -1) parts[at] = section;
  // The first part is the title.
  else parts.splice(place === 'first' ? 1 : parts.length, 0, section);
  return parts.join('\n');
}

/** Writes what was found into a file, in the place of what was found before. */
export function writeSection(file: string, name: string, body: string, place: Place): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : TITLE;
  writeFileSync(file, withSection(text, name, body, place));
}

/** As `writeSection`, into the results. */
export function writeResults(name: string, body: string): void {
  writeSection(FILE, name, body, 'last');
}
