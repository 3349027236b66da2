import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../bench/results.md', import.meta.url));
const TITLE = '# Measurements\n';

/** The text of a Markdown file with one of its sections replaced, or added at the end. */
export function withSection(text: string, name: string, body: string): string {
  const section = `## ${name}\n\n${body.trim()}\n`;
  const parts = text.split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(`## ${name}\n`));
  if (at === -1) return `${text.trimEnd()}\n\n${section}`;
  return parts.with(at, at === parts.length - 1 ? section : `${section}\n`).join('');
}

/** Writes what was found into the results, in the place of what was found before. */
export function writeResults(name: string, body: string): void {
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : TITLE;
  writeFileSync(FILE, withSection(text, name, body));
}
